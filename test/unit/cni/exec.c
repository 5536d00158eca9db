/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exec.h"
#include "test.h"
#include "tree.h"

static char file[512];

static int set_up(void **state)
{
	(void)signal(SIGPIPE, SIG_IGN); /* as main has it */
	for (int fd = 3; fd < 1024; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* what whoever runs this test left open */
	return tree_set_up(state);
}

/* A plugin that is this shell script; its path is in file[]. */
static void plugin(const char *script)
{
	char text[2048];

	(void)snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	tree_file("bin/plugin", text, 0755);
	(void)snprintf(file, sizeof(file), "%s/bin/plugin", tree_path);
}

static struct exec_call call(const char *input)
{
	return (struct exec_call){.file = file,
		.command = "ADD",
		.container = "c1",
		.netns = "/n",
		.ifname = "net1",
		.args = "A=B",
		.path = "/p",
		.input = input,
		.timeout_ms = 20000};
}

static struct exec_answer run(const char *input)
{
	const struct exec_call c = call(input);
	struct err e = ERR_INIT;
	struct exec_answer a = {0};

	if (exec_run(&c, &a, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(strlen(a.out), a.len);
	return a;
}

static void found(const char *name, const char *path, const char *want)
{
	char *got = NULL, wanted[512];
	struct err e = ERR_INIT;

	if (exec_find(name, path, &got, &e) < 0)
		fail_msg("%s", e.msg);
	(void)snprintf(wanted, sizeof(wanted), "%s/%s", tree_path, want);
	assert_string_equal(got, wanted);
	free(got);
}

static void not_found(const char *name, const char *path, int code)
{
	struct err e = ERR_INIT;
	char *got = NULL;

	if (exec_find(name, path, &got, &e) >= 0)
		fail_msg("%s is found: %s", name, got);
	assert_int_equal(e.code, code);
	assert_null(got);
}

static void finding(void **state)
{
	char path[1024];

	(void)state;
	tree_file("a/first", "x", 0755);
	tree_file("b/first", "x", 0755);
	tree_file("b/second", "x", 0755);
	tree_dir("a/second"); /* a directory is no plugin */
	tree_link("b/linked", "second");
	tree_link("b/dangling", "nothing");
	(void)snprintf(path, sizeof(path), "%s/a:%s/b", tree_path, tree_path);
	found("first", path, "a/first");
	found("second", path, "b/second");
	found("linked", path, "b/linked");
	not_found("third", path, ERR_IPAM);
	not_found("dangling", path, ERR_IPAM);
	not_found("first", "", ERR_IPAM);
	not_found("first", ":::", ERR_IPAM);
	(void)snprintf(path, sizeof(path), ":%s/none::%s/b:", tree_path, tree_path);
	found("first", path, "b/first");
}

static void names_with_a_path_are_refused(void **state)
{
	char path[512];

	(void)state;
	tree_file("a/x", "x", 0755);
	(void)snprintf(path, sizeof(path), "%s/a", tree_path);
	not_found("../a/x", path, ERR_CONFIG);
	not_found("/bin/sh", path, ERR_CONFIG);
	not_found("x/", path, ERR_CONFIG);
	not_found("", path, ERR_CONFIG);
	not_found(".", path, ERR_IPAM);
	not_found("..", path, ERR_IPAM);
}

static void a_path_beyond_all_bounds(void **state)
{
	char *path = malloc(20000);

	(void)state;
	assert_non_null(path);
	memset(path, 'd', 9999);
	(void)snprintf(path + 9999, 10001, ":%s/a", tree_path);
	tree_file("a/x", "x", 0755);
	found("x", path, "a/x");
	not_found("y", path, ERR_IPAM);
	free(path);
}

static void not_found_names_where(void **state)
{
	struct err e = ERR_INIT;
	char *got;

	(void)state;
	assert_int_equal(exec_find("nosuch", "/a:/b", &got, &e), -ENOENT);
	assert_error(e, ERR_IPAM, "\"nosuch\": not found in CNI_PATH \"/a:/b\"");
}

static void input_and_output(void **state)
{
	(void)state;
	plugin("cat; echo >&2 on stderr; exit 3");
	struct exec_answer a = run("hello");

	assert_string_equal(a.out, "hello");
	assert_int_equal(a.status, 3);
	free(a.out);
	a = run("");
	assert_string_equal(a.out, "");
	free(a.out);
}

/* More than a pipe holds, both ways at once: nobody waits for the other. */
static void large_input_and_output(void **state)
{
	enum { SIZE = 900000 };
	char *input = malloc(SIZE + 1);

	(void)state;
	assert_non_null(input);
	for (int i = 0; i < SIZE; i++)
		input[i] = (char)('a' + i % 23);
	input[SIZE] = '\0';
	plugin("exec cat");
	struct exec_answer a = run(input);

	assert_int_equal(a.len, SIZE);
	assert_string_equal(a.out, input);
	free(a.out);
	free(input);
}

static void stdin_that_is_not_read(void **state)
{
	enum { SIZE = 900000 };
	char *input = malloc(SIZE + 1);

	(void)state;
	assert_non_null(input);
	memset(input, 'x', SIZE);
	input[SIZE] = '\0';
	plugin("exec <&-; echo done");
	struct exec_answer a = run(input);

	assert_string_equal(a.out, "done\n");
	assert_int_equal(a.status, 0);
	free(a.out);
	free(input);
}

static void an_answer_without_end(void **state)
{
	const struct exec_call c = call("");
	struct exec_answer a = {0};
	struct err e = ERR_INIT;

	(void)state;
	plugin("exec cat /dev/zero");
	assert_int_equal(exec_run(&c, &a, &e), -EFBIG);
	assert_error(e, ERR_IPAM, "bin/plugin: run");
	assert_null(a.out);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it is dead and buried */
}

static void killed(void **state)
{
	(void)state;
	plugin("echo half; kill -TERM $$");
	struct exec_answer a = run("");

	assert_int_equal(a.status, 128 + SIGTERM);
	assert_string_equal(a.out, "half\n");
	free(a.out);
}

static void the_environment(void **state)
{
	(void)state;
	assert_int_equal(setenv("CNI_COMMAND", "CHECK", 1), 0);
	assert_int_equal(setenv("CNI_NETNS_OVERRIDE", "1", 1), 0);
	assert_int_equal(setenv("CNIX", "kept", 1), 0);
	assert_int_equal(setenv("OTHER", "CNI_IFNAME=no", 1), 0);
	plugin("env | grep -E '^(CNI|OTHER)' | sort");
	struct exec_answer a = run("");

	assert_string_equal(a.out,
		"CNIX=kept\nCNI_ARGS=A=B\nCNI_COMMAND=ADD\nCNI_CONTAINERID=c1\n"
		"CNI_IFNAME=net1\nCNI_NETNS=/n\nCNI_PATH=/p\nOTHER=CNI_IFNAME=no\n");
	free(a.out);
	const struct exec_call bare = {.file = file,
		.command = "DEL",
		.input = "",
		.timeout_ms = 20000};

	assert_int_equal(exec_run(&bare, &a, NULL), 0);
	assert_string_equal(a.out,
		"CNIX=kept\nCNI_ARGS=\nCNI_COMMAND=DEL\nCNI_CONTAINERID=\n"
		"CNI_IFNAME=\nCNI_NETNS=\nCNI_PATH=\nOTHER=CNI_IFNAME=no\n");
	free(a.out);
	assert_int_equal(unsetenv("CNI_NETNS_OVERRIDE"), 0);
}

static void signals_are_as_usual(void **state)
{
	(void)state;
	plugin("grep SigIgn /proc/self/status");
	struct exec_answer a = run("");
	unsigned long long ignored = strtoull(a.out + strlen("SigIgn:"), NULL, 16);

	assert_int_equal(ignored & (1ull << (SIGPIPE - 1)), 0);
	free(a.out);
}

/* Of our files it has its stdin, stdout and stderr. */
static void no_other_file_is_inherited(void **state)
{
	(void)state;
	int fd = openat(tree_root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd > 2);
	/* The shell has its script open, as a regular file; the directory that it listed is closed again. */
	plugin("for f in /proc/$$/fd/*; do [ ${f##*/} -gt 2 ] && [ -e $f ] && [ ! -f $f ] && echo ${f##*/}; done; "
	       "true");
	struct exec_answer a = run("");

	assert_string_equal(a.out, "");
	free(a.out);
	(void)close(fd);
}

static bool alive(pid_t pid)
{
	/* One that nobody has waited for yet is dead all the same. */
	char path[64], line[256] = "";

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "re");

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		(void)fclose(f);
	return line[0] && !strstr(line, ") Z ");
}

static void wait_until(bool (*f)(pid_t), pid_t pid, bool want)
{
	for (int i = 0; i < 1000 && f(pid) != want; i++)
		(void)usleep(10000);
	assert_int_equal(f(pid), want);
}

/* The number that a plugin wrote into a file of the tree. */
static pid_t pid_in(const char *name)
{
	char path[512];
	int pid = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", tree_path, name);
	for (int i = 0; i < 1000 && pid == 0; i++) {
		FILE *f = fopen(path, "re");

		if (f && fscanf(f, "%d\n", &pid) != 1)
			pid = 0;
		if (f)
			(void)fclose(f);
		if (pid == 0)
			(void)usleep(10000);
	}
	assert_int_not_equal(pid, 0);
	return pid;
}

static void one_that_takes_too_long(void **state)
{
	struct exec_call c = call("");
	struct exec_answer a = {0};
	struct err e = ERR_INIT;

	(void)state;
	plugin("trap '' TERM; cd ${0%/*}; echo $$ >self; sleep 1000 & echo $! >child; while :; do wait; done");
	c.timeout_ms = 300;
	assert_int_equal(exec_run(&c, &a, &e), -ETIMEDOUT);
	assert_error(e, ERR_AGAIN, "ADD did not end within");
	assert_non_null(strstr(e.remedy, "ipamTimeout"));
	assert_null(a.out);
	wait_until(alive, pid_in("bin/self"), false);
	wait_until(alive, pid_in("bin/child"), false);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void what_it_leaves_in_its_group_is_ended(void **state)
{
	(void)state;
	plugin("cd ${0%/*}; sleep 1000 & echo $! >child; echo done");
	struct exec_answer a = run("");

	assert_string_equal(a.out, "done\n");
	free(a.out);
	wait_until(alive, pid_in("bin/child"), false);
}

/* Neither by its stdout nor by any file of ours does a daemon hold us up. */
static void a_daemon_of_its(void **state)
{
	char lock[512];

	(void)state;
	tree_file("lock", "", 0600);
	(void)snprintf(lock, sizeof(lock), "%s/lock", tree_path);
	int fd = open(lock, O_RDWR | O_CLOEXEC);

	assert_int_equal(flock(fd, LOCK_EX), 0);
	plugin("cd ${0%/*}; setsid sh -c 'echo $$ >daemon; exec sleep 1000' & while [ ! -s daemon ]; do sleep 0.01; done; "
	       "echo done");
	struct exec_answer a = run("");
	pid_t daemon = pid_in("bin/daemon");

	assert_string_equal(a.out, "done\n");
	free(a.out);
	(void)close(fd);
	fd = open(lock, O_RDWR | O_CLOEXEC);
	assert_true(alive(daemon));
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	(void)kill(daemon, SIGKILL);
	(void)close(fd);
}

/*
 * Killed, we leave the lock to the keeper: nobody else works on the sandbox until the plugin ended.
 * It is not cut short: host-local, ended between making a lease and writing its owner into it,
 * leaves one that no DEL finds.
 */
static void a_caller_that_is_killed(void **state)
{
	const struct exec_call c = call("");
	char lock[512];

	(void)state;
	tree_file("lock", "", 0600);
	(void)snprintf(lock, sizeof(lock), "%s/lock", tree_path);
	plugin("cd ${0%/*}; echo $$ >self; while [ ! -e go ]; do sleep 0.01; done; echo 1 >finished");
	pid_t pid = fork();

	if (pid == 0) {
		struct exec_answer a = {0};
		int fd = open(lock, O_RDWR | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_EX) < 0)
			_exit(1);
		_exit(exec_run(&c, &a, NULL) < 0);
	}
	pid_t self = pid_in("bin/self");

	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	int fd = open(lock, O_RDWR | O_CLOEXEC);

	assert_true(alive(self));
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	tree_file("bin/go", "", 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_false(alive(self));
	assert_int_equal(pid_in("bin/finished"), 1);
	(void)close(fd);
}

static void without_stdio(void **state)
{
	(void)state;
	plugin("exec cat");
	pid_t pid = fork();

	if (pid == 0) {
		const struct exec_call c = call("hello");
		struct exec_answer a = {0};

		for (int i = 0; i < 3; i++)
			(void)close(i);
		(void)signal(SIGCHLD, SIG_IGN);
		_exit(exec_run(&c, &a, NULL) < 0 || strcmp(a.out, "hello") != 0 || a.status);
	}
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void what_cannot_be_run(void **state)
{
	const struct exec_call c = call("");
	struct err none = ERR_INIT, format = ERR_INIT;
	struct exec_answer a = {0};

	(void)state;
	(void)snprintf(file, sizeof(file), "%s/none", tree_path);
	assert_int_equal(exec_run(&c, &a, &none), -ENOENT);
	assert_error(none, ERR_IPAM, "/none: run: No such file");
	tree_file("bin/plugin", "neither script nor program", 0755);
	(void)snprintf(file, sizeof(file), "%s/bin/plugin", tree_path);
	assert_int_equal(exec_run(&c, &a, &format), -ENOEXEC);
	assert_int_equal(format.code, ERR_IPAM);
}

/* A plugin that is being replaced: open for writing for another while. */
static void a_busy_file(void **state)
{
	(void)state;
	plugin("echo done");
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	pid_t pid = fork();

	assert_true(fd >= 0 && pid >= 0);
	if (pid == 0) {
		(void)usleep(300000); /* holds its own copy of fd as long */
		_exit(0);
	}
	(void)close(fd);
	struct exec_answer a = run("");

	assert_string_equal(a.out, "done\n");
	free(a.out);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_file_that_stays_busy(void **state)
{
	const struct exec_call c = call("");
	struct exec_answer a = {0};
	struct err e = ERR_INIT;
	struct timespec begin, end;

	(void)state;
	plugin("echo done");
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(exec_run(&c, &a, &e), -ETXTBSY);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec <= 5);
	assert_error(e, ERR_IPAM, "busy");
	(void)close(fd);
}

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* No descriptor is lost, whichever way a call ends. */
static void nothing_leaks(void **state)
{
	const struct exec_call c = call("x");
	struct exec_answer a = {0};
	int before = open_files();

	(void)state;
	for (int i = 0; i < 3; i++) {
		plugin(i == 0 ? "cat" : i == 1 ? "exec cat /dev/zero" : "kill -KILL $$");
		if (exec_run(&c, &a, NULL) == 0)
			free(a.out);
	}
	assert_int_equal(open_files(), before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finding),
		TEST(names_with_a_path_are_refused),
		TEST(a_path_beyond_all_bounds),
		TEST(not_found_names_where),
		TEST(input_and_output),
		TEST(large_input_and_output),
		TEST(stdin_that_is_not_read),
		TEST(an_answer_without_end),
		TEST(killed),
		TEST(the_environment),
		TEST(signals_are_as_usual),
		TEST(no_other_file_is_inherited),
		TEST(one_that_takes_too_long),
		TEST(what_it_leaves_in_its_group_is_ended),
		TEST(a_daemon_of_its),
		TEST(a_caller_that_is_killed),
		TEST(without_stdio),
		TEST(what_cannot_be_run),
		TEST(a_busy_file),
		TEST(a_file_that_stays_busy),
		TEST(nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
