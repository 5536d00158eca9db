#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which NIC is whose: a pod can neither exchange the one that it was given nor hide it, and what it, or
# another, has on top of a NIC is seen wherever it is.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_pod other
t_tmpdir
CONF=$(conf '{}')
in_pod() { ip netns exec pod "$@"; }

# From now on a namespace is kept by nothing but an open file of the process $!.
hold() { # NETNS
	python3 -c 'import sys, time; f = open("/run/netns/" + sys.argv[1]); open("/run/held", "w"); time.sleep(1000)' "$1" &
	t_wait 10 test -e /run/held
	rm /run/held
	ip netns del "$1"
}

# ---------------------------------------------------------------- exchanged

# The pod deletes the link that it has and makes one of the same index, MAC and other end.
seen_in_pod() { in_pod cat /sys/class/net/net1/address /sys/class/net/net1/ifindex "$@" | tr '\n' ' '; }
make_nic nic0
t_add 'a veth: ADD' "$CONF"
was=$(seen_in_pod /sys/class/net/net1/iflink)
read -r mac index peer <<<"$was"
in_pod ip link del net1
in_pod ip link add net1 index "$index" address "$mac" type veth peer name mine index "$peer"
t_is 'a veth: the pod makes one like it' "$(seen_in_pod /sys/class/net/net1/iflink)" "$was"
t_del 'a veth: DEL' "$CONF"
t_is 'a veth: the host does not take it' "$(ip -o link show nic0 2>/dev/null)" ''
t_is 'a veth: the pod keeps it' "$(pod_links pod)" '["lo","mine","net1"]'
in_pod ip link del net1

ip tuntap add nic0 mode tap
t_add 'a tap: ADD' "$CONF"
was=$(seen_in_pod)
read -r mac index <<<"$was"
in_pod ip link del net1
# A tap's index is the kernel's to choose, but it can be chosen on the way through a namespace.
ip netns add nested
ip -n nested tuntap add net1 mode tap
ip -n nested link set net1 address "$mac"
in_pod python3 - "$index" <<'PY'
import socket, struct, subprocess, sys, ctypes, os
pod = os.open("/proc/self/ns/net", os.O_RDONLY)
nested = os.open("/run/netns/nested", os.O_RDONLY)
libc = ctypes.CDLL(None, use_errno=True)
assert libc.setns(nested, 0) == 0
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
index = socket.if_nametoindex("net1")
attr = lambda t, v: struct.pack("<HHi", 8, t, v)
body = struct.pack("<BxHiII", 0, 0, index, 0, 0) + attr(28, pod) + attr(49, int(sys.argv[1]))
s.send(struct.pack("<IHHII", 16 + len(body), 19, 5, 1, 0) + body)
assert struct.unpack_from("<i", s.recv(4096), 16)[0] == 0
PY
ip netns del nested
t_is 'a tap: the pod makes one like it' "$(seen_in_pod)" "$was"
t_del 'a tap: DEL' "$CONF"
t_is 'a tap: the host does not take it' "$(ip -o link show nic0 2>/dev/null)" ''
in_pod ip link del net1

# ---------------------------------------------------------------- hidden

make_nic nic0
BEFORE=$(snapshot)
hide() { # NAME
	ip netns add nested
	t_add "$1: ADD" "$CONF"
	ip -n pod link set net1 netns nested name innocent
	ip -n nested link set innocent address 02:00:00:00:00:09 mtu 1000
}
comes_back() { # NAME
	t_del "$1: DEL" "$CONF"
	t_is "$1: the NIC is back as it was" "$(snapshot)" "$BEFORE"
}
sleeper() { # PID
	t_wait 5 sh -c "[ \"\$(cat /proc/$1/comm)\" = sleep ]"
}
hide 'hidden in a namespace with a name'
comes_back 'hidden in a namespace with a name'
t_like 'and the log says whence' "$ERR" 'found in the network namespace of /run/netns/nested'
ip netns del nested

hide 'in one that a process lives in'
ip netns exec nested sleep 1000 &
inside=$!
sleeper "$inside"
ip netns del nested
comes_back 'in one that a process lives in'
kill "$inside"

hide 'in one that an open file keeps'
hold nested
holder=$!
comes_back 'in one that an open file keeps'
kill "$holder"

hide 'in one that the mounts of another mount namespace keep'
unshare --mount --propagation private sleep 1000 &
inside=$!
sleeper "$inside"
umount /run/netns/nested
comes_back 'in one that the mounts of another mount namespace keep'
rm /run/netns/nested # which takes the other mount away
kill "$inside"

# A file that is on its way through a socket is seen by nobody: what lives in there is not "destroyed".
hide 'in one that nobody can see'
python3 - <<'PY' &
import array, socket, time
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
with open("/run/netns/nested") as f:
	a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [f.fileno()]))])
open("/run/held", "w")
time.sleep(1000)
PY
holder=$!
t_wait 10 test -e /run/held
rm /run/held
ip netns del nested
cni DEL "$CONF"
t_json 'DEL of it says so' "$OUT" '[.code, (.msg | contains("nor in any that can be seen from here"))]' '[100,true]'
t_like 'and keeps its record' "$("$PLUGIN" list)" 'nic0.*UNDOING'
kill "$holder"
t_wait 5 sh -c '! ip link show far-nic0'
t_del 'DEL when it has gone' "$CONF"

# ---------------------------------------------------------------- on top of it

make_nic nic0
BEFORE=$(snapshot)
ip link add mv7 link nic0 type macvlan mode bridge
ip link set mv7 netns other
t_refused 'a NIC with the macvlan of another pod on it' ADD "$CONF" 102 \
	'nic0: refused: mv7 \(macvlan\) in the network namespace of /run/netns/other is on top of it'
policy '{"allowInUse": ["nic0"]}'
t_add 'unless the owner of the node allows it' "$CONF"
in_pod ip link add link net1 name mine type macvlan
t_del 'DEL' "$CONF"
t_is 'the other pod keeps its macvlan' "$(pod_links other)" '["lo","mv7"]'
t_is 'this one does not' "$(pod_links pod)" '["lo"]'
rm /etc/dpdk-cni/policy.json
ip -n other link del mv7
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# What the pod leaves on it, in a namespace that it made: it would have the next pod's frames.
leave() { # NAME
	ip netns add nested
	t_add "$1: ADD" "$CONF"
	ip -n pod link add link net1 name mv0 type macvlan mode passthru
	ip -n pod link set mv0 netns nested
	ip -n nested link set mv0 up
}
next_works() { # NAME
	t_is "$1: the host is as before" "$(snapshot)" "$BEFORE"
	t_next_pod_works "$1"
}
leave 'a macvlan in a namespace with a name'
# What leads from there to the host has no number in there, until somebody asks.
t_del 'DEL' "$CONF"
t_like 'it is removed, and the log says so' "$ERR" 'removing mv0 \(macvlan\).*/run/netns/nested'
next_works 'after a macvlan in a namespace with a name'
ip netns del nested

leave 'a macvlan in one that an open file keeps'
hold nested
holder=$!
t_del 'DEL' "$CONF"
next_works 'after a macvlan in one that an open file keeps'
kill "$holder"

# ---------------------------------------------------------------- displaced

# Somebody on the host takes the NIC's name while a pod has it.
mac=$(cat /sys/class/net/nic0/address)
t_add 'ADD of a NIC whose name will be taken' "$CONF"
ip link add nic0 type veth peer name stranger
t_del 'DEL' "$CONF"
t_is 'it is back under another name' "$(cat /sys/class/net/dev0/address)" "$mac"
t_like 'list says so' "$("$PLUGIN" list)" '! nic0 came back as dev0'
t_json 'and in JSON' "$("$PLUGIN" list --json)" .displaced '[{"device":"nic0","nowCalled":"dev0"}]'
cni STATUS "$(conf '{cniVersion: "1.1.0"}')"
t_is 'STATUS: no fault' "$RC$OUT" 0
t_like 'but it says so' "$ERR" 'device nic0: it is called dev0'
t_is 'in one line' "$(wc -l <<<"$ERR")" 1
t_add 'ADD by its name' "$CONF"
t_is 'takes it, and not the stranger' "$(in_pod cat /sys/class/net/net1/address)" "$mac"
CONTAINER=c2 POD=other cni ADD "$CONF"
t_json 'nor does another while it is with a pod' "$OUT" '[.code, (.msg | contains("container c1"))]' '[101,true]'
t_del 'DEL while the stranger is there' "$CONF"
t_is 'it is back under another name again' "$(cat /sys/class/net/dev0/address)" "$mac"
t_add 'ADD by that name' "$(conf '{device: "dev0"}')"
ip link del nic0
t_del 'DEL when the stranger has gone' "$(conf '{device: "dev0"}')"
t_is 'it has its name back, and nothing else is left' "$(snapshot)" "$BEFORE"
t_unlike 'list has nothing to say' "$("$PLUGIN" list)" '!'

t_add 'ADD once more' "$CONF"
ip link add nic0 type veth peer name stranger
t_del 'DEL' "$CONF"
ip link del nic0
ip link set dev0 name nic0
t_add 'ADD after somebody gave it its name back' "$CONF"
t_is 'takes it' "$(in_pod cat /sys/class/net/net1/address)" "$mac"
t_del 'DEL' "$CONF"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

t_add 'ADD once more' "$CONF"
ip link add nic0 type veth peer name stranger
t_del 'DEL' "$CONF"
ip link del dev0
t_add 'one that is no more has no right to a name' "$CONF"
t_del 'DEL of the one that has it now' "$CONF"
t_unlike 'list has nothing to say' "$("$PLUGIN" list)" '!'
ip link del nic0
make_nic nic0

# Several of them, in order.
for n in 9 10 2; do
	make_nic "nic$n"
	CONTAINER=d$n IFNAME=net$n t_add "ADD of nic$n" "$(conf "{device: \"nic$n\"}")"
	ip link add "nic$n" type veth peer name "stranger$n"
	CONTAINER=d$n IFNAME=net$n t_del "DEL of nic$n" "$(conf "{device: \"nic$n\"}")"
done
t_json 'list names the displaced in their order' "$("$PLUGIN" list --json)" '[.displaced[].device]' \
	'["nic2","nic9","nic10"]'
for n in 9 10 2; do
	ip link del "far-nic$n"
	ip link del "nic$n"
done
rm -rf /run/dpdk-cni/displaced
BEFORE=$(snapshot)

# ---------------------------------------------------------------- without sysfs

mount -t tmpfs none /sys
t_refused 'a machine without /sys: nobody can tell what is on top of a NIC' ADD "$CONF" 5 '/sys/class/net/nic0.*mount -t sysfs'
umount /sys
t_done
