# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Twenty pods at once, a NIC each; then all are deleted at once.
nics 20
networks 20
nics_remember
all_ready() {
	k get pods -l twenty -o json | jq -e '[.items[].status.conditions[]?
		| select(.type == "Ready" and .status == "True")] | length == 20'
}
t_run 'twenty pods' pod_create "$(for ((i = 0; i < 20; i++)); do
	pod_small_json "p$i" "nic$i" '.metadata.labels = {twenty: ""}'
done)"
t_run 'all of them run' t_wait 240 all_ready
t_diag "$(k get pods -l twenty)"
t_json 'each has its NIC' "$("${LIST[@]}")" '[.attachments[] | .state] | unique, length' $'["ADDED"]\n20'
t_is 'twenty leases' "$(find /var/lib/cni/networks -path '*/nic*/[0-9]*' | wc -l)" 20
t_run 'delete' k delete pods -l twenty --timeout 240s
t_nics_back 'the NICs are back as they were'
