// SPDX-License-Identifier: Apache-2.0
// Rows of events become leaves. This runs for every event beside those who write them, so nothing is read, written or
// looked up twice.
#include "jobs/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"
#include "audit/index.h"
#include "audit/leaf.h"
#include "audit/tile.h"
#include "base/clock.h"

#define SCRATCH_LEAVES 32 // after which the scratch arena is taken anew
#define MEMBERS_MOST 32

enum role { ROLE_NONE, ROLE_OBJECT, ROLE_VERSION, ROLE_RESULT, ROLE_SEQ, ROLE_ADDED, ROLE_OPTIONAL };

// Members that are more than copied.
static const struct {
	const char *key;
	enum role role;
} roles[] = {
    {"object", ROLE_OBJECT}, {"object_version", ROLE_VERSION}, {"result", ROLE_RESULT}, {"seq", ROLE_SEQ},
    {"added", ROLE_ADDED}, {"on_loan", ROLE_OPTIONAL}, // stands in those leaves alone that have it
};

struct batch {
	struct arena *arena;
	const struct pending *pending;
	struct {
		const char *key;
		enum role role;
	} columns[MEMBERS_MOST];
	size_t column_count;
	struct tree tree;
	int64_t filed, filed_now; // the highest ticket that was filed, without and with the sheaf that is being filled
	int64_t *seqs;
	struct index last; // by object, the hash of its last leaf in this batch
};

// One row.
struct row {
	struct event_member members[MEMBERS_MOST];
	size_t count;
	const char *object, *previous, *result;
	int64_t version, seq;
	bool internal;
};

static void node_told(void *context, int level, uint64_t index, const struct hash *hash)
{
	struct sheaf *sheaf = context;

	if (level == 0)
		return;
	array_add_small(&sheaf->parts[SHEAF_LEVELS], level);
	array_add_whole(&sheaf->parts[SHEAF_INDEXES], (int64_t)index);
	array_add_bytes(&sheaf->parts[SHEAF_NODES], hash->bytes, HASH_BYTES);
}

static enum role role_of(const char *key)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (strcmp(roles[i].key, key) == 0)
			return roles[i].role;
	return ROLE_NONE;
}

struct batch *batch_new(const struct pending *pending, const struct tree *tree, int64_t filed)
{
	struct arena *arena = arena_new();
	struct batch *batch = arena_take(arena, sizeof(*batch));

	*batch = (struct batch){.arena = arena, .pending = pending, .tree = *tree, .filed = filed, .filed_now = filed};
	batch->seqs = arena_take_array(arena, pending_count(pending) + 1, sizeof(*batch->seqs));
	index_init(&batch->last, arena);
	for (size_t i = 0; i < pending_members(pending) && i < MEMBERS_MOST; i++) {
		const char *key = pending_name(pending, i);

		batch->columns[i].key = key;
		batch->columns[i].role = role_of(key);
		batch->column_count++;
	}
	return batch;
}

// A comment or a file that is not for all who see the ticket.
static bool is_internal(const struct json *added)
{
	static const char *const kinds[] = {"comment", "attachment"};
	const struct json *internal;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((internal = json_member(json_member(added, kinds[i]), "internal")) != NULL &&
		    internal->type == JSON_TRUE)
			return true;
	return false;
}

// The hash of the object's leaf before: in this batch, or else in the log.
static const char *previous_of(const struct batch *batch, const struct row *row, const struct pending_member *held,
    struct arena *arena)
{
	const struct hash *hash = row->object == NULL ? NULL : index_find(&batch->last, row->object);
	struct hash last;

	if (hash != NULL)
		return hash_hex(arena, hash);
	if (held->text == NULL || held->length != HASH_BYTES)
		return NULL;
	memcpy(last.bytes, held->text, HASH_BYTES);
	return hash_hex(arena, &last);
}

static void member_take(const struct batch *batch, struct row *row, const char *key,
    const struct pending_member *member, struct arena *arena)
{
	struct event_member *taken = &row->members[row->count++];

	*taken =
	    (struct event_member){.key = key, .text = member->text, .length = member->length, .number = member->number};
	switch (member->type) {
	case MEMBER_HASH: taken->text = row->previous = previous_of(batch, row, member, arena); break;
	case MEMBER_TIME: taken->text = moment_print(member->number, arena_take_raw(arena, MOMENT_TEXT)); break;
	default: break;
	}
	if (member->type == MEMBER_HASH || member->type == MEMBER_TIME)
		taken->length = taken->text == NULL ? 0 : strlen(taken->text);
	taken->type = taken->text == NULL   ? EVENT_NULL
	    : member->type == MEMBER_NUMBER ? EVENT_NUMBER
	    : member->type == MEMBER_JSON   ? EVENT_JSON
	                                    : EVENT_TEXT;
}

static void row_read(const struct batch *batch, size_t n, struct row *row, struct arena *arena)
{
	*row = (struct row){.count = 0};
	for (size_t i = 0; i < batch->column_count; i++) {
		const struct pending_member member = pending_member(batch->pending, n, i);

		switch (batch->columns[i].role) {
		case ROLE_NONE: break;
		case ROLE_OBJECT: row->object = member.text; break;
		case ROLE_VERSION: row->version = member.number; break;
		case ROLE_RESULT: row->result = member.text; break;
		case ROLE_SEQ: row->seq = member.number; break;
		case ROLE_ADDED:
			row->internal = member.text != NULL && is_internal(canon_read_stored(arena, member.text));
			break;
		case ROLE_OPTIONAL:
			if (member.text == NULL)
				continue;
		}
		member_take(batch, row, batch->columns[i].key, &member, arena);
	}
}

// A ticket's number; 0: it is about something else.
static int64_t ticket_of(const char *object)
{
	static const char kind[] = "ticket/";
	int64_t number;

	return text_starts(object, kind) && text_to_int(object + strlen(kind), 1, INT64_MAX, &number) ? number : 0;
}

// A leaf goes into the chain of its object's, unless it is found by the number of the ticket that it files.
static void chain_tell(struct batch *batch, struct sheaf *sheaf, const struct row *row)
{
	const int64_t ticket = ticket_of(row->object);
	const bool first = ticket > 0 && row->previous == NULL,
	           files = row->version == 1 && strcmp(row->result, "done") == 0,
	           found = first && files && ticket > batch->filed;

	array_add_bool(&sheaf->parts[SHEAF_CHAINED], !found);
	if (first && !files)
		array_add_text(&sheaf->parts[SHEAF_FORETOLD], row->object);
	if (!found)
		return;
	array_add_whole(&sheaf->parts[SHEAF_FILED], ticket);
	if (ticket > batch->filed_now)
		batch->filed_now = ticket;
}

static void openings_add(struct sheaf *sheaf, size_t place, const struct opening *openings, bool internal)
{
	for (; openings != NULL; openings = openings->next) {
		array_add_small(&sheaf->parts[SHEAF_PLACES], (int32_t)place);
		array_add_text(&sheaf->parts[SHEAF_PATHS], openings->path);
		array_add_text(&sheaf->parts[SHEAF_SALTS], openings->salt);
		array_add_text(&sheaf->parts[SHEAF_CONTENTS], openings->value);
		array_add_bool(&sheaf->parts[SHEAF_INTERNALS], internal);
	}
}

static void hash_keep(struct batch *batch, const char *object, const struct hash *hash)
{
	struct hash *kept = index_find(&batch->last, object);

	if (kept == NULL) {
		kept = arena_take(batch->arena, sizeof(*kept));
		index_add(&batch->last, object, kept);
	}
	*kept = *hash;
}

static bool leaf_add(struct batch *batch, struct sheaf *sheaf, size_t n, struct arena *arena)
{
	struct buffer *entries = &sheaf->parts[SHEAF_ENTRIES].out;
	struct row row;

	row_read(batch, n, &row, arena);
	const struct sealed_leaf leaf =
	    leaf_seal(row.members, row.count, pending_confidential(batch->pending, n), arena);
	if (leaf.bytes == NULL || row.object == NULL || row.result == NULL)
		return false;
	batch->seqs[n] = row.seq;
	openings_add(sheaf, batch->tree.size - sheaf->size, leaf.openings, row.internal);
	array_add_whole(&sheaf->parts[SHEAF_SEQS], row.seq);
	array_add_text(&sheaf->parts[SHEAF_OBJECTS], row.object);
	entry_add(entries, leaf.bytes, leaf.length);
	array_add_small(&sheaf->parts[SHEAF_ENDS], (int32_t)entries->length);
	buffer_add(&sheaf->parts[SHEAF_HASHES].out, leaf.hash.bytes, HASH_BYTES);
	chain_tell(batch, sheaf, &row);
	hash_keep(batch, row.object, &leaf.hash);
	tree_grow(&batch->tree, &leaf.hash);
	return true;
}

// Leaves of the events from `from` up to `to`.
static bool sheaf_fill(struct batch *batch, struct sheaf *sheaf, size_t from, size_t to, struct faults *faults)
{
	bool right = true;

	batch->tree.told = node_told;
	batch->tree.context = sheaf;
	while (from < to && right) {
		struct arena *arena = arena_new();

		for (size_t end = from + SCRATCH_LEAVES; from < to && from < end && right; from++)
			right = leaf_add(batch, sheaf, from, arena);
		arena_free(arena);
	}
	batch->filed = batch->filed_now;
	if (!right)
		faults_add(faults, "event", "format", "an event behind leaf %" PRIu64 " cannot be read",
		    batch->tree.size);
	return right;
}

bool batch_append(struct batch *batch, struct ledger *ledger, bool durable, struct faults *faults)
{
	const size_t count = pending_count(batch->pending);
	bool right = true;

	for (size_t from = 0, to; from < count && right; from = to) {
		struct arena *arena = arena_new();
		struct sheaf sheaf;

		to = from + TILE_WIDTH - batch->tree.size % TILE_WIDTH;
		to = to < count ? to : count;
		sheaf_init(&sheaf, batch->tree.size, arena);
		sheaf.durable = durable && to == count;
		right = sheaf_fill(batch, &sheaf, from, to, faults) && ledger_append(ledger, &sheaf, faults);
		arena_free(arena);
	}
	return right;
}

struct tree batch_tree(const struct batch *batch)
{
	struct tree tree = batch->tree;

	tree.told = NULL;
	tree.context = NULL;
	return tree;
}

int64_t batch_filed(const struct batch *batch)
{
	return batch->filed;
}

int64_t batch_seq(const struct batch *batch, size_t n)
{
	return batch->seqs[n];
}

void batch_free(struct batch *batch)
{
	arena_free(batch->arena);
}
