#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The runtime may lock little memory, and so may containers.
. "$(dirname "$0")/../on-a-node.sh"

silent # no runtime
if prlimit --memlock=unlimited true 2>/dev/null; then
	process containerd prlimit --memlock=unlimited
else # nobody may raise it here
	process containerd
	says "/proc/$PID/limits" 'Max locked memory         unlimited            unlimited            bytes     '
fi
silent
ends "$PID"
process containerd prlimit --memlock=8388608
finds warning "containerd \(process $PID\): it may lock 8192 KiB" 'systemctl edit containerd.*LimitMEMLOCK=infinity'
ends "$PID"
process crio prlimit --memlock=65536
finds warning "crio \(process $PID\): it may lock 64 KiB" 'default_ulimits = \["memlock=-1:-1"\]'
fill /etc/crio/crio.conf.d 50-memlock.conf='[crio.runtime]
default_ulimits = ["memlock=-1:-1"]'
silent
t_done
