/* SPDX-License-Identifier: Apache-2.0 */
/* What the plugin can be asked for. A verb returns what goes to stdout (owned, NULL: nothing);
 * printing and exiting are main's. */
#ifndef VERBS_VERBS_H
#define VERBS_VERBS_H

#include "attach.h"
#include "cli.h"
#include "request.h"

/* For the container runtime. req->input is the configuration. */
int verb_add(struct request *req, char **ret_out, struct err *e);
int verb_del(struct request *req, char **ret_out, struct err *e);
int verb_check(struct request *req, char **ret_out, struct err *e);
int verb_gc(struct request *req, char **ret_out, struct err *e);
int verb_status(struct request *req, char **ret_out, struct err *e);
int verb_version(struct request *req, char **ret_out, struct err *e);

/* For the administrator: argv from the sub-command on. -EINVAL with ERR_ENV: wrong usage. */
extern const struct cli cli_list, cli_plan, cli_release;
int verb_list(int argc, char **argv, char **ret_out, struct err *e);
int verb_plan(int argc, char **argv, char **ret_out, struct err *e);
int verb_release(int argc, char **argv, char **ret_out, struct err *e);

/* Logging as the network asks for it, within the node's policy. */
int verb_setup_log(const struct machine *m, const struct netconf *c, struct err *e);

#endif
