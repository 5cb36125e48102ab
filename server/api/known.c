// SPDX-License-Identifier: Apache-2.0
// A hash table that is emptied when the register turns, or when it is full.
#include "api/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define SLOTS 4096
#define PUTS_MOST (SLOTS / 2)
#define AGE_MOST (15 * MOMENT_SECOND) // so that the last use of a token is noted

struct fact {
	const char *kind, *name;
	void *value;
	int64_t since; // ticks
};

struct known {
	struct arena *arena;
	int64_t epoch;
	size_t puts;
	struct fact *slots[SLOTS];
};

struct known *known_new(void)
{
	struct known *known = calloc(1, sizeof(*known));

	if (known == NULL)
		abort();
	known->arena = arena_new();
	return known;
}

void known_free(struct known *known)
{
	if (known == NULL)
		return;
	arena_free(known->arena);
	free(known);
}

int64_t known_epoch(const struct known *known)
{
	return known->epoch;
}

static void forget(struct known *known)
{
	if (known->puts == 0)
		return;
	arena_free(known->arena);
	known->arena = arena_new();
	known->puts = 0;
	memset(known->slots, 0, sizeof(known->slots));
}

void known_turn(struct known *known, int64_t epoch)
{
	if (known->epoch != epoch)
		forget(known);
	known->epoch = epoch;
}

// FNV-1a (Fowler, Noll, Vo).
static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	return hash;
}

// Where the fact stands, or the empty slot where it would.
static size_t slot_of(const struct known *known, const char *kind, const char *name)
{
	size_t slot = hash_text(hash_text(14695981039346656037U, kind), name) % SLOTS;
	const struct fact *fact;

	while ((fact = known->slots[slot]) != NULL && (strcmp(fact->name, name) != 0 || strcmp(fact->kind, kind) != 0))
		slot = (slot + 1) % SLOTS;
	return slot;
}

const void *known_get(const struct known *known, const char *kind, const char *name)
{
	const struct fact *fact = known->slots[slot_of(known, kind, name)];

	return fact != NULL && clock_ticks() - fact->since < AGE_MOST ? fact->value : NULL;
}

struct arena *known_arena(const struct known *known)
{
	return known->arena;
}

void *known_put(struct known *known, const char *kind, const char *name, size_t size)
{
	if (known->puts >= PUTS_MOST)
		forget(known);
	struct fact *fact = arena_take(known->arena, sizeof(*fact));

	fact->kind = arena_copy(known->arena, kind);
	fact->name = arena_copy(known->arena, name);
	fact->value = arena_take(known->arena, size);
	fact->since = clock_ticks();
	known->slots[slot_of(known, kind, name)] = fact;
	known->puts++;
	return fact->value;
}
