// SPDX-License-Identifier: Apache-2.0
// Rows as JSON and as what the rules read.
#ifndef WEIHU_STORE_ROW_H
#define WEIHU_STORE_ROW_H

#include "base/clock.h"
#include "base/json.h"
#include "domain/ticket.h"
#include "store/pg.h"

// The columns from `first` on as members of the object that is open in `json`: a column's name is the key, its type
// says how it is written, and the members of a column called "body" are spliced in, but for those in
// `hidden` ("a,b", or NULL).
void row_write(struct json_out *json, const struct pg_result *result, int row, int first, const char *hidden);

// The first `count` rows as objects of the list that is open.
void row_write_all(struct json_out *json, const struct pg_result *result, int count, int first);

// All rows as objects, each on a line of its own.
void row_write_lines(struct buffer *out, const struct pg_result *result);

// One column, under another key.
void row_write_column(struct json_out *json, const char *key, const struct pg_result *result, int row, int column);

// A cell as it is told in every format: times in RFC 3339, truth as true or false; `type` is the column's, `printed` is
// room for it. NULL: none.
const char *row_cell(const struct pg_result *result, int row, int column, enum pg_type type, size_t *length,
    char printed[MOMENT_TEXT]);

// PostgreSQL's "2026-11-23 04:54:41.000123+00" as RFC 3339.
const char *row_time(const char *text, char printed[MOMENT_TEXT]);

// A ticket from the columns of ticket_view, the first of which is `first`; the texts are copied to the arena.
void row_read_ticket(const struct pg_result *result, int row, int first, struct ticket *ticket, struct arena *arena);

// The same from TICKET_FIND, with the facts that guards ask about.
void row_read_facts(const struct pg_result *result, int row, struct ticket *ticket, struct arena *arena);

#endif
