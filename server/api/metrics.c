// SPDX-License-Identifier: Apache-2.0
// Counters without locks: one cell per route and status class, one histogram per route.
#include "api/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#define WORKERS_MOST 64
#define STATUS_FIRST 100
#define STATUSES 500

static const int64_t bounds[] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000}; // µs

#define BOUNDS (sizeof(bounds) / sizeof(*bounds))

struct route_figures {
	atomic_uint_fast64_t answers[STATUSES];
	atomic_uint_fast64_t buckets[BOUNDS + 1];
	atomic_uint_fast64_t microseconds;
};

struct pool_figures {
	atomic_int connections, ready, in_flight, waiting;
};

struct metrics {
	size_t routes;
	struct pool_figures pools[WORKERS_MOST];
	struct route_figures figures[];
};

struct metrics *metrics_new(size_t routes)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics) + (routes + 1) * sizeof(struct route_figures));

	if (metrics == NULL)
		abort();
	metrics->routes = routes;
	return metrics;
}

void metrics_free(struct metrics *metrics)
{
	free(metrics);
}

void metrics_count(struct metrics *metrics, size_t route, int status, int64_t microseconds)
{
	struct route_figures *figures = &metrics->figures[route];
	size_t bucket = 0;

	while (bucket < BOUNDS && microseconds > bounds[bucket])
		bucket++;
	if (status >= STATUS_FIRST && status < STATUS_FIRST + STATUSES)
		atomic_fetch_add(&figures->answers[status - STATUS_FIRST], 1);
	atomic_fetch_add(&figures->buckets[bucket], 1);
	atomic_fetch_add(&figures->microseconds, (uint_fast64_t)microseconds);
}

void metrics_note_pool(struct metrics *metrics, int worker, const struct pg_gauges *gauges)
{
	struct pool_figures *pool = &metrics->pools[worker % WORKERS_MOST];

	atomic_store(&pool->connections, gauges->connections);
	atomic_store(&pool->ready, gauges->ready);
	atomic_store(&pool->in_flight, gauges->in_flight);
	atomic_store(&pool->waiting, gauges->waiting);
}

static void print_answers(const struct route_figures *figures, const char *name, struct buffer *out)
{
	for (int i = 0; i < STATUSES; i++) {
		uint64_t count = atomic_load(&figures->answers[i]);

		if (count > 0)
			buffer_print(out, "weihu_requests_total{route=\"%s\",status=\"%d\"} %" PRIu64 "\n", name,
			    i + STATUS_FIRST, count);
	}
}

static void print_latency(const struct route_figures *figures, const char *name, struct buffer *out)
{
	uint64_t sum = 0;

	for (size_t i = 0; i <= BOUNDS; i++)
		sum += atomic_load(&figures->buckets[i]);
	if (sum == 0)
		return;
	sum = 0;
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += atomic_load(&figures->buckets[i]);
		buffer_print(out, "weihu_request_seconds_bucket{route=\"%s\",le=\"%g\"} %" PRIu64 "\n", name,
		    (double)bounds[i] / 1e6, sum);
	}
	sum += atomic_load(&figures->buckets[BOUNDS]);
	buffer_print(out, "weihu_request_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, sum);
	buffer_print(out, "weihu_request_seconds_sum{route=\"%s\"} %.6f\n", name,
	    (double)atomic_load(&figures->microseconds) / 1e6);
	buffer_print(out, "weihu_request_seconds_count{route=\"%s\"} %" PRIu64 "\n", name, sum);
}

static void print_pool(const struct metrics *metrics, struct buffer *out)
{
	int connections = 0, ready = 0, in_flight = 0, waiting = 0;

	for (int i = 0; i < WORKERS_MOST; i++) {
		connections += atomic_load(&metrics->pools[i].connections);
		ready += atomic_load(&metrics->pools[i].ready);
		in_flight += atomic_load(&metrics->pools[i].in_flight);
		waiting += atomic_load(&metrics->pools[i].waiting);
	}
	buffer_print(out,
	    "# HELP weihu_database_connections Connections to PostgreSQL.\n"
	    "# TYPE weihu_database_connections gauge\n"
	    "weihu_database_connections{state=\"open\"} %d\nweihu_database_connections{state=\"ready\"} %d\n",
	    connections, ready);
	buffer_print(out,
	    "# HELP weihu_database_statements Statements on their way or waiting.\n"
	    "# TYPE weihu_database_statements gauge\n"
	    "weihu_database_statements{state=\"in_flight\"} %d\nweihu_database_statements{state=\"waiting\"} %d\n",
	    in_flight, waiting);
}

void metrics_print(const struct metrics *metrics, const char *(*name)(size_t route), struct buffer *out)
{
	buffer_add_text(out, "# HELP weihu_requests_total Answered requests.\n# TYPE weihu_requests_total counter\n");
	for (size_t i = 0; i <= metrics->routes; i++)
		print_answers(&metrics->figures[i], name(i), out);
	buffer_add_text(out,
	    "# HELP weihu_request_seconds Time from request to answer.\n# TYPE weihu_request_seconds histogram\n");
	for (size_t i = 0; i <= metrics->routes; i++)
		print_latency(&metrics->figures[i], name(i), out);
	print_pool(metrics, out);
}
