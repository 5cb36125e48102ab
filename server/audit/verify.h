// SPDX-License-Identifier: Apache-2.0
// Verifying a whole log from its files and a key, with nothing else.
#ifndef WEIHU_AUDIT_VERIFY_H
#define WEIHU_AUDIT_VERIFY_H

#include "audit/checkpoint.h"
#include "audit/replay.h"
#include "audit/report.h"
#include "audit/tile.h"

#define LEVELS_MOST (TILE_LEVEL_MOST + 1)

// Where the files are: a folder, a web address. NULL: there is no such file. Bytes live as long as the arena at least;
// there is a NUL behind them when they are few.
struct log_files {
	const char *(*read)(void *context, const char *path, size_t *length, struct arena *arena);
	void *context;
};

struct verification {
	struct arena *arena;
	const struct log_files *files;
	const struct keys *keys;

	// What was found.
	struct faults faults; // field: the place; code: what kind of fault
	struct opened_checkpoint opened;
	struct replay replay;
	struct opened_counts openings;
	uint64_t attachments; // attached ones, whose digests stand in leaves
	uint64_t leaves;      // whose bytes were there
	uint64_t archived;    // whose hashes alone were there
	bool has_csv;

	// Underway.
	struct tree tree;
	struct hash *levels[LEVELS_MOST];
	const char *openings_at, *openings_end; // openings_at: the next line of openings.jsonl
	const char *csv_at, *csv_end;
	// Called with each leaf, opened; or NULL.
	void (*seen)(void *context, const struct leaf *leaf);
	void *seen_context;
};

void verification_init(struct verification *verification, const struct log_files *files, const struct keys *keys,
    struct arena *arena);
// Runs all of it; false when there is a fault. Further checks go on what was found.
bool verify_log(struct verification *verification);
// The way from a leaf to the root that was verified.
void verify_prove(const struct verification *verification, uint64_t index, struct proof *proof);
// Whether an older checkpoint, kept by the auditor, is of the same log; `name` is its file.
bool verify_pin(struct verification *verification, const char *name, const char *note, size_t length);

#endif
