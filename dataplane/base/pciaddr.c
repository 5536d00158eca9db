/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pciaddr.h"

/* Exactly min to max hexadecimal digits, then the character end ('\0' too). */
static const char *hex(const char *p, int min, int max, char end, uint32_t *ret)
{
	uint32_t v = 0;
	int n = 0;

	for (; isxdigit((unsigned char)*p); p++, n++) {
		if (n == max)
			return NULL;
		v = v << 4 |
			(uint32_t)(isdigit((unsigned char)*p)
					? *p - '0'
					: tolower((unsigned char)*p) - 'a' + 10);
	}
	if (n < min || *p != end)
		return NULL;
	*ret = v;
	return end ? p + 1 : p;
}

static bool parse_parts(const char *text, struct pciaddr *ret)
{
	uint32_t domain = 0, bus, dev, fn;
	const char *p = text, *first = strchr(text, ':');

	if (first && strchr(first + 1, ':')) {
		p = hex(p, 4, 8, ':', &domain);
		if (!p)
			return false;
	}
	if (!(p = hex(p, 2, 2, ':', &bus)) || !(p = hex(p, 2, 2, '.', &dev)) ||
		!hex(p, 1, 1, '\0', &fn))
		return false;
	if (dev > 0x1f || fn > 7)
		return false;
	*ret = (struct pciaddr){domain, (uint8_t)bus, (uint8_t)dev, (uint8_t)fn};
	return true;
}

int pciaddr_parse(const char *text, struct pciaddr *ret, struct err *e)
{
	if (parse_parts(text, ret))
		return 0;
	int r = err_set(e, ERR_CONFIG, EINVAL, "\"%.64s\" is not a PCI address", text);
	err_remedy(e, "write domain:bus:device.function as lspci -D shows it, e.g. 0000:3b:02.1");
	return r;
}

bool pciaddr_valid(const char *text)
{
	struct pciaddr a;

	return parse_parts(text, &a);
}

const char *pciaddr_format(const struct pciaddr *a, char buf[static PCIADDR_LEN])
{
	(void)snprintf(buf, PCIADDR_LEN, "%04x:%02x:%02x.%x", a->domain, a->bus, a->dev, a->fn);
	return buf;
}
