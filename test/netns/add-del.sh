#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A NIC goes into a pod and comes back exactly as it was, whichever way it was named.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
BEFORE=$(snapshot)
MAC=$(cat /sys/class/net/nic0/address)
STATIC='{ipam: {type: "static", addresses: [{address: "10.1.2.3/24", gateway: "10.1.2.1"}, {address: "fd00::5/64"}], routes: [{dst: "10.9.0.0/16"}, {dst: "10.8.0.0/16", gw: "10.1.2.77"}]}}'

t_add 'ADD by device' "$(conf "$STATIC + {mtu: 1400}")"
t_json 'the result names the interface' "$OUT" '.interfaces' "[{\"name\":\"net1\",\"mac\":\"$MAC\",\"sandbox\":\"/run/netns/pod\"}]"
t_json 'the result has the addresses' "$OUT" '[.ips[] | [.address, .gateway, .interface]]' '[["10.1.2.3/24","10.1.2.1",0],["fd00::5/64",null,0]]'
t_json 'the link is in the pod, up, with its MTU' "$(ip -n pod -j link show net1)" \
	'.[0] | [.ifname, .mtu, (.flags | contains(["UP"]))]' '["net1",1400,true]'
t_json 'the addresses are set' "$(ip -n pod -j addr show net1)" \
	'[.[0].addr_info[] | select(.scope == "global") | .local + "/" + (.prefixlen|tostring)]' '["10.1.2.3/24","fd00::5/64"]'
t_json 'IPv6 is past duplicate address detection' "$(ip -n pod -j addr show net1 tentative)" \
	'[.[] | .addr_info[]? | select(.local == "fd00::5")]' '[]'
t_like 'a route without gateway takes the first' "$(ip -n pod route show 10.9.0.0/16)" 'via 10.1.2.1 dev net1'
t_like 'a route with its own keeps it' "$(ip -n pod route show 10.8.0.0/16)" 'via 10.1.2.77 dev net1'
t_run 'the pod answers through it' sh -c 'ip addr add 10.1.2.1/24 dev far-nic0 && ping -c1 -W2 10.1.2.3; rc=$?; ip addr flush dev far-nic0 scope global; exit $rc'
t_is 'the host has it no more' "$(ip link show nic0 2>&1)" 'Device "nic0" does not exist.'
t_refused_again() {
	cni ADD "$(conf '{}')"
	t_json 'a second ADD is an error' "$OUT" '.code' 103
}
t_refused_again
t_is 'which takes nothing away' "$(pod_links pod)" '["lo","net1"]'

ip -n pod link set net1 down
ip -n pod link set net1 name mine address 02:00:00:00:00:99 mtu 900 alias 'the pod was here' txqueuelen 3 promisc off allmulticast on
ip -n pod link property add dev mine altname pods-own
ip -n pod link property del dev mine altname other-nic0
ip -n pod link set mine up
t_del 'DEL after the pod changed everything it can' "$(conf "$STATIC")"
t_is 'the host is exactly as before' "$(snapshot)" "$BEFORE"
t_is 'the pod has its loopback left' "$(pod_links pod)" '["lo"]'
t_del 'DEL again' "$(conf "$STATIC")"
NETNS='' t_del 'DEL without a network namespace' "$(conf "$STATIC")"
t_is 'and still as before' "$(snapshot)" "$BEFORE"

for by in '{device: null, hwaddr: "'"$MAC"'"}' '{device: null, hwaddr: "'"${MAC^^}"'"}' \
	'{device: "other-nic0"}' '{device: null, kernelpath: "/sys/devices/virtual/net/nic0"}' \
	'{device: null, kernelpath: "/sys/class/net/nic0"}'; do
	t_add "ADD by $by" "$(conf "$by")"
	t_is "it is the NIC" "$(ip netns exec pod cat /proc/net/dev | grep -c net1)" 1
	t_del "DEL by $by" "$(conf "$by")"
	t_is "the host after $by" "$(snapshot)" "$BEFORE"
done

# Up on the host stays up after the return.
ip link set nic0 up
BEFORE=$(snapshot)
t_add 'ADD of a link that is up' "$(conf '{}')"
t_del 'DEL of it' "$(conf '{}')"
t_is 'it is up again' "$(snapshot)" "$BEFORE"

# MAC, promiscuous and all-multicast as the network wants them.
t_add 'ADD with mac, promisc, allmulti' "$(conf '{mac: "02:00:00:00:11:22", promisc: false, allmulti: true}')"
t_json 'they are set' "$(ip -n pod -d -j link show net1)" '.[0] | [.address, .promiscuity, .allmulti]' '["02:00:00:00:11:22",0,1]'
t_json 'the result has the MAC' "$OUT" '.interfaces[0].mac' '"02:00:00:00:11:22"'
t_del 'DEL of it' "$(conf '{}')"
t_is 'they are as before' "$(snapshot)" "$BEFORE"
t_add 'runtimeConfig.mac wins over mac' "$(conf '{mac: "02:00:00:00:11:22", runtimeConfig: {mac: "02:00:00:00:33:44"}}')"
t_json 'the runtime has its way' "$OUT" '.interfaces[0].mac' '"02:00:00:00:33:44"'
t_del 'DEL of it' "$(conf '{}')"

# The name in the pod is an altname of the NIC itself.
ip link property add dev nic0 altname net1
BEFORE=$(snapshot)
t_add 'ADD under a name that is an altname of the NIC' "$(conf '{}')"
t_del 'DEL of it' "$(conf '{}')"
t_is 'the altname is back' "$(snapshot)" "$BEFORE"
# An altname of the NIC is taken in the pod.
ip -n pod link add other-nic0 type veth peer name peer
t_add 'ADD though an altname is taken in the pod' "$(conf '{}')"
t_del 'DEL of it' "$(conf '{}')"
t_is 'all altnames are back' "$(snapshot)" "$BEFORE"
ip -n pod link del other-nic0

# The index is taken in the pod; the host's name and index are given away meanwhile.
index=$(cat /sys/class/net/nic0/ifindex)
ip -n pod link add clash index "$index" type veth peer name clash2
t_add 'ADD though the index is taken in the pod' "$(conf '{}')"
t_del 'DEL of it' "$(conf '{}')"
t_is 'the index is the old one' "$(snapshot)" "$BEFORE"
ip -n pod link del clash
t_add 'ADD, then somebody takes name and index on the host' "$(conf '{}')"
ip link add nic0 index "$index" type veth peer name thief
t_del 'DEL brings the NIC back all the same' "$(conf '{}')"
t_like 'and says under which name' "$ERR" 'returns as dev[0-9]+'
t_json 'it is there with its MAC' "$(ip -j link show dev0)" '.[0].address' "\"$MAC\""
t_done
