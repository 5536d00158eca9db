/* SPDX-License-Identifier: Apache-2.0 */
/* VERSION: which versions of the protocol are spoken; the input's is echoed. */
#include <stdio.h>

#include "codec.h"
#include "netconf.h"
#include "verbs.h"

struct answer {
	char *cni_version;
	char **supported;
	size_t n_supported;
};

static const struct codec_field answer_fields[] = {
	CODEC_STRING(struct answer, cni_version, "cniVersion", 0),
	CODEC_STRINGS(struct answer, supported, n_supported, "supportedVersions", 0),
	CODEC_END,
};

int verb_version(struct request *req, char **ret_out, struct err *e)
{
	char version[32];
	char **names = (char **)(uintptr_t)cni_version_names;
	const struct answer a = {version, names, CNI_VERSIONS};

	if (!req->tree || netconf_peek_version(req->tree, version, sizeof(version), NULL) < 0 ||
		!version[0])
		(void)snprintf(version, sizeof(version), "%s", cni_version_names[CNI_110]);
	return codec_encode(answer_fields, &a, 2, ret_out, e);
}
