# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A network of CNI 1.1 as the node's own: containerd 2 asks for its STATUS all the time, and a refusal
# takes the node down. A NIC that a pod has is no such reason, a NIC that is gone is one.
nics 1
nics_remember
jq -n '{cniVersion: "1.1.0", name: "nic0", plugins: [{type: "dpdk-cni", device: "nic0",
	ipam: {type: "host-local", subnet: "192.0.2.0/24"}}]}' >/etc/cni/net.d/00-first.conflist
status_says() { # REGEX
	local said

	said=$(k get node "$NODE" -o json | jq -r '.status.conditions[] | select(.type == "Ready")
		| .status + " " + .message') && [[ $said =~ $1 ]]
}
# Nothing else gives the pod a NIC now.
t_run 'a pod of that network' pod_create "$(pod_small_json direct '' 'del(.metadata.annotations)')"
t_pod_ready 'runs' direct
t_like 'its interface is the NIC' "$(k exec direct -- ip link show eth0)" 'eth0'
t_json 'list knows it' "$("${LIST[@]}")" '[.attachments[] | [.pod, .ifname]]' '[["default/direct","eth0"]]'
# Longer than it takes to ask, and to tell the API server.
beat() {
	k get lease -n kube-node-lease "$NODE" -o 'jsonpath={.spec.renewTime}' 2>/dev/null
}
last=$(beat)
beats() {
	[ "$(beat)" != "$last" ]
}
t_run 'the node tells how it is' t_wait 60 beats
t_run 'the node is ready, though its one NIC is given away' status_says '^True'
t_run 'delete' pod_delete direct
t_nics_back 'the NIC is back as it was'

ip link del far-nic0
t_run 'without the NIC the node is not ready, and says why' t_wait 90 \
	status_says '^False .*nic0: there is no such network device'
nics 1
t_run 'with a NIC of that name it is' t_wait 90 status_says '^True'
rm /etc/cni/net.d/00-first.conflist
