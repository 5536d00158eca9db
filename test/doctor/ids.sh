#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: ids.sh STAMP DIRECTORY COMMAND...
#
# A doctor's checks and their scripts are the same set. COMMAND lists the checks, "ID TITLE" a line
# (dpdk-pod doctor --list); DIRECTORY/ID.sh belongs to each, calls "silent" where all is well and
# "finds" where it is not (common.sh). Run while building: an id that lacks either is an error. The
# list is left in STAMP.
set -u
stamp=$1 dir=$2
shift 2
bad=0

complain() {
	echo "$*" >&2
	bad=1
}

list=$("$@") || {
	echo "$*: cannot list the checks" >&2
	exit 1
}
ids=$(awk 'NF { print $1 }' <<<"$list")
[ -n "$ids" ] || complain "$*: lists no check"
for id in $(uniq -d < <(sort <<<"$ids")); do
	complain "$id: two checks have this id"
done
for id in $ids; do
	[[ $id =~ ^[a-z0-9]+(-[a-z0-9]+)*$ ]] || complain "$id: an id is lower case with dashes"
	script=$dir/$id.sh
	if [ ! -e "$script" ]; then
		complain "$script: the check $id has no script that provokes it"
		continue
	fi
	grep -qE '^[[:space:]]*silent( |$)' "$script" ||
		complain "$script: no healthy run in which $id is silent"
	grep -qE '^[[:space:]]*finds ' "$script" || complain "$script: nothing provokes $id"
	grep -q '^t_done' "$script" || complain "$script: it ends without t_done"
done
for script in "$dir"/*.sh; do
	id=$(basename "$script" .sh)
	[ -e "$script" ] || continue
	grep -qxF -- "$id" <<<"$ids" || complain "$script: there is no check of this id"
done
[ "$bad" -eq 0 ] && echo "$list" >"$stamp"
