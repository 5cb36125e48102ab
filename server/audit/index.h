// SPDX-License-Identifier: Apache-2.0
// Things by name: a hash table that only grows.
#ifndef WEIHU_AUDIT_INDEX_H
#define WEIHU_AUDIT_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct index_slot {
	const char *name; // NULL: empty
	uint64_t hash;
	void *thing;
};

struct index {
	struct arena *arena;
	struct index_slot *slots;
	size_t room, count; // room is a power of two, or 0
};

void index_init(struct index *index, struct arena *arena);
void *index_find(const struct index *index, const char *name);      // NULL when it is not there
void index_add(struct index *index, const char *name, void *thing); // a name that is not there yet; copied

#endif
