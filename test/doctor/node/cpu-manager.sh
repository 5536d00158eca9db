#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No CPUs of their own for pods, by configuration or by flag.
. "$(dirname "$0")/../on-a-node.sh"

nodes 2
says /sys/devices/system/cpu/smt/active 1
silent
kubelet 'kind: KubeletConfiguration'
finds warning 'cpuManagerPolicy is none' 'cpuManagerPolicy: static .*delete /var/lib/kubelet/cpu_manager_state'
kubelet 'cpuManagerPolicy: static'
finds error 'static, and no CPU is reserved' 'reservedSystemCPUs'
kubelet 'cpuManagerPolicy: static
systemReserved: {memory: 1Gi}'
finds error 'static, and no CPU is reserved' 'in /var/lib/kubelet/config\.yaml'
kubelet 'cpuManagerPolicy: static
reservedSystemCPUs: "0"'
finds note 'without full-pcpus-only' 'full-pcpus-only: "true"'
kubelet 'cpuManagerPolicy: static
cpuManagerPolicyOptions:
  full-pcpus-only: "true"
kubeReserved:
  cpu: 500m'
silent
kubelet 'cpuManagerPolicy: static
reservedSystemCPUs: "0"
cpuManagerPolicyOptions: {full-pcpus-only: "true"}'
silent
running_kubelet --config=/var/lib/kubelet/config.yaml --cpu-manager-policy=none
finds warning 'cpuManagerPolicy is none' 'static'
kubelet 'kind: KubeletConfiguration'
running_kubelet --cpu-manager-policy static --system-reserved=memory=1Gi,cpu=2 --cpu-manager-policy-options full-pcpus-only=true
silent
says /sys/devices/system/cpu/smt/active 0
running_kubelet --cpu-manager-policy static --reserved-cpus 0,1
silent
t_done
