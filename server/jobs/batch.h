// SPDX-License-Identifier: Apache-2.0
// A batch of events on its way into the log, sheaf by sheaf: leaves, what opens their commitments, and the hashes above
// them.
#ifndef WEIHU_JOBS_BATCH_H
#define WEIHU_JOBS_BATCH_H

#include "audit/tree.h"
#include "store/ledger.h"

struct batch;

// Of the events that wait, behind the leaves of `tree`; `filed` as in log_end. The rows must outlive it.
struct batch *batch_new(const struct pending *pending, const struct tree *tree, int64_t filed);
// Makes leaves of all of them and appends them. `durable`: they are on the disk when it returns.
bool batch_append(struct batch *batch, struct ledger *ledger, bool durable, struct faults *faults);
struct tree batch_tree(const struct batch *batch); // the tree with what was appended
int64_t batch_filed(const struct batch *batch);    // the same with what was appended
int64_t batch_seq(const struct batch *batch, size_t n);
void batch_free(struct batch *batch);

#endif
