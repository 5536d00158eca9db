/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the sample named by its argument, for schema.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "podfile_samples.h"

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(struct podfile *p);
	} samples[] = {
		{"empty", sample_empty},
		{"minimal", sample_minimal},
		{"full", sample_full},
		{"limits", sample_limits},
	};

	for (size_t i = 0; argc == 2 && i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct err e = ERR_INIT;
		struct podfile p;
		char *text;

		if (strcmp(samples[i].name, argv[1]) != 0)
			continue;
		samples[i].make(&p);
		if (podfile_encode(&p, &text, &e) != 0) {
			(void)fprintf(stderr, "%s\n", e.msg);
			return 1;
		}
		(void)fputs(text, stdout);
		free(text);
		return 0;
	}
	return 2;
}
