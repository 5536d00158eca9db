/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pod can leave on its NIC beside the attributes of the link: BPF programs, links on top of
 * it in other namespaces, the settings of ethtool. The first two act on the next pod's frames: a NIC
 * that cannot be freed of them is renewed, or is not given out.
 */
#ifndef STEPS_RESIDUE_H
#define STEPS_RESIDUE_H

#include "attach.h"

/* ADD: what is there now is the host's. */
int residue_capture(struct attach *a, struct err *e);

/* The link is on the host, as now. Removes what came while the pod had it. */
int residue_remove(struct attach *a, const struct link *now, struct err *e);

/* After that, and after the link is as it was. */
int residue_restore(struct attach *a, const struct link *now, struct err *e);

#endif
