# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The suite static of all.sh, which sources this file: linters, and the rules of the house that a
# search can hold the source to. From the top of the tree.

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
	! grep -nE "$regex" "$@" /dev/null | grep -vE "^($allowed):"
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

	for f in test/{fuzz,netns,doctor/*,crash,runtime,distro,sriov,unit/*}/*.sh; do
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
	for f in test/kubernetes/scenario/*.sh; do
		[ -e "$f" ] || continue
		grep -E '^SUITE(_2)?=' test/kubernetes/run.sh | grep -qE "[( ]$(basename "$f" .sh)[ )]" || {
			echo "$f is in no SUITE of run.sh"
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
		cni/*) area=(-Icni/{host,kubelet,wire,state,steps,verbs,doctor}) ;;
		dataplane/pod/*) area=(-Idataplane/{pod,live,lib}) ;;
		dataplane/*) area=(-I"$(dirname "$f")" -Idataplane/lib) ;;
		esac
		# shellcheck disable=SC2086 # several flags
		gcc -fsyntax-only -D_GNU_SOURCE -Wall -Wno-unused "${area[@]}" -Idataplane/{base,machine} -Iinclude \
			$flags -x c "$f" || bad=1
	done
	return $bad
}

# A header, or a struct, of which there are two: who reads its name looks into the wrong one.
names_mean_one_thing() {
	! {
		c_files cni dataplane include test | grep '\.h$' | sed 's|.*/||' | sort | uniq -d |
			sed 's/^/two headers: /'
		c_files cni dataplane include | xargs sed -n 's/^struct \([a-z0-9_]*\) {$/\1/p' | sort | uniq -d |
			sed 's/^/two structs: /'
	} | grep .
}

# Debian 12's release decides: others break some lines elsewhere.
formatted() {
	local f

	mapfile -t f < <(c_files cni dataplane include test)
	clang-format-14 --dry-run -Werror "${f[@]}"
}

static_checks() {
	local product s plugin layers

	mapfile -t product < <(c_files cni dataplane include)
	mapfile -t plugin < <(c_files cni)
	mapfile -t layers < <(c_files cni dataplane/base dataplane/machine dataplane/lib)
	mapfile -t s < <(scripts)

	# SC2317: what a script hands to t_run looks unreachable. SC2016: scripts within scripts, in
	# single quotes. SC1007, SC2015: "a= b=" and "a && b || c" are meant. SC2119, SC2120: so are
	# arguments that may be left out.
	check 'shellcheck has nothing to say' shellcheck -x -P SCRIPTDIR \
		-e SC2317,SC2016,SC1007,SC2015,SC2119,SC2120 "${s[@]}"
	check 'codespell has nothing to say' codespell -q 35 --skip '*.sum' --ignore-words-list=inout,ser,numer,te,nd,devic \
		cni dataplane include test conf docs .ci README.md
	! command -v clang-format-14 >/dev/null || check 'clang-format has nothing to say' formatted
	check 'every file says its licence' all_have_licence
	check 'every test script is run' all_scripts_run

	# wrongPrintfScanfArgNum: it does not see that DPDK's macro is six arguments; gcc does, and checks.
	check 'cppcheck has nothing to say' cppcheck --quiet --error-exitcode=1 --std=c11 -j "$(nproc)" \
		--enable=warning,performance,portability --inline-suppr \
		--suppress=wrongPrintfScanfArgNum \
		-Idataplane/base -Idataplane/machine -Iinclude cni dataplane
	check 'every header stands alone' headers_stand_alone
	check 'a name of a header or a struct is one thing' names_mean_one_thing

	# They hide a shell, an overflow, an error or a lock.
	check 'no unsafe function' never \
		'(^|[^_[:alnum:]])(system|popen|strcpy|stpcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|mktemp|tmpnam)\(' \
		'' "${product[@]}"
	check 'sysfs and procfs are known in machine and host only' never '"/(sys|proc)' \
		'dataplane/machine/[a-z_]*\.[ch]|dataplane/base/file\.c|cni/host/[a-z_]*\.c' \
		"${product[@]}"
	# dataplane/machine/pci.h says why.
	check 'no attribute is read that waits for the device' never \
		'"([^" ]*/)?(sriov_(numvfs|vf_total_msix)|uevent|waiting_for_supplier|state_synced)"' '' "${product[@]}"
	check 'driver_override is for who has asked first' never '"([^" ]*/)?driver_override"' \
		'cni/host/bind\.c' "${product[@]}"
	check 'drivers are told apart in one table only' never \
		'(str[a-z]*(cmp|str)|fnmatch)\(.*"[^"]*(vfio[-_]pci|igb_uio|uio_pci|pci-?stub|pciback|pcieport|mlx[45])' \
		'dataplane/machine/driver\.c' "${product[@]}"
	check 'jansson is seen by the codec only' never '<jansson\.h>' dataplane/base/codec_internal.h \
		"${product[@]}"
	check "the codec's inside is seen by the codec only" never '"codec_internal\.h"' \
		'dataplane/base/codec[a-z_]*\.c' "${product[@]}"
	check 'the plugin takes no DPDK, libnuma or libdpdkpod' never \
		'^ *# *include *[<"](rte_|numa|dpdkpod/)' '' "${plugin[@]}"
	check 'stdout is for main' never \
		'(^|[^_[:alnum:]])(printf|puts|putchar)\(|[ ,(]stdout\)|STDOUT_FILENO' cni/main.c \
		"${layers[@]}"
	check 'only main exits' never '(^|[^_[:alnum:]])exit\(' cni/main.c "${layers[@]}"
}
