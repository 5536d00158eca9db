#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records the container it runs in, as text for a file of this directory (../situation.h has the
# format): sh, sed, awk, grep, ls, readlink and id are all it takes.
#
#	kubectl exec -i POD -- sh <record.sh >NAME.txt
#
# Look it over before you publish it: host paths, environment and addresses are in there. What EAL is
# to be started with is not: see the end of ../situation.h, and "unit-lib-situations --print NAME.txt".
pod=${DPDK_POD_FILE:-/run/dpdk-pod/pod.json}

below() { # indents what comes in
	sed 's/^/	/'
}

text() { # PATH...
	for path; do
		[ -f "$path" ] && [ -r "$path" ] || continue
		echo "file $path"
		below <"$path" 2>/dev/null
	done
}

link() { # PATH...
	for path; do
		[ ! -L "$path" ] || echo "link $path $(readlink "$path")"
	done
}

# What this user may read and write.
node() { # PATH...
	for path; do
		[ -r "$path" ] && [ -w "$path" ] || continue
		if [ -d "$path" ]; then echo "dir $path"; else echo "file $path"; fi
	done
}

groups() {
	sed -n 's/^[0-9]* [0-9]* [^ ]* \([^ ]*\) \([^ ]*\) .* - \(cgroup2*\) [^ ]* \(.*\)/\1 \2 \3 \4/p' /proc/self/mountinfo |
	while read -r root point type options; do
		if [ "$type" = cgroup2 ]; then
			own=$(sed -n 's/^0:://p' /proc/self/cgroup)
		else
			own=
			for controller in $(echo "$options" | tr , ' '); do
				[ -n "$own" ] || own=$(sed -n "s/^[0-9]*:\(.*,\)*$controller\(,[^:]*\)*://p" /proc/self/cgroup)
			done
		fi
		case $own in /..*) own= ;; esac
		[ "$root" = / ] || case $own in "$root"*) own=${own#"$root"} ;; *) own= ;; esac
		while :; do
			[ "$own" != / ] || own=
			text "$point$own"/cpuset.cpus.effective "$point$own"/cpuset.effective_cpus \
				"$point$own"/memory.max "$point$own"/memory.limit_in_bytes "$point$own"/cpu.max \
				"$point$own"/cpu.cfs_quota_us "$point$own"/cpu.cfs_period_us \
				"$point$own"/hugetlb.*.max "$point$own"/hugetlb.*.current \
				"$point$own"/hugetlb.*.limit_in_bytes "$point$own"/hugetlb.*.usage_in_bytes
			[ -n "$own" ] || break
			own=${own%/*}
		done
	done
}

devices() {
	env | sed -n 's/^PCIDEVICE_[^=]*=//p' | cat - "$pod" 2>/dev/null |
	grep -oE '[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]' | sort -u |
	while read -r bdf; do
		dir=/sys/bus/pci/devices/$bdf
		link "$dir/driver" "$dir/iommu_group" "$dir/physfn"
		text "$dir/numa_node" "$dir/class" "$dir"/infiniband_verbs/uverbs*/dev
		pf=$(readlink "$dir/physfn")
		[ -z "$pf" ] || link "/sys/bus/pci/devices/${pf##*/}/driver"
	done
}

record() {
	echo "# Recorded on $(uname -sr), $(date +%Y-%m-%d)."
	echo "affinity $(sed -n 's/^Cpus_allowed_list:[	 ]*//p' /proc/self/status)"
	echo "uid $(id -u)"
	memlock=$(sed -n 's/^Max locked memory  *\([^ ]*\).*/\1/p' /proc/self/limits)
	[ "$memlock" = unlimited ] || echo "memlock $memlock"
	echo "nofile $(sed -n 's/^Max open files  *\([^ ]*\).*/\1/p' /proc/self/limits)"
	[ -z "$DPDK_POD_CONTAINER" ] || echo "container $DPDK_POD_CONTAINER"
	env | sed -n 's/^\(PCIDEVICE_[^=]*\|XDG_RUNTIME_DIR\|RUNTIME_DIRECTORY\|DPDK_POD_NETDEV_PMD\)=/env &/p'
	for dir in /sys/class/net/*; do
		up=down
		[ $(($(cat "$dir/flags" 2>/dev/null || echo 0) & 1)) = 0 ] || up=up
		[ ! -f "$dir/mtu" ] || echo "netdev ${dir##*/} $(cat "$dir/mtu") $up"
	done
	text /proc/self/cgroup /proc/self/uid_map
	link /proc/self/ns/pid
	for part in 'mountinfo:/ - \(cgroup\|hugetlbfs\)/p' 'status:/^\(Cap\|Mems\)/p'; do
		echo "file /proc/self/${part%%:*}"
		sed -n "${part#*:}" "/proc/self/${part%%:*}" | below
	done
	groups
	text /sys/devices/system/node/online /sys/devices/system/node/node*/cpulist \
		/sys/devices/system/node/node*/hugepages/*/free_hugepages \
		/sys/devices/system/node/node*/hugepages/*/nr_hugepages \
		/sys/kernel/mm/hugepages/*/free_hugepages /sys/kernel/mm/hugepages/*/nr_hugepages \
		/sys/kernel/mm/hugepages/*/resv_hugepages \
		/sys/devices/system/cpu/cpu*/topology/thread_siblings_list \
		/sys/module/vfio/parameters/enable_unsafe_noiommu_mode /sys/kernel/iommu_groups/*/name \
		/run/kubernetes.io/dra-device-attributes/*/*/*/*-metadata.json
	devices
	# shellcheck disable=SC2046 # a word each
	node /dev/vfio/* /dev/infiniband/uverbs* "${XDG_RUNTIME_DIR:-/run}" "${RUNTIME_DIRECTORY:-/run}" /run/dpdk /tmp /tmp/dpdk \
		$(sed -n 's/^[^ ]* \([^ ]*\) hugetlbfs .*/\1/p' /proc/self/mounts) | sort -u
	link /var/run
	if [ -r "$pod" ]; then
		echo pod
		below <"$pod"
	fi
}

# What is mounted twice is recorded once.
record | awk '/^[^	]/ { first = !seen[$0]++ } first'
