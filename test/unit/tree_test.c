// SPDX-License-Identifier: Apache-2.0
// Merkle trees against the vectors that the Certificate Transparency projects publish, and against each other.
#include "audit/tree.h"

#include <string.h>

#include "suite.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))
#define LARGE 70000

static struct arena *arena;

static void set_up(void)
{
	arena = arena_new();
}

static void tear_down(void)
{
	arena_free(arena);
}

static struct hash read_hash(const char *hex)
{
	struct hash hash;

	ck_assert(hash_read_hex(hex, &hash));
	return hash;
}

// The eight leaves of the published tests, and the roots of the trees of the first 1 to 8 of them.
static const struct {
	const char *bytes;
	size_t length;
	const char *root;
} published[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static bool read_published(void *context, int level, uint64_t index, struct hash *hash)
{
	(void)context;
	*hash = hash_leaf(published[index].bytes, published[index].length);
	return level == 0 && index < COUNT(published);
}

static const struct tree_source published_tree = {read_published, NULL};

START_TEST(published_hashes)
{
	const struct hash none = hash_parts(NULL, 0), leaf = hash_leaf("L123456", 7);
	const struct hash_part node[] = {{"\1N123N456", 9}};
	const struct hash inner = hash_parts(node, 1);

	ck_assert_str_eq(hash_hex(arena, &none), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_str_eq(hash_hex(arena, &leaf), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
	ck_assert_str_eq(hash_hex(arena, &inner), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
}
END_TEST

START_TEST(published_roots)
{
	uint64_t size = (uint64_t)_i + 1;
	struct tree tree = {0};
	struct hash root, top;

	ck_assert(tree_root(&published_tree, size, &root));
	ck_assert_str_eq(hash_hex(arena, &root), published[_i].root);
	for (uint64_t i = 0; i < size; i++) {
		const struct hash leaf = hash_leaf(published[i].bytes, published[i].length);

		tree_grow(&tree, &leaf);
	}
	top = tree_top(&tree);
	ck_assert(hash_equals(&top, &root));
}
END_TEST

// Published inclusion (index of the leaf) and consistency (the old size) proofs.
static const struct {
	uint64_t from, size;
	const char *hashes[4];
} inclusions[] =
    {
        {0, 8,
            {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5, 8,
            {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1, 5,
            {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
},
  consistencies[] = {
      {1, 1, {NULL}},
      {1, 8,
          {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
              "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6, 8,
          {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2, 5,
          {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
              "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
      {6, 7,
          {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
              "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
};

static void expect_proof(const struct proof *proof, const char *const *hashes)
{
	for (size_t i = 0; i < proof->count; i++) {
		ck_assert_ptr_nonnull(hashes[i]);
		ck_assert_str_eq(hash_hex(arena, &proof->hashes[i]), hashes[i]);
	}
	ck_assert_ptr_null(hashes[proof->count]);
}

// Every way to spoil a proof must be noticed.
static void expect_spoilt_inclusion(uint64_t index, uint64_t size, const struct hash *leaf, struct proof proof,
    const struct hash *root)
{
	const struct hash wrong = hash_leaf("wrong", 5);
	size_t count = proof.count;

	ck_assert(!tree_check_inclusion(index ^ 1, size, leaf, &proof, root));
	ck_assert(!tree_check_inclusion(index, size, &wrong, &proof, root));
	ck_assert(!tree_check_inclusion(index, size, leaf, &proof, &wrong));
	ck_assert(!tree_check_inclusion(size, size, leaf, &proof, root));
	for (size_t i = 0; i < count; i++) {
		proof.hashes[i].bytes[0] ^= 8;
		ck_assert(!tree_check_inclusion(index, size, leaf, &proof, root));
		proof.hashes[i].bytes[0] ^= 8;
	}
	proof.hashes[proof.count++] = *root;
	ck_assert(!tree_check_inclusion(index, size, leaf, &proof, root));
	proof.count = count - 1;
	ck_assert(!tree_check_inclusion(index, size, leaf, &proof, root));
}

START_TEST(published_inclusion_proofs)
{
	uint64_t index = inclusions[_i].from, size = inclusions[_i].size;
	const struct hash leaf = hash_leaf(published[index].bytes, published[index].length);
	const struct hash root = read_hash(published[size - 1].root);
	struct proof proof;

	ck_assert(tree_prove_inclusion(&published_tree, index, size, &proof));
	expect_proof(&proof, inclusions[_i].hashes);
	ck_assert(tree_check_inclusion(index, size, &leaf, &proof, &root));
	expect_spoilt_inclusion(index, size, &leaf, proof, &root);
}
END_TEST

static void expect_spoilt_consistency(uint64_t old, uint64_t size, const struct hash *old_root, const struct hash *root,
    struct proof proof)
{
	size_t count = proof.count;

	ck_assert(!tree_check_consistency(old, size, root, old_root, &proof));
	ck_assert(!tree_check_consistency(old - 1, size, old_root, root, &proof));
	ck_assert(!tree_check_consistency(size, old, old_root, root, &proof));
	for (size_t i = 0; i < count; i++) {
		proof.hashes[i].bytes[31] ^= 16;
		ck_assert(!tree_check_consistency(old, size, old_root, root, &proof));
		proof.hashes[i].bytes[31] ^= 16;
	}
	proof.hashes[proof.count++] = *root;
	ck_assert(!tree_check_consistency(old, size, old_root, root, &proof));
	proof.count = count - 1;
	ck_assert(!tree_check_consistency(old, size, old_root, root, &proof));
}

START_TEST(published_consistency_proofs)
{
	uint64_t old = consistencies[_i].from, size = consistencies[_i].size;
	const struct hash old_root = read_hash(published[old - 1].root), root = read_hash(published[size - 1].root);
	struct proof proof;

	ck_assert(tree_prove_consistency(&published_tree, old, size, &proof));
	expect_proof(&proof, consistencies[_i].hashes);
	ck_assert(tree_check_consistency(old, size, &old_root, &root, &proof));
	if (proof.count > 0)
		expect_spoilt_consistency(old, size, &old_root, &root, proof);
}
END_TEST

START_TEST(an_empty_tree_is_older_than_any)
{
	const struct hash none = hash_parts(NULL, 0), root = read_hash(published[7].root);
	struct proof proof;

	ck_assert(tree_prove_consistency(&published_tree, 0, 8, &proof));
	ck_assert_uint_eq(proof.count, 0);
	ck_assert(tree_check_consistency(0, 8, &none, &root, &proof));
	ck_assert(!tree_check_consistency(8, 0, &root, &none, &proof));
}
END_TEST

// A large tree whose source keeps what a log keeps: hashes at levels 0, 1 and 2 only.
struct kept {
	struct hash *levels[3];
};

static void keep(void *context, int level, uint64_t index, const struct hash *hash)
{
	((struct kept *)context)->levels[level][index] = *hash;
}

static bool read_kept(void *context, int level, uint64_t index, struct hash *hash)
{
	*hash = ((struct kept *)context)->levels[level][index];
	return true;
}

static void grow(struct tree *tree, uint64_t size)
{
	while (tree->size < size) {
		const struct hash leaf = hash_leaf(&tree->size, sizeof(tree->size));

		tree_grow(tree, &leaf);
	}
}

START_TEST(a_large_tree_proves_all_sizes_from_full_tiles)
{
	static const uint64_t sizes[] = {1, 2, 255, 256, 257, 511, 65535, 65536, 65537, 69999, LARGE};
	struct kept kept;
	const struct tree_source source = {read_kept, &kept};
	struct tree tree = {.told = keep, .context = &kept};

	for (int level = 0; level < 3; level++)
		kept.levels[level] = arena_take_array(arena, (LARGE >> (8 * level)) + 1, sizeof(struct hash));
	grow(&tree, LARGE);
	const struct hash root = tree_top(&tree);
	for (int i = 0; i < COUNT(sizes); i++) {
		struct hash old_root;
		struct proof proof;
		struct tree resumed = {0};
		uint64_t index = sizes[i] - 1;

		ck_assert(tree_root(&source, sizes[i], &old_root));
		ck_assert(tree_prove_consistency(&source, sizes[i], LARGE, &proof));
		ck_assert(tree_check_consistency(sizes[i], LARGE, &old_root, &root, &proof));
		ck_assert(tree_prove_inclusion(&source, index, LARGE, &proof));
		ck_assert(tree_check_inclusion(index, LARGE, &kept.levels[0][index], &proof, &root));
		ck_assert(tree_resume(&resumed, &source, sizes[i]));
		grow(&resumed, LARGE);
		const struct hash top = tree_top(&resumed);
		ck_assert(hash_equals(&top, &root));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tree");
	TCase *cases = tcase_create("tree");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, published_hashes);
	tcase_add_loop_test(cases, published_roots, 0, COUNT(published));
	tcase_add_loop_test(cases, published_inclusion_proofs, 0, COUNT(inclusions));
	tcase_add_loop_test(cases, published_consistency_proofs, 0, COUNT(consistencies));
	tcase_add_test(cases, an_empty_tree_is_older_than_any);
	tcase_add_test(cases, a_large_tree_proves_all_sizes_from_full_tiles);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
