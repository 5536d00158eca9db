#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: sudo test/demo.sh [--sriov | --kubernetes] [--no-install] [--build DIR]
#
# Shows on this machine what the project does: a pod asks for two NICs, and a DPDK program in it
# forwards between them, with no EAL argument written by hand. Then it all goes back.
#
#	--sriov        with VFs of SR-IOV NICs, driven through VFIO behind an IOMMU: in a small virtual
#	               machine that QEMU emulates with all of that, on any two cores
#	--kubernetes   with pods of a real Kubernetes cluster of one node, built once, in half an hour
#	--no-install   use what is installed
#	--build DIR    use the build in DIR; where there is none, make it there and keep it
#
# It runs in mount, network and process namespaces of its own, so your machine's network and files
# are out of its reach. Two things are the whole machine's and are put back at the end: hugepages
# and a cpuset. What stays are the packages that were missing; with --sriov also QEMU, and the
# virtual machine's kernel in /var/cache/dpdk-cni-lab, with --kubernetes what was built in there. That
# machine reads this one's files, and writes to its own memory.
set -u
cd "$(dirname "$0")/.." || exit
root=$PWD
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
exec </dev/null

# What the caller's environment says is not what the pod's would say.
unset "${!CNI_@}" "${!PCIDEVICE_@}" "${!DPDK_POD_@}"

usage_file=test/demo.sh
# shellcheck source=usage.sh
. test/usage.sh

# shellcheck source=demo-common.sh
. "$root/test/demo-common.sh"
steps=7

# ---------------------------------------------------------------- inside the sandbox

# All that must be as before: every property of the host's links, the plugin's state, the leases.
# Not the operational state of a link, which follows a moment later, and not the names that
# host-local keeps for itself.
snapshot() {
	ip -d -j link show | jq -S '[.[] | del(.operstate) | .flags -= ["NO-CARRIER"]] | sort_by(.ifname)'
	[ ! -d /run/dpdk-cni ] || find /run/dpdk-cni -mindepth 2 | sort
	[ ! -d /run/dpdk-pod ] || find /run/dpdk-pod -mindepth 2 | sort
	[ ! -d /var/lib/cni ] ||
		find /var/lib/cni -type f ! -name lock ! -name 'last_reserved*' | sort
}

# Runs in the pod: its namespaces, its cpuset. Only $cpus where no cpuset could be made.
in_pod() { # CMD...
	local on=(taskset -c "$cpus")

	if [ -n "$cgroup" ]; then
		echo "$BASHPID" >"$cgroup/cgroup.procs" || exit
		on=()
	fi
	exec nsenter --target "$pause" --mount --net -- "${on[@]}" "$@"
}

# The mounts of the pod, made in its own mount namespace: a /sys that shows its links, and a /run
# that has the pod file's directory where a volume would be mounted. -n: mount(8) would note it in
# the /run that goes away.
pod_mounts() {
	set -e
	mkdir /run/.pod /run/.cgroup
	mount -n -t tmpfs tmpfs /run/.pod
	mkdir /run/.pod/dpdk-pod /run/.pod/hugepages
	mount -n --bind /run/dpdk-pod/demo /run/.pod/dpdk-pod
	[ -z "$1" ] || mount -n -t hugetlbfs -o "pagesize=$1K" hugetlbfs /run/.pod/hugepages
	mount -n --rbind /sys/fs/cgroup /run/.cgroup
	mount -n -t sysfs sysfs /sys
	mount -n --move /run/.cgroup /sys/fs/cgroup
	mount -n --move /run/.pod /run
	: >"$2"
	exec sleep infinity
}

# The counters shall count what the demo sends: no kernel speaks IPv6 of its own accord, not in the
# pod either, for what it sends the forwarder sees as well.
make_netns() { # NAME
	must ip netns add "$1"
	must ip -n "$1" link set lo up
	ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
		2>/dev/null
}

make_client() { # NAME NIC MAC ADDRESS
	make_netns "$1"
	must ip link add "$2" mtu 1400 type veth peer name eth0 address "$3" netns "$1"
	must ip -n "$1" link set eth0 mtu 1500
	must ip -n "$1" addr add "$4" dev eth0
	must ip -n "$1" link set eth0 up
}

mac() { # NETNS IF
	ip -n "$1" -j link show "$2" | jq -r '.[0].address'
}

counters() { # NETNS: received and sent
	ip -n "$1" -j -s link show eth0 | jq -r '.[0].stats64 | "\(.rx.packets) \(.tx.packets)"'
}

ready_or_dead() { # FILE PID
	[ -e "$1" ] || ! kill -0 "$2" 2>/dev/null
}

forwarding_or_dead() {
	[ "$(grep -c -- '-> port' "$work/dpdk-pod-l2fwd.log")" -ge 2 ] || ! kill -0 "$forwarder" 2>/dev/null
}

show_nics() {
	command_line 'ip link show'
	ip link show | grep -A 1 ': nic[01]' | indent
}

show_setting() {
	step 'A host with two NICs, and a client behind each'
	make_client client-a nic0 02:00:00:00:00:00 192.0.2.1/24
	make_client client-b nic1 02:00:00:00:00:01 192.0.2.2/24
	say '   client-a        host                  pod                  host        client-b' \
		'  192.0.2.1                                                            192.0.2.2' \
		'     eth0 --------- nic0 ==> net1  dpdk-pod-l2fwd  net2 <== nic1 --------- eth0' \
		'' \
		'The NICs are veth devices, so this works on any machine. A VF of an SR-IOV card is given' \
		'to a pod by the same call, with "deviceID" (its PCI address) in the place of "device".' ''
	show_nics
}

show_pod() {
	step 'A pod, as a container runtime makes it before anything runs in it'
	make_netns pod
	must mkdir -p /run/dpdk-pod/demo
	nsenter --net=/run/netns/pod unshare --mount --propagation private -- \
		bash -c "$(declare -f pod_mounts); pod_mounts \"\$@\"" - "${huge#* }" "$work/ready" \
		>"$work/pod.log" 2>&1 &
	pause=$!
	wait_for 50 ready_or_dead "$work/ready" "$pause" && [ -e "$work/ready" ] || fail 'the pod does not start'
	say 'network    a namespace of its own, with nothing in it but lo' \
		'mounts     a namespace of its own; /run/dpdk-pod is the volume for the pod file'
	say "CPUs       $cpus of this machine's $(</sys/devices/system/cpu/online), by $([ -n "$cgroup" ] && echo 'a cpuset cgroup' ||
		echo 'its affinity (a cpuset cgroup cannot be made here)')"
	if [ -n "$huge" ]; then
		say "hugepages  ${huge% *} free ones of ${huge#* } kB; a hugetlbfs is at /run/hugepages"
	else
		say 'hugepages  none, this machine does not give any: slower, but it works'
	fi
	say ''
	command_line 'ls /sys/class/net; grep Cpus_allowed_list /proc/self/status        # in the pod'
	(in_pod sh -c 'ls /sys/class/net; grep Cpus_allowed_list /proc/self/status') >"$work/out" 2>>"$work/pod.log" ||
		fail 'nothing runs in the pod'
	indent <"$work/out"
}

show_add() {
	local i name shown

	before=$(snapshot)
	step 'The container runtime calls the plugin, once for each NIC'
	say 'Two networks: one gives the pod the address it names, one takes it from a range. "podFile"' \
		'asks for the file that tells the pod what it got. (In Kubernetes Multus makes these calls' \
		'and the file goes to a volume of the pod.)'
	for i in 0 1; do
		echo
		name=net$((i + 1))
		cni ADD $name "${conf[i]}"
		result[i]=$answer
		say 'the network configuration, on stdin:'
		json <<<"${conf[i]}" | indent
		say 'the result, on stdout:'
		shown=$(json <<<"$answer") || fail "the result of $name is not JSON" "$answer"
		indent <<<"$shown"
	done
	[ "$(ip -j link show | jq '[.[] | select(.ifname | startswith("nic"))] | length')" -eq 0 ] ||
		fail 'a NIC is still on the host' "$(ip link show)"
	good "the NICs left the host; in the pod: $(ip -n pod -j link show | jq -r '[.[].ifname] | sort | join(" ")')"
}

show_published() {
	show_list
	command_line 'cat /run/dpdk-pod/pod.json        # in the pod'
	(in_pod cat /run/dpdk-pod/pod.json) 2>>"$work/pod.log" | json | indent
	[ "${PIPESTATUS[*]}" = '0 0 0' ] || fail 'the pod has no pod file'
	say ''
	show_explained in_pod "$build/dataplane/pod/dpdk-pod"
	say '' \
		'From the pod file and from what the kernel grants this pod come the arguments that any' \
		'DPDK program in it needs: dpdk-pod run -- dpdk-testpmd, or your own, starts with them.'
}

show_start() {
	local out

	step 'The forwarder starts, with no EAL argument'
	say 'The NICs are in the pod, and up. What comes in at one does not leave at the other yet:' ''
	command_line 'ping -c 1 -W 0.3 192.0.2.2        # client-a'
	if out=$(ip netns exec client-a ping -c 1 -W 0.3 192.0.2.2 2>&1); then
		fail 'client-a reaches client-b before anything forwards' "$out"
	fi
	grep transmitted <<<"$out" | indent
	# It would go on asking who has the address, while the counters below are read.
	ip -n client-a neigh del 192.0.2.2 dev eth0 2>/dev/null
	say ''
	command_line 'dpdk-pod-l2fwd        # in the pod'
	: >"$work/dpdk-pod-l2fwd.log"
	in_pod "$build/dataplane/l2fwd/dpdk-pod-l2fwd" --period 0 \
		>"$work/statistics" 2>"$work/dpdk-pod-l2fwd.log" &
	forwarder=$!
	wait_for 200 forwarding_or_dead || fail 'dpdk-pod-l2fwd does not get ready'
	kill -0 "$forwarder" 2>/dev/null || fail 'dpdk-pod-l2fwd ended at its start'
	grep '^dpdk-pod-l2fwd:' "$work/dpdk-pod-l2fwd.log" | fold -s -w 92 | indent
	say '' \
		'What it forwards leaves with the destination 02:00:00:00:00:<port> and the port'\''s own' \
		'source address. That is why the clients have the addresses 02:00:00:00:00:00 and :01.'
}

show_traffic() {
	local out

	step 'Traffic, through the pod, both ways'
	# Since now, for the comparison at the end.
	read -r a_rx a_tx <<<"$(counters client-a)"
	read -r b_rx b_tx <<<"$(counters client-b)"

	command_line 'ping -c 5 -i 0.1 192.0.2.2        # client-a'
	out=$(ip netns exec client-a ping -c 5 -i 0.1 -W 2 192.0.2.2 2>&1) ||
		fail 'client-b does not answer client-a' "$out"
	tail -n 2 <<<"$out" | indent
	command_line 'ping -c 5 -i 0.1 192.0.2.1        # client-b'
	out=$(ip netns exec client-b ping -c 5 -i 0.1 -W 2 192.0.2.1 2>&1) ||
		fail 'client-a does not answer client-b' "$out"
	tail -n 2 <<<"$out" | indent
	say '' "$((2 * frames)) frames of each size, half from either client at the same time, compared byte for" \
		'byte where they arrive:'
	out=$("$work/frames" "$frames" /run/netns/client-a eth0 "$mac1" /run/netns/client-b eth0 "$mac2" 2>&1) ||
		fail 'a frame was lost or changed' "$out"
	indent <<<"$out"
	good 'nothing lost, nothing changed but the two MAC addresses'
}

show_counters() {
	local rx1 tx1 rx2 tx2 lost1 lost2 rc=0 bad='' n row

	step 'The counters of both sides, and everything back as it was'
	kill -TERM "$forwarder"
	wait "$forwarder" || rc=$?
	[ "$rc" -eq 0 ] || fail "dpdk-pod-l2fwd ended with status $rc"
	say "dpdk-pod-l2fwd's final statistics:"
	indent <"$work/statistics"
	read -r rx1 tx1 lost1 <<<"$(awk '$2 == "net1" { print $4, $6, $8 + $9 }' "$work/statistics")"
	read -r rx2 tx2 lost2 <<<"$(awk '$2 == "net2" { print $4, $6, $8 + $9 }' "$work/statistics")"
	read -r row n <<<"$(counters client-a)"
	a_rx=$((row - a_rx)) a_tx=$((n - a_tx))
	read -r row n <<<"$(counters client-b)"
	b_rx=$((row - b_rx)) b_tx=$((n - b_tx))
	say '' "what the clients' kernels count (ip -s link) beside it:"
	{
		printf '%-22s %10d    %-22s %10d\n' 'client-a sent' "$a_tx" 'net1 received' "$rx1" \
			'client-b received' "$b_rx" 'net2 sent' "$tx2" \
			'client-b sent' "$b_tx" 'net2 received' "$rx2" \
			'client-a received' "$a_rx" 'net1 sent' "$tx1"
	} | indent
	[ "$a_tx $b_tx" = "$b_rx $a_rx" ] || bad='what one client sent is not what the other received'
	[ "$a_tx $b_rx $b_tx $a_rx" = "$rx1 $tx2 $rx2 $tx1" ] || bad='clients and forwarder count differently'
	[ "$((lost1 + lost2))" -eq 0 ] || bad='the forwarder dropped a frame'
	[ "$a_tx" -gt $((8 * frames)) ] || bad='fewer frames were counted than sent'
	[ -z "$bad" ] || fail "$bad"
	good "they agree: $((8 * frames)) frames each way, the pings, and ARP; not one lost"
}

show_del() {
	local after

	say '' 'The pod ends. The runtime calls the plugin again, with the result that it kept:' ''
	cni DEL net2 "$(jq -c --argjson r "${result[1]}" '. + {prevResult: $r}' <<<"${conf[1]}")"
	cni DEL net1 "$(jq -c --argjson r "${result[0]}" '. + {prevResult: $r}' <<<"${conf[0]}")"
	say ''
	show_nics
	command_line 'dpdk-cni list'
	"$build/cni/dpdk-cni" list 2>>"$work/dpdk-cni.log" | indent
	command_line 'diff before after'
	after=$(snapshot)
	diff -U1 --label before --label after <(echo "$before") <(echo "$after") >"$work/diff" ||
		fail 'the host is not as before:' "$(cat "$work/diff")"
	good 'the host is as before: links with all their properties, plugin state, pod file, leases'
}

inside() { # WORK BUILD CPUS CGROUP HUGEPAGES
	local began=${EPOCHREALTIME/[.,]/} pause='' forwarder='' answer='' before='' frames=5000
	local a_rx a_tx b_rx b_tx mac1 mac2 plugins result=() conf=()

	work=$1 build=$2 cpus=$3 cgroup=$4 huge=$5
	# All that was made in here dies with this process, the first of its namespace.
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	# Else the first process of a namespace goes on without a reader.
	trap 'exit 141' PIPE
	for plugins in /usr/lib/cni /opt/cni/bin /usr/libexec/cni ''; do
		[ ! -x "$plugins/host-local" ] || [ ! -x "$plugins/static" ] || break
	done
	[ -n "$plugins" ] || fail 'no IPAM plugins (host-local, static): install containernetworking-plugins'

	conf[0]=$(jq -nc '{cniVersion: "1.0.0", name: "left", type: "dpdk-cni", device: "nic0", mtu: 1500,
		podFile: {dir: "/run/dpdk-pod/demo"},
		ipam: {type: "static", addresses: [{address: "192.0.2.11/24"}]}}')
	conf[1]=$(jq -nc '{cniVersion: "1.0.0", name: "right", type: "dpdk-cni", device: "nic1", mtu: 1500,
		podFile: {dir: "/run/dpdk-pod/demo"},
		ipam: {type: "host-local", ranges: [[{subnet: "192.0.2.0/24", rangeStart: "192.0.2.100"}]]}}')

	show_setting
	show_pod
	show_add
	mac1=$(mac pod net1) mac2=$(mac pod net2)
	show_published
	show_start
	show_traffic
	show_counters
	show_del
	seconds "$began" >"$work/took"
}

sandboxed() {
	[ "$(cat /run/.dpdk-cni-sandbox 2>/dev/null)" = "$(readlink /proc/self/ns/net)" ]
}

if [ "${1:-}" = --inside ] && sandboxed; then
	shift
	inside "$@"
	exit 0
fi

# ---------------------------------------------------------------- what is the whole machine's

# "2-4,7" as words.
cpu_words() {
	tr , '\n' <<<"$1" | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done
}

# Of the CPUs this process may use: two where that leaves some, else one.
choose_cpus() {
	local all

	mapfile -t all < <(cpu_words "$(taskset -cp $$ | sed 's/.*: //')")
	if [ ${#all[@]} -ge 4 ]; then
		echo "${all[-2]},${all[-1]}"
	else
		echo "${all[-1]}"
	fi
}

# A cgroup with these CPUs, version 1 or 2, in $cgroup; "" where that is not allowed.
cgroup='' cgroup_root='' cpuset_on=''
make_cpuset() { # CPUS
	local dir

	dir=$(findmnt -n -t cgroup -O cpuset -o TARGET | head -n 1)
	if [ -z "$dir" ]; then
		dir=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
		grep -qsw cpuset "$dir/cgroup.controllers" || return 0
		if ! grep -qsw cpuset "$dir/cgroup.subtree_control"; then
			echo +cpuset >"$dir/cgroup.subtree_control" || return 0
			cpuset_on=1
		fi
	fi
	cgroup_root=$dir
	dir=$dir/dpdk-cni-demo.$$
	mkdir "$dir" || return 0
	cgroup=$dir
	# Version 1 starts with no memory node, which keeps everybody out.
	if ! { [ ! -e "$cgroup_root/cpuset.effective_mems" ] ||
		cat "$cgroup_root/cpuset.effective_mems" >"$dir/cpuset.mems"; } ||
		! echo "$1" >"$dir/cpuset.cpus" || ! sh -c "echo \$\$ >'$dir/cgroup.procs'"; then
		remove_cpuset
	fi
} 2>/dev/null

remove_cpuset() {
	local i

	if [ -n "$cgroup" ]; then
		# Processes that were killed leave it a moment later.
		for ((i = 0; i < 20; i++)); do
			rmdir "$cgroup" 2>/dev/null && break
			sleep 0.1
		done
		[ ! -e "$cgroup" ] || return
		cgroup=
	fi
	[ -z "$cpuset_on" ] || echo -cpuset >"$cgroup_root/cgroup.subtree_control"
	cpuset_on=
}

# Files with a number of hugepages of the default size: one per NUMA node.
hugepage_files() {
	local size

	size=$(awk '/^Hugepagesize:/ { print $2 }' /proc/meminfo)
	find /sys/devices/system/node/node*/hugepages/"hugepages-${size}kB/nr_hugepages" 2>/dev/null ||
		echo /proc/sys/vm/nr_hugepages
}

# Some more hugepages; $huge says how many there are for the pod, and their size in kB: "64 2048".
huge='' huge_added=()
take_hugepages() {
	local size free room want=$((128 * 1024)) file n=0 had now

	read -r size free room <<<"$(awk '
		/^Hugepagesize:/ { size = $2 } /^HugePages_Free:/ { free = $2 } /^MemAvailable:/ { room = $2 }
		END { print size + 0, free + 0, room + 0 }' /proc/meminfo)"
	[ "$size" -gt 0 ] || return 0
	n=$((want / size - free))
	if [ "$n" -gt 0 ] && [ "$room" -gt $((4 * want)) ]; then
		local files=() before=()

		mapfile -t files < <(hugepage_files)
		for file in "${files[@]}"; do before+=("$(<"$file")"); done
		had=$(</proc/sys/vm/nr_hugepages)
		echo $((had + n)) >/proc/sys/vm/nr_hugepages
		# Only what came is given back, whatever others do with theirs meanwhile.
		for n in "${!files[@]}"; do
			now=$(<"${files[n]}")
			[ "$now" -le "${before[n]}" ] || huge_added+=("$((now - before[n])) ${files[n]}")
		done
	fi
	free=$(awk '/^HugePages_Free:/ { print $2 }' /proc/meminfo)
	[ $((free * size)) -lt "$want" ] || huge="$free $size"
} 2>/dev/null

return_hugepages() {
	local n file added=("${huge_added[@]}") rc=0

	huge_added=()
	for n in "${added[@]}"; do
		read -r n file <<<"$n"
		echo $(($(<"$file") - n)) >"$file" || rc=1
	done
	return "$rc"
}

machine() {
	local file

	for file in /sys/kernel/mm/hugepages/*/nr_hugepages /sys/devices/system/node/node*/hugepages/*/nr_hugepages; do
		[ ! -e "$file" ] || echo "$file: $(<"$file")"
	done
	find /sys/fs/cgroup -maxdepth 2 -name "dpdk-cni-demo.$$"
	find /sys/fs/cgroup -maxdepth 2 -name cgroup.subtree_control -exec grep -Hw cpuset {} +
}

# ---------------------------------------------------------------- the run

install=1 build='' sriov='' kubernetes=''
while [ $# -gt 0 ]; do
	case $1 in
	--sriov) sriov=1 ;;
	--kubernetes) kubernetes=1 ;;
	--no-install) install= ;;
	--build=*) build=${1#*=} ;;
	--build)
		build=${2:?--build needs a directory}
		shift
		;;
	-h | --help) usage_asked ;;
	*) usage_wrong ;;
	esac
	shift
done

if [ "$(id -u)" -ne 0 ]; then
	echo 'demo.sh: needs root, for namespaces and network devices: sudo test/demo.sh' >&2
	exit 1
fi
[ -z "$sriov" ] || exec "$root/test/sriov/demo.sh" "$install" "$build"
[ -z "$kubernetes" ] || exec "$root/test/kubernetes/demo.sh" "$install" "$build"

work='' job='' machine_before='' stopped=''
finish() {
	local rc=${stopped:-$?} i

	trap '' INT TERM HUP
	if [ -n "$job" ]; then
		# It ends by itself when it is told; its end is the end of all that is in there.
		kill -TERM -- "-$job" 2>/dev/null
		for ((i = 0; i < 50; i++)); do
			kill -0 "$job" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$job" 2>/dev/null
		wait "$job" 2>/dev/null
	fi
	return_hugepages || rc=1
	remove_cpuset || rc=1
	if [ -n "$machine_before" ]; then
		if ! diff -U0 --label before --label after <(echo "$machine_before") <(machine) >"$work/diff"; then
			printf '\n%sFAILED%s  the machine is not as before:\n' "$red" "$plain" >&2
			sed 's/^/    /' "$work/diff" >&2
			[ "$rc" -ne 0 ] || rc=1
		elif [ "$rc" -eq 0 ]; then
			good 'and the machine: hugepages and cgroups are as before, all else is gone with the sandbox'
			printf '\n%sdone%s  in %s s%s\n' "$bold$green" "$plain" "$(cat "$work/took")" \
				"${built_in:+, after $built_in s of building}"
			say '' 'next: test/demo.sh --sriov shows it with VFs and VFIO; test/all.sh runs every test' ''
		else
			printf '\n%s\n' 'The machine is as before: hugepages, cgroups; the sandbox is gone.' >&2
		fi
	fi
	[ -z "$work" ] || rm -rf "$work"
	exit "$rc"
}
trap finish EXIT
trap 'stopped=129; exit' HUP
trap 'stopped=130; exit' INT
trap 'stopped=143; exit' TERM

work=$(mktemp -d "${TMPDIR:-/tmp}/dpdk-cni-demo.XXXXXX") || exit

printf '%s\n' "${bold}dpdk-cni: a pod asks for two NICs, and a DPDK program in it forwards between them$plain" ''

demo_packages
for tool in gcc jq ip ping findmnt unshare nsenter taskset sysctl; do
	command -v "$tool" >/dev/null || fail "$tool is missing: leave out --no-install, or run test/deps.sh build run"
done
[ -e /proc/self/ns/net ] && unshare -mn true 2>/dev/null ||
	fail 'may not make namespaces here: in a container it needs --privileged'

demo_build
gcc -O2 -Wall -o "$work/frames" "$root/test/demo-frames.c" >"$work/build.log" 2>&1 ||
	fail 'test/demo-frames.c does not compile'
rm "$work/build.log"

machine_before=$(machine)
cpus=$(choose_cpus)
make_cpuset "$cpus"
take_hugepages

# In the background and a process group of its own, so that a signal to this process reaches it
# and its end can be awaited.
set -m
# shellcheck disable=SC2016 # expanded by the inner shell
unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private -- \
	bash -c '
		. "$1"
		trap - EXIT INT TERM HUP
		(t_sandbox_enter_) >&2
		[ $? -eq 0 ] || exit 90
		shift
		exec bash "$@"' \
	demo.sh "$root/test/tap.sh" "$root/test/demo.sh" --inside "$work" "$build" "$cpus" "$cgroup" "$huge" &
job=$!
set +m
rc=0
wait "$job" || rc=$?
job=
[ "$rc" -ne 90 ] || fail 'cannot make a sandbox here: mounts are not allowed'
exit "$rc"
