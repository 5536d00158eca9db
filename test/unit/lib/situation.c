/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "mem.h"
#include "situation.h"

static char *keep(struct situation *s, char *text)
{
	assert_non_null(text);
	s->owned = reallocarray(s->owned, s->n_owned + 1, sizeof(*s->owned));
	assert_non_null(s->owned);
	return s->owned[s->n_owned++] = text;
}

static char *format(struct situation *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static char *format(struct situation *s, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		fail_msg("no memory");
	va_end(ap);
	return keep(s, text);
}

/* The list ends with an empty entry. What is there twice (a PF of two VFs) is made once. */
static void add(struct situation *s, const char *path, const char *text)
{
	for (size_t i = 0; i < s->n_entries; i++)
		if (strcmp(s->entries[i].path, path) == 0)
			return;
	s->entries = reallocarray(s->entries, s->n_entries + 2, sizeof(*s->entries));
	assert_non_null(s->entries);
	s->entries[s->n_entries++] = (struct entry){path, text};
	s->entries[s->n_entries] = (struct entry){0};
}

#define NODES "/sys/devices/system/node/"

static void topology(struct situation *s, const char *value)
{
	unsigned int nodes, cores, threads;

	if (sscanf(value, "%ux%ux%u", &nodes, &cores, &threads) != 3 || !nodes || !cores ||
		!threads)
		fail_msg("topology %s", value);
	add(s, NODES "online", format(s, "0-%u\n", nodes - 1));
	for (unsigned int n = 0; n < nodes; n++) {
		char *list = format(s, "%u-%u", n * cores, (n + 1) * cores - 1);

		for (unsigned int t = 1; t < threads; t++)
			list = format(s, "%s,%u-%u", list, (t * nodes + n) * cores,
				(t * nodes + n + 1) * cores - 1);
		add(s, format(s, NODES "node%u/cpulist", n), format(s, "%s\n", list));
	}
	for (unsigned int c = 0; c < nodes * cores * threads; c++) {
		char *list = format(s, "%u", c % (nodes * cores));

		for (unsigned int t = 1; t < threads; t++)
			list = format(s, "%s,%u", list, c % (nodes * cores) + t * nodes * cores);
		add(s, format(s, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", c),
			format(s, "%s\n", list));
	}
}

static void pages(struct situation *s, char *value)
{
	unsigned long long free_pages, total, all_free = 0, all = 0;
	char *save = NULL, *kb = strtok_r(value, " ", &save), *dir;
	unsigned int node = 0;

	for (char *w; (w = strtok_r(NULL, " ", &save)); node++) {
		if (sscanf(w, "%llu/%llu", &free_pages, &total) != 2)
			fail_msg("pages %s", w);
		dir = format(s, NODES "node%u/hugepages/hugepages-%skB", node, kb);
		add(s, format(s, "%s/free_hugepages", dir), format(s, "%llu\n", free_pages));
		add(s, format(s, "%s/nr_hugepages", dir), format(s, "%llu\n", total));
		all_free += free_pages;
		all += total;
	}
	dir = format(s, "/sys/kernel/mm/hugepages/hugepages-%skB", kb);
	add(s, format(s, "%s/free_hugepages", dir), format(s, "%llu\n", all_free));
	add(s, format(s, "%s/nr_hugepages", dir), format(s, "%llu\n", all));
	add(s, format(s, "%s/resv_hugepages", dir), "0\n");
}

static void netdev(struct situation *s, const char *value)
{
	struct facts_link *l = &s->links[s->n_links];
	char state[8];

	assert_true(s->n_links < ARRAY_SIZE(s->links));
	if (sscanf(value, "%15s %d %7s", l->name, &l->mtu, state) != 3)
		fail_msg("netdev %s", value);
	l->up = strcmp(state, "up") == 0;
	s->s.link = s->links;
	s->s.n_links = ++s->n_links;
}

static void failure(struct situation *s, const char *value)
{
	static const struct {
		const char *name;
		int errnum;
	} names[] = {{"EINVAL ", EINVAL}, {"ENODEV ", ENODEV}, {"ENOENT ", ENOENT},
		{"EACCES ", EACCES}, {"EPERM ", EPERM}};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strncmp(value, names[i].name, strlen(names[i].name)) == 0) {
			s->s.error = names[i].errnum;
			s->s.says = value + strlen(names[i].name);
			return;
		}
	fail_msg("error %s", value);
}

/* The words that are one value each. */
static bool scalar(struct situation *s, const char *word, char *value)
{
	const struct {
		const char *word;
		const char **to;
	} texts[] = {{"affinity", &s->s.affinity}, {"container", &s->s.container},
		{"version", &s->s.version}, {"user", &s->s.user}, {"remedy", &s->s.remedy}};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(word, texts[i].word) == 0) {
			*texts[i].to = value;
			return true;
		}
	if (strcmp(word, "uid") == 0)
		s->s.uid = (uid_t)strtoul(value, NULL, 10);
	else if (strcmp(word, "memlock") == 0)
		s->s.memlock = strtoull(value, NULL, 10);
	else if (strcmp(word, "nofile") == 0)
		s->s.nofile = strtoull(value, NULL, 10);
	else
		return false;
	return true;
}

static void line(struct situation *s, const char *word, char *value, const char *below)
{
	if (strcmp(word, "file") == 0) {
		add(s, value, below);
	} else if (strcmp(word, "link") == 0) {
		char *target = value + strcspn(value, " ");

		assert_true(*target);
		*target++ = '\0';
		add(s, value, format(s, "-> %s", target));
	} else if (strcmp(word, "dir") == 0) {
		add(s, value, "/");
	} else if (strcmp(word, "topology") == 0) {
		topology(s, value);
	} else if (strcmp(word, "pages") == 0) {
		pages(s, value);
	} else if (strcmp(word, "netdev") == 0) {
		netdev(s, value);
	} else if (strcmp(word, "env") == 0) {
		assert_true(s->n_env + 1 < ARRAY_SIZE(s->env));
		s->env[s->n_env++] = value;
	} else if (strcmp(word, "pod") == 0) {
		s->s.pod = below;
	} else if (strcmp(word, "expect") == 0) {
		char *argv = format(s, "%s", below);

		for (char *p = argv; (p = strchr(p, '\n'));)
			*p = p[1] ? ' ' : '\0';
		s->s.argv = argv;
	} else if (strcmp(word, "note") == 0) {
		assert_true(s->n_notes < SCENARIO_NOTES);
		s->s.notes[s->n_notes++] = value;
	} else if (strcmp(word, "error") == 0) {
		failure(s, value);
	} else if (!scalar(s, word, value)) {
		fail_msg("no such word: %s", word);
	}
}

/* The lines that begin with a tab, without it; *at moves behind them. */
static char *indented(struct situation *s, char **at)
{
	char *text = format(s, "%s", "");

	while (**at == '\t') {
		size_t n = strcspn(*at, "\n");

		text = format(s, "%s%.*s\n", text, (int)n - 1, *at + 1);
		*at += n + ((*at)[n] == '\n');
	}
	return text;
}

void situation_read(const char *path, struct situation *s)
{
	*s = (struct situation){
		.s = {.bare = true, .envs = s->env, .link = s->links, .says = "", .remedy = ""}};
	const char *slash = strrchr(path, '/');
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	s->s.name = slash ? slash + 1 : path;
	if (fd < 0 || file_read_fd(fd, 1 << 20, &s->text, NULL) < 0)
		fail_msg("%s: %s", path, strerror(errno));
	for (char *at = s->text; *at;) {
		char *word = at, *value;
		size_t n = strcspn(at, "\n");
		bool last = at[n] == '\0';

		at += n + !last;
		if (n == 0 || *word == '#')
			continue;
		word[n] = '\0';
		value = word + strcspn(word, " ");
		if (*value)
			*value++ = '\0';
		line(s, word, value, indented(s, &at));
	}
	s->s.over = s->entries;
	assert_non_null(s->s.affinity);
}

void situation_free(struct situation *s)
{
	for (size_t i = 0; i < s->n_owned; i++)
		free(s->owned[i]);
	free(s->owned);
	free(s->entries);
	free(s->text);
}
