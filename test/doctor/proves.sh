# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # for the scripts
#
# What dpdk-pod doctor says, held against a real DPDK program. After common.sh.
DOCTOR=("$BUILD_ROOT/dataplane/pod/dpdk-pod" doctor)
# Its arguments are EAL's alone: nothing helps it. It ends when its input does.
TESTPMD=(dpdk-testpmd --no-telemetry)
MBUFS=(-- --total-num-mbufs=2048)

# The check finds something, and the program ends, or lacks the port, with one of the quoted messages.
proves() { # ID PROGRAM ARGUMENT...
	local id=$1 quoted out rc=0 words

	shift
	quoted=$(${AS[@]+"${AS[@]}"} "${DOCTOR[@]}" --json --check "$id" |
		jq -r '.findings[].meaning' | grep -o '"[^"]*"' | tr -d '"')
	out=$(${AS[@]+"${AS[@]}"} timeout 60 "$@" 2>&1 </dev/null) || rc=$?
	! grep -q 'No probed ethernet devices' <<<"$out" || rc=1
	while read -r words; do
		if [ "$rc" -ne 0 ] && [ "$rc" -ne 124 ] && [ -n "$words" ] && grep -qF -- "$words" <<<"$out"; then
			t_ok "$id: the program fails: $words"
			return
		fi
	done <<<"$quoted"
	t_fail "$id: the program fails in the words that are quoted" "status $rc" "quoted: $quoted" "$out"
}

# The same program is well where the check is silent.
works() { # ID PROGRAM ARGUMENT...
	local id=$1 said

	shift
	said=$(${AS[@]+"${AS[@]}"} "${DOCTOR[@]}" --json --check "$id")
	t_json "$id: silent" "$said" .findings '[]'
	t_run "$id: the program starts" ${AS[@]+"${AS[@]}"} timeout 60 "$@" </dev/null
	t_unlike "$id: it has its port" "$T_OUT" 'No probed ethernet devices'
}
