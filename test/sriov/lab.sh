# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A machine with SR-IOV, on any two cores: QEMU emulates an Intel 82576 on each of two NUMA nodes,
# behind an IOMMU; a Debian kernel runs on it, with this machine's own / under a writable overlay.
# No part of it needs SR-IOV, an IOMMU or virtualisation here. Source it after ../tap.sh:
#
#	lab_prepare                     installs and fetches what is missing
#	lab_boot OUTPUT COMMAND...      runs bash code in the guest; its stdout goes to the file OUTPUT
#
# What is fetched stays in $LAB_CACHE; remove that to have a newer kernel.

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_CACHE=${LAB_CACHE:-/var/cache/dpdk-cni-lab}
LAB_QEMU=qemu-system-x86_64
# The whole of a boot with all scenarios takes some eight minutes on two cores, and more where those
# are busy.
LAB_TIMEOUT=${LAB_TIMEOUT:-2700}
# Memory of each of its two NUMA nodes, in MiB, and more of QEMU's arguments.
LAB_MEMORY=${LAB_MEMORY:-1024}
LAB_MACHINE=()
# Why lab_prepare or lab_boot gave up.
LAB_WHY=

# ---------------------------------------------------------------- packages

lab_has_igb_() {
	command -v "$LAB_QEMU" >/dev/null && "$LAB_QEMU" -device help 2>/dev/null | grep -q '"igb"'
}

# apt with a source list and package lists of our own: the machine's stay as they are. What the
# machine's sources are apt itself says, in whatever format and place they are written.
lab_apt_() { # COMMAND...
	"$1" -qq -o Dir::Etc::SourceList="$lab_work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$lab_work/lists" -o Dir::Cache="$lab_work/cache" \
		-o APT::Sandbox::User=root -o APT::Install-Recommends=false \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "${@:2}" </dev/null
}

# The distribution's own sources; those of others may need keys that are named elsewhere.
lab_apt_sources_() { # CODENAME
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' 2>/dev/null |
		sed -n "s/^\(Debian\|Ubuntu\) $1[^ ]* //p" | grep -E ' (main|universe)$' | sort -u
}

# Debian 12 has QEMU 7.2, and 10 in its backports; what comes after it has one that does.
lab_apt_setup_() {
	local codename backports

	[ ! -e "$lab_work/lists" ] || return 0
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	backports=$codename-backports
	lab_apt_sources_ "$codename" >"$lab_work/sources.list"
	if [ ! -s "$lab_work/sources.list" ]; then
		# apt knows where a source comes from only after it has read its lists.
		apt-get -qq update </dev/null
		lab_apt_sources_ "$codename" >"$lab_work/sources.list"
	fi
	if [ "$codename" = bookworm ] && ! grep -q " $backports " "$lab_work/sources.list"; then
		sed -i "0,/ $codename main\$/s/^\(.*\) $codename main\$/&\n\1 $backports main/" "$lab_work/sources.list"
	fi
	mkdir -p "$lab_work/lists/partial" "$lab_work/cache/archives/partial"
	lab_apt_ apt-get update
}

lab_install_qemu_() {
	local from=()

	lab_apt_setup_ || return
	! grep -q -- -backports "$lab_work/sources.list" ||
		from=(-t "$(sed -n 's/.* \([^ ]*-backports\) .*/\1/p' "$lab_work/sources.list")")
	DEBIAN_FRONTEND=noninteractive lab_apt_ apt-get -y ${from[@]+"${from[@]}"} install qemu-system-x86
}

# Downloads packages and unpacks the members that match, into a directory; installs nothing.
lab_unpack_() { # DIR PACKAGES PATTERN...
	local dir=$1 packages=$2 deb

	shift 2
	rm -rf "$lab_work/debs"
	mkdir -p "$lab_work/debs" "$dir" || return
	# shellcheck disable=SC2086 # several packages
	(cd "$lab_work/debs" && lab_apt_ apt-get download $packages) || return
	for deb in "$lab_work"/debs/*.deb; do
		# tar says "not found" of patterns that this package has no members for.
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --wildcards --no-anchored "$@" 2>/dev/null
		[ "${PIPESTATUS[0]}" -eq 0 ] || return
	done
	rm -rf "$lab_work/debs"
}

# ---------------------------------------------------------------- kernel and initramfs

# The kernel packages: Debian's image holds its modules, Ubuntu has them in packages beside it.
lab_kernel_packages_() {
	local meta image version p

	for meta in linux-image-amd64 linux-image-generic; do
		image=$(lab_apt_ apt-cache depends "$meta" 2>/dev/null |
			sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
		[ -z "$image" ] || break
	done
	[ -n "$image" ] || return 1
	version=${image#linux-image-}
	echo "$image"
	for p in "linux-modules-$version" "linux-modules-extra-$version"; do
		[ -z "$(lab_apt_ apt-cache show "$p" 2>/dev/null)" ] || echo "$p"
	done
}

# The ELF file within a bzImage: QEMU enters it directly (PVH), without real mode and without
# unpacking it under emulation, some five seconds faster. The header says where it is.
lab_vmlinux_() { # BZIMAGE OUT
	local at length unpack sectors

	sectors=$(od -An -tu1 -j $((0x1f1)) -N1 "$1")
	at=$(($(od -An -tu4 -j $((0x248)) -N4 "$1") + (sectors + 1) * 512))
	length=$(od -An -tu4 -j $((0x24c)) -N4 "$1")
	case $(od -An -tx1 -j $at -N4 "$1" | tr -d ' ') in
	fd377a58) unpack='xz -dc --single-stream' ;;
	1f8b08*) unpack='gzip -dc' ;;
	28b52ffd) unpack='zstd -dc' ;;
	04224d18 | 02214c18) unpack='lz4 -dc' ;;
	*) return 1 ;;
	esac
	# The size of the kernel follows the compressed data: the unpacker calls it garbage.
	tail -c +$((at + 1)) "$1" | head -c "$length" | $unpack >"$2" 2>/dev/null
	[ "$(od -An -tx1 -N4 "$2" | tr -d ' ')" = 7f454c46 ]
}

lab_fetch_kernel_() {
	local dir=$lab_work/kernel version packages image unpackers=

	lab_apt_setup_ || return
	packages=$(lab_kernel_packages_) || return
	for image in xz zstd; do
		command -v $image >/dev/null || unpackers+="${image/%xz/xz-utils} "
	done
	# shellcheck disable=SC2086 # several packages
	[ -z "$unpackers" ] || DEBIAN_FRONTEND=noninteractive lab_apt_ apt-get -y install $unpackers || return
	# Not the whole of it: graphics and sound are most of a kernel's size.
	lab_unpack_ "$dir" "$packages busybox-static" './boot/vmlinuz-*' '*/bin/busybox' \
		'modules/*/modules.builtin*' 'modules/*/modules.order' \
		'modules/*/kernel/'{arch,crypto,lib,net,virt} \
		'modules/*/kernel/fs/'{9p,fscache,netfs,overlayfs,fuse} \
		'modules/*/kernel/drivers/'{dca,i2c,iommu,net,pps,ptp,uio,vfio,virtio,char/hw_random} || return
	image=$(echo "$dir"/boot/vmlinuz-*)
	version=${image##*/vmlinuz-}
	mkdir -p "$dir/out/modules/lib/modules"
	mv "$dir"{,/usr}/bin/busybox "$dir/out/" 2>/dev/null
	mv "$dir"{,/usr}/lib/modules/"$version" "$dir/out/modules/lib/modules/" 2>/dev/null
	find "$dir/out/modules" -name '*.ko.xz' -exec xz -d {} + || return
	find "$dir/out/modules" -name '*.ko.zst' -exec zstd -dq --rm {} + || return
	"$dir/out/busybox" depmod -b "$dir/out/modules" "$version" || return
	lab_vmlinux_ "$image" "$dir/out/vmlinux" || mv "$image" "$dir/out/vmlinux"
	echo "$version" >"$dir/out/version"
	lab_initramfs_ "$dir/out" "$version" || return
	rm -rf "$LAB_CACHE/kernel"
	mv "$dir/out" "$LAB_CACHE/kernel"
}

# What brings the guest from nothing to this machine's /: its drivers in the order they need, and
# the script beside this one.
lab_initramfs_() { # DIR VERSION
	local root=$lab_work/root module path n=10

	rm -rf "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,modules,host,upper,root}
	cp "$1/busybox" "$root/bin/"
	ln -s busybox "$root/bin/sh"
	for module in virtio_pci 9pnet_virtio 9p overlay; do
		# Built in, in some kernels: no line.
		while read -r path; do
			[ -n "$path" ] || continue
			[ -z "$(find "$root/modules" -name "*-${path##*/}")" ] || continue
			cp "$1/modules/lib/modules/$2/$path" "$root/modules/$n-${path##*/}" || return
			n=$((n + 1))
		done < <(lab_module_order_ "$1/modules/lib/modules/$2" "$module")
	done
	install -m 755 "$LAB_DIR/initramfs.sh" "$root/init"
	(cd "$root" && find . | "$1/busybox" cpio -o -H newc 2>/dev/null) >"$1/initramfs"
}

# A module's file and those it needs, these first; modules.dep lists them the other way round.
lab_module_order_() { # DIR MODULE
	grep -E "(^|/)${2//[-_]/[-_]}\.ko:" "$1/modules.dep" | tr -d : | tr ' ' '\n' | tac
}

# ---------------------------------------------------------------- prepare, boot

# Everything that a boot needs. Says in LAB_WHY what is missing where it fails.
lab_prepare() {
	local err

	if [ "$(uname -m)" != x86_64 ]; then
		LAB_WHY="the guest runs this machine's programs, and the emulated NIC is x86-64's"
		return 1
	fi
	mkdir -p "$LAB_CACHE" || return
	# Two labs at once share one download.
	exec 8>"$LAB_CACHE/lock"
	flock 8
	t_tmpdir
	err=$T_TMP/prepare.err
	: >"$err"
	lab_work=$(mktemp -d "$LAB_CACHE/work.XXXXXX")
	t_cleanup "rm -rf -- '$lab_work'"
	if ! lab_has_igb_; then
		[ "${LAB_INSTALL:-yes}" = yes ] && lab_install_qemu_ >"$err" 2>&1
		lab_has_igb_ || LAB_WHY="QEMU with the igb device (8.0 or newer) is not here, nor can it be installed: $(tail -n 2 "$err")"
	fi
	if [ -z "$LAB_WHY" ] && [ ! -s "$LAB_CACHE/kernel/initramfs" ]; then
		lab_fetch_kernel_ >"$err" 2>&1 || LAB_WHY="the guest's kernel cannot be fetched: $(tail -n 2 "$err")"
	fi
	# The script in it may be newer than the kernel.
	if [ -z "$LAB_WHY" ] && [ "$LAB_DIR/initramfs.sh" -nt "$LAB_CACHE/kernel/initramfs" ]; then
		lab_initramfs_ "$LAB_CACHE/kernel" "$(cat "$LAB_CACHE/kernel/version")"
	fi
	rm -rf "$lab_work"
	exec 8>&-
	lab_share=$T_TMP/share
	mkdir -p "$lab_share"
	[ -z "$LAB_WHY" ]
}

# The machine. A pxb on each NUMA node carries a NIC; both are on one wire, and a NIC without SR-IOV
# and without a NUMA node with them, and a virtio NIC, whose driver a scenario loads. With a pxb, every other device must name its bus. No timer check: on a busy host the guest would count too few timer
# interrupts, and panic.
lab_machine_() {
	local kernel=$LAB_CACHE/kernel

	lab_args=(
		-machine 'q35,smm=off,vmport=off,kernel-irqchip=off' -accel 'tcg,thread=multi,tb-size=512'
		-cpu 'Nehalem,+x2apic,+rdrand,vmx=off' -smp 2 -m $((2 * LAB_MEMORY))
		-object "memory-backend-ram,id=m0,size=${LAB_MEMORY}M"
		-object "memory-backend-ram,id=m1,size=${LAB_MEMORY}M"
		-numa 'node,nodeid=0,cpus=0,memdev=m0' -numa 'node,nodeid=1,cpus=1,memdev=m1'
		-nodefaults -no-user-config -display none -no-reboot
		-device 'intel-iommu,intremap=on,caching-mode=on'
		-device 'pxb-pcie,id=pxb0,bus_nr=32,numa_node=0,bus=pcie.0'
		-device 'pxb-pcie,id=pxb1,bus_nr=96,numa_node=1,bus=pcie.0'
		-device 'pcie-root-port,id=rp0,bus=pxb0,chassis=1,slot=1'
		-device 'pcie-root-port,id=rp1,bus=pxb1,chassis=2,slot=2'
		-netdev 'hubport,id=n0,hubid=0' -netdev 'hubport,id=n1,hubid=0'
		-device 'igb,bus=rp0,netdev=n0,mac=52:54:00:00:0a:00'
		-device 'igb,bus=rp1,netdev=n1,mac=52:54:00:00:0b:00'
		-netdev 'hubport,id=n2,hubid=0' -device 'e1000e,bus=pcie.0,netdev=n2,mac=52:54:00:00:0c:00'
		-netdev 'hubport,id=n3,hubid=0'
		-device 'virtio-net-pci,bus=pcie.0,netdev=n3,mac=52:54:00:00:0d:00,disable-legacy=on,iommu_platform=on'
		-device 'virtio-rng-pci,bus=pcie.0'
		-fsdev 'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap'
		-device 'virtio-9p-pci,bus=pcie.0,fsdev=host,mount_tag=host'
		-fsdev "local,id=lab,path=$lab_share,security_model=none"
		-device 'virtio-9p-pci,bus=pcie.0,fsdev=lab,mount_tag=lab'
		-kernel "$kernel/vmlinux" -initrd "$kernel/initramfs"
		-append 'console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off nokaslr no5lvl tsc=reliable no_timer_check intel_iommu=on iommu=pt'
		-chardev "file,id=console,path=$lab_share/console.log" -serial chardev:console
		${LAB_MACHINE[@]+"${LAB_MACHINE[@]}"}
	)
}

# The guest writes a file every other second, whatever its job does.
lab_watch_() { # PID
	local old

	while sleep 5 && kill -0 "$1" 2>/dev/null; do
		old=$(find "$lab_share/beat" -mmin +1 2>/dev/null)
		if [ -n "$old" ]; then
			echo 'the guest stood still for a minute' >>"$lab_share/qemu.log"
			pkill -ABRT -P "$1"
			return
		fi
	done
}

# Runs bash code as the guest's only job, with its stdout to a file or FIFO ("-": this terminal,
# and the terminal's input to it). The share is /run/lab in the guest, $lab_share here. Returns 0
# when the guest has ended by itself, else QEMU's exit status, with LAB_WHY.
#
# Status 134 is QEMU's own mishap, once in some thirty boots, and at any time. Either it aborts: a CPU
# looks up a device in a memory map that another one has just changed ("iotlb_to_section: Assertion").
# Or timer interrupts get lost and the whole guest stands still: lab_watch_ aborts it. Boot again.
# $lab_share/up is there once the job has begun.
lab_boot() { # OUTPUT CODE
	local out=$1 rc=0 pid

	printf "LAB_KERNEL='%s'\nLAB_INIT='%s'\n" "$LAB_CACHE/kernel" "$LAB_DIR/guest/init.sh" >"$lab_share/env"
	printf '%s\n' "$2" >"$lab_share/job"
	rm -f "$lab_share"/{up,uptime,beat}
	lab_machine_
	if [ "$out" = - ]; then
		lab_args+=(-chardev 'stdio,id=job,signal=off' -serial chardev:job)
		timeout --foreground "$LAB_TIMEOUT" "$LAB_QEMU" "${lab_args[@]}" 2>"$lab_share/qemu.log" || rc=$?
	else
		ulimit -c 0
		lab_args+=(-chardev "file,id=job,path=$out" -serial chardev:job)
		# Whoever kills this script kills the machine with it.
		setpriv --pdeathsig TERM timeout -k 5 "$LAB_TIMEOUT" \
			setpriv --pdeathsig KILL "$LAB_QEMU" "${lab_args[@]}" \
			</dev/null >"$lab_share/qemu.log" 2>&1 &
		pid=$!
		lab_watch_ "$pid" 7>&- &
		wait "$pid" 2>/dev/null || rc=$?
	fi
	if [ "$rc" -eq 0 ] && [ ! -e "$lab_share/uptime" ]; then
		rc=1
		LAB_WHY="the guest's kernel panicked"
	elif [ "$rc" -eq 0 ]; then
		LAB_WHY=
	elif [ "$rc" -eq 124 ] || [ "$rc" -eq 137 ]; then
		LAB_WHY="the guest did not end within $LAB_TIMEOUT seconds"
	else
		LAB_WHY="QEMU ended with status $rc: $(tail -n 5 "$lab_share/qemu.log")"
	fi
	return "$rc"
}
