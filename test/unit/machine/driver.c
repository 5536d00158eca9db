/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers by the names that the kernel's own sources give them. */
#include <stdio.h>

#include "driver.h"
#include "test.h"

static const struct {
	const char *name;
	enum driver_kind kind;
	bool shares_group;
	const char *verbs;
} cases[] = {
	{"", DRIVER_NONE, true, NULL},
	{"vfio-pci", DRIVER_VFIO, true, NULL},
	{"mlx5_vfio_pci", DRIVER_VFIO, true, NULL},
	{"nvgrace_gpu_vfio_pci", DRIVER_VFIO, true, NULL},
	{"hisi_acc_vfio_pci", DRIVER_VFIO, true, NULL},
	{"hisi-acc-vfio-pci", DRIVER_VFIO, true, NULL},
	{"pds_vfio_pci", DRIVER_VFIO, true, NULL},
	{"virtio_vfio_pci", DRIVER_VFIO, true, NULL},
	{"qat_vfio_pci", DRIVER_VFIO, true, NULL},
	{"ism_vfio_pci", DRIVER_VFIO, true, NULL},
	{"xe-vfio-pci", DRIVER_VFIO, true, NULL},
	{"igb_uio", DRIVER_UIO, false, NULL},
	{"uio_pci_generic", DRIVER_UIO, false, NULL},
	{"mlx4_core", DRIVER_BIFURCATED, false, "mlx4_ib"},
	{"mlx5_core", DRIVER_BIFURCATED, false, "mlx5_ib"},
	{"mlx5_core.sf", DRIVER_BIFURCATED, false, "mlx5_ib"},
	{"mana", DRIVER_BIFURCATED, false, "mana_ib"},
	{"pci-stub", DRIVER_STUB, true, NULL},
	{"pciback", DRIVER_STUB, false, NULL},
	{"pcieport", DRIVER_KERNEL, true, NULL},
	{"iavf", DRIVER_KERNEL, false, NULL},
	/* Near misses; vfio_pci is a module, no driver has that name. */
	{"vfio_pci", DRIVER_KERNEL, false, NULL},
	{"vfio", DRIVER_KERNEL, false, NULL},
	{"-vfio-pci", DRIVER_KERNEL, false, NULL},
	{"vfio-pci2", DRIVER_KERNEL, false, NULL},
	{"mlx5vfio-pci", DRIVER_KERNEL, false, NULL},
	{"mlx5_vfio.pci", DRIVER_KERNEL, false, NULL},
	{"mlx5_core.eth", DRIVER_KERNEL, false, NULL},
};

static void names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *name = cases[i].name, *verbs = driver_verbs_module(name);
		const enum driver_kind kind = driver_kind(name);

		if (kind != cases[i].kind || driver_shares_group(name) != cases[i].shares_group)
			fail_msg("\"%s\": kind %d, shares_group %d", name, kind,
				driver_shares_group(name));
		assert_int_equal(driver_is_userspace(name),
			kind == DRIVER_VFIO || kind == DRIVER_UIO);
		if (cases[i].verbs)
			assert_string_equal(verbs, cases[i].verbs);
		else
			assert_null(verbs);
	}
}

static void what_serves_dpdk(void **state)
{
	(void)state;
	assert_true(driver_serves_dpdk(DRIVER_VFIO));
	assert_true(driver_serves_dpdk(DRIVER_UIO));
	assert_true(driver_serves_dpdk(DRIVER_BIFURCATED));
	assert_false(driver_serves_dpdk(DRIVER_NONE));
	assert_false(driver_serves_dpdk(DRIVER_KERNEL));
	assert_false(driver_serves_dpdk(DRIVER_STUB));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(what_serves_dpdk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
