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
#define OTHER "0000:5e:00.0"

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
static int list_of(char **names, size_t n, char buf[static 16], struct err *e)
{
	auto_pool struct pool p = {0};
	struct kubelet k;
	struct netconf c;

	/* By hand: of the kubelet there is its checkpoint alone. */
	kubelet_init(&k, tree_root, NULL, NULL, NULL, NULL);
	netconf_init(&c);
	c.pf = names;
	c.n_pf = n;
	int r = pool_list(&m, &c, &k, &p, e);

	if (r == 0)
		r = pool_carrier_first(&p, e);
	kubelet_free(&k);
	memset(buf, 0, 16);
	for (size_t i = 0; r == 0 && i < p.n; i++)
		buf[i] = p.vf[i].address[strlen(p.vf[i].address) - 1];
	return r;
}

static int list(const char *pf, char buf[static 16], struct err *e)
{
	char text[64], *names[] = {text};

	(void)snprintf(text, sizeof(text), "%s", pf);
	return list_of(names, 1, buf, e);
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
}

static void fails(const char *pf, int code, const char *says)
{
	struct err e = ERR_INIT;
	char got[16];

	if (list(pf, got, &e) == 0)
		fail_msg("%s is taken", pf);
	assert_error(e, code, says);
}

static void what_is_not_a_pf(void **state)
{
	struct err e = ERR_INIT;
	char got[16];

	(void)state;
	fails(EMPTY, ERR_DEVICE, "it has no VFs");
	assert_true(list(EMPTY, got, &e) < 0);
	fails("0000:3b:00.7", ERR_DEVICE, "0000:3b:00.7");
	fails(PF "#", ERR_CONFIG, "\"\" is not a list of VF numbers");
	fails(PF "#x", ERR_CONFIG, "pf \"" PF "#x\": \"x\" is not a list of VF numbers");
	fails(PF "#3-1", ERR_CONFIG, "write \"" PF "#0-3,7\"");
	fails(PF "#7", ERR_DEVICE, "it has no VF of these numbers: its 4 VFs are numbered 0 to 3");
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

/* One that cannot serve keeps the others from nothing; that nobody can read is an error still. */
static void the_others_serve(void **state)
{
	char none[] = "0000:3b:00.7", empty[] = EMPTY, wrong[] = PF "#7", two[] = PF "#1",
	     bad[] = PF "#x";
	char *some[] = {none, empty, wrong, two}, *no[] = {empty, none}, *typo[] = {two, bad};
	struct err e = ERR_INIT;
	char got[16];

	(void)state;
	assert_int_equal(list_of(some, 4, got, &e), 0);
	assert_string_equal(got, "2");
	assert_true(list_of(no, 2, got, &e) < 0);
	assert_error(e, ERR_DEVICE, EMPTY "): it has no VFs"); /* the first is told */
	e = ERR_INIT;
	assert_true(list_of(typo, 2, got, &e) < 0);
	assert_error(e, ERR_CONFIG, "not a list of VF numbers");
}

/* Through a PF without carrier nothing passes: its VFs are for when no other is left. */
static void carrier_first(void **state)
{
	char a[] = PF, b[] = OTHER;
	char *both[] = {a, b};
	struct err e = ERR_INIT;
	char got[16];

	(void)state;
	tree_file(BUS OTHER "/class", "0x020000\n", 0444);
	tree_file(BUS OTHER "/sriov_numvfs", "2\n", 0644);
	tree_link(BUS OTHER "/virtfn0", "../0000:5e:02.1");
	tree_link(BUS OTHER "/virtfn1", "../0000:5e:02.3");
	assert_int_equal(list_of(both, 2, got, &e), 0);
	assert_string_equal(got, "024613");
	tree_file(BUS PF "/net/ens1f0/operstate", "down\n", 0444);
	assert_int_equal(list_of(both, 2, got, &e), 0);
	assert_string_equal(got, "130246");
	/* A representor is beside it. */
	tree_file(BUS OTHER "/net/ens2f0/operstate", "up\n", 0444);
	tree_file(BUS OTHER "/net/eth7/operstate", "down\n", 0444);
	assert_int_equal(list_of(both, 2, got, &e), 0);
	assert_string_equal(got, "130246");
	tree_file(BUS PF "/net/ens1f0/operstate", "up\n", 0444);
	assert_int_equal(list_of(both, 2, got, &e), 0);
	assert_string_equal(got, "024613");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_or_some),
		TEST(what_is_not_a_pf),
		TEST(owned_by_others),
		TEST(the_others_serve),
		TEST(carrier_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
