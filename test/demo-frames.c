/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames for the demo: sent at one client, compared byte for byte at the other, both ways at once.
 *
 *	demo-frames COUNT NETNS-A IF-A PORT-MAC-A NETNS-B IF-B PORT-MAC-B
 *
 * COUNT frames of each size and direction. PORT-MAC-x is the address of the forwarder's port at
 * that client: frames are sent to it, and arrive from it, with the receiver's address as their
 * destination. All other bytes must arrive as they were sent, in order, and every frame exactly once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ETHERTYPE 0x88b5 /* for experiments: no network stack answers it */
#define HEADER 14
#define WINDOW 128 /* frames on the way, so that no queue is asked for more than it holds */
#define PATIENCE_MS 3000
#define QUIET_MS 50
#define MAX_SIZE 1514

/* Without the checksum, which no program sees; 64 to 1518 with it. */
static const size_t sizes[] = {60, 64, 128, 256, 512, 1024, 1280, 1514};

struct client {
	const char *netns, *ifname;
	int fd;
	uint8_t mac[6], port_mac[6];
};

struct direction {
	struct client *from, *to;
	uint64_t id, sent, received;
};

#define die(...) \
	do { \
		(void)fprintf(stderr, "demo-frames: " __VA_ARGS__); \
		(void)fputc('\n', stderr); \
		exit(1); \
	} while (0)

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Every frame has a content of its own, which both ends can tell from its place in the order. */
static void make(uint8_t *frame, size_t size, const uint8_t *to, const uint8_t *from, uint64_t id,
	uint64_t number)
{
	uint64_t state = (id << 56 | (uint64_t)size << 40 | (number + 1)) *
		UINT64_C(0x9e3779b97f4a7c15);

	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = ETHERTYPE >> 8;
	frame[13] = ETHERTYPE & 0xff;
	for (size_t i = HEADER; i < size; i += sizeof(state)) {
		uint64_t r = next_random(&state);

		memcpy(frame + i, &r, size - i < sizeof(r) ? size - i : sizeof(r));
	}
}

/* A socket belongs to the namespace it was made in, wherever its process goes afterwards. */
static void open_client(struct client *c)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE)};
	struct ifreq request = {0};
	int room = 8 << 20, one = 1;
	int netns = open(c->netns, O_RDONLY | O_CLOEXEC);

	if (netns < 0 || setns(netns, CLONE_NEWNET) < 0)
		die("%s: %s", c->netns, strerror(errno));
	(void)close(netns);
	c->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("packet socket: %s", strerror(errno));
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", c->ifname);
	if (ioctl(c->fd, SIOCGIFHWADDR, &request) < 0)
		die("%s in %s: %s", c->ifname, c->netns, strerror(errno));
	memcpy(c->mac, request.ifr_hwaddr.sa_data, sizeof(c->mac));
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)setsockopt(c->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	address.sll_ifindex = (int)if_nametoindex(c->ifname);
	if (bind(c->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("%s in %s: bind: %s", c->ifname, c->netns, strerror(errno));
}

static void parse_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		die("%s: no MAC address", text);
	for (int i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
}

/* Sends what the window allows; says whether it sent anything. */
static bool send_some(struct direction *d, size_t size, uint64_t count)
{
	uint8_t frame[MAX_SIZE];
	bool any = false;

	while (d->sent < count && d->sent - d->received < WINDOW) {
		make(frame, size, d->from->port_mac, d->from->mac, d->id, d->sent);
		if (send(d->from->fd, frame, size, MSG_DONTWAIT) < 0) {
			if (errno == EAGAIN || errno == ENOBUFS)
				break;
			die("send at %s: %s", d->from->netns, strerror(errno));
		}
		d->sent++;
		any = true;
	}
	return any;
}

static bool receive_some(struct direction *d, size_t size)
{
	uint8_t got[MAX_SIZE + 64], want[MAX_SIZE];
	bool any = false;
	ssize_t n;

	while ((n = recv(d->to->fd, got, sizeof(got), MSG_DONTWAIT | MSG_TRUNC)) >= 0) {
		if (d->received == d->sent)
			die("%s: a frame arrived that nobody sent", d->to->netns);
		make(want, size, d->to->mac, d->to->port_mac, d->id, d->received);
		if ((size_t)n != size)
			die("%s: frame %" PRIu64 " has %zd bytes, %zu were sent", d->to->netns,
				d->received, n, size);
		for (size_t i = 0; i < size; i++)
			if (got[i] != want[i])
				die("%s: frame %" PRIu64
				    " of %zu bytes: byte %zu is %02x, not %02x (or a frame "
				    "before it was lost)",
					d->to->netns, d->received, size, i, got[i], want[i]);
		d->received++;
		any = true;
	}
	if (errno != EAGAIN)
		die("receive at %s: %s", d->to->netns, strerror(errno));
	return any;
}

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(struct direction d[2], size_t size, uint64_t count)
{
	struct pollfd fds[2] = {{.fd = d[0].to->fd, .events = POLLIN},
		{.fd = d[1].to->fd, .events = POLLIN}};

	for (int i = 0; i < 2; i++)
		d[i].sent = d[i].received = 0;
	while (d[0].received < count || d[1].received < count) {
		bool any = false;

		for (int i = 0; i < 2; i++) {
			any |= send_some(&d[i], size, count);
			any |= receive_some(&d[i], size);
		}
		if (!any && poll(fds, 2, PATIENCE_MS) == 0)
			die("frames of %zu bytes: %" PRIu64 " of %" PRIu64
			    " arrived at %s, %" PRIu64 " of %" PRIu64 " at %s",
				size, d[0].received, d[0].sent, d[0].to->netns, d[1].received,
				d[1].sent, d[1].to->netns);
	}
}

int main(int argc, char **argv)
{
	struct client a, b;
	struct direction d[2] = {{.from = &a, .to = &b, .id = 1}, {.from = &b, .to = &a, .id = 2}};
	uint64_t count, frames = 0, bytes = 0;
	double whole = 0;

	if (argc != 8)
		die("COUNT and three arguments for each client");
	count = strtoull(argv[1], NULL, 10);
	a = (struct client){.netns = argv[2], .ifname = argv[3]};
	b = (struct client){.netns = argv[5], .ifname = argv[6]};
	parse_mac(argv[4], a.port_mac);
	parse_mac(argv[7], b.port_mac);
	open_client(&a);
	open_client(&b);

	printf("%6s %10s %10s %12s\n", "bytes", "A to B", "B to A", "frames/s");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double start = seconds(), took;

		run(d, sizes[i], count);
		took = seconds() - start;
		whole += took;
		frames += 2 * count;
		bytes += 2 * count * sizes[i];
		printf("%6zu %10" PRIu64 " %10" PRIu64 " %12.0f\n", sizes[i], d[0].received,
			d[1].received, (double)(2 * count) / took);
	}
	/* What was sent twice by the forwarder would come now. */
	(void)usleep(QUIET_MS * 1000);
	for (int i = 0; i < 2; i++)
		(void)receive_some(&d[i], sizes[0]);
	printf("%" PRIu64 " frames, %" PRIu64
	       " bytes in %.2f s: each arrived once, in order, as it was sent\n",
		frames, bytes, whole);
	return 0;
}
