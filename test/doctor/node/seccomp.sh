#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The default profile keeps pods from choosing the node of their memory.
. "$(dirname "$0")/../common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../node.sh"
t_tmpdir

nodes 2
silent
kubelet 'seccompDefault: false'
silent
kubelet 'seccompDefault: true'
finds note 'seccompDefault is true' 'SYS_NICE'
t_done
