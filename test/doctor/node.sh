# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the scripts of the node's checks: machines that this one is not. What the kernel says is
# replaced in the sandbox's own mounts; whatever can be done for real is done for real instead.

# An empty, writable directory in place of DIR.
empty() { # DIR
	mount -n -t tmpfs -o mode=755 tmpfs "$1"
}

# The file says TEXT from now on.
says() { # FILE TEXT
	local fake=$T_TMP/fake${1//\//_}

	if [ -e "$fake" ]; then
		printf '%s\n' "$2" >"$fake"
		return
	fi
	printf '%s\n' "$2" >"$fake"
	mount -n --bind "$fake" "$1"
}

# Files below DIR: NAME=TEXT...
fill() { # DIR NAME=TEXT...
	local dir=$1 pair

	shift
	mkdir -p "$dir"
	for pair; do
		mkdir -p "$(dirname "$dir/${pair%%=*}")"
		printf '%s\n' "${pair#*=}" >"$dir/${pair%%=*}"
	done
}

# NUMA nodes 0 to N-1 without hugepages.
nodes() { # N
	local i

	empty /sys/devices/system/node
	fill /sys/devices/system/node online="0-$(($1 - 1))"
	for ((i = 0; i < $1; i++)); do
		fill "/sys/devices/system/node/node$i" cpulist="$i"
		pages "$i" 2048 0
	done
}

pages() { # NODE KB TOTAL [FREE]
	fill "/sys/devices/system/node/node$1/hugepages/hugepages-$2kB" nr_hugepages="$3" \
		free_hugepages="${4:-$3}"
}

# A PCI bus of NICs; PCI_BUS is done by the first of them.
BUS=/sys/bus/pci/devices
pci_bus() {
	empty "$BUS"
	empty /sys/bus/pci/drivers
	mkdir /sys/bus/pci/drivers/vfio-pci
	if [ -d /sys/kernel/iommu_groups ]; then
		empty /sys/kernel/iommu_groups
	else
		empty /sys/kernel
		mkdir /sys/kernel/iommu_groups
	fi
}

nic() { # ADDRESS NAME=TEXT...
	local address=$1

	shift
	fill "$BUS/$address" class=0x020000 vendor=0x8086 device=0x1572 numa_node=0 driver_override='(null)' "$@"
	# Whoever reads it may wait for whoever writes it: here for ever.
	[ -e "$BUS/$address/sriov_numvfs" ] || mkfifo "$BUS/$address/sriov_numvfs"
}

# N VFs that are nothing but the PF's links to them.
vfs() { # PF-ADDRESS N
	local i

	rm -f "$BUS/$1"/virtfn*
	for ((i = 0; i < $2; i++)); do ln -s "../$1-$i" "$BUS/$1/virtfn$i"; done
}

# Driver "" is none.
driver() { # ADDRESS DRIVER
	rm -f "$BUS/$1/driver"
	[ -z "$2" ] || ln -s "../../drivers/$2" "$BUS/$1/driver"
}

# A VF with a group of its own, named after its index.
vf() { # PF-ADDRESS INDEX ADDRESS DRIVER
	nic "$3"
	ln -s "../$1" "$BUS/$3/physfn"
	ln -s "../$3" "$BUS/$1/virtfn$2"
	driver "$3" "$4"
	group "$3" "$((100 + $2))"
}

group() { # ADDRESS GROUP [TYPE]
	local dir=/sys/kernel/iommu_groups/$2

	fill "$dir" type="${3:-identity}"
	mkdir -p "$dir/devices"
	ln -s "$BUS/$1" "$dir/devices/$1"
	ln -sfn "$dir" "$BUS/$1/iommu_group"
}

# A process of that name, which ends with the script. Its id is in PID.
process() { # NAME [COMMAND-BEFORE...]
	local name=$1

	shift
	cp "$(command -v sleep)" "$T_TMP/$name"
	"$@" "$T_TMP/$name" 1000 &
	PID=$!
	t_wait 10 has_name "$PID" "$name" || t_fail "a process $name runs"
}
has_name() { # PID NAME
	[ "$(<"/proc/$1/comm")" = "$2" ]
}
ends() { # PID
	{ kill "$1" && wait "$1"; } 2>/dev/null
	return 0
}

# A kubelet lives here, with this configuration.
kubelet() { # YAML
	mkdir -p /var/lib/kubelet
	printf '%s\n' "$1" >/var/lib/kubelet/config.yaml
}

# A process kubelet with these flags, instead of the one before.
KUBELET=
running_kubelet() { # FLAG...
	[ -z "$KUBELET" ] || ends "$KUBELET"
	# A shell that waits has the arguments of a program, and a name of its own.
	[ -e "$T_TMP/kubelet" ] || {
		cp "$(command -v bash)" "$T_TMP/kubelet"
		mkfifo "$T_TMP/never"
	}
	# shellcheck disable=SC2016 # for that shell
	"$T_TMP/kubelet" -c 'read -r _ <"$0"' "$T_TMP/never" "$@" &
	KUBELET=$!
	t_wait 10 has_name "$KUBELET" kubelet || t_fail 'a kubelet runs'
}
