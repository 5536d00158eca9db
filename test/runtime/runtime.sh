# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# Container engines in the sandbox: an image made here, a directory of plugins with ours behind
# the recording shim, a containerd of its own. Source it after tap.sh and t_in_sandbox.
. "$(dirname "${BASH_SOURCE[0]}")/../netns/plugin.sh"
# shellcheck source=../image.sh
. "$(dirname "${BASH_SOURCE[0]}")/../image.sh"
# shellcheck source=../containerd.sh
. "$(dirname "${BASH_SOURCE[0]}")/../containerd.sh"
: "${SOURCE_ROOT:?}" "${BUILD_ROOT:?}" "${CNI_BIN:?}"

RUNTIME_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IMAGE=localhost/dpdk-cni-test:1
t_tmpdir
BIN=$T_TMP/bin
RECORD=$T_TMP/record
CALLS=$RECORD/calls
CTRD_PID=
CONFS=$T_TMP/net.d
export TMPDIR=$T_TMP
# podman has its locks there: they are the machine's.
mount -n -t tmpfs tmpfs /dev/shm
# Every container's cgroup goes below one that is this script's own.
CGROUP=dpdk-cni-test-${T_TMP##*.}

# Plugins: the reference ones, and ours behind the shim.
mkdir -p "$BIN" "$RECORD" "$CONFS"
cp -a "$CNI_BIN/." "$BIN/"
ln -s "$PLUGIN" "$RECORD/dpdk-cni"
sed "s|@RECORD@|$RECORD|" "$RUNTIME_DIR/record-shim.sh" >"$BIN/dpdk-cni"
chmod 755 "$BIN/dpdk-cni"
: >"$CALLS"

# Engines look in these without being told to.
hide_bin_dirs() {
	local dir

	for dir in /usr/lib/cni /usr/libexec/cni /usr/local/lib/cni /usr/local/libexec/cni /opt/cni/bin; do
		[ ! -d "$dir" ] || mount --bind "$BIN" "$dir" || return
	done
	mkdir -p /etc/cni/net.d && mount --bind "$CONFS" /etc/cni/net.d
}

# Cgroups are the only thing that would outlive the sandbox.
cgroups_gone() {
	local i list

	for ((i = 0; i < 50; i++)); do
		list=$(find /sys/fs/cgroup -type d -name "$CGROUP*" 2>/dev/null)
		[ -n "$list" ] || return 0
		# shellcheck disable=SC2086 # a list; no path of cgroups of ours has a space
		find $list -depth -type d -exec rmdir {} + 2>/dev/null
		sleep 0.1
	done
	return 1
}

# However the script ends.
engines_gone() {
	local mark=".*/$CGROUP.*/cgroup.procs"

	[ -z "$CTRD_PID" ] || kill "$CTRD_PID" 2>/dev/null
	find /sys/fs/cgroup -regex "$mark" -exec cat {} + 2>/dev/null | sort -u | xargs -r kill -9 2>/dev/null
	awk -v top="$T_TMP/" 'index($2, top) == 1 { print $2 }' /proc/self/mounts | tac | xargs -r umount -nl
	cgroups_gone
}
t_cleanup engines_gone

# A busybox that sleeps.
make_image() { # FILE
	image_busybox "$T_TMP/image" && image_tar "$T_TMP/image" "$IMAGE" '{Cmd: ["/bin/sleep", "100000"]}' "$1" &&
		rm -rf "$T_TMP/image"
}

# ---------------------------------------------------------------- containerd

SOCKET=$T_TMP/containerd.sock
# Debian's grpc is for Debian's python, which need not be the first in PATH.
PYTHON=/usr/bin/python3

start_containerd() {
	containerd_config "$T_TMP" "$SOCKET" "$IMAGE" "$BIN" "$CONFS" native >"$T_TMP/containerd.toml"
	containerd -c "$T_TMP/containerd.toml" >>"$T_TMP/containerd.log" 2>&1 &
	CTRD_PID=$!
	t_wait 30 ctr_ version
}

ctr_() {
	ctr -a "$SOCKET" "$@"
}

# One CRI call: OUT is the answer, ERR the refusal, RC the exit status.
cri() { # METHOD [JQ-EXPRESSION]
	RC=0
	OUT=$("$PYTHON" "$RUNTIME_DIR/cri.py" "$SOCKET" "$1" "$(jq -nc "${2:-{\}}")" 2>"$T_TMP/stderr") || RC=$?
	ERR=$(<"$T_TMP/stderr")
}

t_cri() { # NAME METHOD [JQ-EXPRESSION]
	cri "$2" "${3-}"
	if [ "$RC" -eq 0 ]; then t_ok "$1"; else t_fail "$1" "$ERR" "$(tail -n 20 "$T_TMP/containerd.log")"; fi
}

# containerd notices a new network in its own time.
has_network() {
	cri Status '{verbose: true}'
	jq -e --slurpfile want "$CONFS/10-net.conflist" '.info.cniconfig | fromjson
		| [.Networks[].Config.Source | select(. != null) | fromjson] | index($want)' <<<"$OUT"
}

# ---------------------------------------------------------------- what was called

# The calls since the last look, in CALLED, as one JSON array. With VECTORS=DIR in the environment
# they become the vector NAME there: how the committed ones were made.
looked=0
take_calls() { # [NAME]
	CALLED=$(tail -n +$((looked + 1)) "$CALLS" | jq -sc .)
	looked=$(wc -l <"$CALLS")
	[ -z "${VECTORS-}" ] || [ -z "${1-}" ] || jq --tab --arg client "${CLIENT?}" \
		-f "$RUNTIME_DIR/vector.jq" <<<"$CALLED" >"$VECTORS/$1.json"
}

# Who called what how, one line a call: verb, interface, whether there was a namespace and a
# prevResult, exit status.
t_called() { # NAME WANT
	t_is "$1" "$(jq -r '.[] | [.env.CNI_COMMAND, .env.CNI_IFNAME,
		(if (.env.CNI_NETNS // "") != "" then "netns" else "-" end),
		(if .stdin.prevResult then "prevResult" else "-" end),
		(if .exit == 0 then "ok" else .stdout.code end | tostring)] | join(" ")' <<<"$CALLED")" "$2"
}

# The one network that engines are to use; ours by default, with addresses from a file.
network() { # JQ-EXPRESSION to merge into the list
	jq -n "{cniVersion: \"1.0.0\", name: \"net\", plugins: [{type: \"dpdk-cni\", device: \"nic0\"} + $IPAM]} + ($1)" \
		>"$CONFS/10-net.conflist.new" && mv "$CONFS/10-net.conflist.new" "$CONFS/10-net.conflist"
}
IPAM='{ipam: {type: "host-local", ranges: [[{subnet: "10.6.0.0/24", rangeStart: "10.6.0.5"}]], routes: [{dst: "0.0.0.0/0"}]}}'
# host-local goes on after the last address it gave: from the first again.
first_address() {
	rm -f /var/lib/cni/networks/net/last_reserved_ip.*
}
leases() {
	find /var/lib/cni/networks -name '10.6.*' 2>/dev/null | wc -l
}
