// SPDX-License-Identifier: Apache-2.0
// Exports as workbooks: a page becomes rows on a thread beside the loop, and the finished file goes out at the client's
// pace. Until then nothing was answered, so that a full disk can still be told.
#include "api/export_parts.h"
#include "api/refusal.h"
#include "base/spreadsheet.h"
#include "store/row.h"

#define PIECE 65536 // bytes

static const enum cell_type cell_types[] = {
    [PG_TYPE_TEXT] = CELL_TEXT,
    [PG_TYPE_NUMBER] = CELL_NUMBER,
    [PG_TYPE_TRUTH] = CELL_TRUTH,
    [PG_TYPE_TIME] = CELL_TIME,
    [PG_TYPE_DAY] = CELL_DAY,
    [PG_TYPE_JSON] = CELL_TEXT,
};

static void sheet_drop(struct call *call)
{
	spreadsheet_free(call->export->spreadsheet);
	export_drop_page(call->export);
}

// A spreadsheet's times have no zone: the heading tells it.
static const char *heading_of(struct call *call, const struct export_column *column, enum cell_type type)
{
	const char *heading = export_heading(call->export, column);

	return type == CELL_TIME ? arena_print(call->arena, "%s (UTC)", heading) : heading;
}

static void sheet_begin(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;
	size_t count = (size_t)pg_columns(rows);
	const char **headings = arena_take_array(call->arena, count, sizeof(*headings));
	enum cell_type *types = arena_take_array(call->arena, count, sizeof(*types));

	for (size_t i = 0; i < count; i++) {
		types[i] = cell_types[pg_type(rows, (int)i)];
		headings[i] = heading_of(call, &state->columns[i], types[i]);
	}
	state->spreadsheet =
	    spreadsheet_new(call->service->settings->data, state->export->name, headings, types, count);
	call->ending = sheet_drop;
}

// On the thread.

static void write_page(void *context)
{
	struct export_state *state = context;
	const char *const *cell = state->cells;

	for (int row = 0; row < state->rows; row++) {
		for (int column = 0; column < state->width; column++)
			spreadsheet_add(state->spreadsheet, (size_t)column, *cell++);
		spreadsheet_end_row(state->spreadsheet);
	}
	if (state->ended)
		state->size = spreadsheet_finish(state->spreadsheet);
}

// On the loop: the file, when it is whole.

static enum outcome send_piece(struct call *call)
{
	struct export_state *state = call->export;
	char bytes[PIECE];

	if (call->left || state->sent == state->size)
		return call_stream_end(call, !call->left);
	int64_t count = spreadsheet_read(state->spreadsheet, state->sent, bytes, sizeof(bytes));
	if (count <= 0)
		return call_stream_end(call, false);
	state->sent += count;
	return call_stream(call, bytes, (size_t)count, send_piece);
}

static enum outcome send_file(struct call *call)
{
	export_head(call);
	return call_stream_begin(call, export_xlsx.type) ? send_piece(call) : call_stream_end(call, true);
}

static enum outcome go_on(struct call *call)
{
	struct export_state *state = call->export;
	const char *fault = spreadsheet_fault(state->spreadsheet);

	export_drop_page(state);
	if (!state->errand.ran)
		return refuse(call, PROBLEM_UNAVAILABLE, "the service stops");
	if (fault != NULL)
		return refuse(call, PROBLEM_NO_ROOM,
		    arena_print(call->arena, "the workbook cannot be written: %s", fault));
	if (state->ended)
		return send_file(call);
	return export_ask_page(call) ? WAIT : refuse(call, PROBLEM_MALFORMED, NULL);
}

static void page_written(void *context)
{
	call_run(((struct export_state *)context)->call);
}

static void copy_cells(struct export_state *state, const struct pg_result *rows)
{
	state->rows = pg_rows(rows);
	state->width = pg_columns(rows);
	state->cells =
	    arena_take_array(state->arena, (size_t)state->rows * (size_t)state->width + 1, sizeof(*state->cells));
	const char **cell = state->cells;
	for (int row = 0; row < state->rows; row++)
		for (int column = 0; column < state->width; column++) {
			char printed[MOMENT_TEXT];
			size_t length;
			const char *text = row_cell(rows, row, column, pg_type(rows, column), &length, printed);

			*cell++ = text == NULL ? NULL : arena_copy_bytes(state->arena, text, length);
		}
}

static enum outcome tell_page(struct call *call, const struct pg_result *rows)
{
	struct export_state *state = call->export;

	if (state->spreadsheet == NULL)
		sheet_begin(call, rows);
	state->arena = arena_new();
	copy_cells(state, rows);
	state->call = call;
	state->errand = (struct errand){.run = write_page, .ended = page_written, .context = state};
	call->piece = go_on;
	call->next = &call->piece;
	if (errands_take(call->service->errands, &state->errand))
		return WAIT;
	return refuse(call, PROBLEM_UNAVAILABLE, "too many workbooks are asked for at once; try again");
}

const struct export_format export_xlsx = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    tell_page, NULL, NULL};
