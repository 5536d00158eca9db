#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# podman with its CNI backend: containers with a NIC, alone and in a pod.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
for tool in podman runc busybox; do
	command -v "$tool" >/dev/null || t_skip_all "$tool is missing (test/deps.sh runtime)"
done
. "$(dirname "$0")/runtime.sh"

mkdir -p /etc/containers
echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
cat >"$T_TMP/containers.conf" <<E
[containers]
default_ulimits = []
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
[network]
network_backend = "cni"
cni_plugin_dirs = ["$BIN"]
network_config_dir = "$CONFS"
default_network = "net"
E
cat >"$T_TMP/storage.conf" <<E
[storage]
driver = "vfs"
runroot = "$T_TMP/podman-run"
graphroot = "$T_TMP/podman"
E
export CONTAINERS_CONF=$T_TMP/containers.conf CONTAINERS_STORAGE_CONF=$T_TMP/storage.conf
network '{}'
[ "$(podman info --format '{{.Host.NetworkBackend}}' 2>&1)" = cni ] ||
	t_skip_all "this podman has no CNI backend: $(podman --version)"
CLIENT="$(podman --version | cut -d' ' -f1,3) with its CNI backend"
make_nic nic0
ip addr add 10.6.0.1/24 dev far-nic0
make_nic nic1
t_need 'an image' make_image "$T_TMP/image.tar"
t_need 'the image in podman' podman load -i "$T_TMP/image.tar"
jq -n '{cniVersion: "0.4.0", name: "second", plugins: [{type: "dpdk-cni", device: "nic1",
	ipam: {type: "host-local", subnet: "10.7.0.0/24"}}]}' >"$CONFS/20-second.conflist"
BEFORE=$(snapshot)

run() { # podman's ARGUMENTS...
	# Its own 125 to 127 are refusals too.
	podman run -d --cgroup-parent "/$CGROUP" "$@" || return 1
}
inside() { # CONTAINER CMD...
	podman exec "$@"
}
gone() { # WHAT CONTAINER
	t_run "$1: podman rm" podman rm -f -t 0 "$2"
	t_is "$1: the host is exactly as before" "$(snapshot)" "$BEFORE"
}

t_run 'a container with a NIC' run --network net --name one "$IMAGE"
t_is 'has its address' "$(podman inspect one | jq -r '.[0].NetworkSettings.Networks.net.IPAddress')" 10.6.0.5
t_like 'on the interface' "$(inside one ip -o addr show eth0)" 'inet 10\.6\.0\.5/24 '
t_run 'it reaches the far end' inside one ping -c1 -W2 10.6.0.1
t_run 'the far end reaches it' ping -c1 -W2 10.6.0.5
t_json 'list shows it by its name' "$("$PLUGIN" list --json)" '[.attachments[] | [.ifname, .device, .pod, .netnsAlive]]' \
	'[["eth0","nic0","one",true]]'
t_run 'stopped and started' podman restart -t 0 one
t_run 'it reaches the far end again' inside one ping -c1 -W2 10.6.0.1
gone 'a container' one
take_calls podman
t_json 'podman asks for versions' "$CALLED" 'map(select(.env.CNI_COMMAND == "VERSION") | .exit) | unique' '[0]'
CALLED=$(jq -c 'map(select(.env.CNI_COMMAND != "VERSION"))' <<<"$CALLED")
t_called 'and calls DEL with what ADD said' 'ADD eth0 netns - ok
DEL eth0 netns prevResult ok
ADD eth0 netns - ok
DEL eth0 netns prevResult ok'

first_address
t_run 'a container with two NICs; names, MAC and address given' run --network net:interface_name=data0 \
	--network second:interface_name=data1,ip=10.7.0.9,mac=02:00:00:00:00:77 --name two "$IMAGE"
t_json 'it has them' "$(nsenter --net="/run/netns/$(ls /run/netns)" ip -j addr show)" \
	'[.[] | select(.ifname != "lo") | [.ifname, .addr_info[0].local]] | sort' '[["data0","10.6.0.5"],["data1","10.7.0.9"]]'
t_like 'the MAC is as given' "$(inside two ip -o link show data1)" 'ether 02:00:00:00:00:77 '
gone 'a container of two networks' two
take_calls podman-two-networks

# The container dies without podman: its namespace is a mount, and stays.
t_run 'a container' run --network net --name three "$IMAGE"
kill -9 "$(podman inspect three | jq '.[0].State.Pid')"
t_wait 10 sh -c '[ "$(podman inspect three | jq ".[0].State.Running")" = false ]'
gone 'a container that was killed' three

# The NIC is another container's, or is not there.
t_run 'a container' run --network net --name owner "$IMAGE"
t_run_fails 'another with the same NIC' run --network net --name thief "$IMAGE"
t_like 'is told whose it is' "$T_OUT" 'nic0: it belongs to pod owner, interface eth0 of container'
podman rm -f -t 0 thief >/dev/null
t_run "and its end takes nothing of the owner's" inside owner ping -c1 -W2 10.6.0.1
gone 'the owner' owner
network '{plugins: [{type: "dpdk-cni", device: "nix"}]}'
take_calls
t_run_fails 'a container whose NIC does not exist' run --network net --name four "$IMAGE"
t_like 'is told so' "$T_OUT" 'device nix: there is no such network device'
gone 'a container that never was' four
take_calls podman-failed-add
CALLED=$(jq -c 'map(select(.env.CNI_COMMAND != "VERSION"))' <<<"$CALLED")
t_called 'podman calls DEL after it' 'ADD eth0 netns - 100
DEL eth0 netns - ok'
t_is 'no lease is left' "$(leases)" 0
t_is 'nor a record' "$("$PLUGIN" list)" 'no attachments'
t_run 'no cgroup is left' cgroups_gone
t_done
