# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# Pods, networks and NICs for the scenarios. After cluster.sh.

LIST=("$BUILD_ROOT/cni/dpdk-cni" list --json)

# ---------------------------------------------------------------- NICs of software

# The word of the node's owner: a kubelet's pod gets links that software made only by it.
policy() { # JSON
	mkdir -p /etc/dpdk-cni && echo "$1" >/etc/dpdk-cni/policy.json
}

# nic0, nic1 … and behind each a client: far-nic0 … Their addresses are those that the forwarder
# sends to. What the kernels say of their own accord would be counted.
nics() { # COUNT
	local i

	sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
	for ((i = 0; i < $1; i++)); do
		[ ! -e "/sys/class/net/nic$i" ] || continue
		ip link add "nic$i" txqueuelen 77 type veth peer name "far-nic$i" \
			address "02:00:00:00:00:$(printf %02x $((i % 2)))" || return
		ip link set "nic$i" alias "the NIC nic$i" group 5
		ip link set "far-nic$i" up
	done
}

# All that must be as before: the links with all that iproute2 knows of them, the plugin's records,
# the leases of its networks.
nics_snapshot() {
	ip -d -j link show | jq -S '[.[] | select(.ifname | test("nic[0-9]|^dev")) | del(.operstate)
		| .flags -= ["NO-CARRIER"]] | sort_by(.ifname)'
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
	find /var/lib/cni/networks -path '*/nic*/[0-9]*' 2>/dev/null | sort
}

nics_remember() {
	NICS_BEFORE=$(nics_snapshot)
}

nics_as_before() {
	[ "$(nics_snapshot)" = "$NICS_BEFORE" ]
}

# Once the pod is gone for kubectl its sandbox may still be on its way.
t_nics_back() { # NAME
	t_wait 60 nics_as_before
	t_is "$1" "$(nics_snapshot)" "$NICS_BEFORE"
}

mac() { # LINK
	cat "/sys/class/net/$1/address"
}

# ---------------------------------------------------------------- networks

# The documented network, for NIC N: in the place of a device plugin's allocation its name.
network_json() { # N [JQ-EXPRESSION over the plugin's configuration]
	k create --dry-run=client -o json -f "$SOURCE_ROOT/conf/multus/network.yaml" | jq --arg nic "nic$1" '
		.metadata = {name: $nic}
		| .spec.config |= (fromjson | .name = $nic | .device = $nic | '"${2:-.}"' | tojson)'
}

networks() { # COUNT [JQ-EXPRESSION]
	local i

	for ((i = 0; i < $1; i++)); do
		network_json "$i" "${2:-.}"
	done | k apply -f - >/dev/null
}

# ---------------------------------------------------------------- pods

# The documented pod (conf/multus/$POD_FILE), word for word but for what this machine lacks: it has no
# device plugin for NICs of software, one CPU that can be exclusive, and no registry.
pod_json() { # NAME NETWORKS [JQ-EXPRESSION]
	k create --dry-run=client -o json -f "$SOURCE_ROOT/conf/multus/${POD_FILE:-pod.yaml}" | jq --arg name "$1" \
		--arg networks "$2" --arg image "$IMAGE" --arg node "$NODE" '
		.metadata.name = $name
		| .metadata.annotations["k8s.v1.cni.cncf.io/networks"] = $networks
		| .spec.nodeName = $node | .spec.terminationGracePeriodSeconds = 5
		| .spec.containers[] |= (.image = $image | .imagePullPolicy = "Never"
			| if .readinessProbe then .readinessProbe.periodSeconds = 1 else . end
			| .resources[] |= (.cpu = "1" | .["hugepages-2Mi"] = "64Mi" | del(.["example.com/nic"])))
		| '"${3:-.}"
}

# The same without a share in what is scarce: 20 of them fit.
pod_small_json() { # NAME NETWORKS [JQ-EXPRESSION]
	pod_json "$1" "$2" '(.spec.containers[] | .resources) |= {requests: {memory: "64Mi"}}
		| .spec.containers[] |= (.command = ["sleep", "1000000"] | del(.readinessProbe)
			| .volumeMounts |= map(select(.name == "dpdk-pod")))
		| .spec.volumes |= map(select(.name == "dpdk-pod")) | '"${3:-.}"
}

pod_create() { # JSON
	k create -f - <<<"$1"
}

pod_is() { # NAME CONDITION
	[ "$(k get pod "$1" -o "jsonpath={.status.conditions[?(@.type==\"$2\")].status}")" = True ]
}

pod_log() { # NAME
	k describe pod "$1" | sed -n '/^Status/p; /^Conditions/,/^Volumes/p; /^Events/,$p'
	tail -qn 20 /var/log/pods/*_"$1"_*/*/*.log
	grep -hE 'level=(error|fatal)' "$KUBE/log/containerd" | tail -n 5
}

t_pod_ready() { # NAME-OF-CHECK POD [SECONDS]
	if k wait --for condition=Ready --timeout "${3:-90}s" "pod/$2" >"$T_TMP/.out" 2>&1; then
		t_ok "$1"
	else
		t_fail "$1" "$(cat "$T_TMP/.out")" "$(pod_log "$2" 2>&1)"
	fi
}

pod_delete() { # POD [ARGUMENTS...]
	k delete pod --timeout 60s "$@"
}

pod_uid() {
	k get pod "$1" -o 'jsonpath={.metadata.uid}'
}

# The container's first process, as the machine counts it.
pod_pid() { # POD [CONTAINER-NUMBER]
	local id

	id=$(k get pod "$1" -o "jsonpath={.status.containerStatuses[${2:-0}].containerID}")
	ctr_ tasks list | awk -v id="${id##*/}" '$1 == id { print $2 }'
}

# The events that say why a sandbox could not be made.
pod_event() { # POD REGEX
	k get events --field-selector "involvedObject.name=$1" -o json | jq -e --arg re "$2" \
		'any(.items[]; .message | test($re))'
}

# Frames through the pod between the clients of NICs A and B, which are its net1 and net2.
t_forwards() { # NAME COUNT NIC-A MAC-A NIC-B MAC-B
	t_run "$1" "$T_TMP/frames" "$2" /proc/self/ns/net "far-$3" "$4" /proc/self/ns/net "far-$5" "$6"
}

t_need 'the frames' gcc -O2 -Wall -o "$T_TMP/frames" "$SOURCE_ROOT/test/demo-frames.c"
