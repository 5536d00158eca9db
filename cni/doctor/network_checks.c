/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime would call: networks of ours, the plugin's file, the node's policy. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "delegate.h"
#include "exec.h"
#include "file.h"
#include "process.h"
#include "mem.h"
#include "doctor_node.h"
#include "prepare.h"

#define OURS "dpdk-cni"

static const char *cni_path(void)
{
	const char *path = getenv("CNI_PATH");

	return path && *path ? path : "/opt/cni/bin:/usr/lib/cni:/usr/libexec/cni";
}

void check_policy(const void *subject, struct report *r)
{
	const struct node *n = subject;
	auto_policy struct policy p = {0};
	struct err e = ERR_INIT;

	if (policy_load(n->m.root, &p, &e) == 0)
		return;
	report_err(r, node_severity(&e), &e);
	report_meaning(r, "every ADD on this node is refused");
	report_remedy(r, "correct it (jq . /etc/dpdk-cni/policy.json shows where it is not JSON)");
}

static void look_plugin(const struct netdir_file *f, const struct netdir_plugin *p,
	struct report *r)
{
	auto_netconf struct netconf c;
	struct err e = ERR_INIT;

	netconf_init(&c);
	if (strcmp(p->type, OURS) != 0 || netconf_decode_text(p->text, &c, &e) == 0)
		return;
	err_prefix(&e, "%s", f->path);
	report_err(r, SEVERITY_ERROR, &e);
	report_meaning(r, "every ADD of this network fails");
	report_remedy(r, "correct the file; docs/configuration.md has all keys");
}

void check_cni_config(const void *subject, struct report *r)
{
	const struct node *n = subject;

	for (size_t i = 0; i < n->networks.n; i++) {
		const struct netdir_file *f = &n->networks.files[i];

		if (f->err.code != ERR_NONE && (f->ours || f->named)) {
			report_err(r, node_severity(&f->err), &f->err);
			report_meaning(r, "the runtime skips the file, or every pod fails");
			report_remedy(r, "correct it: jq . %s shows where it is not JSON", f->path);
		} else if (f->named && !f->ours) {
			report_add(r, SEVERITY_ERROR, "%s: no plugin in it is of type dpdk-cni",
				f->path);
			report_remedy(r,
				"name a network configuration with \"type\": "
				"\"dpdk-cni\"");
		}
		for (size_t j = 0; j < f->n; j++)
			look_plugin(f, &f->plugins[j], r);
	}
}

/* ---------------------------------------------------------------- the plugin's file */

static bool same_file(const char *path)
{
	char self[PROCESS_PATH], a[65536], b[65536];
	auto_close int mine = open(process_path(PROCESS_SELF, "exe", self), O_RDONLY | O_CLOEXEC);
	auto_close int theirs = open(path, O_RDONLY | O_CLOEXEC);

	for (ssize_t n = 1; n > 0;) {
		n = mine < 0 || theirs < 0 ? -1 : read(mine, a, sizeof(a));
		ssize_t m = read(theirs, b, sizeof(b));

		if (n < 0 || n != m || memcmp(a, b, (size_t)n) != 0)
			return false;
	}
	return true;
}

static void look_file(const char *path, struct report *r)
{
	char self[PROCESS_PATH], mine[PATH_MAX];
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	if (!(st.st_mode & S_IXUSR)) {
		report_add(r, SEVERITY_ERROR, "plugin %s: it is not executable (mode %o)", path,
			st.st_mode & 07777);
		report_meaning(r, "every ADD of a network of ours fails");
		report_remedy(r, "chmod 755 %s", path);
	}
	if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH))) {
		report_add(r, SEVERITY_ERROR,
			"plugin %s: not owned by root, or writable by others "
			"(mode %o)",
			path, st.st_mode & 07777);
		report_meaning(r, "who may write to it becomes root on this node");
		report_remedy(r, "chown root %s && chmod 755 %s", path, path);
	}
	if (same_file(path))
		return;
	report_add(r, SEVERITY_WARNING,
		"plugin %s: it is another build than this program (" VERSION ")", path);
	report_meaning(r, "what this doctor says may not hold for what the runtime calls");
	const ssize_t n = readlink(process_path(PROCESS_SELF, "exe", self), mine, sizeof(mine) - 1);

	mine[n > 0 ? n : 0] = '\0';
	report_remedy(r, "install -m 755 %s %s; or ask that one: %s doctor", mine, path, path);
}

void check_cni_plugin(const void *subject, struct report *r)
{
	const struct node *n = subject;
	auto_free char *path = NULL;
	const char *user = NULL;

	if (exec_find(OURS, cni_path(), &path, NULL) == 0) {
		look_file(path, r);
		return;
	}
	for (size_t i = 0; i < n->networks.n && !user; i++)
		user = n->networks.files[i].ours ? n->networks.files[i].path : NULL;
	if (!user && !n->is_kubelet)
		return;
	report_add(r, SEVERITY_ERROR, "plugin dpdk-cni: it is in none of %s, and %s", cni_path(),
		user ? user : "a kubelet lives here");
	report_meaning(r, "the runtime does not find it: every ADD of a network of ours fails");
	report_remedy(r, "install -m 755 dpdk-cni /opt/cni/bin/");
}

/* A runtime takes the first file for the network of every pod. */
void check_cni_order(const void *subject, struct report *r)
{
	const struct node *n = subject;
	const struct netdir_file *f = n->networks.files;

	if (!n->is_kubelet || !n->networks.n || f->named || !f->ours)
		return;
	report_add(r, SEVERITY_ERROR, "%s: it is the first file in %s, on a node of a kubelet",
		f->path, n->net_dir);
	report_meaning(r,
		"containerd and CRI-O take the first one for the network of EVERY pod, "
		"instead of the cluster's own");
	report_remedy(r,
		"mv it out of %s and make it a network of Multus "
		"(conf/multus/network.yaml)",
		n->net_dir);
}

/* ---------------------------------------------------------------- could it serve an ADD? */

static void cannot(const struct netdir_file *f, const struct attach *a, enum severity s,
	struct err *e, struct report *r)
{
	err_prefix(e, "%s: network %s", f->path, a->conf.name);
	report_err(r, s, e);
	report_meaning(r, "%s",
		s == SEVERITY_ERROR ? "an ADD of this network fails"
				    : "the next ADD of this network has to wait until a pod goes");
}

/* A NIC that is named, allowed, free, and of which a driver can be had. */
static void look_nic(const struct node *n, const struct netdir_file *f, struct attach *a,
	struct report *r)
{
	struct netconf_selector by;
	struct err e = ERR_INIT;

	/* A device plugin will name one. */
	if (netconf_selector(&a->conf, &by, NULL) < 0)
		return;
	if (prepare_nic(a, false, &e) < 0) {
		/* A NIC that a pod has is where it should be; all of them gone is worth a word. */
		if (e.code != ERR_OWNED)
			cannot(f, a, e.code == ERR_AGAIN ? SEVERITY_WARNING : SEVERITY_ERROR, &e,
				r);
		return;
	}
	if (!a->rec.pci.target || kernel_has_driver(n->m.root, a->rec.pci.target))
		return;
	(void)err_set(&e, ERR_UNAVAILABLE, ENOENT, "the driver %s is not loaded",
		a->rec.pci.target);
	err_remedy(&e, "modprobe %s && echo %s > /etc/modules-load.d/dpdk.conf", a->rec.pci.target,
		a->rec.pci.target);
	cannot(f, a, SEVERITY_ERROR, &e, r);
}

/* A runtime looks in one directory, often; we found them in several. */
static void look_beside(const struct netdir_file *f, const struct attach *a, const char *ipam,
	struct report *r)
{
	const size_t n = (size_t)(strrchr(ipam, '/') - ipam) + 1;
	auto_free char *ours = NULL;
	struct err e = ERR_INIT;

	if (getenv("CNI_PATH") || exec_find(OURS, cni_path(), &ours, NULL) < 0 ||
		(strncmp(ours, ipam, n) == 0 && !strchr(ours + n, '/')))
		return;
	(void)err_set(&e, ERR_IPAM, ENOENT,
		"its IPAM plugin is %s, while dpdk-cni is %s: a runtime that looks in one directory "
		"finds one of them",
		ipam, ours);
	err_remedy(&e,
		"install %s where dpdk-cni is, or run this doctor with the runtime's CNI_PATH",
		a->conf.ipam_type);
	err_prefix(&e, "%s: network %s", f->path, a->conf.name);
	report_err(r, SEVERITY_WARNING, &e);
	report_meaning(r, "an ADD of this network fails where the runtime looks in one of them");
}

static void look_ipam(const struct node *n, const struct netdir_file *f, const struct attach *a,
	struct report *r)
{
	const struct delegate d = {.type = a->conf.ipam_type,
		.path = cni_path(),
		.policy = &n->m.policy};
	auto_free char *path = NULL;
	struct err e = ERR_INIT;

	if (!d.type)
		return;
	if (delegate_find(&d, &path, &e) < 0)
		cannot(f, a, SEVERITY_ERROR, &e, r);
	else
		look_beside(f, a, path, r);
}

static bool same_dir(int root, const char *a, const char *b)
{
	auto_close int x = file_open(root, a, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	auto_close int y = file_open(root, b, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);
	struct stat p, q;

	return x >= 0 && y >= 0 && fstat(x, &p) == 0 && fstat(y, &q) == 0 && p.st_dev == q.st_dev &&
		p.st_ino == q.st_ino;
}

/* The kubelet that is asked is another one, or none. */
static void look_kubelet_dir(const struct node *n, const struct netdir_file *f,
	const struct attach *a, struct report *r)
{
	const char *asked = a->conf.kubelet_dir ? a->conf.kubelet_dir : KUBELET_DIR;

	if (!n->is_kubelet || strcmp(asked, n->kubelet_dir) == 0 ||
		same_dir(n->m.root, asked, n->kubelet_dir))
		return;
	report_add(r, SEVERITY_WARNING,
		"%s: network %s: it asks the kubelet in %s, and this node's kubelet is in %s",
		f->path, a->conf.name, asked, n->kubelet_dir);
	report_meaning(r,
		"what CPUs, hugepages and devices a pod was given stays unknown, and its volumes are "
		"not found");
	report_remedy(r, "set \"kubeletDir\": \"%s\" in the network%s", n->kubelet_dir,
		policy_allows_kubelet_dir(&n->m.policy, n->kubelet_dir)
			? ""
			: ", and add it to \"kubeletDirs\" in /etc/dpdk-cni/policy.json");
}

static void look_network(struct node *n, const struct netdir_file *f, const struct netdir_plugin *p,
	struct report *r)
{
	struct sandbox none = SANDBOX_INIT;
	struct err e = ERR_INIT;
	auto_attach struct attach a;

	attach_init(&a, &n->m, &none);
	if (netconf_decode_text(p->text, &a.conf, NULL) < 0)
		return; /* said by check_cni_config */
	a.rec.network = strdup(a.conf.name);
	a.rec.container = strdup("doctor");
	a.rec.ifname = strdup("net1");
	/* As a pod of the kubelet, whose devices are fixed before the plugin is called. */
	a.rec.pod.uid = n->is_kubelet ? strdup("doctor") : NULL;
	if (!a.rec.network || !a.rec.container || !a.rec.ifname)
		return;
	/* No pod: the kubelet is not asked for its CPUs, and no node is nearer than another. */
	kubelet_init(&a.kubelet, n->m.root, a.conf.kubelet_dir, NULL, NULL, NULL);
	a.conf.numa = NUMA_IGNORE;
	look_ipam(n, f, &a, r);
	look_kubelet_dir(n, f, &a, r);
	if (prepare_kubelet_dir(&a, &e) < 0)
		cannot(f, &a, SEVERITY_ERROR, &e, r);
	else
		look_nic(n, f, &a, r);
}

void check_cni_network(const void *subject, struct report *r)
{
	/* What an ADD would look at is asked for in the ADD's own words, which take a machine to
	 * themselves: the policy is loaded into it. */
	struct node *n = (struct node *)(uintptr_t)subject;

	policy_free(&n->m.policy);
	if (policy_load(n->m.root, &n->m.policy, NULL) < 0)
		return; /* said by check_policy */
	for (size_t i = 0; i < n->networks.n; i++) {
		const struct netdir_file *f = &n->networks.files[i];

		for (size_t j = 0; j < f->n; j++)
			if (strcmp(f->plugins[j].type, OURS) == 0)
				look_network(n, f, &f->plugins[j], r);
	}
}
