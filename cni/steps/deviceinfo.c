/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device information file of the Network Plumbing Working Group's device-info specification
 * 1.1.0: Multus hands us its path in runtimeConfig.CNIDeviceInfoFile and puts the content into
 * the pod's network-status annotation.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "devinfo.h"
#include "file.h"
#include "mem.h"
#include "own.h"
#include "steps.h"

#define CLAIM_KIND "info"

/* The specification has no type for a device without a bus address. */
static bool wanted(const struct attach *a)
{
	return a->conf.runtime.device_info_file && a->rec.interface.pci_address;
}

/* Multus says /var/run, which is a symlink to /run. */
static const char *path_of(const struct attach *a)
{
	const char *path = a->conf.runtime.device_info_file;

	return strncmp(path, "/var/run/", 9) == 0 ? path + 4 : path;
}

static int allowed(const struct attach *a, struct err *e)
{
	const char *path = path_of(a), *rest, *slash = strrchr(path, '/');

	if (policy_device_info_dir(&a->m->policy, path, &rest) && slash >= rest && slash[1] &&
		!strstr(path, "/.."))
		return 0;
	int r = err_set(e, ERR_REFUSED, EPERM,
		"runtimeConfig.CNIDeviceInfoFile %s: the node's policy does not allow it", path);

	err_remedy(e,
		"let the node's owner add the directory to \"deviceInfoDirs\" in "
		"/etc/dpdk-cni/policy.json");
	return r;
}

/* The directory of the file, and its name in it; made where it is missing, as Multus expects. */
static int open_dir(const struct attach *a, bool create, const char **ret_name)
{
	const char *path = path_of(a), *slash = strrchr(path, '/');
	auto_free char *dir = slash ? strndup(path, (size_t)(slash - path)) : NULL;

	if (!dir)
		return slash ? -ENOMEM : -EINVAL;
	*ret_name = slash + 1;
	return create ? file_mkdirs(a->m->root, dir, 0755)
		      : file_open(a->m->root, dir, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
}

static int complain(const struct attach *a, int r, struct err *e)
{
	return err_sys(e, ERR_IO, -r, "device information %s: write", path_of(a));
}

static bool leads(const struct machine *m, const struct record *theirs,
	const struct record_object *o)
{
	(void)m;
	return own_same(&theirs->info_is, o);
}

/* What stands there now is for us to replace: this sandbox's, or one's that may be taken over. */
static int settle(const struct attach *a, const struct record_object *o, struct sandbox *other,
	struct err *e)
{
	char claim[CLAIM_NAME], what[PATH_MAX + 32];
	enum own whose;

	(void)snprintf(what, sizeof(what), "device information %s", path_of(a));
	int r = own_settle(a, what, own_claim(CLAIM_KIND, o, claim), o, leads, &whose, other, e);

	if (r < 0 || whose != OWN_NOBODYS)
		return r;
	r = err_set(e, ERR_REFUSED, EEXIST, "%s: it is there already, and not from dpdk-cni", what);
	err_remedy(e, "name another file, or remove that one if nothing needs it");
	return r;
}

/* All that can be refused is refused before anything was touched. */
static int capture(struct attach *a, struct err *e)
{
	struct sandbox other = SANDBOX_INIT;
	struct record_object there;
	const char *name;
	int r = allowed(a, e);

	if (r < 0)
		return r;
	auto_close int dir = open_dir(a, false, &name);

	if (dir >= 0 && own_object(dir, name, &there) == 0)
		r = settle(a, &there, &other, e);
	sandbox_unlock(&a->m->state, &other);
	return r;
}

/* Named after the attachment: no two have it. */
static const char *temporary(const struct attach *a, char buf[static NAME_MAX + 1])
{
	(void)snprintf(buf, NAME_MAX + 1, ".%.220s.%.15s.tmp", a->rec.container, a->rec.ifname);
	return buf;
}

/* Puts the new file in the place of the old one, and only of that one. */
static int exchange(const struct attach *a, int dir, const char *name, int fd,
	const struct record_object *old)
{
	char tmp[NAME_MAX + 1];
	struct record_object was;
	int r;

	(void)unlinkat(dir, temporary(a, tmp), 0);
	r = file_name(fd, dir, tmp);
	if (r == 0)
		r = file_exchange(dir, tmp, name);
	if (r == 0) {
		r = own_object(dir, tmp, &was);
		if (r == 0 && !own_same(&was, old)) {
			(void)file_exchange(dir, tmp, name);
			r = -EEXIST;
		}
	}
	(void)unlinkat(dir, tmp, 0);
	return r;
}

static int take_over(const struct attach *a, int dir, const char *name, int fd, struct err *e)
{
	struct sandbox other = SANDBOX_INIT;
	struct record_object old;
	struct claim_owner owner;
	char claim[CLAIM_NAME];
	int r = own_object(dir, name, &old);

	if (r == -ENOENT) /* gone again */
		r = file_name(fd, dir, name);
	else if (r == 0) {
		r = settle(a, &old, &other, e);
		if (r < 0)
			return r;
		r = exchange(a, dir, name, fd, &old);
		/* Under its owner's lock, or in our own sandbox. */
		if (r == 0 &&
			claim_read(&a->m->state, own_claim(CLAIM_KIND, &old, claim), &owner) == 0)
			(void)claim_drop(&a->m->state, claim, &owner);
		sandbox_unlock(&a->m->state, &other);
	}
	return r < 0 ? complain(a, r, e) : 0;
}

/* The claim comes before the name: a killed call leaves no file that is nobody's. */
static int claim_new(struct attach *a, int fd, struct err *e)
{
	const struct claim_owner mine = attach_owner(a);
	char claim[CLAIM_NAME];
	int r = own_object(fd, "", &a->rec.info_is);

	if (r < 0)
		return complain(a, r, e);
	/* A file has this number just now: a claim of that name is of one that is no more. */
	return claim_replace(&a->m->state, own_claim(CLAIM_KIND, &a->rec.info_is, claim), &mine, e);
}

static int apply(struct attach *a, struct err *e)
{
	const struct podfile_interface *i = &a->rec.interface;
	const char *name;
	auto_free char *text = NULL;
	auto_close int dir = open_dir(a, true, &name);
	int r = dir < 0 ? complain(a, dir, e) : devinfo_encode(i->pci_address, i->pf, &text, e);

	if (r < 0)
		return r;
	auto_close int fd = file_nameless(dir, text, strlen(text), 0444);

	if (fd < 0)
		return complain(a, fd, e);
	r = claim_new(a, fd, e);
	if (r < 0)
		return r;
	r = file_name(fd, dir, name);
	if (r == -EEXIST)
		return take_over(a, dir, name, fd, e);
	return r < 0 ? complain(a, r, e) : 0;
}

/* Multus removes it too, and others may have put theirs in its place: only what is ours goes. */
static int undo(struct attach *a, struct err *e)
{
	const struct claim_owner mine = attach_owner(a);
	char claim[CLAIM_NAME], tmp[NAME_MAX + 1];
	struct record_object now;
	const char *name;
	auto_close int dir = open_dir(a, false, &name);

	(void)e;
	if (dir >= 0) {
		(void)unlinkat(dir, temporary(a, tmp), 0);
		if (own_object(dir, name, &now) == 0 &&
			claim_is(&a->m->state, own_claim(CLAIM_KIND, &now, claim), &mine)) {
			(void)unlinkat(dir, name, 0);
			attach_drop(a, claim);
		}
	}
	if (a->rec.info_is.inode != CODEC_ABSENT)
		attach_drop(a, own_claim(CLAIM_KIND, &a->rec.info_is, claim));
	return 0;
}

static int check(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

static void describe(const struct attach *a, struct plan *p)
{
	plan_add(p, "device information", NULL, a->conf.runtime.device_info_file);
}

const struct step step_deviceinfo = {"deviceinfo", wanted, capture, apply, undo, check, describe};
