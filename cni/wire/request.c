/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "link.h"
#include "log.h"
#include "mem.h"
#include "request.h"
#include "sizes.h"

enum { NEED_CONTAINER = 1, NEED_NETNS = 2, NEED_IFNAME = 4, NEED_PATH = 8 };

static const struct {
	const char *name;
	int needs;
} verbs[] = {
	[VERB_ADD] = {"ADD", NEED_CONTAINER | NEED_NETNS | NEED_IFNAME | NEED_PATH},
	[VERB_DEL] = {"DEL", NEED_CONTAINER | NEED_IFNAME | NEED_PATH},
	[VERB_CHECK] = {"CHECK", NEED_CONTAINER | NEED_NETNS | NEED_IFNAME | NEED_PATH},
	[VERB_GC] = {"GC", NEED_PATH},
	[VERB_STATUS] = {"STATUS", NEED_PATH},
	[VERB_VERSION] = {"VERSION", 0},
};

static const char *env(const char *name)
{
	const char *v = getenv(name);

	return v ? v : "";
}

void request_read_env(struct request *ret)
{
	struct request r = {
		.verb = VERB_UNKNOWN,
		.command = env("CNI_COMMAND"),
		.container = env("CNI_CONTAINERID"),
		.netns = env("CNI_NETNS"),
		.ifname = env("CNI_IFNAME"),
		.path = env("CNI_PATH"),
		.args = env("CNI_ARGS"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(r.command, verbs[i].name) == 0)
			r.verb = (enum verb)i;
	*ret = r;
}

/* No ADD takes such a configuration: a DEL that has one lacks nothing but a record's contents. */
static int do_without(struct request *r, const struct err *why, struct err *e)
{
	log_warning("%s: only what is recorded is undone", why->msg);
	free(r->input);
	r->input = strdup("{\"name\":\"too-large\"}");
	if (!r->input)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "stdin");
	r->input_len = strlen(r->input);
	return 0;
}

static int too_large(struct request *r, int rc, const struct err *why, struct err *e)
{
	if ((rc == -EFBIG || rc == -E2BIG) && r->verb == VERB_DEL)
		return do_without(r, why, e);
	if (e)
		*e = *why;
	return rc;
}

int request_read_input(struct request *r, struct err *e)
{
	struct err why = ERR_INIT;
	int rc = file_read_fd(STDIN_FILENO, SIZE_CONFIGURATION, &r->input, &r->input_len);

	if (rc == -EFBIG)
		(void)err_set(&why, ERR_IO, EFBIG,
			"stdin: a network configuration of more than %d bytes", SIZE_CONFIGURATION);
	else if (rc < 0)
		(void)err_sys(&why, ERR_IO, -rc, "stdin: read");
	return rc < 0 ? too_large(r, rc, &why, e) : 0;
}

int request_parse(struct request *r, struct err *e)
{
	struct err why = ERR_INIT;
	int rc = codec_parse(r->input, r->input_len, "stdin", &r->tree, &why);

	if (rc == 0)
		return 0;
	rc = too_large(r, rc, &why, e);
	return rc < 0 ? rc : codec_parse(r->input, r->input_len, "stdin", &r->tree, e);
}

void request_free(struct request *r)
{
	codec_tree_freep(&r->tree);
	free(r->input);
	r->tree = NULL;
	r->input = NULL;
}

/* ^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$; it becomes a directory's name. */
bool request_container_ok(const char *id)
{
	if (!isalnum((unsigned char)*id) || strlen(id) > NAME_MAX)
		return false;
	for (const char *p = id; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.-", *p))
			return false;
	return true;
}

bool request_ifname_ok(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= IFNAMSIZ || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (const char *p = name; *p; p++)
		if (*p == '/' || *p == ':' || *p == '%' || isspace((unsigned char)*p) ||
			iscntrl((unsigned char)*p))
			return false;
	return true;
}

/* One more complaint, behind a comma. */
static void __attribute__((format(printf, 3, 4)))
note(char *list, size_t size, const char *fmt, ...)
{
	size_t n = strlen(list);
	va_list ap;

	if (n)
		(void)snprintf(list + n, size - n, ", ");
	n = strlen(list);
	va_start(ap, fmt);
	(void)vsnprintf(list + n, size - n, fmt, ap);
	va_end(ap);
}

static void check_names(const struct request *r, int needs, char *bad, size_t size)
{
	if ((needs & NEED_CONTAINER) && !*r->container)
		note(bad, size, "CNI_CONTAINERID is missing");
	else if (*r->container && !request_container_ok(r->container))
		note(bad, size,
			"CNI_CONTAINERID \"%.40s\" is invalid (letters, digits, '_', '.', '-', at most "
			"%d bytes)",
			r->container, NAME_MAX);
	if ((needs & NEED_NETNS) && !*r->netns)
		note(bad, size, "CNI_NETNS is missing");
	if ((needs & NEED_IFNAME) && !*r->ifname)
		note(bad, size, "CNI_IFNAME is missing");
	else if (*r->ifname && !request_ifname_ok(r->ifname))
		note(bad, size,
			"CNI_IFNAME \"%.40s\" is invalid (1 to 15 bytes, no '/', ':', '%%' or white space)",
			r->ifname);
	if ((needs & NEED_PATH) && !*r->path)
		note(bad, size, "CNI_PATH is missing");
}

/* RFC 3629, as JSON wants it: what is not could be neither recorded nor answered. */
static bool is_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		int more = *p < 0x80              ? 0
			: *p >= 0xc2 && *p < 0xe0 ? 1
			: *p >= 0xe0 && *p < 0xf0 ? 2
			: *p >= 0xf0 && *p < 0xf5 ? 3
						  : -1;
		unsigned char lo = *p == 0xe0 ? 0xa0 : *p == 0xf0 ? 0x90 : 0x80;
		unsigned char hi = *p == 0xed ? 0x9f : *p == 0xf4 ? 0x8f : 0xbf;

		if (more < 0)
			return false;
		for (p++; more; more--, p++, lo = 0x80, hi = 0xbf)
			if (*p < lo || *p > hi)
				return false;
	}
	return true;
}

/* What an ADD is given it records, for whoever undoes it. */
static void check_lengths(const struct request *r, char *bad, size_t size)
{
	if (strlen(r->args) > SIZE_ENVIRONMENT)
		note(bad, size, "CNI_ARGS is longer than %d bytes", SIZE_ENVIRONMENT);
	if (strlen(r->path) > SIZE_ENVIRONMENT)
		note(bad, size, "CNI_PATH is longer than %d bytes", SIZE_ENVIRONMENT);
}

static void check_utf8(const struct request *r, char *bad, size_t size)
{
	const struct {
		const char *name, *value;
	} all[] = {
		{"CNI_NETNS", r->netns},
		{"CNI_IFNAME", r->ifname},
		{"CNI_PATH", r->path},
		{"CNI_ARGS", r->args},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!is_utf8(all[i].value))
			note(bad, size, "%s is not UTF-8", all[i].name);
}

/* K=V;K=V. Unknown keys are somebody else's; a key given twice counts as last given. */
static int parse_args(struct request *r, char *bad, size_t size)
{
	struct {
		const char *key;
		char *value;
		size_t size;
	} known[] = {
		{"K8S_POD_NAMESPACE", r->pod.pod_namespace, sizeof(r->pod.pod_namespace)},
		{"K8S_POD_NAME", r->pod.pod_name, sizeof(r->pod.pod_name)},
		{"K8S_POD_UID", r->pod.pod_uid, sizeof(r->pod.pod_uid)},
		{"MAC", r->pod.mac, sizeof(r->pod.mac)},
	};

	for (const char *p = r->args; *p;) {
		size_t n = strcspn(p, ";"), k = strcspn(p, "=");

		if (n && k >= n) {
			note(bad, size, "CNI_ARGS has no '=' in \"%.40s\"", p);
			return -EINVAL;
		}
		for (size_t i = 0; n && i < ARRAY_SIZE(known); i++) {
			if (strlen(known[i].key) != k || strncmp(p, known[i].key, k) != 0)
				continue;
			if (n - k - 1 >= known[i].size) {
				note(bad, size, "CNI_ARGS: %s is too long", known[i].key);
				return -EINVAL;
			}
			memcpy(known[i].value, p + k + 1, n - k - 1);
			known[i].value[n - k - 1] = '\0';
		}
		p += n + (p[n] == ';');
	}
	uint8_t mac[32];

	if (*r->pod.mac && link_mac_parse(r->pod.mac, mac, sizeof(mac)) < 0) {
		note(bad, size, "CNI_ARGS: MAC \"%.40s\" is not a MAC address", r->pod.mac);
		return -EINVAL;
	}
	return 0;
}

int request_check(struct request *r, struct err *e)
{
	char bad[700] = "";

	if (r->verb == VERB_UNKNOWN)
		return err_set(e, ERR_ENV, EINVAL, "CNI_COMMAND \"%.40s\" is unknown", r->command);
	check_names(r, verbs[r->verb].needs, bad, sizeof(bad));
	check_utf8(r, bad, sizeof(bad));
	if (r->verb == VERB_ADD)
		check_lengths(r, bad, sizeof(bad));
	(void)parse_args(r, bad, sizeof(bad));
	if (bad[0])
		return err_set(e, ERR_ENV, EINVAL, "%s: environment: %s", r->command, bad);
	return 0;
}
