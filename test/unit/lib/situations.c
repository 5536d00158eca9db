/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every recorded container of a directory: its vector, its remarks, or its error. With --print and a
 * file, the vector that comes out, one word per line: for who records one, and for test/netns.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"
#include "situation.h"

static void check(void **state)
{
	struct situation s;

	situation_read(*state, &s);
	if (!s.s.argv && !s.s.error)
		fail_msg("it expects nothing");
	scenario_check(&s.s);
	situation_free(&s);
}

static int print(const char *path)
{
	struct situation s;
	struct derivation d;

	situation_read(path, &s);
	scenario_derive(&s.s, &d);
	for (char **word = d.eal ? dpdkpod_eal_argv(d.eal) + 1 : NULL; word && *word; word++)
		(void)puts(*word);
	for (size_t i = 0; d.eal && i < dpdkpod_eal_note_count(d.eal); i++)
		(void)fprintf(stderr, "note %s\n", dpdkpod_eal_note_at(d.eal, i));
	if (!d.eal)
		(void)fprintf(stderr, "error %d %s\nremedy %s\n", -d.r, d.err.message,
			d.err.remedy);
	derivation_free(&d);
	situation_free(&s);
	return 0;
}

static int is_text(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot && strcmp(dot, ".txt") == 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[256];
	char *paths[256];
	struct dirent **list;
	int n, r;

	if (argc == 3 && strcmp(argv[1], "--print") == 0)
		return print(argv[2]);
	n = argc == 2 ? scandir(argv[1], &list, is_text, alphasort) : -1;
	if (n <= 0 || n > 256) {
		(void)fprintf(stderr, "usage: %s DIRECTORY | --print FILE\n", argv[0]);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		if (asprintf(&paths[i], "%s/%s", argv[1], list[i]->d_name) < 0)
			return 1;
		tests[i] = (struct CMUnitTest){.name = list[i]->d_name,
			.test_func = check,
			.initial_state = paths[i]};
	}
	r = _cmocka_run_group_tests("situations", tests, (size_t)n, NULL, NULL);
	for (int i = 0; i < n; i++) {
		free(paths[i]);
		free(list[i]);
	}
	free(list);
	return r;
}
