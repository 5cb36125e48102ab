// SPDX-License-Identifier: Apache-2.0
// A thread that runs errands, and the two queues between it and its event loop.
#include "api/errand.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>

struct queue {
	struct errand *first, **last;
	int length;
};

struct errands {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t come;
	int most;
	struct queue waiting, ended; // under the lock
	bool stopping;               // likewise
	struct event *event;         // some errand has ended
};

static void must(int error)
{
	if (error != 0)
		abort();
}

static void queue_init(struct queue *queue)
{
	*queue = (struct queue){.last = &queue->first};
}

static void queue_add(struct queue *queue, struct errand *errand)
{
	errand->next = NULL;
	*queue->last = errand;
	queue->last = &errand->next;
	queue->length++;
}

static struct errand *queue_take(struct queue *queue)
{
	struct errand *errand = queue->first;

	if (errand == NULL)
		return NULL;
	queue->first = errand->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	queue->length--;
	return errand;
}

static struct errand *errand_wait(struct errands *errands)
{
	struct errand *errand = NULL;

	must(pthread_mutex_lock(&errands->lock));
	while (!errands->stopping && (errand = queue_take(&errands->waiting)) == NULL)
		must(pthread_cond_wait(&errands->come, &errands->lock));
	must(pthread_mutex_unlock(&errands->lock));
	return errand;
}

static void *errands_run(void *context)
{
	struct errands *errands = context;
	struct errand *errand;

	while ((errand = errand_wait(errands)) != NULL) {
		errand->run(errand->context);
		errand->ran = true;
		must(pthread_mutex_lock(&errands->lock));
		queue_add(&errands->ended, errand);
		must(pthread_mutex_unlock(&errands->lock));
		event_active(errands->event, EV_TIMEOUT, 0);
	}
	return NULL;
}

static struct errand *next_ended(struct errands *errands)
{
	must(pthread_mutex_lock(&errands->lock));
	struct errand *errand = queue_take(&errands->ended);
	must(pthread_mutex_unlock(&errands->lock));
	return errand;
}

static void on_ended(evutil_socket_t socket, short what, void *context)
{
	struct errand *errand;

	(void)socket;
	(void)what;
	while ((errand = next_ended(context)) != NULL)
		errand->ended(errand->context);
}

struct errands *errands_new(struct event_base *base, int most)
{
	struct errands *errands = calloc(1, sizeof(*errands));

	if (errands == NULL || (errands->event = event_new(base, -1, EV_PERSIST, on_ended, errands)) == NULL)
		abort();
	errands->most = most;
	queue_init(&errands->waiting);
	queue_init(&errands->ended);
	must(pthread_mutex_init(&errands->lock, NULL));
	must(pthread_cond_init(&errands->come, NULL));
	must(pthread_create(&errands->thread, NULL, errands_run, errands));
	must(pthread_setname_np(errands->thread, "errands"));
	return errands;
}

bool errands_take(struct errands *errands, struct errand *errand)
{
	must(pthread_mutex_lock(&errands->lock));
	bool taken = errands->waiting.length < errands->most && !errands->stopping;
	errand->ran = false;
	if (taken)
		queue_add(&errands->waiting, errand);
	must(pthread_cond_signal(&errands->come));
	must(pthread_mutex_unlock(&errands->lock));
	return taken;
}

void errands_free(struct errands *errands)
{
	struct errand *errand;

	must(pthread_mutex_lock(&errands->lock));
	errands->stopping = true;
	must(pthread_cond_signal(&errands->come));
	must(pthread_mutex_unlock(&errands->lock));
	must(pthread_join(errands->thread, NULL));
	while ((errand = queue_take(&errands->ended)) != NULL || (errand = queue_take(&errands->waiting)) != NULL)
		errand->ended(errand->context);
	event_free(errands->event);
	must(pthread_cond_destroy(&errands->come));
	must(pthread_mutex_destroy(&errands->lock));
	free(errands);
}
