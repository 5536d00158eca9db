# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # AS and DOCTOR are common.sh's
#
# The pod's surroundings, in the sandbox: what can be made for real is (pages, control groups, mounts,
# links, locks, limits, users); devices and NUMA nodes that the machine lacks are recorded files in a
# tmpfs over the real directory of /sys, and nodes of /dev/null's kind. After common.sh.

PCI=/sys/bus/pci/devices
MM=/sys/kernel/mm/hugepages

# What kubelet and the plugin would have published; a jq expression changes it.
pod_file() { # [JQ-EXPRESSION]
	mkdir -p /run/dpdk-pod
	jq -n "{version: \"1.0\", pod: {namespace: \"n\", name: \"p\"}, interfaces: [],
		node: {bootId: \"$(</proc/sys/kernel/random/boot_id)\"}} | ${1:-.}" >/run/dpdk-pod/pod.json
}

# A user without privileges; the program goes where such a one can execute it.
as_user() { # [SETPRIV-ARGUMENT...]
	[ "${DOCTOR[0]}" = /run/bin/dpdk-pod ] || install -D "${DOCTOR[0]}" /run/bin/dpdk-pod
	DOCTOR[0]=/run/bin/dpdk-pod
	AS=(setpriv --reuid=1234 --regid=1234 --clear-groups "$@")
}

# ---------------------------------------------------------------- control groups

CG=
# Makes a group of one controller, of whichever version the machine has; $CG is its directory.
new_cgroup() { # CONTROLLER
	local top version name=dpdk-cni-test-$ID.$RANDOM

	top=$(awk -v want="$1" '$3 == "cgroup" && ("," $4 ",") ~ ("," want ",") { top = $2 } END { print top }' /proc/self/mounts)
	if [ -n "$top" ]; then
		version=1
	else
		version=2
		top=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
		[ -n "$top" ] && grep -qw "$1" "$top/cgroup.controllers" ||
			t_skip_all "no control group of the controller $1 here"
		if ! grep -qw "$1" "$top/cgroup.subtree_control"; then
			echo "+$1" 2>/dev/null >"$top/cgroup.subtree_control" ||
				t_skip_all "may not enable the controller $1"
			t_cleanup "ls -d '$top'/dpdk-cni-test-* 2>/dev/null || echo '-$1' >'$top/cgroup.subtree_control'"
		fi
	fi
	CG=$top/$name
	mkdir "$CG" 2>/dev/null || t_skip_all 'may not make control groups'
	t_cleanup "rmdir '$CG'"
	if [ "$1" = cpuset ] && [ $version = 1 ]; then
		cat "$top/cpuset.mems" >"$CG/cpuset.mems"
	fi
	CG_VERSION=$version
}

in_cgroup() { # CMD...
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$CG" "$@"
}

# As in a container that does not see them, not even below a /sys that another one covers.
without_cgroups() { # CMD...
	unshare --mount sh -c 'while umount -l /sys 2>/dev/null; do :; done
		mount -t sysfs sysfs /sys && exec "$@"' - "$@"
}

# ---------------------------------------------------------------- hugepages

# Pages of 2 MiB, reserved by the machine as long as the script runs.
reserve_pages() { # N
	local file=$MM/hugepages-2048kB/nr_hugepages before

	before=$(<$file)
	echo $((before + $1)) >$file
	# recorded numbers may be over the real ones by then
	t_cleanup "! mountpoint -q $MM || umount -l $MM; n=\$((\$(<$file) - $1)); echo \$((n > 0 ? n : 0)) >$file"
	[ "$(<$file)" -ge $((before + $1)) ] || t_skip_all "the machine cannot reserve $1 hugepages"
}

no_hugetlbfs() {
	awk '$3 == "hugetlbfs" { print $2 }' /proc/self/mounts | xargs -r umount
}

hugetlbfs() { # DIRECTORY [PAGE-SIZE]
	mkdir -p "$1"
	mount -t hugetlbfs -o "pagesize=${2:-2M}" none "$1"
}

# The machine's numbers as recorded ones: pages of a size on a node.
recorded_pages() { # SIZE-IN-KB NODE TOTAL FREE
	local dir name total=0 free=0 node=/sys/devices/system/node

	mountpoint -q $node || recorded_nodes 0
	mountpoint -q $MM || mount -t tmpfs tmpfs $MM
	dir=$node/node$2/hugepages/hugepages-$1kB
	mkdir -p "$dir" "$MM/hugepages-$1kB"
	echo "$3" >"$dir/nr_hugepages"
	echo "$4" >"$dir/free_hugepages"
	for name in "$node"/node*/hugepages/"hugepages-$1kB"; do
		total=$((total + $(<"$name/nr_hugepages"))) free=$((free + $(<"$name/free_hugepages")))
	done
	echo $total >"$MM/hugepages-$1kB/nr_hugepages"
	echo $free >"$MM/hugepages-$1kB/free_hugepages"
	echo 0 >"$MM/hugepages-$1kB/resv_hugepages"
}

# NUMA nodes; all CPUs are on the first.
recorded_nodes() { # NODE...
	local node=/sys/devices/system/node n

	mount -t tmpfs tmpfs $node
	(IFS=, && echo "$*" >$node/online)
	for n; do
		mkdir -p $node/node"$n"
		echo >$node/node"$n"/cpulist
	done
	cat /sys/devices/system/cpu/online >$node/node"$1"/cpulist
}

# ---------------------------------------------------------------- devices

# A /dev of the script's own, where nodes may be made.
private_dev() {
	local name

	mkdir /run/.dev
	mount --rbind /dev /run/.dev
	mount -t tmpfs -o mode=755 tmpfs /dev
	for name in null zero full random urandom tty; do
		cp -a /run/.dev/$name /dev/
	done
	mkdir /dev/pts /dev/shm /dev/vfio
	mount --bind /run/.dev/pts /dev/pts
	ln -s pts/ptmx /dev/ptmx
	ln -s /proc/self/fd /dev/fd
}

# Any process may open it, as one may open a VFIO group.
node() { # PATH
	mkdir -p "$(dirname "$1")"
	mknod -m 666 "$1" c 1 3
}

# A recorded PCI device. In a group, it has its nodes in /dev/vfio.
pci() { # ADDRESS VENDOR:DEVICE DRIVER NODE [GROUP]
	local dir=$PCI/$1

	mountpoint -q $PCI || mount -t tmpfs tmpfs $PCI
	mkdir -p "$dir"
	echo "0x${2%:*}" >"$dir/vendor"
	echo "0x${2#*:}" >"$dir/device"
	echo 0x020000 >"$dir/class"
	echo "$4" >"$dir/numa_node"
	ln -sfn "../../../bus/pci/drivers/$3" "$dir/driver"
	[ -n "$3" ] || rm "$dir/driver"
	if [ -n "${5:-}" ]; then
		ln -sfn "../../../kernel/iommu_groups/$5" "$dir/iommu_group"
		[ -d /dev/vfio ] && mountpoint -q /dev || private_dev
		[ -e /dev/vfio/vfio ] || node /dev/vfio/vfio
		[ -e "/dev/vfio/$5" ] || node "/dev/vfio/$5"
	fi
}

# What the kernel says of an IOMMU group.
group() { # GROUP NAME ADDRESS...
	local dir=/sys/kernel/iommu_groups name=$2

	if [ ! -d $dir ]; then
		mkdir /run/.mm
		mount --rbind /sys/kernel/mm /run/.mm
		mount -t tmpfs tmpfs /sys/kernel
		mkdir /sys/kernel/mm $dir
		mount --rbind /run/.mm /sys/kernel/mm
	elif ! mountpoint -q $dir && ! mountpoint -q /sys/kernel; then
		mount -t tmpfs tmpfs $dir
	fi
	dir=$dir/$1
	mkdir -p "$dir/devices"
	[ -z "$name" ] || echo "$name" >"$dir/name"
	shift 2
	for name; do
		ln -s "../../../../bus/pci/devices/$name" "$dir/devices/$name"
	done
}

# A VF on vfio-pci in group 42, and a pod file that has it.
VF=0000:3b:02.1
vfio_pod() { # [JQ-EXPRESSION]
	pci $VF 8086:10ca vfio-pci 0 42
	pod_file "(.interfaces = [{name: \"net1\", mode: \"vfio\", pciAddress: \"$VF\", driver: \"vfio-pci\",
		iommuGroup: 42}]) | ${1:-.}"
}

# A veth, and a pod file that has it.
netdev_pod() { # [JQ-EXPRESSION]
	ip link add net1 type veth peer name far1
	ip link set net1 up
	ip link set far1 up
	pod_file "(.interfaces = [{name: \"net1\", mode: \"netdev\", mtu: 1500}]) | ${1:-.}"
}
