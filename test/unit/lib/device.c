/* SPDX-License-Identifier: Apache-2.0 */
/* A PCI device as sysfs shows it, and what opening it takes. */
#include <errno.h>
#include <stdio.h>

#include "device.h"
#include "machine.h"

#define DEV "/sys/bus/pci/devices/0000:01:00.0/"

static struct device read_device(const struct machine *m, const char *bdf,
	struct dpdkpod_facts **ret)
{
	struct err e = ERR_INIT;
	struct device d;

	*ret = machine_facts(m, "0");
	if (device_read(*ret, bdf, &d, &e) < 0)
		fail_msg("%s", e.msg);
	return d;
}

static void kinds(void **state)
{
	static const struct {
		const char *driver;
		enum driver_kind kind;
	} cases[] = {{"vfio-pci", DRIVER_VFIO}, {"mlx5_vfio_pci", DRIVER_VFIO},
		{"igb_uio", DRIVER_UIO}, {"mlx5_core", DRIVER_BIFURCATED}, {"iavf", DRIVER_KERNEL},
		{NULL, DRIVER_NONE}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dpdkpod_facts *f;
		struct machine m;
		char target[64];

		(void)snprintf(target, sizeof(target), "-> ../drivers/%s",
			cases[i].driver ? cases[i].driver : "");
		machine_make(&m,
			(struct entry[]){{DEV "class", "0x0b4000\n"},
				{DEV "driver", cases[i].driver ? target : NULL}, {0}});
		struct device d = read_device(&m, "01:00.0", &f);

		assert_int_equal(d.kind, cases[i].kind);
		assert_string_equal(d.driver, cases[i].driver ? cases[i].driver : "");
		assert_string_equal(d.bdf, "0000:01:00.0");
		assert_int_equal(d.class, 0x0b4000);
		assert_int_equal(d.node, -1);
		assert_int_equal(d.group, -1);
		dpdkpod_facts_free(f);
		machine_remove(&m);
	}
}

static void vfio_is_usable(void **state)
{
	struct dpdkpod_facts *f;
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct device d = read_device(&m, "0000:3B:02.1", &f);

	assert_int_equal(d.node, 1);
	assert_int_equal(d.group, 42);
	assert_false(d.no_iommu);
	assert_int_equal(device_check_vfio(f, &d, NULL), 0);
	assert_false(iommu_unsafe(m.root));
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void expect_refusal(const struct entry *over, int r, const char *says, const char *remedy)
{
	struct err e = ERR_INIT;
	struct dpdkpod_facts *f;
	struct machine m;

	machine_make(&m, over);
	struct device d = read_device(&m, "0000:3b:02.1", &f);

	assert_int_equal(device_check_vfio(f, &d, &e), r);
	assert_has(e.msg, says);
	assert_has(e.remedy, remedy);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void vfio_node_is_missing(void **state)
{
	(void)state;
	expect_refusal((struct entry[]){{"/dev/vfio/42", NULL}, {0}}, -ENOENT,
		"0000:3b:02.1: /dev/vfio/42", "request it in this container");
	expect_refusal((struct entry[]){{"/dev/vfio/vfio", NULL}, {0}}, -ENOENT,
		"/dev/vfio/vfio: No such", "request it in this container");
	expect_refusal((struct entry[]){{"/sys/bus/pci/devices/0000:3b:02.1/iommu_group", NULL},
			       {0}},
		-ENODEV, "no IOMMU group", "intel_iommu=on");
}

static void group_without_iommu(void **state)
{
	struct dpdkpod_facts *f;
	struct machine m;

	(void)state;
	machine_make(&m,
		(struct entry[]){{"/sys/kernel/iommu_groups/42/name", "vfio-noiommu\n"},
			{"/dev/vfio/42", NULL}, {"/dev/vfio/noiommu-42", ""},
			{"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n"}, {0}});
	struct device d = read_device(&m, "0000:3b:02.1", &f);

	assert_true(d.no_iommu);
	assert_int_equal(device_check_vfio(f, &d, NULL), 0);
	assert_true(iommu_unsafe(m.root));
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void verbs(void **state)
{
	static const struct entry here[] = {{DEV "infiniband_verbs/uverbs2/dev", "231:194\n"},
		{"/dev/infiniband/uverbs2", ""}, {0}};
	/* Another container's node is none of ours. */
	static const struct entry other[] = {{DEV "infiniband_verbs/uverbs2/dev", "231:194\n"},
		{"/dev/infiniband/uverbs1", ""}, {0}};
	static const struct entry none[] = {{DEV "class", "0x020000\n"}, {0}};
	const struct entry *cases[] = {here, other, none};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct dpdkpod_facts *f;
		struct machine m;

		machine_make(&m, cases[i]);
		struct device d = read_device(&m, "0000:01:00.0", &f);

		assert_int_equal(device_has_verbs(f, &d), i == 0);
		dpdkpod_facts_free(f);
		machine_remove(&m);
	}
}

static void no_such_device(void **state)
{
	struct err e = ERR_INIT, bad = ERR_INIT;
	struct device d;
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct dpdkpod_facts *f = machine_facts(&m, "0");

	assert_int_equal(device_read(f, "0000:3b:02.2", &d, &e), -ENODEV);
	assert_has(e.msg, "0000:3b:02.2");
	assert_has(e.remedy, "numvfs");
	assert_true(device_read(f, "../../../etc", &d, &bad) < 0);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(vfio_is_usable),
		cmocka_unit_test(vfio_node_is_missing),
		cmocka_unit_test(group_without_iommu),
		cmocka_unit_test(verbs),
		cmocka_unit_test(no_such_device),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
