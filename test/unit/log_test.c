// SPDX-License-Identifier: Apache-2.0
// Log lines: their shape, their escapes, their length, their level.
#include "base/log.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "suite.h"

static char written[16384];
static int reader, standard_error;

static void set_up(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	standard_error = dup(STDERR_FILENO);
	ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
	close(ends[1]);
	reader = ends[0];
	clock_set(0);
}

static void tear_down(void)
{
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	close(reader);
	clock_set(MOMENT_NONE);
	log_set_level(LOG_INFO);
}

static const char *logged(void)
{
	ssize_t length = read(reader, written, sizeof(written) - 1);

	written[length < 0 ? 0 : length] = '\0';
	return written;
}

START_TEST(a_line_tells_its_subject)
{
	struct log_subject subject = {.request = "r-1", .person = "li ming", .ticket = 42};

	log_line(LOG_WARN, &subject, "moved to %s", "closed");
	ck_assert_str_eq(logged(),
	    "time=1970-01-01T00:00:00.000000Z level=warn request=r-1 person=\"li ming\" ticket=42 msg=\"moved to "
	    "closed\"\n");
	log_error("plain");
	ck_assert_str_eq(logged(), "time=1970-01-01T00:00:00.000000Z level=error msg=\"plain\"\n");
}
END_TEST

START_TEST(nothing_breaks_out_of_a_line)
{
	struct log_subject subject = {.person = "a\" level=error\n"};

	log_line(LOG_INFO, &subject, "%s", "维护 \"quoted\" back\\slash\nnew\x1b[31m");
	ck_assert_str_eq(logged(),
	    "time=1970-01-01T00:00:00.000000Z level=info person=\"a\\\" level=error\\n\" "
	    "msg=\"维护 \\\"quoted\\\" back\\\\slash\\nnew\\x1b[31m\"\n");
}
END_TEST

START_TEST(a_long_line_is_cut_but_ends)
{
	log_info("%010000d", 7);
	ck_assert_uint_lt(strlen(logged()), 4097);
	ck_assert_str_eq(written + strlen(written) - 3, "0\"\n");
}
END_TEST

START_TEST(lines_below_the_level_are_dropped)
{
	enum log_level level;

	log_line(LOG_DEBUG, NULL, "not by default");
	ck_assert_str_eq(logged(), "");
	ck_assert(log_level_named("error", &level) && level == LOG_ERROR);
	log_set_level(level);
	log_warn("dropped");
	ck_assert_str_eq(logged(), "");
	ck_assert(log_level_named("debug", &level));
	log_set_level(level);
	log_line(LOG_DEBUG, NULL, "now");
	ck_assert_ptr_nonnull(strstr(logged(), "level=debug msg=\"now\""));
	ck_assert(!log_level_named("loud", &level));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *cases = tcase_create("log");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, a_line_tells_its_subject);
	tcase_add_test(cases, nothing_breaks_out_of_a_line);
	tcase_add_test(cases, a_long_line_is_cut_but_ends);
	tcase_add_test(cases, lines_below_the_level_are_dropped);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
