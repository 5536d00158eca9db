#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a network's author may have run as an IPAM plugin, and for how long: nothing that moves
# interfaces, nothing that keeps the NIC or the sandbox's lock.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_pod other
make_nic nic0
BEFORE=$(snapshot)
t_tmpdir
mkdir "$T_TMP/bin"
PLUGINS=$T_TMP/bin:$CNI_BIN
fake() { # NAME SCRIPT
	printf '#!/bin/bash\n%s\n' "$2" >"$T_TMP/bin/$1"
	chmod +x "$T_TMP/bin/$1"
}
ipam() { conf "{ipam: {type: \"$1\"}}"; }
listed() { "$PLUGIN" list --json | jq -c '[.attachments[] | .container + "/" + .ifname + " " + .state]'; }

# ---------------------------------------------------------------- who is none

cp "$PLUGIN" "$T_TMP/bin/dpdk-cni"
ln -s "$PLUGIN" "$T_TMP/bin/linked"
cp "$PLUGIN" "$T_TMP/bin/copied"
ln -s dpdk-cni "$T_TMP/bin/linked-to-a-copy"
ln -s "$CNI_BIN/bridge" "$T_TMP/bin/harmless"
for type in dpdk-cni linked linked-to-a-copy host-device bridge macvlan tuning sriov multus harmless; do
	t_refused "ipam.type $type" ADD "$(ipam "$type")" 102 "ipam.type $type: this is not an IPAM plugin"
done
t_refused 'a copy of ourselves under another name refuses by itself' ADD "$(ipam copied)" 102 \
	'IPAM plugin copied: called by dpdk-cni as an IPAM plugin'
cni DEL "$(ipam host-device)"
t_is 'DEL of such a network, without a record, has nothing to give back' "$RC$OUT" 0
t_like 'and says so' "$ERR" 'host-device.*no lease'
cni GC "$(conf '{cniVersion: "1.1.0", ipam: {type: "host-device"}, "cni.dev/valid-attachments": []}')"
t_json 'GC does not run it' "$OUT" .code 102
cni STATUS "$(conf '{cniVersion: "1.1.0", ipam: {type: "host-device"}}')"
t_json 'nor does STATUS' "$OUT" '[.code, (.msg | contains("not an IPAM plugin"))]' '[50,true]'

# A plugin that calls us in its turn.
fake proxy 'exec '"$PLUGIN"
t_refused 'an IPAM plugin that calls us' ADD "$(ipam proxy)" 102 'called by dpdk-cni'

# The node's owner narrows it, and never widens it.
policy '{"ipam": ["sta*", "host-device"]}'
t_refused 'an IPAM plugin that policy does not list' ADD "$(ipam host-local)" 102 "host-local.*policy.*\"ipam\""
t_refused 'policy lists a main plugin' ADD "$(ipam host-device)" 102 'not an IPAM plugin'
STATIC='{ipam: {type: "static", addresses: [{address: "10.1.2.3/24"}]}}'
t_add 'one that it lists' "$(conf "$STATIC")"
policy '{"ipam": []}'
t_del 'is called by DEL whatever policy says since' "$(conf "$STATIC")"
t_refused 'an empty list is a list' ADD "$(conf "$STATIC")" 102 'static.*policy'
rm /etc/dpdk-cni/policy.json

# ---------------------------------------------------------------- how long

policy '{"ipamTimeout": 1}'
# shellcheck disable=SC2016 # for the plugin
fake slow '[ ! -e "/run/slow-$CNI_COMMAND" ] || { trap "" TERM; sleep 1000 & wait; }
[ "$CNI_COMMAND" != ADD ] || echo "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.1.1/24\"}]}"'
touch /run/slow-ADD
t_refused 'an IPAM plugin that does not answer' ADD "$(ipam slow)" 11 'IPAM plugin slow: .*ADD did not end within 1 s.*ipamTimeout'
rm /run/slow-ADD
t_add 'ADD' "$(ipam slow)"
touch /run/slow-DEL
cni DEL "$(ipam slow)"
t_json 'DEL of one that does not answer' "$OUT" '[.code, (.msg | contains("the NIC is back, but something is left: IPAM plugin slow"))]' '[11,true]'
t_is 'the NIC is back in the same call' "$(ip -o link show nic0 | grep -c nic0)" 1
t_is 'nothing of it runs any more' "$(pgrep -xf 'sleep 1000' | wc -l)" 0
CONTAINER=c2 POD=other t_add 'and the next pod has it' "$(conf '{}')"
CONTAINER=c2 POD=other t_del 'and gives it back' "$(conf '{}')"
t_like 'list says what is left' "$("$PLUGIN" list)" 'UNDOING.*taking it back failed: IPAM plugin slow'
cni GC "$(conf '{cniVersion: "1.1.0", "cni.dev/valid-attachments": []}')"
t_json 'GC is bounded as well' "$OUT" .code 11
rm /run/slow-DEL
t_run 'release completes it' "$PLUGIN" release c1 net1
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- what it leaves behind

# shellcheck disable=SC2016
fake daemon 'cat >/dev/null
[ "$CNI_COMMAND" != ADD ] || {
	setsid sleep 1001 & # its stdout is still ours
	setsid sleep 1002 </dev/null >/dev/null 2>&1 &
	sleep 1003 &
	until pgrep -xf "sleep 1001" && pgrep -xf "sleep 1002" && pgrep -xf "sleep 1003"; do sleep 0.02; done >/dev/null
	echo "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.1.1/24\"}]}"
}'
t_add 'ADD with an IPAM plugin that leaves daemons' "$(ipam daemon)" 2>/dev/null
t_run 'a daemon is its own business' pgrep -xf 'sleep 1002'
t_is 'what it left in its process group is ended' "$(pgrep -xf 'sleep 1003' | wc -l)" 0
exec 9</run/dpdk-cni/pods/c1
t_run 'none has the lock of the sandbox' flock -n 9
exec 9<&-
t_del DEL "$(ipam daemon)"
pkill -xf 'sleep 100[12]'
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- a plugin that is gone

# shellcheck disable=SC2016
fake away '[ "$CNI_COMMAND" != ADD ] || echo "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.1.1/24\"}]}"'
t_add 'ADD' "$(ipam away)"
mv "$T_TMP/bin/away" "$T_TMP/away"
cni DEL "$(ipam away)"
t_json 'DEL where the IPAM plugin is missing and has given a lease' "$OUT" \
	'[.code, (.msg | contains("the NIC is back, but something is left: the lease stays: plugin \"away\": not found"))]' '[107,true]'
t_is 'the NIC is back' "$(ip -o link show nic0 | grep -c nic0)" 1
t_is 'and the rest on record' "$(listed)" '["c1/net1 UNDOING"]'
mv "$T_TMP/away" "$T_TMP/bin/away"
t_del 'DEL when it is there again' "$(ipam away)"
rm "$T_TMP/bin/away"
t_del 'DEL where it is missing and nothing is on record' "$(ipam away)"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- one of before

# As the reference plugins of before 1.1 answer: some look at the command first, and those of Debian 12
# for a container.
# shellcheck disable=SC2016
fake aged 'case $CNI_COMMAND in
VERSION) echo "{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}" ;;
ADD|DEL|CHECK) v=$(jq -r .cniVersion); [ "$v" = 1.0.0 ] && echo "{\"ips\":[{\"address\":\"10.1.1.1/24\"}]}" ||
	{ echo "{\"code\":1,\"msg\":\"incompatible CNI versions\",\"details\":\"config is \\\"$v\\\", plugin supports [0.4.0 1.0.0]\"}"; exit 1; } ;;
STATUS) echo "{\"code\":3,\"msg\":\"missing containerID\"}"; exit 1 ;;
*) echo "{\"code\":4,\"msg\":\"unknown CNI_COMMAND: $CNI_COMMAND\"}"; exit 1 ;;
esac'
V11='{cniVersion: "1.1.0", ipam: {type: "aged"}}'
t_refused 'an IPAM plugin older than the network: it is named, not we' ADD "$(conf "$V11")" 1 \
	'IPAM plugin aged: it does not speak the network.s cniVersion 1.1.0: config is .*\| install a newer aged'
cni STATUS "$(conf "$V11")"
t_json 'STATUS says the same' "$OUT" '[.code, (.msg | contains("IPAM plugin aged: it does not speak the network'"'"'s cniVersion 1.1.0"))]' '[50,true]'
cni GC "$(conf "$V11 + {\"cni.dev/valid-attachments\": []}")"
t_json 'and GC' "$OUT" '[.code, (.msg | contains("IPAM plugin aged: it does not speak"))]' '[1,true]'
t_del 'DEL goes on all the same' "$(conf "$V11")"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
