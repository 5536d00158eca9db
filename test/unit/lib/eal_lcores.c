/* SPDX-License-Identifier: Apache-2.0 */
/* --lcores: which CPUs, in which order. */
#include <errno.h>
#include <stdio.h>

#include "scenario.h"

#define REST " --no-pci --iova-mode=va --in-memory"
#define VF "{\"name\":\"net1\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.1\"}"
#define VFREST " -a 0000:3b:02.1 --iova-mode=va --in-memory"
#define SIB(c) "/sys/devices/system/cpu/cpu" #c "/topology/thread_siblings_list"
#define CPUSET "/sys/fs/cgroup/cpuset.cpus.effective"

static const struct entry siblings[] = {{SIB(2), "2,6\n"}, {SIB(3), "3,7\n"}, {SIB(6), "2,6\n"},
	{SIB(7), "3,7\n"}, {CPUSET, "2-3,6-7\n"}, {0}};
static const struct entry high[] = {{CPUSET, "126-131\n"}, {0}};
static const struct entry narrow[] = {{CPUSET, "4-5\n"}, {0}};
static const struct entry wide[] = {{CPUSET, "0-100\n"}, {0}};
static const struct entry many[] = {{CPUSET, "0-255\n"}, {0}};
static const struct entry quota[] = {{"/sys/fs/cgroup/cpu.max", "150000 100000\n"}, {0}};
static const struct entry quota_half[] = {{"/sys/fs/cgroup/cpu.max", "50000 100000\n"}, {0}};
static const char lcores_128[] =
	"0@0,1@1,2@2,3@3,4@4,5@5,6@6,7@7,8@8,9@9,10@10,11@11,12@12,13@13,14@14,15@15,16@16,17@17,18@18,"
	"19@19,20@20,21@21,22@22,23@23,24@24,25@25,26@26,27@27,28@28,29@29,30@30,31@31,32@32,33@33,34@34,"
	"35@35,36@36,37@37,38@38,39@39,40@40,41@41,42@42,43@43,44@44,45@45,46@46,47@47,48@48,49@49,50@50,"
	"51@51,52@52,53@53,54@54,55@55,56@56,57@57,58@58,59@59,60@60,61@61,62@62,63@63,64@64,65@65,66@66,"
	"67@67,68@68,69@69,70@70,71@71,72@72,73@73,74@74,75@75,76@76,77@77,78@78,79@79,80@80,81@81,82@82,"
	"83@83,84@84,85@85,86@86,87@87,88@88,89@89,90@90,91@91,92@92,93@93,94@94,95@95,96@96,97@97,98@98,"
	"99@99,100@100,101@101,102@102,103@103,104@104,105@105,106@106,107@107,108@108,109@109,110@110,"
	"111@111,112@112,113@113,114@114,115@115,116@116,117@117,118@118,119@119,120@120,121@121,122@122,"
	"123@123,124@124,125@125,126@126,127@127";
static char argv_128[2048];

static const struct scenario table[] = {
	{.name = "lcores are numbered from 0",
		.affinity = "2-3,9",
		.argv = "--lcores 0@2,1@3,2@9" REST},
	{.name = "CPUs of 128 and up",
		.over = high,
		.affinity = "127-130",
		.argv = "--lcores 0@127,1@128,2@129,3@130" REST},
	{.name = "one CPU: main and worker share it",
		.affinity = "5",
		.argv = "--lcores 0@5,1@5" REST,
		.notes = {"one CPU"}},
	{.name = "one CPU by hand",
		.affinity = "5",
		.user = "-l 5",
		.argv = "--no-pci --iova-mode=va --in-memory -l 5"},
	{.name = "affinity wider than the cpuset",
		.over = narrow,
		.affinity = "0-15",
		.argv = "--lcores 0@4,1@5" REST},
	{.name = "affinity and cpuset apart",
		.over = narrow,
		.affinity = "2-3",
		.error = ENODEV,
		.says = "affinity 2-3 has nothing in common with cpuset 4-5",
		.remedy = "taskset"},
	{.name = "shared siblings: one of each",
		.over = siblings,
		.affinity = "2-3,6-7",
		.argv = "--lcores 0@2,1@3" REST},
	{.name = "exclusive siblings: all",
		.over = siblings,
		.affinity = "2-3,6-7",
		.interfaces = "",
		.containers = "\"c\":{\"cpus\":\"2-3,6-7\",\"exclusive\":true}",
		.argv = "--lcores 0@2,1@3,2@6,3@7" REST},
	{.name = "exclusive in a file that the kernel has outdated",
		.over = siblings,
		.affinity = "2-3,6-7",
		.container = "c",
		.interfaces = "",
		.containers = "\"c\":{\"cpus\":\"2-3\",\"exclusive\":true}",
		.argv = "--lcores 0@2,1@3" REST,
		.notes = {"the pod file gives container c CPUs 2-3, the kernel grants 2-3,6-7"}},
	{.name = "known and shared siblings: one of each",
		.over = siblings,
		.affinity = "2-3,6-7",
		.interfaces = "",
		.containers = "\"c\":{\"cpus\":\"2-3,6-7\",\"exclusive\":false}",
		.argv = "--lcores 0@2,1@3" REST},
	{.name = "another container's exclusive CPUs prove nothing",
		.over = siblings,
		.affinity = "2-3,6-7",
		.interfaces = "",
		.container = "mine",
		.containers = "\"c\":{\"cpus\":\"2-3,6-7\",\"exclusive\":true}",
		.argv = "--lcores 0@2,1@3" REST},
	{.name = "a single shared core: both siblings",
		.over = siblings,
		.affinity = "2,6",
		.argv = "--lcores 0@2,1@6" REST},
	{.name = "the NIC's node first",
		.affinity = "2-3,8-9",
		.interfaces = VF,
		.argv = "--lcores 0@8,1@9,2@2,3@3" VFREST},
	{.name = "no more than DPDK has",
		.over = many,
		.affinity = "0-255",
		.argv = argv_128,
		.notes = {"256 CPUs are usable, the first 128"}},
	{.name = "plain: a list",
		.affinity = "2-3,9",
		.lcores_as = DPDKPOD_LCORES_LIST,
		.argv = "-l 2-3,9" REST},
	{.name = "plain: a mask",
		.over = wide,
		.affinity = "0,5,66",
		.lcores_as = DPDKPOD_LCORES_MASK,
		.argv = "-c 0x40000000000000021" REST},
	{.name = "plain: as many as the CPU limit, the NIC's node first",
		.over = quota,
		.affinity = "2-3,8-9",
		.interfaces = VF,
		.lcores_as = DPDKPOD_LCORES_LIST,
		.argv = "-l 8-9" VFREST,
		.notes = {"a CPU limit of 1.500 for 4 CPUs"}},
	{.name = "plain: one CPU is one lcore",
		.affinity = "5",
		.lcores_as = DPDKPOD_LCORES_LIST,
		.argv = "-l 5" REST,
		.notes = {"one CPU: there is a main lcore and no worker"}},
	{.name = "plain: CPUs of 128 and up are left out",
		.over = high,
		.affinity = "126-130",
		.lcores_as = DPDKPOD_LCORES_MASK,
		.argv = "-c 0xc0000000000000000000000000000000" REST,
		.notes = {"CPUs from 128 up are not used"}},
	{.name = "plain: no CPU below 128",
		.over = high,
		.affinity = "128-130",
		.lcores_as = DPDKPOD_LCORES_LIST,
		.error = ERANGE,
		.says = "none of the CPUs 128-130 is below 128",
		.remedy = "--lcores"},
	{.name = "plain: lcores by hand win",
		.over = high,
		.affinity = "128-130",
		.lcores_as = DPDKPOD_LCORES_LIST,
		.user = "--lcores 0@129",
		.argv = "--no-pci --iova-mode=va --in-memory --lcores 0@129"},
	{.name = "-R numbers them itself",
		.user = "-R",
		.argv = "--no-pci --iova-mode=va --in-memory -R"},
	{.name = "a CPU limit below the CPUs is remarked",
		.over = quota,
		.argv = "--lcores 0@2,1@3" REST,
		.notes = {"a CPU limit of 1.500 for 2 CPUs"}},
	{.name = "no more lcores than the CPU limit has whole CPUs",
		.over = quota,
		.affinity = "2-9",
		.argv = "--lcores 0@2,1@3" REST,
		.notes = {"a CPU limit of 1.500 for 8 CPUs"}},
	{.name = "a CPU limit of less than two",
		.over = quota_half,
		.affinity = "2-9",
		.argv = "--lcores 0@2,1@3" REST,
		.notes = {"a CPU limit of 0.500 for 8 CPUs"}},
	{.name = "the file's CPUs give way to the kernel's",
		.interfaces = "",
		.container = "c",
		.containers = "\"c\":{\"cpus\":\"4-5\"}",
		.argv = "--lcores 0@2,1@3" REST,
		.notes = {"gives container c CPUs 4-5, the kernel grants 2-3"}},
	{.name = "-l by hand",
		.user = "-l 2-3",
		.argv = "--no-pci --iova-mode=va --in-memory -l 2-3"},
	{.name = "-l by hand outside",
		.user = "-l 3-4",
		.argv = "--no-pci --iova-mode=va --in-memory -l 3-4",
		.notes = {"want CPUs 3-4, this container may use 2-3"}},
	{.name = "--lcores by hand, half outside",
		.user = "--lcores=0@2,(1,2)@(3,4)",
		.argv = "--no-pci --iova-mode=va --in-memory --lcores=0@2,(1,2)@(3,4)",
		.notes = {"want CPUs 3,4"}},
	{.name = "--lcores by hand, inside",
		.user = "--lcores 0@2,(1,2)@(2-3),9@3",
		.argv = "--no-pci --iova-mode=va --in-memory --lcores 0@2,(1,2)@(2-3),9@3"},
	{.name = "-c by hand",
		.user = "-c0xc",
		.argv = "--no-pci --iova-mode=va --in-memory -c0xc"},
	{.name = "-c by hand outside",
		.user = "-c 1c",
		.argv = "--no-pci --iova-mode=va --in-memory -c 1c",
		.notes = {"want CPUs 2-4, this container may use 2-3"}},
};

__attribute__((constructor)) static void build(void)
{
	(void)snprintf(argv_128, sizeof(argv_128), "--lcores %s" REST, lcores_128);
}

SCENARIO_MAIN("lcores", table)
