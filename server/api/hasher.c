// SPDX-License-Identifier: Apache-2.0
// A thread that hashes passwords, and the two queues between it and its event loop.
#include "api/hasher.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>

#define WAITING_MOST 64

struct queue {
	struct hash_job *first, **last;
	int length;
};

struct hasher {
	struct password_cost cost;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t come;
	struct queue waiting, ended; // under the lock
	bool stopping;               // likewise
	struct event *event;         // some job has ended
	char decoy[PASSWORD_HASH];   // what a password is held against where there is none
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

static void queue_add(struct queue *queue, struct hash_job *job)
{
	job->next = NULL;
	*queue->last = job;
	queue->last = &job->next;
	queue->length++;
}

static struct hash_job *queue_take(struct queue *queue)
{
	struct hash_job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	queue->length--;
	return job;
}

static void job_run(const struct hasher *hasher, struct hash_job *job)
{
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

static struct hash_job *job_wait(struct hasher *hasher)
{
	struct hash_job *job = NULL;

	must(pthread_mutex_lock(&hasher->lock));
	while (!hasher->stopping && (job = queue_take(&hasher->waiting)) == NULL)
		must(pthread_cond_wait(&hasher->come, &hasher->lock));
	must(pthread_mutex_unlock(&hasher->lock));
	return job;
}

static void *hasher_run(void *context)
{
	struct hasher *hasher = context;
	struct hash_job *job;

	if (!password_hash("decoy", &hasher->cost, hasher->decoy))
		abort();
	while ((job = job_wait(hasher)) != NULL) {
		job_run(hasher, job);
		must(pthread_mutex_lock(&hasher->lock));
		queue_add(&hasher->ended, job);
		must(pthread_mutex_unlock(&hasher->lock));
		event_active(hasher->event, EV_TIMEOUT, 0);
	}
	return NULL;
}

static struct hash_job *next_ended(struct hasher *hasher)
{
	must(pthread_mutex_lock(&hasher->lock));
	struct hash_job *job = queue_take(&hasher->ended);
	must(pthread_mutex_unlock(&hasher->lock));
	return job;
}

static void on_ended(evutil_socket_t socket, short what, void *context)
{
	struct hash_job *job;

	(void)socket;
	(void)what;
	while ((job = next_ended(context)) != NULL)
		job->ended(job->context);
}

struct hasher *hasher_new(struct event_base *base, const struct password_cost *cost)
{
	struct hasher *hasher = calloc(1, sizeof(*hasher));

	if (hasher == NULL || (hasher->event = event_new(base, -1, EV_PERSIST, on_ended, hasher)) == NULL)
		abort();
	hasher->cost = *cost;
	queue_init(&hasher->waiting);
	queue_init(&hasher->ended);
	must(pthread_mutex_init(&hasher->lock, NULL));
	must(pthread_cond_init(&hasher->come, NULL));
	must(pthread_create(&hasher->thread, NULL, hasher_run, hasher));
	return hasher;
}

bool hasher_take(struct hasher *hasher, struct hash_job *job)
{
	must(pthread_mutex_lock(&hasher->lock));
	bool taken = hasher->waiting.length < WAITING_MOST;
	if (taken)
		queue_add(&hasher->waiting, job);
	must(pthread_cond_signal(&hasher->come));
	must(pthread_mutex_unlock(&hasher->lock));
	return taken;
}

void hasher_free(struct hasher *hasher)
{
	struct hash_job *job;

	must(pthread_mutex_lock(&hasher->lock));
	hasher->stopping = true;
	must(pthread_cond_signal(&hasher->come));
	must(pthread_mutex_unlock(&hasher->lock));
	must(pthread_join(hasher->thread, NULL));
	while ((job = queue_take(&hasher->ended)) != NULL || (job = queue_take(&hasher->waiting)) != NULL)
		job->ended(job->context);
	event_free(hasher->event);
	must(pthread_cond_destroy(&hasher->come));
	must(pthread_mutex_destroy(&hasher->lock));
	free(hasher);
}
