/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SR-IOV device plugin puts into a container's environment: PCIDEVICE_<RESOURCE>=<bdf>,…
 * and PCIDEVICE_<RESOURCE>_INFO, a JSON object about the same devices by address. A resource's own
 * name may end in _INFO, so the value tells which of the two a variable is.
 */
#ifndef BASE_PCIDEVICE_H
#define BASE_PCIDEVICE_H

#include <stdbool.h>

#define PCIDEVICE_NAME 352 /* a resource is a domain of 253 bytes and a name of 63 */
#define PCIDEVICE_TEXT 72  /* longer than any address */

struct pcidevice {
	char name[PCIDEVICE_NAME]; /* of the variable */
	const char *value;
	bool json;
};

/* The next such variable from *env on, which moves past it. false: there is no more. */
bool pcidevice_next(char *const **env, struct pcidevice *ret);

/* The next word of a list of addresses from *at on, which moves past it; whether it is an address
 * the caller finds out. false: there is no more. */
bool pcidevice_address(const char **at, char ret[static PCIDEVICE_TEXT]);

#endif
