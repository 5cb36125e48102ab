// SPDX-License-Identifier: Apache-2.0
// The log told again: every object as its leaves alone make it, held against what each next leaf claims.
#ifndef WEIHU_AUDIT_REPLAY_H
#define WEIHU_AUDIT_REPLAY_H

#include "audit/index.h"
#include "audit/leaf.h"
#include "base/clock.h"

struct held { // of a member of an object
	const char *key;
	const char *text; // canonical JSON; NULL: erased, nobody can say
	struct held *next;
};

struct change { // of a program: record items 8 to 13
	const struct json *row;
	struct change *next;
};

struct reading { // of a program's counters
	moment at;
	int64_t runs, failures;
	struct reading *next;
};

struct object {
	const char *name; // "ticket/42"
	int64_t version;  // of its last leaf that was done
	struct hash last; // of its last leaf
	bool begun;       // it has a leaf
	bool hidden;      // some of its leaves tell nobody what they changed: confidential and not opened, or erased
	struct held *values;
	const char *state;
	int64_t workflow;
	moment submitted, started, closed; // MOMENT_NONE: not
	struct change *changes;            // the latest first
	struct reading *readings;          // the latest first
	struct index workers;              // of whom work is recorded
	int64_t work_minutes;
	struct object *next; // in the order of their first leaf
};

struct move_seen {
	const char *workflow, *edge, *place;
	struct move_seen *next;
};

struct replay {
	struct arena *arena, *scratch;
	struct faults *faults; // field: the leaf's place; code: chain, version, state, edge, value
	struct index objects,
	    edges; // edges: "1 submit from draft to submitted", and "1" for a workflow whose edges are known
	struct move_seen *moves; // whose workflow was not known yet
	struct object *first, *last;
	uint64_t tickets, leaves, unseen; // unseen: leaves whose bytes were not there
	uint64_t hidden;                  // tickets
};

void replay_init(struct replay *replay, struct arena *arena, struct faults *faults);
void replay_end(struct replay *replay); // judges what had to wait, and frees what it worked with; what it found stays
// The next leaf, opened as far as it can be. Nothing of it is kept but copies.
void replay_take(struct replay *replay, const struct leaf *leaf);
// Leaves were left out (archived): objects may now begin in the middle.
void replay_skip(struct replay *replay, uint64_t leaves);

// The member's canonical JSON, "null" when it was never set, NULL when nobody can say.
const char *object_value(const struct object *object, const char *key);
// Its text, where it is one; else NULL.
const char *object_text(const struct object *object, const char *key, struct arena *arena);
bool object_int(const struct object *object, const char *key, int64_t *number);
bool object_is(const struct object *object, const char *kind); // "ticket"

#endif
