#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the Kubernetes that the tests run, from the versions that go.mod pins, once: what was built
# stays in a cache outside the tree, and what was interrupted goes on where it stopped. It takes some
# 20 minutes on two quiet cores, and 5 GB meanwhile, of which 400 MB stay.
#
#	test/kubernetes/build.sh           build what the cache lacks, say where the programs are
#	test/kubernetes/build.sh --check   say where they are if all are there; else exit status 1
#
# KUBERNETES_CACHE names another cache (default: /var/cache/dpdk-cni-lab/kubernetes). Any Go from 1.21
# on will do, as it fetches the one that go.mod asks for; where there is none, the distribution's is
# used without installing it. etcd is the distribution's.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit
cache=${KUBERNETES_CACHE:-/var/cache/dpdk-cni-lab/kubernetes}

say() {
	echo "build.sh: $*" >&2
}

version() { # MODULE: as go.mod requires it
	awk -v m="$1" '$1 == m && $2 ~ /^v/ { print $2; exit }' "$here/go.mod"
}

# One change of a version, and all of it is built anew.
key() {
	sed '/^tool (/,/^)/d; /^\/\//d' "$here/go.mod" | cat - "$here/go.sum" | sha256sum | cut -c1-12
}
kubernetes=$(version k8s.io/kubernetes)
bin=$cache/$kubernetes-$(key)

# The Go packages, by the names of their programs; the slow ones first.
packages() {
	sed -n '/^tool (/,/^)/s/^\t//p' "$here/go.mod" | awk -F/ '
		$NF == "kubelet" || $NF == "kube-apiserver" { print; next }
		{ rest = rest $0 "\n" }
		END { printf "%s", rest }'
}

missing() {
	local p

	for p in etcd $(packages); do
		[ -x "$bin/${p##*/}" ] || echo "$p"
	done
}

# ---------------------------------------------------------------- what it takes from the distribution

# Packages are unpacked, not installed: nothing of them is started, and the machine stays as it is.
unpack() { # DIR PACKAGES
	(
		# shellcheck disable=SC2034 # both are for it
		LAB_CACHE=$cache lab_work=$tmp
		# shellcheck source=../sriov/lab.sh
		. "$here/../sriov/lab.sh"
		lab_apt_setup_ || exit
		[ "$2" != go ] ||
			set -- "$1" "$(lab_apt_ apt-cache search --names-only '^golang-1\.[0-9]+-(go|src)$' |
				cut -d ' ' -f 1 | sort -V | tail -n 2 | tr '\n' ' ')"
		lab_unpack_ "$1" "$2" './usr/*'
	) >&2
}

fetch_etcd() {
	local etcd

	if ! etcd=$(command -v etcd); then
		unpack "$tmp/etcd" etcd-server || return
		etcd=$tmp/etcd/usr/bin/etcd
	fi
	install -m 755 "$etcd" "$bin/etcd"
}

# A go command in PATH; one that is old fetches the one that go.mod names.
find_go() {
	local root minor

	# Debian's would not.
	export GOTOOLCHAIN=auto
	PATH=$PATH:/usr/local/go/bin
	minor=$(go env GOVERSION 2>/dev/null | sed 's/^go1\.\([0-9]*\).*/\1/')
	[ "${minor:-0}" -lt 21 ] || return 0
	say "no Go here (1.21 or newer): taking the distribution's, for this build alone"
	unpack "$tmp/go" go || return
	root=$(echo "$tmp"/go/usr/lib/go-1.*)
	[ -x "$root/bin/go" ] || return
	export GOROOT=$root
	PATH=$root/bin:$PATH
}

# ---------------------------------------------------------------- builds

# As the modules' own release builds do it, but static, and without what a debugger wants.
flags() { # PACKAGE
	local x= module

	case $1 in
	k8s.io/kubernetes/*)
		x=" -X k8s.io/component-base/version.gitVersion=$kubernetes"
		x+=" -X k8s.io/component-base/version.gitMajor=1"
		x+=" -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"$kubernetes")"
		;;
	github.com/containerd/containerd/*)
		module=github.com/containerd/containerd/v2
		x=" -X $module/version.Version=$(version $module)"
		;;
	*/multus-cni.v4/*)
		module=gopkg.in/k8snetworkplumbingwg/multus-cni.v4
		x=" -X $module/pkg/multus.version=$(version $module)"
		;;
	esac
	echo "-s -w$x"
}

build() { # PACKAGE
	local name=${1##*/} log=$tmp/log total pid n=-1 now rc

	total=$(go list -deps "$1" 2>"$log" | wc -l)
	[ "$total" -gt 1 ] || {
		cat "$log" >&2
		return 1
	}
	say "$name: of $total packages those are compiled that are not yet"
	go build -v -trimpath -tags no_btrfs -ldflags "$(flags "$1")" -o "$tmp/$name" "$1" >"$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		now=$(wc -l <"$log")
		[ "$now" -eq "$n" ] || say "$name: $now compiled"
		n=$now
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			kill -0 "$pid" 2>/dev/null && sleep 1
		done
	done
	wait "$pid"
	rc=$?
	[ "$rc" -eq 0 ] || grep -v '^[a-zA-Z0-9./_-]*$' "$log" >&2
	[ "$rc" -eq 0 ] && mv "$tmp/$name" "$bin/$name"
}

case ${1:-} in
--check)
	[ -z "$(missing)" ] || exit 1
	echo "$bin"
	exit
	;;
'') ;;
*)
	sed -n '/^# Builds/,/^[^#]/s/^#[ \t]\{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

mkdir -p "$bin" || exit
exec 9>"$cache/.lock"
flock -n 9 || { say 'another build is at it: waiting' && flock 9; }
list=$(missing)
if [ -n "$list" ]; then
	tmp=$(mktemp -d "$cache/.work.XXXXXX") || exit
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	find_go || {
		say 'Go is missing, and the distribution has none that is new enough'
		exit 1
	}
	# What is compiled is kept until all is built, and no longer: it is ten times as large.
	export GOCACHE=$cache/.go-build CGO_ENABLED=0 GOWORK=off
	cd "$here" || exit
	for package in $list; do
		if [ "$package" = etcd ]; then
			fetch_etcd
		else
			build "$package"
		fi || {
			say "${package##*/} cannot be built or fetched"
			exit 1
		}
	done
	rm -rf "$GOCACHE"
fi
echo "$bin"
