/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-pod show --live: a running program, for a person or as JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "live.h"
#include "mem.h"
#include "show_live.h"
#include "units.h"

static const char *const kind_names[] = {"hugepages", "no-huge", "anonymous", "files", NULL};
static const char *const crossing_names[] = {"worker-nic", "nic-worker", "memory-nic", "nic-memory",
	"worker-memory", NULL};

static const struct codec_field share_fields[] = {
	CODEC_INTEGER(struct live_share, node, "node", 0, INT32_MAX),
	CODEC_INTEGER(struct live_share, bytes, "bytes", 0, INT64_MAX),
	CODEC_END,
};

static const struct codec_field memory_fields[] = {
	CODEC_ENUMERATION(struct live_memory, kind, "kind", kind_names),
	CODEC_INTEGER(struct live_memory, page_size, "pageSize", 0, INT64_MAX),
	CODEC_INTEGER(struct live_memory, bytes, "bytes", 0, INT64_MAX),
	CODEC_OBJECTS(struct live_memory, nodes, n_nodes, "nodes", struct live_share, share_fields),
	CODEC_END,
};

static const struct codec_field nic_fields[] = {
	CODEC_STRING(struct live_nic, pci, "pciAddress", 0),
	CODEC_STRING(struct live_nic, interface, "interface", 0),
	CODEC_STRING(struct live_nic, driver, "driver", 0),
	CODEC_INTEGER(struct live_nic, port, "port", 0, INT32_MAX),
	CODEC_INTEGER(struct live_nic, node, "numaNode", 0, INT32_MAX),
	CODEC_INTEGER(struct live_nic, group, "iommuGroup", 0, INT32_MAX),
	CODEC_END,
};

static const struct codec_field locked_fields[] = {
	CODEC_INTEGER(struct live_locked, locked, "locked", 0, INT64_MAX),
	CODEC_INTEGER(struct live_locked, pinned, "pinned", 0, INT64_MAX),
	CODEC_INTEGER(struct live_locked, limit, "limit", 0, INT64_MAX),
	CODEC_BOOLEAN(struct live_locked, ipc_lock, "ipcLock"),
	CODEC_END,
};

static const struct codec_field crossing_fields[] = {
	CODEC_ENUMERATION(struct live_crossing, kind, "kind", crossing_names),
	CODEC_INTEGER(struct live_crossing, node, "node", 0, INT32_MAX),
	CODEC_STRING(struct live_crossing, text, "text", 0),
	CODEC_STRING(struct live_crossing, remedy, "remedy", 0),
	CODEC_END,
};

static const struct codec_field live_fields[] = {
	CODEC_INTEGER(struct live, pid, "pid", 1, INT32_MAX),
	CODEC_STRING(struct live, name, "name", 0),
	CODEC_STRING(struct live, version, "version", 0),
	CODEC_OBJECTS(struct live, ports.v, ports.n, "ports", struct live_port, live_port_fields),
	CODEC_OBJECTS(struct live, nics, n_nics, "nics", struct live_nic, nic_fields),
	CODEC_OBJECTS(struct live, process.threads, process.n_threads, "threads",
		struct live_thread, live_thread_fields),
	CODEC_OBJECTS(struct live, memory, n_memory, "memory", struct live_memory, memory_fields),
	CODEC_OBJECT(struct live, locked, "lockedMemory", locked_fields),
	CODEC_OBJECTS(struct live, crossings, n_crossings, "crossings", struct live_crossing,
		crossing_fields),
	CODEC_STRING(struct live, note, "note", 0),
	CODEC_END,
};

static int print_json(const struct live *l, struct err *e)
{
	auto_free char *text = NULL;
	int r = codec_encode(live_fields, l, 2, &text, e);

	if (r == 0)
		(void)fputs(text, stdout);
	return r;
}

/* What does not exist is a dash, so that columns stay columns. */
static const char *number_or_dash(int64_t n, char buf[static 24])
{
	if (n < 0)
		return "-";
	(void)snprintf(buf, 24, "%" PRId64, n);
	return buf;
}

static const char *text_or_dash(const char *s)
{
	return s ? s : "-";
}

static void print_nics(const struct live *l)
{
	char port[24], node[24], group[24];

	printf("NICs          %zu\n", l->n_nics);
	for (size_t i = 0; i < l->n_nics; i++) {
		const struct live_nic *n = &l->nics[i];

		printf("  %-14s node %-3s port %-3s interface %-10s driver %-10s group %s\n",
			text_or_dash(n->pci), number_or_dash(n->node, node),
			number_or_dash(n->port, port), text_or_dash(n->interface),
			text_or_dash(n->driver), number_or_dash(n->group, group));
	}
}

static void print_threads(const struct live *l)
{
	static const char *const roles[] = {"main", "worker", "control", "other"};
	char node[24], cpu[24];

	printf("Threads       %zu\n", l->process.n_threads);
	for (size_t i = 0; i < l->process.n_threads; i++) {
		const struct live_thread *t = &l->process.threads[i];

		printf("  %-14" PRId64 " node %-3s %-8s %-16s CPUs %s, last on %s\n", t->tid,
			number_or_dash(t->node, node), roles[t->role], t->name, t->cpus,
			number_or_dash(t->cpu, cpu));
	}
}

static void print_memory(const struct live *l)
{
	static const char *const kinds[] = {"hugepages", "DPDK (--no-huge)", "anonymous", "files"};
	char size[UNITS_LEN], bytes[UNITS_LEN];

	printf("Memory\n");
	for (size_t i = 0; i < l->n_memory; i++) {
		const struct live_memory *m = &l->memory[i];

		printf("  %s, pages of %s: %s", kinds[m->kind],
			units_bytes((uint64_t)m->page_size, size),
			units_bytes((uint64_t)m->bytes, bytes));
		for (size_t n = 0; n < m->n_nodes; n++)
			printf("%s %s on node %" PRId64, n ? "," : ":",
				units_bytes((uint64_t)m->nodes[n].bytes, bytes), m->nodes[n].node);
		printf("\n");
	}
}

static void print_program(const struct live *l)
{
	char locked[UNITS_LEN], pinned[UNITS_LEN], limit[UNITS_LEN];

	printf("Program       %s (PID %" PRId64 ")%s%s\n", l->name, l->pid, l->version ? ", " : "",
		l->version ? l->version : "");
	if (l->note)
		printf("Note          %s\n", l->note);
	print_nics(l);
	print_threads(l);
	print_memory(l);
	printf("Locked memory %s (mlock and VFIO), %s pinned otherwise; RLIMIT_MEMLOCK %s%s\n",
		units_bytes((uint64_t)l->locked.locked, locked),
		units_bytes((uint64_t)l->locked.pinned, pinned),
		units_bytes(l->locked.limit < 0 ? UINT64_MAX : (uint64_t)l->locked.limit, limit),
		l->locked.ipc_lock ? ", which IPC_LOCK lifts" : "");
	printf("Crossings     %zu%s\n", l->n_crossings,
		l->n_crossings ? "" : ": nothing is known to cross a NUMA node");
	for (size_t i = 0; i < l->n_crossings; i++)
		printf("  %s\n    remedy: %s\n", l->crossings[i].text, l->crossings[i].remedy);
}

int show_live(const struct dpdkpod_facts *f, const struct dpdkpod *pod, pid_t pid, bool json)
{
	struct live l auto_with(live_free) = {.pid = pid};
	struct err e = ERR_INIT;
	int r = live_gather(f, pod, &l, &e);

	if (r == 0 && json)
		r = print_json(&l, &e);
	else if (r == 0)
		print_program(&l);
	if (r == 0)
		return STATUS_OK;
	return command_failed(&command_show.cli, &e);
}
