// SPDX-License-Identifier: Apache-2.0
// A worker: one thread with one event loop, its own listening socket and its own database connections.
#ifndef WEIHU_WORKER_H
#define WEIHU_WORKER_H

#include "api/metrics.h"
#include "base/brake.h"
#include "site.h"

struct worker;

struct worker_parts { // what all workers share; it outlives them, but for the house, which each holds
	const struct site *site;
	struct house *house;
	struct http_tls *tls; // or NULL: they speak in clear
	struct metrics *metrics;
	struct brake *brake;
	const char *openapi;
};

// Starts worker `number` on `address`; `port` receives the port. NULL with faults.
struct worker *worker_start(const struct worker_parts *parts, int number, const char *address, int *port,
    struct faults *faults);

// From any thread: whether its database connections stand, or stood once.
bool worker_is_ready(struct worker *worker);

// From any thread. Each returns at once.
void worker_reload(struct worker *worker, struct house *house);   // calls that begin from now on run under these rules
void worker_use_tls(struct worker *worker, struct http_tls *tls); // connections that come from now on are spoken to so
void worker_stop(struct worker *worker); // refuses what is new, finishes what is in flight, at most stop_seconds

// Waits for the worker's end and frees it.
void worker_join(struct worker *worker);

#endif
