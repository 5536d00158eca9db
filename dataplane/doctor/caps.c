/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities: what this container's devices call for, what it has, and what takes effect. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "pod_checks.h"
#include "pod_doctor.h"
#include "file.h"
#include "mem.h"

struct need {
	int cap;
	const char *name, *what;
};

/* What is needed for what; at most as many as there are below. */
static size_t needs(const struct doctor *d, struct need *ret)
{
	const struct dpdkpod_facts *f = d->facts;
	size_t n = 0;

	if (doctor_uses_kernel(d))
		ret[n++] = (struct need){FACTS_CAP_NET_RAW, "NET_RAW", "kernel interfaces"};
	if (doctor_needs_physical(d)) {
		ret[n++] = (struct need){FACTS_CAP_SYS_RAWIO, "SYS_RAWIO",
			"devices without an IOMMU"};
		ret[n++] = (struct need){FACTS_CAP_SYS_ADMIN, "SYS_ADMIN", "physical addresses"};
	}
	if (doctor_uses_vfio(d) && f->source.memlock < doctor_to_map(d))
		ret[n++] = (struct need){FACTS_CAP_IPC_LOCK, "IPC_LOCK",
			"memory locked beyond RLIMIT_MEMLOCK"};
	return n;
}

void check_net_raw(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	struct need list[4];

	if (needs(d, list) == 0 || list[0].cap != FACTS_CAP_NET_RAW ||
		((d->facts->caps | d->facts->caps_bounding) >> FACTS_CAP_NET_RAW) & 1)
		return;
	report_add(r, SEVERITY_ERROR,
		"capability NET_RAW: this container lacks it, and has kernel interfaces");
	report_meaning(r,
		"pcap, af_packet, af_xdp and mlx5 cannot open them: \"You don't have permission to "
		"perform this capture\", \"Could not open AF_PACKET socket\"");
	report_remedy(r,
		"securityContext.capabilities.add: [NET_RAW] (podman: --cap-add NET_RAW); with "
		"NET_ADMIN as well af_packet serves them, which takes half of pcap's CPU time");
}

/* The effective capabilities that the file gives to whoever executes it. */
static uint64_t of_file(const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct vfs_ns_cap_data c = {0};
	ssize_t n = fd < 0 ? -1 : fgetxattr(fd, "security.capability", &c, sizeof(c));

	if (n < (ssize_t)sizeof(struct vfs_cap_data) ||
		!(le32toh(c.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE))
		return 0;
	return le32toh(c.data[0].permitted) | (uint64_t)le32toh(c.data[1].permitted) << 32;
}

bool doctor_program_cap(const struct doctor *d, int cap)
{
	return d->program && !d->no_new_privs &&
		(of_file(d->program) & d->facts->caps_bounding) >> cap & 1;
}

static void one(const struct doctor *d, const struct need *need, struct report *r)
{
	uint64_t bit = UINT64_C(1) << need->cap;
	const char *path = d->program ? d->program : "PROGRAM";

	if ((d->facts->caps & bit) || !(d->facts->caps_bounding & bit) ||
		doctor_program_cap(d, need->cap))
		return;
	if (d->program && (of_file(d->program) & bit)) {
		report_add(r, SEVERITY_ERROR,
			"capability %s: %s has it as a file capability, and no_new_privs is set",
			need->name, path);
		report_meaning(r, "the kernel ignores file capabilities then; it is needed for %s",
			need->what);
		report_remedy(r, "securityContext.allowPrivilegeEscalation: true");
		return;
	}
	report_add(r, d->program ? SEVERITY_ERROR : SEVERITY_WARNING,
		"capability %s: the container has it, uid %u does not%s%s", need->name,
		(unsigned int)d->facts->source.uid, d->program ? ", nor does the file " : "",
		d->program ? d->program : "");
	report_meaning(r,
		"capabilities.add does not take effect for a user other than root; it is needed "
		"for %s",
		need->what);
	report_remedy(r,
		"in the image: setcap cap_%s+ep %s, and securityContext.allowPrivilegeEscalation: "
		"true; or runAsUser: 0",
		need->cap == FACTS_CAP_NET_RAW             ? "net_raw"
			: need->cap == FACTS_CAP_IPC_LOCK  ? "ipc_lock"
			: need->cap == FACTS_CAP_SYS_RAWIO ? "sys_rawio"
							   : "sys_admin",
		path);
}

void check_caps_effective(const void *subject, struct report *r)
{
	const struct doctor *d = subject;
	struct need list[4];
	size_t n = needs(d, list);

	for (size_t i = 0; i < n; i++)
		one(d, &list[i], r);
}
