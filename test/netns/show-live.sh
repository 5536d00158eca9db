#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# dpdk-pod show --live of a real DPDK program: what it says is what /proc says, also where program
# and observer are in different containers, and where there is little to see. (What crosses a node
# takes a machine with two: test/sriov/guest/live.sh, and test/unit/pod/live.c.)
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
t_tmpdir
PLAIN=$BUILD_ROOT/dataplane/pod/dpdk-pod
POD=$(t_pod "$PLAIN")
TESTPMD=$(t_pod dpdk-testpmd)
mapfile -t CPUS < <(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
LAST=${CPUS[1]:-${CPUS[0]}}
EAL=(--lcores "0@${CPUS[0]},1@$LAST" --no-pci --no-huge -m 64)

t_need 'a link' ip link add w0 type veth peer name v0
ip link set v0 up
ip link set w0 up

testpmd() { # COMMAND-BEFORE... -- EAL-ARGUMENTS...
	local before=()

	while [ "$1" != -- ]; do
		before+=("$1")
		shift
	done
	shift
	"${before[@]}" "$TESTPMD" "${EAL[@]}" "$@" -- --auto-start --total-num-mbufs=2048 \
		--stats-period 1000 >"$T_TMP/testpmd" 2>&1 &
	pid=$!
	t_cleanup "kill -9 $pid 2>/dev/null || true"
}
live() { timeout 20 "$POD" show --live "$@"; }
works() { live "$1" --json | jq -r '.threads[].role' | grep -x worker; }
stop() {
	kill -9 "$pid"
	wait "$pid" 2>/dev/null || true
}

# ------------------------------------------------------------------ beside the program

testpmd -- --vdev net_null0 --vdev net_pcap0,phy_mac=1,iface=w0
t_run 'it is up' t_wait 20 "$POD" ready --pid "$pid"
t_run 'show --live' live "$pid"
t_diag "$T_OUT"
t_like 'the program' "$T_OUT" "^Program       dpdk-testpmd \(PID $pid\), DPDK 2[0-9]\."
t_like 'nothing crosses' "$T_OUT" 'Crossings     0'
t_unlike 'no remark' "$T_OUT" 'Note'
t_run 'as JSON' live "$pid" --json
json=$T_OUT
t_json 'threads are those of /proc' "$json" '[.threads[].tid]' \
	"[$(find /proc/"$pid"/task -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | paste -sd,)]"
t_json 'their CPUs and roles' "$json" \
	'[.threads[] | select(.role == "main" or .role == "worker") | .role, .cpus, .lastCpu]' \
	"[\"main\",\"${CPUS[0]}\",${CPUS[0]},\"worker\",\"$LAST\",$LAST]"
t_json 'EAL has threads of its own' "$json" '[.threads[].role] | index("control") != null' true
t_json 'its 64 MB are there' "$json" '.memory[] | select(.kind == "no-huge") | .bytes' 67108864
# What is there by node is what is there at all (a shared page counts where it is); it moves a bit.
rss=$(awk '/^Rss:/ { n += $2 } END { print n * 1024 }' "/proc/$pid/smaps_rollup")
t_json 'and all of the rest' "$json" "([.memory[].bytes] | add) as \$n | \$n > $rss * 0.9 and \$n < $rss * 1.1" true
t_json 'each byte is on a node' "$json" \
	'([.memory[].bytes] | add) == ([.memory[].nodes[].bytes] | add)' true
t_json 'its NIC is the interface' "$json" '[.nics[] | .interface, .port]' '["w0",1]'
t_json 'its ports' "$json" '[.ports[] | .name, .link]' '["net_null0","up","net_pcap0","up"]'
t_json 'what it has locked' "$json" '.lockedMemory | .locked > 67108864, .limit, .ipcLock' "true
$(awk '/^Max locked memory/ { print ($4 == "unlimited" ? "null" : $4) }' "/proc/$pid/limits")
true"
mkdir -p /run/dpdk-pod
echo '{"version":' >/run/dpdk-pod/pod.json
t_run 'with a damaged pod file' live "$pid"
t_run_fails 'with one that was asked for' live "$pid" --pod-file /run/dpdk-pod/pod.json
t_like 'with one that was asked for: says so' "$T_OUT" 'pod.json: .*not JSON'
rm -r /run/dpdk-pod
sed -n '/^<!-- test: live -->/,/^```$/p' "$SOURCE_ROOT/docs/live.md" | sed '/^<!--/d; /^```/d' >"$T_TMP/docs"
t_is 'commands of docs/live.md' "$(grep -c dpdk-pod "$T_TMP/docs")" 4
t_run 'commands of docs/live.md: all work' env PATH="$BUILD_ROOT/dataplane/pod:$PATH" bash -exo pipefail "$T_TMP/docs"
t_run 'its probe is that of the pod in conf/' grep -qF "$(sed -n 's/^ *\(exec: {.*\)/\1/p' "$SOURCE_ROOT/conf/multus/pod.yaml")" "$SOURCE_ROOT/docs/live.md"

t_run_fails 'without permission' setpriv --reuid 12345 --clear-groups "$PLAIN" show --live "$pid"
t_like 'without permission: says so' "$T_OUT" "/proc/$pid/numa_maps: .*Permission denied.*remedy: .*SYS_PTRACE"

t_run_fails 'a shell is not a DPDK program' live $$
t_like 'a shell is not a DPDK program: says what it saw' "$T_OUT" "process $$ \(bash\) is not a DPDK program.*: it has 1 thread, none of EAL's"
t_like 'a shell is not a DPDK program: says which there are' "$T_OUT" "DPDK programs here: dpdk-testpmd \(PID $pid\)"
t_run_fails 'no such process' live 999999
t_like 'no such process: says so' "$T_OUT" 'process 999999: there is no such process here.*remedy: PIDs count as this container'
for wrong in x 0 -1 1.5 99999999999 ''; do
	t_run_fails "wrong: '$wrong'" live "$wrong"
	t_is "wrong: '$wrong': exit status" "$t_rc" 2
done

kill -STOP "$pid"
t_run 'a stopped program is shown' live "$pid"
t_like 'a stopped program is shown: but for its ports' "$T_OUT" 'Note +its ports are not known: .*no answer in time'
stop
t_run_fails 'a dead one is not' live "$pid"

# ------------------------------------------------------------------ in different containers

# The program in a container of its own: another PID namespace, another /run.
# Whoever looks from outside is the node's root.
TESTPMD=$(type -P dpdk-testpmd) POD=$PLAIN
testpmd unshare --pid --mount --fork --kill-child --mount-proc sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh -- --vdev net_null0
outer=$pid
inner() { pgrep -x dpdk-testpmd; }
t_need 'a program in a container' t_wait 20 inner
pid=$(inner)
t_run 'from outside it is shown' t_wait 20 works "$pid"
t_run 'from outside its ports are, too' t_wait 20 "$POD" ready --pid "$pid"
t_json 'from outside its ports are, too: named' "$(live "$pid" --json)" '[.ports[].name]' '["net_null0"]'
t_run_fails 'from another container it is not' unshare --pid --mount --fork --kill-child --mount-proc "$PLAIN" show --live "$pid"
t_like 'from another container it is not: says why' "$T_OUT" "process $pid: there is no such process here.*one container does not see another's"
stop
kill -9 "$outer" 2>/dev/null || true

TESTPMD=$(t_pod dpdk-testpmd) POD=$(t_pod "$PLAIN")
testpmd -- --no-telemetry --vdev net_null0
t_run 'without telemetry it is shown' t_wait 20 works "$pid"
t_run 'without telemetry' live "$pid"
t_like 'without telemetry: that is remarked' "$T_OUT" 'Note +its ports are not known: .*has no telemetry socket'
stop
t_done
