/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network device as the kernel describes it, in whatever network namespace the socket is in.
 * The same struct is the image that a record keeps, so that "as it was" is one comparison.
 */
#ifndef HOST_LINK_H
#define HOST_LINK_H

#include <net/if.h>
#include <stdbool.h>

#include "codec.h"
#include "nl.h"

/* What an administrator can set and a pod can change: restored on the way back. */
#define LINK_FLAGS \
	(IFF_UP | IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP | IFF_DEBUG | IFF_MULTICAST | \
		IFF_NOTRAILERS | IFF_DYNAMIC | IFF_PORTSEL | IFF_AUTOMEDIA)

struct link {
	int64_t index;
	char *name;
	char **altnames;
	size_t n_altnames;
	char *alias; /* NULL: none */
	char *mac;   /* xx:xx:… */
	char *broadcast;
	char *permanent_mac;
	int64_t mtu;
	int64_t flags; /* within LINK_FLAGS */
	int64_t txqlen;
	int64_t group;
	int64_t gso_size, gso_segs, gro_size, gso_ipv4_size, gro_ipv4_size;
	int64_t link_mode;  /* IF_LINK_MODE_*: how its operational state follows the carrier */
	int64_t proto_down; /* somebody holds it down */
	int64_t xdp;        /* id of the attached XDP program, 0 none */
	int64_t peer;       /* IFLA_LINK: a veth's other end, a vlan's lower device */
	int64_t master;     /* index of bridge, bond, …; absent: none */
	char *kind;         /* "veth", "tun", …; NULL: a driver's own device */
	char *parent;       /* bus address of the device behind it */
	char *parent_bus;   /* "pci", … */
	char *port_name;    /* phys_port_name: "p0", "pf0vf3" */
	bool loopback;
	bool carrier;       /* there is one, and the link is up */
	int64_t peer_netns; /* what its namespace calls the one that peer is in; absent: the same */
	bool xdp_generic;   /* the XDP program is the stack's, not the driver's */
};

extern const struct codec_field link_fields[];

void link_free(struct link *l);
#define auto_link auto_with(link_free)

/* By index, or by name (or altname) where index is 0. -ENODEV: there is none. */
int link_get(struct nl_sock *s, int64_t index, const char *name, struct link *ret, struct err *e);

struct link_list {
	struct link *items;
	size_t n;
	bool incomplete; /* there was no memory for all of it */
};
int link_dump(struct nl_sock *s, struct link_list *ret, struct err *e);
void link_list_free(struct link_list *l);
#define auto_links auto_with(link_list_free)

/* Everything one RTM_SETLINK carries; NULL and absent members are left alone. */
struct link_change {
	int64_t netns_fd;  /* move there */
	int64_t new_index; /* index in the target namespace */
	const char *name;
	const char *mac;
	const char *broadcast;
	const char *alias; /* "" removes it */
	int64_t mtu, txqlen, group, link_mode, proto_down;
	int64_t gso_size, gso_segs, gro_size, gso_ipv4_size, gro_ipv4_size;
	int64_t flags, flags_mask;
	bool detach_xdp, xdp_generic;
};
#define LINK_NO_CHANGE \
	((struct link_change){.netns_fd = CODEC_ABSENT, \
		.new_index = CODEC_ABSENT, \
		.mtu = CODEC_ABSENT, \
		.txqlen = CODEC_ABSENT, \
		.group = CODEC_ABSENT, \
		.link_mode = CODEC_ABSENT, \
		.proto_down = CODEC_ABSENT, \
		.gso_size = CODEC_ABSENT, \
		.gso_segs = CODEC_ABSENT, \
		.gro_size = CODEC_ABSENT, \
		.gso_ipv4_size = CODEC_ABSENT, \
		.gro_ipv4_size = CODEC_ABSENT})

/* Not atomic: a refused message may have done half of it. -ENOMEM, -EINVAL, the kernel's errno. */
int link_set(struct nl_sock *s, int64_t index, const struct link_change *c, struct nl_reply *reply);

/* Adds or removes one alternative name. */
int link_altname(struct nl_sock *s, int64_t index, const char *altname, bool add,
	struct nl_reply *reply);

/* Removes a link that somebody made in software. */
int link_delete(struct nl_sock *s, int64_t index, struct nl_reply *reply);

/* "xx:xx:…" into bytes; the length, or -EINVAL. */
int link_mac_parse(const char *text, uint8_t *buf, size_t size);
/* The same address, however it is written; NULL and what is none equal nothing. */
bool link_mac_equal(const char *a, const char *b);

#endif
