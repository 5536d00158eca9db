# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Test Anything Protocol for shell scripts. A test is a bash script:
#
#	#!/usr/bin/env bash
#	. "$(dirname "$0")/../tap.sh"
#	t_in_sandbox "$0" "$@"          # only where it touches links, mounts, /run, /etc or /var
#	t_run 'the link comes up' ip link set lo up
#	t_is 'its MTU' "$(cat /sys/class/net/lo/mtu)" 65536
#	t_done
#
# A check prints one line and returns 0, so that scripts may use set -e. A script that ends before
# t_done, by whatever way, has failed. Checks count in the shell that sourced this file: one inside
# ( ) or $( ) is refused, because its count would be lost.

# Checks so far, failed ones, and those skipped.
t_n=0
t_bad=0
t_skipped=0
t_finished=
t_shell=$BASHPID
t_undo=()
# shellcheck disable=SC2034 # for the scripts: what the last t_run or t_run_fails printed
T_OUT=
T_TMP=

# What the caller's environment says is not what the test says.
unset "${!CNI_@}" "${!PCIDEVICE_@}" "${!DPDK_POD_@}"
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
umask 022

# Text as TAP comments, and not without bound.
t_diag() {
	local line n=0

	while IFS= read -r line || [ -n "$line" ]; do
		n=$((n + 1))
		if [ "$n" -gt 200 ]; then
			echo '# (cut)'
			break
		fi
		printf '# %s\n' "$line"
	done <<<"$*"
}

t_line_() { # STATUS NAME [DIRECTIVE]
	local name=${2//$'\n'/ }

	if [ "$BASHPID" != "$t_shell" ]; then
		echo "Bail out! the check '$name' runs in a subshell"
		kill -TERM "$t_shell"
		exit 1
	fi
	t_n=$((t_n + 1))
	printf '%s %d - %s%s\n' "$1" "$t_n" "${name//\#/\\#}" "${3:+ # $3}"
}

t_ok() { # NAME
	t_line_ ok "$1"
}

t_fail() { # NAME [DIAG...]
	t_bad=$((t_bad + 1))
	t_line_ 'not ok' "$1"
	shift
	[ $# -eq 0 ] || t_diag "$(printf '%s\n' "$@")"
}

t_is() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then
		t_ok "$1"
	elif [[ $2$3 == *$'\n'* ]]; then
		t_fail "$1" "$(diff -U2 --label got --label want <(echo "$2") <(echo "$3"))"
	else
		t_fail "$1" "got:  $2" "want: $3"
	fi
}

t_isnt() { # NAME GOT UNWANTED
	if [ "$2" != "$3" ]; then
		t_ok "$1"
	else
		t_fail "$1" "got just what must not be: $2"
	fi
}

t_like() { # NAME GOT REGEX
	if [[ $2 =~ $3 ]]; then
		t_ok "$1"
	else
		t_fail "$1" "got: $2" "want a match of: $3"
	fi
}

t_unlike() { # NAME GOT REGEX
	if [[ $2 =~ $3 ]]; then
		t_fail "$1" "got: $2" "want no match of: $3"
	else
		t_ok "$1"
	fi
}

# Compares what a jq filter (compact output) makes of a JSON text.
t_json() { # NAME JSON FILTER WANT
	local got

	if got=$(jq -c "$3" <<<"$2" 2>&1); then
		t_is "$1" "$got" "$4"
	else
		t_fail "$1" "$got" "in: $2"
	fi
}

t_call_() { # CMD...
	t_tmpdir
	t_rc=0
	"$@" >"$T_TMP/.out" 2>&1 || t_rc=$?
	T_OUT=$(tr -d '\0' <"$T_TMP/.out")
}

t_run() { # NAME CMD...
	local name=$1

	shift
	t_call_ "$@"
	if [ "$t_rc" -eq 0 ]; then
		t_ok "$name"
	else
		t_fail "$name" "exit status $t_rc: $*" "$T_OUT"
	fi
}

# A refusal is an exit status; a command that is missing or killed by a signal refused nothing.
t_run_fails() { # NAME CMD...
	local name=$1

	shift
	t_call_ "$@"
	if [ "$t_rc" -eq 0 ]; then
		t_fail "$name" "exit status 0, but it should fail: $*" "$T_OUT"
	elif [ "$t_rc" -ge 126 ]; then
		t_fail "$name" "exit status $t_rc, it did not run to its end: $*" "$T_OUT"
	else
		t_ok "$name"
	fi
}

# Set-up: nothing after it makes sense if it fails.
t_need() { # NAME CMD...
	local name=$1

	shift
	t_call_ "$@"
	if [ "$t_rc" -ne 0 ]; then
		t_fail "set-up: $name" "exit status $t_rc: $*" "$T_OUT"
		t_done
	fi
}

# Polls until the command succeeds; fails after SECONDS. For conditions, instead of sleeping.
t_wait() { # SECONDS CMD...
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

t_skip() { # NAME REASON
	if [ "${MUST_WORK:-}" = 1 ]; then
		t_fail "$1" "cannot run, and MUST_WORK=1: $2"
	else
		t_skipped=$((t_skipped + 1))
		t_line_ ok "$1" "SKIP $2"
	fi
}

# What the machine itself lacks, which no package brings: it is skipped in CI as well.
t_lacks() { # NAME HARDWARE
	t_skipped=$((t_skipped + 1))
	t_line_ ok "$1" "SKIP hardware: no $2 here"
}

t_lacks_all() { # HARDWARE
	t_finished=1
	echo "1..0 # SKIP hardware: no $1 here"
	exit 0
}

# The kernel sends no IPv6 frames of its own accord, which a test would count or forward.
t_no_ipv6() { # [NETNS]
	${1:+ip netns exec "$1"} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
}

t_skip_all() { # REASON
	if [ "${MUST_WORK:-}" = 1 ]; then
		t_fail "$(basename "$0") can run" "MUST_WORK=1: $1"
		t_done
	fi
	t_finished=1
	echo "1..0 # SKIP $1"
	exit 0
}

# The command (one string, evaluated) runs when the script ends, the latest first.
t_cleanup() { # 'CMD'
	t_undo+=("$1")
}

# Makes $T_TMP, a directory of this script's own, gone at its end.
t_tmpdir() {
	[ -z "$T_TMP" ] || return 0
	if [ -e "$t_sandbox_mark" ]; then
		T_TMP=$(mktemp -d /run/test.XXXXXX)
	else
		T_TMP=$(mktemp -d "${TMPDIR:-/tmp}/dpdk-cni-test.XXXXXX")
	fi
	# The first to be made is the last to go. What is mounted in it is not its own.
	# shellcheck disable=SC2016 # evaluated at the end
	t_undo=('rm -rf --one-file-system -- "$T_TMP"' ${t_undo[@]+"${t_undo[@]}"})
}

t_done() {
	# An empty test proves nothing.
	[ "$t_n" -gt 0 ] || t_fail "$(basename "$0") checks something"
	t_finished=1
	echo "1..$t_n"
	[ "$t_bad" -eq 0 ]
	exit
}

# With T_KEEP=1 a script that has ended leaves a shell where it was, until that is left: links,
# namespaces, records and $T_TMP are as the last check saw them.
t_keep_() {
	echo "# T_KEEP: the state of $(basename "$0") is kept until this shell ends${T_TMP:+; its files: $T_TMP}" >&2
	export T_TMP
	if (: </dev/tty) 2>/dev/null; then
		PS1='kept \w \$ ' bash --norc -i </dev/tty >/dev/tty 2>&1
	else
		bash --norc >&2 # from a pipe: its commands are run
	fi
	:
}

t_exit_() {
	local rc=$? i

	trap '' INT TERM HUP
	set +e
	if [ -z "$t_finished" ]; then
		t_fail "$(basename "$0") runs to its end" "it stopped after check $t_n with status $rc"
		echo "1..$t_n"
		rc=1
	fi
	[ -z "${T_KEEP:-}" ] || t_keep_
	for ((i = ${#t_undo[@]} - 1; i >= 0; i--)); do
		eval "${t_undo[i]}" >&2 </dev/null
	done
	trap - EXIT
	exit "$rc"
}
trap t_exit_ EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Makes a file that starts a program with just what the documented pod has (in-pod.sh), the script's own
# directory being a volume; prints its path. IN_POD holds options that deviate: IN_POD='--cap NET_ADMIN'.
# Call t_tmpdir before.
t_pod() { # PROGRAM
	local file

	file=$T_TMP/$(basename "$1")
	printf '#!/usr/bin/env bash\nexec bash %q --rw %q %q "$@"\n' \
		"$(dirname "$(realpath "${BASH_SOURCE[0]}")")/in-pod.sh" "$T_TMP" "$(type -P "$1")" >"$file"
	chmod 755 "$file"
	echo "$file"
}

# ---------------------------------------------------------------- the sandbox

t_sandbox_mark=/run/.dpdk-cni-sandbox

# A directory whose changes stay in the sandbox.
t_overlay_() { # DIR
	local work="/run/.overlay$1"

	mkdir -p "$work/up" "$work/work"
	mount -t overlay -o "lowerdir=$1,upperdir=$work/up,workdir=$work/work" overlay "$1" 2>/dev/null
}

t_sandbox_enter_() {
	local dir

	set -e
	# -n: else mount(8) makes /run/mount on the machine first.
	mount -n -t tmpfs -o mode=755,size=512m tmpfs /run
	mkdir -p /run/netns /run/lock /run/.cgroup

	# A sysfs shows the network namespace that mounted it. What others mounted below it stays.
	mount --rbind /sys/fs/cgroup /run/.cgroup
	mount -t sysfs sysfs /sys
	mount --move /run/.cgroup /sys/fs/cgroup
	rmdir /run/.cgroup
	mount -t bpf bpf /sys/fs/bpf 2>/dev/null || true

	for dir in /etc /var/lib /var/log; do
		# Where / is an overlay itself, another one on it may be refused.
		if ! t_overlay_ "$dir"; then
			[ "$dir" = /var/lib ] || cp -a "$dir/." "/run/.overlay$dir/up"
			mount --bind "/run/.overlay$dir/up" "$dir"
		fi
	done

	ip link set lo up
	readlink /proc/self/ns/net >"$t_sandbox_mark"
}

# Runs the calling script again with namespaces of its own (mounts, network, processes) and comes
# back in there: fresh /run, private /etc, /var/lib and /var/log, a /sys that shows the sandbox's
# links, lo up, "ip netns" at work. What the script leaves behind (links, mounts, processes) dies
# with it, and the machine's own network is out of reach. Call it as: t_in_sandbox "$0" "$@"
t_in_sandbox() {
	local script=$1

	shift
	if [ -e "$t_sandbox_mark" ] && [ "$(cat "$t_sandbox_mark")" = "$(readlink /proc/self/ns/net)" ]; then
		return 0
	fi
	# The script starts anew in there: what it counted before would be counted twice.
	if [ "$t_n" -gt 0 ]; then
		t_fail 't_in_sandbox comes before the first check'
		t_done
	fi
	[ "$(id -u)" -eq 0 ] || t_skip_all 'needs root'
	unshare -mn true 2>/dev/null || t_skip_all 'may not make namespaces'

	# shellcheck disable=SC2016 # expanded by the inner shell
	exec unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private -- \
		bash -c '
			lib=$1; shift
			. "$lib"
			(t_sandbox_enter_) >&2
			[ $? -eq 0 ] || t_skip_all "cannot make a sandbox"
			trap - EXIT INT TERM HUP
			exec bash "$@"' \
		"$script" "${BASH_SOURCE[0]}" "$script" "$@"
}
