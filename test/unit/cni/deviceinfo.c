/* SPDX-License-Identifier: Apache-2.0 */
/* The device information file: made where there is none, and never anybody else's. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "steps.h"
#include "test.h"
#include "tree.h"

#define PLACE "run/k8s.cni.cncf.io/devinfo/cni"
#define FILE_OF(name) "/var/" PLACE "/" name

static struct machine m;
static struct sandbox b1, b2;
static struct attach a, b; /* of two sandboxes */

static void attachment(struct attach *x, struct sandbox *s, const char *container, const char *uid)
{
	*s = SANDBOX_INIT;
	assert_int_equal(sandbox_lock(&m.state, container, SANDBOX_CREATE, s, NULL), 0);
	attach_init(x, &m, s);
	x->rec.state = RECORD_ADDING;
	x->rec.container = strdup(container);
	x->rec.ifname = strdup("net1");
	x->rec.pod.uid = strdup(uid);
	x->rec.interface.mode = PODFILE_NETDEV;
	x->rec.interface.pci_address = strdup("0000:3b:02.1");
	x->rec.link.name = strdup("eth0");
	x->rec.interface.name = strdup("net1");
	x->conf.runtime.device_info_file = strdup(FILE_OF("one.json"));
}

static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	m = (struct machine)MACHINE_INIT;
	m.root = tree_root;
	if (state_open(tree_root, true, &m.state, NULL) < 0)
		return -1;
	attachment(&a, &b1, "c1", "u-1");
	attachment(&b, &b2, "c2", "u-1");
	return 0;
}

static int tear_down(void **state)
{
	attach_free(&a);
	attach_free(&b);
	sandbox_unlock(&m.state, &b1);
	sandbox_unlock(&m.state, &b2);
	state_close(&m.state);
	return tree_tear_down(state);
}

static void ok(struct attach *x, int (*f)(struct attach *, struct err *))
{
	struct err e = ERR_INIT;

	if (f(x, &e) < 0)
		fail_msg("%s", e.msg);
}

static void refused(struct attach *x, int (*f)(struct attach *, struct err *), const char *why)
{
	struct err e = ERR_INIT;

	assert_true(f(x, &e) < 0);
	assert_error(e, ERR_REFUSED, why);
}

/* As its ADD ends, and its sandbox is free for others to lock. */
static void done(struct attach *x, struct sandbox *s)
{
	x->rec.state = RECORD_ADDED;
	struct err e = ERR_INIT;

	if (sandbox_write(s, &x->rec, &e) < 0)
		fail_msg("%s", e.msg);
	sandbox_unlock(&m.state, s);
}

static void again(struct attach *x, struct sandbox *s)
{
	assert_int_equal(sandbox_lock(&m.state, x->rec.container, SANDBOX_CREATE, s, NULL), 0);
}

static bool there(const char *path)
{
	return faccessat(tree_root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int claims(void)
{
	int fd = openat(m.state.claims, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
	DIR *d = fdopendir(fd);

	assert_non_null(d);
	for (struct dirent *de; (de = readdir(d));)
		n += de->d_name[0] != '.' || (de->d_name[1] && strcmp(de->d_name, "..") != 0);
	(void)closedir(d);
	return n;
}

static void made_and_removed(void **state)
{
	struct stat st;
	auto_free char *text = NULL;

	(void)state;
	ok(&a, step_deviceinfo.capture);
	ok(&a, step_deviceinfo.apply);
	assert_int_equal(fstatat(tree_root, PLACE "/one.json", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0444);
	assert_int_equal(a.rec.info_is.inode, (int64_t)st.st_ino);
	assert_int_equal(file_read(tree_root, PLACE "/one.json", FILE_STRICT, 1000, &text, NULL),
		0);
	assert_non_null(strstr(text, "0000:3b:02.1"));
	assert_int_equal(claims(), 1);
	ok(&a, step_deviceinfo.undo);
	assert_false(there(PLACE "/one.json"));
	assert_int_equal(claims(), 0);
	ok(&a, step_deviceinfo.undo); /* again */
}

/* The device plugin's, another plugin's: whoever made it, it was not we. */
static void of_somebody_else(void **state)
{
	auto_free char *text = NULL;

	(void)state;
	tree_file(PLACE "/one.json", "theirs", 0444);
	refused(&a, step_deviceinfo.capture, "not from dpdk-cni");
	refused(&a, step_deviceinfo.apply, "not from dpdk-cni");
	ok(&a, step_deviceinfo.undo);
	assert_int_equal(claims(), 0);
	assert_int_equal(unlinkat(tree_root, PLACE "/one.json", 0), 0);
	/* A link is not a file of ours, and leads nowhere. */
	tree_link(PLACE "/one.json", "../../../../etc/shadow");
	refused(&a, step_deviceinfo.apply, "not from dpdk-cni");
	ok(&a, step_deviceinfo.undo);
	assert_true(there(PLACE "/one.json"));
	assert_false(there("etc/shadow"));
	assert_int_equal(unlinkat(tree_root, PLACE "/one.json", 0), 0);
	/* Multus removed ours, and there is another one now, of the same inode perhaps; the kernel's
	 * time stamps go by its ticks. */
	ok(&a, step_deviceinfo.apply);
	(void)usleep(20000);
	assert_int_equal(unlinkat(tree_root, PLACE "/one.json", 0), 0);
	tree_file(PLACE "/one.json", "theirs", 0444);
	ok(&a, step_deviceinfo.undo);
	assert_int_equal(file_read(tree_root, PLACE "/one.json", FILE_STRICT, 100, &text, NULL), 0);
	assert_string_equal(text, "theirs");
	assert_int_equal(claims(), 0);
}

/* Multus names the file after the pod: the next sandbox comes before the old one's DEL. */
static void of_the_next_sandbox(void **state)
{
	(void)state;
	ok(&a, step_deviceinfo.apply);
	done(&a, &b1);
	ok(&b, step_deviceinfo.capture);
	ok(&b, step_deviceinfo.apply);
	done(&b, &b2);
	assert_int_equal(claims(), 1);
	again(&a, &b1);
	ok(&a, step_deviceinfo.undo);
	assert_true(there(PLACE "/one.json"));
	again(&b, &b2);
	ok(&b, step_deviceinfo.undo);
	assert_false(there(PLACE "/one.json"));
	assert_int_equal(claims(), 0);
}

static void of_another_pod(void **state)
{
	struct netns own = NETNS_INIT;

	(void)state;
	if (netns_open(NULL, &own, NULL) < 0)
		skip(); /* not root: nobody is alive */
	a.rec.netns.path = strdup("/proc/self/ns/net");
	a.rec.netns.inode = own.inode;
	a.rec.netns.cookie = (int64_t)own.cookie;
	netns_close(&own);
	ok(&a, step_deviceinfo.apply);
	done(&a, &b1);
	free(b.rec.pod.uid);
	b.rec.pod.uid = strdup("u-2");
	refused(&b, step_deviceinfo.capture, "it is used by container c1");
	/* Whatever the path is spelled like. */
	free(b.conf.runtime.device_info_file);
	b.conf.runtime.device_info_file = strdup("/" PLACE "/./one.json");
	refused(&b, step_deviceinfo.apply, "it is used by container c1");
	ok(&b, step_deviceinfo.undo);
	assert_true(there(PLACE "/one.json"));
	assert_int_equal(claims(), 1);
	again(&a, &b1);
	ok(&a, step_deviceinfo.undo);
	assert_int_equal(claims(), 0);
}

/* The record was never finished: the claim alone says that the file is ours. */
static void of_a_killed_call(void **state)
{
	(void)state;
	ok(&a, step_deviceinfo.apply);
	a.rec.info_is = (struct record_object){CODEC_ABSENT, CODEC_ABSENT, CODEC_ABSENT};
	ok(&a, step_deviceinfo.undo);
	assert_false(there(PLACE "/one.json"));
	assert_int_equal(claims(), 0);
}

static void policy_decides(void **state)
{
	static const char *const bad[] = {"/etc/x", "/" PLACE "/", "/" PLACE "/../x",
		"/run/k8s.cni.cncf.io/devinfo", "x"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		free(a.conf.runtime.device_info_file);
		a.conf.runtime.device_info_file = strdup(bad[i]);
		refused(&a, step_deviceinfo.capture, "policy does not allow it");
	}
	assert_false(there("run/k8s.cni.cncf.io"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(made_and_removed),
		TEST(of_somebody_else),
		TEST(of_the_next_sandbox),
		TEST(of_another_pod),
		TEST(of_a_killed_call),
		TEST(policy_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
