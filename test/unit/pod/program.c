/* SPDX-License-Identifier: Apache-2.0 */
/* The release of DPDK by the libraries that a file needs; whatever the file is, reading it is safe. */
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "program.h"
#include "test.h"

/* The smallest program that needs libc and one more library. */
struct tiny {
	ElfW(Ehdr) e;
	ElfW(Phdr) h[2];
	ElfW(Dyn) dyn[4];
	char names[64];
};

#define BASE 0x400000
#define LIBC "\0libc.so.6\0"

static char path[] = "/tmp/dpdkpod-program-XXXXXX";

static struct tiny make(const char *library)
{
	struct tiny t = {
		.e = {.e_type = ET_EXEC,
			.e_phoff = offsetof(struct tiny, h),
			.e_phentsize = sizeof(ElfW(Phdr)),
			.e_phnum = 2},
		.h = {{.p_type = PT_LOAD, .p_vaddr = BASE, .p_filesz = sizeof(t)},
			{.p_type = PT_DYNAMIC,
				.p_offset = offsetof(struct tiny, dyn),
				.p_filesz = sizeof(t.dyn)}},
		.dyn = {{.d_tag = DT_STRTAB, .d_un.d_ptr = BASE + offsetof(struct tiny, names)},
			{.d_tag = DT_NEEDED, .d_un.d_val = 1},
			{.d_tag = DT_NEEDED, .d_un.d_val = sizeof(LIBC) - 1}, {.d_tag = DT_NULL}},
		.names = LIBC,
	};

	memcpy(t.e.e_ident, ELFMAG, SELFMAG);
	t.e.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	t.e.e_ident[EI_DATA] = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	(void)snprintf(t.names + sizeof(LIBC) - 1, sizeof(t.names) - sizeof(LIBC), "%s", library);
	return t;
}

static const char *look(const void *bytes, size_t len)
{
	static char buf[16];
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	return program_dpdk(path, buf, sizeof(buf));
}

static void releases(void **state)
{
	static const struct {
		const char *library, *want;
	} cases[] = {
		{"librte_eal.so.20.0", "19.11"},
		{"librte_eal.so.21", "20.11"},
		{"librte_eal.so.23", "22.11"},
		{"librte_eal.so.26", "25.11"},
		{"librte_eal.so.9", NULL},
		{"librte_eal.so", NULL},
		{"librte_ealer.so.23", NULL},
		{"libdpdk.so.23", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tiny t = make(cases[i].library);
		const char *got = look(&t, sizeof(t));

		if (cases[i].want)
			assert_string_equal(got ? got : "nothing", cases[i].want);
		else
			assert_null(got);
	}
}

/* Every length, and every byte at its extremes: an answer or none, no access outside. */
static void damage(void **state)
{
	struct tiny good = make("librte_eal.so.23");
	unsigned char bytes[sizeof(good)];

	(void)state;
	for (size_t len = 0; len < sizeof(good); len++)
		(void)look(&good, len);
	for (size_t i = 0; i < sizeof(good) * 3; i++) {
		memcpy(bytes, &good, sizeof(good));
		bytes[i / 3] = (unsigned char[]){0, 0xff,
			(unsigned char)(bytes[i / 3] ^ 0x80)}[i % 3];
		(void)look(bytes, sizeof(bytes));
	}
	assert_null(look("#!/bin/sh\n", 10));
	assert_null(look("", 0));
}

static void others(void **state)
{
	char buf[16];

	(void)state;
	assert_null(program_dpdk("/", buf, sizeof(buf)));
	assert_null(program_dpdk("/nonexistent", buf, sizeof(buf)));
	assert_null(program_dpdk("sh", buf, sizeof(buf)));
}

/* As execvp finds it: the first that may be executed, an empty element being this directory. */
static void by_path(void **state)
{
	struct tiny t = make("librte_eal.so.24");
	char buf[16];

	(void)state;
	(void)look(&t, sizeof(t));
	assert_int_equal(chdir("/tmp"), 0);
	assert_int_equal(setenv("PATH", "/nonexistent:/tmp", 1), 0);
	assert_null(
		program_dpdk(strrchr(path, '/') + 1, buf, sizeof(buf))); /* may not be executed */
	assert_int_equal(chmod(path, 0755), 0);
	assert_string_equal(program_dpdk(strrchr(path, '/') + 1, buf, sizeof(buf)), "23.11");
	assert_int_equal(setenv("PATH", "/nonexistent:", 1), 0);
	assert_non_null(program_dpdk(strrchr(path, '/') + 1, buf, sizeof(buf)));
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	assert_null(program_dpdk(strrchr(path, '/') + 1, buf, sizeof(buf)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases),
		cmocka_unit_test(damage),
		cmocka_unit_test(others),
		cmocka_unit_test(by_path),
	};
	int fd = mkstemp(path), r;

	if (fd < 0)
		return 1;
	(void)close(fd);
	r = cmocka_run_group_tests_name("program", tests, NULL, NULL);
	(void)unlink(path);
	return r;
}
