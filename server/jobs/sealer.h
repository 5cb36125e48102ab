// SPDX-License-Identifier: Apache-2.0
// The sealer: a thread that turns committed events into leaves of the log and signs the tree, a fraction of a second
// behind. Of all servers on a database one seals; it takes up where the last one stopped.
#ifndef WEIHU_JOBS_SEALER_H
#define WEIHU_JOBS_SEALER_H

#include <stdbool.h>

struct sealer;

struct sealer_options {
	const char *dsn;
	const char *key_file; // its last signed checkpoint is kept beside it, in FILE.checkpoint
	const char *origin;   // of a key that is made; NULL: none is made
};

// Starts the thread. Texts must outlive it.
struct sealer *sealer_start(const struct sealer_options *options);
// Seals what is committed, signs, ends the thread and frees. NULL is allowed.
void sealer_stop(struct sealer *sealer);

#endif
