// SPDX-License-Identifier: Apache-2.0
// Token buckets kept as one number each: the time at which the bucket will be full again (the virtual scheduling form
// of the generic cell rate algorithm, ITU-T I.371).
#include "base/brake.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define SETS 8192
#define WAYS 8 // names that share a set
#define NAME_MOST 128

struct bucket {
	uint64_t name; // its keyed hash
	int64_t full;  // ticks
};

struct brake {
	pthread_mutex_t lock;
	unsigned char key[crypto_shorthash_KEYBYTES]; // nobody outside can choose names that meet
	struct bucket buckets[SETS][WAYS];
};

struct brake *brake_new(void)
{
	struct brake *brake = calloc(1, sizeof(*brake));

	if (sodium_init() < 0 || brake == NULL || pthread_mutex_init(&brake->lock, NULL) != 0)
		abort();
	crypto_shorthash_keygen(brake->key);
	return brake;
}

void brake_free(struct brake *brake)
{
	if (brake == NULL)
		return;
	pthread_mutex_destroy(&brake->lock);
	free(brake);
}

static uint64_t name_hash(const struct brake *brake, const char *kind, const char *name)
{
	char text[NAME_MOST];
	uint64_t hash;
	size_t kind_length = strnlen(kind, NAME_MOST / 2), length = strnlen(name, NAME_MOST / 2 - 1);

	_Static_assert(sizeof(hash) == crypto_shorthash_BYTES, "a hash fits");
	memcpy(text, kind, kind_length);
	text[kind_length] = '/';
	memcpy(text + kind_length + 1, name, length);
	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)text, kind_length + 1 + length, brake->key);
	return hash;
}

// The bucket of that name, or the fullest one of its set, which it takes over.
static struct bucket *bucket_find(struct brake *brake, uint64_t name)
{
	struct bucket *set = brake->buckets[name % SETS], *fullest = set;

	for (struct bucket *bucket = set; bucket < set + WAYS; bucket++) {
		if (bucket->name == name)
			return bucket;
		if (bucket->full < fullest->full)
			fullest = bucket;
	}
	*fullest = (struct bucket){.name = name};
	return fullest;
}

static int64_t bucket_take(struct bucket *bucket, const struct brake_pace *pace, int64_t now)
{
	int64_t token = MOMENT_SECOND / pace->rate, full = bucket->full > now ? bucket->full : now;
	int64_t wait = full - now - (pace->burst - 1) * token;

	if (wait > 0)
		return wait;
	bucket->full = full + token;
	return 0;
}

int64_t brake_take(struct brake *brake, const char *kind, const char *name, const struct brake_pace *pace, int64_t now)
{
	if (pace->rate == 0)
		return 0;
	uint64_t hash = name_hash(brake, kind, name);

	pthread_mutex_lock(&brake->lock);
	int64_t wait = bucket_take(bucket_find(brake, hash), pace, now);
	pthread_mutex_unlock(&brake->lock);
	return wait;
}
