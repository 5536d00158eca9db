/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state.h"
#include "test.h"
#include "tree.h"

static struct state s;

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

static bool there(const char *path)
{
	return faccessat(tree_root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(fstatat(tree_root, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

static struct sandbox lock(const char *container)
{
	struct sandbox b = SANDBOX_INIT;

	assert_int_equal(sandbox_lock(&s, container, SANDBOX_CREATE, &b, NULL), 0);
	return b;
}

static void put_record(struct sandbox *b, const char *container, const char *ifname)
{
	struct record r;
	char name[] = "eth0", c[256], i[16];

	record_init(&r);
	(void)snprintf(c, sizeof(c), "%s", container);
	(void)snprintf(i, sizeof(i), "%s", ifname);
	r.state = RECORD_ADDED;
	r.container = c;
	r.ifname = i;
	r.link.name = name;
	assert_int_equal(sandbox_write(b, &r, NULL), 0);
}

static void directories_are_for_root_alone(void **state)
{
	mode_t old = umask(0);

	(void)state;
	struct sandbox b = lock("c1");

	put_record(&b, "c1", "net1");
	(void)umask(old);
	assert_int_equal(mode_of("run/dpdk-cni"), 0700);
	assert_int_equal(mode_of("run/dpdk-cni/pods"), 0700);
	assert_int_equal(mode_of("run/dpdk-cni/claims"), 0700);
	assert_int_equal(mode_of("run/dpdk-cni/pods/c1"), 0700);
	assert_int_equal(mode_of("run/dpdk-cni/pods/c1/net1.json"), 0600);
	sandbox_unlock(&s, &b);
}

static void without_state(void **state)
{
	struct state none = {-1, -1};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(state_open(tree_root, false, &none, &e), -ENOENT);
	assert_int_equal(e.code, ERR_NONE);
	assert_int_equal(none.pods, -1);
	assert_false(there("run"));
	/* Half of it: still none, and nothing leaks. */
	tree_dir("run/dpdk-cni/pods");
	assert_int_equal(fchmodat(tree_root, "run/dpdk-cni", 0700, 0), 0);
	assert_int_equal(fchmodat(tree_root, "run/dpdk-cni/pods", 0700, 0), 0);
	assert_int_equal(state_open(tree_root, false, &none, &e), -ENOENT);
	assert_int_equal(none.pods, -1);
	assert_int_equal(state_open(tree_root, true, &none, &e), 0);
	state_close(&none);
	assert_int_equal(none.claims, -1);
}

/* Each of the three directories: others can do nothing in it, or nothing in it is believed. */
static void state_that_others_could_write(void **state)
{
	static const char *const dirs[] = {"run/dpdk-cni", "run/dpdk-cni/pods",
		"run/dpdk-cni/claims"};
	static const mode_t modes[] = {0755, 0770, 0701, 0777, 01777};

	(void)state;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		struct state opened = {-1, -1};

		assert_int_equal(state_open(tree_root, true, &opened, NULL), 0);
		state_close(&opened);
		for (size_t m = 0; m < sizeof(modes) / sizeof(*modes); m++) {
			struct err e = ERR_INIT, del = ERR_INIT;

			assert_int_equal(fchmodat(tree_root, dirs[i], modes[m], 0), 0);
			assert_int_equal(state_open(tree_root, true, &opened, &e), -EPERM);
			assert_error(e, ERR_STATE, dirs[i]);
			assert_true(e.remedy[0]);
			assert_int_equal(state_open(tree_root, false, &opened, &del), -EPERM);
			assert_int_equal(opened.pods, -1);
		}
		assert_int_equal(fchmodat(tree_root, dirs[i], 0700, 0), 0);
		if (geteuid() != 0)
			continue;
		assert_int_equal(fchownat(tree_root, dirs[i], 12345, 0, 0), 0);
		struct err e = ERR_INIT;

		assert_int_equal(state_open(tree_root, true, &opened, &e), -EPERM);
		assert_error(e, ERR_STATE, "owner is 12345");
		assert_int_equal(fchownat(tree_root, dirs[i], 0, 0, 0), 0);
	}
}

static void state_behind_a_symlink_is_refused(void **state)
{
	struct state none = {-1, -1};
	struct err e = ERR_INIT;

	(void)state;
	tree_dir("elsewhere");
	tree_dir("run");
	tree_link("run/dpdk-cni", "../elsewhere");
	assert_int_equal(state_open(tree_root, true, &none, &e), -ELOOP);
	assert_error(e, ERR_STATE, "state directory");
	assert_false(there("elsewhere/pods"));
}

static void an_empty_sandbox_goes(void **state)
{
	struct sandbox b = lock("c1");

	(void)state;
	assert_string_equal(b.container, "c1");
	assert_true(there("run/dpdk-cni/pods/c1"));
	sandbox_unlock(&s, &b);
	assert_int_equal(b.dir, -1);
	assert_false(there("run/dpdk-cni/pods/c1"));
	sandbox_unlock(&s, &b); /* harmless */
	b = lock("c1");
	put_record(&b, "c1", "net1");
	sandbox_unlock(&s, &b);
	assert_true(there("run/dpdk-cni/pods/c1/net1.json"));
}

static void only_create_creates(void **state)
{
	static const enum sandbox_how hows[] = {SANDBOX_WAIT, SANDBOX_TRY};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sandbox b = SANDBOX_INIT;
		struct err e = ERR_INIT;

		assert_int_equal(sandbox_lock(&s, "c1", hows[i], &b, &e), -ENOENT);
		assert_int_equal(e.code, ERR_NONE);
		assert_int_equal(b.dir, -1);
		assert_false(there("run/dpdk-cni/pods/c1"));
	}
}

static void names_that_lead_out(void **state)
{
	static const char *const bad[] = {"..", "../claims", "/../x"};

	(void)state;
	tree_link("run/dpdk-cni/pods/link", "../claims");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct sandbox b = SANDBOX_INIT;
		struct err e = ERR_INIT;

		assert_true(sandbox_lock(&s, bad[i], SANDBOX_WAIT, &b, &e) < 0);
		assert_int_equal(b.dir, -1);
	}
	struct sandbox b = SANDBOX_INIT;

	assert_int_equal(sandbox_lock(&s, "link", SANDBOX_CREATE, &b, NULL), -ELOOP);
	assert_int_equal(sandbox_lock(&s, "link", SANDBOX_TRY, &b, NULL), -ELOOP);
}

/* Another process that holds the lock until we write to it. */
static pid_t holder(int *ret_fd, bool remove)
{
	int ready[2], go[2];
	char c;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct sandbox b = SANDBOX_INIT;

		(void)close(go[1]);
		if (sandbox_lock(&s, "c1", SANDBOX_CREATE, &b, NULL) < 0 ||
			write(ready[1], "x", 1) != 1)
			_exit(1);
		if (read(go[0], &c, 1) < 0)
			_exit(1);
		if (remove)
			sandbox_unlock(&s, &b);
		_exit(0);
	}
	(void)close(go[0]);
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	(void)close(ready[0]);
	*ret_fd = go[1];
	return pid;
}

static void a_held_lock(void **state)
{
	struct sandbox b = SANDBOX_INIT;
	struct err e = ERR_INIT;
	int fd, status;
	pid_t pid = holder(&fd, false);

	(void)state;
	assert_int_equal(sandbox_lock(&s, "c1", SANDBOX_TRY, &b, &e), -EAGAIN);
	assert_error(e, ERR_AGAIN, "another call is working on it");
	assert_int_equal(b.dir, -1);
	struct sandbox other = lock("c2"); /* another sandbox's is free */

	sandbox_unlock(&s, &other);
	(void)close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(sandbox_lock(&s, "c1", SANDBOX_TRY, &b, NULL), 0);
	sandbox_unlock(&s, &b);
}

/* The holder removes the directory while we wait for its lock: what we get is of no use then. */
static void a_lock_on_what_was_removed(void **state)
{
	struct sandbox b = SANDBOX_INIT;
	int fd, status;
	pid_t pid = holder(&fd, true), releaser = fork();

	(void)state;
	assert_true(releaser >= 0);
	if (releaser == 0) {
		(void)usleep(100000);
		_exit(write(fd, "x", 1) != 1);
	}
	(void)close(fd);
	assert_int_equal(sandbox_lock(&s, "c1", SANDBOX_CREATE, &b, NULL), 0);
	struct stat mine, named;

	assert_int_equal(fstat(b.dir, &mine), 0);
	assert_int_equal(fstatat(s.pods, "c1", &named, 0), 0);
	assert_true(mine.st_ino == named.st_ino);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(waitpid(releaser, &status, 0), releaser);
	sandbox_unlock(&s, &b);

	/* The same for one who does not create: it is gone. */
	pid = holder(&fd, true);
	releaser = fork();
	assert_true(releaser >= 0);
	if (releaser == 0) {
		(void)usleep(100000);
		_exit(write(fd, "x", 1) != 1);
	}
	(void)close(fd);
	assert_int_equal(sandbox_lock(&s, "c1", SANDBOX_WAIT, &b, NULL), -ENOENT);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(waitpid(releaser, &status, 0), releaser);
}

/* Many come and go, each removing the directory: no two are ever inside, and none fails. */
static void a_crowd(void **state)
{
	enum { PROCESSES = 6, ROUNDS = 300 };
	pid_t pids[PROCESSES];

	(void)state;
	for (int p = 0; p < PROCESSES; p++) {
		pids[p] = fork();
		assert_true(pids[p] >= 0);
		if (pids[p] > 0)
			continue;
		for (int i = 0; i < ROUNDS; i++) {
			struct sandbox b = SANDBOX_INIT;

			if (sandbox_lock(&s, "c1", SANDBOX_CREATE, &b, NULL) < 0)
				_exit(1);
			int fd = openat(tree_root, "inside", O_CREAT | O_EXCL | O_WRONLY, 0600);

			if (fd < 0)
				_exit(2);
			(void)close(fd);
			if (unlinkat(tree_root, "inside", 0) < 0)
				_exit(3);
			sandbox_unlock(&s, &b);
		}
		_exit(0);
	}
	for (int p = 0; p < PROCESSES; p++) {
		int status;

		assert_int_equal(waitpid(pids[p], &status, 0), pids[p]);
		assert_int_equal(WEXITSTATUS(status), 0);
		assert_true(WIFEXITED(status));
	}
	assert_false(there("run/dpdk-cni/pods/c1"));
}

/* The whole state is removed under us: an error, not an endless search. */
static void state_that_was_removed(void **state)
{
	struct sandbox b = SANDBOX_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(unlinkat(tree_root, "run/dpdk-cni/pods", AT_REMOVEDIR), 0);
	(void)alarm(10);
	assert_int_equal(sandbox_lock(&s, "c1", SANDBOX_CREATE, &b, &e), -ENOENT);
	(void)alarm(0);
	assert_error(e, ERR_STATE, "container c1");
}

static void records(void **state)
{
	struct sandbox b = lock("c1");
	struct err e = ERR_INIT;
	struct record r;

	(void)state;
	record_init(&r);
	assert_int_equal(sandbox_read(&b, "net1", &r, &e), -ENOENT);
	assert_int_equal(e.code, ERR_NONE);
	put_record(&b, "c1", "net1");
	assert_int_equal(sandbox_read(&b, "net1", &r, &e), 0);
	assert_string_equal(r.container, "c1");
	assert_string_equal(r.ifname, "net1");
	record_free(&r);
	tree_file("run/dpdk-cni/pods/c1/.net1.tmp", "left by a killed writer", 0600);
	assert_int_equal(sandbox_remove(&b, "net1", &e), 0);
	assert_false(there("run/dpdk-cni/pods/c1/net1.json"));
	assert_false(there("run/dpdk-cni/pods/c1/.net1.tmp"));
	assert_int_equal(sandbox_remove(&b, "net1", &e), 0); /* again */
	sandbox_unlock(&s, &b);
	assert_false(there("run/dpdk-cni/pods/c1"));
}

/* What a killed call leaves says whether there are claims to look for. */
static void temporaries(void **state)
{
	struct sandbox b = lock("c1");
	struct err e = ERR_INIT;

	(void)state;
	assert_false(sandbox_left(&b, "net1"));
	assert_int_equal(sandbox_begin(&b, "net1", &e), 0);
	assert_true(sandbox_left(&b, "net1"));
	assert_false(sandbox_left(&b, "net10"));
	put_record(&b, "c1", "net1");
	assert_true(there("run/dpdk-cni/pods/c1/net1.json"));
	assert_false(sandbox_left(&b, "net1"));
	put_record(&b, "c1", "net1"); /* the second time it makes one of its own */
	assert_false(sandbox_left(&b, "net1"));
	assert_int_equal(sandbox_retire(&b, "net1", &e), 0);
	assert_false(there("run/dpdk-cni/pods/c1/net1.json"));
	assert_true(sandbox_left(&b, "net1"));
	assert_int_equal(sandbox_retire(&b, "net1", &e), 0); /* again */
	assert_true(sandbox_left(&b, "net1"));
	assert_int_equal(sandbox_begin(&b, "net1", &e), -EEXIST);
	assert_int_equal(e.code, ERR_NONE);
	assert_int_equal(sandbox_remove(&b, "net1", &e), 0);
	assert_false(sandbox_left(&b, "net1"));
	assert_int_equal(sandbox_begin(&b, "net1", &e), 0);
	assert_int_equal(sandbox_remove(&b, "net1", &e), 0);
	assert_int_equal(b.begun, -1);
	sandbox_unlock(&s, &b);
	assert_false(there("run/dpdk-cni/pods/c1"));
}

/* ADDs share the state; GC has it alone or not at all. */
static void entering(void **state)
{
	struct state other = {-1, -1}, third = {-1, -1};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(state_open(tree_root, false, &other, NULL), 0);
	assert_int_equal(state_open(tree_root, false, &third, NULL), 0);
	assert_int_equal(state_enter(&s, &e), 0);
	assert_int_equal(state_enter(&other, &e), 0);
	assert_int_equal(state_enter_alone(&third, &e), -EAGAIN);
	assert_error(e, ERR_AGAIN, "an ADD is under way");
	state_close(&other);
	assert_int_equal(state_enter_alone(&third, NULL), -EAGAIN);
	state_close(&s);
	assert_int_equal(state_enter_alone(&third, NULL), 0);
	state_close(&third);
}

static void records_that_are_none(void **state)
{
	struct sandbox b = lock("c1");
	struct record r;

	(void)state;
	record_init(&r);
	struct err damaged = ERR_INIT, foreign = ERR_INIT, renamed = ERR_INIT, link = ERR_INIT,
		   dir = ERR_INIT;

	tree_file("run/dpdk-cni/pods/c1/net1.json", "{", 0600);
	assert_true(sandbox_read(&b, "net1", &r, &damaged) < 0);
	assert_error(damaged, ERR_STATE, "/run/dpdk-cni/pods/c1/net1.json");
	assert_non_null(strstr(damaged.remedy, "release --forget c1 net1"));
	put_record(&b, "other", "net1");
	assert_true(sandbox_read(&b, "net1", &r, &foreign) < 0);
	assert_error(foreign, ERR_STATE, "another attachment");
	put_record(&b, "c1", "net2");
	assert_int_equal(renameat(b.dir, "net2.json", b.dir, "net3.json"), 0);
	assert_true(sandbox_read(&b, "net3", &r, &renamed) < 0);
	assert_error(renamed, ERR_STATE, "another attachment");
	tree_link("run/dpdk-cni/pods/c1/net4.json", "net1.json");
	assert_int_equal(sandbox_read(&b, "net4", &r, &link), -ELOOP);
	assert_error(link, ERR_STATE, "read");
	tree_dir("run/dpdk-cni/pods/c1/net5.json");
	assert_int_equal(sandbox_read(&b, "net5", &r, &dir), -EISDIR);
	sandbox_unlock(&s, &b);
	assert_true(there("run/dpdk-cni/pods/c1"));
}

struct seen {
	char text[512];
	int stop;
};

static int note(const char *container, const char *ifname, struct record *r, const struct err *why,
	void *arg)
{
	struct seen *seen = arg;
	size_t n = strlen(seen->text);

	if (!r)
		assert_int_equal(why->code, ERR_STATE);
	(void)snprintf(seen->text + n, sizeof(seen->text) - n, "%s/%s%s ", container, ifname,
		r ? "" : "!");
	return seen->stop;
}

static void walking(void **state)
{
	struct seen all = {0}, one = {0}, first = {.stop = 7}, none = {0};
	struct sandbox a = lock("a"), b = lock("b"), empty = lock("empty");

	(void)state;
	put_record(&a, "a", "net1");
	put_record(&a, "a", ".x"); /* a name like any other */
	put_record(&b, "b", "net1");
	tree_file("run/dpdk-cni/pods/b/damaged.json", "?", 0600);
	tree_file("run/dpdk-cni/pods/b/.net1.tmp", "?", 0600);
	tree_file("run/dpdk-cni/pods/b/note", "?", 0600);
	tree_file("run/dpdk-cni/pods/file", "?", 0600);
	tree_link("run/dpdk-cni/pods/link", "a");
	assert_int_equal(state_each(&s, NULL, note, &all), 0);
	assert_non_null(strstr(all.text, "a/net1 "));
	assert_non_null(strstr(all.text, "a/.x "));
	assert_non_null(strstr(all.text, "b/net1 "));
	assert_non_null(strstr(all.text, "b/damaged! "));
	assert_int_equal(strlen(all.text), strlen("a/net1 a/.x b/net1 b/damaged! "));
	assert_int_equal(state_each(&s, "a", note, &one), 0);
	assert_int_equal(strlen(one.text), strlen("a/net1 a/.x "));
	assert_int_equal(state_each(&s, NULL, note, &first), 7);
	assert_int_equal(state_each(&s, "nobody", note, &none), 0);
	assert_string_equal(none.text, "");
	sandbox_unlock(&s, &a);
	sandbox_unlock(&s, &b);
	sandbox_unlock(&s, &empty);
}

static void boot_id(void **state)
{
	char id[64] = "?";

	(void)state;
	state_boot_id(tree_root, id);
	assert_string_equal(id, "");
	tree_file("proc/sys/kernel/random/boot_id", "0b1c-22\n", 0444);
	state_boot_id(tree_root, id);
	assert_string_equal(id, "0b1c-22");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define BARE(f) cmocka_unit_test_setup_teardown(f, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(directories_are_for_root_alone),
		BARE(without_state),
		BARE(state_that_others_could_write),
		BARE(state_behind_a_symlink_is_refused),
		TEST(an_empty_sandbox_goes),
		TEST(only_create_creates),
		TEST(names_that_lead_out),
		TEST(a_held_lock),
		TEST(a_lock_on_what_was_removed),
		TEST(a_crowd),
		TEST(state_that_was_removed),
		TEST(records),
		TEST(temporaries),
		TEST(entering),
		TEST(records_that_are_none),
		TEST(walking),
		TEST(boot_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
