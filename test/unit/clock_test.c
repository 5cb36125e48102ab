// SPDX-License-Identifier: Apache-2.0
// The clock and RFC 3339, both ways.
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "suite.h"

static const struct {
	const char *text;
	const char *printed; // NULL: refused
} times[] = {
    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
    {"2026-11-23T04:54:41.000123Z", "2026-11-23T04:54:41.000123Z"},
    {"2026-11-23t04:54:41z", "2026-11-23T04:54:41.000000Z"},
    {"2026-11-23 04:54:41Z", "2026-11-23T04:54:41.000000Z"},
    {"2026-11-23T12:54:41+08:00", "2026-11-23T04:54:41.000000Z"},
    {"2026-11-22T23:24:41.5-05:30", "2026-11-23T04:54:41.500000Z"},
    {"2026-11-23T04:54:41.123456789Z", "2026-11-23T04:54:41.123456Z"},
    {"2026-11-23", "2026-11-23T00:00:00.000000Z"},
    {"2024-02-29", "2024-02-29T00:00:00.000000Z"},
    {"2000-02-29", "2000-02-29T00:00:00.000000Z"},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
    {"0001-01-01", "0001-01-01T00:00:00.000000Z"},
    {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"},
    {"0001-01-01T00:00:00-01:00", "0001-01-01T01:00:00.000000Z"},
    {"0001-01-01T00:00:00+01:00", NULL}, // in UTC it is another era
    {"9999-12-31T23:59:59-00:01", NULL},
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
    {"", NULL},
    {"2023-02-29", NULL},
    {"1900-02-29", NULL},
    {"2026-04-31", NULL},
    {"2026-13-01", NULL},
    {"2026-00-01", NULL},
    {"2026-01-00", NULL},
    {"0000-01-01", NULL},
    {"2026-1-01", NULL},
    {"26-01-01", NULL},
    {"2026-11-23T", NULL},
    {"2026-11-23T04:54:41", NULL},
    {"2026-11-23T04:54Z", NULL},
    {"2026-11-23T24:00:00Z", NULL},
    {"2026-11-23T04:60:00Z", NULL},
    {"2026-11-23T04:54:60Z", NULL},
    {"2026-11-23T04:54:61Z", NULL},
    {"2026-11-23T04:54:41.Z", NULL},
    {"2026-11-23T04:54:41+0800", NULL},
    {"2026-11-23T04:54:41+24:00", NULL},
    {"2026-11-23T04:54:41Zx", NULL},
    {" 2026-11-23", NULL},
    {"2026-11-23 ", NULL},
    {"yesterday", NULL},
};

START_TEST(times_are_read_and_printed)
{
	moment time = 77;
	char text[MOMENT_TEXT];
	bool good = moment_read(times[_i].text, &time);

	ck_assert_msg(good == (times[_i].printed != NULL), "%s", times[_i].text);
	if (good)
		ck_assert_str_eq(moment_print(time, text), times[_i].printed);
	else
		ck_assert_int_eq(time, 77);
}
END_TEST

START_TEST(each_day_comes_back)
{
	char text[MOMENT_TEXT];

	for (moment day = -200000 * MOMENT_DAY; day < 200000 * MOMENT_DAY; day += MOMENT_DAY) {
		moment again;

		ck_assert(moment_read(moment_print(day, text), &again));
		ck_assert_int_eq(again, day);
	}
}
END_TEST

START_TEST(now_is_now)
{
	int64_t before = (int64_t)time(NULL) - 1, now = clock_now() / MOMENT_SECOND;

	ck_assert_int_ge(now, before);
	ck_assert_int_le(now, before + 60);
}
END_TEST

START_TEST(a_stopped_clock_stands_until_released)
{
	int64_t ticks = clock_ticks();

	clock_set(42 * MOMENT_SECOND);
	ck_assert_int_eq(clock_now(), 42 * MOMENT_SECOND);
	ck_assert_int_ge(clock_ticks(), ticks);
	clock_set(MOMENT_NONE);
	ck_assert_int_gt(clock_now(), 42 * MOMENT_SECOND);
}
END_TEST

START_TEST(the_environment_shifts_the_clock)
{
	ck_assert_int_eq(setenv("WEIHU_CLOCK_SHIFT", "-864000", 1), 0);
	ck_assert_int_lt(clock_now(), ((int64_t)time(NULL) - 863000) * MOMENT_SECOND);
}
END_TEST

START_TEST(a_shift_that_is_no_number_ends_the_program)
{
	ck_assert_int_eq(setenv("WEIHU_CLOCK_SHIFT", "ten days", 1), 0);
	clock_now();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("clock");
	TCase *cases = tcase_create("clock"), *shifted = tcase_create("shifted"); // these want a process each

	tcase_add_loop_test(cases, times_are_read_and_printed, 0, (int)(sizeof(times) / sizeof(times[0])));
	tcase_add_test(cases, each_day_comes_back);
	tcase_add_test(cases, now_is_now);
	tcase_add_test(cases, a_stopped_clock_stands_until_released);
	tcase_add_test(shifted, the_environment_shifts_the_clock);
	tcase_add_exit_test(shifted, a_shift_that_is_no_number_ends_the_program, 2);
	suite_add_tcase(suite, cases);
	suite_add_tcase(suite, shifted);
	return suite_run(suite);
}
