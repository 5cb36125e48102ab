// SPDX-License-Identifier: Apache-2.0
// Spreadsheets: whole or refused, whatever the disk does; more rows than one sheet holds.
#include "base/spreadsheet.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "suite.h"

#define FOLDER "/tmp"
#define ROWS 400
#define SHEET_ROWS 1048575 // below the heading

static const char *const headings[] = {"number", "text", "time"};
static const enum cell_type types[] = {CELL_NUMBER, CELL_TEXT, CELL_TIME};

static struct spreadsheet *written(int rows)
{
	struct spreadsheet *spreadsheet = spreadsheet_new(FOLDER, "rows", headings, types, 3);
	char number[16], text[64];

	for (int row = 0; row < rows; row++) {
		snprintf(number, sizeof(number), "%d", row);
		snprintf(text, sizeof(text), "row %d of no particular interest", row * 7919);
		spreadsheet_add(spreadsheet, 0, number);
		spreadsheet_add(spreadsheet, 1, text);
		spreadsheet_add(spreadsheet, 2, "2026-11-23T04:54:41.000123Z");
		spreadsheet_end_row(spreadsheet);
	}
	return spreadsheet;
}

// A limit on the size of files stands for a disk of that size: it ends the rows, or their copy, or the file itself.
START_TEST(a_workbook_is_whole_or_refused)
{
	clock_set(1000 * MOMENT_DAY);
	struct spreadsheet *reference = written(ROWS);
	int64_t size = spreadsheet_finish(reference);
	bool refused = false, made = false;

	ck_assert_int_gt(size, 0);
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t most = 2048; most<128 * 1024; most += most> 50000 && most < 80000 ? 97 : 1531) {
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){most, RLIM_INFINITY}), 0);
		struct spreadsheet *spreadsheet = written(ROWS);
		int64_t got = spreadsheet_finish(spreadsheet);

		ck_assert_msg(got == -1 || got == size, "%lld of %lld bytes under a limit of %lld", (long long)got,
		    (long long)size, (long long)most);
		ck_assert(got == size || spreadsheet_fault(spreadsheet) != NULL);
		refused = refused || got == -1;
		made = made || got == size;
		spreadsheet_free(spreadsheet);
	}
	ck_assert(refused && made);
	spreadsheet_free(reference);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told)
{
	struct spreadsheet *spreadsheet = spreadsheet_new("/nowhere", "rows", headings, types, 3);

	spreadsheet_add(spreadsheet, 0, "1");
	spreadsheet_end_row(spreadsheet);
	ck_assert_int_eq(spreadsheet_finish(spreadsheet), -1);
	ck_assert_str_eq(spreadsheet_fault(spreadsheet), "No such file or directory");
	spreadsheet_free(spreadsheet);
}
END_TEST

static bool holds(const struct spreadsheet *spreadsheet, int64_t size, const char *text)
{
	struct arena *arena = arena_new();
	char *bytes = arena_take(arena, (size_t)size);

	ck_assert_int_eq(spreadsheet_read(spreadsheet, 0, bytes, (size_t)size), size);
	bool found = memmem(bytes, (size_t)size, text, strlen(text)) != NULL;
	arena_free(arena);
	return found;
}

START_TEST(more_rows_than_a_sheet_holds_go_on_in_another)
{
	static const char *const heading[] = {"n"};
	static const enum cell_type type[] = {CELL_NUMBER};
	const bool one_more = _i == 1;
	struct spreadsheet *spreadsheet = spreadsheet_new(FOLDER, "rows", heading, type, 1);

	for (int row = 0; row < SHEET_ROWS + one_more; row++) {
		if (row % 1000 == 0 || row >= SHEET_ROWS - 1)
			spreadsheet_add(spreadsheet, 0, "1");
		spreadsheet_end_row(spreadsheet);
	}
	int64_t size = spreadsheet_finish(spreadsheet);
	ck_assert(holds(spreadsheet, size, "xl/worksheets/sheet1.xml"));
	ck_assert(holds(spreadsheet, size, "xl/worksheets/sheet2.xml") == one_more);
	spreadsheet_free(spreadsheet);
}
END_TEST

static int open_files(void)
{
	int count = 0;

	for (int file = 0; file < 256; file++)
		count += fcntl(file, F_GETFD) != -1;
	return count;
}

START_TEST(what_is_given_up_leaves_no_file_open)
{
	int before = open_files();

	spreadsheet_free(written(3));
	struct spreadsheet *finished = written(3);
	ck_assert_int_gt(spreadsheet_finish(finished), 0);
	spreadsheet_free(finished);
	ck_assert_int_eq(open_files(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spreadsheet");
	TCase *cases = tcase_create("spreadsheet");

	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, a_workbook_is_whole_or_refused);
	tcase_add_test(cases, a_folder_that_is_not_there_is_told);
	tcase_add_loop_test(cases, more_rows_than_a_sheet_holds_go_on_in_another, 0, 2);
	tcase_add_test(cases, what_is_given_up_leaves_no_file_open);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
