#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The plugin is not where runtimes look, or is not this one.
. "$(dirname "$0")/../on-a-node.sh"

empty /opt
bin=/opt/cni/bin/dpdk-cni
silent # nobody asks for it
fill /etc/cni/net.d 50-dpdk.conf='{"cniVersion": "1.0.0", "name": "net", "type": "dpdk-cni"}'
finds error 'dpdk-cni: it is in none of /opt/cni/bin:.*/etc/cni/net\.d/50-dpdk\.conf' 'install -m 755 dpdk-cni /opt/cni/bin'
mkdir -p /opt/cni/bin
cp "${DOCTOR[0]}" $bin
chmod 755 $bin
silent
chmod 644 $bin
finds error 'it is not executable \(mode 644\)' "chmod 755 $bin"
chmod 775 $bin
finds error 'writable by others \(mode 775\)' "chown root $bin"
chmod 755 $bin
echo more >>$bin
finds warning 'another build than this program' "install -m 755 .*/dpdk-cni $bin"
rm $bin /etc/cni/net.d/50-dpdk.conf
silent
kubelet 'kind: KubeletConfiguration'
finds error 'a kubelet lives here' '/opt/cni/bin'
t_done
