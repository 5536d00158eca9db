/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One derivation on a recorded machine: what is different there, and the vector, the remarks or
 * the error that must come out. Remarks are complete: one that is not listed fails the test.
 */
#ifndef TEST_UNIT_LIB_SCENARIO_H
#define TEST_UNIT_LIB_SCENARIO_H

#include <stdbool.h>

#include "machine.h"

#define SCENARIO_NOTES 8

struct scenario {
	const char *name;
	bool bare;                     /* over is all there is, without the base machine */
	const struct entry *over;      /* NULL: the base machine */
	const char *affinity;          /* NULL: "2-3" */
	const char *interfaces;        /* members of the pod file's list; NULL: no pod file */
	const char *containers;        /* members of the pod file's object */
	const char *container;         /* DPDK_POD_CONTAINER */
	const char *pod;               /* or the whole pod file */
	const char *env;               /* one variable */
	char *const *envs;             /* or several */
	const char *user;              /* arguments by hand, separated by blanks */
	const char *version;           /* of DPDK */
	const struct facts_link *link; /* in place of net1 of MTU 1500 */
	size_t n_links;                /* where it is not one */
	enum dpdkpod_netdev_pmd pmd;
	enum dpdkpod_lcores lcores_as;
	uint64_t memlock, nofile; /* 0: plenty */
	uid_t uid;
	bool links_refused, mempolicy_refused;

	const char *argv; /* without the program, joined by blanks */
	const char *notes[SCENARIO_NOTES];
	const char *device; /* that serves the first interface */
	int error;
	const char *says, *remedy;
};

/* What comes of it; r is what the derivation returned. */
struct derivation {
	struct machine m;
	struct dpdkpod_facts *facts;
	struct dpdkpod *pod;
	struct dpdkpod_eal *eal;
	struct dpdkpod_error err;
	int r;
};

void scenario_derive(const struct scenario *s, struct derivation *ret);
void derivation_free(struct derivation *d);
void scenario_check(const struct scenario *s);

/* cmocka names a test by its function; a table gets one test per row. */
#define SCENARIO_MAIN(group, table) \
	static void check(void **state) \
	{ \
		scenario_check(*state); \
	} \
\
	int main(void) \
	{ \
		struct CMUnitTest tests[sizeof(table) / sizeof(table[0])]; \
\
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) \
			tests[i] = (struct CMUnitTest){.name = (table)[i].name, \
				.test_func = check, \
				.initial_state = (void *)(uintptr_t) & (table)[i]}; \
		return cmocka_run_group_tests_name(group, tests, NULL, NULL); \
	}

#endif
