#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Frames from files, through the forwarder, into files: every byte of every frame, each burst size
# that takes another way, with and without new MAC addresses, in every arrangement of ports.
. "$(dirname "$0")/../tap.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/l2fwd-common.sh"
t_tmpdir
count=400

# Ports 0 to N-1, each with its own frames.
vdevs() { # N
	local i

	VDEVS=()
	for ((i = 0; i < $1; i++)); do
		[ -e "$T_TMP/in$i" ] || "$FRAMES" make "$T_TMP/in$i" $count "$i"
		rm -f "$T_TMP/out$i"
		VDEVS+=(--vdev "net_pcap$i,rx_pcap=$T_TMP/in$i,tx_pcap=$T_TMP/out$i")
	done
}

# Frames that came in at FROM left at TO, changed or not.
t_way() { # NAME FROM TO [MACS]
	t_run "$1: $2 to $3" "$FRAMES" compare "$T_TMP/in$2" "$T_TMP/out$3" "${4:-$(fwd_macs "$3")}"
}

# Everything received was sent, and nothing is unaccounted for.
t_counts() { # NAME N
	t_is "$1: counters" "$(fwd_final '[.final, .total.rx, .total.tx, .total.dropped]')" \
		"[true,$(($2 * count)),$(($2 * count)),0]"
}

# Forwards what is in the files, by the program with these options.
forward() { # CMD... -- as fwd_start
	fwd_start "$@" --json --period 0.05
	t_wait 10 fwd_newest_ ".total.rx == .total.tx and .total.rx >= $want"
	fwd_stop
	[ "$fwd_status" -eq 0 ] || t_fail 'exit status 0' "$fwd_status" "$(fwd_log)"
}

want=$((2 * count))
for burst in 1 3 8 33 64 256; do
	vdevs 2
	forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --burst $burst
	t_way "burst $burst" 0 1
	t_way "burst $burst" 1 0
	t_counts "burst $burst" 2
done

for burst in 1 33 64; do
	vdevs 2
	forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --no-mac-updating --burst $burst
	t_way "as they were, burst $burst" 0 1 -
	t_way "as they were, burst $burst" 1 0 -
	t_counts "as they were, burst $burst" 2
done

vdevs 2
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --idle poll
t_way 'polling' 0 1
t_way 'polling' 1 0

vdevs 2
forward taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" --
t_way 'one CPU' 0 1
t_way 'one CPU' 1 0
t_counts 'one CPU' 2

# More lcores than CPUs is what EAL refuses; one lcore out of many is not.
vdevs 2
forward "$L2FWD" "${EAL[@]}" --lcores 0@0 "${VDEVS[@]}" --
t_way 'one lcore' 0 1
t_way 'one lcore' 1 0

# Each flow has a worker of its own.
vdevs 2
forward "$L2FWD" "${EAL[@]}" --lcores '0@0,1@0,2@0' "${VDEVS[@]}" --
t_way 'three lcores' 0 1
t_way 'three lcores' 1 0
t_counts 'three lcores' 2

want=$((3 * count))
vdevs 3
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" --
t_way 'three ports' 0 1
t_way 'three ports' 1 0
t_way 'three ports, the odd one' 2 2
t_counts 'three ports' 3

want=$((4 * count))
vdevs 4
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" --
t_way 'four ports' 0 1
t_way 'four ports' 1 0
t_way 'four ports' 2 3
t_way 'four ports' 3 2
t_counts 'four ports' 4

vdevs 4
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --portmap '(0,net_pcap2)(3,1)'
t_way 'portmap' 0 2
t_way 'portmap' 2 0
t_way 'portmap' 1 3
t_way 'portmap' 3 1
t_counts 'portmap' 4

want=$count
vdevs 3
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" -- --portmap '(1,1)'
t_way 'one port of three, back to itself' 1 1
t_is 'the others take no part' "$(fwd_final '[.ports[].port]')" '[1]'

vdevs 1
forward "$L2FWD" "${EAL[@]}" "${VDEVS[@]}" --
t_way 'a single port' 0 0
t_counts 'a single port' 1
t_done
