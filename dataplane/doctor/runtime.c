/* SPDX-License-Identifier: Apache-2.0 */
/* EAL's runtime directory: can it be written to, and who is in there under which file prefix? */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"
#include "process.h"

/* EAL's default prefix: the one that collides. */
#define DEFAULT_PREFIX "rte"

static void base_dir(const struct doctor *d, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s/dpdk", d->facts->runtime[0].dir);
}

/* The primary process holds a record lock on part of this file as long as it lives. The answer:
 * 0 nobody, else its process id, -1 for a process that cannot be seen from here. */
static int owner(int dir, const char *prefix, pid_t *ret)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[NAME_MAX + 16];

	(void)snprintf(path, sizeof(path), "%s/config", prefix);
	auto_close int fd = file_open(dir, path, O_RDONLY | O_NONBLOCK, 0, FILE_STRICT);

	if (fd < 0)
		return fd;
	if (fcntl(fd, F_GETLK, &lock) < 0)
		return -errno;
	*ret = lock.l_type == F_UNLCK ? 0 : lock.l_pid > 0 ? lock.l_pid : -1;
	return 0;
}

static void look_at(const struct doctor *d, const char *base, int dir, const char *prefix,
	struct report *r)
{
	bool usual = strcmp(prefix, DEFAULT_PREFIX) == 0;
	char name[PROCESS_NAME];
	pid_t pid = 0;
	int err = owner(dir, prefix, &pid);

	if (err == -ENOENT || (err == 0 && pid == 0))
		return; /* nobody's, or a dead one's: EAL takes it over */
	if (err < 0) {
		report_add(r, SEVERITY_NOTE, "%s/%s/config: cannot see who has it: %s", base,
			prefix, strerror(-err));
		return;
	}
	if (pid > 0) {
		report_add(r, usual ? SEVERITY_WARNING : SEVERITY_NOTE,
			"%s/%s: process %d (%s) runs DPDK with the file prefix %s", base, prefix,
			(int)pid, process_name(d->facts->source.root, pid, name), prefix);
	} else {
		report_add(r, usual ? SEVERITY_ERROR : SEVERITY_NOTE,
			"%s/%s: a process of another container runs DPDK with the file prefix %s "
			"here",
			base, prefix, prefix);
	}
	report_meaning(r,
		"a second primary process with this prefix ends with \"Cannot create lock on "
		"'%s/%s/config'. Is another primary process running?\"",
		base, prefix);
	report_remedy(r,
		"start programs by dpdk-pod run (--in-memory or a prefix of its own), or with "
		"--file-prefix NAME; do not share %s between containers",
		base);
}

void check_file_prefix(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	char base[PATH_MAX];

	base_dir(d, base, sizeof(base));
	auto_dir DIR *dir = file_opendir(d->facts->source.root, base);

	if (!dir) {
		if (errno != ENOENT)
			report_add(r, SEVERITY_NOTE,
				"%s: cannot look for running DPDK programs: %s", base,
				strerror(errno));
		return;
	}
	for (const char *name; (name = file_next(dir));)
		if (name[0] != '.')
			look_at(d, base, dirfd(dir), name, r);
}

void check_runtime_dir(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	const char *dir = d->facts->runtime[0].dir;

	if (d->facts->runtime[0].writable)
		return;
	int err = facts_access(d->facts, dir);

	report_add(r, SEVERITY_WARNING, "%s: uid %u cannot write to EAL's runtime directory: %s",
		dir, (unsigned int)d->facts->source.uid, strerror(err < 0 ? -err : EACCES));
	report_meaning(r,
		"EAL stops with \"Error creating '%s/dpdk'\" unless it is told --in-memory or "
		"--no-shconf, as dpdk-pod run does; without telemetry, dpdk-pod ready and "
		"dpdk-telemetry.py have nobody to ask",
		dir);
	report_remedy(r,
		"mount an emptyDir at a directory of its own and set the variable "
		"RUNTIME_DIRECTORY to it (DPDK 22.11), with securityContext.fsGroup for a "
		"user other than root");
}
