// SPDX-License-Identifier: Apache-2.0
// What a worker knows of the register without asking again: who holds a token, who is a sysadmin, who is designated.
// All of it was true in one epoch of the register (schema/deploy/0003_register.sql). Whoever acts on it has the
// database vouch, in the very statement that does the work, that the epoch still stands: what was revoked is revoked at
// once, everywhere.
#ifndef WEIHU_API_KNOWN_H
#define WEIHU_API_KNOWN_H

#include <stdint.h>

#include "base/arena.h"

struct known;

struct known *known_new(void);
void known_free(struct known *known);

int64_t known_epoch(const struct known *known); // 0: nothing is known

// An answer was of this epoch: what is known of another is forgotten.
void known_turn(struct known *known, int64_t epoch);

// What was put under this kind and name a few seconds ago at most, or NULL. It stays until the loop's next turn: copy
// it.
const void *known_get(const struct known *known, const char *kind, const char *name);

// Keeps a fact of the present epoch and gives `size` zeroed bytes for it; both texts are copied. What the fact points
// to is taken from known_arena(), straight away.
void *known_put(struct known *known, const char *kind, const char *name, size_t size);
struct arena *known_arena(const struct known *known);

#endif
