#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What contributors are told is true: the paths and tests that CONTRIBUTING.md names are there, a
# script's state can be kept, and the changelog speaks of the version that is built.
. "$(dirname "$0")/../../tap.sh"
t_tmpdir
cd "$SOURCE_ROOT" || exit

mapfile -t paths < <(grep -oE '(test|docs|\.ci)/[a-zA-Z0-9_./-]+' CONTRIBUTING.md |
	sed 's/[.]$//' | grep -v 'NAME' | sort -u)
t_run 'CONTRIBUTING.md names paths' test "${#paths[@]}" -ge 4
for path in "${paths[@]}"; do
	t_run "CONTRIBUTING.md: $path exists" test -e "$path"
done

version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
newest=$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)
t_is 'the newest entry of CHANGELOG.md is of the version that is built' "$newest" "$version"

cat >"$T_TMP/kept.sh" <<EOT
. "$SOURCE_ROOT/test/tap.sh"
t_tmpdir
touch "\$T_TMP/left"
t_cleanup 'echo cleaned'
t_run 'a check' true
t_done
EOT
# No terminal: the shell takes its commands from standard input.
# shellcheck disable=SC2016 # expanded in the kept shell
seen=$(echo 'ls "$T_TMP"; echo kept' | T_KEEP=1 setsid bash "$T_TMP/kept.sh" 2>&1 | tr '\n' ' ')
t_like 'T_KEEP=1 keeps a script'"'"'s state until its shell ends' "$seen" 'left kept cleaned'
seen=$(echo 'echo kept' | setsid bash "$T_TMP/kept.sh" 2>&1 | tr '\n' ' ')
t_like 'without it nothing is kept' "$seen" '1..1 cleaned'
t_done
