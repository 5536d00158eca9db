#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the build and the tests need from Debian 12 or newer (or Ubuntu 24.04), installed with apt.
#
#	test/deps.sh                    install all of it
#	test/deps.sh build              only what the build needs
#	test/deps.sh --list [GROUP...]  print the packages
#
# Sourced, it defines deps_list, deps_missing and deps_install, which take the groups.

deps_build=(
	gcc libc6-dev meson ninja-build pkg-config
	dpkg-dev                                        # tells meson where Debian's libraries go
	libjansson-dev libnl-3-dev libnl-route-3-dev    # the plugin
	libnghttp2-dev libprotobuf-c-dev protobuf-c-compiler # it asks the kubelet by gRPC
	libyajl-dev                                     # and reads its files as a stream
	libyaml-dev                                     # its doctor: the kubelet's configuration
	libdpdk-dev libnuma-dev                         # the pod side; brings the drivers, libxdp and libpcap
)
deps_run=(                                              # to try it out on a machine
	iproute2 iputils-ping util-linux procps jq
	containernetworking-plugins                     # IPAM, and the peers to compare with
	dpdk dpdk-dev                                   # testpmd: any DPDK program
)
deps_test=(
	libcmocka-dev
	strace ethtool tcpdump binutils libcap2-bin
	libseccomp2                                     # a pod's seccomp profile
	python3 python3-jsonschema                      # the schema of the pod file
	python3-yaml                                    # the pods of conf/
	python3-grpcio                                  # a kubelet to ask
	clang cppcheck shellcheck codespell mandoc
)
# One release decides how the sources are formatted: Debian 12's.
! grep -qs '^VERSION_CODENAME=bookworm$' /etc/os-release || deps_test+=(clang-format-14 libclang-rt-14-dev)
deps_distro=(debootstrap)                               # fresh installations to try it in
deps_runtime=(                                          # real clients of the plugin
	containerd runc podman busybox-static
	python3-grpcio                                  # to speak to containerd as kubelet does
)
deps_programs=(openvswitch-switch-dpdk)                 # a DPDK program with lcores of its own
deps_kubernetes=(                                       # a cluster of one node
	containerd runc busybox-static openssl
	kubernetes-client                               # kubectl
)

deps_list() { # GROUP...
	local group

	for group; do
		case $group in
		build) printf '%s\n' "${deps_build[@]}" ;;
		run) printf '%s\n' "${deps_run[@]}" ;;
		test) printf '%s\n' "${deps_test[@]}" ;;
		runtime) printf '%s\n' "${deps_runtime[@]}" ;;
		kubernetes) printf '%s\n' "${deps_kubernetes[@]}" ;;
		programs) printf '%s\n' "${deps_programs[@]}" ;;
		distro) printf '%s\n' "${deps_distro[@]}" ;;
		*)
			echo "deps.sh: no such group: $group (build, run, test, programs, runtime, kubernetes, distro)" >&2
			return 2
			;;
		esac
	done
}

deps_missing() { # GROUP...
	local pkg wanted

	wanted=$(deps_list "$@") || return
	for pkg in $wanted; do
		# Another vendor's package with the same programs would be removed for Debian's.
		case $pkg in
		kubernetes-client) ! command -v kubectl >/dev/null || continue ;;
		containerd | runc | podman) ! command -v "$pkg" >/dev/null || continue ;;
		esac
		dpkg-query -W -f '${db:Status-Status}\n' "$pkg" 2>/dev/null | grep -qx installed ||
			echo "$pkg"
	done
}

# Installed to be run by the tests, in their sandboxes: no service of a package is started here.
deps_quietly_() { # CMD...
	(
		policy=/usr/sbin/policy-rc.d
		if [ ! -e "$policy" ]; then
			trap 'rm -f "$policy"' EXIT
			trap 'exit 1' HUP INT TERM
			printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
		fi
		"$@"
	)
}

deps_apt_() { # APT-GET ARGUMENTS...
	DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=600 \
		-o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false "$@" </dev/null >&2
}

deps_install() { # GROUP...
	local missing list

	if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
		echo "deps.sh: no apt here; install by hand what these packages hold:" >&2
		deps_list "$@" >&2
		return 1
	fi
	list=$(deps_missing "$@") || return
	[ -n "$list" ] || return 0
	mapfile -t missing <<<"$list"
	if [ "$(id -u)" -ne 0 ]; then
		echo "deps.sh: needs root to install: ${missing[*]}" >&2
		return 1
	fi
	echo "deps.sh: installing: ${missing[*]}" >&2
	# A fresh image has no package lists, an old one lists what is gone.
	deps_quietly_ deps_apt_ install "${missing[@]}" 2>/dev/null ||
		{ deps_apt_ update && deps_quietly_ deps_apt_ install "${missing[@]}"; }
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	set -u
	do=deps_install
	case ${1:-} in
	--list)
		do=deps_list
		shift
		;;
	-h | --help)
		sed -n '4,8s/^# \{0,1\}//p' "$0"
		exit 0
		;;
	esac
	[ $# -gt 0 ] || set -- build run test programs runtime kubernetes distro
	"$do" "$@"
fi
