#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How the forwarder starts and ends, and what it says where it cannot: exit status 2 for a mistake
# on the command line, 1 for anything else, always with a remedy; 0 after a signal.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir
NULLS=("${EAL[@]}" --vdev net_null0 --vdev net_null1)

status_of() { # CMD...
	t_rc=0
	"$@" >"$T_TMP/o" 2>"$T_TMP/e" || t_rc=$?
}

# ------------------------------------------------------------------ without EAL

status_of "$L2FWD" --version
t_is '--version: exit status' $t_rc 0
t_like '--version: says both versions' "$(cat "$T_TMP/o")" '^dpdk-pod-l2fwd [0-9.]+ \(DPDK 2[0-9.]+'
t_is '--version: EAL is not started' "$(grep -c EAL "$T_TMP/e")" 0
status_of "$L2FWD" --help
t_is '--help: exit status' $t_rc 0
t_like '--help: on stdout' "$(cat "$T_TMP/o")" '--no-mac-updating'
status_of "$L2FWD" -l 0 -- --help
t_is '--help behind EAL arguments' $t_rc 0

# ------------------------------------------------------------------ mistakes

t_refused() { # NAME STATUS REGEX CMD...
	local name=$1 status=$2 regex=$3

	shift 3
	status_of timeout 20 "$@"
	t_is "$name: exit status" "$t_rc" "$status"
	t_like "$name: says why" "$(cat "$T_TMP/e")" "$regex"
}

t_refused 'no pod file, no arguments' 1 'no pod file.*--pod-file' "$L2FWD"
t_is 'no pod file: nothing on stdout' "$(cat "$T_TMP/o")" ''
t_refused 'a pod file that is not there' 1 '/nowhere/pod.json' "$L2FWD" --pod-file /nowhere/pod.json
t_refused 'the same by the environment' 1 '/nowhere/else.json' \
	env DPDK_POD_FILE=/nowhere/else.json "$L2FWD"
echo '{"version":' >"$T_TMP/cut.json"
t_refused 'a damaged pod file' 1 'cut.json' "$L2FWD" --pod-file "$T_TMP/cut.json"
t_refused 'an unknown option' 2 "unknown option '--jason'" "$L2FWD" -- --jason
t_refused 'a bad value' 2 'from 1 to 256' "$L2FWD" -- --burst 1000
t_refused 'a forgotten --' 2 "EAL arguments, then '--'" "$L2FWD" --no-pci --json
t_refused 'an argument EAL does not take' 2 "unexpected argument 'stray'" "$L2FWD" "${NULLS[@]}" stray --
t_refused 'an option EAL does not know' 1 'DPDK does not start' "$L2FWD" "${EAL[@]}" --no-such-thing --
t_refused 'no port' 1 'no port.*--vdev' "$L2FWD" "${EAL[@]}" --
t_refused 'an interface that is not there' 1 'DPDK' "$L2FWD" "${EAL[@]}" --vdev net_af_packet0,iface=nope --
t_refused 'a portmap of unknown ports' 2 "no port 'net7'" "$L2FWD" "${NULLS[@]}" -- --portmap '(0,net7)'
t_refused 'a portmap that is none' 2 'syntax' "$L2FWD" "${NULLS[@]}" -- --portmap 0,1
t_refused 'not enough memory' 1 'packet buffers.*hugepages' \
	"$L2FWD" --no-pci --no-huge -m 8 --no-shconf --no-telemetry --vdev net_null0 -- --rxd 8192

# ------------------------------------------------------------------ ends

for sig in TERM INT; do
	fwd_start "$L2FWD" "${NULLS[@]}" -- --json
	sleep 0.2
	kill -$sig "$fwd_pid"
	fwd_wait 10
	t_is "SIG$sig: exit status" "$fwd_status" 0
	t_is "SIG$sig: final statistics" "$(fwd_final '.final and .total.rx > 0')" true
	t_is "SIG$sig: all that was received was sent" "$(fwd_final '.total.rx == .total.tx + .total.dropped')" true
done

# EAL needs a tenth of a second; a signal in the middle of it is not lost.
"$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" "${NULLS[@]}" -- --json >"$T_TMP/o" 2>/dev/null &
early=$!
t_cleanup "kill -9 $early 2>/dev/null || true"
sleep 0.04
kill -TERM $early
t_rc=0
wait $early || t_rc=$?
t_like 'SIGTERM while EAL starts' "$t_rc" '^(0|143)$'

fwd_start "$L2FWD" "${NULLS[@]}" -- --duration 0.5 --period 0.1 --json
fwd_wait 10
t_is '--duration: exit status' "$fwd_status" 0
t_is '--duration: it took that long' "$(fwd_final '.elapsed >= 0.5 and .elapsed < 2')" true
t_is '--period: lines' "$(jq -s 'length >= 4 and (map(select(.final)) | length) == 1' "$fwd_out")" true
t_is '--json: nothing else on stdout' "$(grep -vc '^{.*}$' "$fwd_out")" 0
t_is '--json: counters never go back' "$(jq -s '[.[].total.rx] == ([.[].total.rx] | sort)' "$fwd_out")" true

fwd_start "$L2FWD" "${NULLS[@]}" -- --duration 0.3 --period 0.1
fwd_wait 10
t_like 'plain: a line per period' "$(cat "$fwd_out")" 's: net_null0 up rx [0-9]+ '
t_like 'plain: a final table' "$(cat "$fwd_out")" 'final.*total +[0-9]+'

# A terminal gets a table that is redrawn.
fwd_start script -qec "$L2FWD ${NULLS[*]} -- --duration 0.5 --period 0.1" /dev/null
fwd_wait 10
t_like 'terminal: the table is redrawn' "$(cat "$fwd_out")" $'\033\[[0-9]+A'

# Whoever reads the statistics may leave, or stop reading, and the disk may be full: forwarding goes on.
set -o pipefail
t_rc=0
timeout 20 "$L2FWD" "${NULLS[@]}" -- --json --period 0.05 --duration 1 2>"$T_TMP/e" | head -n 1 >"$T_TMP/o" || t_rc=$?
set +o pipefail
t_is 'a closed stdout: it goes on' "$t_rc" 0
t_is 'a closed stdout: it says so, once' \
	"$(grep -c 'statistics: cannot be written: Broken pipe; forwarding goes on without' "$T_TMP/e")" 1
t_like 'a closed stdout: the line before' "$(cat "$T_TMP/o")" '^\{"elapsed"'
t_rc=0
timeout 20 "$L2FWD" "${NULLS[@]}" -- --json --period 0.05 --duration 1 2>"$T_TMP/e" >/dev/full || t_rc=$?
t_is 'a full disk: it goes on' "$t_rc $(grep -c 'written: No space left on device' "$T_TMP/e")" '0 1'

# stdout and stderr in one pipe that is full, as where a container's log stands still.
mkfifo "$T_TMP/fifo"
exec 8<>"$T_TMP/fifo"
python3 - "$T_TMP/fifo" <<'P'
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
try:
    while True: os.write(fd, b"x" * 4096)
except BlockingIOError: pass
P
for signal in TERM INT HUP; do
	"$L2FWD" "${NULLS[@]}" -- --json --period 0.05 >&8 2>"$T_TMP/e" &
	pid=$!
	t_wait 20 grep -q -- '-> port' "$T_TMP/e"
	sleep 0.3
	kill -s "$signal" "$pid"
	t_run "a stdout that nobody reads: SIG$signal ends it" t_wait 5 sh -c "! kill -0 $pid"
	kill -s KILL "$pid" 2>/dev/null
	wait "$pid"
done
exec 8>&-

# A signal asks for statistics.
fwd_start "$L2FWD" "${NULLS[@]}" -- --json --period 0
t_is 'no statistics of its own accord' "$(wc -l <"$fwd_out")" 0
kill -s USR1 "$fwd_pid"
t_run 'SIGUSR1: statistics now' t_wait 5 grep -q '"final":false' "$fwd_out"
fwd_stop
t_is 'and the last ones at the end' "$(wc -l <"$fwd_out")" 2

# One that was closed is not the next file that is opened.
t_rc=0
"$L2FWD" "${NULLS[@]}" -- --json --period 0.05 --duration 0.3 <&- >&- 2>&- || t_rc=$?
t_is 'started with all three closed: it runs' "$t_rc" 0

# ------------------------------------------------------------------ little to live on

# Only devices by hand: memory is derived, from hugepages or without.
fwd_start "$L2FWD" --no-pci --vdev net_null0 --vdev net_null1 -- --duration 0.2 --json
fwd_wait 20
t_is 'devices by hand, memory as it is found: exit status' "$fwd_status" 0
t_is 'devices by hand, memory as it is found: it forwards' "$(fwd_final '.total.tx > 0')" true

one=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
fwd_start taskset -c "$one" "$L2FWD" "${NULLS[@]}" -- --json --period 0.1
sleep 0.6
t_is 'one CPU: every thread stays on it' \
	"$(cat /proc/"$fwd_pid"/task/*/status | sed -n 's/Cpus_allowed_list:\t//p' | sort -u)" "$one"
fwd_stop
t_is 'one CPU: exit status' "$fwd_status" 0
t_is 'one CPU: statistics come beside the forwarding' "$(jq -s 'length >= 3' "$fwd_out")" true

# A sleeper gives the CPU away all the time, a poller never does: that holds on a busy machine too.
naps() { cat /proc/"$fwd_pid"/task/*/status | awk '/^voluntary/ { n += $2 } END { print n }'; }
for idle in sleep poll; do
	fwd_start "$L2FWD" "${EAL[@]}" --vdev net_ring0 --vdev net_ring1 -- --json --idle $idle
	sleep 0.2
	n=$(naps)
	sleep 0.8
	n=$(($(naps) - n))
	if [ $idle = sleep ]; then
		t_is '--idle sleep: it naps' "$((n > 100))" 1
	else
		t_is '--idle poll: it never sleeps' "$((n < 50))" 1
	fi
	fwd_stop
	t_is "--idle $idle: exit status" "$fwd_status" 0
done
t_done
