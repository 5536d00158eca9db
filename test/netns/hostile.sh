#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The author of a network, and the owner of a pod, mean harm: nothing outside the pod is theirs to
# change, and a NIC that they had comes back as it was.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
BEFORE=$(snapshot)
NEXT=$BEFORE # what the host looks like after DEL

# ADD, an attack from inside the pod, DEL; the host is as before.
attack() { # NAME COMMAND...
	local name=$1

	shift
	cni ADD "$(conf '{}')"
	if [ "$RC" -ne 0 ]; then
		t_fail "$name: ADD" "$OUT" "$ERR"
		return
	fi
	if ! "$@" >"$T_TMP/attack" 2>&1; then
		t_fail "$name: the attack can be made" "$(<"$T_TMP/attack")"
		cni DEL "$(conf '{}')"
		return
	fi
	cni DEL "$(conf '{}')"
	if [ "$RC" -ne 0 ]; then
		t_fail "$name: DEL" "$OUT" "$ERR"
	else
		t_is "$name" "$(snapshot)" "$NEXT"
	fi
}
in_pod() {
	ip netns exec pod "$@"
}

# ---------------------------------------------------------------- NET_ADMIN in the pod

attack 'the pod puts it into a bridge' in_pod sh -c 'ip link add up0 type bridge &&
	ip link set net1 master up0 && ip link set up0 up'
in_pod ip link del up0
attack 'the pod has a macvlan and a tunnel on it' in_pod sh -c 'ip link set net1 up && ip link set lo up &&
	ip link add link net1 name mv0 type macvlan && ip link set mv0 up && ip link add tun0 type vxlan id 7 dev net1 dstport 4789'
t_is 'which it does not keep' "$(pod_links pod)" '["lo"]'
attack 'the pod has queues on it' in_pod sh -c 'tc qdisc add dev net1 clsact && tc qdisc add dev net1 root handle 1: htb'
attack 'the pod changes its GSO limits and generation of addresses' in_pod sh -c \
	'ip link set net1 gso_max_size 1000 gso_max_segs 2 && ip link set net1 addrgenmode none'
attack 'the pod turns off multicast, ARP, and brings it down' in_pod sh -c \
	'ip link set net1 down; ip link set net1 multicast off arp off allmulticast on'
# shellcheck disable=SC2317 # called by name
altnames() {
	in_pod python3 - <<'P'
import subprocess
lines = ["link property add dev net1 altname %s" % (("n%03d" % i) + "x" * 120) for i in range(400)]
subprocess.run(["ip", "-force", "-batch", "-"], input="\n".join(lines).encode(), check=True)
P
}
attack 'the pod gives it 400 long altnames' altnames
attack 'the pod takes the names of the host for altnames' in_pod sh -c \
	'ip link property add dev net1 altname lo0 altname far-nic0 altname nic0'
attack 'the pod calls it as the host calls another' in_pod sh -c \
	'ip link set net1 down && ip link set net1 name far-nic0'
attack 'the pod takes its old index and name for another' in_pod sh -c \
	'ip link add nic0 type bridge'
in_pod ip link del nic0
attack 'the pod gives it a name that a terminal obeys' in_pod sh -c \
	"ip link set net1 down && ip link set net1 name \"\$(printf 'a\\033[31mb')\""

# An XDP program of the stack's: "off" without a word on which would look in the driver alone.
cat >"$T_TMP/xdp.py" <<'P'
import ctypes, os, struct, sys
insns = struct.pack("<BBhi", 0xb7, 0, 0, 2) + struct.pack("<BBhi", 0x95, 0, 0, 0)  # return XDP_PASS
code, gpl, path = (ctypes.create_string_buffer(b) for b in (insns, b"GPL", sys.argv[1].encode()))
def bpf(command, attr):
	buf = ctypes.create_string_buffer(attr.ljust(128, b"\0"))
	fd = ctypes.CDLL(None, use_errno=True).syscall({"x86_64": 321, "aarch64": 280}[os.uname().machine], command, buf, 128)
	if fd < 0:
		raise OSError(ctypes.get_errno(), "bpf")
	return fd
prog = bpf(5, struct.pack("<IIQQ", 6, 2, ctypes.addressof(code), ctypes.addressof(gpl)))
bpf(6, struct.pack("<QI", ctypes.addressof(path), prog))
P
mkdir /run/bpf # ip hides what is mounted below /sys
if mount -t bpf bpf /run/bpf && python3 "$T_TMP/xdp.py" /run/bpf/pass; then
	for mode in xdpgeneric xdpdrv; do
		attack "the pod leaves a program of $mode" ip -n pod link set dev net1 $mode pinned /run/bpf/pass
	done
else
	t_skip 'the pod leaves an XDP program' 'no bpf file system, or no right to load programs'
fi

# A crowd of links that come and go, so that no list of them is ever whole.
# shellcheck disable=SC2016 # for the shell in the pod
in_pod sh -c 'for i in $(seq 300); do echo "link add d$i type bridge"; done | ip -batch -'
# shellcheck disable=SC2016
ip netns exec pod sh -c 'while :; do for i in 1 2 3 4 5 6; do echo "link del d$i"; echo "link add d$i type bridge"; done |
	ip -force -batch -; done' >/dev/null 2>&1 &
churn=$!
t_cleanup "kill $churn 2>/dev/null"
wrong=
for _ in $(seq 15); do
	cni ADD "$(conf '{}')"
	[ "$RC" -eq 0 ] || wrong+="ADD: $OUT"
	cni DEL "$(conf '{}')"
	[ "$RC" -eq 0 ] || wrong+="DEL: $OUT"
	[ "$(snapshot)" = "$BEFORE" ] || wrong+=$(diff <(echo "$BEFORE") <(snapshot))
done
kill "$churn"
wait "$churn" 2>/dev/null
t_is 'the pod makes and removes links without end' "$wrong" ''
ip netns del pod
make_pod pod

# ---------------------------------------------------------------- the author of the network

# What it may not take: NICs that the host lives by, in ways that no address and no master shows.
ip link add tunnel type vxlan id 7 dev nic0 dstport 4789
BEFORE=$(snapshot)
t_refused 'a NIC with a tunnel of the host on it' ADD "$(conf '{}')" 102 'tunnel'
ip link del tunnel
ip link add link nic0 name mv7 type macvlan
BEFORE=$(snapshot)
t_refused 'a NIC with a macvlan of the host on it' ADD "$(conf '{}')" 102 'mv7'
ip link del mv7
ip link set nic0 up
ip route add 10.77.0.5/32 dev nic0
BEFORE=$(snapshot)
t_refused 'a NIC with a route of the host' ADD "$(conf '{}')" 102 'route.*10\.77\.0\.5/32'
t_is 'which is still there' "$(ip route show dev nic0 10.77.0.5)" '10.77.0.5 scope link '
ip link set nic0 down
make_pod other
BEFORE=$(snapshot)

# logFile.
mkdir -p /var/log/dir /etc/victim
ln -sfn /etc/victim /var/log/evil
ln -sf /etc/victim/file /var/log/evil-file
mkfifo /var/log/fifo
mknod /var/log/device c 1 3
for file in /var/log /var/log/dir /var/log/evil/file /var/log/evil-file /var/log/fifo /var/log/device /var/log/none/file; do
	t_refused "logFile $file" ADD "$(conf "{logFile: \"$file\"}")" 5 'logFile'
done
for file in /var/log/../../etc/victim/file /var/logs /etc/victim/file var/log/x /var/log/..; do
	cni ADD "$(conf "{logFile: \"$file\"}")"
	t_like "logFile '$file': refused" "$(jq .code <<<"$OUT")" '^(5|102)$'
done
t_is 'nothing was written elsewhere' "$(ls -A /etc/victim)" ''
cni ADD "$(conf '{logFile: "/var/log/net.log", logLevel: "debug", device: "x\n2030-01-01 root: all is well"}')"
t_unlike 'a log has no line of the author alone' "$(</var/log/net.log)" $'\n2030'
t_unlike 'nor has stderr' "$(cni ADD "$(conf '{device: "x\n2030-01-01 root: all is well"}')"; echo "$ERR")" $'\n2030'
printf 'binary\0' >/var/log/wtmp
chmod 664 /var/log/wtmp
chown 0:43 /var/log/wtmp
cni ADD "$(conf '{device: "none", logFile: "/var/log/wtmp"}')"
t_is 'a file of somebody else is not written to' "$(stat -c %s /var/log/wtmp)" 7
rm -rf /var/log/dir /var/log/evil /var/log/evil-file /var/log/fifo /var/log/device /var/log/net.log /var/log/wtmp

# The pod file of another pod, by naming its directory.
policy '{"devices": ["nic*"]}'
mkdir -p /run/dpdk-pod/shared
ARGS='K8S_POD_NAMESPACE=a;K8S_POD_NAME=owner;K8S_POD_UID=u-1' t_add 'a pod with a pod file' \
	"$(conf '{podFile: {dir: "/run/dpdk-pod/shared"}}')"
make_nic nic1
BEFORE=$(snapshot)
file=$(</run/dpdk-pod/shared/pod.json)
CONTAINER=c2 POD=other ARGS='K8S_POD_NAMESPACE=b;K8S_POD_NAME=thief;K8S_POD_UID=u-2' \
	t_refused 'another pod names its directory' ADD "$(conf '{device: "nic1", podFile: {dir: "/run/dpdk-pod/shared"}}')" 102 'owner'
t_is 'the file is as before' "$(</run/dpdk-pod/shared/pod.json)" "$file"
CONTAINER=c3 POD=other ARGS='K8S_POD_NAMESPACE=a;K8S_POD_NAME=owner;K8S_POD_UID=u-1' \
	t_add 'the next sandbox of the same pod may' "$(conf '{device: "nic1", podFile: {dir: "/run/dpdk-pod/shared"}}')"
CONTAINER=c3 POD=other t_del DEL "$(conf '{}')"
t_del DEL "$(conf '{}')"
ip link del nic1
BEFORE=$(snapshot)

# In the place of the pod file and its temporary: everything that is not a file.
dir=/run/dpdk-pod/shared
for name in pod.json .pod.json.c1; do
	for plant in "mkfifo $dir/$name" "mknod $dir/$name c 1 3" "ln -s /etc/victim/x $dir/$name" "ln -s $name $dir/$name"; do
		rm -rf "${dir:?}/$name"
		eval "$plant"
		t_add "ADD over: $plant" "$(conf '{podFile: {dir: "/run/dpdk-pod/shared"}}')"
		t_is "the file after: $plant" "$(stat -c %F $dir/pod.json)" 'regular file'
		t_del "DEL after: $plant" "$(conf '{}')"
	done
	rm -rf "${dir:?}/$name"
	mkdir -p $dir/$name/sub
	t_refused "a directory for $name" ADD "$(conf '{podFile: {dir: "/run/dpdk-pod/shared"}}')" 108 'pod.json: write'
	rm -rf "${dir:?}/$name"
done
t_add 'ADD with a pod file' "$(conf '{podFile: {dir: "/run/dpdk-pod/shared"}}')"
rm -rf $dir/pod.json
mkdir -p $dir/pod.json/sub
t_del 'the pod makes it a directory: DEL is not held up' "$(conf '{}')"
rm -rf $dir/pod.json
t_is 'nothing was written elsewhere' "$(ls -A /etc/victim)" ''

# kernelpath.
mkdir -p /run/trap/0000:00:03.0/net/nic0
ln -s /sys/devices/virtual/net/nic0 /run/trap/link
for path in /run/trap/0000:00:03.0 /proc/self/root/sys/class/net/nic0 /proc/self/cwd /sys/devices/virtual/net /sys/devices /; do
	t_refused "kernelpath $path" ADD "$(conf "{device: null, kernelpath: \"$path\"}")" 100 'kernelpath'
done
t_add 'kernelpath by a link into sysfs is that NIC and no other' "$(conf '{device: null, kernelpath: "/run/trap/link"}')"
t_del DEL "$(conf '{}')"

# Sizes.
big() { # what stands for the value of a key nobody knows
	python3 -c 'import sys; sys.stdout.write("{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"type\":\"t\",\"device\":\"nic0\",\"x\":" + eval(sys.argv[1]) + "}")' "$1"
}
big '"[" * 100000 + "]" * 100000' >"$T_TMP/deep"
big '"\"" + "\\\"" * 131000 + "\""' >"$T_TMP/full"
big '"\"" + "x" * (256 << 10) + "\""' >"$T_TMP/over"
feed() { # VERB FILE
	RC=0
	OUT=$(CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		"$PLUGIN" <"$2" 2>"$T_TMP/stderr") || RC=$?
	ERR=$(<"$T_TMP/stderr")
}
feed ADD "$T_TMP/deep"
t_json 'nesting without end' "$OUT" .code 6
feed ADD "$T_TMP/over"
t_json 'more than 256 KiB' "$OUT" '[.code, .msg]' '[5,"stdin: a network configuration of more than 262144 bytes"]'
feed ADD "$T_TMP/full"
t_is 'just 256 KiB, which JSON makes twice as long' "$RC" 0
feed DEL "$T_TMP/over"
t_is 'and DEL from its record, whatever stdin says' "$RC$ERR" '0dpdk-cni: DEL net1 of c1: warning: stdin: a network configuration of more than 262144 bytes: only what is recorded is undone'
feed DEL "$T_TMP/over"
t_is 'and a second DEL' "$RC" 0
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# What people read moves no cursor, begins no line of its own, turns no direction round.
evil=$'a\e[2Jb\nc\xe2\x80\xaed\xc2\x9bK'
ARGS="K8S_POD_NAMESPACE=ns;K8S_POD_NAME=$evil" t_add 'a pod of an evil name' "$(conf '{}')"
t_is 'list shows it harmless' "$("$PLUGIN" list | sed -n 2p | grep -o 'ns/a[^ ]*')" 'ns/a?[2Jb?c?d?K'
t_is 'and in two lines' "$("$PLUGIN" list | wc -l)" 2
t_del DEL "$(conf '{}')"
cni ADD "$(jq -nc --arg d "$evil" '{cniVersion: "1.0.0", name: "net", type: "dpdk-cni", device: $d}')"
t_like 'stderr shows a device of that name harmless' "$ERR" 'a\?\[2Jb\?c\?d\?K'
t_is 'in one line' "$(wc -l <<<"$ERR")" 1
CNI_NETNS=/run/netns/pod "$PLUGIN" plan 2>"$T_TMP/stderr" < <(jq -nc --arg d "$evil" '{cniVersion: "1.0.0", name: "net", type: "dpdk-cni", device: $d}')
t_unlike 'so does plan' "$(<"$T_TMP/stderr")" $'\e|\xe2\x80\xae|\xc2\x9b'

# ---------------------------------------------------------------- a runtime that misbehaves

t_add ADD "$(conf '{}')"
t_del DEL "$(conf '{}')"
for closed in '<&-' '>&-' '2>&-' '>&- 2>&-' '<&- >&- 2>&-' '>/dev/full' '| true'; do
	CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		bash -c "\"\$1\" <<<\"\$2\" $closed" - "$PLUGIN" "$(conf '{ipam: {type: "host-local", subnet: "10.7.0.0/24"}}')" >/dev/null 2>&1
	t_del "DEL after an ADD with $closed" "$(conf '{}')"
	t_is "the host after an ADD with $closed" "$(snapshot)" "$BEFORE"
done
# An stdin that never ends holds up nobody else.
sleep 30 | CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN "$PLUGIN" &
t_add 'ADD beside one whose stdin never ends' "$(conf '{}')"
t_del DEL "$(conf '{}')"

# ---------------------------------------------------------------- things planted in the state

(umask 077 && mkdir -p /run/dpdk-cni/pods /run/dpdk-cni/claims)
claim="/run/dpdk-cni/claims/link-$(</sys/class/net/nic0/ifindex)-nic0"
for plant in "touch $claim" "mkdir $claim" "ln -s /etc/passwd $claim" "ln -s ../pods/../../x/net1.json $claim"; do
	eval "$plant"
	cni ADD "$(conf '{}')"
	t_json "a claim that is none ($plant): which" "$OUT" '[.code, (.msg | contains("claims/link-"))]' '[105,true]'
	rm -rf "$claim"
done
for plant in 'echo {' 'head -c 20000000 /dev/zero' 'printf "{\"version\":\"99\",\"state\":\"ADDED\",\"container\":\"c1\",\"ifname\":\"net1\",\"image\":{\"name\":\"x\"}}"'; do
	mkdir -p /run/dpdk-cni/pods/c1
	eval "$plant" >/run/dpdk-cni/pods/c1/net1.json
	for verb in ADD DEL; do
		cni $verb "$(conf '{}')"
		t_json "$verb over a record that is none (${plant:0:20}): code" "$OUT" .code 105
	done
	rm -r /run/dpdk-cni/pods/c1
done
t_is 'the host is as before all that' "$(snapshot)" "$BEFORE"
t_done
