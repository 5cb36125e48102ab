// SPDX-License-Identifier: Apache-2.0
// Exports as text: a page is written when the client has taken the one before.
#include <string.h>

#include "api/export_parts.h"
#include "store/row.h"

// CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe.

static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void add_cell(struct buffer *out, const char *text, bool is_text)
{
	bool formula = is_text && is_formula(text);

	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		buffer_add_text(out, text);
		return;
	}
	buffer_add_text(out, formula ? "\"'" : "\"");
	for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
		buffer_add(out, text, (size_t)(quote - text) + 1);
		buffer_add_char(out, '"');
	}
	buffer_add_text(out, text);
	buffer_add_char(out, '"');
}

static void csv_begin(const struct export_state *state, struct buffer *out)
{
	if (state->bom)
		buffer_add_text(out, "\xEF\xBB\xBF");
	for (const struct export_column *column = state->export->columns; column->name != NULL; column++) {
		if (column != state->export->columns)
			buffer_add_char(out, ',');
		add_cell(out, export_heading(state, column), true);
	}
	buffer_add_text(out, "\r\n");
}

static void csv_row(const struct export *export, const struct pg_result *rows, int row, struct buffer *out)
{
	for (int i = 0; export->columns[i].name != NULL; i++) {
		char printed[MOMENT_TEXT];
		const char *text = export_cell(rows, row, i, printed);

		if (i > 0)
			buffer_add_char(out, ',');
		if (text != NULL)
			add_cell(out, text, pg_type(rows, i) == PG_TYPE_TEXT);
	}
	buffer_add_text(out, "\r\n");
}

// JSON Lines: an object a line.

static void jsonl_begin(const struct export_state *state, struct buffer *out)
{
	(void)state;
	(void)out;
}

static void jsonl_row(const struct export *export, const struct pg_result *rows, int row, struct buffer *out)
{
	struct json_out json = {.out = *out};

	json_begin(&json, NULL, '{');
	for (int i = 0; export->columns[i].name != NULL; i++)
		row_write_column(&json, export->columns[i].name, rows, row, i);
	json_end(&json, '}');
	*out = json.out;
	buffer_add_char(out, '\n');
}

// The answer.

static enum outcome go_on(struct call *call)
{
	return call->export->ended ? call_stream_end(call, true) : export_ask_page(call);
}

// Nothing can be refused any more once the first piece is out: the answer is cut off.
static enum outcome cut_off(struct call *call, const struct pg_result *rows)
{
	log_line(LOG_ERROR, &call->subject, "an export was cut off: %s", pg_message(rows));
	export_drop_page(call->export);
	return call_stream_end(call, false);
}

// What goes on behind a cursor is to be put behind what came before: it has no headings.
static bool begin_stream(struct call *call, struct buffer *out)
{
	struct export_state *state = call->export;

	call->failed = cut_off;
	export_head(call);
	if (query_get(&call->query, "cursor") == NULL)
		state->format->begin(state, out);
	return call_stream_begin(call, state->format->type);
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;
	struct buffer out;
	bool wants_body = true;

	buffer_init(&out, state->arena);
	if (call->failed != cut_off)
		wants_body = begin_stream(call, &out);
	for (int row = 0; row < pg_rows(rows); row++)
		state->format->row(state->export, rows, row, &out);
	enum outcome outcome = wants_body && out.length > 0 ? call_stream(call, out.bytes, out.length, go_on)
	                                                    : call_stream_end(call, true);
	export_drop_page(state);
	return outcome;
}

const struct export_format export_csv = {"csv", "text/csv; charset=utf-8", tell_page, csv_begin, csv_row};
const struct export_format export_jsonl = {"jsonl", "application/jsonl", tell_page, jsonl_begin, jsonl_row};
