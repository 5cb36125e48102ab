// SPDX-License-Identifier: Apache-2.0
// Rows: PostgreSQL's text as JSON, one deed's row of a set, and a ticket with the facts around it.
#include "store/row.h"

#include <string.h>

#include "store/result.h"
#include "suite.h"

enum { TRUTH = 16, NUMBER = 20, TEXT = 25, TIME = 1184, JSONB = 3802 }; // pg_type.oid

struct column {
	char *name;
	Oid type;
	char *value; // NULL: null
};

static void add_row(PGresult *rows, int row, const struct column *columns, int count)
{
	for (int i = 0; i < count; i++) {
		char *value = columns[i].value;

		ck_assert_int_eq(PQsetvalue(rows, row, i, value, value == NULL ? -1 : (int)strlen(value)), 1);
	}
}

static PGresult *rows_of(const struct column *columns, int count)
{
	PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc *attributes = calloc((size_t)count, sizeof(*attributes));

	ck_assert(rows != NULL && attributes != NULL);
	for (int i = 0; i < count; i++)
		attributes[i] = (PGresAttDesc){.name = columns[i].name, .typid = columns[i].type, .typlen = -1};
	ck_assert_int_eq(PQsetResultAttrs(rows, count, attributes), 1);
	free(attributes);
	add_row(rows, 0, columns, count);
	return rows;
}

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *text, *printed;
} times[] = {
    {"2026-11-23 04:54:41.000123+00", "2026-11-23T04:54:41.000123Z"},
    {"2026-11-23 04:54:41.5+00", "2026-11-23T04:54:41.500000Z"},
    {"2026-11-23 04:54:41+00", "2026-11-23T04:54:41.000000Z"},
    {"infinity", "infinity"},
    {"-infinity", "-infinity"},
    {"", ""},
    {"0044-03-15 12:00:00+00 BC", "0044-03-15 12:00:00+00 BC"},
    {"12026-11-23 04:54:41+00", "12026-11-23 04:54:41+00"},
    {"2026-11-23 12:54:41+08", "2026-11-23 12:54:41+08"},
};

START_TEST(times_are_told_as_the_contract_says)
{
	char printed[MOMENT_TEXT];

	ck_assert_str_eq(row_time(times[_i].text, printed), times[_i].printed);
}
END_TEST

START_TEST(a_column_is_written_by_its_type)
{
	static const struct column columns[] = {
	    {"skipped", TEXT, "x"},
	    {"id", NUMBER, "42"},
	    {"title", TEXT, "\"维护\"\n"},
	    {"active", TRUTH, "t"},
	    {"closed", TRUTH, "f"},
	    {"at", TIME, "2026-11-23 04:54:41+00"},
	    {"roles", JSONB, "[\"lead\"]"},
	    {"gone", TEXT, NULL},
	    {"body", JSONB, "{\"nature\": \"fix\", \"effort\": 2}"},
	    {"last", NUMBER, NULL},
	};
	struct arena *arena = arena_new();
	struct json_out json;
	PGresult *rows = rows_of(columns, COUNT(columns));
	struct pg_result result = result_of(rows, false);

	json_out_init(&json, arena);
	json_begin(&json, NULL, '{');
	row_write(&json, &result, 0, 1, NULL);
	json_end(&json, '}');
	ck_assert_str_eq(json.out.bytes,
	    "{\"id\":42,\"title\":\"\\\"维护\\\"\\n\",\"active\":true,\"closed\":false,"
	    "\"at\":\"2026-11-23T04:54:41.000000Z\",\"roles\":[\"lead\"],\"gone\":null,"
	    "\"nature\": \"fix\", \"effort\": 2,\"last\":null}");
	PQclear(rows);
	arena_free(arena);
}
END_TEST

START_TEST(lines_are_objects_apart)
{
	static const struct column columns[] = {{"id", NUMBER, "42"}, {"at", TIME, "2026-11-23 04:54:41+00"},
	    {"note", TEXT, NULL}};
	static const struct column more[] = {{"id", NUMBER, "43"}, {"at", TIME, "infinity"}, {"note", TEXT, "a\nb"}};
	struct arena *arena = arena_new();
	struct buffer out;
	PGresult *rows = rows_of(columns, COUNT(columns));

	add_row(rows, 1, more, COUNT(more));
	struct pg_result result = result_of(rows, false);
	buffer_init(&out, arena);
	row_write_lines(&out, &result);
	ck_assert_str_eq(out.bytes,
	    "{\"id\":42,\"at\":\"2026-11-23T04:54:41.000000Z\",\"note\":null}\n"
	    "{\"id\":43,\"at\":\"infinity\",\"note\":\"a\\nb\"}\n");
	PQclear(rows);
	arena_free(arena);
}
END_TEST

START_TEST(hidden_members_stay_out_of_the_body)
{
	static const struct column columns[] = {
	    {"id", NUMBER, "42"},
	    {"body", JSONB, "{\"nature\": \"fix\", \"effort\": 2, \"owed\": [\"documents\"]}"},
	};
	struct arena *arena = arena_new();
	struct json_out json;
	PGresult *rows = rows_of(columns, COUNT(columns));
	struct pg_result result = result_of(rows, false);

	json_out_init(&json, arena);
	json_begin(&json, NULL, '{');
	row_write(&json, &result, 0, 0, "effort,other");
	json_end(&json, '}');
	ck_assert_str_eq(json.out.bytes, "{\"id\":42,\"nature\":\"fix\",\"owed\":[\"documents\"]}");
	PQclear(rows);
	arena_free(arena);
}
END_TEST

START_TEST(each_deed_sees_its_own_row)
{
	static const struct column second[] = {{"n", NUMBER, "2"}, {"outcome", TEXT, "two"}};
	static const struct column first[] = {{"n", NUMBER, "1"}, {"outcome", TEXT, "one"}};
	PGresult *rows = rows_of(second, 2); // in whatever order they come

	add_row(rows, 1, first, 2);
	struct pg_result one = result_of_deed(rows, 1, false), two = result_of_deed(rows, 2, false),
	                 three = result_of_deed(rows, 3, false);
	ck_assert_int_eq(pg_rows(&one), 1);
	ck_assert_int_eq(pg_columns(&one), 1);
	ck_assert_str_eq(pg_name(&one, 0), "outcome");
	ck_assert_str_eq(pg_text(&one, 0, 0), "one");
	ck_assert_str_eq(pg_text(&two, 0, 0), "two");
	ck_assert_int_eq(pg_rows(&three), 0);
	PQclear(rows);
}
END_TEST

START_TEST(who_reads_in_company_hears_the_epoch)
{
	static const struct column second[] = {{"n", NUMBER, "2"}, {"epoch", NUMBER, "8"}, {"title", TEXT, "two"}};
	static const struct column first[] = {{"n", NUMBER, "1"}, {"epoch", NUMBER, "7"}, {"title", TEXT, "one"}};
	PGresult *rows = rows_of(second, 3);

	add_row(rows, 1, first, 3);
	struct pg_result one = result_of_deed(rows, 1, true), none = result_of_deed(rows, 3, true);
	ck_assert_str_eq(pg_name(&one, 0), "title");
	ck_assert_str_eq(pg_text(&one, 0, 0), "one");
	ck_assert_int_eq(pg_epoch(&one), 7);
	ck_assert(pg_vouches(&one, 7) && !pg_vouches(&one, 8));
	ck_assert(!pg_vouches(&none, 8));
	PQclear(rows);
}
END_TEST

START_TEST(no_answer_means_away)
{
	struct pg_result away = result_of(NULL, false);
	PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);
	struct pg_result failed = result_of_deed(rows, 1, false);

	ck_assert_int_eq(pg_status(&away), PG_AWAY);
	ck_assert_int_eq(pg_rows(&away), 0);
	ck_assert_str_eq(pg_sqlstate(&away), "");
	ck_assert_int_eq(pg_status(&failed), PG_FAILED);
	ck_assert_int_eq(pg_rows(&failed), 0);
	ck_assert_str_eq(pg_sqlstate(&failed), "");
	ck_assert_str_eq(pg_constraint(&failed), "");
	PQclear(rows);
}
END_TEST

START_TEST(a_ticket_is_read_with_its_facts)
{
	static const struct column columns[] = {
	    {"id", NUMBER, "7"},
	    {"version", NUMBER, "3"},
	    {"state", TEXT, "in_maintenance"},
	    {"workflow", NUMBER, "2"},
	    {"kind", TEXT, "adaptive"},
	    {"claimed_kind", TEXT, "corrective"},
	    {"program", TEXT, "pay"},
	    {"severity", TEXT, NULL},
	    {"priority", NUMBER, "2"},
	    {"requester", TEXT, "zhang"},
	    {"sysadmin", TEXT, "li"},
	    {"technician", TEXT, "chen"},
	    {"planned_start", TIME, "2026-12-05 20:00:00+00"},
	    {"planned_end", TIME, NULL},
	    {"due_at", TIME, NULL},
	    {"created_at", TIME, "2026-11-23 04:54:41+00"},
	    {"updated_at", TIME, "2026-11-23 04:54:41+00"},
	    {"body", JSONB, "{\"title\": \"维护\", \"urgent\": true, \"no_such_field\": 1}"},
	    {"designated", TEXT, "wang"},
	    {"designated", TEXT, "li"},
	    {"string_agg", TEXT, "problem_analysis:passed:chen,design_change:failed:chen,nothing:passed:chen"},
	    {"count", NUMBER, "1"},
	    {"count", NUMBER, "4"},
	    {"count", NUMBER, "0"},
	    {"record_gaps", NUMBER, "96"},
	};
	struct arena *arena = arena_new();
	PGresult *rows = rows_of(columns, COUNT(columns));
	struct pg_result result = result_of(rows, false);
	struct ticket ticket;

	row_read_facts(&result, 0, &ticket, arena);
	PQclear(rows);
	ck_assert_int_eq(ticket.id, 7);
	ck_assert_int_eq(ticket.version, 3);
	ck_assert_int_eq(ticket.workflow, 2);
	ck_assert_str_eq(ticket.state, "in_maintenance");
	ck_assert_str_eq(ticket.values[F_KIND], "adaptive");
	ck_assert_ptr_null(ticket.values[F_SEVERITY]);
	ck_assert_str_eq(ticket.values[F_PRIORITY], "2");
	ck_assert_str_eq(ticket.values[F_PLANNED_START], "2026-12-05T20:00:00.000000Z");
	ck_assert_str_eq(ticket.values[F_TITLE], "维护");
	ck_assert_str_eq(ticket.values[F_URGENT], "true");
	ck_assert_str_eq(ticket.deputy, "wang");
	ck_assert_str_eq(ticket.designated, "li");
	ck_assert_uint_eq(ticket.step_count, 2);
	ck_assert_int_eq(ticket.steps[1].step, STEP_DESIGN);
	ck_assert_int_eq(ticket.steps[1].result, STEP_FAILED);
	ck_assert_str_eq(ticket.steps[1].person, "chen");
	ck_assert_int_eq(ticket.change_count, 1);
	ck_assert_int_eq(ticket.work_count, 4);
	ck_assert_uint_eq(ticket.record_gaps, 96);
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("row");
	TCase *cases = tcase_create("row");

	tcase_add_loop_test(cases, times_are_told_as_the_contract_says, 0, COUNT(times));
	tcase_add_test(cases, a_column_is_written_by_its_type);
	tcase_add_test(cases, lines_are_objects_apart);
	tcase_add_test(cases, hidden_members_stay_out_of_the_body);
	tcase_add_test(cases, each_deed_sees_its_own_row);
	tcase_add_test(cases, who_reads_in_company_hears_the_epoch);
	tcase_add_test(cases, no_answer_means_away);
	tcase_add_test(cases, a_ticket_is_read_with_its_facts);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
