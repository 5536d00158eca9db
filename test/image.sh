# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Container images made by hand, without a registry: a directory becomes the OCI archive that ctr and
# podman import.

# Busybox, as a root file system of its own.
image_busybox() { # ROOT
	local a

	mkdir -p "$1"/{bin,dev,etc,proc,run,sys,tmp,var} && ln -s ../run "$1/var/" || return
	chmod 1777 "$1/tmp"
	cp "$(command -v busybox)" "$1/bin/busybox" || return
	for a in cat cp env grep id ip ls nc ping rm sh sleep touch; do
		ln -s busybox "$1/bin/$a"
	done
}

# What dpdk-pod and dpdk-pod-l2fwd of $BUILD_ROOT need: their libraries, and the drivers for the NICs
# of the tests, which EAL opens by itself. The C library's loader and its cache are part of it.
image_dpdk() { # ROOT
	local programs=("$BUILD_ROOT/dataplane/pod/dpdk-pod" "$BUILD_ROOT/dataplane/l2fwd/dpdk-pod-l2fwd")
	local drivers name lib

	image_busybox "$1" && mkdir -p "$1"/usr/{bin,lib,lib64} && ln -s usr/lib usr/lib64 "$1/" || return
	cp "${programs[@]}" "$1/usr/bin/" || return
	drivers=$(echo "/usr/lib/$(gcc -print-multiarch)"/dpdk/pmds-*)
	mkdir -p "$1$drivers" || return
	for name in bus_pci bus_vdev mempool_ring net_af_packet net_af_xdp net_e1000 net_pcap; do
		cp -a "$drivers/librte_$name.so"* "$1$drivers/" || return
	done
	for lib in $(ldd "${programs[@]}" "$1$drivers"/*.so | grep -o '/[^ )]*' | grep -v '^/.*:$' | sort -u); do
		case $lib in "$1"* | *:) continue ;; esac
		mkdir -p "$1$(dirname "$lib")" || return
		# One file by two names, for a driver loaded twice ends EAL.
		case $(readlink -f "$lib") in
		"$drivers"/*)
			cp -a "${lib%.so*}".so* "$1$(dirname "$lib")/" &&
				cp -a "$drivers/$(basename "${lib%.so*}")".so* "$1$drivers/"
			;;
		*) cp -L "$lib" "$1$lib" ;;
		esac || return
	done
	ldconfig -r "$1" 2>/dev/null
}

# The archive. The image's configuration is merged with JQ-EXPRESSION.
image_tar() { # ROOT NAME JQ-EXPRESSION FILE
	local d layer config manifest

	d=$(mktemp -d "$4.XXXXXX") && mkdir -p "$d/oci/blobs/sha256" || return
	tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$d/layer" . || return
	layer=$(image_blob_ "$d" layer)
	jq -nc --argjson l "$layer" --arg arch "$(dpkg --print-architecture)" \
		"{architecture: \$arch, os: \"linux\",
			config: ({Env: [\"PATH=/bin:/usr/bin\"]} + $3),
			rootfs: {type: \"layers\", diff_ids: [\$l.digest]}}" >"$d/config" || return
	config=$(image_blob_ "$d" config)
	jq -nc --argjson l "$layer" --argjson c "$config" '"application/vnd.oci.image." as $t |
		{schemaVersion: 2, mediaType: "\($t)manifest.v1+json",
			config: ($c + {mediaType: "\($t)config.v1+json"}),
			layers: [$l + {mediaType: "\($t)layer.v1.tar"}]}' >"$d/manifest"
	manifest=$(image_blob_ "$d" manifest)
	jq -nc --argjson m "$manifest" --arg name "$2" \
		'{schemaVersion: 2, manifests: [$m + {mediaType: "application/vnd.oci.image.manifest.v1+json",
			annotations: {"io.containerd.image.name": $name, "org.opencontainers.image.ref.name": $name}}]}' \
		>"$d/oci/index.json"
	echo '{"imageLayoutVersion": "1.0.0"}' >"$d/oci/oci-layout"
	tar -C "$d/oci" -cf "$4" . && rm -rf "$d"
}

image_blob_() { # DIR FILE: moves it among the blobs, prints digest and size
	local size sum

	size=$(stat -c %s "$1/$2")
	sum=$(sha256sum <"$1/$2")
	sum=${sum%% *}
	mv "$1/$2" "$1/oci/blobs/sha256/$sum"
	echo "{\"digest\": \"sha256:$sum\", \"size\": $size}"
}
