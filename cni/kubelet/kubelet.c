/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kubelet.h"
#include "kubelet_dir.h"
#include "kubelet_fill.h"
#include "kubelet_state.h"
#include "log.h"
#include "mem.h"
#include "podresources.h"

void kubelet_init(struct kubelet *k, int root, const char *dir, const char *ns, const char *name,
	const char *uid)
{
	*k = (struct kubelet){.root = root,
		.dir = dir ? dir : KUBELET_DIR,
		.ns = ns,
		.name = name,
		.uid = uid,
		.patience = KUBELET_PATIENCE};
}

void kubelet_free(struct kubelet *k)
{
	kubelet_forget(k);
	free(steal_ptr(k->known_devices));
}

/* Get first, which is cheap; kubelets before 1.34 have List alone. */
static int ask_service(struct kubelet *k, struct err *e)
{
	struct err why = ERR_INIT;
	int r = podresources_get(k, &why);

	if (r != -EREMOTEIO && r != -ESRCH) {
		if (r < 0)
			*e = why;
		return r;
	}
	log_debug("%s", why.msg);
	r = podresources_list(k, false, e);
	k->asked_others = r == 0;
	return r;
}

/* What the files say of devices counts as well where they say nothing of containers. */
static int ask_files(struct kubelet *k, struct err *e)
{
	struct err why = ERR_INIT;
	int r = kubelet_state_containers(k, e);

	k->asked_others = true;
	if (kubelet_state_devices(k, &why) < 0)
		log_debug("%s", why.msg);
	return r;
}

enum kubelet_source kubelet_ask(struct kubelet *k)
{
	struct err service = ERR_INIT, files = ERR_INIT;
	const bool named = k->ns && k->name;

	if (k->asked)
		return k->source;
	k->asked = true;
	if (!named && !k->uid) {
		(void)err_set(&k->why, ERR_IO, ESRCH, "CNI_ARGS names no pod of a kubelet");
		return KUBELET_SILENT;
	}
	if (named && ask_service(k, &service) == 0)
		return k->source = KUBELET_SERVICE;
	if (k->uid && ask_files(k, &files) == 0) {
		log_info("%s%sCPUs and hugepages are those of the state files in %s", service.msg,
			service.msg[0] ? ": " : "", k->dir);
		return k->source = KUBELET_FILES;
	}
	(void)err_set(&k->why, ERR_IO, ENODATA, "%s%s%s", service.msg,
		service.msg[0] && files.msg[0] ? "; " : "", files.msg);
	if (kubelet_is_here(k))
		log_info("%s: the CPUs and hugepages of the pod stay unknown", k->why.msg);
	else
		log_debug("%s", k->why.msg);
	return KUBELET_SILENT;
}

static const struct kubelet_device *find(const struct kubelet *k, const char *address, bool own)
{
	for (size_t i = 0; i < k->n_devices; i++)
		if (!k->devices[i].pod == own && strcmp(k->devices[i].address, address) == 0)
			return &k->devices[i];
	return NULL;
}

const struct kubelet_device *kubelet_owner(struct kubelet *k, const char *address)
{
	struct err why = ERR_INIT;

	(void)kubelet_ask(k);
	const struct kubelet_device *d = find(k, address, true);

	if (d)
		return d;
	if (k->source == KUBELET_SERVICE && !k->asked_others) {
		k->asked_others = true;
		if (podresources_list(k, true, &why) < 0)
			log_info("%s: which devices other pods have stays unknown", why.msg);
	}
	return find(k, address, false);
}

bool kubelet_registered(struct kubelet *k, const char *address)
{
	/* A PCI address is as good as a word of its own. */
	return strstr(kubelet_state_known_devices(k), address) != NULL;
}
