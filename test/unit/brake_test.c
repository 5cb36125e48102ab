// SPDX-License-Identifier: Apache-2.0
// Buckets of tokens: a burst, then a steady rate, each name by itself, and who does most is forgotten last.
#include "base/brake.h"

#include <stdio.h>

#include "base/clock.h"
#include "suite.h"

#define START (1000 * MOMENT_SECOND)

static struct brake *brake;
static const struct brake_pace pace = {.rate = 4, .burst = 3};

static void set_up(void)
{
	brake = brake_new();
}

static void tear_down(void)
{
	brake_free(brake);
}

static int64_t take(const char *name, int64_t now)
{
	return brake_take(brake, "person", name, &pace, now);
}

START_TEST(a_burst_and_then_a_steady_rate)
{
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(take("li", START), 0);
	ck_assert_int_eq(take("li", START), MOMENT_SECOND / 4);
	ck_assert_int_eq(take("li", START + MOMENT_SECOND / 8), MOMENT_SECOND / 8);
	ck_assert_int_eq(take("li", START + MOMENT_SECOND / 4), 0);
	ck_assert_int_eq(take("li", START + MOMENT_SECOND / 4), MOMENT_SECOND / 4);
}
END_TEST

START_TEST(a_rest_fills_the_bucket_and_no_more)
{
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(take("li", START), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(take("li", START + 3600 * MOMENT_SECOND), 0);
	ck_assert_int_gt(take("li", START + 3600 * MOMENT_SECOND), 0);
}
END_TEST

START_TEST(each_name_has_its_own)
{
	while (take("li", START) == 0)
		continue;
	ck_assert_int_eq(take("zhao", START), 0);
	ck_assert_int_eq(brake_take(brake, "address", "li", &pace, START), 0);
	ck_assert_int_gt(take("li", START), 0);
}
END_TEST

START_TEST(without_a_rate_there_is_no_limit)
{
	const struct brake_pace none = {.rate = 0, .burst = 1};

	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(brake_take(brake, "person", "li", &none, START), 0);
}
END_TEST

START_TEST(a_flood_of_names_frees_nobody_who_is_held_back)
{
	char name[32];

	while (take("li", START) == 0)
		continue;
	for (int i = 0; i < 200000; i++) { // three times as many as it has room for
		snprintf(name, sizeof(name), "flood-%d", i);
		ck_assert_int_eq(take(name, START), 0);
	}
	ck_assert_int_gt(take("li", START), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("brake");
	TCase *tests = tcase_create("brake");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_burst_and_then_a_steady_rate);
	tcase_add_test(tests, a_rest_fills_the_bucket_and_no_more);
	tcase_add_test(tests, each_name_has_its_own);
	tcase_add_test(tests, without_a_rate_there_is_no_limit);
	tcase_add_test(tests, a_flood_of_names_frees_nobody_who_is_held_back);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
