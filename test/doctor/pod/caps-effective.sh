#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Capabilities that a user other than root has in vain, for real.
. "$(dirname "$0")/../in-a-pod.sh"

netdev_pod
silent
cp "$(type -P true)" /run/program
as_user
finds warning 'NET_RAW: the container has it, uid 1234 does not' 'setcap cap_net_raw\+ep PROGRAM'
finds error 'uid 1234 does not, nor does the file /run/program' 'setcap cap_net_raw\+ep /run/program' /run/program
t_need 'a file capability' setcap cap_net_raw+ep /run/program
silent /run/program
as_user --no-new-privs
finds error '/run/program has it as a file capability, and no_new_privs' 'allowPrivilegeEscalation: true' /run/program
as_user --bounding-set=-net_raw
silent
t_done
