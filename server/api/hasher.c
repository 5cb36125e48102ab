// SPDX-License-Identifier: Apache-2.0
// Hashing passwords, as errands of a thread of its own.
#include "api/hasher.h"

#include <stdlib.h>

#define WAITING_MOST 64

struct hasher {
	struct password_cost cost;
	struct errands *errands;
	struct errand first;       // makes the decoy
	char decoy[PASSWORD_HASH]; // what a password is held against where there is none
};

static void job_run(void *context)
{
	struct hash_job *job = context;
	const struct hasher *hasher = job->hasher;
	bool outdated = false;

	job->done = true;
	if (job->check) {
		job->matches =
		    password_matches(job->hash == NULL ? hasher->decoy : job->hash, job->password) && job->hash != NULL;
		outdated = job->matches && password_is_outdated(job->hash, &hasher->cost);
	}
	if (job->make || outdated)
		job->done = password_hash(job->password, &hasher->cost, job->made);
}

static void job_ended(void *context)
{
	const struct hash_job *job = context;

	job->ended(job->context);
}

static void decoy_make(void *context)
{
	struct hasher *hasher = context;

	if (!password_hash("decoy", &hasher->cost, hasher->decoy))
		abort();
}

static void decoy_made(void *context)
{
	(void)context;
}

struct hasher *hasher_new(struct event_base *base, const struct password_cost *cost)
{
	struct hasher *hasher = calloc(1, sizeof(*hasher));

	if (hasher == NULL)
		abort();
	hasher->cost = *cost;
	hasher->errands = errands_new(base, WAITING_MOST);
	hasher->first = (struct errand){decoy_make, decoy_made, hasher, false, NULL};
	errands_take(hasher->errands, &hasher->first);
	return hasher;
}

bool hasher_take(struct hasher *hasher, struct hash_job *job)
{
	job->hasher = hasher;
	job->errand = (struct errand){job_run, job_ended, job, false, NULL};
	return errands_take(hasher->errands, &job->errand);
}

void hasher_free(struct hasher *hasher)
{
	errands_free(hasher->errands);
	free(hasher);
}
