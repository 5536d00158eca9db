#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/programs.md, typed: an unmodified Open vSwitch with DPDK starts with the arguments that dpdk-pod
# derives, and frames pass through its bridge.
. "$(dirname "$0")/../tap.sh"
[ -x /usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk ] ||
	t_skip_all 'openvswitch-switch-dpdk is missing (test/deps.sh programs)'
[ -c /dev/net/tun ] || t_lacks_all '/dev/net/tun'
t_in_sandbox "$0" "$@"
t_tmpdir
t_no_ipv6

page=$SOURCE_ROOT/docs/programs.md
pod=$BUILD_ROOT/dataplane/pod/dpdk-pod
t_need 'a namespace behind port 2' ip netns add far
for i in 1 2; do
	t_need "link net$i" ip link add "net$i" type veth peer name "far$i"
	ip link set "net$i" up
done
ip link set far2 netns far
ip -n far addr add 192.0.2.2/24 dev far2
ip -n far link set far2 up
ip addr add 192.0.2.1/24 dev far1
ip link set far1 up
mkdir -p /run/dpdk-pod "$T_TMP/bin"
echo '{"version":"1.0","interfaces":[{"name":"net1","mode":"netdev"},{"name":"net2","mode":"netdev"}]}' \
	>/run/dpdk-pod/pod.json
# Memory that any machine has: by hand, where the page has none.
cat >"$T_TMP/bin/dpdk-pod" <<X
#!/bin/sh
[ "\$1" != args ] || set -- "\$@" -- --no-huge --legacy-mem -m 256
exec "$pod" "\$@"
X
chmod +x "$T_TMP/bin/dpdk-pod"
export PATH=$T_TMP/bin:$PATH:/usr/sbin

# A daemon must not hold the pipe that this script's answers go through.
log=$T_TMP/said
stops() {
	local f

	for f in ovs-vswitchd-dpdk ovsdb-server; do
		[ ! -e "/run/openvswitch/$f.pid" ] || kill "$(<"/run/openvswitch/$f.pid")" 2>/dev/null || :
	done
}
ended() {
	! ls /run/openvswitch/*.pid 2>/dev/null
}
t_cleanup stops
n=0
while IFS= read -r command; do
	n=$((n + 1))
	if eval "$command" >"$log" 2>&1 </dev/null; then
		t_ok "$command"
	else
		t_fail "$command" "$(<"$log")" "$(grep -E 'dpdk\|(ERR|EMER)' /run/openvswitch/ovs.log 2>/dev/null)"
	fi
done < <(sed -n '/^## Open vSwitch/,/^## VPP/p' "$page" | sed '/^```/,/^```/!d; /^```/d')
t_is 'the page has its commands' "$n" 13
t_is 'it took the arguments' "$(ovs-vsctl --timeout=10 get Open_vSwitch . dpdk_initialized)" true
t_run 'frames pass through the bridge' ping -c 3 -i 0.2 -W 5 192.0.2.2
t_like 'ready is what it said' "$(<"$log")" 'ready: ovs-vswitchd-dp .*net_af_packet0 on net1\) up, port 1'
live=$("$pod" show --live "$(</run/openvswitch/ovs-vswitchd-dpdk.pid)")
t_like 'it polls on CPUs of the container' "$live" 'worker   pmd-c[0-9]+'
stops
t_run 'both end' t_wait 10 ended

# What it was before: EAL refuses --lcores beside the -l that Open vSwitch adds.
rm -f /run/openvswitch/ovs.log
t_run 'the database again' ovsdb-server /run/openvswitch/conf.db \
	--remote=punix:/run/openvswitch/db.sock --detach --pidfile --log-file=/run/openvswitch/db.log
ovs-vsctl --no-wait set Open_vSwitch . other_config:dpdk-extra="$(dpdk-pod args)"
/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk unix:/run/openvswitch/db.sock --detach --pidfile \
	--log-file=/run/openvswitch/ovs.log >/dev/null 2>&1 </dev/null
t_like 'the usual form is none for it' "$(</run/openvswitch/ovs.log)" 'Option -l is ignored, because \(--lcores\) is set'
stops
t_done
