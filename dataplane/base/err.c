/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "text.h"

int err_vset(struct err *e, int code, int errnum, const char *fmt, va_list ap)
{
	if (e && e->code == ERR_NONE) {
		e->code = code;
		e->errnum = errnum;
		(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	}
	return errnum ? -errnum : -EINVAL;
}

int err_set(struct err *e, int code, int errnum, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int r = err_vset(e, code, errnum, fmt, ap);
	va_end(ap);
	return r;
}

int err_sys(struct err *e, int code, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (e && e->code != ERR_NONE)
		return errnum ? -errnum : -EINVAL;
	va_start(ap, fmt);
	int r = err_vset(e, code, errnum, fmt, ap);
	va_end(ap);
	if (e) {
		size_t n = strlen(e->msg);

		(void)snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(errnum));
	}
	return r;
}

int err_take(struct err *e, const struct err *why)
{
	if (e && e->code == ERR_NONE)
		*e = *why;
	return why->errnum ? -why->errnum : -EINVAL;
}

void err_remedy(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e || e->remedy[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(e->remedy, sizeof(e->remedy), fmt, ap);
	va_end(ap);
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof(e->msg)];
	va_list ap;

	if (!e)
		return;
	memcpy(old, e->msg, sizeof(old));
	va_start(ap, fmt);
	int n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(e->msg))
		n = (int)sizeof(e->msg) - 1;
	/* A long chain of prefixes loses its tail, never its head. */
	if (snprintf(e->msg + n, sizeof(e->msg) - (size_t)n, ": %s", old) < 0)
		e->msg[n] = '\0';
}

void err_print_text(FILE *out, const char *who, const char *msg, const char *remedy)
{
	char text[sizeof(((struct err *)0)->msg)];

	/* The usage of a program has lines. */
	(void)snprintf(text, sizeof(text), "%s", msg);
	text_visible(text, true);
	(void)fprintf(out, "%s%s%s\n", who ? who : "", who ? ": " : "", text);
	if (!remedy || !*remedy)
		return;
	(void)snprintf(text, sizeof(text), "%s", remedy);
	text_visible(text, true);
	(void)fprintf(out, "  remedy: %s\n", text);
}

void err_print(FILE *out, const char *who, const struct err *e)
{
	err_print_text(out, who, e->msg, e->remedy);
}
