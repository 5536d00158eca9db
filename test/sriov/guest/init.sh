#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The guest's first process once it has the host's /: makes a usual machine of it and runs the job.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root TERM=linux
# shellcheck source=/dev/null
. /run/lab/env
busybox=$LAB_KERNEL/busybox

# However this ends, the machine ends with it: nobody is there to see a panic.
# shellcheck disable=SC2317 # the trap calls it
finish() {
	cat /proc/uptime >/run/lab/uptime
	sync -f /run/lab 2>/dev/null
	"$busybox" reboot -f
	sleep 60
}
trap finish EXIT

exec </dev/ttyS1 >/dev/ttyS1 2>/dev/ttyS0
stty -F /dev/ttyS1 raw -echo

mkdir -p /dev/pts /dev/shm /dev/hugepages /run/netns /run/lock /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t hugetlbfs -o pagesize=2M hugepages /dev/hugepages
mount -t cgroup2 cgroup /sys/fs/cgroup 2>/dev/null
mount -t tmpfs -o mode=1777 tmp /var/tmp
mount --bind "$LAB_KERNEL/modules/lib/modules" /lib/modules
ln -sf /proc/self/fd /dev/fd
# The host's state and settings are not the guest's.
for dir in /etc/dpdk-cni /var/lib/cni /etc/cni; do
	[ ! -d "$dir" ] || mount -t tmpfs -o mode=755 empty "$dir"
done
hostname lab
ip link set lo up
# A whole machine is the sandbox.
readlink /proc/self/ns/net >/run/.dpdk-cni-sandbox

# The kernel loads modules by itself where the host has no kmod, too.
ln -s "$LAB_KERNEL/busybox" /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
# The last is a soft dependency, which busybox knows nothing of.
for module in igb igbvf e1000e vfio-pci vfio_iommu_type1; do
	/run/modprobe "$module"
done

while :; do
	: >/run/lab/beat
	sleep 2
done </dev/null >/dev/null 2>&1 &
touch /run/lab/up
# shellcheck source=/dev/null
. /run/lab/job
