/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "mem.h"
#include "nodes.h"

#define NODES "/sys/devices/system/node"
#define TEXT_MAX (64u << 10)

static int read_set(int rootfd, const char *path, struct cpulist *ret)
{
	auto_free char *text = NULL;
	int r = file_read(rootfd, path, FILE_IN_ROOT, TEXT_MAX, &text, NULL);

	return r < 0 ? r : cpulist_parse(text, ret, NULL);
}

void numa_online(int rootfd, struct cpulist *ret)
{
	*ret = (struct cpulist){0};
	if (read_set(rootfd, NODES "/online", ret) < 0 || cpulist_count(ret) == 0)
		cpulist_add(ret, 0);
}

static void cpus_of(int rootfd, unsigned int node, struct cpulist *ret)
{
	char path[96];

	*ret = (struct cpulist){0};
	(void)snprintf(path, sizeof(path), NODES "/node%u/cpulist", node);
	(void)read_set(rootfd, path, ret);
}

void numa_of_cpus(int rootfd, const struct cpulist *cpus, struct cpulist *ret)
{
	struct cpulist online, here;

	*ret = (struct cpulist){0};
	numa_online(rootfd, &online);
	for (int n = cpulist_next(&online, 0); n >= 0;
		n = cpulist_next(&online, (unsigned int)n + 1)) {
		cpus_of(rootfd, (unsigned int)n, &here);
		cpulist_and(&here, cpus);
		if (cpulist_count(&here))
			cpulist_add(ret, (unsigned int)n);
	}
}

/* No node spans sockets: any of its CPUs tells. -1: it has none. */
static int64_t socket_of(int rootfd, unsigned int node)
{
	struct cpulist cpus;
	char path[96];
	int64_t id;

	cpus_of(rootfd, node, &cpus);
	(void)snprintf(path, sizeof(path),
		"/sys/devices/system/cpu/cpu%d/topology/physical_package_id",
		cpulist_next(&cpus, 0));
	return file_read_int(rootfd, path, &id) == 0 ? id : -1;
}

void numa_sockets(int rootfd, const struct cpulist *nodes, struct cpulist *ret)
{
	struct cpulist online, all = *nodes;

	numa_online(rootfd, &online);
	for (int n = cpulist_next(nodes, 0); n >= 0; n = cpulist_next(nodes, (unsigned int)n + 1)) {
		const int64_t id = socket_of(rootfd, (unsigned int)n);

		for (int o = cpulist_next(&online, 0); id >= 0 && o >= 0;
			o = cpulist_next(&online, (unsigned int)o + 1))
			if (socket_of(rootfd, (unsigned int)o) == id)
				cpulist_add(&all, (unsigned int)o);
	}
	*ret = all;
}
