// SPDX-License-Identifier: Apache-2.0
// RFC 6962, section 2.1.
#include "audit/tree.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Finding the algorithm and making a context cost more than a short digest: one is found, and each thread keeps its
// own.
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;
static pthread_key_t contexts;

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

static void sha256_fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256 == NULL || pthread_key_create(&contexts, context_free) != 0)
		abort();
}

static EVP_MD_CTX *context_of_thread(void)
{
	pthread_once(&sha256_once, sha256_fetch);
	EVP_MD_CTX *context = pthread_getspecific(contexts);

	if (context == NULL) {
		context = EVP_MD_CTX_new();
		if (context == NULL || pthread_setspecific(contexts, context) != 0)
			abort();
	}
	return context;
}

struct hash hash_parts(const struct hash_part *parts, size_t count)
{
	struct hash hash;
	EVP_MD_CTX *context = context_of_thread();

	if (EVP_DigestInit_ex2(context, sha256, NULL) != 1)
		abort();
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(context, parts[i].bytes, parts[i].length) != 1)
			abort();
	if (EVP_DigestFinal_ex(context, hash.bytes, NULL) != 1)
		abort();
	return hash;
}

struct hash hash_leaf(const void *bytes, size_t length)
{
	const struct hash_part parts[] = {{"\0", 1}, {bytes, length}};

	return hash_parts(parts, 2);
}

struct hash hash_children(const struct hash *left, const struct hash *right)
{
	const struct hash_part parts[] = {{"\1", 1}, {left->bytes, HASH_BYTES}, {right->bytes, HASH_BYTES}};

	return hash_parts(parts, 3);
}

bool hash_equals(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

const char *hash_hex(struct arena *arena, const struct hash *hash)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = arena_take(arena, HASH_HEX + 1);

	for (size_t i = 0; i < HASH_BYTES; i++) {
		hex[2 * i] = digits[hash->bytes[i] >> 4];
		hex[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	return hex;
}

static int digit_value(char digit)
{
	return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool hash_read_hex(const char *hex, struct hash *hash)
{
	if (hex == NULL || strlen(hex) != HASH_HEX)
		return false;
	for (size_t i = 0; i < HASH_BYTES; i++) {
		int high = digit_value(hex[2 * i]), low = digit_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash->bytes[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

// Where RFC 6962 splits n leaves: the largest power of two below n.
static uint64_t split_of(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

// The hash of leaves [from, to), which start at a multiple of the power of two that holds them.
static bool range_hash(const struct tree_source *source, uint64_t from, uint64_t to, struct hash *hash)
{
	uint64_t count = to - from;
	int height = 63 - __builtin_clzll(count);
	struct hash left, right;

	if ((count & (count - 1)) == 0 && height % TILE_HEIGHT == 0)
		return source->read(source->context, height / TILE_HEIGHT, from >> height, hash);
	uint64_t middle = from + split_of(count);
	if (!range_hash(source, from, middle, &left) || !range_hash(source, middle, to, &right))
		return false;
	*hash = hash_children(&left, &right);
	return true;
}

bool tree_root(const struct tree_source *source, uint64_t size, struct hash *root)
{
	if (size > 0)
		return range_hash(source, 0, size, root);
	*root = hash_parts(NULL, 0);
	return true;
}

static bool proof_add(struct proof *proof, const struct tree_source *source, uint64_t from, uint64_t to)
{
	return proof->count < PROOF_MOST && range_hash(source, from, to, &proof->hashes[proof->count++]);
}

// PATH(m, D[n]) of section 2.1.1.
static bool path_add(struct proof *proof, const struct tree_source *source, uint64_t index, uint64_t from, uint64_t to)
{
	if (to - from == 1)
		return true;
	uint64_t middle = from + split_of(to - from);
	if (index < middle)
		return path_add(proof, source, index, from, middle) && proof_add(proof, source, middle, to);
	return path_add(proof, source, index, middle, to) && proof_add(proof, source, from, middle);
}

bool tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size, struct proof *proof)
{
	proof->count = 0;
	return index < size && path_add(proof, source, index, 0, size);
}

// SUBPROOF(m, D[n], b) of section 2.1.2; `whole`: the verifier has the old root already.
static bool subproof_add(struct proof *proof, const struct tree_source *source, uint64_t old, uint64_t from,
    uint64_t to, bool whole)
{
	if (old == to)
		return whole || proof_add(proof, source, from, to);
	uint64_t middle = from + split_of(to - from);
	if (old <= middle)
		return subproof_add(proof, source, old, from, middle, whole) && proof_add(proof, source, middle, to);
	return subproof_add(proof, source, old, middle, to, false) && proof_add(proof, source, from, middle);
}

bool tree_prove_consistency(const struct tree_source *source, uint64_t old, uint64_t size, struct proof *proof)
{
	proof->count = 0;
	if (old > size)
		return false;
	return old == 0 || subproof_add(proof, source, old, 0, size, true);
}

// Checking runs along the same splits from the top, taking the proof from its end.
static bool path_run(const struct proof *proof, size_t *left, uint64_t index, uint64_t size, struct hash *hash)
{
	if (size == 1)
		return true;
	uint64_t middle = split_of(size);
	if (*left == 0)
		return false;
	const struct hash *other = &proof->hashes[--*left];
	if (index < middle) {
		if (!path_run(proof, left, index, middle, hash))
			return false;
		*hash = hash_children(hash, other);
	} else {
		if (!path_run(proof, left, index - middle, size - middle, hash))
			return false;
		*hash = hash_children(other, hash);
	}
	return true;
}

bool tree_check_inclusion(uint64_t index, uint64_t size, const struct hash *leaf, const struct proof *proof,
    const struct hash *root)
{
	size_t left = proof->count;
	struct hash hash = *leaf;

	return index < size && path_run(proof, &left, index, size, &hash) && left == 0 && hash_equals(&hash, root);
}

// Two tops are built at once: that of the old tree and that of the new one.
struct tops {
	struct hash old, now;
};

static bool subproof_run(const struct proof *proof, size_t *left, uint64_t old, uint64_t size, bool whole,
    const struct hash *old_root, struct tops *tops)
{
	if (old == size) {
		if (!whole && *left == 0)
			return false;
		tops->old = tops->now = whole ? *old_root : proof->hashes[--*left];
		return true;
	}
	uint64_t middle = split_of(size);
	if (*left == 0)
		return false;
	const struct hash *other = &proof->hashes[--*left];
	if (old <= middle) {
		if (!subproof_run(proof, left, old, middle, whole, old_root, tops))
			return false;
		tops->now = hash_children(&tops->now, other);
	} else {
		if (!subproof_run(proof, left, old - middle, size - middle, false, old_root, tops))
			return false;
		tops->old = hash_children(other, &tops->old);
		tops->now = hash_children(other, &tops->now);
	}
	return true;
}

bool tree_check_consistency(uint64_t old, uint64_t size, const struct hash *old_root, const struct hash *root,
    const struct proof *proof)
{
	size_t left = proof->count;
	struct tops tops;

	if (old > size)
		return false;
	if (old == 0 || old == size)
		return proof->count == 0 && (old == 0 || hash_equals(old_root, root));
	return subproof_run(proof, &left, old, size, true, old_root, &tops) && left == 0 &&
	    hash_equals(&tops.old, old_root) && hash_equals(&tops.now, root);
}

void tree_grow(struct tree *tree, const struct hash *leaf)
{
	struct hash hash = *leaf;
	int height = 0;

	if (tree->told != NULL)
		tree->told(tree->context, 0, tree->size, leaf);
	for (; tree->size >> height & 1; height++) {
		hash = hash_children(&tree->heights[height], &hash);
		if (tree->told != NULL && (height + 1) % TILE_HEIGHT == 0)
			tree->told(tree->context, (height + 1) / TILE_HEIGHT, tree->size >> (height + 1), &hash);
	}
	tree->heights[height] = hash;
	tree->size++;
}

struct hash tree_top(const struct tree *tree)
{
	if (tree->size == 0)
		return hash_parts(NULL, 0);
	int height = __builtin_ctzll(tree->size);
	struct hash hash = tree->heights[height];
	while (++height < 64)
		if (tree->size >> height & 1)
			hash = hash_children(&tree->heights[height], &hash);
	return hash;
}

bool tree_resume(struct tree *tree, const struct tree_source *source, uint64_t size)
{
	uint64_t from = 0;

	for (int height = 63; height >= 0; height--) {
		if ((size >> height & 1) == 0)
			continue;
		uint64_t to = from + (UINT64_C(1) << height);
		if (!range_hash(source, from, to, &tree->heights[height]))
			return false;
		from = to;
	}
	tree->size = size;
	return true;
}
