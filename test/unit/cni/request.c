/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "request.h"
#include "sizes.h"
#include "test.h"

static const char *const names[] = {"CNI_COMMAND", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME",
	"CNI_PATH", "CNI_ARGS"};

/* Values in the order of the names above; NULL: not set. */
static struct request with(const char *command, const char *container, const char *netns,
	const char *ifname, const char *path, const char *args)
{
	const char *const values[] = {command, container, netns, ifname, path, args};
	struct request r;

	for (size_t i = 0; i < 6; i++)
		assert_int_equal(values[i] ? setenv(names[i], values[i], 1) : unsetenv(names[i]),
			0);
	request_read_env(&r);
	return r;
}

static struct request with_args(const char *args)
{
	return with("ADD", "c1", "/run/netns/x", "net1", "/bin", args);
}

static void every_verb_is_known(void **state)
{
	static const char *const verbs[] = {"ADD", "DEL", "CHECK", "GC", "STATUS", "VERSION"};

	(void)state;
	for (int i = 0; i < VERB_UNKNOWN; i++) {
		struct request r = with(verbs[i], "c1", "/n", "net1", "/bin", NULL);

		assert_int_equal(r.verb, i);
		assert_int_equal(request_check(&r, NULL), 0);
	}
	static const char *const others[] = {"", "add", "ADDX", "AD", " ADD"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct err e = ERR_INIT;
		struct request r = with(others[i], "c1", "/n", "net1", "/bin", NULL);

		assert_int_equal(r.verb, VERB_UNKNOWN);
		assert_int_equal(request_check(&r, &e), -EINVAL);
		assert_error(e, ERR_ENV, "is unknown");
	}
}

static void absent_is_empty(void **state)
{
	struct request r = with(NULL, NULL, NULL, NULL, NULL, NULL);

	(void)state;
	assert_string_equal(r.command, "");
	assert_string_equal(r.container, "");
	assert_string_equal(r.netns, "");
	assert_string_equal(r.ifname, "");
	assert_string_equal(r.path, "");
	assert_string_equal(r.args, "");
	assert_string_equal(r.pod.pod_uid, "");
	assert_null(r.input);
}

/* Which of the four variables each verb cannot do without. */
static void each_verb_needs_its_own(void **state)
{
	static const struct {
		const char *verb;
		int needs[4]; /* CONTAINERID NETNS IFNAME PATH */
	} table[] = {
		{"ADD", {1, 1, 1, 1}},
		{"DEL", {1, 0, 1, 1}},
		{"CHECK", {1, 1, 1, 1}},
		{"GC", {0, 0, 0, 1}},
		{"STATUS", {0, 0, 0, 1}},
		{"VERSION", {0, 0, 0, 0}},
	};

	(void)state;
	for (size_t v = 0; v < sizeof(table) / sizeof(*table); v++)
		for (int missing = 0; missing < 4; missing++) {
			const char *a[] = {"c1", "/n", "net1", "/bin"};
			struct err e = ERR_INIT;

			a[missing] = missing % 2 ? "" : NULL;
			struct request r = with(table[v].verb, a[0], a[1], a[2], a[3], NULL);

			assert_int_equal(request_check(&r, &e) < 0, table[v].needs[missing]);
			if (table[v].needs[missing])
				assert_error(e, ERR_ENV, names[missing + 1]);
		}
}

static void one_error_names_all(void **state)
{
	struct err e = ERR_INIT;
	struct request r = with("ADD", "../x", NULL, "a/b", NULL, "junk");

	(void)state;
	assert_int_equal(request_check(&r, &e), -EINVAL);
	assert_error(e, ERR_ENV, "CNI_CONTAINERID \"../x\" is invalid");
	assert_error(e, ERR_ENV, "CNI_NETNS is missing");
	assert_error(e, ERR_ENV, "CNI_IFNAME \"a/b\" is invalid");
	assert_error(e, ERR_ENV, "CNI_PATH is missing");
	assert_error(e, ERR_ENV, "CNI_ARGS has no '='");
}

/* A malformed name is an error also for a verb that has no use for it. */
static void forms_count_where_not_needed(void **state)
{
	struct err e = ERR_INIT;
	struct request r = with("STATUS", "../x", NULL, NULL, "/bin", NULL);

	(void)state;
	assert_int_equal(request_check(&r, &e), -EINVAL);
	assert_error(e, ERR_ENV, "CNI_CONTAINERID");
}

static void container_names(void **state)
{
	static const char *const good[] = {"a", "0", "A9", "a.b-c_d", "a..", "3f2a"};
	static const char *const bad[] = {"", ".", "..", ".a", "-a", "_a", "a/b", "a b", "a\n",
		"\xc3\xa4", "a\xc3\xa4", "a:b", "../etc"};
	char longest[257];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(request_container_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(request_container_ok(bad[i]));
	memset(longest, 'a', 256);
	longest[256] = '\0';
	assert_false(request_container_ok(longest)); /* no file can be called so */
	longest[255] = '\0';
	assert_true(request_container_ok(longest));
}

static void interface_names(void **state)
{
	static const char *const good[] = {"a", "net1", "123456789012345", ".a", "...", "a.b", "-",
		"eth0@x"};
	static const char *const bad[] = {"", ".", "..", "1234567890123456", "a/b", "a:b", "a b",
		"a\tb", "a\n", "a\v", "a\x01", "a\x7f", "a%d"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(request_ifname_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(request_ifname_ok(bad[i]));
}

static void args_of_a_kubelet(void **state)
{
	struct request r = with_args(
		"IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=upf-0;"
		"K8S_POD_INFRA_CONTAINER_ID=3f2a;K8S_POD_UID=1b-2c;MAC=02:00:00:00:00:01");

	(void)state;
	assert_int_equal(request_check(&r, NULL), 0);
	assert_string_equal(r.pod.pod_namespace, "ns");
	assert_string_equal(r.pod.pod_name, "upf-0");
	assert_string_equal(r.pod.pod_uid, "1b-2c");
	assert_string_equal(r.pod.mac, "02:00:00:00:00:01");
}

static void args_keys_are_whole_words(void **state)
{
	struct request r = with_args(
		"K8S_POD_NAMEX=a;XK8S_POD_NAME=b;K8S_POD=c;k8s_pod_name=d;MA=e;=f");

	(void)state;
	assert_int_equal(request_check(&r, NULL), 0);
	assert_string_equal(r.pod.pod_name, "");
	assert_string_equal(r.pod.pod_namespace, "");
	assert_string_equal(r.pod.mac, "");
}

static void args_take_odd_forms(void **state)
{
	struct request r = with_args(";;K8S_POD_NAME=a=b;;K8S_POD_UID=;");

	(void)state;
	assert_int_equal(request_check(&r, NULL), 0);
	assert_string_equal(r.pod.pod_name, "a=b");
	assert_string_equal(r.pod.pod_uid, "");
}

static void args_given_twice_count_as_last_given(void **state)
{
	struct request r = with_args("K8S_POD_NAME=longer-than-the-next;K8S_POD_NAME=last");

	(void)state;
	assert_int_equal(request_check(&r, NULL), 0);
	assert_string_equal(r.pod.pod_name, "last");
}

static void args_without_a_value_are_refused(void **state)
{
	static const char *const bad[] = {"K8S_POD_NAME", "a=b;c", "c;a=b", " "};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = ERR_INIT;
		struct request r = with_args(bad[i]);

		assert_int_equal(request_check(&r, &e), -EINVAL);
		assert_error(e, ERR_ENV, "CNI_ARGS has no '='");
	}
}

static void args_too_long_are_refused_not_cut(void **state)
{
	struct {
		const char *key;
		size_t room;
	} keys[] = {
		{"K8S_POD_NAMESPACE", 255},
		{"K8S_POD_NAME", 255},
		{"K8S_POD_UID", 127},
		{"MAC", 95},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		for (size_t more = 0; more < 2; more++) {
			char args[512], value[300];
			struct err e = ERR_INIT;

			memset(value, '0', keys[i].room + more);
			value[keys[i].room + more] = '\0';
			/* What follows must not be run into. */
			(void)snprintf(args, sizeof(args), "%s=%s;A=B", keys[i].key, value);
			struct request r = with_args(args);

			if (i == 3) {
				assert_int_equal(request_check(&r, &e) < 0, 1); /* no MAC anyway */
				continue;
			}
			assert_int_equal(request_check(&r, &e), more ? -EINVAL : 0);
			if (more)
				assert_error(e, ERR_ENV, "is too long");
		}
}

static void args_with_a_bad_mac_are_refused(void **state)
{
	struct err e = ERR_INIT;
	struct request r = with_args("MAC=nonsense");

	(void)state;
	assert_int_equal(request_check(&r, &e), -EINVAL);
	assert_error(e, ERR_ENV, "MAC");
	r = with_args("MAC=");
	assert_int_equal(request_check(&r, NULL), 0);
}

/* A record of them could not be written. */
static void what_is_not_utf8_is_refused(void **state)
{
	struct err e = ERR_INIT;
	struct request r = with("ADD", "c1", "/run/netns/\xff", "net\xff", "/bin\xff",
		"K8S_POD_NAME=\xff");

	(void)state;
	assert_int_equal(request_check(&r, &e), -EINVAL);
	assert_error(e, ERR_ENV, "CNI_NETNS");
	assert_error(e, ERR_ENV, "CNI_IFNAME");
	assert_error(e, ERR_ENV, "CNI_PATH");
	assert_error(e, ERR_ENV, "CNI_ARGS");
	r = with("ADD", "c1", "/run/netns/\xc3\xa4", "net\xc3\xa4", "/bin",
		"K8S_POD_NAME=\xe2\x82\xac");
	assert_int_equal(request_check(&r, NULL), 0);
}

/* A very long list of complaints is cut, not run over. */
static void complaints_are_bounded(void **state)
{
	static char long_value[8192];
	struct err e = ERR_INIT;

	(void)state;
	memset(long_value, '/', sizeof(long_value) - 1);
	struct request r = with("ADD", long_value, "", long_value, "", long_value);

	assert_int_equal(request_check(&r, &e), -EINVAL);
	assert_int_equal(e.code, ERR_ENV);
	assert_true(strlen(e.msg) < sizeof(e.msg));
}

/* Feeds n bytes to stdin; returns what request_read_input says. */
static int read_bytes(size_t n, struct request *r, struct err *e)
{
	FILE *f = tmpfile();
	char block[4096];
	int saved = dup(STDIN_FILENO);

	assert_non_null(f);
	memset(block, 'x', sizeof(block));
	for (size_t left = n; left;) {
		size_t part = left < sizeof(block) ? left : sizeof(block);

		assert_int_equal(fwrite(block, 1, part, f), part);
		left -= part;
	}
	rewind(f);
	assert_true(dup2(fileno(f), STDIN_FILENO) >= 0);
	int rc = request_read_input(r, e);

	assert_true(dup2(saved, STDIN_FILENO) >= 0);
	(void)close(saved);
	(void)fclose(f);
	return rc;
}

static void input_has_an_end(void **state)
{
	struct request r = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(read_bytes(0, &r, &e), 0);
	assert_int_equal(r.input_len, 0);
	assert_string_equal(r.input, "");
	free(r.input);
	r.input = NULL;
	assert_int_equal(read_bytes(SIZE_CONFIGURATION, &r, &e), 0);
	assert_int_equal(r.input_len, SIZE_CONFIGURATION);
	free(r.input);
	r.input = NULL;
	assert_int_equal(read_bytes(SIZE_CONFIGURATION + 1, &r, &e), -EFBIG);
	assert_error(e, ERR_IO, "more than 262144 bytes");
	assert_null(r.input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_is_known),
		cmocka_unit_test(absent_is_empty),
		cmocka_unit_test(each_verb_needs_its_own),
		cmocka_unit_test(one_error_names_all),
		cmocka_unit_test(forms_count_where_not_needed),
		cmocka_unit_test(container_names),
		cmocka_unit_test(interface_names),
		cmocka_unit_test(args_of_a_kubelet),
		cmocka_unit_test(args_keys_are_whole_words),
		cmocka_unit_test(args_take_odd_forms),
		cmocka_unit_test(args_given_twice_count_as_last_given),
		cmocka_unit_test(args_without_a_value_are_refused),
		cmocka_unit_test(args_too_long_are_refused_not_cut),
		cmocka_unit_test(args_with_a_bad_mac_are_refused),
		cmocka_unit_test(what_is_not_utf8_is_refused),
		cmocka_unit_test(complaints_are_bounded),
		cmocka_unit_test(input_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
