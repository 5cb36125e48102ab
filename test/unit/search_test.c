// SPDX-License-Identifier: Apache-2.0
// Search terms: how texts are cut, and that no query can be anything but terms.
#include "domain/search.h"

#include <string.h>

#include "suite.h"

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct {
	const char *text, *terms;
	const char *query; // NULL: nothing to search for
} cuts[] = {
    {"", "", NULL}, {NULL, "", NULL}, {"支付网关", "'支付' '付网' '网关' '关'", "'支付' & '付网' & '网关'"},
    {"支付", "'支付' '付'", "'支付'"}, {"支", "'支'", "'支':*"},
    {"二〇二六", "'二〇' '〇二' '二六' '六'", "'二〇' & '〇二' & '二六'"}, {"人々", "'人々' '々'", "'人々'"},
    {"𠀀𠀁", "'𠀀𠀁' '𠀁'", "'𠀀𠀁'"}, {"Payment GATEWAY", "'payment' 'gateway'", "'payment':* & 'gateway':*"},
    {"ERR-42,重启", "'err' '42' '重启' '启'", "'err':* & '42':* & '重启'"},
    {"用Redis缓存", "'用' 'redis' '缓存' '存'", "'用':* & 'redis':* & '缓存'"},
    {"服务器 磁盘", "'服务' '务器' '器' '磁盘' '盘'", "'服务' & '务器' & '磁盘'"},
    {"支付。网关", "'支付' '付' '网关' '关'", "'支付' & '网关'"}, {"über café", "'über' 'café'", "'über':* & 'café':*"},
    {"😀", "", NULL}, {"坏😀了", "'坏' '了'", "'坏':* & '了':*"}, {"👨‍👩‍👧", "", NULL}, // joined by U+200D
    {"' OR '1'='1", "'or' '1' '1'", "'or':* & '1':* & '1':*"},
    {"a' | !b:*A \\ <-> (c)", "'a' 'b' 'a' 'c'", "'a':* & 'b':* & 'a':* & 'c':*"}, {"…—!？\t\n", "", NULL},
    {SIXTY "klmn", "'" SIXTY "klmn'", "'" SIXTY "klmn':*"}, {SIXTY "klmnopq", "'" SIXTY "klmn'", "'" SIXTY "klmn':*"},
    {SIXTY "klmé", "'" SIXTY "klm'", "'" SIXTY "klm':*"}, // never half a character
};

START_TEST(a_text_is_cut_into_terms)
{
	struct arena *arena = arena_new();
	struct buffer vector;

	buffer_init(&vector, arena);
	search_terms(&vector, cuts[_i].text);
	ck_assert_str_eq(vector.bytes, cuts[_i].terms);
	arena_free(arena);
}
END_TEST

START_TEST(a_query_asks_for_all_of_its_terms)
{
	struct arena *arena = arena_new();
	const char *query = search_query(arena, cuts[_i].text == NULL ? "" : cuts[_i].text);

	ck_assert_pstr_eq(query, cuts[_i].query);
	arena_free(arena);
}
END_TEST

// Whatever stands between quotes holds neither quote nor backslash: the query cannot break out of its terms.
START_TEST(no_byte_below_128_leaves_the_quotes)
{
	struct arena *arena = arena_new();
	char text[] = "a?b";

	for (text[1] = 1; text[1] > 0 && text[1] < 127; text[1]++) {
		const char *query = search_query(arena, text);
		size_t quotes = 0;

		for (const char *c = query; *c != '\0'; c++)
			quotes += *c == '\'';
		ck_assert_uint_eq(quotes % 4, strlen(query) > strlen("'a?b':*") ? 0 : 2);
		ck_assert_ptr_null(strchr(query, '\\'));
	}
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("search");
	TCase *cases = tcase_create("search");
	int count = (int)(sizeof(cuts) / sizeof(cuts[0]));

	tcase_add_loop_test(cases, a_text_is_cut_into_terms, 0, count);
	tcase_add_loop_test(cases, a_query_asks_for_all_of_its_terms, 0, count);
	tcase_add_test(cases, no_byte_below_128_leaves_the_quotes);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
