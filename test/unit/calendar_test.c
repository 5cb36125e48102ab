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

// Further days from iCalendar files.

#define VCALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" events "END:VCALENDAR\r\n"
#define VEVENT(lines) "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n" lines "END:VEVENT\r\n"
#define WHOLE(from, until) "DTSTART;VALUE=DATE:" from "\r\nDTEND;VALUE=DATE:" until "\r\n"

static const char *added;

static bool add_ics(const char *text)
{
	struct calendar *calendar = calendar_load("t",
	    HEAD "hours: [\"09:00-12:00\"]\nholidays: []\nworkdays: [2026-02-14]\n", desk.arena, &desk.faults);

	added = NULL;
	if (!calendar_add_ics(calendar, "t.ics", text, desk.arena, &desk.faults))
		return false;
	added = calendar->document;
	return true;
}

START_TEST(days_off_and_working_days_are_added)
{
	ck_assert(add_ics(VCALENDAR(VEVENT(WHOLE("20270206", "20270213") "SUMMARY:春节 休\r\n")
	        VEVENT("DTSTART;VALUE=DATE:20270214\r\nSUMMARY:春节 补班\r\n")
	            VEVENT(WHOLE("20271009", "20271010") "CATEGORIES:WORKDAY\r\nSUMMARY:x\r\n")
	                VEVENT(WHOLE("20270425", "20270426") "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\n")
	                    VEVENT(WHOLE("20280101", "20280102") "SUMMARY:元旦\r\n"))));
	ck_assert_ptr_nonnull(strstr(added, "{\"from\":\"2027-02-06\",\"until\":\"2027-02-12\"},"));
	ck_assert_ptr_nonnull(strstr(added, "{\"from\":\"2028-01-01\",\"until\":\"2028-01-01\"}"));
	ck_assert_ptr_nonnull(strstr(added, "[\"2026-02-14\",\"2027-02-14\",\"2027-10-09\",\"2027-04-25\"]"));
	ck_assert_ptr_nonnull(strstr(added, "\"until\":\"2027-12-31\"")); // January alone makes no year
	ck_assert_ptr_nonnull(strstr(added, "\"from\":\"2026-01-01\""));
}
END_TEST

static const struct {
	const char *text, *code;
} bad_ics[] = {
    {"", "format"},
    {"no calendar", "format"},
    {VCALENDAR(""), "missing"},
    {VCALENDAR(VEVENT("DTSTART:20270206T080000Z\r\nSUMMARY:x\r\n")), "format"},
    {VCALENDAR(VEVENT("SUMMARY:x\r\n")), "format"},
    {VCALENDAR(VEVENT(WHOLE("20270206", "20270213") "RRULE:FREQ=YEARLY\r\n")), "format"},
    {VCALENDAR(VEVENT("DTSTART;VALUE=DATE:20271340\r\n")), "format"},
};

START_TEST(files_that_are_none_are_told)
{
	ck_assert(!add_ics(bad_ics[_i].text));
	ck_assert_str_eq(desk.faults.first->field, "t.ics");
	ck_assert_str_eq(desk.faults.first->code, bad_ics[_i].code);
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
	tcase_add_test(cases, days_off_and_working_days_are_added);
	tcase_add_loop_test(cases, files_that_are_none_are_told, 0, (int)(sizeof(bad_ics) / sizeof(*bad_ics)));
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
