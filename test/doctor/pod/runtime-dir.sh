#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A runtime directory that cannot be written to, for real.
. "$(dirname "$0")/../in-a-pod.sh"

silent
mkdir -p /run/eal
AS=(env RUNTIME_DIRECTORY=/run/eal)
silent
mount --bind /run/eal /run/eal
mount -o remount,bind,ro /run/eal
finds warning '/run/eal: uid 0 cannot write.*Read-only' 'RUNTIME_DIRECTORY'
as_user env RUNTIME_DIRECTORY=/run
finds warning '/run: uid 1234 cannot write.*Permission denied' 'fsGroup'
t_done
