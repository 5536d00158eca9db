# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# The guest's NICs: their addresses, their VFs, and what is known of them.

PCI=/sys/bus/pci/devices

# The PFs, in the order of their NUMA nodes: PF[0] is on node 0, PF[1] on node 1.
PF=()
pf_list() {
	local dev

	for dev in "$PCI"/*; do
		[ ! -e "$dev/sriov_totalvfs" ] || echo "$(cat "$dev/numa_node") ${dev##*/}"
	done | sort -n | cut -d ' ' -f 2
}
mapfile -t PF < <(pf_list)

# The NIC without SR-IOV (82574).
PLAIN=$(for dev in "$PCI"/*; do
	[ "$(<"$dev/vendor")$(<"$dev/device")" != 0x80860x10d3 ] || echo "${dev##*/}"
done)

# The address of VF number N of PF number P.
vf() { # P N
	local link

	link=$(readlink "$PCI/${PF[$1]}/virtfn$2") && echo "${link##*/}"
}

# The network device of a PCI address, in this network namespace.
netdev() { # ADDRESS
	local path

	for path in "$PCI/$1/net/"*; do
		[ ! -e "$path" ] || echo "${path##*/}"
	done
}

driver() { # ADDRESS
	local link

	link=$(readlink "$PCI/$1/driver") && echo "${link##*/}"
}

has_carrier() { # ADDRESS
	[ "$(cat "$PCI/$1/net/"*/carrier 2>/dev/null)" = 1 ]
}

has_netdev() { # ADDRESS
	[ -n "$(netdev "$1")" ]
}

# Both PFs up, with N VFs each; those that are there stay. A VF that finds its PF down gets no
# answer from it.
make_vfs() { # N
	local pf i link pids=()

	for pf in "${PF[@]}"; do
		ip link set "$(netdev "$pf")" up || return
	done
	for pf in "${PF[@]}"; do
		[ "$(<"$PCI/$pf/sriov_numvfs")" -ne "$1" ] || continue
		t_wait 20 has_carrier "$pf" || return
		[ "$(<"$PCI/$pf/sriov_numvfs")" -eq 0 ] || echo 0 >"$PCI/$pf/sriov_numvfs" || return
		echo "$1" >"$PCI/$pf/sriov_numvfs" &
		pids+=($!)
	done
	[ ${#pids[@]} -eq 0 ] || wait "${pids[@]}"
	for pf in "${PF[@]}"; do
		[ "$(<"$PCI/$pf/sriov_numvfs")" -eq "$1" ] || return
		for ((i = 0; i < $1; i++)); do
			link=$(readlink "$PCI/$pf/virtfn$i") && t_wait 10 has_netdev "${link##*/}" || return
		done
	done
	# New VFs reset the PF's link.
	for pf in "${PF[@]}"; do
		t_wait 20 has_carrier "$pf"
	done
}

# Binds a device to a driver, whichever one it has; "" unbinds it. Done when the netdev is there.
bind() { # ADDRESS DRIVER
	[ "$(driver "$1")" != "$2" ] || return 0
	[ ! -e "$PCI/$1/driver" ] || echo "$1" >"$PCI/$1/driver/unbind" || return
	echo "$2" >"$PCI/$1/driver_override" || return
	[ -n "$2" ] || return 0
	echo "$1" >/sys/bus/pci/drivers_probe || return
	case $2 in igbvf | igb) t_wait 10 has_netdev "$1" ;; esac
	[ "$(driver "$1")" = "$2" ]
}

no_override() { # ADDRESS
	echo >"$PCI/$1/driver_override"
}

# All that the plugin may change of the NICs, and must put back: what sysfs says of the devices, and
# what netlink says of their links in this namespace, the PFs' lists of VFs included. Carriers come
# and go by themselves. The PF's list has zero for a VF whose driver has not told its address yet,
# which says as much as that address. igbvf calls permanent the address that it last came up with. A
# link that is moved loses its queueing discipline; the default one comes when it is up. (Text, not
# JSON: under emulation jq takes longer than all the rest.)
# shellcheck disable=SC1003 # a backslash
devices_snapshot() {
	(
		shopt -s nullglob
		cd "$PCI" || exit
		stat -c %N ./*/driver ./*/iommu_group
		printf '%s\n' ./*/net/*
		grep -H . ./*/driver_override ./*/sriov_numvfs ./*/sriov_drivers_autoprobe
	)
	ip -d -o link show | sort -t : -k 2 | sed -E '
		s/^([0-9]+): ([^:]*): /\2 ifindex: \1\\\2: /
		s/NO-CARRIER,|,LOWER_UP|,NO-CARRIER//g
		s/ (state|qdisc|permaddr) [^ \\]+//g' | tr '\\' '\n' | sed 's/^ */ /; s/ *$//' | links_own_ | altnames_sorted_
}

# Without the addresses in the lists of VFs that are zero or those of links here.
links_own_() {
	awk '
		{ line[NR] = $0 }
		$1 == "link/ether" { own[$2] = 1 }
		END {
			own["00:00:00:00:00:00"] = 1
			for (i = 1; i <= NR; i++) {
				n = split(line[i], f, " ")
				if (n > 3 && f[1] == "vf" && f[3] == "link/ether" && f[4] in own)
					sub(f[4], "own", line[i])
				print line[i]
			}
		}'
}

# A run of altname lines has no order.
altnames_sorted_() {
	local line run=()

	while IFS= read -r line; do
		if [[ $line == *' altname '* ]]; then
			run+=("$line")
			continue
		fi
		[ ${#run[@]} -eq 0 ] || printf '%s\n' "${run[@]}" | sort
		run=()
		printf '%s\n' "$line"
	done
	[ ${#run[@]} -eq 0 ] || printf '%s\n' "${run[@]}" | sort
}
