/* SPDX-License-Identifier: Apache-2.0 */
/* The kubelet's PodResources service, by gRPC: Get, List, and patience with it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "clock.h"
#include "grpc.h"
#include "kubelet_dir.h"
#include "mem.h"
#include "podresources.h"
#include "podresources.pb-c.h"
#include "podresources_read.h"

#define SOCKET "pod-resources/kubelet.sock"
#define CONNECT_MS 1000
#define BACKOFF_MS 50

static int wait_ms(int64_t ms)
{
	return poll(NULL, 0, (int)ms);
}

/* The kubelet's directory decides which socket it is, not a path that somebody may swing round. */
static int open_socket(const struct kubelet *k, int64_t deadline, struct err *e)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	auto_close int at = kubelet_open(k->root, k->dir, SOCKET, O_PATH, e);

	if (at < 0)
		return at;
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, "socket");
	(void)file_fd_path(at, to.sun_path);
	while (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		/* EAGAIN: its queue is full. */
		if ((errno != EAGAIN && errno != EINTR) || clock_ms() >= deadline)
			return err_sys(e, ERR_IO, errno == EAGAIN ? ETIMEDOUT : errno,
				"kubelet: connect to %s/" SOCKET, k->dir);
		if (errno == EAGAIN)
			(void)wait_ms(10);
	}
	return steal_fd(fd);
}

static int call_once(struct kubelet *k, const struct grpc_call *c, struct grpc_status *ret,
	struct err *e)
{
	const int64_t now = clock_ms(), latest = now + CONNECT_MS;
	auto_close int fd = open_socket(k, latest < c->deadline ? latest : c->deadline, e);

	if (fd < 0)
		return fd;
	int r = grpc_unary(fd, c, ret, e);

	if (r < 0)
		err_prefix(e, "kubelet");
	return r;
}

/* Until there is an answer other than "too many calls". */
static int call(struct podresources_reader *in, struct grpc_call *c, struct grpc_status *status,
	struct err *e)
{
	int64_t pause = BACKOFF_MS;

	for (;;) {
		podresources_reset(in);
		int r = call_once(in->k, c, status, e);

		if (r < 0 || status->code != GRPC_RESOURCE_EXHAUSTED)
			return r;
		if (clock_ms() + pause >= c->deadline)
			return err_set(e, ERR_IO, ETIMEDOUT, "kubelet: %s: too many calls: %s",
				c->path, status->message);
		(void)wait_ms(pause);
		pause *= 2;
	}
}

static int ask(struct podresources_reader *in, struct grpc_call *c, struct err *e)
{
	struct grpc_status status = {0};
	const int64_t begun = clock_ms();

	c->deadline = begun + in->k->patience;
	c->sink = podresources_read;
	c->arg = in;
	int r = call(in, c, &status, e);

	in->k->patience -= clock_ms() - begun;
	if (r == 0 && status.code != GRPC_OK)
		r = err_set(e, ERR_IO, EREMOTEIO, "kubelet: %s: %s (code %d)", c->path,
			status.message, status.code);
	else if (r == 0 && !podresources_whole(in))
		r = err_set(e, ERR_IO, EBADMSG, "kubelet: %s: the answer is cut short", c->path);
	if (r < 0)
		podresources_reset(in);
	return r;
}

static int unknown_pod(const struct kubelet *k, struct err *e)
{
	return err_set(e, ERR_IO, ESRCH, "kubelet: it does not know pod %s/%s", k->ns, k->name);
}

int podresources_get(struct kubelet *k, struct err *e)
{
	V1__GetPodResourcesRequest q = V1__GET_POD_RESOURCES_REQUEST__INIT;
	struct podresources_reader in = {.k = k};
	uint8_t request[1024];

	q.pod_name = (char *)(uintptr_t)k->name;
	q.pod_namespace = (char *)(uintptr_t)k->ns;
	if (v1__get_pod_resources_request__get_packed_size(&q) > sizeof(request))
		return err_set(e, ERR_IO, EINVAL, "kubelet: pod %.64s: its name is too long",
			k->name);
	struct grpc_call c = {"/v1.PodResourcesLister/Get", request,
		v1__get_pod_resources_request__pack(&q, request), 0, NULL, NULL};
	int r = ask(&in, &c, e);

	if (r == 0 && !in.found)
		r = unknown_pod(k, e);
	return r;
}

int podresources_list(struct kubelet *k, bool others_only, struct err *e)
{
	struct podresources_reader in = {.k = k, .others_only = others_only};
	struct grpc_call c = {"/v1.PodResourcesLister/List", NULL, 0, 0, NULL, NULL};
	int r = ask(&in, &c, e);

	if (r == 0 && !others_only && !in.found)
		r = unknown_pod(k, e);
	return r;
}
