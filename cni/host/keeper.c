/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "keeper.h"
#include "mem.h"
#include "signals.h"

#define BUSY_TRIES 6 /* a binary being replaced: ETXTBSY, a second in all */
#define BUSY_WAIT_MS 200
#define GRACE_MS 2000 /* for a plugin whose caller has gone to finish */

static void __attribute__((noreturn)) give_up(int report, int errnum)
{
	const struct keeper_report r = {.errnum = errnum};

	(void)!write(report, &r, sizeof(r));
	_exit(127);
}

static void __attribute__((noreturn))
become(const char *file, char **env, int in, int out, int report, pid_t parent)
{
	char *argv[] = {(char *)(uintptr_t)file, NULL};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	signals_of_limits(SIG_DFL);
	(void)setpgid(0, 0);
	/* A keeper that is killed must not leave a plugin that nobody watches. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		give_up(report, errno);
	for (int i = 0; i < BUSY_TRIES; i++) {
		(void)execve(file, argv, env);
		if (errno != ETXTBSY)
			break;
		(void)poll(NULL, 0, BUSY_WAIT_MS);
	}
	give_up(report, errno);
}

/*
 * Until the plugin ends, or its time does. One whose caller has gone is left to finish what it is
 * at: cut short it could leave half a lease, which nobody could give back by its owner.
 */
static void watch(pid_t plugin, const sigset_t *signals, int timeout_ms, struct keeper_report *r)
{
	int64_t end = clock_ms() + timeout_ms;

	for (;;) {
		int64_t left = end - clock_ms();
		struct timespec t = {left / 1000, left % 1000 * 1000000};
		int s = left > 0 ? sigtimedwait(signals, NULL, &t) : -1;

		if (waitpid(plugin, &r->status, WNOHANG) == plugin)
			return;
		if (s < 0 && clock_ms() >= end)
			break;
		if (s > 0 && s != SIGCHLD && clock_ms() + GRACE_MS < end)
			end = clock_ms() + GRACE_MS;
	}
	r->late = true;
	(void)kill(-plugin, SIGKILL);
	while (waitpid(plugin, &r->status, 0) < 0 && errno == EINTR)
		;
}

static int above_stdio(int fd)
{
	return fd > 2 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void __attribute__((noreturn)) keep(const char *file, char **env, int timeout_ms, int in,
	int out, int report, const sigset_t *signals, pid_t parent)
{
	struct keeper_report r = {0};
	pid_t self = getpid(), plugin;

	/* Signals are blocked by the caller already: none is lost between. One that ignores the end of
	 * its children hands that down, and they would leave no status. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	(void)signal(SIGCHLD, SIG_DFL);
	/* Called with stdin, stdout or stderr closed, we have pipes in their place. */
	in = above_stdio(in);
	out = above_stdio(out);
	report = above_stdio(report);
	plugin = fork();
	if (plugin < 0)
		give_up(report, errno);
	if (plugin == 0)
		become(file, env, in, out, report, self);
	(void)setpgid(plugin, plugin);
	/* Whoever waits for the end of these waits for the plugin, not for us. */
	for (int fd = 0; fd <= 2; fd++)
		(void)close(fd);
	(void)close(in);
	(void)close(out);
	watch(plugin, signals, timeout_ms, &r);
	/* What it left running in its group; a daemon has left that. */
	(void)kill(-plugin, SIGKILL);
	(void)!write(report, &r, sizeof(r));
	_exit(0);
}

static int start(const char *file, char **env, int timeout_ms, const int in[2], const int out[2],
	const int report[2], pid_t *ret)
{
	pid_t self = getpid(), pid;
	sigset_t signals, before;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &signals, &before);
	pid = fork();
	if (pid == 0) {
		(void)close(in[1]);
		(void)close(out[0]);
		(void)close(report[0]);
		keep(file, env, timeout_ms, in[0], out[1], report[1], &signals, self);
	}
	int r = pid < 0 ? -errno : 0;

	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	*ret = pid;
	return r;
}

int keeper_start(const char *file, char **env, int timeout_ms, struct keeper *ret)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, report[2] = {-1, -1}, r = 0;
	pid_t pid = -1;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(report, O_CLOEXEC) < 0)
		r = -errno;
	if (r == 0)
		r = start(file, env, timeout_ms, in, out, report, &pid);
	mem_closep(&in[0]);
	mem_closep(&out[1]);
	mem_closep(&report[1]);
	if (r < 0) {
		mem_closep(&in[1]);
		mem_closep(&out[0]);
		mem_closep(&report[0]);
		return r;
	}
	(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	*ret = (struct keeper){pid, in[1], out[0], report[0]};
	return 0;
}

int keeper_end(struct keeper *k, bool stop, struct keeper_report *ret)
{
	struct keeper_report r = {0};
	int rc = 0;

	/* It gets SIGPIPE where it still writes. */
	mem_closep(&k->in);
	mem_closep(&k->out);
	if (stop)
		(void)kill(k->pid, SIGTERM);
	/* Of two reports, one of the exec that failed and one of its end, the first tells. */
	if (read(k->report, &r, sizeof(r)) != sizeof(r))
		rc = -ECHILD;
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	mem_closep(&k->report);
	*k = KEEPER_INIT;
	if (r.errnum)
		rc = -r.errnum;
	if (rc == 0)
		*ret = r;
	return rc;
}
