# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Multus as it is: what it remembers of a pod can be lost, and then it calls no DEL.
nics 1
networks 1
nics_remember
cache=/var/lib/cni/multus
forget() {
	find "$cache" -type f -delete
}
t_run 'a pod' pod_create "$(pod_small_json one nic0)"
t_pod_ready 'it runs' one
t_isnt 'Multus remembers it' "$(find $cache -type f)" ''
forget
t_run 'its cache is lost, the pod deleted' pod_delete one
t_nics_back 'Multus asks the API server: the NIC is back as it was'

# Nobody knows of that pod any more: its namespace goes, and a NIC of software with it. The record and
# the lease stay, where list shows them and release takes them; a NIC of that name is a new one.
t_run 'a pod' pod_create "$(pod_small_json two nic0)"
t_pod_ready 'it runs' two
forget
t_run 'its cache is lost, the pod deleted by force' pod_delete two --force --grace-period 0
lost() {
	"${LIST[@]}" | jq -e '[.attachments[] | [.pod, .netnsAlive]] == [["default/two", false]]'
}
t_run 'what is left is a record' t_wait 60 lost
nics 1
t_run 'the next pod' pod_create "$(pod_small_json three nic0)"
t_pod_ready 'has the NIC' three
t_json 'which it holds alone' "$("${LIST[@]}")" '[.attachments[] | select(.holdsDevice) | .pod] | sort' \
	'["default/three","default/two"]'
t_run 'delete' pod_delete three
t_run 'what is left is that record' t_wait 60 lost
t_run 'release' "${LIST[0]}" release "$("${LIST[@]}" | jq -r '.attachments[0].container')" net1
t_json 'no record is left' "$("${LIST[@]}")" .attachments '[]'
t_is 'and no lease' "$(find /var/lib/cni/networks -path '*/nic*/[0-9]*')" ''
