# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# In the guest, for run.sh --shell: two PFs with four VFs each, and a shell.

# shellcheck source=../../tap.sh
. "$SOURCE_ROOT/test/tap.sh"
# For t_wait: nothing is tested here, and the end of the guest is init.sh's affair.
trap finish EXIT
trap - HUP INT TERM
# shellcheck source=nic.sh
. "$SOURCE_ROOT/test/sriov/guest/nic.sh"
vfs='four VFs each'
make_vfs 4 || vfs='whose VFs could not be made'
cat <<-TEXT

	Two NICs with SR-IOV: ${PF[0]} on NUMA node 0, ${PF[1]} on node 1, $vfs.
	$(ip -br link)

	The plugin: $BUILD_ROOT/cni/dpdk-cni
TEXT
cd "$SOURCE_ROOT" || cd /
PATH=$BUILD_ROOT/cni:$BUILD_ROOT/dataplane/pod:$BUILD_ROOT/dataplane/l2fwd:$PATH
PS1='lab:\w# ' setsid -c bash --norc -i 2>&1
