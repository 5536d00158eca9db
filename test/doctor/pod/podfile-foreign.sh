#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A pod file that was written elsewhere, for real.
. "$(dirname "$0")/../in-a-pod.sh"

pod_file
silent
pod_file 'del(.node)'
silent
pod_file '.node.bootId = "00000000-0000-4000-8000-000000000000"'
finds warning 'another node or before.*00000000-' 'emptyDir'
t_done
