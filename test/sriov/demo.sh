#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test/demo.sh --sriov, which calls this with 1 or '' (install or not) and the build's directory or ''
#
# Installs, builds, boots a machine with SR-IOV NICs (lab.sh), and relays what guest/demo.sh shows in
# there. Of this machine nothing changes but packages and the lab's cache.
set -u
cd "$(dirname "$0")/../.." || exit
root=$PWD install=$1 build=$2 built_in=
exec </dev/null

# Of it only what the lab needs: a directory that goes away, and who kills the machine.
# shellcheck source=../tap.sh
. "$root/test/tap.sh"
t_finished=1
t_tmpdir
work=$T_TMP
# shellcheck source=lab.sh
. "$root/test/sriov/lab.sh"
# shellcheck source=../demo-common.sh
. "$root/test/demo-common.sh"

printf '%s\n' "${bold}dpdk-cni: a pod asks for two VFs, and a DPDK program in it drives them through VFIO$plain" ''
demo_packages
demo_build
command -v gcc >/dev/null || fail 'gcc is missing: leave out --no-install, or run test/deps.sh build'
gcc -O2 -Wall -o "$work/frames" "$root/test/demo-frames.c" >"$work/build.log" 2>&1 ||
	fail 'test/demo-frames.c does not compile'
rm "$work/build.log"

LAB_INSTALL=${install:+yes}
LAB_INSTALL=${LAB_INSTALL:-no}
[ -s "$LAB_CACHE/kernel/initramfs" ] || say "machine    fetching QEMU and a kernel, once; they stay in the system and in $LAB_CACHE ..."
lab_prepare || fail 'the virtual machine cannot be had here' "$LAB_WHY"
cp "$work/frames" "$lab_share/frames"

colour=
[ -n "$bold" ] || colour='export NO_COLOR=1'
code="export SOURCE_ROOT=$(printf %q "$root") BUILD_ROOT=$(printf %q "$build") DEMO_FRAMES=/run/lab/frames
	$colour
	bash $(printf %q "$root/test/sriov/guest/demo.sh") 2>&1
	echo \$? >/run/lab/demo.status"
must mkfifo "$work/output"
machine=
t_cleanup '[ -z "$machine" ] || kill "$machine" 2>/dev/null'

relay() {
	local line

	while IFS= read -r line; do
		printf '%s\n' "${line%$'\r'}"
	done
}

for boot in 1 2 3; do
	say 'machine    QEMU emulates one with two SR-IOV NICs (Intel 82576), an IOMMU and two NUMA' \
		'           nodes; its kernel starts, in some ten to thirty seconds ...'
	began=${EPOCHREALTIME/[.,]/}
	{
		# The FIFO has a writer until the machine has ended for good.
		exec 7>"$work/output"
		lab_boot "$work/output" "$code"
		echo $? >"$work/status"
		printf %s "$LAB_WHY" >"$work/why"
	} &
	machine=$!
	relay <"$work/output"
	wait "$machine"
	machine=
	# QEMU's mishap, not ours.
	{ [ "$(<"$work/status")" -eq 134 ] || [ ! -e "$lab_share/up" ]; } && [ "$boot" -lt 3 ] || break
	say '' "the emulator ended by itself ($(<"$work/why")): once more from the start" ''
done
if [ -s "$work/why" ]; then
	tr -d '\r' <"$lab_share/console.log" >"$work/console.log" 2>/dev/null
	fail "the virtual machine: $(<"$work/why")"
fi
rc=$(cat "$lab_share/demo.status" 2>/dev/null || echo 1)
[ "$rc" -eq 0 ] || exit "$rc"
good 'and this machine: nothing of it was touched'
printf '\n%sdone%s  in %s s%s\n' "$bold$green" "$plain" "$(seconds "$began")" \
	"${built_in:+, after $built_in s of building}"
say '' 'next: sudo test/sriov/run.sh --shell gives you a shell in such a machine' ''
