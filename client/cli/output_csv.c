// SPDX-License-Identifier: Apache-2.0
// CSV (RFC 4180) and TSV: identifiers and values as the server has them, a header line first.
#include <string.h>

#include "cli/output.h"
#include "cli/safe.h"

static void csv_cell(FILE *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")] && *text != ' ') {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void csv_begin(struct output *output)
{
	FILE *out = output->cli->out;
	for (size_t i = 0; output->header && output->columns[i]; i++) {
		fputs(i > 0 ? "," : "", out);
		csv_cell(out, output->columns[i]->key);
	}
	fputs(output->header ? "\r\n" : "", out);
}

// A spreadsheet takes text that begins so for a formula; an apostrophe keeps it text.
static bool is_formula(const char *text)
{
	return *text && strchr("=+-@\t\r", *text);
}

// Each item has an arena of its own: a list of millions takes no more memory than one of ten.
void csv_item(struct output *output, const struct json *item)
{
	struct arena *arena = arena_new();
	FILE *out = output->cli->out;
	for (size_t i = 0; output->columns[i]; i++) {
		const char *text = column_plain(arena, output->columns[i], item);
		if (column_is_text(output->columns[i], item) && is_formula(text))
			text = arena_print(arena, "'%s", text);
		fputs(i > 0 ? "," : "", out);
		csv_cell(out, output->cli->terminal ? safe_lines(arena, text) : text);
	}
	fputs("\r\n", out);
	arena_free(arena);
}

void tsv_begin(struct output *output)
{
	FILE *out = output->cli->out;
	for (size_t i = 0; output->header && output->columns[i]; i++)
		fprintf(out, "%s%s", i > 0 ? "\t" : "", output->columns[i]->key);
	fputs(output->header ? "\n" : "", out);
}

// One item, one line: what would break it is written as \t, \n, \r, \\.
static void tsv_cell(FILE *out, const char *text)
{
	static const char breaking[] = "\t\n\r\\", letters[] = "tnr\\";
	for (; *text; text++) {
		const char *found = strchr(breaking, *text);
		if (found)
			fprintf(out, "\\%c", letters[found - breaking]);
		else
			fputc(*text, out);
	}
}

void tsv_item(struct output *output, const struct json *item)
{
	struct arena *arena = arena_new();
	FILE *out = output->cli->out;
	for (size_t i = 0; output->columns[i]; i++) {
		const char *text = column_plain(arena, output->columns[i], item);
		fputs(i > 0 ? "\t" : "", out);
		tsv_cell(out, output->cli->terminal ? safe_lines(arena, text) : text);
	}
	fputc('\n', out);
	arena_free(arena);
}
