#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: sudo test/kubernetes/run.sh [--build DIR] [SCENARIO...]
#        sudo test/kubernetes/run.sh [--build DIR] --shell
#
#	SCENARIO       scenario/SCENARIO.sh, in the order given; all of the suite where none is
#	--build DIR    the build whose programs are tested (default: BUILD_ROOT, else build)
#	--shell        a shell beside the cluster instead; k is kubectl
#
# Starts a cluster (cluster.sh) and runs the scenarios on it, one after the other.
SUITE=(forward lifecycle refused containers multus twenty)
# With CONTAINERD=2 in the environment: containerd 2.
SUITE_2=(forward lifecycle status)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../scenarios.sh
. "$here/../scenarios.sh"
scenarios_arguments "$@"
export SOURCE_ROOT BUILD_ROOT
[ "${CONTAINERD:-1}" != 2 ] || SUITE=("${SUITE_2[@]}")
scenarios_choose "$here/scenario" "${SUITE[@]}"

# shellcheck source=../tap.sh
. "$here/../tap.sh"
t_in_sandbox "$here/run.sh" "$@"
# shellcheck source=cluster.sh
. "$here/cluster.sh"
# shellcheck source=pods.sh
. "$here/pods.sh"

cluster_programs || t_skip_all "$CLUSTER_WHY"
cluster_hugepages 64 || t_skip_all 'this machine has no 128 MiB for hugepages'
if ! cluster_start; then
	t_fail 'the cluster starts' "$(cluster_logs)"
	t_done
fi
t_ok 'the cluster starts'
policy '{"devices": ["nic*"]}'
if [ -n "$shell" ]; then
	nics 2 && networks 2
	export -f k
	export KUBE
	echo 'A cluster of one node, with NICs nic0 and nic1 and the networks of these names; exit ends it.' >&2
	PS1='cluster \w\$ ' bash --norc -i </dev/tty >/dev/tty 2>&1
	t_done
fi
for scenario in "${scenarios[@]}"; do
	bad0=$t_bad
	# shellcheck source=/dev/null
	. "$here/scenario/$scenario.sh"
	[ "$t_bad" -eq "$bad0" ] || t_diag "$scenario: $(cluster_logs)"
done
cluster_stop
t_is 'no control group is left' "$(find /sys/fs/cgroup -type d -name "$CGROUP*")" ''
t_done
