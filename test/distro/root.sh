# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A fresh installation of a Debian release in a directory of its own, to try what a newcomer
# types: nothing of this machine is in it but the kernel, the name servers and apt's proxies. Source it
# after ../tap.sh:
#
#	distro_prepare RELEASE          fetches the release, once; why not is in $DISTRO_WHY
#	distro_start RELEASE            makes $DISTRO_ROOT, whose changes are gone with the script
#	distro_in ROOT COMMAND...       runs a command in there, as root, in namespaces of its own
#
# The releases stay in $LAB_CACHE/roots, each an unpacked minimal system that is never changed: a
# test has an overlay on it. One that is a month old is made anew. Packages that were fetched stay
# in $LAB_CACHE/archives.

LAB_CACHE=${LAB_CACHE:-/var/cache/dpdk-cni-lab}
DISTRO_WHY=
DISTRO_ROOT=

# The mirror that this machine uses, whatever that is and in whatever format its sources are.
distro_mirror_() {
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' |
		sed -n 's/^Debian \(.*\) main$/\1/p' | grep -v security | head -n 1
}

distro_prepare() { # RELEASE
	local release=$1 dir=$LAB_CACHE/roots/$1 mirror

	if [ "$(id -u)" -ne 0 ]; then
		DISTRO_WHY='needs root'
		return 1
	fi
	[ ! -d "$dir" ] || [ -n "$(find "$dir" -maxdepth 0 -mtime -30)" ] || rm -rf "$dir"
	[ ! -d "$dir" ] || return 0
	if [ "${LAB_INSTALL:-}" = no ] && ! command -v debootstrap >/dev/null; then
		DISTRO_WHY='debootstrap is not installed'
		return 1
	fi
	command -v debootstrap >/dev/null || (
		# shellcheck source=../deps.sh
		. "$(dirname "${BASH_SOURCE[0]}")/../deps.sh"
		deps_install distro
	) || {
		DISTRO_WHY='debootstrap cannot be installed'
		return 1
	}
	mirror=$(distro_mirror_)
	[ -n "$mirror" ] || {
		DISTRO_WHY='this machine has no Debian mirror among its package sources'
		return 1
	}
	mkdir -p "$LAB_CACHE/roots"
	rm -rf "$dir.new"
	echo "# fetching a minimal Debian $release: half a minute" >&2
	if ! debootstrap --variant=minbase "$release" "$dir.new" "$mirror" >"$LAB_CACHE/roots/$release.log" 2>&1; then
		# shellcheck disable=SC2034 # for the scripts
		DISTRO_WHY="debootstrap $release failed: $(tail -n 1 "$LAB_CACHE/roots/$release.log")"
		rm -rf "$dir.new"
		return 1
	fi
	find "$dir.new/var/cache/apt/archives" -name '*.deb' -delete
	touch "$dir.new"
	mv "$dir.new" "$dir"
}

# What a root needs of this machine to reach the mirror. The security suite has a mirror of its own.
distro_network_() { # ROOT RELEASE
	local security

	cp -L /etc/resolv.conf "$1/etc/resolv.conf"
	cp -L /etc/hosts "$1/etc/hosts"
	apt-config dump | grep -iE '^Acquire::(http|https)::Proxy' >"$1/etc/apt/apt.conf.d/99proxy" || true
	security=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' |
		sed -n 's/^Debian \(.*security.*\) main$/\1/p' | head -n 1)
	[ -z "$security" ] || echo "deb $security $2-security main" >"$1/etc/apt/sources.list.d/security.list"
}

distro_start() { # RELEASE
	local work

	t_tmpdir
	work=$(mktemp -d "${TMPDIR:-/tmp}/dpdk-cni-test.root.XXXXXX")
	t_cleanup "rm -rf --one-file-system -- $work"
	t_cleanup "umount -R -l $work/root 2>/dev/null; true"
	mkdir -p "$work/up" "$work/work" "$work/root" "$LAB_CACHE/archives/$1/partial"
	t_need "a fresh Debian $1" mount -t overlay \
		-o "lowerdir=$LAB_CACHE/roots/$1,upperdir=$work/up,workdir=$work/work" overlay "$work/root"
	DISTRO_ROOT=$work/root
	mount --bind "$LAB_CACHE/archives/$1" "$DISTRO_ROOT/var/cache/apt/archives"
	# Else apt in the container images' way throws away what it fetched.
	echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >"$DISTRO_ROOT/etc/apt/apt.conf.d/99keep"
	distro_network_ "$DISTRO_ROOT" "$1"
}

# pivot_root, not chroot: nsenter, which programs in there may use, leaves a chroot. The network is
# the machine's, for apt; what touches links makes a namespace first, as all tests do.
distro_in() { # ROOT COMMAND...
	local root=$1

	shift
	# shellcheck disable=SC2016 # expanded in there
	unshare --mount --pid --fork --kill-child --propagation private -- bash -c '
		set -e
		root=$1; shift
		mount --rbind "$root" "$root"
		cd "$root"
		mount --rbind /dev dev
		mount --rbind /sys sys
		mount -t proc proc proc
		mount -t tmpfs -o mode=755 tmpfs run
		mkdir run/lock
		mount -t tmpfs -o mode=1777 tmpfs dev/shm
		[ -d .old ] || mkdir .old
		pivot_root . .old
		cd /
		umount -l /.old
		exec env -i HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		- "$root" "$@" </dev/null
}
