/* SPDX-License-Identifier: Apache-2.0 */
/* What only an attempt tells: the kernel, a seccomp filter or a security module may refuse it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "process.h"

/* As EAL does with each lcore's thread. */
static void try_pin(const struct dpdkpod_facts *f, struct doctor_trials *t)
{
	struct cpulist was;
	int r;

	if (process_affinity(&was) < 0)
		return;
	cpulist_each (c, &f->cpus) {
		struct cpulist one = {0};

		cpulist_add(&one, c);
		r = process_pin(&one);
		if (r == 0)
			continue;
		t->pin_error = -r;
		cpulist_add(&t->unpinnable, c);
	}
	(void)process_pin(&was);
}

/* A kernel without NUMA says ENOSYS, and nothing is missed. */
static void try_mbind(struct doctor_trials *t)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return;
	if (syscall(SYS_mbind, p, page, MPOL_DEFAULT, NULL, 0, 0) < 0)
		t->mbind_error = errno;
	(void)munmap(p, page);
}

/* The kernel shows page frame 0 to whom it does not trust. */
static void try_pagemap(const struct dpdkpod_facts *f, struct doctor_trials *t)
{
	char path[PROCESS_PATH];
	auto_close int fd = file_open(f->source.root, process_path(PROCESS_SELF, "pagemap", path),
		O_RDONLY, 0, FILE_IN_ROOT);
	volatile char here = 1;
	uint64_t entry = 0, page = (uint64_t)sysconf(_SC_PAGESIZE);
	off_t at = (off_t)((uintptr_t)&here / page * sizeof(entry));

	if (fd < 0)
		t->pagemap_error = -fd;
	else if (pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		t->pagemap_error = EIO;
	else if ((entry & ((UINT64_C(1) << 55) - 1)) == 0)
		t->pagemap_error = EPERM;
}

void doctor_try(const struct dpdkpod_facts *f, struct doctor_trials *ret)
{
	struct doctor_trials t = {0};

	try_pin(f, &t);
	try_mbind(&t);
	try_pagemap(f, &t);
	*ret = t;
}
