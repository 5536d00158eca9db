/* SPDX-License-Identifier: Apache-2.0 */
/* The checks, by theme; checks.c gives each its id. The subject is a struct doctor. */
#ifndef DOCTOR_POD_CHECKS_H
#define DOCTOR_POD_CHECKS_H

#include "report.h"

#define CHECK(name) void name(const void *subject, struct report *r)

/* hugepages.c, leaks.c */
CHECK(check_hugepages_none);
CHECK(check_hugepages_limit);
CHECK(check_hugepages_rsvd);
CHECK(check_hugepages_free);
CHECK(check_hugepages_node);
CHECK(check_hugepages_leak);
/* mounts.c */
CHECK(check_hugetlbfs_mount);
CHECK(check_hugetlbfs_type);
CHECK(check_hugetlbfs_size);
CHECK(check_hugetlbfs_write);
/* runtime.c */
CHECK(check_file_prefix);
CHECK(check_runtime_dir);
/* cpus.c */
CHECK(check_cpu_affinity);
CHECK(check_cpu_pin);
CHECK(check_cpu_podfile);
CHECK(check_cpu_shared);
CHECK(check_cpu_quota);
CHECK(check_cpu_siblings);
CHECK(check_cpu_numa);
/* limits.c */
CHECK(check_memlock);
CHECK(check_nofile);
CHECK(check_mempolicy);
/* caps.c */
CHECK(check_net_raw);
CHECK(check_caps_effective);
/* devices.c */
CHECK(check_device_gone);
CHECK(check_device_driver);
CHECK(check_uio);
CHECK(check_env_pcidevice);
CHECK(check_dra_metadata);
CHECK(check_pmd);
/* vfio.c */
CHECK(check_vfio_container);
CHECK(check_vfio_node);
CHECK(check_vfio_cgroup);
CHECK(check_vfio_mode);
CHECK(check_vfio_busy);
/* groups.c */
CHECK(check_vfio_group);
CHECK(check_vfio_viable);
CHECK(check_vfio_groups);
/* noiommu.c */
CHECK(check_noiommu);
CHECK(check_unsafe_noiommu);
CHECK(check_iova_pa);
/* netdev.c */
CHECK(check_netdev_gone);
CHECK(check_link_down);
CHECK(check_link_mtu);
CHECK(check_link_gro);
CHECK(check_uverbs);
/* podfile.c */
CHECK(check_podfile_missing);
CHECK(check_podfile_damaged);
CHECK(check_podfile_version);
CHECK(check_podfile_foreign);
CHECK(check_podfile_container);

#undef CHECK
#endif
