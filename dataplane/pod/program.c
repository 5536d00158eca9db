/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dynamic section of an ELF file of this machine's kind, read with every offset checked: the file
 * is whatever somebody wants to start, and a damaged one is the kernel's to refuse, not ours.
 */
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "program.h"

struct image {
	const unsigned char *bytes;
	size_t size;
};

/* Part of the file as an array of n elements, or NULL. */
static const void *at(const struct image *f, uint64_t offset, uint64_t n, size_t element)
{
	if (offset > f->size || n > (f->size - offset) / element || offset % sizeof(uint32_t))
		return NULL;
	return f->bytes + offset;
}

static const ElfW(Phdr) * headers(const struct image *f, size_t *ret_n)
{
	const ElfW(Ehdr) *e = at(f, 0, 1, sizeof(*e));

	if (!e || memcmp(e->e_ident, ELFMAG, SELFMAG) != 0 ||
		e->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
		e->e_ident[EI_DATA] !=
			(__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB) ||
		e->e_phentsize != sizeof(ElfW(Phdr)))
		return NULL;
	*ret_n = e->e_phnum;
	return at(f, e->e_phoff, e->e_phnum, sizeof(ElfW(Phdr)));
}

/* The text in the file that is loaded at an address, up to *ret_len bytes; NULL: none. */
static const char *loaded(const struct image *f, const ElfW(Phdr) * h, size_t n, uint64_t address,
	size_t *ret_len)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t into = address - h[i].p_vaddr;

		if (h[i].p_type != PT_LOAD || address < h[i].p_vaddr || into >= h[i].p_filesz ||
			h[i].p_offset > f->size || into >= f->size - h[i].p_offset)
			continue;
		uint64_t here = h[i].p_offset + into;

		*ret_len = f->size - here;
		return (const char *)f->bytes + here;
	}
	return NULL;
}

/* The ABI of librte_eal among the needed libraries, -1: not among them. */
static int needed_abi(const struct image *f)
{
	size_t n = 0, n_dyn = 0, len = 0;
	const ElfW(Phdr) *h = headers(f, &n);
	const ElfW(Dyn) *dyn = NULL;
	const char *names = NULL;

	for (size_t i = 0; h && i < n; i++)
		if (h[i].p_type == PT_DYNAMIC) {
			n_dyn = h[i].p_filesz / sizeof(*dyn);
			dyn = at(f, h[i].p_offset, n_dyn, sizeof(*dyn));
		}
	for (size_t i = 0; dyn && i < n_dyn; i++)
		if (dyn[i].d_tag == DT_STRTAB)
			names = loaded(f, h, n, dyn[i].d_un.d_ptr, &len);
	for (size_t i = 0; names && i < n_dyn && dyn[i].d_tag != DT_NULL; i++) {
		uint64_t name = dyn[i].d_un.d_val;
		int abi;

		if (dyn[i].d_tag == DT_NEEDED && name < len &&
			memchr(names + name, '\0', len - name) &&
			sscanf(names + name, "librte_eal.so.%2d", &abi) == 1)
			return abi;
	}
	return -1;
}

static int open_by_path(const char *name)
{
	const char *dir = getenv("PATH");
	int fd = strchr(name, '/') ? open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	char path[PATH_MAX];

	for (; dir && !strchr(name, '/') && fd < 0; dir = *dir ? dir + 1 : NULL) {
		int n = (int)strcspn(dir, ":");

		if (snprintf(path, sizeof(path), "%.*s/%s", n ? n : 1, n ? dir : ".", name) <
				(int)sizeof(path) &&
			access(path, X_OK) == 0)
			fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		dir += n;
	}
	return fd;
}

const char *program_dpdk(const char *name, char *buf, size_t size)
{
	auto_close int fd = open_by_path(name);
	struct stat st;
	int abi;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return NULL;
	struct image f = {.size = (size_t)st.st_size};
	void *map = mmap(NULL, f.size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return NULL;
	f.bytes = map;
	abi = needed_abi(&f);
	(void)munmap(map, f.size);
	/* From 19.11, which had 20, there is a new one each November. */
	if (abi < 20)
		return NULL;
	(void)snprintf(buf, size, "%d.11", abi - 1);
	return buf;
}
