/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one error contract. A function that can fail returns 0 or a negative errno and takes a
 * struct err, which it leaves untouched on success. The error is set once, where it happens, and
 * prefixed on the way up. It maps one to one to a CNI error: code, msg, details (the remedy).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdio.h>

/* The well-known codes of the CNI specification 1.1, then our own from 100. */
enum err_code {
	ERR_NONE = 0,
	ERR_VERSION = 1,     /* cniVersion not supported */
	ERR_UNSUPPORTED = 2, /* a key that cannot be honoured */
	ERR_CONTAINER = 3,   /* container unknown */
	ERR_ENV = 4,         /* CNI_* environment invalid */
	ERR_IO = 5,
	ERR_DECODE = 6,
	ERR_CONFIG = 7,
	ERR_NETNS = 8,
	ERR_AGAIN = 11, /* try again later */
	ERR_UNAVAILABLE = 50,
	ERR_LIMITED = 51,
	ERR_DEVICE = 100,   /* no such device, or gone */
	ERR_OWNED = 101,    /* the device belongs to another attachment */
	ERR_REFUSED = 102,  /* policy or safety forbids it */
	ERR_EXISTS = 103,   /* the attachment or the interface name exists already */
	ERR_KERNEL = 104,   /* the kernel refused a change */
	ERR_STATE = 105,    /* the state directory or a record is damaged */
	ERR_MISMATCH = 106, /* CHECK found a difference */
	ERR_IPAM = 107,     /* an IPAM plugin is missing or misbehaved */
	ERR_PODFILE = 108,  /* the pod file cannot be published or read */
	ERR_INTERNAL = 999,
};

struct err {
	int code;   /* enum err_code, or whatever a delegated plugin said */
	int errnum; /* positive errno, 0 where there is none */
	char msg[1024];
	char remedy[512];
};

#define ERR_INIT ((struct err){0})

/* Sets *e unless it holds an error already (the first one wins); e may be NULL.
 * Returns -errnum, or -EINVAL where errnum is 0. */
int err_set(struct err *e, int code, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int err_vset(struct err *e, int code, int errnum, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

/* Like err_set, and appends ": <strerror(errnum)>". */
int err_sys(struct err *e, int code, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Another error becomes this one, unless there is one already; returns what it says. */
int err_take(struct err *e, const struct err *why);

/* What a person does about it. Keeps an earlier remedy. */
void err_remedy(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* For a person: "who: message" (who may be NULL), and below it the remedy, if there is one. */
void err_print(FILE *out, const char *who, const struct err *e);
void err_print_text(FILE *out, const char *who, const char *msg, const char *remedy);

/* Puts "prefix: " before the message. */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
