/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "claim.h"
#include "test.h"
#include "tree.h"

static struct state s;
static const struct claim_owner me = {"c1", "net1"}, sibling = {"c1", "net10"},
				you = {"c10", "net1"};

static int set_up(void **state)
{
	s = (struct state){-1, -1};
	return tree_set_up(state) == 0 ? state_open(tree_root, true, &s, NULL) : -1;
}

static int tear_down(void **state)
{
	state_close(&s);
	return tree_tear_down(state);
}

static void assert_owner(const char *name, const struct claim_owner *want)
{
	struct claim_owner o;

	assert_int_equal(claim_read(&s, name, &o), 0);
	assert_string_equal(o.container, want->container);
	assert_string_equal(o.ifname, want->ifname);
}

static bool claimed(const char *name)
{
	return faccessat(s.claims, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void names_of_devices(void **state)
{
	struct link veth = {.index = 12, .name = "veth-of-15-byte"}, none = {.name = NULL};
	char buf[CLAIM_NAME];

	(void)state;
	assert_string_equal(claim_name("0000:3b:02.1", "", &veth, buf), "pci-0000:3b:02.1");
	assert_string_equal(claim_name("0000:3b:02.1", "", &none, buf), "pci-0000:3b:02.1");
	assert_string_equal(claim_name("", "", &veth, buf), "link-12-veth-of-15-byte");
	assert_string_equal(claim_name("", "mlx5_core.sf.4", &veth, buf),
		"auxiliary-mlx5_core.sf.4");
	veth.index = INT32_MAX;
	assert_string_equal(claim_name("", "", &veth, buf), "link-2147483647-veth-of-15-byte");
}

static void the_first_has_it(void **state)
{
	struct err e = ERR_INIT;
	char target[64] = "";

	(void)state;
	assert_int_equal(claim_take(&s, "pci-x", &me, &e), 0);
	assert_int_equal(claim_take(&s, "pci-x", &you, &e), -EEXIST);
	assert_int_equal(claim_take(&s, "pci-x", &me, &e), -EEXIST); /* we have it already */
	assert_int_equal(e.code, ERR_NONE);
	assert_owner("pci-x", &me);
	assert_true(claim_is(&s, "pci-x", &me));
	/* It leads to its owner's record. */
	assert_true(readlinkat(s.claims, "pci-x", target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "../pods/c1/net1.json");
}

static void nobody_has_it(void **state)
{
	struct claim_owner o = you;

	(void)state;
	assert_int_equal(claim_read(&s, "pci-x", &o), -ENOENT);
	assert_string_equal(o.container, you.container);
	assert_false(claim_is(&s, "pci-x", &me));
	assert_false(claim_is(&s, NULL, &me));
}

static void owners_are_whole_words(void **state)
{
	(void)state;
	assert_int_equal(claim_take(&s, "pci-x", &me, NULL), 0);
	assert_false(claim_is(&s, "pci-x", &sibling));
	assert_false(claim_is(&s, "pci-x", &you));
	claim_drop(&s, "pci-x", &sibling);
	claim_drop(&s, "pci-x", &you);
	assert_true(claimed("pci-x"));
	claim_drop(&s, "pci-x", &me);
	assert_false(claimed("pci-x"));
	claim_drop(&s, "pci-x", &me); /* again */
}

static void the_longest_names(void **state)
{
	struct claim_owner o = {.ifname = "123456789.12345"};

	(void)state;
	memset(o.container, 'c', sizeof(o.container) - 1);
	assert_int_equal(claim_take(&s, "pci-x", &o, NULL), 0);
	assert_owner("pci-x", &o);
	assert_true(claim_is(&s, "pci-x", &o));
}

static void names_with_dots(void **state)
{
	struct claim_owner o = {"c.json", "a.json"};

	(void)state;
	assert_int_equal(claim_take(&s, "pci-x", &o, NULL), 0);
	assert_owner("pci-x", &o);
}

/* Whatever lies there that we did not make: nobody's, and not dropped. */
static void what_is_no_claim(void **state)
{
	static const char *const targets[] = {"/etc/passwd", "../pods/", "../pods/c1",
		"../pods/net1.json", "../pods/c1/net1", "../pods/c1.json/net1",
		"../pods/c1/16-bytes-of-name.json", "../pod/c1/net1.json", "x",
		"../pods/c1/net1.jso", "../pods/c1/.json", "../pods//net1.json",
		"../pods/a/b/net1.json"};

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		struct claim_owner o;

		assert_int_equal(symlinkat(targets[i], s.claims, "pci-x"), 0);
		if (claim_read(&s, "pci-x", &o) != -EINVAL)
			fail_msg("%s is a claim of \"%s\" \"%s\"", targets[i], o.container,
				o.ifname);
		assert_false(claim_is(&s, "pci-x", &me));
		claim_drop(&s, "pci-x", &me);
		claim_drop_all(&s, &me);
		assert_true(claimed("pci-x"));
		assert_int_equal(unlinkat(s.claims, "pci-x", 0), 0);
	}
	struct claim_owner o;
	char text[400];

	(void)snprintf(text, sizeof(text), "../pods/%0300d/net1.json", 0);
	assert_int_equal(symlinkat(text, s.claims, "pci-x"), 0);
	assert_int_equal(claim_read(&s, "pci-x", &o), -EINVAL);
	tree_file("run/dpdk-cni/claims/pci-y", "", 0600);
	assert_int_equal(claim_read(&s, "pci-y", &o), -EINVAL);
	assert_int_equal(claim_take(&s, "pci-y", &me, NULL), -EEXIST);
	/* That many zeros are no container, though its first 255 would be one. */
	(void)snprintf(text, sizeof(text), "../pods/%0256d/net1.json", 0);
	assert_int_equal(symlinkat(text, s.claims, "pci-z"), 0);
	assert_int_equal(claim_read(&s, "pci-z", &o), -EINVAL);
}

static void the_newest_has_it(void **state)
{
	(void)state;
	assert_int_equal(claim_replace(&s, "podfile-1", &me, NULL), 0);
	assert_owner("podfile-1", &me);
	assert_int_equal(claim_replace(&s, "podfile-1", &you, NULL), 0);
	assert_owner("podfile-1", &you);
	/* What a killed call of the same process id left is in nobody's way. */
	char tmp[64];

	(void)snprintf(tmp, sizeof(tmp), ".podfile-1.%d", getpid());
	assert_int_equal(symlinkat("x", s.claims, tmp), 0);
	assert_int_equal(claim_replace(&s, "podfile-1", &me, NULL), 0);
	assert_owner("podfile-1", &me);
	assert_false(claimed(tmp));
}

static void all_of_one_owner(void **state)
{
	(void)state;
	assert_int_equal(claim_take(&s, "pci-a", &me, NULL), 0);
	assert_int_equal(claim_take(&s, "podfile-b", &me, NULL), 0);
	assert_int_equal(claim_take(&s, ".podfile-b.77", &me, NULL),
		0); /* of a killed claim_replace */
	assert_int_equal(claim_take(&s, "pci-c", &you, NULL), 0);
	assert_int_equal(claim_take(&s, "pci-d", &sibling, NULL), 0);
	claim_drop_all(&s, &me);
	assert_false(claimed("pci-a"));
	assert_false(claimed("podfile-b"));
	assert_false(claimed(".podfile-b.77"));
	assert_owner("pci-c", &you);
	assert_owner("pci-d", &sibling);
}

static void assert_holder(const char *name, const struct claim_owner *who, enum claim_holder want)
{
	enum claim_holder got;
	struct err e = ERR_INIT;

	assert_int_equal(claim_holder(&s, name, who, &got, &e), 0);
	assert_int_equal(got, want);
	assert_int_equal(e.code, ERR_NONE);
}

static void ours_or_others_or_nobodys(void **state)
{
	struct state closed = {.pods = -1, .claims = -1};
	struct err e = ERR_INIT, damaged = ERR_INIT;
	enum claim_holder holder = CLAIM_NOBODYS;

	(void)state;
	assert_holder("pci-a", &me, CLAIM_NOBODYS);
	assert_holder(NULL, &me, CLAIM_NOBODYS);
	assert_int_equal(claim_take(&s, "pci-a", &me, NULL), 0);
	assert_holder("pci-a", &me, CLAIM_OURS);
	assert_holder("pci-a", &sibling, CLAIM_OTHERS);
	assert_holder("pci-a", &you, CLAIM_OTHERS);
	/* Whose that is nobody can tell: no reason to leave a device where it is and call that done. */
	tree_file("run/dpdk-cni/claims/pci-b", "", 0600);
	assert_int_equal(claim_holder(&s, "pci-b", &me, &holder, &damaged), -EINVAL);
	assert_error(damaged, ERR_STATE, "claims/pci-b");
	assert_int_equal(claim_holder(&closed, "pci-a", &me, &holder, &e), -EBADF);
	assert_error(e, ERR_STATE, "claim pci-a: read");
	assert_int_equal(holder, CLAIM_NOBODYS); /* untouched */
}

static void no_permission_is_said(void **state)
{
	struct state closed = {.pods = -1, .claims = -1};
	struct err take = ERR_INIT, replace = ERR_INIT;

	(void)state;
	assert_int_equal(claim_take(&closed, "pci-a", &me, &take), -EBADF);
	assert_error(take, ERR_STATE, "claim pci-a: create");
	assert_true(claim_replace(&closed, "pci-a", &me, &replace) < 0);
	assert_error(replace, ERR_STATE, "claim pci-a: create");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_devices),
		TEST(the_first_has_it),
		TEST(nobody_has_it),
		TEST(owners_are_whole_words),
		TEST(the_longest_names),
		TEST(names_with_dots),
		TEST(what_is_no_claim),
		TEST(the_newest_has_it),
		TEST(all_of_one_owner),
		TEST(ours_or_others_or_nobodys),
		TEST(no_permission_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
