#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every single system call of ADD, and of DEL, fails once. The answer is then a success that is
# one, or an error object; and the DEL that follows leaves the host exactly as it was.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/common.sh"

# strace does not run a call that it lets fail. A close that fails has closed all the same, brk
# never answers by an error, and the others here do not fail.
NEVER='^(close|brk|execve|exit_group|getpid|getppid|getuid|geteuid|getgid|getegid|rt_sigaction|rt_sigprocmask|rt_sigreturn|gettid|set_tid_address|set_robust_list|arch_prctl|rseq|sigaltstack) '

# Before main, whose first call this is, only libc would notice.
that_may_fail() {
	sed -n '/^rt_sigaction 1$/,$p' | grep -vE "$NEVER"
}

# The same for every lease.
same() {
	sed -E 's/10\.7\.0\.[0-9]+/LEASE/'
}
started_over() {
	cni ADD "$CONF"
	ATTACHED=$(everything | same)
	cni DEL "$CONF"
}

fail_at() { # VERB NAME COUNT
	RC=0 LEFT=''
	{ traced "$1" -o /dev/null -e "trace=$2" -e "inject=$2:error=$error:when=$3"; } 2>/dev/null || RC=$?
	OUT=$(<"$T_TMP/answer")
	judge "$1" "$2"
	[ -z "$LEFT" ] || rm -f /run/dpdk-pod/p/pod.json
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

enumerate() { # VERB PREPARE
	CODES='' UNDONE=''
	each_point "$error" "$1" "$2" fail_at delete_and_compare that_may_fail
	t_is "$1 with $error at every system call" "$failures" ''
	t_diag "$points points; error codes:$(tr ' ' '\n' <<<"$CODES" | sort -n | uniq -c | awk '$2 {printf " %s x %s", $1, $2}')"
	[ -z "$UNDONE" ] || t_diag "left to DEL after: $(tr ' ' '\n' <<<"$UNDONE" | sort | uniq -c | awk '$2 {printf "%s x %s ", $1, $2}')"
	t_is "$1 with $error: there were points, and errors" "$((points > 60 / STEP && $(wc -w <<<"$CODES") > 20 / STEP))" 1
}

DIFF=''
started_over
# Two of them everywhere, the others at a sample of the points; CRASH_ERRORS names those for everywhere.
everywhere=" ${CRASH_ERRORS:-EIO ENOSPC} "
every=$STEP
for error in EIO ENOSPC EINTR ENOMEM EMFILE EACCES EROFS EAGAIN EBUSY; do
	STEP=$every
	[[ $everywhere == *" $error "* ]] || STEP=$((every * 16))
	enumerate ADD :
	enumerate DEL attached
done
t_done
