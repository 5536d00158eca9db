/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "json_pick.h"
#include "mem.h"

#define DEPTH_MAX 64
#define KEY_MAX 256
#define CHUNK 16384

struct level {
	bool is_list;
	char key[KEY_MAX]; /* of the member that is being read; too long a one matches nothing */
};

struct picker {
	const struct json_pick *picks;
	size_t n;
	const char *what;
	struct err *e;
	int rc; /* why it was given up */

	struct level levels[JSON_PICK_DEPTH];
	int depth;

	yajl_gen gen; /* NULL: nothing is picked now */
	const struct json_pick *pick;
	int pick_depth;

	size_t lines; /* that have ended before what is parsed now */
	size_t token; /* bytes so far; the lexer holds it whole */
	bool in_string, escaped;
};

static int give_up(struct picker *p, int rc)
{
	p->rc = rc;
	return 0;
}

static bool matches(const struct picker *p, const struct json_pick *pick)
{
	for (int d = 0; d < JSON_PICK_DEPTH; d++) {
		const char *want = pick->path[d];

		if (!want || d == p->depth)
			return !want && d == p->depth;
		if (strcmp(want, "*") != 0 &&
			(p->levels[d].is_list || strcmp(want, p->levels[d].key) != 0))
			return false;
	}
	return p->depth == JSON_PICK_DEPTH;
}

static int check_kind(struct picker *p, const struct json_pick *pick, char kind)
{
	if (!pick->expect || pick->expect == kind)
		return 1;
	return give_up(p,
		err_set(p->e, ERR_IO, EINVAL, "%s: %s: %s was expected", p->what,
			pick->path[0] ? pick->path[0] : "it is not as it should be",
			pick->expect == '{' ? "an object" : "a string"));
}

/* A value begins, with this character or another one: is it one that is wanted? */
static int begin(struct picker *p, char kind)
{
	for (size_t i = 0; !p->gen && p->depth <= JSON_PICK_DEPTH && i < p->n; i++) {
		if (!matches(p, &p->picks[i]))
			continue;
		if (!check_kind(p, &p->picks[i], kind))
			return 0;
		if (p->picks[i].plain || !p->picks[i].take)
			continue;
		p->gen = yajl_gen_alloc(NULL);
		if (!p->gen)
			return give_up(p, err_sys(p->e, ERR_INTERNAL, ENOMEM, "%s", p->what));
		p->pick = &p->picks[i];
		p->pick_depth = p->depth;
	}
	return 1;
}

/* A value has ended. */
static int end(struct picker *p)
{
	const unsigned char *text;
	size_t len;

	if (!p->gen)
		return 1;
	(void)yajl_gen_get_buf(p->gen, &text, &len);
	if (len > JSON_PICK_MAX)
		return give_up(p,
			err_set(p->e, ERR_IO, EFBIG, "%s: %s: more than %u bytes", p->what,
				p->pick->path[0], JSON_PICK_MAX));
	if (p->depth != p->pick_depth)
		return 1;
	int rc = p->pick->take((const char *)text, len, p->pick->arg, p->e);

	yajl_gen_free(p->gen);
	p->gen = NULL;
	return rc < 0 ? give_up(p, rc) : 1;
}

static int open_container(struct picker *p, bool is_list)
{
	if (!begin(p, is_list ? '[' : '{'))
		return 0;
	if (p->depth == DEPTH_MAX)
		return give_up(p, err_set(p->e, ERR_IO, EINVAL, "%s: nested too deeply", p->what));
	if (p->depth < JSON_PICK_DEPTH)
		p->levels[p->depth] = (struct level){.is_list = is_list};
	p->depth++;
	return 1;
}

static int on_null(void *arg)
{
	struct picker *p = arg;

	/* A document is something. */
	if (p->depth == 0)
		return begin(p, 'n');
	/* As everywhere, it is as if it were not there. */
	return p->gen ? yajl_gen_null(p->gen) == yajl_gen_status_ok : 1;
}

static int on_boolean(void *arg, int v)
{
	struct picker *p = arg;

	return begin(p, 't') && (!p->gen || yajl_gen_bool(p->gen, v) == yajl_gen_status_ok) &&
		end(p);
}

static int on_number(void *arg, const char *text, size_t len)
{
	struct picker *p = arg;

	return begin(p, '0') &&
		(!p->gen || yajl_gen_number(p->gen, text, len) == yajl_gen_status_ok) && end(p);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
	struct picker *p = arg;

	for (size_t i = 0; !p->gen && p->depth <= JSON_PICK_DEPTH && i < p->n; i++) {
		const struct json_pick *t = &p->picks[i];

		if (!t->plain || !matches(p, t))
			continue;
		int rc = t->take((const char *)text, len, t->arg, p->e);

		return rc < 0 ? give_up(p, rc) : 1;
	}
	return begin(p, '"') &&
		(!p->gen || yajl_gen_string(p->gen, text, len) == yajl_gen_status_ok) && end(p);
}

static int on_key(void *arg, const unsigned char *text, size_t len)
{
	struct picker *p = arg;

	if (p->depth <= JSON_PICK_DEPTH) {
		char *key = p->levels[p->depth - 1].key;

		key[0] = '\0';
		if (len < KEY_MAX && !memchr(text, '\0', len))
			(void)snprintf(key, KEY_MAX, "%.*s", (int)len, (const char *)text);
	}
	return !p->gen || yajl_gen_string(p->gen, text, len) == yajl_gen_status_ok;
}

static int on_map(void *arg)
{
	struct picker *p = arg;

	return open_container(p, false) &&
		(!p->gen || yajl_gen_map_open(p->gen) == yajl_gen_status_ok);
}

static int on_map_end(void *arg)
{
	struct picker *p = arg;

	p->depth--;
	return (!p->gen || yajl_gen_map_close(p->gen) == yajl_gen_status_ok) && end(p);
}

static int on_list(void *arg)
{
	struct picker *p = arg;

	return open_container(p, true) &&
		(!p->gen || yajl_gen_array_open(p->gen) == yajl_gen_status_ok);
}

static int on_list_end(void *arg)
{
	struct picker *p = arg;

	p->depth--;
	return (!p->gen || yajl_gen_array_close(p->gen) == yajl_gen_status_ok) && end(p);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_map_key = on_key,
	.yajl_start_map = on_map,
	.yajl_end_map = on_map_end,
	.yajl_start_array = on_list,
	.yajl_end_array = on_list_end,
};

/* The lexer holds a string or number until it ends, however long: so that must be bounded first. */
static bool tokens_fit(struct picker *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char c = text[i];
		const bool ends = p->in_string ? c == '"' && !p->escaped
					       : c && strchr("\"{}[],: \t\r\n", c);

		if (ends && (p->in_string || c == '"'))
			p->in_string = !p->in_string;
		p->escaped = p->in_string && c == '\\' && !p->escaped;
		p->token = ends ? 0 : p->token + 1;
		if (p->token > JSON_PICK_MAX)
			return false;
	}
	return true;
}

static size_t count_lines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

static int failed(struct picker *p, yajl_handle h)
{
	unsigned char *why = p->rc < 0 ? NULL : yajl_get_error(h, 0, NULL, 0);

	if (why)
		p->rc = err_set(p->e, ERR_IO, EINVAL, "%s: line %zu: not JSON: %.*s", p->what,
			p->lines + 1, (int)strcspn((const char *)why, "\n"), (const char *)why);
	if (why)
		yajl_free_error(h, why);
	return p->rc < 0
		? p->rc
		: err_set(p->e, ERR_IO, EINVAL, "%s: line %zu: not JSON", p->what, p->lines + 1);
}

static int feed(struct picker *p, yajl_handle h, const char *text, size_t len)
{
	if (!tokens_fit(p, text, len))
		return err_set(p->e, ERR_IO, EFBIG, "%s: a string of more than %u bytes", p->what,
			JSON_PICK_MAX);
	const bool ok = yajl_parse(h, (const unsigned char *)text, len) == yajl_status_ok;

	p->lines += count_lines(text, ok ? len : yajl_get_bytes_consumed(h));
	return ok ? 0 : failed(p, h);
}

static int feed_file(struct picker *p, yajl_handle h, int fd, size_t max)
{
	char chunk[CHUNK];
	size_t total = 0;
	int rc = 0;

	while (rc == 0) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(p->e, ERR_IO, errno, "%s: read", p->what);
		if (n == 0)
			break;
		total += (size_t)n;
		rc = total > max ? err_sys(p->e, ERR_IO, EFBIG, "%s", p->what)
				 : feed(p, h, chunk, (size_t)n);
	}
	return rc;
}

static int pick(int fd, const char *text, size_t len, const struct json_pick *picks, size_t n,
	const char *what, struct err *e)
{
	struct picker p = {.picks = picks, .n = n, .what = what, .e = e};
	yajl_handle h = yajl_alloc(&callbacks, NULL, &p);

	if (!h)
		return err_sys(e, ERR_INTERNAL, ENOMEM, "%s", what);
	int rc = text ? feed(&p, h, text, len) : feed_file(&p, h, fd, len);

	if (rc == 0 && yajl_complete_parse(h) != yajl_status_ok)
		rc = failed(&p, h);
	if (p.gen)
		yajl_gen_free(p.gen);
	yajl_free(h);
	return rc;
}

int json_pick_file(int fd, size_t max, const struct json_pick *picks, size_t n, const char *what,
	struct err *e)
{
	return pick(fd, NULL, max, picks, n, what, e);
}

int json_pick_text(const char *text, size_t len, const struct json_pick *picks, size_t n,
	const char *what, struct err *e)
{
	return pick(-1, text, len, picks, n, what, e);
}
