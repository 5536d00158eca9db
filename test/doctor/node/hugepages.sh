#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# None is set aside: for real where this machine has none, else on another one.
. "$(dirname "$0")/../on-a-node.sh"

file=/proc/sys/vm/nr_hugepages
restore() { echo 0 >$file; }
if [ "$(cat /sys/kernel/mm/hugepages/*/nr_hugepages | sort -n | tail -n 1)" -eq 0 ]; then
	finds error 'none is set aside' 'echo 1024 > .*nr_hugepages'
	t_cleanup restore
	t_need 'two hugepages' eval "echo 2 >$file && [ \$(<$file) -eq 2 ]"
	silent
	restore
else
	silent
fi
nodes 2
finds error 'none is set aside' 'echo 1024 > .*nr_hugepages'
mkdir -p /var/lib/kubelet/pods # of a kubelet within another program
finds error 'none is set aside' 'nr_hugepages; then systemctl restart kubelet'
kubelet 'memoryManagerPolicy: Static'
finds error 'none is set aside' 'drain the node, systemctl stop kubelet, rm .*memory_manager_state.*nr_hugepages; then systemctl start kubelet'
pages 1 2048 1
silent
t_done
