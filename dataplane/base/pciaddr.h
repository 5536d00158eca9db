/* SPDX-License-Identifier: Apache-2.0 */
/* A PCI address (domain:bus:device.function, "0000:3b:02.1"). */
#ifndef BASE_PCIADDR_H
#define BASE_PCIADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct pciaddr {
	uint32_t domain;
	uint8_t bus, dev, fn;
};

#define PCIADDR_LEN 24 /* text with its NUL: domains of VMD go beyond four digits */

/* Takes "0000:3b:02.1" and "3b:02.1", either case; anything around it is an error. */
int pciaddr_parse(const char *text, struct pciaddr *ret, struct err *e);
/* Is the text a PCI address at all? */
bool pciaddr_valid(const char *text);
/* The kernel's spelling: lower case, at least four digits of domain. */
const char *pciaddr_format(const struct pciaddr *a, char buf[static PCIADDR_LEN]);

#endif
