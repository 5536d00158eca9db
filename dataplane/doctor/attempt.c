/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child does what may end in SIGBUS; nothing it makes has a name (or, shared memory, it is marked
 * for removal before the first touch), so that whatever becomes of it, nothing stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"
#include "file.h"

static unsigned int size_flag(uint64_t size)
{
	/* MAP_HUGE_SHIFT, SHM_HUGE_SHIFT and MFD_HUGE_SHIFT are the same */
	return (unsigned int)__builtin_ctzll(size) << 26;
}

static int touch(void *p, struct outcome *out)
{
	out->stage = STAGE_TOUCH;
	*(volatile char *)p = 1;
	return 0;
}

static int map_touch(uint64_t size, int flags, int fd, struct outcome *out)
{
	out->stage = STAGE_MAP;
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	return p == MAP_FAILED ? -errno : touch(p, out);
}

static int by_shmget(int root, uint64_t size, const char *mount, struct outcome *out)
{
	int id = shmget(IPC_PRIVATE, size, SHM_HUGETLB | (int)size_flag(size) | 0600), r;

	(void)root;
	(void)mount;
	if (id < 0)
		return -errno;
	out->stage = STAGE_MAP;
	void *p = shmat(id, NULL, 0);

	r = p == (void *)-1 ? -errno : 0;
	(void)shmctl(id, IPC_RMID, NULL);
	return r < 0 ? r : touch(p, out);
}

static int by_file(int root, uint64_t size, const char *mount, struct outcome *out)
{
	int fd = mount ? file_open(root, mount, O_TMPFILE | O_EXCL | O_RDWR, 0600, FILE_IN_ROOT)
		       : -ENOENT;

	return fd < 0 ? fd : map_touch(size, MAP_SHARED, fd, out);
}

static int by_mmap(int root, uint64_t size, const char *mount, struct outcome *out)
{
	(void)root;
	(void)mount;
	return map_touch(size, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (int)size_flag(size), -1,
		out);
}

static int by_memfd(int root, uint64_t size, const char *mount, struct outcome *out)
{
	int fd = (int)syscall(SYS_memfd_create, "dpdk-pod",
		MFD_CLOEXEC | MFD_HUGETLB | size_flag(size));

	(void)root;
	(void)mount;
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return -errno;
	return map_touch(size, MAP_SHARED, fd, out);
}

const struct attempt_kind attempt_kinds[ATTEMPT_KINDS] = {
	[ATTEMPT_SHMGET] = {"shmget", "shmget(SHM_HUGETLB)", by_shmget},
	[ATTEMPT_FILE] = {"file", "a file on hugetlbfs", by_file},
	[ATTEMPT_MMAP] = {"mmap", "mmap(MAP_HUGETLB)", by_mmap},
	[ATTEMPT_MEMFD] = {"memfd", "memfd_create(MFD_HUGETLB)", by_memfd},
};

struct outcome attempt(size_t kind, int root, uint64_t size, const char *mount)
{
	struct outcome o = {.err = ENOMEM}, *shared;
	int status = 0;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		0);
	if (shared == MAP_FAILED)
		return o;
	pid_t pid = fork();

	if (pid == 0) {
		/* SIGBUS is an answer, not a report of a sanitizer */
		(void)signal(SIGBUS, SIG_DFL);
		shared->err = -attempt_kinds[kind].run(root, size, mount, shared);
		_exit(0);
	}
	if (pid < 0)
		shared->err = errno;
	else
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (WIFSIGNALED(status))
		shared->signal = WTERMSIG(status);
	o = *shared;
	(void)munmap(shared, sizeof(*shared));
	return o;
}
