/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec.h"
#include "podfile.h"
#include "podfile_samples.h"
#include "test.h"

static void decode(const char *text, struct podfile *p)
{
	struct err e = ERR_INIT;

	memset(p, 0xa5, sizeof(*p));
	if (podfile_decode(text, strlen(text), "pod.json", p, &e) != 0)
		fail_msg("%s: %s", text, e.msg);
	assert_int_equal(e.code, ERR_NONE);
}

static struct err refuse(const char *text, int errnum)
{
	struct err e = ERR_INIT;
	struct podfile p, before;
	int r;

	memset(&p, 0xa5, sizeof(p));
	before = p;
	r = podfile_decode(text, strlen(text), "pod.json", &p, &e);
	if (r != -errnum)
		fail_msg("%s: returned %d", text, r);
	assert_int_equal(e.errnum, errnum);
	assert_says(e, "pod.json: ");
	assert_memory_equal(&p, &before, sizeof(p));
	return e;
}

static void round_trip(void (*sample)(struct podfile *p))
{
	struct err e = ERR_INIT;
	struct podfile p, again;
	char *one, *two;

	sample(&p);
	assert_int_equal(podfile_encode(&p, &one, &e), 0);
	decode(one, &again);
	assert_int_equal(podfile_encode(&again, &two, &e), 0);
	assert_string_equal(one, two);
	assert_string_equal(again.version, PODFILE_VERSION);
	assert_int_equal(again.n_interfaces, p.n_interfaces);
	assert_int_equal(again.n_containers, p.n_containers);
	free(one);
	free(two);
	podfile_free(&again);
}

static void samples_round_trip(void **state)
{
	(void)state;
	round_trip(sample_empty);
	round_trip(sample_minimal);
	round_trip(sample_full);
	round_trip(sample_limits);
}

/* Member by member: a table that names the wrong offset would round-trip all the same. */
static void every_member_arrives(void **state)
{
	struct podfile p, q;
	char *text;

	(void)state;
	sample_full(&p);
	assert_int_equal(podfile_encode(&p, &text, NULL), 0);
	decode(text, &q);
	free(text);
#define SAME_S(m) assert_string_equal(p.m, q.m)
#define SAME_I(m) assert_true(p.m == q.m)
	SAME_S(pod.ns);
	SAME_S(pod.name);
	SAME_S(pod.uid);
	SAME_S(pod.sandbox);
	SAME_S(node.name);
	SAME_S(node.boot_id);
	SAME_S(interfaces[0].name);
	SAME_S(interfaces[0].network);
	SAME_S(interfaces[0].resource);
	SAME_S(interfaces[0].container);
	SAME_I(interfaces[0].mode);
	SAME_S(interfaces[0].pci_address);
	SAME_S(interfaces[0].pf);
	SAME_I(interfaces[0].vf);
	SAME_S(interfaces[0].driver);
	SAME_S(interfaces[0].vendor);
	SAME_S(interfaces[0].device);
	SAME_I(interfaces[0].numa_node);
	SAME_I(interfaces[0].iommu_group);
	SAME_I(interfaces[0].no_iommu);
	SAME_S(interfaces[0].mac);
	SAME_I(interfaces[0].vlan);
	SAME_I(interfaces[0].mtu);
	SAME_I(interfaces[0].n_ips);
	SAME_S(interfaces[0].ips[0]);
	SAME_S(interfaces[0].ips[1]);
	SAME_S(interfaces[0].gateway);
	SAME_I(interfaces[1].mode);
	SAME_I(interfaces[1].vf);
	assert_null(q.interfaces[1].pci_address);
	SAME_S(containers[0].name);
	SAME_S(containers[0].cpus);
	SAME_I(containers[0].exclusive);
	SAME_I(containers[0].n_memory);
	SAME_S(containers[0].memory[0].type);
	SAME_I(containers[0].memory[0].bytes);
	SAME_I(containers[0].memory[0].n_numa_nodes);
	SAME_I(containers[0].memory[0].numa_nodes[1]);
	SAME_S(containers[0].memory[1].type);
	SAME_I(n_hugepages);
	SAME_S(hugepages[1].type);
	SAME_I(hugepages[1].bytes);
	SAME_S(containers[1].name);
	SAME_I(containers[1].exclusive);
	assert_null(q.containers[1].cpus);
#undef SAME_S
#undef SAME_I
	podfile_free(&q);
}

/* The format others read: keys and values as they stand in the file, literally. */
static void the_format_is_pinned(void **state)
{
	static const char *const lines[] = {
		"{\n  \"version\": \"1.0\",\n",
		"  \"pod\": {\n    \"namespace\": \"default\",\n    \"name\": \"router-0\",\n",
		"    \"uid\": \"0b6b8f5e-6b2f-4c1e-9b5a-3f0f3e1d2c4b\",\n"
		"    \"sandbox\": \"4f2a77c1d0e9\"\n",
		"      \"name\": \"net1\",\n      \"network\": \"default/fast\",\n"
		"      \"resource\": \"vendor.com/fast\",\n      \"container\": \"router\",\n"
		"      \"mode\": \"vfio\",\n      \"pciAddress\": \"0000:3b:02.1\",\n"
		"      \"pf\": \"0000:3b:00.0\",\n      \"vf\": 3,\n      \"driver\": \"vfio-pci\",\n"
		"      \"vendor\": \"0x8086\",\n      \"device\": \"0x154c\",\n"
		"      \"numaNode\": 1,\n      \"iommuGroup\": 42,\n      \"noIommu\": false,\n"
		"      \"mac\": \"02:00:00:00:00:01\",\n      \"vlan\": 100,\n      \"mtu\": 9000,\n",
		"\"gateway\": \"192.0.2.1\"\n",
		"      \"mode\": \"netdev\",\n",
		"  \"containers\": {\n    \"router\": {\n      \"cpus\": \"2-5,34-37\",\n"
		"      \"exclusive\": true,\n",
		"\"type\": \"hugepages-1Gi\",\n          \"bytes\": 4294967296,\n",
		"  \"node\": {\n    \"name\": \"worker-1\",\n"
		"    \"bootId\": \"f2a9a3e0-58f4-4b8e-8a59-c0d2f5f1a111\"\n  }\n}\n",
	};
	struct podfile p;
	char *text;

	(void)state;
	sample_full(&p);
	assert_int_equal(podfile_encode(&p, &text, NULL), 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strstr(text, lines[i]))
			fail_msg("not in the file: %s\n%s", lines[i], text);
	free(text);

	sample_empty(&p);
	assert_int_equal(podfile_encode(&p, &text, NULL), 0);
	assert_string_equal(text, "{\n  \"version\": \"1.0\",\n  \"interfaces\": []\n}\n");
	free(text);
}

static void the_writer_sets_the_version(void **state)
{
	char other[] = "9.9";
	struct podfile p;
	char *text;

	(void)state;
	sample_empty(&p);
	p.version = other;
	assert_int_equal(podfile_encode(&p, &text, NULL), 0);
	assert_non_null(strstr(text, "\"version\": \"1.0\""));
	assert_string_equal(p.version, "9.9");
	free(text);
}

static void half_an_interface_is_not_published(void **state)
{
	struct err e = ERR_INIT;
	struct podfile p;
	char *text = NULL;

	(void)state;
	sample_minimal(&p);
	p.interfaces[0].name = NULL;
	assert_int_equal(podfile_encode(&p, &text, &e), -EINVAL);
	assert_null(text);
	sample_minimal(&p);
	p.interfaces[0].mode = -1;
	assert_int_equal(podfile_encode(&p, &text, &e), -EINVAL);
	assert_null(text);
}

static void versions(void **state)
{
	static const char *const good[] = {"1.0", "1.1", "1.99", "1.4294967296", "01.0"};
	static const char *const newer[] = {"2.0", "0.9", "10.0", "11.0", "4294967297.0",
		"18446744073709551617.0", "99999999999999999999999.0"};
	static const char *const malformed[] = {"", "1", "1.", ".0", ".", "1.x", "1.0.0", "1.0 ",
		" 1.0", "+1.0", "-1.0", "1,0", "x", "v1.0", "0x1.0", "2"};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct podfile p;

		(void)snprintf(text, sizeof(text), "{\"version\":\"%s\",\"interfaces\":[]}",
			good[i]);
		decode(text, &p);
		podfile_free(&p);
	}
	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
		struct err e;

		/* The rest may be of a shape that only its own readers know. */
		(void)snprintf(text, sizeof(text), "{\"interfaces\":{\"a\":1},\"version\":\"%s\"}",
			newer[i]);
		e = refuse(text, EPROTONOSUPPORT);
		assert_int_equal(e.code, ERR_PODFILE);
		assert_says(e, newer[i]);
		assert_non_null(strstr(e.remedy, "same release"));
	}
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		(void)snprintf(text, sizeof(text), "{\"version\":\"%s\",\"interfaces\":[]}",
			malformed[i]);
		assert_says(refuse(text, EINVAL), "version: ");
	}
	assert_says(refuse("{\"interfaces\":[]}", EINVAL), "version: missing");
	assert_says(refuse("{\"version\":1.0,\"interfaces\":[]}", EINVAL),
		"version: expected a string");
}

static void unknown_fields_are_ignored(void **state)
{
	struct podfile p;

	(void)state;
	decode("{\"version\":\"1.7\",\"new\":{\"a\":[]},\"pod\":{\"colour\":1},"
	       "\"interfaces\":[{\"name\":\"net1\",\"mode\":\"vfio\",\"queues\":4}],"
	       "\"containers\":{\"c\":{\"gpu\":true}},\"node\":{\"x\":null}}",
		&p);
	assert_int_equal(p.n_interfaces, 1);
	assert_int_equal(p.interfaces[0].mode, PODFILE_VFIO);
	assert_int_equal(p.n_containers, 1);
	podfile_free(&p);
}

static void faults_have_a_path(void **state)
{
#define FILE_WITH(members) "{\"version\":\"1.0\"," members "}"
#define IF_WITH(members) \
	FILE_WITH("\"interfaces\":[{\"name\":\"a\",\"mode\":\"vfio\"," members "}]")
	static const struct {
		const char *text, *message;
	} bad[] = {
		{FILE_WITH("\"x\":1"), "pod.json: interfaces: missing"},
		{FILE_WITH("\"interfaces\":{}"), "interfaces: expected a list, got an object"},
		{FILE_WITH("\"interfaces\":[{\"mode\":\"vfio\"}]"), "interfaces[0].name: missing"},
		{FILE_WITH("\"interfaces\":[{\"name\":\"a\"}]"), "interfaces[0].mode: missing"},
		{FILE_WITH("\"interfaces\":[{\"name\":\"a\",\"mode\":\"uio\"}]"),
			"interfaces[0].mode: \"uio\" is none of \"netdev\", \"vfio\""},
		{FILE_WITH("\"interfaces\":[{\"name\":\"sixteen-bytes-16\",\"mode\":\"vfio\"}]"),
			"interfaces[0].name: 16 bytes are too long, at most 15"},
		{IF_WITH("\"vlan\":4095"), "interfaces[0].vlan: 4095 is out of range 0..4094"},
		{IF_WITH("\"vlan\":-1"), "interfaces[0].vlan: -1 is out of range"},
		{IF_WITH("\"vf\":65536"), "interfaces[0].vf: 65536 is out of range"},
		{IF_WITH("\"mtu\":2147483648"), "interfaces[0].mtu: 2147483648 is out of range"},
		{IF_WITH("\"numaNode\":-1"), "interfaces[0].numaNode: -1 is out of range"},
		{IF_WITH("\"pciAddress\":\"0123456789abcdef01234567\""),
			"interfaces[0].pciAddress: 24 bytes"},
		{IF_WITH("\"ips\":\"192.0.2.1/24\""), "interfaces[0].ips: expected a list"},
		{IF_WITH("\"ips\":[\"192.0.2.1/24\",7]"),
			"interfaces[0].ips[1]: expected a string"},
		{IF_WITH("\"noIommu\":1"), "interfaces[0].noIommu: expected a boolean"},
		{FILE_WITH("\"interfaces\":[],\"containers\":[]"),
			"containers: expected an object"},
		{FILE_WITH("\"interfaces\":[],\"containers\":{\"c\":{\"cpus\":[1]}}"),
			"containers.c.cpus: expected a string, got a list"},
		{FILE_WITH("\"interfaces\":[],\"containers\":{\"c\":{\"memory\":[{\"bytes\":1}]}}"),
			"containers.c.memory[0].type: missing"},
		{FILE_WITH("\"interfaces\":[],\"containers\":{\"c\":{\"memory\":"
			   "[{\"type\":\"memory\",\"numaNodes\":[0,1024]}]}}"),
			"containers.c.memory[0].numaNodes[1]: 1024 is out of range"},
		{FILE_WITH("\"interfaces\":[],\"pod\":{\"name\":{}}"),
			"pod.name: expected a string"},
		{FILE_WITH("\"interfaces\":[],\"node\":[]"), "node: expected an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = refuse(bad[i].text, EINVAL);

		assert_says(e, bad[i].message);
		assert_int_equal(e.code, ERR_PODFILE);
	}
	assert_says(refuse("{\n\"version\" \"1.0\"}", EINVAL), "line 2, column 15");
	assert_says(refuse("", EINVAL), "it is empty");
}

static void size_is_capped(void **state)
{
	static const char head[] = "{\"version\":\"1.0\",\"interfaces\":[]";
	char *text = test_malloc(PODFILE_MAX + 2);
	struct err e = ERR_INIT;
	struct podfile p;

	(void)state;
	memset(text, ' ', PODFILE_MAX + 2);
	memcpy(text, head, sizeof(head) - 1);
	text[PODFILE_MAX - 1] = '}';
	assert_int_equal(podfile_decode(text, PODFILE_MAX, "pod.json", &p, &e), 0);
	podfile_free(&p);
	assert_int_equal(podfile_decode(text, PODFILE_MAX + 1, "pod.json", &p, &e), -EFBIG);
	assert_int_equal(e.code, ERR_PODFILE);
	assert_says(e, "1048577 bytes");
	test_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_round_trip),
		cmocka_unit_test(every_member_arrives),
		cmocka_unit_test(the_format_is_pinned),
		cmocka_unit_test(the_writer_sets_the_version),
		cmocka_unit_test(half_an_interface_is_not_published),
		cmocka_unit_test(versions),
		cmocka_unit_test(unknown_fields_are_ignored),
		cmocka_unit_test(faults_have_a_path),
		cmocka_unit_test(size_is_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
