// SPDX-License-Identifier: Apache-2.0
// A thread that does something again and again until it is told to stop.
#ifndef WEIHU_JOBS_LOOP_H
#define WEIHU_JOBS_LOOP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct loop {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t waken;
	bool stopping;
};

// `name` is what operators see of the thread, in at most 15 bytes.
void loop_start(struct loop *loop, const char *name, void *(*run)(void *context), void *context);
// For the thread: rests, though not when it is to stop.
void loop_pause(struct loop *loop, int64_t microseconds);
bool loop_stopping(struct loop *loop);
// Tells it to stop, and waits for its end.
void loop_stop(struct loop *loop);

#endif
