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

static const struct {
	const char *text, *html;
} cells[] = {
    {"人力资源分配", "<td>人力资源分配</td>"},
    {"2026-11-23", "<td>2026-11-23</td>"},
    {"to be corrected", "<td class=\"long\">to be corrected</td>"},
    {"misconfiguration <维护>", "<td class=\"long\">misconfiguration &lt;维护&gt;</td>"},
    {"提交3f9c2e1a7b80d4e5f60718293a4b5c6d7e为",
        "<td class=\"long\">提交3f9c2e1a7b80d4e5<wbr>f60718293a4b5c6d<wbr>7e为</td>"},
    {"&&&&&&&&&&&&&&&&&",
        "<td class=\"long\">&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;<wbr>"
        "&amp;</td>"},
};

START_TEST(cells_fit_on_paper)
{
	struct arena *arena = arena_new();
	struct buffer out;
	struct document document = {&out, true};

	buffer_init(&out, arena);
	document_row(&document, &cells[_i].text, 1);
	ck_assert_str_eq(out.bytes, arena_print(arena, "<tr>%s</tr>\n", cells[_i].html));
	arena_free(arena);
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
	TCase *tests = tcase_create("document");

	tcase_add_loop_test(tests, text_stays_text, 0, (int)(sizeof(texts) / sizeof(*texts)));
	tcase_add_loop_test(tests, tables_are_told, 0, 2);
	tcase_add_loop_test(tests, cells_fit_on_paper, 0, (int)(sizeof(cells) / sizeof(*cells)));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
