#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# NICs that the kernel drives, with exactly what the documented pod may do: our forwarder and an
# unmodified dpdk-testpmd start, frames pass both ways, and what the container cannot do is said.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir
t_no_ipv6
in_pod=$(dirname "$0")/../in-pod.sh
program=$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd
pod=$BUILD_ROOT/dataplane/pod/dpdk-pod

for i in 1 2; do
	t_need "link net$i" ip link add "net$i" type veth peer name "v$i"
	ip link set "net$i" up
	ip link set "v$i" up
	links_up "net$i" "v$i"
done
mkdir -p /run/dpdk-pod /run/bin
echo '{"version":"1.0","interfaces":[{"name":"net1","mode":"netdev"},{"name":"net2","mode":"netdev"}]}' \
	>/run/dpdk-pod/pod.json

mac() { # IF
	tr -d : <"/sys/class/net/$1/address"
}

forwards() { # NAME CMD...
	local name=$1

	shift
	fwd_start "$@" --json --period 0.1
	t_run "$name: frames each way" \
		"$FRAMES" exchange v1 v2 200 "020000000001$(mac net2)" "020000000000$(mac net1)"
	fwd_stop
	t_is "$name: exit status" "$fwd_status" 0
	[ "$fwd_status" -eq 0 ] || t_diag "$(fwd_log)"
}

testpmd() { # NAME CMD...
	local name=$1

	shift
	"$@" dpdk-testpmd -- --total-num-mbufs=4096 --stats-period=1 </dev/zero >"$T_TMP/testpmd" 2>&1 &
	fwd_pid=$!
	t_cleanup "kill -9 $fwd_pid 2>/dev/null || true"
	t_run "$name: starts" t_wait 20 grep -q 'Port statistics' "$T_TMP/testpmd"
	t_run "$name: frames each way" "$FRAMES" exchange v1 v2 200 - -
	kill -INT $fwd_pid 2>/dev/null
	fwd_wait 10
	t_is "$name: exit status" "$fwd_status" 0
	[ "$fwd_status" -eq 0 ] || t_diag "$(tail -n 30 "$T_TMP/testpmd")"
}

# What the documented pod may do: pcap is the driver that starts.
POD=(bash "$in_pod")
t_is 'the capabilities are the documented ones' \
	"$("${POD[@]}" awk '/^Cap(Eff|Bnd)|^Seccomp:|^NoNewPrivs/ { printf "%s ", $2 }' /proc/self/status)" \
	'0000000000006000 0000000000006000 1 2 '
t_run 'args --explain' "${POD[@]}" "$pod" args --explain
t_like 'says which driver' "$T_OUT" '--vdev net_pcap0,iface=net1,phy_mac=1'
t_like 'and why' "$T_OUT" 'pcap: does with NET_RAW; af_packet is faster and needs NET_ADMIN'
forwards 'the documented pod' "${POD[@]}" "$program"
testpmd 'dpdk-testpmd in the documented pod' "${POD[@]}" "$pod" run -q
# A frame's VLAN tag is what VNFs live on.
fwd_start "${POD[@]}" "$program" --json
t_is 'a VLAN tag passes' "$(python3 - "$(mac net1)" <<'P'
import socket, struct, sys
def link(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((name, 0x0003))
    s.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA
    s.settimeout(5)
    return s
a, b = link("v1"), link("v2")
a.send(bytes(range(2, 14)) + b"\x81\x00\x60\x07\x88\xb5" + b"tagged" * 10)
while True:
    frame, auxiliary, _, _ = b.recvmsg(2000, 100)
    if frame.endswith(b"tagged"):
        print(hex(struct.unpack("IIIHHHH", auxiliary[0][2])[5]), frame[12:14].hex())
        break
P
)" '0x6007 88b5'
fwd_stop

# One capability more, and the faster driver is taken.
POD=(bash "$in_pod" --cap NET_ADMIN)
t_run 'args --explain with NET_ADMIN' "${POD[@]}" "$pod" args --explain
t_like 'af_packet then' "$T_OUT" '--vdev net_af_packet0,iface=net1,.*NET_ADMIN is here'
forwards 'with NET_ADMIN' "${POD[@]}" "$program"
testpmd 'dpdk-testpmd with NET_ADMIN' "${POD[@]}" "$pod" run -q

# A user other than root: the capability comes with the file.
install "$program" "$pod" /run/bin/
t_need 'a file capability' setcap cap_net_raw+ep /run/bin/dpdk-pod-l2fwd
forwards 'not root, a file capability' bash "$in_pod" --uid 10001 --escalate /run/bin/dpdk-pod-l2fwd

# What was asked for and cannot start says what is missing.
POD=(bash "$in_pod")
fwd_start "${POD[@]}" "$program" --netdev-pmd af_packet
fwd_wait 10
t_is 'af_packet without NET_ADMIN: exit status' "$fwd_status" 1
t_like 'it is remarked beforehand' "$(<"$fwd_err")" 'net1: af_packet was asked for, .*add the capability NET_ADMIN'
t_like 'the error names the remedy' "$(<"$fwd_err")" \
	'port net1: start: Operation not permitted.*add the capability NET_ADMIN, or take net_pcap'

# A container in another user namespace than its links: the capability is there and does not count.
t_like 'NET_ADMIN of another user namespace' "$(unshare --user --map-root-user "$pod" args -q)" '--vdev net_pcap0'
t_done
