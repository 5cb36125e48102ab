// SPDX-License-Identifier: Apache-2.0
// Questions to the directory, as errands of a thread of their own.
#ifndef WEIHU_API_ASKER_H
#define WEIHU_API_ASKER_H

#include "api/errand.h"
#include "base/directory.h"

struct asker;

struct directory_job {
	const char *login; // NULL: nobody's, which takes as long to find out
	const char *password;
	struct arena *arena; // nobody else's while the job is under way
	struct directory_answer answer;
	void (*ended)(void *context);
	void *context;

	const struct asker *asker; // theirs
	struct errand errand;      // likewise; it tells whether there is an answer
};

struct asker *asker_new(struct event_base *base, const struct directory_options *options); // which outlive it
bool asker_take(struct asker *asker, struct directory_job *job);                           // see errands_take()
void asker_free(struct asker *asker);                                                      // NULL is allowed

#endif
