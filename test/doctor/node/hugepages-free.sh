#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All that there are are in use, for real.
. "$(dirname "$0")/../common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../node.sh"
t_tmpdir

file=/proc/sys/vm/nr_hugepages
was=$(<$file)
restore() { echo "$was" >$file; }
t_cleanup restore
t_need 'two hugepages more' eval "echo $((was + 2)) >$file && [ \$(<$file) -ge $((was + 2)) ]"
silent
hold() { # every free page of the default size, until stdin ends
	python3 -c '
import mmap, re, sys
free = int(re.search(r"HugePages_Free:\s+(\d+)", open("/proc/meminfo").read()).group(1))
size = int(re.search(r"Hugepagesize:\s+(\d+)", open("/proc/meminfo").read()).group(1)) * 1024
m = mmap.mmap(-1, free * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
for i in range(free):
    m[i * size] = 1
print("held", flush=True)
sys.stdin.read()' >"$T_TMP/held"
}
mkfifo "$T_TMP/hold"
hold <"$T_TMP/hold" &
exec 7>"$T_TMP/hold"
t_need 'a program holds all free ones' t_wait 20 grep -q held "$T_TMP/held"
finds warning 'all [0-9]+ are in use, none is free' 'smaps'
exec 7>&-
wait
silent
t_done
