# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # as_before, snapshot, CONF and BEFORE are the script's
#
# The plugin is killed at every call that can change something, and DEL mends it. After plugin.sh;
# the script has the configuration in CONF, the state of the host in BEFORE, and snapshot.

points_() { # VERB
	CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
		strace -qqq -e signal=none -e trace=sendmsg,write,renameat,symlinkat,unlinkat,mkdirat -o "$T_TMP/trace" \
		"$PLUGIN" <<<"$CONF" >/dev/null 2>&1
	# Of the questions to netlink only those that change something.
	awk -F'(' '{ n[$1]++ } $1 != "sendmsg" || /RTM_(SET|NEW|DEL)/ { print $1, n[$1] }' "$T_TMP/trace"
}

die_at_() { # VERB NAME COUNT
	{
		CNI_COMMAND=$1 CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/pod CNI_IFNAME=net1 CNI_PATH=$CNI_BIN \
			strace -qqq -o /dev/null -e signal=none -e "trace=$2" -e "inject=$2:signal=KILL:when=$3" \
			"$PLUGIN" <<<"$CONF" >/dev/null 2>&1
	} 2>/dev/null
}

# Seconds each under emulation: every STEPth, of all where there is time (LAB_FULL=1).
killed_everywhere() { # STEP
	local step=$1 verb all failures n i point now

	[ -z "${LAB_FULL:-}" ] || step=1
	for verb in ADD DEL; do
		[ $verb = ADD ] || cni ADD "$CONF"
		mapfile -t all < <(points_ $verb)
		cni DEL "$CONF"
		t_is "$verb under strace, then DEL: the host is as before" "$(snapshot)" "$BEFORE"
		failures='' n=0
		for ((i = 0; i < ${#all[@]}; i += step)); do
			point=${all[i]}
			[ $verb = ADD ] || cni ADD "$CONF"
			# shellcheck disable=SC2086 # a name and a number
			die_at_ $verb $point
			cni DEL "$CONF"
			n=$((n + 1))
			[ "$RC" -eq 0 ] || failures+="at $point: $OUT"$'\n'
			now=$(snapshot)
			[ "$now" = "$BEFORE" ] || failures+="at $point: $(diff <(echo "$BEFORE") <(echo "$now"))"$'\n'
			[ "${#failures}" -lt 3000 ] || break
		done
		t_is "$verb killed at each of its changes: the host is as before" "$failures" ''
		t_diag "$n points of ${#all[@]}"
		t_run "$verb has changes to be killed at" test "${#all[@]}" -gt 5
	done
}
