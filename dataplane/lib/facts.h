/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel grants this process, gathered once. Everything that is a file is read below one
 * root fd; what is a system call is in struct facts_source. With both given, a recorded machine
 * yields the same facts anywhere.
 */
#ifndef LIB_FACTS_H
#define LIB_FACTS_H

#include <dpdkpod/dpdkpod.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/types.h>

#include "cgroup.h"
#include "cpulist.h"

struct facts_link {
	char name[IFNAMSIZ];
	int mtu;
	bool up;
	bool gro, lro; /* received frames are joined into longer ones */
};

struct facts_source {
	int root;
	char *const *env;
	struct cpulist affinity;
	struct facts_link *links; /* of this network namespace */
	size_t n_links;
	uint64_t memlock; /* bytes, UINT64_MAX: no limit */
	uint64_t nofile;
	uid_t uid;
	pid_t pid;
	bool links_refused; /* links of this namespace cannot be changed, whatever the capabilities */
	bool mempolicy_refused; /* get_mempolicy, by a seccomp profile */
};

/* One page size of the machine. */
struct facts_size {
	uint64_t size;
	uint64_t free; /* pages nobody has or reserved, on all nodes */
	struct cgroup_hugetlb limit;
	char *mount; /* a writable hugetlbfs of that size, or NULL */
};

struct dpdkpod_facts {
	struct facts_source source; /* owned: root and links; env stays the caller's */
	struct cpulist cpuset, cpus;
	struct cpulist mems;      /* nodes that memory may come from */
	struct cpulist eal_nodes; /* those of them that EAL knows: nodes that have CPUs */
	char *affinity_text, *cpuset_text, *cpus_text;
	int64_t cpu_limit;     /* thousandths of a CPU, -1: none */
	uint64_t memory_limit; /* bytes, UINT64_MAX: no limit */
	uint64_t caps, caps_bounding;
	bool init_userns; /* capabilities count for the whole machine */
	struct dpdkpod_hugepages *pages;
	size_t n_pages;
	struct facts_size *sizes; /* ascending */
	size_t n_sizes;
	bool hugetlb_seen; /* the limits of sizes can be seen from here */
	/* EAL keeps its files in <dir>/dpdk/<file prefix>, by its own rule; [1]: before 22.11, without
	 * RUNTIME_DIRECTORY. */
	struct facts_runtime {
		char *dir;
		bool writable;
	} runtime[2];
	char instance[64]; /* unique among the processes alive on this node */
};

/* Bits of capabilities(7) that the arguments depend on. */
#define FACTS_CAP_NET_ADMIN 12
#define FACTS_CAP_NET_RAW 13
#define FACTS_CAP_IPC_LOCK 14
#define FACTS_CAP_SYS_RAWIO 17
#define FACTS_CAP_SYS_ADMIN 21

/* What system calls tell of this process; the caller releases it unless facts_gather took it. */
int facts_source_live(struct facts_source *ret, struct err *e);
void facts_source_free(struct facts_source *s);

/* Takes the source over, also on failure. */
int facts_gather(struct facts_source *source, struct dpdkpod_facts **ret, struct err *e);

bool facts_cap(const struct dpdkpod_facts *f, int cap);
/* May this process change the flags of an interface? */
bool facts_may_change_links(const struct dpdkpod_facts *f);
/* Is locked memory unlimited for this process? */
bool facts_may_lock_all(const struct dpdkpod_facts *f);
/* The environment that counts, NULL-terminated. */
char *const *facts_environment(const struct dpdkpod_facts *f);
const char *facts_env(const struct dpdkpod_facts *f, const char *name);
/* EAL's own rule for a process of that environment. of_systemd: RUNTIME_DIRECTORY counts, as it does
 * from DPDK 22.11 on. */
const char *facts_runtime_rule(char *const *env, uid_t uid, bool of_systemd);
const struct facts_link *facts_link(const struct dpdkpod_facts *f, const char *name);
/* Is there a path that this process can open for reading and writing (directory: create in)? */
int facts_access(const struct dpdkpod_facts *f, const char *path);

struct dpdkpod;
/* What the pod file knows of limits: of those of the pod and of the container the lower counts. */
void facts_limit_hugepages(struct dpdkpod_facts *f, const struct dpdkpod *pod);
/* hugepages.c: sizes, pages per node, limits, mounts. */
int hugepages_gather(struct dpdkpod_facts *f, struct err *e);

#endif
