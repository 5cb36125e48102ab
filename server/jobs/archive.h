// SPDX-License-Identifier: Apache-2.0
// Retention: what is older than the time that events are kept leaves the database, once an exported log that verifies
// has it.
#ifndef WEIHU_JOBS_ARCHIVE_H
#define WEIHU_JOBS_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/ledger.h"

struct archiving {
	const char *folder; // the bundle of `weihu audit export`, or one like it
	const char *before; // this time: what is older is taken out
};

// Verifies the bundle by the keys that ever signed this log (an old checkpoint may be signed by a key that is retired),
// holds it against the database's own hashes, and takes out what it has and what is old enough, in whole bundles of
// 256. False with faults, and nothing is taken out.
bool archive_take(const struct archiving *archiving, struct ledger *ledger, uint64_t *taken, struct arena *arena,
    struct faults *faults);
// The same as the owner whose connection string is given.
bool archive_run(const char *owner_dsn, const struct archiving *archiving, uint64_t *taken, struct arena *arena,
    struct faults *faults);

#endif
