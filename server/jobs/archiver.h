// SPDX-License-Identifier: Apache-2.0
// Archiving by itself: once a month what is older than events are kept is written to a folder of its own, verified, and
// only then taken out of the database.
#ifndef WEIHU_JOBS_ARCHIVER_H
#define WEIHU_JOBS_ARCHIVER_H

#include <stdint.h>

struct archiver;

struct archiver_options {
	const char *owner_dsn;
	const char *folder; // receives a folder for each month: 2026-10
	int64_t retention_days;
};

// Starts the thread. Texts must outlive it.
struct archiver *archiver_start(const struct archiver_options *options);
void archiver_stop(struct archiver *archiver); // NULL is allowed

#endif
