// SPDX-License-Identifier: Apache-2.0
// Hashes of the tree, one by one from the database.
#include "jobs/ledger_tree.h"

static bool read_hash(void *context, int level, uint64_t index, struct hash *hash)
{
	struct ledger_tree *tree = context;

	return ledger_hash(tree->ledger, level, index, hash->bytes, tree->faults);
}

struct tree_source ledger_tree_source(struct ledger_tree *tree)
{
	return (struct tree_source){read_hash, tree};
}
