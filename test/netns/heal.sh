#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a dead owner left is taken back by the next ADD; what a living one has is not touched by
# anybody's late DEL.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
BEFORE=$(snapshot)

# An owner that died between claim and record.
(umask 077 && mkdir -p /run/dpdk-cni/pods /run/dpdk-cni/claims)
ln -s ../pods/dead/net1.json "/run/dpdk-cni/claims/link-$(cat /sys/class/net/nic0/ifindex)-nic0"
t_add 'ADD over a claim without a record' "$(conf '{}')"
t_del 'DEL' "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# The owner's record says ADDING, the NIC is in its pod.
CONTAINER=dead t_add 'ADD by an owner that then dies' "$(conf '{}')"
sed -i 's/"ADDED"/"ADDING"/' /run/dpdk-cni/pods/dead/net1.json
make_pod pod2
CONTAINER=next POD=pod2 t_add 'the next ADD takes the NIC from it' "$(conf '{}')"
t_is 'the dead pod has it no more' "$(pod_links pod)" '["lo"]'
t_is 'the next has it' "$(pod_links pod2)" '["lo","net1"]'
CONTAINER=dead t_del 'a late DEL of the dead owner' "$(conf '{}')"
t_is 'touches nothing of the next' "$(pod_links pod2)" '["lo","net1"]'

# A record that came to life again (a copy of an old one) has no claim: it may not touch the NIC.
(umask 077 && mkdir /run/dpdk-cni/pods/dead)
sed 's/"next"/"dead"/' /run/dpdk-cni/pods/next/net1.json >/run/dpdk-cni/pods/dead/net1.json
CONTAINER=dead t_del 'a DEL whose record has no claim' "$(conf '{}')"
t_is 'touches nothing either' "$(pod_links pod2)" '["lo","net1"]'
CONTAINER=next POD=pod2 t_del 'DEL by the owner' "$(conf '{}')"
t_is 'the host is as before all that' "$(snapshot)" "$BEFORE"

# The pod's namespace dies: a veth dies with it.
make_nic nic9
CONTAINER=gone POD=pod2 t_add 'ADD into a pod that dies' "$(conf '{device: "nic9"}')"
ip netns del pod2
t_wait 5 sh -c '! ip link show far-nic9'
t_like 'list says so' "$("$PLUGIN" list)" 'gone.*nic9.*gone'
CONTAINER=gone POD=pod2 t_del 'DEL after that' "$(conf '{device: "nic9"}')"
t_is 'the host is as before, without that NIC' "$(snapshot)" "$BEFORE"

# The namespace's path is another namespace now.
make_pod pod2
CONTAINER=old POD=pod2 t_add 'ADD' "$(conf '{}')"
ip netns exec pod2 sleep 100 &
sleeper=$!
t_cleanup "kill $sleeper 2>/dev/null"
t_wait 5 sh -c "[ \"\$(readlink /proc/$sleeper/ns/net)\" != \"\$(readlink /proc/self/ns/net)\" ]"
umount /run/netns/pod2
rm /run/netns/pod2
make_pod pod2
ip -n pod2 link add net1 type veth peer name x
CONTAINER=old NETNS=/proc/$sleeper/ns/net t_del 'DEL names the namespace by another path' "$(conf '{}')"
t_is 'the NIC is back' "$(snapshot)" "$BEFORE"
t_is 'the namespace under the old path keeps its own' "$(pod_links pod2)" '["lo","net1","x"]'
kill "$sleeper"

# A lease that cannot be given back keeps the record, not the NIC.
mkdir -p "$T_TMP/bin"
cat >"$T_TMP/bin/stuck" <<'S'
#!/bin/sh
[ "$CNI_COMMAND" = ADD ] && echo '{"ips":[{"address":"10.0.0.9/24"}]}' && exit 0
[ -e /run/unstuck ] && exit 0
echo '{"code":11,"msg":"the pool is busy"}'
exit 1
S
chmod +x "$T_TMP/bin/stuck"
PLUGINS=$T_TMP/bin
t_add 'ADD with an IPAM plugin that will not let go' "$(conf '{ipam: {type: "stuck"}}')"
cni DEL "$(conf '{ipam: {type: "stuck"}}')"
t_json 'DEL passes its word on' "$OUT" '[.code, .msg]' '[11,"the NIC is back, but something is left: IPAM plugin stuck: the pool is busy"]'
t_is 'the NIC is back on the host all the same' "$(ip -o link show nic0 | grep -c nic0)" 1
t_like 'list shows the rest' "$("$PLUGIN" list)" 'UNDOING'
ip netns del pod2
make_pod pod2
CONTAINER=next POD=pod2 t_add 'the NIC is free for the next' "$(conf '{}')"
cni DEL "$(conf '{}')"
t_is 'the retried DEL does not take it away' "$(pod_links pod2)" '["lo","net1"]'
touch /run/unstuck
t_del 'a DEL when the pool answers again' "$(conf '{}')"
CONTAINER=next POD=pod2 t_del 'DEL by the owner' "$(conf '{}')"
unset PLUGINS
t_is 'nothing is left' "$(snapshot)" "$BEFORE"

# No record at all: the lease in stdin is released nevertheless.
LEASE='{ipam: {type: "host-local", subnet: "10.7.0.0/24"}}'
t_add 'ADD with a lease' "$(conf "$LEASE")"
t_is 'there is a lease' "$(find /var/lib/cni/networks/net -name '10.7.*' | wc -l)" 1
rm -rf /run/dpdk-cni
ip -n pod link set net1 netns 1 2>/dev/null
t_del 'DEL when all state was lost' "$(conf "$LEASE")"
t_is 'the lease is released' "$(find /var/lib/cni/networks/net -name '10.7.*' | wc -l)" 0

# A busy sandbox of somebody else.
ip netns del pod
ip link del far-nic0 2>/dev/null
make_pod pod
make_nic nic0
CONTAINER=busy t_add 'ADD' "$(conf '{}')"
ip netns del pod2
make_pod pod2
exec 9</run/dpdk-cni/pods/busy
flock 9
CONTAINER=other POD=pod2 cni ADD "$(conf '{}')"
t_json 'a NIC whose owner is being worked on: try again later' "$OUT" .code 11
exec 9<&-
t_done
