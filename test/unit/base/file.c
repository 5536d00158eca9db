/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "test.h"

static char top[256]; /* a fresh directory for each test */
static int dir;       /* "inside" in it, what the module is given */

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	(void)snprintf(top, sizeof(top), "%s/dpdk-cni-test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(top))
		return -1;
	int fd = open(top, O_RDONLY | O_DIRECTORY);

	if (fd < 0 || mkdirat(fd, "inside", 0755) < 0)
		return -1;
	dir = openat(fd, "inside", O_RDONLY | O_DIRECTORY);
	return close(fd) < 0 || dir < 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return close(dir) < 0 || nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 ? -1 : 0;
}

static void put(const char *path, const char *text)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void assert_holds(const char *path, const char *text)
{
	char *got = NULL;

	assert_int_equal(file_read(dir, path, FILE_IN_ROOT, 1 << 20, &got, NULL), 0);
	assert_string_equal(got, text);
	free(got);
}

static int try(const char *path, int flags, enum file_trust trust)
{
	int fd = file_open(dir, path, flags, 0644, trust);

	if (fd >= 0) {
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(close(fd), 0);
		return 0;
	}
	return fd;
}

static void paths_start_at_the_directory(void **state)
{
	(void)state;
	assert_int_equal(mkdirat(dir, "a", 0755), 0);
	put("a/f", "x");
	for (int trust = FILE_IN_ROOT; trust <= (int)FILE_STRICT; trust++) {
		assert_int_equal(try("a/f", O_RDONLY, trust), 0);
		assert_int_equal(try("/a/f", O_RDONLY, trust), 0);
		assert_int_equal(try("//a//f", O_RDONLY, trust), 0);
		assert_int_equal(try("a/../a/./f", O_RDONLY, trust), 0);
		assert_int_equal(try("", O_RDONLY | O_DIRECTORY, trust), 0);
		assert_int_equal(try("/", O_RDONLY | O_DIRECTORY, trust), 0);
		assert_int_equal(try("a/g", O_RDONLY, trust), -ENOENT);
		assert_int_equal(try("/etc/passwd", O_RDONLY, trust), -ENOENT);
		assert_int_equal(try("a/f/g", O_RDONLY, trust), -ENOTDIR);
	}
	assert_int_equal(file_open(-1, "a", O_RDONLY, 0, FILE_STRICT), -EBADF);
}

static void nothing_above_the_directory(void **state)
{
	char text[64];

	(void)state;
	put("../secret", "s");
	/* In a root, ".." of the root is the root. */
	assert_int_equal(try("../secret", O_RDONLY, FILE_IN_ROOT), -ENOENT);
	assert_int_equal(symlinkat("../secret", dir, "up"), 0);
	assert_int_equal(try("up", O_RDONLY, FILE_IN_ROOT), -ENOENT);
	assert_int_equal(symlinkat("/etc/passwd", dir, "abs"), 0);
	assert_int_equal(try("abs", O_RDONLY, FILE_IN_ROOT), -ENOENT);
	(void)snprintf(text, sizeof(text), "/proc/self/fd/%d", dir);
	assert_int_equal(symlinkat(text, dir, "magic"), 0);
	assert_int_not_equal(try("magic/../secret", O_RDONLY, FILE_IN_ROOT), 0);
}

static void strict_leads_nowhere_above(void **state)
{
	(void)state;
	put("../secret", "s");
	put("f", "x");
	assert_int_equal(mkdirat(dir, "a", 0755), 0);
	assert_int_equal(try("../secret", O_RDONLY, FILE_STRICT), -EXDEV);
	assert_int_equal(try("/../secret", O_RDONLY, FILE_STRICT), -EXDEV);
	assert_int_equal(try("..", O_RDONLY, FILE_STRICT), -EXDEV);
	assert_int_equal(try("a/../../secret", O_RDONLY, FILE_STRICT), -EXDEV);
	assert_int_equal(try("/f", O_RDONLY, FILE_STRICT), 0);
	assert_int_equal(try("f/", O_RDONLY, FILE_STRICT), -ENOTDIR);
	assert_int_equal(try("f/g", O_RDONLY, FILE_STRICT), -ENOTDIR);
	assert_int_equal(try("a//", O_RDONLY | O_DIRECTORY, FILE_STRICT), 0);
	assert_int_equal(try("", O_RDONLY | O_DIRECTORY, FILE_STRICT), 0);
	assert_int_equal(try("a/none", O_RDONLY, FILE_STRICT), -ENOENT);
}

static void in_root_follows_symlinks_inside(void **state)
{
	(void)state;
	assert_int_equal(mkdirat(dir, "a", 0755), 0);
	put("a/f", "x");
	assert_int_equal(symlinkat("f", dir, "a/relative"), 0);
	assert_int_equal(symlinkat("/a/f", dir, "absolute"), 0);
	assert_int_equal(try("a/relative", O_RDONLY, FILE_IN_ROOT), 0);
	assert_int_equal(try("absolute", O_RDONLY, FILE_IN_ROOT), 0);
	assert_holds("absolute", "x");
}

static void strict_refuses_symlinks_at_every_level(void **state)
{
	(void)state;
	assert_int_equal(mkdirat(dir, "a", 0755), 0);
	assert_int_equal(mkdirat(dir, "a/b", 0755), 0);
	put("a/b/f", "x");
	assert_int_equal(symlinkat("a", dir, "first"), 0);
	assert_int_equal(symlinkat("b", dir, "a/middle"), 0);
	assert_int_equal(symlinkat("f", dir, "a/b/last"), 0);
	assert_int_equal(symlinkat("nowhere", dir, "dangling"), 0);

	assert_int_equal(try("a/b/f", O_RDONLY, FILE_STRICT), 0);
	assert_int_equal(try("first/b/f", O_RDONLY, FILE_STRICT), -ELOOP);
	assert_int_equal(try("a/middle/f", O_RDONLY, FILE_STRICT), -ELOOP);
	assert_int_equal(try("a/b/last", O_RDONLY, FILE_STRICT), -ELOOP);
	assert_int_equal(try("a/b/last", O_PATH, FILE_STRICT), -ELOOP);
	assert_int_equal(try("a/b/last", O_PATH | O_NOFOLLOW, FILE_STRICT), 0);
	assert_int_equal(try("dangling", O_RDONLY, FILE_STRICT), -ELOOP);
	assert_int_equal(try("dangling", O_WRONLY | O_CREAT, FILE_STRICT), -ELOOP);
	assert_int_equal(faccessat(dir, "nowhere", F_OK, 0), -1);
	/* The same paths are fine where symlinks are. */
	assert_int_equal(try("first/middle/last", O_RDONLY, FILE_IN_ROOT), 0);
}

static void read_knows_its_cap(void **state)
{
	char *got = (char *)"untouched";
	size_t len = 77;

	(void)state;
	put("f", "0123456789");
	assert_int_equal(file_read(dir, "f", FILE_STRICT, 9, &got, &len), -EFBIG);
	assert_string_equal(got, "untouched");
	assert_int_equal(len, 77);
	assert_int_equal(file_read(dir, "f", FILE_STRICT, 10, &got, &len), 0);
	assert_int_equal(len, 10);
	assert_string_equal(got, "0123456789");
	free(got);
	put("f", "");
	assert_int_equal(file_read(dir, "f", FILE_STRICT, 0, &got, &len), 0);
	assert_int_equal(len, 0);
	assert_string_equal(got, "");
	free(got);
	assert_int_equal(file_read(dir, "none", FILE_STRICT, 10, &got, &len), -ENOENT);
	assert_int_equal(file_read(dir, ".", FILE_STRICT, 10, &got, &len), -EISDIR);
}

static void read_grows_and_ends_in_a_nul(void **state)
{
	static const size_t sizes[] = {4094, 4095, 4096, 4097, 8191, 8192, 100000};
	char *got;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *big = test_malloc(sizes[i] + 1);

		memset(big, 'b', sizes[i]);
		big[sizes[i]] = '\0';
		put("f", big);
		assert_int_equal(file_read(dir, "f", FILE_STRICT, sizes[i], &got, &len), 0);
		assert_int_equal(len, sizes[i]);
		assert_string_equal(got, big);
		free(got);
		assert_int_equal(file_read(dir, "f", FILE_STRICT, sizes[i] - 1, &got, &len),
			-EFBIG);
		test_free(big);
	}
}

/* Someone who plants a FIFO must not hold a reader up. */
static void read_does_not_wait_for_a_fifo(void **state)
{
	char *got = NULL, line[8];

	(void)state;
	assert_int_equal(mkfifoat(dir, "fifo", 0644), 0);
	(void)alarm(5);
	assert_int_equal(file_read(dir, "fifo", FILE_STRICT, 10, &got, NULL), 0);
	assert_string_equal(got, "");
	free(got);
	assert_int_equal(file_read_line(dir, "fifo", line, sizeof(line)), 0);
	(void)alarm(0);
}

static void lines_and_numbers(void **state)
{
	static const struct {
		const char *text, *line;
		int r;
		int64_t v;
	} cases[] = {
		{"12\n", "12", 0, 12},
		{"12", "12", 0, 12},
		{"-1\n", "-1", 0, -1},
		{"0x8086\n", "0x8086", 0, 0x8086},
		{"7 \t\n", "7", 0, 7},
		{"1\n2\n", "1", 0, 1},
		{"9223372036854775807\n", "9223372036854775807", 0, INT64_MAX},
		{"-9223372036854775808", "-9223372036854775808", 0, INT64_MIN},
		{"9223372036854775808\n", "9223372036854775808", -EINVAL, 0},
		{"-9223372036854775809\n", "-9223372036854775809", -EINVAL, 0},
		{"", "", -EINVAL, 0},
		{"\n", "", -EINVAL, 0},
		{"  \n", "", -EINVAL, 0},
		{"x\n", "x", -EINVAL, 0},
		{"12x\n", "12x", -EINVAL, 0},
		{"1 2\n", "1 2", -EINVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[64];
		int64_t v = 4711;

		put("f", cases[i].text);
		assert_int_equal(file_read_line(dir, "f", line, sizeof(line)), 0);
		assert_string_equal(line, cases[i].line);
		if (file_read_int(dir, "f", &v) != cases[i].r)
			fail_msg("\"%s\" is a number or is none", cases[i].line);
		assert_true(v == (cases[i].r ? 4711 : cases[i].v));
	}
	int64_t v;

	assert_int_equal(file_read_int(dir, "none", &v), -ENOENT);
}

static void a_line_fits_its_buffer(void **state)
{
	char buf[6] = "?????";

	(void)state;
	put("f", "123456789\n");
	assert_int_equal(file_read_line(dir, "f", buf, 5), 0);
	assert_string_equal(buf, "1234");
	assert_int_equal(buf[5], '\0');
}

static void attributes_exist_or_fail(void **state)
{
	(void)state;
	assert_int_equal(file_write_attr(dir, "attr", "1"), -ENOENT);
	put("attr", "0");
	assert_int_equal(file_write_attr(dir, "attr", "1"), 0);
	assert_holds("attr", "1");
	assert_int_equal(file_write_attr(dir, ".", "1"), -EISDIR);
}

static void replace_writes_and_replaces(void **state)
{
	struct stat st;
	mode_t old = umask(077);

	(void)state;
	assert_int_equal(file_replace(dir, "f", "f.tmp", "one", 3, 0644), 0);
	(void)umask(old);
	assert_holds("f", "one");
	/* Others must be able to read it, whatever the umask. */
	assert_int_equal(fstatat(dir, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "", 0, 0600), 0);
	assert_holds("f", "");
	assert_int_equal(fstatat(dir, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(faccessat(dir, "f.tmp", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

/* Whoever has the old file open keeps it whole: it is replaced, never rewritten. */
static void replace_makes_a_new_file(void **state)
{
	char *got;

	(void)state;
	put("f", "old");
	int fd = openat(dir, "f", O_RDONLY);

	assert_int_equal(file_replace(dir, "f", "f.tmp", "new text", 8, 0644), 0);
	assert_int_equal(file_read_fd(fd, 100, &got, NULL), 0);
	assert_string_equal(got, "old");
	free(got);
	assert_int_equal(close(fd), 0);
	assert_holds("f", "new text");
}

static atomic_int stop;
static atomic_int reads;

/* Every look finds the whole file of one writer. */
static void *keep_reading(void *fault)
{
	while (!stop) {
		char *got = NULL;
		size_t len;
		int r = file_read(dir, "f", FILE_STRICT, 1 << 20, &got, &len);

		if (r != 0 || len != 50000 || strspn(got, got[0] == 'a' ? "a" : "b") != len)
			*(atomic_int *)fault = r ? r : 1;
		free(got);
		reads++;
	}
	return NULL;
}

static void replace_is_atomic(void **state)
{
	char *text[2] = {test_malloc(50000), test_malloc(50000)};
	atomic_int fault = 0;
	pthread_t reader;

	(void)state;
	memset(text[0], 'a', 50000);
	memset(text[1], 'b', 50000);
	assert_int_equal(file_replace(dir, "f", "f.tmp", text[0], 50000, 0644), 0);
	stop = 0;
	reads = 0;
	assert_int_equal(pthread_create(&reader, NULL, keep_reading, &fault), 0);
	for (int i = 0; i < 500 || (reads < 200 && i < 50000); i++)
		if (file_replace(dir, "f", "f.tmp", text[i % 2], 50000, 0644) != 0)
			fault = 2;
	stop = 1;
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(fault, 0);
	assert_true(reads >= 200);
	test_free(text[0]);
	test_free(text[1]);
}

static void replace_removes_a_planted_temporary(void **state)
{
	struct stat st;

	(void)state;
	put("../victim", "precious");

	/* a symlink out of the directory */
	assert_int_equal(symlinkat("../victim", dir, "f.tmp"), 0);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "1", 1, 0644), 0);
	assert_holds("f", "1");
	/* a second name of another file */
	assert_int_equal(linkat(dir, "../victim", dir, "f.tmp", 0), 0);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "2", 1, 0644), 0);
	assert_holds("f", "2");
	/* a FIFO that nobody reads */
	assert_int_equal(mkfifoat(dir, "f.tmp", 0644), 0);
	(void)alarm(5);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "3", 1, 0644), 0);
	(void)alarm(0);
	assert_holds("f", "3");
	assert_int_equal(fstatat(dir, "f", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_nlink, 1);
	/* a leftover */
	put("f.tmp", "half a fi");
	assert_int_equal(file_replace(dir, "f", "f.tmp", "4", 1, 0644), 0);
	assert_holds("f", "4");
	/* a directory cannot be removed so: it fails, and the old file stays */
	assert_int_equal(mkdirat(dir, "f.tmp", 0755), 0);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "5", 1, 0644), -EISDIR);
	assert_holds("f", "4");

	int fd = openat(dir, "../victim", O_RDONLY);
	char *got;

	assert_int_equal(file_read_fd(fd, 100, &got, NULL), 0);
	assert_string_equal(got, "precious");
	free(got);
	assert_int_equal(close(fd), 0);
}

/* Puts a second name of the victim where the temporary will be, again and again. */
static void *keep_planting(void *unused)
{
	while (!stop)
		(void)linkat(dir, "../victim", dir, "f.tmp", 0);
	return unused;
}

static void replace_loses_no_race_to_a_planter(void **state)
{
	pthread_t planter;
	char *got;
	int refused = 0, wrong = 0;

	(void)state;
	put("../victim", "precious");
	put("f", "old");
	stop = 0;
	assert_int_equal(pthread_create(&planter, NULL, keep_planting, NULL), 0);
	for (int i = 0; i < 2000 || (!refused && i < 20000); i++) {
		int r = file_replace(dir, "f", "f.tmp", "new", 3, 0644);

		refused += r == -EEXIST;
		wrong += r != 0 && r != -EEXIST;
	}
	stop = 1;
	assert_int_equal(pthread_join(planter, NULL), 0);
	assert_int_equal(wrong, 0);

	int fd = openat(dir, "../victim", O_RDONLY);

	assert_int_equal(file_read_fd(fd, 100, &got, NULL), 0);
	assert_string_equal(got, "precious");
	free(got);
	assert_int_equal(close(fd), 0);
}

static void replace_does_not_follow_the_name(void **state)
{
	struct stat st;

	(void)state;
	put("../victim", "precious");
	assert_int_equal(symlinkat("../victim", dir, "f"), 0);
	assert_int_equal(file_replace(dir, "f", "f.tmp", "1", 1, 0644), 0);
	assert_int_equal(fstatat(dir, "f", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(fstatat(dir, "../victim", &st, 0), 0);
	assert_int_equal(st.st_size, 8);
	/* A directory of that name: an error, and no temporary left. */
	assert_int_equal(mkdirat(dir, "d", 0755), 0);
	assert_int_equal(file_replace(dir, "d", "d.tmp", "1", 1, 0644), -EISDIR);
	assert_int_equal(faccessat(dir, "d.tmp", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

static void mkdirs(void **state)
{
	struct stat st;
	mode_t old = umask(077);

	(void)state;
	int fd = file_mkdirs(dir, "/x//y/z/", 0755);

	(void)umask(old);
	assert_true(fd >= 0);
	assert_int_equal(mkdirat(fd, "below", 0755), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(fstatat(dir, "x/y/z/below", &st, 0), 0);
	assert_int_equal(fstatat(dir, "x/y", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0755);

	/* What is there already keeps its mode. */
	assert_int_equal(fchmodat(dir, "x", 0700, 0), 0);
	fd = file_mkdirs(dir, "x/y", 0755);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(fstatat(dir, "x", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0700);

	fd = file_mkdirs(dir, "", 0755);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void mkdirs_refuses(void **state)
{
	char name[NAME_MAX + 2];
	struct stat st;

	(void)state;
	put("f", "x");
	assert_int_equal(file_mkdirs(dir, "f", 0755), -ENOTDIR);
	assert_int_equal(file_mkdirs(dir, "f/a", 0755), -ENOTDIR);
	assert_int_equal(file_mkdirs(dir, "../out", 0755), -EXDEV);
	assert_int_equal(file_mkdirs(dir, "a/../../out", 0755), -EXDEV);
	assert_int_equal(fstatat(dir, "../out", &st, 0), -1);
	/* A pod that owns the volume could plant one. */
	assert_int_equal(symlinkat("..", dir, "link"), 0);
	assert_true(file_mkdirs(dir, "link/out", 0755) < 0);
	assert_int_equal(fstatat(dir, "../out", &st, 0), -1);
	memset(name, 'n', NAME_MAX + 1);
	name[NAME_MAX + 1] = '\0';
	assert_int_equal(file_mkdirs(dir, name, 0755), -ENAMETOOLONG);
	name[NAME_MAX] = '\0';
	int fd = file_mkdirs(dir, name, 0755);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void link_base(void **state)
{
	char buf[8] = "before";

	(void)state;
	assert_int_equal(symlinkat("../../bus/pci/drivers/igb", dir, "driver"), 0);
	assert_int_equal(symlinkat("plain", dir, "short"), 0);
	assert_int_equal(symlinkat("/x/1234567", dir, "seven"), 0);
	assert_int_equal(symlinkat("/x/12345678", dir, "eight"), 0);
	put("f", "x");

	assert_int_equal(file_link_base(dir, "none", buf, sizeof(buf)), -ENOENT);
	assert_true(file_link_base(dir, "f", buf, sizeof(buf)) < 0);
	assert_int_equal(file_link_base(dir, "eight", buf, sizeof(buf)), -ENAMETOOLONG);
	assert_string_equal(buf, "before");
	assert_int_equal(file_link_base(dir, "driver", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "igb");
	assert_int_equal(file_link_base(dir, "short", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "plain");
	assert_int_equal(file_link_base(dir, "seven", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "1234567");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* The argument is a pattern of tests: not all of them hold without openat2. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(paths_start_at_the_directory),
		T(nothing_above_the_directory),
		T(strict_leads_nowhere_above),
		T(in_root_follows_symlinks_inside),
		T(strict_refuses_symlinks_at_every_level),
		T(read_knows_its_cap),
		T(read_grows_and_ends_in_a_nul),
		T(read_does_not_wait_for_a_fifo),
		T(lines_and_numbers),
		T(a_line_fits_its_buffer),
		T(attributes_exist_or_fail),
		T(replace_writes_and_replaces),
		T(replace_makes_a_new_file),
		T(replace_is_atomic),
		T(replace_removes_a_planted_temporary),
		T(replace_loses_no_race_to_a_planter),
		T(replace_does_not_follow_the_name),
		T(mkdirs),
		T(mkdirs_refuses),
		T(link_base),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
