#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The MAC address of a VF, which its driver and an administrator at the PF both have a word in: the
# pod gets the one that the network names, frames pass with it, and afterwards the VF obeys whom it
# obeyed before. That is shown by what can be done with it next, not by what is read of it.
. "$(dirname "$0")/../../tap.sh"
. "$(dirname "$0")/nic.sh"
. "$(dirname "$0")/../../netns/plugin.sh"
. "$(dirname "$0")/killed.sh"

# Anew: an address that was ever set at the PF is none of a VF that was never used.
t_need 'no VFs' make_vfs 0
t_need 'four VFs each' make_vfs 4
A=$(vf 0 1) B=$(vf 0 2)
a=$(netdev "$A")
pf=$(netdev "${PF[0]}")
ip -all netns delete
make_pod pod
make_pod pod2
WISH=02:00:00:00:11:22 OTHER=02:00:00:00:33:44 ADMIN=02:ad:00:00:00:01

# The peer's VF is not looked at: its driver tells the PF its address when it likes.
snapshot() {
	devices_snapshot | grep -v -e ifindex -e '^ *vf 2 '
	[ ! -d /run/dpdk-cni ] || (cd /run/dpdk-cni && find . -mindepth 2 | sort)
}
as_before() { # NAME
	t_is "$1" "$(snapshot)" "$BEFORE"
}
vfconf() { # [JQ-EXPRESSION]
	jq -nc "{cniVersion: \"1.0.0\", name: \"net\", type: \"dpdk-cni\", deviceID: \"$A\"} + (${1:-null})"
}
with_ip() { # MAC ADDRESS
	vfconf "{mac: \"$1\", ipam: {type: \"static\", addresses: [{address: \"$2/24\"}]}}"
}
at_pf() {
	ip -d -j link show "$pf" | jq -r '.[0].vfinfo_list[1].address'
}
in_pod() {
	ip -n pod -j link show net1 | jq -r '.[0].address'
}
# An address that no network asked for: whoever has the VF sets it.
pod_sets() { # MAC
	ip -n pod link set net1 address "$1" 2>&1
}
set_admin() { # MAC
	ip link set "$pf" vf 1 mac "$1"
}

# As a pod with an address of its own finds it that comes next: nobody gave it one at the PF.
is_free() { # NAME
	t_add "$1: the next pod" "$(vfconf "{mac: \"$OTHER\"}")"
	t_is "$1: has its own address" "$(in_pod)" $OTHER
	t_run "$1: and sets another, as it may on a VF that was never used" pod_sets 02:00:00:00:55:66
	t_del "$1: DEL" "$(vfconf)"
	as_before "$1: the host is as before"
}
# As one finds it to whom an administrator gave one: he keeps it.
is_bound() { # NAME
	t_add "$1: the next pod" "$(vfconf)"
	t_is "$1: has the address of the administrator" "$(in_pod)" $ADMIN
	t_run_fails "$1: and may not set another" pod_sets 02:00:00:00:55:66
	t_del "$1: DEL" "$(vfconf)"
	as_before "$1: the host is as before"
}
# Frames from one VF to the other, with that address.
passes() { # NAME MAC
	t_run "$1: frames pass" t_wait 20 ip netns exec pod2 ping -c1 -W1 10.1.0.1
	t_is "$1: with its address" "$(ip -n pod2 -j neigh show 10.1.0.1 | jq -r '.[0].lladdr')" "$2"
	ip -n pod2 neigh flush all
}

CONTAINER=peer POD=pod2 t_add 'a peer' "$(with_ip 02:00:00:00:99:99 10.1.0.2 | jq -c ".deviceID = \"$B\"")"
BEFORE=$(snapshot)

# ---------------------------------------------------------------- never used

t_add 'a VF that was never used: ADD with an address' "$(with_ip $WISH 10.1.0.1)"
t_is 'its link has it' "$(in_pod)" $WISH
passes 'never used' $WISH
t_run 'the pod may set another' pod_sets $OTHER
t_del 'DEL' "$(with_ip $WISH 10.1.0.1)"
as_before 'the host is as before'
is_free 'never used'

VFIO="{mode: \"vfio\", mac: \"$WISH\"}"
t_add 'the same in mode vfio' "$(vfconf "$VFIO")"
t_is 'its PF has it' "$(at_pf)" $WISH
t_is 'the result too' "$(jq -r '.interfaces[0].mac' <<<"$OUT")" $WISH
t_del 'DEL' "$(vfconf "$VFIO")"
as_before 'the host is as before'
is_free 'after mode vfio'

# What fails after it takes it back.
t_refused 'a key after it that this driver has not' ADD "$(vfconf "{mac: \"$WISH\", link_state: \"enable\"}")" 104 link_state
is_free 'after a failure'
t_refused 'the same in mode vfio' ADD "$(vfconf "$VFIO + {link_state: \"enable\"}")" 104 link_state
is_free 'after a failure in mode vfio'

# ---------------------------------------------------------------- an administrator gave it one

# As the SR-IOV operator does with every VF: the one that it has. Nothing that can be read changes.
t_need 'the VF has that address' ip link set "$a" address $ADMIN
t_need 'an administrator sets it at the PF' set_admin $ADMIN
BEFORE=$(snapshot)
is_bound 'an admin MAC'
t_add 'ADD with another' "$(with_ip $WISH 10.1.0.1)"
t_is 'its link has it' "$(in_pod)" $WISH
t_is 'its PF has it' "$(at_pf)" $WISH
passes 'an admin MAC' $WISH
t_run 'the pod takes its link down and up' sh -c 'ip -n pod link set net1 down && ip -n pod link set net1 up'
passes 'after that' $WISH
t_is 'its link has it still' "$(in_pod)" $WISH
t_run_fails 'the pod may not set another' pod_sets $OTHER
RESULT=$OUT
cni CHECK "$(with_ip $WISH 10.1.0.1 | jq -c ".prevResult = $RESULT")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
t_del 'DEL' "$(with_ip $WISH 10.1.0.1)"
as_before 'the host is as before'
is_bound 'afterwards'

t_add 'ADD with the very same' "$(vfconf "{mac: \"$ADMIN\"}")"
t_is 'its link has it' "$(in_pod)" $ADMIN
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'
is_bound 'the very same'

t_add 'ADD in mode vfio' "$(vfconf "$VFIO")"
t_is 'its PF has the one of the network' "$(at_pf)" $WISH
t_del 'DEL' "$(vfconf "$VFIO")"
as_before 'the host is as before'
is_bound 'after mode vfio'

t_refused 'a bad MTU after it' ADD "$(vfconf "{mac: \"$WISH\", mtu: 60000}")" 104 'MTU 60000'
is_bound 'after a failure'
CONF=$(vfconf "{mac: \"$WISH\"}")
killed_everywhere 2
is_bound 'after being killed'

# He gives it one that its driver does not know yet.
t_need 'an administrator sets yet another' set_admin 02:ad:00:00:00:02
BEFORE=$(snapshot)
t_add 'ADD with an address' "$(with_ip $WISH 10.1.0.1)"
t_is 'its link has it' "$(in_pod)" $WISH
passes 'yet another' $WISH
t_del 'DEL' "$(with_ip $WISH 10.1.0.1)"
as_before 'the host is as before'
t_need 'the one that it has' set_admin $ADMIN
BEFORE=$(snapshot)

# A trusted VF has the last word all the same.
t_add 'ADD with trust' "$(vfconf "{mac: \"$WISH\", trust: \"on\"}")"
t_is 'its link has it' "$(in_pod)" $WISH
t_run 'the pod sets another' pod_sets $OTHER
t_del 'DEL' "$(vfconf "{mac: \"$WISH\", trust: \"on\"}")"
as_before 'the host is as before'
is_bound 'after trust'
t_add 'ADD with trust in mode vfio' "$(vfconf "$VFIO + {trust: \"on\"}")"
t_del 'DEL' "$(vfconf "$VFIO + {trust: \"on\"}")"
as_before 'the host is as before'

# A PF that is down answers no VF, whose driver then believes what it likes.
t_need 'the PF goes down' ip link set "$pf" down
DOWN=$(snapshot)
cni ADD "$(with_ip $WISH 10.1.0.1)"
t_json 'ADD while the PF is down: try again later' "$OUT" \
	'[.code, (.msg | contains("its PF '"${PF[0]}"' is down")), (.details | contains("take the PF up"))]' \
	'[11,true,true]'
t_is 'the host is as before' "$(snapshot)" "$DOWN"
cni ADD "$(vfconf "$VFIO")"
t_json 'and so in mode vfio' "$OUT" .code 11
t_is 'the host is as before' "$(snapshot)" "$DOWN"
t_add 'not so without an address' "$(vfconf)"
t_del 'DEL' "$(vfconf)"
t_need 'the PF comes up' ip link set "$pf" up
t_need 'its carrier' t_wait 20 has_carrier "${PF[0]}"
as_before 'the host is as before'
# Not that it may not set another: after its PF was down this driver lets it.
t_add 'after the PF was down: the next pod' "$(vfconf)"
t_is 'after the PF was down: has the address of the administrator' "$(in_pod)" $ADMIN
t_del 'after the PF was down: DEL' "$(vfconf)"
as_before 'after the PF was down: the host is as before'

# ---------------------------------------------------------------- and changes his mind

t_add 'ADD with an address' "$(vfconf "{mac: \"$WISH\"}")"
RESULT=$OUT
t_need 'an administrator sets one of his own' set_admin 02:ad:00:00:00:03
cni CHECK "$(vfconf "{mac: \"$WISH\", prevResult: $RESULT}")"
t_json 'CHECK finds it' "$OUT" '[.code, (.msg | contains("its MAC at its PF is 02:ad:00:00:00:03"))]' '[106,true]'
t_del 'DEL' "$(vfconf)"
t_is 'it is left' "$(at_pf)" 02:ad:00:00:00:03
t_like 'and said' "$ERR" 'mac of the VF was changed at its PF by somebody else'
# The VF's driver has come up with his by now, and may set another only where there is none.
t_need 'he takes it back' set_admin 00:00:00:00:00:00
t_need 'and the VF has its own' ip link set "$(netdev "$A")" address $ADMIN
t_need 'he sets that' set_admin $ADMIN
as_before 'then the host is as before'
t_add 'ADD in mode vfio' "$(vfconf "$VFIO")"
t_need 'an administrator sets one of his own' set_admin 02:ad:00:00:00:03
t_del 'DEL' "$(vfconf "$VFIO")"
t_is 'it is left' "$(at_pf)" 02:ad:00:00:00:03
t_need 'he takes it back' set_admin 00:00:00:00:00:00
t_need 'and the VF has its own' ip link set "$(netdev "$A")" address $ADMIN
t_need 'he sets that' set_admin $ADMIN
as_before 'then the host is as before'
t_add 'ADD without an address' "$(vfconf)"
RESULT=$OUT
cni CHECK "$(vfconf "{prevResult: $RESULT}")"
t_is 'CHECK has nothing to say' "$RC$OUT" 0
t_need 'an administrator sets another' set_admin 02:ad:00:00:00:03
cni CHECK "$(vfconf "{prevResult: $RESULT}")"
t_json 'CHECK finds it' "$OUT" '[.code, (.msg | contains("its MAC at its PF is"))]' '[106,true]'
t_need 'he takes it back' set_admin $ADMIN
t_del 'DEL' "$(vfconf)"
as_before 'the host is as before'

# He takes it away for good.
t_need 'no admin MAC any more' set_admin 00:00:00:00:00:00
t_need 'an address of its own' ip link set "$(netdev "$A")" address $ADMIN
BEFORE=$(snapshot)
is_free 'without an admin MAC'

CONTAINER=peer POD=pod2 t_del 'DEL of the peer' "$(with_ip 02:00:00:00:99:99 10.1.0.2 | jq -c ".deviceID = \"$B\"")"
ip netns del pod
ip netns del pod2
t_need 'VFs as they were' make_vfs 0
t_done
