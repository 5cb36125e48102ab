// SPDX-License-Identifier: Apache-2.0
// Questions and appends of the sealer.
#include "store/ledger_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define EPOCH_OF_POSTGRES (INT64_C(10957) * MOMENT_DAY) // 2000-01-01

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TIMESTAMPTZ = 1184, OID_JSONB = 3802 }; // in pg_type

struct ledger *ledger_open(const char *dsn, const char *name, struct faults *faults)
{
	const char *const keys[] = {"dbname", "application_name", "options", "connect_timeout", NULL};
	const char *const values[] = {dsn, name, "-c search_path=weihu,public -c timezone=UTC -c statement_timeout=60s",
	    "10", NULL};
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

static bool tell(struct ledger *ledger, const char *sql, int count, const char *const *values, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, sql, count, values, faults);

	PQclear(rows);
	return rows != NULL;
}

// What is carried out again and again.
static const struct {
	const char *name, *sql;
	int count; // parameters
} statements[LEDGER_STATEMENTS] = {
    [LEDGER_PENDING] = {"log_pending", "select * from log_pending($1::bigint, $2::bigint[], $3::bigint[], $4::int)", 4},
    [LEDGER_APPEND] = {"log_append",
        "select log_append($1::bigint, $2::bigint[], $3::text[], $4::int[], $5::bytea, $6::bytea, $7::boolean[], "
        "$8::bigint[], $9::text[], $10::int[], $11::text[], $12::text[], $13::text[], $14::boolean[], $15::int[], "
        "$16::bigint[], $17::bytea[], $18::boolean)",
        18},
};

static PGresult *ledger_run(struct ledger *ledger, enum ledger_statement id, const char *const *values,
    const int *lengths, const int *formats, int result_format, struct faults *faults)
{
	const char *name = statements[id].name;

	if (!ledger->prepared[id]) {
		PGresult *answer = PQprepare(ledger->connection, name, statements[id].sql, statements[id].count, NULL);

		ledger->prepared[id] = PQresultStatus(answer) == PGRES_COMMAND_OK;
		if (!ledger->prepared[id])
			return rows_of(ledger, answer, faults);
		PQclear(answer);
	}
	return rows_of(ledger,
	    PQexecPrepared(ledger->connection, name, statements[id].count, values, lengths, formats, result_format),
	    faults);
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

bool ledger_end(struct ledger *ledger, struct log_end *end, struct faults *faults)
{
	PGresult *rows = ledger_ask(ledger, "select size, high, filed from log_end()", 0, NULL, faults);

	if (rows != NULL)
		*end = (struct log_end){ledger_number(rows, 0, 0), (int64_t)ledger_number(rows, 0, 1),
		    (int64_t)ledger_number(rows, 0, 2)};
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

struct pending {
	PGresult *rows;
};

// In binary form: it takes less to print and to read.
struct pending *ledger_pending(struct ledger *ledger, int64_t high, const struct seq_range *gaps, size_t gap_count,
    int most, struct faults *faults)
{
	struct arena *arena = arena_new();
	const char *values[] = {arena_print(arena, "%" PRId64, high), gap_list(gaps, gap_count, false, arena),
	    gap_list(gaps, gap_count, true, arena), arena_print(arena, "%d", most)};
	PGresult *rows = ledger_run(ledger, LEDGER_PENDING, values, NULL, NULL, 1, faults);
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
	return (size_t)PQnfields(pending->rows) - 1;
}

const char *pending_name(const struct pending *pending, size_t member)
{
	return PQfname(pending->rows, (int)member);
}

// A number as PostgreSQL sends it, of four or eight bytes.
static int64_t number_sent(const char *bytes, size_t length)
{
	uint64_t number = length < sizeof(number) && (*bytes & 0x80) ? UINT64_MAX : 0;

	for (size_t i = 0; i < length; i++)
		number = number << 8 | (unsigned char)bytes[i];
	return (int64_t)number;
}

static enum member_type type_of(unsigned oid)
{
	switch (oid) {
	case OID_INT4:
	case OID_INT8: return MEMBER_NUMBER;
	case OID_TIMESTAMPTZ: return MEMBER_TIME;
	case OID_JSONB: return MEMBER_JSON;
	case OID_BYTEA: return MEMBER_HASH;
	default: return MEMBER_TEXT;
	}
}

struct pending_member pending_member(const struct pending *pending, size_t event, size_t member)
{
	const int row = (int)event, column = (int)member;
	struct pending_member got = {.type = type_of(PQftype(pending->rows, column)),
	    .text = ledger_cell(pending->rows, row, column)};

	if (got.text == NULL)
		return got;
	got.length = (size_t)PQgetlength(pending->rows, row, column);
	if (got.type == MEMBER_NUMBER || got.type == MEMBER_TIME)
		got.number = number_sent(got.text, got.length) + (got.type == MEMBER_TIME ? EPOCH_OF_POSTGRES : 0);
	if (got.type == MEMBER_JSON && got.length > 0) { // behind the version of its form
		got.text++;
		got.length--;
	}
	return got;
}

const char *pending_confidential(const struct pending *pending, size_t event)
{
	return ledger_cell(pending->rows, (int)event, PQnfields(pending->rows) - 1);
}

void pending_free(struct pending *pending)
{
	if (pending != NULL)
		PQclear(pending->rows);
	free(pending);
}

void sheaf_init(struct sheaf *sheaf, uint64_t size, struct arena *arena)
{
	static const enum array_type types[SHEAF_PARTS] = {[SHEAF_SEQS] = ARRAY_WHOLE,
	    [SHEAF_OBJECTS] = ARRAY_TEXT,
	    [SHEAF_ENDS] = ARRAY_SMALL,
	    [SHEAF_ENTRIES] = ARRAY_NONE,
	    [SHEAF_HASHES] = ARRAY_NONE,
	    [SHEAF_CHAINED] = ARRAY_BOOL,
	    [SHEAF_FILED] = ARRAY_WHOLE,
	    [SHEAF_FORETOLD] = ARRAY_TEXT,
	    [SHEAF_PLACES] = ARRAY_SMALL,
	    [SHEAF_PATHS] = ARRAY_TEXT,
	    [SHEAF_SALTS] = ARRAY_TEXT,
	    [SHEAF_CONTENTS] = ARRAY_TEXT,
	    [SHEAF_INTERNALS] = ARRAY_BOOL,
	    [SHEAF_LEVELS] = ARRAY_SMALL,
	    [SHEAF_INDEXES] = ARRAY_WHOLE,
	    [SHEAF_NODES] = ARRAY_BYTES};

	*sheaf = (struct sheaf){.size = size};
	for (size_t i = 0; i < SHEAF_PARTS; i++)
		array_init(&sheaf->parts[i], types[i], arena);
}

bool ledger_append(struct ledger *ledger, struct sheaf *sheaf, struct faults *faults)
{
	enum { PARAMETERS = SHEAF_PARTS + 2 };
	char size[NUMBER_TEXT];
	const char *values[PARAMETERS] = {size, [PARAMETERS - 1] = sheaf->durable ? "true" : "false"};
	int lengths[PARAMETERS] = {0}, formats[PARAMETERS] = {0};

	snprintf(size, sizeof(size), "%" PRIu64, sheaf->size);
	for (size_t i = 0; i < SHEAF_PARTS; i++) {
		array_finish(&sheaf->parts[i]);
		values[i + 1] = sheaf->parts[i].out.bytes;
		lengths[i + 1] = (int)sheaf->parts[i].out.length;
		formats[i + 1] = 1;
	}
	PGresult *rows = ledger_run(ledger, LEDGER_APPEND, values, lengths, formats, 0, faults);
	PQclear(rows);
	return rows != NULL;
}

bool ledger_publish(struct ledger *ledger, uint64_t size, const char *note, const char *const *verifiers, size_t count,
    int64_t settled, struct faults *faults)
{
	struct arena *arena = arena_new();
	char at[MOMENT_TEXT];
	const char *values[] = {arena_print(arena, "%" PRIu64, size), note, text_join(arena, verifiers, count, " "),
	    arena_print(arena, "%" PRId64, settled), moment_print(clock_now(), at)};
	bool done =
	    tell(ledger, "select log_publish($1::bigint, $2, string_to_array($3, ' '), $4::bigint, $5::timestamptz)", 5,
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
