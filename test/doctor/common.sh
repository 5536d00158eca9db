# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the scripts of the doctors' checks, one per check and named after it (ids.sh holds them to
# that). Each has a healthy part and one that is not:
#
#	. "$(dirname "$0")/../common.sh"
#	t_in_sandbox "$0" "$@"
#	silent                                        # status 0, not a word of this check
#	...                                           # provoke it, for real where the machine can
#	finds error 'what was [s]een' 'remedy'        # severity, and patterns for both texts
#	t_done
#
# More arguments go to the doctor, and what is in AS comes before it: AS=(prlimit --memlock=65536).
: "${BUILD_ROOT:?is not set: the build directory}"
# shellcheck source=../tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

ID=$(basename "$0" .sh)
AS=()
case $(basename "$(dirname "$(realpath "$0")")") in
pod) DOCTOR=("$BUILD_ROOT/dataplane/pod/dpdk-pod" doctor) ;;
*) DOCTOR=("$BUILD_ROOT/cni/dpdk-cni" doctor) ;;
esac
# shellcheck disable=SC2034 # what the doctor said last, as JSON, and its exit status
SAID='' STATUS=0

ask_() { # [ARGUMENT...]
	t_tmpdir
	STATUS=0
	SAID=$(${AS[@]+"${AS[@]}"} "${DOCTOR[@]}" --json --check "$ID" "$@" 2>"$T_TMP/.stderr") || STATUS=$?
}

silent() { # [ARGUMENT...]
	ask_ "$@"
	if [ "$STATUS" -eq 0 ] && [ "$(jq -c '[.status, .checks, .findings]' <<<"$SAID")" = '["ok",1,[]]' ]; then
		t_ok "$ID: silent where all is well"
	else
		t_fail "$ID: silent where all is well" "status $STATUS" "$SAID" "$(<"$T_TMP/.stderr")"
	fi
}

# One finding at least of that severity, which is the worst, matches in both texts.
finds() { # SEVERITY FOUND REMEDY [ARGUMENT...]
	local severity=$1 found=$2 remedy=$3 want=0 got

	shift 3
	case $severity in error) want=1 ;; warning) want=3 ;; esac
	ask_ "$@"
	got=$(jq -r --arg id "$ID" --arg s "$severity" --arg f "$found" --arg r "$remedy" '
		[.findings[] | select(.id == $id and .severity == $s
			and (.found | test($f)) and ((.remedy // "") | test($r)))] | length' <<<"$SAID")
	if [ "$STATUS" -eq "$want" ] && [ "${got:-0}" -gt 0 ]; then
		t_ok "$ID: $severity: $found"
	else
		t_fail "$ID: $severity: $found" "status $STATUS, want $want" "remedy: $remedy" "$SAID" "$(<"$T_TMP/.stderr")"
	fi
}
