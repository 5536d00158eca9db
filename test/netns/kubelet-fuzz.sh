#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whatever comes from the kubelet's socket, the plugin ends, by itself, in time and with an answer: the
# bytes of a real gRPC server, cut short anywhere and with bits turned over (by seeds, so that a
# failure comes again).
. "$(dirname "$0")/sandbox.sh"
. "$(dirname "$0")/kubelet-common.sh"

policy '{"devices": ["nic*"]}'
make_pod pod
make_nic nic0
mkdir -p /run/dpdk-pod/p
CONF=$(conf '{podFile: {dir: "/run/dpdk-pod/p"}}')
BEFORE=$(snapshot)
OWN='{namespace: "ns", name: "upf", containers: [{name: "fwd", cpus: [1, 2, 300], memory: [{type: "hugepages-1Gi", size: 4294967296, nodes: [0, 1]}],
	devices: [{resource: "vendor.com/nic", ids: ["0000:3b:02.1"]}], claims: [{driver: "d", device: "0000-3b-02-2"}]}, {name: "side"}], cpus: [4]}'
OTHER='{namespace: "x", name: "y", containers: [{name: "fwd", cpus: [7], devices: [{resource: "r", ids: ["0000:3b:02.3"]}]}]}'
kubelet_start "{pods: [$OTHER, $OWN]}"

# It asks, changes nothing, and answers in any case.
ask() {
	env CNI_ARGS="$ARGS" "$PLUGIN" plan --json --netns /run/netns/pod <<<"$CONF" >"$T_TMP/out" 2>"$T_TMP/err" &&
		jq -e '.changes | length > 0' "$T_TMP/out" >/dev/null
}

t_tmpdir
t_run 'the whole answer' ask

# Both methods: the answer to List is read as a stream.
for get in ok UNIMPLEMENTED; do
	bad=
	for ((n = 0; n < 480; n += 23)); do
		kubelet_says "{pods: [$OTHER, $OWN], get: \"$get\", wire: {do: \"cut\", bytes: $n}}"
		ask || bad+="$n: $(cat "$T_TMP/err")"$'\n'
	done
	t_is "Get is $get: cut after any number of bytes" "$bad" ''
	bad=
	for ((seed = 0; seed < 25; seed++)); do
		kubelet_says "{pods: [$OTHER, $OWN], get: \"$get\", wire: {do: \"flip\", seed: $seed, bits: $((1 + seed % 6)), span: 500}}"
		ask || bad+="$seed: $(cat "$T_TMP/err")"$'\n'
	done
	t_is "Get is $get: with bits turned over" "$bad" ''
done
bad=
for seed in 1 2; do
	kubelet_says "{pods: [$OWN], wire: {do: \"garbage\", seed: $seed}}"
	ask || bad+="$seed: $(cat "$T_TMP/err")"$'\n'
done
t_is 'garbage' "$bad" ''
kubelet_says "{pods: [$OWN]}"
t_add 'and an ADD after all that' "$CONF"
t_json 'gets it right' "$(</run/dpdk-pod/p/pod.json)" '[.containers[] | .cpus]' '["1-2,300","4"]'
t_del DEL "$CONF"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
t_done
