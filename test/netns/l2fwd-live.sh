#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The forwarder between two kernel interfaces, by each of the drivers that work on any of them,
# and what becomes of it when links go down and interfaces go away.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir

# The forwarder has w0, w1, …, the test sits at the other ends v0, v1, …. The kernel's own frames
# (neighbour discovery) would be counted too.
t_no_ipv6
make_links() { # N
	local i

	for ((i = 0; i < $1; i++)); do
		t_need "link $i" ip link add "w$i" type veth peer name "v$i"
		ip link set "v$i" up
		ip link set "w$i" up
		links_up "v$i" "w$i"
	done
}

remove_links() {
	local i

	for i in 0 1 2 3; do
		ip link del "v$i" 2>/dev/null || true
	done
}

vdevs() { # PMD N
	local i

	VDEVS=()
	for ((i = 0; i < $2; i++)); do
		VDEVS+=(--vdev "net_${1}$i,iface=w$i$([ "$1" != pcap ] || echo ,phy_mac=1)")
	done
}

usable() { # PMD
	local ok=0

	fwd_start timeout 20 "$L2FWD" "${EAL[@]}" --vdev "net_${1}0,iface=w0" -- --duration 0.05 --json
	fwd_wait 20
	[ "$fwd_status" -eq 0 ] || ok=1
	return $ok
}

count=300
for pmd in pcap af_packet af_xdp; do
	for_pmd $pmd
	make_links 2
	vdevs $pmd 2
	if ! usable $pmd; then
		t_skip "$pmd" "the driver does not work here: $(tail -n 3 "$fwd_err" | tr '\n' ' ')"
		remove_links
		continue
	fi

	fwd_start "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --json --period 0.1
	t_run "$pmd: $count frames each way, new addresses" \
		"$FRAMES" exchange v0 v1 $count "$(fwd_macs 1)" "$(fwd_macs 0)"
	fwd_stop
	t_is "$pmd: exit status" "$fwd_status" 0
	t_is "$pmd: what each port received the other sent" \
		"$(fwd_final '[.ports[] | .rx, .tx, .dropped]')" "[$count,$count,0,$count,$count,0]"
	t_is "$pmd: bytes are the driver's" \
		"$(fwd_final '.ports[0].rxBytes > 60 * .ports[0].rx and .ports[0].rxBytes == .ports[1].txBytes')" true

	fwd_start "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --json --no-mac-updating --no-promisc
	t_run "$pmd: $count frames each way, as they are" "$FRAMES" exchange v0 v1 $count - -
	fwd_stop

	fwd_start taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" \
		"$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --json --period 0.1
	t_run "$pmd: on one CPU" "$FRAMES" exchange v0 v1 $count "$(fwd_macs 1)" "$(fwd_macs 0)"
	fwd_stop
	t_is "$pmd: on one CPU: exit status" "$fwd_status" 0

	remove_links
done

# ------------------------------------------------------------------ links that are down

for pmd in pcap af_packet; do
	for_pmd $pmd
	make_links 4
	vdevs $pmd 4
	# pcap opens no interface that is down.
	[ $pmd = pcap ] || ip link set w2 down
	ip link set v3 down
	fwd_start "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --json --period 0.1
	ip link set w2 down
	t_run "$pmd: two ports without link: the others forward" \
		"$FRAMES" exchange v0 v1 50 "$(fwd_macs 1)" "$(fwd_macs 0)"
	ip link set w2 up
	ip link set v3 up
	links_up v2 w2 v3 w3
	# A packet socket reports "network is down" once more to the first who sends after it is up again,
	# and its frames leave with the next ones: get that over with.
	for i in 1 2; do
		for v in v2 v3; do
			"$FRAMES" blast $v 20
			sleep 0.1
		done
	done
	t_run "$pmd: they come up later: these forward too" \
		"$FRAMES" exchange v2 v3 50 "$(fwd_macs 3)" "$(fwd_macs 2)"
	# A port that cannot send must not hold up the lcore, and thereby the other ports.
	ip link set w3 down
	t_run "$pmd: more frames than a ring holds to a port that is down" "$FRAMES" blast v2 2000
	t_run "$pmd: the others still forward" "$FRAMES" exchange v0 v1 50 "$(fwd_macs 1)" "$(fwd_macs 0)"
	fwd_stop
	t_is "$pmd: it ends as always" "$fwd_status" 0
	t_is "$pmd: every frame is accounted for" "$(fwd_final '.total.rx == .total.tx + .total.dropped')" true
	remove_links
done

# ------------------------------------------------------------------ ports that go away

# shellcheck disable=SC2317 # called by t_wait
lost_() { # N
	grep -q "port $1 .*: lost: " "$fwd_err"
}

for pmd in pcap af_packet af_xdp; do
	for_pmd $pmd
	make_links 4
	if ! usable $pmd; then
		t_skip "$pmd: lost ports" 'the driver does not work here'
		remove_links
		continue
	fi
	vdevs $pmd 4
	fwd_start "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --json --period 0.1
	m0=$(fwd_macs 0) m1=$(fwd_macs 1)
	t_run "$pmd: four ports" "$FRAMES" exchange v2 v3 20 "$(fwd_macs 3)" "$(fwd_macs 2)"
	ip link del v3
	t_run "$pmd: a deleted interface is reported" t_wait 5 lost_ 3
	t_run "$pmd: the rest carries on" "$FRAMES" exchange v0 v1 $count "$m1" "$m0"
	t_run "$pmd: frames to the lost port come in" "$FRAMES" blast v2 100
	t_run "$pmd: and are dropped" t_wait 5 fwd_newest_ '.ports[2].dropped >= 100'
	t_is "$pmd: it is listed as lost" "$(tail -n 1 "$fwd_out" | jq -c '[.ports[].state == "lost"]')" \
		'[false,false,false,true]'

	# An interface that is moved away is lost as well, with its peer left.
	t_need 'a namespace' ip netns add elsewhere
	ip link set w2 netns elsewhere
	t_run "$pmd: an interface moved away is reported" t_wait 5 lost_ 2
	t_run "$pmd: the rest still carries on" "$FRAMES" exchange v0 v1 50 "$m1" "$m0"
	ip link del v0
	ip link del v1
	fwd_wait 10
	t_is "$pmd: with the last port it ends, as a failure" "$fwd_status" 1
	t_is "$pmd: with final statistics" \
		"$(fwd_final '[.final, .ports[0].rx, .ports[1].rx, .total.rx == .total.tx + .total.dropped]')" \
		"[true,$((count + 50)),$((count + 50)),true]"
	t_like "$pmd: and says so" "$(cat "$fwd_err")" 'no port is left'
	ip netns del elsewhere
	remove_links
done
t_done
