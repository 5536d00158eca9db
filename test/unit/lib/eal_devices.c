/* SPDX-License-Identifier: Apache-2.0 */
/* -a, --vdev, --no-pci, --iova-mode: how each interface is served. */
#include <errno.h>

#include "scenario.h"

#define LC "--lcores 0@2,1@3 "
#define MEM " --in-memory"
#define NOPCI " --no-pci --iova-mode=va" MEM
#define DEV(a) "/sys/bus/pci/devices/" a "/"
#define MLX DEV("0000:5e:00.2")
#define QAT DEV("0000:b1:01.0")
#define VFIO(more) "{\"name\":\"net1\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.1\"" more "}"
#define NETDEV(more) "{\"name\":\"net1\",\"mode\":\"netdev\"" more "}"
#define RING(n) "net_af_packet0,iface=net1,blocksz=4096,framesz=2048,framecnt=" #n ",qdisc_bypass=1"
#define PACKET RING(1024)
#define PCAP "net_pcap0,iface=net1,phy_mac=1"
#define STATUS(caps) \
	{ \
		"/proc/self/status", "CapEff:\t" caps "\nCapBnd:\t" caps "\n" \
	}
#define MLXPCI ",\"pciAddress\":\"0000:5e:00.2\",\"driver\":\"mlx5_core\""

static const struct entry gone[] = {{"/dev/vfio/42", NULL}, {0}};
/* A second VF, whose node another container has. */
#define VFIO2 VFIO() ",{\"name\":\"net2\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.2\"}"
#define SECOND \
	{DEV("0000:3b:02.2") "driver", "-> ../drivers/vfio-pci"}, \
		{DEV("0000:3b:02.2") "class", "0x020000\n"}, \
	{ \
		DEV("0000:3b:02.2") "iommu_group", "-> ../../../kernel/iommu_groups/43" \
	}
static const struct entry two[] = {SECOND, {0}};
static const struct entry two_gone[] = {SECOND, {"/dev/vfio/42", NULL}, {0}};
static const struct entry rebound[] = {{DEV("0000:3b:02.1") "driver", "-> ../drivers/iavf"}, {0}};
static const struct entry uio[] = {{DEV("0000:3b:02.1") "driver", "-> ../drivers/igb_uio"},
	{DEV("0000:3b:02.1") "iommu_group", NULL}, {0}};
static const struct entry noiommu[] = {{"/sys/kernel/iommu_groups/42/name", "vfio-noiommu\n"},
	{"/dev/vfio/noiommu-42", ""}, {0}};
static const struct entry unsafe[] = {{"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
					      "Y\n"},
	{0}};
static const struct entry mlx[] = {STATUS("00000000a80475fb"),
	{MLX "driver", "-> ../drivers/mlx5_core"}, {MLX "numa_node", "0\n"},
	{MLX "infiniband_verbs/uverbs3/dev", "231:195\n"}, {"/dev/infiniband/uverbs3", ""}, {0}};
#define SF "/sys/bus/auxiliary/devices/mlx5_core.sf.4/"
#define SFAUX ",\"auxiliary\":\"mlx5_core.sf.4\",\"driver\":\"mlx5_core.sf\""
static const struct entry sf[] = {STATUS("00000000a80475fb"),
	{SF "driver", "-> ../drivers/mlx5_core.sf"},
	{SF "infiniband_verbs/uverbs5/dev", "231:197\n"}, {"/dev/infiniband/uverbs5", ""}, {0}};
static const struct entry sf_alone[] = {STATUS("00000000a80475fb"),
	{SF "driver", "-> ../drivers/mlx5_core.sf"},
	{SF "infiniband_verbs/uverbs5/dev", "231:197\n"}, {0}};
static const struct entry mlx_alone[] = {STATUS("00000000a80475fb"),
	{MLX "driver", "-> ../drivers/mlx5_core"},
	{MLX "infiniband_verbs/uverbs3/dev", "231:195\n"}, {0}};
static const struct entry qat[] = {{QAT "driver", "-> ../drivers/vfio-pci"},
	{QAT "class", "0x0b4000\n"}, {QAT "iommu_group", "-> ../../../kernel/iommu_groups/77"},
	{"/dev/vfio/77", ""}, {0}};
#define DRA "/run/kubernetes.io/dra-device-attributes/"
#define CLAIM DRA "resourceclaims/c/r/qat.example.com-metadata.json"
#define ID(bdf) "\"resource.kubernetes.io/pciBusID\":{\"string\":\"" bdf "\"}"
#define OBJECT(version, devices) \
	"{\"kind\":\"DeviceMetadata\",\"apiVersion\":\"" version \
	"\",\"metadata\":{\"generation\":1}," \
	"\"requests\":[{\"name\":\"r\",\"devices\":[" devices "]}]}\n"
#define DEVICE(bdf) \
	"{\"driver\":\"d\",\"attributes\":{\"n\":{\"int\":4}," ID(bdf) ",\"b\":{\"bool\":true}}}"
#define V1ALPHA1 "metadata.resource.k8s.io/v1alpha1"
#define QAT_ENTRIES \
	{QAT "driver", "-> ../drivers/vfio-pci"}, {QAT "class", "0x0b4000\n"}, \
		{QAT "iommu_group", "-> ../../../kernel/iommu_groups/77"}, \
	{ \
		"/dev/vfio/77", "" \
	}
#define TOKEN "02bddbbf-bbb0-4d79-886b-91bad3fbb510"
static const struct entry dra[] = {QAT_ENTRIES, {"/run", NULL},
	{CLAIM, OBJECT(V1ALPHA1, DEVICE("0000:b1:01.0"))}, {0}};
static const struct entry dra_vf[] = {{"/run", NULL},
	{DRA "resourceclaimtemplates/nic/r/x-metadata.json",
		OBJECT(V1ALPHA1, DEVICE("0000:3b:02.1"))},
	{0}};
static const struct entry dra_stream[] = {QAT_ENTRIES, {"/run", NULL},
	{CLAIM,
		OBJECT("other.k8s.io/v1", DEVICE("0000:99:01.0")) "{\"apiVersion\":\"metadata.resource.k8s.io/v2\",\"requests\":\"new\"}\n" OBJECT(
			V1ALPHA1, DEVICE("0000:b1:01.0")) OBJECT(V1ALPHA1, DEVICE("0000:98:01.0"))},
	{0}};
static const struct entry dra_many[] = {QAT_ENTRIES, {"/run", NULL},
	{CLAIM,
		OBJECT(V1ALPHA1,
			DEVICE("0000:b1:01.0") ",{\"driver\":\"d\"}," DEVICE("0000:3b:02.1"))},
	{DRA "resourceclaims/c/r/notes.txt", "x"}, {0}};
static const struct entry dra_damaged[] = {{"/run", NULL}, {CLAIM, "{\"apiVersion\":"}, {0}};
static const struct entry dra_other[] = {{"/run", NULL}, {CLAIM, "{}\n"}, {0}};
static const struct entry dra_gone[] = {{"/run", NULL},
	{CLAIM, OBJECT(V1ALPHA1, DEVICE("0000:b1:01.0"))}, {0}};
static const struct entry pf_vfio[] = {{DEV("0000:3b:02.1") "physfn", "-> ../0000:3b:00.0"},
	{DEV("0000:3b:00.0") "driver", "-> ../drivers/vfio-pci"}, {0}};
static const struct entry pf_kernel[] = {{DEV("0000:3b:02.1") "physfn", "-> ../0000:3b:00.0"},
	{DEV("0000:3b:00.0") "driver", "-> ../drivers/ice"}, {0}};
static const struct entry iavf[] = {{QAT "driver", "-> ../drivers/iavf"}, {0}};
static const struct entry no_raw[] = {{"/proc/self/status", "CapEff:\t0\nCapBnd:\t0\n"}, {0}};
static const struct entry raw_by_file[] = {{"/proc/self/status",
						   "CapEff:\t0\nCapBnd:\t0000000000002000\n"},
	{0}};
static const struct entry admin[] = {STATUS("00000000a80475fb"), {0}};
static const struct entry documented[] = {STATUS("0000000000006000"), {0}};
static const struct entry userns[] = {STATUS("00000000a80475fb"),
	{"/proc/self/uid_map", "0 100000 65536\n"}, {0}};
static const struct entry locker[] = {STATUS("0000000000007000"), {0}};
static const struct facts_link jumbo = {.name = "net1", .mtu = 9000, .up = true};
static const struct facts_link huge = {.name = "net1", .mtu = 9707, .up = true};
static const struct facts_link tightest = {.name = "net1", .mtu = 1964, .up = true};
static const struct facts_link looser = {.name = "net1", .mtu = 1965, .up = true};
static const struct facts_link down = {.name = "net1", .mtu = 1500};
static const struct facts_link other = {.name = "eth0", .mtu = 1500, .up = true};

static const struct scenario table[] = {
	{.name = "vfio",
		.interfaces = VFIO(),
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM,
		.device = "0000:3b:02.1"},
	{.name = "vfio: the VF is gone",
		.interfaces =
			"{\"name\":\"net1\",\"mode\":\"vfio\",\"pciAddress\":\"0000:3b:02.7\"}",
		.error = ENODEV,
		.says = "net1: 0000:3b:02.7: there is no such device",
		.remedy = "delete the pod"},
	{.name = "vfio: the node is not here",
		.over = gone,
		.interfaces = VFIO(),
		.error = ENOENT,
		.says = "net1: 0000:3b:02.1: /dev/vfio/42: No such file",
		.remedy = "request it in this container"},
	{.name = "vfio: rebound meanwhile",
		.over = rebound,
		.interfaces = VFIO(),
		.error = ENODEV,
		.says = "is on iavf, not on a userspace driver",
		.remedy = "delete the pod"},
	{.name = "vfio: no address in the file",
		.interfaces = "{\"name\":\"net1\",\"mode\":\"vfio\"}",
		.error = EINVAL,
		.says = "without a PCI address",
		.remedy = ""},
	{.name = "vfio: another container's is left alone",
		.over = gone,
		.container = "b",
		.interfaces = VFIO(",\"container\":\"a\""),
		.argv = LC "--no-pci --iova-mode=va" MEM},
	{.name = "vfio: this container's is required",
		.over = gone,
		.container = "a",
		.interfaces = VFIO(",\"container\":\"a\""),
		.error = ENOENT,
		.says = "/dev/vfio/42",
		.remedy = "request"},
	{.name = "vfio: a container that does not know its name takes what it can open",
		.over = gone,
		.interfaces = VFIO(",\"container\":\"a\""),
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"net1: left out, it belongs to container a"}},
	{.name = "vfio: two containers and no kubelet: what the other one opens is left out",
		.over = two,
		.interfaces = VFIO2,
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM,
		.notes = {"net2: left out, its node is not in this container"},
		.device = "0000:3b:02.1"},
	{.name = "vfio: two VFs and no node at all",
		.over = two_gone,
		.interfaces = VFIO2,
		.error = ENOENT,
		.says = "net1: 0000:3b:02.1: /dev/vfio/42: No such file",
		.remedy = "--device /dev/vfio/42"},
	{.name = "vfio: where the kubelet names containers a VF of nobody's is missed",
		.over = two,
		.interfaces = VFIO2,
		.containers = "\"c\":{\"exclusive\":false}",
		.error = ENOENT,
		.says = "net2: 0000:3b:02.2: /dev/vfio/43: No such file",
		.remedy = "request it"},
	{.name = "vfio: devices given by hand are the choice",
		.over = two_gone,
		.interfaces = VFIO2,
		.user = "-a 0000:b1:01.0",
		.argv = LC "--in-memory -a 0000:b1:01.0",
		.notes = {"net1: left out, -a was given for other devices",
			"net2: left out, -a was given for other devices"}},
	{.name = "vfio: the one given by hand must be here",
		.over = two_gone,
		.interfaces = VFIO2,
		.user = "-a 3b:02.1",
		.error = ENOENT,
		.says = "net1: 0000:3b:02.1: /dev/vfio/42",
		.remedy = "--device"},
	{.name = "vfio without IOMMU: physical addresses",
		.over = noiommu,
		.interfaces = VFIO(),
		.argv = LC "-a 0000:3b:02.1 --iova-mode=pa" MEM,
		.notes = {"this process lacks them"}},
	{.name = "vfio in unsafe mode: physical addresses all the same",
		.over = unsafe,
		.interfaces = VFIO(),
		.argv = LC "-a 0000:3b:02.1 --iova-mode=pa" MEM,
		.notes = {"set it to N", "CAP_SYS_RAWIO"}},
	{.name = "uio: no VFIO node, physical addresses",
		.over = uio,
		.interfaces = VFIO(),
		.argv = LC "-a 0000:3b:02.1 --iova-mode=pa" MEM,
		.notes = {"this process lacks them"}},
	{.name = "the version as rte_version() has it",
		.interfaces = VFIO(),
		.version = "DPDK 19.11.3",
		.argv = LC "-w 0000:3b:02.1 --iova-mode=va" MEM},
	{.name = "before 20.11 -a was -w",
		.interfaces = VFIO(),
		.version = "19.11.3",
		.argv = LC "-w 0000:3b:02.1 --iova-mode=va" MEM},

	{.name = "netdev: af_packet where flags can be set",
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PACKET NOPCI,
		.device = "net_af_packet0"},
	{.name = "netdev: pcap with no capability but the documented ones",
		.over = documented,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI,
		.device = "net_pcap0"},
	{.name = "netdev: pcap with a runtime's default capabilities",
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI},
	{.name = "netdev: pcap where NET_ADMIN does not count for this network namespace",
		.over = admin,
		.links_refused = true,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI},
	{.name = "netdev: pcap has no locked ring",
		.over = documented,
		.memlock = 65536,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI},
	{.name = "netdev: pcap and jumbo frames",
		.link = &jumbo,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI},
	{.name = "netdev: pcap and frames that it cuts off",
		.link = &huge,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI,
		.notes = {"net1: pcap cuts frames off at 9728 bytes, the MTU is 9707"}},
	{.name = "netdev: pcap by the environment",
		.env = "DPDK_POD_NETDEV_PMD=pcap",
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI},
	{.name = "netdev: af_packet asked for without NET_ADMIN",
		.pmd = DPDKPOD_PMD_AF_PACKET,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PACKET NOPCI,
		.notes = {"net1: af_packet was asked for"}},
	{.name = "netdev: not in this namespace",
		.link = &other,
		.interfaces = NETDEV(),
		.error = ENODEV,
		.says = "net1: there is no such interface in this network namespace",
		.remedy = "network namespace"},
	{.name = "netdev: the largest MTU of a plain frame",
		.over = admin,
		.link = &tightest,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PACKET NOPCI},
	{.name = "netdev: the next larger MTU",
		.over = admin,
		.link = &looser,
		.interfaces = NETDEV(),
		.argv = LC
		"--vdev net_af_packet0,iface=net1,blocksz=12288,framesz=3072,framecnt=1024,qdisc_bypass=1" NOPCI,
		.notes = {"hold 3040 bytes"}},
	{.name = "netdev: jumbo frames, whole in a block",
		.over = admin,
		.link = &jumbo,
		.interfaces = NETDEV(),
		.argv = LC
		"--vdev net_af_packet0,iface=net1,blocksz=36864,framesz=9216,framecnt=1024,qdisc_bypass=1" NOPCI,
		.notes =
			{"net1: an MTU of 9000 needs mbufs that hold 9184 bytes (dpdk-testpmd: --mbuf-size=9312)"}},
	{.name = "netdev: a ring that just may be locked",
		.memlock = 4 << 20,
		.interfaces = NETDEV(),
		.over = userns,
		.argv = LC "--vdev " PACKET NOPCI},
	{.name = "netdev: a smaller one where it may not",
		.memlock = (4 << 20) - 1,
		.interfaces = NETDEV(),
		.over = userns,
		.argv = LC "--vdev " RING(512) NOPCI,
		.notes = {"net1: rings of 512 frames instead of 1024: RLIMIT_MEMLOCK is 4095 kB"}},
	{.name = "netdev: 64 KiB, as before Linux 5.16",
		.memlock = 65536,
		.interfaces = NETDEV(),
		.over = userns,
		.argv = LC "--vdev " RING(16) NOPCI,
		.notes = {"rings of 16 frames"}},
	{.name = "netdev: IPC_LOCK knows no limit",
		.memlock = 65536,
		.interfaces = NETDEV(),
		.over = locker,
		.argv = LC "--vdev " PACKET NOPCI},
	{.name = "netdev: down, and pcap",
		.link = &down,
		.interfaces = NETDEV(),
		.error = ENETDOWN,
		.says = "net1: the interface is down, and pcap opens none that is",
		.remedy = "ip link set net1 up"},
	{.name = "netdev: down",
		.link = &down,
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PACKET NOPCI,
		.notes = {"net1 is down"}},
	{.name = "netdev: NET_RAW out of reach",
		.over = no_raw,
		.interfaces = NETDEV(),
		.error = EPERM,
		.says = "net1: pcap needs the capability NET_RAW",
		.remedy = "capabilities"},
	{.name = "netdev: NET_RAW by the program's file",
		.over = raw_by_file,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PCAP NOPCI,
		.notes = {"setcap"}},
	{.name = "netdev: af_xdp asked for",
		.pmd = DPDKPOD_PMD_AF_XDP,
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev net_af_xdp0,iface=net1,start_queue=0,queue_count=1" NOPCI,
		.device = "net_af_xdp0"},
	{.name = "netdev: af_xdp by the environment",
		.env = "DPDK_POD_NETDEV_PMD=af_xdp",
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev net_af_xdp0,iface=net1,start_queue=0,queue_count=1" NOPCI},
	{.name = "netdev: the request outranks the environment",
		.env = "DPDK_POD_NETDEV_PMD=af_xdp",
		.pmd = DPDKPOD_PMD_AF_PACKET,
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev " PACKET NOPCI},
	{.name = "netdev: an unknown driver in the environment",
		.env = "DPDK_POD_NETDEV_PMD=tap",
		.interfaces = NETDEV(),
		.error = EINVAL,
		.says = "\"tap\" is not one of af_packet, pcap, af_xdp",
		.remedy = ""},
	{.name = "netdev: jumbo frames and af_xdp",
		.link = &jumbo,
		.pmd = DPDKPOD_PMD_AF_XDP,
		.over = admin,
		.interfaces = NETDEV(),
		.argv = LC "--vdev net_af_xdp0,iface=net1,start_queue=0,queue_count=1" NOPCI,
		.notes = {"one page at most"}},
	{.name = "netdev: bifurcated",
		.over = mlx,
		.interfaces = NETDEV(MLXPCI),
		.argv = LC "-a 0000:5e:00.2 --iova-mode=va" MEM,
		.device = "0000:5e:00.2"},
	{.name = "netdev: a scalable function",
		.over = sf,
		.interfaces = NETDEV(SFAUX),
		.argv = LC "-a auxiliary:mlx5_core.sf.4 --no-pci --iova-mode=va" MEM,
		.device = "mlx5_core.sf.4"},
	{.name = "netdev: a scalable function without its verbs node",
		.over = sf_alone,
		.interfaces = NETDEV(SFAUX),
		.argv = LC "--vdev " PACKET NOPCI,
		.notes = {"auxiliary:mlx5_core.sf.4 (mlx5_core.sf) could be driven directly"}},
	{.name = "environment: a scalable function, named twice",
		.over = sf,
		.env = "PCIDEVICE_NVIDIA_COM_SF=mlx5_core.sf.4,mlx5_core.sf.4",
		.argv = LC "-a auxiliary:mlx5_core.sf.4 --no-pci --iova-mode=va" MEM},
	{.name = "environment: a scalable function that is not here",
		.env = "PCIDEVICE_NVIDIA_COM_SF=mlx5_core.sf.4",
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes =
			{"PCIDEVICE_NVIDIA_COM_SF: left out: auxiliary:mlx5_core.sf.4: there is no such device"}},
	{.name = "netdev: bifurcated without its verbs node",
		.over = mlx_alone,
		.interfaces = NETDEV(MLXPCI),
		.argv = LC "--vdev " PACKET NOPCI,
		.notes = {"/dev/infiniband/uverbs"}},
	{.name = "netdev: bifurcated, but af_packet asked for",
		.over = mlx,
		.pmd = DPDKPOD_PMD_AF_PACKET,
		.interfaces = NETDEV(MLXPCI),
		.argv = LC "--vdev " PACKET NOPCI},

	{.name = "no pod file", .argv = LC "--no-pci --iova-mode=va" MEM},
	{.name = "environment: an accelerator",
		.over = qat,
		.env = "PCIDEVICE_INTEL_COM_QAT=0000:b1:01.0",
		.argv = LC "-a 0000:b1:01.0 --iova-mode=va" MEM},
	{.name = "environment: what the file has is not doubled",
		.interfaces = VFIO(),
		.env = "PCIDEVICE_X=0000:3b:02.1,0000:3B:02.1",
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM},
	{.name = "environment: a device named twice",
		.over = qat,
		.env = "PCIDEVICE_X=0000:b1:01.0,0000:b1:01.0",
		.argv = LC "-a 0000:b1:01.0 --iova-mode=va" MEM},
	{.name = "environment: _INFO is JSON, not a list of addresses",
		.over = qat,
		.env = "PCIDEVICE_INTEL_COM_QAT_INFO={\"0000:b1:01.0\":{\"generic\":{\"deviceID\":\"0000:b1:01.0\"}}}",
		.argv = LC "--no-pci --iova-mode=va" MEM},
	{.name = "environment: a resource that is called so",
		.over = qat,
		.env = "PCIDEVICE_EXAMPLE_COM_ROAD_INFO=0000:b1:01.0",
		.argv = LC "-a 0000:b1:01.0 --iova-mode=va" MEM},
	{.name = "environment: a kernel's device is none of ours",
		.over = iavf,
		.env = "PCIDEVICE_X=0000:b1:01.0",
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"PCIDEVICE_X: left out: 0000:b1:01.0: is on iavf"}},
	{.name = "environment: a device that is gone",
		.env = "PCIDEVICE_X=0000:b1:01.0",
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"no such device"}},
	{.name = "DRA: a claim's device",
		.over = dra,
		.argv = LC "-a 0000:b1:01.0 --iova-mode=va" MEM},
	{.name = "DRA: what the pod file has is not doubled",
		.over = dra_vf,
		.interfaces = VFIO(),
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM,
		.device = "0000:3b:02.1"},
	{.name = "DRA: the first version that is understood counts",
		.over = dra_stream,
		.argv = LC "-a 0000:b1:01.0 --iova-mode=va" MEM},
	{.name = "DRA: every device of every request",
		.over = dra_many,
		.argv = LC "-a 0000:b1:01.0 -a 0000:3b:02.1 --iova-mode=va" MEM},
	{.name = "DRA: a damaged file is remarked",
		.over = dra_damaged,
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"qat.example.com-metadata.json: left out: metadata: line 1"}},
	{.name = "DRA: a file of something else is remarked",
		.over = dra_other,
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"no object of metadata.resource.k8s.io/ in it"}},
	{.name = "DRA: a device that is gone is remarked",
		.over = dra_gone,
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"-metadata.json: left out: 0000:b1:01.0: there is no such device"}},

	{.name = "VF token: from the environment",
		.over = pf_vfio,
		.interfaces = VFIO(),
		.env = "DPDK_POD_VF_TOKEN=" TOKEN,
		.argv = LC "-a 0000:3b:02.1 --vfio-vf-token " TOKEN " --iova-mode=va" MEM},
	{.name = "VF token: from the device plugin",
		.over = pf_vfio,
		.interfaces = VFIO(),
		.env = "PCIDEVICE_X_INFO={\"0000:3b:02.0\":{\"extra\":{\"VFIO_TOKEN\":\"no\"}},"
		       "\"0000:3B:02.1\":{\"extra\":{\"VFIO_TOKEN\":\"" TOKEN
		       "\"},\"vfio\":{\"mount\":\"/dev/vfio/vfio\"}}}",
		.argv = LC "-a 0000:3b:02.1 --vfio-vf-token " TOKEN " --iova-mode=va" MEM},
	{.name = "VF token: by hand",
		.over = pf_vfio,
		.interfaces = VFIO(),
		.env = "DPDK_POD_VF_TOKEN=x",
		.user = "--vfio-vf-token " TOKEN,
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM " --vfio-vf-token " TOKEN},
	{.name = "VF token: nobody names it",
		.over = pf_vfio,
		.interfaces = VFIO(),
		.error = EACCES,
		.says = "0000:3b:02.1: its PF is on vfio-pci",
		.remedy = "DPDK_POD_VF_TOKEN"},
	{.name = "VF token: not a UUID, and not shown",
		.over = pf_vfio,
		.interfaces = VFIO(),
		.env = "DPDK_POD_VF_TOKEN=secret",
		.error = EINVAL,
		.says = "DPDK_POD_VF_TOKEN: the VF token of 0000:3b:02.1 is not a UUID",
		.remedy = ""},
	{.name = "VF token: none where the PF is the kernel's",
		.over = pf_kernel,
		.interfaces = VFIO(),
		.env = "DPDK_POD_VF_TOKEN=" TOKEN,
		.argv = LC "-a 0000:3b:02.1 --iova-mode=va" MEM},

	{.name = "environment: not an address",
		.env = "PCIDEVICE_X=nonsense",
		.argv = LC "--no-pci --iova-mode=va" MEM,
		.notes = {"PCIDEVICE_X: left out"}},
};

SCENARIO_MAIN("devices", table)
