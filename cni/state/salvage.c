/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record that cannot be decoded, perhaps since another release or an editor wrote it, still has
 * an image of the device: what is needed to find the device again must be right, anything else may
 * be missing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "mem.h"
#include "record.h"

/* The first thing that is missing without which the device cannot be found or given back. */
static const char *lacks(const struct record *r)
{
	if (!r->claim)
		return "claim";
	if (r->interface.mode == PODFILE_VFIO)
		return !r->interface.pci_address ? "interface.pciAddress"
			: !r->pci.target         ? "pci.target"
			: !r->pci.driver         ? "pci.driver"
						 : NULL;
	if (!r->link.name)
		return "image.name";
	if (r->link.index == CODEC_ABSENT)
		return "image.ifindex";
	if (r->pod_index == CODEC_ABSENT)
		return "podIfindex";
	if (r->netns.cookie == CODEC_ABSENT)
		return "netns.cookie";
	return NULL;
}

/* Undo reads the network's name from the configuration, and does without the rest. */
static int stand_in(struct record *r, struct err *e)
{
	const char *name = r->network ? r->network : "unknown";

	if (r->input)
		return 0;
	if (asprintf(&r->input, "{\"cniVersion\":\"1.1.0\",\"name\":\"%s\"}", name) < 0) {
		r->input = NULL;
		return err_sys(e, ERR_INTERNAL, ENOMEM, "record");
	}
	return 0;
}

static int fill(struct record *r, const char *container, const char *ifname, struct err *e)
{
	int rc = mem_set_text(&r->container, container, e);

	if (rc == 0)
		rc = mem_set_text(&r->ifname, ifname, e);
	if (rc == 0 && !r->interface.name)
		rc = mem_set_text(&r->interface.name, ifname, e);
	if (r->state < 0)
		r->state = RECORD_ADDED;
	if (r->interface.mode < 0)
		r->interface.mode = r->pci.target ? PODFILE_VFIO : PODFILE_NETDEV;
	return rc < 0 ? rc : stand_in(r, e);
}

static void __attribute__((format(printf, 3, 4)))
note(char *lost, size_t size, const char *fmt, ...)
{
	const size_t n = strlen(lost);
	va_list ap;

	if (n)
		(void)snprintf(lost + n, size - n, "; ");
	va_start(ap, fmt);
	(void)vsnprintf(lost + strlen(lost), size - strlen(lost), fmt, ap);
	va_end(ap);
}

int record_salvage(const char *text, size_t len, const char *what, const char *container,
	const char *ifname, struct record *ret, char *lost, size_t size, struct err *e)
{
	auto_tree struct codec_tree *tree = NULL;
	auto_record struct record r;
	const char *lack;

	record_init(&r);
	int rc = codec_parse(text, len, what, &tree, e);

	if (rc == 0)
		rc = codec_salvage(record_fields, &r, tree, lost, size, e);
	if (rc == 0)
		rc = fill(&r, container, ifname, e);
	if (rc < 0)
		return rc;
	if (r.version && strcmp(r.version, RECORD_VERSION) != 0)
		note(lost, size, "whatever version \"%s\" of the format adds", r.version);
	lack = lacks(&r);
	if (lack)
		return err_set(e, ERR_STATE, ENODATA,
			"%s: %s cannot be read, and without it the device cannot be found (%s)",
			what, lack, lost);
	*ret = r;
	record_init(&r);
	return 0;
}
