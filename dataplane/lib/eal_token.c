/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --vfio-vf-token: the kernel gives a VF whose PF is on vfio-pci to nobody without the token that the
 * PF's user has set. The device plugin may tell it in its JSON about the device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "eal_parts.h"
#include "mem.h"
#include "pcidevice.h"

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

int eal_vf_token(struct eal *b, struct err *e)
{
	const char *given = facts_env(b->facts, TOKEN_ENV), *from = TOKEN_ENV;
	auto_free char *token = given ? strdup(given) : NULL;
	char *const *env = facts_environment(b->facts);
	struct pcidevice v;

	if (!b->token_of[0] || eal_find(b, EAL_VF_TOKEN))
		return 0;
	while (!token && pcidevice_next(&env, &v)) {
		token = v.json ? token_in(v.value, b->token_of) : NULL;
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
