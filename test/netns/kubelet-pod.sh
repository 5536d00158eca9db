#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From the kubelet to the EAL arguments: a program in the pod finds its container in the pod file, by
# its cpuset or by name, and takes what the kubelet gave to it.
. "$(dirname "$0")/sandbox.sh"
. "$(dirname "$0")/kubelet-common.sh"

[ "$(nproc)" -ge 2 ] || t_skip_all 'one CPU is no choice'
cpu=$(($(taskset -cp $$ | sed 's/.*[-, ]//')))
policy '{"devices": ["nic*"]}'
make_pod pod
make_nic nic0
mkdir -p /run/dpdk-pod/p
export DPDK_POD_FILE=/run/dpdk-pod/p/pod.json
kubelet_start "{pods: [{namespace: \"ns\", name: \"upf\", containers: [{name: \"side\"}, {name: \"fwd\", cpus: [$cpu],
	memory: [{type: \"hugepages-2Mi\", size: 4194304, nodes: [0]}]}]}]}"
# The pod's control group, as the kubelet makes it before the sandbox: 4 MiB of the usual pages.
. "$(dirname "$0")/container.sh"
hugetlb=
if [ -d $HUGE/hugepages-2048kB ] && c_hierarchy_ hugetlb; then
	hugetlb=$c_found_/kubetest-$$
	# In version 2 a parent hands its controllers on.
	t_need 'a group of pods' mkdir "$hugetlb"
	[ ! -e "$hugetlb/cgroup.subtree_control" ] || echo +hugetlb >"$hugetlb/cgroup.subtree_control"
	mkdir "$hugetlb/podu-1" "$hugetlb/podu-1/container"
	t_cleanup 'rmdir "$hugetlb/podu-1/container" "$hugetlb/podu-1" "$hugetlb"; c_gone_'
	C_HUGETLB=$hugetlb/podu-1 c_hugetlb 2MB 4194304
fi
t_add 'ADD' "$(conf '{podFile: {dir: "/run/dpdk-pod/p"}}')"

pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
in_pod() {
	nsenter --net=/run/netns/pod "$@"
}
# The container's own group has no limit (containerd's disable_hugetlb_controller), and a container sees no
# other: the pod file tells.
if [ "$hugetlb" ]; then
	t_json 'the pod file has the limit of the pod' "$(<"$DPDK_POD_FILE")" \
		'.hugepages[] | select(.type == "hugepages-2Mi") | .bytes' 4194304
	contained=(unshare --mount --propagation private bash -c '
		echo 0 >"$1/cgroup.procs"
		mount --bind "$1" "$2"
		shift 2
		exec "$@"' - "$hugetlb/podu-1/container" "$c_found_")
	t_run 'in a container that does not see it' "${contained[@]}" "$pod" show --json
	t_json 'what it may take is the pod'"'"'s limit' "$T_OUT" \
		'.facts.hugepageLimits[] | select(.pageSize == 2097152) | .allowedBytes' 4194304
	jq 'del(.hugepages)' "$DPDK_POD_FILE" >/run/unlimited.json
	t_json 'without it nothing would be known' \
		"$(DPDK_POD_FILE=/run/unlimited.json "${contained[@]}" "$pod" show --json)" \
		'.facts.hugepageLimits[] | select(.pageSize == 2097152) | .allowedBytes' null
else
	t_skip 'the limit of the pod' 'no hugetlb controller'
fi
# "ip netns exec" mounts a /sys without cgroups: there the affinity tells.
t_run 'on the CPU of fwd' ip netns exec pod taskset -c "$cpu" "$pod" show --json
t_json 'it is fwd' "$T_OUT" .container '"fwd"'
t_run 'its arguments' ip netns exec pod taskset -c "$cpu" "$pod" args
t_like 'take that CPU, and no other' "$T_OUT" "--lcores ([0-9]+@$cpu,?)+ "
t_run 'on all CPUs' in_pod "$pod" show --json
t_json 'it may be either' "$T_OUT" .container null
t_run 'by name' env DPDK_POD_CONTAINER=fwd nsenter --net=/run/netns/pod "$pod" show --json
t_json 'it is fwd as well' "$T_OUT" .container '"fwd"'
t_run 'where the CPUs are others' env DPDK_POD_CONTAINER=fwd nsenter --net=/run/netns/pod "$pod" args --explain
t_like 'the difference is told' "$T_OUT" "the pod file gives container fwd CPUs $cpu, the kernel grants"

# A cpuset, as a container has one; the affinity within may be narrower, or wider again.
group=
for dir in /sys/fs/cgroup/cpuset /sys/fs/cgroup; do
	if [ -e $dir/cpuset.cpus ] || grep -qs cpuset $dir/cgroup.subtree_control; then
		group=$dir/dpdk-cni-test.$$
		break
	fi
done
confine() {
	mkdir "$group" && t_cleanup 'rmdir "$group"' && echo "$cpu" >"$group/cpuset.cpus" && echo 0 >"$group/cpuset.mems"
}
if [ -z "$group" ] || ! confine 2>/dev/null; then
	t_skip 'in a cpuset' 'this machine gives out no cpusets'
else
	t_run 'in a cpuset' sh -c "echo \$\$ >$group/cgroup.procs && exec nsenter --net=/run/netns/pod $pod show --json"
	t_json 'it is fwd' "$T_OUT" .container '"fwd"'
fi
t_del DEL "$(conf '{podFile: {dir: "/run/dpdk-pod/p"}}')"
t_done
