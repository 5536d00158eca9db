# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# A Kubernetes cluster of one node, in the sandbox of the script that sources this: etcd,
# kube-apiserver, kubelet, containerd, Multus and the IPAM plugins, all of them the real ones. The
# API server listens on the sandbox's own 127.0.0.1. After tap.sh and t_in_sandbox:
#
#	cluster_programs     finds or builds them; false, with the reason in CLUSTER_WHY
#	cluster_start        the node is Ready when it returns true
#	k ARGUMENTS...       kubectl
#	part_stop NAME, part_kill NAME, containerd_start, kubelet_start    to break what runs
#
# CONTAINERD=2 runs containerd 2, built beside Kubernetes, in the place of the distribution's.
#
# Outside of the sandbox there are hugepages and control groups, kubepods in each hierarchy; both
# are put back. The sysctls that the kubelet sets for the whole machine it finds as plain files.

CLUSTER_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${SOURCE_ROOT:=$(cd "$CLUSTER_DIR/../.." && pwd)}" "${BUILD_ROOT:?is not set: the build directory}"
# shellcheck source=../image.sh
. "$CLUSTER_DIR/../image.sh"
# shellcheck source=../containerd.sh
. "$CLUSTER_DIR/../containerd.sh"
CLUSTER_WHY='' KUBE_BIN='' NODE=node-1 NODE_IP=10.250.0.1
CONTAINERD=${CONTAINERD:-1}
IMAGE=localhost/dpdk-pod:test PAUSE=localhost/pause:test

t_tmpdir
KUBE=$T_TMP/kube
CTRD_SOCKET=$KUBE/containerd.sock
# Where a kubelet has its pods, and where the plugin looks for them.
CGROUP=kubepods
declare -A PART=()

# ---------------------------------------------------------------- programs

cluster_programs() {
	local tool

	for tool in containerd runc kubectl busybox ip jq gcc; do
		command -v $tool >/dev/null || {
			CLUSTER_WHY="$tool is missing (test/deps.sh kubernetes)"
			return 1
		}
	done
	[ -x /usr/lib/cni/host-local ] || {
		CLUSTER_WHY='the IPAM plugins are missing (test/deps.sh run)'
		return 1
	}
	if ! KUBE_BIN=$("$CLUSTER_DIR/build.sh" --check); then
		# It takes half an hour: only where that is wanted.
		if [ "${MUST_WORK:-}" != 1 ] && [ "${KUBERNETES_BUILD:-}" != yes ]; then
			CLUSTER_WHY='Kubernetes is not built yet: run test/kubernetes/build.sh, once, for half an hour'
			return 1
		fi
		KUBE_BIN=$("$CLUSTER_DIR/build.sh") || {
			CLUSTER_WHY='Kubernetes cannot be built here: see above'
			return 1
		}
	fi
}

# ---------------------------------------------------------------- the machine's part

# The hierarchies of version 1 that are there, and hugetlb where nobody has mounted it, in a tree of
# our own; version 2 has it all in one. A group for the whole node, in each.
cluster_cgroups_() {
	local dir tree=/run/.cgroup

	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		local c enabled=/sys/fs/cgroup/cgroup.subtree_control

		for c in cpuset cpu io memory hugetlb pids; do
			grep -qw "$c" $enabled && continue
			echo "+$c" >$enabled || return
			cgroup_unset+=("-$c")
		done
	elif [ ! -e /sys/fs/cgroup/hugetlb ]; then
		mkdir "$tree" && mount -n -t tmpfs -o mode=755 cgroup "$tree" || return
		for dir in /sys/fs/cgroup/*; do
			if [ -L "$dir" ]; then
				cp -a "$dir" "$tree/"
			else
				mkdir "$tree/${dir##*/}" && mount -n --bind "$dir" "$tree/${dir##*/}" || return
			fi
		done
		mkdir "$tree/hugetlb" && mount -n -t cgroup -o hugetlb hugetlb "$tree/hugetlb" || return
		mount -n --move "$tree" /sys/fs/cgroup || return
	fi
	for dir in $(cluster_cgroup_dirs_); do
		# It is there where the machine has a kubelet of its own.
		mkdir "$dir/$CGROUP" || return
		cgroups_made=1
		# Version 1 starts with nothing, which keeps everybody out.
		for file in cpuset.cpus cpuset.mems; do
			[ ! -e "$dir/$CGROUP/$file" ] || [ -e "$dir/cgroup.controllers" ] ||
				cat "$dir/$file" >"$dir/$CGROUP/$file" || return
		done
	done
}
cgroup_unset=() cgroups_made=

cluster_cgroup_dirs_() {
	awk '$3 ~ /^cgroup2?$/ && $2 ~ "^/sys/fs/cgroup" { print $2 }' /proc/self/mounts | sort -u
}

cluster_cgroups_gone_() {
	local i list='' word

	[ -n "$cgroups_made" ] || return 0
	for ((i = 0; i < 100; i++)); do
		list=$(find /sys/fs/cgroup -depth -type d -path "*/$CGROUP*" 2>/dev/null)
		[ -n "$list" ] || break
		# shellcheck disable=SC2086 # a list; no path of ours has a space
		rmdir $list 2>/dev/null
		sleep 0.1
	done
	for word in ${cgroup_unset[@]+"${cgroup_unset[@]}"}; do
		echo "$word" >/sys/fs/cgroup/cgroup.subtree_control
	done
	[ -z "$list" ]
}

# Some more hugepages of 2 MiB. What came is given back.
cluster_hugepages() { # PAGES
	local file=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages before came

	before=$(cat $file) || return
	echo $((before + $1)) >$file
	came=$(($(cat $file) - before))
	t_cleanup "echo \$((\$(cat $file) - $came)) >$file"
	[ "$came" -eq "$1" ]
}

# What the kubelet sets for the whole machine it sets in files that are this sandbox's.
cluster_sysctls_() {
	local file

	for file in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
		kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
		mkdir -p "$KUBE/sysctl/${file%/*}" && cat "/proc/sys/$file" >"$KUBE/sysctl/$file" &&
			mount -n --bind "$KUBE/sysctl/$file" "/proc/sys/$file" || return
	done
}

# ---------------------------------------------------------------- parts, as processes

part_start() { # NAME CMD...
	local name=$1

	shift
	"$@" </dev/null >>"$KUBE/log/$name" 2>&1 7>&- 8>&- 9>&- &
	PART[$name]=$!
}

part_runs() { # NAME
	kill -0 "${PART[$1]}" 2>/dev/null
}

part_end_() { # SIGNAL NAME
	[ -n "${PART[$2]:-}" ] || return 0
	kill "-$1" "${PART[$2]}" 2>/dev/null
	wait "${PART[$2]}" 2>/dev/null
	unset "PART[$2]"
}

part_stop() { # NAME
	part_end_ TERM "$1"
}

part_kill() { # NAME
	part_end_ KILL "$1"
}

# The last words of every part, for a failed check.
cluster_logs() { # [LINES]
	local log

	for log in "$KUBE"/log/*; do
		[ -s "$log" ] || continue
		echo "--- ${log##*/}"
		grep -vE '^I[0-9]{4} ' "$log" | tail -n "${1:-15}"
	done
}

etcd_start() {
	part_start etcd "$KUBE_BIN/etcd" --name one --data-dir "$KUBE/etcd" --unsafe-no-fsync \
		--listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
		--listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
		--initial-cluster one=http://127.0.0.1:2380
}

# Nothing has to be kept from anybody in here: one token, which may do everything.
apiserver_start() {
	openssl genrsa -out "$KUBE/sa.key" 2048 2>/dev/null || return
	echo 'token,admin,admin,system:masters' >"$KUBE/tokens"
	part_start kube-apiserver "$KUBE_BIN/kube-apiserver" --etcd-servers http://127.0.0.1:2379 \
		--bind-address 127.0.0.1 --advertise-address "$NODE_IP" --secure-port 6443 --cert-dir "$KUBE/certs" \
		--service-cluster-ip-range 10.96.0.0/16 --endpoint-reconciler-type none \
		--kubelet-preferred-address-types InternalIP \
		--authorization-mode AlwaysAllow --token-auth-file "$KUBE/tokens" \
		--disable-admission-plugins ServiceAccount,NamespaceLifecycle \
		--service-account-issuer https://cluster.local --service-account-key-file "$KUBE/sa.key" \
		--service-account-signing-key-file "$KUBE/sa.key"
}

kubeconfig() { # SERVER
	cat <<-E
		apiVersion: v1
		kind: Config
		current-context: c
		clusters: [{name: c, cluster: {server: "$1", insecure-skip-tls-verify: true}}]
		users: [{name: u, user: {token: token}}]
		contexts: [{name: c, context: {cluster: c, user: u}}]
	E
}

k() {
	kubectl --kubeconfig "$KUBE/kubeconfig" "$@"
}

containerd_start() {
	local bin

	bin=$(dirname "$(command -v containerd)")
	[ "$CONTAINERD" = 1 ] || bin=$KUBE_BIN
	containerd_config "$KUBE" "$CTRD_SOCKET" "$PAUSE" /opt/cni/bin /etc/cni/net.d overlayfs \
		>"$KUBE/containerd.toml"
	PATH=$bin:$PATH part_start containerd "$bin/containerd" -c "$KUBE/containerd.toml"
	t_wait 60 ctr_ version
}

ctr_() {
	ctr -a "$CTRD_SOCKET" -n k8s.io "$@"
}

kubelet_config() {
	cat <<-E
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		address: $NODE_IP
		clusterDNS: [10.96.0.10]
		authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
		authorization: {mode: AlwaysAllow}
		containerRuntimeEndpoint: unix://$CTRD_SOCKET
		cgroupDriver: cgroupfs
		failCgroupV1: false
		failSwapOn: false
		oomScoreAdj: 0
		resolvConf: $KUBE/resolv.conf
		enableControllerAttachDetach: false
		imageGCHighThresholdPercent: 100
		imageMinimumGCAge: 24h
		evictionHard: {memory.available: 100Mi}
		cpuManagerPolicy: static
		# One CPU, the first, is the system's; half of it is for pods, so that sidecars fit.
		kubeReserved: {cpu: 500m}
		memoryManagerPolicy: Static
		reservedMemory: [{numaNode: 0, limits: {memory: 100Mi}}]
		topologyManagerPolicy: single-numa-node
		maxPods: 60
	E
}

kubelet_start() {
	part_start kubelet "$KUBE_BIN/kubelet" --config "$KUBE/kubelet.yaml" --kubeconfig "$KUBE/kubeconfig" \
		--hostname-override "$NODE" --node-ip "$NODE_IP" --cert-dir "$KUBE/kubelet-certs"
}

node_ready() {
	[ "$(k get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]
}

# ---------------------------------------------------------------- the node's files

# The cluster's own network, and Multus before it.
cluster_network_() { # API-SERVER
	mkdir -p /opt/cni/bin /etc/cni/net.d /etc/cni/multus /var/lib/cni
	cp -aL /usr/lib/cni/. "$KUBE_BIN/multus" "$BUILD_ROOT/cni/dpdk-cni" /opt/cni/bin/ || return
	# The distribution's speaks CNI 1.0; containerd 2 asks in words of 1.1.
	[ "$CONTAINERD" = 1 ] || cp "$KUBE_BIN/host-local" /opt/cni/bin/ || return
	kubeconfig "$1" >/etc/cni/multus/kubeconfig
	jq -n --argjson cluster "$(cluster_network_conf_)" '{cniVersion: "1.0.0", name: "multus", type: "multus",
		kubeconfig: "/etc/cni/multus/kubeconfig", logLevel: "verbose", logFile: "/var/log/multus.log",
		delegates: [$cluster]}' >/etc/cni/net.d/00-multus.conf
}

cluster_network_conf_() {
	jq -n '{cniVersion: "1.0.0", name: "cluster", plugins: [{type: "bridge", bridge: "cni0", isGateway: true,
		ipam: {type: "host-local", ranges: [[{subnet: "10.244.0.0/24"}]], routes: [{dst: "0.0.0.0/0"}]}}]}'
}

# The definition that Multus brings along, as far as the API server has a use for it.
cluster_crd_() {
	k apply -f - <<-'E'
		apiVersion: apiextensions.k8s.io/v1
		kind: CustomResourceDefinition
		metadata: {name: network-attachment-definitions.k8s.cni.cncf.io}
		spec:
		  group: k8s.cni.cncf.io
		  scope: Namespaced
		  names: {plural: network-attachment-definitions, singular: network-attachment-definition,
		          kind: NetworkAttachmentDefinition, shortNames: [net-attach-def]}
		  versions:
		    - name: v1
		      served: true
		      storage: true
		      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
	E
	k wait --for condition=established --timeout 30s \
		crd/network-attachment-definitions.k8s.cni.cncf.io
}

# What is written goes to memory, and with the sandbox.
cluster_mounts_() {
	mkdir -p "$KUBE" && mount -n -t tmpfs -o mode=755,size=3g kube "$KUBE" || return
	mkdir -p "$KUBE"/{log,etcd} /var/lib/kubelet || return
	chmod 700 "$KUBE/etcd"
	mount -n -t tmpfs -o mode=755,size=1g kubelet /var/lib/kubelet || return
	# Where / is an overlay itself, another one on it may be refused.
	t_overlay_ /opt || mount -n -t tmpfs -o mode=755 opt /opt
}

# The kubelet wants an address that is not the loopback's, and a default route.
cluster_links_() {
	ip link add uplink type veth peer name uplink-far && ip link set uplink up &&
		ip link set uplink-far up && ip addr add "$NODE_IP/24" dev uplink &&
		ip route add default via 10.250.0.254 dev uplink
}

cluster_started=
cluster_start() {
	t_cleanup cluster_stop
	cluster_started=1
	cluster_mounts_ && cluster_sysctls_ && cluster_cgroups_ && cluster_links_ || return
	cluster_network_ https://127.0.0.1:6443 || return
	# Containers may ask for mounts that both sides see.
	mount -n --make-rshared / || return
	kubeconfig https://127.0.0.1:6443 >"$KUBE/kubeconfig"
	: >"$KUBE/resolv.conf"
	etcd_start
	apiserver_start || return
	containerd_start || return
	cluster_images || return
	t_wait 120 k get --raw /readyz || return
	cluster_crd_ || return
	kubelet_config >"$KUBE/kubelet.yaml"
	kubelet_start
	t_wait 120 node_ready
}

cluster_stop() {
	local name

	[ -n "$cluster_started" ] || return 0
	cluster_started=
	for name in kubelet kube-apiserver etcd containerd; do
		part_kill "$name"
	done
	[ -z "$cgroups_made" ] || find /sys/fs/cgroup -path "*/$CGROUP/*cgroup.procs" -exec cat {} + 2>/dev/null | sort -u |
		xargs -r kill -9 2>/dev/null
	umount -nRl "$KUBE"
	cluster_cgroups_gone_
}

# ---------------------------------------------------------------- images

# One with a shell and nothing else, and one with our programs and the DPDK drivers that they need.
cluster_images() {
	local root=$KUBE/image

	image_busybox "$root/pause" && image_tar "$root/pause" "$PAUSE" '{Cmd: ["/bin/sleep", "1000000"]}' \
		"$KUBE/pause.tar" || return
	image_dpdk "$root/dpdk" && image_tar "$root/dpdk" "$IMAGE" '{Cmd: ["dpdk-pod-l2fwd"]}' \
		"$KUBE/dpdk.tar" || return
	ctr_ images import "$KUBE/pause.tar" && ctr_ images import "$KUBE/dpdk.tar" || return
	rm -rf "$root"
}
