/* SPDX-License-Identifier: Apache-2.0 */
/* plan walks the table of the steps: each says what it would change, and only those that are wanted. */
#include <stdlib.h>

#include "mem.h"
#include "steps.h"
#include "test.h"
#include "tree.h"

#define VF "0000:3b:02.1"
#define DEV "sys/bus/pci/devices/" VF

static struct machine m;
static struct attach a;
static struct plan p;

static void text(char **to, const char *what)
{
	assert_int_equal(mem_set_text(to, what, NULL), 0);
}

/* A VF of igbvf, whose IOMMU group is 42, about to be given to a pod. */
static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	tree_link(DEV "/iommu_group", "../../../../kernel/iommu_groups/42");
	tree_file("sys/kernel/iommu_groups/42/name", "DMAR\n", 0444);
	m = (struct machine)MACHINE_INIT;
	m.root = tree_root;
	attach_init(&a, &m, NULL);
	p = (struct plan){0};
	text(&a.rec.ifname, "net1");
	text(&a.rec.netns.path, "/run/netns/pod");
	text(&a.rec.interface.pci_address, VF);
	text(&a.rec.pci.driver, "igbvf");
	text(&a.rec.pci.override, "");
	text(&a.rec.link.name, "ens1f0v1");
	a.rec.link.index = 7;
	return 0;
}

static int tear_down(void **state)
{
	attach_free(&a);
	plan_free(&p);
	return tree_tear_down(state);
}

static const struct plan_change *line(const char *step, const char *object)
{
	for (size_t i = 0; i < p.n; i++)
		if (strcmp(p.changes[i].step, step) == 0 &&
			strcmp(p.changes[i].object, object) == 0)
			return &p.changes[i];
	return NULL;
}

static void says(const char *step, const char *object, const char *before, const char *after)
{
	const struct plan_change *c = line(step, object);

	if (!c)
		fail_msg("%s: %s is not in the plan", step, object);
	assert_string_equal(c->before ? c->before : "-", before);
	assert_string_equal(c->after, after);
}

static void mode_vfio(void **state)
{
	(void)state;
	a.rec.interface.mode = PODFILE_VFIO;
	text(&a.rec.pci.target, "vfio-pci");
	a.conf.vf.vlan = 100;
	a.rec.vf.vlan = 0;
	a.conf.vf.trust = 1;
	a.conf.device_node.gid = 1000;
	text(&a.conf.device_node.mode, "0660");
	text(&a.conf.runtime.device_info_file, "/run/k8s.cni.cncf.io/devinfo/x");
	text(&a.rec.pod_dir, "/var/lib/kubelet//pods/u/volumes/x");
	steps_describe(&a, &p);
	says("unbind", "driver", "igbvf", "none");
	says("vf", "vlan", "0", "100");
	says("vf", "trust", "-", "on");
	says("bind", "driver", "none", "vfio-pci");
	says("bind", "driver override", "none", "vfio-pci");
	says("bind", "node", "-", "/dev/vfio/42");
	says("bind", "group of the node", "-", "1000");
	says("bind", "mode of the node", "-", "0660");
	says("deviceinfo", "device information", "-", "/run/k8s.cni.cncf.io/devinfo/x");
	says("publish", "pod file", "-", "/var/lib/kubelet/pods/u/volumes/x/pod.json");
	for (size_t i = 0; i < p.n; i++)
		assert_string_not_equal(p.changes[i].step, "link");
}

static void its_driver_already(void **state)
{
	(void)state;
	a.rec.interface.mode = PODFILE_VFIO;
	text(&a.rec.pci.target, "vfio-pci");
	text(&a.rec.pci.driver, "vfio-pci");
	text(&a.conf.device_node.mode, "0660");
	a.rec.pci.node_mode = 0600;
	steps_describe(&a, &p);
	assert_null(line("unbind", "driver"));
	assert_null(line("bind", "driver"));
	says("bind", "node", "-", "/dev/vfio/42");
	says("bind", "mode of the node", "0600", "0660");
}

static void mode_netdev(void **state)
{
	(void)state;
	a.rec.interface.mode = PODFILE_NETDEV;
	a.rec.pod_index = 3;
	a.rec.link.mtu = 1500;
	a.conf.mtu = 1500;
	a.conf.promisc = 1;
	steps_describe(&a, &p);
	says("link", "name", "ens1f0v1", "net1");
	says("link", "network namespace", "host", "/run/netns/pod");
	says("link", "ifindex", "7", "3");
	says("link", "promiscuous", "off", "on");
	/* As it is. */
	assert_null(line("link", "MTU"));
	assert_null(line("bind", "driver"));
	assert_null(line("publish", "pod file"));
}

static void in_words_and_in_json(void **state)
{
	auto_free char *table = NULL, *json = NULL;
	struct err e = ERR_INIT;

	(void)state;
	p.step = "vf";
	plan_add(&p, "vlan", "0", "100");
	plan_add(&p, "trust", "on", "on");
	plan_add_number(&p, "ifindex", CODEC_ABSENT, 5);
	plan_add_number(&p, "MTU", 5, CODEC_ABSENT);
	assert_int_equal(plan_print(&p, false, &table, &e), 0);
	assert_string_equal(table,
		"vf         vlan                   0 -> 100\n"
		"vf         ifindex                -> 5\n");
	assert_int_equal(plan_print(&p, true, &json, &e), 0);
	assert_non_null(strstr(json, "\"before\": \"0\""));
	assert_null(strstr(json, "null"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mode_vfio),
		TEST(its_driver_already),
		TEST(mode_netdev),
		TEST(in_words_and_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
