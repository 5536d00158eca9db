/* SPDX-License-Identifier: Apache-2.0 */
/* On a recorded sysfs: which link a PCI address means, and a VF without its PF. */
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
	assert_error(e, ERR_CONFIG, VF ": it is no VF of a PF that is visible here");
	assert_non_null(strstr(e.remedy, "hypervisor"));
	attach_free(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(representors),
		TEST(a_vf_whose_pf_is_not_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
