#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A policy that is not valid, or not root's alone.
. "$(dirname "$0")/../on-a-node.sh"

silent # there is none
file=/etc/dpdk-cni/policy.json
fill /etc/dpdk-cni policy.json='{"devices": ["ens*"], "drivers": ["vfio-pci"]}'
silent
chmod 664 $file
finds error 'policy /etc/dpdk-cni/policy\.json: not owned by root, or writable' 'chown root .*chmod 644'
chmod 644 $file
chown nobody $file
finds error 'not owned by root' 'chown root'
chown root $file
echo '{"devices": "ens1"}' >$file
finds error 'devices: ' 'jq \. /etc/dpdk-cni/policy\.json'
echo '{"devices": [' >$file
finds error 'line 2, column' 'jq'
printf '{\n "Devices": []}\n' >$file
finds error 'line 2: Devices: .*case' 'jq'
rm $file
ln -s ..data/policy.json $file
finds error 'policy\.json: a symlink that leads nowhere' 'mend the symlink'
rm $file
echo '{}' >$file
chmod 777 /etc/dpdk-cni
finds error 'policy /etc/dpdk-cni: not owned by root, or writable' 'chmod 755 /etc/dpdk-cni'
chmod 755 /etc/dpdk-cni
silent
t_done
