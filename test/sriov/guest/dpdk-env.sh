# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# DPDK in the guest: memory, few drivers, and far ends to send from. After nic.sh.

# shellcheck source=../../netns/l2fwd-common.sh
. "$SOURCE_ROOT/test/netns/l2fwd-common.sh"
# The pod is made here by "contained": the programs themselves.
L2FWD=$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd
POD_TOOL=$BUILD_ROOT/dataplane/pod/dpdk-pod

# Pages of 2 MB on each node.
dpdk_memory() { # PAGES
	local node

	for node in /sys/devices/system/node/node*/hugepages/hugepages-2048kB; do
		echo "$1" >"$node/nr_hugepages"
		[ "$(<"$node/nr_hugepages")" -eq "$1" ] || return
	done
}

# EAL opens every driver there is: under emulation that takes longer than all else. Those that the
# lab has no use for are out of sight; testpmd is linked with some more.
dpdk_few_drivers() {
	local dir few=/run/dpdk-few name

	mkdir -p $few
	for dir in /usr/lib/*/dpdk/pmds-*; do
		for name in bus_pci bus_vdev mempool_ring net_e1000 \
			$(ldd "$(command -v dpdk-testpmd)" | sed -n 's/^[[:space:]]*librte_\([^. ]*\)\.so.*/\1/p'); do
			[ ! -e "$dir/librte_$name.so" ] || cp -a "$dir/librte_$name".so* $few/ || return
		done
		mount --bind $few "$dir"
	done
}

# ---------------------------------------------------------------- careful pods

CGROUPS=/sys/fs/cgroup
USER_ID=10001 GROUP_ID=1234

# The build may be where only root may look.
programs_for_all() {
	mkdir -p /run/programs && install -m 755 "$L2FWD" "$POD_TOOL" /run/programs || return
	L2FWD=/run/programs/dpdk-pod-l2fwd POD_TOOL=/run/programs/dpdk-pod
}

# As kubelet makes them: what is not asked for is not given.
pod_cgroup() { # NAME CPUS HUGEPAGE-BYTES
	mkdir -p "$CGROUPS/$1" && echo "$2" >"$CGROUPS/$1/cpuset.cpus" && echo 0-1 >"$CGROUPS/$1/cpuset.mems" &&
		echo "$3" >"$CGROUPS/$1/hugetlb.2MB.max" && echo "$3" >"$CGROUPS/$1/hugetlb.2MB.rsvd.max"
}

# Becomes a process of a pod: not root, no capability.
contained() { # POD MEMLOCK-BYTES CMD...
	echo $BASHPID >"$CGROUPS/$1/cgroup.procs" || exit
	exec nsenter --net="/run/netns/$1" prlimit --memlock="$2:$2" \
		setpriv --reuid $USER_ID --regid $GROUP_ID --clear-groups --no-new-privs \
		--inh-caps=-all --ambient-caps=-all --bounding-set=-all env DPDK_POD_FILE="/run/dpdk-pod/$1/pod.json" "${@:3}"
}

# ---------------------------------------------------------------- far ends

# What a DPDK program forwards between two VFs, one of each NIC, goes from a namespace that has
# another VF of the first NIC to one that has another of the second. Each NIC's two VFs are in a
# VLAN of their own, or else the wire between the NICs would do. The addresses are those that l2fwd
# sends to.
LEFT=10.5.0.1 RIGHT=10.5.0.2
far_namespace() { # NAME
	ip netns add "$1" || return
	t_no_ipv6 "$1"
}

far_end() { # NAMESPACE LINK ADDRESS PORT
	ip link set "$2" netns "$1" name far address "02:00:00:00:00:0$4" || return
	ip -n "$1" addr add "$3/24" dev far || return
	ip -n "$1" link set far up
}

far_ends() { # VF VLAN [SUFFIX]
	local p ns=(left"${3:-}" right"${3:-}") to=("$LEFT" "$RIGHT")

	for p in 0 1; do
		ip link set "$(netdev "${PF[$p]}")" vf "$1" vlan $(($2 + p * 10)) || return
		far_namespace "${ns[p]}" || return
		far_end "${ns[p]}" "$(netdev "$(vf $p "$1")")" "${to[p]}" $p || return
	done
}

# The forwarder's VFs are whom they send to.
far_neighbours() { # MAC-OF-THE-FIRST MAC-OF-THE-SECOND [SUFFIX]
	ip -n left"${3:-}" neigh replace $RIGHT lladdr "$1" dev far &&
		ip -n right"${3:-}" neigh replace $LEFT lladdr "$2" dev far
}

far_ping() { # COUNT [SUFFIX]
	ip netns exec left"${2:-}" ping -q -c "$1" -i 0.01 -W 2 $RIGHT
}

# A first ping finds its way, and then all of them do.
forwards() { # COUNT WHO [SUFFIX]
	t_run "$2: a first frame finds its way" t_wait 20 far_ping 1 "${3:-}"
	t_run "$2: $1 pings" far_ping "$1" "${3:-}"
	t_like "$2: all come back" "$T_OUT" " $1 received, 0% packet loss"
	t_diag "$(tail -n 1 <<<"$T_OUT")"
}

# What a far end tells its PF when it comes up is its own; a VF bound anew is a new link, with the
# next index.
far_snapshot() {
	devices_snapshot | sed -E '/ifindex/d; s/( vf [0-9]+ +link.ether )02:00:00:00:00:0./\1own/'
	find /run/dpdk-cni /run/dpdk-pod -mindepth 2 2>/dev/null | sort
}

far_gone() { # SUFFIX
	ip netns del left"$1"
	ip netns del right"$1"
}

# What the far ends of the first pair and l2fwd (--json) have counted, to the right and then to the
# left: sent, received by l2fwd, sent by l2fwd, received.
far_counts() {
	{
		ip -n left -s -j link show far
		ip -n right -s -j link show far
		tail -n 1 "$fwd_out"
	} | jq -rs '[.[0][0].stats64, .[1][0].stats64, .[2].ports] as [$left, $right, $port] |
		[$left.tx.packets, $port[0].rx, $port[1].tx, $right.rx.packets,
		$right.tx.packets, $port[1].rx, $port[0].tx, $left.rx.packets] | join(" ")'
}

counts_since() { # FAR-COUNTS
	echo "$(far_counts) $1" | awk '{ for (i = 1; i <= 8; i++) printf "%s%d", i == 1 ? "" : " ", $i - $(i + 8) }'
}

# A whole period after the last frame: l2fwd has told all.
fwd_quiet() {
	local n

	n=$(wc -l <"$fwd_out")
	t_wait 10 eval "[ \$(wc -l <$fwd_out) -ge $((n + 2)) ]"
}
