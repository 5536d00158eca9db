/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table describes a JSON object and the C struct that holds it; encoding, decoding, freeing
 * and the words of an error all come from that table, so that writer and reader cannot drift.
 *
 * How members are stored, and what "absent" is:
 *   string      char *          NULL            owned, freed by codec_free
 *   integer     int64_t         CODEC_ABSENT
 *   boolean     int             -1              0 or 1
 *   enumeration int             -1              index into .names
 *   object      the sub-struct  a leading or other member decides; see .present
 *   raw         char *          NULL            any JSON value, kept as compact text
 *   list        T *x; size_t n  n == 0          of strings, integers or objects
 *   map         T *x; size_t n  n == 0          object whose keys go into T's .map_key (a char *);
 *                                               its values are objects, or where the key in T's
 *                                               table is "", what that describes
 *
 * Absent members are not written. A JSON null is taken as absent. Unknown keys are ignored, as the CNI specification
 * and our own formats (within a major version) have it.
 */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "mem.h"

#define CODEC_ABSENT INT64_MIN

enum codec_kind {
	CODEC_STR = 1,
	CODEC_INT,
	CODEC_BOOL,
	CODEC_ENUM,
	CODEC_OBJ,
	CODEC_RAW,
	CODEC_STRS, /* list of strings */
	CODEC_INTS, /* list of integers */
	CODEC_OBJS, /* list of objects */
	CODEC_MAP,
	CODEC_KNOWN, /* a key that is somebody else's: not read, but known to codec_check_keys */
};

struct codec_field {
	const char *key;
	enum codec_kind kind;
	size_t off;                    /* of the member */
	size_t count_off;              /* of the size_t member of a list or map */
	size_t size;                   /* of one element of a list of objects or of a map */
	const struct codec_field *sub; /* object, list of objects, map */
	const char *const *names;      /* enumeration, NULL-terminated */
	int64_t min, max;              /* integer: inclusive; string: bytes at most in max */
	int required;
	size_t map_key; /* map: offset of the char * in the element */
	int closed;     /* object: codec_check_keys knows no other keys in it */
	int present_on; /* object: 1 + offset of an int set to 1 where the object is present */
};

#define CODEC_FIELD(...) \
	{ \
		__VA_ARGS__ \
	}

#define CODEC_STRING_IS(T, m, k, maxlen) \
	.key = (k), .kind = CODEC_STR, .off = offsetof(T, m), .max = (maxlen)
#define CODEC_INTEGER_IS(T, m, k, lo, hi) \
	.key = (k), .kind = CODEC_INT, .off = offsetof(T, m), .min = (lo), .max = (hi)
#define CODEC_ENUMERATION_IS(T, m, k, n) \
	.key = (k), .kind = CODEC_ENUM, .off = offsetof(T, m), .names = (n)
#define CODEC_OBJECTS_IS(T, m, n, k, E, s) \
	.key = (k), .kind = CODEC_OBJS, .off = offsetof(T, m), .count_off = offsetof(T, n), \
	.size = sizeof(E), .sub = (s)

#define CODEC_STRING(T, m, k, maxlen) CODEC_FIELD(CODEC_STRING_IS(T, m, k, maxlen))
#define CODEC_INTEGER(T, m, k, lo, hi) CODEC_FIELD(CODEC_INTEGER_IS(T, m, k, lo, hi))
#define CODEC_BOOLEAN(T, m, k) CODEC_FIELD(.key = (k), .kind = CODEC_BOOL, .off = offsetof(T, m))
#define CODEC_ENUMERATION(T, m, k, n) CODEC_FIELD(CODEC_ENUMERATION_IS(T, m, k, n))
#define CODEC_RAWJSON(T, m, k) CODEC_FIELD(.key = (k), .kind = CODEC_RAW, .off = offsetof(T, m))
/* Members of the very object that the table describes which are kept in a struct of their own.
 * Only for reading. */
#define CODEC_SAME(T, m, s) CODEC_OBJECT(T, m, "", s)
/* The very object that the table describes, as compact text. Only for reading. */
#define CODEC_WHOLE(T, m) CODEC_RAWJSON(T, m, "")
#define CODEC_OBJECT(T, m, k, s) \
	CODEC_FIELD(.key = (k), .kind = CODEC_OBJ, .off = offsetof(T, m), .sub = (s))
/* The same; the int p of T is 1 where the object is there. */
#define CODEC_OBJECT_MARKED(T, m, p, k, s) \
	CODEC_FIELD(.key = (k), .kind = CODEC_OBJ, .off = offsetof(T, m), .sub = (s), \
		.present_on = 1 + offsetof(T, p))
/* An object whose members are the outer struct's own: its table is of T too. */
#define CODEC_INNER(k, s) CODEC_FIELD(.key = (k), .kind = CODEC_OBJ, .sub = (s))
/* The same, and a key that the table does not know is an error. */
#define CODEC_INNER_CLOSED(k, s) CODEC_FIELD(.key = (k), .kind = CODEC_OBJ, .sub = (s), .closed = 1)
#define CODEC_IS_KNOWN(k) CODEC_FIELD(.key = (k), .kind = CODEC_KNOWN)
#define CODEC_STRINGS(T, m, n, k, maxlen) \
	CODEC_FIELD(.key = (k), .kind = CODEC_STRS, .off = offsetof(T, m), \
		.count_off = offsetof(T, n), .max = (maxlen))
#define CODEC_INTEGERS(T, m, n, k, lo, hi) \
	CODEC_FIELD(.key = (k), .kind = CODEC_INTS, .off = offsetof(T, m), \
		.count_off = offsetof(T, n), .min = (lo), .max = (hi))
#define CODEC_OBJECTS(T, m, n, k, E, s) CODEC_FIELD(CODEC_OBJECTS_IS(T, m, n, k, E, s))
#define CODEC_OBJMAP(T, m, n, k, E, keymember, s) \
	CODEC_FIELD(.key = (k), .kind = CODEC_MAP, .off = offsetof(T, m), \
		.count_off = offsetof(T, n), .size = sizeof(E), .sub = (s), \
		.map_key = offsetof(E, keymember))
#define CODEC_END CODEC_FIELD(.key = NULL)

/* Members that a reader demands and a writer must have. */
#define CODEC_REQUIRED_STRING(T, m, k, maxlen) \
	CODEC_FIELD(CODEC_STRING_IS(T, m, k, maxlen), .required = 1)
#define CODEC_REQUIRED_INTEGER(T, m, k, lo, hi) \
	CODEC_FIELD(CODEC_INTEGER_IS(T, m, k, lo, hi), .required = 1)
#define CODEC_REQUIRED_ENUMERATION(T, m, k, n) \
	CODEC_FIELD(CODEC_ENUMERATION_IS(T, m, k, n), .required = 1)
#define CODEC_REQUIRED_OBJECTS(T, m, n, k, E, s) \
	CODEC_FIELD(CODEC_OBJECTS_IS(T, m, n, k, E, s), .required = 1)

/* A list or map holds at most this many elements: whoever sends more is not a friend. */
#define CODEC_MAX_ELEMENTS 4096

/* A text holds at most this many values, or what it takes in memory would be many times its size:
 * each "{}," of three bytes is some 200. */
#define CODEC_MAX_VALUES 16384

/* Sets every member absent. */
void codec_init(const struct codec_field *t, void *obj);
void codec_free(const struct codec_field *t, void *obj);

/*
 * A parsed text. It is parsed once and read as often as there are tables for it. what names it in
 * messages ("stdin", a path); text and what are the caller's and must outlive it. Syntax errors
 * carry line and column, and ERR_DECODE.
 */
struct codec_tree;
int codec_parse(const char *text, size_t len, const char *what, struct codec_tree **ret,
	struct err *e);
void codec_tree_freep(struct codec_tree **d);
#define auto_tree auto_with(codec_tree_freep)

/*
 * Reads the document into obj, which must be uninitialised or freed; on failure it holds nothing.
 * A wrong type, range or missing key carries the key's path and the given code.
 */
int codec_read(const struct codec_field *t, void *obj, const struct codec_tree *d, int code,
	struct err *e);
/* The same where an empty string is as absent as null, and no element of a list. */
int codec_read_filled(const struct codec_field *t, void *obj, const struct codec_tree *d, int code,
	struct err *e);

/*
 * A key that differs from one of the table's in case alone is an error. closed: so are a key that
 * the table does not know and a null, and the message has the line.
 */
int codec_check_keys(const struct codec_field *t, const struct codec_tree *d, bool closed, int code,
	struct err *e);

/*
 * Reads what is right and leaves the rest absent; lost becomes the list of complaints, "" where
 * there are none. A list with a wrong element is left out as a whole. Fails only where the document
 * is not an object.
 */
int codec_salvage(const struct codec_field *t, void *obj, const struct codec_tree *d, char *lost,
	size_t size, struct err *e);

/* The document once more as compact text: without the keys of the list, and, where t is not NULL, with
 * none that t does not know. The text is owned. */
int codec_excerpt(const struct codec_tree *d, const struct codec_field *t,
	const char *const *without, char **ret, struct err *e);

/* Both at once, for a text that one table describes. */
int codec_decode(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, struct err *e);

/* The same of the value that text begins with, for streams of them. *ret_used is how many bytes it
 * takes, even where it is the wrong value; 0 where there is none to step over. */
int codec_decode_next(const struct codec_field *t, void *obj, const char *text, size_t len,
	const char *what, int code, size_t *ret_used, struct err *e);

/* Returns owned text in *ret, ending in a newline when indented; indent is 0 or the number of spaces. */
int codec_encode(const struct codec_field *t, const void *obj, int indent, char **ret,
	struct err *e);

#endif
