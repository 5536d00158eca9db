/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "error.h"

const char *dpdkpod_version(void)
{
	return VERSION;
}

int error_out(struct dpdkpod_error *ret, const struct err *e, int r)
{
	if (r < 0 && ret) {
		ret->errnum = -r;
		(void)snprintf(ret->message, sizeof(ret->message), "%s", e->msg);
		(void)snprintf(ret->remedy, sizeof(ret->remedy), "%s", e->remedy);
	}
	return r;
}
