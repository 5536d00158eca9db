/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec.h"
#include "log.h"
#include "mem.h"
#include "netconf.h"
#include "test.h"

#define HEAD "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"dpdk-cni\""

typedef int (*decoder)(const struct codec_tree *d, struct netconf *c, struct err *e);

static int decode_with(decoder f, const char *text, size_t len, struct netconf *c, struct err *e)
{
	auto_tree struct codec_tree *d = NULL;
	int r = codec_parse(text, len, "stdin", &d, e);

	return r < 0 ? r : f(d, c, e);
}

/* A configuration with more keys after the head: ",\"mtu\":1500". */
static int decode(const char *more, struct netconf *c, struct err *e)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), HEAD "%s}", more);
	return decode_with(netconf_decode, text, strlen(text), c, e);
}

static void refused(const char *more, int code, const char *says)
{
	struct err e = ERR_INIT;
	struct netconf c;

	memset(&c, 0x5a, sizeof(c));
	if (decode(more, &c, &e) >= 0)
		fail_msg("accepted: %s", more);
	assert_error(e, code, says);
	for (size_t i = 0; i < sizeof(c); i++) /* untouched on failure */
		assert_int_equal(((unsigned char *)&c)[i], 0x5a);
}

static void every_key_has_its_place(void **state)
{
	struct netconf c;

	(void)state;
	assert_int_equal(
		decode(",\"device\":\"d\",\"hwaddr\":\"02:00:00:00:00:01\",\"kernelpath\":\"/sys/devices/x\","
		       "\"pciBusID\":\"0000:01:00.1\",\"deviceID\":\"0000:01:00.2\",\"mode\":\"netdev\","
		       "\"mac\":\"02:00:00:00:00:02\",\"mtu\":9000,\"promisc\":true,\"allmulti\":false,"
		       "\"ipam\":{\"type\":\"static\",\"x\":[1]},\"dns\":{\"nameservers\":[\"1.1.1.1\"]},"
		       "\"prevResult\":{\"ips\":[]},"
		       "\"runtimeConfig\":{\"deviceID\":\"0000:01:00.3\",\"mac\":\"02:00:00:00:00:03\","
		       "\"CNIDeviceInfoFile\":\"/f\",\"ips\":[\"10.0.0.1/8\",\"fd00::1/64\"]},"
		       "\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:04\"}},"
		       "\"podFile\":{\"volume\":\"v\"},\"kubeletDir\":\"/k\",\"logLevel\":\"debug\","
		       "\"logFile\":\"/l\",\"somebody-elses\":{\"deep\":[[[]]]}",
			&c, NULL),
		0);
	assert_string_equal(c.cni_version, "1.1.0");
	assert_int_equal(c.version, CNI_110);
	assert_string_equal(c.name, "net");
	assert_string_equal(c.type, "dpdk-cni");
	assert_string_equal(c.device, "d");
	assert_string_equal(c.hwaddr, "02:00:00:00:00:01");
	assert_string_equal(c.kernelpath, "/sys/devices/x");
	assert_string_equal(c.pci_bus_id, "0000:01:00.1");
	assert_string_equal(c.device_id, "0000:01:00.2");
	assert_int_equal(c.mode, MODE_NETDEV);
	assert_string_equal(c.mac, "02:00:00:00:00:02");
	assert_int_equal(c.mtu, 9000);
	assert_int_equal(c.promisc, 1);
	assert_int_equal(c.allmulti, 0);
	assert_string_equal(c.ipam_type, "static");
	assert_string_equal(c.ipam, "{\"type\":\"static\",\"x\":[1]}");
	assert_string_equal(c.dns, "{\"nameservers\":[\"1.1.1.1\"]}");
	assert_string_equal(c.prev_result, "{\"ips\":[]}");
	assert_string_equal(c.runtime.device_id, "0000:01:00.3");
	assert_string_equal(c.runtime.mac, "02:00:00:00:00:03");
	assert_string_equal(c.runtime.device_info_file, "/f");
	assert_int_equal(c.runtime.n_ips, 2);
	assert_string_equal(c.runtime.ips[1], "fd00::1/64");
	assert_string_equal(c.args_cni.mac, "02:00:00:00:00:04");
	assert_string_equal(c.pod_file.volume, "v");
	assert_null(c.pod_file.dir);
	assert_string_equal(c.kubelet_dir, "/k");
	assert_int_equal(c.log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(c.log_file, "/l");
	netconf_free(&c);
}

static void absent_is_not_zero(void **state)
{
	struct netconf c;

	(void)state;
	assert_int_equal(decode("", &c, NULL), 0);
	assert_true(c.mtu == CODEC_ABSENT);
	assert_int_equal(c.promisc, -1);
	assert_int_equal(c.allmulti, -1);
	assert_int_equal(c.mode, -1);
	assert_int_equal(c.log_level, -1);
	assert_null(c.ipam);
	assert_null(c.ipam_type);
	assert_null(c.prev_result);
	assert_null(c.pod_file.volume);
	netconf_free(&c);

	assert_int_equal(decode(",\"mtu\":0,\"promisc\":false,\"allmulti\":false,\"ipam\":{}", &c,
				 NULL),
		0);
	assert_int_equal(c.mtu, 0);
	assert_int_equal(c.promisc, 0);
	assert_int_equal(c.allmulti, 0);
	assert_non_null(c.ipam);
	assert_null(c.ipam_type);
	netconf_free(&c);
}

static void null_is_absent(void **state)
{
	struct netconf c;

	(void)state;
	assert_int_equal(decode(",\"mtu\":null,\"device\":null,\"ipam\":null,\"podFile\":null,"
				"\"vlan\":null,\"vlanTrunk\":null,\"pf\":null",
				 &c, NULL),
		0);
	assert_true(c.mtu == CODEC_ABSENT);
	assert_null(c.device);
	assert_null(c.ipam);
	assert_null(c.pod_file.volume);
	assert_int_equal(c.n_pf, 0);
	assert_false(vf_any(&c.vf));
	netconf_free(&c);
}

static void keys_of_a_vf(void **state)
{
	struct netconf c;

	(void)state;
	assert_int_equal(
		decode(",\"mode\":\"vfio\",\"driver\":\"vfio-pci\",\"bind\":\"always\",\"deviceNode\":{\"gid\":0,\"mode\":\"0660\"},"
		       "\"vlan\":0,\"spoofchk\":\"off\",\"trust\":\"on\",\"query_rss\":\"off\",\"link_state\":\"disable\",\"min_tx_rate\":0,"
		       "\"max_tx_rate\":1000,\"pf\":[\"ens1f0#0-3\",\"0000:03:00.0\"]",
			&c, NULL),
		0);
	assert_int_equal(c.mode, MODE_VFIO);
	assert_string_equal(c.driver, "vfio-pci");
	assert_int_equal(c.bind, BIND_ALWAYS);
	assert_int_equal(c.device_node.gid, 0);
	assert_string_equal(c.device_node.mode, "0660");
	assert_int_equal(c.vf.vlan, 0); /* cleared, which is not the same as untouched */
	assert_true(c.vf.qos == CODEC_ABSENT);
	assert_int_equal(c.vf.proto, -1);
	assert_int_equal(c.vf.spoofchk, 0);
	assert_int_equal(c.vf.trust, 1);
	assert_int_equal(c.vf.query_rss, 0);
	assert_int_equal(c.vf.link_state, VF_LINK_DISABLE);
	assert_int_equal(c.vf.min_tx_rate, 0);
	assert_int_equal(c.vf.max_tx_rate, 1000);
	assert_int_equal(c.n_pf, 2);
	assert_string_equal(c.pf[0], "ens1f0#0-3");
	netconf_free(&c);
	assert_int_equal(
		decode(",\"vlan\":4094,\"vlanQoS\":7,\"vlanProto\":\"802.1ad\",\"spoofchk\":\"on\","
		       "\"trust\":\"off\",\"bind\":\"never\"",
			&c, NULL),
		0);
	assert_int_equal(c.vf.vlan, 4094);
	assert_int_equal(c.vf.qos, 7);
	assert_int_equal(c.vf.proto, VF_8021AD);
	assert_int_equal(c.vf.spoofchk, 1);
	assert_int_equal(c.vf.trust, 0);
	assert_int_equal(c.bind, BIND_NEVER);
	netconf_free(&c);
	assert_int_equal(decode("", &c, NULL), 0);
	assert_int_equal(c.bind, -1);
	assert_true(c.device_node.gid == CODEC_ABSENT);
	assert_false(vf_any(&c.vf));
	netconf_free(&c);
}

/* Of its reference, with each key; but for type, nothing is changed. */
static void a_configuration_of_sriov_cni(void **state)
{
	static const char text[] =
		"{\"cniVersion\": \"0.3.1\", \"name\": \"sriov-dpdk\", \"type\": \"dpdk-cni\","
		"\"deviceID\": \"0000:03:02.0\", \"mac\": \"CA:FE:C0:FF:EE:00\", \"vlan\": 1000, \"vlanQoS\": 4,"
		"\"vlanProto\": \"802.1ad\", \"min_tx_rate\": 100, \"max_tx_rate\": 200, \"spoofchk\": \"off\","
		"\"trust\": \"on\", \"link_state\": \"enable\", \"logLevel\": \"panic\","
		"\"logFile\": \"/tmp/sriov.log\", \"ipam\": {}, \"runtimeConfig\": {\"mac\": \"CA:FE:C0:FF:EE:01\"}}";
	auto_netconf struct netconf c;
	struct err e = ERR_INIT;

	(void)state;
	netconf_init(&c);
	if (decode_with(netconf_decode, text, strlen(text), &c, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(c.device_id, "0000:03:02.0");
	assert_string_equal(netconf_mac(&c, NULL), "CA:FE:C0:FF:EE:01");
	assert_string_equal(c.mac, "CA:FE:C0:FF:EE:00");
	assert_int_equal(c.vf.vlan, 1000);
	assert_int_equal(c.vf.qos, 4);
	assert_int_equal(c.vf.proto, VF_8021AD);
	assert_int_equal(c.vf.min_tx_rate, 100);
	assert_int_equal(c.vf.max_tx_rate, 200);
	assert_int_equal(c.vf.spoofchk, 0);
	assert_int_equal(c.vf.trust, 1);
	assert_int_equal(c.vf.link_state, VF_LINK_ENABLE);
	assert_true(c.log_level >= 0);
	assert_string_equal(c.log_file, "/tmp/sriov.log");
}

/* sriov-cni does not mind capitals there. */
static void vlan_protocols(void **state)
{
	static const struct {
		const char *text;
		int want;
	} all[] = {{"802.1q", VF_8021Q}, {"802.1Q", VF_8021Q}, {"802.1ad", VF_8021AD},
		{"802.1AD", VF_8021AD}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		auto_netconf struct netconf c;
		char text[128];

		netconf_init(&c);
		(void)snprintf(text, sizeof(text),
			"{\"name\":\"n\",\"vlan\":5,\"vlanProto\":\"%s\"}", all[i].text);
		assert_int_equal(decode_with(netconf_decode, text, strlen(text), &c, NULL), 0);
		assert_int_equal(c.vf.proto, all[i].want);
	}
}

static void versions(void **state)
{
	(void)state;
	for (int v = 0; v < CNI_VERSIONS; v++) {
		char text[128];
		struct netconf c;

		(void)snprintf(text, sizeof(text), "{\"cniVersion\":\"%s\",\"name\":\"n\"}",
			cni_version_names[v]);
		assert_int_equal(decode_with(netconf_decode, text, strlen(text), &c, NULL), 0);
		assert_int_equal(c.version, v);
		netconf_free(&c);
		assert_int_equal(decode_with(netconf_decode_del, text, strlen(text), &c, NULL), 0);
		assert_int_equal(c.version, v);
		netconf_free(&c);
	}
	static const char none[] = "{\"name\":\"n\"}";
	struct netconf c;

	assert_int_equal(decode_with(netconf_decode, none, strlen(none), &c, NULL), 0);
	assert_int_equal(c.version, CNI_010);
	netconf_free(&c);

	/* So libcni reads an empty one. */
	static const char empty[] = "{\"cniVersion\":\"\",\"name\":\"n\"}";

	assert_int_equal(decode_with(netconf_decode, empty, strlen(empty), &c, NULL), 0);
	assert_int_equal(c.version, CNI_010);
	netconf_free(&c);
	assert_int_equal(decode_with(netconf_decode_del, empty, strlen(empty), &c, NULL), 0);
	assert_int_equal(c.version, CNI_010);
	netconf_free(&c);

	static const char *const unknown[] = {"1.2.0", "1.0", "1.1.0 ", "v1.0.0"};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		char text[128];
		struct err e = ERR_INIT, d = ERR_INIT;

		(void)snprintf(text, sizeof(text), "{\"cniVersion\":\"%s\",\"name\":\"n\"}",
			unknown[i]);
		assert_true(decode_with(netconf_decode, text, strlen(text), &c, &e) < 0);
		assert_error(e, ERR_VERSION, "1.1.0");
		assert_true(decode_with(netconf_decode_del, text, strlen(text), &c, &d) < 0);
		assert_error(d, ERR_VERSION, "1.1.0");
	}
}

static int peek(const char *text, size_t len, char *buf, size_t size, struct err *e)
{
	auto_tree struct codec_tree *d = NULL;
	int r = codec_parse(text, len, "stdin", &d, e);

	return r < 0 ? r : netconf_peek_version(d, buf, size, e);
}

static void peek_wants_no_more_than_an_object(void **state)
{
	static const char text[] = "{\"cniVersion\":\"0.4.0\",\"mtu\":\"x\"}";
	char version[32] = "?";
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(peek("{}", 2, version, sizeof(version), &e), 0);
	assert_string_equal(version, "");
	assert_int_equal(peek(text, strlen(text), version, sizeof(version), &e), 0);
	assert_string_equal(version, "0.4.0");
	assert_true(peek(" \n", 2, version, sizeof(version), &e) < 0);
	assert_error(e, ERR_DECODE, "empty");
	assert_string_equal(version, "0.4.0");
}

static void names(void **state)
{
	static const char *const bad[] = {"", "-a", ".", "..", "a/b", "a b", "\\u00e4", "a\\n"};
	struct err e = ERR_INIT;
	struct netconf c;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char text[128];
		struct err why = ERR_INIT;

		(void)snprintf(text, sizeof(text), "{\"cniVersion\":\"1.0.0\",\"name\":\"%s\"}",
			bad[i]);
		assert_true(decode_with(netconf_decode, text, strlen(text), &c, &why) < 0);
		assert_error(why, ERR_CONFIG, "name");
	}
	assert_true(decode_with(netconf_decode, "{\"cniVersion\":\"1.0.0\"}", 22, &c, &e) < 0);
	assert_error(e, ERR_CONFIG, "name: missing");
	static const char good[] = "{\"name\":\"a.B-9_..\"}";

	assert_int_equal(decode_with(netconf_decode, good, strlen(good), &c, NULL), 0);
	netconf_free(&c);
}

static void keys_of_peers_are_refused_never_passed_over(void **state)
{
	static const char *const keys[] = {"vlanTrunk", "vlan_trunk"};
	static const char *const values[] = {"0", "false", "[]", "{}", "\"off\""};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		for (size_t v = 0; v < sizeof(values) / sizeof(*values); v++) {
			char more[64], says[64];

			(void)snprintf(more, sizeof(more), ",\"%s\":%s", keys[i], values[v]);
			(void)snprintf(says, sizeof(says), "\"%s\": %s", keys[i], values[v]);
			refused(more, ERR_UNSUPPORTED, says);
		}
}

static void wrong_values(void **state)
{
	static const struct {
		const char *more;
		int code;
		const char *says;
	} table[] = {
		{",\"mtu\":\"1500\"", ERR_DECODE, "mtu: expected an integer, got a string"},
		{",\"mtu\":1500.5", ERR_DECODE, "mtu: expected an integer"},
		{",\"mtu\":-1", ERR_DECODE, "mtu: -1 is out of range"},
		{",\"mtu\":2147483648", ERR_DECODE, "mtu: 2147483648 is out of range"},
		{",\"mtu\":99999999999999999999", ERR_DECODE, "stdin"},
		{",\"promisc\":1", ERR_DECODE, "promisc: expected a boolean"},
		{",\"allmulti\":\"on\"", ERR_DECODE, "allmulti: expected a boolean"},
		{",\"mode\":\"VFIO\"", ERR_DECODE, "\"VFIO\" is none of"},
		{",\"logLevel\":\"trace\"", ERR_DECODE, "logLevel"},
		{",\"numa\":\"Require\"", ERR_DECODE,
			"numa: \"Require\" is none of \"ignore\", \"prefer\", \"require\""},
		{",\"numa\":1", ERR_DECODE, "numa: expected a string"},
		{",\"numaScope\":\"machine\"", ERR_DECODE,
			"numaScope: \"machine\" is none of \"node\", \"socket\""},
		{",\"ipam\":[]", ERR_DECODE, "ipam: expected an object"},
		{",\"ipam\":{\"a\":1}", ERR_CONFIG, "ipam.type: missing"},
		{",\"ipam\":{\"type\":7}", ERR_DECODE, "ipam.type"},
		{",\"runtimeConfig\":[]", ERR_DECODE, "runtimeConfig"},
		{",\"runtimeConfig\":{\"mac\":\"x\"}", ERR_CONFIG, "runtimeConfig.mac"},
		{",\"args\":{\"cni\":{\"mac\":\"x\"}}", ERR_CONFIG, "args.cni.mac"},
		{",\"mac\":\"02:00:00:00:00\"", ERR_CONFIG, "mac"},
		{",\"hwaddr\":\"02:00:00:00:00:0g\"", ERR_CONFIG, "hwaddr"},
		{",\"podFile\":{\"volume\":\"v\",\"vol\":\"v\"}", ERR_CONFIG,
			"podFile.vol: unknown key; known are: volume, dir"},
		{",\"deviceNode\":{\"uid\":0}", ERR_CONFIG, "deviceNode.uid: unknown key"},
		{",\"podFile\":{\"volume\":\"v\",\"dir\":\"/d\"}", ERR_CONFIG,
			"either \"volume\" or \"dir\""},
		{",\"podFile\":{\"volume\":\"../v\"}", ERR_CONFIG, "podFile.volume"},
		{",\"podFile\":{\"volume\":\"a/b\"}", ERR_CONFIG, "podFile.volume"},
		{",\"podFile\":{\"volume\":\"a..b\"}", ERR_CONFIG, "podFile.volume"},
		{",\"podFile\":{\"dir\":\"d\"}", ERR_CONFIG, "podFile.dir"},
		{",\"vlan\":4095", ERR_DECODE, "vlan: 4095 is out of range"},
		{",\"vlan\":-1", ERR_DECODE, "vlan: -1 is out of range"},
		{",\"vlan\":\"5\"", ERR_DECODE, "vlan: expected an integer"},
		{",\"vlan\":5,\"vlanQoS\":8", ERR_DECODE, "vlanQoS"},
		{",\"vlanQoS\":1", ERR_CONFIG, "need a \"vlan\""},
		{",\"vlan\":0,\"vlanQoS\":1", ERR_CONFIG, "need a \"vlan\""},
		{",\"vlanProto\":\"802.1ad\"", ERR_CONFIG, "need a \"vlan\""},
		{",\"vlan\":5,\"vlanProto\":\"802.1X\"", ERR_DECODE, "vlanProto"},
		{",\"spoofchk\":\"yes\"", ERR_DECODE, "spoofchk: \"yes\" is none of"},
		{",\"query_rss\":true", ERR_DECODE, "query_rss: expected a string"},
		{",\"trust\":true", ERR_DECODE, "trust: expected a string"},
		{",\"link_state\":\"up\"", ERR_DECODE, "link_state"},
		{",\"max_tx_rate\":-1", ERR_DECODE, "max_tx_rate"},
		{",\"bind\":\"maybe\"", ERR_DECODE, "bind"},
		{",\"pf\":\"ens1f0\"", ERR_DECODE, "pf: expected a list"},
		{",\"driver\":\"../x\"", ERR_CONFIG, "driver"},
		{",\"mode\":\"netdev\",\"driver\":\"vfio-pci\"", ERR_CONFIG, "driver"},
		{",\"deviceNode\":{\"mode\":\"0777\"}", ERR_CONFIG, "deviceNode.mode"},
		{",\"deviceNode\":{\"mode\":\"4660\"}", ERR_CONFIG, "deviceNode.mode"},
		{",\"deviceNode\":{\"mode\":\"rw\"}", ERR_CONFIG, "deviceNode.mode"},
		{",\"deviceNode\":{\"gid\":-1}", ERR_DECODE, "gid"},
		{",\"device\":\"a\",\"device\":\"b\"", ERR_DECODE, "duplicate"},
		{",\"device\":\"a\\u0000b\"", ERR_DECODE, "stdin"},
		{",\"device\":\"\xff\"", ERR_DECODE, "stdin"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		refused(table[i].more, table[i].code, table[i].says);
}

/* The texts {"outer": {"key": value}} for every string and enumeration of a table. */
static void each_text(const struct codec_field *t, const char *before, const char *after,
	void (*f)(const char *text, const struct codec_field *field), int *count)
{
	for (; t->key; t++) {
		char head[256], tail[64];

		(void)snprintf(head, sizeof(head), "%s\"%s\":%s", before, t->key,
			t->sub ? "{" : "");
		(void)snprintf(tail, sizeof(tail), "%s%s", t->sub ? "}" : "", after);
		if (t->kind == CODEC_OBJ)
			each_text(t->sub, *t->key ? head : before, *t->key ? tail : after, f,
				count);
		if (t->kind != CODEC_STR && t->kind != CODEC_ENUM && t->kind != CODEC_STRS)
			continue;
		(void)snprintf(tail, sizeof(tail), "%s%s",
			t->kind == CODEC_STRS ? "[\"\"]" : "\"\"", after);
		(void)strncat(head, tail, sizeof(head) - strlen(head) - 1);
		f(head, t);
		(*count)++;
	}
}

static void serves_as_without(const char *text, const struct codec_field *f)
{
	struct err e = ERR_INIT;
	struct netconf c;
	char all[512];

	/* The head has these; a network without a name is refused. */
	if (strcmp(f->key, "name") == 0 || strcmp(f->key, "cniVersion") == 0 ||
		(strcmp(f->key, "type") == 0 && !strstr(text, "ipam")))
		return;
	if (decode(text, &c, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	netconf_free(&c);
	(void)snprintf(all, sizeof(all), HEAD "%s}", text);
	if (decode_with(netconf_decode_del, all, strlen(all), &c, &e) < 0)
		fail_msg("DEL: %s: %s", text, e.msg);
	assert_null(c.ipam_type);
	assert_null(c.log_file);
	assert_int_equal(c.log_level, -1);
	netconf_free(&c);
	if (decode_with(netconf_decode_gc, all, strlen(all), &c, &e) < 0)
		fail_msg("GC: %s: %s", text, e.msg);
	netconf_free(&c);
}

/* Generators write it for what they do not know. */
static void an_empty_string_is_absent(void **state)
{
	struct netconf c;
	int count = 0;

	(void)state;
	each_text(netconf_fields, ",", "", serves_as_without, &count);
	if (count < 25)
		fail_msg("%d texts are too few", count);
	assert_int_equal(
		decode(",\"mode\":\"\",\"mac\":\"\",\"driver\":\"\",\"pf\":[\"\",\"a\",\"\"],"
		       "\"spoofchk\":\"\",\"podFile\":{\"volume\":\"\",\"dir\":\"\"},"
		       "\"vlanTrunk\":\"\",\"hwaddr\":\"\"",
			&c, NULL),
		0);
	assert_int_equal(c.mode, -1);
	assert_null(c.mac);
	assert_null(c.driver);
	assert_int_equal(c.n_pf, 1);
	assert_string_equal(c.pf[0], "a");
	assert_false(vf_any(&c.vf));
	assert_null(c.pod_file.volume);
	assert_null(c.pod_file.dir);
	netconf_free(&c);
}

/* Go takes them for the key; what we judge must be what the next program reads. */
static void keys_that_differ_in_case(void **state)
{
	static const struct {
		const char *more, *says;
	} bad[] = {
		{",\"Device\":\"x\"", "Device: it differs from the key \"device\" in case alone"},
		{",\"device\":\"y\",\"DEVICE\":\"x\"", "DEVICE: it differs"},
		{",\"\xe2\x84\xaa"
		 "ernelPath\":\"x\"",
			"key \"kernelpath\""},
		{",\"pro\xc5\xbf\":\"x\",\"mi\xc5\xbf\":1,\"promi\xc5\xbf"
		 "c\":true",
			"key \"promisc\""},
		{",\"Vlan\":5", "key \"vlan\""},
		{",\"IPAM\":{\"type\":\"static\"}", "key \"ipam\""},
		{",\"ipam\":{\"type\":\"static\",\"Type\":\"x\"}", "ipam.Type: it differs"},
		{",\"ipam\":{\"type\":\"host-local\",\"DataDir\":\"/x\"}", "key \"dataDir\""},
		{",\"runtimeConfig\":{\"deviceId\":\"x\"}", "key \"deviceID\""},
		{",\"args\":{\"cni\":{\"MAC\":\"x\"}}", "args.cni.MAC: it differs"},
		{",\"PrevResult\":{}", "key \"prevResult\""},
		{",\"Name\":\"x\"", "key \"name\""},
		{",\"VlanTrunk\":1", "key \"vlanTrunk\""},
		{",\"CNI.dev/attachments\":[]", "key \"cni.dev/attachments\""},
	};
	static const char *const good[] = {",\"devices\":1", ",\"devic\":1", ",\"\":1",
		",\"ipam\":{\"type\":\"x\",\"Mine\":1}", ",\"x\":{\"Device\":1}",
		",\"d\xc3\xa9vice\":1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i].more, ERR_CONFIG, bad[i].says);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct netconf c;

		assert_int_equal(decode(good[i], &c, NULL), 0);
		netconf_free(&c);
	}
}

static void text_that_is_no_object(void **state)
{
	static const char *const bad[] = {"", " ", "[]", "1", "null", "{", "{}x", "{\"a\":1,}",
		"{}{}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT, d = ERR_INIT;
		struct netconf c;

		assert_true(decode_with(netconf_decode, bad[i], strlen(bad[i]), &c, &e) < 0);
		assert_error(e, ERR_DECODE, "stdin");
		assert_true(decode_with(netconf_decode_del, bad[i], strlen(bad[i]), &c, &d) < 0);
		assert_error(d, ERR_DECODE, "stdin");
	}
}

static void deep_nesting_ends(void **state)
{
	enum { DEEP = 10000 };
	static char text[2 * DEEP + 64];
	struct err e = ERR_INIT;
	struct netconf c;
	size_t n = (size_t)snprintf(text, sizeof(text), "{\"name\":\"n\",\"x\":");

	(void)state;
	memset(text + n, '[', DEEP);
	memset(text + n + DEEP, ']', DEEP);
	text[n + 2 * DEEP] = '}';
	assert_true(decode_with(netconf_decode, text, n + 2 * DEEP + 1, &c, &e) < 0);
	assert_error(e, ERR_DECODE, "depth");
}

/* What made an ADD refuse must not keep its pod from going. */
static void del_takes_what_add_refuses(void **state)
{
	static const char *const more[] = {",\"vlan\":5000", ",\"driver\":\"../x\"",
		",\"mtu\":\"x\"", ",\"podFile\":{}", ",\"mac\":\"x\"", ",\"runtimeConfig\":7",
		",\"ipam\":{\"a\":1}", ",\"prevResult\":5", ",\"logLevel\":\"trace\"",
		",\"logLevel\":5", ",\"logFile\":[]", ",\"ipam\":[]", ",\"ipam\":\"static\"",
		",\"ipam\":{\"type\":5}", ",\"device\":1", ",\"ipam\":{\"type\":\"\"}",
		",\"ipam\":{\"type\":\"../../bin/sh\"}",
		",\"ipam\":{\"type\":\"static\"},\"Device\":\"x\"",
		",\"ipam\":{\"type\":\"static\",\"Type\":\"x\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
		char text[256];
		struct err e = ERR_INIT;
		struct netconf c;

		(void)snprintf(text, sizeof(text), HEAD "%s}", more[i]);
		if (decode_with(netconf_decode_del, text, strlen(text), &c, &e) < 0)
			fail_msg("%s: %s", more[i], e.msg);
		assert_string_equal(c.name, "net");
		assert_null(c.ipam_type);
		assert_int_equal(c.log_level, -1);
		assert_null(c.log_file);
		netconf_free(&c);
	}
}

static void del_takes_what_it_needs(void **state)
{
	static const char text[] = HEAD
		",\"ipam\":{\"type\":\"static\",\"addresses\":[]},"
		"\"logLevel\":\"error\",\"logFile\":\"/var/log/x\",\"mtu\":1500}";
	struct netconf c;

	(void)state;
	assert_int_equal(decode_with(netconf_decode_del, text, strlen(text), &c, NULL), 0);
	assert_string_equal(c.ipam_type, "static");
	assert_string_equal(c.ipam, "{\"type\":\"static\",\"addresses\":[]}");
	assert_int_equal(c.log_level, LOG_LEVEL_ERROR);
	assert_string_equal(c.log_file, "/var/log/x");
	assert_true(c.mtu == CODEC_ABSENT);
	netconf_free(&c);
}

static int decode_gc(const char *more, struct netconf *c, struct err *e)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), HEAD "%s}", more);
	return decode_with(netconf_decode_gc, text, strlen(text), c, e);
}

/* No list is not an empty list: the one removes nothing, the other everything. */
static void gc_lists(void **state)
{
	static const struct {
		const char *more;
		int given;
		size_t n;
	} table[] = {
		{"", 0, 0},
		{",\"cni.dev/valid-attachments\":null", 0, 0},
		{",\"cni.dev/attachments\":null", 0, 0},
		{",\"cni.dev/valid-attachments\":[]", 1, 0},
		{",\"cni.dev/attachments\":[]", 1, 0},
		{",\"cni.dev/valid-attachments\":[{\"containerID\":\"c\",\"ifname\":\"i\"}]", 1, 1},
		{",\"cni.dev/attachments\":[{\"containerID\":\"c\",\"ifname\":\"i\"}]", 1, 1},
		/* the newer name wins, whatever its length */
		{",\"cni.dev/attachments\":[],\"cni.dev/valid-attachments\":[{\"containerID\":\"c\",\"ifname\":\"i\"}]",
			1, 1},
		{",\"cni.dev/valid-attachments\":[],\"cni.dev/attachments\":[{\"containerID\":\"c\",\"ifname\":\"i\"}]",
			1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct netconf c;
		struct err e = ERR_INIT;

		if (decode_gc(table[i].more, &c, &e) < 0)
			fail_msg("%s: %s", table[i].more, e.msg);
		if (!c.valid_given != !table[i].given || c.n_valid != table[i].n)
			fail_msg("%s: given %d, %zu of them", table[i].more, c.valid_given,
				c.n_valid);
		if (c.n_valid) {
			assert_string_equal(c.valid[0].container, "c");
			assert_string_equal(c.valid[0].ifname, "i");
		}
		netconf_free(&c);
	}
	/* A list that cannot be read removes nothing either: it is an error. */
	static const char *const bad[] = {",\"cni.dev/valid-attachments\":{}",
		",\"cni.dev/valid-attachments\":\"\"", ",\"cni.dev/valid-attachments\":[{}]",
		",\"cni.dev/valid-attachments\":[{\"containerID\":\"c\"}]",
		",\"cni.dev/valid-attachments\":[[]]", ",\"cni.dev/valid-attachments\":[null]"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct netconf c;

		if (decode_gc(bad[i], &c, &e) >= 0)
			fail_msg("accepted: %s", bad[i]);
		assert_error(e, ERR_DECODE, "valid-attachments");
	}
}

static void selector_precedence(void **state)
{
	/* Each row names all that follow, too: the first must win. */
	static const struct {
		const char *member, *key, *value;
		int by;
	} ways[] = {
		{"\"runtimeConfig\":{\"deviceID\":\"0000:01:00.1\"}", "runtimeConfig.deviceID",
			"0000:01:00.1", SELECT_PCI},
		{"\"deviceID\":\"02:00.1\"", "deviceID", "02:00.1", SELECT_PCI},
		{"\"pciBusID\":\"mlx5_core.sf.4\"", "pciBusID", "mlx5_core.sf.4", SELECT_PCI},
		{"\"device\":\"eth7\"", "device", "eth7", SELECT_DEVICE},
		{"\"hwaddr\":\"02:00:00:00:00:01\"", "hwaddr", "02:00:00:00:00:01", SELECT_HWADDR},
		{"\"kernelpath\":\"/sys/x\"", "kernelpath", "/sys/x", SELECT_PATH},
		{"\"pf\":[\"ens1f0\",\"ens1f1\"]", "pf", "ens1f0", SELECT_PF},
	};
	enum { N = sizeof(ways) / sizeof(*ways) };

	(void)state;
	for (size_t first = 0; first < N; first++) {
		char more[512] = "";
		struct netconf_selector s;
		struct netconf c;

		for (size_t i = first; i < N; i++)
			(void)snprintf(more + strlen(more), sizeof(more) - strlen(more), ",%s",
				ways[i].member);
		assert_int_equal(decode(more, &c, NULL), 0);
		assert_int_equal(netconf_selector(&c, &s, NULL), 0);
		assert_int_equal((int)s.by, ways[first].by);
		assert_string_equal(s.key, ways[first].key);
		assert_string_equal(s.value, ways[first].value);
		netconf_free(&c);
	}
}

static void selector_errors(void **state)
{
	struct netconf_selector s;
	struct err e = ERR_INIT, bad = ERR_INIT;
	struct netconf c;

	(void)state;
	assert_int_equal(decode(",\"device\":\"\",\"deviceID\":\"\"", &c, NULL), 0);
	assert_true(netconf_selector(&c, &s, &e) < 0);
	assert_error(e, ERR_CONFIG, "no NIC is named");
	assert_non_null(strstr(e.remedy, "deviceID"));
	netconf_free(&c);
	/* A bad address does not fall through to the next way. */
	assert_int_equal(decode(",\"deviceID\":\"eth0\",\"device\":\"eth7\"", &c, NULL), 0);
	assert_true(netconf_selector(&c, &s, &bad) < 0);
	assert_error(bad, ERR_CONFIG, "deviceID");
	netconf_free(&c);
}

static void mac_precedence(void **state)
{
	static const char all[] =
		",\"mac\":\"02:00:00:00:00:04\",\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:02\"}},"
		"\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:01\"}";
	struct netconf c;

	(void)state;
	assert_int_equal(decode(all, &c, NULL), 0);
	assert_string_equal(netconf_mac(&c, "02:00:00:00:00:03"), "02:00:00:00:00:01");
	free(c.runtime.mac);
	c.runtime.mac = NULL;
	assert_string_equal(netconf_mac(&c, "02:00:00:00:00:03"), "02:00:00:00:00:02");
	free(c.args_cni.mac);
	c.args_cni.mac = NULL;
	assert_string_equal(netconf_mac(&c, "02:00:00:00:00:03"), "02:00:00:00:00:03");
	assert_string_equal(netconf_mac(&c, ""), "02:00:00:00:00:04");
	assert_string_equal(netconf_mac(&c, NULL), "02:00:00:00:00:04");
	free(c.mac);
	c.mac = NULL;
	assert_null(netconf_mac(&c, NULL));
	assert_null(netconf_mac(&c, ""));
	netconf_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_has_its_place),
		cmocka_unit_test(absent_is_not_zero),
		cmocka_unit_test(null_is_absent),
		cmocka_unit_test(keys_of_a_vf),
		cmocka_unit_test(a_configuration_of_sriov_cni),
		cmocka_unit_test(vlan_protocols),
		cmocka_unit_test(versions),
		cmocka_unit_test(peek_wants_no_more_than_an_object),
		cmocka_unit_test(names),
		cmocka_unit_test(keys_of_peers_are_refused_never_passed_over),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(an_empty_string_is_absent),
		cmocka_unit_test(keys_that_differ_in_case),
		cmocka_unit_test(text_that_is_no_object),
		cmocka_unit_test(deep_nesting_ends),
		cmocka_unit_test(del_takes_what_add_refuses),
		cmocka_unit_test(del_takes_what_it_needs),
		cmocka_unit_test(gc_lists),
		cmocka_unit_test(selector_precedence),
		cmocka_unit_test(selector_errors),
		cmocka_unit_test(mac_precedence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
