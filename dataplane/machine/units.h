/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts of memory as people, Kubernetes and the kernel write them. */
#ifndef MACHINE_UNITS_H
#define MACHINE_UNITS_H

#include <stdint.h>

#define UNITS_LEN 32

/* For people, exact: "512 MiB"; UINT64_MAX is "unlimited". */
const char *units_bytes(uint64_t bytes, char buf[static UNITS_LEN]);
/* A quantity of Kubernetes: "2Mi", "1Gi". */
const char *units_quantity(uint64_t bytes, char buf[static UNITS_LEN]);
/* Hugepages as Kubernetes names the resource: "hugepages-2Mi". */
const char *units_resource(uint64_t page_size, char buf[static UNITS_LEN]);
/* A page size in the names of the hugetlb controller's files: "64KB", "2MB", "1GB". */
const char *units_hugetlb(uint64_t page_size, char buf[static UNITS_LEN]);

/* As the kernel's command line takes it: "2M", "1G". */
const char *units_kernel(uint64_t bytes, char buf[static UNITS_LEN]);

/* "2M", "1G", "64K" or a number of bytes, as the kernel's command line and mount options have it, up to
 * a comma or the end; 0: it is something else. */
uint64_t units_parse(const char *text);

#endif
