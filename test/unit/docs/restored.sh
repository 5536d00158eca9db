#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/restored.md against its tests: each row names a check that there is, and each thing that
# test/netns/restored.sh has a pod change has a row.
. "$(dirname "$0")/../../tap.sh"

page=$SOURCE_ROOT/docs/restored.md
tests=$SOURCE_ROOT/test

mapfile -t rows < <(grep '^| ' "$page" | grep -v '^| what ' | sed 's/.*| \(.*\) |$/\1/')
t_run 'there are rows' test "${#rows[@]}" -ge 25
missing=()
for row in "${rows[@]}"; do
	case $row in
	*'(netns/'*) grep -qF "${row% (*}" "$tests/netns/$(sed 's/.*(netns\/\(.*\))/\1/' <<<"$row").sh" || missing+=("$row") ;;
	netns/*) [ -f "$tests/$row.sh" ] || missing+=("$row") ;;
	identity) [ -f "$tests/netns/identity.sh" ] || missing+=("$row") ;;
	'the lab: '*)
		IFS=';' read -ra each <<<"${row#the lab: }"
		for name in "${each[@]}"; do
			grep -qF "'${name# }'" "$tests/sriov/guest/restored.sh" || missing+=("$name")
		done
		;;
	'a program of tcx-ingress, a program of tcx-egress')
		grep -qF 'for place in tcx-ingress tcx-egress' "$tests/netns/restored.sh" || missing+=("$row") ;;
	*) grep -qF "'$row" "$tests/netns/restored.sh" || missing+=("$row") ;;
	esac
done
t_is 'every row has its check' "$(printf '%s\n' "${missing[@]}")" ''
missing=()
while IFS= read -r name; do
	grep -qF "| $name |" "$page" || missing+=("$name")
done < <(sed -n "s/^undone '\([^']*\)'.*/\1/p; s/^holding '\([^']*\)'.*/\1/p" "$tests/netns/restored.sh" |
	grep -v 'of the stack by a link')
t_is 'every check has its row' "$(printf '%s\n' "${missing[@]}")" ''
t_done
