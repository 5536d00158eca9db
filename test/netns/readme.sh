#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the README tells people to type does what it says; every file of conf/ it names works.
. "$(dirname "$0")/sandbox.sh"

block() { # NAME: the code block behind that mark
	sed -n "/^<!-- test: $1 -->/,/^\`\`\`$/p" "$SOURCE_ROOT/README.md" | sed '/^<!--/d; /^```/d'
}

t_tmpdir
mkdir -p /run/bin
ln -s "$BUILD_ROOT/cni/dpdk-cni" "$BUILD_ROOT/dataplane/pod/dpdk-pod" "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" /run/bin/
PATH=/run/bin:$PATH
cd "$T_TMP" || exit

block 'by hand' >by-hand.sh
t_is 'the block is found' "$(grep -c CNI_COMMAND by-hand.sh)" 2
t_run 'by hand: every command works' bash -exo pipefail by-hand.sh
t_like 'plan says the move' "$T_OUT" 'name +nic0 -> net1'
t_like 'ADD answers' "$T_OUT" '"address": "192.0.2.10/24"'
t_like 'list shows it' "$T_OUT" 'pod +net1 +nic0'
t_like 'args explain the NIC' "$T_OUT" 'net_af_packet0,iface=net1'
t_like 'it forwards' "$T_OUT" '-> port'
t_like 'the NIC is back' "$T_OUT" 'nic0@nic0-far: <BROADCAST'
ip link del nic0
ip netns del pod

# The list of net.d, as a runtime runs it.
list=$SOURCE_ROOT/conf/net.d/50-dpdk.conflist
make_pod pod
make_nic nic0
BEFORE=$(snapshot)
CONF=$(jq -c '.plugins[0] + {cniVersion, name}' "$list")
t_add 'the network list of conf/' "$CONF"
t_is 'publishes a pod file where the README mounts it' "$(jq -r '.interfaces[].name' /run/dpdk-pod/pod/pod.json)" net1
t_del 'DEL' "$CONF"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# The Multus network, as Multus hands it over, and the pod's volume. No NIC here has a PCI address:
# the device is named instead, and the owner of the node allows it.
policy '{"devices": ["nic*"]}'
python3 - "$SOURCE_ROOT/conf/multus" >"$T_TMP/multus.json" <<'P'
import json, re, sys
network = open(sys.argv[1] + "/network.yaml").read()
config = json.loads(network[network.index("config: |") + 9:])
pod = open(sys.argv[1] + "/pod.yaml").read()
volume = re.search(r"- name: (\S+)\n\s+emptyDir: \{\}", pod).group(1)
assert "mountPath: /run/dpdk-pod" in pod and "networks: %s, %s" % (config["name"], config["name"]) in pod
json.dump({"config": config, "volume": volume}, sys.stdout)
P
t_is 'network and pod of conf/multus fit together' "$(jq -r .volume "$T_TMP/multus.json")" dpdk-pod
volume=/var/lib/kubelet/pods/0815/volumes/kubernetes.io~empty-dir/$(jq -r .volume "$T_TMP/multus.json")
mkdir -p "$volume"
ARGS='IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=forwarder;K8S_POD_UID=0815;IgnoreUnknown=1'
CONF=$(jq -c '.config + {device: "nic0"}' "$T_TMP/multus.json")
t_add 'the Multus network' "$CONF"
t_json 'its pod file is in the volume' "$(<"$volume/pod.json")" '[.pod.name, .interfaces[0].network]' '["forwarder","dpdk-net"]'
t_del 'DEL' "$CONF"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

# Every file that the README links to is there.
missing=
while read -r path; do
	[ -e "$SOURCE_ROOT/${path%%#*}" ] || missing+="$path "
done < <(grep -o '](\([a-zA-Z][^):]*\))' "$SOURCE_ROOT/README.md" | tr -d '])(')
t_is 'no link of the README is dead' "$missing" ''
t_is 'every program that the README names knows --version' "$(for p in dpdk-cni dpdk-pod dpdk-pod-l2fwd; do "$p" --version >/dev/null 2>&1 || echo "$p"; done)" ''

# Every duty of docs/cni-duties.md names a check that exists.
lost='' duties=0
while IFS='|' read -r _ duty test check _; do
	test=${test// /} check=${check# } check=${check% }
	case $test in
	unit/*) file=$SOURCE_ROOT/test/$test.c ;;
	*/*) file=$SOURCE_ROOT/test/$test.sh ;;
	*) continue ;;
	esac
	duties=$((duties + 1))
	grep -qF -- "$check" "$file" 2>/dev/null || lost+="$duty:$test: $check"$'\n'
done <"$SOURCE_ROOT/docs/cni-duties.md"
t_is 'every duty of docs/cni-duties.md has its check' "$lost" ''
t_is 'there are duties' "$((duties > 50))" 1
t_done
