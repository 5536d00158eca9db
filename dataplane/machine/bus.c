/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus.h"
#include "codec.h"
#include "file.h"
#include "mem.h"

#define PATH_SIZE 192

/* The real path of a directory below the root, as the kernel spells it. */
static int real_path(int rootfd, const char *path, char *buf, size_t size)
{
	char self[FILE_FD_PATH], root[PATH_MAX], *p = buf;
	auto_close int fd = file_open(rootfd, path, O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (fd < 0)
		return fd;
	ssize_t m = readlink(file_fd_path(rootfd, self), root, sizeof(root) - 1);
	ssize_t n = readlink(file_fd_path(fd, self), buf, size - 1);

	if (m < 0 || n < 0)
		return -errno;
	buf[n] = '\0';
	/* Below a root of another name the prefix goes. */
	if (m > 1 && strncmp(buf, root, (size_t)m) == 0)
		memmove(p, buf + m, (size_t)(n - m) + 1);
	return 0;
}

/* The PCI device that is the nearest to the end of the path. */
static void nearest_pci(char *real, char pci[static PCIADDR_LEN])
{
	for (char *slash = strrchr(real, '/'); slash; slash = strrchr(real, '/')) {
		if (pciaddr_valid(slash + 1)) {
			(void)snprintf(pci, PCIADDR_LEN, "%.23s", slash + 1);
			return;
		}
		*slash = '\0';
	}
	pci[0] = '\0';
}

static int64_t node_at(int rootfd, const char *path)
{
	int64_t node;

	return file_read_int(rootfd, path, &node) == 0 && node >= 0 ? node : CODEC_ABSENT;
}

static int place(int rootfd, const char *path, struct bus_place *ret)
{
	char real[PATH_MAX], below[PATH_SIZE], pci[PCI_PATH];
	struct bus_place p;
	int r = real_path(rootfd, path, real, sizeof(real));

	if (r < 0)
		return r;
	(void)snprintf(p.device, sizeof(p.device), "%.63s", strrchr(real, '/') + 1);
	nearest_pci(real, p.pci);
	if (strcmp(p.pci, p.device) == 0)
		p.device[0] = '\0';
	(void)snprintf(below, sizeof(below), "%.170s/subsystem", path);
	if (file_link_base(rootfd, below, p.bus, sizeof(p.bus)) < 0)
		p.bus[0] = '\0';
	(void)snprintf(below, sizeof(below), "%.170s/numa_node", path);
	p.numa_node = node_at(rootfd, below);
	if (p.numa_node == CODEC_ABSENT && p.pci[0])
		p.numa_node = node_at(rootfd, pci_path(p.pci, "numa_node", pci));
	*ret = p;
	return 0;
}

static const char *device_path(const char *bus, const char *device, char buf[static PATH_SIZE])
{
	(void)snprintf(buf, PATH_SIZE, "/sys/bus/%.31s/devices/%.63s", bus, device);
	return buf;
}

int bus_place(int rootfd, const char *bus, const char *device, struct bus_place *ret)
{
	char path[PATH_SIZE];
	int r = place(rootfd, device_path(bus, device, path), ret);

	if (r == 0)
		(void)snprintf(ret->bus, sizeof(ret->bus), "%.31s", bus);
	return r;
}

DIR *bus_open(int rootfd, const char *bus, const char *device, const char *name)
{
	char path[PATH_SIZE], below[PATH_SIZE + 64];

	(void)snprintf(below, sizeof(below), "%s/%.62s", device_path(bus, device, path), name);
	return file_opendir(rootfd, below);
}

int bus_place_of(int rootfd, const char *class, const char *name, struct bus_place *ret)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "/sys/class/%.31s/%.63s/device", class, name);
	return place(rootfd, path, ret);
}

bool bus_is_own(const struct bus_place *p)
{
	return p->pci[0] && strcmp(p->bus, BUS_AUXILIARY) != 0;
}

/* "driver.kind.number", as auxiliary_device_add() makes it. */
bool bus_is_auxiliary(const char *name)
{
	const char *last = strrchr(name, '.');
	const char *first = strchr(name, '.');
	const size_t n = strlen(name);

	if (!last || first == name || first + 1 >= last || n >= BUS_DEVICE || !last[1])
		return false;
	for (const char *p = name; p < last; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.", *p))
			return false;
	return strspn(last + 1, "0123456789") == strlen(last + 1);
}

/* A name begins with its driver's: mlx5_core.sf of mlx5_core.sf.4. */
static void driver_of_auxiliary(int dev, const char *name, char buf[static PCI_DRIVER])
{
	if (file_link_base(dev, "driver", buf, PCI_DRIVER) < 0)
		(void)snprintf(buf, PCI_DRIVER, "%.*s", (int)(strrchr(name, '.') - name), name);
}

int bus_read_auxiliary(int rootfd, const char *name, struct pci_device *ret, struct err *e)
{
	struct pci_device d = {.numa_node = CODEC_ABSENT};
	struct bus_place p;
	char path[PATH_SIZE];
	struct stat st;
	auto_close int dev = file_open(rootfd, device_path(BUS_AUXILIARY, name, path),
		O_PATH | O_DIRECTORY, 0, FILE_IN_ROOT);

	if (dev < 0) {
		int r = err_set(e, ERR_DEVICE, ENODEV,
			"auxiliary device %s: there is none on this machine", name);

		err_remedy(e,
			"compare with ls /sys/bus/auxiliary/devices; devlink port add makes scalable "
			"functions");
		return r;
	}
	if (bus_place(rootfd, BUS_AUXILIARY, name, &p) == 0 && p.pci[0])
		(void)pci_read(rootfd, p.pci, &d, NULL);
	memcpy(d.pf, d.address, sizeof(d.pf));
	d.address[0] = '\0';
	d.vf = d.iommu_group = CODEC_ABSENT;
	d.num_vfs = 0;
	d.inode = fstat(dev, &st) == 0 ? (int64_t)st.st_ino : 0;
	driver_of_auxiliary(dev, name, d.driver);
	d.kind = driver_kind(d.driver);
	*ret = d;
	return 0;
}

static void first_netdev(int dir, const char *path, char buf[static BUS_NETDEV])
{
	auto_dir DIR *d = file_opendir(dir, path);
	const char *name = d ? file_next(d) : NULL;

	(void)snprintf(buf, BUS_NETDEV, "%.15s", name ? name : "");
}

void bus_netdev(int rootfd, const char *bus, const char *device, char buf[static BUS_NETDEV])
{
	char path[PATH_SIZE], below[300];
	auto_close int dev = file_open(rootfd, device_path(bus, device, path),
		O_RDONLY | O_DIRECTORY, 0, FILE_IN_ROOT);

	buf[0] = '\0';
	if (dev < 0)
		return;
	first_netdev(dev, "net", buf);
	auto_dir DIR *d = buf[0] ? NULL : file_opendir(dev, ".");

	for (const char *name; d && !buf[0] && (name = file_next(d));) {
		struct stat st;

		/* Symbolic links (physfn) and PCI devices are others; of the auxiliary bus are many. */
		if (fstatat(dev, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
			bus_is_auxiliary(name) || pciaddr_valid(name))
			continue;
		(void)snprintf(below, sizeof(below), "%s/net", name);
		first_netdev(dev, below, buf);
	}
}

/* -EEXIST: there are several, and nothing tells which is meant. */
static int only_netdev(int rootfd, const char *path, char netdev[static BUS_NETDEV])
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/net", path) >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	auto_dir DIR *d = file_opendir(rootfd, dir);
	int r = d ? -ENOENT : -errno;

	for (const char *name; d && r != -EEXIST && (name = file_next(d));)
		if (strlen(name) < 16) {
			(void)snprintf(netdev, 16, "%.15s", name);
			r = r == 0 ? -EEXIST : 0;
		}
	if (r < 0)
		netdev[0] = '\0';
	return r;
}

int bus_resolve_path(int rootfd, const char *path, char address[static PCIADDR_LEN],
	char netdev[static BUS_NETDEV], struct err *e)
{
	char real[PATH_MAX];
	int r = real_path(rootfd, path, real, sizeof(real));

	address[0] = netdev[0] = '\0';
	if (r == 0 && strncmp(real, "/sys/devices/", 13) != 0)
		r = -EINVAL;
	if (r < 0) {
		r = err_sys(e, ERR_DEVICE, -r, "kernelpath %s", path);
		err_remedy(e,
			"name a device's directory below /sys/devices, as readlink -f "
			"/sys/class/net/<name>/device shows it");
		return r;
	}
	char *base = strrchr(real, '/') + 1;

	if (pciaddr_valid(base)) {
		(void)snprintf(address, PCIADDR_LEN, "%.23s", base);
		return 0;
	}
	/* …/net/<name> is a network device itself; anything else has them in its net folder. */
	if (base - real > 5 && strncmp(base - 5, "/net/", 5) == 0 && strlen(base) < 16) {
		(void)snprintf(netdev, 16, "%.15s", base);
		return 0;
	}
	r = only_netdev(rootfd, real, netdev);
	if (r == 0)
		return 0;
	if (r == -EEXIST)
		return err_set(e, ERR_DEVICE, ENODEV,
			"kernelpath %s: it has more than one network device", path);
	return err_set(e, ERR_DEVICE, ENODEV, "kernelpath %s: it has no network device here", path);
}
