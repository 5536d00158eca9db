#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A kernel that lacks what the plugin needs.
. "$(dirname "$0")/../on-a-node.sh"

silent
says /proc/sys/kernel/osrelease 5.14.0-503.el9
silent
says /proc/sys/kernel/osrelease 5.10.0-28-amd64
finds error 'kernel 5\.10\.0-28-amd64: older than 5\.14' 'install a kernel of 5\.14'
says /proc/sys/kernel/osrelease 4.18.0
finds error 'kernel 4\.18\.0' 'install a kernel'
t_done
