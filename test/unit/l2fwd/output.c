/* SPDX-License-Identifier: Apache-2.0 */
/* What is written never waits, and no line is torn, however slow the reader is. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"
#include "test.h"

static int ends[2];

static int set_up(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(20); /* one that waits fails */
	return pipe2(ends, O_CLOEXEC);
}

static int tear_down(void **state)
{
	(void)state;
	(void)close(ends[0]);
	(void)close(ends[1]);
	return 0;
}

static void line(struct output *o, char c, size_t len)
{
	char *text = malloc(len);

	assert_non_null(text);
	memset(text, c, len);
	text[len - 1] = '\n';
	output_text(o, text, len);
}

static size_t taken(char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	while ((n = read(ends[0], buf + len, size - len)) > 0)
		len += (size_t)n;
	return len;
}

static void a_reader_gets_it_all(void **state)
{
	struct output o = {.fd = ends[1]};
	char buf[256];

	(void)state;
	line(&o, 'a', 10);
	line(&o, 'b', 10);
	output_end(&o, 0);
	assert_int_equal(taken(buf, sizeof(buf)), 20);
	assert_memory_equal(buf, "aaaaaaaaa\nbbbbbbbbb\n", 20);
	assert_int_equal(o.lost, 0);
}

/* A line that fits only in part is finished first; those that come meanwhile are lost whole. */
static void a_slow_reader(void **state)
{
	static char buf[1 << 20];
	struct output o = {.fd = ends[1]};
	const size_t room = (size_t)fcntl(ends[1], F_GETPIPE_SZ), size = room / 4 * 3 + 1;

	(void)state;
	line(&o, 'a', size);
	line(&o, 'b', size); /* begun */
	assert_int_equal(o.lost, 0);
	line(&o, 'c', size);
	line(&o, 'd', size);
	assert_int_equal(o.lost, 2);
	size_t first = taken(buf, sizeof(buf));

	assert_in_range(first, size + 1, room);
	line(&o, 'e', size); /* b's rest goes before it */
	assert_int_equal(o.lost, 2);
	size_t all = first + taken(buf + first, sizeof(buf) - first);

	output_end(&o, 0);
	all += taken(buf + all, sizeof(buf) - all);
	assert_int_equal(all, 3 * size);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(buf[i * size], "abe"[i]);
		assert_int_equal(buf[i * size + size - 2], "abe"[i]);
		assert_int_equal(buf[(i + 1) * size - 1], '\n');
	}
}

static void nobody_reads(void **state)
{
	struct output o = {.fd = ends[1]};

	(void)state;
	for (int i = 0; i < 1000; i++)
		line(&o, 'a', 4000);
	assert_in_range(o.lost, 900, 999);
	output_end(&o, 10);
	assert_in_range(o.lost, 901, 1000);
	output_line(ends[1], "lost\n", 5);
}

static void an_error_is_known_and_passes(void **state)
{
	struct output o = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};

	(void)state;
	line(&o, 'a', 10);
	assert_int_equal(o.error, ENOSPC);
	assert_int_equal(o.lost, 1);
	(void)close(o.fd);
	o.fd = ends[1];
	line(&o, 'b', 10);
	assert_int_equal(o.error, 0);
	(void)close(ends[0]);
	line(&o, 'c', 10);
	assert_int_equal(o.error, EPIPE);
	assert_int_equal(o.lost, 2);
	output_end(&o, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_reader_gets_it_all),
		T(a_slow_reader),
		T(nobody_reads),
		T(an_error_is_known_and_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
