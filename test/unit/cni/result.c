/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec.h"
#include "result.h"
#include "test.h"

/* What each version makes of one result; the newest knows everything. */
#define DNS "\"dns\":{\"nameservers\":[\"10.0.0.53\"]}"
static const char newest[] =
	"{\"cniVersion\":\"1.1.0\",\"interfaces\":["
	"{\"name\":\"br0\",\"mac\":\"02:00:00:00:00:01\"},"
	"{\"name\":\"net1\",\"mac\":\"02:00:00:00:00:02\",\"mtu\":1500,\"sandbox\":\"/run/netns/p\","
	"\"socketPath\":\"/s\",\"pciID\":\"0000:3b:02.1\"}],"
	"\"ips\":[{\"interface\":1,\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"},"
	"{\"interface\":1,\"address\":\"10.0.0.6/24\",\"gateway\":\"10.0.0.2\"},"
	"{\"interface\":1,\"address\":\"fd00::5/64\"}],"
	"\"routes\":[{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.0.0.3\",\"mtu\":1400,\"advmss\":1300,"
	"\"priority\":10,\"table\":77,\"scope\":253},{\"dst\":\"::/0\",\"gw\":\"fd00::1\"}]," DNS
	"}";

#define INTERFACES_10 \
	"\"interfaces\":[{\"name\":\"br0\",\"mac\":\"02:00:00:00:00:01\"}," \
	"{\"name\":\"net1\",\"mac\":\"02:00:00:00:00:02\",\"sandbox\":\"/run/netns/p\"}],"
#define ROUTES_10 \
	"\"routes\":[{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.0.0.3\"},{\"dst\":\"::/0\",\"gw\":\"fd00::1\"}],"
#define IPS_03 \
	"\"ips\":[{\"version\":\"4\",\"interface\":1,\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"}," \
	"{\"version\":\"4\",\"interface\":1,\"address\":\"10.0.0.6/24\",\"gateway\":\"10.0.0.2\"}," \
	"{\"version\":\"6\",\"interface\":1,\"address\":\"fd00::5/64\"}],"
#define LEGACY \
	"\"ip4\":{\"ip\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\",\"routes\":[{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.0.0.3\"}]}," \
	"\"ip6\":{\"ip\":\"fd00::5/64\",\"routes\":[{\"dst\":\"::/0\",\"gw\":\"fd00::1\"}]},"

static const char *const golden[CNI_VERSIONS] = {
	[CNI_010] = "{\"cniVersion\":\"0.1.0\"," LEGACY DNS "}",
	[CNI_020] = "{\"cniVersion\":\"0.2.0\"," LEGACY DNS "}",
	[CNI_030] = "{\"cniVersion\":\"0.3.0\"," INTERFACES_10 IPS_03 ROUTES_10 DNS "}",
	[CNI_031] = "{\"cniVersion\":\"0.3.1\"," INTERFACES_10 IPS_03 ROUTES_10 DNS "}",
	[CNI_040] = "{\"cniVersion\":\"0.4.0\"," INTERFACES_10 IPS_03 ROUTES_10 DNS "}",
	[CNI_100] =
		"{\"cniVersion\":\"1.0.0\"," INTERFACES_10
		"\"ips\":[{\"interface\":1,\"address\":\"10.0.0.5/24\",\"gateway\":\"10.0.0.1\"},"
		"{\"interface\":1,\"address\":\"10.0.0.6/24\",\"gateway\":\"10.0.0.2\"},"
		"{\"interface\":1,\"address\":\"fd00::5/64\"}]," ROUTES_10 DNS "}",
	[CNI_110] = newest,
};

static void decode(const char *text, struct result *r)
{
	struct err e = ERR_INIT;

	if (result_decode(text, strlen(text), "test", r, &e) < 0)
		fail_msg("%s in %s", e.msg, text);
}

/* JSON text without what only makes it readable. Strings in here hold no blanks. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
	*to = '\0';
}

static void assert_encodes(const struct result *r, enum cni_version v, const char *want)
{
	struct err e = ERR_INIT;
	char *text = NULL;

	if (result_encode(r, v, &text, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(text[strlen(text) - 1], '\n');
	squeeze(text);
	assert_string_equal(text, want);
	free(text);
}

static void every_version_is_written(void **state)
{
	struct result r;

	(void)state;
	decode(newest, &r);
	for (int v = CNI_VERSIONS - 1; v >= 0; v--)
		assert_encodes(&r, (enum cni_version)v, golden[v]);
	/* and the result itself is as before */
	assert_encodes(&r, CNI_110, newest);
	result_free(&r);
}

/* Through any version and back: what that version can say survives, nothing else appears. */
static void every_version_is_read(void **state)
{
	(void)state;
	for (int v = 0; v < CNI_VERSIONS; v++) {
		struct result r;

		decode(golden[v], &r);
		assert_string_equal(r.cni_version, cni_version_names[v]);
		assert_encodes(&r, (enum cni_version)v, golden[v]);
		assert_encodes(&r, CNI_020, golden[CNI_020]);
		assert_int_equal(r.n_ips, v <= CNI_020 ? 2 : 3);
		assert_int_equal(r.n_routes, 2);
		assert_null(r.ip4.ip);
		assert_null(r.ip6.ip);
		if (v > CNI_020 && v < CNI_110)
			assert_encodes(&r, CNI_100, golden[CNI_100]);
		result_free(&r);
	}
}

static void nothing_of_1_1_leaks(void **state)
{
	static const char *const words[] = {"\"mtu\"", "socketPath", "pciID", "advmss", "priority",
		"table", "scope"};
	struct result r;

	(void)state;
	decode(newest, &r);
	for (int v = 0; v < CNI_110; v++) {
		char *text = NULL;

		assert_int_equal(result_encode(&r, (enum cni_version)v, &text, NULL), 0);
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (strstr(text, words[i]))
				fail_msg("%s: %s leaks", cni_version_names[v], words[i]);
		assert_int_equal(strstr(text, "\"version\"") != NULL, v >= CNI_030 && v < CNI_100);
		free(text);
	}
	result_free(&r);
}

static void legacy_with_one_family(void **state)
{
	struct result r;

	(void)state;
	decode("{\"cniVersion\":\"0.2.0\",\"ip6\":{\"ip\":\"fd00::5/64\",\"gateway\":\"fd00::1\","
	       "\"routes\":[{\"dst\":\"::/0\"}]}}",
		&r);
	assert_int_equal(r.n_ips, 1);
	assert_string_equal(r.ips[0].address, "fd00::5/64");
	assert_true(r.ips[0].interface == CODEC_ABSENT);
	assert_encodes(&r, CNI_010,
		"{\"cniVersion\":\"0.1.0\",\"ip6\":{\"ip\":\"fd00::5/64\",\"gateway\":\"fd00::1\","
		"\"routes\":[{\"dst\":\"::/0\"}]}}");
	assert_encodes(&r, CNI_100,
		"{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"fd00::5/64\","
		"\"gateway\":\"fd00::1\"}],\"routes\":[{\"dst\":\"::/0\"}]}");
	result_free(&r);
}

static void an_empty_result(void **state)
{
	struct result r;

	(void)state;
	decode("{}", &r);
	assert_null(r.cni_version);
	assert_encodes(&r, CNI_110, "{\"cniVersion\":\"1.1.0\"}");
	assert_encodes(&r, CNI_010, "{\"cniVersion\":\"0.1.0\"}");
	result_free(&r);
}

static void what_is_no_result(void **state)
{
	static const char *const bad[] = {"", "[]", "{\"ips\":[{}]}", "{\"ips\":[{\"address\":5}]}",
		"{\"routes\":[{\"gw\":\"x\"}]}", "{\"interfaces\":{}}", "{\"ip4\":[]}",
		"{\"ips\":[{\"address\":\"10.0.0.1/8\",\"interface\":-1}]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct result r;

		if (result_decode(bad[i], strlen(bad[i]), "prev", &r, &e) >= 0)
			fail_msg("accepted: %s", bad[i]);
		assert_error(e, ERR_DECODE, "prev");
	}
}

/* Those before come first, in order; the numbers that ips have are their own. */
static void appending(void **state)
{
	struct result r, other;

	(void)state;
	decode("{\"interfaces\":[{\"name\":\"eth0\"},{\"name\":\"x\"}],\"ips\":[{\"interface\":0,\"address\":\"10.0.0.1/8\"}],"
	       "\"routes\":[{\"dst\":\"10.1.0.0/16\"}]}",
		&r);
	decode("{\"interfaces\":[{\"name\":\"net1\",\"sandbox\":\"/n\"}],\"ips\":[{\"interface\":2,\"address\":\"10.2.0.1/8\"}],"
	       "\"routes\":[{\"dst\":\"10.3.0.0/16\"}]," DNS "}",
		&other);
	assert_int_equal(result_append(&r, &other, NULL), 0);
	assert_int_equal(other.n_interfaces + other.n_ips + other.n_routes, 0);
	assert_null(other.dns);
	assert_encodes(&r, CNI_100,
		"{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\"},{\"name\":\"x\"},"
		"{\"name\":\"net1\",\"sandbox\":\"/n\"}],\"ips\":[{\"interface\":0,\"address\":\"10.0.0.1/8\"},"
		"{\"interface\":2,\"address\":\"10.2.0.1/8\"}],\"routes\":[{\"dst\":\"10.1.0.0/16\"},"
		"{\"dst\":\"10.3.0.0/16\"}]," DNS "}");
	/* the first dns stays */
	decode("{\"dns\":{\"domain\":\"other\"}}", &other);
	assert_int_equal(result_append(&r, &other, NULL), 0);
	assert_string_equal(r.dns, "{\"nameservers\":[\"10.0.0.53\"]}");
	result_free(&r);
}

static void adding_and_dropping_interfaces(void **state)
{
	struct result_interface i = {.name = "net1",
		.mac = NULL,
		.sandbox = "/n",
		.mtu = CODEC_ABSENT};
	struct result_interface j = {.name = "net2",
		.mac = "m",
		.sandbox = "/n",
		.mtu = 1500,
		.pci_id = "p"};
	struct result r;

	(void)state;
	result_init(&r);
	assert_int_equal(result_add_interface(&r, &i, NULL), 0);
	assert_int_equal(result_add_interface(&r, &j, NULL), 0);
	assert_encodes(&r, CNI_110,
		"{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"net1\",\"sandbox\":\"/n\"},"
		"{\"name\":\"net2\",\"mac\":\"m\",\"mtu\":1500,\"sandbox\":\"/n\",\"pciID\":\"p\"}]}");
	result_drop_interfaces(&r);
	assert_int_equal(r.n_interfaces, 0);
	assert_int_equal(result_add_interface(&r, &i, NULL), 0);
	assert_int_equal(r.n_interfaces, 1);
	result_free(&r);
}

static void version_words(void **state)
{
	enum cni_version v = CNI_040;
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < CNI_VERSIONS; i++) {
		assert_int_equal(cni_version_parse(cni_version_names[i], &v, NULL), 0);
		assert_int_equal(v, i);
	}
	v = CNI_040;
	assert_true(cni_version_parse("2.0.0", &v, &e) < 0);
	assert_error(e, ERR_VERSION, "\"2.0.0\" is not supported");
	assert_int_equal(v, CNI_040);
}

static void error_object(void **state)
{
	struct err e = {.code = ERR_DEVICE, .msg = "no \"such\" thing\n", .remedy = "make one"};
	char *text = result_encode_error("0.4.0", &e);

	(void)state;
	assert_string_equal(text,
		"{\n  \"cniVersion\": \"0.4.0\",\n  \"code\": 100,\n"
		"  \"msg\": \"no \\\"such\\\" thing\\n\",\n  \"details\": \"make one\"\n}\n");
	free(text);
	e.remedy[0] = '\0';
	text = result_encode_error("1.1.0", &e);
	assert_null(strstr(text, "details"));
	free(text);
}

/* A name from outside that is no UTF-8, or was cut in the middle of a character. */
static void error_object_of_invalid_utf8(void **state)
{
	struct err e = {.code = ERR_ENV,
		.msg = "ifname \"\xff\xfe\x01\"",
		.remedy = "cut \xe2\x82"};
	char *text = result_encode_error("1.0\xc3", &e);

	(void)state;
	assert_non_null(strstr(text, "\"code\": 4"));
	assert_non_null(strstr(text, "\"msg\": \"ifname \\\"???\\\"\""));
	assert_non_null(strstr(text, "\"details\": \"cut ??\""));
	assert_non_null(strstr(text, "\"cniVersion\": \"1.0?\""));
	free(text);
	struct err good = {.code = ERR_ENV, .msg = "ifname \xc3\xa4"};

	text = result_encode_error("1.0.0", &good);
	assert_non_null(strstr(text, "\xc3\xa4"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_is_written),
		cmocka_unit_test(every_version_is_read),
		cmocka_unit_test(nothing_of_1_1_leaks),
		cmocka_unit_test(legacy_with_one_family),
		cmocka_unit_test(an_empty_result),
		cmocka_unit_test(what_is_no_result),
		cmocka_unit_test(appending),
		cmocka_unit_test(adding_and_dropping_interfaces),
		cmocka_unit_test(version_words),
		cmocka_unit_test(error_object),
		cmocka_unit_test(error_object_of_invalid_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
