// SPDX-License-Identifier: Apache-2.0
// Working calendars: the shipped one loads, and what is wrong with another is told at its line.
#include "config/house.h"
#include "desk.h"

#define HEAD "name: x\nzone: UTC\nfrom: 2026-01-01\nuntil: 2026-12-31\n"

static struct desk desk;

static void set_up(void)
{
	desk.arena = arena_new();
	faults_init(&desk.faults, desk.arena);
}

static void tear_down(void)
{
	arena_free(desk.arena);
}

START_TEST(shipped_calendar_loads)
{
	struct calendar *calendar =
	    calendar_load("calendar-cn.yaml", desk_file(&desk, "calendar-cn.yaml"), desk.arena, &desk.faults);
	ck_assert_ptr_nonnull(calendar);
	ck_assert_str_eq(calendar->zone, "Asia/Shanghai");
	ck_assert_ptr_nonnull(strstr(calendar->document, "{\"from\":\"2026-10-01\",\"until\":\"2026-10-07\"}"));
	ck_assert_ptr_nonnull(strstr(calendar->document, "{\"since\":\"09:00\",\"until\":\"12:00\"}"));
}
END_TEST

static const struct {
	const char *text, *field, *code;
} bad[] = {
    {HEAD "hours: [\"09:00-12:00\"]\nholidays: []\n", "t:1", "missing"},
    {HEAD "hours: [\"9-12\"]\nholidays: []\nworkdays: []\n", "t:5", "format"},
    {HEAD "hours: [\"12:00-09:00\"]\nholidays: []\nworkdays: []\n", "t:5", "format"},
    {HEAD "hours: [\"09:00-25:00\"]\nholidays: []\nworkdays: []\n", "t:5", "format"},
    {HEAD "hours: [\"09:00-24:00\"]\nholidays: []\nworkdays:\n- 2026-02-30\n", "t:8", "format"},
    {HEAD "hours: [\"09:00-24:00\"]\nholidays:\n- {from: 2026-01-01}\nworkdays: []\n", "t:7", "missing"},
};

START_TEST(faults_name_their_line)
{
	ck_assert_ptr_null(calendar_load("t", bad[_i].text, desk.arena, &desk.faults));
	ck_assert_str_eq(desk.faults.first->field, bad[_i].field);
	ck_assert_str_eq(desk.faults.first->code, bad[_i].code);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("calendar");
	TCase *cases = tcase_create("calendar");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, shipped_calendar_loads);
	tcase_add_loop_test(cases, faults_name_their_line, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
