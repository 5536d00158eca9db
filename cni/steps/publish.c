/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pod file: rendered from the records of the sandbox, never read back (the pod may write
 * there), replaced atomically. The newest sandbox of a pod owns it: an older one's late DEL does
 * not touch it. Another pod's it never is, while that pod lives.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assigned.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "steps.h"

#define DEFAULT_KUBELET_DIR "/var/lib/kubelet"
#define DEFAULT_VOLUME "dpdk-pod"
#define EMPTY_DIR "kubernetes.io~empty-dir"

static bool uid_ok(const char *uid)
{
	for (const char *p = uid; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			return false;
	return *uid != '\0';
}

/* Where the pod file goes, as a trusted directory and what follows it; -ENOENT: nowhere. */
struct place {
	char base[PATH_MAX]; /* the node's own: symlinks are followed */
	char rest[PATH_MAX]; /* the pod may have written it: none are */
	bool named;          /* by the network: then it must be there */
};

static int place_of_dir(const struct attach *a, struct place *ret, struct err *e)
{
	const char *dir = a->conf.pod_file.dir, *rest;
	const char *base = policy_pod_file_dir(&a->m->policy, dir, &rest);

	if (!base) {
		int r = err_set(e, ERR_REFUSED, EPERM,
			"podFile.dir %s: the node's policy does not allow it", dir);

		err_remedy(e,
			"use a directory below " PODFILE_DIR ", or let the node's owner add it to "
			"\"podFileDirs\" in /etc/dpdk-cni/policy.json");
		return r;
	}
	(void)snprintf(ret->base, sizeof(ret->base), "%s", base);
	(void)snprintf(ret->rest, sizeof(ret->rest), "%s", rest);
	ret->named = true;
	return 0;
}

static int place_of_volume(const struct attach *a, struct place *ret, struct err *e)
{
	const char *volume = a->conf.pod_file.volume;

	ret->named = volume != NULL;
	if (!a->rec.pod.uid || !uid_ok(a->rec.pod.uid)) {
		if (!volume)
			return -ENOENT;
		int r = err_set(e, ERR_CONFIG, EINVAL,
			"podFile.volume %s: this call has no K8S_POD_UID in CNI_ARGS", volume);

		err_remedy(e, "volumes are of pods of a kubelet; elsewhere use podFile.dir");
		return r;
	}
	(void)snprintf(ret->base, sizeof(ret->base), "%s",
		a->conf.kubelet_dir ? a->conf.kubelet_dir : DEFAULT_KUBELET_DIR);
	(void)snprintf(ret->rest, sizeof(ret->rest), "pods/%s/volumes/" EMPTY_DIR "/%s",
		a->rec.pod.uid, volume ? volume : DEFAULT_VOLUME);
	return 0;
}

/* Opens the directory without following what a pod may have planted. */
static int open_place(const struct machine *m, const char *base, const char *rest)
{
	auto_close int root = file_open(m->root, base, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	return root < 0 ? root : file_open(root, rest, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
}

static int complain(const struct place *p, int errnum, struct err *e)
{
	int r = err_sys(e, ERR_PODFILE, errnum, "pod file directory %s/%s", p->base, p->rest);

	if (errnum == ELOOP)
		err_remedy(e,
			"a symlink is on the way: the plugin follows none that a pod could have made; "
			"name the real directory");
	else if (errnum == ENOENT)
		err_remedy(e,
			"create it (mkdir -p), or add an emptyDir volume of that name to the pod");
	return r;
}

/* Every attachment may have one; capture finds out. */
static bool wanted(const struct attach *a)
{
	(void)a;
	return true;
}

/* The claim of a pod file is named by a hash of its directory (64-bit FNV-1a). */
static const char *file_claim(const char *dir, char buf[static CLAIM_NAME])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *dir; dir++)
		h = (h ^ (uint8_t)*dir) * UINT64_C(0x100000001b3);
	(void)snprintf(buf, CLAIM_NAME, "podfile-%016llx", (unsigned long long)h);
	return buf;
}

struct stranger {
	const struct attach *a;
	struct err *e;
};

/* Of two pods of a kubelet; without an identity nothing tells a new sandbox from another pod. */
static int refuse_stranger(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	const struct stranger *s = arg;
	const struct record *mine = &s->a->rec;

	(void)container;
	(void)ifname;
	(void)why;
	if (!rec || !rec->pod_dir || strcmp(rec->pod_dir, mine->pod_dir) != 0 || !rec->pod.uid ||
		!mine->pod.uid || strcmp(rec->pod.uid, mine->pod.uid) == 0 ||
		rec->state != RECORD_ADDED || !attach_netns_alive(s->a->m, rec))
		return 0;
	int r = err_set(s->e, ERR_REFUSED, EPERM, "pod file directory %s: it is used by pod %s/%s",
		mine->pod_dir, rec->pod.ns ? rec->pod.ns : "",
		rec->pod.name ? rec->pod.name : rec->pod.uid);

	err_remedy(s->e, "give each pod a directory of its own");
	return r;
}

static int check_owner(const struct attach *a, struct err *e)
{
	struct stranger s = {a, e};
	struct claim_owner owner;
	char claim[CLAIM_NAME];

	if (claim_read(&a->m->state, file_claim(a->rec.pod_dir, claim), &owner) < 0 ||
		strcmp(owner.container, a->rec.container) == 0)
		return 0;
	return state_each(&a->m->state, owner.container, refuse_stranger, &s);
}

static int capture(struct attach *a, struct err *e)
{
	struct place p = {0};
	int r = a->conf.pod_file.dir ? place_of_dir(a, &p, e) : place_of_volume(a, &p, e);

	if (r == -ENOENT && !p.named)
		return 0;
	if (r < 0)
		return r;
	auto_close int dir = open_place(a->m, p.base, p.rest);

	if (dir == -ENOENT && !p.named)
		return 0;
	if (dir < 0)
		return complain(&p, -dir, e);
	if (faccessat(dir, ".", W_OK, AT_EACCESS) < 0)
		return complain(&p, errno, e);
	/* "<base>//<rest>": the double slash keeps what may be followed and what may not apart. */
	const char *rest = p.rest;

	while (*rest == '/')
		rest++;
	if (asprintf(&a->rec.pod_dir, "%s//%s", p.base, rest) < 0) {
		a->rec.pod_dir = NULL;
		return err_sys(e, ERR_INTERNAL, ENOMEM, "pod file");
	}
	assigned_containers(a);
	return check_owner(a, e);
}

static int open_recorded(const struct attach *a)
{
	char base[PATH_MAX];
	const char *cut = strstr(a->rec.pod_dir, "//");

	if (!cut || (size_t)(cut - a->rec.pod_dir) >= sizeof(base))
		return -EINVAL;
	(void)snprintf(base, sizeof(base), "%.*s", (int)(cut - a->rec.pod_dir), a->rec.pod_dir);
	return open_place(a->m, base, cut + 2);
}

/* Does that record publish into the same file as the attachment at hand, and is not its own? */
static bool is_sibling(const struct attach *a, const char *ifname, const struct record *rec)
{
	return rec && rec->state == RECORD_ADDED && strcmp(ifname, a->rec.ifname) != 0 &&
		rec->pod_dir && strcmp(rec->pod_dir, a->rec.pod_dir) == 0;
}

struct rendering {
	const struct attach *a;
	struct podfile file; /* owns what the siblings have */
	int64_t newest;      /* when its containers were asked for */
	int r;
};

/* Of several answers of the kubelet the last one counts. */
static void collect_containers(struct rendering *g, struct record *rec)
{
	if (rec->n_containers == 0 || (g->file.n_containers && rec->created < g->newest))
		return;
	for (size_t i = 0; i < g->file.n_containers; i++) {
		free(g->file.containers[i].name);
		codec_free(podfile_container_fields, &g->file.containers[i]);
	}
	free(g->file.containers);
	g->file.containers = steal_ptr(rec->containers);
	g->file.n_containers = rec->n_containers;
	rec->n_containers = 0;
	g->newest = rec->created;
}

static int collect(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	struct rendering *g = arg;

	(void)container;
	(void)why;
	if (!is_sibling(g->a, ifname, rec))
		return 0;
	struct podfile_interface *more = mem_more(g->file.interfaces, g->file.n_interfaces);

	if (!more)
		return g->r = -ENOMEM;
	*more = rec->interface;
	g->file.n_interfaces++;
	codec_init(podfile_interface_fields, &rec->interface);
	collect_containers(g, rec);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct podfile_interface *)a)->name,
		((const struct podfile_interface *)b)->name);
}

/* The temporary is named after the sandbox: no two writers share it, none is ever orphaned. */
static int write_file(const struct attach *a, int dir, const char *text)
{
	char tmp[64];

	(void)snprintf(tmp, sizeof(tmp), "." PODFILE_NAME ".%.40s", a->rec.container);
	if (text)
		return file_replace(dir, PODFILE_NAME, tmp, text, strlen(text), 0644);
	(void)unlinkat(dir, tmp, 0);
	return unlinkat(dir, PODFILE_NAME, 0) < 0 && errno != ENOENT ? -errno : 0;
}

/* One struct out of all attachments of the sandbox; *ret stays NULL where none is left. */
static int render(const struct attach *a, bool with_self, char **ret, struct err *e)
{
	struct rendering g = {.a = a};
	char boot_id[64];

	podfile_init(&g.file);
	(void)state_each(&a->m->state, a->rec.container, collect, &g);
	size_t others = g.file.n_interfaces, n = others + with_self;
	auto_free struct podfile_interface *all = calloc(n ? n : 1, sizeof(*all));
	struct podfile shown = g.file; /* borrows: only g.file is freed */

	if (!all)
		g.r = -ENOMEM;
	for (size_t i = 0; all && i < n; i++)
		all[i] = i < others ? g.file.interfaces[i] : a->rec.interface;
	if (g.r == 0 && n) {
		qsort(all, n, sizeof(*all), by_name);
		state_boot_id(a->m->root, boot_id);
		shown.interfaces = all;
		shown.n_interfaces = n;
		if (with_self && a->rec.n_containers) {
			shown.containers = a->rec.containers;
			shown.n_containers = a->rec.n_containers;
		}
		shown.pod.ns = a->rec.pod.ns;
		shown.pod.name = a->rec.pod.name;
		shown.pod.uid = a->rec.pod.uid;
		shown.pod.sandbox = a->rec.container;
		shown.node.boot_id = boot_id[0] ? boot_id : NULL;
		g.r = podfile_encode(&shown, ret, e);
	}
	podfile_free(&g.file);
	return g.r == -ENOMEM ? err_sys(e, ERR_INTERNAL, ENOMEM, "pod file") : g.r;
}

static int apply(struct attach *a, struct err *e)
{
	auto_free char *text = NULL;
	char claim[CLAIM_NAME];
	const struct claim_owner owner = attach_owner(a);

	if (!a->rec.pod_dir)
		return 0;
	auto_close int dir = open_recorded(a);
	int r = dir < 0
		? err_sys(e, ERR_PODFILE, -dir, "pod file directory %s: open", a->rec.pod_dir)
		: render(a, true, &text, e);

	if (r == 0)
		r = claim_replace(&a->m->state, file_claim(a->rec.pod_dir, claim), &owner, e);
	if (r < 0)
		return r;
	r = write_file(a, dir, text);
	if (r < 0) {
		r = err_sys(e, ERR_PODFILE, -r, "pod file %s/" PODFILE_NAME ": write",
			a->rec.pod_dir);
		if (r == -ENOSPC)
			err_remedy(e, "make room in this directory (an emptyDir's sizeLimit?)");
	}
	return r;
}

/* Another attachment of this sandbox that publishes there takes the claim over. */
static int inherit(const char *container, const char *ifname, struct record *rec,
	const struct err *why, void *arg)
{
	const struct attach *a = arg;
	char claim[CLAIM_NAME];
	const struct claim_owner o = claim_owner(container, ifname);

	(void)why;
	if (!is_sibling(a, ifname, rec))
		return 0;
	(void)claim_replace(&a->m->state, file_claim(rec->pod_dir, claim), &o, NULL);
	return 1;
}

static void not_updated(const struct attach *a, int r)
{
	log_warning("pod file %s/" PODFILE_NAME ": update: %s", a->rec.pod_dir, strerror(-r));
}

/* Never fails: a pod file that cannot be updated keeps no device and no pod from going. */
static int undo(struct attach *a, struct err *e)
{
	struct claim_owner now, mine = attach_owner(a);
	auto_free char *text = NULL;
	char claim[CLAIM_NAME];
	struct err why = ERR_INIT;
	int r;

	(void)e;
	if (!a->rec.pod_dir)
		return 0;
	r = claim_read(&a->m->state, file_claim(a->rec.pod_dir, claim), &now);
	if (r < 0 || strcmp(now.container, mine.container) != 0) {
		if (r < 0 && r != -ENOENT)
			not_updated(a, r);
		return 0;
	}
	auto_close int dir = open_recorded(a);

	r = dir < 0 ? dir : render(a, false, &text, &why);
	if (r == 0)
		r = write_file(a, dir, text);
	/* Not there: the volume went with the pod. */
	if (r < 0 && dir != -ENOENT)
		not_updated(a, r);
	if (strcmp(now.ifname, mine.ifname) == 0 &&
		state_each(&a->m->state, mine.container, inherit, a) == 0)
		claim_drop(&a->m->state, claim, &mine);
	return 0;
}

/* The pod may do with the file as it likes: nothing to hold it to. */
static int check(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

/* In a path that people read, no slash comes twice. */
static void describe(const struct attach *a, struct plan *p)
{
	auto_free char *path = NULL;
	char *to;

	if (!a->rec.pod_dir || asprintf(&path, "%s/" PODFILE_NAME, a->rec.pod_dir) < 0)
		return;
	to = path;
	for (const char *from = path; *from; from++)
		if (*from != '/' || from[1] != '/')
			*to++ = *from;
	*to = '\0';
	plan_add(p, "pod file", NULL, path);
}

const struct step step_publish = {"publish", wanted, capture, apply, undo, check, describe};
