/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that are system calls and not files. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"
#include "link_frames.h"
#include "mem.h"
#include "process.h"

/* The default profile of container runtimes allows it with CAP_SYS_NICE alone. A kernel without NUMA
 * says ENOSYS, and EAL does without. */
static bool mempolicy_refused(void)
{
	int mode;

	return syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0) < 0 && errno == EPERM;
}

static uint64_t limit(__typeof__(RLIMIT_NOFILE) resource)
{
	struct rlimit l;

	if (getrlimit(resource, &l) < 0 || l.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return l.rlim_cur;
}

static void read_link(int sock, const char *name, struct facts_link *ret)
{
	struct ifreq req = {0};

	memcpy(req.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	memcpy(ret->name, req.ifr_name, sizeof(ret->name));
	if (ioctl(sock, SIOCGIFMTU, &req) == 0)
		ret->mtu = req.ifr_mtu;
	if (ioctl(sock, SIOCGIFFLAGS, &req) == 0)
		ret->up = req.ifr_flags & IFF_UP;
	ret->gro = link_joins_by_gro(sock, ret->name);
	ret->lro = link_joins_by_lro(sock, ret->name);
}

/* CAP_NET_ADMIN counts in the user namespace that owns the network namespace. No driver implements
 * a metric: the kernel asks for the capability and then refuses the operation itself. */
static bool links_refused(int sock)
{
	struct ifreq req = {.ifr_name = "lo"};

	return ioctl(sock, SIOCSIFMETRIC, &req) < 0 && errno == EPERM;
}

static int read_links(struct facts_source *s)
{
	auto_close int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct if_nameindex *names;
	size_t n = 0;

	if (sock < 0)
		sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return -errno;
	s->links_refused = links_refused(sock);
	names = if_nameindex();
	if (!names)
		return -errno;
	while (names[n].if_index)
		n++;
	s->links = calloc(n + 1, sizeof(*s->links));
	for (size_t i = 0; s->links && i < n; i++)
		read_link(sock, names[i].if_name, &s->links[i]);
	s->n_links = s->links ? n : 0;
	if_freenameindex(names);
	return s->links ? 0 : -ENOMEM;
}

int facts_source_live(struct facts_source *ret, struct err *e)
{
	struct facts_source s = {
		.memlock = limit(RLIMIT_MEMLOCK),
		.nofile = limit(RLIMIT_NOFILE),
		.uid = geteuid(),
		.pid = getpid(),
		.mempolicy_refused = mempolicy_refused(),
	};
	int r;

	s.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s.root < 0)
		return err_sys(e, ERR_IO, errno, "/: cannot open");
	r = process_affinity(&s.affinity);
	if (r < 0) {
		(void)err_sys(e, ERR_IO, -r, "cannot read the CPU affinity");
	} else {
		r = read_links(&s);
		if (r < 0)
			(void)err_sys(e, ERR_IO, -r, "cannot list the network interfaces");
	}
	if (r < 0)
		facts_source_free(&s);
	else
		*ret = s;
	return r;
}

void facts_source_free(struct facts_source *s)
{
	mem_closep(&s->root);
	s->root = -1;
	free(s->links);
	s->links = NULL;
}
