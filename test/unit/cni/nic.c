/* SPDX-License-Identifier: Apache-2.0 */
/* On a recorded sysfs: which link a PCI address means, and a VF without its PF. */
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "nic.h"
#include "steps.h"
#include "test.h"
#include "tree.h"

#define PF "0000:3b:00.0"
#define VF "0000:3b:02.1"

static struct machine m;

static int set_up(void **state)
{
	m = (struct machine)MACHINE_INIT;
	if (tree_set_up(state) < 0)
		return -1;
	m.root = tree_root;
	return 0;
}

static bool means(const char *port_name)
{
	char address[] = PF, bus[] = "pci", name[] = "ens1f0npf0vf1";
	struct netconf c;
	struct record rec;

	netconf_init(&c);
	record_init(&rec);
	c.device_id = address;
	rec.link.name = name;
	rec.link.parent = address;
	rec.link.parent_bus = bus;
	rec.link.port_name = port_name ? strdup(port_name) : NULL;
	bool r = nic_matches(&m, &c, &rec);

	free(rec.link.port_name);
	return r;
}

/* All of them lie below physfn/net of a VF, and have the PF's address. */
static void representors(void **state)
{
	static const char *const others[] = {"pf0vf0", "pf0vf127", "pf1sf88", "c1pf0vf3", "c1pf0",
		"pf0hpf"};
	static const char *const pfs[] = {NULL, "p0", "p1", "p0s1", "0"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (means(others[i]))
			fail_msg("%s is taken for the PF", others[i]);
	for (size_t i = 0; i < sizeof(pfs) / sizeof(*pfs); i++)
		if (!means(pfs[i]))
			fail_msg("%s is not taken for the PF", pfs[i] ? pfs[i] : "none");
}

/* A device on that bus, which hangs on that PCI device. */
static void on_bus(const char *bus, const char *name, const char *pci)
{
	char path[128], target[128];

	(void)snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/%s", pci, name);
	tree_dir(path);
	(void)snprintf(path, sizeof(path), "sys/bus/%s/devices/%s", bus, name);
	(void)snprintf(target, sizeof(target), "../../../devices/pci0000:00/%s/%s", pci, name);
	tree_link(path, target);
}

/* Is the link with this parent the one that deviceID means? */
static bool device_means(const char *device_id, const char *bus, const char *parent)
{
	struct netconf c;
	struct record rec;

	netconf_init(&c);
	record_init(&rec);
	c.device_id = (char *)(uintptr_t)device_id;
	rec.link.name = (char *)(uintptr_t) "eth0";
	rec.link.parent = (char *)(uintptr_t)parent;
	rec.link.parent_bus = (char *)(uintptr_t)bus;
	return nic_matches(&m, &c, &rec);
}

static void links_on_other_buses(void **state)
{
	(void)state;
	on_bus("virtio", "virtio3", "0000:00:03.0");
	on_bus("virtio", "virtio4", "0000:00:04.0");
	on_bus("auxiliary", "mlx5_core.sf.4", PF);
	assert_true(device_means("0000:00:03.0", "virtio", "virtio3"));
	assert_false(device_means("0000:00:03.0", "virtio", "virtio4"));
	assert_false(device_means("0000:00:03.0", "virtio", "virtio5")); /* there is none */
	assert_false(device_means("0000:00:03.0", NULL, "virtio3"));
	/* The PF is not one of its scalable functions. */
	assert_false(device_means(PF, "auxiliary", "mlx5_core.sf.4"));
}

static void what_policy_says_of_other_buses(void **state)
{
	static const struct {
		const char *pattern;
		bool allowed;
	} cases[] = {{"0000:00:03.*", true}, {"virtio*", true}, {"eth*", true},
		{"0000:00:04.0", false}};
	char name[] = "eth0", parent[] = "virtio3", bus[] = "virtio";
	struct nic n;

	(void)state;
	nic_init(&n);
	n.link.name = name;
	n.link.parent = parent;
	n.link.parent_bus = bus;
	(void)snprintf(n.pci.address, sizeof(n.pci.address), "0000:00:03.0");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *patterns[] = {(char *)(uintptr_t)cases[i].pattern};
		struct err e = ERR_INIT;

		/* allowInUse, so that nothing of the host's routes is asked. */
		m.policy.devices = m.policy.in_use = patterns;
		m.policy.n_devices = m.policy.n_in_use = 1;
		assert_int_equal(nic_allowed(&m, &n, true, &e) == 0, cases[i].allowed);
	}
	m.policy = (struct policy){0};
}

static void a_scalable_function_is_described(void **state)
{
	struct podfile_interface i;
	struct nic n;
	struct err e = ERR_INIT;

	(void)state;
	on_bus("auxiliary", "mlx5_core.sf.4", PF);
	tree_file("sys/devices/pci0000:00/" PF "/class", "0x020000\n", 0444);
	tree_file("sys/devices/pci0000:00/" PF "/vendor", "0x15b3\n", 0444);
	tree_file("sys/devices/pci0000:00/" PF "/device", "0xa2d6\n", 0444);
	tree_file("sys/devices/pci0000:00/" PF "/numa_node", "1\n", 0444);
	tree_link("sys/bus/pci/devices/" PF, "../../../devices/pci0000:00/" PF);
	nic_init(&n);
	(void)snprintf(n.auxiliary, sizeof(n.auxiliary), "mlx5_core.sf.4");
	assert_int_equal(bus_read_auxiliary(tree_root, n.auxiliary, &n.pci, &e), 0);
	assert_string_equal(nic_id(&n), "mlx5_core.sf.4");
	codec_init(podfile_interface_fields, &i);
	assert_int_equal(nic_describe(&n, "net1", "net", &i, &e), 0);
	assert_null(i.pci_address);
	assert_string_equal(i.auxiliary, "mlx5_core.sf.4");
	assert_string_equal(i.pf, PF);
	assert_string_equal(i.driver, "mlx5_core.sf");
	assert_string_equal(i.vendor, "0x15b3");
	assert_int_equal(i.numa_node, 1);
	assert_true(i.vf == CODEC_ABSENT);
	codec_free(podfile_interface_fields, &i);
}

/* In a virtual machine a VF has no physfn: all works that needs no PF. */
static void a_vf_whose_pf_is_not_visible(void **state)
{
	struct podfile_interface i;
	auto_nic struct nic n;
	struct err e = ERR_INIT;
	struct attach a;

	(void)state;
	tree_file("sys/bus/pci/devices/" VF "/class", "0x020000\n", 0444);
	tree_file("sys/bus/pci/devices/" VF "/vendor", "0x8086\n", 0444);
	tree_file("sys/bus/pci/devices/" VF "/device", "0x10ca\n", 0444);
	tree_file("sys/bus/pci/devices/" VF "/numa_node", "-1\n", 0644);
	tree_link("sys/bus/pci/devices/" VF "/driver", "../../drivers/vfio-pci");
	nic_init(&n);
	assert_int_equal(pci_read(tree_root, VF, &n.pci, &e), 0);
	codec_init(podfile_interface_fields, &i);
	assert_int_equal(nic_describe(&n, "net1", "net", &i, &e), 0);
	assert_string_equal(i.pci_address, VF);
	assert_string_equal(i.driver, "vfio-pci");
	assert_null(i.pf);
	assert_true(i.vf == CODEC_ABSENT);
	assert_true(i.numa_node == CODEC_ABSENT);
	assert_int_equal(nic_allowed(&m, &n, false, &e), 0);

	/* What only the PF can set is refused before anything is touched, with the way out. */
	attach_init(&a, &m, NULL);
	a.rec.interface = i;
	a.conf.vf.vlan = 5;
	assert_true(step_vf.wanted(&a));
	assert_true(step_vf.capture(&a, &e) < 0);
	assert_error(e, ERR_CONFIG, VF ": it is not a VF of a PF that is visible here");
	assert_non_null(strstr(e.remedy, "hypervisor"));
	attach_free(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(representors),
		TEST(links_on_other_buses),
		TEST(what_policy_says_of_other_buses),
		TEST(a_scalable_function_is_described),
		TEST(a_vf_whose_pf_is_not_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
