/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An EAL argument vector in the making: what it is made from, what is in it so far. Each group of
 * arguments has a file (eal_parts.h) that adds what the facts call for; what the user gave by hand is
 * known from the start, and one table (eal_conflicts.c) says which derived argument gives way to it.
 * Memory that runs out is remembered, and reported once at the end.
 */
#ifndef LIB_EAL_BUILD_H
#define LIB_EAL_BUILD_H

#include <dpdkpod/dpdkpod.h>
#include <stdbool.h>

#include "eal_given.h"
#include "facts.h"
#include "pciaddr.h"
#include "pod.h"

/* A derived argument, one or two elements of the vector. */
struct eal_arg {
	enum eal_id id;
	char *value; /* NULL: none */
	char *reason;
};

struct eal_device {
	const struct podfile_interface *interface;
	char *name; /* of the DPDK device */
};

struct eal {
	const struct dpdkpod_eal_request *req;
	const struct dpdkpod_facts *facts;
	const struct dpdkpod *pod;
	struct eal_given *given;
	size_t n_given;
	struct eal_arg *args;
	size_t n_args;
	char **notes;
	size_t n_notes;
	struct eal_device *devices;
	size_t n_devices;
	struct cpulist nic_nodes;   /* NUMA nodes of the devices */
	struct cpulist cpu_nodes;   /* … of the CPUs that lcores run on */
	char token_of[PCIADDR_LEN]; /* a VF that asks for a token, "" for none */
	bool pci;                   /* a PCI device is used */
	bool auxiliary;             /* one of the auxiliary bus is */
	bool vfio;                  /* … through VFIO */
	bool physical;              /* … and needs physical addresses */
	const char *why_physical;
	bool no_memory;
};

/* Is the program's DPDK known, and older? */
bool eal_version_below(const struct eal *b, int year, int month);

/* Adds an argument unless it gives way to one the user gave; true: it was added. */
bool eal_add(struct eal *b, enum eal_id id, const char *value, const char *reason, ...)
	__attribute__((format(printf, 4, 5)));
/* Was one of that kind added? */
bool eal_added(const struct eal *b, enum eal_id id);
void eal_note(struct eal *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void eal_serve(struct eal *b, const struct podfile_interface *i, const char *device);

/* The first option of that kind that the user gave, or NULL. */
const struct eal_given *eal_find(const struct eal *b, enum eal_id id);
/* The option of the user's that a derived argument would give way to, or NULL. */
struct eal_given *eal_conflict(struct eal *b, enum eal_id id, const char *value);

/* The runtime directory of this program's EAL. */
const struct facts_runtime *eal_runtime_dir(const struct eal *b);

void eal_build_free(struct eal *b);

#endif
