// SPDX-License-Identifier: Apache-2.0
// Text: what is UTF-8 and what is not, numbers, distances, buffers.
#include <string.h>

#include "base/text.h"
#include "suite.h"

static const struct {
	const char *bytes;
	bool good;
} utf8[] = {
    {"", true},
    {"plain", true},
    {"维护", true},
    {"\xc2\x80", true},
    {"\xdf\xbf", true},
    {"\xe0\xa0\x80", true},
    {"\xed\x9f\xbf", true},
    {"\xee\x80\x80", true},
    {"\xf0\x90\x80\x80", true},
    {"\xf4\x8f\xbf\xbf", true},
    {"\x80", false},     // a continuation alone
    {"\xc0\xaf", false}, // overlong '/'
    {"\xc1\xbf", false},
    {"\xc2", false}, // cut off
    {"\xe7\xbb", false},
    {"\xf0\x9f\x98", false},
    {"\xe0\x9f\xbf", false},     // overlong
    {"\xed\xa0\x80", false},     // surrogate
    {"\xf0\x8f\xbf\xbf", false}, // overlong
    {"\xf4\x90\x80\x80", false}, // above U+10FFFF
    {"\xf5\x80\x80\x80", false},
    {"\xff", false},
    {"a\xe7\x28\xa1", false},
};

START_TEST(utf8_is_judged)
{
	ck_assert_int_eq(text_is_utf8(utf8[_i].bytes, strlen(utf8[_i].bytes)), utf8[_i].good);
}
END_TEST

START_TEST(points_are_counted)
{
	ck_assert_uint_eq(text_points(""), 0);
	ck_assert_uint_eq(text_points("a维护😀"), 4);
}
END_TEST

START_TEST(tokens_are_printable_ascii)
{
	ck_assert(text_is_token("a-Z~!09"));
	ck_assert(!text_is_token(""));
	ck_assert(!text_is_token("a b"));
	ck_assert(!text_is_token("a\x7f"));
	ck_assert(!text_is_token("维"));
}
END_TEST

START_TEST(texts_are_compared)
{
	ck_assert(text_equals("a", "a") && text_equals(NULL, NULL));
	ck_assert(!text_equals("a", "b") && !text_equals(NULL, "") && !text_equals("", NULL));
	ck_assert(text_starts("ticket", "tick") && text_starts("ticket", ""));
	ck_assert(!text_starts("tick", "ticket"));
}
END_TEST

static const struct {
	const char *text;
	int64_t least, most, number;
	bool good;
} ints[] = {
    {"0", 0, 10, 0, true},
    {"10", 0, 10, 10, true},
    {"-5", -5, 5, -5, true},
    {"007", 0, 10, 7, true},
    {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true},
    {"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true},
    {"9223372036854775808", INT64_MIN, INT64_MAX, 0, false},
    {"-9223372036854775809", INT64_MIN, INT64_MAX, 0, false},
    {"99999999999999999999", INT64_MIN, INT64_MAX, 0, false},
    {"11", 0, 10, 0, false},
    {"-1", 0, 10, 0, false},
    {"", 0, 10, 0, false},
    {"-", -10, 10, 0, false},
    {"+1", 0, 10, 0, false},
    {" 1", 0, 10, 0, false},
    {"1 ", 0, 10, 0, false},
    {"1.0", 0, 10, 0, false},
    {"0x1", 0, 10, 0, false},
};

START_TEST(whole_numbers_are_read_strictly)
{
	int64_t number = 77;

	ck_assert_int_eq(text_to_int(ints[_i].text, ints[_i].least, ints[_i].most, &number), ints[_i].good);
	ck_assert_int_eq(number, ints[_i].good ? ints[_i].number : 77);
}
END_TEST

START_TEST(items_are_joined)
{
	const char *items[] = {"a", "b", "c"};
	struct arena *arena = arena_new();

	ck_assert_str_eq(text_join(arena, items, 3, ", "), "a, b, c");
	ck_assert_str_eq(text_join(arena, items, 1, ", "), "a");
	ck_assert_str_eq(text_join(arena, items, 0, ", "), "");
	arena_free(arena);
}
END_TEST

static const struct {
	const char *a, *b;
	size_t distance;
} distances[] = {
    {"", "", 0},
    {"", "abc", 3},
    {"abc", "", 3},
    {"submit", "submit", 0},
    {"sumbit", "submit", 1}, // a swap counts one
    {"colse", "close", 1},
    {"closed", "close", 1},
    {"kitten", "sitting", 3},
    {"ab", "ba", 1},
};

START_TEST(distances_are_small_for_slips)
{
	ck_assert_uint_eq(text_distance(distances[_i].a, distances[_i].b), distances[_i].distance);
}
END_TEST

START_TEST(buffers_grow)
{
	struct arena *arena = arena_new();
	struct buffer buffer;

	buffer_init(&buffer, arena);
	ck_assert_str_eq(buffer.bytes, "");
	for (int i = 0; i < 5000; i++) {
		buffer_add_char(&buffer, 'a');
		buffer_add_text(&buffer, "bc");
		buffer_add(&buffer, "de", 1);
		buffer_print(&buffer, "%d", 7);
		ck_assert_uint_eq(strlen(buffer.bytes), buffer.length);
	}
	ck_assert_uint_eq(buffer.length, 25000);
	ck_assert_str_eq(buffer.bytes + 24990, "abcd7abcd7");
	arena_free(arena);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *text, *line;
	bool has;
} lines[] = {
    {"", "a", false},
    {"a", "a", true},
    {"a\nb\r\nlast", "b", true},
    {"a\nb\r\nlast", "LAST", true},
    {"a\nb\n", "ab", false},
    {"abc\n", "ab", false},
    {"ab\n", "abc", false},
    {"\n\na", "", false},
    {"口令一二三\n", "口令一二三", true},
};

START_TEST(a_line_is_found_whole)
{
	ck_assert_int_eq(text_has_line(lines[_i].text, lines[_i].line), lines[_i].has);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *cases = tcase_create("text");

	tcase_add_loop_test(cases, utf8_is_judged, 0, COUNT(utf8));
	tcase_add_test(cases, points_are_counted);
	tcase_add_test(cases, tokens_are_printable_ascii);
	tcase_add_test(cases, texts_are_compared);
	tcase_add_loop_test(cases, whole_numbers_are_read_strictly, 0, COUNT(ints));
	tcase_add_test(cases, items_are_joined);
	tcase_add_loop_test(cases, distances_are_small_for_slips, 0, COUNT(distances));
	tcase_add_test(cases, buffers_grow);
	tcase_add_loop_test(cases, a_line_is_found_whole, 0, (int)(sizeof(lines) / sizeof(*lines)));
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
