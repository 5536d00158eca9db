/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices that the pod file does not have: accelerators (crypto, FEC), and NICs of a pod without a
 * file. Two sources name them:
 *
 *   PCIDEVICE_<RESOURCE>=<bdf>,…   of the SR-IOV device plugin, which adds PCIDEVICE_<RESOURCE>_INFO,
 *                                  a JSON object by address; a VF's token may be in there
 *   the files of KEP-5304          of a DRA driver (dra.h)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "dra.h"
#include "eal.h"
#include "mem.h"

#define PLUGIN "PCIDEVICE_"
#define TOKEN_ENV "DPDK_POD_VF_TOKEN"

struct info {
	char *bdf;
	struct info_extra {
		char *token;
	} extra;
};

struct infos {
	struct info *devices;
	size_t n_devices;
};

static const struct codec_field extra_fields[] = {
	CODEC_STRING(struct info_extra, token, "VFIO_TOKEN", 64),
	CODEC_END,
};

static const struct codec_field info_fields[] = {
	CODEC_OBJECT(struct info, extra, "extra", extra_fields),
	CODEC_END,
};

static const struct codec_field infos_fields[] = {
	CODEC_OBJMAP(struct infos, devices, n_devices, "devices", struct info, bdf, info_fields),
	CODEC_END,
};

static char *const *environment(const struct eal *b)
{
	return b->facts->source.env ? b->facts->source.env : environ;
}

/* The value of a PCIDEVICE_* variable; a resource's own name may end in _INFO, its value tells. */
static const char *plugin_value(const char *variable, bool json)
{
	const char *value = strchr(variable, '=');

	if (strncmp(variable, PLUGIN, strlen(PLUGIN)) != 0 || !value)
		return NULL;
	return (value[1] == '{') == json ? value + 1 : NULL;
}

static int from_plugin(struct eal *b, const char *variable, const char *value, struct err *e)
{
	auto_free char *name = strndup(variable, (size_t)(value - variable) - 1);
	auto_free char *list = strdup(value);
	char *save = NULL;

	if (!name || !list)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "environment");
	for (char *t = strtok_r(list, ", ", &save); t; t = strtok_r(NULL, ", ", &save))
		eal_offered(b, name, t);
	return 0;
}

static void from_dra(struct eal *b)
{
	struct dra dra = {0};

	if (dra_read(b->facts->source.root, &dra) < 0)
		b->no_memory = true;
	for (size_t i = 0; i < dra.n; i++)
		if (dra.devices[i].bdf)
			eal_offered(b, dra.devices[i].file, dra.devices[i].bdf);
		else
			eal_note(b, "%s: left out: %s", dra.devices[i].file, dra.devices[i].why);
	dra_free(&dra);
}

int eal_offers(struct eal *b, struct err *e)
{
	int r = 0;

	for (char *const *env = environment(b); env && *env && r == 0; env++) {
		const char *value = plugin_value(*env, false);

		if (value && *value)
			r = from_plugin(b, *env, value, e);
	}
	if (r == 0)
		from_dra(b);
	return r;
}

/* The device's "extra": {"VFIO_TOKEN": …} in one _INFO variable; owned. */
static char *token_in(const char *json, const char *bdf)
{
	auto_free char *text = NULL;
	struct infos infos;
	char *token = NULL;

	if (asprintf(&text, "{\"devices\":%s}", json) < 0 ||
		codec_decode(infos_fields, &infos, text, strlen(text), "", ERR_DECODE, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < infos.n_devices && !token; i++)
		if (strcasecmp(infos.devices[i].bdf, bdf) == 0)
			token = steal_ptr(infos.devices[i].extra.token);
	codec_free(infos_fields, &infos);
	return token;
}

static bool is_uuid(const char *s)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	for (; form[i] && s[i]; i++)
		if (form[i] == '-' ? s[i] != '-' : !strchr("0123456789abcdefABCDEF", s[i]))
			return false;
	return form[i] == s[i];
}

/* The kernel gives such a VF to nobody without the token that the PF's user has set. */
int eal_vf_token(struct eal *b, struct err *e)
{
	const char *given = facts_env(b->facts, TOKEN_ENV), *from = TOKEN_ENV;
	auto_free char *token = given ? strdup(given) : NULL;

	if (!b->token_of[0] || eal_find(b, EAL_VF_TOKEN))
		return 0;
	for (char *const *env = environment(b); env && *env && !token; env++) {
		const char *json = plugin_value(*env, true);

		token = json ? token_in(json, b->token_of) : NULL;
		from = "the device plugin's PCIDEVICE_*_INFO";
	}
	if (!token) {
		int r = err_set(e, ERR_DEVICE, EACCES,
			"%s: its PF is on vfio-pci, and nothing here names the PF's token",
			b->token_of);

		err_remedy(e,
			"put the token that the PF's user has set into " TOKEN_ENV
			" (env: valueFrom: secretKeyRef), or give --vfio-vf-token");
		return r;
	}
	/* Not shown: it is a secret. */
	if (!is_uuid(token))
		return err_set(e, ERR_ENV, EINVAL, "%s: the VF token of %s is not a UUID", from,
			b->token_of);
	(void)eal_add(b, EAL_VF_TOKEN, token, "the PF of %s is on vfio-pci; from %s", b->token_of,
		from);
	return 0;
}
