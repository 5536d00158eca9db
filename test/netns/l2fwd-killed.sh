#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A DPDK program that is killed leaves its traces on the NIC: an XDP program stays attached, rings
# and promiscuous mode may. On the host the NIC is as it was nevertheless.
. "$(dirname "$0")/sandbox.sh"
. "$(dirname "$0")/l2fwd-common.sh"

make_pod pod
make_nic nic0
mkdir -p /run/dpdk-pod/p
BEFORE=$(snapshot)
CONF=$(conf '{podFile: {dir: "/run/dpdk-pod/p"}}')

xdp() { ip -n pod -d -j link show net1 | jq -r '.[0].xdp.prog.id // 0'; }
attached() { [ "$(xdp)" -gt 0 ]; }
for pmd in af_xdp af_packet pcap; do
	for_pmd $pmd
	t_add "ADD for $pmd" "$CONF"
	ip netns exec pod env DPDK_POD_FILE=/run/dpdk-pod/p/pod.json \
		"$L2FWD" --netdev-pmd "$pmd" --json --period 1 >"$T_TMP/log" 2>&1 &
	pid=$!
	t_cleanup "kill -9 $pid 2>/dev/null"
	if [ $pmd = af_xdp ]; then
		t_run 'af_xdp: it has attached its program' t_wait 20 attached || t_diag "$(<"$T_TMP/log")"
	else
		t_run "$pmd: it forwards" t_wait 20 grep -q '"ports"' "$T_TMP/log"
	fi
	t_run "$pmd: it is running when it is killed" kill -9 "$pid"
	wait "$pid" 2>/dev/null
	[ $pmd != af_xdp ] || t_isnt 'af_xdp: killed, its program stays' "$(xdp)" 0
	t_del "DEL after $pmd" "$CONF"
	t_is "$pmd: the host is as before" "$(snapshot)" "$BEFORE"
done

for_pmd af_xdp
# Still in use: the device leaves under the program's feet.
t_add 'ADD' "$CONF"
ip netns exec pod env DPDK_POD_FILE=/run/dpdk-pod/p/pod.json \
	"$L2FWD" --netdev-pmd af_xdp --json --period 1 >"$T_TMP/log" 2>&1 &
pid=$!
t_cleanup "kill -9 $pid 2>/dev/null"
t_run 'af_xdp runs' t_wait 20 attached
t_del 'DEL while it runs' "$CONF"
t_run 'it ends by itself, having lost its only port' t_wait 20 sh -c "! kill -0 $pid"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
