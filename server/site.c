// SPDX-License-Identifier: Apache-2.0
// Putting the parts together.
#include "site.h"

#include <string.h>

#include "api/routes.h"
#include "base/log.h"
#include "base/text.h"
#include "config/house.h"
#include "store/migrate.h"
#include "store/setup.h"

static bool is_loopback(const char *listen)
{
	return text_starts(listen, "127.") || text_starts(listen, "[::1]:") || text_starts(listen, "localhost:");
}

bool site_open(struct site *site, const char *settings_file, const char *const *overrides)
{
	enum log_level level;

	*site = (struct site){.arena = arena_new(), .settings_file = settings_file, .overrides = overrides};
	faults_init(&site->faults, site->arena);
	if (!settings_load(&site->settings, settings_file, overrides, site->arena, &site->faults))
		return false;
	if (!is_loopback(site->settings.listen) && *site->settings.proxies == '\0') {
		faults_add(&site->faults, "listen", "plain",
		    "%s could be overheard: listen on 127.0.0.1 or [::1], or name the proxies that speak TLS in front",
		    site->settings.listen);
		return false;
	}
	if (log_level_named(site->settings.log_level, &level))
		log_set_level(level);
	return true;
}

static bool has_own_database(const struct site *site)
{
	return *site->settings.dsn == '\0';
}

const char *site_archive(const struct site *site)
{
	const char *folder = site->settings.archive;

	return *folder != '\0' ? folder : arena_print(site->arena, "%s/archive", site->settings.data);
}

const char *site_log_key(const struct site *site)
{
	const char *file = site->settings.log_key;

	return *file != '\0' ? file : arena_print(site->arena, "%s/log.key", site->settings.data);
}

bool site_open_database(struct site *site)
{
	const struct settings *settings = &site->settings;

	if (!has_own_database(site)) {
		site->service_dsn = settings->dsn;
		site->owner_dsn = *settings->owner_dsn != '\0' ? settings->owner_dsn : settings->dsn;
		site->sealer_dsn = *settings->sealer_dsn != '\0' ? settings->sealer_dsn : settings->dsn;
		return true;
	}
	site->cluster = cluster_start(settings->data, site->arena, &site->faults);
	if (site->cluster == NULL)
		return false;
	site->service_dsn = cluster_service_dsn(site->cluster);
	site->owner_dsn = cluster_owner_dsn(site->cluster);
	site->sealer_dsn = cluster_sealer_dsn(site->cluster);
	return true;
}

static struct workflow *load_workflow(struct site *site, struct arena *arena, char **source)
{
	const char *file = site->settings.workflow;

	*source = config_read_file(file, arena, &site->faults);
	return *source == NULL ? NULL : workflow_load(file, *source, arena, &site->faults);
}

bool site_migrate(struct site *site)
{
	char *source;
	int deployed = 0;
	const struct workflow *workflow = load_workflow(site, site->arena, &source);

	if (workflow == NULL ||
	    !migrate_deploy(site->owner_dsn, site->settings.schema, &deployed, site->arena, &site->faults))
		return false;
	int version = migrate_workflow(site->owner_dsn, workflow->name, source, house_edges(workflow, site->arena),
	    site->arena, &site->faults);
	if (version == 0)
		return false;
	log_info("schema is current (%d migrations deployed now), workflow %s is version %d", deployed, workflow->name,
	    version);
	return true;
}

bool site_check_database(struct site *site)
{
	return migrate_check(site->service_dsn, site->settings.schema, site->arena, &site->faults) &&
	    setup_rights(site->service_dsn, &site->faults);
}

// The rules.

static bool load_permissions(struct site *site, struct house *house)
{
	char *text = config_read_file(site->settings.permissions, house->arena, &site->faults);

	house->permissions =
	    text == NULL ? NULL : permissions_load(site->settings.permissions, text, house->arena, &site->faults);
	return house->permissions != NULL &&
	    routes_check(house->permissions, site->settings.permissions, &site->faults);
}

static bool load_routing(struct site *site, struct house *house)
{
	char *text = config_read_file(site->settings.routing, house->arena, &site->faults);

	house->routing = text == NULL ? NULL : routing_load(site->settings.routing, text, house->arena, &site->faults);
	return house->routing != NULL;
}

static bool load_calendar(struct site *site, struct house *house)
{
	char *text = config_read_file(site->settings.calendar, house->arena, &site->faults);

	house->calendar =
	    text == NULL ? NULL : calendar_load(site->settings.calendar, text, house->arena, &site->faults);
	return house->calendar != NULL;
}

static struct workflow *load_registered(struct site *site, struct house *house, const struct registered_workflow *row)
{
	const char *file = arena_print(house->arena, "registered workflow %d", row->version);
	struct workflow *workflow = workflow_load(file, row->source, house->arena, &site->faults);

	if (workflow != NULL)
		workflow->version = row->version;
	return workflow;
}

static bool load_workflows(struct site *site, struct house *house)
{
	struct registered_workflows registered;
	char *source;

	if (load_workflow(site, house->arena, &source) == NULL ||
	    !setup_workflows(site->service_dsn, &registered, house->arena, &site->faults))
		return false;
	const struct workflow **workflows = arena_take_array(house->arena, registered.count + 1, sizeof(*workflows));
	for (size_t i = 0; i < registered.count; i++) {
		workflows[i] = load_registered(site, house, &registered.rows[i]);
		if (workflows[i] == NULL)
			return false;
		if (strcmp(registered.rows[i].source, source) == 0)
			house->current = workflows[i];
	}
	house->workflows = workflows;
	house->workflow_count = registered.count;
	house->states = house_states(house, false);
	house->closed_states = house_states(house, true);
	if (house->current == NULL)
		faults_add(&site->faults, site->settings.workflow, "unregistered",
		    "this workflow is not registered in the database: run weihud migrate");
	return house->current != NULL;
}

struct house *site_house(struct site *site)
{
	struct arena *arena = arena_new();
	struct house *house = arena_take(arena, sizeof(*house));

	house->arena = arena;
	atomic_init(&house->holders, 1);
	bool sound = load_permissions(site, house) & load_routing(site, house) & load_calendar(site, house) &
	    load_workflows(site, house);
	sound = sound && setup_zone(site->service_dsn, house->calendar->zone, &site->faults);
	if (sound)
		return house;
	house_drop(house);
	return NULL;
}

bool site_check_files(struct site *site)
{
	struct house house = {.arena = site->arena};
	char *source;

	return load_permissions(site, &house) & load_routing(site, &house) & load_calendar(site, &house) &
	    (load_workflow(site, site->arena, &source) != NULL);
}

void site_close(struct site *site)
{
	cluster_stop(site->cluster);
	arena_free(site->arena);
}
