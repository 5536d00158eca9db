#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What dpdk-pod says of running programs, on a machine with two NUMA nodes: one that is placed well,
# one whose worker and memory are far from its VF; and a VF that the kernel wants back meanwhile.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/dpdk-env.sh"

t_need 'four VFs each' make_vfs 4
t_need 'hugepages on both nodes' dpdk_memory 128
t_need 'few drivers to load' dpdk_few_drivers
A=$(vf 0 0) B=$(vf 1 0)
# VFs that are made anew have other numbers and addresses; their drivers are what must be as before.
drivers() { (cd "$PCI" && stat -c %N ./*/driver); }
BEFORE=$(drivers)
for p in 0 1; do
	t_need "VF $p on vfio-pci" bind "$(vf $p 0)" vfio-pci
done

# CPU 0 is node 0, CPU 1 is node 1. Without mlockall, what is locked is what VFIO maps. The options
# make testpmd take packet memory from one node, whatever its ports are on.
testpmd() { # NODE EAL-ARGUMENTS...
	local node=$1 memory=64,0

	shift
	[ "$node" -eq 0 ] || memory=0,64
	dpdk-testpmd --lcores "0@$node,1@$node" --in-memory --socket-mem "$memory" "$@" -- \
		--no-numa --socket-num="$node" --no-mlockall --total-num-mbufs=2048 --auto-start \
		--stats-period 1000 >"$T_TMP/testpmd" 2>&1 &
	pid=$!
	t_cleanup "kill -9 $pid 2>/dev/null"
}
t_tmpdir
ready=("$POD_TOOL" ready --timeout 20)
stop() {
	kill "$pid"
	wait "$pid"
}

# ---------------------------------------------------------------- placed well

testpmd 0 -a "$A"
t_run 'in memory, on a VF: it becomes ready' t_wait 60 "${ready[@]}" --no-link
[ "$t_rc" -eq 0 ] || t_diag "$(tail -n 20 "$T_TMP/testpmd")"
t_run 'it is ready with link' t_wait 30 "${ready[@]}"
t_like 'its port is the VF' "$("${ready[@]}")" "port 0 \($A\) up"
mkdir -p /run/dpdk-pod
printf '{"version":"1.0","interfaces":[{"name":"net1","mode":"vfio","pciAddress":"%s"},{"name":"net2","mode":"vfio","pciAddress":"%s"}]}' \
	"$A" "$B" >/run/dpdk-pod/pod.json
t_run 'its port has a name in the pod' "${ready[@]}" --port net1
t_run_fails 'of two interfaces it has one' "${ready[@]}" --port net2
t_like 'of two interfaces it has one: says so' "$T_OUT" 'it has no port net2'
t_run 'show --live' "$POD_TOOL" show --live $pid
live=$("$POD_TOOL" show --live $pid --json)
t_json 'its NIC, by the group it has open and by its port' "$live" '[.nics[] | .pciAddress, .interface, .driver, .numaNode, .port]' "[\"$A\",\"net1\",\"vfio-pci\",0,0]"
t_json 'its worker' "$live" '[.threads[] | select(.role == "worker") | .cpus, .node]' '["0",0]'
t_json 'its hugepages are on node 0' "$live" \
	'[.memory[] | select(.kind == "hugepages") | .pageSize, [.nodes[].node], .bytes >= 67108864]' '[2097152,[0],true]'
t_json 'VFIO has locked them' "$live" \
	'(.memory[] | select(.kind == "hugepages") | .bytes) as $huge | .lockedMemory.locked >= $huge' true
t_json 'nothing crosses a node' "$live" '[.crossings[]?.text]' '[]'
stop

# ---------------------------------------------------------------- far from its VF

testpmd 1 -a "$A"
t_run 'far from its VF: it becomes ready all the same' t_wait 60 "${ready[@]}"
[ "$t_rc" -eq 0 ] || t_diag "$(tail -n 20 "$T_TMP/testpmd")"
live=$("$POD_TOOL" show --live $pid --json)
worker=$(jq '.threads[] | select(.role == "worker") | .tid' <<<"$live")
t_json 'far from its VF: the worker crosses' "$live" '.crossings[] | select(.kind == "worker-nic") | .text' \
	"\"worker thread $worker (rte-worker-1, CPU 1) runs on node 1, its NIC $A (net1) is on node 0 (distance 20)\""
t_json 'far from its VF: the memory crosses' "$live" \
	'.crossings[] | select(.kind == "memory-nic") | .node, (.text | contains("of its hugepages are on node 1"))' '1
true'
t_json 'far from its VF: that is all' "$live" '.crossings | length' 2
stop

# ---------------------------------------------------------------- the kernel wants VFs back

rm -r /run/dpdk-pod
fwd_start "$L2FWD" -a "$A" -a "$B" -- --json --period 0.5
t_need 'l2fwd runs on both' grep -e '-> port' "$fwd_err"
t_json 'l2fwd: one worker for NICs of two nodes: one of them is far' "$("$POD_TOOL" show --live $fwd_pid --json)" \
	'[.crossings[] | .kind, .node]' '["nic-worker",0]'

# Without an answer the writer waits in the kernel, and no signal ends it.
takes() { # COMMAND: starts it, and waits until it is through
	eval "$1" &
	taker=$!
}
taken() { ! kill -0 "$taker"; }
lost() { grep -q "port $1 .*: lost: its device is being removed" "$fwd_err"; }
takes "echo 0 >$PCI/${PF[0]}/sriov_numvfs"
t_run 'all VFs of a PF are taken away: l2fwd hears of it' t_wait 60 lost 0
t_run 'it gives its VF back' t_wait 60 taken
t_is 'the VF is gone' "$(ls -d "$PCI/$A" 2>/dev/null)" ''
t_run 'it goes on with the other' kill -0 "$fwd_pid"
t_run 'that one is ready, the lost one is not its port any more' "${ready[@]}" --port "$B" --no-link
t_run 'and says so in its statistics' t_wait 10 fwd_newest_ '[.ports[].state == "lost"] == [true, false]'

takes "echo $B >/sys/bus/pci/drivers/vfio-pci/unbind"
t_run 'the other is unbound: l2fwd hears of it' t_wait 60 lost 1
t_run 'it gives that back, too' t_wait 60 taken
fwd_wait 20
t_is 'with the last port it ends, as a failure' "$fwd_status" 1
t_like 'and says why' "$(cat "$fwd_err")" 'no port is left'
[ "$t_bad" -eq 0 ] || t_diag "$(fwd_log | tail -n 30)"

t_need 'VF 0 of the second NIC as before' bind "$B" igbvf
t_need 'no override' no_override "$B"
t_need 'the VFs again' make_vfs 4
t_is 'VFs and their drivers are as before' "$(drivers)" "$BEFORE"
dpdk_memory 0
t_done
