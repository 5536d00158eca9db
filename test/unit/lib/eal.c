/* SPDX-License-Identifier: Apache-2.0 */
/* The vector as an object: reasons, what was given by hand, growth of the request, errors. */
#include <errno.h>
#include <stdlib.h>

#include "machine.h"
#include "pod.h"

static struct dpdkpod_eal *derive(const struct dpdkpod_facts *f, char **user)
{
	const struct dpdkpod_eal_request request = {.size = sizeof(request),
		.facts = f,
		.user_argv = user};
	struct dpdkpod_eal *eal = NULL;
	struct dpdkpod_error err = {0};

	if (dpdkpod_eal_derive(&request, &eal, &err) < 0)
		fail_msg("%s", err.message);
	return eal;
}

static int at(struct dpdkpod_eal *eal, const char *argument)
{
	char **argv = dpdkpod_eal_argv(eal);

	for (int i = 0; argv[i]; i++)
		if (strcmp(argv[i], argument) == 0)
			return i;
	fail_msg("no argument %s", argument);
	return -1;
}

static void reasons(void **state)
{
	char *user[] = {"-m", "64", "--in-memory", "-l", "2", NULL};
	struct machine m;

	(void)state;
	machine_make(&m, (struct entry[]){{"/sys/fs/cgroup/hugetlb.2MB.max", "4194304\n"}, {0}});
	struct dpdkpod_facts *f = machine_facts(&m, "2-3");
	struct dpdkpod_eal *eal = derive(f, user);

	assert_string_equal(dpdkpod_eal_argv(eal)[0], "dpdk");
	assert_has(dpdkpod_eal_reason(eal, at(eal, "--no-pci")), "no PCI device");
	assert_string_equal(dpdkpod_eal_reason(eal, at(eal, "64")),
		"given by hand, in place of \"--socket-mem 4\"");
	assert_string_equal(dpdkpod_eal_reason(eal, at(eal, "-l")),
		"given by hand, in place of \"--lcores 0@2,1@3\"");
	assert_string_equal(dpdkpod_eal_reason(eal, at(eal, "--in-memory")), "given by hand");
	assert_null(dpdkpod_eal_reason(eal, -1));
	dpdkpod_eal_free(eal);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

/* EAL permutes the array; what is freed must not depend on it. */
static void array_is_the_callers_to_permute(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct dpdkpod_facts *f = machine_facts(&m, "2-3");
	struct dpdkpod_eal *eal = derive(f, NULL);
	char **argv = dpdkpod_eal_argv(eal);

	argv[1] = argv[2];
	argv[2] = NULL;
	dpdkpod_eal_free(eal);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

/* A program built against an older header passes a shorter request. */
static void shorter_request(void **state)
{
	struct dpdkpod_eal_request request;
	struct dpdkpod_eal *eal = NULL;
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct dpdkpod_facts *f = machine_facts(&m, "2-3");

	memset(&request, 0xff, sizeof(request));
	request.size = offsetof(struct dpdkpod_eal_request, program);
	request.pod = NULL;
	request.facts = f;
	assert_int_equal(dpdkpod_eal_derive(&request, &eal, NULL), 0);
	assert_string_equal(dpdkpod_eal_argv(eal)[0], "dpdk");
	dpdkpod_eal_free(eal);
	request.size = 0;
	assert_int_equal(dpdkpod_eal_derive(&request, &eal, NULL), -EINVAL);
	request.size = offsetof(struct dpdkpod_eal_request, program);
	request.facts = NULL;
	assert_int_equal(dpdkpod_eal_derive(&request, &eal, NULL), -EINVAL);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

static void device_of_each_interface(void **state)
{
	static const char file[] =
		"{\"version\":\"1.0\",\"interfaces\":["
		"{\"name\":\"net1\",\"mode\":\"netdev\"},"
		"{\"name\":\"net2\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3B:02.1\"},"
		"{\"name\":\"net3\",\"mode\":\"netdev\"},"
		"{\"name\":\"net4\",\"mode\":\"netdev\",\"container\":\"other\"}]}";
	struct dpdkpod_eal *eal = NULL;
	struct dpdkpod *pod = NULL;
	struct dpdkpod_facts *f = NULL;
	struct machine m;

	(void)state;
	machine_make(&m, NULL);
	struct facts_source s = machine_source(&m, "2-3");

	free(s.links);
	s.links = calloc(2, sizeof(*s.links));
	assert_non_null(s.links);
	s.links[0] = (struct facts_link){.name = "net1", .mtu = 1500, .up = true};
	s.links[1] = (struct facts_link){.name = "net3", .mtu = 1500, .up = true};
	s.n_links = 2;
	assert_int_equal(facts_gather(&s, &f, NULL), 0);
	assert_int_equal(pod_from_text("p", file, strlen(file), "mine", NULL, &pod, NULL), 0);
	const struct dpdkpod_eal_request request = {.size = sizeof(request),
		.facts = f,
		.pod = pod};

	assert_int_equal(dpdkpod_eal_derive(&request, &eal, NULL), 0);
	assert_string_equal(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 0)), "net_pcap0");
	assert_string_equal(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 1)), "0000:3b:02.1");
	assert_string_equal(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 2)), "net_pcap1");
	assert_null(dpdkpod_eal_device(eal, dpdkpod_interface_at(pod, 3)));
	dpdkpod_eal_free(eal);
	dpdkpod_close(pod);
	dpdkpod_facts_free(f);
	machine_remove(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons),
		cmocka_unit_test(array_is_the_callers_to_permute),
		cmocka_unit_test(shorter_request),
		cmocka_unit_test(device_of_each_interface),
	};

	return cmocka_run_group_tests_name("eal", tests, NULL, NULL);
}
