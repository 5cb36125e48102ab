// SPDX-License-Identifier: Apache-2.0
// JSON: what is refused, what is read, and what is written.
#include "base/json.h"

#include <string.h>

#include "suite.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

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

static const struct json *read_text(const char *text)
{
	return json_read(arena, text, strlen(text), &faults);
}

static char *written(const struct json *value)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_add_value(&out, NULL, value);
	return out.out.bytes;
}

static const char *const good[][2] = {
    // as sent, and as written again
    {"null", "null"},
    {" true\r\n\t", "true"},
    {"false", "false"},
    {"0", "0"},
    {"-0", "-0"},
    {"12.50", "12.50"},
    {"1e3", "1e3"},
    {"-1.5E-7", "-1.5E-7"},
    {"12345678901234567890", "12345678901234567890"},
    {"\"\"", "\"\""},
    {"\"维护\\u7ef4\\ud83d\\ude00\"", "\"维护维😀\""},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\""},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[1, [2, {\"a\": [3]}], 4]", "[1,[2,{\"a\":[3]}],4]"},
    {"{\"a\": 1, \"b\": {\"a\": 2}, \"\": null}", "{\"a\":1,\"b\":{\"a\":2},\"\":null}"},
};

START_TEST(good_text_comes_back)
{
	const struct json *value = read_text(good[_i][0]);

	ck_assert_ptr_nonnull(value);
	ck_assert_uint_eq(faults.count, 0);
	ck_assert_str_eq(written(value), good[_i][1]);
}
END_TEST

static const char *const bad[] = {
    "",
    " ",
    "nul",
    "nullx",
    "True",
    "tru",
    "1 2",
    "{} {}",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{'a':1}",
    "{1:2}",
    "[",
    "]",
    "{",
    "}",
    "[}",
    "[1",
    "{\"a\":1",
    "\"",
    "\"\\",
    "\"\\u12",
    "\"abc",
    // numbers
    "01",
    "-01",
    "1.",
    ".5",
    "-",
    "+1",
    "1e",
    "1e+",
    "0x10",
    "1.2.3",
    "1e5.3",
    "Infinity",
    "NaN",
    "1e999",
    "-1e999",
    "1000000000000000000000000000000000000000000000000000000000000000000000",
    // strings
    "\"\n\"",
    "\"\t\"",
    "\"\x01\"",
    "\"\\x41\"",
    "\"\\a\"",
    "\"\\u00g0\"",
    "\"\\uZZZZ\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\u0041\"",
    "\"\\ud800\\ud800\"",
    "\"\\ud83dx\"",
    "\"\x80\"",
    "\"\xc0\xaf\"",
    "\"\xed\xa0\x80\"",
    // around
    "\xef\xbb\xbf{}",
    "{}\x01",
    "\x0b{}",
    "[1]\xc2\xa0",
    "/* */ 1",
    "1 // one",
    // keys
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"b\":2,\"\\u0061\":3}",
    "[{\"b\":{\"x\":1,\"x\":1}}]",
};

START_TEST(bad_text_is_refused)
{
	ck_assert_msg(read_text(bad[_i]) == NULL, "%s", bad[_i]);
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_str_eq(faults.first->field, "");
}
END_TEST

START_TEST(nul_is_refused)
{
	ck_assert_ptr_null(json_read(arena, "\"a\0b\"", 5, &faults));
	ck_assert_ptr_null(json_read(arena, "{}\0", 3, &faults));
	ck_assert_uint_eq(faults.count, 2);
}
END_TEST

START_TEST(only_the_given_length_is_read)
{
	ck_assert_ptr_nonnull(json_read(arena, "12garbage", 2, &faults));
	ck_assert_ptr_null(json_read(arena, "{\"a\":1}", 6, &faults));
}
END_TEST

START_TEST(depth_is_limited)
{
	char text[131] = {0};

	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	ck_assert_ptr_nonnull(read_text(text));
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	ck_assert_ptr_null(read_text(text));
}
END_TEST

START_TEST(very_many_keys_cost_little)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_begin(&out, NULL, '{');
	for (int i = 0; i < 100000; i++)
		json_add_int(&out, arena_print(arena, "key%d", i), i);
	json_end(&out, '}');
	ck_assert_uint_eq(read_text(out.out.bytes)->count, 100000);
}
END_TEST

START_TEST(members_are_found)
{
	const struct json *object = read_text("{\"a\":\"x\",\"b\":[1,2,3],\"c\":null}");

	ck_assert_uint_eq(object->count, 3);
	ck_assert_str_eq(json_text(json_member(object, "a")), "x");
	ck_assert_uint_eq(json_member(object, "b")->count, 3);
	ck_assert_int_eq(json_member(object, "c")->type, JSON_NULL);
	ck_assert_ptr_null(json_member(object, "d"));
	ck_assert_ptr_null(json_member(NULL, "a"));
	ck_assert_ptr_null(json_member(json_member(object, "b"), "a"));
	ck_assert_ptr_null(json_text(json_member(object, "b")));
	ck_assert_ptr_null(json_text(NULL));
	ck_assert_str_eq(json_type_name(object->type), "object");
	ck_assert_str_eq(json_type_name(JSON_TEXT), "string");
	ck_assert_str_eq(json_type_name(JSON_FALSE), "boolean");
}
END_TEST

static const struct {
	const char *text;
	int64_t number;
	bool whole;
} ints[] = {
    {"0", 0, true},
    {"-17", -17, true},
    {"1e3", 1000, true},
    {"2.0", 2, true},
    {"9007199254740992", INT64_C(9007199254740992), true},
    {"-9007199254740992", INT64_C(-9007199254740992), true},
    {"9007199254740993", 0, false},
    {"9007199254740993.0", 0, false},
    {"1e300", 0, false},
    {"1.5", 0, false},
    {"\"1\"", 0, false},
    {"true", 0, false},
    {"null", 0, false},
};

START_TEST(whole_numbers_are_exact)
{
	int64_t number = 77;

	ck_assert_int_eq(json_int(read_text(ints[_i].text), &number), ints[_i].whole);
	ck_assert_int_eq(number, ints[_i].whole ? ints[_i].number : 77);
	ck_assert(!json_int(NULL, &number));
}
END_TEST

START_TEST(the_writer_minds_commas_and_escapes)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_begin(&out, NULL, '{');
	json_add_text(&out, "a\"b", "x\ny\x7f 维");
	json_add_text(&out, "none", NULL);
	json_add_int(&out, "int", INT64_MIN);
	json_add_bool(&out, "yes", true);
	json_add_raw(&out, "raw", "[1, 2]");
	json_add_raw(&out, "no_raw", NULL);
	json_begin(&out, "list", '[');
	json_add_null(&out, NULL);
	json_begin(&out, NULL, '{');
	json_end(&out, '}');
	json_end(&out, ']');
	json_splice(&out, "{\"s\": 1, \"t\": {\"u\": 2}}");
	json_splice(&out, " { } ");
	json_splice(&out, "{}");
	json_add_bool(&out, "last", false);
	json_end(&out, '}');
	ck_assert_str_eq(out.out.bytes,
	    "{\"a\\\"b\":\"x\\ny\x7f 维\",\"none\":null,\"int\":-9223372036854775808,\"yes\":true,\"raw\":[1, 2],"
	    "\"no_raw\":null,\"list\":[null,{}],\"s\": 1, \"t\": {\"u\": 2},\"last\":false}");
	ck_assert_ptr_nonnull(read_text(out.out.bytes));
}
END_TEST

// Wherever it stands among eight bytes that are looked at together.
START_TEST(an_escape_is_found_at_every_place)
{
	static const struct {
		char byte;
		const char *escaped;
	} escapes[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {1, "\\u0001"}, {31, "\\u001f"}, {' ', " "},
	    {(char)0xc3, "\xc3"}};
	struct json_out json;

	for (size_t i = 0; i < COUNT(escapes); i++)
		for (int place = 0; place < 20; place++) {
			char text[21];

			memset(text, 'x', 20);
			text[20] = '\0';
			text[place] = escapes[i].byte;
			json_out_init(&json, arena);
			json_add_cell(&json,
			    &(struct json_cell){.key = "\"k\":",
			        .key_length = 4,
			        .text = text,
			        .length = 20,
			        .quoted = true});
			const char *told =
			    arena_print(arena, "\"k\":\"%.*s%s%s\"", place, text, escapes[i].escaped, text + place + 1);
			ck_assert_str_eq(json.out.bytes, told);
		}
}
END_TEST

START_TEST(a_splice_may_come_first)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_begin(&out, NULL, '{');
	json_splice(&out, "{\"s\": 1}");
	json_add_int(&out, "a", 2);
	json_end(&out, '}');
	ck_assert_str_eq(out.out.bytes, "{\"s\": 1,\"a\":2}");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *cases = tcase_create("json");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, good_text_comes_back, 0, COUNT(good));
	tcase_add_loop_test(cases, bad_text_is_refused, 0, COUNT(bad));
	tcase_add_test(cases, nul_is_refused);
	tcase_add_test(cases, only_the_given_length_is_read);
	tcase_add_test(cases, depth_is_limited);
	tcase_add_test(cases, very_many_keys_cost_little);
	tcase_add_test(cases, members_are_found);
	tcase_add_loop_test(cases, whole_numbers_are_exact, 0, COUNT(ints));
	tcase_add_test(cases, the_writer_minds_commas_and_escapes);
	tcase_add_test(cases, an_escape_is_found_at_every_place);
	tcase_add_test(cases, a_splice_may_come_first);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
