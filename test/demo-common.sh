# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables are shared with the scripts that source this file
#
# For demo.sh and what it shows in the lab: how it speaks to its reader, calls the plugin, installs
# and builds. The script has $root (the sources), $work (a directory of its own) and, as they come,
# $build, $install and $plugins.

# ---------------------------------------------------------------- what the reader sees

bold='' blue='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
	bold=$'\e[1m' blue=$'\e[34m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

# The script says how many there are.
steps=0 step=0
step() { # TITLE
	step=$((step + 1))
	printf '\n%s%d/%d  %s%s\n\n' "$bold" "$step" "$steps" "$1" "$plain"
}

say() { # LINE...
	local line

	for line; do
		printf '%s\n' "${line:+  $line}"
	done
}

command_line() { # TEXT
	printf '  %s$ %s%s\n' "$blue" "$1" "$plain"
}

indent() {
	sed 's/^/    /; s/ *$//'
}

good() { # TEXT
	printf '  %sok%s  %s\n' "$green" "$plain" "$1"
}

# What went wrong and every log there is; the end. Not in a subshell: it would only end that.
fail() { # MESSAGE [DETAILS]
	local log

	printf '\n%sFAILED%s  %s\n' "$red" "$plain" "$1" >&2
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/    /' >&2
	for log in "$work"/*.log; do
		[ -s "$log" ] || continue
		printf '\n  %s, its last lines:\n' "$(basename "$log" .log)" >&2
		tail -n 40 "$log" | sed 's/^/    /' >&2
	done
	exit 1
}

# A command without which nothing after it makes sense.
must() { # CMD...
	local out

	out=$("$@" 2>&1) || fail "$*" "$out"
}

seconds() {
	local now=${EPOCHREALTIME/[.,]/}

	printf '%d.%d' $(((now - $1) / 1000000)) $(((now - $1) / 100000 % 10))
}

# ---------------------------------------------------------------- the plugin

# JSON for a person: what has no objects or lists in it is one line.
json() {
	jq -r '
		def flat: all(.[]; type != "object" and type != "array");
		def text: if type == "object" then
				"{" + (to_entries | map((.key | tojson) + ": " + (.value | text)) | join(", ")) + "}"
			elif type == "array" then "[" + (map(text) | join(", ")) + "]"
			else tojson end;
		def lines($in): if (type != "object" and type != "array") or flat then text
			elif type == "object" then "{\n" + (to_entries | map($in + "  " + (.key | tojson)
				+ ": " + (.value | lines($in + "  "))) | join(",\n")) + "\n" + $in + "}"
			else "[\n" + (map($in + "  " + lines($in + "  ")) | join(",\n")) + "\n" + $in + "]" end;
		lines("")'
}

# One call of the plugin, as a container runtime makes it. Its answer: $answer.
cni() { # VERB IFNAME CONFIGURATION
	local args='IgnoreUnknown=1;K8S_POD_NAMESPACE=demo;K8S_POD_NAME=forwarder' rc=0

	command_line "CNI_COMMAND=$1 CNI_CONTAINERID=demo-pod CNI_NETNS=/run/netns/pod CNI_IFNAME=$2 \\"
	say "  ${blue}CNI_ARGS='$args' \\$plain" \
		"  ${blue}CNI_PATH=$plugins dpdk-cni < configuration$plain"
	answer=$(CNI_COMMAND=$1 CNI_CONTAINERID=demo-pod CNI_NETNS=/run/netns/pod CNI_IFNAME=$2 \
		CNI_ARGS=$args CNI_PATH=$plugins "$build/cni/dpdk-cni" <<<"$3" 2>>"$work/dpdk-cni.log") || rc=$?
	[ "$rc" -eq 0 ] || fail "$1 of $2: dpdk-cni ended with status $rc" "$answer"
}

# The step that begins with what the host knows; what the pod is told follows.
show_list() {
	step 'What the host knows, and what the pod is told'
	command_line 'dpdk-cni list'
	"$build/cni/dpdk-cni" list 2>>"$work/dpdk-cni.log" | indent
	[ "${PIPESTATUS[0]}" -eq 0 ] || fail 'dpdk-cni list'
	say ''
}

# In the pod, by IN-POD..., in lines that a terminal shows whole.
show_explained() { # IN-POD...
	command_line 'dpdk-pod args --explain           # in the pod'
	("$@" args --explain) 2>"$work/dpdk-pod.log" | fold -s -w 92 | indent
	[ "${PIPESTATUS[0]}" -eq 0 ] || fail 'dpdk-pod args'
}

# ---------------------------------------------------------------- waiting

# Waits for a condition for so many tenths of a second.
wait_for() { # TENTHS CMD...
	local left=$(($1 * 5))

	shift
	until "$@"; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 0.02
	done
}

# ---------------------------------------------------------------- packages and build

demo_packages() { # [MORE-GROUPS...]
	local lacking began

	[ -n "$install" ] || return 0
	# shellcheck source=deps.sh
	. "$root/test/deps.sh"
	if lacking=$(deps_missing build run "$@" 2>/dev/null) && [ -z "$lacking" ]; then
		say 'packages   all there'
	else
		say "packages   installing $(wc -w <<<"$lacking") and what they need ..."
		began=${EPOCHREALTIME/[.,]/}
		deps_install build run "$@" >"$work/install.log" 2>&1 || fail 'the packages cannot be installed'
		say "           done in $(seconds "$began") s"
		rm "$work/install.log"
	fi
}

# Is there a build of all that is shown?
complete() {
	[ -x "$build/cni/dpdk-cni" ] && [ -x "$build/dataplane/l2fwd/dpdk-pod-l2fwd" ] &&
		[ -x "$build/dataplane/pod/dpdk-pod" ]
}

# What took its seconds is in $built_in.
demo_build() {
	local tool began

	built_in=
	[ -n "$build" ] || build=$work/build
	if complete; then
		say "build      the one in $build"
	else
		say 'build      compiling ...'
		began=${EPOCHREALTIME/[.,]/}
		for tool in meson ninja; do
			command -v "$tool" >/dev/null || fail "$tool is missing: leave out --no-install, or run test/deps.sh build"
		done
		{
			[ -e "$build/build.ninja" ] ||
				CC=gcc meson setup "$build" "$root" --buildtype=release -Dtests=false
		} >"$work/build.log" 2>&1 && ninja -C "$build" >>"$work/build.log" 2>&1 || fail 'the build fails'
		complete || fail "the build in $build is not one of all parts"
		built_in=$(seconds "$began")
		say "           done in $built_in s"
		rm "$work/build.log"
	fi
	build=$(cd "$build" && pwd) || exit
}
