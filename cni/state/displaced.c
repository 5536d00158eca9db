/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec.h"
#include "displaced.h"
#include "file.h"
#include "mem.h"
#include "state.h"

#define DIRECTORY STATE_DIR "/displaced"
#define FILE_MAX 65536
#define KEY 160

#define D struct displaced
static const struct codec_field fields[] = {
	{.key = "name", .kind = CODEC_STR, .off = offsetof(D, name), .max = 15, .required = 1},
	{.key = "now", .kind = CODEC_STR, .off = offsetof(D, now), .max = 15, .required = 1},
	CODEC_STRING(D, parent, "parent", 64),
	CODEC_STRING(D, port_name, "portName", 64),
	CODEC_INTEGER(D, link_id, "linkId", 1, INT64_MAX),
	CODEC_STRING(D, claim, "claim", 255),
	CODEC_END,
};
#undef D

void displaced_free(struct displaced *d)
{
	codec_free(fields, d);
}

/* One file for each NIC, whatever it is called. */
static const char *key(const struct displaced *d, char buf[static KEY])
{
	if (d->parent)
		(void)snprintf(buf, KEY, "%.64s-%.64s", d->parent,
			d->port_name ? d->port_name : "");
	else
		(void)snprintf(buf, KEY, "%lld", (long long)d->link_id);
	return buf;
}

int displaced_write(int rootfd, const struct displaced *d, struct err *e)
{
	auto_close int dir = file_mkdirs(rootfd, DIRECTORY, 0700);
	auto_free char *text = NULL;
	char name[KEY], tmp[KEY + 8];

	if (dir < 0)
		return err_sys(e, ERR_STATE, -dir, "/" DIRECTORY ": create");
	int r = codec_encode(fields, d, 2, &text, e);

	if (r < 0)
		return r;
	(void)snprintf(tmp, sizeof(tmp), ".%s.tmp", key(d, name));
	r = file_replace(dir, name, tmp, text, strlen(text), 0600);
	return r < 0 ? err_sys(e, ERR_STATE, -r, "/" DIRECTORY "/%s: write", name) : 0;
}

static int open_directory(int rootfd)
{
	return file_open(rootfd, DIRECTORY, O_RDONLY | O_DIRECTORY, 0, FILE_STRICT);
}

void displaced_forget(int rootfd, const struct displaced *d)
{
	auto_close int dir = open_directory(rootfd);
	char name[KEY];

	if (dir < 0 || unlinkat(dir, key(d, name), 0) < 0)
		return;
	/* Fails where there are others. */
	(void)unlinkat(dir, "../displaced", AT_REMOVEDIR);
}

void displaced_each(int rootfd, bool (*f)(const struct displaced *d, void *arg), void *arg)
{
	int fd = open_directory(rootfd);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		mem_closep(&fd);
		return;
	}
	for (const struct dirent *de; (de = readdir(dir));) {
		auto_free char *text = NULL;
		struct displaced d;
		size_t len;

		if (de->d_name[0] == '.' ||
			file_read(dirfd(dir), de->d_name, FILE_STRICT, FILE_MAX, &text, &len) < 0 ||
			codec_decode(fields, &d, text, len, DIRECTORY, ERR_STATE, NULL) < 0)
			continue;
		const bool end = f(&d, arg);

		displaced_free(&d);
		if (end)
			break;
	}
	(void)closedir(dir);
}
