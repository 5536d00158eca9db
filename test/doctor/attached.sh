# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# How the checks of the plugin's state begin: on a node with one healthy attachment, of the NIC nic0 to
# interface net1 of container c1.
# shellcheck source=test/doctor/on-a-node.sh
. "$(dirname "${BASH_SOURCE[0]}")/on-a-node.sh"
# shellcheck source=test/netns/plugin.sh
. "$(dirname "${BASH_SOURCE[0]}")/../netns/plugin.sh"
silent
make_pod pod
make_nic nic0
t_add ADD "$(conf '{}')"
silent
