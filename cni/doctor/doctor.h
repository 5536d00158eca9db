/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni doctor: is this machine ready for DPDK pods? */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "cli.h"

extern const struct cli cli_doctor;

/* argv from the sub-command on. What goes to stdout is in *ret_out; returns the exit status by the
 * worst finding (report.h), or -errno as the other sub-commands do. */
int verb_doctor(int argc, char **argv, char **ret_out, struct err *e);

#endif
