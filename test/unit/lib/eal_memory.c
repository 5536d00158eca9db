/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and EAL's own files: which way, how much, on which nodes. */
#include <errno.h>

#include "scenario.h"

#define LC "--lcores 0@2,1@3 --no-pci --iova-mode=va"
#define VF "{\"name\":\"net1\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.1\"}"
#define LCVF8 "--lcores 0@8,1@9 -a 0000:3b:02.1 --iova-mode=va"
#define LCVF "--lcores 0@2,1@3 -a 0000:3b:02.1 --iova-mode=va"
#define PREFIX " --file-prefix pod-4026532001-7"
#define POD(limits) "{\"version\":\"1.0\",\"interfaces\":[],\"hugepages\":[" limits "]}"
#define MAX2M "/sys/fs/cgroup/hugetlb.2MB.max"
#define MAX1G "/sys/fs/cgroup/hugetlb.1GB.max"
#define GIGA(n) "/sys/devices/system/node/node" #n "/hugepages/hugepages-1048576kB/"
#define GIGAMM "/sys/kernel/mm/hugepages/hugepages-1048576kB/"
#define HUGE2M(n) "/sys/devices/system/node/node" #n "/hugepages/hugepages-2048kB/"
#define NOFREE \
	{ \
		"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "0\n" \
	}
#define GIGAPAGES \
	{GIGAMM "free_hugepages", "4\n"}, {GIGAMM "nr_hugepages", "4\n"}, \
		{GIGA(0) "free_hugepages", "4\n"}, \
	{ \
		GIGA(0) "nr_hugepages", "4\n" \
	}
#define MOUNT \
	{"/proc/self/mountinfo", MACHINE_HUGE}, \
	{ \
		"/huge", "/" \
	}
#define MOUNT_GIGA \
	{"/proc/self/mountinfo", \
		MACHINE_MOUNTS "40 23 0:40 / /huge rw - hugetlbfs none rw,pagesize=1024M\n"}, \
	{ \
		"/huge", "/" \
	}
#define READONLY \
	{ \
		"/run", NULL \
	}

static const struct entry limited[] = {{MAX2M, "268435456\n"},
	{"/sys/fs/cgroup/hugetlb.2MB.current", "4194304\n"}, {0}};
static const struct entry used[] = {{"/sys/fs/cgroup/hugetlb.2MB.max", "max\n"},
	{"/sys/fs/cgroup/hugetlb.2MB.current", "4194304\n"}, {0}};
static const struct entry beyond_node[] = {{MAX2M, "1610612736\n"}, {0}};
static const struct entry short_machine[] = {{MAX2M, "1073741824\n"},
	{HUGE2M(1) "free_hugepages", "10\n"},
	{"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "522\n"}, {0}};
static const struct entry bound_nodes[] = {{MAX2M, "268435456\n"},
	{"/proc/self/status", "CapEff:\t00000000a80465fb\nMems_allowed_list:\t1\n"}, {0}};
static const struct entry other_node[] = {{MAX2M, "268435456\n"},
	{"/proc/self/status", "CapEff:\t00000000a80465fb\nMems_allowed_list:\t0\n"}, {0}};
/* Node 2 is memory alone (a GPU's, CXL, HBM). */
#define NODE2 "/sys/devices/system/node/node2/"
#define MEMORY_NODE \
	{"/sys/devices/system/node/online", "0-2\n"}, {NODE2 "cpulist", "\n"}, \
		{NODE2 "hugepages/hugepages-2048kB/free_hugepages", "1024\n"}, \
		{NODE2 "hugepages/hugepages-2048kB/nr_hugepages", "1024\n"}, \
	{ \
		"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "2048\n" \
	}
static const struct entry memory_node[] = {MEMORY_NODE, {MAX2M, "4294967296\n"},
	{"/proc/self/status", "CapEff:\t00000000a80465fb\nMems_allowed_list:\t0-2\n"}, {0}};
static const struct entry memory_node_only[] = {MEMORY_NODE, {MAX2M, "4294967296\n"},
	{"/proc/self/status", "CapEff:\t00000000a80465fb\nMems_allowed_list:\t2\n"}, {0}};
static const struct entry odd_limit[] = {{MAX2M, "5242880\n"}, {0}};
static const struct entry forbidden[] = {{MAX2M, "0\n"}, {0}};
static const struct entry foreign_mounted[] = {GIGAPAGES, {MAX2M, "268435456\n"}, {MAX1G, "0\n"},
	MOUNT, {0}};
static const struct entry foreign_readonly[] = {GIGAPAGES, {MAX2M, "268435456\n"}, {MAX1G, "0\n"},
	MOUNT, READONLY, {0}};
static const struct entry foreign[] = {GIGAPAGES, {MAX2M, "268435456\n"}, {MAX1G, "0\n"}, {0}};
static const struct entry foreign_half[] = {GIGAPAGES, {MAX2M, "1071644672\n"}, {MAX1G, "0\n"},
	{0}};
static const struct entry foreign_large[] = {GIGAPAGES, {MAX2M, "2147483648\n"}, {MAX1G, "0\n"},
	{0}};
static const struct entry apart[] = {GIGAPAGES, {MAX1G, "1073741824\n"}, {MAX2M, "1071644672\n"},
	{HUGE2M(0) "free_hugepages", "0\n"},
	{"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "511\n"},
	{HUGE2M(1) "free_hugepages", "511\n"}, {0}};
static const struct entry more_than_ours[] = {GIGAPAGES, {MAX2M, "2147483648\n"},
	{MAX1G, "1073741824\n"}, MOUNT, {0}};
static const struct entry both[] = {GIGAPAGES, {MAX2M, "268435456\n"}, {MAX1G, "1073741824\n"},
	MOUNT, {0}};
static const struct entry mounted[] = {MOUNT, {MAX2M, "268435456\n"}, {0}};
static const struct entry mounted_readonly[] = {MOUNT, {MAX2M, "268435456\n"}, READONLY, {0}};
static const struct entry unlimited_mounted[] = {MOUNT, {0}};
static const struct entry gigabyte[] = {GIGAPAGES, NOFREE, MOUNT_GIGA, {0}};
static const struct entry empty[] = {NOFREE, {0}};
static const struct entry empty_limited[] = {NOFREE, {"/sys/fs/cgroup/memory.max", "536870912\n"},
	{0}};
static const struct entry empty_tiny[] = {NOFREE, {"/sys/fs/cgroup/memory.max", "67108864\n"}, {0}};
static const struct entry empty_readonly[] = {NOFREE, READONLY, {0}};
static const struct entry readonly[] = {READONLY, {0}};
static const struct entry one_page[] = {{MAX2M, "0\n"}, {MAX1G, "1073741824\n"},
	{GIGAMM "free_hugepages", "8\n"}, {GIGA(0) "free_hugepages", "4\n"},
	{GIGA(1) "free_hugepages", "4\n"}, {0}};
static const struct entry second_nic[] = {{MAX2M, "268435456\n"},
	{"/sys/bus/pci/devices/0000:18:02.0/driver", "-> ../drivers/vfio-pci"},
	{"/sys/bus/pci/devices/0000:18:02.0/numa_node", "0\n"},
	{"/sys/bus/pci/devices/0000:18:02.0/iommu_group", "-> ../../kernel/iommu_groups/43"},
	{"/dev/vfio/43", ""}, {0}};
static const struct entry userns[] = {{"/proc/self/uid_map", "0 100000 65536\n"},
	{MAX2M, "268435456\n"}, {0}};

static const struct scenario table[] = {
	{.name = "no limit: EAL takes what it needs", .argv = LC " --in-memory"},
	{.name = "a limit less what is used, where the lcores are",
		.over = limited,
		.argv = LC " --in-memory --socket-mem 252 --socket-limit 252"},
	{.name = "lcores on both nodes share",
		.over = limited,
		.affinity = "7-8",
		.argv = "--lcores 0@7,1@8 --no-pci --iova-mode=va --in-memory --socket-mem 126,126 --socket-limit 126,126"},
	{.name = "the NIC's node first",
		.over = limited,
		.affinity = "8-9",
		.interfaces = VF,
		.argv = LCVF8 " --in-memory --socket-mem 0,252 --socket-limit 0,252"},
	{.name = "then the other, where one is not enough",
		.over = beyond_node,
		.affinity = "8-9",
		.interfaces = VF,
		.argv = LCVF8 " --in-memory --socket-mem 512,1024 --socket-limit 512,1024"},
	{.name = "the NIC on one node, lcores on the other: both need some",
		.over = limited,
		.interfaces = VF,
		.argv = LCVF " --in-memory --socket-mem 126,126 --socket-limit 126,126"},
	{.name = "a page that cannot be shared is the NIC's",
		.over = one_page,
		.interfaces = VF,
		.argv = LCVF " --in-memory --socket-mem 0,1024 --socket-limit 0,1024"},
	{.name = "no more than is free",
		.over = short_machine,
		.interfaces = VF,
		.argv = LCVF " --in-memory --socket-mem 1004,20 --socket-limit 1004,20"},
	{.name = "not on a node without CPUs, which EAL does not know",
		.over = memory_node,
		.argv = LC " --in-memory --socket-mem 1024,1024 --socket-limit 1024,1024",
		.notes = {"2 GiB of free hugepages are on NUMA node 2"}},
	{.name = "only a node without CPUs is allowed",
		.over = memory_node_only,
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes = {"2 GiB of free hugepages are on NUMA node 2", "no hugepages:"}},
	{.name = "only on nodes that are allowed",
		.over = bound_nodes,
		.argv = LC " --in-memory --socket-mem 0,256 --socket-limit 0,256"},
	{.name = "not on the NIC's node where that is forbidden",
		.over = other_node,
		.interfaces = VF,
		.argv = LCVF " --in-memory --socket-mem 256 --socket-limit 256"},
	{.name = "whole pages",
		.over = odd_limit,
		.argv = LC " --in-memory --socket-mem 4 --socket-limit 4"},
	{.name = "two NICs on two nodes share",
		.over = second_nic,
		.interfaces = VF
		",{\"name\":\"net2\",\"mode\":\"vfio\",\"pciAddress\":\"0000:18:02.0\"}",
		.argv = "--lcores 0@2,1@3 -a 0000:3b:02.1 -a 0000:18:02.0 --iova-mode=va --in-memory "
			"--socket-mem 128,128 --socket-limit 128,128"},

	{.name = "the pod's limit, which the container does not see",
		.pod = POD("{\"type\":\"hugepages-2Mi\",\"bytes\":268435456}"),
		.argv = LC " --in-memory --socket-mem 256 --socket-limit 256"},
	{.name = "the pod's limit less what this container has taken",
		.over = used,
		.pod = POD("{\"type\":\"hugepages-2Mi\",\"bytes\":268435456}"),
		.argv = LC " --in-memory --socket-mem 252 --socket-limit 252"},
	{.name = "a pod that requests none",
		.pod = POD("{\"type\":\"hugepages-2Mi\",\"bytes\":0}"),
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes = {"no hugepages"}},
	{.name = "of the pod's limit and the container's the lower",
		.over = limited,
		.pod = POD("{\"type\":\"hugepages-2Mi\",\"bytes\":1073741824}"),
		.argv = LC " --in-memory --socket-mem 252 --socket-limit 252"},
	{.name = "a limit of another size",
		.pod = POD("{\"type\":\"hugepages-1Gi\",\"bytes\":0}"),
		.argv = LC " --in-memory"},
	{.name = "get_mempolicy refused: static memory in files",
		.over = mounted,
		.mempolicy_refused = true,
		.argv = LC " --legacy-mem --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 256"},
	{.name = "get_mempolicy refused and no limit: 1024 MB, not all of the machine's",
		.over = unlimited_mounted,
		.mempolicy_refused = true,
		.argv = LC " --legacy-mem --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 1024"},
	{.name = "get_mempolicy refused, no limit, pages of 1 GB: one",
		.over = gigabyte,
		.mempolicy_refused = true,
		.argv = LC " --legacy-mem --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 1024"},
	{.name = "get_mempolicy refused, read-only root: no file elsewhere",
		.over = mounted_readonly,
		.mempolicy_refused = true,
		.argv = LC " --legacy-mem --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 256 --no-shconf --no-telemetry"},
	{.name = "get_mempolicy refused and no mount: ordinary memory",
		.over = limited,
		.mempolicy_refused = true,
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes =
			{"mount an emptyDir of medium HugePages-<size> and it takes them at the start"}},
	{.name = "get_mempolicy refused, --legacy-mem by hand",
		.over = mounted,
		.mempolicy_refused = true,
		.user = "--legacy-mem",
		.argv = LC " --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 256 --legacy-mem"},
	{.name = "get_mempolicy refused, an amount by hand",
		.over = mounted,
		.mempolicy_refused = true,
		.user = "--socket-mem 64",
		.argv = LC " --legacy-mem --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 64"},
	{.name = "get_mempolicy refused, a mount by hand",
		.over = mounted,
		.mempolicy_refused = true,
		.user = "--huge-dir /huge",
		.argv = LC " --legacy-mem --socket-mem 256 --huge-dir /huge"},
	{.name = "get_mempolicy refused, in memory by hand: it cannot start, and that is said",
		.over = mounted,
		.mempolicy_refused = true,
		.user = "--in-memory",
		.argv = LC " --socket-mem 256 --in-memory",
		.notes = {"give no --in-memory and no --match-allocations by hand"}},
	{.name = "get_mempolicy refused, no hugepages by hand",
		.over = mounted,
		.mempolicy_refused = true,
		.user = "--no-huge",
		.argv = LC " -m 1024" PREFIX " --no-huge"},
	{.name = "get_mempolicy refused, no page free",
		.over = empty,
		.mempolicy_refused = true,
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes = {"no hugepages"}},
	{.name = "a page size that is not for us: files of ours",
		.over = foreign_mounted,
		.argv = LC " --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 256 --socket-limit 256"},
	{.name = "the same before 22.03",
		.over = foreign_mounted,
		.version = "21.11",
		.argv = LC " --huge-dir /huge" PREFIX
			   " --huge-unlink --socket-mem 256 --socket-limit 256"},
	{.name = "the same on a read-only root",
		.over = foreign_readonly,
		.argv = LC " --huge-dir /huge" PREFIX " --huge-unlink=always --socket-mem 256 "
			   "--socket-limit 256 --no-shconf --no-telemetry"},
	{.name = "the same without a mount: less than one large page goes",
		.over = foreign,
		.argv = LC " --in-memory --socket-mem 256 --socket-limit 256"},
	{.name = "the same: as long as EAL takes none of the large ones",
		.over = foreign_half,
		.argv = LC " --in-memory --socket-mem 1022 --socket-limit 1022"},
	{.name = "the same without a mount: EAL would take large ones, so none at the start",
		.over = foreign_large,
		.argv = LC " --in-memory --socket-limit 1024,1024",
		.notes =
			{"EAL would take free hugepages of 1048576 kB, more than this container may"}},
	{.name = "two sizes, and EAL would take more of the large one than is ours",
		.over = more_than_ours,
		.argv = LC " --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 1024,1024 "
			   "--socket-limit 1024,1024"},
	{.name = "two sizes on two nodes, each ours",
		.over = apart,
		.argv = LC " --in-memory --socket-mem 1024,1022 --socket-limit 1024,1022"},
	{.name = "two page sizes, both for us",
		.over = both,
		.argv = LC " --in-memory --socket-mem 1280 --socket-limit 1280"},
	{.name = "one page size and a mount: still in memory",
		.over = mounted,
		.argv = LC " --in-memory --socket-mem 256 --socket-limit 256"},
	{.name = "processes that share: files, no name of ours",
		.over = mounted,
		.user = "--proc-type auto",
		.argv = LC
		" --huge-dir /huge --socket-mem 256 --socket-limit 256 --proc-type auto"},
	{.name = "processes that share, and no mount",
		.over = limited,
		.user = "--proc-type auto",
		.argv = LC " --socket-mem 252 --socket-limit 252 --proc-type auto",
		.notes = {"want hugepages as files, and no hugetlbfs is mounted"}},

	{.name = "no free page",
		.over = empty,
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes = {"no hugepages:"}},
	{.name = "no page allowed",
		.over = forbidden,
		.argv = LC " --no-huge -m 1024" PREFIX,
		.notes = {"no hugepages:"}},
	{.name = "no page, and VFIO",
		.over = forbidden,
		.interfaces = VF,
		.argv = LCVF " --no-huge -m 1024" PREFIX,
		.notes = {"VFIO without hugepages", "no hugepages:"}},
	{.name = "no page: half the memory limit",
		.over = empty_limited,
		.argv = LC " --no-huge -m 256" PREFIX,
		.notes = {"no hugepages:"}},
	{.name = "no page: EAL does not start with less",
		.over = empty_tiny,
		.argv = LC " --no-huge -m 64" PREFIX,
		.notes = {"no hugepages:"}},
	{.name = "no page on a read-only root",
		.over = empty_readonly,
		.argv = LC " --no-huge -m 1024 --no-shconf --no-telemetry",
		.notes = {"no hugepages:"}},
	{.name = "read-only root", .over = readonly, .argv = LC " --in-memory --no-telemetry"},

	{.name = "a descriptor for each page",
		.over = limited,
		.nofile = 256 + 126,
		.argv = LC " --in-memory --socket-mem 252 --socket-limit 252"},
	{.name = "too few descriptors for the pages",
		.over = limited,
		.nofile = 256 + 125,
		.argv = LC
		" --in-memory --socket-mem 252 --socket-limit 252 --single-file-segments"},
	{.name = "too few descriptors for files",
		.over = foreign_mounted,
		.nofile = 300,
		.argv = LC " --huge-dir /huge" PREFIX
			   " --huge-unlink=always --socket-mem 256 --socket-limit 256",
		.notes = {"RLIMIT_NOFILE is 300"}},
	{.name = "VFIO and little memory to lock",
		.over = userns,
		.memlock = 65536,
		.interfaces = VF,
		.argv = LCVF " --in-memory --socket-mem 128,128 --socket-limit 128,128",
		.notes = {"up to 256 MB, and RLIMIT_MEMLOCK is 64 kB"}},
	{.name = "no VFIO: nothing is locked",
		.over = userns,
		.memlock = 65536,
		.argv = LC " --in-memory --socket-mem 256 --socket-limit 256"},
};

SCENARIO_MAIN("memory", table)
