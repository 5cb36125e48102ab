// SPDX-License-Identifier: Apache-2.0
// A batch of events on its way into the log: leaves, what opens their commitments, and the hashes above them.
#ifndef WEIHU_JOBS_BATCH_H
#define WEIHU_JOBS_BATCH_H

#include "audit/tree.h"
#include "store/ledger.h"

struct batch;

struct batch *batch_new(const struct tree *tree); // an empty one behind `tree`
// Makes the leaves. The rows must outlive the batch.
bool batch_take(struct batch *batch, const struct pending *pending, struct faults *faults);
bool batch_append(struct batch *batch, struct ledger *ledger, bool durable, struct faults *faults);
struct tree batch_tree(const struct batch *batch); // the tree with these leaves
int64_t batch_seq(const struct batch *batch, size_t n);
void batch_free(struct batch *batch);

#endif
