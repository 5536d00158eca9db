/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "mem.h"
#include "netconf.h"
#include "netdir.h"
#include "test.h"
#include "tree.h"

#define DIR_PATH "etc/cni/net.d"

static struct netdir read_dir(const char *file)
{
	struct netdir d = {0};
	struct err e = ERR_INIT;

	if (netdir_read(tree_root, "/" DIR_PATH, file, &d, &e) < 0)
		fail_msg("%s", e.msg);
	return d;
}

static void files_in_the_order_of_a_runtime(void **state)
{
	(void)state;
	tree_file(DIR_PATH "/50-b.conf", "{\"name\": \"b\", \"type\": \"dpdk-cni\"}", 0644);
	tree_file(DIR_PATH "/10-a.conflist",
		"{\"name\": \"a\", \"plugins\": [{\"type\": \"bridge\"}]}", 0644);
	tree_file(DIR_PATH "/99-c.json", "{\"name\": \"c\", \"type\": \"ptp\"}", 0644);
	tree_file(DIR_PATH "/00-not.conf.bak", "{", 0644);
	tree_file("elsewhere", "{\"name\": \"d\", \"type\": \"dpdk-cni\"}", 0644);
	auto_netdir struct netdir d = read_dir("/elsewhere");

	assert_int_equal(d.n, 4);
	assert_string_equal(d.files[0].path, "/" DIR_PATH "/10-a.conflist");
	assert_false(d.files[0].ours);
	assert_string_equal(d.files[0].plugins[0].type, "bridge");
	assert_true(d.files[1].ours);
	assert_false(d.files[1].named);
	assert_false(d.files[2].ours);
	assert_string_equal(d.files[3].path, "/elsewhere");
	assert_true(d.files[3].named && d.files[3].ours);
}

/* What the runtime hands over has the list's name and version, and all of the plugin's own keys. */
static void a_plugin_of_a_list(void **state)
{
	(void)state;
	tree_file(DIR_PATH "/1.conflist",
		"{\"cniVersion\": \"1.1.0\", \"name\": \"net\", \"disableCheck\": true, \"plugins\": [{\"type\": \"tuning\"}, "
		"{\"type\": \"dpdk-cni\", \"mtu\": 9000, \"name\": \"own\", \"podFile\": {\"volume\": \"v\"}}, "
		"{\"type\": \"dpdk-cni\", \"cniVersion\": \"0.4.0\"}]}",
		0644);
	auto_netdir struct netdir d = read_dir(NULL);
	static const char *const names[] = {"net", "own", "net"},
				 *const versions[] = {"1.1.0", "1.1.0", "0.4.0"};

	assert_int_equal(d.files[0].n, 3);
	for (size_t i = 0; i < 3; i++) {
		auto_netconf struct netconf c;
		struct err e = ERR_INIT;
		const char *text = d.files[0].plugins[i].text;

		netconf_init(&c);
		if (netconf_decode_text(text, &c, &e) < 0)
			fail_msg("%s: %s", text, e.msg);
		assert_string_equal(c.name, names[i]);
		assert_string_equal(c.cni_version, versions[i]);
		if (i == 1) {
			assert_int_equal(c.mtu, 9000);
			assert_string_equal(c.pod_file.volume, "v");
		}
	}
}

static void what_cannot_be_read(void **state)
{
	(void)state;
	tree_file(DIR_PATH "/1.conf", "{\"type\": \"dpdk-cni\", }", 0644);
	tree_file(DIR_PATH "/2.conf", "{\"type\": \"bridge\", }", 0644);
	tree_file(DIR_PATH "/3.conflist", "{\"plugins\": {\"type\": \"dpdk-cni\"}}", 0644);
	tree_file(DIR_PATH "/4.conflist", "{\"plugins\": [5, \"dpdk-cni\"]}", 0644);
	tree_file(DIR_PATH "/5.conf", "", 0644);
	tree_dir(DIR_PATH "/6.conf");
	auto_netdir struct netdir d = read_dir("/nowhere");

	assert_int_equal(d.n, 7);
	for (size_t i = 0; i < d.n; i++) {
		assert_int_not_equal(d.files[i].err.code, ERR_NONE);
		assert_non_null(strstr(d.files[i].err.msg, d.files[i].path));
		assert_int_equal(d.files[i].n, 0);
	}
	assert_true(d.files[0].ours);
	assert_false(d.files[1].ours);
	assert_true(d.files[2].ours);
	assert_int_equal(d.files[6].err.errnum, ENOENT);
}

static void no_directory(void **state)
{
	(void)state;
	auto_netdir struct netdir d = read_dir(NULL);

	assert_int_equal(d.n, 0);
}

static void a_list_of_nothing(void **state)
{
	(void)state;
	tree_file(DIR_PATH "/1.conflist", "{\"name\": \"n\", \"plugins\": []}", 0644);
	auto_netdir struct netdir d = read_dir(NULL);

	assert_int_equal(d.files[0].n, 0);
	assert_int_equal(d.files[0].err.code, ERR_NONE);
}

#define TREE_TEST(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(files_in_the_order_of_a_runtime),
		TREE_TEST(a_plugin_of_a_list),
		TREE_TEST(what_cannot_be_read),
		TREE_TEST(no_directory),
		TREE_TEST(a_list_of_nothing),
	};

	return cmocka_run_group_tests_name("netdir", tests, NULL, NULL);
}
