/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of dpdk-cni doctor; subject: struct node. doctor.c has their table. */
#ifndef DOCTOR_CHECKS_H
#define DOCTOR_CHECKS_H

#include "report.h"

#define CHECK(name) void name(const void *subject, struct report *r)

/* kernel_checks.c */
CHECK(check_kernel);
CHECK(check_iommu);
CHECK(check_passthrough);
CHECK(check_noiommu);
CHECK(check_vfio);
CHECK(check_swap);

/* cpu_checks.c */
CHECK(check_isolation);
CHECK(check_irq_affinity);
CHECK(check_kubelet_cpus);
CHECK(check_runtime_affinity);

/* memory_checks.c */
CHECK(check_hugepages_boot);
CHECK(check_hugepages);
CHECK(check_hugepages_free);
CHECK(check_hugepages_node);
CHECK(check_hugetlb_cgroup);
CHECK(check_shm_group);
CHECK(check_runtime_memlock);

/* leftover_checks.c */
CHECK(check_leftovers);

/* device_checks.c */
CHECK(check_vfs);
CHECK(check_vf_driver);
CHECK(check_vf_autoprobe);
CHECK(check_uverbs);
CHECK(check_iommu_group);
CHECK(check_nic_node);
CHECK(check_pf_link);
CHECK(check_vfio_groups);

/* kubelet_checks.c */
CHECK(check_kubelet_config);
CHECK(check_cpu_manager);
CHECK(check_topology_manager);
CHECK(check_kubelet_state);
CHECK(check_kubelet_features);
CHECK(check_seccomp);

/* reserved_checks.c */
CHECK(check_memory_manager);

/* network_checks.c */
CHECK(check_policy);
CHECK(check_cni_config);
CHECK(check_cni_plugin);
CHECK(check_cni_order);
CHECK(check_cni_network);

/* state_checks.c */
CHECK(check_records);
CHECK(check_claims);
CHECK(check_dead);

#endif
