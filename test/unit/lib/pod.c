/* SPDX-License-Identifier: Apache-2.0 */
/* The pod file as its readers see it, and which container of it this process is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "mem.h"
#include "pod.h"

static const char full[] =
	"{\"version\":\"1.3\",\"new\":{},\"pod\":{\"namespace\":\"ns\",\"name\":\"fwd\",\"uid\":\"u-1\"},"
	"\"interfaces\":[{\"name\":\"net1\",\"network\":\"red\",\"resource\":\"intel.com/vf\",\"container\":\"a\","
	"\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.1\",\"pf\":\"0000:3b:00.0\",\"vf\":1,\"driver\":\"vfio-pci\","
	"\"numaNode\":1,\"iommuGroup\":42,\"noIommu\":false,\"mac\":\"02:00:00:00:00:01\",\"vlan\":100,\"mtu\":1500,"
	"\"ips\":[\"10.0.0.1/24\",\"fd00::1/64\"],\"gateway\":\"10.0.0.254\"},"
	"{\"name\":\"net2\",\"mode\":\"netdev\"}]}";

static struct dpdkpod *from(const char *text, const char *container, const char *cpus)
{
	struct dpdkpod *pod = NULL;
	struct err e = ERR_INIT;
	struct cpulist set;

	if (cpus)
		assert_int_equal(cpulist_parse(cpus, &set, NULL), 0);
	if (pod_from_text("p", text, strlen(text), container, cpus ? &set : NULL, &pod, &e) < 0)
		fail_msg("%s", e.msg);
	return pod;
}

static void everything(void **state)
{
	struct dpdkpod *pod = from(full, NULL, NULL);
	const struct dpdkpod_interface *i = dpdkpod_interface_find(pod, "net1");

	(void)state;
	assert_string_equal(dpdkpod_path(pod), "p");
	assert_string_equal(dpdkpod_pod_namespace(pod), "ns");
	assert_string_equal(dpdkpod_pod_name(pod), "fwd");
	assert_string_equal(dpdkpod_pod_uid(pod), "u-1");
	assert_int_equal(dpdkpod_interface_count(pod), 2);
	assert_ptr_equal(dpdkpod_interface_at(pod, 0), i);
	assert_int_equal(dpdkpod_interface_mode(i), DPDKPOD_VFIO);
	assert_string_equal(dpdkpod_interface_name(i), "net1");
	assert_string_equal(dpdkpod_interface_network(i), "red");
	assert_string_equal(dpdkpod_interface_resource(i), "intel.com/vf");
	assert_string_equal(dpdkpod_interface_container(i), "a");
	assert_string_equal(dpdkpod_interface_pci_address(i), "0000:3b:02.1");
	assert_string_equal(dpdkpod_interface_pf(i), "0000:3b:00.0");
	assert_string_equal(dpdkpod_interface_driver(i), "vfio-pci");
	assert_string_equal(dpdkpod_interface_mac(i), "02:00:00:00:00:01");
	assert_string_equal(dpdkpod_interface_gateway(i), "10.0.0.254");
	assert_int_equal(dpdkpod_interface_ip_count(i), 2);
	assert_string_equal(dpdkpod_interface_ip_at(i, 1), "fd00::1/64");
	assert_null(dpdkpod_interface_ip_at(i, 2));
	assert_int_equal(dpdkpod_interface_vf(i), 1);
	assert_int_equal(dpdkpod_interface_numa_node(i), 1);
	assert_int_equal(dpdkpod_interface_iommu_group(i), 42);
	assert_int_equal(dpdkpod_interface_no_iommu(i), 0);
	assert_int_equal(dpdkpod_interface_vlan(i), 100);
	assert_int_equal(dpdkpod_interface_mtu(i), 1500);
	dpdkpod_close(pod);
}

static void unknown_is_null_or_minus_one(void **state)
{
	struct dpdkpod *pod = from(full, NULL, NULL);
	const struct dpdkpod_interface *i = dpdkpod_interface_at(pod, 1);

	(void)state;
	assert_int_equal(dpdkpod_interface_mode(i), DPDKPOD_NETDEV);
	assert_null(dpdkpod_interface_pci_address(i));
	assert_null(dpdkpod_interface_gateway(i));
	assert_int_equal(dpdkpod_interface_vf(i), -1);
	assert_int_equal(dpdkpod_interface_numa_node(i), -1);
	assert_int_equal(dpdkpod_interface_no_iommu(i), -1);
	assert_int_equal(dpdkpod_interface_vlan(i), -1);
	assert_null(dpdkpod_interface_at(pod, 2));
	assert_null(dpdkpod_interface_find(pod, "net3"));
	assert_null(dpdkpod_container(pod));
	dpdkpod_close(pod);
}

static void expect_container(const char *containers, const char *given, const char *cpus,
	const char *want)
{
	auto_free char *text = NULL;

	assert_true(asprintf(&text, "{\"version\":\"1.0\",\"interfaces\":[],\"containers\":{%s}}",
			    containers) > 0);
	struct dpdkpod *pod = from(text, given, cpus);

	if (want)
		assert_string_equal(dpdkpod_container(pod), want);
	else
		assert_null(dpdkpod_container(pod));
	dpdkpod_close(pod);
}

static void own_container(void **state)
{
	static const char two[] = "\"a\":{\"cpus\":\"2-3\"},\"b\":{\"cpus\":\"4-5\"}";
	static const char pool[] = "\"a\":{\"cpus\":\"0-1\"},\"b\":{\"cpus\":\"0-1\"}";

	(void)state;
	expect_container(two, NULL, "4,5", "b");
	expect_container(two, "a", "4-5", "a"); /* the environment outranks CPUs */
	expect_container(two, NULL, "4", NULL);
	expect_container(two, NULL, NULL, NULL);
	expect_container(pool, NULL, "0-1", NULL); /* two that share a pool */
	expect_container("\"a\":{}", NULL, "0-1", "a");
	expect_container("\"a\":{\"cpus\":\"8\"}", NULL, "0-1", NULL);
	expect_container("", NULL, "0-1", NULL);
}

static char dir[] = "/tmp/dpdkpod-pod-XXXXXX";

static void expect_open(const char *text, size_t len, mode_t mode, int r, const char *says)
{
	struct dpdkpod *pod = (struct dpdkpod *)(uintptr_t)1;
	struct dpdkpod_error err = {0};
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/pod.json", dir);
	(void)unlink(path);
	if (text) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, text, len), len);
		(void)close(fd);
	}
	assert_int_equal(dpdkpod_open(path, &pod, &err), r);
	assert_int_equal(err.errnum, -r);
	assert_has(err.message, says);
	if (r < 0)
		assert_ptr_equal(pod, (void *)1); /* untouched */
	else
		dpdkpod_close(pod);
	(void)unlink(path);
}

static void open_says_why(void **state)
{
	static char huge[(1 << 20) + 2];
	static const char newer[] = "{\"version\":\"2.0\",\"interfaces\":5}";
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	memset(huge, ' ', sizeof(huge));
	expect_open(full, strlen(full), 0644, 0, "");
	expect_open(NULL, 0, 0, -ENOENT, "/pod.json: cannot read the pod file");
	expect_open("{", 1, 0644, -EINVAL, "line 1");
	expect_open("", 0, 0644, -EINVAL, "empty");
	expect_open(newer, strlen(newer), 0644, -EPROTONOSUPPORT, "2.0");
	expect_open(huge, sizeof(huge), 0644, -EFBIG, "pod.json");
	if (geteuid() != 0)
		expect_open(full, strlen(full), 0, -EACCES, "pod.json");
	/* A FIFO in place of the file must not hold us. */
	(void)snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0644), 0);
	struct dpdkpod *pod;

	assert_int_equal(dpdkpod_open(path, &pod, NULL), -EINVAL);
	(void)unlink(path);
	(void)rmdir(dir);
}

static void path_by_environment(void **state)
{
	struct dpdkpod_error err = {0};
	struct dpdkpod *pod;

	(void)state;
	assert_int_equal(setenv("DPDK_POD_FILE", "/nonexistent/by-env.json", 1), 0);
	assert_int_equal(dpdkpod_open(NULL, &pod, &err), -ENOENT);
	assert_has(err.message, "/nonexistent/by-env.json");
	assert_has(err.remedy, "emptyDir");
	assert_int_equal(dpdkpod_open("/nonexistent/by-hand.json", &pod, &err), -ENOENT);
	assert_has(err.message, "by-hand.json");
	assert_int_equal(setenv("DPDK_POD_FILE", "", 1), 0); /* empty is not set */
	assert_int_equal(dpdkpod_open(NULL, &pod, &err), -ENOENT);
	assert_has(err.message, DPDKPOD_DEFAULT_FILE);
	(void)unsetenv("DPDK_POD_FILE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything),
		cmocka_unit_test(unknown_is_null_or_minus_one),
		cmocka_unit_test(own_container),
		cmocka_unit_test(open_says_why),
		cmocka_unit_test(path_by_environment),
	};

	return cmocka_run_group_tests_name("pod", tests, NULL, NULL);
}
