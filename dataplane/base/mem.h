/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ownership by scope: a variable marked so is released when it leaves its scope, unless stolen.
 * And the two things that everybody does with what he owns: arrays grow, texts are replaced.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void mem_freep(void *p)
{
	free(*(void **)p);
}

static inline void mem_closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

#define auto_free __attribute__((cleanup(mem_freep)))
#define auto_close __attribute__((cleanup(mem_closep)))
#define auto_with(f) __attribute__((cleanup(f)))

/* Takes the value out of an owner and leaves nothing to release. */
#define steal_ptr(p) \
	({ \
		__typeof__(p) stolen_ = (p); \
		(p) = NULL; \
		stolen_; \
	})
#define steal_fd(fd) \
	({ \
		int stolen_ = (fd); \
		(fd) = -1; \
		stolen_; \
	})

/* Room for one more after the n elements of an array, which moves: a pointer to it, zeroed, or NULL
 * and the array as it was. Counting it is left to the caller, who does so once it is whole. */
#define mem_more(array, n) ((__typeof__(array))mem_more_(&(array), (n), sizeof(*(array))))
void *mem_more_(void *array, size_t n, size_t size);

/* The n elements in the order of compare. An empty array may be NULL, which qsort() must not get. */
#define mem_sort(array, n, compare) \
	do { \
		if ((n) > 0) \
			qsort((array), (n), sizeof(*(array)), (compare)); \
	} while (0)

/* *field becomes a copy of text (NULL stays NULL); what it was is freed. -ENOMEM leaves it alone. */
struct err;
int mem_set_text(char **field, const char *text, struct err *e);

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
