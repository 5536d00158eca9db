#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every single system call of ADD, and of DEL, fails once. The answer is then a success that is
# one, or an error object; and the DEL that follows leaves the host exactly as it was.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/common.sh"

# strace does not run a call that it lets fail. A close that fails has closed all the same, brk
# never answers by an error, and the others here do not fail.
NEVER='^(close|brk|execve|exit_group|getpid|getppid|getuid|geteuid|getgid|getegid|rt_sigaction|rt_sigprocmask|rt_sigreturn|gettid|set_tid_address|set_robust_list|arch_prctl|rseq|sigaltstack)$'

# Before main, whose first call this is, only libc would notice.
from_main() {
	sed -n '/^rt_sigaction 1$/,$p'
}

# The same for every lease.
same() {
	sed -E 's/10\.7\.0\.[0-9]+/LEASE/'
}
look_attached() {
	cni ADD "$CONF"
	ATTACHED=$(everything | same)
	cni DEL "$CONF"
}

fail_at() { # VERB NAME COUNT ERROR
	RC=0
	{ traced "$1" -o /dev/null -e "trace=$2" -e "inject=$2:error=$4:when=$3"; } 2>/dev/null || RC=$?
	OUT=$(<"$T_TMP/answer")
}

# Is the answer what the protocol wants, and is it true?
judge() { # VERB NAME
	local code now

	case $RC in
	0)
		now=$(everything | same)
		if [ "$1" = ADD ]; then
			jq -e '.interfaces | length == 1' <<<"$OUT" >/dev/null 2>&1 || DIFF+="no result: $OUT"
			[ "$now" = "$ATTACHED" ] || DIFF+="a success that is none: $(diff <(echo "$ATTACHED") <(echo "$now") | head -20)"
		else
			# Forgotten for good: nothing reads these without a record.
			now=$(grep -vE '^\./(claims/.*|pods/c1)$' <<<"$now")
			# Never what a DEL fails for: the pod might see to that.
			! grep -q 'warning: pod file' "$T_TMP/words" || now=$(grep -vx 'pod\.json' <<<"$now") LEFT+=x
			[ "$now" = "$(same <<<"$BEFORE")" ] ||
				DIFF+="a success that is none: $(diff <(same <<<"$BEFORE") <(echo "$now") | head -20)"
		fi
		;;
	1)
		# The one answer that nobody can give.
		[ "$2" = write ] && [ -z "$OUT" ] && return
		code=$(jq -e 'select(.code > 0 and (.msg | length) > 0) | .code' <<<"$OUT" 2>/dev/null) ||
			DIFF+="no error object: $OUT"
		CODES+=" $code"
		# A failed ADD takes everything back by itself.
		[ "$1" = DEL ] || [ "$(everything)" = "$BEFORE" ] || UNDONE+="$2 "
		;;
	134)
		# It cannot go on in the pod's network namespace.
		[ "$2" = setns ] || DIFF+="it aborted: $(<"$T_TMP/words")"
		;;
	*) DIFF+="exit status $RC: $(<"$T_TMP/words")" ;;
	esac
}

# Fails at every point of a verb; the verdict is one line, with the first failures in detail.
enumerate() { # VERB ERROR PREPARE
	local all n points=0 failures='' name count

	CODES='' UNDONE=''
	$3
	mapfile -t all < <(points_of "$1" | from_main)
	delete_and_compare
	for ((n = 0; n < ${#all[@]}; n += STEP)); do
		read -r name count <<<"${all[n]}"
		[[ ! $name =~ $NEVER ]] || continue
		DIFF='' LEFT=''
		$3
		fail_at "$1" "$name" "$count" "$2"
		judge "$1" "$name"
		points=$((points + 1))
		[ -z "$LEFT" ] || rm -f /run/dpdk-pod/p/pod.json
		delete_and_compare
		[ -n "$DIFF" ] || continue
		failures+="$2 at $name $count (call $n of ${#all[@]}): $DIFF"$'\n'
		[ "${#failures}" -lt 6000 ] || break
		start_over
		look_attached
	done
	t_is "$1 with $2 at every system call" "$failures" ''
	t_diag "$points points; error codes:$(tr ' ' '\n' <<<"$CODES" | sort -n | uniq -c | awk '$2 {printf " %s x %s", $1, $2}')"
	[ -z "$UNDONE" ] || t_diag "left to DEL after: $(tr ' ' '\n' <<<"$UNDONE" | sort | uniq -c | awk '$2 {printf "%s x %s ", $1, $2}')"
	t_is "$1 with $2: there were points, and errors" "$((points > 60 / STEP && $(wc -w <<<"$CODES") > 20 / STEP))" 1
}

DIFF=''
look_attached
for error in EIO ENOSPC; do
	enumerate ADD $error :
	enumerate DEL $error attached
done
t_done
