// SPDX-License-Identifier: Apache-2.0
// Fields: the table is whole, values from outside are checked by their row, and survive the way to text and back.
#include "domain/field.h"

#include <string.h>

#include "base/clock.h"
#include "suite.h"

static struct arena *arena;
static struct faults faults;

static void set_up(void)
{
	arena = arena_new();
	faults_init(&faults, arena);
}

static void tear_down(void)
{
	arena_free(arena);
}

static const struct json *value_of(const char *text)
{
	struct faults wrong;

	faults_init(&wrong, arena);
	const struct json *value = json_read(arena, text, strlen(text), &wrong);
	ck_assert_msg(value != NULL, "not JSON: %s", text);
	return value;
}

// The code of the fault that the value draws, or "" when it is right.
static const char *check(enum field_id id, const char *text)
{
	faults_init(&faults, arena);
	bool right = field_check(id, value_of(text), &faults);
	ck_assert_int_eq(right, faults.count == 0);
	if (right)
		return "";
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_str_eq(faults.first->field, fields[id].key);
	return faults.first->code;
}

START_TEST(every_row_is_whole)
{
	const struct field *field = &fields[_i];
	enum field_id id;

	ck_assert_ptr_nonnull(field->key);
	ck_assert_ptr_nonnull(field->label);
	ck_assert(field_find(field->key, &id));
	ck_assert_int_eq(id, _i); // so no key stands twice
	ck_assert_int_eq(field->choices != NULL, field->type == FIELD_CHOICE);
	if (field->type == FIELD_TEXT || field->type == FIELD_WHOLE)
		ck_assert_int_lt(field->least, field->most);
}
END_TEST

START_TEST(columns_are_those_that_lists_filter_by)
{
	static const enum field_id columns[] = {F_PROGRAM, F_REQUESTER, F_CLAIMED_KIND, F_KIND, F_SEVERITY, F_PRIORITY,
	    F_SYSADMIN, F_TECHNICIAN, F_PLANNED_START, F_PLANNED_END, F_DUE_AT};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		ck_assert_int_eq(fields[columns[i]].place, PLACE_COLUMN);
	for (int id = 0; id < F_OWN_FIRST; id++)
		count += fields[id].place == PLACE_COLUMN;
	ck_assert_uint_eq(count, sizeof(columns) / sizeof(columns[0]));
}
END_TEST

START_TEST(unknown_keys_are_not_found)
{
	enum field_id id;

	ck_assert(!field_find("titel", &id));
	ck_assert(!field_find("", &id));
	ck_assert(!field_find(NULL, &id));
}
END_TEST

static const struct {
	enum field_id id;
	const char *value, *code;
} checks[] = {
    {F_TITLE, "null", ""},
    {F_TITLE, "\"x\"", ""},
    {F_TITLE, "\"\"", "length"},
    {F_TITLE, "\"  \\n\"", "length"},
    {F_TITLE, "\"one\\ntwo\"", "format"},
    {F_TITLE, "\"tab\\there\"", ""},
    {F_TITLE, "\"bell\\u0007\"", "format"},
    {F_TITLE, "\"del\\u007f\"", "format"},
    {F_TITLE, "7", "type"},
    {F_TITLE, "false", "type"},
    {F_TITLE, "{}", "type"},
    {F_DESCRIPTION, "\"one\\r\\ntwo\"", ""},
    {F_DESCRIPTION, "\"bell\\u0007\"", "format"},
    {F_PRIORITY, "1", ""},
    {F_PRIORITY, "5", ""},
    {F_PRIORITY, "0", "range"},
    {F_PRIORITY, "6", "range"},
    {F_PRIORITY, "1.5", "type"},
    {F_PRIORITY, "\"1\"", "type"},
    {F_EFFORT_MINUTES, "0", ""},
    {F_EFFORT_MINUTES, "-1", "range"},
    {F_DUPLICATE_OF, "9007199254740992", ""},
    {F_DUPLICATE_OF, "0", "range"},
    {F_DUPLICATE_OF, "1e300", "type"},
    {F_SAME_CAUSE, "true", ""},
    {F_SAME_CAUSE, "false", ""},
    {F_SAME_CAUSE, "\"true\"", "type"},
    {F_SINCE, "\"2026-11-23T04:54:41Z\"", ""},
    {F_SINCE, "\"2026-11-23T12:54:41+08:00\"", ""},
    {F_SINCE, "\"2026-11-23\"", ""},
    {F_SINCE, "\"2026-02-30\"", "format"},
    {F_SINCE, "\"yesterday\"", "format"},
    {F_SEVERITY, "\"severe\"", ""},
    {F_SEVERITY, "\"Severe\"", "choice"},
    {F_SEVERITY, "\"\"", "choice"},
    {F_TECHNICIAN, "\"tom.li\"", ""},
    {F_TECHNICIAN, "\"\"", "length"},
    {F_TECHNICIAN, "\"tom li\"", "format"},
    {F_TECHNICIAN, "\"tom,li\"", "format"},
    {F_TECHNICIAN, "\"\\u5f20\"", "format"},
    {F_PROGRAM, "\"LEDGER-2\"", ""},
    {F_PROGRAM, "[]", "type"},
    {F_HELPERS, "[]", ""},
    {F_HELPERS, "[\"tom\", \"hal\"]", ""},
    {F_HELPERS, "[\"tom\", \"tom\"]", "format"},
    {F_HELPERS, "[\"tom\", 7]", "type"},
    {F_HELPERS, "[\"tom\", \"h al\"]", "format"},
    {F_HELPERS, "\"tom\"", "type"},
};

START_TEST(values_are_checked_by_their_row)
{
	const char *code = check(checks[_i].id, checks[_i].value);

	ck_assert_msg(strcmp(code, checks[_i].code) == 0, "%s %s: '%s', not '%s'", fields[checks[_i].id].key,
	    checks[_i].value, code, checks[_i].code);
}
END_TEST

// `count` times `piece`, in quotes.
static const char *quoted(const char *piece, size_t count)
{
	struct buffer text;

	buffer_init(&text, arena);
	buffer_add_char(&text, '"');
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&text, piece);
	buffer_add_char(&text, '"');
	return text.bytes;
}

START_TEST(lengths_are_counted_in_code_points)
{
	ck_assert_str_eq(check(F_TITLE, quoted("维", 200)), "");
	ck_assert_str_eq(check(F_TITLE, quoted("维", 201)), "length");
	ck_assert_str_eq(check(F_DESCRIPTION, quoted("护", 20000)), "");
	ck_assert_str_eq(check(F_DESCRIPTION, quoted("x", 20001)), "length");
	ck_assert_str_eq(check(F_TECHNICIAN, quoted("x", 64)), "");
	ck_assert_str_eq(check(F_TECHNICIAN, quoted("x", 65)), "length");
}
END_TEST

START_TEST(lists_end_somewhere)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (int i = 0; i < 51; i++)
		buffer_print(&text, "%s\"p%d\"", i > 0 ? "," : "[", i);
	buffer_add_char(&text, ']');
	ck_assert_str_eq(check(F_HELPERS, text.bytes), "length");
}
END_TEST

START_TEST(messages_say_what_is_wanted)
{
	check(F_PRIORITY, "9");
	ck_assert_str_eq(faults.first->message, "must be 1 to 5");
	check(F_SEVERITY, "\"bad\"");
	ck_assert_str_eq(faults.first->message, "must be one of: minor, moderate, severe");
	check(F_HELPERS, "\"tom\"");
	ck_assert_str_eq(faults.first->message, "must be a list of logins, not string");
	check(F_DUPLICATE_OF, "-3");
	ck_assert_str_eq(faults.first->message, "must be 1 or more");
}
END_TEST

static const struct {
	enum field_id id;
	const char *value, *text, *written;
} ways[] = {
    {F_TITLE, "\"账\"", "账", "\"账\""},
    {F_TITLE, "null", NULL, "null"},
    {F_PRIORITY, "3", "3", "3"},
    {F_EFFORT_MINUTES, "240.0", "240", "240"},
    {F_SAME_CAUSE, "true", "true", "true"},
    {F_SAME_CAUSE, "false", "false", "false"},
    {F_SINCE, "\"2026-11-23T12:54:41+08:00\"", "2026-11-23T04:54:41.000000Z", "\"2026-11-23T04:54:41.000000Z\""},
    {F_SEVERITY, "\"minor\"", "minor", "\"minor\""},
    {F_TECHNICIAN, "\"tom\"", "tom", "\"tom\""},
    {F_HELPERS, "[\"tom\",\"hal\"]", "tom,hal", "[\"tom\",\"hal\"]"},
    {F_HELPERS, "[]", NULL, "null"},
    {F_DUPLICATE_OF, "17", "17", "17"},
    {F_OWED, "[\"documents\"]", "documents", "[\"documents\"]"},
};

static const char *written(enum field_id id, const char *text)
{
	struct json_out json;

	json_out_init(&json, arena);
	json_begin(&json, NULL, '{');
	field_write(&json, id, text);
	json_end(&json, '}');
	return json.out.bytes;
}

START_TEST(values_survive_the_way_to_text_and_back)
{
	const char *key = fields[ways[_i].id].key;
	const char *text = field_text(arena, ways[_i].id, value_of(ways[_i].value));

	ck_assert_pstr_eq(text, ways[_i].text);
	ck_assert_str_eq(written(ways[_i].id, text), arena_print(arena, "{\"%s\":%s}", key, ways[_i].written));
}
END_TEST

START_TEST(a_stored_text_that_is_no_number_is_written_as_null)
{
	ck_assert_str_eq(written(F_PRIORITY, "many"), "{\"priority\":null}");
}
END_TEST

START_TEST(rows_beside_the_table_are_checked_alike)
{
	const struct field day = {.key = "changed_on", .type = FIELD_DATE};
	static const struct {
		const char *value, *code;
	} days[] = {
	    {"\"2026-11-23\"", NULL},
	    {"null", NULL},
	    {"\"2026-02-30\"", "format"},
	    {"\"2026-11-23T00:00:00Z\"", "format"},
	    {"20261123", "type"},
	};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		faults_init(&faults, arena);
		ck_assert_int_eq(field_check_row(&day, value_of(days[i].value), &faults), days[i].code == NULL);
		ck_assert_pstr_eq(faults.first != NULL ? faults.first->code : NULL, days[i].code);
	}
}
END_TEST

START_TEST(types_have_names)
{
	ck_assert_str_eq(field_type_name(FIELD_TEXT), "text");
	ck_assert_str_eq(field_type_name(FIELD_DATE), "date");
	ck_assert_str_eq(field_type_name(FIELD_NAMES), "names");
}
END_TEST

START_TEST(sets_hold_what_was_added)
{
	field_set set = {{0}}, other = {{0}};

	ck_assert(field_set_empty(&set));
	field_set_add(&set, F_TITLE);
	field_set_add(&other, F_CONSENTED_SEVERITY);
	field_set_join(&set, &other);
	ck_assert(field_set_has(&set, F_TITLE) && field_set_has(&set, F_CONSENTED_SEVERITY));
	ck_assert(!field_set_has(&set, F_PROGRAM));
	ck_assert(!field_set_empty(&other));
	ck_assert_int_lt(FIELD_COUNT, FIELD_MOST);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("field");
	TCase *cases = tcase_create("field");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, every_row_is_whole, 0, F_OWN_FIRST);
	tcase_add_test(cases, columns_are_those_that_lists_filter_by);
	tcase_add_test(cases, unknown_keys_are_not_found);
	tcase_add_loop_test(cases, values_are_checked_by_their_row, 0, sizeof(checks) / sizeof(checks[0]));
	tcase_add_test(cases, lengths_are_counted_in_code_points);
	tcase_add_test(cases, lists_end_somewhere);
	tcase_add_test(cases, messages_say_what_is_wanted);
	tcase_add_loop_test(cases, values_survive_the_way_to_text_and_back, 0, sizeof(ways) / sizeof(ways[0]));
	tcase_add_test(cases, a_stored_text_that_is_no_number_is_written_as_null);
	tcase_add_test(cases, rows_beside_the_table_are_checked_alike);
	tcase_add_test(cases, types_have_names);
	tcase_add_test(cases, sets_hold_what_was_added);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
