# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # most of it is for the scripts
#
# For the forwarder's tests: starts it beside the script, as in the documented pod, and asks it how it
# ended. Sourced after ../tap.sh.
: "${BUILD_ROOT:?is not set: the build directory}"
t_tmpdir
L2FWD=$(t_pod "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd")
FRAMES=$(dirname "${BASH_SOURCE[0]}")/l2fwd-frames.py
# Memory that any machine has, and nothing that another test could meet.
EAL=(--no-pci --no-huge -m 128 --no-shconf --no-telemetry)

fwd_out='' fwd_err='' fwd_pid='' fwd_status='' fwd_n=0

# What a driver of kernel interfaces needs beyond what the documented pod may do.
for_pmd() { # pcap|af_packet|af_xdp
	case $1 in
	pcap) unset IN_POD ;;
	af_packet) export IN_POD='--cap NET_ADMIN' ;;
	af_xdp) export IN_POD='--cap NET_ADMIN --cap SYS_ADMIN' ;;
	esac
}

# What libxdp leaves behind in every program that uses it is not the forwarder's.
echo 'leak:xsk_umem__create' >"$T_TMP/lsan"
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$T_TMP/lsan:print_suppressions=0"

fwd_up_() {
	grep -q -- '-> port' "$fwd_err" || ! kill -0 "$fwd_pid"
}

# Starts a command in the background and returns once it forwards, or has ended.
fwd_start() { # CMD...
	t_tmpdir
	fwd_n=$((fwd_n + 1))
	fwd_out=$T_TMP/out.$fwd_n fwd_err=$T_TMP/err.$fwd_n fwd_status=
	"$@" >"$fwd_out" 2>"$fwd_err" &
	fwd_pid=$!
	t_cleanup "kill -9 $fwd_pid 2>/dev/null || true"
	t_wait 20 fwd_up_
}

fwd_ended_() {
	! kill -0 "$fwd_pid" || grep -q '^State:.*Z' "/proc/$fwd_pid/status"
}

# Waits for its end; it does not come by itself within SECONDS: kills it.
fwd_wait() { # SECONDS
	t_wait "$1" fwd_ended_ || kill -9 "$fwd_pid"
	fwd_status=0
	wait "$fwd_pid" 2>/dev/null || fwd_status=$?
}

fwd_stop() {
	kill -TERM "$fwd_pid" 2>/dev/null
	fwd_wait 10
}

# What is said in the last line of --json.
fwd_final() { # JQ-FILTER
	tail -n 1 "$fwd_out" | jq -c "$1"
}

# Waits until a jq filter is true for the newest line of --json.
fwd_newest_() { # JQ-FILTER
	[ "$(tail -n 1 "$fwd_out" | jq -c "$1")" = true ]
}

# Port N's own MAC address, as hex digits.
fwd_mac() { # N
	sed -n "s/.*port $1: .*) \([0-9a-f:]*\) -> port.*/\1/p" "$fwd_err" | tr -d :
}

# The first twelve bytes of what leaves at port N.
fwd_macs() { # N
	printf '02000000000%x%s' "$1" "$(fwd_mac "$1")"
}

# Waits until frames pass the links: "up" is when the kernel has gone through with it.
links_up() { # NAME...
	local name

	for name; do
		t_wait 5 grep -qx up "/sys/class/net/$name/operstate"
	done
}

# Everything a failed check's reader wants to know.
fwd_log() {
	cat "$fwd_out" "$fwd_err"
}
