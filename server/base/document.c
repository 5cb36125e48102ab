// SPDX-License-Identifier: Apache-2.0
// Documents as Markdown or HTML.
#include "base/document.h"

#include <string.h>

#define SHORT_MOST 10 // characters of a cell that is not broken
#define WORD_MOST 16  // characters after which a word may be

static const char style[] =
    "@page{size:A4;margin:18mm 15mm;@bottom-center{content:counter(page) \" / \" counter(pages);font-size:9pt}}"
    "body{font:10.5pt/1.5 \"Noto Serif CJK SC\",\"Source Han Serif SC\",SimSun,\"Noto Serif\",serif;max-width:60em;"
    "margin:2em auto;padding:0 1em}"
    "@media print{body{margin:0;padding:0 1px;max-width:none}}"
    "h1{font-size:1.6em}h2{font-size:1.2em;margin-top:1.6em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;font-size:.86em}"
    "th,td{border:1px solid #888;padding:.2em .4em;text-align:left;vertical-align:top;white-space:nowrap}"
    "th{background:#eee;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    ".long{white-space:pre-line}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "p{white-space:pre-line;overflow-wrap:anywhere}";

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

// Columns of short cells keep their width; a long one may be broken, a word of it where nothing else will do.
static void add_cell(const struct document *document, const char *element, const char *text)
{
	bool is_long = text_points(text) > SHORT_MOST;
	size_t word = 0;

	buffer_print(document->out, is_long ? "<%s class=\"long\">" : "<%s>", element);
	for (const char *c = text; *c != '\0'; c++) {
		const char byte[] = {*c, '\0'};
		bool of_word = *c > ' ' && *c < 0x7f; // Chinese may be broken anywhere

		if (of_word && word == WORD_MOST) {
			buffer_add_text(document->out, "<wbr>");
			word = 0;
		}
		word = of_word ? word + 1 : 0;
		add_html(document->out, byte);
	}
	buffer_print(document->out, "</%s>", element);
}

static void add_cells(const struct document *document, const char *element, const char *const *cells, size_t count)
{
	buffer_add_text(document->out, document->html ? "<tr>" : "|");
	for (size_t i = 0; i < count; i++) {
		const char *text = cells[i] == NULL ? "" : cells[i];

		if (document->html) {
			add_cell(document, element, text);
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
