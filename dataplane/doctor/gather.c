/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks look at, gathered once. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pod_doctor.h"
#include "mem.h"
#include "process.h"

static int add_device(struct doctor *d, const struct podfile_interface *i, const char *from,
	const char *text)
{
	struct doctor_device *more = mem_more(d->devices, d->n_devices);
	struct doctor_device one = {.interface = i};

	if (!more)
		return -ENOMEM;
	/* What is not an address is a finding of its own (devices.c). */
	if (!device_spell(text, one.d.bdf))
		return 0;
	for (size_t n = 0; n < d->n_devices; n++)
		if (strcmp(d->devices[n].d.bdf, one.d.bdf) == 0)
			return 0;
	one.present = device_read(d->facts, one.d.bdf, &one.d, NULL) == 0;
	if (asprintf(&one.from, "%s%s", i ? "interface " : "", i ? i->name : from) < 0)
		return -ENOMEM;
	*more = one;
	d->n_devices++;
	return 0;
}

/* The interface of that address. What the environment names is this container's. */
static const struct podfile_interface *interface_at(const struct doctor *d, const char *text)
{
	char want[DEVICE_TEXT], have[DEVICE_TEXT];

	if (!d->pod || !device_spell(text, want))
		return NULL;
	for (size_t n = 0; n < d->pod->file.n_interfaces; n++) {
		const struct podfile_interface *i = &d->pod->file.interfaces[n];

		if (device_spell(device_named_by(i), have) && strcmp(want, have) == 0)
			return i;
	}
	return NULL;
}

static int offered_devices(struct doctor *d)
{
	int r = offers_read(d->facts->source.root, facts_environment(d->facts), &d->offers);

	for (size_t n = 0; r == 0 && n < d->offers.n; n++) {
		const struct offer *o = &d->offers.list[n];

		if (o->bdf)
			r = add_device(d, interface_at(d, o->bdf), o->source, o->bdf);
	}
	return r;
}

static int gather_devices(struct doctor *d)
{
	int r = 0;

	for (size_t n = 0; r == 0 && d->pod && n < d->pod->file.n_interfaces; n++) {
		const struct podfile_interface *i = &d->pod->file.interfaces[n];

		if (device_named_by(i) && doctor_own_interface(d, i) &&
			!device_elsewhere(d->facts, &d->pod->file, i))
			r = add_device(d, i, NULL, device_named_by(i));
	}
	return r == 0 ? offered_devices(d) : r;
}

static void read_no_new_privs(struct doctor *d)
{
	auto_free char *text = NULL;
	char value[8];

	d->no_new_privs = process_read(d->facts->source.root, PROCESS_SELF, "status", &text,
				  NULL) == 0 &&
		process_status_value(text, "NoNewPrivs", value, sizeof(value)) &&
		strcmp(value, "1") == 0;
}

int doctor_gather(struct doctor *d, struct err *e)
{
	int r = mounts_read(d->facts->source.root, &d->mounts);

	facts_limit_hugepages(d->facts, d->pod);
	if (r == 0)
		r = gather_devices(d);
	if (r < 0)
		return err_sys(e, ERR_IO, -r, "cannot gather what is to be examined");
	read_no_new_privs(d);
	return 0;
}

int doctor_examine(struct doctor *d, const char *pod_file, struct err *e)
{
	struct facts_source source;
	/* No pod file, or a bad one, is a finding; all else can be looked at. */
	int r = dpdkpod_open(pod_file, &d->pod, &d->pod_error);

	if (r == -ENOMEM)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "pod file");
	r = facts_source_live(&source, e);
	if (r == 0)
		r = facts_gather(&source, &d->facts, e);
	if (r == 0)
		r = doctor_gather(d, e);
	if (r == 0)
		doctor_try(d->facts, &d->trials);
	return r;
}

void doctor_free(struct doctor *d)
{
	for (size_t i = 0; i < d->n_devices; i++)
		free(d->devices[i].from);
	free(d->devices);
	mounts_free(&d->mounts);
	offers_free(&d->offers);
	dpdkpod_facts_free(d->facts);
	dpdkpod_close(d->pod);
	*d = (struct doctor){0};
}
