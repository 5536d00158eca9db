#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# dpdk-pod ready, asked about real DPDK programs as they start, lose link, stop and die; and about
# things that only pretend to be one.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
t_tmpdir
PLAIN=$BUILD_ROOT/dataplane/pod/dpdk-pod
POD=$(t_pod "$PLAIN")
TESTPMD=$(t_pod dpdk-testpmd)
L2FWD=$(t_pod "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd")
FAKE=$(dirname "$0")/ready-fake.py
SOCKET=/run/dpdk/rte/dpdk_telemetry.v2
mapfile -t CPUS < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
# EAL on as many CPUs as there are, up to two: the main lcore on the first, a worker on the other.
LCORES=(--lcores "0@${CPUS[0]},1@${CPUS[1]:-${CPUS[0]}}")

t_no_ipv6
for i in 0 1; do
	t_need "link $i" ip link add "w$i" type veth peer name "v$i"
	ip link set "v$i" up
	ip link set "w$i" up
done

# Starts testpmd, which is ready when "ready" says so of its PID.
pid='' n=0
testpmd() { # EAL-ARGUMENTS...
	n=$((n + 1))
	"$TESTPMD" "${LCORES[@]}" --no-pci --no-huge -m 64 "$@" -- --auto-start \
		--total-num-mbufs=2048 --stats-period 1000 >"$T_TMP/testpmd.$n" 2>&1 &
	pid=$!
	t_cleanup "kill -9 $pid 2>/dev/null || true"
}
ready() { timeout 20 "$POD" ready "$@"; }
up() { # READY-OPTIONS...
	t_wait 20 ready "$@"
}
# The kernel tells the near end a moment later.
far_down() { # NEAR FAR
	ip link set "$2" down
	t_need "link $1 is down" t_wait 10 grep -qx lowerlayerdown "/sys/class/net/$1/operstate"
}
stop() { # PID...
	kill -9 "$@"
	wait "$@" 2>/dev/null || true
}
t_not() { # NAME REGEX OPTIONS...
	local name=$1 regex=$2

	shift 2
	t_run_fails "$name: not ready" ready "$@"
	t_is "$name: exit status" "$t_rc" 1
	t_like "$name: says why" "$T_OUT" "$regex"
}

# ------------------------------------------------------------------ one program, all its life

t_not 'nothing runs' '^not ready: no DPDK program runs here \(looked in /var/run/dpdk\)'
t_like 'nothing runs: remedy' "$T_OUT" '  remedy: '

testpmd --vdev net_null0 --vdev net_pcap0,phy_mac=1,iface=w0
t_run 'it becomes ready' up
t_run 'ready' ready
t_is 'ready: says which ports' "$T_OUT" \
	"ready: dpdk-testpmd (PID $pid): port 0 (net_null0) up, port 1 (net_pcap0 on w0) up"
t_run 'as JSON' ready --json
t_json 'as JSON: all there is' "$T_OUT" \
	'[.ready, (.programs | length), .programs[0].pid, .programs[0].ready, .programs[0].socket, (.programs[0].ports[1] | .port, .name, .interface, .link, .started)]' \
	"[true,1,$pid,true,\"/var$SOCKET\",1,\"net_pcap0\",\"w0\",\"up\",1]"
t_like 'as JSON: the version' "$(jq -r '.programs[0].version' <<<"$T_OUT")" '^DPDK 2[0-9]\.'
t_run 'with all ports named' ready --port 0 --port net_pcap0 --port w0 --min-ports 2 --pid "$pid" --file-prefix rte
t_not 'a port too few' 'it has 2 ports, not 3' --min-ports 3
t_not 'a port that is not there' 'it has no port 2' --port 0 --port 2
t_not 'another file prefix' "dpdk-testpmd \(PID $pid\) runs, but has no telemetry socket .* with file prefix other" \
	--file-prefix other

far_down w0 v0
t_not 'link down' "dpdk-testpmd \(PID $pid\): port 1 \(net_pcap0 on w0\): the link is down"
t_run_fails 'link down, as JSON' ready --json
t_json 'link down, as JSON' "$T_OUT" '[.ready, .programs[0].ready, [.programs[0].ports[].link], (.reason | contains("link is down")), (.remedy | length > 0)]' \
	'[false,false,["up","down"],true,true]'
t_run 'link down: the others count' ready --port net_null0
t_run 'link down: no link is asked for' ready --no-link
ip link set v0 up
t_run 'the link is back' up

# Stopped: the kernel still takes connections for it. Meanwhile this probe is off its worker's CPU.
kill -STOP "$pid"
"$POD" ready --timeout 20 >"$T_TMP/stopped" 2>&1 &
probe=$!
# shellcheck disable=SC2317 # called by t_wait
aside() { [ "$(taskset -cp "$probe" | sed 's/.*: //')" = "$1" ]; }
if [ ${#CPUS[@]} -ge 2 ]; then
	rest=$(python3 -c "
import os
os.sched_setaffinity(0, set(map(int, '${CPUS[*]}'.split())) - {${CPUS[1]}})
os.execvp('taskset', ['taskset', '-cp', str(os.getpid())])" | sed 's/.*: //')
	t_run 'the probe leaves the CPU of the worker' t_wait 10 aside "$rest"
else
	t_skip 'the probe leaves the CPU of the worker' 'one CPU'
fi
t_not 'a stopped program' "PID $pid\): .*no answer in time" --timeout 0.2
for _ in 1 2 3; do
	ready --timeout 0.05 >/dev/null || :
done
t_not 'a stopped program with many waiting' 'nobody takes the connection in time' --timeout 0.05
kill -CONT "$pid"
rc=0
wait $probe || rc=$?
t_is 'it goes on: the probe that waited is answered' "$rc $(<"$T_TMP/stopped")" \
	"0 ready: dpdk-testpmd (PID $pid): port 0 (net_null0) up, port 1 (net_pcap0 on w0) up"

ip link del v0
t_not 'an interface that is gone' 'net_pcap0 on w0\): the interface is gone'
t_not 'an interface that is gone: that is more than no link' 'the interface is gone' --no-link

stop "$pid"
t_need 'it left its socket' test -S $SOCKET
t_not 'killed' "the DPDK program is dead: it left /var$SOCKET behind"
testpmd --file-prefix next --vdev net_null0
t_run 'the next one is ready, whatever the dead one left' up
stop "$pid"
rm -rf /run/dpdk

# ------------------------------------------------------------------ several

testpmd --file-prefix a --vdev net_null0
a=$pid
testpmd --file-prefix b --vdev net_pcap0,phy_mac=1,iface=w1
b=$pid
t_run 'two programs: one' up --file-prefix a
t_run 'two programs: the other' up --pid "$b"
t_run 'two programs: both' ready
t_is 'two programs: a line each' "$(sed 's/).*//; s/: .*(/ /' <<<"$T_OUT" | sort)" \
	"$(printf 'ready PID %s\n' "$a" "$b" | sort)"
far_down w1 v1
t_not 'one of two lost its link' "not ready: dpdk-testpmd \(PID $b\): .* link is down"
t_like 'one of two lost its link: the other is named as ready' "$T_OUT" "(^|
)ready: dpdk-testpmd \(PID $a\)"
t_run 'one of two lost its link: the other alone, by prefix' ready --file-prefix a
t_run 'one of two lost its link: the other alone, by PID' ready --pid "$a"
t_not 'one of two lost its link: by PID' 'link is down' --pid "$b"
ip link set v1 up
stop "$a" "$b"
rm -rf /run/dpdk

# Programs that share nothing share the directory: dpdk_telemetry.v2 and dpdk_telemetry.v2:1.
testpmd --no-shconf --vdev net_null0
a=$pid
t_run 'without shared files' up
testpmd --no-shconf --vdev net_null0
b=$pid
t_run 'two in one directory' up --pid "$b"
t_run 'two in one directory: both' ready --json
t_json 'two in one directory: by sockets of their own' "$T_OUT" '[.programs[].socket | sub(".*/"; "")]' \
	'["dpdk_telemetry.v2","dpdk_telemetry.v2:1"]'
stop "$a" "$b"
rm -rf /run/dpdk

# ------------------------------------------------------------------ where they are

testpmd --no-telemetry --vdev net_null0
started() { grep -q 'Press enter\|Port statistics' "$T_TMP/testpmd.$n"; }
t_need 'testpmd without telemetry' t_wait 20 started
t_not 'without telemetry' "dpdk-testpmd \(PID $pid\) runs, but has no telemetry socket in /var/run/dpdk.*--no-telemetry"
stop "$pid"

mkdir /run/mine
export IN_POD='--rw /run/mine'
# A path longer than a socket's address.
long=/run/mine/$(printf 'x%.0s' {1..90})
mkdir "$long"
ln -s "$long" /run/mine/short
RUNTIME_DIRECTORY=/run/mine/short testpmd --vdev net_null0
t_run 'RUNTIME_DIRECTORY of the program, by PID' up --pid "$pid"
t_not 'RUNTIME_DIRECTORY the probe does not know of' 'has no telemetry socket in /var/run/dpdk.*RUNTIME_DIRECTORY'
t_run 'RUNTIME_DIRECTORY of both, a long one' env RUNTIME_DIRECTORY="$long" "$POD" ready
t_run_fails 'another user' setpriv --reuid 12345 --clear-groups "$PLAIN" ready --pid "$pid"
t_like 'another user: says why' "$T_OUT" "process $pid: cannot look for its telemetry socket: Permission denied.*remedy: ask as the user"
t_run_fails 'another user: the directory' env RUNTIME_DIRECTORY="$long" setpriv --reuid 12345 --clear-groups "$PLAIN" ready
t_like 'another user: the directory: says why' "$T_OUT" "$long/dpdk: cannot look .*Permission denied"
stop "$pid"

unset IN_POD
# File capabilities, as a pod without root needs them: the program's own user may not look into it.
user=(setpriv --reuid 12345 --clear-groups env XDG_RUNTIME_DIR=/run/user)
mkdir /run/user
chown 12345 /run/user
t_need 'a program with a capability' cp "$(command -v dpdk-testpmd)" /run/dpdk-testpmd
t_need 'a program with a capability' setcap cap_net_raw,cap_net_admin+ep /run/dpdk-testpmd
ip link add w2 type veth peer name v2
ip link set v2 up
ip link set w2 up
"${user[@]}" /run/dpdk-testpmd "${LCORES[@]}" --no-pci --no-huge -m 64 --vdev net_pcap0,phy_mac=1,iface=w2 -- \
	--auto-start --total-num-mbufs=2048 --stats-period 1000 >"$T_TMP/capable" 2>&1 &
pid=$!
t_cleanup "kill -9 $pid 2>/dev/null || true"
t_run 'not root, file capabilities: ready' t_wait 20 "${user[@]}" "$PLAIN" ready
t_run 'not root, file capabilities: by PID' "${user[@]}" "$PLAIN" ready --pid $pid
far_down w2 v2
t_run_fails 'not root, file capabilities: link down' "${user[@]}" "$PLAIN" ready
t_like 'not root, file capabilities: link down: says so' "$T_OUT" 'net_pcap0 on w2\): the link is down'
t_run_fails 'not root, file capabilities: show --live' "${user[@]}" "$PLAIN" show --live $pid
t_like 'not root, file capabilities: show --live: says who may' "$T_OUT" 'Permission denied.*of a program with file capabilities only root'
stop $pid

testpmd --vdev net_null0
t_run 'a program that does not know of RUNTIME_DIRECTORY' t_wait 20 env RUNTIME_DIRECTORY=/run/elsewhere "$POD" ready
stop "$pid"
rm -rf /run/dpdk

t_not 'a PID that is not there' 'process 999999: there is no such process here' --pid 999999
"$(t_pod sleep)" 100 &
pid=$!
t_cleanup "kill $pid"
# In the midst of its exec it has its name already, and not yet the capabilities of the pod.
may_look() { "$POD" ready --pid "$pid" 2>&1 | grep -qv 'Permission denied'; }
t_need 'a process of the pod' t_wait 20 grep -qx sleep "/proc/$pid/comm"
t_need 'that the pod may look at' t_wait 20 may_look
t_not 'a process that is not a DPDK program' "process $pid runs, but is not a DPDK program" --pid $pid

# ------------------------------------------------------------------ the pod's own

probe=$(sed -n 's/.*exec: {command: \(\[.*\]\)}.*/\1/p' "$SOURCE_ROOT/conf/multus/pod.yaml" | jq -r 'join(" ")')
t_is "the pod's readiness probe" "$probe" 'dpdk-pod ready'
ip link add net1 type veth peer name far1
ip link set net1 up
ip link set far1 up
mkdir -p /run/dpdk-pod
echo '{"version":"1.0","pod":{"namespace":"n","name":"p"},"interfaces":[{"name":"net1","mode":"netdev"}]}' >/run/dpdk-pod/pod.json
"$L2FWD" --json >"$T_TMP/l2fwd" 2>&1 &
pid=$!
t_cleanup "kill -9 $pid 2>/dev/null || true"
t_run 'dpdk-pod-l2fwd by the pod file, asked as the probe of conf/ does' t_wait 20 \
	env PATH="$BUILD_ROOT/dataplane/pod:$PATH" sh -c "$probe"
t_run 'dpdk-pod-l2fwd: its ports' ready --json
t_json 'dpdk-pod-l2fwd: its ports are the pod'"'"'s interfaces' "$T_OUT" '[.programs[].ports[] | .interface, .link]' '["net1","up"]'
t_run 'dpdk-pod-l2fwd: one named as the pod does' ready --port net1
t_not 'dpdk-pod-l2fwd: one it does not have' 'it has no port net2' --port net2
far_down net1 far1
t_not 'dpdk-pod-l2fwd without link' 'on net1\): the link is down'
kill "$pid"
wait "$pid" || true
t_not 'dpdk-pod-l2fwd ended' 'no DPDK program runs here'
rm -rf /run/dpdk

# ------------------------------------------------------------------ pretenders

# What takes the connection and then ... Each answer is bounded by --timeout, not by who answers.
fake() { # MODE
	rm -rf /run/dpdk
	mkdir -p /run/dpdk/rte
	"$FAKE" "$1" $SOCKET &
	pid=$!
	t_cleanup "kill -9 $pid 2>/dev/null || true"
	t_need "a pretender: $1" t_wait 10 test -S $SOCKET
}
while read -r mode why; do
	fake "$mode"
	t_not "$mode" "PID $pid\): .*$why" --timeout 0.3
	stop "$pid"
done <<'X'
silent no answer in time
greets-only no answer in time
closes closes the connection
ends-early closes the connection
garbage not JSON
nul-bytes not JSON
empty-object version: missing
other-type expected a list, got a string
huge an answer of 150000 bytes
many-ports 6000 elements
bad-port -1 is out of range
no-name it has 0 ports, not 1
odd-port does not say whether there is link
X
fake good
t_run 'good: what a pretender must say' ready
stop "$pid"

# ------------------------------------------------------------------ called wrongly

for wrong in '--timeout x' '--timeout 0' '--timeout -1' '--timeout nan' '--timeout 1e9' '--pid 0' \
	'--pid x' '--min-ports -1' '--min-ports 1.5' '--frobnicate' 'word'; do
	# shellcheck disable=SC2086 # words
	t_run_fails "wrong: $wrong" ready $wrong
	t_is "wrong: $wrong: exit status" "$t_rc" 2
done
t_done
