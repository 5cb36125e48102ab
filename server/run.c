// SPDX-License-Identifier: Apache-2.0
// The service's life, on the main thread: workers serve, this one waits for signals and looks after the private
// cluster.
#include "run.h"

#include <errno.h>
#include <event2/thread.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/log.h"
#include "base/password.h"
#include "config/house.h"
#include "jobs/anchor.h"
#include "jobs/archiver.h"
#include "jobs/sealer.h"
#include "worker.h"

#define WORKERS_MOST 64

struct crew {
	struct worker *workers[WORKERS_MOST];
	int count;
	struct metrics *metrics;
	struct brake *brake;
	struct http_tls *tls; // or NULL
	const char *openapi;
	char url[96];
};

// A core would hold passwords and tokens. One byte is too little for a file, and of all limits the only one at which
// Linux hands no core to a program, either (fs/coredump.c).
static void cores_forbid(void)
{
	const struct rlimit none = {.rlim_cur = 1, .rlim_max = 1};

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		abort();
}

static void signals_block(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); // a limit on files is an error like a full disk
}

// "127.0.0.1:0" becomes "127.0.0.1:41234", so that the other workers share the first one's port.
static const char *address_with_port(const char *address, int port, struct arena *arena)
{
	return arena_print(arena, "%.*s:%d", (int)(strrchr(address, ':') - address), address, port);
}

static bool crew_start(struct crew *crew, struct site *site, struct house *house)
{
	const char *address = site->settings.listen;
	int port = 0;

	crew->metrics = metrics_new(route_count());
	crew->brake = brake_new();
	const struct worker_parts parts = {.site = site,
	    .house = house,
	    .tls = crew->tls,
	    .metrics = crew->metrics,
	    .brake = crew->brake,
	    .openapi = crew->openapi};
	for (int i = 0; i < site->settings.workers && i < WORKERS_MOST; i++) {
		struct worker *worker = worker_start(&parts, i, address, &port, &site->faults);

		if (worker == NULL)
			return false;
		crew->workers[crew->count++] = worker;
		address = address_with_port(address, port, site->arena);
	}
	snprintf(crew->url, sizeof(crew->url), "%s://%s", crew->tls != NULL ? "https" : "http", address);
	return true;
}

static void crew_stop(struct crew *crew)
{
	for (int i = 0; i < crew->count; i++)
		worker_stop(crew->workers[i]);
	for (int i = 0; i < crew->count; i++)
		worker_join(crew->workers[i]);
	metrics_free(crew->metrics);
	brake_free(crew->brake);
	http_tls_drop(crew->tls);
}

// The address for scripts, written whole or not at all.
static void address_write(const struct site *site, const char *url)
{
	const char *file = arena_print(site->arena, "%s/address", site->settings.data);
	const char *draft = arena_print(site->arena, "%s.new", file);
	FILE *out = fopen(draft, "we");

	if (out == NULL)
		return; // an outside database needs no data folder
	bool written = fprintf(out, "%s\n", url) > 0;
	if (fclose(out) != 0 || !written || rename(draft, file) != 0)
		log_warn("cannot write %s: %s", file, strerror(errno));
}

static void faults_log(const struct site *site, const char *what)
{
	for (const struct fault *fault = site->faults.first; fault != NULL; fault = fault->next)
		log_error("%s not reloaded: %s: %s", what, fault->field, fault->message);
}

// A bad certificate changes nothing, either.
static void tls_reload(struct site *site, struct crew *crew)
{
	struct http_tls *fresh;

	faults_init(&site->faults, site->arena);
	if (crew->tls == NULL)
		return;
	if (!site_tls(site, &fresh)) {
		faults_log(site, "certificate");
		return;
	}
	for (int i = 0; i < crew->count; i++)
		worker_use_tls(crew->workers[i], fresh);
	http_tls_drop(crew->tls);
	crew->tls = fresh;
	log_info("certificate reloaded");
}

// Bad rules change nothing: those in force stay.
static void rules_reload(struct site *site, struct crew *crew, struct house **house)
{
	faults_init(&site->faults, site->arena);
	bool registered = site->cluster == NULL || site_migrate(site);
	struct house *fresh = registered ? site_house(site) : NULL;

	if (fresh == NULL) {
		faults_log(site, "rules");
		return;
	}
	for (int i = 0; i < crew->count; i++)
		worker_reload(crew->workers[i], fresh);
	house_drop(*house);
	*house = fresh;
	log_info("rules reloaded");
}

static bool crew_is_ready(const struct crew *crew)
{
	for (int i = 0; i < crew->count; i++)
		if (!worker_is_ready(crew->workers[i]))
			return false;
	return true;
}

// So that nobody who reads the address is turned away: a short while until every worker has its database.
static void wait_for_crew(const struct crew *crew)
{
	const struct timespec moment = {.tv_nsec = 5000000};

	for (int i = 0; i < 1000 && !crew_is_ready(crew); i++)
		nanosleep(&moment, NULL);
}

static void serve_until_stopped(struct site *site, struct crew *crew, struct house **house, const sigset_t *signals)
{
	const struct timespec second = {.tv_sec = 1};

	for (;;) {
		int signal = sigtimedwait(signals, NULL, &second);

		if (signal == SIGTERM || signal == SIGINT)
			return;
		if (signal == SIGHUP) {
			tls_reload(site, crew);
			rules_reload(site, crew, house);
		}
		if (site->cluster != NULL && !cluster_revive(site->cluster))
			log_warn("the private PostgreSQL had died and is started again");
	}
}

// What runs by itself beside the workers.
struct jobs {
	struct sealer *sealer;
	struct anchorer *anchorer;
	struct archiver *archiver;
};

// A log of this machine, unless the key says otherwise.
static const char *log_origin(struct arena *arena)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0 || *host == '\0')
		return "localhost/weihu";
	return arena_print(arena, "%s/weihu", host);
}

static void jobs_start(struct jobs *jobs, struct site *site)
{
	const struct settings *settings = &site->settings;
	const struct sealer_options sealing = {.dsn = site->sealer_dsn,
	    .key_file = site_log_key(site),
	    .origin = site->cluster != NULL ? log_origin(site->arena) : NULL};
	const struct anchor_options anchoring = {.dsn = site->sealer_dsn,
	    .witness_url = settings->witness_url,
	    .witness_key = settings->witness_key,
	    .timestamp_url = settings->timestamp_url,
	    .seconds = settings->anchor_seconds};

	const struct archiver_options archiving = {.owner_dsn = site->owner_dsn,
	    .folder = site_archive(site),
	    .retention_days = settings->retention_days};

	if (strcmp(settings->sealing, "on") != 0)
		return;
	jobs->sealer = sealer_start(&sealing);
	jobs->anchorer = anchorer_start(&anchoring);
	if (strcmp(settings->archiving, "on") == 0 && (site->cluster != NULL || *settings->owner_dsn != '\0'))
		jobs->archiver = archiver_start(&archiving);
}

static void jobs_stop(struct jobs *jobs)
{
	archiver_stop(jobs->archiver);
	anchorer_stop(jobs->anchorer);
	sealer_stop(jobs->sealer);
}

static bool prepare(struct site *site)
{
	if (!site_open_entry(site) || !site_open_directory(site) || !site_open_database(site) || !site_open_vault(site))
		return false;
	return site->cluster != NULL ? site_migrate(site) : site_check_database(site);
}

bool service_run(struct site *site)
{
	struct crew crew = {0};
	struct jobs jobs = {0};
	sigset_t signals;

	signals_block(&signals);
	cores_forbid();
	password_start();
	if (evthread_use_pthreads() != 0)
		abort();
	crew.openapi = config_read_file(site->settings.openapi, site->arena, &site->faults);
	bool prepared = crew.openapi != NULL && site_tls(site, &crew.tls) && prepare(site);
	struct house *house = prepared ? site_house(site) : NULL;
	if (house == NULL) {
		http_tls_drop(crew.tls);
		return false;
	}
	bool started = crew_start(&crew, site, house);
	if (started) {
		wait_for_crew(&crew);
		address_write(site, crew.url);
		log_info("listening on %s", crew.url);
		jobs_start(&jobs, site);
		serve_until_stopped(site, &crew, &house, &signals);
		log_info("stopping");
	}
	crew_stop(&crew);
	jobs_stop(&jobs);
	house_drop(house);
	return started;
}
