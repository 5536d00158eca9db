#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What dpdk-pod doctor says is so: where it finds something, a real DPDK program fails, in words that the
# finding quotes.
. "$(dirname "$0")/../doctor/common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../doctor/machine.sh"
. "$(dirname "$0")/../doctor/proves.sh"
. "$(dirname "$0")/l2fwd-common.sh"
command -v dpdk-testpmd >/dev/null || t_skip_all 'needs dpdk-testpmd'
TESTPMD+=(--no-pci)
NULLS=(--vdev net_null0 "${MBUFS[@]}")
SMALL=(--no-huge -m 64)

# ---------------------------------------------------------------- hugepages

new_cgroup hugetlb
reserve_pages 128
no_hugetlbfs
hugetlbfs /run/huge
limit() { # BYTES
	local file

	for file in "$CG"/hugetlb.*.{max,limit_in_bytes}; do
		[ ! -e "$file" ] || echo "$1" >"$file"
	done
}
HUGE=("${TESTPMD[@]}" --file-prefix huge --huge-unlink --huge-dir /run/huge "${NULLS[@]}")
AS=(in_cgroup)
limit $((256 << 20))
works hugepages-limit "${HUGE[@]}"
limit 0
proves hugepages-limit "${HUGE[@]}"
proves hugepages-limit "${TESTPMD[@]}" --in-memory "${NULLS[@]}"
AS=()
works hugetlbfs-mount "${HUGE[@]}"
works hugetlbfs-write "${HUGE[@]}"
umount /run/huge
proves hugetlbfs-mount "${TESTPMD[@]}" --file-prefix huge "${NULLS[@]}"
hugetlbfs /run/huge
install -d -o 1234 /run/xdg
as_user env XDG_RUNTIME_DIR=/run/xdg
proves hugetlbfs-write "${HUGE[@]}"
AS=()

# ---------------------------------------------------------------- system calls, capabilities

PLAIN=("${TESTPMD[@]}" "${SMALL[@]}" --no-shconf "${NULLS[@]}")
works cpu-pin "${PLAIN[@]}"
AS=(python3 "$(dirname "$0")/../doctor/deny.py" sched_setaffinity)
proves cpu-pin "${PLAIN[@]}"
AS=()

netdev_pod
PACKET=("${TESTPMD[@]}" "${SMALL[@]}" --no-shconf --vdev 'net_af_packet0,iface=net1' "${MBUFS[@]}")
works net-raw "${PACKET[@]}"
AS=(setpriv --bounding-set=-net_raw)
proves net-raw "${PACKET[@]}"
AS=()

# ---------------------------------------------------------------- runtime directory

mkdir -p /run/eal
mount --bind /run/eal /run/eal
mount -o remount,bind,ro /run/eal
AS=(env RUNTIME_DIRECTORY=/run)
works runtime-dir "${TESTPMD[@]}" "${SMALL[@]}" --file-prefix other "${NULLS[@]}"
as_user env XDG_RUNTIME_DIR=/run/eal
proves runtime-dir "${TESTPMD[@]}" "${SMALL[@]}" "${NULLS[@]}"
AS=()

works file-prefix "${TESTPMD[@]}" "${SMALL[@]}" "${NULLS[@]}"
fwd_start "$L2FWD" --no-pci --no-huge -m 64 --no-telemetry --file-prefix rte --vdev net_null0 --vdev net_null1 --
proves file-prefix "${TESTPMD[@]}" "${SMALL[@]}" "${NULLS[@]}"
fwd_stop
t_done
