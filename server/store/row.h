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

// One of them, under another key.
void row_write_column(struct json_out *json, const char *key, const struct pg_result *result, int row, int column);

// PostgreSQL's "2026-11-23 04:54:41.000123+00" as RFC 3339.
const char *row_time(const char *text, char printed[MOMENT_TEXT]);

// A ticket from the columns of ticket_view, the first of which is `first`; the texts are copied to the arena.
void row_read_ticket(const struct pg_result *result, int row, int first, struct ticket *ticket, struct arena *arena);

// The same from TICKET_FIND, with the facts that guards ask about.
void row_read_facts(const struct pg_result *result, int row, struct ticket *ticket, struct arena *arena);

#endif
