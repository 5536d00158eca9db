/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "eal_given.h"
#include "mem.h"

struct given_list {
	struct eal_given *given;
	size_t n;
};

static int add_given(struct given_list *l, enum eal_id id, const char *value, size_t first,
	size_t count)
{
	struct eal_given *more = mem_more(l->given, l->n);

	if (!more)
		return -ENOMEM;
	*more = (struct eal_given){.id = id, .first = first, .count = count};
	if (value && !(more->value = strdup(value)))
		return -ENOMEM;
	l->n++;
	return 0;
}

/* "--name", "--name=value", "--name value"; returns how many elements it takes. */
static int scan_long(struct given_list *l, char *const *argv, size_t at)
{
	const char *text = argv[at] + 2, *equals = strchr(text, '=');
	const struct eal_option *o = eal_option_named(text,
		equals ? (size_t)(equals - text) : strlen(text));
	const char *value = equals ? equals + 1 : NULL;
	int count = 1;

	if (!o)
		return 1;
	if (o->value == VALUE_REQUIRED && !value && argv[at + 1]) {
		value = argv[at + 1];
		count = 2;
	}
	int r = add_given(l, o->id, value, at, (size_t)count);

	return r < 0 ? r : count;
}

/* "-a value", "-avalue", and letters without a value in one cluster: "-vl 0-3". */
static int scan_short(struct given_list *l, char *const *argv, size_t at)
{
	for (const char *p = argv[at] + 1; *p; p++) {
		const struct eal_option *o = eal_option_of_letter(*p);
		bool takes = o && o->value == VALUE_REQUIRED;
		const char *value = takes ? (p[1] ? p + 1 : argv[at + 1]) : NULL;
		int count = takes && !p[1] && value ? 2 : 1;
		int r = o ? add_given(l, o->id, value, at, (size_t)count) : 0;

		if (r < 0)
			return r;
		if (takes)
			return count;
	}
	return 1;
}

int eal_given_scan(char *const *argv, struct eal_given **ret, size_t *ret_n, struct err *e)
{
	struct given_list l = {0};

	/* getopt permutes: a word that is not an option does not end them, only "--" does. */
	for (size_t at = 0; argv && argv[at] && strcmp(argv[at], "--") != 0;) {
		int r = 1;

		if (strncmp(argv[at], "--", 2) == 0)
			r = scan_long(&l, argv, at);
		else if (argv[at][0] == '-' && argv[at][1])
			r = scan_short(&l, argv, at);
		if (r < 0) {
			eal_given_free(l.given, l.n);
			return err_sys(e, ERR_INTERNAL, -r, "EAL arguments");
		}
		at += (size_t)r;
	}
	*ret = l.given;
	*ret_n = l.n;
	return 0;
}

void eal_given_free(struct eal_given *given, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(given[i].value);
		free(given[i].replaces);
	}
	free(given);
}

const struct eal_given *eal_given_find(const struct eal_given *given, size_t n, enum eal_id id)
{
	for (size_t i = 0; i < n; i++)
		if (given[i].id == id)
			return &given[i];
	return NULL;
}
