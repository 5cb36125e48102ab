// SPDX-License-Identifier: Apache-2.0
// The Merkle tree as the database keeps it, for whoever asks tree.h about it.
#ifndef WEIHU_JOBS_LEDGER_TREE_H
#define WEIHU_JOBS_LEDGER_TREE_H

#include "audit/tree.h"
#include "store/ledger.h"

struct ledger_tree {
	struct ledger *ledger;
	struct faults *faults; // take what keeps a hash from being read
};

// `tree` lives at least as long as the source.
struct tree_source ledger_tree_source(struct ledger_tree *tree);

#endif
