#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/eal-arguments.md against the sources: each row names a test that there is, every argument that is
# derived has a row, the table of conflicts is the one that is compiled, and the commands work.
. "$(dirname "$0")/../../tap.sh"

page=$SOURCE_ROOT/docs/eal-arguments.md
lib=$SOURCE_ROOT/dataplane/lib
tests=$SOURCE_ROOT/test/unit/lib

exists() { # "FILE: NAME"
	local file=${1%%: *} name=${1#*: }

	case $file in
	situations) [ -f "$tests/situations/$name.txt" ] ;;
	facts) grep -q "cmocka_unit_test($name)" "$tests/facts.c" ;;
	*) grep -qF ".name = \"$name\"" "$tests/$file.c" ;;
	esac
}

# The rows of a section whose last column is a test.
missing=() rows=0
while IFS= read -r name; do
	rows=$((rows + 1))
	exists "$name" 2>/dev/null || missing+=("$name")
done < <(sed -n 's/^| .*| `\([a-z_]*: .*\)` |$/\1/p' "$page")
t_is 'every row names a test' "$rows" "$(sed -n '/^## The vector/,/^## What you give/p' "$page" | grep -c '^| ' |
	awk '{ print $1 - 2 }')"
t_is 'the tests are there' "$(printf '%s\n' ${missing[@]+"${missing[@]}"})" ''

# EAL_NAME -> how it is spelled, by the first entry of the table of options.
spell() {
	sed -n "s/^	{\(EAL_[A-Z_]*\), \('\(.\)'\|0\), \(\"\([^\"]*\)\"\|NULL\),.*/\1 \3 \5/p" "$lib/eal_options.c" |
	sed 's/^\([^ ]*\) \(.\) .*/\1 -\2/; s/^\([^ ]*\)  \(.*\)/\1 --\2/' | awk '!seen[$1]++'
}
declare -A name
while read -r id option; do name[$id]=$option; done < <(spell)

derived=$(grep -ohE 'eal_add\(b, EAL_[A-Z_]*' "$lib"/*.c | sed 's/.* //' | sort -u)
unsaid=()
for id in $derived; do
	sed -n '/^## The vector/,/^### For/p' "$page" | grep -qE -- "^\| [^|]*${name[$id]}" || unsaid+=("${name[$id]}")
done
t_is 'every argument that is derived has a row' "${unsaid[*]-}" ''

compiled=$(sed -n "s/^	{\(EAL_[A-Z_]*\), \(EAL_[A-Z_]*\), [A-Z_]*},.*/\1 \2/p" "$lib/eal_conflicts.c" |
	while read -r given gone; do echo "${name[$given]} ${name[$gone]}"; done | sort)
written=$(sed -n '/^| given |/,/^$/p' "$page" | tail -n +3 | while IFS='|' read -r _ given gone _; do
	for g in $(grep -oE -- '`[^`]*`' <<<"$given" | tr -d '\140'); do
		for d in $(grep -oE -- '`[^`]*`' <<<"$gone" | tr -d '\140'); do echo "$g $d"; done
	done
done | sort)
t_is 'the table of conflicts is the one in the sources' "$written" "$compiled"

# The commands, with a program that says what it was started with.
t_tmpdir
printf '#!/bin/sh\nprintf "<%%s>" "$DPDK_EXTRA" "$@"\n' >"$T_TMP/app"
chmod +x "$T_TMP/app"
cp "$T_TMP/app" "$T_TMP/dpdk-testpmd"
export PATH=$T_TMP:$BUILD_ROOT/dataplane/pod:$PATH
declare -A want=(
	['dpdk-pod run dpdk-testpmd -- -i']='<--lcores><0@[^>]*>.*<--><-i>$'
	['dpdk-pod run app word']='<--lcores><0@[^>]*>.*<word>$'
	['dpdk-pod run --env DPDK_EXTRA app --config app.yaml']='<--lcores 0@[^>]*><--config><app.yaml>$'
	['dpdk-pod run --replace {} app --dpdk-args={} --port 1']='<--dpdk-args=--lcores 0@[^>]*><--port><1>$'
	['dpdk-pod run --replace {} app serve {} -- --port 1']='<serve><--lcores>.*<--><--port><1>$'
	['eval dpdk-testpmd $(dpdk-pod args) -- -i']='<--lcores><0@[^>]*>.*<--><-i>$'
	['eval "$(dpdk-pod args --env DPDK_EXTRA)"']='^$'
	['dpdk-pod args --json']='"argument": "--lcores"'
)
n=0
while IFS= read -r command; do
	n=$((n + 1))
	t_like "$command" "$(bash -ec "$command" 2>/dev/null || echo failed)" "${want[$command]-there is no such test}"
done < <(sed -n '/^## Programs that take/,/^Programs that share/p' "$page" | sed '/^```/,/^```/!d; /^```/d; s/ *#.*//')
t_is 'all commands were tried' "$n" "${#want[@]}"
t_done
