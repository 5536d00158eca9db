# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What cannot be had: the pod waits, its events say why, and nothing of it holds a NIC meanwhile.
nics 1
networks 1
network_json 9 '.device = "nic9"' | k apply -f - >/dev/null
nics_remember

# The second of two networks fails: the first one's NIC goes back, every time.
t_run 'a pod whose second network fails' pod_create "$(pod_small_json half nic0,nic9)"
t_run 'its events name the device, and why' t_wait 60 pod_event half 'nic9: there is no such network device'
# Between two tries.
t_nics_back 'the first NIC is back as it was'
ip link add nic9 type veth peer name far-nic9
t_pod_ready 'once the device is there the pod runs' half 120
t_run 'delete' pod_delete half
t_nics_lost() {
	ip link del far-nic9
	t_nics_back "$1"
}
t_nics_lost 'and the first NIC is back as it was'

# A NIC that another pod has.
t_run 'a pod' pod_create "$(pod_small_json owner nic0)"
t_pod_ready 'it runs' owner
t_run 'another one that wants its NIC' pod_create "$(pod_small_json second nic0)"
t_run 'is told whose it is' t_wait 60 pod_event second 'nic0.*default/owner'
t_run 'the owner goes' pod_delete owner
t_pod_ready 'the other one has it' second 120
t_run 'delete' pod_delete second
t_nics_back 'the NIC is back as it was'

# Not in the policy: a link that software made could be another pod's.
policy '{"devices": ["other*"]}'
t_run 'a pod' pod_create "$(pod_small_json forbidden nic0)"
t_run 'its events name the policy' t_wait 60 pod_event forbidden 'nic0: the node.s policy does not allow it'
t_run 'delete' pod_delete forbidden
policy '{"devices": ["nic*"]}'
t_nics_back 'nothing was touched'
