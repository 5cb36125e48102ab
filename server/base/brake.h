// SPDX-License-Identifier: Apache-2.0
// How often somebody may do something: a bucket of tokens for each name, filled at a steady rate. For any thread, in
// bounded memory: when there are too many names, who has done least of late is forgotten.
#ifndef WEIHU_BASE_BRAKE_H
#define WEIHU_BASE_BRAKE_H

#include <stdint.h>

struct brake;

struct brake_pace {
	int64_t rate;  // tokens a second; 0: no limit
	int64_t burst; // tokens of a full bucket, at least 1
};

struct brake *brake_new(void);
void brake_free(struct brake *brake); // NULL is allowed

// Takes a token from the bucket of `name`, of its `kind` ("person", "address"), at time `now` (clock_ticks()). 0, or
// nothing was taken and there is one to take in so many microseconds.
int64_t brake_take(struct brake *brake, const char *kind, const char *name, const struct brake_pace *pace, int64_t now);

#endif
