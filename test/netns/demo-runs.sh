#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The demo shows what it promises, fails where a part of it fails, and leaves the machine alone in
# either case. No t_in_sandbox: it makes its own, and what it does outside of it is the question.
. "$(dirname "$0")/../tap.sh"
[ "$(id -u)" -eq 0 ] || t_skip_all 'needs root'
unshare -mn true 2>/dev/null || t_skip_all 'may not make namespaces'
t_tmpdir

DEMO=$SOURCE_ROOT/test/demo.sh
# What libxdp leaves behind in every program that uses it is not the forwarder's.
echo 'leak:xsk_umem__create' >"$T_TMP/lsan"
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$T_TMP/lsan:print_suppressions=0"
mkdir "$T_TMP/tmp"
export TMPDIR=$T_TMP/tmp

machine() {
	local file

	for file in /sys/kernel/mm/hugepages/*/nr_hugepages /sys/devices/system/node/node*/hugepages/*/nr_hugepages; do
		[ -e "$file" ] && echo "$file $(<"$file")"
	done
	ip -o link show | awk '{ print "link", $2 }'
	awk '{ print "mount", $2, $3 }' /proc/self/mounts
	find /run/dpdk-cni /run/dpdk-pod /run/dpdk /run/netns /var/lib/cni /dev/hugepages 2>/dev/null | sort
	find /sys/fs/cgroup -maxdepth 3 -name 'dpdk-cni-demo*'
	find "$TMPDIR" -mindepth 1
	find /proc/[0-9]*/exe -lname "$T_TMP/*" 2>/dev/null
}
BEFORE=$(machine)

# A build whose parts are the real ones, but for those that a check replaces.
broken_build() {
	rm -rf "$T_TMP/build"
	mkdir -p "$T_TMP"/build/{cni,dataplane/{l2fwd,pod}}
	ln -s "$BUILD_ROOT/cni/dpdk-cni" "$T_TMP/build/cni/dpdk-cni"
	ln -s "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" "$T_TMP/build/dataplane/l2fwd/dpdk-pod-l2fwd"
	ln -s "$BUILD_ROOT/dataplane/pod/dpdk-pod" "$T_TMP/build/dataplane/pod/dpdk-pod"
}

replace() { # PART: a script on stdin
	rm "$T_TMP/build/$1"
	{
		echo '#!/bin/bash'
		cat
	} >"$T_TMP/build/$1"
	chmod 755 "$T_TMP/build/$1"
}

t_demo_fails() { # NAME REGEX
	t_call_ timeout 60 "$DEMO" --no-install --build "$T_TMP/build"
	t_is "$1: exit status" "$t_rc" 1
	t_like "$1: says so" "$T_OUT" "FAILED +$2"
	t_is "$1: the machine is as before" "$(machine)" "$BEFORE"
}

t_run 'the demo' timeout 90 "$DEMO" --no-install --build "$BUILD_ROOT"
DONE=$T_OUT
t_is 'the machine is as before' "$(machine)" "$BEFORE"
while IFS='|' read -r name regex; do
	t_like "it shows $name" "$DONE" "$regex"
done <<'PARTS'
the call|CNI_COMMAND=ADD CNI_CONTAINERID=[^ ]+ CNI_NETNS=[^ ]+ CNI_IFNAME=net1
the configuration|"type": "dpdk-cni"
static addresses|"type": "static"
addresses from a range|"type": "host-local"
a result|"interfaces": \[
the attachments|demo/forwarder +ADDED +alive
the pod file|"pod": \{"namespace": "demo"
EAL arguments|--vdev net_af_packet0,iface=net1
their reasons|interface net1, a kernel device
the forwarder|port 0: net1 .* -> port 1
the ping|5 packets transmitted, 5 received, 0% packet loss
the frames|80000 frames, .*each arrived once, in order
the statistics|0 net1 +up +4[0-9]+
equal counters|ok +they agree
the end of the attachments|no attachments
an equal host|ok +the host is as before
an equal machine|ok +and the machine
PARTS
t_unlike 'it writes no colours but to a terminal' "$DONE" $'\e'

broken_build
replace cni/dpdk-cni <<'X'
cat >/dev/null
echo '{"code": 999, "msg": "out of order"}'
exit 1
X
t_demo_fails 'a plugin that fails' 'ADD of net1: .*out of order'

broken_build
replace cni/dpdk-cni <<X
[ "\${CNI_COMMAND:-}" != DEL ] || exit 0
exec "$BUILD_ROOT/cni/dpdk-cni" "\$@"
X
t_demo_fails 'a plugin that does not undo' 'the host is not as before'

broken_build
replace dataplane/l2fwd/dpdk-pod-l2fwd <<'X'
echo 'no ports today' >&2
exit 1
X
t_demo_fails 'a forwarder that does not start' 'dpdk-pod-l2fwd ended at its start.*no ports today'

broken_build
replace dataplane/l2fwd/dpdk-pod-l2fwd <<X
exec "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" --no-mac-updating "\$@"
X
t_demo_fails 'frames that arrive changed' 'a frame was lost or changed'

broken_build
replace dataplane/l2fwd/dpdk-pod-l2fwd <<X
"$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd" "\$@" | sed '/ net1 /s/\\(up *\\)[0-9]*/\\13/' &
trap 'kill -TERM -- \$(pgrep -P \$\$)' TERM
wait; wait
X
t_demo_fails 'a forwarder that counts wrong' 'clients and forwarder count differently'

# Told to end in the midst of it.
for signal in INT TERM; do
	set -m
	"$DEMO" --no-install --build "$BUILD_ROOT" >"$T_TMP/stopped" 2>&1 &
	demo=$!
	set +m
	t_run "SIG$signal: the pod runs by now" t_wait 30 grep -q '5/7' "$T_TMP/stopped"
	kill -"$signal" "$demo"
	rc=0
	wait "$demo" || rc=$?
	t_is "SIG$signal: exit status" "$rc" $((128 + $(kill -l "$signal")))
	t_is "SIG$signal: the machine is as before" "$(machine)" "$BEFORE"
done

t_run '--help' "$DEMO" --help
t_like 'it tells the options' "$T_OUT" '--no-install.*--build DIR'
t_run_fails 'an option that is none' "$DEMO" --nonsense
t_is 'is wrong usage' "$t_rc" 2
t_done
