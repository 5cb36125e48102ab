// SPDX-License-Identifier: Apache-2.0
// Open addressing, at most half full.
#include "audit/index.h"

#include <string.h>

void index_init(struct index *index, struct arena *arena)
{
	*index = (struct index){.arena = arena};
}

// FNV-1a.
static uint64_t hash_of(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return hash;
}

static struct index_slot *slot_of(const struct index *index, const char *name, uint64_t hash)
{
	size_t place = hash & (index->room - 1);

	while (index->slots[place].name != NULL &&
	    (index->slots[place].hash != hash || strcmp(index->slots[place].name, name) != 0))
		place = (place + 1) & (index->room - 1);
	return &index->slots[place];
}

void *index_find(const struct index *index, const char *name)
{
	return index->count == 0 ? NULL : slot_of(index, name, hash_of(name))->thing;
}

static void index_widen(struct index *index)
{
	struct index wider = {.arena = index->arena, .room = index->room == 0 ? 64 : 2 * index->room};

	wider.slots = arena_take_array(index->arena, wider.room, sizeof(*wider.slots));
	for (size_t i = 0; i < index->room; i++)
		if (index->slots[i].name != NULL)
			*slot_of(&wider, index->slots[i].name, index->slots[i].hash) = index->slots[i];
	index->slots = wider.slots;
	index->room = wider.room;
}

void index_add(struct index *index, const char *name, void *thing)
{
	uint64_t hash = hash_of(name);

	if (2 * (index->count + 1) > index->room)
		index_widen(index);
	*slot_of(index, name, hash) = (struct index_slot){arena_copy(index->arena, name), hash, thing};
	index->count++;
}
