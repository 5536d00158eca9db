/* SPDX-License-Identifier: Apache-2.0 */
/* What ADD and plan share: from a request to an attachment that could be made. */
#ifndef VERBS_PREPARE_H
#define VERBS_PREPARE_H

#include "attach.h"
#include "request.h"

/* Configuration, namespace and identity into a->conf, a->pod and a->rec. */
int prepare(struct attach *a, const struct request *req, struct err *e);

/* Whoever names the kubelet's directory says whom root asks, and where it writes: is it allowed? */
int prepare_kubelet_dir(const struct attach *a, struct err *e);

/* Finds the NIC and fills a->rec.link and a->rec.claim. heal: take back what dead owners left
 * (ADD); otherwise only look. -EEXIST: somebody alive has it. */
int prepare_nic(struct attach *a, bool heal, struct err *e);

#endif
