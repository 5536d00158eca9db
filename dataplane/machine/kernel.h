/* SPDX-License-Identifier: Apache-2.0 */
/* The running kernel: version, command line, modules and drivers, CPUs and NUMA nodes. */
#ifndef MACHINE_KERNEL_H
#define MACHINE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "cpulist.h"

#define KERNEL_RELEASE 128

/* "6.1.0-28-amd64" and its first two numbers. -errno: it cannot be read. */
int kernel_release(int rootfd, char buf[static KERNEL_RELEASE], int *ret_major, int *ret_minor);

/* The command line in words, up to what is meant for init ("--"). Points into itself: not copied. */
struct cmdline {
	char text[4096];
	struct {
		const char *key, *value; /* value "" where there is no '=' */
	} args[512];
	size_t n;
};
int cmdline_read(int rootfd, struct cmdline *ret);
/* The value that counts, of several the last; NULL: the key is not there. */
const char *cmdline_get(const struct cmdline *c, const char *key);

/* A value below /proc/sys, its first line: "kernel/random/boot_id". */
int kernel_sysctl(int rootfd, const char *name, char *buf, size_t size);
#define KERNEL_BOOT_ID "kernel/random/boot_id" /* other after each boot */

/* Does /proc/cpuinfo have that word: a vendor, a flag? */
bool kernel_cpu_says(int rootfd, const char *word);
/* The first device or file that is swapped to; false: there is none. */
bool kernel_swap(int rootfd, char *buf, size_t size);
/* The mask of CPUs that new interrupts go to, in hexadecimal words with commas between. */
int kernel_irq_mask(int rootfd, char *buf, size_t size);

/* Is there such a PCI driver now? */
bool kernel_has_driver(int rootfd, const char *driver);
/* Could modprobe load it: is NAME.ko (perhaps compressed) among the modules of this release? */
bool kernel_has_module_file(int rootfd, const char *name);
/* CPUs that are "online" or "isolated"; an empty set where the kernel says nothing of it. */
void kernel_cpus(int rootfd, const char *which, struct cpulist *ret);
/* Do two CPUs share a core anywhere? */
bool kernel_has_smt(int rootfd);

/* An entry of /proc/meminfo ("MemTotal", "Hugepagesize") in bytes; 0: it is not there. */
int64_t kernel_memory(int rootfd, const char *entry);

/* Has the kernel RDMA verbs for userspace (ib_uverbs)? */
bool kernel_has_uverbs(int rootfd);

/* Can control groups limit hugepages, in either version of them? */
bool kernel_limits_hugepages(int rootfd);

#endif
