# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For all.sh: on a terminal a line that moves says which suite runs, how far it is and how long all
# of it will still take. It goes by what the suites took on two cores, and by how this machine does
# compared to that. Elsewhere, in a log or a pipe, nothing is printed.
: "${work=}"

progress_all=() progress_pid=
progress_expected=0 # seconds, of the suites that are done ...
progress_took=0     # ... and what they really took

# Seconds on two cores, where all is built anew.
progress_usual() { # SUITE
	case $1 in
	gcc) echo 30 ;;
	unit | fuzz) echo 9 ;;
	netns) echo 275 ;;
	doctor) echo 25 ;;
	eal) echo 90 ;;
	crash) echo 450 ;;
	runtime) echo 60 ;;
	distro) echo 250 ;;
	lab) echo 700 ;;
	kubernetes) echo 1800 ;;
	sanitize) echo 450 ;;
	clang) echo 30 ;;
	static) echo 85 ;;
	*) echo 1 ;;
	esac
}

# The last test that meson reports: "7/45 name, ".
progress_test() {
	sed -n 's|^ *\([0-9]*/[0-9]*\) *dpdk-cni:[^/]* / *\([^ ]*\) .*|\1 \2, |p' "$work/meson.out" \
		2>/dev/null | tail -n 1
}

progress_minutes() { # SECONDS
	if [ "$1" -ge 60 ]; then
		echo "$((($1 + 30) / 60)) min"
	else
		echo "$1 s"
	fi
}

# The seconds left, when the current suite has run for so long.
progress_left() { # SUITE SECONDS
	local s after='' left=0 percent=100

	[ "$progress_expected" -lt 30 ] || percent=$((progress_took * 100 / progress_expected))
	for s in "${progress_all[@]}"; do
		[ -z "$after" ] || left=$((left + $(progress_usual "$s") * percent / 100))
		[ "$s" != "$1" ] || after=1
	done
	s=$(($(progress_usual "$1") * percent / 100 - $2))
	# One that takes longer than ever will not end at once.
	[ "$s" -gt 5 ] || s=5
	echo $((left + s))
}

progress_line() { # SUITE SECONDS
	printf '%-10s %s%s so far; about %s left of all  ' "$1" "$(progress_test)" \
		"$(progress_minutes "$2")" "$(progress_minutes "$(progress_left "$1" "$2")")"
}

progress_start() { # SUITE
	[ -t 2 ] || return 0
	progress_since=$SECONDS
	rm -f "$work/meson.out"
	while :; do
		printf '\r\e[K%s' "$(progress_line "$1" $((SECONDS - progress_since)) | cut -c1-"${COLUMNS:-79}")"
		sleep 1
	done >&2 &
	progress_pid=$!
}

progress_stop() { # SUITE, where it has ended
	[ -n "$progress_pid" ] || return 0
	kill "$progress_pid" 2>/dev/null
	wait "$progress_pid" 2>/dev/null
	progress_pid=
	printf '\r\e[K' >&2
	[ -n "${1:-}" ] || return 0
	progress_expected=$((progress_expected + $(progress_usual "$1")))
	progress_took=$((progress_took + SECONDS - progress_since))
}
