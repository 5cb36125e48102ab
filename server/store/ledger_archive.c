// SPDX-License-Identifier: Apache-2.0
// What is due to be archived, the parts of its files, and taking it out of the tables.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "store/ledger_parts.h"

bool ledger_due(struct ledger *ledger, int64_t days, struct due *due, struct arena *arena, struct faults *faults)
{
	char at[MOMENT_TEXT];
	const char *values[] = {moment_print(clock_now(), at), arena_print(arena, "%" PRId64, days)};
	PGresult *rows = ledger_ask(ledger,
	    "select month, utc(before), held, upto, size, note from log_due($1::timestamptz, $2::bigint)", 2, values,
	    faults);

	*due = (struct due){0};
	if (rows != NULL && PQntuples(rows) > 0)
		*due = (struct due){.month = arena_copy(arena, ledger_cell(rows, 0, 0)),
		    .before = arena_copy(arena, ledger_cell(rows, 0, 1)),
		    .held = ledger_number(rows, 0, 2),
		    .upto = ledger_number(rows, 0, 3),
		    .size = ledger_number(rows, 0, 4),
		    .note = arena_copy(arena, ledger_cell(rows, 0, 5))};
	PQclear(rows);
	return rows != NULL;
}

const char *ledger_keys(struct ledger *ledger, struct arena *arena, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger,
	    "select string_agg(verifier || E'\\n', '' order by since, verifier) from log_key", 0, NULL, faults);
	const char *keys = rows == NULL ? NULL : ledger_cell(rows, 0, 0);

	keys = arena_copy(arena, rows != NULL && keys == NULL ? "" : keys);
	PQclear(rows);
	return keys;
}

bool ledger_tile(struct ledger *ledger, int level, uint64_t first, unsigned width, const void **bytes, size_t *length,
    struct arena *arena, struct faults *faults)
{
	const char *values[] = {arena_print(arena, "%d", level), arena_print(arena, "%" PRIu64, first),
	    arena_print(arena, "%u", width)};
	PGresult *rows =
	    ledger_ask(ledger, "select decode(log_tile($1::int, $2::bigint, $3::int), 'hex')", 3, values, faults);
	unsigned char *tile = NULL;

	*bytes = NULL;
	if (rows != NULL && !PQgetisnull(rows, 0, 0))
		tile = PQunescapeBytea((const unsigned char *)PQgetvalue(rows, 0, 0), length);
	if (tile != NULL)
		*bytes = arena_copy_bytes(arena, tile, *length);
	PQfreemem(tile);
	PQclear(rows);
	return rows != NULL;
}

bool ledger_openings(struct ledger *ledger, uint64_t from, uint64_t to, struct buffer *lines, struct faults *faults)
{
	struct arena *arena = arena_new();
	const char *values[] = {arena_print(arena, "%" PRIu64, from), arena_print(arena, "%" PRIu64, to)};
	PGresult *rows = ledger_ask(ledger,
	    "select position, path, salt, value from opening where first > $1::bigint - 256 and first < $2::bigint "
	    "and position >= $1::bigint and position < $2::bigint order by first, tie",
	    2, values, faults);

	for (int row = 0; rows != NULL && row < PQntuples(rows); row++) {
		struct json_out json = {.out = *lines};

		json_begin(&json, NULL, '{');
		json_add_int(&json, "leaf", (int64_t)ledger_number(rows, row, 0));
		json_add_text(&json, "path", ledger_cell(rows, row, 1));
		json_add_text(&json, "salt", ledger_cell(rows, row, 2));
		json_add_text(&json, "value", ledger_cell(rows, row, 3));
		json_end(&json, '}');
		buffer_add_char(&json.out, '\n');
		*lines = json.out;
	}
	PQclear(rows);
	arena_free(arena);
	return rows != NULL;
}

bool ledger_archivable(struct ledger *ledger, const char *before, uint64_t *upto, struct faults *faults)
{
	char digits[NUMBER_TEXT];
	const char *values[] = {digits, before};

	snprintf(digits, sizeof(digits), "%" PRIu64, *upto);
	PGresult *rows = ledger_ask(ledger, "select coalesce(log_too_young($1::bigint, $2::timestamptz), $1::bigint)",
	    2, values, faults);
	if (rows != NULL)
		*upto = ledger_number(rows, 0, 0);
	PQclear(rows);
	return rows != NULL;
}

bool ledger_archive(struct ledger *ledger, uint64_t upto, const char *before, const struct archived *archived,
    uint64_t *taken, struct faults *faults)
{
	struct arena *arena = arena_new();
	char at[MOMENT_TEXT];
	const char *values[] = {arena_print(arena, "%" PRIu64, upto), arena_print(arena, "%" PRIu64, archived->size),
	    arena_print(arena, "%" PRIu64, archived->absent), arena_print(arena, "%" PRIu64, archived->opened), before,
	    archived->place, moment_print(clock_now(), at)};
	PGresult *rows = ledger_ask(ledger,
	    "select log_archive($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::timestamptz, $6, $7::timestamptz)",
	    7, values, faults);

	if (rows != NULL)
		*taken = ledger_number(rows, 0, 0);
	PQclear(rows);
	arena_free(arena);
	return rows != NULL;
}
