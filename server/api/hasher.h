// SPDX-License-Identifier: Apache-2.0
// Password hashing beside the event loop: a thread of its own for each worker, so that nobody else's request waits for
// it.
#ifndef WEIHU_API_HASHER_H
#define WEIHU_API_HASHER_H

#include <stdbool.h>

#include "api/errand.h"
#include "base/password.h"

struct hasher;

struct hash_job {
	const char *password;
	bool check;       // is it the password of `hash`? And if it is: is that hash still as strong as we want?
	const char *hash; // NULL: there is none, which takes as long to find out
	bool make;        // a hash of it is wanted in any case

	bool done, matches;
	char made[PASSWORD_HASH]; // or ""
	void (*ended)(void *context);
	void *context;

	const struct hasher *hasher; // theirs
	struct errand errand;        // likewise
};

struct hasher *hasher_new(struct event_base *base, const struct password_cost *cost);

// Takes a job (kept by the caller until it has ended); `ended` is called on the loop. False, and nothing happens, when
// too many wait.
bool hasher_take(struct hasher *hasher, struct hash_job *job);

// Ends; jobs that still wait end with `done` false.
void hasher_free(struct hasher *hasher);

#endif
