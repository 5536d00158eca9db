#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In the guest: runs scenarios one after the other, for ../run.sh.
dir=$(dirname "${BASH_SOURCE[0]}")

for name; do
	echo "#@ begin $name"
	timeout -k 5 "${LAB_SCENARIO_TIMEOUT:-600}" bash "$dir/$name.sh" 2>"/run/lab/$name.stderr"
	rc=$?
	# Whatever it left, the next one starts with VFs that nobody has touched.
	{
		ip -all netns del
		for pf in /sys/bus/pci/devices/*/sriov_numvfs; do
			# With a program that still has one it would wait for that.
			timeout 30 sh -c "echo 0 >$pf" &
		done
		wait
		rm -rf /run/dpdk-cni /run/dpdk-pod
		for pmds in /usr/lib/*/dpdk/pmds-*; do
			mountpoint -q "$pmds" && umount "$pmds"
		done
	} 2>&1 | sed 's/^/# /'
	echo "# $name: $(cut -d. -f1 </proc/uptime) s since boot"
	echo "#@ end $name $rc"
done
