#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# From the pod file to forwarded frames, with no EAL argument by hand: what a pod does.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir
t_no_ipv6

for i in 1 2 3; do
	t_need "link net$i" ip link add "net$i" type veth peer name "v$i"
	ip link set "net$i" up
	ip link set "v$i" up
	links_up "net$i" "v$i"
done

# In this order, which is not the kernel's.
pod_file() { # FILE NAME...
	local file=$1 name list=''

	shift
	for name; do
		list+="${list:+,}{\"name\":\"$name\",\"network\":\"lab\",\"mode\":\"netdev\",\"driver\":\"veth\","
		list+="\"mac\":\"$(cat "/sys/class/net/$name/address" 2>/dev/null || echo 02:00:00:00:00:99)\",\"mtu\":1500}"
	done
	mkdir -p "$(dirname "$file")"
	cat >"$file" <<-JSON
		{"version":"1.0","pod":{"namespace":"default","name":"forwarder","uid":"u-1"},
		 "interfaces":[$list],"containers":{},"node":{"name":"here"}}
	JSON
}

hex() { # IF
	tr -d : <"/sys/class/net/$1/address"
}

default=/run/dpdk-pod/pod.json
pod_file $default net2 net1
fwd_start "$L2FWD" --json --period 0.1
t_run 'started with no argument but its own: frames each way' \
	"$FRAMES" exchange v2 v1 200 "020000000001$(hex net1)" "020000000000$(hex net2)"
fwd_stop
t_is 'exit status' "$fwd_status" 0
t_is 'ports bear the names of the interfaces, in the order of the file' \
	"$(fwd_final '[.ports[] | .port, .name, .rx, .tx]')" '[0,"net2",200,200,1,"net1",200,200]'

pod_file "$T_TMP/other.json" net1 net2 net3
fwd_start "$L2FWD" --pod-file "$T_TMP/other.json" --portmap '(net3,net1)' --json
t_run 'portmap by the names of the interfaces' \
	"$FRAMES" exchange v3 v1 100 "020000000000$(hex net1)" "020000000002$(hex net3)"
fwd_stop
t_is 'portmap: exit status' "$fwd_status" 0

# The odd one: what it receives it sends back, so both ends of the exchange are the same link.
fwd_start env DPDK_POD_FILE="$T_TMP/other.json" "$L2FWD" --json --period 0.1
t_run 'the pod file by the environment: the pair' \
	"$FRAMES" exchange v1 v2 50 "020000000001$(hex net2)" "020000000000$(hex net1)"
t_run 'the odd one sends back' "$FRAMES" blast v3 50
t_run 'and counts it' t_wait 5 fwd_newest_ '.ports[2].name == "net3" and .ports[2].rx == 50 and .ports[2].tx == 50'
fwd_stop

# Arguments by hand win, the rest is still derived.
fwd_start "$L2FWD" --file-prefix mine -- --json
t_like 'the EAL argument by hand is taken' "$(cat "$fwd_err")" 'EAL arguments:.*--file-prefix mine'
t_like 'the interfaces are still there' "$(cat "$fwd_err")" 'port 0: net2 '
t_run 'and forwarded between' "$FRAMES" exchange v2 v1 20 "$(fwd_macs 1)" "$(fwd_macs 0)"
fwd_stop

# What another driver than the default does on the same file.
for_pmd af_xdp
fwd_start "$L2FWD" --json --netdev-pmd af_xdp
if grep -q -- '-> port' "$fwd_err"; then
	t_like '--netdev-pmd af_xdp: the driver' "$(cat "$fwd_err")" 'net2 \(net_af_xdp'
	t_run '--netdev-pmd af_xdp: frames each way' \
		"$FRAMES" exchange v2 v1 100 "020000000001$(hex net1)" "020000000000$(hex net2)"
	fwd_stop
	t_is '--netdev-pmd af_xdp: exit status' "$fwd_status" 0
else
	t_skip '--netdev-pmd af_xdp' "$(tail -n 2 "$fwd_err" | tr '\n' ' ')"
fi
for_pmd pcap

# ------------------------------------------------------------------ files that lead nowhere

t_refused() { # NAME REGEX CMD...
	local name=$1 regex=$2 out rc=0

	shift 2
	out=$(timeout 20 "$@" 2>&1) || rc=$?
	t_is "$name: exit status" "$rc" 1
	t_like "$name: says why" "$out" "$regex"
}

pod_file "$T_TMP/gone.json" net1 net9
t_refused 'an interface that is not there' 'net9' "$L2FWD" --pod-file "$T_TMP/gone.json"
pod_file "$T_TMP/none.json"
t_refused 'no interface' 'lists no interface' "$L2FWD" --pod-file "$T_TMP/none.json"
sed 's/"1.0"/"9.0"/' $default >"$T_TMP/new.json"
t_refused 'a newer major version' '9' "$L2FWD" --pod-file "$T_TMP/new.json"

# The file is there and nobody asked for it: by hand means by hand, devices and all.
pod_file $default net1 net2
fwd_start "$L2FWD" "${EAL[@]}" --vdev net_null0 --vdev net_null1 -- --json --portmap '(net_null0,net_null1)' \
	--duration 0.2
fwd_wait 20
t_is 'devices by hand beside a pod file' "$fwd_status" 0

# One interface goes away, then the other.
fwd_start "$L2FWD" --json --period 0.1
ip link del v1
t_run 'an interface lost: listed under its name' \
	t_wait 5 fwd_newest_ '[.ports[] | .name, .state] == ["net1","lost","net2","up"]'
ip link del v2
fwd_wait 10
t_is 'all lost: exit status' "$fwd_status" 1
# ------------------------------------------------------------------ unequal MTUs

ip link add w0 mtu 1500 type veth peer name w0-far
ip link add w1 mtu 1400 type veth peer name w1-far
for l in w0 w1 w0-far w1-far; do ip link set $l up; done
jq -n '{version: "1.0", interfaces: [{name: "w0", mode: "netdev", mtu: 1500}, {name: "w1", mode: "netdev", mtu: 1400}]}' >"$T_TMP/w.json"
fwd_start "$L2FWD" --json --pod-file "$T_TMP/w.json"
fwd_stop
t_like 'unequal MTUs are remarked' "$(<"$fwd_err")" 'MTU 1500 is more than the 1400'
t_is 'once' "$(grep -c 'is more than' "$fwd_err")" 1
t_done
