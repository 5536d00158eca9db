/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "codec.h"
#include "delegate.h"
#include "log.h"
#include "mem.h"

struct answer_error {
	int64_t code;
	char *msg, *details;
};

static const struct codec_field answer_error_fields[] = {
	CODEC_REQUIRED_INTEGER(struct answer_error, code, "code", 1, INT32_MAX),
	CODEC_STRING(struct answer_error, msg, "msg", 0),
	CODEC_STRING(struct answer_error, details, "details", 0),
	CODEC_END,
};

/* Code and message unchanged: the runtime and its user know them. */
static int pass_on(const struct delegate *d, const char *command, const struct exec_answer *a,
	struct err *e)
{
	struct answer_error said;
	int r;

	if (codec_decode(answer_error_fields, &said, a->out, a->len, d->type, ERR_IPAM, NULL) < 0) {
		r = err_set(e, ERR_IPAM, EIO,
			"IPAM plugin %s: %s failed with exit status %d%s%.200s", d->type, command,
			a->status, a->len ? " and said: " : ", without a word",
			a->len ? a->out : "");
		err_remedy(e, "look at its messages on stderr (the runtime's log)");
		return r;
	}
	r = err_set(e, (int)said.code, EIO, "%s", said.msg ? said.msg : "");
	if (said.details)
		err_remedy(e, "%s", said.details);
	codec_free(answer_error_fields, &said);
	return r;
}

int delegate_call(const struct delegate *d, const char *command, char **ret_out, struct err *e)
{
	auto_free char *file = NULL;
	struct exec_answer a = {0};
	int r = exec_find(d->type, d->path, &file, e);

	if (r < 0)
		return r;
	const struct exec_call c = {
		.file = file,
		.command = command,
		.container = d->container,
		.netns = d->netns,
		.ifname = d->ifname,
		.args = d->args,
		.path = d->path,
		.input = d->input,
		.keep_fd = d->lock_fd,
	};

	r = exec_run(&c, &a, e);
	if (r < 0)
		return r;
	log_debug("ipam: %s %s: exit status %d", d->type, command, a.status);
	if (a.status != 0)
		r = pass_on(d, command, &a, e);
	else if (ret_out)
		*ret_out = steal_ptr(a.out);
	free(a.out);
	return r;
}

int delegate_release(const struct delegate *d, struct err *e)
{
	struct err why = ERR_INIT;
	int r = delegate_call(d, "DEL", NULL, &why);

	if (r < 0 && why.code == ERR_VERSION) {
		log_warning("ipam: %s: DEL: %s (%s): it has no lease then", d->type, why.msg,
			why.remedy);
		return 0;
	}
	if (r < 0)
		*e = why;
	return r;
}

int delegate_ask(const struct delegate *d, const char *command, struct err *e)
{
	struct err why = ERR_INIT;
	int r = delegate_call(d, command, NULL, &why);

	if (r < 0 && why.code == ERR_ENV && strstr(why.msg, "CNI_COMMAND")) {
		log_debug("ipam: %s does not know %s", d->type, command);
		return 0;
	}
	if (r < 0)
		*e = why;
	return r;
}

struct delegate delegate_of_request(const struct request *r, const char *type)
{
	return (struct delegate){
		.type = type,
		.container = r->container,
		.netns = r->netns,
		.ifname = r->ifname,
		.args = r->args,
		.path = r->path,
		.input = r->input,
		.lock_fd = -1,
	};
}
