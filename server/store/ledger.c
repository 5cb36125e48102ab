// SPDX-License-Identifier: Apache-2.0
// Questions and appends of the sealer.
#include "store/ledger_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define OID_INT8 20 // types in pg_type
#define OID_INT4 23
#define OID_JSONB 3802

struct ledger *ledger_open(const char *dsn, struct faults *faults)
{
	const char *const keys[] = {"dbname", "application_name", "options", "connect_timeout", NULL};
	const char *const values[] = {dsn, "weihud-sealer",
	    "-c search_path=weihu,public -c timezone=UTC -c statement_timeout=60s", "10", NULL};
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	if (ledger == NULL || (ledger->connection = PQconnectdbParams(keys, values, 1)) == NULL)
		abort();
	if (PQstatus(ledger->connection) == CONNECTION_OK)
		return ledger;
	faults_add(faults, "database", "away", "cannot be reached: %s", PQerrorMessage(ledger->connection));
	ledger_close(ledger);
	return NULL;
}

void ledger_close(struct ledger *ledger)
{
	if (ledger == NULL)
		return;
	PQfinish(ledger->connection);
	free(ledger);
}

// The rows, or NULL with a fault.
static PGresult *rows_of(const struct ledger *ledger, PGresult *rows, struct faults *faults)
{
	if (PQresultStatus(rows) == PGRES_TUPLES_OK)
		return rows;
	faults_add(faults, "database", "failed", "%s", PQerrorMessage(ledger->connection));
	PQclear(rows); // NULL when not even the question could be sent
	return NULL;
}

PGresult *ledger_ask(struct ledger *ledger, const char *sql, int count, const char *const *values,
    struct faults *faults)
{
	return rows_of(ledger, PQexecParams(ledger->connection, sql, count, NULL, values, NULL, NULL, 0), faults);
}

static bool told(const struct ledger *ledger, PGresult *answer, struct faults *faults)
{
	PGresult *rows = rows_of(ledger, answer, faults);

	PQclear(rows);
	return rows != NULL;
}

static bool tell(struct ledger *ledger, const char *sql, int count, const char *const *values, struct faults *faults)
{
	return told(ledger, PQexecParams(ledger->connection, sql, count, NULL, values, NULL, NULL, 0), faults);
}

const char *ledger_cell(const PGresult *rows, int row, int column)
{
	return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

uint64_t ledger_number(const PGresult *rows, int row, int column)
{
	return strtoull(PQgetvalue(rows, row, column), NULL, 10);
}

bool ledger_lock(struct ledger *ledger, enum ledger_lock lock, bool *got, struct faults *faults)
{
	// Any numbers that nobody else takes.
	static const char *const numbers[] = {[LOCK_SEALING] = "8386657384", [LOCK_ARCHIVING] = "8386657385"};
	PGresult *rows = ledger_ask(ledger, "select pg_try_advisory_lock($1::bigint)", 1, &numbers[lock], faults);

	if (rows != NULL)
		*got = *PQgetvalue(rows, 0, 0) == 't';
	PQclear(rows);
	return rows != NULL;
}

bool ledger_size(struct ledger *ledger, uint64_t *size, int64_t *high, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, "select coalesce(max(position) + 1, 0), coalesce(max(seq), 0) from leaf", 0,
	    NULL, faults);

	if (rows != NULL) {
		*size = ledger_number(rows, 0, 0);
		*high = (int64_t)ledger_number(rows, 0, 1);
	}
	PQclear(rows);
	return rows != NULL;
}

bool ledger_gaps(struct ledger *ledger, struct seq_range **gaps, size_t *count, struct arena *arena,
    struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, "select * from log_gaps()", 0, NULL, faults);

	if (rows == NULL)
		return false;
	*count = (size_t)PQntuples(rows);
	*gaps = arena_take_array(arena, *count + 1, sizeof(**gaps));
	for (size_t i = 0; i < *count; i++) {
		(*gaps)[i].from = (int64_t)ledger_number(rows, (int)i, 0);
		(*gaps)[i].to = (int64_t)ledger_number(rows, (int)i, 1);
	}
	PQclear(rows);
	return true;
}

bool ledger_snapshot(struct ledger *ledger, uint64_t *oldest, uint64_t *next, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger,
	    "select pg_snapshot_xmin(s), pg_snapshot_xmax(s) from pg_current_snapshot() s", 0, NULL, faults);

	if (rows != NULL) {
		*oldest = ledger_number(rows, 0, 0);
		*next = ledger_number(rows, 0, 1);
	}
	PQclear(rows);
	return rows != NULL;
}

bool ledger_hash(struct ledger *ledger, int level, uint64_t index, unsigned char hash[32], struct faults *faults)
{
	struct arena *arena = arena_new();
	const char *values[] = {arena_print(arena, "{%d}", level), arena_print(arena, "{%" PRIu64 "}", index)};
	PGresult *rows = ledger_ask(ledger, "select decode(hash, 'hex') from log_hashes($1::int[], $2::bigint[])", 2,
	    values, faults);
	size_t length = 0;
	unsigned char *bytes = rows == NULL || PQgetisnull(rows, 0, 0)
	    ? NULL
	    : PQunescapeBytea((const unsigned char *)PQgetvalue(rows, 0, 0), &length);

	if (length == 32)
		memcpy(hash, bytes, 32);
	else if (rows != NULL)
		faults_add(faults, "log", "hole", "hash %" PRIu64 " of level %d is missing", index, level);
	PQfreemem(bytes);
	PQclear(rows);
	arena_free(arena);
	return length == 32;
}

static const char *gap_list(const struct seq_range *gaps, size_t count, bool ends, struct arena *arena)
{
	struct buffer list;

	buffer_init(&list, arena);
	for (size_t i = 0; i < count; i++)
		buffer_print(&list, "%c%" PRId64, i == 0 ? '{' : ',', ends ? gaps[i].to : gaps[i].from);
	buffer_add_text(&list, count == 0 ? "{}" : "}");
	return list.bytes;
}

// Rows of log_pending: members of the leaf, and these behind them.
enum { PREVIOUS_FROM_END = 2, CONFIDENTIAL_FROM_END = 1 };

struct pending {
	PGresult *rows;
};

struct pending *ledger_pending(struct ledger *ledger, int64_t high, const struct seq_range *gaps, size_t gap_count,
    int most, struct faults *faults)
{
	struct arena *arena = arena_new();
	const char *values[] = {arena_print(arena, "%" PRId64, high), gap_list(gaps, gap_count, false, arena),
	    gap_list(gaps, gap_count, true, arena), arena_print(arena, "%d", most)};
	PGresult *rows = ledger_ask(ledger,
	    "select * from log_pending($1::bigint, $2::bigint[], $3::bigint[], $4::int)", 4, values, faults);
	struct pending *pending = rows == NULL ? NULL : calloc(1, sizeof(*pending));

	arena_free(arena);
	if (rows == NULL)
		return NULL;
	if (pending == NULL)
		abort();
	pending->rows = rows;
	return pending;
}

size_t pending_count(const struct pending *pending)
{
	return (size_t)PQntuples(pending->rows);
}

size_t pending_bytes(const struct pending *pending)
{
	return PQresultMemorySize(pending->rows);
}

size_t pending_members(const struct pending *pending)
{
	return (size_t)PQnfields(pending->rows) - PREVIOUS_FROM_END;
}

const char *pending_name(const struct pending *pending, size_t member)
{
	return PQfname(pending->rows, (int)member);
}

enum member_type pending_type(const struct pending *pending, size_t member)
{
	switch (PQftype(pending->rows, (int)member)) {
	case OID_INT4:
	case OID_INT8: return MEMBER_NUMBER;
	case OID_JSONB: return MEMBER_JSON;
	default: return MEMBER_TEXT;
	}
}

const char *pending_value(const struct pending *pending, size_t event, size_t member)
{
	return ledger_cell(pending->rows, (int)event, (int)member);
}

const char *pending_previous(const struct pending *pending, size_t event)
{
	return ledger_cell(pending->rows, (int)event, PQnfields(pending->rows) - PREVIOUS_FROM_END);
}

const char *pending_confidential(const struct pending *pending, size_t event)
{
	return ledger_cell(pending->rows, (int)event, PQnfields(pending->rows) - CONFIDENTIAL_FROM_END);
}

void pending_free(struct pending *pending)
{
	if (pending != NULL)
		PQclear(pending->rows);
	free(pending);
}

bool ledger_append(struct ledger *ledger, struct appending *appending, struct faults *faults)
{
	struct array *arrays[] = {&appending->seqs, &appending->entries, &appending->opening_of, &appending->paths,
	    &appending->salts, &appending->values, &appending->internals, &appending->levels, &appending->indexes,
	    &appending->hashes};
	enum { ARRAYS = sizeof(arrays) / sizeof(*arrays), PARAMETERS = ARRAYS + 2 };
	char size[NUMBER_TEXT];
	const char *values[PARAMETERS] = {size, [PARAMETERS - 1] = appending->durable ? "true" : "false"};
	int lengths[PARAMETERS] = {0}, formats[PARAMETERS] = {0};

	snprintf(size, sizeof(size), "%" PRIu64, appending->size);
	for (size_t i = 0; i < ARRAYS; i++) {
		array_finish(arrays[i]);
		values[i + 1] = arrays[i]->out.bytes;
		lengths[i + 1] = (int)arrays[i]->out.length;
		formats[i + 1] = 1;
	}
	return told(ledger,
	    PQexecParams(ledger->connection,
	        "select log_append($1::bigint, $2::bigint[], $3::bytea[], $4::bigint[], $5::text[], "
	        "$6::text[], $7::text[], $8::boolean[], $9::bigint[], $10::bigint[], $11::bytea[], "
	        "$12::boolean)",
	        PARAMETERS, NULL, values, lengths, formats, 0),
	    faults);
}

bool ledger_publish(struct ledger *ledger, uint64_t size, const char *note, const char *const *verifiers, size_t count,
    struct faults *faults)
{
	struct arena *arena = arena_new();
	char at[MOMENT_TEXT];
	const char *values[] = {arena_print(arena, "%" PRIu64, size), note, text_join(arena, verifiers, count, " "),
	    moment_print(clock_now(), at)};
	bool done = tell(ledger, "select log_publish($1::bigint, $2, string_to_array($3, ' '), $4::timestamptz)", 4,
	    values, faults);

	arena_free(arena);
	return done;
}

bool ledger_checkpoint(struct ledger *ledger, const char **note, struct arena *arena, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, "select note from checkpoint order by day desc limit 1", 0, NULL, faults);

	*note = rows == NULL || PQntuples(rows) == 0 ? NULL : arena_copy(arena, ledger_cell(rows, 0, 0));
	PQclear(rows);
	return rows != NULL;
}

bool ledger_was_signed(struct ledger *ledger, bool *was, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, "select exists (select from log_key)", 0, NULL, faults);

	if (rows != NULL)
		*was = *PQgetvalue(rows, 0, 0) == 't';
	PQclear(rows);
	return rows != NULL;
}

bool ledger_anchored(struct ledger *ledger, const char *kind, const char *name, uint64_t *size, struct faults *faults)
{
	const char *values[] = {kind, name};
	PGresult *rows = ledger_ask(ledger, "select coalesce(max(size), 0) from anchor where kind = $1 and name = $2",
	    2, values, faults);

	if (rows != NULL)
		*size = ledger_number(rows, 0, 0);
	PQclear(rows);
	return rows != NULL;
}

bool ledger_anchor(struct ledger *ledger, const char *kind, const char *name, uint64_t size, const char *note,
    const char *proof, struct faults *faults)
{
	char digits[NUMBER_TEXT], at[MOMENT_TEXT];
	const char *values[] = {kind, name, digits, note, proof, moment_print(clock_now(), at)};

	snprintf(digits, sizeof(digits), "%" PRIu64, size);
	return tell(ledger, "select anchor_keep($1, $2, $3::bigint, $4, $5, $6::timestamptz)", 6, values, faults);
}

bool ledger_erase(struct ledger *ledger, const char *login, uint64_t *erased, struct faults *faults)
{
	char at[MOMENT_TEXT];
	const char *values[] = {login, moment_print(clock_now(), at)};
	PGresult *rows = ledger_ask(ledger, "select person_erase($1, $2::timestamptz)", 2, values, faults);

	if (rows != NULL)
		*erased = ledger_number(rows, 0, 0);
	PQclear(rows);
	return rows != NULL;
}
