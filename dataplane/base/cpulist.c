/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpulist.h"
#include "mem.h"

/* A decimal number below CPULIST_MAX; moves *p past it. On failure *p stays where the fault is. */
static int parse_number(const char **p, unsigned int *ret)
{
	const char *q = *p;
	unsigned int v = 0;

	if (!isdigit((unsigned char)*q))
		return -EINVAL;
	for (; isdigit((unsigned char)*q); q++) {
		v = v * 10 + (unsigned int)(*q - '0');
		if (v >= CPULIST_MAX)
			return -ERANGE;
	}
	*p = q;
	*ret = v;
	return 0;
}

/* One element: N, N-M or N-M:used/group (the kernel's stride). */
static int parse_element(const char **p, struct cpulist *s)
{
	unsigned int first, last, used = 1, group = 1;
	int r = parse_number(p, &first);

	if (r < 0)
		return r;
	last = first;
	if (**p == '-') {
		(*p)++;
		r = parse_number(p, &last);
		if (r < 0)
			return r;
		if (last < first)
			return -EINVAL;
		if (**p == ':') {
			(*p)++;
			r = parse_number(p, &used);
			if (r < 0)
				return r;
			if (**p != '/')
				return -EINVAL;
			(*p)++;
			r = parse_number(p, &group);
			if (r < 0)
				return r;
			if (group == 0 || used == 0 || used > group)
				return -EINVAL;
		}
	}
	for (unsigned int c = first; c <= last; c++)
		if ((c - first) % group < used)
			cpulist_add(s, c);
	return 0;
}

int cpulist_parse(const char *text, struct cpulist *ret, struct err *e)
{
	struct cpulist s = {0};
	const char *p = text;

	while (isspace((unsigned char)*p))
		p++;
	while (*p) {
		int r = parse_element(&p, &s);

		if (r < 0)
			return err_set(e, ERR_DECODE, -r, "CPU list \"%.64s\": %s at character %td",
				text,
				r == -ERANGE ? "a number is too large"
					     : "expected a number or a range",
				p - text + 1);
		while (isspace((unsigned char)*p))
			p++;
		if (*p == '\0')
			break;
		if (*p != ',' || p[1] == '\0')
			return err_set(e, ERR_DECODE, EINVAL,
				"CPU list \"%.64s\": unexpected text at character %td", text,
				p - text + 1);
		p++;
	}
	*ret = s;
	return 0;
}

char *cpulist_format(const struct cpulist *s)
{
	auto_free char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const char *sep = "";

	if (!f)
		return NULL;
	for (int c = cpulist_next(s, 0); c >= 0;) {
		int last = c;

		while (cpulist_has(s, (unsigned int)last + 1))
			last++;
		if (last == c)
			(void)fprintf(f, "%s%d", sep, c);
		else
			(void)fprintf(f, "%s%d-%d", sep, c, last);
		sep = ",";
		c = cpulist_next(s, (unsigned int)last + 1);
	}
	if (fclose(f) != 0)
		return NULL;
	return steal_ptr(text);
}

unsigned int cpulist_count(const struct cpulist *s)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(s->bits); i++)
		n += (unsigned int)__builtin_popcountll(s->bits[i]);
	return n;
}

int cpulist_next(const struct cpulist *s, unsigned int from)
{
	for (unsigned int c = from; c < CPULIST_MAX; c++) {
		if (c % 64 == 0 && s->bits[c / 64] == 0)
			c += 63;
		else if (cpulist_has(s, c))
			return (int)c;
	}
	return -1;
}

void cpulist_and(struct cpulist *s, const struct cpulist *other)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->bits); i++)
		s->bits[i] &= other->bits[i];
}

void cpulist_or(struct cpulist *s, const struct cpulist *other)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->bits); i++)
		s->bits[i] |= other->bits[i];
}

void cpulist_andnot(struct cpulist *s, const struct cpulist *other)
{
	for (size_t i = 0; i < ARRAY_SIZE(s->bits); i++)
		s->bits[i] &= ~other->bits[i];
}

bool cpulist_empty(const struct cpulist *s)
{
	return cpulist_next(s, 0) < 0;
}

bool cpulist_meet(const struct cpulist *a, const struct cpulist *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->bits); i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

bool cpulist_equal(const struct cpulist *a, const struct cpulist *b)
{
	return memcmp(a->bits, b->bits, sizeof(a->bits)) == 0;
}

bool cpulist_subset(const struct cpulist *a, const struct cpulist *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->bits); i++)
		if (a->bits[i] & ~b->bits[i])
			return false;
	return true;
}
