/* SPDX-License-Identifier: Apache-2.0 */
/* On a recorded sysfs: the VFs that "pf" names. PFs by name need netlink: see the lab. */
#include <stdlib.h>

#include "mem.h"
#include "pool.h"
#include "test.h"
#include "tree.h"

#define BUS "sys/bus/pci/devices/"
#define PF "0000:3b:00.0"
#define EMPTY "0000:3b:00.1"

static struct machine m;

static int set_up(void **state)
{
	m = (struct machine)MACHINE_INIT;
	if (tree_set_up(state) < 0)
		return -1;
	m.root = tree_root;
	tree_file(BUS PF "/class", "0x020000\n", 0444);
	tree_link(BUS PF "/virtfn0", "../0000:3b:02.0");
	tree_link(BUS PF "/virtfn1", "../0000:3b:02.2");
	tree_link(BUS PF "/virtfn2", "../0000:3b:02.4");
	tree_link(BUS PF "/virtfn3", "../0000:3b:02.6");
	tree_file(BUS EMPTY "/class", "0x020000\n", 0444);
	return 0;
}

/* The VFs by their function numbers, in order: "026". */
static int list(const char *pf, char buf[static 16], struct err *e)
{
	char text[64], *names[] = {text};
	auto_pool struct pool p = {0};
	struct kubelet k;
	struct netconf c;

	/* By hand: of the kubelet there is its checkpoint alone. */
	kubelet_init(&k, tree_root, NULL, NULL, NULL, NULL);
	netconf_init(&c);
	(void)snprintf(text, sizeof(text), "%s", pf);
	c.pf = names;
	c.n_pf = 1;
	int r = pool_list(&m, &c, &k, &p, e);

	kubelet_free(&k);
	memset(buf, 0, 16);
	for (size_t i = 0; r == 0 && i < p.n; i++)
		buf[i] = p.vf[i].address[strlen(p.vf[i].address) - 1];
	return r;
}

static void lists(const char *pf, const char *want)
{
	struct err e = ERR_INIT;
	char got[16];

	if (list(pf, got, &e) < 0)
		fail_msg("%s: %s", pf, e.msg);
	assert_string_equal(got, want);
}

static void all_or_some(void **state)
{
	(void)state;
	lists(PF, "0246");
	lists("3b:00.0", "0246");
	lists(PF "#0", "0");
	lists(PF "#1-2", "24");
	lists(PF "#0,3", "06");
	lists(PF "#2-9", "46"); /* there may be more of them some day */
	lists(PF "#7", "");
}

static void fails(const char *pf, int code, const char *says)
{
	struct err e = ERR_INIT;
	char got[16];

	if (list(pf, got, &e) == 0)
		fail_msg("%s is taken", pf);
	assert_error(e, code, says);
}

static void what_is_no_pf(void **state)
{
	struct err e = ERR_INIT;
	char got[16];

	(void)state;
	fails(EMPTY, ERR_DEVICE, "it has no VFs");
	assert_true(list(EMPTY, got, &e) < 0);
	fails("0000:3b:00.7", ERR_DEVICE, "0000:3b:00.7");
	fails(PF "#", ERR_CONFIG, "pf \"" PF "#\"");
	fails(PF "#x", ERR_DECODE, "pf \"" PF "#x\"");
	fails(PF "#3-1", ERR_DECODE, "pf");
}

/* A device plugin has registered it with the kubelet, or sriov-cni has given it to a pod. */
static void owned_by_others(void **state)
{
	(void)state;
	tree_file("var/lib/kubelet/device-plugins/kubelet_internal_checkpoint",
		"{\"Data\":{\"RegisteredDevices\":{\"intel.com/vf\":[\"0000:3b:02.0\",\"0000:3b:02.6\"]}}}",
		0600);
	lists(PF, "24");
	tree_file("var/lib/cni/sriov/pci/0000:3b:02.2", "/run/netns/x", 0600);
	lists(PF, "4");
	lists(PF "#0", "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_or_some),
		TEST(what_is_no_pf),
		TEST(owned_by_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
