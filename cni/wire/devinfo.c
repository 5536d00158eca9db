/* SPDX-License-Identifier: Apache-2.0 */
#include "devinfo.h"

#define D struct devinfo
static const struct codec_field pci_fields[] = {
	CODEC_STRING(D, pci.address, "pci-address", 23),
	CODEC_STRING(D, pci.pf, "pf-pci-address", 23),
	CODEC_END,
};

const struct codec_field devinfo_fields[] = {
	CODEC_REQUIRED_STRING(D, type, "type", 32),
	CODEC_REQUIRED_STRING(D, version, "version", 32),
	CODEC_INNER("pci", pci_fields),
	CODEC_END,
};
#undef D

int devinfo_encode(const char *address, const char *pf, char **ret, struct err *e)
{
	char type[] = "pci", version[] = "1.1.0";
	/* Only read. */
	const struct devinfo d = {type, version,
		{(char *)(uintptr_t)address, (char *)(uintptr_t)pf}};

	return codec_encode(devinfo_fields, &d, 2, ret, e);
}
