// SPDX-License-Identifier: Apache-2.0
// Figures of the service in Prometheus' text format (exposition format 0.0.4): requests by route and status with their
// latencies, the database pool, tickets by state. Counted by all workers without locks.
#ifndef WEIHU_API_METRICS_H
#define WEIHU_API_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "store/pg.h"

struct metrics;

struct metrics *metrics_new(size_t routes);
void metrics_free(struct metrics *metrics);

// Counts an answer: the route's index (routes: one more stands for "no route"), its status, its microseconds.
void metrics_count(struct metrics *metrics, size_t route, int status, int64_t microseconds);

// Keeps a worker's last gauges; workers are numbered from 0.
void metrics_note_pool(struct metrics *metrics, int worker, const struct pg_gauges *gauges);

// The counters and the pool; `name` gives a route's name by index.
void metrics_print(const struct metrics *metrics, const char *(*name)(size_t route), struct buffer *out);

#endif
