#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Seccomp filters that refuse memory policies, for real.
. "$(dirname "$0")/../common.sh"
t_in_sandbox "$0" "$@"
. "$(dirname "$0")/../machine.sh"

deny=$(dirname "$0")/../deny.py
silent
AS=(python3 "$deny" get_mempolicy)
finds warning 'get_mempolicy: Operation not permitted' 'SYS_NICE'
AS=(python3 "$deny" mbind)
finds warning 'mbind: Operation not permitted' 'seccompProfile'
t_done
