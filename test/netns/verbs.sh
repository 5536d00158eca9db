#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# GC and STATUS judge as they promise; addresses are announced; every version gets its own shape.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_pod pod2
make_nic nic0
make_nic nic1
make_nic nic2
BEFORE=$(snapshot)
t_tmpdir
mkdir -p "$T_TMP/bin"

# An IPAM plugin of 1.1 that writes down how it is called.
cat >"$T_TMP/bin/new" <<'S'
#!/bin/sh
cat >"/run/ipam-$CNI_COMMAND.stdin"
echo "$CNI_COMMAND" >>/run/ipam-calls
[ ! -e "/run/ipam-$CNI_COMMAND.answer" ] || { cat "/run/ipam-$CNI_COMMAND.answer"; exit 1; }
[ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion":"1.1.0","ips":[{"address":"10.4.0.2/24","gateway":"10.4.0.1"}],"routes":[{"dst":"10.5.0.0/16","mtu":1280,"advmss":1200,"priority":77,"table":88,"scope":0}]}'
S
# One of before that.
cat >"$T_TMP/bin/old" <<'S'
#!/bin/sh
case $CNI_COMMAND in
ADD) echo '{"ips":[{"address":"10.6.0.2/24"}]}' ;;
DEL) ;;
*) echo '{"code":4,"msg":"unknown CNI_COMMAND: '"$CNI_COMMAND"'"}'; exit 1 ;;
esac
S
chmod +x "$T_TMP/bin/"*
PLUGINS=$T_TMP/bin
V11='{cniVersion: "1.1.0"}'

# GC
gc() { # LIST-EXPRESSION [CONF]
	cni GC "$(conf "$V11 + {device: null} + $1 + (${2:-null})")"
}
attach_three() {
	CONTAINER=a t_add 'ADD for a' "$(conf "$V11 + {ipam: {type: \"new\"}}")"
	CONTAINER=b POD=pod2 t_add 'ADD for b' "$(conf "$V11 + {device: \"nic1\"}")"
	CONTAINER=b POD=pod2 IFNAME=net2 t_add 'ADD of another network for b' "$(conf "$V11 + {device: \"nic2\", name: \"other\"}")"
}
listed() { "$PLUGIN" list --json | jq -c '[.attachments[] | .container + "/" + .ifname] | sort'; }
attach_three
gc '{}'
t_is 'GC without a list removes nothing' "$RC$(listed)" '0["a/net1","b/net1","b/net2"]'
gc '{"cni.dev/valid-attachments": null}'
t_is 'GC with a null list neither' "$RC$(listed)" '0["a/net1","b/net1","b/net2"]'
t_is 'and IPAM is not asked' "$(grep -c GC /run/ipam-calls)" 0
gc '{"cni.dev/valid-attachments": [{containerID: "b", ifname: "net1"}]}' '{ipam: {type: "new"}}'
t_is 'GC removes what is not listed, of its own network' "$RC$(listed)" '0["b/net1","b/net2"]'
t_is 'the NIC is back' "$(ip -o link show nic0 | wc -l)" 1
t_is 'its lease was given back, and IPAM got the list' \
	"$(tail -n2 /run/ipam-calls | tr '\n' ' ')$(jq -c '."cni.dev/valid-attachments"' /run/ipam-GC.stdin)" \
	'DEL GC [{"containerID":"b","ifname":"net1"}]'
gc '{"cni.dev/attachments": [{containerID: "b", ifname: "net1"}]}'
t_is 'the older name of the list counts too' "$RC$(listed)" '0["b/net1","b/net2"]'
gc '{"cni.dev/valid-attachments": []}' '{ipam: {type: "old"}}'
t_is 'an empty list removes all of that network; an IPAM plugin without GC has no objection' \
	"$RC$(listed)" '0["b/net2"]'
gc '{"cni.dev/valid-attachments": [{containerID: "b"}]}'
t_json 'GC with half an attachment' "$OUT" '[.code, (.msg | contains("ifname: missing"))]' '[6,true]'
CONTAINER=b POD=pod2 IFNAME=net2 t_del 'DEL of the other network' "$(conf '{name: "other"}')"

# GC goes past errors and reports all.
attach_three
echo '{"code": 77, "msg": "the pool burns"}' >/run/ipam-DEL.answer
exec 9</run/dpdk-cni/pods/b
flock 9
gc '{"cni.dev/valid-attachments": []}'
t_like 'GC reports the lease that is stuck' "$OUT" 'net1 of container a: the NIC is back, but something is left: IPAM plugin new: the pool burns'
t_like 'and the container that is busy' "$OUT" 'net1 of container b: container b: another call'
exec 9<&-
rm /run/ipam-DEL.answer
gc '{"cni.dev/valid-attachments": []}'
t_is 'the next GC completes it' "$RC$(listed)" '0["b/net2"]'
CONTAINER=b POD=pod2 IFNAME=net2 t_del 'DEL of the other network' "$(conf '{name: "other"}')"
cni GC "$(conf '{}')"
t_json 'GC before 1.1.0' "$OUT" .code 1
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# What could not be given back
IPAM='{ipam: {type: "new"}}'
t_add 'ADD' "$(conf "$V11 + $IPAM")"
echo '{"code": 77, "msg": "the pool burns"}' >/run/ipam-DEL.answer
cni DEL "$(conf "$V11 + $IPAM")"
t_json 'DEL with a lease that is stuck' "$OUT" '[.code, .msg]' '[77,"the NIC is back, but something is left: IPAM plugin new: the pool burns"]'
t_like 'list repeats why' "$("$PLUGIN" list | tr '\n' ' ')" 'UNDOING.*taking it back failed: IPAM plugin new: the pool burns'
cni STATUS "$(conf "$V11")"
t_is 'STATUS: no fault of the NIC, which is back' "$RC$OUT" 0
t_is 'and nothing to say of it' "$ERR" ''
cni STATUS "$(conf "$V11 + {name: \"other\", device: \"nic1\"}")"
t_is 'of another network none' "$RC$OUT$ERR" 0
rm /run/ipam-DEL.answer
t_del 'DEL when the lease can be given back' "$(conf "$V11 + $IPAM")"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# STATUS
status() { cni STATUS "$(conf "$V11 + ($1)")"; }
status '{}'
t_is 'STATUS when all is well' "$RC$OUT" 0
t_add 'the NIC goes to a pod' "$(conf "$V11")"
status '{}'
t_is 'STATUS when the NIC is with a pod: no fault' "$RC$OUT" 0
t_del 'and returns' "$(conf "$V11")"
status '{device: "lost0"}'
t_json 'STATUS when the NIC is lost' "$OUT" '[.code, (.msg | contains("lost0"))]' '[50,true]'
status '{device: null, deviceID: null}'
t_is 'STATUS when the runtime will name the NIC' "$RC$OUT" 0
status '{ipam: {type: "new"}}'
t_is 'STATUS asks IPAM' "$RC$(tail -n1 /run/ipam-calls)" 0STATUS
echo '{"code": 51, "msg": "half of the pool burns"}' >/run/ipam-STATUS.answer
status '{ipam: {type: "new"}}'
t_json 'and passes its word on' "$OUT" '[.code, .msg]' '[51,"IPAM plugin new: half of the pool burns"]'
echo '{"code": 5, "msg": "disk"}' >/run/ipam-STATUS.answer
status '{ipam: {type: "new"}}'
t_json 'in the codes that STATUS has' "$OUT" '[.code, .msg]' '[50,"IPAM plugin new: disk"]'
status '{ipam: {type: "old"}}'
t_is 'an IPAM plugin without STATUS has no objection' "$RC$OUT" 0
status '{ipam: {type: "none"}}'
t_json 'an IPAM plugin that is missing is a fault' "$OUT" .code 50
mount --bind -o ro /run/dpdk-cni /run/dpdk-cni
status '{}'
t_json 'a state directory that cannot be written is one' "$OUT" .code 50
umount /run/dpdk-cni
mkdir -p /etc/dpdk-cni
echo '{' >/etc/dpdk-cni/policy.json
status '{}'
t_json 'a damaged policy is one' "$OUT" .code 50
rm /etc/dpdk-cni/policy.json
cni STATUS "$(conf '{}')"
t_json 'STATUS before 1.1.0' "$OUT" .code 1

# Announcements, as the far end hears them.
(tcpdump -lnei far-nic0 -c 40 'arp or icmp6' >"$T_TMP/heard" 2>"$T_TMP/tcpdump") &
dump=$!
t_cleanup "kill $dump 2>/dev/null"
t_wait 10 grep -q listening "$T_TMP/tcpdump"
unset PLUGINS
t_add 'ADD with both families' "$(conf '{ipam: {type: "static", addresses: [{address: "10.1.2.3/24"}, {address: "fd00::5/64"}]}}')"
MAC=$(ip -n pod -j link show net1 | jq -r '.[0].address')
t_wait 5 grep -qE 'ICMP6, neighbor advertisement' "$T_TMP/heard"
t_like 'a gratuitous ARP was heard' "$(<"$T_TMP/heard")" "$MAC > ff:ff:ff:ff:ff:ff.*(who-has 10.1.2.3 .*tell 10.1.2.3|Announcement 10.1.2.3)"
t_like 'and an unsolicited neighbour advertisement' "$(<"$T_TMP/heard")" 'fd00::5 > ff02::1: .*neighbor advertisement, tgt is fd00::5'
t_del 'DEL' "$(conf '{ipam: {type: "static"}}')"
kill "$dump"
PLUGINS=$T_TMP/bin

# Results by version; nothing of 1.1 leaks into the older ones.
t_add 'ADD at 1.1.0' "$(conf "$V11 + {ipam: {type: \"new\"}}")"
t_json '1.1.0 has mtu and the attributes of routes' "$OUT" '[.interfaces[0].mtu, .routes[0]]' \
	'[1450,{"dst":"10.5.0.0/16","mtu":1280,"advmss":1200,"priority":77,"table":88,"scope":0}]'
t_like 'the route has them' "$(ip -n pod route show table 88)" '10.5.0.0/16 via 10.4.0.1 dev net1 metric 77 mtu 1280 advmss 1200'
t_del DEL "$(conf "$V11 + {ipam: {type: \"new\"}}")"
for v in 1.0.0 0.4.0 0.3.1 0.3.0 0.2.0 0.1.0; do
	t_add "ADD at $v" "$(conf "{cniVersion: \"$v\", ipam: {type: \"new\"}}")"
	t_json "$v is the version of the answer" "$OUT" .cniVersion "\"$v\""
	t_unlike "$v has nothing of 1.1" "$OUT" '"(mtu|pciID|socketPath|advmss|priority|table|scope)"'
	case $v in
	1.0.0) t_json "$v: shape" "$OUT" '[(.ips[0] | has("version")), has("ip4"), (.interfaces | length)]' '[false,false,1]' ;;
	0.[34].?) t_json "$v: shape" "$OUT" '[.ips[0].version, has("ip4"), (.interfaces | length)]' '["4",false,1]' ;;
	*) t_json "$v: shape" "$OUT" '[.ip4.ip, .ip4.gateway, .ip4.routes[0].dst, has("ips"), has("interfaces")]' '["10.4.0.2/24","10.4.0.1","10.5.0.0/16",false,false]' ;;
	esac
	t_del "DEL at $v" "$(conf "{cniVersion: \"$v\", ipam: {type: \"new\"}}")"
done
t_add 'ADD at 0.2.0 without IPAM' "$(conf '{cniVersion: "0.2.0"}')"
t_del 'DEL of it' "$(conf '{cniVersion: "0.2.0"}')"
t_add 'no cniVersion is 0.1.0' "$(conf '{cniVersion: null}')"
t_json 'says so' "$OUT" .cniVersion '"0.1.0"'
t_del 'DEL of it' "$(conf '{cniVersion: null}')"

# prevResult passes through, ours behind it; dns is ours where nobody gave one.
PREV='{cniVersion: "1.0.0", interfaces: [{name: "eth0", mac: "02:00:00:00:00:aa", sandbox: "/x"}, {name: "br0"}], ips: [{address: "10.9.9.9/24", interface: 0}], routes: [{dst: "0.0.0.0/0"}], dns: {nameservers: ["10.0.0.53"]}}'
t_add 'ADD behind another plugin' "$(conf "{prevResult: $PREV, ipam: {type: \"old\"}, dns: {domain: \"ours\"}}")"
t_json 'its interfaces first, ours behind' "$OUT" '[.interfaces[].name]' '["eth0","br0","net1"]'
t_json 'addresses point at their own' "$OUT" '[.ips[] | [.address, .interface]]' '[["10.9.9.9/24",0],["10.6.0.2/24",2]]'
t_json 'its routes and its dns stay' "$OUT" '[.routes[0].dst, .dns]' '["0.0.0.0/0",{"nameservers":["10.0.0.53"]}]'
t_del DEL "$(conf '{ipam: {type: "old"}}')"
t_add 'ADD with dns' "$(conf '{dns: {nameservers: ["10.0.0.1"], domain: "d", search: ["s"]}}')"
t_json 'it is in the result' "$OUT" .dns '{"nameservers":["10.0.0.1"],"domain":"d","search":["s"]}'
t_del DEL "$(conf '{}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# capability ips: the runtime's addresses reach the IPAM plugin that understands them.
PLUGINS=$CNI_BIN t_add 'ADD with runtimeConfig.ips' \
	"$(conf '{capabilities: {ips: true}, runtimeConfig: {ips: ["10.77.0.5/24"]}, ipam: {type: "static"}}')"
t_json 'the pod has them' "$OUT" '[.ips[].address]' '["10.77.0.5/24"]'
PLUGINS=$CNI_BIN t_del DEL "$(conf '{ipam: {type: "static"}}')"

# logFile: a line per step, and nothing on stderr.
t_add 'ADD with a log file' "$(conf '{logFile: "/var/log/dpdk-cni-test.log", logLevel: "debug"}')"
t_is 'it takes all lines' "$ERR" ''
t_like 'a line for each step, with who and when' "$(</var/log/dpdk-cni-test.log)" \
	'20[0-9-]+T[0-9:]+Z dpdk-cni: ADD net1 of c1: debug: link: applied'
t_del DEL "$(conf '{logFile: "/var/log/dpdk-cni-test.log"}')"
t_refused 'a log file elsewhere' ADD "$(conf '{logFile: "/etc/passwd"}')" 102 'logFile /etc/passwd.*logDirs'

# A configuration that Multus stripped of its own keys, or that ADD refused.
t_add ADD "$(conf '{ipam: {type: "old"}}')"
t_del 'DEL with nothing but a name' '{"cniVersion":"1.0.0","name":"net","type":"dpdk-cni"}'
t_del 'DEL with keys that ADD refuses' "$(conf '{vlan: 5, mtu: "x", mode: "nonsense"}')"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
