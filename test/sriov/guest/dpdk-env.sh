# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# DPDK in the guest: memory, few drivers, and far ends to send from. After nic.sh.

# shellcheck source=../../netns/l2fwd-common.sh
. "$SOURCE_ROOT/test/netns/l2fwd-common.sh"
POD_TOOL=$BUILD_ROOT/dataplane/pod/dpdk-pod

# Pages of 2 MB on each node.
dpdk_memory() { # PAGES
	local node

	for node in /sys/devices/system/node/node*/hugepages/hugepages-2048kB; do
		echo "$1" >"$node/nr_hugepages"
		[ "$(<"$node/nr_hugepages")" -eq "$1" ] || return
	done
}

# EAL opens every driver there is: under emulation that takes longer than all else. Those that the
# lab has no use for are out of sight; testpmd is linked with some more.
dpdk_few_drivers() {
	local dir few=/run/dpdk-few name

	mkdir -p $few
	for dir in /usr/lib/*/dpdk/pmds-*; do
		for name in bus_pci bus_vdev mempool_ring net_e1000 \
			$(ldd "$(command -v dpdk-testpmd)" | sed -n 's/^[[:space:]]*librte_\([^. ]*\)\.so.*/\1/p'); do
			[ ! -e "$dir/librte_$name.so" ] || cp -a "$dir/librte_$name".so* $few/ || return
		done
		mount --bind $few "$dir"
	done
}

# What a DPDK program forwards between VF 0 of the two NICs goes from namespace left, which has VF 1
# of the first, to right, which has VF 1 of the other. Each NIC's VFs are in a VLAN of their own (10
# and 20), or else the wire between the NICs would do. The addresses are those that l2fwd sends to.
LEFT=10.5.0.1 RIGHT=10.5.0.2
far_ends() {
	local p ns dev

	for p in 0 1; do
		ns=left
		[ $p -eq 0 ] || ns=right
		ip link set "$(netdev "${PF[$p]}")" vf 1 vlan $((p * 10 + 10)) || return
		dev=$(netdev "$(vf $p 1)")
		ip netns add $ns || return
		ip netns exec $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		ip link set "$dev" netns $ns name far address "02:00:00:00:00:0$p" || return
		ip -n $ns addr add "10.5.0.$((p + 1))/24" dev far || return
		ip -n $ns link set far up || return
	done
}

# The forwarder's VFs are whom they send to.
far_neighbours() { # MAC-OF-THE-FIRST MAC-OF-THE-SECOND
	ip -n left neigh replace $RIGHT lladdr "$1" dev far &&
		ip -n right neigh replace $LEFT lladdr "$2" dev far
}

far_ping() { # COUNT
	ip netns exec left ping -q -c "$1" -i 0.01 -W 2 $RIGHT
}
