/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments by hand win over what they conflict with, in every spelling, and over nothing else. */
#include <errno.h>

#include "scenario.h"

#define LC "--lcores 0@2,1@3 "
#define VF "{\"name\":\"net1\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.1\"}"
#define NETDEV "{\"name\":\"net1\",\"mode\":\"netdev\"}"
#define PCAP(n) "net_pcap" #n ",iface=net1,phy_mac=1"
#define BASE LC "--no-pci --iova-mode=va"
#define AMOUNT " --socket-mem 256 --socket-limit 256"
#define MAX2M \
	{ \
		"/sys/fs/cgroup/hugetlb.2MB.max", "268435456\n" \
	}

static const struct entry limited[] = {MAX2M, {0}};
static const struct entry mounted[] = {MAX2M, {"/proc/self/mountinfo", MACHINE_HUGE},
	{"/huge", "/"}, {0}};
static const struct entry empty[] = {{"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages",
					     "0\n"},
	{0}};
static const struct entry readonly[] = {{"/run", NULL}, {0}};

static const struct scenario table[] = {
	{.name = "what conflicts with nothing is added",
		.user = "-n 4 --log-level=8",
		.argv = BASE " --in-memory -n 4 --log-level=8"},
	{.name = "the program's own arguments are none of EAL's",
		.user = "-v -- -l 7 --no-huge",
		.argv = BASE " --in-memory -v -- -l 7 --no-huge"},
	{.name = "a value that looks like an option",
		.user = "--file-prefix -l",
		.argv = BASE " --in-memory --file-prefix -l"},
	{.name = "letters in one word",
		.user = "-vl 2",
		.argv = "--no-pci --iova-mode=va --in-memory -vl 2"},
	{.name = "a word that is no option does not end them",
		.user = "word -l 2",
		.argv = "--no-pci --iova-mode=va --in-memory word -l 2"},

	{.name = "-a with arguments, of a device of ours",
		.interfaces = VF,
		.user = "-a 3b:02.1,rep=1",
		.argv = LC "--iova-mode=va --in-memory -a 3b:02.1,rep=1",
		.device = "0000:3b:02.1"},
	{.name = "--allow= of another device",
		.interfaces = VF,
		.user = "--allow=0000:99:00.0",
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va --in-memory --allow=0000:99:00.0"},
	{.name = "-a where there is no device: PCI is on, the addresses are EAL's choice",
		.user = "-a 0000:99:00.0",
		.argv = LC "--in-memory -a 0000:99:00.0"},
	{.name = "-b takes no -a",
		.interfaces = VF,
		.user = "-b 0000:99:00.0",
		.argv = LC "--iova-mode=va --in-memory -b 0000:99:00.0",
		.device = "0000:3b:02.1"},
	{.name = "--no-pci",
		.interfaces = VF,
		.user = "--no-pci",
		.argv = LC "--iova-mode=va --in-memory --no-pci",
		.notes = {"net1: 0000:3b:02.1 is left out: --no-pci was given"}},
	{.name = "--vdev of the same interface",
		.interfaces = NETDEV,
		.user = "--vdev net_pcap0,iface=net1",
		.argv = BASE " --in-memory --vdev net_pcap0,iface=net1",
		.device = "net_pcap0"},
	{.name = "--vdev of a longer name of interface",
		.interfaces = NETDEV,
		.user = "--vdev=net_tap0,iface=net11",
		.argv = LC "--vdev " PCAP(
			0) " --no-pci --iova-mode=va --in-memory --vdev=net_tap0,iface=net11",
		.device = "net_pcap0"},
	{.name = "--vdev of the same name",
		.interfaces = NETDEV,
		.user = "--vdev net_pcap0,iface=x",
		.argv = LC
		"--vdev " PCAP(1) " --no-pci --iova-mode=va --in-memory --vdev net_pcap0,iface=x",
		.device = "net_pcap1"},
	{.name = "--iova-mode",
		.user = "--iova-mode pa",
		.argv = LC "--no-pci --in-memory --iova-mode pa"},

	{.name = "-m", .over = limited, .user = "-m 64", .argv = BASE " --in-memory -m 64"},
	{.name = "-m64", .over = limited, .user = "-m64", .argv = BASE " --in-memory -m64"},
	{.name = "-m without hugepages",
		.over = empty,
		.user = "-m 64",
		.argv = BASE " --no-huge --file-prefix pod-4026532001-7 -m 64",
		.notes = {"no hugepages"}},
	{.name = "--socket-mem",
		.over = limited,
		.user = "--socket-mem 8",
		.argv = BASE " --in-memory --socket-mem 8"},
	{.name = "--socket-mem abbreviated",
		.over = limited,
		.user = "--socket-m=8",
		.argv = BASE " --in-memory --socket-m=8"},
	{.name = "an ambiguous beginning is nobody's",
		.over = limited,
		.user = "--socket=8",
		.argv = BASE " --in-memory" AMOUNT " --socket=8"},
	{.name = "--numa-mem, its new name",
		.over = limited,
		.user = "--numa-mem 8",
		.argv = BASE " --in-memory --numa-mem 8"},
	{.name = "--socket-mem where no hugepage is",
		.over = empty,
		.user = "--socket-mem 8",
		.argv = BASE " --in-memory --socket-mem 8",
		.notes = {"though arguments given by hand count on them"}},
	{.name = "--socket-limit",
		.over = limited,
		.user = "--socket-limit=64",
		.argv = BASE " --in-memory --socket-limit=64"},
	{.name = "--no-huge",
		.over = limited,
		.user = "--no-huge",
		.argv = BASE " -m 1024 --file-prefix pod-4026532001-7 --no-huge"},
	{.name = "--in-memory",
		.over = mounted,
		.user = "--in-memory",
		.argv = BASE AMOUNT " --in-memory"},
	{.name = "--legacy-mem",
		.over = mounted,
		.user = "--legacy-mem",
		.argv = BASE
		" --huge-dir /huge --file-prefix pod-4026532001-7 --huge-unlink=always "
		"--socket-mem 256 --legacy-mem"},
	{.name = "--huge-dir",
		.over = limited,
		.user = "--huge-dir /mine",
		.argv = BASE AMOUNT " --huge-dir /mine",
		.notes = {"no hugetlbfs is mounted here"}},
	{.name = "--huge-unlink",
		.over = mounted,
		.user = "--huge-unlink=never",
		.argv = BASE " --huge-dir /huge --file-prefix pod-4026532001-7" AMOUNT
			     " --huge-unlink=never"},
	{.name = "--huge-unlink takes its value by = alone",
		.over = mounted,
		.user = "--huge-unlink -l 2",
		.argv = "--no-pci --iova-mode=va --huge-dir /huge --file-prefix pod-4026532001-7" AMOUNT
			" --huge-unlink -l 2"},
	{.name = "--single-file-segments",
		.over = limited,
		.nofile = 300,
		.user = "--single-file-segments",
		.argv = BASE " --in-memory" AMOUNT " --single-file-segments"},
	{.name = "--file-prefix",
		.over = empty,
		.user = "--file-prefix x",
		.argv = BASE " --no-huge -m 1024 --file-prefix x",
		.notes = {"no hugepages"}},
	{.name = "--match-allocations",
		.over = empty,
		.user = "--match-allocations",
		.argv = BASE " --in-memory --match-allocations",
		.notes = {"though arguments given by hand count on them"}},
	{.name = "--telemetry",
		.over = readonly,
		.user = "--telemetry",
		.argv = BASE " --in-memory --telemetry"},
	{.name = "--no-telemetry",
		.over = readonly,
		.user = "--no-telemetry",
		.argv = BASE " --in-memory --no-telemetry"},
};

SCENARIO_MAIN("user", table)
