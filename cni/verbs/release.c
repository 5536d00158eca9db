/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk-cni release: undo an attachment by hand, as DEL would. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "detach.h"
#include "log.h"
#include "mem.h"
#include "verbs.h"

static int drop(struct machine *m, struct sandbox *b, const char *ifname, struct err *e)
{
	const struct claim_owner o = claim_owner(b->container, ifname);
	int r = sandbox_retire(b, ifname, e);

	if (r < 0)
		return r;
	r = claim_drop_all(&m->state, &o);
	return r < 0 ? claim_undropped(-r, e) : sandbox_remove(b, ifname, e);
}

/* lost: what could not be read, and so not be restored. */
static int locked(struct machine *m, struct sandbox *b, const char *ifname, char *lost, size_t size,
	struct err *e)
{
	auto_record struct record rec;
	struct err damage = ERR_INIT;

	record_init(&rec);
	int r = sandbox_read(b, ifname, &rec, &damage);

	if (r == -ENOENT)
		return err_set(e, ERR_CONTAINER, ENOENT,
			"container %s: it has no attachment %s (dpdk-cni list shows all)",
			b->container, ifname);
	if (r < 0) {
		log_warning("%s", damage.msg);
		r = sandbox_salvage(b, ifname, &rec, lost, size, e);
	}
	return r < 0 ? r : detach_record(m, b, &rec, NULL, e);
}

enum { OPT_FORGET = CLI_LONG };

static const struct cli_option options[] = {
	{OPT_FORGET, "forget", NULL, "drop the record only; the device stays as and where it is"},
	{0},
};

const struct cli cli_release = {
	.name = "dpdk-cni release",
	.summary = "Undo an attachment by hand.",
	.synopsis = "[--forget] CONTAINER IFNAME",
	.about =
		"The container's ID and the name of the interface in the pod, as dpdk-cni list shows them.\n",
	.options = {options},
};

int verb_release(int argc, char **argv, char **ret_out, struct err *e)
{
	auto_machine struct machine m = MACHINE_INIT;
	struct sandbox sandbox = SANDBOX_INIT;
	char lost[4096] = "";
	const char *value;
	bool forget = false;
	int opt, r;

	while ((opt = cli_next(&cli_release, argc, argv, &value, e)) == OPT_FORGET)
		forget = true;
	if (opt == CLI_HELP)
		return cli_help_to(&cli_release, ret_out, e);
	if (opt == CLI_WRONG)
		return -EINVAL;
	char **names = argv + optind;

	if (argc - optind != 2)
		return cli_wrong(&cli_release, e, "it takes a container and an interface");
	if (!request_container_ok(names[0]) || !request_ifname_ok(names[1]))
		return cli_wrong(&cli_release, e, "\"%s\" is not %s",
			request_container_ok(names[0]) ? names[1] : names[0],
			request_container_ok(names[0]) ? "the name of an interface"
						       : "a container's ID");
	r = machine_open(&m, e);

	if (r == 0)
		r = state_open(m.root, false, &m.state, e);
	if (r == 0)
		r = sandbox_lock(&m.state, names[0], SANDBOX_TRY, &sandbox, e);
	if (r == -ENOENT && e->code == ERR_NONE)
		r = err_set(e, ERR_CONTAINER, ENOENT,
			"container %s: it has no attachment (dpdk-cni list shows all)", names[0]);
	if (r < 0)
		return r;
	r = forget ? drop(&m, &sandbox, names[1], e)
		   : locked(&m, &sandbox, names[1], lost, sizeof(lost), e);
	sandbox_unlock(&m.state, &sandbox);
	if (r == 0 &&
		asprintf(ret_out, "%s of %s: %s%s%s\n", names[1], names[0],
			forget ? "forgotten" : "released",
			*lost ? "\n  not restored, since its record cannot be read there: " : "",
			lost) < 0)
		*ret_out = NULL;
	return r;
}
