#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the kubelet assigned decides which VF a pod gets: on the node of its CPUs, and no other pod's.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/../../netns/kubelet-common.sh"

t_need 'two VFs each' make_vfs 2
N=$(vf 0 0) N2=$(vf 0 1) F=$(vf 1 0)
near=${PF[0]} far=${PF[1]}
file=/run/dpdk-pod/p/pod.json

snapshot() {
	devices_snapshot
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
}
# Of the first VF of the far PF, or what the expression says.
vfconf() { # JQ-EXPRESSION
	jq -nc "{cniVersion: \"1.1.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$F\",
		podFile: {dir: \"${file%/*}\"}} + ($1)"
}
pool() { # JQ-EXPRESSION: the far PF comes first
	vfconf "{deviceID: null, pf: [\"$far\", \"$(netdev "$near")\"]} + ($1)"
}
pod_says() { # CPUS DEVICES [MEMORY]
	echo "{namespace: \"ns\", name: \"upf\", containers: [{name: \"side\"}, {name: \"fwd\", cpus: $1, memory: ${3:-[]},
		devices: [{resource: \"vendor.com/nic\", ids: $2}]}]}"
}
OTHER="{namespace: \"theirs\", name: \"upf\", containers: [{name: \"x\", cpus: [1], devices: [{resource: \"r\", ids: [\"$N\"]}]}]}"

# A refusal whose way is one of those that t_refused has looked at; the last snapshot sees all.
refuses() { # NAME CONFIGURATION CODE REGEX
	cni ADD "$2"
	t_like "$1" "$(jq -r '"\(.code): \(.msg) | \(.details)"' <<<"$OUT" 2>&1)" "^$3: .*$4"
}

mkdir -p "${file%/*}"
t_cleanup 'umount /var/lib/kubelet'
mkdir -p /var/lib/kubelet
mount -t tmpfs kubelet /var/lib/kubelet
kubelet_start "{pods: [$(pod_says '[0]' "[\"$F\"]")]}"
make_pod pod
BEFORE=$(snapshot)

# ---------------------------------------------------------------- a given VF

t_refused 'require, CPUs on node 0 and the VF on node 1' ADD "$(vfconf '{numa: "require"}')" 102 \
	"VF $F is on node 1; CPUs 0 of container fwd are on node 0.*topologyManagerPolicy"
t_add 'prefer is content with it' "$(vfconf '{}')"
t_like 'and warns' "$ERR" "warning: numa: VF $F is on node 1; CPUs 0 of container fwd are on node 0"
t_json 'whose it is' "$(<$file)" '.interfaces[0] | [.pciAddress, .numaNode, .container, .resource]' "[\"$F\",1,\"fwd\",\"vendor.com/nic\"]"
t_json 'and the containers' "$(<$file)" .containers '{"side":{"exclusive":false},"fwd":{"cpus":"0","exclusive":true}}'
t_del DEL "$(vfconf '{}')"
t_add 'ignore does not even look' "$(vfconf '{numa: "ignore"}')"
t_unlike 'nor warn' "$ERR" 'numa'
t_del DEL "$(vfconf '{}')"
if [ "$(</sys/devices/system/cpu/cpu0/topology/physical_package_id)" = "$(</sys/devices/system/cpu/cpu1/topology/physical_package_id)" ]; then
	t_add 'require of the same socket' "$(vfconf '{numa: "require", numaScope: "socket"}')"
	t_del DEL "$(vfconf '{}')"
else
	refuses 'require of the same socket' "$(vfconf '{numa: "require", numaScope: "socket"}')" 102 'on node 1'
fi

kubelet_says "{pods: [$(pod_says '[1]' "[\"$F\"]")]}"
t_add 'require, both on node 1' "$(vfconf '{numa: "require"}')"
t_unlike 'without a warning' "$ERR" numa
t_del DEL "$(vfconf '{}')"
kubelet_says "{pods: [$(pod_says '[1]' "[\"$F\"]" '[{type: "hugepages-2Mi", size: 2097152, nodes: [0]}]')]}"
refuses 'require, hugepages elsewhere' "$(vfconf '{numa: "require"}')" 102 'on node 1, its hugepages on node 0'
kubelet_says "{pods: [$(pod_says '[]' "[\"$F\"]")]}"
refuses 'require, no exclusive CPUs' "$(vfconf '{numa: "require"}')" 102 'container fwd has no exclusive CPUs.*cpuManagerPolicy'

# As a driver of dynamic resources names it.
kubelet_says "{pods: [{namespace: \"ns\", name: \"upf\", containers: [{name: \"fwd\", cpus: [1],
	claims: [{driver: \"sriov.example.com\", device: \"${F//[:.]/-}\"}]}]}]}"
t_add 'require, a claimed device' "$(vfconf '{numa: "require"}')"
t_json 'whose it is' "$(<$file)" '.interfaces[0] | [.container, .resource]' '["fwd","sriov.example.com"]'
t_del DEL "$(vfconf '{}')"

# ---------------------------------------------------------------- one of several

kubelet_says "{pods: [$(pod_says '[0]' '[]')]}"
chosen() { # NAME CONFIGURATION VF
	t_add "$1" "$2"
	t_json "$1: which" "$(<$file)" '.interfaces[0].pciAddress' "\"$3\""
	t_del "$1: DEL" "$2"
}
chosen 'prefer takes the near VF, though the far PF is first' "$(pool '{}')" "$N"
chosen 'ignore takes the first' "$(pool '{numa: "ignore"}')" "$F"
chosen 'require takes the near one' "$(pool '{numa: "require"}')" "$N"
t_refused 'require, and all are far' ADD "$(pool "{pf: [\"$far\"], numa: \"require\"}")" 102 \
	"none of the 2 VFs.*VF $F is on node 1; the pod's CPUs 0 are on node 0"
t_call_ env CNI_ARGS="$ARGS" "$PLUGIN" plan --netns /run/netns/pod <<<"$(pool '{}')"
t_like 'plan tells of the nodes' "$T_OUT" $'numa +NIC +-> node 0, near the CPUs\nnuma +CPUs 0 +-> node 0'
t_call_ env CNI_ARGS="$ARGS" "$PLUGIN" plan --netns /run/netns/pod <<<"$(vfconf '{}')"
t_like 'of a far one, too' "$T_OUT" 'numa +NIC +-> node 1, away from the CPUs'

# Both near ones are taken.
make_pod pod2
for i in 1 2; do
	IFNAME=net$i CONTAINER=c2 POD=pod2 t_add "near VF $i goes to a pod" "$(pool '{podFile: null}')"
done
cni ADD "$(pool '{numa: "require"}')"
t_json 'require waits for one of them' "$OUT" '[.code, (.msg | contains("none of the 2 VFs") and contains("near the pod"))]' '[11,true]'
t_add 'prefer takes a far one' "$(pool '{}')"
t_like 'and warns' "$ERR" "warning: numa: VF $F is on node 1; the pod's CPUs 0 are on node 0"
t_del DEL "$(pool '{}')"
for i in 1 2; do
	IFNAME=net$i CONTAINER=c2 POD=pod2 t_del "near VF $i comes back" "$(pool '{}')"
done
t_is 'the machine is as before' "$(snapshot)" "$BEFORE"

# ---------------------------------------------------------------- other pods' devices

kubelet_says "{pods: [$OTHER, $(pod_says '[0]' "[\"$N2\"]")]}"
t_refused "another pod's VF" ADD "$(vfconf "{deviceID: \"$N\"}")" 102 "device $N: the kubelet gave it to pod theirs/upf"
refuses 'by its name, too' "$(vfconf "{deviceID: null, device: \"$(netdev "$N")\"}")" 102 'theirs/upf'
chosen "is not chosen, nor what is the pod's own already" "$(pool '{}')" "$F"
refuses 'where no other is left' "$(pool "{pf: [\"$near\"]}")" 11 'device plugin'
mkdir -p $KUBELET/device-plugins
jq -nc "{Data: {PodDeviceEntries: [], RegisteredDevices: {\"vendor.com/nic\": [\"$F\"]}}}" >$KUBELET/device-plugins/kubelet_internal_checkpoint
chosen 'nor what a device plugin may give' "$(pool '{}')" "$(vf 1 1)"
rm $KUBELET/pod-resources/kubelet.sock

# ---------------------------------------------------------------- without the service

jq -nc "{Data: {PodDeviceEntries: [
	{PodUID: \"u-9\", ContainerName: \"x\", ResourceName: \"r\", DeviceIDs: {\"0\": [\"$N\"]}},
	{PodUID: \"u-1\", ContainerName: \"fwd\", ResourceName: \"vendor.com/nic\", DeviceIDs: {\"1\": [\"$F\"]}}]}}" \
	>$KUBELET/device-plugins/kubelet_internal_checkpoint
refuses 'require, and no answer' "$(vfconf '{numa: "require"}')" 11 'not known: kubelet: .*kubelet.sock: No such file.*"prefer"'
refuses "another pod's VF, by the checkpoint" "$(vfconf "{deviceID: \"$N\"}")" 102 'gave it to pod with UID u-9'
t_add 'prefer does without' "$(vfconf '{}')"
t_json 'and knows whose the VF is' "$(<$file)" '[.interfaces[0].container, .interfaces[0].resource, .containers]' '["fwd","vendor.com/nic",null]'
t_del DEL "$(vfconf '{}')"
echo '{"policyName":"static","defaultCpuSet":"0","entries":{"u-1":{"fwd":"1"}},"checksum":1}' >$KUBELET/cpu_manager_state
t_add 'require, by the state files' "$(vfconf '{numa: "require"}')"
t_del DEL "$(vfconf '{}')"
ARGS=
refuses 'require, and no kubelet' "$(vfconf '{numa: "require"}')" 102 'CNI_ARGS names no pod of a kubelet'
t_add 'prefer without a kubelet' "$(vfconf '{}')"
t_del DEL "$(vfconf '{}')"
t_is 'the machine is as before' "$(snapshot)" "$BEFORE"
t_done
