// SPDX-License-Identifier: Apache-2.0
// A thread that asks the directory.
#include "api/asker.h"

#include <stdlib.h>

#define WAITING_MOST 64

struct asker {
	const struct directory_options *options;
	struct errands *errands;
};

static void job_run(void *context)
{
	struct directory_job *job = context;

	job->answer = directory_ask(job->asker->options, job->login, job->password, job->arena);
}

static void job_ended(void *context)
{
	const struct directory_job *job = context;

	job->ended(job->context);
}

struct asker *asker_new(struct event_base *base, const struct directory_options *options)
{
	struct asker *asker = calloc(1, sizeof(*asker));

	if (asker == NULL)
		abort();
	asker->options = options;
	asker->errands = errands_new(base, WAITING_MOST);
	return asker;
}

bool asker_take(struct asker *asker, struct directory_job *job)
{
	job->asker = asker;
	job->errand = (struct errand){job_run, job_ended, job, false, NULL};
	return errands_take(asker->errands, &job->errand);
}

void asker_free(struct asker *asker)
{
	if (asker == NULL)
		return;
	errands_free(asker->errands);
	free(asker);
}
