// SPDX-License-Identifier: Apache-2.0
// Starting, resting, stopping.
#include "jobs/loop.h"

#include <stdlib.h>
#include <time.h>

// A rest lasts as long as it should, also when somebody sets the wall clock meanwhile.
static bool waken_init(pthread_cond_t *waken)
{
	pthread_condattr_t attributes;

	if (pthread_condattr_init(&attributes) != 0)
		return false;
	bool made =
	    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(waken, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return made;
}

void loop_start(struct loop *loop, const char *name, void *(*run)(void *context), void *context)
{
	loop->stopping = false;
	if (pthread_mutex_init(&loop->mutex, NULL) != 0 || !waken_init(&loop->waken) ||
	    pthread_create(&loop->thread, NULL, run, context) != 0 || pthread_setname_np(loop->thread, name) != 0)
		abort();
}

void loop_pause(struct loop *loop, int64_t microseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	int64_t nanoseconds = until.tv_nsec + microseconds % 1000000 * 1000;
	until.tv_sec += microseconds / 1000000 + nanoseconds / 1000000000;
	until.tv_nsec = nanoseconds % 1000000000;
	pthread_mutex_lock(&loop->mutex);
	while (!loop->stopping && pthread_cond_timedwait(&loop->waken, &loop->mutex, &until) == 0)
		continue;
	pthread_mutex_unlock(&loop->mutex);
}

bool loop_stopping(struct loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	bool stopping = loop->stopping;
	pthread_mutex_unlock(&loop->mutex);
	return stopping;
}

void loop_stop(struct loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	loop->stopping = true;
	pthread_cond_signal(&loop->waken);
	pthread_mutex_unlock(&loop->mutex);
	pthread_join(loop->thread, NULL);
	pthread_cond_destroy(&loop->waken);
	pthread_mutex_destroy(&loop->mutex);
}
