// SPDX-License-Identifier: Apache-2.0
// Tables and pages for people: labels in their language, columns aligned, also where characters are two wide.
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/say.h"
#include "cli/screen.h"

static void must(int result)
{
	if (result < 0)
		abort(); // libsmartcols fails for want of memory alone
}

static void *must_have(void *pointer)
{
	if (!pointer)
		abort();
	return pointer;
}

static bool may_be_cut(const struct column *column)
{
	return column->look == LOOK_PROSE || column->look == LOOK_LOCAL || column->look == LOOK_KEYS;
}

// On a terminal long texts are cut to its width, unless everything was asked for.
static int column_flags(const struct output *output, const struct column *column)
{
	int flags = column->look == LOOK_NUMBER || column->look == LOOK_MINUTES ? SCOLS_FL_RIGHT : 0;
	if (output->cli->terminal && !output->format->everything && may_be_cut(column))
		flags |= SCOLS_FL_TRUNC;
	return flags;
}

void table_begin(struct output *output)
{
	if (!output->list)
		return;
	struct libscols_table *table = must_have(scols_new_table());
	must(scols_table_enable_noheadings(table, !output->header));
	must(scols_table_enable_colors(table, output->cli->colour));
	must(scols_table_set_column_separator(table, "  "));
	if (output->cli->terminal) {
		must(scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS));
		must(scols_table_set_termwidth(table, output->cli->width));
	} else
		must(scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER));
	must(scols_table_set_stream(table, output->cli->out));
	for (size_t i = 0; output->columns[i]; i++) {
		const struct column *column = output->columns[i];
		struct libscols_column *made = must_have(scols_table_new_column(table,
		    output->resource ? _(column->label) : column->label, 1, column_flags(output, column)));
		must(scols_cell_set_color(scols_column_get_header(made), "bold"));
	}
	output->state = table;
}

static const struct {
	const char *state, *colour;
} state_colours[] = {
    {"closed", "green"},
    {"rejected", "darkgray"},
    {"cancelled", "darkgray"},
    {"suspended", "magenta"},
    {"returned", "yellow"},
    {"in_maintenance", "blue"},
};

static const char *colour_of(const struct column *column, const struct json *item)
{
	const char *text = json_text(json_member(item, column->key));
	if (!text)
		return NULL;
	if (column->words == WORDS_SEVERITY)
		return text_equals(text, "severe") ? "red" : NULL;
	if (column->words == WORDS_RESULT || column->words == WORDS_STEP_RESULT)
		return text_equals(text, "refused") || text_equals(text, "failed") ? "red" : NULL;
	for (size_t i = 0; column->words == WORDS_STATE && i < sizeof state_colours / sizeof *state_colours; i++)
		if (text_equals(text, state_colours[i].state))
			return state_colours[i].colour;
	return NULL;
}

static void add_line(struct output *output, const struct json *item)
{
	struct libscols_line *line = must_have(scols_table_new_line(output->state, NULL));
	struct arena *arena = arena_new();
	for (size_t i = 0; output->columns[i]; i++) {
		must(scols_line_set_data(line, i, column_shown(arena, output->columns[i], item)));
		const char *colour = colour_of(output->columns[i], item);
		if (colour)
			must(scols_cell_set_color(scols_line_get_cell(line, i), colour));
	}
	arena_free(arena);
}

// One thing is a page: a line for each column that holds something.
static void print_page(struct output *output, const struct json *item)
{
	size_t widest = 0;
	for (size_t i = 0; output->columns[i]; i++) {
		size_t width =
		    screen_width_of(output->resource ? _(output->columns[i]->label) : output->columns[i]->label);
		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; output->columns[i]; i++) {
		const struct column *column = output->columns[i];
		const char *label = output->resource ? _(column->label) : column->label;
		const char *text = column_shown(output->arena, column, item);
		if (*text)
			fprintf(output->cli->out, "%s%s%s%*s  %s\n", screen_tint(output->cli, TINT_DIM), label,
			    screen_tint(output->cli, TINT_PLAIN), (int)(widest - screen_width_of(label)), "",
			    screen_wrap(output->arena, text, output->cli->width - widest - 2, widest + 2));
	}
}

void table_item(struct output *output, const struct json *item)
{
	if (output->list)
		add_line(output, item);
	else
		print_page(output, item);
}

static bool is_empty(const struct output *output, size_t column)
{
	struct libscols_line *line;
	for (size_t i = 0; (line = scols_table_get_line(output->state, i)); i++) {
		const char *text = scols_cell_get_data(scols_line_get_cell(line, column));
		if (text && *text)
			return false;
	}
	return true;
}

// A column that says nothing in any line only takes the room of others, unless it was asked for.
static void hide_empty(struct output *output)
{
	for (size_t i = 0; !output->chosen && !output->format->everything && output->columns[i]; i++) {
		struct libscols_column *column = scols_table_get_column(output->state, i);
		if (is_empty(output, i))
			must(scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_HIDDEN));
	}
}

void table_end(struct output *output)
{
	if (!output->list)
		return;
	if (output->count > 0) {
		hide_empty(output);
		must(scols_print_table(output->state));
	} else if (output->resource && output->resource->none)
		tell("%s", _(output->resource->none));
	scols_unref_table(output->state);
}
