/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "keeper.h"
#include "mem.h"

#define ANSWER_MAX (1u << 20)

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
		"install it into one of these directories, which are where the container runtime "
		"looks (Debian's containernetworking-plugins puts its plugins into /usr/lib/cni)");
	return r;
}

bool exec_is_self(const char *file)
{
	struct stat ours, theirs;

	return stat("/proc/self/exe", &ours) == 0 && stat(file, &theirs) == 0 &&
		ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

#define CNI_VARIABLES 7

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
		{EXEC_DELEGATED, "1"},
	};
	size_t n = 0, o = 0;

	while (environ[n])
		n++;
	char **env = calloc(n + CNI_VARIABLES + 1, sizeof(*env));

	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "CNI_", 4) != 0 &&
			strncmp(environ[i], EXEC_DELEGATED "=", strlen(EXEC_DELEGATED "=")) != 0)
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

/* stdin of the plugin, fed as it takes it. */
struct feed {
	int fd; /* -1: closed */
	const char *text;
	size_t left;
};

static void feed(struct feed *f)
{
	ssize_t n = write(f->fd, f->text, f->left);

	if (n > 0) {
		f->text += n;
		f->left -= (size_t)n;
	}
	/* EPIPE: it answers without reading, which is its business. */
	if (f->left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		(void)close(f->fd);
		f->fd = -1;
	}
}

/* stdout of the plugin. */
struct drain {
	int fd;
	char *buf; /* ANSWER_MAX + 1 */
	size_t len;
	bool ended;
};

static int drain(struct drain *d)
{
	ssize_t n = read(d->fd, d->buf + d->len, ANSWER_MAX - d->len);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	d->ended = n == 0;
	d->len += (size_t)n;
	return d->len == ANSWER_MAX ? -EFBIG : 0;
}

/*
 * Feeds stdin and drains stdout together, so that neither side waits for the other, until the
 * keeper reports the plugin's end. What the plugin wrote is in the pipe then; whoever else holds
 * the other end, a daemon perhaps, is not waited for.
 */
static int converse(struct feed *in, struct drain *out, int report)
{
	int r = 0;

	for (bool over = false; r == 0 && !over;) {
		struct pollfd p[3] = {{report, POLLIN, 0}, {out->ended ? -1 : out->fd, POLLIN, 0},
			{in->fd, POLLOUT, 0}};

		if (poll(p, ARRAY_SIZE(p), -1) < 0) {
			r = errno == EINTR ? 0 : -errno;
			continue;
		}
		over = p[0].revents != 0;
		if (p[2].revents)
			feed(in);
		if (p[1].revents)
			r = drain(out);
	}
	for (size_t before = SIZE_MAX; r == 0 && !out->ended && out->len != before;) {
		before = out->len;
		r = drain(out);
	}
	return r;
}

static int too_late(const struct exec_call *c, struct err *e)
{
	int r = err_set(e, ERR_AGAIN, ETIMEDOUT,
		"plugin %s: %s did not end within %d s, and was killed", c->file, c->command,
		c->timeout_ms / 1000);

	err_remedy(e,
		"find out what it waits for (its own log, the network, its server); the node's owner "
		"can give it more time by \"ipamTimeout\" in /etc/dpdk-cni/policy.json");
	return r;
}

int exec_run(const struct exec_call *c, struct exec_answer *ret, struct err *e)
{
	auto_free char *buf = malloc(ANSWER_MAX + 1);
	char **env = child_environment(c);
	struct keeper k = KEEPER_INIT;
	struct keeper_report end = {0};
	size_t len = 0;
	int r = buf && env ? keeper_start(c->file, env, c->timeout_ms, &k) : -ENOMEM;

	if (env)
		free_environment(env);
	if (r == 0) {
		const int to = steal_fd(k.in);
		struct feed in = {to, c->input, strlen(c->input)};
		struct drain out = {.fd = k.out, .buf = buf};

		/* SIGPIPE is ignored by main: a plugin may close its stdin unread. */
		r = converse(&in, &out, k.report);
		mem_closep(&in.fd);
		buf[out.len] = '\0';
		len = out.len;
		int ended = keeper_end(&k, r < 0, &end);

		r = r == 0 ? ended : r;
	}
	if (r == 0 && end.late)
		return too_late(c, e);
	if (r < 0)
		return err_sys(e, ERR_IPAM, -r, "plugin %s: run", c->file);
	ret->out = steal_ptr(buf);
	ret->len = len;
	ret->status = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : 128 + WTERMSIG(end.status);
	return 0;
}
