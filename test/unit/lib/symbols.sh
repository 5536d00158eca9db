#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the shared library exports is what its header declares, and a program needs no more than it.
. "$(dirname "$0")/../../tap.sh"

lib=$(realpath "$1")
header=$(realpath "$2")
t_tmpdir

declared=$(grep -oE '\bdpdkpod_[a-z0-9_]+\(' "$header" | tr -d '(' | sort -u)
exported=$(nm -D --defined-only "$lib" | awk '$2 ~ /[TDBR]/ {sub(/@.*/, "", $3); print $3}' | sort -u)
t_is 'exports are the declared functions' "$exported" "$declared"
t_like 'they carry a version' "$(nm -D --defined-only "$lib")" 'dpdkpod_open@@DPDKPOD_0'
t_is 'it needs no DPDK' "$(readelf -d "$lib" | grep -cE 'NEEDED.*(rte_|numa)')" 0

# Every declared function, called from a program that knows the header alone.
{
	echo '#include <dpdkpod/dpdkpod.h>'
	echo 'int main(void) { const void *p[] = {'
	for name in $declared; do echo "(const void *)$name,"; done
	echo '}; return p[0] == 0; }'
} >"$T_TMP/all.c"
inc=$(dirname "$(dirname "$header")")
# What the library itself lacks (a sanitizer's run time) is not the question.
flags=(-Wall -Wextra -Werror -I"$inc" "-Wl,--allow-shlib-undefined")
t_run 'a C program links it' cc "${flags[@]}" -o "$T_TMP/all" "$T_TMP/all.c" "$lib"
echo '#include <dpdkpod/dpdkpod.h>
int main() { return dpdkpod_version() == nullptr; }' >"$T_TMP/cxx.cc"
if command -v c++ >/dev/null; then
	t_run 'a C++ program links it' c++ -std=c++11 "${flags[@]}" -o "$T_TMP/cxx" "$T_TMP/cxx.cc" "$lib"
else
	t_skip 'a C++ program links it' 'no C++ compiler'
fi
t_done
