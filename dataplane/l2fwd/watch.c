/* SPDX-License-Identifier: Apache-2.0 */
/* The device event API is "experimental" in DPDK since 18.05, and unchanged since. */
#define ALLOW_EXPERIMENTAL_API
#include "watch.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_dev.h>

#include "note.h"

static void raise_flag(struct watch *w, unsigned int i)
{
	uint64_t one = 1;
	ssize_t n;

	atomic_store_explicit(&w->removed[i], true, memory_order_release);
	n = write(w->event_fd, &one, sizeof(one));
	(void)n; /* it fails only where the counter is up already */
}

static int on_port_event(uint16_t id, enum rte_eth_event_type type, void *arg, void *ret)
{
	struct watch *w = arg;

	(void)type, (void)ret;
	for (unsigned int i = 0; i < w->ports->n; i++) {
		if (w->ports->v[i].id == id)
			raise_flag(w, i);
	}
	return 0;
}

static void on_device_event(const char *name, enum rte_dev_event_type type, void *arg)
{
	struct watch *w = arg;

	if (type != RTE_DEV_EVENT_REMOVE || name == NULL)
		return;
	for (unsigned int i = 0; i < w->ports->n; i++) {
		if (strcmp(w->ports->v[i].device, name) == 0)
			raise_flag(w, i);
	}
}

/* Only a definite answer counts: where the question fails, the interface is taken to be there. */
static bool interface_gone(const struct watch *w, unsigned int ifindex)
{
	struct ifreq req = {.ifr_ifindex = (int)ifindex};

	return ioctl(w->socket_fd, SIOCGIFNAME, &req) < 0 && errno == ENODEV;
}

int watch_start(struct watch *w, struct ports *ports, struct err *e)
{
	*w = (struct watch){.ports = ports, .event_fd = -1, .socket_fd = -1};
	w->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (w->socket_fd < 0)
		w->socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (w->event_fd < 0 || w->socket_fd < 0)
		return err_sys(e, ERR_IO, errno, "watching the ports");
	/* A driver may know an interface of another namespace: nothing to be learned of that here. */
	for (unsigned int i = 0; i < ports->n; i++) {
		if (ports->v[i].ifindex != 0 && interface_gone(w, ports->v[i].ifindex))
			ports->v[i].ifindex = 0;
	}
	if (rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RMV, on_port_event, w) <
			0 ||
		rte_dev_event_callback_register(NULL, on_device_event, w) < 0)
		return err_set(e, ERR_INTERNAL, ENOMEM, "watching the ports: no callback");
	return 0;
}

void watch_stop(struct watch *w)
{
	if (w->ports == NULL)
		return;
	(void)rte_eth_dev_callback_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RMV, on_port_event,
		w);
	/* It fails with -EAGAIN while the callback runs, which takes microseconds. */
	while (rte_dev_event_callback_unregister(NULL, on_device_event, w) == -EAGAIN)
		;
	if (w->event_fd >= 0)
		(void)close(w->event_fd);
	if (w->socket_fd >= 0)
		(void)close(w->socket_fd);
	w->ports = NULL;
}

static const char *why_lost(struct watch *w, unsigned int i)
{
	const struct port *port = &w->ports->v[i];

	if (atomic_load_explicit(&w->removed[i], memory_order_acquire))
		return "its device is being removed";
	if (port->ifindex != 0 && interface_gone(w, port->ifindex))
		return "its interface left this network namespace";
	if (rte_eth_dev_is_removed(port->id) == 1)
		return "its device does not answer any more";
	return NULL;
}

unsigned int watch_lost(struct watch *w)
{
	unsigned int found = 0;
	uint64_t events;
	ssize_t n = read(w->event_fd, &events, sizeof(events));

	(void)n; /* nothing to read is fine */
	for (unsigned int i = 0; i < w->ports->n; i++) {
		struct port *port = &w->ports->v[i];
		const char *why;

		if (!port_used(port) || port->lost)
			continue;
		why = why_lost(w, i);
		if (why == NULL)
			continue;
		note("port %u (%s, %s): lost: %s", i, port->name, port->device, why);
		port->lost = true;
		found++;
	}
	return found;
}
