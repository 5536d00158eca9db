#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# None is set aside: for real where this machine has none, else on another one.
. "$(dirname "$0")/../common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../node.sh"
t_tmpdir

file=/proc/sys/vm/nr_hugepages
was=$(<$file)
restore() { echo "$was" >$file; }
others=$(cat /sys/devices/system/node/node*/hugepages/*/nr_hugepages /sys/kernel/mm/hugepages/*/nr_hugepages | sort -n | tail -n 1)
t_cleanup restore
if [ "$others" -eq 0 ]; then
	finds error 'none is set aside' 'echo 1024 > .*nr_hugepages'
fi
t_need 'two hugepages' eval "echo $((was + 2)) >$file && [ \$(<$file) -ge 2 ]"
silent
restore
nodes 2
finds error 'none is set aside' 'echo 1024 > .*nr_hugepages'
pages 1 2048 1
silent
t_done
