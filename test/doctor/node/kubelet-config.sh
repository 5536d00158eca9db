#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A configuration that cannot be read, where the kubelet or the caller names it.
. "$(dirname "$0")/../on-a-node.sh"

silent # there is no kubelet
kubelet 'kind: KubeletConfiguration'
silent
kubelet 'a: [1, 2'
finds error '/var/lib/kubelet/config\.yaml: line [0-9]+, column [0-9]+: ' '\-\-kubelet-config'
kubelet ''
silent
finds error '/nowhere\.yaml: read: No such file' '\-\-kubelet-config FILE' --kubelet-config /nowhere.yaml
echo '{"kind": "KubeletConfiguration", "cpuManagerPolicy": "static"}' >"$T_TMP/json"
silent --kubelet-config "$T_TMP/json"
# What a running kubelet was told counts.
running_kubelet --v=2
silent
running_kubelet --config=/elsewhere.yaml
finds error '/elsewhere\.yaml: read' '\-\-kubelet-config'
running_kubelet --config "$T_TMP/json" --config-dir /etc/kubelet.d
finds note 'further settings from /etc/kubelet\.d' 'configz'
t_done
