/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reader of what comes from outside, for libFuzzer: FUZZ names the one under test. A target
 * takes any bytes; what it takes it must be able to write and read again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_pick.h"
#include "mem.h"
#include "netconf.h"
#include "podfile.h"
#include "podresources_read.h"
#include "kubelet_fill.h"
#include "record.h"
#include "result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define MUST(x) \
	do { \
		if (!(x)) \
			abort(); \
	} while (0)

static void fuzz_netconf(const char *text, size_t len)
{
	static int (*const readers[])(const struct codec_tree *d, struct netconf *ret,
		struct err *e) = {netconf_decode, netconf_decode_del, netconf_decode_gc};
	auto_tree struct codec_tree *tree = NULL;
	char version[32];

	if (codec_parse(text, len, "stdin", &tree, NULL) < 0)
		return;
	(void)netconf_peek_version(tree, version, sizeof(version), NULL);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		struct err e = ERR_INIT;
		struct netconf_selector by;
		auto_netconf struct netconf c;
		auto_free char *excerpt = NULL;

		netconf_init(&c);
		if (readers[i](tree, &c, &e) < 0) {
			MUST(e.code != ERR_NONE);
			continue;
		}
		(void)netconf_selector(&c, &by, NULL);
		MUST(netconf_excerpt(tree, &c, &excerpt, NULL) == 0);
		if (i == 0) {
			auto_netconf struct netconf again;

			netconf_init(&again);
			MUST(netconf_decode_text(excerpt, &again, NULL) == 0);
		}
	}
}

static void fuzz_record(const char *text, size_t len)
{
	auto_record struct record r, again;
	auto_free char *out = NULL;
	struct err e = ERR_INIT;
	char lost[512];

	record_init(&r);
	record_init(&again);
	if (record_decode(text, len, "record", &r, &e) < 0) {
		MUST(e.code == ERR_STATE);
		if (record_salvage(text, len, "record", "c1", "net1", &r, lost, sizeof(lost),
			    NULL) < 0)
			return;
	}
	MUST(record_encode(&r, &out, NULL) == 0);
	MUST(record_decode(out, strlen(out), "again", &again, NULL) == 0);
}

static void fuzz_podfile(const char *text, size_t len)
{
	struct podfile p, again;
	auto_free char *out = NULL;

	if (podfile_decode(text, len, "pod file", &p, NULL) < 0)
		return;
	/* Indented it may be too large. */
	if (podfile_encode(&p, &out, NULL) == 0) {
		MUST(podfile_decode(out, strlen(out), "again", &again, NULL) == 0);
		podfile_free(&again);
	}
	podfile_free(&p);
}

static void fuzz_result(const char *text, size_t len)
{
	auto_result struct result r;

	result_init(&r);
	if (result_decode(text, len, "result", &r, NULL) < 0)
		return;
	for (int v = 0; v < CNI_VERSIONS; v++) {
		auto_free char *out = NULL;
		auto_result struct result again;

		result_init(&again);
		if (result_encode(&r, (enum cni_version)v, &out, NULL) == 0)
			MUST(result_decode(out, strlen(out), "again", &again, NULL) == 0);
	}
}

static int take(const char *text, size_t len, void *arg, struct err *e)
{
	(void)e;
	*(unsigned int *)arg += len ? (unsigned char)text[len - 1] : 0;
	return 0;
}

static void fuzz_pick(const char *text, size_t len)
{
	unsigned int sum = 0;
	const struct json_pick picks[] = {
		{.path = {"data"}, .plain = true, .take = take, .arg = &sum},
		{.path = {"entries", "u-1"}, .take = take, .arg = &sum},
		{.path = {"Data", "PodDeviceEntries", "*"}, .take = take, .arg = &sum},
		{.path = {"Data", "RegisteredDevices"}, .expect = '{', .take = take, .arg = &sum},
	};

	(void)json_pick_text(text, len, picks, ARRAY_SIZE(picks), "file", NULL);
}

/* In one piece and in pieces of every length up to seven. */
static void fuzz_podresources(const char *text, size_t len)
{
	for (size_t piece = 0; piece < 8; piece++) {
		struct kubelet k = {.ns = "ns", .name = "upf", .uid = "u-1"};
		struct podresources_reader in = {.k = &k};
		int r = 0;

		for (size_t at = 0; r >= 0 && at < len;) {
			const size_t n = piece && piece < len - at ? piece : len - at;

			r = podresources_read((const uint8_t *)text + at, n, &in);
			at += n;
		}
		(void)podresources_whole(&in);
		podresources_reset(&in);
		kubelet_forget(&k);
	}
}

static const struct {
	const char *name;
	void (*f)(const char *text, size_t len);
} targets[] = {
	{"netconf", fuzz_netconf},
	{"record", fuzz_record},
	{"podfile", fuzz_podfile},
	{"result", fuzz_result},
	{"pick", fuzz_pick},
	{"podresources", fuzz_podresources},
};

static void (*target)(const char *text, size_t len);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ");

	(void)argc;
	(void)argv;
	for (size_t i = 0; name && i < ARRAY_SIZE(targets); i++)
		if (strcmp(targets[i].name, name) == 0)
			target = targets[i].f;
	MUST(target);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target((const char *)data, size);
	return 0;
}
