#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test/demo.sh --kubernetes, which calls this with 1 or '' (install or not) and the build's directory or ''
#
# Installs, builds, starts a cluster of one node (cluster.sh) in a sandbox, and shows in it what the
# project is for. Of this machine nothing changes but packages and the cache; hugepages are put back.
set -u
cd "$(dirname "$0")/../.." || exit
root=$PWD
exec </dev/null

inside() { # WORK BUILD
	export SOURCE_ROOT=$root BUILD_ROOT=$2
	# shellcheck source=../tap.sh
	. "$root/test/tap.sh"
	t_in_sandbox "$root/test/kubernetes/demo.sh" --inside "$@"
	t_finished=1
	# shellcheck source=cluster.sh
	. "$root/test/kubernetes/cluster.sh"
	# shellcheck source=pods.sh
	. "$root/test/kubernetes/pods.sh"
	# shellcheck source=../demo-common.sh
	. "$root/test/demo-common.sh"
	work=$1 build=$2 steps=6
	ln -s "$KUBE/log" "$work/parts" 2>/dev/null
	began=${EPOCHREALTIME/[.,]/}

	show_cluster
	show_networks
	show_pod
	show_published
	show_traffic
	show_end
	seconds "$began" >"$work/took"
	exit 0
}

# kubectl, as the reader would call it.
kubectl_() { # ARGUMENTS...
	command_line "kubectl $*"
	k "$@" >"$work/out" 2>"$work/kubectl.log" || fail "kubectl $1" "$(cluster_logs 5)"
	rm "$work/kubectl.log"
	indent <"$work/out"
}

show_cluster() {
	step 'A cluster of one node'
	cluster_programs || fail "$CLUSTER_WHY"
	cluster_hugepages 64 || fail 'this machine has no 128 MiB for hugepages'
	say "kubelet and kube-apiserver $("$KUBE_BIN/kubelet" --version | awk '{ print $2 }'), etcd, $(containerd --version |
		awk '{ print $1, $3 }'), Multus and the IPAM" \
		'plugins are the real ones. They start in namespaces of their own, in some ten seconds ...' ''
	cluster_start >"$work/cluster.log" 2>&1 || fail 'the cluster does not start' "$(cluster_logs)"
	rm "$work/cluster.log"
	policy '{"devices": ["nic*"]}'
	kubectl_ get node "$NODE" -o wide
	say '' 'The kubelet gives exclusive CPUs (cpuManagerPolicy: static) and hugepages by NUMA node' \
		'(memoryManagerPolicy: Static); of the node a pod can have:' ''
	kubectl_ get node "$NODE" -o 'jsonpath={.status.allocatable}{"\n"}'
}

show_networks() {
	step 'Two NICs, a client behind each, and a network for each NIC'
	nics 2
	nics_remember
	for i in 0 1; do
		client "client-$i" "far-nic$i" "192.0.2.$((i + 1))"
	done
	mac0=$(mac nic0) mac1=$(mac nic1)
	say '   client-0          node               pod                node          client-1' \
		'  192.0.2.1                                                            192.0.2.2' \
		'     far-nic0 ------- nic0 ==> net1  dpdk-pod-l2fwd  net2 <== nic1 ------- far-nic1' \
		'' \
		'The NICs are veth devices, which any machine has; /etc/dpdk-cni/policy.json allows them:' ''
	command_line 'cat /etc/dpdk-cni/policy.json'
	indent </etc/dpdk-cni/policy.json
	say ''
	networks 2 '.ipam.subnet = "198.51.100.0/24"'
	command_line 'kubectl apply -f network.yaml       # conf/multus/network.yaml, with "device" for the NIC'
	kubectl_ get net-attach-def nic0 -o 'jsonpath={.spec.config}{"\n"}'
}

client() { # NAME LINK ADDRESS
	must ip netns add "$1"
	ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
	must ip link set "$2" netns "$1"
	must ip -n "$1" link set "$2" up
	must ip -n "$1" addr add "$3/24" dev "$2"
}

show_pod() {
	step 'The documented pod asks for both'
	say 'It is conf/multus/pod.yaml: the annotation names the networks, an emptyDir called dpdk-pod is' \
		'there for the pod file, the program is started without any EAL argument.' ''
	pod_json forwarder nic0,nic1 >"$work/pod.json"
	command_line 'cat pod.yaml'
	jq '{metadata: .metadata | {name, annotations}, spec: .spec | {containers, volumes}}' "$work/pod.json" |
		json | indent
	command_line 'kubectl apply -f pod.yaml'
	k apply -f "$work/pod.json" >"$work/out" 2>&1 || fail 'kubectl apply' "$(cat "$work/out")"
	indent <"$work/out"
	k wait --for condition=Ready --timeout 120s pod/forwarder >"$work/out" 2>&1 ||
		fail 'the pod does not get ready' "$(pod_log forwarder 2>&1)"
	kubectl_ get pod forwarder
	say ''
	command_line 'kubectl logs forwarder | uniq'
	k logs forwarder | uniq | indent
	good 'it forwards, and its readiness probe (dpdk-pod ready) says so'
}

show_published() {
	step 'What the node knows, and what the pod is told'
	command_line 'dpdk-cni list                       # on the node'
	"$build/cni/dpdk-cni" list | indent
	say ''
	kubectl_ exec forwarder -- cat /run/dpdk-pod/pod.json
	say ''
	command_line 'kubectl exec forwarder -- dpdk-pod args --explain'
	k exec forwarder -- dpdk-pod args --explain 2>&1 | fold -s -w 92 | indent
}

show_traffic() {
	local out

	step 'Traffic, through the pod, both ways'
	command_line 'ping -c 5 -i 0.1 192.0.2.2          # client-0'
	out=$(ip netns exec client-0 ping -c 5 -i 0.1 -W 2 192.0.2.2 2>&1) || fail 'client-1 does not answer' "$out"
	tail -n 2 <<<"$out" | indent
	say '' '4000 frames of each size, half from either client at the same time, compared byte for byte' \
		'where they arrive:'
	out=$("$T_TMP/frames" 2000 /run/netns/client-0 far-nic0 "$mac0" /run/netns/client-1 far-nic1 "$mac1" 2>&1) ||
		fail 'a frame was lost or changed' "$out"
	indent <<<"$out"
	good 'nothing lost, nothing changed but the two MAC addresses'
}

show_end() {
	step 'The pod goes, and everything is as it was'
	kubectl_ delete pod forwarder
	for i in 0 1; do
		must ip -n "client-$i" link set "far-nic$i" netns "/proc/$$/ns/net"
		must ip link set "far-nic$i" up
	done
	t_wait 60 nics_as_before ||
		fail 'the NICs are not as before' "$(diff -U1 <(echo "$NICS_BEFORE") <(nics_snapshot))"
	command_line 'ip link show nic0                   # on the node'
	ip link show nic0 | indent
	command_line 'dpdk-cni list'
	"$build/cni/dpdk-cni" list | indent
	good 'the NICs are back with all their properties; no record and no lease is left'
	cluster_stop || fail 'the cluster leaves something behind'
}

if [ "${1:-}" = --inside ]; then
	shift
	inside "$@"
fi

# ---------------------------------------------------------------- outside the sandbox

install=$1 build=$2 built_in=
# shellcheck source=../tap.sh
. "$root/test/tap.sh"
t_finished=1
t_tmpdir
work=$T_TMP
# shellcheck source=../demo-common.sh
. "$root/test/demo-common.sh"

printf '%s\n' "${bold}dpdk-cni: a pod of a real Kubernetes asks for two NICs, and forwards between them$plain" ''
demo_packages kubernetes
demo_build
if ! "$root/test/kubernetes/build.sh" --check >/dev/null; then
	say 'kubernetes building it, once, in some 20 minutes on two quiet cores ...'
	"$root/test/kubernetes/build.sh" 2>&1 >/dev/null | sed -u 's/^build.sh: /             /'
	[ "${PIPESTATUS[0]}" -eq 0 ] || fail 'Kubernetes cannot be built here'
fi
say "kubernetes the one in $("$root/test/kubernetes/build.sh" --check)"
bash "$root/test/kubernetes/demo.sh" --inside "$work" "$build" || exit
good 'and this machine: hugepages are as before, all else is gone with the sandbox'
printf '\n%sdone%s  in %s s%s\n' "$bold$green" "$plain" "$(cat "$work/took")" \
	"${built_in:+, after $built_in s of building}"
say '' 'next: sudo test/kubernetes/run.sh --shell gives you such a cluster; docs/kubernetes.md says how to' \
	'      deploy on your own' ''
