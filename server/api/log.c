// SPDX-License-Identifier: Apache-2.0
// The sealed log for readers.
#include "api/log.h"

#include <inttypes.h>
#include <string.h>

#include "api/refusal.h"
#include "audit/note.h"
#include "audit/tile.h"

#define TILE_PLAIN "text/plain; charset=utf-8"
#define HASHES_MOST 16384 // that one proof is made of

static enum outcome reply_checkpoint(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "nothing was sealed yet");
	const char *note = pg_text(rows, 0, 0);
	return call_reply(call, 200, TILE_PLAIN, note, strlen(note));
}

enum outcome tell_checkpoint(struct call *call)
{
	return call_ask(call, CHECKPOINT_READ, reply_checkpoint);
}

static enum outcome reply_keys(struct call *call, const struct pg_result *rows)
{
	struct buffer out;

	buffer_init(&out, call->arena);
	for (int row = 0; row < pg_rows(rows); row++)
		buffer_print(&out, "# signs from leaf %s on\n%s\n", pg_text(rows, row, 1), pg_text(rows, row, 0));
	return call_reply(call, 200, TILE_PLAIN, out.bytes, out.length);
}

enum outcome tell_log_keys(struct call *call)
{
	return call_ask(call, LOG_KEYS_READ, reply_keys);
}

// Tiles.

static int digit_value(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static enum outcome reply_tile(struct call *call, const struct pg_result *rows)
{
	const char *hex = pg_text(rows, 0, 0);

	if (hex == NULL)
		return refuse(call, PROBLEM_NOT_FOUND, "the log holds no such tile, or its entries were archived");
	size_t length = strlen(hex) / 2;
	char *bytes = arena_take(call->arena, length + 1);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(digit_value(hex[2 * i]) * 16 + digit_value(hex[2 * i + 1]));
	return call_reply(call, 200, "application/octet-stream", bytes, length);
}

enum outcome tell_tile(struct call *call)
{
	struct tile tile;

	if (!tile_read_path(call->parts.part[0], &tile))
		return refuse(call, PROBLEM_NOT_FOUND, "a tile is LEVEL/N or entries/N, as in 0/x001/234.p/17");
	return call_ask(call, LOG_TILE, reply_tile, arena_print(call->arena, "%d", tile.level),
	    arena_print(call->arena, "%" PRIu64, tile.index * TILE_WIDTH), arena_print(call->arena, "%u", tile.width));
}

// Proofs: one run over the tree tells which hashes it takes, another makes the proof of them.

struct wanted {
	struct buffer levels, indexes;
	const struct pg_result *rows; // NULL while they are gathered
	int count;
};

static bool want_hash(void *context, int level, uint64_t index, struct hash *hash)
{
	struct wanted *wanted = context;
	int n = wanted->count++;

	if (wanted->rows != NULL)
		return n < pg_rows(wanted->rows) && hash_read_hex(pg_text(wanted->rows, n, 0), hash);
	buffer_print(&wanted->levels, "%c%d", n == 0 ? '{' : ',', level);
	buffer_print(&wanted->indexes, "%c%" PRIu64, n == 0 ? '{' : ',', index);
	*hash = (struct hash){{0}};
	return n < HASHES_MOST;
}

static bool is_old(const struct call *call)
{
	return query_get(&call->query, "old") != NULL;
}

static uint64_t number_given(const struct call *call, const char *name)
{
	int64_t number = -1;
	const char *text = query_get(&call->query, name);

	return text != NULL && text_to_int(text, 0, INT64_MAX, &number) ? (uint64_t)number : UINT64_MAX;
}

static bool proof_make(const struct call *call, struct wanted *wanted, struct proof *proof)
{
	const struct tree_source source = {want_hash, wanted};
	uint64_t size = number_given(call, "size");

	return is_old(call) ? tree_prove_consistency(&source, number_given(call, "old"), size, proof)
	                    : tree_prove_inclusion(&source, number_given(call, "leaf"), size, proof);
}

static enum outcome refuse_length(struct call *call)
{
	faults_add(&call->faults, "size", "range", "the log is not that long");
	return refuse(call, PROBLEM_MALFORMED, NULL);
}

static enum outcome reply_proof(struct call *call, const struct pg_result *rows)
{
	struct wanted wanted = {.rows = rows};
	struct json_out *json = &call->answer;
	struct proof proof;

	if (!proof_make(call, &wanted, &proof))
		return refuse_length(call);
	json_begin(json, NULL, '{');
	json_add_int(json, is_old(call) ? "old" : "leaf", (int64_t)number_given(call, is_old(call) ? "old" : "leaf"));
	json_add_int(json, "size", (int64_t)number_given(call, "size"));
	json_begin(json, "hashes", '[');
	for (size_t i = 0; i < proof.count; i++)
		json_add_text(json, NULL, base64_print(call->arena, proof.hashes[i].bytes, HASH_BYTES));
	json_end(json, ']');
	json_end(json, '}');
	return call_reply_json(call, 200);
}

static bool proof_is_asked_well(struct call *call)
{
	uint64_t size = number_given(call, "size"), from = number_given(call, is_old(call) ? "old" : "leaf");

	if (size != UINT64_MAX && from != UINT64_MAX && (is_old(call) ? from <= size : from < size) &&
	    (!is_old(call) || query_get(&call->query, "leaf") == NULL))
		return true;
	faults_add(&call->faults, "size", "range", "give size, and either leaf below it or old up to it");
	return false;
}

enum outcome tell_proof(struct call *call)
{
	struct wanted wanted = {.count = 0};
	struct proof proof;

	if (!proof_is_asked_well(call))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	buffer_init(&wanted.levels, call->arena);
	buffer_init(&wanted.indexes, call->arena);
	if (!proof_make(call, &wanted, &proof))
		return refuse_length(call);
	const char *end = wanted.count == 0 ? "{}" : "}";
	buffer_add_text(&wanted.levels, end);
	buffer_add_text(&wanted.indexes, end);
	return call_ask(call, LOG_HASHES, reply_proof, wanted.levels.bytes, wanted.indexes.bytes);
}

// Rows as they stand, for a comparison with the log.

static enum outcome reply_rows(struct call *call, const struct pg_result *rows)
{
	struct json_out *json = &call->answer;
	const char *after = NULL;

	json_begin(json, NULL, '{');
	json_begin(json, "items", '[');
	for (int row = 0; row < pg_rows(rows); row++) {
		after = pg_text(rows, row, 0);
		json_add_raw(json, NULL, pg_text(rows, row, 1));
	}
	json_end(json, ']');
	json_add_text(json, "next", after);
	json_end(json, '}');
	return call_reply_json(call, 200);
}

static const struct row_source {
	const char *tables;
	enum statement_id statement;
	bool numbered; // by their keys
} row_sources[] = {
    {"event,ticket,comment,step,change,work,link,reading,token,workflow", TABLE_ROWS, true},
    {"attachment", ATTACHMENT_ROWS, true},
    {"person,program,password,designation,key,factor,loan,document,asset,review,record,decision", REGISTER_ROWS, false},
};

#define ROW_SOURCES (sizeof(row_sources) / sizeof(*row_sources))

static enum outcome refuse_table(struct call *call)
{
	const char *tables[ROW_SOURCES];

	for (size_t i = 0; i < ROW_SOURCES; i++)
		tables[i] = row_sources[i].tables;
	return refuse(call, PROBLEM_NOT_FOUND,
	    arena_print(call->arena, "the tables are %s", text_join(call->arena, tables, ROW_SOURCES, ",")));
}

enum outcome list_rows(struct call *call)
{
	const char *table = call->parts.part[0], *after = query_get(&call->query, "cursor");
	const struct row_source *source = row_sources, *end = row_sources + ROW_SOURCES;
	int64_t number;

	while (source < end && !text_in_list(source->tables, table))
		source++;
	if (source == end)
		return refuse_table(call);
	if (after != NULL && source->numbered && !text_to_int(after, INT64_MIN, INT64_MAX, &number)) {
		faults_add(&call->faults, "cursor", "format", "is none of this list");
		return refuse(call, PROBLEM_MALFORMED, NULL);
	}
	return call_ask(call, source->statement, reply_rows, table, after == NULL ? "" : after, call->caller.login,
	    call_outside(call));
}
