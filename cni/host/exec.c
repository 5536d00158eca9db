/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "mem.h"

#define ANSWER_MAX (1u << 20)
#define BUSY_TRIES 6 /* a binary being replaced: ETXTBSY, a second in all */
#define BUSY_WAIT_MS 200

extern char **environ;

int exec_find(const char *name, const char *cni_path, char **ret, struct err *e)
{
	char path[PATH_MAX];
	struct stat st;

	if (!*name || strchr(name, '/'))
		return err_set(e, ERR_CONFIG, EINVAL,
			"plugin \"%s\": a plugin is named, without a path", name);
	for (const char *p = cni_path; *p;) {
		size_t n = strcspn(p, ":");

		if (n &&
			snprintf(path, sizeof(path), "%.*s/%s", (int)n, p, name) <
				(int)sizeof(path) &&
			stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
			*ret = strdup(path);
			return *ret ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "plugin %s", name);
		}
		p += n + (p[n] == ':');
	}
	int r = err_set(e, ERR_IPAM, ENOENT, "plugin \"%s\": not found in CNI_PATH \"%s\"", name,
		cni_path);

	err_remedy(e,
		"install it into one of these directories (the reference plugins are Debian's "
		"containernetworking-plugins, in /usr/lib/cni)");
	return r;
}

#define CNI_VARIABLES 6

/* Ours without CNI_*, then the call's own. The last CNI_VARIABLES strings are owned. */
static char **child_environment(const struct exec_call *c)
{
	const struct {
		const char *name, *value;
	} own[CNI_VARIABLES] = {
		{"CNI_COMMAND", c->command},
		{"CNI_CONTAINERID", c->container},
		{"CNI_NETNS", c->netns},
		{"CNI_IFNAME", c->ifname},
		{"CNI_ARGS", c->args},
		{"CNI_PATH", c->path},
	};
	size_t n = 0, o = 0;

	while (environ[n])
		n++;
	char **env = calloc(n + CNI_VARIABLES + 1, sizeof(*env));

	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "CNI_", 4) != 0)
			env[o++] = environ[i];
	for (size_t i = 0; i < CNI_VARIABLES; i++)
		if (asprintf(&env[o++], "%s=%s", own[i].name, own[i].value ? own[i].value : "") <
			0) {
			for (o--; i-- > 0;)
				free(env[--o]);
			free(env);
			return NULL;
		}
	return env;
}

static void free_environment(char **env)
{
	size_t n = 0;

	while (env[n])
		n++;
	for (size_t i = n < CNI_VARIABLES ? 0 : n - CNI_VARIABLES; i < n; i++)
		free(env[i]);
	free(env);
}

/* Between fork and exec: only what is safe there. The exec's errno goes up by the pipe. */
static void __attribute__((noreturn))
child(const struct exec_call *c, char **env, int in, int out, int report, pid_t parent)
{
	char *argv[] = {(char *)(uintptr_t)c->file, NULL};

	(void)signal(SIGPIPE, SIG_DFL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		_exit(127);
	if (c->keep_fd >= 0)
		(void)fcntl(c->keep_fd, F_SETFD, 0);
	for (int i = 0; i < BUSY_TRIES; i++) {
		(void)execve(c->file, argv, env);
		if (errno != ETXTBSY)
			break;
		(void)poll(NULL, 0, BUSY_WAIT_MS);
	}
	int errnum = errno;

	(void)!write(report, &errnum, sizeof(errnum));
	_exit(127);
}

/* Feeds stdin and drains stdout together, so that neither side waits for the other. */
static int converse(int in, int out, const char *input, char **ret, size_t *ret_len)
{
	auto_free char *buf = malloc(ANSWER_MAX + 1);
	size_t left = strlen(input), len = 0;

	if (!buf)
		return -ENOMEM;
	for (;;) {
		struct pollfd p[2] = {{out, POLLIN, 0}, {in, POLLOUT, 0}};

		if (poll(p, in >= 0 ? 2 : 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (in >= 0 && p[1].revents) {
			ssize_t n = write(in, input, left);

			if (n > 0) {
				input += n;
				left -= (size_t)n;
			}
			/* EPIPE: it answers without reading, which is its business. */
			if (left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
				(void)close(in);
				in = -1;
			}
		}
		if (p[0].revents) {
			ssize_t n = read(out, buf + len, ANSWER_MAX - len);

			if (n < 0 && errno != EINTR)
				return -errno;
			if (n == 0)
				break;
			len += n > 0 ? (size_t)n : 0;
			if (len == ANSWER_MAX)
				return -EFBIG;
		}
	}
	if (in >= 0)
		(void)close(in);
	buf[len] = '\0';
	*ret = steal_ptr(buf);
	*ret_len = len;
	return 0;
}

int exec_run(const struct exec_call *c, struct exec_answer *ret, struct err *e)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, report[2] = {-1, -1}, errnum = 0, status = 0;
	struct exec_answer a = {0};
	pid_t self = getpid(), pid = -1;
	int r = 0;
	char **env = child_environment(c);

	if (!env)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "plugin %s", c->file);
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(report, O_CLOEXEC) < 0)
		r = -errno;
	if (r == 0)
		pid = fork();
	if (r == 0 && pid < 0)
		r = -errno;
	if (pid == 0)
		child(c, env, in[0], out[1], report[1], self);
	mem_closep(&in[0]);
	mem_closep(&out[1]);
	mem_closep(&report[1]);
	if (r == 0) {
		/* SIGPIPE is ignored by main: a plugin may close its stdin unread. */
		(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
		r = converse(in[1], out[0], c->input, &a.out, &a.len);
		in[1] = -1;
		if (r < 0)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (r == 0 && read(report[0], &errnum, sizeof(errnum)) == sizeof(errnum))
			r = -errnum;
	}
	mem_closep(&in[1]);
	mem_closep(&out[0]);
	mem_closep(&report[0]);
	free_environment(env);
	if (r < 0) {
		free(a.out);
		return err_sys(e, ERR_IPAM, -r, "plugin %s: run", c->file);
	}
	a.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	*ret = a;
	return 0;
}
