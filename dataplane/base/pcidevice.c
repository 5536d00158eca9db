/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "pcidevice.h"

#define PREFIX "PCIDEVICE_"

bool pcidevice_next(char *const **env, struct pcidevice *ret)
{
	while (*env && **env) {
		const char *variable = *(*env)++, *equals = strchr(variable, '=');

		if (!equals || strncmp(variable, PREFIX, strlen(PREFIX)) != 0)
			continue;
		(void)snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(equals - variable),
			variable);
		ret->value = equals + 1;
		ret->json = *ret->value == '{';
		return true;
	}
	return false;
}

bool pcidevice_address(const char **at, char ret[static PCIDEVICE_TEXT])
{
	const char *word = *at + strspn(*at, ", ");
	size_t len = strcspn(word, ", ");

	*at = word + len;
	(void)snprintf(ret, PCIDEVICE_TEXT, "%.*s", (int)len, word);
	return len > 0;
}
