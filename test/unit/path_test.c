// SPDX-License-Identifier: Apache-2.0
// Paths matched against patterns, and queries.
#include "http/path.h"

#include "base/text.h"

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

static const struct {
	const char *pattern, *path;
	const char *parts; // joined by '|'; NULL: no match
} paths[] = {
    {"/v1/tickets", "/v1/tickets", ""},
    {"/v1/tickets", "/v1/%74ickets", ""},
    {"/v1/tickets/{id}", "/v1/tickets/42", "42"},
    {"/v1/tickets/{id}/links/{other}", "/v1/tickets/42/links/7", "42|7"},
    {"/v1/programs/{code}", "/v1/programs/%E5%B9%B3%E5%8F%B0", "平台"},
    {"/v1/programs/{code}", "/v1/programs/a+b", "a+b"},
    {"/v1/programs/{code}", "/v1/programs/a%20b", "a b"},
    {"/v1/tile/{tile*}", "/v1/tile/0/x001/234.p/17", "0/x001/234.p/17"},
    {"/v1/tile/{tile*}", "/v1/tile/", NULL},
    {"/v1/tile/{tile*}", "/v1/tile", NULL},
    {"/v1/tile/{tile*}", "/v1/tile/0%2F1", NULL},
    {"/", "/", ""},
    {"/v1/tickets", "/v1/tickets/", NULL},
    {"/v1/tickets", "/v1/ticket", NULL},
    {"/v1/tickets", "/v1", NULL},
    {"/v1/tickets/{id}", "/v1/tickets", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/42/", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/42/43", NULL},
    {"/v1/tickets/{id}", "/v1//42", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/4%2F2", NULL}, // an encoded slash is no slash
    {"/v1/tickets/{id}", "/v1/tickets/%00", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/%4", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/%zz", NULL},
    {"/v1/tickets/{id}", "/v1/tickets/%ff", NULL},
    {"/v1/tickets", "/v1/tick%00ets", NULL},
};

START_TEST(paths_match_patterns)
{
	struct path_parts parts;
	bool match = path_match(paths[_i].pattern, paths[_i].path, &parts, arena);

	ck_assert_msg(match == (paths[_i].parts != NULL), "%s %s", paths[_i].pattern, paths[_i].path);
	if (match)
		ck_assert_str_eq(text_join(arena, parts.part, parts.count, "|"), paths[_i].parts);
}
END_TEST

START_TEST(queries_are_decoded)
{
	struct query query;

	ck_assert(query_read("a=1&q=%E7%BB%B4+%E6%8A%A4&empty=&bare&&x%3Dy=%2526", &query, arena, &faults));
	ck_assert_uint_eq(query.count, 5);
	ck_assert_str_eq(query_get(&query, "a"), "1");
	ck_assert_str_eq(query_get(&query, "q"), "维 护");
	ck_assert_str_eq(query_get(&query, "empty"), "");
	ck_assert_str_eq(query_get(&query, "bare"), "");
	ck_assert_str_eq(query_get(&query, "x=y"), "%26");
	ck_assert_ptr_null(query_get(&query, "b"));
	ck_assert(query_read(NULL, &query, arena, &faults));
	ck_assert_uint_eq(query.count, 0);
	ck_assert(query_read("", &query, arena, &faults));
	ck_assert_uint_eq(query.count, 0);
}
END_TEST

static const struct {
	const char *raw, *field, *code;
} bad[] = {
    {"a=1&b=2&a=3", "a", "duplicate"},
    {"a=%", "a", "format"},
    {"a=%1", "a", "format"},
    {"a=%xy", "a", "format"},
    {"a=%00", "a", "format"},
    {"a=%C0%AF", "a", "format"},
    {"%zz=1", "", "format"},
};

START_TEST(bad_queries_name_the_field)
{
	struct query query;

	ck_assert(!query_read(bad[_i].raw, &query, arena, &faults));
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_str_eq(faults.first->field, bad[_i].field);
	ck_assert_str_eq(faults.first->code, bad[_i].code);
}
END_TEST

START_TEST(what_is_escaped_is_read_back)
{
	const char *text = "a b&c=d/平台%+~\"";
	struct query query;

	ck_assert_str_eq(query_escape(arena, "a b&维"), "a%20b%26%E7%BB%B4");
	ck_assert(query_read(arena_print(arena, "x=%s", query_escape(arena, text)), &query, arena, &faults));
	ck_assert_str_eq(query_get(&query, "x"), text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *cases = tcase_create("path");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, paths_match_patterns, 0, COUNT(paths));
	tcase_add_test(cases, queries_are_decoded);
	tcase_add_loop_test(cases, bad_queries_name_the_field, 0, COUNT(bad));
	tcase_add_test(cases, what_is_escaped_is_read_back);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
