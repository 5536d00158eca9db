# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables are shared with the scripts that source this file
#
# Something happens to the plugin at every single system call of a verb, by strace. Source it after
# tap.sh and t_in_sandbox; it makes a pod and a NIC.

. "$(dirname "$0")/../netns/plugin.sh"

# Every nth point, from one that each run draws anew; CRASH_STEP=1: all of them. CRASH_FROM repeats a run.
STEP=${CRASH_STEP:-2}
FROM=${CRASH_FROM:-$((RANDOM % STEP))}
echo "# CRASH_STEP=$STEP CRASH_FROM=$FROM"
make_pod pod
make_nic nic0
mkdir -p /run/dpdk-pod/p
CONF=$(conf '{mtu: 1400, mac: "02:00:00:00:11:22", podFile: {dir: "/run/dpdk-pod/p"},
	ipam: {type: "host-local", subnet: "10.7.0.0/24", routes: [{dst: "10.9.0.0/16"}]}}')

# Leaves no trace for the next point: leases count on, the pod file goes.
everything() {
	snapshot
	ls -A /run/dpdk-pod/p
	pod_links pod
}

# strace counts each system call by its name: a point is a name and its how-manieth call.
traced() { # VERB STRACE-OPTIONS...
	local verb=$1

	shift
	CNI_COMMAND=$verb CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		timeout 60 strace -qqq -e signal=none "$@" "$PLUGIN" <<<"$CONF" >"$T_TMP/answer" 2>"$T_TMP/words"
}

# The points of a whole run, in order, one "name count" per line; the exec itself is none of ours.
points_of() { # VERB
	traced "$1" -o "$T_TMP/trace"
	sed -n '2,$s/^\([a-z0-9_]*\)(.*/\1/p' "$T_TMP/trace" | awk '{print $1, ++n[$1]}'
}

# The child of a killed plugin may still be at work, and holds the lock as long: DEL waits for it.
delete_and_compare() {
	local now

	cni DEL "$CONF"
	[ "$RC" -eq 0 ] || DIFF+="DEL: $OUT $ERR"
	now=$(everything)
	[ "$now" = "$BEFORE" ] || DIFF+=$(diff <(echo "$BEFORE") <(echo "$now") | head -40)
}

t_need 'one ADD that works' cni ADD "$CONF"
t_need 'one DEL that works' cni DEL "$CONF"
BEFORE=$(everything)

# What a script knows of the first NIC and has to look up again for the next one.
started_over() { :; }

start_over() {
	ip -n pod link set net1 netns 1 name nic0 2>/dev/null
	rm -rf /run/dpdk-cni
	ip netns del pod
	ip link del nic0 2>/dev/null
	ip link del far-nic0 2>/dev/null
	make_pod pod
	make_nic nic0
	rm -f /run/dpdk-pod/p/*
	BEFORE=$(everything)
	started_over
}

# Before DEL: there must be something to undo.
attached() {
	cni ADD "$CONF"
	[ "$RC" -eq 0 ] || DIFF="ADD: $OUT $ERR"
}

# Does something at every STEPth point of a verb and recovers. PREPARE comes before each point; what
# AT and RECOVER find wrong they add to DIFF. In the end $points is how many there were, of $total,
# and $failures the first ones that failed, in detail.
each_point() { # WHAT VERB PREPARE AT RECOVER [FILTER]
	local all n name count

	points=0 failures=''
	"$3"
	# No pipe: DEL looks at every process, and there would be some that later runs do not have.
	points_of "$2" >"$T_TMP/points"
	mapfile -t all < <("${6:-cat}" <"$T_TMP/points")
	"$5"
	total=${#all[@]}
	for ((n = FROM; n < total; n += STEP)); do
		read -r name count <<<"${all[n]}"
		DIFF=
		"$3"
		"$4" "$2" "$name" "$count"
		points=$((points + 1))
		"$5"
		[ -n "$DIFF" ] || continue
		failures+="$1 at $name $count (call $n of $total): $DIFF"$'\n'
		[ "${#failures}" -lt 6000 ] || break
		start_over
	done
}
