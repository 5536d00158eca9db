/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libnl names a few resolver functions that nothing here calls. glibc's would bring NSS, whose
 * modules a static program loads from the host; these take their place, so that the plugin opens
 * no library and no nsswitch.conf, and links without a warning.
 */
#include <netdb.h>
#include <stddef.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **res)
{
	(void)node;
	(void)service;
	(void)hints;
	(void)res;
	return EAI_SYSTEM;
}

void freeaddrinfo(struct addrinfo *res)
{
	(void)res;
}

const char *gai_strerror(int code)
{
	(void)code;
	return "name resolution is not built in";
}

struct protoent *getprotobyname(const char *name)
{
	(void)name;
	return NULL;
}

struct protoent *getprotobynumber(int number)
{
	(void)number;
	return NULL;
}
