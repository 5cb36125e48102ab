// SPDX-License-Identifier: Apache-2.0
// Documents: text stays text, in Markdown and in HTML.
#include "base/document.h"

#include <string.h>

#include "suite.h"

static const struct {
	const char *text, *markdown, *html;
} texts[] = {
    {"plain 文字", "plain 文字", "plain 文字"},
    {"a|b", "a\\|b", "a|b"},
    {"<b>&\"", "\\<b\\>\\&\"", "&lt;b&gt;&amp;&quot;"},
    {"*x* _y_ `z` [l](u) ~s~ !i", "\\*x\\* \\_y\\_ \\`z\\` \\[l\\](u) \\~s\\~ \\!i", "*x* _y_ `z` [l](u) ~s~ !i"},
    {"# no heading", "\\# no heading", "# no heading"},
    {"- no list\n2026-11-23\r\n1. nor this", "\\- no list<br>2026-11-23<br>1\\. nor this",
        "- no list\n2026-11-23\r\n1. nor this"},
    {"back\\slash", "back\\\\slash", "back\\slash"},
};

START_TEST(text_stays_text)
{
	for (int html = 0; html < 2; html++) {
		struct arena *arena = arena_new();
		struct buffer out;
		struct document document = {&out, html == 1};
		const char *expected = html == 1 ? arena_print(arena, "<p>%s</p>\n", texts[_i].html)
		                                 : arena_print(arena, "\n%s\n", texts[_i].markdown);

		buffer_init(&out, arena);
		document_paragraph(&document, texts[_i].text);
		ck_assert_str_eq(out.bytes, expected);
		arena_free(arena);
	}
}
END_TEST

START_TEST(tables_are_told)
{
	static const char *const head[] = {"A", "B"}, *const row[] = {"1|2", NULL};
	struct arena *arena = arena_new();
	struct buffer out;
	struct document document = {&out, _i == 1};

	buffer_init(&out, arena);
	document_table(&document, head, 2);
	document_row(&document, row, 2);
	document_table_end(&document);
	ck_assert_str_eq(out.bytes,
	    _i == 1
	        ? "<table>\n<thead><tr><th>A</th><th>B</th></tr>\n</thead>\n<tbody>\n<tr><td>1|2</td><td></td></tr>\n"
	          "</tbody>\n</table>\n"
	        : "\n| A | B |\n|---|---|\n| 1\\|2 |  |\n");
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("document");
	TCase *cases = tcase_create("document");

	tcase_add_loop_test(cases, text_stays_text, 0, (int)(sizeof(texts) / sizeof(*texts)));
	tcase_add_loop_test(cases, tables_are_told, 0, 2);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
