/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child does what may end in SIGBUS; nothing it makes has a name (or, shared memory, it is marked for
 * removal before the first touch), so that whatever becomes of it, nothing stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/memfd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec.h"
#include "file.h"
#include "mem.h"
#include "ways.h"

enum stage { STAGE_GET, STAGE_MAP, STAGE_TOUCH };

/* What became of an attempt. */
struct outcome {
	int stage;
	int err; /* positive errno; 0: it works */
	int signal;
};

struct attempt {
	int root;
	uint64_t size;
	const char *mount;
	struct outcome *out; /* shared with the parent */
};

static int log2_of(uint64_t size)
{
	return __builtin_ctzll(size);
}

static int touch(const struct attempt *a, void *p)
{
	a->out->stage = STAGE_TOUCH;
	*(volatile char *)p = 1;
	return 0;
}

static int map_touch(const struct attempt *a, int flags, int fd)
{
	a->out->stage = STAGE_MAP;
	void *p = mmap(NULL, a->size, PROT_READ | PROT_WRITE, flags, fd, 0);

	return p == MAP_FAILED ? -errno : touch(a, p);
}

static int by_shmget(const struct attempt *a)
{
	int id = shmget(IPC_PRIVATE, a->size, SHM_HUGETLB | log2_of(a->size) << 26 | 0600), r;

	if (id < 0)
		return -errno;
	a->out->stage = STAGE_MAP;
	void *p = shmat(id, NULL, 0);

	r = p == (void *)-1 ? -errno : 0;
	(void)shmctl(id, IPC_RMID, NULL);
	return r < 0 ? r : touch(a, p);
}

static int by_file(const struct attempt *a)
{
	if (!a->mount)
		return -ENOENT;
	int fd = file_open(a->root, a->mount, O_TMPFILE | O_EXCL | O_RDWR, 0600, FILE_IN_ROOT);

	return fd < 0 ? fd : map_touch(a, MAP_SHARED, fd);
}

static int by_mmap(const struct attempt *a)
{
	return map_touch(a, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | log2_of(a->size) << 26, -1);
}

static int by_memfd(const struct attempt *a)
{
	int fd = (int)syscall(SYS_memfd_create, "dpdk-pod",
		MFD_CLOEXEC | MFD_HUGETLB | (unsigned int)log2_of(a->size) << 26);

	if (fd < 0 || ftruncate(fd, (off_t)a->size) < 0)
		return -errno;
	return map_touch(a, MAP_SHARED, fd);
}

static const struct {
	const char *name, *title;
	int (*run)(const struct attempt *a);
} kinds[] = {
	{"shmget", "shmget(SHM_HUGETLB)", by_shmget},
	{"file", "a file on hugetlbfs", by_file},
	{"mmap", "mmap(MAP_HUGETLB)", by_mmap},
	{"memfd", "memfd_create(MFD_HUGETLB)", by_memfd},
};

static struct outcome attempt(size_t kind, struct attempt *a)
{
	struct outcome none = {.err = ENOMEM};
	int status = 0;

	a->out = mmap(NULL, sizeof(*a->out), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (a->out == MAP_FAILED)
		return none;
	pid_t pid = fork();

	if (pid == 0) {
		/* a SIGBUS is an answer: no core, no handler of a sanitizer */
		(void)signal(SIGBUS, SIG_DFL);
		a->out->err = -kinds[kind].run(a);
		_exit(0);
	}
	if (pid < 0)
		a->out->err = errno;
	else
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (WIFSIGNALED(status))
		a->out->signal = WTERMSIG(status);
	none = *a->out;
	(void)munmap(a->out, sizeof(*a->out));
	return none;
}

/* ------------------------------------------------------------------ what it means */

static const struct doctor_mount *mount_of(const struct doctor *d, uint64_t size)
{
	for (size_t i = 0; i < d->n_mounts; i++)
		if (strcmp(d->mounts[i].type, "hugetlbfs") == 0 && !d->mounts[i].hidden &&
			d->mounts[i].page_size == size)
			return &d->mounts[i];
	return NULL;
}

static void say(char **text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(char **text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(text, fmt, ap) < 0)
		*text = NULL;
	va_end(ap);
}

/* No page: the machine has none, others have them, or the control group says no. */
static void explain_shortage(const struct doctor *d, const struct facts_size *s, const char *event,
	struct way *w)
{
	uint64_t total = doctor_total_pages(d, s);
	char name[DOCTOR_TEXT], left[DOCTOR_TEXT];

	(void)doctor_resource(s->size, name);
	if (!total) {
		say(&w->found, "%s: the machine has no page of this size", event);
		say(&w->remedy, "on the node: echo N > /sys/kernel/mm/hugepages/hugepages-%" PRIu64
				"kB/nr_hugepages, or better at boot", s->size >> 10);
	} else if (s->allowed < s->size) {
		say(&w->found, "%s: the hugetlb control group leaves %s of this size", event,
			doctor_bytes(s->allowed, left));
		say(&w->remedy, "in the container: resources.limits %s: 1Gi, requests the same", name);
	} else if (!doctor_takeable(d, s)) {
		say(&w->found, "%s: all %" PRIu64 " pages of this size that it may take are in use", event, total);
		say(&w->remedy, "dpdk-pod doctor --check hugepages-free --check hugepages-leak");
	} else {
		say(&w->found, "%s, though %s are free and allowed", event,
			doctor_bytes(doctor_takeable(d, s), left));
		say(&w->remedy, "somebody may have taken them meanwhile: try again");
	}
}

static void explain_refusal(const struct doctor *d, const char *kind, int err, struct way *w)
{
	const char *text = strerror(err);

	if (strcmp(kind, "shmget") == 0 && err == EPERM) {
		say(&w->found, "%s: it takes CAP_IPC_LOCK, the group of vm.hugetlb_shm_group, or a "
			       "RLIMIT_MEMLOCK of a page", text);
		say(&w->remedy, "DPDK never asks for this one; for others: capabilities.add: [IPC_LOCK], or on the "
				"node: sysctl vm.hugetlb_shm_group=GID with supplementalGroups: [GID]");
	} else if (strcmp(kind, "file") == 0 && (err == EACCES || err == EROFS)) {
		say(&w->found, "%s: %s", w->where, text);
		if (err == EROFS)
			say(&w->remedy, "take readOnly: true off the volumeMount");
		else
			say(&w->remedy, "in the pod: securityContext: {fsGroup: %u}",
				(unsigned int)d->facts->source.uid);
	} else {
		say(&w->found, "%s", text);
		say(&w->remedy, "%s",
			err == EPERM || err == ENOSYS
				? "a seccomp profile refuses it: seccompProfile: {type: RuntimeDefault} does not"
				: "the kernel's log on the node may say more (dmesg)");
	}
}

static void explain(const struct doctor *d, const struct facts_size *s, const char *kind,
	const struct outcome *o, struct way *w)
{
	static const char *const stages[] = {"no page", "no page to map", "the first touch"};
	char event[96], name[DOCTOR_TEXT];

	if (o->signal) {
		(void)snprintf(event, sizeof(event), "%s: %s", stages[o->stage], strsignal(o->signal));
		explain_shortage(d, s, event, w);
	} else if (strcmp(kind, "file") == 0 && !w->where) {
		say(&w->found, "no hugetlbfs of this size is mounted");
		say(&w->remedy, "in the pod: an emptyDir of medium HugePages-%s; DPDK does without (--in-memory)",
			doctor_resource(s->size, name) + strlen("hugepages-"));
	} else if (o->err == ENOMEM || o->err == ENOSPC) {
		(void)snprintf(event, sizeof(event), "%s", strerror(o->err));
		explain_shortage(d, s, event, w);
	} else {
		explain_refusal(d, kind, o->err, w);
	}
}

static int try_one(const struct doctor *d, const struct facts_size *s, size_t kind, struct way *w,
	struct err *e)
{
	const struct doctor_mount *m = kind == 1 ? mount_of(d, s->size) : NULL;
	struct attempt a = {d->facts->source.root, s->size, m ? m->point : NULL, NULL};
	struct outcome o = attempt(kind, &a);

	w->page_size = (int64_t)s->size;
	w->way = strdup(kinds[kind].name);
	w->where = m ? strdup(m->point) : NULL;
	w->works = !o.err && !o.signal;
	if (!w->works)
		explain(d, s, kinds[kind].name, &o, w);
	if (!w->way || (m && !w->where) || (!w->works && (!w->found || !w->remedy)))
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	return 0;
}

int ways_try(const struct doctor *d, struct ways *ret, struct err *e)
{
	size_t n_sizes = d->facts->n_sizes;
	struct ways w = {.list = calloc(n_sizes * ARRAY_SIZE(kinds) + 1, sizeof(*w.list))};
	int r = 0;

	if (!w.list)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	for (size_t i = 0; r == 0 && i < n_sizes; i++)
		for (size_t k = 0; r == 0 && k < ARRAY_SIZE(kinds); k++)
			r = try_one(d, &d->facts->sizes[i], k, &w.list[w.n++], e);
	if (r < 0)
		ways_free(&w);
	else
		*ret = w;
	return r;
}

void ways_free(struct ways *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->list[i].way);
		free(w->list[i].where);
		free(w->list[i].found);
		free(w->list[i].remedy);
	}
	free(w->list);
	*w = (struct ways){0};
}

bool ways_any(const struct ways *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].works && strcmp(w->list[i].way, "shmget") != 0)
			return true;
	return false;
}

int ways_text(const struct ways *w, char **ret, struct err *e)
{
	char *text = NULL, size[DOCTOR_TEXT];
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return err_sys(e, ERR_INTERNAL, errno, "hugepages");
	(void)fprintf(out, "%-8s  %-26s  %s\n", "size", "way", "works");
	for (size_t i = 0; i < w->n; i++) {
		const struct way *y = &w->list[i];

		(void)fprintf(out, "%-8s  %-26s  %s%s%s\n", doctor_bytes((uint64_t)y->page_size, size),
			kinds[i % ARRAY_SIZE(kinds)].title, y->works ? "yes" : "no   ",
			y->works ? y->where ? "  " : "" : y->found,
			y->works && y->where ? y->where : "");
		if (!y->works)
			(void)fprintf(out, "%43s do: %s\n", "", y->remedy);
	}
	if (!w->n)
		(void)fprintf(out, "this kernel has no hugepages\n");
	if (fclose(out) != 0) {
		free(text);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "hugepages");
	}
	*ret = text;
	return 0;
}

static const struct codec_field way_fields[] = {
	CODEC_INTEGER(struct way, page_size, "pageSize", 0, INT64_MAX),
	CODEC_STRING(struct way, way, "way", 16),
	CODEC_BOOLEAN(struct way, works, "works"),
	CODEC_STRING(struct way, where, "mount", 4096),
	CODEC_STRING(struct way, found, "found", 4096),
	CODEC_STRING(struct way, remedy, "remedy", 4096),
	CODEC_END,
};

static const struct codec_field ways_fields[] = {
	{.key = "ways", .kind = CODEC_OBJS, .off = offsetof(struct ways, list),
		.count_off = offsetof(struct ways, n), .size = sizeof(struct way), .sub = way_fields,
		.required = 1},
	CODEC_END,
};

int ways_json(const struct ways *w, char **ret, struct err *e)
{
	return codec_encode(ways_fields, w, 2, ret, e);
}
