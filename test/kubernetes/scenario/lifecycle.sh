# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How pods end, and what ends under them: each time the NIC is back, or stays where it belongs.
nics 1
networks 1
nics_remember
small() { # NAME [JQ-EXPRESSION]
	pod_small_json "$1" nic0 "${2:-.}"
}
owner() {
	"${LIST[@]}" | jq -c '[.attachments[] | [.pod, .state]]'
}
has_nic() { # POD
	[ "$(k exec "$1" -- ls /sys/class/net/net1 2>/dev/null)" != '' ]
}

# ---------------------------------------------------------------- deleted

t_run 'a pod' pod_create "$(small one)"
t_pod_ready 'it runs' one
t_json 'list says whose the NIC is' "$(owner)" . '[["default/one","ADDED"]]'
t_run 'force delete' pod_delete one --force --grace-period 0
t_nics_back 'force delete: the NIC is back as it was'

# The second of that name is there while the first one still ends: it gets the NIC after that one, and
# not before.
t_run 'a pod that ends slowly' pod_create "$(small same '.spec.terminationGracePeriodSeconds = 30
	| .spec.containers[0].command = ["sh", "-c", "trap \"sleep 4; exit\" TERM; while :; do sleep 0.1; done"]')"
t_pod_ready 'it runs' same
uid=$(pod_uid same)
t_run 'it is deleted, by force' pod_delete same --force --grace-period 0
t_run 'another of its name' pod_create "$(small same)"
t_pod_ready 'it runs, in its turn' same
t_isnt 'it is another pod' "$(pod_uid same)" "$uid"
t_json 'the NIC is its own' "$(owner)" . '[["default/same","ADDED"]]'
t_run 'it is there' has_nic same
t_run 'delete' pod_delete same
t_nics_back 'a name used twice: the NIC is back as it was'

# ---------------------------------------------------------------- the sandbox is killed

sandbox_id() { # POD
	"${LIST[@]}" | jq -r --arg pod "default/$1" '.attachments[] | select(.pod == $pod) | .container'
}
new_sandbox() { # POD OLD
	local now

	now=$(sandbox_id "$1")
	[ -n "$now" ] && [ "$now" != "$2" ]
}
t_run 'a pod' pod_create "$(small two)"
t_pod_ready 'it runs' two
old=$(sandbox_id two)
kill -9 "$(ctr_ tasks list | awk -v id="$old" '$1 == id { print $2 }')"
t_run 'its sandbox is killed: the kubelet makes another' t_wait 60 new_sandbox two "$old"
t_run 'which has the NIC' t_wait 60 has_nic two
t_json 'and it alone' "$(owner)" . '[["default/two","ADDED"]]'
t_json 'the pod file is the new one'"'"'s' "$(k exec two -- cat /run/dpdk-pod/pod.json)" '[.interfaces[].name]' '["net1"]'

# ---------------------------------------------------------------- the kubelet and containerd restart

sandbox=$(sandbox_id two)
part_kill kubelet
kubelet_start
t_run 'the kubelet restarts' t_wait 60 node_ready
part_kill containerd
t_run 'containerd restarts' containerd_start
t_run 'the node is ready' t_wait 60 node_ready
t_run 'the pod still has its NIC' t_wait 60 has_nic two
t_is 'in the same sandbox' "$(sandbox_id two)" "$sandbox"
t_run 'delete' pod_delete two
t_nics_back 'after restarts: the NIC is back as it was'

# ---------------------------------------------------------------- killed in the middle of an ADD

# An IPAM plugin that waits is where an ADD stands still.
cat >/opt/cni/bin/waits <<-'P'
	#!/bin/sh
	[ "$CNI_COMMAND" != ADD ] || { : >/run/waiting; while [ -e /run/hold ]; do sleep 0.05; done; }
	exec /opt/cni/bin/host-local
P
chmod 755 /opt/cni/bin/waits
network_json 0 '.ipam.type = "waits"' | k apply -f - >/dev/null
for part in kubelet containerd; do
	rm -f /run/waiting
	touch /run/hold
	t_run "a pod, for $part" pod_create "$(small "for-$part")"
	t_run 'its ADD is under way' t_wait 60 test -e /run/waiting
	t_json 'list says so' "$(owner)" . "[[\"default/for-$part\",\"ADDING\"]]"
	part_kill $part
	rm -f /run/hold
	"${part}_start"
	t_run "$part is back" t_wait 60 node_ready
	t_pod_ready "$part killed in the middle of an ADD: the pod runs all the same" "for-$part"
	t_json 'list knows this one attachment' "$(owner)" . "[[\"default/for-$part\",\"ADDED\"]]"
	t_run 'delete' pod_delete "for-$part"
	t_nics_back "$part killed in the middle of an ADD: the NIC is back as it was"
done
# Deleted meanwhile: nobody waits for this ADD any more.
rm -f /run/waiting
touch /run/hold
t_run 'a pod' pod_create "$(small deleted)"
t_run 'its ADD is under way' t_wait 60 test -e /run/waiting
part_kill kubelet
k delete pod deleted --force --grace-period 0 >/dev/null 2>&1
rm -f /run/hold
kubelet_start
t_nics_back 'deleted in the middle of its ADD, without a kubelet: the NIC is back as it was'
networks 1
