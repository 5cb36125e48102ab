// SPDX-License-Identifier: Apache-2.0
// A worker's thread. Other threads reach it by events on its loop alone.
#include "worker.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "api/forget.h"
#include "api/months.h"
#include "api/routes.h"
#include "api/service.h"
#include "base/clock.h"

#define TICK_SOON 5000 // microseconds
#define ERRANDS_MOST 8 // that wait

struct worker {
	pthread_t thread;
	struct event_base *base;
	struct http_server *server;
	struct service service;
	struct event *reload, *stop, *tick;
	_Atomic(struct house *) coming;        // rules handed over by worker_reload()
	_Atomic(struct http_tls *) coming_tls; // likewise by worker_use_tls()
	atomic_bool ready;                     // its database connections stand, or stood once
	int64_t stop_seconds;
	int64_t stop_by; // ticks; 0: not stopping
};

static void on_reload(evutil_socket_t socket, short what, void *context)
{
	struct worker *worker = context;
	struct house *house = atomic_exchange(&worker->coming, NULL);
	struct http_tls *tls = atomic_exchange(&worker->coming_tls, NULL);

	(void)socket;
	(void)what;
	if (house != NULL) {
		house_drop(worker->service.house);
		worker->service.house = house;
	}
	if (tls != NULL)
		http_server_use_tls(worker->server, tls);
}

// An answer is given when it has left: until then its connection is open.
static bool is_idle(const struct worker *worker)
{
	return worker->service.calls == 0 && http_server_connections(worker->server) == 0;
}

static void tick_after(struct worker *worker, long microseconds)
{
	const struct timeval wait = {.tv_sec = microseconds / 1000000, .tv_usec = microseconds % 1000000};

	if (event_add(worker->tick, &wait) != 0)
		abort();
}

static void on_tick(evutil_socket_t socket, short what, void *context)
{
	struct worker *worker = context;
	const struct pg_gauges gauges = pg_gauges(worker->service.pg);

	(void)socket;
	(void)what;
	metrics_note_pool(worker->service.metrics, worker->service.worker, &gauges);
	if (gauges.ready == gauges.connections)
		atomic_store(&worker->ready, true);
	if (worker->service.worker == 0) {
		months_tick(&worker->service);
		forget_tick(&worker->service);
	}
	if (worker->stop_by == 0) {
		tick_after(worker, worker_is_ready(worker) ? MOMENT_SECOND : TICK_SOON);
		return;
	}
	http_server_drain(worker->server);
	if (is_idle(worker) || clock_ticks() > worker->stop_by)
		event_base_loopbreak(worker->base);
	else
		tick_after(worker, TICK_SOON);
}

static void on_stop(evutil_socket_t socket, short what, void *context)
{
	struct worker *worker = context;

	(void)socket;
	(void)what;
	if (worker->stop_by != 0)
		return;
	worker->service.stopping = true;
	worker->stop_by = clock_ticks() + worker->stop_seconds * MOMENT_SECOND;
	http_server_drain(worker->server);
	tick_after(worker, TICK_SOON);
}

static void *worker_run(void *context)
{
	struct worker *worker = context;

	event_base_dispatch(worker->base);
	return NULL;
}

static struct event *loop_event(struct worker *worker, event_callback_fn call)
{
	struct event *event = event_new(worker->base, -1, EV_PERSIST, call, worker);

	if (event == NULL)
		abort();
	return event;
}

static bool worker_listen(struct worker *worker, const struct settings *settings, const char *address, int *port,
    struct faults *faults)
{
	const struct http_limits limits = {
	    .header_most = (size_t)settings->header_most,
	    .body_most = (size_t)settings->body_most,
	    .file_most = (size_t)settings->attachment_size_most,
	    .takes_file = route_takes_file,
	    .connections_most = (int)settings->connections_most,
	    .connections_address = (int)settings->connections_address,
	    .request_seconds = (int)settings->request_seconds,
	    .idle_seconds = (int)settings->idle_seconds,
	    .proxies = settings->proxies,
	    .hsts_seconds = settings->hsts_seconds,
	};

	worker->server = http_server_new(worker->base, address, &limits, service_handle, service_refused,
	    &worker->service, port, faults);
	return worker->server != NULL;
}

static void worker_free(struct worker *worker)
{
	hasher_free(worker->service.hasher);
	asker_free(worker->service.asker);
	errands_free(worker->service.errands);
	pg_free(worker->service.pg); // calls that still wait hear that the database is away, and end
	known_free(worker->service.known);
	census_free(worker->service.census);
	http_server_free(worker->server);
	event_free(worker->reload);
	event_free(worker->stop);
	event_free(worker->tick);
	event_base_free(worker->base);
	if (worker->coming != NULL)
		house_drop(worker->coming);
	http_tls_drop(worker->coming_tls);
	house_drop(worker->service.house);
	free(worker);
}

struct worker *worker_start(const struct worker_parts *parts, int number, const char *address, int *port,
    struct faults *faults)
{
	const struct settings *settings = &parts->site->settings;
	const struct pg_options options = {.dsn = parts->site->service_dsn,
	    .readers = (int)settings->readers,
	    .writers = (int)settings->writers,
	    .set_most = (int)settings->set_most,
	    .seconds = (int)settings->request_seconds};
	struct worker *worker = calloc(1, sizeof(*worker));

	if (worker == NULL || (worker->base = event_base_new()) == NULL)
		abort();
	worker->stop_seconds = settings->stop_seconds;
	worker->service = (struct service){.house = house_hold(parts->house),
	    .metrics = parts->metrics,
	    .brake = parts->brake,
	    .openapi = parts->openapi,
	    .settings = settings,
	    .vault = &parts->site->vault,
	    .refused = parts->site->refused,
	    .worker = number};
	worker->service.hasher =
	    hasher_new(worker->base, &(struct password_cost){settings->password_passes, settings->password_kibibytes});
	worker->service.known = known_new();
	worker->service.census = census_new();
	worker->service.errands = errands_new(worker->base, ERRANDS_MOST);
	if (*settings->ldap_url != '\0')
		worker->service.asker = asker_new(worker->base, &parts->site->directory);
	worker->service.pg = pg_new(worker->base, &options);
	worker->reload = loop_event(worker, on_reload);
	worker->stop = loop_event(worker, on_stop);
	worker->tick = loop_event(worker, on_tick);
	tick_after(worker, TICK_SOON);
	if (worker_listen(worker, settings, address, port, faults)) {
		http_server_use_tls(worker->server, http_tls_hold(parts->tls));
		if (pthread_create(&worker->thread, NULL, worker_run, worker) == 0) {
			(void)pthread_setname_np(worker->thread, "worker");
			return worker;
		}
		faults_add(faults, "workers", "failed", "a thread cannot be started");
	}
	worker_free(worker);
	return NULL;
}

bool worker_is_ready(struct worker *worker)
{
	return atomic_load(&worker->ready);
}

void worker_reload(struct worker *worker, struct house *house)
{
	struct house *unseen = atomic_exchange(&worker->coming, house_hold(house));

	if (unseen != NULL)
		house_drop(unseen);
	event_active(worker->reload, EV_TIMEOUT, 0);
}

void worker_use_tls(struct worker *worker, struct http_tls *tls)
{
	http_tls_drop(atomic_exchange(&worker->coming_tls, http_tls_hold(tls)));
	event_active(worker->reload, EV_TIMEOUT, 0);
}

void worker_stop(struct worker *worker)
{
	event_active(worker->stop, EV_TIMEOUT, 0);
}

void worker_join(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	worker_free(worker);
}
