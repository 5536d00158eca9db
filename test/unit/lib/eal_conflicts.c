/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which derived argument gives way to which one by hand. The pairs that EAL refuses are from DPDK's
 * eal_check_common_options() and its kin; the table under test must know each of them, whether or
 * not a derivation can come to it today.
 */
#include <stdlib.h>

#include "eal_conflicts.h"
#include "mem.h"
#include "test.h"

struct pair {
	const char *given,
		*value; /* the user's option, and its value where that is a word of its own */
	enum eal_id derived;
};

static const struct pair refused[] = {
	{"-l", "0", EAL_LCORES},
	{"-c", "1", EAL_LCORES},
	{"--lcores", "0", EAL_LCORES},
	{"-b", "0000:01:00.0", EAL_ALLOW},
	{"--block=0000:01:00.0", NULL, EAL_ALLOW},
	{"--no-pci", NULL, EAL_ALLOW},
	{"-a", "0000:01:00.0", EAL_NO_PCI},
	{"-w", "0000:01:00.0", EAL_NO_PCI},
	{"-b", "0000:01:00.0", EAL_NO_PCI},
	{"--no-pci", NULL, EAL_NO_PCI},
	{"-m", "1", EAL_SOCKET_MEM},
	{"-m", "1", EAL_MEGABYTES},
	{"-m", "1", EAL_SOCKET_LIMIT},
	{"--socket-mem", "1", EAL_SOCKET_MEM},
	{"--socket-mem", "1", EAL_MEGABYTES},
	{"--socket-mem", "1", EAL_NO_HUGE},
	{"--socket-mem", "1", EAL_SOCKET_LIMIT},
	{"--socket-limit", "1", EAL_SOCKET_LIMIT},
	{"--socket-limit", "1", EAL_SOCKET_MEM},
	{"--numa-limit", "1", EAL_SOCKET_LIMIT},
	{"--no-huge", NULL, EAL_NO_HUGE},
	{"--no-huge", NULL, EAL_SOCKET_MEM},
	{"--no-huge", NULL, EAL_SOCKET_LIMIT},
	{"--no-huge", NULL, EAL_IN_MEMORY},
	{"--no-huge", NULL, EAL_HUGE_DIR},
	{"--no-huge", NULL, EAL_HUGE_UNLINK},
	{"--no-huge", NULL, EAL_SINGLE_FILE},
	{"--in-memory", NULL, EAL_IN_MEMORY},
	{"--in-memory", NULL, EAL_NO_HUGE},
	{"--in-memory", NULL, EAL_HUGE_DIR},
	{"--in-memory", NULL, EAL_HUGE_UNLINK},
	{"--in-memory", NULL, EAL_FILE_PREFIX},
	{"--huge-dir", "/h", EAL_HUGE_DIR},
	{"--huge-dir", "/h", EAL_IN_MEMORY},
	{"--huge-dir", "/h", EAL_NO_HUGE},
	{"--huge-unlink", NULL, EAL_HUGE_UNLINK},
	{"--huge-unlink", NULL, EAL_IN_MEMORY},
	{"--huge-unlink", NULL, EAL_NO_HUGE},
	{"--huge-unlink", NULL, EAL_SINGLE_FILE},
	{"--file-prefix", "p", EAL_FILE_PREFIX},
	{"--single-file-segments", NULL, EAL_SINGLE_FILE},
	{"--single-file-segments", NULL, EAL_HUGE_UNLINK},
	{"--legacy-mem", NULL, EAL_IN_MEMORY},
	{"--legacy-mem", NULL, EAL_SOCKET_LIMIT},
	{"--match-allocations", NULL, EAL_NO_HUGE},
	{"--huge-worker-stack", NULL, EAL_NO_HUGE},
	{"--huge-worker-stack=64", NULL, EAL_NO_HUGE},
	{"--proc-type", "auto", EAL_IN_MEMORY},
	{"--proc-type", "auto", EAL_HUGE_UNLINK},
	{"--proc-type", "auto", EAL_FILE_PREFIX},
	{"--proc-type", "auto", EAL_NO_SHCONF},
	{"--no-shconf", NULL, EAL_NO_SHCONF},
	{"--telemetry", NULL, EAL_NO_TELEMETRY},
	{"--no-telemetry", NULL, EAL_NO_TELEMETRY},
	{"--iova-mode", "pa", EAL_IOVA_MODE},
};

/* EAL takes these together. */
static const struct pair agreed[] = {
	{"-n", "4", EAL_LCORES},
	{"--vdev", "net_null0", EAL_NO_PCI},
	{"-a", "0000:01:00.0", EAL_VDEV},
	{"-m", "1", EAL_NO_HUGE},
	{"-m", "1", EAL_IN_MEMORY},
	{"--socket-mem", "1", EAL_IN_MEMORY},
	{"--no-huge", NULL, EAL_MEGABYTES},
	{"--no-huge", NULL, EAL_FILE_PREFIX},
	{"--file-prefix", "p", EAL_IN_MEMORY},
	{"--file-prefix", "p", EAL_HUGE_UNLINK},
	{"--single-file-segments", NULL, EAL_IN_MEMORY},
	{"--match-allocations", NULL, EAL_IN_MEMORY},
	{"--iova-mode", "pa", EAL_ALLOW},
	{"--main-lcore", "1", EAL_LCORES},
};

static bool gives_way(const char *given, const char *value, enum eal_id id, const char *derived)
{
	char *argv[] = {(char *)(uintptr_t)given, (char *)(uintptr_t)value, NULL};
	struct eal_given *g = NULL;
	size_t n = 0;

	assert_int_equal(eal_given_scan(argv, &g, &n, NULL), 0);
	assert_int_equal(n, 1);
	bool r = eal_conflict_among(g, n, id, derived) != NULL;

	eal_given_free(g, n);
	return r;
}

static void pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (!gives_way(refused[i].given, refused[i].value, refused[i].derived, "x"))
			fail_msg("%s and argument %d (row %zu)", refused[i].given,
				(int)refused[i].derived, i);
	for (size_t i = 0; i < ARRAY_SIZE(agreed); i++)
		if (gives_way(agreed[i].given, agreed[i].value, agreed[i].derived, "x"))
			fail_msg("%s and argument %d (row %zu)", agreed[i].given,
				(int)agreed[i].derived, i);
}

static void same_device(void **state)
{
	(void)state;
	assert_true(gives_way("-a", "0000:3b:02.1", EAL_ALLOW, "0000:3b:02.1"));
	assert_true(gives_way("-a", "3B:02.1,x=y", EAL_ALLOW, "0000:3b:02.1"));
	assert_true(gives_way("-a", "pci:0000:3b:02.1", EAL_ALLOW, "0000:3b:02.1"));
	assert_false(gives_way("-a", "0000:3b:02.2", EAL_ALLOW, "0000:3b:02.1"));
	assert_false(gives_way("-a", "0001:3b:02.1", EAL_ALLOW, "0000:3b:02.1"));
	assert_false(gives_way("-a", "auxiliary:mlx5_core.sf.4", EAL_ALLOW, "0000:3b:02.1"));
	assert_true(gives_way("--vdev", "net_tap0,iface=a", EAL_VDEV, "net_tap0,iface=b"));
	assert_true(gives_way("--vdev", "net_tap1,iface=a", EAL_VDEV, "net_pcap0,x=y,iface=a,z=1"));
	assert_false(gives_way("--vdev", "net_tap1,iface=ab", EAL_VDEV, "net_pcap0,iface=a"));
	assert_false(gives_way("--vdev", "net_tap1", EAL_VDEV, "net_tap11"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
		cmocka_unit_test(same_device),
	};

	return cmocka_run_group_tests_name("conflicts", tests, NULL, NULL);
}
