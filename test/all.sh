#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: sudo test/all.sh [--quick] [--suite NAME]... [--no-install]
#
#	--quick        only the gcc build and its tests, without container engines
#	--suite NAME   only this one, and what it needs; may be repeated:
#	               gcc unit fuzz netns doctor eal crash runtime distro lab sanitize clang static;
#	               kubernetes runs by name only: it builds a cluster first, once, for half an hour
#	--no-install   use what is installed
#
# Builds, runs every test and says in its last line how many checks passed and failed; the exit
# status says it too. On a terminal a line shows how far it is. With CI=true (or MUST_WORK=1) a
# check that cannot run has failed. All that is left behind is the packages that were missing.
set -u
cd "$(dirname "$0")/.." || exit
root=$PWD
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
exec </dev/null

usage_file=test/all.sh
# shellcheck source=usage.sh
. test/usage.sh

quick='' install=1 only=()
while [ $# -gt 0 ]; do
	case $1 in
	--quick) quick=1 ;;
	--no-install) install= ;;
	--suite=*) only+=("${1#*=}") ;;
	--suite)
		only+=("${2:?--suite needs a name}")
		shift
		;;
	-h | --help) usage_asked ;;
	*) usage_wrong ;;
	esac
	shift
done
for name in ${only[@]+"${only[@]}"}; do
	case $name in
	gcc | unit | fuzz | netns | doctor | eal | crash | runtime | distro | lab | kubernetes | sanitize | clang | static) ;;
	*) usage_wrong "no such suite: $name" ;;
	esac
done

[ "${CI:-}" != true ] || MUST_WORK=1
export MUST_WORK=${MUST_WORK:-}

wanted() { # SUITE
	local name

	if [ ${#only[@]} -eq 0 ]; then
		case $1 in
		# Half an hour of building on a new machine: by name only.
		kubernetes) return 1 ;;
		runtime | distro | sanitize | clang | static) [ -z "$quick" ] ;;
		esac
		return
	fi
	for name in "${only[@]}"; do
		[ "$name" != "$1" ] || return 0
	done
	return 1
}

# shellcheck source=counting.sh
. test/counting.sh
# shellcheck source=static.sh
. test/static.sh

# ---------------------------------------------------------------- the machine, before and after

machine() {
	local dir

	for dir in /sys/kernel/mm/hugepages/* /sys/devices/system/node/node*/hugepages/*; do
		[ -e "$dir/nr_hugepages" ] && echo "hugepages $dir $(cat "$dir/nr_hugepages")"
	done
	ip netns list 2>/dev/null | sed 's/^/netns /'
	ip -o link show 2>/dev/null | awk '{ print "link", $2 }'
	awk '{ print "mount", $2, $3 }' /proc/self/mounts
	find /run/dpdk-cni /run/dpdk-pod /run/dpdk /run/netns /etc/dpdk-cni /var/lib/cni \
		/dev/hugepages 2>/dev/null | sed 's/^/file /'
	find "$tmp" -maxdepth 1 -name 'dpdk-cni-test.*' 2>/dev/null | sed 's/^/file /'
	find /sys/fs/cgroup -type d -name 'dpdk-cni-test-*' 2>/dev/null | sed 's/^/cgroup /'
	find /opt/containerd /dev/shm/libpod_lock -maxdepth 0 2>/dev/null | sed 's/^/file /'
	find /proc/[0-9]*/exe -lname "$work/*" 2>/dev/null | sed 's/^/process /'
	:
}

same_machine() {
	machine | sort >"$work/after"
	diff -U0 "$work/before" "$work/after" | sed '1,2d;/^@/d'
	return "${PIPESTATUS[0]}"
}

# ---------------------------------------------------------------- builds

build() { # DIR CC MESON-OPTIONS...
	local dir=$work/$1 cc=$2

	shift 2
	rm -rf "$dir"
	CC=$cc meson setup "$dir" "$root" "$@" >"$work/setup.out" 2>&1 || {
		cat "$work/setup.out"
		return 1
	}
	ninja -C "$dir" --quiet
}

# A warning is a failure, but not one that keeps the tests from running.
build_checked() { # NAME DIR CC MESON-OPTIONS...
	local name=$1

	shift
	check "$name builds without a warning" build "$@" --werror && return 0
	check "$name builds" build "$@"
}

installs() {
	local f missing=0

	DESTDIR=$work/dest meson install -C "$work/gcc" --no-rebuild --quiet || return
	for f in dpdk-cni dpdk-pod dpdk-pod-l2fwd dpdkpod.h libdpdkpod.so libdpdkpod.pc pod.schema.json \
		dpdk-cni.8 dpdk-pod.1 dpdk-pod-l2fwd.1 libdpdkpod.3; do
		[ -n "$(find "$work/dest" -name "$f")" ] || {
			echo "not installed: $f"
			missing=1
		}
	done
	return $missing
}

run_tests() { # DIR MESON-SUITE
	local log=testlog

	rm -f "$work/$1/meson-logs/$log.json"
	meson test -C "$work/$1" --no-rebuild --suite "dpdk-cni:$2" --logbase "$log" \
		>"$work/meson.out" 2>&1
	if [ -s "$work/$1/meson-logs/$log.json" ]; then
		log_to_tap "$work/$1/meson-logs/$log.json" >>"$tap"
	else
		check "meson runs the tests of suite $2" sh -c "cat '$work/meson.out'; exit 1"
	fi
}

build_kubernetes() {
	test/kubernetes/build.sh >/dev/null
}

has_suite() { # DIR MESON-SUITE
	meson introspect --tests "$work/$1" 2>/dev/null |
		jq -e --arg s "dpdk-cni:$2" 'any(.[]; .suite | index($s))' >/dev/null
}

# ---------------------------------------------------------------- the run

work=
finish() {
	local rc=$?

	trap '' INT TERM HUP
	progress_stop
	[ -z "$work" ] || rm -rf "$work"
	[ -z "$suite" ] || echo "all.sh: stopped in suite $suite" >&2
	exit "$rc"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "$install" ]; then
	# shellcheck source=deps.sh
	. "$root/test/deps.sh"
	groups=(build run test)
	! wanted netns || groups+=(programs)
	! wanted runtime || groups+=(runtime)
	! wanted distro || groups+=(distro)
	! wanted kubernetes || groups+=(kubernetes)
	deps_install "${groups[@]}" || exit
else
	export LAB_INSTALL=no
fi
for tool in meson ninja jq; do
	command -v "$tool" >/dev/null || {
		echo "all.sh: $tool is missing: run test/deps.sh as root" >&2
		exit 1
	}
done

tmp=${TMPDIR:-/tmp}
work=$(mktemp -d "$tmp/dpdk-cni-all.XXXXXX") || exit
chmod 755 "$work"
# A test that is killed leaves its files here.
mkdir "$work/tmp"
export TMPDIR=$work/tmp
machine | sort >"$work/before"
for s in gcc unit fuzz netns doctor eal crash runtime distro lab kubernetes sanitize clang static; do
	! wanted "$s" && [ "$s" != gcc ] || progress_all+=("$s")
done

begin gcc
built=1
if build_checked 'gcc, release,' gcc gcc --buildtype=release --prefix=/usr; then
	check 'it installs' installs
else
	built=
fi
end

if [ -n "$built" ]; then
	for s in unit fuzz netns doctor eal crash runtime distro lab kubernetes; do
		if wanted "$s" && has_suite gcc "$s"; then
			[ "$s" != kubernetes ] || build_kubernetes
			begin "$s"
			run_tests gcc "$s"
			end
		fi
	done
fi

if wanted sanitize; then
	begin sanitize
	mkdir "$work/reports"
	# A plugin that a test expects to fail must not hide a report behind its exit status.
	export ASAN_OPTIONS="abort_on_error=1:detect_stack_use_after_return=1:log_path=$work/reports/asan"
	export UBSAN_OPTIONS="halt_on_error=1:abort_on_error=1:print_stacktrace=1:log_path=$work/reports/ubsan"
	if check 'builds with the sanitizers' build sanitize gcc --buildtype=debugoptimized \
		-Db_sanitize=address,undefined -Dplugin_static=false \
		-Dc_args=-fno-sanitize-recover=all; then
		for s in unit netns doctor; do
			has_suite sanitize "$s" && run_tests sanitize "$s"
		done
		check 'the sanitizers have nothing to report' sh -c \
			"cat '$work'/reports/* 2>/dev/null && exit 1; exit 0"
	fi
	unset ASAN_OPTIONS UBSAN_OPTIONS
	end
fi

if wanted clang; then
	begin clang
	check 'clang builds without a warning' build clang clang --buildtype=debugoptimized --werror
	for s in include/*/*.h; do
		check "$s stands alone in C" clang -fsyntax-only -Wall -Wextra -Werror -std=c99 -x c "$s"
		check "$s stands alone in C++" \
			clang -fsyntax-only -Wall -Wextra -Werror -std=c++11 -x c++ "$s"
	done
	end
fi

if wanted static; then
	begin static
	static_checks
	end
fi

begin machine
check 'the machine is as it was' same_machine
end

printf '%d passed, %d failed%s\n' "$passed" "$failed" \
	"$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ]
