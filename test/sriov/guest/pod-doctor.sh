#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dpdk-pod doctor on a real VF, with real groups, holders, nodes and an IOMMU: what test/doctor/pod can
# show on recorded devices only.
. "$(dirname "$0")/../../doctor/common.sh"
. "$(dirname "$0")/../../doctor/proves.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/dpdk-env.sh"

t_need 'four VFs each' make_vfs 4
t_need 'hugepages on both nodes' dpdk_memory 64
t_need 'few drivers to load' dpdk_few_drivers
A=$(vf 0 0) B=$(vf 1 0)
group() { # ADDRESS
	basename "$(readlink "$PCI/$1/iommu_group")"
}
pod_file() { # ADDRESS
	jq -n --arg a "$1" --arg boot "$(</proc/sys/kernel/random/boot_id)" --argjson g "$(group "$1")" '{version: "1.0", node: {bootId: $boot},
		interfaces: [{name: "net1", mode: "vfio", pciAddress: $a, driver: "vfio-pci", iommuGroup: $g}]}' >/run/dpdk-pod/pod.json
}
mkdir -p /run/dpdk-pod
t_need 'a VF of each NIC on vfio-pci' eval 'bind "$A" vfio-pci && bind "$B" vfio-pci'
pod_file "$A"
NODE=/dev/vfio/$(group "$A")

SAID=$("${DOCTOR[@]}" --json) || :
t_json 'healthy: not a word of devices, VFIO or memory' "$SAID" \
	'[.findings[] | select(.id | test("vfio|iommu|iova|device|uio|pmd|node|memlock|free|cpu-numa|podfile"))]' '[]'

# What a DPDK program does in the same place.
EAL_VF=("${TESTPMD[@]}" --in-memory --iova-mode=va --socket-mem 32 -a "$A" "${MBUFS[@]}")
works vfio-busy "${EAL_VF[@]}"

ID=vfio-busy
silent
exec 8<>"$NODE"
finds note "$NODE, the group of $A, is in use by process $$ " ''
finds error "$NODE, the group of $A, is held by process $$ " "fuser -v $NODE" /bin/true
proves vfio-busy "${EAL_VF[@]}"
exec 8<&-
silent

ID=vfio-mode
was=$(stat -c %a "$NODE")
chmod 600 "$NODE"
silent
AS=(setpriv --reuid=1234 --regid=1234 --clear-groups)
finds error "$NODE belongs to 0:0 with mode 0600, uid 1234" 'deviceNode'
proves vfio-mode "${EAL_VF[@]}"
AS=()
chmod "$was" "$NODE"

ID=memlock
AS=(prlimit --memlock=65536:65536)
silent
AS=(prlimit --memlock=65536:65536 setpriv --bounding-set=-ipc_lock)
finds error 'RLIMIT_MEMLOCK is 64 KiB, [0-9]+ MiB are to be mapped' 'LimitMEMLOCK'
proves memlock "${EAL_VF[@]}"
AS=()

ID=cpu-numa
near=$(</sys/devices/system/node/node0/cpulist) far=$(</sys/devices/system/node/node1/cpulist)
AS=(taskset -c "$near")
silent
AS=(taskset -c "$far")
finds warning "$A is on NUMA node 0, and none of the CPUs $far is" "CPUs of $near"
AS=()

ID=hugepages-node
silent
pages=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages
echo 0 >$pages
silent
pod_file "$B"
finds warning "$B is on NUMA node 1, where no hugepage is free; elsewhere there are 128 MiB" 'node1/hugepages'
echo 64 >$pages
silent
pod_file "$A"

flag=/sys/module/vfio/parameters/enable_unsafe_noiommu_mode
if [ -e $flag ]; then
	ID=unsafe-noiommu
	silent
	echo Y >$flag
	finds warning 'enable_unsafe_noiommu_mode is Y, and 1 of' 'echo N'
	echo N >$flag
fi

ID=device-driver
silent
t_need 'the VF is taken away' bind "$A" igbvf
finds error "$A is with igbvf; when the pod was attached it was with vfio-pci" 'delete the pod'
no_override "$A"
t_need 'the other one goes back too' bind "$B" igbvf
no_override "$B"
t_is 'both are as they were' "$(driver "$A") $(driver "$B")" 'igbvf igbvf'
t_done
