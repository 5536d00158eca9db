#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: readme.sh RELEASE
# A newcomer with a minimal installation and this tree types what the README says, and compiles
# the library's examples against what was installed.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/root.sh"

release=${1:-bookworm}
distro_prepare "$release" || t_skip_all "$DISTRO_WHY"
distro_start "$release"

# The code block after a mark in a page.
block() { # PAGE MARK
	awk -v mark="<!-- test: $2 -->" '
		$0 == mark { here = 1; next }
		here && /^```/ { if (inside) exit; inside = 1; next }
		here && inside' "$SOURCE_ROOT/$1"
}

# A login shell of root: the PATH of Debian, nothing of ours in it.
typed() { # FILE
	distro_in "$DISTRO_ROOT" bash -c "cd /root/dpdk-cni && . /etc/profile && set -exo pipefail && . /root/$1"
}

mkdir "$DISTRO_ROOT/root/dpdk-cni"
tar -C "$SOURCE_ROOT" --exclude=./.git -cf - . | tar -C "$DISTRO_ROOT/root/dpdk-cni" -xf -
for mark in install 'by hand'; do
	block README.md "$mark" >"$DISTRO_ROOT/root/${mark// /-}"
	t_need "README has the block '$mark'" test -s "$DISTRO_ROOT/root/${mark// /-}"
done
block docs/library.md example.c >"$DISTRO_ROOT/root/example.c"
block docs/library.md example.cc >"$DISTRO_ROOT/root/example.cc"

t_run "Debian $release: install: every command works" typed install
t_unlike 'no warning of the compiler' "$T_OUT" 'warning:'
t_is 'the plugin is where runtimes look' \
	"$(distro_in "$DISTRO_ROOT" /opt/cni/bin/dpdk-cni --version 2>&1 | head -n 1)" \
	"dpdk-cni $(sed -n "s/^  version: '\(.*\)',$/\1/p" "$SOURCE_ROOT/meson.build")"
t_run 'it needs no library' distro_in "$DISTRO_ROOT" bash -c \
	'ldd /opt/cni/bin/dpdk-cni 2>&1 | grep -q "statically linked\|not a dynamic"'

t_run 'pkg-config finds the library' distro_in "$DISTRO_ROOT" pkg-config --cflags --libs libdpdkpod
# shellcheck disable=SC2016 # expanded in there
t_run 'a C program compiles against what is installed, and runs' distro_in "$DISTRO_ROOT" bash -exc '
	cc -Wall -Wextra -Werror -o /root/example /root/example.c $(pkg-config --cflags --libs libdpdkpod libdpdk)
	/root/example --no-huge --no-pci --no-telemetry --no-shconf -m 128'

t_run 'the packages to try it' distro_in "$DISTRO_ROOT" bash -c 'cd /root/dpdk-cni && test/deps.sh run && apt-get install -y -qq g++'
# shellcheck disable=SC2016 # expanded in there
t_run 'a C++ program compiles too' distro_in "$DISTRO_ROOT" bash -exc '
	c++ -std=c++11 -Wall -Wextra -Werror -o /root/example /root/example.cc $(pkg-config --cflags --libs libdpdkpod libdpdk)'

# Links and mounts of the quick start are not for this machine.
cat >"$DISTRO_ROOT/root/quick" <<'Q'
exec unshare --mount --net bash -ec '
	mount -t sysfs sysfs /sys
	ip link set lo up
	. /etc/profile
	set -exo pipefail
	cd /root
	. ./by-hand'
Q
t_run 'by hand: every command works' typed quick
t_like 'plan says the move' "$T_OUT" 'name +nic0 -> net1'
t_like 'ADD answers' "$T_OUT" '"address": "192.0.2.10/24"'
t_like 'it forwards' "$T_OUT" '-> port'
t_like 'the NIC is back' "$T_OUT" 'nic0@nic0-far: <BROADCAST'
t_done
