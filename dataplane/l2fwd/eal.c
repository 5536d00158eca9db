/* SPDX-License-Identifier: Apache-2.0 */
#include "eal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_version.h>

#include "note.h"
#include "pcidevice.h"

static int from_library(struct err *e, const struct dpdkpod_error *d, int code)
{
	(void)err_set(e, code, d->errnum, "%s", d->message);
	if (d->remedy[0] != '\0')
		err_remedy(e, "%s", d->remedy);
	return d->errnum > 0 ? -d->errnum : -EINVAL;
}

static bool environment_names_devices(void)
{
	char *const *env = environ;
	struct pcidevice v;

	while (pcidevice_next(&env, &v))
		if (!v.json && *v.value)
			return true;
	return false;
}

/* Absence of the default file is not yet an error: EAL arguments by hand do without. */
static int read_pod(struct l2fwd_eal *eal, const struct options *o, struct err *e)
{
	struct dpdkpod_error d = {0};
	bool named = o->pod_file != NULL || getenv("DPDK_POD_FILE") != NULL;
	bool by_hand = o->eal_argc > 0 || environment_names_devices();
	int r = dpdkpod_open(o->pod_file, &eal->pod, &d);

	if (r < 0 && (r != -ENOENT || named))
		return from_library(e, &d, ERR_PODFILE);
	if (by_hand || (r == 0 && dpdkpod_interface_count(eal->pod) > 0))
		return 0;
	if (r < 0)
		r = err_set(e, ERR_PODFILE, ENOENT, "no pod file (%s) and no EAL arguments",
			DPDKPOD_DEFAULT_FILE);
	else
		r = err_set(e, ERR_PODFILE, ENODEV, "%s lists no interface",
			dpdkpod_path(eal->pod));
	err_remedy(e,
		"give the pod a network of type dpdk-cni and the volume 'dpdk-pod', name its file "
		"by --pod-file, or give devices by hand: dpdk-pod-l2fwd -a 0000:3b:02.1 --");
	return r;
}

static int derive(struct l2fwd_eal *eal, const struct options *o, struct err *e)
{
	const struct dpdkpod_eal_request request = {
		.size = sizeof(request),
		.pod = eal->pod,
		.facts = eal->facts,
		.program = "dpdk-pod-l2fwd",
		.user_argv = o->eal_argv,
		.dpdk_version = rte_version(),
		.netdev_pmd = o->netdev_pmd,
	};
	struct dpdkpod_error d = {0};

	if (dpdkpod_eal_derive(&request, &eal->args, &d) < 0)
		return from_library(e, &d, ERR_DEVICE);
	for (size_t i = 0; i < dpdkpod_eal_note_count(eal->args); i++)
		note("%s", dpdkpod_eal_note_at(eal->args, i));
	return 0;
}

/* One line that can be pasted into another program's command line. */
static void note_arguments(const struct l2fwd_eal *eal)
{
	char **argv = dpdkpod_eal_argv(eal->args);

	(void)fputs("dpdk-pod-l2fwd: EAL arguments:", stderr);
	for (int i = 1; i < dpdkpod_eal_argc(eal->args); i++)
		(void)fprintf(stderr, " %s", argv[i]);
	(void)fputc('\n', stderr);
}

int eal_start(struct l2fwd_eal *eal, const struct options *o, struct err *e)
{
	struct dpdkpod_error d = {0};
	int argc, r;

	r = read_pod(eal, o, e);
	if (r < 0)
		return r;
	if (dpdkpod_facts_read(&eal->facts, &d) < 0)
		return from_library(e, &d, ERR_IO);
	r = derive(eal, o, e);
	if (r < 0)
		return r;
	note_arguments(eal);
	argc = dpdkpod_eal_argc(eal->args);
	r = rte_eal_init(argc, dpdkpod_eal_argv(eal->args));
	if (r < 0) {
		r = err_sys(e, ERR_KERNEL, rte_errno, "DPDK does not start");
		err_remedy(e, "EAL says why above; 'dpdk-pod doctor' checks this container");
		return r;
	}
	eal->up = true;
	/* What EAL did not take is moved to the end of the vector. */
	if (r + 1 < argc) {
		r = err_set(e, ERR_CONFIG, EINVAL, "EAL arguments: unexpected argument '%s'",
			dpdkpod_eal_argv(eal->args)[argc - 1]);
		err_remedy(e, "EAL arguments, then '--', then the program's own options");
		return r;
	}
	return 0;
}

void eal_stop(struct l2fwd_eal *eal)
{
	if (eal->up)
		(void)rte_eal_cleanup();
	dpdkpod_eal_free(eal->args);
	dpdkpod_facts_free(eal->facts);
	dpdkpod_close(eal->pod);
	*eal = (struct l2fwd_eal){0};
}
