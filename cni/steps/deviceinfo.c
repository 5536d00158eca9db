/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device information file of the Network Plumbing Working Group's device-info specification
 * 1.1.0: Multus hands us its path in runtimeConfig.CNIDeviceInfoFile and puts the content into
 * the pod's network-status annotation.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "devinfo.h"
#include "file.h"
#include "mem.h"
#include "steps.h"

/* The specification has no type for a device without a bus address. */
static bool wanted(const struct attach *a)
{
	return a->conf.runtime.device_info_file && a->rec.interface.pci_address;
}

/* The directory of the file, and its name in it; made where it is missing, as Multus expects. */
static int open_dir(const struct attach *a, bool create, const char **ret_name, struct err *e)
{
	const char *path = a->conf.runtime.device_info_file, *slash, *rest, *base;
	auto_free char *dir = NULL;
	int r;

	/* Multus says /var/run, which is a symlink to /run. */
	if (strncmp(path, "/var/run/", 9) == 0)
		path += 4;
	slash = strrchr(path, '/');
	base = policy_device_info_dir(&a->m->policy, path, &rest);
	if (!base || slash < rest || !slash[1] || strstr(path, "/..")) {
		r = err_set(e, ERR_REFUSED, EPERM,
			"runtimeConfig.CNIDeviceInfoFile %s: the node's policy does not allow it",
			path);
		err_remedy(e,
			"let the node's owner add the directory to \"deviceInfoDirs\" in "
			"/etc/dpdk-cni/policy.json");
		return r;
	}
	*ret_name = slash + 1;
	dir = strndup(path, (size_t)(slash - path));
	if (!dir)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "device information");
	r = create ? file_mkdirs(a->m->root, dir, 0755)
		   : file_open(a->m->root, dir, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
	return r < 0 ? err_sys(e, ERR_IO, -r, "device information %s: open its directory", path)
		     : r;
}

/* A path that is not allowed is an error before anything was touched. */
static int capture(struct attach *a, struct err *e)
{
	const char *name;
	struct err why = ERR_INIT;
	auto_close int dir = open_dir(a, false, &name, &why);

	if (dir < 0 && why.code == ERR_REFUSED) {
		*e = why;
		return dir;
	}
	return 0;
}

static int apply(struct attach *a, struct err *e)
{
	const struct podfile_interface *i = &a->rec.interface;
	char tmp[64];
	const char *name;
	auto_free char *text = NULL;
	auto_close int dir = open_dir(a, true, &name, e);
	int r = dir < 0 ? dir : devinfo_encode(i->pci_address, i->pf, &text, e);

	if (r < 0)
		return r;
	(void)snprintf(tmp, sizeof(tmp), ".%.50s.tmp", a->rec.container);
	r = file_replace(dir, name, tmp, text, strlen(text), 0444);
	return r < 0 ? err_sys(e, ERR_IO, -r, "device information %s: write",
			       a->conf.runtime.device_info_file)
		     : 0;
}

static int undo(struct attach *a, struct err *e)
{
	const char *name;
	auto_close int dir = open_dir(a, false, &name, NULL);

	(void)e;
	/* Multus removes it too; a directory that is gone holds no file. */
	if (dir >= 0)
		(void)unlinkat(dir, name, 0);
	return 0;
}

static int check(struct attach *a, struct err *e)
{
	(void)a;
	(void)e;
	return 0;
}

static void describe(const struct attach *a, struct plan *p)
{
	plan_add(p, "device information", NULL, a->conf.runtime.device_info_file);
}

const struct step step_deviceinfo = {"deviceinfo", wanted, capture, apply, undo, check, describe};
