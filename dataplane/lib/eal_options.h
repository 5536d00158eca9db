/* SPDX-License-Identifier: Apache-2.0 */
/* EAL's command line: which options there are. */
#ifndef LIB_EAL_OPTIONS_H
#define LIB_EAL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

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

/* How a derived argument of this kind is spelled: the first entry of the table. */
const struct eal_option *eal_option(enum eal_id id);
/* By the len bytes of a long name, which getopt lets one shorten; NULL: unknown or ambiguous. */
const struct eal_option *eal_option_named(const char *text, size_t len);
/* NULL: unknown. */
const struct eal_option *eal_option_of_letter(char letter);

#endif
