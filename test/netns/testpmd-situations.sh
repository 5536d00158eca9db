#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An unmodified dpdk-testpmd starts by "dpdk-pod run" in every container that can be made here for real:
# hugepages or none, their limits, page sizes that are not for it, mounts, users, read-only roots, CPUs,
# and several processes. In each it must forward packets and end well.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/container.sh"
t_in_sandbox "$0" "$@"

pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
export DPDK_POD_FILE=/run/dpdk-pod/pod.json
MB=$((1 << 20))
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --inh-caps=-all)

interfaces() { # JSON
	mkdir -p /run/dpdk-pod
	echo "{\"version\":\"1.0\",\"interfaces\":[$1]}" >"$DPDK_POD_FILE"
}

forwards() { # NAME PREFIX... : the command that dpdk-pod run is started with
	local name=$1

	shift
	c_testpmd "$name" "$@" timeout 100 "$pod" run -q dpdk-testpmd "${C_NULLS[@]}" ${OWN[@]+"${OWN[@]}"} --
	args=$("$@" "$pod" args -q -- ${OWN[@]+"${OWN[@]}"} 2>&1) || :
}
OWN=()

# shellcheck disable=SC2016 # expanded by the inner shell
read_only=(unshare -m bash -c '
	set -e
	mount --bind /tmp /tmp
	for dir in /run /tmp /var/lib /; do mount -o remount,bind,ro "$dir"; done
	exec "$@"' -)

# Where EAL of a user other than root keeps its files.
[ -e /tmp/dpdk ] || t_cleanup 'rm -rf /tmp/dpdk'

interfaces ''
c_no_pages
forwards 'no hugepages'
t_like 'no hugepages: ordinary memory' "$args" '--no-huge -m [0-9]+ --file-prefix'
forwards 'no hugepages, read-only root' "${read_only[@]}"
t_like 'no hugepages, read-only root: no files' "$args" '--no-shconf --no-telemetry'
forwards 'no hugepages, not root' "${nobody[@]}"
forwards 'no hugepages, not root, read-only root' "${read_only[@]}" "${nobody[@]}"

# A kernel interface, and little memory to lock.
ip link add net1 type veth peer name far
ip link set net1 up
ip link set far up
interfaces '{"name":"net1","mode":"netdev"}'
little=(prlimit --memlock=65536:65536 setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock)
forwards 'af_packet, 64 KiB to lock' "${little[@]}"
t_like 'af_packet, 64 KiB to lock: a small ring' "$args" 'iface=net1,.*framecnt=16,'
interfaces ''

if c_pages 2048 400; then
	free=$(cat $HUGE/hugepages-2048kB/free_hugepages)
	forwards 'hugepages'
	t_like 'hugepages: in memory' "$args" '--in-memory'
	t_unlike 'hugepages: no limit, no amount' "$args" 'socket'
	forwards 'hugepages, not root' "${nobody[@]}"
	forwards 'hugepages, read-only root' "${read_only[@]}"
	t_like 'hugepages, read-only root' "$args" '--in-memory.*--no-telemetry'
	forwards 'hugepages, few descriptors' prlimit --nofile=256:256
	t_is 'hugepages: none is kept' "$(cat $HUGE/hugepages-2048kB/free_hugepages)" "$free"
else
	t_skip 'hugepages' 'the machine has not got 800 MB of them'
fi

if c_group hugetlb && C_HUGETLB=$C_GROUP && c_pages 2048 800; then
	c_hugetlb 2MB $((720 * MB))
	c_hugetlb 1GB 0
	forwards 'a limit' "${C_IN[@]}"
	t_like 'a limit: told to EAL' "$args" '--in-memory --socket-mem 720 --socket-limit 720'

	c_hugetlb 2MB 0
	forwards 'none allowed though the machine has them' "${C_IN[@]}"
	t_like 'none allowed: ordinary memory' "$args" '--no-huge'

	if c_pages 1048576 2; then
		c_hugetlb 2MB $((1400 * MB))
		forwards 'another page size that is not for it' "${C_IN[@]}"
		t_like 'another page size: nothing at the start' "$args" '--in-memory --socket-limit 1400'
		mkdir /run/huge
		t_need 'a hugetlbfs' mount -t hugetlbfs -o pagesize=2M none /run/huge
		c_hugetlb 2MB $((720 * MB))
		forwards 'another page size, and a mount of its own' "${C_IN[@]}"
		t_like 'another page size: files' "$args" '--huge-dir /run/huge --file-prefix pod-.* --huge-unlink=always'
		t_is 'another page size: no file is left' "$(ls -A /run/huge)" ''
		forwards 'another page size, a mount that is root'\''s' "${C_IN[@]}" "${nobody[@]}"
		t_like 'another page size, not root: in memory' "$args" '--in-memory --socket-(mem|limit)'

		# Two at once on one mount: none meets the other's files.
		c_hugetlb 2MB max
		half=(--socket-mem 700)
		"${C_IN[@]}" "$pod" run -q dpdk-testpmd "${half[@]}" "${C_NULLS[@]}" -- --forward-mode=io --stats-period=1 \
			</dev/zero >"$T_TMP/first" 2>&1 &
		first=$!
		t_wait 60 grep -q 'Port statistics' "$T_TMP/first"
		OWN=("${half[@]}")
		forwards 'beside another on the same mount' "${C_IN[@]}"
		OWN=()
		t_run 'the other still runs' kill -INT $first
		wait $first
		umount /run/huge
	elif [ ! -d "$HUGE/hugepages-1048576kB" ]; then
		t_lacks 'another page size' 'hugepages of 1 GiB'
	else
		t_skip 'another page size' 'the machine has not got 2 GB in pages of 1 GB'
	fi
else
	t_skip 'limits' 'no hugetlb controller, or not enough memory'
fi

# Processes that share memory: they say so. The packaged tools bring their own EAL arguments and are
# started without dpdk-pod; they find the first by its usual name.
if c_pages 2048 400; then
	t_need 'a hugetlbfs' mount --mkdir -t hugetlbfs -o pagesize=2M none /run/huge
	"$pod" run -q dpdk-testpmd --proc-type=primary "${C_NULLS[@]}" -- --stats-period=1 </dev/zero >"$T_TMP/first" 2>&1 &
	first=$!
	t_wait 60 grep -q 'Port statistics' "$T_TMP/first"
	# Under a sanitizer it finds the first one's addresses taken.
	nm -D "$pod" | grep -q __asan ||
		t_run 'a second process of its memory' "$pod" run -q "$BUILD_ROOT/test/netns/eal-accepts" --proc-type=secondary
	t_run 'dpdk-proc-info beside it' dpdk-proc-info -- --stats
	t_like 'dpdk-proc-info beside it: its port' "$T_OUT" 'NIC statistics for port 0'
	kill -INT $first
	wait $first
	umount /run/huge
fi

if c_group cpuset && C_CPUSET=$C_GROUP && c_cpus 0; then
	forwards 'one CPU of the machine'\''s' "${C_IN[@]}"
	t_like 'one CPU: main and worker share it' "$args" '^--lcores 0@0,1@0 '
else
	t_skip 'one CPU' 'no cpuset controller'
fi
forwards 'one CPU by affinity' taskset -c 0
t_like 'one CPU by affinity' "$args" '^--lcores 0@0,1@0 '
t_done
