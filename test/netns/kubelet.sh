#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the kubelet assigned to the pod gets into the pod file, from its gRPC service or its state
# files; and no kubelet, however slow or broken, keeps a pod from its NIC.
. "$(dirname "$0")/sandbox.sh"
. "$(dirname "$0")/kubelet-common.sh"

make_pod pod
make_nic nic0
make_nic nic1
make_nic nic2
policy '{"devices": ["nic*"]}'
file=/run/dpdk-pod/p/pod.json
mkdir -p "${file%/*}"
CONF=$(conf '{podFile: {dir: "/run/dpdk-pod/p"}}')
BEFORE=$(snapshot)

OWN='{namespace: "ns", name: "upf", containers: [
	{name: "fwd", cpus: [1], memory: [{type: "hugepages-1Gi", size: 4294967296, nodes: [0]},
		{type: "memory", size: 1000, nodes: [0, 1]}], devices: [{resource: "vendor.com/nic", ids: ["0000:3b:02.1"]}]},
	{name: "side"}]}'
# Others before and after, one of the same name elsewhere.
OTHERS='{namespace: "elsewhere", name: "upf", containers: [{name: "fwd", cpus: [7]}]},
	{namespace: "ns", name: "upf-2", containers: [{name: "fwd", cpus: [8], devices: [{resource: "r", ids: ["0000:3b:02.2"]}]}]}'
WANT='{"fwd":{"cpus":"1","exclusive":true,"memory":[{"type":"hugepages-1Gi","bytes":4294967296,"numaNodes":[0]},{"type":"memory","bytes":1000,"numaNodes":[0,1]}]},"side":{"exclusive":false}}'

# ADD, what the file says of containers, DEL; the calls that the kubelet got.
round() { # NAME CONTAINERS [CALLS]
	: >$KUBELET/calls
	t_add "$1: ADD" "$CONF"
	t_json "$1: containers" "$(<$file)" .containers "$2"
	[ $# -lt 3 ] || t_is "$1: calls" "$(paste -sd ' ' $KUBELET/calls)" "$3"
	t_del "$1: DEL" "$CONF"
}

kubelet_start "{pods: [$OTHERS, $OWN]}"

# ---------------------------------------------------------------- the service

round 'Get' "$WANT" Get
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
kubelet_says "{pods: [$OTHERS, $OWN], get: \"UNIMPLEMENTED\"}"
round 'a kubelet without Get' "$WANT" 'Get List'
kubelet_says "{pods: [$OTHERS, $OWN], get: \"UNKNOWN\"}"
round 'Get switched off' "$WANT" 'Get List'
kubelet_says "{pods: [$OTHERS, $OWN], busy: 3}"
round 'too many calls, thrice' "$WANT" 'Get Get Get Get'
kubelet_says "{pods: [$OTHERS, $OWN | .containers[0] += {unpacked: true}]}"
round 'numbers one by one' "$WANT" Get
kubelet_says "{pods: [$OTHERS, $OWN + {cpus: [1, 4, 5]}]}"
round 'CPUs of the pod as a whole' "$(jq -c '.side = {cpus: "4-5", exclusive: true}' <<<"$WANT")" Get
kubelet_says "{pods: [$OWN], wire: {do: \"trickle\", ms: 1}}"
round 'byte by byte' "$WANT" Get

# Whoever runs the plugin may have little memory: a thick Multus has 50 MiB. The sanitizer takes more
# than that for itself, and more time than a kubelet is given.
if ! ldd "$REAL_PLUGIN" 2>/dev/null | grep -q libasan; then
	kubelet_says "{pods: [$OTHERS, $OWN], crowd: 10000, get: \"UNIMPLEMENTED\"}"
	round 'ten thousand pods' "$WANT" 'Get List'
	printf '#!/bin/sh\nexec prlimit --as=%d "%s"\n' $((50 << 20)) "$REAL_PLUGIN" >"$T_TMP/limited"
	chmod +x "$T_TMP/limited"
	PLUGIN=$T_TMP/limited
	t_add 'ten thousand pods in 50 MiB' "$CONF"
	PLUGIN=$T_TMP/in-time
	t_json 'all the same' "$(<$file)" .containers "$WANT"
	t_del DEL "$CONF"
fi

# ---------------------------------------------------------------- who is asked, and when

kubelet_says "{pods: [$OTHERS, $OWN]}"
ARGS_BEFORE=$ARGS
ARGS=
round 'no pod of a kubelet' null ''
ARGS=$ARGS_BEFORE
t_add 'no pod file, no use for an answer' "$(conf '{}')"
t_is 'nobody is asked' "$(<$KUBELET/calls)" ''
t_del DEL "$(conf '{}')"

# The newest answer counts, for all interfaces.
t_add 'a first interface' "$CONF"
then=$(date +%s)
later() { [ "$(date +%s)" -gt "$then" ]; }
t_need 'records tell seconds apart' t_wait 5 later
kubelet_says "{pods: [$OWN | .containers[0].cpus = [0, 1]]}"
IFNAME=net2 t_add 'a second one, after the kubelet gave more' "$(conf '{device: "nic1", podFile: {dir: "/run/dpdk-pod/p"}}')"
t_json 'both are in the file' "$(<$file)" '[.interfaces[].name]' '["net1","net2"]'
t_json 'with the newer answer' "$(<$file)" .containers.fwd.cpus '"0-1"'
kubelet_says '{}'
IFNAME=net3 t_add 'a third one, of which the kubelet knows nothing' "$(conf '{device: "nic2", podFile: {dir: "/run/dpdk-pod/p"}}')"
t_run 'the file obeys its schema' /usr/bin/python3 - "$SOURCE_ROOT/conf/pod.schema.json" $file <<'P'
import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
P
t_json 'the newest answer is the one that stays' "$(<$file)" '[(.interfaces | length), .containers.fwd.cpus]' '[3,"0-1"]'
IFNAME=net3 t_del 'DEL' "$CONF"
t_del 'the first one goes' "$CONF"
t_json 'the containers stay' "$(<$file)" '[.interfaces[].name, .containers.fwd.cpus]' '["net2","0-1"]'
t_add 'an ADD to which the kubelet says nothing' "$CONF"
t_json 'keeps what it said before' "$(<$file)" .containers.fwd.cpus '"0-1"'
t_del DEL "$CONF"
IFNAME=net2 t_del DEL "$CONF"

# ---------------------------------------------------------------- the state files

cat >$KUBELET/cpu_manager_state <<<'{"policyName":"static","defaultCpuSet":"0,2-12","entries":{"u-2":{"x":"7"},"u-1":{"fwd":"1,13"}},"checksum":1}'
cat >$KUBELET/memory_manager_state <<<'{"policyName":"Static","machineState":{"0":{"cells":[0]}},"entries":{"u-1":{"fwd":[{"numaAffinity":[1],"type":"hugepages-2Mi","size":2097152}]}},"checksum":2}'
FILES='{"fwd":{"cpus":"1,13","exclusive":true,"memory":[{"type":"hugepages-2Mi","bytes":2097152,"numaNodes":[1]}]}}'
round 'a pod that the service does not know' "$FILES" 'Get List'
kubelet_says "{pods: [$OWN], wire: {do: \"mute\"}}"
round 'a service that never answers' "$FILES"
kubelet_says "{pods: [$OWN], wire: {do: \"trickle\", ms: 100}}"
round 'one that takes its time' "$FILES"
kubelet_says "{pods: [$OWN], wire: {do: \"garbage\", seed: 1}}"
round 'one that talks nonsense' "$FILES"
kubelet_says "{pods: [$OWN], wire: {do: \"cut\", bytes: 150}}"
round 'one that breaks off' "$FILES" Get
kubelet_says "{pods: [$OWN], busy: 1000}"
round 'one that is always busy' "$FILES"
kubelet_says "{pods: [$OWN], get: \"INTERNAL\", list: \"INTERNAL\"}"
round 'one that fails' "$FILES" 'Get List'
kubelet_says "{pods: [$OWN], get: \"UNIMPLEMENTED\", fat: 2000000}"
round 'a pod larger than any' "$FILES" 'Get List'
kubelet_says "{pods: [$OWN, $OWN], get: \"UNIMPLEMENTED\"}"
round 'a pod that is there twice' "$FILES" 'Get List'
for odd in '.name = "f\u0007wd"' '.cpus = [8192]' '.cpus = [-1]' '.memory[0].nodes = [5000]' '.memory[0].size = 9223372036854775808' \
	'.name = "f\u00ffwd"'; do
	kubelet_says "{pods: [$OWN | .containers[0] |= ($odd)]}"
	round "what cannot be: $odd" "$FILES"
done
kubelet_says "{pods: [$OWN], wire: {do: \"deaf\"}}"
t_need 'it accepts nobody' t_wait 5 grep -q deaf $KUBELET/log
round 'one that does not accept' "$FILES" ''
round 'one whose queue is full' "$FILES" ''
# Those who wait in its queue go with it.
kubelet_stop
kubelet_start "{pods: [$OWN]}"
chown 65534 $KUBELET/pod-resources/kubelet.sock
t_add 'a socket that somebody else made' "$CONF"
t_is 'is not asked' "$(<$KUBELET/calls)" ''
t_like 'and called so' "$ERR" "kubelet.sock: it is not root's, but of user 65534"
t_json 'containers' "$(<$file)" .containers "$FILES"
t_del DEL "$CONF"
rm $KUBELET/pod-resources/kubelet.sock
ln -s ../behind.sock $KUBELET/pod-resources/kubelet.sock
round 'a symlink in its place' "$FILES" ''
rm $KUBELET/pod-resources/kubelet.sock
mkfifo $KUBELET/pod-resources/kubelet.sock
round 'a FIFO in its place' "$FILES" ''
rm $KUBELET/pod-resources/kubelet.sock
round 'no socket' "$FILES" ''

chown 65534 $KUBELET/cpu_manager_state
t_add 'nobody answers' "$CONF"
t_json 'the file does without' "$(<$file)" .containers null
t_like 'and the log says why' "$ERR" 'info: kubelet: .*kubelet.sock: No such file.*cpu_manager_state: it is not root.s.*stay unknown'
t_del DEL "$CONF"
rm $KUBELET/cpu_manager_state
mkfifo $KUBELET/cpu_manager_state
round 'a FIFO in the place of a state file' null
rm -r $KUBELET
t_add 'no kubelet at all' "$CONF"
t_unlike 'is nothing to talk of' "$ERR" kubelet
t_del DEL "$CONF"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
