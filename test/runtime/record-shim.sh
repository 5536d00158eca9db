#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Stands in a bin directory in the plugin's place, under its name: writes down each call (the
# environment, what came in, what went out, the exit status) as a line of $dir/calls, and lets the
# plugin, $dir/<name>, do the work. Not every client lets its environment through to plugins: who
# installs the shim writes the directory into it.
dir=@RECORD@
input=$(cat && echo .)
input=${input%.}
rc=0
output=$(printf %s "$input" | "$dir/$(basename "$0")") || rc=$?
# Short lines in append mode: calls at the same time do not mix.
jq -nc --arg i "$input" --arg o "$output" --argjson rc "$rc" '
	{env: (env | with_entries(select(.key | startswith("CNI_")))),
		stdin: ($i | try fromjson catch $i),
		stdout: ($o | if . == "" then null else try fromjson catch $o end),
		exit: $rc}' >>"$dir/calls"
printf %s "${output:+$output$'\n'}"
exit "$rc"
