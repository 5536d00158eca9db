/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "units.h"

#define KB UINT64_C(1024)
#define MB (KB * 1024)
#define GB (MB * 1024)

static void amounts(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *people, *kubernetes;
	} samples[] = {
		{0, "0 B", "0"},
		{1, "1 B", "1"},
		{1023, "1023 B", "1023"},
		{1024, "1 KiB", "1Ki"},
		{1025, "1025 B", "1025"},
		{64 * KB, "64 KiB", "64Ki"},
		{1536 * KB, "1536 KiB", "1536Ki"},
		{2 * MB, "2 MiB", "2Mi"},
		{32 * MB, "32 MiB", "32Mi"},
		{1024 * MB, "1 GiB", "1Gi"},
		{16 * GB, "16 GiB", "16Gi"},
		{4096 * GB, "4 TiB", "4Ti"},
		{UINT64_MAX - 1, "18446744073709551614 B", "18446744073709551614"},
	};
	char buf[UNITS_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		assert_string_equal(units_bytes(samples[i].bytes, buf), samples[i].people);
		assert_string_equal(units_quantity(samples[i].bytes, buf), samples[i].kubernetes);
	}
	assert_string_equal(units_bytes(UINT64_MAX, buf), "unlimited");
}

/* Page sizes of x86-64 and of arm64 with all three of its base pages. */
static void names_of_page_sizes(void **state)
{
	static const struct {
		uint64_t size;
		const char *name, *kernel;
	} sizes[] = {
		{64 * KB, "64KB", "64K"},
		{2 * MB, "2MB", "2M"},
		{32 * MB, "32MB", "32M"},
		{512 * MB, "512MB", "512M"},
		{GB, "1GB", "1G"},
		{16 * GB, "16GB", "16G"},
		{4096 * GB, "4096GB", "4096G"},
	};
	char buf[UNITS_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_string_equal(units_hugetlb(sizes[i].size, buf), sizes[i].name);
		assert_string_equal(units_kernel(sizes[i].size, buf), sizes[i].kernel);
		assert_int_equal(units_parse(buf), sizes[i].size);
	}
	assert_string_equal(units_resource(64 * KB, buf), "hugepages-64Ki");
	assert_string_equal(units_resource(16 * GB, buf), "hugepages-16Gi");
}

static void sizes_as_the_kernel_writes_them(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} samples[] = {
		{"2M", 2 * MB},
		{"2m", 2 * MB},
		{"1G", GB},
		{"16G", 16 * GB},
		{"64K", 64 * KB},
		{"2048k", 2 * MB},
		{"2097152", 2 * MB},
		{"2M,mode=1770", 2 * MB},
		{"0", 0},
		{"", 0},
		{"G", 0},
		{"-1", 0},
		{" 2M", 0},
		{"2MB", 0},
		{"2Q", 0},
		{"18446744073709551616", 0},
		{"18446744073709551615K", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (units_parse(samples[i].text) != samples[i].bytes)
			fail_msg("\"%s\"", samples[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts),
		cmocka_unit_test(names_of_page_sizes),
		cmocka_unit_test(sizes_as_the_kernel_writes_them),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
