/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

void pairs_neighbours(unsigned int n, uint16_t peer[])
{
	for (unsigned int i = 0; i < n; i++)
		peer[i] = (uint16_t)((i ^ 1) < n ? i ^ 1 : i);
}

/* len bytes of text: the index of the port of that name or number, or n. */
static unsigned int find_port(const char *text, size_t len, const char *const names[],
	unsigned int n)
{
	unsigned int number = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
			return i;
	}
	if (len == 0 || len > 4)
		return n;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return n;
		number = number * 10 + (unsigned int)(text[i] - '0');
	}
	return number < n ? number : n;
}

static int syntax(const char *map, const char *at, struct err *e)
{
	(void)err_set(e, ERR_CONFIG, EINVAL, "--portmap: '%s': syntax, at character %td", map,
		at - map + 1);
	err_remedy(e, "give pairs such as '(net1,net2)(2,3)', quoted for the shell");
	return -EINVAL;
}

/* One name, up to stop; *pos is left behind it. */
static int take_port(const char *map, const char **pos, char stop, const char *const names[],
	unsigned int n, uint16_t *ret, struct err *e)
{
	const char *start = *pos;
	size_t len = strcspn(start, "(),");
	unsigned int port;

	if (len == 0 || start[len] != stop)
		return syntax(map, start + len, e);
	port = find_port(start, len, names, n);
	if (port == n) {
		(void)err_set(e, ERR_CONFIG, EINVAL, "--portmap: there is no port '%.*s'", (int)len,
			start);
		err_remedy(e, "ports are 0 to %u, or the names of the interfaces", n - 1);
		return -EINVAL;
	}
	*ret = (uint16_t)port;
	*pos = start + len + 1;
	return 0;
}

int pairs_parse(const char *map, const char *const names[], unsigned int n, uint16_t peer[],
	struct err *e)
{
	auto_free uint16_t *p = malloc(n * sizeof(*p) + 1);
	const char *pos = map;
	uint16_t a, b;
	int r;

	if (p == NULL)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "--portmap");
	for (unsigned int i = 0; i < n; i++)
		p[i] = PAIR_NONE;
	do {
		if (*pos != '(')
			return syntax(map, pos, e);
		pos++;
		r = take_port(map, &pos, ',', names, n, &a, e);
		if (r == 0)
			r = take_port(map, &pos, ')', names, n, &b, e);
		if (r < 0)
			return r;
		if (p[a] != PAIR_NONE || p[b] != PAIR_NONE)
			return err_set(e, ERR_CONFIG, EINVAL,
				"--portmap: port '%s' is in two pairs",
				names[p[a] != PAIR_NONE ? a : b]);
		p[a] = b;
		p[b] = a;
	} while (*pos != '\0');
	memcpy(peer, p, n * sizeof(*p));
	return 0;
}
