// SPDX-License-Identifier: Apache-2.0
// Anchors: others who are told of checkpoints now and then, and whose word for them is kept: a witness (C2SP
// tlog-witness) and a timestamping authority (RFC 3161).
#ifndef WEIHU_JOBS_ANCHOR_H
#define WEIHU_JOBS_ANCHOR_H

#include <stdint.h>

struct anchorer;

struct anchor_options {
	const char *dsn;
	const char *witness_url, *witness_key, *timestamp_url; // "": none
	int64_t seconds;                                       // between two checkpoints that are told
};

// Starts a thread; NULL when there is nobody to tell. Texts must outlive it.
struct anchorer *anchorer_start(const struct anchor_options *options);
void anchorer_stop(struct anchorer *anchorer); // NULL is allowed

#endif
