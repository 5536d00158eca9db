/* SPDX-License-Identifier: Apache-2.0 */
/* NICs on the PCI bus, and on buses that hang on it. */
#include <errno.h>
#include <stdio.h>

#include "bus.h"
#include "codec.h"
#include "test.h"
#include "tree.h"

#define ROOT_PORT "sys/devices/pci0000:3a/0000:3a:00.0"
#define PF ROOT_PORT "/0000:3b:00.0"
#define VF ROOT_PORT "/0000:3b:02.1"
#define VETH "sys/devices/virtual/net/veth7"
#define VIRTIO_PCI "sys/devices/pci0000:00/0000:00:03.0"
#define VIRTIO VIRTIO_PCI "/virtio3"
#define SF PF "/mlx5_core.sf.4"
#define USB "sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0"
#define VMBUS "sys/devices/LNXSYSTM:00/VMBUS:01/f5a2b6"

/* A device of a bus, with the network interface that it has. */
static void device(const char *bus, const char *dir, const char *netdev)
{
	char path[256], target[256];
	const char *name = strrchr(dir, '/') + 1;

	tree_dir(dir);
	(void)snprintf(path, sizeof(path), "%s/subsystem", dir);
	(void)snprintf(target, sizeof(target), "/sys/bus/%s", bus);
	tree_link(path, target);
	(void)snprintf(path, sizeof(path), "sys/bus/%s/devices/%s", bus, name);
	(void)snprintf(target, sizeof(target), "../../../%s", dir + strlen("sys/"));
	tree_link(path, target);
	if (!netdev)
		return;
	(void)snprintf(path, sizeof(path), "%s/net/%s/device", dir, netdev);
	(void)snprintf(target, sizeof(target), "../../../%s", name);
	tree_link(path, target);
	(void)snprintf(path, sizeof(path), "sys/class/net/%s", netdev);
	(void)snprintf(target, sizeof(target), "/%s/net/%s", dir, netdev);
	tree_link(path, target);
}

static void attributes(const char *dir, const char *class, const char *vendor, const char *id,
	const char *node)
{
	const struct {
		const char *name, *text;
	} all[] = {{"class", class}, {"vendor", vendor}, {"device", id}, {"numa_node", node}};
	char path[256];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, all[i].name);
		tree_file(path, all[i].text, 0444);
	}
}

/* A PF with a VF and a scalable function; a veth; NICs on virtio, USB and vmbus. */
static int set_up(void **state)
{
	if (tree_set_up(state) < 0)
		return -1;
	device("pci", PF, "ens1f0");
	attributes(PF, "0x020000\n", "0x15b3\n", "0x1021\n", "1\n");
	tree_link(PF "/virtfn2", "../0000:3b:02.1");
	tree_link(PF "/driver", "../../../../bus/pci/drivers/mlx5_core");
	device("pci", VF, NULL);
	tree_link(VF "/physfn", "../0000:3b:00.0");
	device("auxiliary", PF "/mlx5_core.eth.0", NULL);
	device("auxiliary", SF, "enp59s0f0s4");
	tree_link(SF "/driver", "../../../../../bus/auxiliary/drivers/mlx5_core.sf");
	tree_dir(VETH);
	tree_link("sys/class/net/veth7", "../../devices/virtual/net/veth7");
	device("pci", VIRTIO_PCI, NULL);
	attributes(VIRTIO_PCI, "0x020000\n", "0x1af4\n", "0x1041\n", "0\n");
	device("virtio", VIRTIO, "enp0s3");
	device("usb", USB, "enx001122");
	device("vmbus", VMBUS, "eth7");
	return 0;
}

static void stands(const char *bus, const char *device_name, const char *pci, const char *device,
	int64_t node)
{
	struct bus_place p;

	assert_int_equal(bus_place(tree_root, bus, device_name, &p), 0);
	assert_string_equal(p.pci, pci);
	assert_string_equal(p.device, device);
	assert_string_equal(p.bus, bus);
	assert_int_equal(p.numa_node, node);
}

static void places(void **state)
{
	struct bus_place p = {.pci = "x"};

	(void)state;
	stands("pci", "0000:3b:00.0", "0000:3b:00.0", "", 1);
	stands("virtio", "virtio3", "0000:00:03.0", "virtio3", 0);
	stands("auxiliary", "mlx5_core.sf.4", "0000:3b:00.0", "mlx5_core.sf.4", 1);
	stands("usb", "2-1:1.0", "0000:00:14.0", "2-1:1.0", CODEC_ABSENT);
	stands("vmbus", "f5a2b6", "", "f5a2b6", CODEC_ABSENT);
	tree_file(VMBUS "/numa_node", "1\n", 0444);
	stands("vmbus", "f5a2b6", "", "f5a2b6", 1);
	assert_int_equal(bus_place(tree_root, "virtio", "virtio4", &p), -ENOENT);
	assert_string_equal(p.pci, "x");
}

static void places_of_links(void **state)
{
	static const struct {
		const char *link, *pci, *device, *bus;
		bool own;
	} cases[] = {{"ens1f0", "0000:3b:00.0", "", "pci", true},
		{"enp0s3", "0000:00:03.0", "virtio3", "virtio", true},
		{"enp59s0f0s4", "0000:3b:00.0", "mlx5_core.sf.4", "auxiliary", false},
		{"enx001122", "0000:00:14.0", "2-1:1.0", "usb", true},
		{"eth7", "", "f5a2b6", "vmbus", false}};
	struct bus_place p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(bus_place_of(tree_root, "net", cases[i].link, &p), 0);
		assert_string_equal(p.pci, cases[i].pci);
		assert_string_equal(p.device, cases[i].device);
		assert_string_equal(p.bus, cases[i].bus);
		assert_int_equal(bus_is_own(&p), cases[i].own);
	}
	assert_int_equal(bus_place_of(tree_root, "net", "veth7", &p), -ENOENT);
	assert_int_equal(bus_place_of(tree_root, "net", "none", &p), -ENOENT);
}

static void names_of_auxiliary_devices(void **state)
{
	static const char *const good[] = {"mlx5_core.sf.4", "mlx5_core.sf.1048575", "ice.sf.0",
		"i-dont-know.this.12"};
	static const char *const bad[] = {"", "0000:3b:00.0", "mlx5_core.sf", "mlx5_core.sf.",
		"mlx5_core..4", ".sf.4", "mlx5_core.sf.4x", "../sf.4", "a.b/c.4", "a b.c.4", "a.4",
		"virtio3", "a-name-that-is-longer-than-what-the-kernel-gives-to-any-of-them.sf.4"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!bus_is_auxiliary(good[i]))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (bus_is_auxiliary(bad[i]))
			fail_msg("%s is taken", bad[i]);
}

static void a_scalable_function(void **state)
{
	struct err e = ERR_INIT;
	struct pci_device d;

	(void)state;
	assert_int_equal(bus_read_auxiliary(tree_root, "mlx5_core.sf.4", &d, &e), 0);
	assert_string_equal(d.address, "");
	assert_string_equal(d.pf, "0000:3b:00.0");
	assert_string_equal(d.driver, "mlx5_core.sf");
	assert_int_equal(d.kind, DRIVER_BIFURCATED);
	assert_int_equal(d.numa_node, 1);
	assert_int_equal(d.vendor, 0x15b3);
	assert_int_equal(d.num_vfs, 0); /* those are the PF's */
	assert_true(d.vf == CODEC_ABSENT);
	assert_int_equal(bus_read_auxiliary(tree_root, "mlx5_core.sf.5", &d, &e), -ENODEV);
	assert_error(e, ERR_DEVICE, "auxiliary device mlx5_core.sf.5: there is none");
	/* One that is unbound has a driver by its name. */
	tree_dir("sys/bus/auxiliary/devices/mlx5_core.sf.6");
	assert_int_equal(bus_read_auxiliary(tree_root, "mlx5_core.sf.6", &d, NULL), 0);
	assert_string_equal(d.driver, "mlx5_core.sf");
	assert_string_equal(d.pf, "");
	assert_true(d.numa_node == CODEC_ABSENT);
}

static void has_netdev(const char *bus, const char *device_name, const char *netdev)
{
	char buf[BUS_NETDEV];

	bus_netdev(tree_root, bus, device_name, buf);
	assert_string_equal(buf, netdev);
}

static void interfaces_of_devices(void **state)
{
	(void)state;
	has_netdev("pci", "0000:3b:00.0", "ens1f0");
	has_netdev("pci", "0000:3b:02.1", ""); /* not physfn's */
	has_netdev("pci", "0000:00:03.0", "enp0s3");
	has_netdev("virtio", "virtio3", "enp0s3");
	has_netdev("auxiliary", "mlx5_core.sf.4", "enp59s0f0s4");
	has_netdev("auxiliary", "mlx5_core.sf.5", "");
	/* The PF has none of its own, say in switchdev mode: a scalable function's is not the PF's. */
	device("pci", ROOT_PORT "/0000:3b:00.1", NULL);
	device("auxiliary", ROOT_PORT "/0000:3b:00.1/mlx5_core.sf.7", "enp59s0f1s7");
	has_netdev("pci", "0000:3b:00.1", "");
}

static void resolves(const char *path, const char *want_address, const char *want_netdev)
{
	char address[PCIADDR_LEN], netdev[BUS_NETDEV];
	struct err e = ERR_INIT;

	if (bus_resolve_path(tree_root, path, address, netdev, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(address, want_address);
	assert_string_equal(netdev, want_netdev);
}

static void paths_of_devices(void **state)
{
	(void)state;
	resolves("/" PF, "0000:3b:00.0", "");
	resolves("/" VF, "0000:3b:02.1", "");
	resolves("/sys/bus/pci/devices/0000:3b:02.1", "0000:3b:02.1", "");
	resolves("/sys/class/net/ens1f0/device", "0000:3b:00.0", "");
	resolves("/" PF "/virtfn2", "0000:3b:02.1", ""); /* of the tree, though it has no netdev */
	resolves("/" PF "/net/../../0000:3b:02.1", "0000:3b:02.1", "");
}

static void paths_of_links(void **state)
{
	(void)state;
	resolves("/sys/class/net/veth7", "", "veth7");
	resolves("/" VETH, "", "veth7");
	resolves("/" VETH "/", "", "veth7");
	resolves("/sys/class/net/ens1f0", "", "ens1f0");
	resolves("/" VIRTIO, "", "enp0s3");
}

static void paths_that_lead_nowhere(void **state)
{
	static const char *const bad[] = {"/sys/devices/none", "/etc", "/", "", "/sys",
		"/sys/devices", "/sys/class/net", "/" PF "/class", "/" ROOT_PORT "/nothing/..",
		"/sys/devices/../../etc", "/evil", "/evil/0000:3b:00.0", "/loop",
		"/sys/devices-of-mine/0000:3b:00.0", "/sys/devices/virtual/net"};

	(void)state;
	tree_dir("etc");
	tree_dir("outside");
	tree_dir("outside/0000:3b:00.0");
	tree_link("evil", "/outside");
	tree_link("loop", "loop");
	tree_dir("sys/devices-of-mine");
	tree_dir("sys/devices-of-mine/0000:3b:00.0");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char address[PCIADDR_LEN] = "?", netdev[BUS_NETDEV] = "?";
		struct err e = ERR_INIT;

		if (bus_resolve_path(tree_root, bad[i], address, netdev, &e) >= 0)
			fail_msg("%s resolves to \"%s\" \"%s\"", bad[i], address, netdev);
		assert_error(e, ERR_DEVICE, "kernelpath");
		assert_string_equal(address, "");
		assert_string_equal(netdev, "");
	}
}

/* Which of them is meant? Not for us to say. */
static void a_path_of_two_links(void **state)
{
	char address[PCIADDR_LEN], netdev[BUS_NETDEV];
	struct err e = ERR_INIT;

	(void)state;
	tree_dir("sys/devices/virtual/net/veth8");
	assert_true(bus_resolve_path(tree_root, "/sys/devices/virtual", address, netdev, &e) < 0);
	assert_error(e, ERR_DEVICE, "more than one network device");
	assert_string_equal(netdev, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places),
		TEST(places_of_links),
		TEST(names_of_auxiliary_devices),
		TEST(a_scalable_function),
		TEST(interfaces_of_devices),
		TEST(paths_of_devices),
		TEST(paths_of_links),
		TEST(paths_that_lead_nowhere),
		TEST(a_path_of_two_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
