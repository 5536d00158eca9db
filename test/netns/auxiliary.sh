#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A scalable function: a network interface on the auxiliary bus, which shares its PCI device with
# others. The bus is recorded; the interface is a real one.
. "$(dirname "$0")/sandbox.sh"

SF=mlx5_core.sf.4
PF=0000:3b:00.0
DEV=/run/devices/pci0000:3a/$PF

make_pod pod
make_nic enp59s0f0s4
mount -n -t tmpfs tmpfs /sys/bus
mkdir -p /sys/bus/{pci,auxiliary}/devices "$DEV/$SF/net/enp59s0f0s4"
ln -s $DEV /sys/bus/pci/devices/$PF
ln -s $DEV/$SF /sys/bus/auxiliary/devices/$SF
ln -s /sys/bus/auxiliary/drivers/mlx5_core.sf $DEV/$SF/driver
echo 0x020000 >$DEV/class
echo 0x15b3 >$DEV/vendor
echo 0xa2d6 >$DEV/device
echo 1 >$DEV/numa_node
BEFORE=$(snapshot)

sf() { # JQ-EXPRESSION
	conf "{device: null, deviceID: \"$SF\"} + ($1)"
}

t_add 'ADD of a scalable function by deviceID' "$(sf "{}")"
t_is 'the pod has it' "$(pod_links pod)" '["lo","net1"]'
R=$(</run/dpdk-cni/pods/c1/net1.json)
t_is 'the record knows it' "$(jq -c '.interface | [.auxiliary, .pciAddress, .pf, .driver, .vendor, .device, .numaNode]' <<<"$R")" \
	"[\"$SF\",null,\"$PF\",\"mlx5_core.sf\",\"0x15b3\",\"0xa2d6\",1]"
t_is 'it is claimed by its name' "$(ls /run/dpdk-cni/claims)" "auxiliary-$SF"
t_like 'list shows it' "$("$PLUGIN" list)" "c1 .*net1 .*$SF"
t_is 'so does list --json' "$("$PLUGIN" list --json | jq -r '.attachments[0].auxiliary')" $SF
rmdir "$DEV/$SF/net/enp59s0f0s4" # sysfs shows the host's interfaces
cni CHECK "$(sf "{prevResult: $OUT}")"
t_is 'CHECK agrees' "$RC" 0
make_pod pod2
CONTAINER=c2 POD=pod2 cni ADD "$(sf "{}")"
t_is 'another pod does not get it' "$(jq -r .code <<<"$OUT")" 101
t_like 'by name' "$OUT" 'deviceID mlx5_core.sf.4: it belongs to interface net1 of container c1'
t_del DEL "$(sf "{}")"
t_is 'the host is as before' "$(snapshot)" "$BEFORE"

mkdir "$DEV/$SF/net/enp59s0f0s4"
policy "{\"devices\": [\"$PF\"]}"
cni ADD "$(sf "{}")"
t_is 'a policy that names the PF does not give out its functions' "$(jq -r .code <<<"$OUT")" 102
rm /etc/dpdk-cni/policy.json
cni ADD "$(sf '{mode: "vfio"}')"
t_like 'mode vfio is not for it' "$OUT" 'this is a device on the auxiliary bus'
cni ADD "$(sf '{deviceID: "mlx5_core.sf.5"}')"
t_like 'one that is not there' "$OUT" 'deviceID mlx5_core.sf.5: there is no such network device'
cni ADD "$(sf '{deviceID: "mlx5_core.sf"}')"
t_like 'what is not a name of one' "$OUT" 'not a PCI address'
t_is 'none of them left anything' "$(snapshot)" "$BEFORE"
t_done
