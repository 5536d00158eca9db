/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A NIC that another plugin attached, before the type of its network was changed to ours: there is no
 * record of it, and its DEL comes to us.
 */
#ifndef VERBS_FOREIGN_H
#define VERBS_FOREIGN_H

#include "attach.h"
#include "request.h"

/* DEL without a record: by the mark that host-device or sriov-cni left, says how it comes back. It is
 * not ours to guess what else they changed. */
void foreign_warn(const struct machine *m, const struct request *req);

#endif
