// SPDX-License-Identifier: Apache-2.0
// Leaves: an audit event as canonical JSON that never changes. Personal data, long texts and whatever is confidential
// stand in it as salted commitments; their openings are kept beside the log, are given only to whom may read them, and
// can be erased without hurting a proof.
#ifndef WEIHU_AUDIT_LEAF_H
#define WEIHU_AUDIT_LEAF_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/tree.h"
#include "base/json.h"

struct opening {
	const char *path;  // JSON pointer into the leaf (RFC 6901)
	const char *salt;  // hexadecimal
	const char *value; // canonical JSON
	struct opening *next;
};

struct sealed_leaf {
	const char *bytes;
	size_t length;
	struct hash hash;
	struct opening *openings;
};

// A member of an event.
struct event_member {
	const char *key;
	enum { EVENT_NULL, EVENT_NUMBER, EVENT_TEXT, EVENT_JSON } type; // JSON: as PostgreSQL prints a jsonb
	const char *text;
	size_t length; // of the text
	int64_t number;
};

// The leaf of an event: its members in canonical order ("previous", the hash of the object's leaf before it, is one of
// them), and commitments for what must not stand in a log that is never erased, or is not for all of its readers: the
// members in the list `confidential` ("added,changes", or NULL). Its bytes are NULL when a member cannot be read.
struct sealed_leaf leaf_seal(const struct event_member *members, size_t count, const char *confidential,
    struct arena *arena);

// SHA-256 of the salt's digits, a dot and the canonical value, hexadecimal.
const char *leaf_commitment(const char *salt, const char *value, struct arena *arena);

struct leaf {
	uint64_t position;
	const char *bytes; // as it was sealed; as long as they were given
	size_t length;
	struct hash hash;
	const struct json *json;
	const char *at, *actor, *action, *object, *from_state, *to_state, *previous, *result, *request;
	const struct json *changes, *added; // or NULL
	int64_t seq, version, workflow;     // 0: none
};

// Reads the bytes of a leaf; false when they are no leaf or not canonical: then its place and hash are set all the
// same.
bool leaf_read(const char *bytes, size_t length, uint64_t position, struct leaf *leaf, struct arena *arena);

// Puts the opened values in the place of their commitments. Counts those that were opened, those that were not (erased
// or not given), and answers the path of the first opening that fits no commitment, or NULL.
struct opened_counts {
	uint64_t opened, closed;
};
const char *leaf_open(struct leaf *leaf, const struct opening *openings, struct opened_counts *counts,
    struct arena *arena);

// The commitment's digits when the value is one, else NULL.
const char *leaf_is_commitment(const struct json *value);

#endif
