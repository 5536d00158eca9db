/* SPDX-License-Identifier: Apache-2.0 */
/* The device information of the Network Plumbing Working Group's device-info specification 1.1.0. */
#ifndef WIRE_DEVINFO_H
#define WIRE_DEVINFO_H

#include "codec.h"

struct devinfo {
	char *type, *version;
	struct {
		char *address, *pf;
	} pci;
};

/* For tests that hold reader and writer against each other. */
extern const struct codec_field devinfo_fields[];

/* Of a PCI device; pf NULL: it is not a VF. The text is owned. */
int devinfo_encode(const char *address, const char *pf, char **ret, struct err *e);

#endif
