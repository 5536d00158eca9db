#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: docs.sh SECTION COMMAND...
#
# The table of a section of docs/doctor.md has the checks that COMMAND lists, and no others; each row
# says what a finding means and what to do.
. "$(dirname "$0")/../tap.sh"
section=$1
shift
rows=$(sed -n "/^## $section\$/,/^## /s/^| \`\([a-z0-9-]*\)\` | [^|]* | [^|]* |\$/\1/p" "$SOURCE_ROOT/docs/doctor.md" | sort)
t_is "docs/doctor.md, $section: the checks" "$rows" "$("$@" | awk '{ print $1 }' | sort)"
t_done
