/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a real EAL with the arguments it is given, says what came of them, and ends:
 *
 *	lcore N CPUS            each, with the CPUs its thread may run on; "main" behind the main one
 *	control CPUS            where EAL's control threads run
 *	iova va|pa
 *	memory NODE MB          taken at the start
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_memory.h>

static void print_cpus(const cpu_set_t *set)
{
	for (int c = 0, n = 0; c < CPU_SETSIZE; c++)
		if (CPU_ISSET(c, set))
			printf("%s%d", n++ ? "," : "", c);
}

static void *control(void *arg)
{
	if (pthread_getaffinity_np(pthread_self(), sizeof(cpu_set_t), arg) != 0)
		CPU_ZERO((cpu_set_t *)arg);
	return NULL;
}

static void print_control(void)
{
	cpu_set_t set;
	pthread_t thread;

	if (rte_ctrl_thread_create(&thread, "probe", NULL, control, &set) != 0)
		return;
	(void)pthread_join(thread, NULL);
	printf("control ");
	print_cpus(&set);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct rte_malloc_socket_stats stats;
	unsigned int lcore;

	if (rte_eal_init(argc, argv) < 0) {
		(void)fprintf(stderr, "rte_eal_init: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	RTE_LCORE_FOREACH(lcore)
	{
		rte_cpuset_t cpus = rte_lcore_cpuset(lcore);

		printf("lcore %u ", lcore);
		print_cpus(&cpus);
		printf("%s\n", lcore == rte_get_main_lcore() ? " main" : "");
	}
	print_control();
	printf("iova %s\n", rte_eal_iova_mode() == RTE_IOVA_VA ? "va" : "pa");
	for (unsigned int i = 0; i < rte_socket_count(); i++)
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			printf("memory %d %zu\n", rte_socket_id_by_idx(i),
				stats.heap_totalsz_bytes >> 20);
	(void)rte_eal_cleanup();
	return 0;
}
