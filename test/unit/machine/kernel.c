/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "kernel.h"
#include "mem.h"
#include "test.h"
#include "tree.h"

#define NODE "sys/devices/system/node/"

static void the_command_line_in_words(void **state)
{
	static struct cmdline c;

	(void)state;
	tree_file("proc/cmdline",
		"BOOT_IMAGE=/vmlinuz root=UUID=5 ro  quiet isolcpus=managed_irq,domain,2-7 dyndbg=\"file a.c +p\" "
		"a=1 a=2 x=y=z -- quiet2 a=3\n",
		0444);
	assert_int_equal(cmdline_read(tree_root, &c), 0);
	assert_int_equal(c.n, 9);
	assert_string_equal(cmdline_get(&c, "quiet"), "");
	assert_string_equal(cmdline_get(&c, "isolcpus"), "managed_irq,domain,2-7");
	assert_string_equal(cmdline_get(&c, "dyndbg"), "\"file a.c +p\"");
	assert_string_equal(cmdline_get(&c, "a"), "2"); /* the last, but not init's */
	assert_string_equal(cmdline_get(&c, "x"), "y=z");
	assert_null(cmdline_get(&c, "quiet2"));
	assert_null(cmdline_get(&c, "iso"));
}

static void command_lines_of_any_length(void **state)
{
	static struct cmdline c;
	char text[4096];

	(void)state;
	tree_file("proc/cmdline", "", 0444);
	assert_int_equal(cmdline_read(tree_root, &c), 0);
	assert_int_equal(c.n, 0);
	tree_file("proc/cmdline", "ro", 0444); /* no newline */
	assert_int_equal(cmdline_read(tree_root, &c), 0);
	assert_string_equal(cmdline_get(&c, "ro"), "");
	for (size_t i = 0; i < sizeof(text) - 2; i += 2)
		memcpy(text + i, "a ", 2);
	text[sizeof(text) - 2] = '\0';
	tree_file("proc/cmdline", text, 0444);
	assert_int_equal(cmdline_read(tree_root, &c), 0);
	assert_int_equal(c.n, ARRAY_SIZE(c.args)); /* more than it keeps are cut off */
}

static void releases(void **state)
{
	char text[KERNEL_RELEASE];
	int major, minor;

	(void)state;
	tree_file("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n", 0444);
	assert_int_equal(kernel_release(tree_root, text, &major, &minor), 0);
	assert_string_equal(text, "6.1.0-28-amd64");
	assert_int_equal(major * 100 + minor, 601);
	tree_file("proc/sys/kernel/osrelease", "strange\n", 0444);
	assert_int_equal(kernel_release(tree_root, text, &major, &minor), -EINVAL);
}

static void modules(void **state)
{
	(void)state;
	tree_file("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n", 0444);
	assert_false(kernel_has_module_file(tree_root, "vfio-pci"));
	tree_file("lib/modules/6.1.0-28-amd64/modules.dep",
		"kernel/drivers/vfio/pci/mlx5-vfio-pci.ko.xz: a\n", 0444);
	assert_false(kernel_has_module_file(tree_root, "vfio-pci"));
	tree_file("lib/modules/6.1.0-28-amd64/modules.builtin",
		"kernel/drivers/vfio/pci/vfio-pci.ko\n", 0444);
	assert_true(kernel_has_module_file(tree_root, "vfio-pci"));
	assert_false(kernel_has_driver(tree_root, "vfio-pci"));
	tree_dir("sys/bus/pci/drivers/vfio-pci");
	assert_true(kernel_has_driver(tree_root, "vfio-pci"));
}

static void values_of_sysctl(void **state)
{
	char text[64] = "?";

	(void)state;
	assert_int_equal(kernel_sysctl(tree_root, KERNEL_BOOT_ID, text, sizeof(text)), -ENOENT);
	tree_file("proc/sys/kernel/random/boot_id", "f2a9a3e0-58f4\n", 0444);
	assert_int_equal(kernel_sysctl(tree_root, KERNEL_BOOT_ID, text, sizeof(text)), 0);
	assert_string_equal(text, "f2a9a3e0-58f4");
}

static void words_of_cpuinfo(void **state)
{
	(void)state;
	assert_false(kernel_cpu_says(tree_root, "GenuineIntel"));
	tree_file("proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t: fpu sse4_2\n", 0444);
	assert_false(kernel_cpu_says(tree_root, "GenuineIntel"));
	assert_true(kernel_cpu_says(tree_root, "AuthenticAMD"));
}

static void what_is_swapped_to(void **state)
{
	char text[64] = "?";

	(void)state;
	assert_false(kernel_swap(tree_root, text, sizeof(text)));
	tree_file("proc/swaps", "Filename\t\tType\t\tSize\n", 0444);
	assert_false(kernel_swap(tree_root, text, sizeof(text)));
	assert_string_equal(text, "?");
	tree_file("proc/swaps",
		"Filename\t\tType\t\tSize\n/dev/dm-1   partition\t99\n/swap file\t1\n", 0444);
	assert_true(kernel_swap(tree_root, text, sizeof(text)));
	assert_string_equal(text, "/dev/dm-1");
}

static void where_interrupts_go(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(kernel_irq_mask(tree_root, text, sizeof(text)), -ENOENT);
	tree_file("proc/irq/default_smp_affinity", "ff,ffffffff\n", 0644);
	assert_int_equal(kernel_irq_mask(tree_root, text, sizeof(text)), 0);
	assert_string_equal(text, "ff,ffffffff");
}

static void control_groups(void **state)
{
	(void)state;
	assert_false(kernel_limits_hugepages(tree_root));
	tree_file("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n", 0444);
	assert_true(kernel_limits_hugepages(tree_root));
	tree_file("proc/cgroups",
		"#name\thierarchy\tnum\tenabled\ncpu\t0\t1\t1\nhugetlb\t0\t77\t0\n", 0444);
	assert_false(kernel_limits_hugepages(tree_root));
	tree_file("proc/cgroups", "#name\thierarchy\tnum\tenabled\nhugetlb\t0\t77\t1\n", 0444);
	assert_true(kernel_limits_hugepages(tree_root));
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(the_command_line_in_words),
		TREE_TEST(command_lines_of_any_length),
		TREE_TEST(releases),
		TREE_TEST(modules),
		TREE_TEST(values_of_sysctl),
		TREE_TEST(words_of_cpuinfo),
		TREE_TEST(what_is_swapped_to),
		TREE_TEST(where_interrupts_go),
		TREE_TEST(control_groups),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
