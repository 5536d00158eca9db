#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: sudo test/sriov/run.sh [--build DIR] [SCENARIO...]
#        sudo test/sriov/run.sh [--build DIR] --shell
#
#	SCENARIO       guest/SCENARIO.sh, in the order given; all of the suite where none is
#	--build DIR    the build whose programs are tested (default: BUILD_ROOT, else build)
#	--shell        a shell in the guest instead; it has this machine's files, and /run/lab to
#	               write to; nothing else it does reaches this machine
#
# Boots a machine with two SR-IOV NICs (lab.sh) and runs the scenarios in it, in one boot.
SUITE=(lab-self netdev buses vf-attributes mac vfio faults whole-nic restored numa dpdk demo-runs live pod-doctor node-doctor)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../scenarios.sh
. "$here/../scenarios.sh"
scenarios_arguments "$@"
scenarios_choose "$here/guest" "${SUITE[@]}"
# shellcheck source=../tap.sh
. "$here/../tap.sh"
# shellcheck source=lab.sh
. "$here/lab.sh"

[ "$(id -u)" -eq 0 ] || t_skip_all 'needs root'
lab_prepare || t_skip_all "$LAB_WHY"

MUST_WORK=${MUST_WORK:-}
env=$(declare -p SOURCE_ROOT BUILD_ROOT MUST_WORK | sed 's/^declare -[-x]*/export/')

if [ -n "$shell" ]; then
	[ -t 0 ] || {
		echo 'run.sh: --shell needs a terminal' >&2
		trap - EXIT
		exit 2
	}
	read -r rows columns < <(stty size)
	LAB_TIMEOUT=$((12 * 3600))
	echo 'The guest boots, in some ten seconds; exit ends it.' >&2
	lab_boot - "$env
		stty -F /dev/ttyS1 sane rows $rows columns $columns
		export TERM=$(printf %q "${TERM:-linux}")
		. $(printf %q "$here/guest/shell.sh")"
	rc=$?
	[ $rc -eq 0 ] || echo "run.sh: $LAB_WHY" >&2
	t_finished=1
	exit $rc
fi

# ---------------------------------------------------------------- the guest's TAP becomes ours

# The scenarios' streams come one after the other, between "#@ begin NAME" and "#@ end NAME STATUS".
# One that is cut short has failed.
now= planned= n0= bad0= todo=("${scenarios[@]}")

leave() { # STATUS
	if [ -z "$planned" ]; then
		t_fail "$now: runs to its end" "exit status ${1:-unknown: the guest ended before it}"
	elif [ "$planned" -ne $((t_n - n0)) ]; then
		t_fail "$now: runs all of its $planned checks, not $((t_n - n0))"
	elif [ "$1" != 0 ] && [ "$t_bad" -eq "$bad0" ]; then
		t_fail "$now: ends well" "exit status $1"
	fi
	# What it says on stderr is wanted where it failed only; some of it comes with any test.
	if [ "$t_bad" -ne "$bad0" ] && [ -s "$lab_share/$now.stderr" ]; then
		tail -n 60 "$lab_share/$now.stderr" | sed "s/^/$now: /" >&2
	fi
	now=
	todo=("${todo[@]:1}")
}

relay() {
	local line

	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		'#@ begin '*)
			now=${line#'#@ begin '}
			planned= n0=$t_n bad0=$t_bad
			;;
		'#@ end '*) [ -z "$now" ] || leave "${line##* }" ;;
		'1..0 # SKIP '*)
			planned=1
			t_skip "$now" "${line#1..0 # SKIP }"
			;;
		1..[0-9]*) planned=${line#1..} ;;
		'ok '*'# SKIP '*)
			line=${line#ok * - }
			t_skip "$now: ${line%% # SKIP *}" "${line#* # SKIP }"
			;;
		'ok '*) t_ok "$now: ${line#ok * - }" ;;
		'not ok '*) t_fail "$now: ${line#not ok * - }" ;;
		'Bail out!'*) t_fail "$now: $line" ;;
		'#'*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done
}

t_need 'a FIFO' mkfifo "$T_TMP/tap"
machine=
t_cleanup '[ -z "$machine" ] || kill "$machine"'
for boot in 1 2 3; do
	{
		# The FIFO has a writer until the machine has ended for good.
		exec 7>"$T_TMP/tap"
		lab_boot "$T_TMP/tap" "$env
			bash $(printf %q "$here/guest/run.sh") ${todo[*]}"
		echo $? >"$T_TMP/status"
		printf %s "$LAB_WHY" >"$T_TMP/why"
	} &
	machine=$!
	relay <"$T_TMP/tap"
	wait "$machine"
	machine=
	# QEMU's mishap, not ours; the scenario that was cut short begins anew.
	{ [ "$(<"$T_TMP/status")" -eq 134 ] || [ ! -e "$lab_share/up" ]; } && [ "$boot" -lt 3 ] || break
	t_diag "boot $boot: $(<"$T_TMP/why")" "again from ${todo[0]}"
	now=
done
[ -z "$now" ] || leave ''
for name in "${todo[@]}"; do
	t_fail "$name: runs"
done
t_is 'the guest ends by itself' "$(<"$T_TMP/why")" ''
[ ! -s "$T_TMP/why" ] || t_diag "$(tail -n 60 "$lab_share/console.log" | tr -d '\r')"
t_done
