#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CHECK finds what changed; list, plan and release say and do what they promise; the file is static.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
BEFORE=$(snapshot)
CONF=$(conf '{mtu: 1400, mac: "02:00:00:00:11:22", ipam: {type: "host-local", subnet: "10.7.0.0/24", routes: [{dst: "10.9.0.0/16"}]}}')

# plan
plan() { CNI_NETNS=/run/netns/pod CNI_PATH=$CNI_BIN "$PLUGIN" plan "$@"; }
t_run 'plan' plan <<<"$CONF"
t_like 'names the move' "$T_OUT" 'name +nic0 -> net1'
t_like 'names the MTU' "$T_OUT" 'MTU +1450 -> 1400'
t_json 'plan --json' "$(plan --json --ifname x0 <<<"$CONF")" '.changes[] | select(.object == "name")' \
	'{"step":"link","object":"name","before":"nic0","after":"x0"}'
mkdir -p /run/dpdk-pod/c1
t_like 'the pod file has one path' "$(plan <<<"$(conf '{podFile: {dir: "/run/dpdk-pod//c1/"}}')")" \
	'publish +pod file +-> /run/dpdk-pod/c1/pod.json'
t_json 'what stays as it is is no change' "$(plan --json <<<"$(conf '{mtu: 1450}')")" \
	'.changes | map(select(.before == .after or .object == "MTU")) | length' 0
t_is 'plan changes nothing' "$(snapshot)$(ls -A /run/dpdk-cni 2>/dev/null)" "$BEFORE"
t_run_fails 'plan of what ADD would refuse' plan <<<"$(conf '{device: "none"}')"
t_like 'says why' "$T_OUT" 'no such network device'
t_run_fails 'plan with a bad option' plan --nonsense <<<"$CONF"
t_is 'is a usage error' "$t_rc" 2

# list
t_is 'list of nothing' "$("$PLUGIN" list)" 'no attachments'
t_json 'the same in JSON' "$("$PLUGIN" list --json)" . '{"attachments":[],"leftovers":[]}'
ARGS='IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=upf'
t_add ADD "$CONF"
RESULT=$(jq -c '.interfaces[0].mtu = 1400' <<<"$OUT") # as from 1.1.0 on
t_like 'list' "$("$PLUGIN" list)" 'c1 +net1 +nic0 +- +net +ns/upf +ADDED +alive +20[0-9-]+T'
t_json 'list --json' "$("$PLUGIN" list --json)" \
	'.attachments | map([.container, .ifname, .device, .network, .pod, .state, .netnsAlive, .holdsDevice, .problem])' \
	'[["c1","net1","nic0","net","ns/upf","ADDED",true,true,null]]'
t_run_fails 'plan of a NIC that is taken' env CNI_NETNS=/run/netns/pod CNI_PATH=$CNI_BIN "$PLUGIN" plan --ifname x0 <<<"$CONF"
t_like 'says by whom' "$T_OUT" 'net1 of container c1'

# CHECK
check() { jq -c --argjson r "$RESULT" '. + {prevResult: $r}' <<<"$CONF"; }
cni CHECK "$(check)"
t_is 'CHECK of what is right' "$RC$OUT" 0
finds() { # NAME REGEX
	cni CHECK "$(check)"
	t_json "CHECK finds $1" "$OUT" .code 106
	t_like "and names $1" "$OUT" "$2"
}
ip -n pod link set net1 mtu 1300
finds 'another MTU' 'MTU is 1300, 1400 was set'
ip -n pod link set net1 mtu 1400 address 02:00:00:00:00:01
finds 'another MAC' 'MAC is 02:00:00:00:00:01'
ip -n pod link set net1 address 02:00:00:00:11:22
ip -n pod route del 10.9.0.0/16
finds 'a route that is gone' 'route 10.9.0.0/16'
ip -n pod addr flush dev net1 scope global
finds 'an address that is gone' 'address 10.7.0.2/24'
ip -n pod addr add 10.7.0.2/24 dev net1
ip -n pod route add 10.9.0.0/16 via 10.7.0.1
ip -n pod link set net1 promisc off
ip -n pod addr add 10.99.0.1/24 dev net1
cni CHECK "$(check)"
t_is 'what the pod may change is not a finding' "$RC$OUT" 0
ip -n pod link set net1 down
finds 'a link that is down' 'interface net1: it is down'
ip -n pod link set net1 up
ip -n pod route replace 10.9.0.0/16 via 10.7.0.1
cni CHECK "$(check)"
t_is 'up again it is right' "$RC$OUT" 0
ip -n pod link set net1 down name elsewhere
finds 'another name' 'net1'
ip -n pod link add net1 type veth peer name y
finds 'another device of that name' 'not the device that was given'
ip -n pod link del net1
cni CHECK "$CONF"
t_json 'CHECK without prevResult' "$OUT" .code 7
CONTAINER=nobody cni CHECK "$(check)"
t_json 'CHECK of an unknown container' "$OUT" .code 3
cni CHECK "$(jq -c '.cniVersion = "0.3.1"' <<<"$CONF")"
t_json 'CHECK before 0.4.0' "$OUT" .code 1

# release
t_run_fails 'release of what is not there' "$PLUGIN" release c1 net7
t_like 'says so' "$T_OUT" 'no attachment net7'
t_run_fails 'release without names' "$PLUGIN" release
t_is 'is a usage error' "$t_rc" 2
t_run release "$PLUGIN" release c1 net1
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_del 'a DEL after it' "$CONF"

# a record that is damaged
t_add ADD "$(conf '{}')"
cp /run/dpdk-cni/pods/c1/net1.json "$T_TMP/good"
echo '{' >/run/dpdk-cni/pods/c1/net1.json
cni DEL "$(conf '{}')"
t_json 'DEL over a damaged record' "$OUT" .code 105
t_like 'names the remedy' "$OUT" 'release --forget'
t_like 'list goes on' "$("$PLUGIN" list)" 'net1.json'
t_run_fails 'release of what holds nothing' "$PLUGIN" release c1 net1
t_like 'says so' "$T_OUT" 'not JSON.*remedy: move the device back by hand'
cp "$T_TMP/good" /run/dpdk-cni/pods/c1/net1.json
t_del 'DEL with the record mended' "$(conf '{}')"
t_add ADD "$(conf '{}')"
t_run 'release --forget' "$PLUGIN" release --forget c1 net1
t_is 'drops the record and the claim' "$(find /run/dpdk-cni -mindepth 2)" ''
t_is 'and leaves the link' "$(pod_links pod)" '["lo","net1"]'

# Of a record that no verb can read, release restores what is right in it.
damage() { # JQ-EXPRESSION
	jq "$1" /run/dpdk-cni/pods/c1/net1.json >"$T_TMP/damaged"
	cp "$T_TMP/damaged" /run/dpdk-cni/pods/c1/net1.json
}
ip -n pod link set net1 netns 1 name nic0
ip link del nic0
make_nic nic0
BEFORE=$(snapshot)
t_add ADD "$(conf '{mtu: 1400, mac: "02:00:00:00:11:22"}')"
damage '.interface.network = ("n" * 1025) | .image.group = -1 | .version = "0" | del(.state)'
cni DEL "$(conf '{}')"
t_json 'DEL over a record with wrong members' "$OUT" .code 105
t_like 'names the remedy' "$OUT" 'release c1 net1 restores what can be read'
t_run 'release' "$PLUGIN" release c1 net1
t_like 'says what it could not restore' "$T_OUT" 'released.*not restored.*image.group: -1 is out of range.*network: 1025 bytes are too long'
t_like 'the version among it' "$T_OUT" 'version "0"'
t_is 'the rest of the host is as before' "$(snapshot | jq -c '(.[] | select(.ifname == "nic0")).group = "5"' 2>/dev/null)" \
	"$(jq -c . <<<"$BEFORE")"
t_add ADD "$(conf '{}')"
damage '.image.name = 5'
t_run_fails 'release without what is needed to find the NIC' "$PLUGIN" release c1 net1
t_like 'says what that is' "$T_OUT" 'image.name cannot be read.*expected a string.*remedy: move the device back by hand'
t_is 'and changes nothing' "$(pod_links pod)" '["lo","net1"]'
damage '.image.name = "nic0"'
t_del 'DEL with the record mended' "$(conf '{}')"

# the command line and the protocol's edges
t_run '--version' "$PLUGIN" --version
t_like 'is one line' "$T_OUT" '^dpdk-cni [0-9]+\.[0-9]+\.[0-9]+$'
t_run '--help' "$PLUGIN" --help
t_run_fails 'an unknown sub-command' "$PLUGIN" fly
t_is 'is a usage error' "$t_rc" 2
RC=0 OUT=$("$PLUGIN" 2>"$T_TMP/err") || RC=$?
t_is 'without CNI_COMMAND: exit status and stdout' "$RC$OUT" 0
t_like 'an about text on stderr' "$(<"$T_TMP/err")" 'CNI protocol versions supported:.*1\.1\.0'
for v in 0.1.0 0.4.0 1.1.0 9.9.9; do
	cni VERSION "{\"cniVersion\":\"$v\"}"
	t_json "VERSION echoes $v" "$OUT" '[.cniVersion, (.supportedVersions | length)]' "[\"$v\",7]"
done
cni FLY ''
t_json 'empty stdin is judged before the command' "$OUT" .code 6

# one static file
if [ "$(meson introspect --buildoptions "$BUILD_ROOT" | jq -r '.[] | select(.name == "plugin_static").value')" != false ]; then
	t_unlike 'the plugin is one static file: it asks for no loader' "$(readelf -lW "$PLUGIN")" 'INTERP'
	t_unlike 'and for no library' "$(readelf -dW "$PLUGIN")" 'NEEDED'
	ip netns del pod
	make_pod pod
	make_nic nic2
	CNI_COMMAND=ADD CNI_CONTAINERID=s CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		strace -qq -e trace=open,openat,openat2 -o "$T_TMP/trace" "$PLUGIN" <<<"$(conf '{device: "nic2"}')" >/dev/null
	t_like 'the trace has its opens' "$(<"$T_TMP/trace")" '/run/netns/pod'
	t_unlike 'it opens no library and no nsswitch.conf' "$(<"$T_TMP/trace")" '\.so|nsswitch|ld\.so'
fi
t_done
