/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A namespace that lost the name it was known by. The kernel's own /proc is what there is to look
 * into: a namespace is made, and for that this wants root.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "netns.h"
#include "test.h"

static pid_t child;
static struct netns known = NETNS_INIT;

/* A process with a network namespace of its own, and what is known of that. */
static int set_up(void **state)
{
	int ready[2];
	char path[64], c;
	struct err e = ERR_INIT;

	(void)state;
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 0;
	if (pipe(ready) < 0)
		return -1;
	child = fork();
	if (child == 0) {
		(void)close(ready[0]);
		_exit(unshare(CLONE_NEWNET) < 0 || write(ready[1], "", 1) != 1 || pause());
	}
	(void)close(ready[1]);
	const bool ok = read(ready[0], &c, 1) == 1;

	(void)close(ready[0]);
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)child);
	if (!ok || netns_open(path, &known, &e) < 0)
		return -1;
	/* An open descriptor would keep it alive. */
	(void)close(known.fd);
	known.fd = -1;
	return 0;
}

static void end_child(void)
{
	if (child <= 0)
		return;
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	child = 0;
}

static int tear_down(void **state)
{
	(void)state;
	end_child();
	return 0;
}

static bool found(int64_t inode, uint64_t cookie)
{
	auto_netns struct netns ns = NETNS_INIT;
	int r = netns_find(inode, cookie, &ns);

	assert_int_equal(r, r == 0 ? 0 : -ENOENT);
	if (r == 0) {
		assert_true(ns.fd >= 0);
		assert_int_equal(ns.inode, known.inode);
		assert_true(ns.cookie == known.cookie);
	}
	return r == 0;
}

static void by_process(void **state)
{
	(void)state;
	if (child <= 0)
		skip();
	assert_true(found(known.inode, known.cookie));
	/* The inode of one that is gone is given to another: the cookie tells them apart. */
	assert_false(found(known.inode, known.cookie + 1));
	assert_false(found(known.inode + 1, known.cookie));
	end_child();
	assert_false(found(known.inode, known.cookie));
}

static void by_mount(void **state)
{
	char path[64], name[] = "/tmp/dpdk-cni-test.XXXXXX";

	(void)state;
	if (child <= 0)
		skip();
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	(void)close(fd);
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)child);
	assert_int_equal(mount(path, name, NULL, MS_BIND, NULL), 0);
	end_child();
	assert_true(found(known.inode, known.cookie));
	assert_false(found(known.inode, known.cookie + 1));
	assert_int_equal(umount2(name, MNT_DETACH), 0);
	assert_int_equal(unlink(name), 0);
	assert_false(found(known.inode, known.cookie));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(by_process),
		TEST(by_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
