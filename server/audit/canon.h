// SPDX-License-Identifier: Apache-2.0
// Canonical JSON (RFC 8785): the one way to write a value down, so that its hash means the value.
#ifndef WEIHU_AUDIT_CANON_H
#define WEIHU_AUDIT_CANON_H

#include "base/json.h"

void canon_write(struct buffer *out, const struct json *value);
const char *canon_text(struct arena *arena, const struct json *value);

// Which of two keys stands first: below, at or above 0 for before, the same, behind.
int canon_key_order(const char *a, const char *b);

// The value of canonical JSON; NULL: it is not canonical.
struct json *canon_read(struct arena *arena, const char *bytes, size_t length);

// The value of a jsonb as PostgreSQL prints it; NULL: it is not one.
struct json *canon_read_stored(struct arena *arena, const char *text);

// Writes such a value without reading it first. False, and nothing is written: it is not as plain as that takes, or
// none.
bool canon_copy_stored(struct buffer *out, const char *text, size_t length);

#endif
