/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The making of an EAL argument vector. Each group of arguments has a file (eal_lcores.c,
 * eal_devices.c, eal_memory.c, eal_runtime.c) that adds what the facts call for; what the user gave by
 * hand is known from the start (eal_options.c), and one table (eal_conflicts.c) says which derived
 * argument gives way to it. Memory that runs out is remembered and reported once, at the end.
 */
#ifndef LIB_EAL_H
#define LIB_EAL_H

#include <dpdkpod/dpdkpod.h>
#include <stdbool.h>

#include "facts.h"
#include "pciaddr.h"
#include "pod.h"

enum eal_id {
	EAL_OTHER, /* known to EAL, of no concern here */
	EAL_LCORES,
	EAL_CORELIST,
	EAL_COREMASK,
	EAL_ALLOW,
	EAL_BLOCK,
	EAL_VDEV,
	EAL_NO_PCI,
	EAL_MEGABYTES, /* -m */
	EAL_SOCKET_MEM,
	EAL_SOCKET_LIMIT,
	EAL_IN_MEMORY,
	EAL_HUGE_DIR,
	EAL_HUGE_UNLINK,
	EAL_FILE_PREFIX,
	EAL_SINGLE_FILE,
	EAL_NO_HUGE,
	EAL_LEGACY_MEM,
	EAL_MATCH_ALLOC,
	EAL_WORKER_STACK,
	EAL_PROC_TYPE,
	EAL_NO_SHCONF,
	EAL_TELEMETRY,
	EAL_NO_TELEMETRY,
	EAL_IOVA_MODE,
	EAL_VF_TOKEN,
	EAL_REMAP, /* -R: numbers lcores anew */
};

enum eal_value { VALUE_NONE, VALUE_REQUIRED, VALUE_OPTIONAL };

struct eal_option {
	enum eal_id id;
	char letter;      /* 0: none */
	const char *name; /* without the dashes, NULL: none */
	enum eal_value value;
	bool joined; /* derived as "--name=value" in one argument */
};

extern const struct eal_option eal_options[]; /* ends with neither letter nor name */
/* How a derived argument of this kind is spelled: the first entry of the table. */
const struct eal_option *eal_option(enum eal_id id);

/* An option the user gave: where in the vector, and its value. */
struct eal_given {
	enum eal_id id;
	char *value; /* NULL: none */
	size_t first, count;
	char *replaces; /* what was derived and gave way, for the explanation */
};

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
void eal_note(struct eal *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void eal_serve(struct eal *b, const struct podfile_interface *i, const char *device);

int eal_scan_user(struct eal *b, char *const *argv, struct err *e);
const struct eal_given *eal_find(const struct eal *b, enum eal_id id);
/* The option of the user's that a derived argument would give way to, or NULL. */
struct eal_given *eal_conflict(struct eal *b, enum eal_id id, const char *value);

/* Makes the vector of what was added; takes notes and devices over. */
int eal_assemble(struct eal *b, struct dpdkpod_eal **ret, struct err *e);

int eal_lcores(struct eal *b, struct err *e);
int eal_devices(struct eal *b, struct err *e);
/* What this container was offered besides the pod file's interfaces: PCIDEVICE_* and DRA. */
int eal_offers(struct eal *b, struct err *e);
int eal_vf_token(struct eal *b, struct err *e);
/* A device that is not in the pod file; source says where it is named. One that cannot be used is
 * left out with a remark. */
void eal_offered(struct eal *b, const char *source, const char *bdf);
int eal_netdev(struct eal *b, const struct podfile_interface *i, struct err *e);
void eal_memory(struct eal *b);
void eal_runtime(struct eal *b);
/* The runtime directory of this program's EAL. */
const struct facts_runtime *eal_runtime_dir(const struct eal *b);

#endif
