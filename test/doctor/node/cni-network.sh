#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks that could not serve an ADD now: each in the words of the ADD.
. "$(dirname "$0")/../on-a-node.sh"

. "$(dirname "$0")/../../netns/plugin.sh"
empty /etc/cni
net() { fill /etc/cni/net.d net.conf="$(conf "$1")"; }
make_pod pod
make_nic nic0
silent
net '{}'
silent
net '{ipam: {type: "host-local", subnet: "10.7.0.0/24"}}'
silent
net '{ipam: {type: "no-such-ipam"}}'
finds error 'net\.conf: network net: .*no-such-ipam.*not found' 'install it'
net '{ipam: {type: "bridge"}}'
finds error 'net\.conf: network net: ipam\.type bridge: this is not an IPAM plugin' 'host-local'
fill /etc/dpdk-cni policy.json='{"ipam": ["static"]}'
net '{ipam: {type: "host-local", subnet: "10.7.0.0/24"}}'
finds error "host-local: the node's policy does not allow this IPAM plugin" 'policy\.json'
rm /etc/dpdk-cni/policy.json
empty /opt
fill /opt/cni/bin dpdk-cni=x
chmod 755 /opt/cni/bin/dpdk-cni
finds warning 'its IPAM plugin is /usr/lib/cni/host-local, while dpdk-cni is /opt/cni/bin/dpdk-cni' 'CNI_PATH'
umount /opt
net '{device: "nowhere0"}'
finds error 'network net: device nowhere0: there is no such network device' 'ip -d link'
net '{device: null, deviceID: "0000:ff:1f.7"}'
finds error 'PCI device 0000:ff:1f\.7: there is none' 'lspci'
net '{device: null}' # a device plugin will name one
silent
net '{}'
ip addr add 192.0.2.1/24 dev nic0
finds error 'link nic0: refused: the host uses it with address 192\.0\.2\.1' 'allowInUse'
ip addr flush dev nic0
fill /etc/dpdk-cni policy.json='{"devices": ["ens*"]}'
finds error "link nic0: the node's policy does not allow it" 'policy\.json'
rm /etc/dpdk-cni/policy.json
net '{mode: "vfio"}'
finds error 'mode vfio needs a PCI device' 'netdev'
net '{}'
t_add 'ADD' "$(conf '{}')"
silent # it is where it should be
finds error 'network net: device nowhere0' 'ip -d link' --net - < <(conf '{device: "nowhere0"}')
conf '{device: "nowhere1"}' >"$T_TMP/net"
finds error 'test.*/net: network net: device nowhere1' '' --net "$T_TMP/net"

# VFs of a PF that is not here: what the ADD finds of them in sysfs.
pci_bus
PF=0000:3b:00.0
nic $PF sriov_totalvfs=8
net "{device: null, pf: [\"$PF\"], mode: \"vfio\"}"
finds error "pf $PF .*it has no VFs" "sriov_numvfs"
vf $PF 0 0000:3b:02.0 vfio-pci
vf $PF 1 0000:3b:02.1 vfio-pci
silent
(umask 077 && mkdir -p /run/dpdk-cni/claims)
for a in 0 1; do ln -s ../pods/c9/net1.json "/run/dpdk-cni/claims/pci-0000:3b:02.$a"; done
finds warning "none of the 2 VFs of $PF is free" 'dpdk-cni list'
rm /run/dpdk-cni/claims/pci-*
silent
rmdir /sys/bus/pci/drivers/vfio-pci
driver 0000:3b:02.0 ''
driver 0000:3b:02.1 ''
finds error 'the driver vfio-pci is not loaded' 'modprobe vfio-pci'
kubelet 'kind: KubeletConfiguration'
finds warning 'whose devices the kubelet has fixed already' ''

# The kubelet is elsewhere: --root-dir, or one within k0s.
kubelets() { finds warning "network net: it asks the kubelet in $1, and this node's kubelet is in $2" "kubeletDir.*$2" ; }
net '{device: null}'
silent
running_kubelet --root-dir /srv/kubelet
kubelets /var/lib/kubelet /srv/kubelet
fill /etc/dpdk-cni policy.json='{"kubeletDirs": ["/srv/kubelet"]}'
net '{device: null, kubeletDir: "/srv/kubelet/"}'
mkdir -p /srv && empty /srv && mkdir /srv/kubelet
silent
ends "$KUBELET" && KUBELET=
rm -r /etc/dpdk-cni/policy.json /var/lib/kubelet/config.yaml
net '{device: null}'
silent
mkdir -p /var/lib/k0s/kubelet/pods
kubelets /var/lib/kubelet /var/lib/k0s/kubelet
net '{device: null, kubeletDir: "/var/lib/k0s/kubelet"}'
silent
t_done
