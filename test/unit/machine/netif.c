/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <net/if.h>

#include "netif.h"
#include "test.h"
#include "tree.h"

static void an_interface(void **state)
{
	char text[16] = "?";
	int64_t flags = -1;

	(void)state;
	assert_int_equal(netif_operstate(tree_root, "net1", text, sizeof(text)), -ENOENT);
	assert_int_equal(netif_flags(tree_root, "net1", &flags), -ENOENT);
	tree_file("sys/class/net/net1/operstate", "lowerlayerdown\n", 0444);
	tree_file("sys/class/net/net1/flags", "0x1003\n", 0644);
	assert_int_equal(netif_operstate(tree_root, "net1", text, sizeof(text)), 0);
	assert_string_equal(text, "lowerlayerdown");
	assert_int_equal(netif_flags(tree_root, "net1", &flags), 0);
	assert_true(flags & IFF_UP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_interface, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
