/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf.h"
#include "mem.h"

/* Of linux/bpf.h, which may be older than the kernel that this runs on. */
enum {
	CMD_PROG_DETACH = 9,
	CMD_PROG_GET_FD_BY_ID = 13,
	CMD_OBJ_GET_INFO_BY_FD = 15,
	CMD_PROG_QUERY = 16,
	CMD_LINK_GET_FD_BY_ID = 30,
	CMD_LINK_GET_NEXT_ID = 31,
	CMD_LINK_DETACH = 34,
	LINK_TYPE_XDP = 6,
	PROGRAMS_MAX = 64, /* BPF_MPROG_MAX */
	ATTR_SIZE = 128,
};

static const struct {
	uint32_t type;
	const char *name;
} places[] = {
	{46, "tcx-ingress"},
	{47, "tcx-egress"},
	{54, "netkit-primary"},
	{55, "netkit-peer"},
};

/* union bpf_attr, as far as these commands use it. */
union attr {
	char size[ATTR_SIZE];
	uint32_t id; /* also a link's fd, and where a walk begins */
	struct {
		uint32_t id, next;
	} walk;
	struct {
		uint32_t index, program, type;
	} attach;
	struct {
		uint32_t index, type, flags, attach_flags;
		uint64_t programs;
		uint32_t count, pad;
		uint64_t program_flags, links, link_flags, revision;
	} query;
	struct {
		uint32_t fd, len;
		uint64_t info;
	} info;
};

/* struct bpf_link_info */
struct link_info {
	uint32_t type, id, program, pad, index;
	char rest[64];
};

static int bpf(int command, union attr *a)
{
	long r = syscall(SYS_bpf, command, a, sizeof(*a));

	return r < 0 ? -errno : (int)r;
}

struct attached {
	uint32_t programs[PROGRAMS_MAX], links[PROGRAMS_MAX]; /* link 0: attached without one */
	uint32_t n;
};

/* None where the kernel, or this kind of device, does not know such a place. */
static int query(int64_t index, uint32_t type, struct attached *ret)
{
	union attr a = {0};

	*ret = (struct attached){0};
	a.query.index = (uint32_t)index;
	a.query.type = type;
	a.query.programs = (uintptr_t)ret->programs;
	a.query.links = (uintptr_t)ret->links;
	a.query.count = PROGRAMS_MAX;
	int r = bpf(CMD_PROG_QUERY, &a);

	ret->n = r == 0 ? a.query.count : 0;
	return r == -EINVAL || r == -ENOSYS || r == -ENOENT || r == -E2BIG || r == -ENXIO ? 0 : r;
}

void bpf_list_free(struct bpf_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct bpf_list){0};
}

static const char *name(size_t place, uint32_t program, char buf[static BPF_TEXT])
{
	(void)snprintf(buf, BPF_TEXT, "%s %u", places[place].name, program);
	return buf;
}

int bpf_attached(int64_t index, struct bpf_list *ret, struct err *e)
{
	auto_with(bpf_list_free) struct bpf_list l = {0};
	struct attached now;
	char text[BPF_TEXT];

	for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
		int r = query(index, places[p].type, &now);

		if (r < 0)
			return err_sys(e, ERR_KERNEL, -r, "%s programs: read", places[p].name);
		for (uint32_t i = 0; i < now.n; i++) {
			char **more = mem_more(l.items, l.n);

			if (more)
				*more = strdup(name(p, now.programs[i], text));
			if (!more || !*more)
				return err_sys(e, ERR_INTERNAL, ENOMEM, "BPF programs");
			l.n++;
		}
	}
	*ret = l;
	l = (struct bpf_list){0};
	return 0;
}

/* Whoever holds the link keeps an empty shell. */
static int detach_link(uint32_t id)
{
	union attr a = {.id = id};
	auto_close int fd = bpf(CMD_LINK_GET_FD_BY_ID, &a);

	if (fd < 0)
		return fd;
	a = (union attr){.id = (uint32_t)fd};
	return bpf(CMD_LINK_DETACH, &a);
}

static int detach_program(int64_t index, uint32_t type, uint32_t program)
{
	union attr a = {.id = program};
	auto_close int fd = bpf(CMD_PROG_GET_FD_BY_ID, &a);

	if (fd < 0)
		return fd;
	a = (union attr){0};
	a.attach.index = (uint32_t)index;
	a.attach.program = (uint32_t)fd;
	a.attach.type = type;
	return bpf(CMD_PROG_DETACH, &a);
}

static bool is_kept(char *const *keep, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keep[i], text) == 0)
			return true;
	return false;
}

int bpf_detach(int64_t index, char *const *keep, size_t n_keep, struct err *e)
{
	struct attached now;
	char text[BPF_TEXT];

	for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
		int r = query(index, places[p].type, &now);

		for (uint32_t i = 0; r == 0 && i < now.n; i++) {
			if (is_kept(keep, n_keep, name(p, now.programs[i], text)))
				continue;
			r = now.links[i] ? detach_link(now.links[i])
					 : detach_program(index, places[p].type, now.programs[i]);
			/* Its owner was quicker. */
			r = r == -ENOENT || r == -ENOLINK ? 0 : r;
		}
		if (r < 0)
			return err_sys(e, ERR_KERNEL, -r, "%s program: detach", places[p].name);
	}
	return 0;
}

int bpf_detach_xdp(int64_t index, int64_t program, struct err *e)
{
	union attr walk = {0};
	int r = 0;

	while (bpf(CMD_LINK_GET_NEXT_ID, &walk) == 0) {
		struct link_info info = {0};
		union attr a = {.id = walk.walk.next};

		walk = (union attr){.id = walk.walk.next};
		auto_close int fd = bpf(CMD_LINK_GET_FD_BY_ID, &a);

		if (fd < 0)
			continue;
		a = (union attr){0};
		a.info.fd = (uint32_t)fd;
		a.info.len = sizeof(info);
		a.info.info = (uintptr_t)&info;
		/* An index is one in any namespace: that of its program is not. */
		if (bpf(CMD_OBJ_GET_INFO_BY_FD, &a) < 0 || info.type != LINK_TYPE_XDP ||
			info.index != (uint32_t)index || info.program != (uint32_t)program)
			continue;
		a = (union attr){.id = (uint32_t)fd};
		r = bpf(CMD_LINK_DETACH, &a);
		if (r < 0)
			return err_sys(e, ERR_KERNEL, -r, "XDP program %d: detach its link",
				(int)program);
	}
	return 0;
}
