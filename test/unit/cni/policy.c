/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy.h"
#include "test.h"
#include "tree.h"

#define FILE_NAME "etc/dpdk-cni/policy.json"

static struct policy load(const char *text)
{
	struct err e = ERR_INIT;
	struct policy p;

	tree_file(FILE_NAME, text, 0644);
	if (policy_load(tree_root, &p, &e) < 0)
		fail_msg("%s", e.msg);
	return p;
}

static void no_file_is_no_policy(void **state)
{
	struct policy p;

	(void)state;
	memset(&p, 0x5a, sizeof(p));
	assert_int_equal(policy_load(tree_root, &p, NULL), 0);
	assert_int_equal(p.n_devices + p.n_in_use + p.n_pod_file_dirs + p.n_log_dirs, 0);
	policy_free(&p);
	tree_dir("etc/dpdk-cni");
	assert_int_equal(policy_load(tree_root, &p, NULL), 0);
	policy_free(&p);
}

/* Nothing else is "no policy". */
static void what_leads_nowhere_is_no_absent_file(void **state)
{
	struct err e = ERR_INIT, dir = ERR_INIT, file = ERR_INIT;
	struct policy p;

	(void)state;
	tree_link(FILE_NAME, "..data/policy.json");
	assert_true(policy_load(tree_root, &p, &e) < 0);
	assert_error(e, ERR_REFUSED, "policy.json: a symlink that leads nowhere");
	assert_int_equal(unlinkat(tree_root, FILE_NAME, 0), 0);
	assert_int_equal(unlinkat(tree_root, "etc/dpdk-cni", AT_REMOVEDIR), 0);
	tree_link("etc/dpdk-cni", "/srv/none");
	assert_true(policy_load(tree_root, &p, &dir) < 0);
	assert_error(dir, ERR_REFUSED, "policy /etc/dpdk-cni: a symlink that leads nowhere");
	assert_int_equal(unlinkat(tree_root, "etc/dpdk-cni", 0), 0);
	tree_file("etc/dpdk-cni", "", 0644);
	assert_int_equal(policy_load(tree_root, &p, &file), -ENOTDIR);
	assert_error(file, ERR_IO, "policy /etc/dpdk-cni");
}

/* A rule that is passed over is a rule that is not in force. */
static void what_is_not_understood_is_an_error(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{"{\"device\":[]}", "line 1: device: unknown key; known are: devices, allowInUse"},
		{"{\n\"drivers\":[],\n \"Devices\" : []}",
			"line 3: Devices: it differs from the key \"devices\" in case alone"},
		{"{\n\"drivers\":[\"drivers\"],\n\n\"device\\u017f\":[]}",
			"line 4: device\xc5\xbf: it differs from the key \"devices\""},
		{"{\"devices\":null}", "line 1: devices: null is not a value"},
		{"{\n\n\"logDirs\":[\"/l\"],\"x\":1,\"devices\":[]}", "line 3: x: unknown key"},
		{"{\"logDirs\":[\"\\\"x\\\":\"],\n\"x\":null}", "line 2: x: unknown key"},
		{"{\n\"devices\":[\"a\"\n,1]}", "devices[1]: expected a string"},
		{"{\"ipamTimeout\":0}", "ipamTimeout: 0 is out of range"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct policy p;

		tree_file(FILE_NAME, bad[i].text, 0644);
		if (policy_load(tree_root, &p, &e) == 0)
			fail_msg("taken: %s", bad[i].text);
		assert_error(e, ERR_CONFIG, bad[i].says);
	}
}

static void every_key_has_its_place(void **state)
{
	struct policy p = load(
		"{\"devices\":[\"a\"],\"allowInUse\":[\"b\",\"c\"],"
		"\"podFileDirs\":[\"/p\"],\"logDirs\":[\"/l\"],\"kubeletDirs\":[\"/k\"],\"deviceInfoDirs\":[\"/d\"],"
		"\"drivers\":[\"v\"],\"ipam\":[\"static\"],\"ipamTimeout\":5}");

	(void)state;
	assert_int_equal(p.n_devices, 1);
	assert_string_equal(p.devices[0], "a");
	assert_int_equal(p.n_in_use, 2);
	assert_string_equal(p.in_use[1], "c");
	assert_string_equal(p.pod_file_dirs[0], "/p");
	assert_string_equal(p.log_dirs[0], "/l");
	assert_string_equal(p.kubelet_dirs[0], "/k");
	policy_free(&p);
}

static void a_damaged_file_is_an_error(void **state)
{
	static const char *const bad[] = {"", "[]", "{", "{\"devices\":\"a\"}",
		"{\"devices\":[1]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct policy p;

		tree_file(FILE_NAME, bad[i], 0644);
		assert_true(policy_load(tree_root, &p, &e) < 0);
		assert_non_null(strstr(e.msg, "policy /etc/dpdk-cni/policy.json"));
	}
}

static void only_root_may_write_it(void **state)
{
	static const mode_t bad[] = {0664, 0646, 0666, 0622};
	struct policy p;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;

		tree_file(FILE_NAME, "{}", bad[i]);
		assert_int_equal(policy_load(tree_root, &p, &e), -EPERM);
		assert_error(e, ERR_REFUSED, "writable by others");
	}
	struct err e = ERR_INIT;

	tree_file(FILE_NAME, "{}", 0600);
	assert_int_equal(policy_load(tree_root, &p, NULL), 0);
	policy_free(&p);
	assert_int_equal(fchownat(tree_root, FILE_NAME, 12345, 0, 0), 0);
	assert_int_equal(policy_load(tree_root, &p, &e), -EPERM);
	assert_error(e, ERR_REFUSED, "not owned by root");
	assert_int_equal(fchownat(tree_root, FILE_NAME, 0, 0, 0), 0);
	/* The same of its directory, with a file in it or without. */
	for (int with = 1; with >= 0; with--) {
		struct err mode = ERR_INIT, owner = ERR_INIT;

		assert_int_equal(fchmodat(tree_root, "etc/dpdk-cni", 0775, 0), 0);
		assert_int_equal(policy_load(tree_root, &p, &mode), -EPERM);
		assert_error(mode, ERR_REFUSED,
			"policy /etc/dpdk-cni: not owned by root, or writable");
		assert_int_equal(fchmodat(tree_root, "etc/dpdk-cni", 0755, 0), 0);
		assert_int_equal(fchownat(tree_root, "etc/dpdk-cni", 12345, 0, 0), 0);
		assert_int_equal(policy_load(tree_root, &p, &owner), -EPERM);
		assert_int_equal(fchownat(tree_root, "etc/dpdk-cni", 0, 0, 0), 0);
		assert_int_equal(policy_load(tree_root, &p, NULL), 0);
		policy_free(&p);
		if (with)
			assert_int_equal(unlinkat(tree_root, FILE_NAME, 0), 0);
	}
}

static bool allows_driver(const char *list, const char *driver)
{
	struct policy p;

	if (list)
		tree_file(FILE_NAME, list, 0600);
	assert_int_equal(policy_load(tree_root, &p, NULL), 0);
	const bool allowed = policy_allows_driver(&p, driver);

	policy_free(&p);
	return allowed;
}

static void drivers(void **state)
{
	static const char *const safe[] = {"vfio-pci", "mlx5_vfio_pci", "virtio_vfio_pci",
		"xe-vfio-pci"};
	static const char *const others[] = {"igb_uio", "uio_pci_generic", "iavf", "vfio", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
		assert_true(allows_driver(NULL, safe[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(allows_driver(NULL, others[i]));
	assert_true(allows_driver("{\"drivers\":[\"vfio-pci\",\"*_uio\"]}", "igb_uio"));
	assert_false(allows_driver("{\"drivers\":[\"vfio-pci\",\"*_uio\"]}", "mlx5_vfio_pci"));
	assert_false(allows_driver("{\"drivers\":[]}", "vfio-pci"));
}

static void what_is_no_file(void **state)
{
	struct err e = ERR_INIT;
	struct policy p;

	(void)state;
	tree_dir("etc/dpdk-cni");
	assert_int_equal(mkfifoat(tree_root, FILE_NAME, 0644), 0);
	assert_true(policy_load(tree_root, &p, NULL) < 0); /* and does not wait for a writer */
	assert_int_equal(unlinkat(tree_root, FILE_NAME, 0), 0);
	tree_dir(FILE_NAME);
	assert_true(policy_load(tree_root, &p, &e) < 0);
	assert_int_equal(e.code, ERR_IO);
}

static void a_symlink_stays_inside_the_root(void **state)
{
	struct policy p;

	(void)state;
	tree_file("srv/policy", "{\"devices\":[\"x\"]}", 0644);
	tree_link(FILE_NAME, "/srv/policy");
	assert_int_equal(policy_load(tree_root, &p, NULL), 0);
	assert_int_equal(p.n_devices, 1);
	policy_free(&p);
}

static char *altnames[] = {"enp59s0f1", "the-uplink"};
static struct link nic = {.name = "ens1f1",
	.parent = "0000:3b:00.1",
	.altnames = altnames,
	.n_altnames = 2};
static struct link plain = {.name = "veth7"};

static bool allowed(const char *pattern, const struct link *l)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "{\"devices\":[\"%s\"],\"allowInUse\":[\"%s\"]}",
		pattern, pattern);
	struct policy p = load(text);
	bool r = policy_allows_device(&p, l);

	assert_int_equal(policy_allows_in_use(&p, l), r);
	policy_free(&p);
	return r;
}

static void patterns(void **state)
{
	(void)state;
	assert_true(allowed("ens1f1", &nic));
	assert_true(allowed("ens1f*", &nic));
	assert_true(allowed("0000:3b:00.[0-3]", &nic));
	assert_true(allowed("enp59*", &nic));
	assert_true(allowed("the-uplink", &nic));
	assert_true(allowed("*", &plain));
	assert_false(allowed("ens1f", &nic));
	assert_false(allowed("ens2f*", &nic));
	assert_false(allowed("0000:3c:*", &nic));
	assert_false(allowed("", &nic));
	assert_false(allowed("0000:*", &plain));
}

static void defaults_of_devices(void **state)
{
	struct policy p = load("{}");

	(void)state;
	assert_true(policy_allows_device(&p, &nic));
	assert_false(policy_allows_in_use(&p, &nic));
	policy_free(&p);
	/* An empty list is a list: it allows none. */
	p = load("{\"devices\":[]}");
	assert_false(policy_allows_device(&p, &nic));
	policy_free(&p);
}

static void an_empty_list_allows_no_directory(void **state)
{
	struct policy p = load("{\"podFileDirs\":[],\"logDirs\":[]}");
	const char *rest;

	(void)state;
	assert_null(policy_pod_file_dir(&p, "/run/dpdk-pod/x", &rest));
	assert_null(policy_log_dir(&p, "/var/log/x", &rest));
	policy_free(&p);
}

static void inside(const char *dirs, const char *path, const char *dir, const char *rest)
{
	char text[256];
	const char *got = "?", *got_dir;

	(void)snprintf(text, sizeof(text), "{\"podFileDirs\":[%s],\"logDirs\":[%s]}", dirs, dirs);
	struct policy p = load(text);

	got_dir = policy_pod_file_dir(&p, path, &got);
	if (!dir) {
		assert_null(got_dir);
		assert_null(policy_log_dir(&p, path, &got));
	} else {
		if (!got_dir)
			fail_msg("%s is not inside %s", path, dirs);
		assert_string_equal(got_dir, dir);
		assert_string_equal(got, rest);
		got_dir = policy_log_dir(&p, path, &got);
		assert_string_equal(got_dir, dir);
		assert_string_equal(got, rest);
	}
	policy_free(&p);
}

static void directories(void **state)
{
	(void)state;
	inside("\"/run/dpdk-pod\"", "/run/dpdk-pod", "/run/dpdk-pod", "");
	inside("\"/run/dpdk-pod\"", "/run/dpdk-pod/a/b", "/run/dpdk-pod", "/a/b");
	inside("\"/run/dpdk-pod//\"", "/run/dpdk-pod/a", "/run/dpdk-pod//", "/a");
	inside("\"/run/dpdk-pod\"", "/run/dpdk-pod-evil", NULL, NULL);
	inside("\"/run/dpdk-pod/\"", "/run/dpdk-pod-evil/x", NULL, NULL);
	inside("\"/run/dpdk-pod\"", "/run/dpdk-po", NULL, NULL);
	inside("\"/run/dpdk-pod\"", "/run", NULL, NULL);
	inside("\"/run/dpdk-pod\"", "//run/dpdk-pod", NULL, NULL);
	inside("\"/run/dpdk-pod\"", "run/dpdk-pod", NULL, NULL);
	inside("\"/run/dpdk-pod\"", "", NULL, NULL);
	inside("\"/a\",\"/b\"", "/b/x", "/b", "/x");
	inside("\"/a/b\",\"/a\"", "/a/bc", "/a", "/bc");
	inside("\"/\"", "/srv/x", "/", "/srv/x");
	/* A word that is no directory allows nothing, least of all everything. */
	inside("\"\"", "/etc", NULL, NULL);
}

static void default_directories(void **state)
{
	const char *rest = NULL;
	struct policy p = load("{}");

	(void)state;
	assert_string_equal(policy_pod_file_dir(&p, "/run/dpdk-pod/x", &rest), "/run/dpdk-pod");
	assert_string_equal(rest, "/x");
	assert_null(policy_pod_file_dir(&p, "/run/dpdk-pod-evil/x", &rest));
	assert_null(policy_pod_file_dir(&p, "/var/log/x", &rest));
	assert_string_equal(policy_log_dir(&p, "/var/log/x.log", &rest), "/var/log");
	assert_null(policy_log_dir(&p, "/var/logs/x", &rest));
	assert_null(policy_log_dir(&p, "/etc/x", &rest));
	policy_free(&p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

/* The very directory; what is below it, pods may have written. */
static void kubelet_dirs(void **state)
{
	static const struct {
		const char *list, *path;
		bool ok;
	} table[] = {
		{"{}", "/var/lib/kubelet", true},
		{"{}", "/var/lib/kubelet/", true},
		{"{}", "/var/lib/kubelet//", true},
		{"{}", "/var/lib/k0s/kubelet", true},
		{"{}", "/var/snap/microk8s/common/var/lib/kubelet", true},
		{"{}", "/var/lib", false},
		{"{}", "/var/lib/kubelet/pods", false},
		{"{}", "/var/lib/kubelet-2", false},
		{"{}", "/var/lib/kubelet/.", false},
		{"{}", "var/lib/kubelet", false},
		{"{}", "", false},
		{"{\"kubeletDirs\":[]}", "/var/lib/kubelet", false},
		{"{\"kubeletDirs\":[\"/a\",\"/b/\"]}", "/b", true},
		{"{\"kubeletDirs\":[\"/a\",\"/b/\"]}", "/var/lib/kubelet", false},
		{"{\"kubeletDirs\":[\"b\"]}", "b", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct policy p = load(table[i].list);

		if (policy_allows_kubelet_dir(&p, table[i].path) != table[i].ok)
			fail_msg("%s: %s", table[i].list, table[i].path);
		policy_free(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_file_is_no_policy),
		TEST(what_leads_nowhere_is_no_absent_file),
		TEST(what_is_not_understood_is_an_error),
		TEST(every_key_has_its_place),
		TEST(a_damaged_file_is_an_error),
		TEST(only_root_may_write_it),
		TEST(drivers),
		TEST(what_is_no_file),
		TEST(a_symlink_stays_inside_the_root),
		TEST(patterns),
		TEST(defaults_of_devices),
		TEST(an_empty_list_allows_no_directory),
		TEST(directories),
		TEST(default_directories),
		TEST(kubelet_dirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
