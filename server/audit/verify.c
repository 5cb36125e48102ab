// SPDX-License-Identifier: Apache-2.0
// Signature, leaves, tiles, root, older checkpoints; then the replay.
#include "audit/verify.h"

#include <inttypes.h>
#include <string.h>

#include "audit/canon.h"

#define FAULTS_MOST 1000 // after that many nobody reads on

void verification_init(struct verification *verification, const struct log_files *files, const struct keys *keys,
    struct arena *arena)
{
	*verification = (struct verification){.arena = arena, .files = files, .keys = keys};
	faults_init(&verification->faults, arena);
	replay_init(&verification->replay, arena, &verification->faults);
}

static const char *file_read(struct verification *verification, const char *path, size_t *length, struct arena *arena)
{
	return verification->files->read(verification->files->context, path, length, arena);
}

static bool open_checkpoint(struct verification *verification)
{
	size_t length;
	const char *note = file_read(verification, "checkpoint", &length, verification->arena);

	if (note == NULL) {
		faults_add(&verification->faults, "checkpoint", "missing", "there is no checkpoint");
		return false;
	}
	return checkpoint_open(note, length, "checkpoint", verification->keys, &verification->opened,
	    verification->arena, &verification->faults);
}

static uint64_t size_of(const struct verification *verification)
{
	return verification->opened.checkpoint.size;
}

// Leaves.

static void keep_hash(void *context, int level, uint64_t index, const struct hash *hash)
{
	struct verification *verification = context;

	verification->levels[level][index] = *hash;
}

static struct opening *opening_read(const char *line, size_t length, uint64_t *position, struct arena *arena)
{
	int64_t leaf;
	struct opening *opening = arena_take(arena, sizeof(*opening));
	const struct json *json = canon_read(arena, line, length);

	opening->path = json_text(json_member(json, "path"));
	opening->salt = json_text(json_member(json, "salt"));
	opening->value = json_text(json_member(json, "value"));
	if (json == NULL || !json_int(json_member(json, "leaf"), &leaf) || opening->path == NULL ||
	    opening->salt == NULL || opening->value == NULL)
		return NULL;
	*position = (uint64_t)leaf;
	return opening;
}

// The lines of openings.jsonl stand in the order of the leaves.
static struct opening *openings_of(struct verification *verification, uint64_t position, struct arena *arena)
{
	struct opening *list = NULL;

	while (verification->openings_at < verification->openings_end) {
		size_t left = (size_t)(verification->openings_end - verification->openings_at);
		const char *newline = memchr(verification->openings_at, '\n', left);
		size_t length = newline == NULL ? left : (size_t)(newline - verification->openings_at);
		uint64_t place = 0;
		struct opening *opening = opening_read(verification->openings_at, length, &place, arena);

		if (opening == NULL) {
			faults_add(&verification->faults, "openings.jsonl", "format",
			    "holds a line that is no opening");
			verification->openings_at = verification->openings_end;
			break;
		}
		if (place > position)
			break;
		if (place == position) {
			opening->next = list;
			list = opening;
		}
		verification->openings_at += length + (newline != NULL);
	}
	return list;
}

static void csv_compare(struct verification *verification, const struct leaf *leaf, struct arena *arena)
{
	struct buffer row;

	if (verification->csv_at == NULL)
		return;
	buffer_init(&row, arena);
	report_event(leaf, &row);
	if ((size_t)(verification->csv_end - verification->csv_at) >= row.length &&
	    memcmp(verification->csv_at, row.bytes, row.length) == 0) {
		verification->csv_at += row.length;
		return;
	}
	faults_add(&verification->faults, "audit.csv", "csv", "does not say what leaf %" PRIu64 " says",
	    leaf == NULL ? 0 : leaf->position);
	verification->csv_at = NULL;
}

static void take_leaf(struct verification *verification, const char *bytes, size_t length, struct arena *arena)
{
	uint64_t position = verification->tree.size;
	struct leaf leaf;
	bool read = leaf_read(bytes, length, position, &leaf, arena);

	tree_grow(&verification->tree, &leaf.hash);
	verification->leaves++;
	if (verification->faults.count > FAULTS_MOST)
		return;
	if (!read) {
		faults_add(&verification->faults, arena_print(arena, "leaf %" PRIu64, position), "leaf",
		    "is no canonical event");
		return;
	}
	const char *wrong =
	    leaf_open(&leaf, openings_of(verification, position, arena), &verification->openings, arena);
	verification->attachments += json_text(json_member(json_member(leaf.added, "attachment"), "sha256")) != NULL;
	if (wrong != NULL)
		faults_add(&verification->faults, arena_print(arena, "leaf %" PRIu64 ", %s", position, leaf.object),
		    "opening", "the value at %s is not the one that was committed to", wrong);
	csv_compare(verification, &leaf, arena);
	replay_take(&verification->replay, &leaf);
	if (verification->seen != NULL)
		verification->seen(verification->seen_context, &leaf);
}

// Of archived entries their hashes are left.
static bool take_hashes(struct verification *verification, const struct tile *tile, struct arena *arena)
{
	const struct tile hashes = {0, tile->index, tile->width};
	size_t length;
	const char *path = arena_print(arena, "tile/%s", tile_path(&hashes, arena));
	const char *bytes = file_read(verification, path, &length, arena);

	if (bytes == NULL || length != (size_t)tile->width * HASH_BYTES) {
		faults_add(&verification->faults, path, "missing", "is missing, and so are its entries");
		return false;
	}
	for (unsigned i = 0; i < tile->width; i++) {
		struct hash hash;

		memcpy(hash.bytes, bytes + (size_t)i * HASH_BYTES, HASH_BYTES);
		tree_grow(&verification->tree, &hash);
	}
	verification->archived += tile->width;
	replay_skip(&verification->replay, tile->width);
	return true;
}

static bool take_bundle(struct verification *verification, const struct tile *tile, struct arena *arena)
{
	const char *path = arena_print(arena, "tile/%s", tile_path(tile, arena));
	size_t length, at = 0, entry_length;
	const unsigned char *entry, *bundle = (const unsigned char *)file_read(verification, path, &length, arena);

	if (bundle == NULL)
		return take_hashes(verification, tile, arena);
	for (unsigned i = 0; i < tile->width; i++) {
		if (!entry_next(bundle, length, &at, &entry, &entry_length)) {
			faults_add(&verification->faults, path, "bundle", "ends after %u of %u entries", i,
			    tile->width);
			return false;
		}
		take_leaf(verification, (const char *)entry, entry_length, arena);
	}
	if (at != length)
		faults_add(&verification->faults, path, "bundle", "holds more than %u entries", tile->width);
	return true;
}

static bool take_leaves(struct verification *verification)
{
	uint64_t size = size_of(verification);
	size_t length;

	for (int level = 0; level < LEVELS_MOST; level++)
		verification->levels[level] =
		    arena_take_array(verification->arena, tile_level_count(level, size) + 1, sizeof(struct hash));
	verification->tree.told = keep_hash;
	verification->tree.context = verification;
	verification->openings_at = file_read(verification, "openings.jsonl", &length, verification->arena);
	verification->openings_end = verification->openings_at == NULL ? NULL : verification->openings_at + length;
	verification->csv_at = file_read(verification, "audit.csv", &length, verification->arena);
	verification->csv_end = verification->csv_at == NULL ? NULL : verification->csv_at + length;
	verification->has_csv = verification->csv_at != NULL;
	for (uint64_t from = 0; from < size; from += TILE_WIDTH) {
		uint64_t left = size - from;
		const struct tile tile = {TILE_ENTRIES, from / TILE_WIDTH,
		    left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH};
		struct arena *arena = arena_new();

		if (from == 0)
			csv_compare(verification, NULL, arena);
		bool taken = take_bundle(verification, &tile, arena);
		arena_free(arena);
		if (!taken)
			return false;
	}
	if (verification->csv_at != verification->csv_end && verification->csv_at != NULL)
		faults_add(&verification->faults, "audit.csv", "csv", "holds more rows than there are leaves");
	return true;
}

// Tiles: what the files say against what the leaves make.

static void tile_complain(struct verification *verification, const char *path, const struct tile *tile, unsigned i)
{
	uint64_t index = tile->index * TILE_WIDTH + i;

	if (tile->level == 0)
		faults_add(&verification->faults, arena_print(verification->arena, "leaf %" PRIu64, index), "tile",
		    "is not the leaf whose hash is in %s", path);
	else
		faults_add(&verification->faults, path, "tile", "hash %u is not that of the leaves below it", i);
}

static bool tile_compare(void *context, const struct tile *tile)
{
	struct verification *verification = context;
	struct arena *arena = arena_new();
	size_t length = 0;
	const char *path = arena_print(verification->arena, "tile/%s", tile_path(tile, arena));
	const char *bytes = tile->level == TILE_ENTRIES ? NULL : file_read(verification, path, &length, arena);

	if (bytes != NULL && length == (size_t)tile->width * HASH_BYTES) {
		for (unsigned i = 0; i < tile->width; i++)
			if (memcmp(bytes + (size_t)i * HASH_BYTES,
			        verification->levels[tile->level][tile->index * TILE_WIDTH + i].bytes, HASH_BYTES) != 0)
				tile_complain(verification, path, tile, i);
	} else if (tile->level != TILE_ENTRIES) {
		faults_add(&verification->faults, path, "missing", "is missing or has a wrong length");
	}
	arena_free(arena);
	return verification->faults.count <= FAULTS_MOST;
}

static void check_root(struct verification *verification)
{
	const struct hash root = tree_top(&verification->tree);

	if (!hash_equals(&root, &verification->opened.checkpoint.root))
		faults_add(&verification->faults, "checkpoint", "root",
		    "the leaves make another tree than the one that was signed: %s, not %s",
		    hash_hex(verification->arena, &root),
		    hash_hex(verification->arena, &verification->opened.checkpoint.root));
}

bool verify_log(struct verification *verification)
{
	if (!open_checkpoint(verification))
		return false;
	if (take_leaves(verification)) {
		tile_each(size_of(verification), tile_compare, verification);
		check_root(verification);
	}
	replay_end(&verification->replay);
	return verification->faults.count == 0;
}

static bool read_level(void *context, int level, uint64_t index, struct hash *hash)
{
	const struct verification *verification = context;

	*hash = verification->levels[level][index];
	return true;
}

void verify_prove(const struct verification *verification, uint64_t index, struct proof *proof)
{
	const struct tree_source source = {read_level, (void *)verification};

	tree_prove_inclusion(&source, index, verification->tree.size, proof);
}

bool verify_pin(struct verification *verification, const char *name, const char *note, size_t length)
{
	const struct tree_source source = {read_level, verification};
	struct opened_checkpoint pin;
	struct hash root;

	if (!checkpoint_open(note, length, name, verification->keys, &pin, verification->arena, &verification->faults))
		return false;
	if (pin.checkpoint.size > verification->tree.size) {
		faults_add(&verification->faults, name, "shorter",
		    "had %" PRIu64 " leaves, but the log has %" PRIu64 " now: its end was cut off", pin.checkpoint.size,
		    verification->tree.size);
		return false;
	}
	tree_root(&source, pin.checkpoint.size, &root);
	if (hash_equals(&root, &pin.checkpoint.root))
		return true;
	faults_add(&verification->faults, name, "fork",
	    "the first %" PRIu64 " leaves are no longer those that were signed then: the log was rewritten",
	    pin.checkpoint.size);
	return false;
}
