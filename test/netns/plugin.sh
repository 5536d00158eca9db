# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# Calling the plugin as a runtime does, on links of the sandbox. Source it after tap.sh and
# t_in_sandbox.

PLUGIN=$BUILD_ROOT/cni/dpdk-cni
CNI_BIN=/usr/lib/cni
OUT= ERR= RC=

# A pair of veth: the NIC $1, and its far end $2 (far-$1), up, in the root of the sandbox. The
# NIC gets a value of its own in everything that must come back.
make_nic() { # NAME [FAR]
	local far=${2:-far-$1}

	ip link add "$1" mtu 1450 txqueuelen 77 type veth peer name "$far"
	ip link set "$far" up
	ip link set "$1" address "$(printf '02:aa:%02x:%02x:%02x:01' $((RANDOM % 256)) $((RANDOM % 256)) $((RANDOM % 256)))"
	ip link set "$1" alias "the NIC $1" group 5 promisc on
	ip link property add dev "$1" altname "other-$1" altname "a-name-that-is-long-$1"
}

# The word of the node's owner. A kubelet's pod gets links like these only by it.
policy() { # JSON
	mkdir -p /etc/dpdk-cni
	echo "$1" >/etc/dpdk-cni/policy.json
	chmod 644 /etc/dpdk-cni/policy.json
}

make_pod() { # NAME
	ip netns add "$1"
	ip -n "$1" link set lo up
}

# Everything of the sandbox's root that must be as before: links with all that iproute2 knows of
# them, the plugin's state, leases. Not the operational state, which follows a moment later, and
# no addresses.
snapshot() {
	ip -d -j link show | jq -S '[.[] | del(.operstate) | .flags -= ["NO-CARRIER"] | if .altnames then .altnames |= sort else . end] | sort_by(.ifname)'
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
	[ ! -d /var/lib/cni ] || (cd /var/lib/cni && find . -type f ! -name lock ! -name 'last_reserved*' | sort)
}

# The links of a pod, without what the kernel changes by itself.
pod_links() { # POD
	ip -n "$1" -o link show | sed -E 's/^[0-9]+: ([^:@]*).*/"\1"/' | sort | paste -sd , | sed 's/.*/[&]/'
}

# One call: OUT is stdout, ERR stderr, RC the exit status. CONTAINER, POD, IFNAME, ARGS say for
# whom.
CONTAINER=c1 POD=pod IFNAME=net1 ARGS=
cni() { # VERB CONFIGURATION
	t_tmpdir
	RC=0
	OUT=$(CNI_COMMAND=$1 CNI_CONTAINERID=$CONTAINER CNI_NETNS=${NETNS-/run/netns/$POD} \
		CNI_IFNAME=$IFNAME CNI_ARGS=$ARGS CNI_PATH=${PLUGINS-$CNI_BIN} \
		"$PLUGIN" <<<"$2" 2>"$T_TMP/stderr") || RC=$?
	ERR=$(<"$T_TMP/stderr")
}

# strace, under which a sanitizer's leak check cannot run.
straced() { # STRACE-ARGUMENTS...
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -qqq "$@"
}

# A program that runs the plugin like that, for callers who call $PLUGIN.
straced_plugin() { # FILE STRACE-ARGUMENTS...
	local file=$1

	shift
	{
		declare -f straced
		printf 'straced%s %q "$@"\n' "$(printf ' %q' "$@")" "$PLUGIN"
	} >"$file"
	sed -i '1i #!/usr/bin/env bash' "$file"
	chmod +x "$file"
}

# ADD that must work, DEL that must work.
t_add() { # NAME CONFIGURATION
	cni ADD "$2"
	if [ "$RC" -eq 0 ]; then t_ok "$1"; else t_fail "$1" "$OUT" "$ERR"; fi
}
t_del() { # NAME CONFIGURATION
	cni DEL "$2"
	if [ "$RC" -eq 0 ]; then t_ok "$1"; else t_fail "$1" "$OUT" "$ERR"; fi
}

# The next pod, "other", can use nic0 of $CONF.
t_next_pod_works() { # NAME
	CONTAINER=c2 POD=other t_add "$1: ADD of the next pod" "$CONF"
	ip -n other addr add 10.55.0.1/24 dev net1
	ip addr add 10.55.0.2/24 dev far-nic0
	t_run "$1: whose frames go through" ip netns exec other ping -c 1 -W 5 10.55.0.2
	ip addr flush dev far-nic0
	CONTAINER=c2 POD=other t_del "$1: DEL of that" "$CONF"
}

# A refusal with this code, whose message matches; and not a thing has changed. Needs BEFORE.
t_refused() { # NAME VERB CONFIGURATION CODE REGEX
	cni "$2" "$3"
	if [ "$RC" -eq 0 ]; then
		t_fail "$1" "it was done: $OUT"
		return
	fi
	t_is "$1: code" "$(jq -r .code <<<"$OUT" 2>&1)" "$4"
	t_like "$1: message" "$(jq -r '.msg + " | " + (.details // "")' <<<"$OUT" 2>&1)" "$5"
	t_is "$1: the host is as before" "$(snapshot)" "$BEFORE"
	t_is "$1: the pod is as before" "$(pod_links "$POD" 2>&1)" "${POD_BEFORE-$(pod_links "$POD" 2>&1)}"
}

conf() { # JQ-EXPRESSION to merge
	jq -nc "{cniVersion: \"1.0.0\", name: \"net\", type: \"dpdk-cni\", device: \"nic0\"} + ($1)"
}
