// SPDX-License-Identifier: Apache-2.0
// Small tables of text for people: aligned for a terminal, or as Markdown.
#ifndef WEIHU_DOMAIN_TABLE_H
#define WEIHU_DOMAIN_TABLE_H

#include <stddef.h>

#include "base/text.h"

#define TABLE_COLUMNS_MOST 8

struct table {
	struct arena *arena;
	size_t columns, rows; // the first row is the heading
	const char **cells;   // row by row
	size_t room;
};

// An empty table with its heading: `columns` texts.
void table_init(struct table *table, struct arena *arena, const char *const *heading, size_t columns);

// Adds a row of as many cells as there are columns.
void table_add(struct table *table, const char *const *cells);

void table_print_aligned(const struct table *table, struct buffer *out);
void table_print_markdown(const struct table *table, struct buffer *out);

// How many columns of a terminal well-formed `text` takes: East Asian wide characters take two.
size_t text_columns(const char *text);

#endif
