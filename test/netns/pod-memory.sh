#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Hugepages under the default seccomp profile, in the documented pods: EAL really starts in each, ours and
# an unmodified dpdk-testpmd, on hugepages where they can be kept.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/container.sh"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir
in_pod=$(dirname "$0")/../in-pod.sh
mkdir -p /run/bin /run/dpdk-pod
install "$BUILD_ROOT/dataplane/pod/dpdk-pod" "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" /run/bin/
export DPDK_POD_FILE=/run/dpdk-pod/pod.json
echo '{"version":"1.0","interfaces":[]}' >"$DPDK_POD_FILE"
c_pages 2048 500 || t_skip_all 'the machine has not got 1000 MB of hugepages'

# A kernel interface has nothing to do with it: ports that need none.
starts() { # NAME ARGS-REGEX PAGES PREFIX...
	local name=$1 regex=$2 pages=$3 free

	shift 3
	t_like "$name: arguments" "$("$@" /run/bin/dpdk-pod args 2>&1)" "$regex"
	free=$(<$HUGE/hugepages-2048kB/free_hugepages)
	fwd_start "$@" /run/bin/dpdk-pod-l2fwd "${C_NULLS[@]}" -- --json --portmap '(net_null8,net_null9)'
	t_like "$name: the forwarder starts" "$(<"$fwd_err")" '-> port'
	t_is "$name: hugepages in use" "$((free > $(<$HUGE/hugepages-2048kB/free_hugepages)))" "$pages"
	fwd_stop
	t_is "$name: exit status" "$fwd_status" 0
	c_testpmd "$name" "$@" timeout 100 /run/bin/dpdk-pod run -q dpdk-testpmd "${C_NULLS[@]}" --
	t_is "$name: no page is kept" "$(<$HUGE/hugepages-2048kB/free_hugepages)" "$free"
}

static='--legacy-mem --huge-dir /run/huge --file-prefix pod-[0-9]+-[0-9]+ --huge-unlink=always --socket-mem [0-9]+'
t_need 'a hugetlbfs' mount --mkdir -t hugetlbfs -o pagesize=2M none /run/huge
starts 'the documented pod' "$static\$" 1 bash "$in_pod"
starts 'with SYS_NICE' '--in-memory$' 1 bash "$in_pod" --cap SYS_NICE
starts 'without a profile' '--in-memory$' 1 bash "$in_pod" --unconfined
starts 'the restricted pod, which may not write there' '--no-huge .*mount an emptyDir|mount an emptyDir.*--no-huge' 0 \
	bash "$in_pod" --restricted
# fsGroup, as kubelet applies it.
chgrp 10001 /run/huge
chmod 2775 /run/huge
starts 'the restricted pod' "$static\$" 1 bash "$in_pod" --restricted
umount /run/huge
starts 'no hugetlbfs' '--no-huge' 0 bash "$in_pod"

# A limit that is below what the machine has free.
if c_group hugetlb && C_HUGETLB=$C_GROUP; then
	c_hugetlb 2MB $((800 << 20))
	t_need 'a hugetlbfs' mount -t hugetlbfs -o pagesize=2M none /run/huge
	starts 'a limit' 'huge-unlink=always --socket-mem 800$' 1 "${C_IN[@]}" bash "$in_pod"
else
	t_skip 'a limit' 'no hugetlb controller'
fi

# What would have been derived without that: the program does not start.
fwd_start "$L2FWD" --in-memory "${C_NULLS[@]}" --
fwd_wait 10
t_like 'in memory by hand: EAL gives every page back' "$(<"$fwd_err")" 'error allocating rte services array|Cannot init memory'
t_like 'and it was remarked' "$(<"$fwd_err")" 'refuses get_mempolicy.*give no --in-memory'
t_done
