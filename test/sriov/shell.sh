#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Somebody types into the shell of run.sh --shell: what it announces is there.
. "$(dirname "$0")/../tap.sh"

here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" -eq 0 ] || t_skip_all 'needs root'
command -v script >/dev/null || t_skip_all 'no script(1), which makes a terminal'
# shellcheck source=lab.sh
. "$(dirname "$0")/lab.sh"
lab_prepare || t_skip_all "$LAB_WHY"

t_tmpdir
t_need 'a FIFO' mkfifo "$T_TMP/keys"
log=$T_TMP/typescript
script -qefc "'$here/run.sh' --build '$BUILD_ROOT' --shell" "$log" \
	<"$T_TMP/keys" >/dev/null 2>&1 &
terminal=$!
exec 6>"$T_TMP/keys"
t_cleanup 'kill "$terminal" 2>/dev/null; wait "$terminal"'

says() { # REGEX
	tr -d '\r' <"$log" | grep -qE "$1"
}
t_run 'a prompt comes' t_wait 300 says 'lab:.*# '
t_run 'after an announcement of VFs' says 'node 1, four VFs each'
echo 'echo VFs: $(ls -d /sys/bus/pci/devices/*/physfn | wc -l)' >&6
t_run 'which are there' t_wait 60 says 'VFs: 8$'
echo 'dpdk-cni doctor --help' >&6
t_run 'the plugin is at hand' t_wait 60 says 'Usage: dpdk-cni doctor'
echo 'exit' >&6
rc=0
wait "$terminal" || rc=$?
t_is 'exit ends it' "$rc" 0
[ "$t_bad" -eq 0 ] || t_diag "$(tail -n 40 "$log" | tr -d '\r')"
t_done
