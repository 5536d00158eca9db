/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a container lacks for DPDK, by a table of checks over facts gathered once. All that is a
 * file is read below the facts' root; what only an attempt tells is in struct doctor_trials: with
 * both given, a recorded machine is examined anywhere. Looking changes nothing that outlasts the
 * look.
 */
#ifndef DOCTOR_POD_DOCTOR_H
#define DOCTOR_POD_DOCTOR_H

#include <dpdkpod/dpdkpod.h>

#include "cpulist.h"
#include "device.h"
#include "facts.h"
#include "mounts.h"
#include "offers.h"
#include "pod.h"
#include "report.h"

/* A PCI device that this container is meant to use. */
struct doctor_device {
	const struct podfile_interface *interface; /* NULL: only the environment names it */
	char *from; /* who names it: "interface net1", "PCIDEVICE_ORG_NIC", a DRA driver's file */
	bool present;
	struct device d; /* where not present, d.bdf alone */
};

/* What was tried. Errors are positive errno, 0: it works. */
struct doctor_trials {
	struct cpulist unpinnable; /* CPUs that sched_setaffinity refused */
	int pin_error;
	int mbind_error;
	int pagemap_error; /* EPERM: physical addresses are hidden */
};

struct doctor {
	struct dpdkpod_facts *facts;
	struct dpdkpod *pod; /* NULL: none, and why */
	struct dpdkpod_error pod_error;
	const char *program; /* path of the DPDK program, NULL: none named */
	struct doctor_trials trials;
	struct doctor_device *devices;
	size_t n_devices;
	struct offers offers; /* what others than the pod file name */
	struct mounts mounts;
	bool no_new_privs;
};

extern const struct report_check doctor_checks[];

/* This process: pod_file NULL is the usual one. */
int doctor_examine(struct doctor *d, const char *pod_file, struct err *e);
/* For facts and pod that are set already, d's from then on. */
int doctor_gather(struct doctor *d, struct err *e);
void doctor_free(struct doctor *d);

/* The attempts, each undone. */
void doctor_try(const struct dpdkpod_facts *f, struct doctor_trials *ret);

/* ------------------------------------------------------------------ for the checks */

/* Pages of the machine. */
uint64_t doctor_total_pages(const struct doctor *d, const struct facts_size *s);
/* Bytes of that size that this container could take now. */
uint64_t doctor_takeable(const struct doctor *d, const struct facts_size *s);
/* Bytes that a program started now would map. */
uint64_t doctor_to_map(const struct doctor *d);
/* Is there a kernel interface, a device that is driven through VFIO, or needs physical addresses?
 */
bool doctor_uses_kernel(const struct doctor *d);
bool doctor_uses_vfio(const struct doctor *d);
bool doctor_needs_physical(const struct doctor *d);
/* Does the program get that capability from its file? */
bool doctor_program_cap(const struct doctor *d, int cap);
/* Is the interface this container's, as far as that can be told? */
bool doctor_own_interface(const struct doctor *d, const struct podfile_interface *i);
#endif
