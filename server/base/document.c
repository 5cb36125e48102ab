// SPDX-License-Identifier: Apache-2.0
// Documents as Markdown or HTML.
#include "base/document.h"

#include <string.h>

static const char style[] = "@page{size:A4;margin:18mm 15mm}"
                            "body{font:10.5pt/1.5 \"Noto Serif CJK SC\",\"Source Han Serif SC\",SimSun,\"Noto "
                            "Serif\",serif;max-width:60em;margin:2em auto;"
                            "padding:0 1em}"
                            "h1{font-size:1.6em}h2{font-size:1.2em;margin-top:1.6em;break-after:avoid}"
                            "table{border-collapse:collapse;width:100%}"
                            "th,td{border:1px solid #888;padding:.25em .5em;text-align:left;vertical-align:top}"
                            "th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}"
                            "p{white-space:pre-line;overflow-wrap:anywhere}td{overflow-wrap:anywhere}";

static void add_html(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&': buffer_add_text(out, "&amp;"); break;
		case '<': buffer_add_text(out, "&lt;"); break;
		case '>': buffer_add_text(out, "&gt;"); break;
		case '"': buffer_add_text(out, "&quot;"); break;
		default: buffer_add_char(out, *text);
		}
}

// What begins a list, a heading or a rule where it begins a line: "- ", "1. ".
static bool begins_block(const char *line, const char *at)
{
	size_t before = (size_t)(at - line);

	return (strchr("-+=", *at) != NULL && before == strspn(line, " ")) ||
	    (strchr(".)", *at) != NULL && before == strspn(line, "0123456789 "));
}

static void add_markdown(struct buffer *out, const char *text)
{
	const char *line = text;

	for (; *text != '\0'; text++) {
		if (*text == '\n' || *text == '\r') {
			buffer_add_text(out, *text == '\n' ? "<br>" : "");
			line = text + 1;
			continue;
		}
		if (strchr("\\`*_{}[]<>#|&~!", *text) != NULL || begins_block(line, text))
			buffer_add_char(out, '\\');
		buffer_add_char(out, *text);
	}
}

static void add(const struct document *document, const char *text)
{
	(document->html ? add_html : add_markdown)(document->out, text);
}

static void add_element(const struct document *document, const char *name, const char *text)
{
	buffer_print(document->out, "<%s>", name);
	add_html(document->out, text);
	buffer_print(document->out, "</%s>", name);
}

void document_begin(struct document *document, const char *language, const char *title)
{
	if (document->html) {
		buffer_print(document->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		    text_equals(language, "zh") ? "zh-CN" : language);
		add_element(document, "title", title);
		buffer_print(document->out, "\n<style>%s</style>\n</head>\n<body>\n", style);
		add_element(document, "h1", title);
	} else {
		buffer_add_text(document->out, "# ");
		add(document, title);
	}
	buffer_add_char(document->out, '\n');
}

void document_heading(struct document *document, const char *text)
{
	if (document->html) {
		add_element(document, "h2", text);
	} else {
		buffer_add_text(document->out, "\n## ");
		add(document, text);
	}
	buffer_add_char(document->out, '\n');
}

void document_paragraph(struct document *document, const char *text)
{
	if (document->html) {
		add_element(document, "p", text);
	} else {
		buffer_add_char(document->out, '\n');
		add(document, text);
	}
	buffer_add_char(document->out, '\n');
}

static void add_cells(const struct document *document, const char *element, const char *const *cells, size_t count)
{
	buffer_add_text(document->out, document->html ? "<tr>" : "|");
	for (size_t i = 0; i < count; i++) {
		const char *text = cells[i] == NULL ? "" : cells[i];

		if (document->html) {
			add_element(document, element, text);
			continue;
		}
		buffer_add_char(document->out, ' ');
		add(document, text);
		buffer_add_text(document->out, " |");
	}
	buffer_add_text(document->out, document->html ? "</tr>\n" : "\n");
}

void document_table(struct document *document, const char *const *headings, size_t count)
{
	buffer_add_text(document->out, document->html ? "<table>\n<thead>" : "\n");
	add_cells(document, "th", headings, count);
	if (document->html) {
		buffer_add_text(document->out, "</thead>\n<tbody>\n");
		return;
	}
	buffer_add_char(document->out, '|');
	for (size_t i = 0; i < count; i++)
		buffer_add_text(document->out, "---|");
	buffer_add_char(document->out, '\n');
}

void document_row(struct document *document, const char *const *cells, size_t count)
{
	add_cells(document, "td", cells, count);
}

void document_table_end(struct document *document)
{
	if (document->html)
		buffer_add_text(document->out, "</tbody>\n</table>\n");
}

void document_end(struct document *document)
{
	if (document->html)
		buffer_add_text(document->out, "</body>\n</html>\n");
}
