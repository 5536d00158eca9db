/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "error.h"
#include "facts.h"
#include "file.h"
#include "mem.h"
#include "pod.h"
#include "process.h"

const struct podfile_container *pod_own_container(const struct dpdkpod *pod)
{
	for (size_t i = 0; pod && pod->container && i < pod->file.n_containers; i++)
		if (strcmp(pod->file.containers[i].name, pod->container) == 0)
			return &pod->file.containers[i];
	return NULL;
}

bool pod_interface_foreign(const struct dpdkpod *pod, const struct podfile_interface *i)
{
	return i->container && pod->container && strcmp(i->container, pod->container) != 0;
}

static bool same_cpus(const struct podfile_container *c, const struct cpulist *cpus)
{
	struct cpulist set;

	return c->cpus && cpus && cpulist_parse(c->cpus, &set, NULL) == 0 &&
		cpulist_equal(&set, cpus);
}

/* The one container that runs on these CPUs; two that share a pool cannot be told apart. */
static const char *container_by_cpus(const struct podfile *f, const struct cpulist *cpus)
{
	const char *found = NULL;

	if (f->n_containers == 1 && !f->containers[0].cpus)
		return f->containers[0].name;
	for (size_t i = 0; i < f->n_containers; i++) {
		if (!same_cpus(&f->containers[i], cpus))
			continue;
		if (found)
			return NULL;
		found = f->containers[i].name;
	}
	return found;
}

static int fill_pod(struct dpdkpod *pod, const char *path, const char *container,
	const struct cpulist *cpus)
{
	if (!container)
		container = container_by_cpus(&pod->file, cpus);
	pod->path = strdup(path);
	pod->container = container ? strdup(container) : NULL;
	pod->interfaces = calloc(pod->file.n_interfaces + 1, sizeof(*pod->interfaces));
	if (!pod->path || !pod->interfaces || (container && !pod->container))
		return -ENOMEM;
	for (size_t i = 0; i < pod->file.n_interfaces; i++)
		pod->interfaces[i].f = &pod->file.interfaces[i];
	return 0;
}

int pod_from_text(const char *path, const char *text, size_t len, const char *container,
	const struct cpulist *cpus, struct dpdkpod **ret, struct err *e)
{
	struct dpdkpod *pod = calloc(1, sizeof(*pod));

	if (!pod)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", path);
	podfile_init(&pod->file);
	int r = podfile_decode(text, len, path, &pod->file, e);

	if (r == 0) {
		r = fill_pod(pod, path, container, cpus);
		if (r < 0)
			(void)err_sys(e, ERR_INTERNAL, -r, "%s", path);
	}
	if (r < 0)
		dpdkpod_close(pod);
	else
		*ret = pod;
	return r;
}

static int read_text(const char *path, char **ret, size_t *ret_len, struct err *e)
{
	/* O_NONBLOCK: the pod owns that directory, and a FIFO there would hold us for ever. */
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r = fd < 0 ? -errno : file_read_fd(fd, PODFILE_MAX, ret, ret_len);

	if (r == 0)
		return 0;
	(void)err_sys(e, ERR_PODFILE, -r, "%s: cannot read the pod file", path);
	if (r == -ENOENT)
		err_remedy(e,
			"mount the emptyDir volume \"dpdk-pod\" at %s in this container and attach the "
			"pod to a network of the dpdk-cni plugin, or name the file in DPDK_POD_FILE",
			PODFILE_DIR);
	if (r == -EACCES)
		err_remedy(e,
			"the plugin publishes it with mode 0644: check the mode of its directory");
	return r;
}

/* The CPUs the kubelet gave this container: its cpuset; the affinity may be narrower by now. */
static const struct cpulist *own_cpus(struct cpulist *buf)
{
	auto_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root >= 0 && cgroup_cpuset(root, buf) == 0)
		return buf;
	return process_affinity(buf) == 0 ? buf : NULL;
}

int dpdkpod_open(const char *path, struct dpdkpod **ret_pod, struct dpdkpod_error *err)
{
	struct err e = ERR_INIT;
	struct cpulist cpus;
	auto_free char *text = NULL;
	size_t len;

	if (!path)
		path = getenv("DPDK_POD_FILE");
	if (!path || !*path)
		path = DPDKPOD_DEFAULT_FILE;
	int r = read_text(path, &text, &len, &e);

	if (r == 0)
		r = pod_from_text(path, text, len, getenv("DPDK_POD_CONTAINER"), own_cpus(&cpus),
			ret_pod, &e);
	return error_out(err, &e, r);
}

void dpdkpod_close(struct dpdkpod *pod)
{
	if (!pod)
		return;
	podfile_free(&pod->file);
	free(pod->path);
	free(pod->container);
	free(pod->interfaces);
	free(pod);
}

const char *dpdkpod_path(const struct dpdkpod *pod)
{
	return pod->path;
}

const char *dpdkpod_pod_namespace(const struct dpdkpod *pod)
{
	return pod->file.pod.ns;
}

const char *dpdkpod_pod_name(const struct dpdkpod *pod)
{
	return pod->file.pod.name;
}

const char *dpdkpod_pod_uid(const struct dpdkpod *pod)
{
	return pod->file.pod.uid;
}

const char *dpdkpod_container(const struct dpdkpod *pod)
{
	return pod->container;
}

size_t dpdkpod_interface_count(const struct dpdkpod *pod)
{
	return pod->file.n_interfaces;
}

const struct dpdkpod_interface *dpdkpod_interface_at(const struct dpdkpod *pod, size_t i)
{
	return i < pod->file.n_interfaces ? &pod->interfaces[i] : NULL;
}

const struct dpdkpod_interface *dpdkpod_interface_find(const struct dpdkpod *pod, const char *name)
{
	for (size_t i = 0; i < pod->file.n_interfaces; i++)
		if (strcmp(pod->file.interfaces[i].name, name) == 0)
			return &pod->interfaces[i];
	return NULL;
}
