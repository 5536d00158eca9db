/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "process.h"
#include "live_process.h"

#define STATUS_CAP (64u << 10)

static const char *const role_names[] = {"main", "worker", "control", "other", NULL};

const struct codec_field live_thread_fields[] = {
	CODEC_INTEGER(struct live_thread, tid, "tid", 1, INT32_MAX),
	CODEC_STRING(struct live_thread, name, "name", 0),
	CODEC_ENUMERATION(struct live_thread, role, "role", role_names),
	CODEC_STRING(struct live_thread, cpus, "cpus", 0),
	CODEC_INTEGER(struct live_thread, cpu, "lastCpu", 0, INT32_MAX),
	CODEC_INTEGER(struct live_thread, node, "node", 0, INT32_MAX),
	CODEC_END,
};

/* Names by DPDK's version; then those of programs that rename their lcores. */
static const char *const workers[] = {"rte-worker-", "dpdk-worker", "lcore-worker-", "lcore-slave-",
	"vpp_wk_", "pmd-c", "reactor_"};
static const char *const controls[] = {"eal-intr-thread", "rte_mp_", "telemetry-v", "dpdk-intr",
	"dpdk-mp", "dpdk-telemet"};

static bool among(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(name, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

static int role_of(const char *name, bool first)
{
	if (first)
		return ROLE_MAIN;
	if (among(name, workers, ARRAY_SIZE(workers)))
		return ROLE_WORKER;
	return among(name, controls, ARRAY_SIZE(controls)) ? ROLE_CONTROL : ROLE_OTHER;
}

/* Field 39 of stat; the second is the name in brackets and may hold anything. */
static int64_t last_cpu(int dir)
{
	char line[1024], *p;
	int cpu;

	if (file_read_line(dir, "stat", line, sizeof(line)) < 0)
		return CODEC_ABSENT;
	p = strrchr(line, ')');
	for (int field = 2; p && field < 39; field++) {
		p = strchr(p, ' ');
		p += p != NULL;
	}
	return p && sscanf(p, "%d", &cpu) == 1 ? cpu : CODEC_ABSENT;
}

/* A program names its threads as it likes; what is printed is text. */
static char *plain_copy(const char *name)
{
	char *copy = strdup(name);

	for (char *c = copy; c && *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
	return copy;
}

static int read_thread(int tasks, const char *tid, bool first, struct live_thread *ret)
{
	struct live_thread t = {.tid = strtoll(tid, NULL, 10), .node = CODEC_ABSENT};
	auto_close int dir = file_open(tasks, tid, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	auto_free char *status = NULL;
	char name[64], list[CPULIST_MAX];
	int r;

	if (dir < 0)
		return dir;
	r = file_read_line(dir, "comm", name, sizeof(name));
	if (r == 0)
		r = file_read(dir, "status", FILE_IN_ROOT, STATUS_CAP, &status, NULL);
	if (r < 0)
		return r;
	if (process_status_value(status, "Cpus_allowed_list", list, sizeof(list)))
		(void)cpulist_parse(list, &t.affinity, NULL);
	t.role = role_of(name, first);
	t.cpu = last_cpu(dir);
	t.name = plain_copy(name);
	t.cpus = cpulist_format(&t.affinity);
	*ret = t;
	return t.name && t.cpus ? 0 : -ENOMEM;
}

static int by_tid(const void *a, const void *b)
{
	const struct live_thread *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int add_thread(struct live_process *p, int tasks, const char *tid)
{
	struct live_thread *more = mem_more(p->threads, p->n_threads);

	if (!more)
		return -ENOMEM;
	int r = read_thread(tasks, tid, strtol(tid, NULL, 10) == p->pid, more);

	/* Threads come and go. */
	if (r == -ENOENT || r == -ESRCH)
		return 0;
	p->n_threads++;
	return r;
}

static int read_threads(struct live_process *p, int root)
{
	char path[PROCESS_PATH];
	DIR *tasks auto_dir = file_opendir(root, process_path(p->pid, "task", path));
	int r = tasks ? 0 : -errno;

	for (const char *tid; r == 0 && tasks && (tid = file_next(tasks));)
		if (isdigit((unsigned char)tid[0]))
			r = add_thread(p, dirfd(tasks), tid);
	mem_sort(p->threads, p->n_threads, by_tid);
	return r;
}

int live_process_read(int root, pid_t pid, struct live_process *ret, struct err *e)
{
	struct live_process p = {.pid = pid};
	int r = read_threads(&p, root);

	if (r == -ENOENT || (r == 0 && (p.n_threads == 0 || p.threads[0].role != ROLE_MAIN)))
		r = -ESRCH;
	if (r < 0) {
		live_process_free(&p);
		if (r != -ESRCH)
			return err_sys(e, ERR_IO, -r, "process %d", (int)pid);
		(void)err_set(e, ERR_DEVICE, ESRCH, "process %d: there is no such process here",
			(int)pid);
		err_remedy(e,
			"PIDs count as this container sees them, and one container does not see "
			"another's: call dpdk-pod in the program's own");
		return r;
	}
	p.name = p.threads[0].name;
	for (size_t i = 1; i < p.n_threads; i++)
		p.eal |= p.threads[i].role == ROLE_CONTROL;
	*ret = p;
	return 0;
}

void live_process_free(struct live_process *p)
{
	for (size_t i = 0; i < p->n_threads; i++) {
		free(p->threads[i].name);
		free(p->threads[i].cpus);
	}
	free(p->threads);
	*p = (struct live_process){0};
}

void live_worker_cpus(const struct live_process *p, struct cpulist *ret)
{
	for (size_t i = 0; i < p->n_threads; i++)
		if (p->threads[i].role == ROLE_WORKER)
			cpulist_or(ret, &p->threads[i].affinity);
}

void live_process_each(int root, bool (*f)(const struct live_process *p, void *arg), void *arg)
{
	DIR *proc auto_dir = process_list(root);
	bool more = true;

	for (pid_t pid; proc && more && (pid = process_next(proc));) {
		struct live_process p = {0};

		if (live_process_read(root, pid, &p, NULL) < 0)
			continue;
		if (p.eal)
			more = f(&p, arg);
		live_process_free(&p);
	}
}

void live_process_denied(int r, struct err *e)
{
	if (r == -EACCES || r == -EPERM)
		err_remedy(e,
			"ask as the user it runs as; of a program with file capabilities only root "
			"with the capability SYS_PTRACE is told");
}
