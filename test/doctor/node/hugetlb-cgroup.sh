#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The controller is missing where containers run.
. "$(dirname "$0")/../on-a-node.sh"

says /proc/cgroups '#subsys_name	hierarchy	num_cgroups	enabled'
silent # no container runs here
kubelet 'kind: KubeletConfiguration'
finds warning 'the controller hugetlb is not available' 'CONFIG_CGROUP_HUGETLB'
says /proc/cgroups '#subsys_name	hierarchy	num_cgroups	enabled
hugetlb	4	9	0'
finds warning 'hugetlb is not available' 'cgroup_disable=hugetlb'
says /proc/cgroups '#subsys_name	hierarchy	num_cgroups	enabled
hugetlb	0	9	1'
silent
t_done
