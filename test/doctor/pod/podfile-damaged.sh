#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A pod file that somebody in the pod cut short, and one that may not be read, for real.
. "$(dirname "$0")/../in-a-pod.sh"

pod_file
silent
head -c 20 /run/dpdk-pod/pod.json >/run/cut && mv /run/cut /run/dpdk-pod/pod.json
finds error 'pod.json: line [0-9]+' 'readOnly: true.*delete the pod'
pod_file
chmod 600 /run/dpdk-pod/pod.json
as_user
finds error 'Permission denied' 'mode 0644'
t_done
