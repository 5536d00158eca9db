#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The man pages say what the programs take, and nothing else: commands and options by --help, functions
# by what the library exports. A new command or option is red here until its page has it.
. "$(dirname "$0")/../../tap.sh"

man=$SOURCE_ROOT/docs/man
pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
l2fwd=$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd
cni=$BUILD_ROOT/cni/dpdk-cni
lib=$BUILD_ROOT/dataplane/lib/libdpdkpod.so

# Long options in a text, one per line.
options() {
	grep -oE -- '(^|[^[:alnum:]-])--[a-z][a-z0-9-]*' | grep -oE -- '--[a-z].*' | grep -vx -- --help | sort -u
}

# Those of a page, or of one subsection of it and of what that refers to.
documented() { # PAGE [SUBSECTION]
	awk -v want="${2-}" '
		/^\.S[hs] / { here = substr($0, 5) }
		want == "" || here == want {
			if (/^\.Sx Common options/) common = 1
			if (/^\.It Fl/ || /^\.Fl/ || /^\.Op Fl/) own = own "\n" $0
		}
		here == "Common options" && /^\.It Fl/ { shared = shared "\n" $0 }
		END { print own (common ? shared : "") }' "$1" |
	grep -oE '(Fl|\|) -[a-z][a-z0-9-]*' | sed 's/.* -/--/' | grep -vx -- --help | sort -u
}

commands() { # PROGRAM
	"$1" --help | sed -n 's/^  \([a-z]*\)  *[A-Z].*/\1/p' | sort
}

subsections() { # PAGE
	sed -n 's/^\.Ss //p' "$1" | sort
}

for page in "$man"/*.[0-9]; do
	name=$(basename "$page")
	if command -v mandoc >/dev/null; then
		t_is "$name: mandoc has nothing to say" "$(mandoc -T lint -W warning "$page" 2>&1)" ''
	else
		t_skip "$name: mandoc" 'it is not installed'
	fi
done

if [ -x "$pod" ]; then
	commands=$(commands "$pod")
	t_is 'dpdk-pod: its commands' "$(subsections "$man/dpdk-pod.1" | grep -vx 'Common options')" "$commands"
	for command in $commands; do
		t_is "dpdk-pod $command: its options" "$(documented "$man/dpdk-pod.1" "$command")" \
			"$("$pod" "$command" --help | options)"
	done
	t_is 'dpdk-pod-l2fwd: its options' "$(documented "$man/dpdk-pod-l2fwd.1")" "$("$l2fwd" --help | options)"
	exported=$(nm -D --defined-only "$lib" | sed -n 's/.* T \(dpdkpod_[a-z0-9_]*\).*/\1/p' | sort -u)
	t_is 'libdpdkpod: its functions' "$(grep -oE 'Fn dpdkpod_[a-z0-9_]*' "$man/libdpdkpod.3" | cut -c4- | sort -u)" \
		"$exported"
fi
if [ -x "$cni" ]; then
	commands=$(commands "$cni")
	t_is 'dpdk-cni: its sub-commands' "$(subsections "$man/dpdk-cni.8")" "$commands"
	for command in $commands; do
		t_is "dpdk-cni $command: its options" "$(documented "$man/dpdk-cni.8" "$command")" \
			"$("$cni" "$command" --help </dev/null | options)"
	done
fi
t_done
