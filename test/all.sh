#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: sudo test/all.sh [--quick] [--suite NAME]... [--no-install]
#
#	--quick        only the gcc build and its tests, without container engines
#	--suite NAME   only this one, and what it needs; may be repeated:
#	               gcc unit netns doctor crash runtime fuzz lab sanitize clang static
#	--no-install   use what is installed
#
# Builds, runs every test and says in its last line how many checks passed and failed; the exit
# status says it too. With CI=true (or MUST_WORK=1) a check that cannot run has failed. All that is
# left behind is the packages that were missing.
set -u
cd "$(dirname "$0")/.." || exit
root=$PWD
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
exec </dev/null

usage() {
	sed -n '/^# usage/,/^[^#]/s/^# \{0,1\}//p' test/all.sh
}

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
	-h | --help)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
	shift
done
for name in ${only[@]+"${only[@]}"}; do
	case $name in
	gcc | unit | netns | doctor | crash | runtime | fuzz | lab | sanitize | clang | static) ;;
	*)
		echo "all.sh: no such suite: $name" >&2
		usage >&2
		exit 2
		;;
	esac
done

[ "${CI:-}" != true ] || MUST_WORK=1
export MUST_WORK=${MUST_WORK:-}

wanted() { # SUITE
	local name

	if [ ${#only[@]} -eq 0 ]; then
		case $1 in runtime | sanitize | clang | static) [ -z "$quick" ] ;; esac
		return
	fi
	for name in "${only[@]}"; do
		[ "$name" != "$1" ] || return 0
	done
	return 1
}

# ---------------------------------------------------------------- counting
# A suite writes TAP to $work/<suite>.tap; all numbers come from there.

passed=0 failed=0 skipped=0 suite=

begin() { # SUITE
	suite=$1
	tap=$work/$suite.tap
	: >"$tap"
	began=$(date +%s%N)
}

# One check that is a command: its output counts only where it fails.
check() { # NAME CMD...
	local name=$1 rc=0 cmd

	shift
	cmd=$*
	"$@" >"$work/out" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		echo "ok - $name" >>"$tap"
		return 0
	fi
	{
		echo "not ok - $name"
		echo "# exit status $rc: ${cmd:0:200}"
		tail -n 100 "$work/out" | tr -d '\0' | sed 's/^/# /'
	} >>"$tap"
	return 1
}

# Says how it went: a line, what failed with its diagnostics, what was skipped with its reason.
end() {
	local p f s

	read -r p f s <<<"$(awk -v must="$MUST_WORK" '
		/^ok .*# SKIP/ { if (must == 1) f++; else s++; next }
		/^ok/ { p++ }
		/^not ok/ { f++ }
		END { print p + 0, f + 0, s + 0 }' "$tap")"
	[ $((p + f + s)) -gt 0 ] || {
		echo 'not ok - the suite checks something' >>"$tap"
		f=1
	}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%-10s %4d passed, %d failed%s  (%d s)\n' "$suite" "$p" "$f" \
		"$([ "$s" -eq 0 ] || echo ", $s skipped")" \
		$((($(date +%s%N) - began + 500000000) / 1000000000))
	awk -v must="$MUST_WORK" '
		/^ok .*# SKIP/ { print (must == 1 ? "  not ok, it must work" : "  skip") substr($0, 3); show = 0; next }
		/^ok/ { show = 0 }
		/^not ok/ { show = 1 }
		show || /^#!/ { print "  " $0 }' "$tap"
	suite=
}

# meson's log of a run, as TAP: each test's own lines under its name, and a failed check for a test
# that ended badly without saying so itself. What a failed test wrote to stderr follows as "#!".
log_to_tap() { # TESTLOG.JSON
	jq -rj '"=\t\(.name)\t\(.result)\t\(.returncode)\n",
		((.stdout // "") | split("\n")[] | "o\t\(.)\n"),
		((.stderr // "") | split("\n")[] | select(. != "") | "e\t\(.)\n")' "$1" |
		tr -d '\000\r' | awk '
		function flush_test(   i, from) {
			if (name == "")
				return
			if (n == 0 && !skip) {
				print "not ok - " name ": checks something"
				bad++
			}
			if (planned >= 0 && planned != n) {
				print "not ok - " name ": runs all of its " planned " checks, not " n
				bad++
			}
			if (planned < 0 && n) {
				print "not ok - " name ": says how many checks it has"
				bad++
			}
			if (result != "OK" && result != "SKIP" && !bad) {
				print "not ok - " name ": ends well"
				bad++
			}
			if (bad) {
				print "#! meson says " result ", exit status " status
				from = errs > 60 ? errs - 60 : 0
				for (i = from; i < errs; i++)
					print "#! " err[i]
			}
		}
		{ kind = $1; text = substr($0, 3) }
		kind == "=" {
			flush_test()
			split(text, f, "\t")
			name = f[1]; result = f[2]; status = f[3]
			sub(/^dpdk-cni:/, "", name)
			sub(/ \/ /, "/", name)
			n = bad = skip = errs = show = 0
			planned = -1
			next
		}
		kind == "e" { err[errs++] = text; next }
		text ~ /^1\.\.[0-9]+/ {
			planned = substr(text, 4) + 0
			if (text ~ /^1\.\.0 *# *SKIP/) {
				skip = 1
				sub(/^1\.\.0 *# *SKIP */, "", text)
				print "ok - " name " # SKIP " text
			}
			next
		}
		text ~ /^ok( |$)/ || text ~ /^not ok( |$)/ {
			n++
			verdict = text ~ /^ok/ ? "ok" : "not ok"
			show = verdict == "not ok"
			bad += show
			sub(/^(not )?ok *[0-9]* *-? */, "", text)
			print verdict " - " name ": " text
			next
		}
		text ~ /^Bail out!/ { print "not ok - " name ": " text; bad++; next }
		show && text ~ /^#/ { print text }
		END { flush_test() }'
}

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
	for f in dpdk-cni dpdk-pod dpdk-pod-l2fwd dpdkpod.h libdpdkpod.so libdpdkpod.pc pod.schema.json; do
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

has_suite() { # DIR MESON-SUITE
	meson introspect --tests "$work/$1" 2>/dev/null |
		jq -e --arg s "dpdk-cni:$2" 'any(.[]; .suite | index($s))' >/dev/null
}

# ---------------------------------------------------------------- static checks

c_files() { # DIR...
	find "$@" \( -name '*.c' -o -name '*.h' \) 2>/dev/null
}

scripts() {
	find test conf .ci -type f 2>/dev/null | while read -r f; do
		case $f in
		*.sh) echo "$f" ;;
		*) head -c 64 "$f" | head -n 1 | grep -qE '^#!.*[/ ](ba)?sh$' && echo "$f" ;;
		esac
	done
}

# No line of these files matches, but for the one file that may; prints those that do.
never() { # REGEX ALLOWED-FILE FILE...
	local regex=$1 allowed=$2

	shift 2
	! grep -nE "$regex" "$@" /dev/null | grep -v "^$allowed:"
}

all_have_licence() {
	local f missing=0

	while read -r f; do
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
			echo "$f"
			missing=1
		}
	done < <(
		c_files cni dataplane include test
		scripts
		find . \( -name meson.build -o -name '*.py' \) -not -path './build*'
	)
	return $missing
}

# A script that meson.build does not name would never run.
all_scripts_run() {
	local f missing=0

	for f in test/{netns,doctor/*,crash,runtime,sriov,unit/*}/*.sh; do
		[ -e "$f" ] || continue
		# What is only sourced has no end.
		grep -q '^t_done' "$f" || continue
		grep -qE "'$(basename "$f" .sh)(\.sh)?'" "$(dirname "$f")/meson.build" || {
			echo "$f is in no meson.build"
			missing=1
		}
	done
	for f in test/sriov/guest/*.sh; do
		grep -q '^t_done' "$f" || continue
		grep '^SUITE=' test/sriov/run.sh | grep -qE "[( ]$(basename "$f" .sh)[ )]" || {
			echo "$f is not in SUITE of run.sh"
			missing=1
		}
	done
	return $missing
}

# A header needs nothing included before it.
headers_stand_alone() {
	local f flags bad=0

	flags=$(pkg-config --cflags libnl-3.0 libdpdk jansson) || return
	for f in $(c_files cni dataplane include | grep '\.h$'); do
		local area=()

		case $f in
		cni/*) area=(-Icni/{host,wire,state,steps,verbs,doctor}) ;;
		dataplane/*) area=(-I"$(dirname "$f")" -Idataplane/lib) ;;
		esac
		# shellcheck disable=SC2086 # several flags
		gcc -fsyntax-only -D_GNU_SOURCE -Wall -Wno-unused "${area[@]}" -Idataplane/base -Iinclude \
			$flags -x c "$f" || bad=1
	done
	return $bad
}

static_checks() {
	local product s plugin layers

	mapfile -t product < <(c_files cni dataplane include)
	mapfile -t plugin < <(c_files cni)
	mapfile -t layers < <(c_files cni dataplane/base dataplane/lib)
	mapfile -t s < <(scripts)

	# SC2317: what a script hands to t_run looks unreachable. SC2016: scripts within scripts, in
	# single quotes. SC1007, SC2015: "a= b=" and "a && b || c" are meant. SC2119, SC2120: so are
	# arguments that may be left out.
	check 'shellcheck has nothing to say' shellcheck -x -P SCRIPTDIR \
		-e SC2317,SC2016,SC1007,SC2015,SC2119,SC2120 "${s[@]}"
	check 'codespell has nothing to say' codespell -q 35 --ignore-words-list=inout,ser,numer,te \
		cni dataplane include test conf docs .ci README.md
	check 'every file says its licence' all_have_licence
	check 'every test script is run' all_scripts_run

	# wrongPrintfScanfArgNum: it does not see that DPDK's macro is six arguments; gcc does, and checks.
	check 'cppcheck has nothing to say' cppcheck --quiet --error-exitcode=1 --std=c11 -j "$(nproc)" \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=wrongPrintfScanfArgNum \
		-Idataplane/base -Iinclude cni dataplane
	check 'every header stands alone' headers_stand_alone

	# They hide a shell, an overflow, an error or a lock.
	check 'no unsafe function' never \
		'(^|[^_[:alnum:]])(system|popen|strcpy|stpcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|mktemp|tmpnam)\(' \
		'' "${product[@]}"
	check 'the plugin knows sysfs in its host layer only' never '"/sys' 'cni/host/[a-z]*\.c' "${plugin[@]}"
	check 'jansson is seen by the codec only' never '<jansson\.h>' dataplane/base/codec.c \
		"${product[@]}"
	check 'the plugin takes no DPDK, libnuma or libdpdkpod' never \
		'^ *# *include *[<"](rte_|numa|dpdkpod/)' '' "${plugin[@]}"
	check 'stdout is for main' never \
		'(^|[^_[:alnum:]])(printf|puts|putchar)\(|[ ,(]stdout\)|STDOUT_FILENO' cni/main.c \
		"${layers[@]}"
	check 'only main exits' never '(^|[^_[:alnum:]])exit\(' cni/main.c "${layers[@]}"
}

# ---------------------------------------------------------------- the run

work=
finish() {
	local rc=$?

	trap '' INT TERM HUP
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
	! wanted runtime || groups+=(runtime)
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

begin gcc
built=1
if build_checked 'gcc, release,' gcc gcc --buildtype=release --prefix=/usr; then
	check 'it installs' installs
else
	built=
fi
end

if [ -n "$built" ]; then
	for s in unit netns doctor crash runtime fuzz lab; do
		if wanted "$s" && has_suite gcc "$s"; then
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
