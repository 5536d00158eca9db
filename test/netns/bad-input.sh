#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Bad input gets a clear error and loses nothing: the code, the object, the reason, the remedy.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
make_nic nic1
BEFORE=$(snapshot)

t_refused 'malformed JSON' ADD '{"cniVersion": "1.0.0",
 "name": "n" "type": "x"}' 6 'line 2, column [0-9]+'
t_refused 'empty stdin' ADD '' 6 'empty'
t_refused 'no object' ADD '[1]' 6 'expected an object, got a list'
t_refused 'a wrong type' ADD "$(conf '{mtu: "1500"}')" 6 'mtu: expected an integer, got a string'
t_refused 'a wrong type within' ADD "$(conf '{podFile: {dir: 5}}')" 6 'podFile.dir: expected a string'
t_refused 'out of range' ADD "$(conf '{mtu: -1}')" 6 'mtu: -1 is out of range'
t_refused 'none of the words' ADD "$(conf '{mode: "vfoi"}')" 6 'mode: "vfoi" is none of'
t_refused 'a duplicate key' ADD '{"cniVersion":"1.0.0","name":"n","name":"m","device":"nic0"}' 6 'duplicate'
t_refused 'an unknown version' ADD "$(conf '{cniVersion: "9.9.9"}')" 1 '9\.9\.9'
t_refused 'no name' ADD "$(conf '{name: null}')" 7 'name: missing'
t_refused 'a bad name' ADD "$(conf '{name: "a/b"}')" 7 'name: "a/b"'
long=$(printf 'n%.0s' {1..1025})
t_refused 'a name of 1025 bytes' ADD "$(conf "{name: \"$long\"}")" 7 '1025 bytes are too long, at most 1024'
t_del 'is no obstacle to DEL' "$(conf "{name: \"$long\"}")"
t_refused 'no NIC named' ADD "$(conf '{device: null}')" 7 'no NIC is named.*deviceID'
t_refused 'no such device' ADD "$(conf '{device: "eth77"}')" 100 'eth77.*no such network device'
t_refused 'no such MAC' ADD "$(conf '{device: null, hwaddr: "02:ff:ff:ff:ff:fe"}')" 100 'no such network device'
t_refused 'no MAC' ADD "$(conf '{device: null, hwaddr: "zz"}')" 7 'hwaddr: "zz" is not a MAC address'
t_refused 'no PCI address' ADD "$(conf '{pciBusID: "nic0"}')" 7 'pciBusID.*not a PCI address.*lspci'
t_refused 'no such PCI device' ADD "$(conf '{deviceID: "0000:fe:1f.7"}')" 100 'deviceID.*0000:fe:1f.7'
t_refused 'a path that leads nowhere' ADD "$(conf '{device: null, kernelpath: "/sys/devices/none"}')" 100 'kernelpath /sys/devices/none'
t_refused 'a path out of sysfs' ADD "$(conf '{device: null, kernelpath: "/etc"}')" 100 'kernelpath /etc'
t_refused 'vlanTrunk, which cannot be honoured' ADD "$(conf '{vlanTrunk: 1}')" 2 '"vlanTrunk": 1'
t_refused 'a word for numa that is none' ADD "$(conf '{numa: "strict"}')" 6 'numa: "strict" is none of "ignore", "prefer", "require"'
t_refused 'a scope that is none' ADD "$(conf '{numaScope: "die"}')" 6 'numaScope: "die" is none of "node", "socket"'
for keys in '{vlan: 5}' '{spoofchk: "on"}' '{trust: "off"}' '{link_state: "auto"}' '{max_tx_rate: 100}' '{min_tx_rate: 0}'; do
	t_refused "$keys of what is not a VF" ADD "$(conf "$keys")" 7 'nic0: it is not a VF of a PF'
done
t_refused 'a word for on that is none' ADD "$(conf '{spoofchk: "yes"}')" 6 'spoofchk: "yes" is none of "off", "on"'
t_refused 'a VLAN out of range' ADD "$(conf '{vlan: 4095}')" 6 'vlan: 4095 is out of range 0..4094'
t_refused 'a QoS without a VLAN' ADD "$(conf '{vlanQoS: 3}')" 7 'vlanQoS and vlanProto need'
t_refused 'mode vfio for what is not a PCI device' ADD "$(conf '{mode: "vfio"}')" 7 'nic0: mode vfio needs a PCI device.*netdev'
t_refused 'a driver of the kernel' ADD "$(conf '{mode: "vfio", driver: "igb"}')" 102 'not a userspace driver'
t_refused 'a driver without IOMMU' ADD "$(conf '{mode: "vfio", driver: "uio_pci_generic"}')" 102 'policy does not allow'
t_refused 'a mode that is none' ADD "$(conf '{mode: "vfio", deviceNode: {mode: "0777"}}')" 7 'deviceNode.mode'
t_refused 'a PF that is not there' ADD "$(conf '{device: null, pf: ["ens9f9"]}')" 100 'ens9f9'
t_refused 'a PF that is not a PCI device' ADD "$(conf '{device: null, pf: ["nic0"]}')" 100 'nic0.*not a PCI device'
t_refused 'a PF with bad numbers' ADD "$(conf '{device: null, pf: ["0000:01:00.0#x"]}')" 7 'is not a list of VF numbers'
t_refused 'the loopback' ADD "$(conf '{device: "lo"}')" 102 'loopback'

# The environment: everything wrong in one error.
RC=0
OUT=$(CNI_COMMAND=ADD "$PLUGIN" <<<"$(conf '{}')" 2>/dev/null) || RC=$?
t_is 'a bare environment: exit status' "$RC" 1
t_json 'code' "$OUT" .code 4
t_like 'all four are named' "$OUT" 'CNI_CONTAINERID.*CNI_NETNS.*CNI_IFNAME.*CNI_PATH'
IFNAME=a-very-long-interface-name t_refused 'a long interface name' ADD "$(conf '{}')" 4 'CNI_IFNAME'
IFNAME=a/b t_refused 'a slash in it' ADD "$(conf '{}')" 4 'CNI_IFNAME'
CONTAINER=../../etc t_refused 'a container ID that is a path' ADD "$(conf '{}')" 4 'CNI_CONTAINERID'
CONTAINER=$(printf 'a%.0s' {1..256}) t_refused 'a container ID of 256 bytes' ADD "$(conf '{}')" 4 'CNI_CONTAINERID'
ARGS='K8S_POD_NAME' t_refused 'CNI_ARGS without =' ADD "$(conf '{}')" 4 'CNI_ARGS'
ARGS=A=$(printf 'a%.0s' {1..65535}) t_refused 'CNI_ARGS of more than 64 KiB' ADD "$(conf '{}')" 4 'CNI_ARGS is longer than 65536'
cni FLY "$(conf '{}')"
t_json 'an unknown command' "$OUT" .code 4

# The namespace.
NETNS=/run/netns/none t_refused 'a namespace that is not there' ADD "$(conf '{}')" 8 '/run/netns/none'
touch /run/netns/leftover
NETNS=/run/netns/leftover t_refused 'a file that is not a namespace any more' ADD "$(conf '{}')" 8 'not \(or no longer\) one'
NETNS=/proc/self/ns/uts t_refused 'a namespace of another kind' ADD "$(conf '{}')" 8 'not \(or no longer\) one'
NETNS=/proc/self/ns/net t_refused "the plugin's own namespace" ADD "$(conf '{}')" 8 'own network namespace'

# IPAM.
t_refused 'an IPAM plugin that is not there' ADD "$(conf '{ipam: {type: "nosuch"}}')" 107 'nosuch.*/usr/lib/cni'
t_refused 'an IPAM plugin with a path' ADD "$(conf '{ipam: {type: "../../bin/sh"}}')" 7 'without a path'
t_refused 'an IPAM section without type' ADD "$(conf '{ipam: {a: 1}}')" 7 'ipam.type'
t_refused 'an IPAM plugin that refuses: its own words' ADD "$(conf '{ipam: {type: "static", addresses: [{address: "10.0.0.300/24"}]}}')" 999 '10\.0\.0\.300'
mkdir "$T_TMP/bin"
fake() { # NAME SCRIPT
	printf '#!/bin/sh\n%s\n' "$2" >"$T_TMP/bin/$1"
	chmod +x "$T_TMP/bin/$1"
}
PLUGINS=$T_TMP/bin
fake coded '[ $CNI_COMMAND = DEL ] && exit 0; echo "{\"code\": 123, \"msg\": \"no more\", \"details\": \"try the other pool\"}"; exit 1'
t_refused 'code, message and details are passed on' ADD "$(conf '{ipam: {type: "coded"}}')" 123 'no more \| try the other pool'
fake mute '[ $CNI_COMMAND = DEL ] && exit 0; exit 3'
t_refused 'an IPAM plugin that says nothing' ADD "$(conf '{ipam: {type: "mute"}}')" 107 'mute.*exit status 3'
fake babble 'echo hello'
t_refused 'an IPAM plugin that answers nonsense' ADD "$(conf '{ipam: {type: "babble"}}')" 6 'babble.*not JSON'
fake empty 'echo "{\"cniVersion\":\"1.0.0\"}"'
t_refused 'an IPAM plugin without an address' ADD "$(conf '{ipam: {type: "empty"}}')" 107 'no address'
fake wrong 'echo "{\"ips\":[{\"address\":\"10.0.0.1/99\"}]}"'
t_refused 'an IPAM plugin with a bad address' ADD "$(conf '{ipam: {type: "wrong"}}')" 107 '10.0.0.1/99'
fake killed '[ $CNI_COMMAND = DEL ] && exit 0; kill -9 $$'
t_refused 'an IPAM plugin that is killed' ADD "$(conf '{ipam: {type: "killed"}}')" 107 'exit status 137'
fake unroutable 'echo "{\"ips\":[{\"address\":\"10.0.0.1/24\"}],\"routes\":[{\"dst\":\"10.5.0.0/16\",\"gw\":\"192.168.1.1\"}]}"'
t_refused 'a route that the kernel refuses: in its words' ADD "$(conf '{ipam: {type: "unroutable"}}')" 104 '10.5.0.0/16 via 192.168.1.1.*gateway'
fake older 'echo "{\"code\": 1, \"msg\": \"incompatible CNI versions\"}"; exit 1'
t_refused 'an IPAM plugin of older versions, which refuses DEL as well' ADD "$(conf '{ipam: {type: "older"}}')" 1 'incompatible'
t_del 'is no obstacle to DEL' "$(conf '{ipam: {type: "older"}}')"
unset PLUGINS

# A lease is given back when a later step fails.
t_refused 'a failure after IPAM gives the lease back' ADD "$(conf '{mtu: 1300, ipam: {type: "host-local", subnet: "10.7.0.0/24", routes: [{dst: "10.5.0.0/16", gw: "192.168.1.1"}]}}')" 104 'gateway'

# The NIC of another attachment.
CONTAINER=first t_add 'another attachment has the NIC' "$(conf '{}')"
BEFORE=$(snapshot)
make_pod pod2
POD=pod2 CONTAINER=second t_refused 'a NIC that is owned: by whom' ADD "$(conf '{}')" 101 'nic0.*net1 of container first'
POD=pod2 CONTAINER=first IFNAME=net2 t_refused 'owned by another interface of the same pod' ADD "$(conf '{}')" 101 'net1 of container first'

# No room, no permission.
mount -t tmpfs -o size=4k,nr_inodes=8 tmpfs "$T_TMP/bin"
t_need 'a state directory that is full' mount --move "$T_TMP/bin" /run/dpdk-cni
CONTAINER=third POD=pod2 cni ADD "$(conf '{device: "nic1"}')"
t_like 'no room on /run: said so' "$OUT" 'No space left on device|/run/dpdk-cni'
t_is 'and the NIC stays' "$(cat /sys/class/net/nic1/ifalias)" 'the NIC nic1'
umount /run/dpdk-cni
mount -o remount,ro,bind /run/dpdk-cni 2>/dev/null || mount --bind -o ro /run/dpdk-cni /run/dpdk-cni
CONTAINER=fourth POD=pod2 cni ADD "$(conf '{device: "nic1"}')"
t_like 'a read-only /run' "$OUT" 'Read-only file system'
umount /run/dpdk-cni
cp "$PLUGIN" "$T_TMP/plugin"
chmod 755 "$T_TMP/plugin" "$T_TMP"
RC=0
OUT=$(CNI_COMMAND=ADD CNI_CONTAINERID=x CNI_NETNS=/run/netns/pod2 CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
	setpriv --reuid=65534 --regid=65534 --clear-groups "$T_TMP/plugin" <<<"$(conf '{device: "nic1"}')" 2>/dev/null) || RC=$?
t_is 'a caller who is not root: exit status' "$RC" 1
t_like 'says what was not permitted' "$OUT" 'not permitted|Permission denied'
t_done
