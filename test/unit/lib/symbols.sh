#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the shared library exports is what its header declares, and a program needs no more than it.
# abi.txt records what programs are linked with: a line that goes or changes breaks them and takes a new
# soversion; a new one is added to it.
. "$(dirname "$0")/../../tap.sh"

lib=$(realpath "$1")
header=$(realpath "$2")
t_tmpdir

declared=$(grep -oE '\bdpdkpod_[a-z0-9_]+\(' "$header" | tr -d '(' | sort -u)
exported=$(nm -D --defined-only "$lib" | awk '$2 ~ /[TDBR]/ {sub(/@.*/, "", $3); print $3}' | sort -u)
t_is 'exports are the declared functions' "$exported" "$declared"
t_like 'they carry a version' "$(nm -D --defined-only "$lib")" 'dpdkpod_open@@DPDKPOD_0'
t_is 'it needs no DPDK' "$(readelf -d "$lib" | grep -cE 'NEEDED.*(rte_|numa)')" 0

# What a program has compiled in: the structs it makes or reads, and the values of constants.
cat >"$T_TMP/sizes.c" <<'X'
#include <stdio.h>
#include <dpdkpod/dpdkpod.h>
#define SIZE(s) printf("struct %s: %zu bytes\n", #s, sizeof(struct s))
#define AT(s, m) printf("struct %s: %s at %zu\n", #s, #m, offsetof(struct s, m))
#define IS(c) printf("%s = %d\n", #c, c)
int main(void)
{
	SIZE(dpdkpod_error);
	AT(dpdkpod_error, errnum), AT(dpdkpod_error, message), AT(dpdkpod_error, remedy);
	SIZE(dpdkpod_hugepages);
	AT(dpdkpod_hugepages, page_size), AT(dpdkpod_hugepages, node), AT(dpdkpod_hugepages, free_pages);
	AT(dpdkpod_hugepages, total_pages);
	SIZE(dpdkpod_eal_request);
	AT(dpdkpod_eal_request, size), AT(dpdkpod_eal_request, pod), AT(dpdkpod_eal_request, facts);
	AT(dpdkpod_eal_request, program), AT(dpdkpod_eal_request, user_argv);
	AT(dpdkpod_eal_request, dpdk_version), AT(dpdkpod_eal_request, netdev_pmd);
	IS(DPDKPOD_NETDEV), IS(DPDKPOD_VFIO);
	IS(DPDKPOD_PMD_AUTO), IS(DPDKPOD_PMD_AF_PACKET), IS(DPDKPOD_PMD_AF_XDP);
	IS(DPDKPOD_PMD_PCAP);
	return 0;
}
X
t_run 'the header compiles' cc -Wall -Wextra -Werror -I"$(dirname "$(dirname "$header")")" -o "$T_TMP/sizes" "$T_TMP/sizes.c"
t_is 'the ABI is as recorded' "$(
	readelf -d "$lib" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'
	nm -D --defined-only "$lib" | sed -n 's/.* T \(dpdkpod_.*\)/\1/p' | sort
	"$T_TMP/sizes"
)" "$(grep -v '^#' "$(dirname "$0")/abi.txt")"

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
