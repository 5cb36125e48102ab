// SPDX-License-Identifier: Apache-2.0
// Exports as text. While a client takes a page, the next one is asked for and written; it waits until that one is
// taken.
#include <string.h>

#include "api/export_parts.h"
#include "store/row.h"

// CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe.

static bool is_formula(const char *text)
{
	return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static bool needs_quotes(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == ',' || text[i] == '"' || text[i] == '\r' || text[i] == '\n')
			return true;
	return false;
}

static void add_cell(struct buffer *out, const char *text, size_t length, bool is_text)
{
	bool formula = is_text && is_formula(text);

	if (!formula && !needs_quotes(text, length)) {
		buffer_add(out, text, length);
		return;
	}
	char *from = buffer_room(out, 2 * length + strlen("\"'\"")), *at = from;
	*at++ = '"';
	if (formula)
		*at++ = '\'';
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			*at++ = '"';
		*at++ = text[i];
	}
	*at++ = '"';
	buffer_grew(out, (size_t)(at - from));
}

static void add_heading(struct buffer *out, const char *text)
{
	add_cell(out, text, strlen(text), true);
}

static void csv_begin(const struct export_state *state, struct buffer *out)
{
	if (state->bom)
		buffer_add_text(out, "\xEF\xBB\xBF");
	for (const struct export_column *column = state->columns; column->name != NULL; column++) {
		if (column != state->columns)
			buffer_add_char(out, ',');
		add_heading(out, export_heading(state, column));
	}
	buffer_add_text(out, "\r\n");
}

static void csv_row(const struct pg_result *rows, int row, const enum pg_type *types, struct buffer *out)
{
	int count = pg_columns(rows);

	for (int i = 0; i < count; i++) {
		char printed[MOMENT_TEXT];
		size_t length;
		const char *text = row_cell(rows, row, i, types[i], &length, printed);

		if (i > 0)
			buffer_add_char(out, ',');
		if (text != NULL)
			add_cell(out, text, length, types[i] == PG_TYPE_TEXT);
	}
	buffer_add_text(out, "\r\n");
}

static void csv_rows(const struct pg_result *rows, struct buffer *out)
{
	int count = pg_columns(rows);
	enum pg_type *types = arena_take_array(out->arena, (size_t)count, sizeof(*types));

	for (int i = 0; i < count; i++)
		types[i] = pg_type(rows, i);
	for (int row = 0; row < pg_rows(rows); row++)
		csv_row(rows, row, types, out);
}

// JSON Lines: an object a line, and no heading.

static void jsonl_begin(const struct export_state *state, struct buffer *out)
{
	(void)state;
	(void)out;
}

static void jsonl_rows(const struct pg_result *rows, struct buffer *out)
{
	row_write_lines(out, rows);
}

// The answer.

static bool is_lost(const struct call *call)
{
	return call->left || call->export->cut_off;
}

static void ask_ahead(struct call *call)
{
	struct export_state *state = call->export;

	if (state->asking || state->ended || is_lost(call))
		return;
	state->asking = export_ask_page(call);
	state->cut_off = !state->asking;
}

static call_step go_on;

static enum outcome piece_is_out(struct call *call)
{
	call->export->sending = false;
	return go_on(call);
}

static void send_page(struct call *call)
{
	struct export_state *state = call->export;

	state->sending = true;
	if (state->page.length > state->longest)
		state->longest = state->page.length;
	call_stream(call, state->page.bytes, state->page.length, piece_is_out);
	state->page.length = 0;
	export_drop_page(state);
}

// Runs when a page has come and when a piece is out, and ends when neither is waited for.
static enum outcome go_on(struct call *call)
{
	struct export_state *state = call->export;

	if (state->page.length > 0 && !state->sending && !is_lost(call))
		send_page(call);
	if (state->page.length == 0)
		ask_ahead(call);
	if (state->asking || state->sending)
		return WAIT;
	export_drop_page(state);
	return call_stream_end(call, !is_lost(call));
}

// Nothing can be refused any more once the first piece is out: the answer is cut off.
static enum outcome cut_off(struct call *call, const struct pg_result *rows)
{
	log_line(LOG_ERROR, &call->subject, "an export was cut off: %s", pg_message(rows));
	call->export->asking = false;
	call->export->cut_off = true;
	return go_on(call);
}

// What goes on behind a cursor is to be put behind what came before: it has no headings.
static bool begin_stream(struct call *call)
{
	struct export_state *state = call->export;

	call->failed = cut_off;
	export_head(call);
	if (query_get(&call->query, "cursor") == NULL)
		state->format->begin(state, &state->page);
	return call_stream_begin(call, state->format->type);
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;

	state->asking = false;
	state->arena = arena_new();
	buffer_init(&state->page, state->arena);
	buffer_room(&state->page, state->longest);
	if (call->failed != cut_off && !begin_stream(call)) {
		export_drop_page(state);
		return call_stream_end(call, true);
	}
	if (!state->sending)
		ask_ahead(call); // so that the database does not wait until these are written
	state->format->rows(rows, &state->page);
	return go_on(call);
}

const struct export_format export_csv = {"csv", "text/csv; charset=utf-8", tell_page, csv_begin, csv_rows};
const struct export_format export_jsonl = {"jsonl", "application/jsonl", tell_page, jsonl_begin, jsonl_rows};
