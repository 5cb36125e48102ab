// SPDX-License-Identifier: Apache-2.0
// Errands: what takes long is done by a thread beside the event loop, one after the other, so that nobody else's
// request waits for it.
#ifndef WEIHU_API_ERRAND_H
#define WEIHU_API_ERRAND_H

#include <stdbool.h>

struct event_base;
struct errands;

struct errand {
	void (*run)(void *context);   // on the thread
	void (*ended)(void *context); // on the loop, when it has run or never will
	void *context;
	bool ran;
	struct errand *next; // theirs
};

// At most `most` wait at a time.
struct errands *errands_new(struct event_base *base, int most);

// Takes one (kept by the caller until it has ended). False, and nothing happens, when too many wait.
bool errands_take(struct errands *errands, struct errand *errand);

// Ends behind the errand that runs; those that still wait end without having run.
void errands_free(struct errands *errands);

#endif
