/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "mem.h"
#include "nodes.h"

#define CPUS "/sys/devices/system/cpu"
#define TEXT_MAX (64u << 10)

int nodes_read_list(int rootfd, const char *path, struct cpulist *ret)
{
	auto_free char *text = NULL;
	int r = file_read(rootfd, path, FILE_IN_ROOT, TEXT_MAX, &text, NULL);

	return r < 0 ? r : cpulist_parse(text, ret, NULL);
}

void nodes_online(int rootfd, struct cpulist *ret)
{
	*ret = (struct cpulist){0};
	if (nodes_read_list(rootfd, NODES_DIR "/online", ret) < 0 || cpulist_empty(ret))
		cpulist_add(ret, 0);
}

void nodes_with_memory(int rootfd, struct cpulist *ret)
{
	if (nodes_read_list(rootfd, NODES_DIR "/has_memory", ret) < 0)
		nodes_online(rootfd, ret);
}

int nodes_cpus(int rootfd, unsigned int node, struct cpulist *ret)
{
	char path[96];

	(void)snprintf(path, sizeof(path), NODES_DIR "/node%u/cpulist", node);
	return nodes_read_list(rootfd, path, ret);
}

void nodes_with_cpus(int rootfd, struct cpulist *ret)
{
	struct cpulist online, cpus, found = {0};

	nodes_online(rootfd, &online);
	cpulist_each (n, &online)
		if (nodes_cpus(rootfd, n, &cpus) == 0 && !cpulist_empty(&cpus))
			cpulist_add(&found, n);
	if (cpulist_empty(&found))
		cpulist_add(&found, 0);
	*ret = found;
}

void nodes_of_cpus(int rootfd, const struct cpulist *cpus, struct cpulist *ret)
{
	struct cpulist online, here;

	*ret = (struct cpulist){0};
	nodes_online(rootfd, &online);
	cpulist_each (n, &online)
		if (nodes_cpus(rootfd, n, &here) == 0 && cpulist_meet(&here, cpus))
			cpulist_add(ret, n);
}

/* No node spans sockets: any of its CPUs tells. -1: it has none. */
static int64_t socket_of(int rootfd, unsigned int node)
{
	struct cpulist cpus = {0};
	char path[96];
	int64_t id;

	if (nodes_cpus(rootfd, node, &cpus) < 0 || cpulist_empty(&cpus))
		return -1;
	(void)snprintf(path, sizeof(path), CPUS "/cpu%d/topology/physical_package_id",
		cpulist_next(&cpus, 0));
	return file_read_int(rootfd, path, &id) == 0 ? id : -1;
}

void nodes_sockets(int rootfd, const struct cpulist *nodes, struct cpulist *ret)
{
	struct cpulist online, all = *nodes;

	nodes_online(rootfd, &online);
	cpulist_each (n, nodes) {
		const int64_t id = socket_of(rootfd, n);

		cpulist_each (o, &online)
			if (id >= 0 && socket_of(rootfd, o) == id)
				cpulist_add(&all, o);
	}
	*ret = all;
}

int nodes_siblings(int rootfd, unsigned int cpu, struct cpulist *ret)
{
	char path[96];

	(void)snprintf(path, sizeof(path), CPUS "/cpu%u/topology/thread_siblings_list", cpu);
	return nodes_read_list(rootfd, path, ret);
}
