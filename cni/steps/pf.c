/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "nic.h"
#include "pf.h"

static int not_a_vf(const struct attach *a, struct err *e)
{
	const char *address = a->rec.interface.pci_address;
	int r = err_set(e, ERR_CONFIG, EINVAL, "%s: it is not a VF of a PF that is visible here",
		address ? address : a->rec.link.name);

	err_remedy(e,
		"attributes of a VF, and in mode vfio mac, are set at the PF: remove them from the "
		"network, or (in a virtual machine) set them on the hypervisor");
	return r;
}

int pf_link(const struct attach *a, int64_t *ret_index, struct err *e)
{
	auto_nic struct nic pf;
	int r;

	nic_init(&pf);
	if (!pf_known(a))
		return not_a_vf(a, e);
	r = nic_find_pci(a->m, a->rec.interface.pf, &pf, e);
	if (r == 0 && !pf.link.name)
		r = err_set(e, ERR_DEVICE, ENODEV,
			"PF %s: it has no network interface (driver: %s)", a->rec.interface.pf,
			pf.pci.driver[0] ? pf.pci.driver : "none");
	if (r == 0)
		*ret_index = pf.link.index;
	return r;
}

int pf_look(const struct attach *a, int64_t *ret_index, struct vf *ret_now, struct err *e)
{
	int r = pf_link(a, ret_index, e);

	return r < 0 ? r : vf_get(a->m->nl, *ret_index, a->rec.interface.vf, ret_now, e);
}

int pf_look_again(const struct attach *a, int64_t *ret_index, struct vf *ret_now, struct err *e)
{
	struct err why = ERR_INIT;
	int r = pf_look(a, ret_index, ret_now, &why);

	if (r == -ENODEV) {
		log_warning("VF %s: it is not there any more, nothing to give back at its PF",
			a->rec.interface.pci_address);
		return 0;
	}
	if (r < 0)
		*e = why;
	return r < 0 ? r : 1;
}
