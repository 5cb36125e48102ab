// SPDX-License-Identifier: Apache-2.0
// {"object", "checkpoint", "leaves": [{"leaf", "entry", "hashes"}]}: the entry as its JSON text, hashes in base64.
#include "audit/proof_file.h"

#include <inttypes.h>
#include <string.h>

struct proven {
	uint64_t position;
	const char *entry;
	struct proven *next;
};

struct proof_file {
	struct arena *arena;
	const char *object;
	struct proven *first, **last;
};

struct proof_file *proof_file_new(const char *object, struct arena *arena)
{
	struct proof_file *file = arena_take(arena, sizeof(*file));

	*file = (struct proof_file){.arena = arena, .object = object};
	file->last = &file->first;
	return file;
}

void proof_file_take(struct proof_file *file, const struct leaf *leaf)
{
	if (strcmp(leaf->object, file->object) != 0)
		return;
	struct proven *proven = arena_take(file->arena, sizeof(*proven));
	*proven = (struct proven){leaf->position, arena_copy_bytes(file->arena, leaf->bytes, leaf->length), NULL};
	*file->last = proven;
	file->last = &proven->next;
}

const char *proof_file_print(const struct proof_file *file, const struct verification *verification, const char *note)
{
	struct json_out json;
	struct proof proof;

	json_out_init(&json, file->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "object", file->object);
	json_add_text(&json, "checkpoint", note);
	json_begin(&json, "leaves", '[');
	for (const struct proven *proven = file->first; proven != NULL; proven = proven->next) {
		verify_prove(verification, proven->position, &proof);
		json_begin(&json, NULL, '{');
		json_add_int(&json, "leaf", (int64_t)proven->position);
		json_add_text(&json, "entry", proven->entry);
		json_begin(&json, "hashes", '[');
		for (size_t i = 0; i < proof.count; i++)
			json_add_text(&json, NULL, base64_print(file->arena, proof.hashes[i].bytes, HASH_BYTES));
		json_end(&json, ']');
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
	return json.out.bytes;
}

// Checking.

struct checking {
	struct verification *verification;
	const char *name, *object;
	struct opened_checkpoint opened;
	struct hash last; // of the leaf before
	uint64_t leaves;
};

static bool complain(struct checking *checking, const char *what)
{
	faults_add(&checking->verification->faults, checking->name, "proof", "%s", what);
	return false;
}

static bool proof_read(const struct json *hashes, struct proof *proof, struct arena *arena)
{
	proof->count = 0;
	for (const struct json *hash = hashes == NULL ? NULL : hashes->first; hash != NULL; hash = hash->next) {
		size_t length = 0;
		const char *text = json_text(hash);
		const unsigned char *bytes = text == NULL ? NULL : base64_read(arena, text, strlen(text), &length);

		if (bytes == NULL || length != HASH_BYTES || proof->count == PROOF_MOST)
			return false;
		memcpy(proof->hashes[proof->count++].bytes, bytes, HASH_BYTES);
	}
	return hashes != NULL;
}

// Of the object, behind the leaf before it; where leaves are archived it may begin in the middle.
static bool follows(const struct checking *checking, const struct leaf *leaf, struct arena *arena)
{
	if (strcmp(leaf->object, checking->object) != 0)
		return false;
	if (checking->leaves == 0)
		return leaf->previous == NULL || checking->verification->archived > 0;
	return text_equals(leaf->previous, hash_hex(arena, &checking->last));
}

static bool leaf_check(struct checking *checking, const struct json *row, struct arena *arena)
{
	const struct checkpoint *checkpoint = &checking->opened.checkpoint;
	const char *entry = json_text(json_member(row, "entry"));
	int64_t position;
	struct leaf leaf;
	struct proof proof;

	if (entry == NULL || !json_int(json_member(row, "leaf"), &position) ||
	    !proof_read(json_member(row, "hashes"), &proof, arena))
		return complain(checking, "holds a leaf without its proof");
	if (!leaf_read(entry, strlen(entry), (uint64_t)position, &leaf, arena) ||
	    !tree_check_inclusion((uint64_t)position, checkpoint->size, &leaf.hash, &proof, &checkpoint->root))
		return complain(checking,
		    arena_print(arena, "leaf %" PRId64 " is not in the log that its checkpoint is of", position));
	if (!follows(checking, &leaf, arena))
		return complain(checking,
		    arena_print(arena, "leaf %" PRId64 " does not follow the one before it", position));
	checking->last = leaf.hash;
	checking->leaves++;
	return true;
}

// Later leaves of the object may be missing only when the file is older than the log.
static bool is_complete(struct checking *checking)
{
	const struct verification *verification = checking->verification;
	const struct object *object = index_find(&verification->replay.objects, checking->object);

	if (checking->leaves > 0 &&
	    (checking->opened.checkpoint.size < verification->tree.size ||
	        (object != NULL && hash_equals(&object->last, &checking->last))))
		return true;
	return complain(checking, "lacks leaves of its object");
}

static bool file_check(struct checking *checking, const char *text, size_t length, struct arena *arena)
{
	struct verification *verification = checking->verification;
	struct faults faults;

	faults_init(&faults, arena);
	const struct json *json = json_read(arena, text, length, &faults), *leaves = json_member(json, "leaves");
	const char *note = json_text(json_member(json, "checkpoint"));
	checking->object = json_text(json_member(json, "object"));
	if (checking->object == NULL || note == NULL || leaves == NULL)
		return complain(checking, "is no proof file");
	if (!verify_pin(verification, checking->name, note, strlen(note)) ||
	    !checkpoint_open(note, strlen(note), checking->name, verification->keys, &checking->opened, arena,
	        &verification->faults))
		return false;
	for (const struct json *row = leaves->first; row != NULL; row = row->next)
		if (!leaf_check(checking, row, arena))
			return false;
	return is_complete(checking);
}

bool proof_file_check(struct verification *verification, const char *name, const char *text, size_t length)
{
	struct checking checking = {.verification = verification, .name = name};
	struct arena *arena = arena_new();
	bool right = file_check(&checking, text, length, arena);

	arena_free(arena);
	return right;
}
