/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "pci.h"
#include "problem.h"

/* What others did to the device while a pod has it. */
static enum problem look_at_device(const struct machine *m, const struct record *rec, char *buf,
	size_t size)
{
	const char *address = rec->interface.pci_address;
	const char *given = rec->pci.target ? rec->pci.target : rec->pci.driver;
	struct pci_device d;

	if (!address)
		return PROBLEM_NONE;
	if (pci_read(m->root, address, &d, NULL) < 0) {
		(void)snprintf(buf, size,
			"its device %s is not on this machine any more: the pod has lost it",
			address);
		return PROBLEM_FAULT;
	}
	if (rec->pci.inode != CODEC_ABSENT && d.inode != rec->pci.inode) {
		(void)snprintf(buf, size,
			"its device %s was made anew meanwhile (sriov_numvfs, or its PF's "
			"driver): the pod has lost it; delete the pod",
			address);
		return PROBLEM_PASSES;
	}
	if (!given || !*given || strcmp(d.driver, given) == 0)
		return PROBLEM_NONE;
	(void)snprintf(buf, size,
		"its device %s is with %s now, not with the driver %s: the pod has lost it; "
		"delete the pod",
		address, d.driver[0] ? d.driver : "no driver", given);
	return PROBLEM_PASSES;
}

enum problem problem_find(const struct machine *m, const struct record *rec, char *buf, size_t size)
{
	if (rec->state == RECORD_UNDOING && rec->problem) {
		(void)snprintf(buf, size, "taking it back failed: %s", rec->problem);
		return rec->problem_code == ERR_AGAIN ? PROBLEM_PASSES : PROBLEM_FAULT;
	}
	if (rec->state != RECORD_ADDED) {
		(void)snprintf(buf, size,
			"a call is under way or did not end; the next DEL or dpdk-cni release "
			"completes it");
		return PROBLEM_PASSES;
	}
	if (!attach_netns_alive(m, rec)) {
		(void)snprintf(buf, size,
			"its network namespace is gone; DEL, the next ADD of the device or "
			"dpdk-cni release takes it back");
		return PROBLEM_PASSES;
	}
	return look_at_device(m, rec, buf, size);
}
