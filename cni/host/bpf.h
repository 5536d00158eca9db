/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BPF programs on a network device that survive its move and that rtnetlink neither shows nor
 * removes: those of tcx and netkit, and an XDP program that is held by a BPF link. In the caller's
 * network namespace. A kernel without them has none.
 */
#ifndef HOST_BPF_H
#define HOST_BPF_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* One attached program: "tcx-ingress 57", its place and its id. */
#define BPF_TEXT 40
struct bpf_list {
	char **items;
	size_t n;
};
void bpf_list_free(struct bpf_list *l);

int bpf_attached(int64_t index, struct bpf_list *ret, struct err *e);

/* Detaches those that are not in keep; also by force, where a process holds them by a link. */
int bpf_detach(int64_t index, char *const *keep, size_t n_keep, struct err *e);

/* Detaches the link that holds the XDP program with that id on the device. */
int bpf_detach_xdp(int64_t index, int64_t program, struct err *e);

#endif
