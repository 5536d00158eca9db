/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "reserved.h"

#define MEMORY "memory"
#define EVICTION_DEFAULT (INT64_C(100) << 20)

static int no_quantity(const char *where, const char *name, const char *text, struct err *e)
{
	int r = err_set(e, ERR_CONFIG, EINVAL, "kubelet: %s: %s \"%s\" is not a quantity", where,
		name, text);

	err_remedy(e, "write it as 1Gi or 512Mi");
	return r;
}

/* Only memory has sums to compare: not cpu, pid, ephemeral-storage. */
static bool is_memory(const char *name)
{
	return strcmp(name, MEMORY) == 0 || strncmp(name, "hugepages-", 10) == 0;
}

/* hugepages-1024Mi is hugepages-1Gi. NULL: there are more types than any machine has. */
static struct reserved_type *type_of(struct reserved *r, const char *name)
{
	int64_t size = 0, other = 0;

	(void)(strcmp(name, MEMORY) != 0 && quantity_parse(name + 10, QUANTITY_BYTES, &size));
	for (size_t i = 0; i < r->n; i++) {
		struct reserved_type *t = &r->types[i];

		if (strcmp(t->name, name) == 0 ||
			(size && strcmp(t->name, MEMORY) != 0 &&
				quantity_parse(t->name + 10, QUANTITY_BYTES, &other) == 0 &&
				other == size))
			return t;
	}
	if (r->n == ARRAY_SIZE(r->types))
		return NULL;
	(void)snprintf(r->types[r->n].name, sizeof(r->types[0].name), "%s", name);
	return &r->types[r->n++];
}

static int add(struct reserved *r, const char *where, const char *name, const char *text,
	bool on_node, struct err *e)
{
	struct reserved_type *t;
	int64_t bytes;

	if (!is_memory(name))
		return 0;
	if (!text || quantity_parse(text, QUANTITY_BYTES, &bytes) < 0)
		return no_quantity(where, name, text ? text : "", e);
	t = type_of(r, name);
	if (!t)
		return err_set(e, ERR_CONFIG, E2BIG, "kubelet: %s: too many types of memory",
			where);
	*(on_node ? &t->on_nodes : &t->allocatable) += bytes;
	return 0;
}

/* "0:memory=1Gi,hugepages-1Gi=2Gi;1:memory=1Gi", as the flag has it. */
static int add_flag_nodes(struct reserved *r, const char *text, struct err *e)
{
	auto_free char *copy = strdup(text);
	char *node_end = NULL, *end = NULL;
	int rc = copy ? 0 : err_sys(e, ERR_INTERNAL, ENOMEM, "kubelet");

	for (char *node = copy ? strtok_r(copy, ";", &node_end) : NULL;
		rc == 0 && node && r->n_nodes < RESERVED_MAX;
		node = strtok_r(NULL, ";", &node_end)) {
		char *colon = strchr(node, ':');

		if (!colon)
			return no_quantity("reserved-memory", node, "", e);
		r->nodes[r->n_nodes++] = strtoll(node, NULL, 10);
		for (char *part = strtok_r(colon + 1, ",", &end); rc == 0 && part;
			part = strtok_r(NULL, ",", &end)) {
			char *equals = strchr(part, '=');

			if (equals)
				*equals = '\0';
			rc = add(r, "reserved-memory", part, equals ? equals + 1 : NULL, true, e);
		}
	}
	return rc;
}

static int add_nodes(struct reserved *r, const struct kubelet_config *k, struct err *e)
{
	const char *flag = kubelet_config_get(k, "", "reserved-memory");
	struct document *d = k->doc;
	int rc = 0;

	if (flag)
		return add_flag_nodes(r, flag, e);
	if (!d)
		return 0;
	const document_at list = document_key(d, DOCUMENT_TOP, "reservedMemory");

	for (size_t i = 0; rc == 0 && i < RESERVED_MAX; i++) {
		const document_at item = document_element(d, list, i);
		const char *node = document_text(d, document_key(d, item, "numaNode")), *name;
		document_at value;

		if (item == DOCUMENT_NONE)
			break;
		r->nodes[r->n_nodes++] = node ? strtoll(node, NULL, 10) : 0;
		const document_at limits = document_key(d, item, "limits");

		for (size_t j = 0; rc == 0 && (name = document_pair(d, limits, j, &value)); j++)
			rc = add(r, "reservedMemory", name, document_text(d, value), true, e);
	}
	return rc;
}

/* Every type that the map of the file, or the flag that wins over it, holds. */
static int add_map(struct reserved *r, const struct kubelet_config *k, const char *key,
	const char *flag, struct err *e)
{
	const char *text = kubelet_config_get(k, "", flag), *name, *value;
	auto_free char *copy = text ? strdup(text) : NULL;
	char *end = NULL;
	int rc = 0;

	for (char *part = copy ? strtok_r(copy, ",", &end) : NULL; rc == 0 && part;
		part = strtok_r(NULL, ",", &end)) {
		char *equals = strchr(part, '=');

		if (equals)
			*equals = '\0';
		rc = add(r, flag, part, equals ? equals + 1 : NULL, false, e);
	}
	for (size_t i = 0; rc == 0 && !text && (name = kubelet_config_entry(k, key, i, &value));
		i++)
		rc = add(r, key, name, value, false, e);
	return rc;
}

/* Given without memory.available there is no threshold, unless defaults are to be merged. */
static int add_eviction(struct reserved *r, const struct kubelet_config *k, int64_t capacity,
	struct err *e)
{
	struct reserved_type *t = type_of(r, MEMORY);
	const char *unused;
	const bool given = kubelet_config_get(k, "", "eviction-hard") ||
		kubelet_config_entry(k, "evictionHard", 0, &unused);
	char text[64];
	int64_t bytes = EVICTION_DEFAULT;

	if (kubelet_config_part(k, "evictionHard", "eviction-hard", "memory.available", text,
		    sizeof(text))) {
		char *percent = strchr(text, '%');

		if (percent)
			bytes = (int64_t)((double)capacity * strtod(text, NULL) / 100);
		else if (quantity_parse(text, QUANTITY_BYTES, &bytes) < 0)
			return no_quantity("evictionHard", "memory.available", text, e);
	} else if (given && !kubelet_config_is(k, "mergeDefaultEvictionSettings", NULL, false)) {
		bytes = 0;
	}
	t->allocatable += bytes;
	return 0;
}

int reserved_read(const struct kubelet_config *k, int64_t capacity, struct reserved *ret,
	struct err *e)
{
	struct reserved r = {0};
	int rc = add_eviction(&r, k, capacity, e);

	if (rc == 0)
		rc = add_map(&r, k, "kubeReserved", "kube-reserved", e);
	if (rc == 0)
		rc = add_map(&r, k, "systemReserved", "system-reserved", e);
	if (rc == 0)
		rc = add_nodes(&r, k, e);
	if (rc == 0)
		*ret = r;
	return rc;
}

int64_t reserved_memory(const struct reserved *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->types[i].name, MEMORY) == 0)
			return r->types[i].allocatable;
	return 0;
}
