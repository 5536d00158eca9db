#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In the guest: what demo.sh --sriov shows. SOURCE_ROOT and BUILD_ROOT say where all is; in
# DEMO_FRAMES is test/demo-frames.c compiled, if somebody has done so.
set -u
root=$SOURCE_ROOT build=$BUILD_ROOT

# shellcheck source=../../tap.sh
. "$root/test/tap.sh"
t_finished=1
t_tmpdir
work=$T_TMP
# shellcheck source=nic.sh
. "$root/test/sriov/guest/nic.sh"
# shellcheck source=dpdk-env.sh
. "$root/test/sriov/guest/dpdk-env.sh"
# shellcheck source=../../demo-common.sh
. "$root/test/demo-common.sh"
steps=6

HUGE=$((128 << 20)) MEMLOCK=$((128 << 20))
MACS=(02:00:00:00:0a:01 02:00:00:00:0b:01)
frames=300

device_table() { # P/N...
	local what p n pf address

	printf '%-14s %-24s %-9s %-10s %-12s %s\n' 'PCI address' 'is' 'driver' 'NUMA node' 'IOMMU group' 'link'
	for what; do
		p=${what%/*} n=${what#*/}
		pf=${PF[p]} address=${PF[p]}
		[ "$n" = pf ] || address=$(vf "$p" "$n")
		printf '%-14s %-24s %-9s %-10s %-12s %s\n' "$address" \
			"$([ "$n" = pf ] && echo "PF of NIC $p" || echo "VF $n of $pf")" "$(driver "$address")" \
			"$(<"$PCI/$address/numa_node")" "$(basename "$(readlink "$PCI/$address/iommu_group")")" \
			"$(netdev "$address")"
	done
}

show_nics() {
	local pf

	step 'A host with two SR-IOV NICs, one on each NUMA node, behind an IOMMU'
	for pf in "${PF[@]}"; do
		command_line "echo 2 > /sys/bus/pci/devices/$pf/sriov_numvfs"
	done
	make_vfs 2 || fail 'the VFs do not come'
	must dpdk_memory 96
	must dpdk_few_drivers
	say ''
	device_table 0/pf 0/0 0/1 1/pf 1/0 1/1 | indent
	pf=$(netdev "${PF[0]}")
	say ''
	command_line "ip link show $pf        # the PF's list of its VFs"
	ip link show "$pf" | indent
}

show_setting() {
	local p

	step 'A client on one VF of each NIC; a pod for the other two'
	must far_ends 1 10
	must far_neighbours "${MACS[@]}"
	must ip netns add pod
	must mkdir -p /run/dpdk-pod/pod
	must sh -c "echo '+cpuset +hugetlb' >$CGROUPS/cgroup.subtree_control"
	must pod_cgroup pod 1 $HUGE
	# In this shell: it says where they are now.
	programs_for_all >"$work/programs.log" 2>&1 || fail 'the programs cannot be copied'
	say '   left             NIC 0             pod              NIC 1            right' \
		" $LEFT                                                         $RIGHT" \
		'   VF 1 -- VLAN 10 -- VF 0 ==> dpdk-pod-l2fwd <== VF 0 -- VLAN 20 -- VF 1' \
		'' \
		'The NICs keep VLANs apart, so that only the pod joins the two clients.' \
		"The pod has one CPU, $((HUGE >> 20)) MB of hugepages and as much of locked memory. What runs in it is user" \
		"$USER_ID, not root, and has no capability at all." ''
	command_line 'id; grep CapEff /proc/self/status        # in the pod'
	(contained pod $MEMLOCK sh -c 'id; grep CapEff /proc/self/status') >"$work/out" 2>>"$work/pod.log" ||
		fail 'nothing runs in the pod'
	indent <"$work/out"
}

show_add() {
	local i shown

	before=$(far_snapshot)
	step 'The container runtime calls the plugin, once for each VF'
	say '"mode": "vfio" has the VF bound to vfio-pci for as long as the pod has it. VLAN and MAC address' \
		'are set by the PF, out of the reach of the pod. "deviceNode" lets the group of its user open' \
		'the VF. In Kubernetes the device plugin chooses the VF and Multus fills in "deviceID"; or name' \
		'a PF by "pf", and the plugin takes a free VF of it.'
	for i in 0 1; do
		echo
		cni ADD net$((i + 1)) "${conf[i]}"
		result[i]=$answer
		say 'the network configuration, on stdin:'
		json <<<"${conf[i]}" | indent
		say 'the result, on stdout:'
		shown=$(json <<<"$answer") || fail 'the result is not JSON' "$answer"
		indent <<<"$shown"
	done
	say '' 'the VFs now:'
	device_table 0/0 1/0 | indent
	[ "$(driver "$(vf 0 0)") $(driver "$(vf 1 0)")" = 'vfio-pci vfio-pci' ] || fail 'a VF is not with vfio-pci'
	say ''
	command_line 'ls -l /dev/vfio'
	(cd /dev/vfio && stat -c '%A %u %g %n' [0-9]*) | indent
	pf=$(netdev "${PF[0]}")
	command_line "ip link show $pf"
	ip link show "$pf" | grep 'vf 0' | indent
	ip link show "$pf" | grep -q "vf 0 .*${MACS[0]}.*vlan 10" || fail 'the PF does not have what was set'
	good 'bound, set at their PFs, and open to the pod'
}

show_published() {
	show_list
	command_line 'dpdk-pod show                     # in the pod'
	(contained pod $MEMLOCK "$POD_TOOL" show) 2>"$work/dpdk-pod.log" | indent
	[ "${PIPESTATUS[0]}" -eq 0 ] || fail 'dpdk-pod show'
	say ''
	show_explained contained pod $MEMLOCK "$POD_TOOL"
}

show_traffic() {
	local out

	step 'The forwarder starts, with no EAL argument, and forwards'
	command_line "ping -c 2 -W 1 $RIGHT           # left"
	if out=$(ip netns exec left ping -c 2 -i 0.2 -W 1 $RIGHT 2>&1); then
		fail 'left reaches right before anything forwards' "$out"
	fi
	grep transmitted <<<"$out" | indent
	say ''
	command_line 'dpdk-pod-l2fwd        # in the pod'
	fwd_start contained pod $MEMLOCK "$L2FWD" --json --period 0.25
	cp "$fwd_err" "$work/dpdk-pod-l2fwd.log"
	[ "$(grep -c -- '-> port' "$fwd_err")" -ge 2 ] || fail 'dpdk-pod-l2fwd does not forward'
	grep '^dpdk-pod-l2fwd:' "$fwd_err" | fold -s -w 92 | indent
	say ''
	t_wait 20 far_ping 1 || fail 'no frame finds its way'
	# Since now, for the comparison at the end.
	fwd_quiet
	counts=$(far_counts)
	command_line "ping -c 100 -i 0.01 $RIGHT      # left"
	out=$(ip netns exec left ping -q -c 100 -i 0.01 -W 2 $RIGHT 2>&1) || fail 'right does not answer left' "$out"
	tail -n 2 <<<"$out" | indent
	say '' "$((2 * frames)) frames of each size, half from either client at the same time, compared byte for" \
		'byte where they arrive (the NICs are emulated: never mind the rate):'
	out=$("$DEMO_FRAMES" $frames /run/netns/left far "${MACS[0]}" /run/netns/right far "${MACS[1]}" 2>&1) ||
		fail 'a frame was lost or changed' "$out"
	indent <<<"$out"
	good 'nothing lost, nothing changed but the two MAC addresses'
}

show_counters() {
	local want=$((8 * frames + 100)) n=() i bad=''

	step 'The counters of both sides, and everything back as it was'
	fwd_quiet
	read -ra n <<<"$(counts_since "$counts")"
	say "since the pings above, what the clients' kernels and the forwarder have counted:" ''
	printf '    %-8s %-6s %-16s %-14s %s\n' from sent 'net1/2 received' 'net2/1 sent' received \
		left "${n[@]:0:4}" right "${n[@]:4:4}" | sed 's/ *$//'
	say ''
	for i in "${n[@]}"; do
		[ "$i" -eq "$want" ] || bad="not $want everywhere"
	done
	fwd_stop
	[ "$(fwd_final '[.ports[].dropped] | add')" -eq 0 ] || bad='the forwarder dropped a frame'
	[ "$fwd_status" -eq 0 ] || bad="dpdk-pod-l2fwd ended with status $fwd_status"
	[ -z "$bad" ] || fail "$bad"
	good "they agree: $want frames each way, not one lost"
}

show_del() {
	local after i

	say '' 'The pod ends. The runtime calls the plugin again, with the result that it kept:' ''
	for i in 1 0; do
		cni DEL net$((i + 1)) "$(jq -c --argjson r "${result[i]}" '. + {prevResult: $r}' <<<"${conf[i]}")"
	done
	say ''
	device_table 0/0 1/0 | indent
	command_line 'dpdk-cni list'
	"$build/cni/dpdk-cni" list 2>>"$work/dpdk-cni.log" | indent
	command_line 'diff before after'
	after=$(far_snapshot)
	diff -U1 --label before --label after <(echo "$before") <(echo "$after") >"$work/diff" ||
		fail 'the host is not as before:' "$(cat "$work/diff")"
	good 'the VFs are as before: driver, link, VLAN and MAC address at the PF; plugin state, pod file'
}

for plugins in /usr/lib/cni /opt/cni/bin /usr/libexec/cni ''; do
	[ ! -x "$plugins/static" ] || break
done
[ -n "$plugins" ] || fail 'no IPAM plugin (static): install containernetworking-plugins'
if [ -z "${DEMO_FRAMES:-}" ]; then
	DEMO_FRAMES=$work/frames
	must gcc -o "$DEMO_FRAMES" "$root/test/demo-frames.c"
fi
before='' answer='' counts='' result=() conf=()
show_nics
for p in 0 1; do
	conf[p]=$(jq -nc "{cniVersion: \"1.0.0\", name: \"dpdk-$p\", type: \"dpdk-cni\", deviceID: \"$(vf $p 0)\",
		mode: \"vfio\", vlan: $((p * 10 + 10)), mac: \"${MACS[$p]}\",
		deviceNode: {gid: $GROUP_ID, mode: \"0660\"}, podFile: {dir: \"/run/dpdk-pod/pod\"},
		ipam: {type: \"static\", addresses: [{address: \"192.0.2.1$p/24\"}]}}")
done
show_setting
show_add
show_published
show_traffic
show_counters
show_del
