/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "claim.h"
#include "file.h"
#include "mem.h"

#define TARGET_SIZE 320
#define TARGET_HEAD "../pods/"
#define TARGET_TAIL ".json"

const char *claim_name(const char *pci_address, const char *auxiliary, const struct link *l,
	char buf[static CLAIM_NAME])
{
	if (*pci_address)
		(void)snprintf(buf, CLAIM_NAME, "pci-%.23s", pci_address);
	else if (*auxiliary)
		(void)snprintf(buf, CLAIM_NAME, "auxiliary-%.63s", auxiliary);
	else
		(void)snprintf(buf, CLAIM_NAME, "link-%d-%.15s", (int)l->index, l->name);
	return buf;
}

static const char *target(const struct claim_owner *o, char buf[static TARGET_SIZE])
{
	(void)snprintf(buf, TARGET_SIZE, TARGET_HEAD "%s/%s" TARGET_TAIL, o->container, o->ifname);
	return buf;
}

static bool same_owner(const struct claim_owner *a, const struct claim_owner *b)
{
	return strcmp(a->container, b->container) == 0 && strcmp(a->ifname, b->ifname) == 0;
}

int claim_take(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e)
{
	char to[TARGET_SIZE];

	if (symlinkat(target(owner, to), s->claims, name) == 0)
		return 0;
	return errno == EEXIST ? -EEXIST : err_sys(e, ERR_STATE, errno, "claim %s: create", name);
}

int claim_read(const struct state *s, const char *name, struct claim_owner *ret)
{
	char to[TARGET_SIZE];
	struct claim_owner o;
	ssize_t n = readlinkat(s->claims, name, to, sizeof(to) - 1);

	if (n < 0)
		return -errno;
	to[n] = '\0';
	char *container = to + strlen(TARGET_HEAD), *slash = strrchr(to, '/'),
	     *dot = strrchr(to, '.');

	if (strncmp(to, TARGET_HEAD, strlen(TARGET_HEAD)) != 0 || slash < container || !dot ||
		dot <= slash + 1 || strcmp(dot, TARGET_TAIL) != 0 ||
		(size_t)(dot - slash) > sizeof(o.ifname) || slash == container ||
		(size_t)(slash - container) >= sizeof(o.container) ||
		memchr(container, '/', (size_t)(slash - container)))
		return -EINVAL;
	(void)snprintf(o.container, sizeof(o.container), "%.*s", (int)(slash - container),
		container);
	(void)snprintf(o.ifname, sizeof(o.ifname), "%.*s", (int)(dot - slash - 1), slash + 1);
	*ret = o;
	return 0;
}

int claim_replace(const struct state *s, const char *name, const struct claim_owner *owner,
	struct err *e)
{
	char to[TARGET_SIZE], tmp[CLAIM_NAME + 16];

	(void)snprintf(tmp, sizeof(tmp), ".%s.%d", name, getpid());
	if ((unlinkat(s->claims, tmp, 0) < 0 && errno != ENOENT) ||
		symlinkat(target(owner, to), s->claims, tmp) < 0)
		return err_sys(e, ERR_STATE, errno, "claim %s: create", name);
	if (renameat(s->claims, tmp, s->claims, name) < 0)
		return err_sys(e, ERR_STATE, errno, "claim %s: replace", name);
	return 0;
}

bool claim_is(const struct state *s, const char *name, const struct claim_owner *owner)
{
	struct claim_owner now;

	return name && claim_read(s, name, &now) == 0 && same_owner(&now, owner);
}

int claim_damaged(const char *name, struct err *e)
{
	int r = err_set(e, ERR_STATE, EINVAL, "/run/dpdk-cni/claims/%s: it is not a claim", name);

	err_remedy(e, "nothing of dpdk-cni looks like that: remove it");
	return r;
}

int claim_holder(const struct state *s, const char *name, const struct claim_owner *owner,
	enum claim_holder *ret, struct err *e)
{
	struct claim_owner now;
	int r = name ? claim_read(s, name, &now) : -ENOENT;

	if (r == -EINVAL)
		return claim_damaged(name, e);
	if (r < 0 && r != -ENOENT)
		return err_sys(e, ERR_STATE, -r, "claim %s: read", name);
	*ret = r < 0 ? CLAIM_NOBODYS : same_owner(&now, owner) ? CLAIM_OURS : CLAIM_OTHERS;
	return 0;
}

int claim_drop(const struct state *s, const char *name, const struct claim_owner *owner)
{
	struct claim_owner now;
	int r = claim_read(s, name, &now);

	if (r == -ENOENT || r == -EINVAL || (r == 0 && !same_owner(&now, owner)))
		return 0;
	if (r == 0 && unlinkat(s->claims, name, 0) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

int claim_each(const struct state *s, claim_visit f, void *arg)
{
	auto_dir DIR *d = file_opendir(s->claims, ".");
	int r = 0;

	for (const char *name; d && r == 0 && (name = file_next(d));) {
		struct claim_owner o;
		int rc = claim_read(s, name, &o);

		if (rc != -ENOENT)
			r = f(name, rc < 0 ? NULL : &o, arg);
	}
	return r;
}

int claim_drop_all(const struct state *s, const struct claim_owner *owner)
{
	auto_dir DIR *d = file_opendir(s->claims, ".");
	int first = d ? 0 : -errno;

	for (const char *name; d && (name = file_next(d));) {
		int r = claim_drop(s, name, owner);

		first = first < 0 ? first : r;
	}
	return first;
}

int claim_undropped(int errnum, struct err *e)
{
	int r = err_sys(e, ERR_STATE, errnum, "/run/dpdk-cni/claims: remove a claim");

	err_remedy(e, "the next DEL, or the next ADD that wants what was claimed, removes it");
	return r;
}
