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
#include <rte_thread.h>
#include <rte_version.h>

static void print_cpus(const cpu_set_t *set)
{
	for (int c = 0, n = 0; c < CPU_SETSIZE; c++)
		if (CPU_ISSET(c, set))
			printf("%s%d", n++ ? "," : "", c);
}

static cpu_set_t control_cpus;

/* DPDK 23.11 has a name of its own for such a thread, 24.03 no other. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
static uint32_t control(void *arg)
#else
static void *control(void *arg)
#endif
{
	(void)arg;
	if (pthread_getaffinity_np(pthread_self(), sizeof(control_cpus), &control_cpus) != 0)
		CPU_ZERO(&control_cpus);
	return 0;
}

static int run_control(void)
{
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
	rte_thread_t thread;

	if (rte_thread_create_control(&thread, "probe", control, NULL) != 0)
		return -1;
	return rte_thread_join(thread, NULL);
#else
	pthread_t thread;

	if (rte_ctrl_thread_create(&thread, "probe", NULL, control, NULL) != 0)
		return -1;
	return pthread_join(thread, NULL);
#endif
}

static void print_control(void)
{
	if (run_control() != 0)
		return;
	printf("control ");
	print_cpus(&control_cpus);
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
