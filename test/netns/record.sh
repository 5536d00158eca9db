#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container that record.sh wrote down gives the arguments that it gives alive.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/container.sh"
t_in_sandbox "$0" "$@"

pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
print=$BUILD_ROOT/test/unit/lib/unit-lib-situations
record=$SOURCE_ROOT/test/unit/lib/situations/record.sh
export DPDK_POD_FILE=/run/dpdk-pod/pod.json
mkdir -p /run/dpdk-pod
t_tmpdir

# On its standard input, as over kubectl exec; it may lie where this user cannot look.
same() { # NAME PREFIX...
	local name=$1 alive

	shift
	# The name of files holds the process.
	alive=$("$@" "$pod" args -q --lines | sed 's/^\(pod-[0-9]*\)-[0-9]*$/\1-7/')
	t_run "$name: recorded" "$@" sh -s <"$record"
	echo "$T_OUT" >"$T_TMP/recorded.txt"
	t_is "$name: the same arguments" "$("$print" --print "$T_TMP/recorded.txt" 2>&1 | grep -v '^note ')" "$alive"
	t_isnt "$name: there are some" "$alive" ''
}

echo '{"version":"1.0","interfaces":[]}' >"$DPDK_POD_FILE"
c_no_pages
same 'no hugepages'
same 'one CPU' taskset -c 0
same 'not root' setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all
ip link add net1 mtu 3000 type veth peer name far
echo '{"version":"1.0","interfaces":[{"name":"net1","mode":"netdev"}]}' >"$DPDK_POD_FILE"
same 'an interface'
if c_pages 2048 64 && c_group hugetlb && C_HUGETLB=$C_GROUP; then
	c_hugetlb 2MB $((32 << 20))
	c_hugetlb 1GB 0
	same 'a limit' "${C_IN[@]}"
	t_like 'a limit: it counts' "$(cat "$T_TMP/recorded.txt")" 'hugetlb\.2MB\.(max|limit_in_bytes)'
else
	t_skip 'a limit' 'no hugepages or no hugetlb controller'
fi
t_done
