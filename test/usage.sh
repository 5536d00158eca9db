# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The usage of the script that sources this stands in its head, from "# usage" to the first line
# that is no comment. One that has changed its directory says in usage_file where it is.
: "${usage_file:=$0}"

usage_of_() {
	sed -n '/^# usage/,/^[^#]/s/^# \{0,1\}//p' "$usage_file"
}

usage_asked() {
	usage_of_
	exit 0
}

usage_wrong() { # [MESSAGE]
	[ $# -eq 0 ] || echo "$(basename "$0"): $1" >&2
	usage_of_ >&2
	exit 2
}
