/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "file.h"
#include "mem.h"
#include "live_process.h"
#include "process.h"
#include "programs.h"

#define SOCKET "dpdk_telemetry.v2"

static bool is_socket(const char *name)
{
	size_t n = strlen(SOCKET);

	if (strncmp(name, SOCKET, n) != 0)
		return false;
	name += n;
	return !*name || (*name == ':' && name[1] && !name[1 + strspn(name + 1, "0123456789")]);
}

static int add_socket(struct programs *p, const char *prefix, const char *name)
{
	char **more = mem_more(p->sockets, p->n);

	if (!more || asprintf(more, "%s/%s/%s", p->dir, prefix, name) < 0)
		return -ENOMEM;
	p->n++;
	return 0;
}

/* f for each entry of a directory; one that is not there is empty. */
static int each_entry(int root, const char *dir, int (*f)(struct programs *, const char *, void *),
	struct programs *p, void *arg)
{
	DIR *d auto_dir = file_opendir(root, dir);
	int r = d || errno == ENOENT || errno == ENOTDIR ? 0 : -errno;

	for (const char *name; r == 0 && d && (name = file_next(d));)
		if (name[0] != '.')
			r = f(p, name, arg);
	return r;
}

static int on_file(struct programs *p, const char *name, void *prefix)
{
	return is_socket(name) ? add_socket(p, prefix, name) : 0;
}

static int on_prefix(struct programs *p, const char *prefix, void *root)
{
	auto_free char *dir = NULL;

	if (asprintf(&dir, "%s/%s", p->dir, prefix) < 0)
		return -ENOMEM;
	return each_entry(*(int *)root, dir, on_file, p, (char *)(uintptr_t)prefix);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int look_in(int root, const char *runtime, const char *prefix, struct programs *ret,
	struct err *e)
{
	struct programs p = {0};
	int r = asprintf(&p.dir, "%s/dpdk", runtime) < 0 ? -ENOMEM : 0;

	if (r == 0)
		r = prefix ? on_prefix(&p, prefix, &root)
			   : each_entry(root, p.dir, on_prefix, &p, &root);
	if (r < 0) {
		(void)err_sys(e, ERR_IO, -r, "%s: cannot look for DPDK programs",
			p.dir ? p.dir : "runtime directory");
		if (r == -EACCES)
			err_remedy(e,
				"it belongs to another user: ask as the one the program runs as");
		programs_free(&p);
		return r;
	}
	mem_sort(p.sockets, p.n, by_name);
	*ret = p;
	return 0;
}

int programs_find(int root, char *const *env, uid_t uid, const char *prefix, struct programs *ret,
	struct err *e)
{
	const char *dir = facts_runtime_rule(env, uid, true);
	const char *old = facts_runtime_rule(env, uid, false);
	struct programs of_old;
	int r = look_in(root, dir, prefix, ret, e);

	/* A DPDK before 22.11 does not know of RUNTIME_DIRECTORY. */
	if (r < 0 || ret->n > 0 || strcmp(dir, old) == 0 ||
		look_in(root, old, prefix, &of_old, NULL) < 0)
		return r;
	if (of_old.n > 0) {
		struct programs of_new = *ret;

		*ret = of_old;
		of_old = of_new;
	}
	programs_free(&of_old);
	return 0;
}

static int user_of(int root, pid_t pid, uid_t *ret)
{
	auto_free char *text = NULL;
	char value[64];
	int r = process_read(root, pid, "status", &text, NULL);

	if (r == 0 && process_status_value(text, "Uid", value, sizeof(value)))
		*ret = (uid_t)strtoul(value, NULL, 10);
	return r;
}

int programs_find_of(int root, pid_t pid, const char *prefix, int *ret_root, struct programs *ret,
	struct err *e)
{
	auto_free char **env = NULL;
	auto_close int its_root = -1;
	uid_t uid = 0;
	char path[PROCESS_PATH];
	int r = process_strings(root, pid, "environ", &env);

	(void)process_path(pid, "root", path);
	/* A magic link: the kernel follows it for whoever may trace the process. */
	its_root = openat(root, path + 1, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r == 0)
		r = its_root < 0 ? -errno : user_of(root, pid, &uid);
	if (r < 0) {
		(void)err_sys(e, ERR_IO, -r, "process %d: cannot look for its telemetry socket",
			(int)pid);
		live_process_denied(r, e);
		return r;
	}
	r = programs_find(its_root, env, uid, prefix, ret, e);
	if (r == 0)
		*ret_root = steal_fd(its_root);
	return r;
}

void programs_free(struct programs *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->sockets[i]);
	free(p->sockets);
	free(p->dir);
	*p = (struct programs){0};
}
