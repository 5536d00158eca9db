# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# How a containerd of the tests' own is configured, on its standard output: nothing of it is the
# machine's.

containerd_config() { # DIRECTORY SOCKET PAUSE-IMAGE PLUGINS NETWORKS SNAPSHOTTER
	cat <<-E
		version = 2
		root = "$1/containerd"
		state = "$1/containerd-state"
		[grpc]
		  address = "$2"
		[plugins."io.containerd.internal.v1.opt"]
		  path = "$1/containerd-opt"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "$3"
		  # Root of a virtual machine or container may lack CAP_SYS_RESOURCE.
		  restrict_oom_score_adj = true
		  disable_apparmor = true
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "$4"
		    conf_dir = "$5"
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    snapshotter = "$6"
	E
}
