// SPDX-License-Identifier: Apache-2.0
// Small tables of text for people.
#include "domain/table.h"

#include <stdbool.h>
#include <string.h>

// East Asian wide and full-width characters (Unicode, EastAsianWidth W and F), in ranges.
static const struct {
	uint32_t first, last;
} wide[] = {
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1FAFF},
    {0x20000, 0x3FFFD},
};

static bool is_wide(uint32_t point)
{
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (point >= wide[i].first && point <= wide[i].last)
			return true;
	return false;
}

// The code point that starts at `*text`, which is moved behind it.
static uint32_t next_point(const char **text)
{
	const unsigned char *byte = (const unsigned char *)*text;
	size_t more = byte[0] < 0x80 ? 0 : byte[0] < 0xE0 ? 1 : byte[0] < 0xF0 ? 2 : 3;
	uint32_t point = more == 0 ? byte[0] : byte[0] & (0x3FU >> more);

	for (size_t i = 1; i <= more; i++)
		point = point << 6 | (byte[i] & 0x3FU);
	*text += more + 1;
	return point;
}

size_t text_columns(const char *text)
{
	size_t columns = 0;

	while (*text != '\0')
		columns += is_wide(next_point(&text)) ? 2 : 1;
	return columns;
}

void table_init(struct table *table, struct arena *arena, const char *const *heading, size_t columns)
{
	*table = (struct table){.arena = arena, .columns = columns};
	table_add(table, heading);
}

void table_add(struct table *table, const char *const *cells)
{
	size_t used = table->rows * table->columns;

	if (table->rows == table->room) {
		size_t room = table->room > 0 ? 2 * table->room : 16;
		const char **grown = arena_take_array(table->arena, room * table->columns, sizeof(*grown));
		if (used > 0)
			memcpy(grown, table->cells, used * sizeof(*grown));
		table->cells = grown;
		table->room = room;
	}
	memcpy(&table->cells[used], cells, table->columns * sizeof(*cells));
	table->rows++;
}

static const char *cell(const struct table *table, size_t row, size_t column)
{
	return table->cells[row * table->columns + column];
}

static void find_widths(const struct table *table, size_t widths[TABLE_COLUMNS_MOST])
{
	for (size_t column = 0; column < table->columns; column++) {
		widths[column] = 0;
		for (size_t row = 0; row < table->rows; row++) {
			size_t width = text_columns(cell(table, row, column));
			if (width > widths[column])
				widths[column] = width;
		}
	}
}

void table_print_aligned(const struct table *table, struct buffer *out)
{
	size_t widths[TABLE_COLUMNS_MOST];

	find_widths(table, widths);
	for (size_t row = 0; row < table->rows; row++) {
		size_t pending = 0; // spaces are written before the next text only, so none trail
		for (size_t column = 0; column < table->columns; column++) {
			const char *text = cell(table, row, column);
			if (*text != '\0')
				buffer_print(out, "%*s%s", (int)pending, "", text);
			pending = (*text != '\0' ? 0 : pending) + widths[column] - text_columns(text) + 2;
		}
		buffer_add_char(out, '\n');
	}
}

static void print_markdown_cell(const char *text, struct buffer *out)
{
	buffer_add_text(out, *text != '\0' ? " " : "");
	for (; *text != '\0'; text++) {
		if (*text == '|')
			buffer_add_char(out, '\\');
		buffer_add_char(out, *text);
	}
	buffer_add_text(out, " |");
}

void table_print_markdown(const struct table *table, struct buffer *out)
{
	for (size_t row = 0; row < table->rows; row++) {
		buffer_add_char(out, '|');
		for (size_t column = 0; column < table->columns; column++)
			print_markdown_cell(cell(table, row, column), out);
		buffer_add_char(out, '\n');
		for (size_t column = 0; row == 0 && column < table->columns; column++)
			buffer_add_text(out, column + 1 < table->columns ? "| --- " : "| --- |\n");
	}
	buffer_add_char(out, '\n');
}
