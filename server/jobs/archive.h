// SPDX-License-Identifier: Apache-2.0
// Retention: what is older than the time that events are kept leaves the database, once an exported log that verifies
// has it.
#ifndef WEIHU_JOBS_ARCHIVE_H
#define WEIHU_JOBS_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

struct archiving {
	const char *owner_dsn;
	const char *key_file; // the log's
	const char *folder;   // the bundle of `weihu audit export`
	int64_t retention_days;
};

// Verifies the bundle, holds it against the database's own hashes, and takes out what it has and what is old enough, in
// whole bundles of 256. False with faults, and nothing is taken out.
bool archive_run(const struct archiving *archiving, uint64_t *taken, struct arena *arena, struct faults *faults);

#endif
