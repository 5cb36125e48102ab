// SPDX-License-Identifier: Apache-2.0
// Checkpoints (C2SP tlog-checkpoint): what a log says it is, signed.
#ifndef WEIHU_AUDIT_CHECKPOINT_H
#define WEIHU_AUDIT_CHECKPOINT_H

#include "audit/note.h"
#include "audit/tree.h"

struct checkpoint {
	const char *origin;
	uint64_t size;
	struct hash root;
};

// The body, without signatures.
const char *checkpoint_print(const struct checkpoint *checkpoint, struct arena *arena);
bool checkpoint_read(const char *text, struct checkpoint *checkpoint, struct arena *arena);

// The whole note, signed by every key.
const char *checkpoint_sign(const struct checkpoint *checkpoint, const struct keys *keys, struct arena *arena);

struct opened_checkpoint {
	struct checkpoint checkpoint;
	struct note note;
	const struct key *key; // the first of the keys that signed it
};

// Reads a note and wants a right signature of at least one key, a wrong one of none. False with a fault named `what`.
bool checkpoint_open(const char *note, size_t length, const char *what, const struct keys *keys,
    struct opened_checkpoint *opened, struct arena *arena, struct faults *faults);

#endif
