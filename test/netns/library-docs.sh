#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The programs of docs/library.md, cut out of it, compiled against the library as it is installed, shared
# and static, and run in a pod.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"

t_tmpdir
# The examples leave what they had to the kernel where they fail; DPDK does too.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
DPDK_POD_FILE=$T_TMP/pod.json
export DPDK_POD_FILE
cd "$T_TMP" || exit 1

example() { # NAME
	awk -v mark="<!-- test: $1 -->" '
		$0 == mark { here = 1; next }
		here && /^```/ { if (inside) exit; inside = 1; next }
		here && inside' "$SOURCE_ROOT/docs/library.md" >"$1"
	[ -s "$1" ]
}

# Installed somewhere, as a package would be.
t_need 'installation' env DESTDIR="$T_TMP/root" meson install -C "$BUILD_ROOT" --no-rebuild --quiet
pc=$(find "$T_TMP/root" -name libdpdkpod.pc)
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$T_TMP/root
lib=$(find "$T_TMP/root" -name 'libdpdkpod.so')
export LD_LIBRARY_PATH=${lib%/*}
mapfile -t own < <(pkg-config --cflags --libs libdpdkpod | xargs -n1)
# The root is for our own library alone.
mapfile -t dpdk < <(PKG_CONFIG_SYSROOT_DIR='' pkg-config --cflags --libs libdpdk | xargs -n1)
flags=(-Wall -Wextra -Werror "-Wl,--allow-shlib-undefined")
# What a sanitized library needs is the compiler's to add.
! nm -D "$lib" | grep -q __asan || flags+=("-fsanitize=address,undefined")

ip link add net1 type veth peer name far
ip link set net1 up
echo '{"version":"1.0","interfaces":[{"name":"net1","mode":"netdev"}]}' >"$DPDK_POD_FILE"

t_need 'example.c is in the page' example example.c
t_run 'it compiles against the shared library' cc "${flags[@]}" -o shared example.c "${own[@]}" "${dpdk[@]}"
t_run 'it runs' ./shared --no-huge --no-telemetry --no-shconf
t_like 'it knows its port' "$T_OUT" 'net1 is port 0'
t_like 'it has the shared library' "$(readelf -d shared)" 'NEEDED.*libdpdkpod\.so\.0'
mapfile -t inside < <(pkg-config --static --cflags --libs libdpdkpod | xargs -n1 | sed 's/^-ldpdkpod$/-l:libdpdkpod.a/')
t_run 'it compiles with the library inside' cc "${flags[@]}" -o static example.c "${inside[@]}" "${dpdk[@]}"
t_run 'it runs with the library inside' env -u LD_LIBRARY_PATH ./static --no-huge --no-telemetry --no-shconf
t_like 'it knows its port' "$T_OUT" 'net1 is port 0'
t_unlike 'it has no shared library of ours' "$(readelf -d static)" 'libdpdkpod'

echo '{"version":"1.0","interfaces":[{"name":"gone0","mode":"netdev"}]}' >"$DPDK_POD_FILE"
t_run_fails 'it says what is wrong' ./shared
t_like 'and what to do' "$T_OUT" 'gone0: there is no such interface.*remedy: '
rm "$DPDK_POD_FILE"
unset DPDK_POD_FILE
t_run 'without a pod file it starts too' ./shared --no-huge --no-telemetry --no-shconf

t_need 'example.cc is in the page' example example.cc
if command -v c++ >/dev/null; then
	t_run 'C++ compiles' c++ -std=c++11 "${flags[@]}" -o cxx example.cc "${own[@]}"
	t_run 'C++ runs' ./cxx
	t_like 'C++ has reasons' "$T_OUT" '--no-pci # no PCI device'
else
	t_skip 'C++' 'no C++ compiler'
fi
t_done
