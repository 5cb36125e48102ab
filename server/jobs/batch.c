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

#define SCRATCH_LEAVES 32 // after which the scratch arena is taken anew

struct batch {
	struct arena *arena;
	struct tree tree;
	struct appending appending;
	int64_t *seqs;
	struct index last; // by object, the hash of its last leaf in this batch
};

static void node_told(void *context, int level, uint64_t index, const struct hash *hash)
{
	struct appending *appending = context;

	if (level == 0)
		return;
	array_add_whole(&appending->levels, level);
	array_add_whole(&appending->indexes, (int64_t)index);
	array_add_bytes(&appending->hashes, hash->bytes, HASH_BYTES);
}

struct batch *batch_new(const struct tree *tree)
{
	struct arena *arena = arena_new();
	struct batch *batch = arena_take(arena, sizeof(*batch));
	struct appending *appending = &batch->appending;
	const struct {
		struct array *array;
		enum array_type type;
	} arrays[] = {{&appending->seqs, ARRAY_WHOLE}, {&appending->entries, ARRAY_BYTES},
	    {&appending->opening_of, ARRAY_WHOLE}, {&appending->paths, ARRAY_TEXT}, {&appending->salts, ARRAY_TEXT},
	    {&appending->values, ARRAY_TEXT}, {&appending->internals, ARRAY_BOOL}, {&appending->levels, ARRAY_WHOLE},
	    {&appending->indexes, ARRAY_WHOLE}, {&appending->hashes, ARRAY_BYTES}};

	for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++)
		array_init(arrays[i].array, arrays[i].type, arena);
	batch->arena = arena;
	batch->tree = *tree;
	batch->tree.told = node_told;
	batch->tree.context = appending;
	appending->size = tree->size;
	index_init(&batch->last, arena);
	return batch;
}

static struct json *member_read(enum member_type type, const char *value, struct arena *arena)
{
	if (value != NULL && type == MEMBER_JSON)
		return canon_read_stored(arena, value);
	struct json *member = arena_take(arena, sizeof(*member));
	member->type = value == NULL ? JSON_NULL : type == MEMBER_NUMBER ? JSON_NUMBER : JSON_TEXT;
	member->text = value;
	member->number = member->type == JSON_NUMBER ? (double)strtoll(value, NULL, 10) : 0;
	return member;
}

// The n-th event as one document; NULL: a member of it cannot be read.
static struct json *event_read(const struct pending *pending, size_t n, struct arena *arena)
{
	static const char optional[] = "on_loan"; // stands in those leaves alone that have it
	struct json *event = arena_take(arena, sizeof(*event)), **end = &event->first;

	event->type = JSON_OBJECT;
	for (size_t i = 0; i < pending_members(pending); i++) {
		const char *value = pending_value(pending, n, i);

		if (value == NULL && text_in_list(optional, pending_name(pending, i)))
			continue;
		event->count++;
		*end = member_read(pending_type(pending, i), value, arena);
		if (*end == NULL)
			return NULL;
		(*end)->key = pending_name(pending, i);
		end = &(*end)->next;
	}
	return event;
}

static bool is_internal(const struct json *event)
{
	static const char *const kinds[] = {"comment", "attachment"};
	const struct json *added = json_member(event, "added"), *internal;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if ((internal = json_member(json_member(added, kinds[i]), "internal")) != NULL &&
		    internal->type == JSON_TRUE)
			return true;
	return false;
}

static void openings_add(struct appending *appending, size_t n, const struct opening *openings, bool internal)
{
	for (; openings != NULL; openings = openings->next) {
		array_add_whole(&appending->opening_of, (int64_t)n);
		array_add_text(&appending->paths, openings->path);
		array_add_text(&appending->salts, openings->salt);
		array_add_text(&appending->values, openings->value);
		array_add_bool(&appending->internals, internal);
	}
}

// The object's leaf before the n-th may be in the batch itself.
static const char *previous_of(struct batch *batch, const struct pending *pending, size_t n, const char *object)
{
	const struct hash *hash = index_find(&batch->last, object);

	return hash != NULL ? hash_hex(batch->arena, hash) : pending_previous(pending, n);
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

static bool leaf_add(struct batch *batch, const struct pending *pending, size_t n, struct arena *arena)
{
	struct appending *appending = &batch->appending;
	const struct json *event = event_read(pending, n, arena);
	const char *object = json_text(json_member(event, "object"));

	if (event == NULL || object == NULL || !json_int(json_member(event, "seq"), &batch->seqs[n]))
		return false;
	const struct sealed_leaf leaf =
	    leaf_seal(event, previous_of(batch, pending, n, object), pending_confidential(pending, n), arena);
	array_add_whole(&appending->seqs, batch->seqs[n]);
	array_add_bytes(&appending->entries, leaf.bytes, leaf.length);
	openings_add(appending, n, leaf.openings, is_internal(event));
	hash_keep(batch, object, &leaf.hash);
	tree_grow(&batch->tree, &leaf.hash);
	return true;
}

bool batch_take(struct batch *batch, const struct pending *pending, struct faults *faults)
{
	const size_t count = pending_count(pending);
	bool right = true;

	batch->seqs = arena_take_array(batch->arena, count + 1, sizeof(*batch->seqs));
	for (size_t i = 0; i < count && right;) {
		struct arena *arena = arena_new();

		for (size_t end = i + SCRATCH_LEAVES; i < count && i < end && right; i++)
			right = leaf_add(batch, pending, i, arena);
		arena_free(arena);
	}
	if (!right)
		faults_add(faults, "event", "format", "an event behind leaf %" PRIu64 " cannot be read",
		    batch->tree.size);
	return right;
}

bool batch_append(struct batch *batch, struct ledger *ledger, bool durable, struct faults *faults)
{
	batch->appending.durable = durable;
	return ledger_append(ledger, &batch->appending, faults);
}

struct tree batch_tree(const struct batch *batch)
{
	struct tree tree = batch->tree;

	tree.told = NULL;
	tree.context = NULL;
	return tree;
}

int64_t batch_seq(const struct batch *batch, size_t n)
{
	return batch->seqs[n];
}

void batch_free(struct batch *batch)
{
	arena_free(batch->arena);
}
