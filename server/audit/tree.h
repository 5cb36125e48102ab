// SPDX-License-Identifier: Apache-2.0
// Merkle trees of RFC 6962 over SHA-256: hashes, roots and proofs, from whatever keeps the hashes.
#ifndef WEIHU_AUDIT_TREE_H
#define WEIHU_AUDIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define HASH_BYTES 32
#define HASH_HEX (2 * HASH_BYTES)
#define TILE_HEIGHT 8
#define TILE_WIDTH 256
#define PROOF_MOST 64

struct hash {
	unsigned char bytes[HASH_BYTES];
};

struct hash_part {
	const void *bytes;
	size_t length;
};

struct hash hash_parts(const struct hash_part *parts, size_t count); // plain SHA-256
struct hash hash_leaf(const void *bytes, size_t length);
struct hash hash_children(const struct hash *left, const struct hash *right);
bool hash_equals(const struct hash *a, const struct hash *b);
const char *hash_hex(struct arena *arena, const struct hash *hash);
bool hash_read_hex(const char *hex, struct hash *hash); // exactly 64 digits

// What keeps a tree's hashes: at level 0 those of its leaves, at level n those of full subtrees of 256^n leaves.
struct tree_source {
	bool (*read)(void *context, int level, uint64_t index, struct hash *hash); // false: it is not there
	void *context;
};

struct proof {
	struct hash hashes[PROOF_MOST];
	size_t count;
};

// False when the source lacks a hash, or there is no such thing to prove.
bool tree_root(const struct tree_source *source, uint64_t size, struct hash *root);
bool tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size, struct proof *proof);
bool tree_prove_consistency(const struct tree_source *source, uint64_t old, uint64_t size, struct proof *proof);

bool tree_check_inclusion(uint64_t index, uint64_t size, const struct hash *leaf, const struct proof *proof,
    const struct hash *root);
bool tree_check_consistency(uint64_t old, uint64_t size, const struct hash *old_root, const struct hash *root,
    const struct proof *proof);

// A tree that grows by leaves. It holds one hash per height, and tells of each full subtree that a source must keep.
typedef void tree_told(void *context, int level, uint64_t index, const struct hash *hash);

struct tree {
	uint64_t size;
	struct hash heights[64]; // of the subtrees that make up the tree, where `size` has the bit
	tree_told *told;         // or NULL
	void *context;
};

void tree_grow(struct tree *tree, const struct hash *leaf);
struct hash tree_top(const struct tree *tree);
// Takes up a tree of `size` leaves where its source has it; false when that lacks a hash.
bool tree_resume(struct tree *tree, const struct tree_source *source, uint64_t size);

#endif
