#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# containerd's CRI service, called as kubelet calls it: pods with a NIC, in order and out of it.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
for tool in containerd ctr runc busybox; do
	command -v "$tool" >/dev/null || t_skip_all "$tool is missing (test/deps.sh runtime)"
done
/usr/bin/python3 -c 'import grpc' 2>/dev/null || t_skip_all 'python3-grpcio is missing (test/deps.sh runtime)'
. "$(dirname "$0")/runtime.sh"

CLIENT="$(containerd --version | cut -d' ' -f1,3) through its CRI socket"
hide_bin_dirs
make_nic nic0
policy '{"devices": ["nic*"]}'
ip addr add 10.6.0.1/24 dev far-nic0
t_need 'an image' make_image "$T_TMP/image.tar"
network '{}'
t_need 'containerd' start_containerd
t_need 'the image in it' ctr_ -n k8s.io image import --snapshotter native "$T_TMP/image.tar"
BEFORE=$(snapshot)

pod() { # NAME
	echo "{metadata: {name: \"$1\", uid: \"uid-of-$1\", namespace: \"tenant\"}, hostname: \"$1\",
		labels: {app: \"forwarder\"}, annotations: {note: \"a forwarder\"},
		linux: {cgroup_parent: \"/$CGROUP\"}}"
}
run_pod() { # CHECK-NAME POD-NAME
	t_cri "$1" RunPodSandbox "{config: $(pod "$2")}"
	ID=$(jq -r '.pod_sandbox_id // ""' <<<"$OUT" 2>/dev/null)
	NETNS=/run/netns/$(ls /run/netns)
}
id() { echo "{pod_sandbox_id: \"$ID\"}"; }
pod_pid() {
	ctr_ -n k8s.io task ls | awk -v id="$ID" '$1 == id { print $2 }'
}
in_pod() {
	nsenter --net="$NETNS" "$@"
}
stop_pod() { # WHAT
	t_cri "$1: StopPodSandbox" StopPodSandbox "$(id)"
	t_is "$1: the host is exactly as before" "$(snapshot)" "$BEFORE"
	t_cri "$1: RemovePodSandbox" RemovePodSandbox "$(id)"
	t_is "$1: nothing has changed since" "$(snapshot)" "$BEFORE"
}
state() {
	cri PodSandboxStatus "$(id)"
	jq .status.state <<<"$OUT"
}

# In order: as kubelet does it.
t_cri 'the service answers' Status
t_json 'its network is ready' "$OUT" '[.status.conditions[] | select(.type == "NetworkReady") | .status]' '[true]'
volume='/var/lib/kubelet/pods/uid-of-one/volumes/kubernetes.io~empty-dir/dpdk-pod'
mkdir -p "$volume"
run_pod 'a pod with a NIC' one
t_cri 'its status' PodSandboxStatus "$(id)"
t_json 'says its address' "$OUT" '[.status.state, .status.network.ip]' '[0,"10.6.0.5"]'
t_json 'list knows the pod' "$("$PLUGIN" list --json)" \
	'[.attachments[] | [.container, .ifname, .device, .network, .pod, .state]]' \
	"[[\"$ID\",\"eth0\",\"nic0\",\"net\",\"tenant/one\",\"ADDED\"]]"
t_is 'the NIC is in it' "$(in_pod ip -j link show | jq -c '[.[].ifname] | sort')" '["eth0","lo"]'
t_cri 'a container in it' CreateContainer "$(id) + {sandbox_config: $(pod one), config:
	{metadata: {name: \"main\"}, image: {image: \"$IMAGE\"}, command: [\"/bin/sleep\", \"1000\"],
		mounts: [{container_path: \"/run/dpdk-pod\", host_path: \"$volume\", readonly: true}]}}"
MAIN=$(jq -r .container_id <<<"$OUT")
t_cri 'starts' StartContainer "{container_id: \"$MAIN\"}"
in_main() { # CMD...: a jq array
	cri ExecSync "{container_id: \"$MAIN\", cmd: $1, timeout: 10}"
}
in_main '["ip", "-o", "addr", "show", "eth0"]'
t_like 'it sees the address' "$(jq -r .stdout <<<"$OUT")" 'eth0 +inet 10\.6\.0\.5/24 '
in_main '["ip", "route"]'
t_like 'and the default route' "$(jq -r .stdout <<<"$OUT")" '^default via 10\.6\.0\.1 dev eth0'
in_main '["ping", "-c1", "-W2", "10.6.0.1"]'
t_json 'it reaches the far end' "$OUT" .exit_code 0
t_run 'the far end reaches it' ping -c1 -W2 10.6.0.5
in_main '["cat", "/run/dpdk-pod/pod.json"]'
t_json 'it reads who it is' "$(jq -r .stdout <<<"$OUT")" \
	'[.pod.namespace, .pod.name, .pod.uid, .pod.sandbox, (.interfaces[] | .name, .network, .ips)]' \
	"[\"tenant\",\"one\",\"uid-of-one\",\"$ID\",\"eth0\",\"net\",[\"10.6.0.5/24\"]]"
in_main '["sh", "-c", "echo x >/run/dpdk-pod/pod.json"]'
t_json 'what it may not write' "$OUT" '.exit_code == 0' false

# The pod changes what it can of the NIC.
in_pod ip link set eth0 down
in_pod ip link set eth0 name mine address 02:00:00:00:00:99 mtu 900 alias 'was here' promisc off
in_pod ip link set mine up
stop_pod 'a pod that changed all it can'
t_is 'the pod file is gone' "$(ls -A "$volume")" ''
t_is 'the lease is gone' "$(leases)" 0
take_calls containerd-cri
t_called 'containerd called just this' 'ADD eth0 netns - ok
DEL eth0 netns prevResult ok
DEL eth0 - - ok'
t_json 'the pod was named in CNI_ARGS' "$CALLED" '[.[].env.CNI_ARGS | split(";") | map(select(test("UID|NAME"))) | sort] | unique' \
	'[["K8S_POD_NAME=one","K8S_POD_NAMESPACE=tenant","K8S_POD_UID=uid-of-one"]]'

# A NIC that does not exist.
network '{plugins: [{type: "dpdk-cni", device: "nix"}]}'
t_need 'another network' t_wait 10 has_network
cri RunPodSandbox "{config: $(pod two)}"
t_isnt 'a pod whose NIC does not exist is refused' "$RC" 0
t_like 'the refusal says why' "$ERR" 'device nix: there is no such network device'
t_is 'the host is as before' "$(snapshot)" "$BEFORE"
take_calls containerd-cri-failed-add
t_called 'containerd calls DEL after it, without a result' 'ADD eth0 netns - 100
DEL eth0 netns - ok'

# A NIC that another pod has, and an address pool that is empty after the NIC has moved.
network '{}'
t_need 'the first network' t_wait 10 has_network
run_pod 'a pod with the NIC' owner
cri RunPodSandbox "{config: $(pod two)}"
t_like 'a second pod cannot have it' "$ERR" 'nic0: it belongs to pod tenant/owner, interface eth0 of container '"$ID"
t_is 'its refusal left no lease' "$(leases)" 1
t_run "and its DEL nothing of the owner's" in_pod ping -c1 -W2 10.6.0.1
take_calls
t_called 'it had one' 'ADD eth0 netns - ok
ADD eth0 netns - 101
DEL eth0 netns - ok'

# kill -9 of all that runs in the pod: its namespace outlives it.
kill -9 "$(pod_pid)"
t_wait 10 eval '[ "$(state)" = 1 ]'
t_is 'a pod whose processes were killed is not ready' "$(state)" 1
t_is 'it still has the NIC' "$(in_pod ip -j link show | jq -c '[.[].ifname] | sort')" '["eth0","lo"]'
stop_pod 'a killed pod'
take_calls
t_called 'two DELs, as ever' 'DEL eth0 netns prevResult ok
DEL eth0 - - ok'

network '{plugins: [{type: "dpdk-cni", device: "nic0", ipam: {type: "host-local", subnet: "10.6.0.0/30", rangeStart: "10.6.0.2", rangeEnd: "10.6.0.2"}}]}'
t_need 'a network of one address' t_wait 10 has_network
mkdir -p /var/lib/cni/networks/net
echo someone >/var/lib/cni/networks/net/10.6.0.2
cri RunPodSandbox "{config: $(pod two)}"
t_like 'a pod without an address is refused' "$ERR" 'no IP addresses available'
rm /var/lib/cni/networks/net/10.6.0.2
t_is 'the NIC came back all the same' "$(snapshot)" "$BEFORE"
network '{}'
t_need 'the first network again' t_wait 10 has_network
take_calls

# containerd dies and comes back; its pod went on.
run_pod 'a pod' survivor
kill -9 "$CTRD_PID"
wait "$CTRD_PID" 2>/dev/null
t_run 'goes on without containerd' in_pod ping -c1 -W2 10.6.0.1
t_need 'containerd again' start_containerd
t_need 'its network' t_wait 10 has_network
stop_pod "a pod of a containerd that died"
take_calls
t_called 'called as before' 'ADD eth0 netns - ok
DEL eth0 netns prevResult ok
DEL eth0 - - ok'

# The name of the pod's namespace goes while the pod runs, its processes hold the namespace itself.
# containerd kills them before it calls DEL, so that a veth dies with it; a lease does not.
first_address
run_pod 'a pod' nameless
umount "$NETNS" && rm "$NETNS"
t_cri 'a pod whose namespace was taken away: StopPodSandbox' StopPodSandbox "$(id)"
t_wait 5 sh -c '! ip link show far-nic0'
t_is 'the lease is gone' "$(leases)" 0
t_is 'the record is gone' "$("$PLUGIN" list --json | jq -c .attachments)" '[]'
t_cri 'RemovePodSandbox' RemovePodSandbox "$(id)"
take_calls containerd-cri-netns-gone
t_called 'containerd knows no namespace then' 'ADD eth0 netns - ok
DEL eth0 - prevResult ok
DEL eth0 - - ok'
make_nic nic0
ip addr add 10.6.0.1/24 dev far-nic0
BEFORE=$(snapshot)
run_pod 'a new NIC of that name goes to the next pod' next
stop_pod 'the next pod'

# All that the plugin knew is lost: the lease is in what containerd says.
run_pod 'a pod' forgotten
rm -rf /run/dpdk-cni
t_cri 'a pod of which nothing is known: StopPodSandbox' StopPodSandbox "$(id)"
t_is 'its lease is gone' "$(leases)" 0
t_cri 'and RemovePodSandbox' RemovePodSandbox "$(id)"

t_json 'containerd has no pod left' "$(cri ListPodSandbox; echo "$OUT")" .items '[]'
kill "$CTRD_PID"
wait "$CTRD_PID" 2>/dev/null
t_run 'no cgroup is left' cgroups_gone
t_done
