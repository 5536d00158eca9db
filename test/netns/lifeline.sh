#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC that the host lives by is never taken, unless the node's owner allows it.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
ip link set nic0 up
BEFORE=$(snapshot)

ip addr add 192.0.2.1/24 dev nic0
t_refused 'a NIC with a global address' ADD "$(conf '{}')" 102 '192.0.2.1/24.*allowInUse'
ip addr del 192.0.2.1/24 dev nic0
ip addr add 2001:db8::1/64 dev nic0 nodad
t_refused 'a NIC with a global IPv6 address' ADD "$(conf '{}')" 102 '2001:db8::1/64'
ip addr del 2001:db8::1/64 dev nic0
ip route add default dev nic0
t_refused 'a NIC with the default route' ADD "$(conf '{}')" 102 'default route'
t_is 'the route is still there' "$(ip route show default)" 'default dev nic0 scope link '
ip route del default
ip route add default dev nic0 table 77
t_refused 'a NIC with a default route of another table' ADD "$(conf '{}')" 102 'default route'
ip route flush table 77
ip route add default nexthop dev nic0 nexthop dev far-nic0
t_refused 'a NIC with one leg of a multipath default route' ADD "$(conf '{}')" 102 'default route'
ip route del default
ip link add br0 type bridge
ip link set nic0 master br0
BEFORE=$(snapshot)
t_refused 'a NIC in a bridge' ADD "$(conf '{}')" 102 'bridge, bond or other master'
ip link del br0

# A pod of a kubelet: another pod's veth and the cluster's bridge are links as well.
tenant='K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;K8S_POD_UID=u-1'
make_pod other
ip link add cable type veth peer name eth0 netns other
ip link add cni0 type bridge
BEFORE=$(snapshot)
for link in cable cni0 nic0; do
	ARGS=$tenant t_refused "$link for a pod of a kubelet" ADD "$(conf "{device: \"$link\"}")" 102 'no hardware.*"devices"'
done
policy '{"allowInUse": ["*"]}'
ARGS=$tenant t_refused 'with allowInUse alone' ADD "$(conf '{device: "cable"}')" 102 'no hardware'
policy '{"devices": ["nic*"]}'
ARGS=$tenant t_add 'one that the owner of the node lists' "$(conf '{}')"
ARGS=$tenant t_del 'comes back' "$(conf '{}')"
rm /etc/dpdk-cni/policy.json
t_is 'as it was' "$(snapshot)" "$BEFORE"
ip link del cable
ip link del cni0

# What the owner of the node says.
ip addr add 192.0.2.1/24 dev nic0
BEFORE=$(snapshot)
policy '{"allowInUse": ["nic*"]}'
t_add 'with allowInUse it is taken' "$(conf '{}')"
t_del 'and given back' "$(conf '{}')"
t_is 'as it was' "$(snapshot)" "$BEFORE"
ip addr flush dev nic0 scope global
policy '{"devices": ["ens*", "0000:3b:*"]}'
t_refused 'a NIC that is not on the list' ADD "$(conf '{}')" 102 'policy does not allow'
policy '{"devices": ["other-*"]}'
t_add 'a NIC on the list by its altname' "$(conf '{}')"
policy '{"devices": []'
t_del 'a policy that is damaged keeps no pod from going' "$(conf '{}')"
t_refused 'and lets none come' ADD "$(conf '{}')" 6 'policy /etc/dpdk-cni/policy.json: line'
policy '{}'
chmod 666 /etc/dpdk-cni/policy.json
t_refused 'a policy that others may write' ADD "$(conf '{}')" 102 'writable by others'
chmod 644 /etc/dpdk-cni/policy.json
chown 12345 /etc/dpdk-cni/policy.json
t_refused 'a policy of somebody else' ADD "$(conf '{}')" 102 'not owned by root'
t_done
