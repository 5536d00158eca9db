/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "kubelet_config.h"
#include "mem.h"
#include "process.h"

#define CONFIG_MAX (1u << 20)

void kubelet_config_free(struct kubelet_config *k)
{
	document_free(&k->doc);
	free(k->arguments);
	*k = (struct kubelet_config){0};
}

/* The flag's value in "--flag=value" or "--flag value"; the last counts. */
static const char *value_among(const char *arguments, size_t len, const char *flag)
{
	const char *found = NULL, *end = arguments + len;
	const size_t n = flag ? strlen(flag) : 0;

	for (const char *a = arguments; flag && a && a < end; a += strlen(a) + 1) {
		const char *name = a + strspn(a, "-"), *next = a + strlen(a) + 1;

		if (name == a || strncmp(name, flag, n) != 0)
			continue;
		if (name[n] == '=')
			found = name + n + 1;
		else if (!name[n])
			found = next < end && *next != '-' ? next : "true";
	}
	return found;
}

static const char *flag_value(const struct kubelet_config *k, const char *flag)
{
	return value_among(k->arguments, k->arguments_len, flag);
}

bool kubelet_config_root(int rootfd, int pid, char *buf, size_t size)
{
	auto_free char *arguments = NULL;
	size_t len = 0;

	if (pid > 0)
		(void)process_read(rootfd, pid, "cmdline", &arguments, &len);
	const char *dir = value_among(arguments, len, "root-dir");

	if (!dir || *dir != '/')
		return false;
	(void)snprintf(buf, size, "%s", dir);
	return true;
}

int kubelet_config_read(int rootfd, const char *path, int pid, struct kubelet_config *ret,
	struct err *e)
{
	auto_free char *text = NULL;
	struct kubelet_config k = {0};
	const char *named = path;
	size_t len;
	int r;

	if (!path && pid > 0)
		(void)process_read(rootfd, pid, "cmdline", &k.arguments, &k.arguments_len);
	if (!named)
		named = flag_value(&k, "config");
	(void)snprintf(k.path, sizeof(k.path), "%s", named ? named : KUBELET_DIR "/config.yaml");
	r = file_read(rootfd, k.path, FILE_IN_ROOT, CONFIG_MAX, &text, &len);
	k.there = r != -ENOENT || k.arguments;
	if (r == -ENOENT && !named) {
		k.path[0] = '\0';
		r = 0;
	} else if (r < 0) {
		r = err_sys(e, ERR_IO, -r, "kubelet configuration %s: read", k.path);
	} else {
		r = document_load(text, len, k.path, &k.doc, e);
		if (r < 0)
			err_prefix(e, "kubelet configuration");
	}
	if (r < 0)
		kubelet_config_free(&k);
	else
		*ret = k;
	return r;
}

static document_at find(const struct kubelet_config *k, const char *key)
{
	return k->doc ? document_key(k->doc, DOCUMENT_TOP, key) : DOCUMENT_NONE;
}

const char *kubelet_config_get(const struct kubelet_config *k, const char *key, const char *flag)
{
	const char *value = flag_value(k, flag);

	return value ? value : k->doc ? document_text(k->doc, find(k, key)) : NULL;
}

bool kubelet_config_is(const struct kubelet_config *k, const char *key, const char *flag,
	bool otherwise)
{
	const char *value = kubelet_config_get(k, key, flag);

	return value && *value ? strchr("tTyY", *value) != NULL : otherwise;
}

bool kubelet_config_part(const struct kubelet_config *k, const char *key, const char *flag,
	const char *entry, char *buf, size_t size)
{
	const char *list = flag_value(k, flag);
	const char *value = !list && k->doc
		? document_text(k->doc, document_key(k->doc, find(k, key), entry))
		: NULL;
	const size_t n = strlen(entry);

	for (const char *p = list; p && *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ',')) {
		/* Thresholds of eviction are written with '<'. */
		if (strncmp(p, entry, n) != 0 || (p[n] != '=' && p[n] != '<'))
			continue;
		(void)snprintf(buf, size, "%.*s", (int)strcspn(p + n + 1, ","), p + n + 1);
		return true;
	}
	if (value)
		(void)snprintf(buf, size, "%s", value);
	return value != NULL;
}

const char *kubelet_config_entry(const struct kubelet_config *k, const char *key, size_t i,
	const char **ret_value)
{
	document_at value;
	const char *name = k->doc ? document_pair(k->doc, find(k, key), i, &value) : NULL;

	if (name)
		*ret_value = document_text(k->doc, value);
	return name;
}

/* "1e3" is a number, "1E" is an exabyte: takes the power of ten, if it is one, from behind *v. */
static int take_power(const char **text, double *v)
{
	const char *p = *text;
	char *end;

	if ((*p != 'e' && *p != 'E') || !p[1] || p[1 + strspn(p + 1, "+-0123456789")])
		return 0;
	long power = strtol(p + 1, &end, 10);

	if (*end || power < -18 || power > 18)
		return -EINVAL;
	for (; power > 0; power--)
		*v *= 10;
	for (; power < 0; power++)
		*v /= 10;
	*text = end;
	return 0;
}

int quantity_parse(const char *text, int64_t scale, int64_t *ret)
{
	static const struct {
		const char *suffix;
		double factor;
	} units[] = {
		{"", 1},
		{"m", 1e-3},
		{"u", 1e-6},
		{"n", 1e-9},
		{"k", 1e3},
		{"M", 1e6},
		{"G", 1e9},
		{"T", 1e12},
		{"P", 1e15},
		{"E", 1e18},
		{"Ki", 0x1p10},
		{"Mi", 0x1p20},
		{"Gi", 0x1p30},
		{"Ti", 0x1p40},
		{"Pi", 0x1p50},
	};
	const size_t digits = strspn(text, "0123456789.");
	char *end, number[32];

	if (!digits || digits >= sizeof(number))
		return -EINVAL;
	(void)snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	double v = strtod(number, &end);

	text += digits;
	if (*end || take_power(&text, &v) < 0)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(text, units[i].suffix) != 0)
			continue;
		v *= units[i].factor * (double)scale;
		if (v > 9e18)
			return -ERANGE;
		/* What binary fractions add is no byte more. */
		*ret = (int64_t)v + (v - (double)(int64_t)v > 1e-6);
		return 0;
	}
	return -EINVAL;
}
