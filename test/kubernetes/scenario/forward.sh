# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the project is for: the documented pod gets two NICs through Multus, and forwards between them.
nics 2
mac0=$(mac nic0) mac1=$(mac nic1)
nics_remember
t_run 'the networks' networks 2
t_run 'the documented pod' pod_create "$(pod_json forwarder nic0,nic1)"
t_pod_ready 'it is ready' forwarder
t_is 'at its first start' "$(k get pod forwarder -o 'jsonpath={.status.containerStatuses[0].restartCount}')" 0
t_forwards 'and forwards, byte for byte' 200 nic0 "$mac0" nic1 "$mac1"

file=$(k exec forwarder -- cat /run/dpdk-pod/pod.json)
t_json 'the pod file has its interfaces' "$file" '[.interfaces[] | [.name, .network, .mode]]' \
	'[["net1","nic0","netdev"],["net2","nic1","netdev"]]'
t_json 'and the pod itself' "$file" '[.pod.namespace, .pod.name, .pod.uid]' \
	"[\"default\",\"forwarder\",\"$(pod_uid forwarder)\"]"
cpus=$(k exec forwarder -- sh -c 'grep Cpus_allowed_list /proc/1/status' | cut -f2)
t_json 'its CPUs are exclusive, and those that the kernel grants' "$file" '.containers.forwarder | [.cpus, .exclusive]' \
	"[\"$cpus\",true]"
t_json 'its hugepages are those that it asked for' "$file" \
	'[.containers.forwarder.memory[] | select(.type == "hugepages-2Mi") | .bytes]' '[67108864]'
# All pages that the pod may have are the program's: so they shall be, and the doctor calls it an error.
t_json 'dpdk-pod doctor has nothing against it but that the pages are in use' \
	"$(k exec forwarder -- dpdk-pod doctor --json 2>/dev/null)" \
	'[.findings[] | select(.severity != "note" and (.id != "hugepages-limit" or (.found | test("in use") | not))) | .id]' '[]'
t_run 'dpdk-pod ready' k exec forwarder -- dpdk-pod ready
t_json 'list knows the pod' "$("${LIST[@]}")" '[.attachments[] | .pod] | unique' '["default/forwarder"]'
status=$(k get pod forwarder -o json | jq -r '.metadata.annotations["k8s.v1.cni.cncf.io/network-status"]')
t_json 'Multus tells the addresses' "$status" '[.[1:][] | [.interface, (.ips | length)]]' '[["net1",1],["net2",1]]'

t_run 'delete' pod_delete forwarder
t_nics_back 'the NICs are back as they were, with no lease and no record left'
