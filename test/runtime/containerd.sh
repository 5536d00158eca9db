#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Containers of ctr, containerd's own client: no pod, no CNI_ARGS, the namespace is a process's.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
for tool in containerd ctr runc busybox; do
	command -v "$tool" >/dev/null || t_skip_all "$tool is missing (test/deps.sh runtime)"
done
. "$(dirname "$0")/runtime.sh"

CLIENT="$(containerd --version | cut -d' ' -f1,3), ctr run --cni"
hide_bin_dirs
new_nic() {
	make_nic nic0
	ip addr add 10.6.0.1/24 dev far-nic0
	BEFORE=$(snapshot)
}
new_nic
t_need 'an image' make_image "$T_TMP/image.tar"
network '{}'
t_need 'containerd' start_containerd
t_need 'the image in it' ctr_ image import --snapshotter native "$T_TMP/image.tar"

ctr_run() { # ctr's ARGUMENTS...
	ctr_ run --snapshotter native --cgroup "/$CGROUP" --cni "$@"
}

# A namespace of its own dies with the process, before DEL: a veth dies with it, the lease must not
# stay.
t_run 'a container with a NIC' ctr_run --rm "$IMAGE" one sh -c 'ip -o addr show eth0; ping -c1 -W2 10.6.0.1'
t_like 'it has its address' "$T_OUT" 'eth0 +inet 10\.6\.0\.5/24 '
t_like 'and reached the far end' "$T_OUT" ' 0% packet loss'
take_calls ctr-run
t_called 'ctr names no namespace after its end' 'ADD eth0 netns - ok
DEL eth0 - prevResult ok'
t_json 'nor a pod' "$CALLED" '[.[] | [.env.CNI_ARGS, (.env.CNI_NETNS | test("^(/proc/[0-9]+/ns/net)?$"))]]' \
	'[["",true],["",true]]'
t_is 'no lease is left' "$(leases)" 0
t_json 'and no record' "$("$PLUGIN" list --json)" .attachments '[]'

# A namespace that others made, and that outlives the process whose it was called by.
t_wait 5 sh -c '! ip link show far-nic0'
new_nic
make_pod pod
t_run 'a container in a given namespace' ctr_run --rm --with-ns network:/run/netns/pod "$IMAGE" two \
	ping -c1 -W2 10.6.0.1
take_calls
t_called 'is called just as well' 'ADD eth0 netns - ok
DEL eth0 - prevResult ok'
t_is 'the namespace has the NIC no more' "$(pod_links pod)" '["lo"]'
t_is 'the host is exactly as before' "$(snapshot)" "$BEFORE"

# Held by a process alone: no mount has it.
ip netns exec pod sleep 100 &
sleeper=$!
t_wait 5 sh -c "[ -n \"\$(ip netns pids pod)\" ]"
t_run 'a container in a namespace that is then taken away' ctr_run --detach \
	--with-ns network:/run/netns/pod "$IMAGE" three
umount /run/netns/pod && rm /run/netns/pod
ctr_ task kill -s 9 three
t_wait 5 ctr_ task rm three
ctr_ container rm three
t_json 'it lives as long as a process is in it' "$("$PLUGIN" list --json)" '[.attachments[] | [.container, .netnsAlive]]' \
	'[["default-three",true]]'
t_run 'release brings the NIC back from there' "$PLUGIN" release default-three eth0
rm /var/lib/cni/results/net-default-three-eth0 # ctr's own notes, for the DEL that it never calls
t_is 'as it was' "$(snapshot)" "$BEFORE"
kill "$sleeper"
wait "$sleeper" 2>/dev/null

# ctr --detach never calls DEL.
take_calls
t_run 'a detached container' ctr_run --detach "$IMAGE" four
t_run 'has the NIC' ctr_ task exec --exec-id look four ping -c1 -W2 10.6.0.1
ctr_ task kill -s 9 four
t_wait 5 ctr_ task rm four
ctr_ container rm four
t_wait 5 sh -c '! ip link show far-nic0'
take_calls
t_called 'it is never taken back' 'ADD eth0 netns - ok'
t_json 'list shows what it left' "$("$PLUGIN" list --json)" '[.attachments[] | [.container, .netnsAlive]]' \
	'[["default-four",false]]'
new_nic
t_run 'the next container gets the next NIC of that name' ctr_run --rm "$IMAGE" five ping -c1 -W2 10.6.0.1
t_run 'release ends it' "$PLUGIN" release default-four eth0
t_is 'its lease is gone' "$(leases)" 0

# An ADD that fails.
network "{plugins: [{type: \"dpdk-cni\", device: \"nix\"} + $IPAM]}"
take_calls
t_run_fails 'a container whose NIC does not exist' ctr_run --rm "$IMAGE" six sleep 0
t_like 'is told why' "$T_OUT" 'device nix: there is no such network device'
take_calls ctr-run-failed-add
t_called 'ctr calls DEL after it' 'ADD eth0 netns - 100
DEL eth0 - - ok'
t_is 'no lease is left of it' "$(leases)" 0
ctr_ task rm --force six 2>/dev/null # --rm forgets it

kill "$CTRD_PID"
wait "$CTRD_PID" 2>/dev/null
t_run 'no cgroup is left' cgroups_gone
t_done
