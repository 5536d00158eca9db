/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "error.h"
#include "facts.h"
#include "file.h"
#include "mem.h"
#include "nodes.h"
#include "process.h"

static const char *env_value(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; env && *env; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=' && (*env)[n + 1])
			return *env + n + 1;
	return NULL;
}

char *const *facts_environment(const struct dpdkpod_facts *f)
{
	return f->source.env ? f->source.env : environ;
}

const char *facts_env(const struct dpdkpod_facts *f, const char *name)
{
	return env_value(facts_environment(f), name);
}

const char *facts_runtime_rule(char *const *env, uid_t uid, bool of_systemd)
{
	const char *dir = of_systemd ? env_value(env, "RUNTIME_DIRECTORY") : NULL;

	if (!dir)
		dir = uid == 0 ? "/var/run" : env_value(env, "XDG_RUNTIME_DIR");
	return dir ? dir : "/tmp";
}

bool facts_cap(const struct dpdkpod_facts *f, int cap)
{
	return (f->caps >> cap) & 1;
}

bool facts_may_change_links(const struct dpdkpod_facts *f)
{
	return facts_cap(f, FACTS_CAP_NET_ADMIN) && !f->source.links_refused;
}

/* The kernel asks for CAP_IPC_LOCK in the first user namespace. */
bool facts_may_lock_all(const struct dpdkpod_facts *f)
{
	return f->source.memlock == UINT64_MAX ||
		(f->init_userns && facts_cap(f, FACTS_CAP_IPC_LOCK));
}

const struct facts_link *facts_link(const struct dpdkpod_facts *f, const char *name)
{
	for (size_t i = 0; i < f->source.n_links; i++)
		if (strcmp(f->source.links[i].name, name) == 0)
			return &f->source.links[i];
	return NULL;
}

int facts_access(const struct dpdkpod_facts *f, const char *path)
{
	auto_close int fd = file_open(f->source.root, path, O_PATH, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	return faccessat(fd, "", R_OK | W_OK, AT_EMPTY_PATH | AT_EACCESS) < 0 ? -errno : 0;
}

static int read_status(struct dpdkpod_facts *f, struct err *e)
{
	auto_free char *text = NULL;
	char v[8192];
	int r = process_read(f->source.root, PROCESS_SELF, "status", &text, NULL);

	if (r < 0)
		return err_sys(e, ERR_IO, -r, "status of this process in /proc: cannot read");
	if (process_status_value(text, "CapEff", v, sizeof(v)))
		f->caps = strtoull(v, NULL, 16);
	if (process_status_value(text, "CapBnd", v, sizeof(v)))
		f->caps_bounding = strtoull(v, NULL, 16);
	if (process_status_value(text, "Mems_allowed_list", v, sizeof(v)))
		return cpulist_parse(v, &f->mems, e);
	cpulist_add(&f->mems, 0);
	return 0;
}

static int read_cpus(struct dpdkpod_facts *f, struct err *e)
{
	const struct cpulist *affinity = &f->source.affinity;

	f->cpus = *affinity;
	if (cgroup_cpuset(f->source.root, &f->cpuset) == 0) {
		cpulist_and(&f->cpus, &f->cpuset);
		f->cpuset_text = cpulist_format(&f->cpuset);
		if (!f->cpuset_text)
			return err_sys(e, ERR_INTERNAL, ENOMEM, "CPUs");
	}
	f->affinity_text = cpulist_format(affinity);
	f->cpus_text = cpulist_format(&f->cpus);
	if (!f->affinity_text || !f->cpus_text)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "CPUs");
	f->cpu_limit = cgroup_cpu_limit(f->source.root);
	return 0;
}

static int read_runtime(const struct dpdkpod_facts *f, bool of_systemd, struct facts_runtime *ret,
	struct err *e)
{
	const char *rule = facts_runtime_rule(facts_environment(f), f->source.uid, of_systemd);
	auto_free char *sub = NULL;

	ret->dir = strdup(rule);
	if (!ret->dir || asprintf(&sub, "%s/dpdk", rule) < 0)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", rule);
	int r = facts_access(f, sub);

	ret->writable = (r == -ENOENT ? facts_access(f, rule) : r) == 0;
	return 0;
}

/* A process id is unique in its namespace, and the namespace's inode on the node. */
static void make_instance(struct dpdkpod_facts *f)
{
	unsigned int inode = 0;

	(void)process_namespace(f->source.root, PROCESS_SELF, "pid", &inode);
	(void)snprintf(f->instance, sizeof(f->instance), "pod-%u-%d", inode, (int)f->source.pid);
}

int facts_gather(struct facts_source *source, struct dpdkpod_facts **ret, struct err *e)
{
	struct dpdkpod_facts *f = calloc(1, sizeof(*f));
	int r;

	if (!f) {
		facts_source_free(source);
		return err_sys(e, ERR_INTERNAL, ENOMEM, "facts");
	}
	f->source = *source;
	f->init_userns = process_in_first_userns(f->source.root);
	f->memory_limit = cgroup_memory_limit(f->source.root);
	make_instance(f);
	r = read_status(f, e);
	nodes_with_cpus(f->source.root, &f->eal_nodes);
	cpulist_and(&f->eal_nodes, &f->mems);
	if (r == 0)
		r = read_cpus(f, e);
	if (r == 0)
		r = read_runtime(f, true, &f->runtime[0], e);
	if (r == 0)
		r = read_runtime(f, false, &f->runtime[1], e);
	if (r == 0)
		r = hugepages_gather(f, e);
	if (r < 0)
		dpdkpod_facts_free(f);
	else
		*ret = f;
	return r;
}

int dpdkpod_facts_read(struct dpdkpod_facts **ret_facts, struct dpdkpod_error *err)
{
	struct err e = ERR_INIT;
	struct facts_source source;
	int r = facts_source_live(&source, &e);

	if (r == 0)
		r = facts_gather(&source, ret_facts, &e);
	return error_out(err, &e, r);
}

void dpdkpod_facts_free(struct dpdkpod_facts *facts)
{
	if (!facts)
		return;
	for (size_t i = 0; i < facts->n_sizes; i++)
		free(facts->sizes[i].mount);
	free(facts->sizes);
	free(facts->pages);
	free(facts->affinity_text);
	free(facts->cpuset_text);
	free(facts->cpus_text);
	free(facts->runtime[0].dir);
	free(facts->runtime[1].dir);
	facts_source_free(&facts->source);
	free(facts);
}

const char *dpdkpod_facts_cpus(const struct dpdkpod_facts *f)
{
	return f->cpus_text;
}

const char *dpdkpod_facts_affinity(const struct dpdkpod_facts *f)
{
	return f->affinity_text;
}

const char *dpdkpod_facts_cpuset(const struct dpdkpod_facts *f)
{
	return f->cpuset_text;
}

uint64_t dpdkpod_facts_memlock(const struct dpdkpod_facts *f)
{
	return f->source.memlock;
}

uint64_t dpdkpod_facts_capabilities(const struct dpdkpod_facts *f)
{
	return f->caps;
}
