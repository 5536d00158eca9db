/* SPDX-License-Identifier: Apache-2.0 */
/* The document of dpdk-pod show --json, whole. */
#include <stdlib.h>

#include "machine.h"
#include "mem.h"
#include "pod.h"

static const char want_facts[] =
	"  \"facts\": {\n    \"cpus\": \"2-3\",\n    \"affinity\": \"2-3\",\n    \"cpuset\": \"0-15\",\n"
	"    \"memoryLimit\": 1048576,\n    \"capabilities\": \"00000000a80465fb\",\n"
	"    \"hugepages\": [\n"
	"      {\n        \"pageSize\": 2097152,\n        \"node\": 0,\n        \"free\": 512,\n        \"total\": 1024\n      },\n"
	"      {\n        \"pageSize\": 2097152,\n        \"node\": 1,\n        \"free\": 512,\n        \"total\": 1024\n      }\n"
	"    ],\n    \"hugepageLimits\": [\n"
	"      {\n        \"pageSize\": 2097152,\n        \"allowedBytes\": 4194304,\n        \"mount\": \"/huge\"\n      }\n"
	"    ]\n  }\n}\n";

static struct dpdkpod_facts *facts(struct machine *m)
{
	machine_make(m,
		(struct entry[]){{"/sys/fs/cgroup/memory.max", "1048576\n"},
			{"/sys/fs/cgroup/hugetlb.2MB.max", "4194304\n"},
			{"/proc/self/mountinfo", MACHINE_HUGE}, {"/huge", "/"}, {0}});
	return machine_facts(m, "2-3");
}

static void without_pod_file(void **state)
{
	auto_free char *text = NULL, *want = NULL;
	struct machine m;
	struct dpdkpod_facts *f = facts(&m);

	(void)state;
	assert_int_equal(dpdkpod_json(NULL, f, &text, NULL), 0);
	assert_true(asprintf(&want, "{\n%s", want_facts) > 0);
	assert_string_equal(text, want);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void with_pod_file(void **state)
{
	static const char file[] =
		"{\"version\":\"1.0\",\"interfaces\":[{\"name\":\"net1\",\"mode\":\"netdev\"}]}";
	auto_free char *text = NULL, *want = NULL;
	struct dpdkpod *pod = NULL;
	struct machine m;
	struct dpdkpod_facts *f = facts(&m);

	(void)state;
	assert_int_equal(pod_from_text("/p", file, strlen(file), "c", NULL, &pod, NULL), 0);
	assert_int_equal(dpdkpod_json(pod, f, &text, NULL), 0);
	assert_true(
		asprintf(&want,
			"{\n  \"podFilePath\": \"/p\",\n  \"container\": \"c\",\n  \"podFile\": {\n"
			"    \"version\": \"1.0\",\n    \"interfaces\": [\n      {\n        \"name\": \"net1\",\n"
			"        \"mode\": \"netdev\"\n      }\n    ]\n  },\n%s",
			want_facts) > 0);
	assert_string_equal(text, want);
	dpdkpod_close(pod);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_pod_file),
		cmocka_unit_test(with_pod_file),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
