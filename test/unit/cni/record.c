/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "test.h"

/* Every member has a value, and none the same as another. */
static const char full[] =
	"{\"version\":\"1\",\"state\":\"UNDOING\",\"created\":1700000000,\"bootId\":\"boot\","
	"\"network\":\"net\",\"container\":\"c1\",\"ifname\":\"net1\","
	"\"pod\":{\"namespace\":\"ns\",\"name\":\"upf\",\"uid\":\"u-1\"},"
	"\"netns\":{\"path\":\"/run/netns/p\",\"inode\":4026532000,\"cookie\":123456789012},"
	"\"claim\":\"pci-0000:3b:02.1\","
	"\"image\":{\"ifindex\":7,\"name\":\"ens1f1v3\",\"altnames\":[\"a1\",\"a2\"],\"alias\":\"al\","
	"\"mac\":\"02:00:00:00:00:01\",\"permanentMac\":\"02:00:00:00:00:02\",\"mtu\":1500,\"flags\":4099,"
	"\"txqlen\":1000,\"group\":5,\"xdpProgram\":9,\"peer\":3,\"master\":4,"
	"\"kind\":\"veth\",\"parent\":\"0000:3b:02.1\",\"parentBus\":\"pci\",\"portName\":\"p0\"},"
	"\"podIfindex\":8,\"podFileDir\":\"/run/dpdk-pod//p\","
	"\"interface\":{\"name\":\"net1\",\"network\":\"net\",\"mode\":\"netdev\",\"pciAddress\":\"0000:3b:02.1\","
	"\"mtu\":9000},\"containers\":{\"fwd\":{\"cpus\":\"2-5\",\"exclusive\":true,"
	"\"memory\":[{\"type\":\"hugepages-1Gi\",\"bytes\":1073741824,\"numaNodes\":[1]}]},\"side\":{}},"
	"\"hugepages\":[{\"type\":\"hugepages-2Mi\",\"bytes\":0}],"
	"\"result\":{\"ips\":[]},\"problem\":\"held\",\"problemCode\":11,"
	"\"stdin\":\"{\\\"name\\\": \\\"net\\\"}\\n\",\"cniArgs\":\"A=B\",\"cniArgsMac\":\"02:00:00:00:00:03\","
	"\"cniPath\":\"/opt/cni/bin\"}";

static int decode(const char *text, struct record *r, struct err *e)
{
	return record_decode(text, strlen(text), "record x", r, e);
}

static void every_member_has_its_place(void **state)
{
	struct record r;

	(void)state;
	assert_int_equal(decode(full, &r, NULL), 0);
	assert_int_equal(r.state, RECORD_UNDOING);
	assert_int_equal(r.created, 1700000000);
	assert_string_equal(r.boot_id, "boot");
	assert_string_equal(r.container, "c1");
	assert_string_equal(r.pod.ns, "ns");
	assert_string_equal(r.pod.uid, "u-1");
	assert_string_equal(r.netns.path, "/run/netns/p");
	assert_true(r.netns.cookie == 123456789012);
	assert_string_equal(r.claim, "pci-0000:3b:02.1");
	assert_int_equal(r.link.index, 7);
	assert_int_equal(r.link.n_altnames, 2);
	assert_string_equal(r.link.altnames[1], "a2");
	assert_int_equal(r.link.flags, 4099);
	assert_string_equal(r.link.port_name, "p0");
	assert_int_equal(r.pod_index, 8);
	assert_string_equal(r.pod_dir, "/run/dpdk-pod//p");
	assert_int_equal(r.interface.mtu, 9000);
	assert_int_equal(r.n_containers, 2);
	assert_string_equal(r.containers[0].name, "fwd");
	assert_string_equal(r.containers[0].cpus, "2-5");
	assert_int_equal(r.containers[0].memory[0].bytes, 1073741824);
	assert_string_equal(r.containers[1].name, "side");
	assert_int_equal(r.n_hugepages, 1);
	assert_string_equal(r.hugepages[0].type, "hugepages-2Mi");
	assert_int_equal(r.hugepages[0].bytes, 0);
	assert_string_equal(r.result, "{\"ips\":[]}");
	assert_string_equal(r.problem, "held");
	assert_int_equal(r.problem_code, 11);
	assert_string_equal(r.input, "{\"name\": \"net\"}\n");
	assert_string_equal(r.args, "A=B");
	assert_string_equal(r.mac, "02:00:00:00:00:03");
	assert_string_equal(r.path, "/opt/cni/bin");
	record_free(&r);
}

static void round_trip(void **state)
{
	struct record r, again;
	char *one = NULL, *two = NULL;

	(void)state;
	assert_int_equal(decode(full, &r, NULL), 0);
	assert_int_equal(record_encode(&r, &one, NULL), 0);
	assert_int_equal(decode(one, &again, NULL), 0);
	assert_int_equal(record_encode(&again, &two, NULL), 0);
	assert_string_equal(one, two);
	/* Nothing was lost on the way: every value of the text above is in it. */
	static const char *const values[] = {"UNDOING", "1700000000", "4026532000", "123456789012",
		"ens1f1v3", "\"a1\"", "\"al\"", "02:00:00:00:00:01", "02:00:00:00:00:02", "4099",
		"\"txqlen\": 1000", "\"group\": 5", "\"xdpProgram\": 9", "\"peer\": 3",
		"\"master\": 4", "veth", "parentBus", "portName", "\"2-5\"", "1073741824", "side",
		"\"podIfindex\": 8", "9000", "\"held\"", "\"problemCode\": 11", "cniArgsMac",
		"cniPath"};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (!strstr(one, values[i]))
			fail_msg("%s is lost", values[i]);
	free(one);
	free(two);
	record_free(&r);
	record_free(&again);
}

static void every_state_has_its_word(void **state)
{
	static const char *const words[] = {"ADDING", "ADDED", "UNDOING"};

	(void)state;
	for (int i = 0; i <= RECORD_UNDOING; i++) {
		struct record r;
		char text[256];

		(void)snprintf(text, sizeof(text),
			"{\"version\":\"1\",\"state\":\"%s\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
			words[i]);
		assert_int_equal(decode(text, &r, NULL), 0);
		assert_int_equal(r.state, i);
		record_free(&r);
	}
}

/* A half-written file, at every byte: an error each time. */
static void damaged(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(full); n++) {
		struct err e = ERR_INIT;
		struct record r;

		assert_true(record_decode(full, n, "record x", &r, &e) < 0);
		assert_error(e, ERR_STATE, "record x");
	}
}

static void what_every_record_has(void **state)
{
	static const char *const bad[] = {
		"{\"state\":\"ADDED\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
		"{\"version\":\"1\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
		"{\"version\":\"1\",\"state\":\"ADDED\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
		"{\"version\":\"1\",\"state\":\"ADDED\",\"container\":\"c\",\"image\":{\"name\":\"n\"}}",
		"{\"version\":\"1\",\"state\":\"ADDED\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{}}",
		"{\"version\":\"1\",\"state\":\"DONE\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct record r;

		if (decode(bad[i], &r, &e) >= 0)
			fail_msg("accepted: %s", bad[i]);
		assert_error(e, ERR_STATE, "record x");
	}
}

static void another_version_is_refused(void **state)
{
	static const char *const others[] = {"2", "0", "1.1", "", "01"};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct err e = ERR_INIT;
		struct record r;
		char text[256];

		(void)snprintf(text, sizeof(text),
			"{\"version\":\"%s\",\"state\":\"ADDED\",\"container\":\"c\",\"ifname\":\"i\",\"image\":{\"name\":\"n\"}}",
			others[i]);
		assert_int_equal(decode(text, &r, &e), -EPROTONOSUPPORT);
		assert_error(e, ERR_STATE, "another release");
		assert_true(e.remedy[0]);
	}
}

static void what_cannot_be_written(void **state)
{
	struct err e = ERR_INIT;
	struct record r;
	char *text = NULL;

	(void)state;
	record_init(&r);
	assert_true(record_encode(&r, &text, &e) < 0); /* no container */
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_null(text);
	record_free(&r);
	assert_int_equal(decode(full, &r, NULL), 0);
	r.args[0] = '\xff';
	assert_true(record_encode(&r, &text, NULL) < 0);
	record_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_has_its_place),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(every_state_has_its_word),
		cmocka_unit_test(damaged),
		cmocka_unit_test(what_every_record_has),
		cmocka_unit_test(another_version_is_refused),
		cmocka_unit_test(what_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
