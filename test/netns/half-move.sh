#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The one message that moves the NIC is not atomic: refused half-way, the NIC may be in the pod
# already. Whatever the kernel did of it, the host is as before.
. "$(dirname "$0")/sandbox.sh"

make_pod pod
make_nic nic0
BEFORE=$(snapshot)

# The kernel moves first and looks at the MTU later.
t_refused 'an MTU the driver refuses' ADD "$(conf '{mtu: 70000}')" 104 'MTU 70000'
t_refused 'an MTU that is too small' ADD "$(conf '{mtu: 10, logLevel: "debug"}')" 104 'MTU 10'
t_like 'it really was in the pod: undo brought it back' "$ERR" 'back on the host as it was'
t_refused 'a MAC the driver refuses' ADD "$(conf '{mac: "01:00:00:00:00:01"}')" 104 'MAC 01:00:00:00:00:01'

t_need 'an interface of that name' ip -n pod link add net1 type veth peer name other
POD_BEFORE=$(pod_links pod)
t_refused 'the name is taken in the pod' ADD "$(conf '{}')" 103 'net1.*has one of this name'
ip -n pod link del net1

# A name that is taken after we looked: somebody takes it and gives it up as fast as he can.
t_need 'a racer' ip -n pod link add racer type veth peer name other
cat >"$T_TMP/racer.py" <<'P'
import fcntl, random, socket, struct, time
SIOCSIFNAME = 0x8923
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def rename(old, new):
	fcntl.ioctl(s, SIOCSIFNAME, struct.pack("16s16s8x", old, new))
while True:
	time.sleep(random.random() * 0.004)
	try:
		rename(b"racer", b"net1")
	except OSError:
		continue  # the NIC has the name
	time.sleep(random.random() * 0.004)
	rename(b"net1", b"racer")
P
ip netns exec pod python3 "$T_TMP/racer.py" &
racer=$!
# shellcheck disable=SC2016
t_cleanup 'kill "$racer" 2>/dev/null'
won=0 lost=0 half=0 other= differs=
for _ in $(seq 400); do
	[ "$won" -lt 5 ] || [ "$lost" -lt 5 ] || [ "$half" -lt 2 ] || break
	cni ADD "$(conf '{logLevel: "debug"}')"
	case $RC,$(jq -r '.code // 0' <<<"$OUT" 2>/dev/null) in
	0,*)
		won=$((won + 1))
		cni DEL "$(conf '{}')"
		[ "$RC" -eq 0 ] || other="DEL: $OUT $ERR"
		;;
	1,103) lost=$((lost + 1)) ;;
	1,104) lost=$((lost + 1)) half=$((half + 1)) ;;
	*) other="$RC $OUT $ERR" ;;
	esac
	[ "$(snapshot)" = "$BEFORE" ] || differs=$(diff <(echo "$BEFORE") <(snapshot))
done
kill "$racer"
wait "$racer" 2>/dev/null
t_is 'every ADD in the race succeeded or was refused for the name' "$other" ''
t_is 'the host was as before after each' "$differs" ''
t_diag "$won succeeded, $lost refused, $half of them by the kernel in the middle of the move"
t_is 'all three outcomes were seen' "$((won > 0 && lost > half && half > 0))" 1
t_done
