/* SPDX-License-Identifier: Apache-2.0 */
/* The PF of the attachment's VF. */
#ifndef STEPS_PF_H
#define STEPS_PF_H

#include "attach.h"

/* Is the device a VF whose PF is known here? */
static inline bool pf_known(const struct attach *a)
{
	return a->rec.interface.pf && a->rec.interface.vf != CODEC_ABSENT;
}

/* The index of its link on the host, whatever it is called. */
int pf_link(const struct attach *a, int64_t *ret_index, struct err *e);
/* And what it holds of the VF. */
int pf_look(const struct attach *a, int64_t *ret_index, struct vf *ret_now, struct err *e);
/* The same for those who give back: 1 where the VF is there; 0 where it is not, which is logged. */
int pf_look_again(const struct attach *a, int64_t *ret_index, struct vf *ret_now, struct err *e);

#endif
