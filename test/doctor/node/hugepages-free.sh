#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All that there are are in use: for real where nobody else has hugepages, and on another machine.
. "$(dirname "$0")/../on-a-node.sh"

file=/proc/sys/vm/nr_hugepages
restore() { echo 0 >$file; }
hold() { # two of the default size, until stdin ends
	python3 -c '
import mmap, re, sys
size = int(re.search(r"Hugepagesize:\s+(\d+)", open("/proc/meminfo").read()).group(1)) * 1024
m = mmap.mmap(-1, 2 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
m[0] = m[size] = 1
print("held", flush=True)
sys.stdin.read()' >"$T_TMP/held"
}

if [ "$(cat /sys/kernel/mm/hugepages/*/nr_hugepages | sort -n | tail -n 1)" -eq 0 ]; then
	t_cleanup restore
	t_need 'two hugepages' eval "echo 2 >$file && [ \$(<$file) -eq 2 ]"
	silent
	mkfifo "$T_TMP/hold"
	hold <"$T_TMP/hold" &
	exec 7>"$T_TMP/hold"
	t_need 'a program holds them' t_wait 20 grep -q held "$T_TMP/held"
	finds warning 'all 2 are in use, none is free' 'smaps'
	look=$(jq -r '.findings[0].remedy' <<<"$SAID" | grep -o 'grep -l [^;]*')
	t_like 'the remedy finds who holds them' " $(bash -c "$look" 2>/dev/null | tr '\n' ' ')" \
		" /proc/$(pgrep -f 'm\[size\]')/smaps "
	exec 7>&-
	wait
	silent
	restore
else
	t_diag 'the machine has hugepages already: not tried with real ones'
fi

nodes 2
silent # no hugepages at all are another check's
pages 0 2048 512 0
pages 1 1048576 4 0
finds warning 'all 516 are in use, none is free' 'smaps.*/dev/hugepages'
pages 1 1048576 4 1
silent
t_done
