// SPDX-License-Identifier: Apache-2.0
// Putting the parts together.
#include "site.h"

#include <arpa/inet.h>
#include <string.h>

#include "api/directory.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/text.h"
#include "config/house.h"
#include "domain/name.h"
#include "jobs/key_file.h"
#include "store/export.h"
#include "store/migrate.h"
#include "store/setup.h"

#define DAYS_LEAST 14 // a certificate that expires sooner is warned of

// "127.0.0.1:8420", but not "127.0.0.1.example.org:8420".
static bool is_loopback(const char *listen, struct arena *arena)
{
	struct in_addr address;
	const char *host = arena_copy_bytes(arena, listen, (size_t)(strrchr(listen, ':') - listen));

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
	return text_equals(host, "[::1]") || text_equals(host, "localhost");
}

static bool check_wire(const struct settings *settings, struct arena *arena, struct faults *faults)
{
	bool certificate = *settings->tls_certificate != '\0', key = *settings->tls_key != '\0';

	if (certificate != key)
		faults_add(faults, key ? "tls_certificate" : "tls_key", "missing",
		    "a certificate and its key go together");
	else if (!certificate && *settings->proxies == '\0' && !is_loopback(settings->listen, arena))
		faults_add(faults, "listen", "plain",
		    "%s could be overheard: listen on 127.0.0.1 or [::1], give tls_certificate and tls_key, or name "
		    "the proxies that speak TLS in front",
		    settings->listen);
	return faults->count == 0;
}

bool site_open(struct site *site, const char *settings_file, const char *const *overrides)
{
	enum log_level level;

	*site = (struct site){.arena = arena_new(), .settings_file = settings_file, .overrides = overrides};
	faults_init(&site->faults, site->arena);
	if (!settings_load(&site->settings, settings_file, overrides, site->arena, &site->faults) ||
	    !check_wire(&site->settings, site->arena, &site->faults))
		return false;
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

bool site_open_vault(struct site *site)
{
	const char *file = site->settings.factor_key;

	if (*file == '\0')
		file = arena_print(site->arena, "%s/factor.key", site->settings.data);
	return key_file_vault(file, &site->vault, site->arena, &site->faults);
}

// Passwords do not go over a network in clear.
static bool is_overheard(const struct settings *settings)
{
	static const char *const safe[] = {"ldaps://", "ldapi://", "ldap://127.", "ldap://localhost", "ldap://[::1]"};

	for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
		if (text_starts(settings->ldap_url, safe[i]))
			return false;
	return !text_starts(settings->ldap_url, "ldap://") || strcmp(settings->ldap_start_tls, "on") != 0;
}

static bool has_one_place(const char *filter)
{
	const char *place = strchr(filter, '%');

	return *filter == '(' && place != NULL && place[1] == 's' && strchr(place + 1, '%') == NULL;
}

static bool directory_is_sound(struct site *site)
{
	const struct settings *settings = &site->settings;
	role_set given, named;

	if (is_overheard(settings))
		faults_add(&site->faults, "ldap_url", "plain",
		    "%s could be overheard: say ldaps://, or ldap:// with ldap_start_tls on", settings->ldap_url);
	if (*settings->ldap_people == '\0')
		faults_add(&site->faults, "ldap_people", "missing", "say where people stand in the directory");
	if (!has_one_place(settings->ldap_filter))
		faults_add(&site->faults, "ldap_filter", "format", "a filter is in brackets, with %%s once");
	if (!has_one_place(settings->ldap_group_filter))
		faults_add(&site->faults, "ldap_group_filter", "format", "a filter is in brackets, with %%s once");
	if (!directory_roles(settings->ldap_roles, "", &given, &named, site->arena))
		faults_add(&site->faults, "ldap_roles", "format", "say GROUP=ROLE,GROUP=ROLE");
	return site->faults.count == 0;
}

static bool factor_roles_are_known(struct site *site)
{
	const char *rest = site->settings.second_factor_for, *item;
	enum role role;
	size_t length;

	if (strcmp(rest, "all") == 0)
		return true;
	while ((length = list_next(&rest, &item)) > 0)
		if (!role_find(arena_copy_bytes(site->arena, item, length), &role))
			faults_add(&site->faults, "second_factor_for", "choice", "there is no role %.*s", (int)length,
			    item);
	return site->faults.count == 0;
}

bool site_open_entry(struct site *site)
{
	const char *file = site->settings.password_refused;

	site->refused = *file == '\0' ? "" : config_read_file(file, site->arena, &site->faults);
	return site->refused != NULL && factor_roles_are_known(site);
}

bool site_open_directory(struct site *site)
{
	const struct settings *settings = &site->settings;
	const char *password = "";

	if (*settings->ldap_url == '\0')
		return true;
	if (*settings->ldap_bind_password != '\0')
		password = key_file_line(settings->ldap_bind_password, site->arena, &site->faults);
	if (password == NULL || !directory_is_sound(site))
		return false;
	site->directory = (struct directory_options){
	    .url = settings->ldap_url,
	    .start_tls = strcmp(settings->ldap_start_tls, "on") == 0,
	    .ca = settings->ldap_ca,
	    .bind_dn = settings->ldap_bind_dn,
	    .bind_password = password,
	    .people = settings->ldap_people,
	    .person_filter = settings->ldap_filter,
	    .groups = settings->ldap_groups,
	    .group_filter = settings->ldap_group_filter,
	    .seconds = settings->ldap_seconds,
	};
	return true;
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

bool site_tls(struct site *site, struct http_tls **tls)
{
	const struct settings *settings = &site->settings;

	*tls = NULL;
	if (*settings->tls_certificate == '\0')
		return true;
	*tls = http_tls_load(settings->tls_certificate, settings->tls_key, &site->faults);
	if (*tls == NULL)
		return false;
	if (http_tls_days(*tls) < 0)
		log_warn("the certificate in %s has expired", settings->tls_certificate);
	else if (http_tls_days(*tls) < DAYS_LEAST)
		log_warn("the certificate in %s expires in %d days", settings->tls_certificate, http_tls_days(*tls));
	return true;
}

bool site_check_tls(struct site *site)
{
	struct http_tls *tls;
	bool sound = site_tls(site, &tls);

	if (tls != NULL && http_tls_days(tls) < 0) {
		faults_add(&site->faults, site->settings.tls_certificate, "expired", "the certificate has expired");
		sound = false;
	}
	http_tls_drop(tls);
	return sound;
}

static bool load_fields(struct site *site, struct arena *arena)
{
	const char *file = site->settings.fields;
	char *text = config_read_file(file, arena, &site->faults);

	site->fields = text == NULL ? NULL : own_fields_load(file, text, arena, &site->faults);
	if (site->fields == NULL)
		return false;
	own_fields_declare(site->fields, arena);
	return true;
}

static struct workflow *load_workflow(struct site *site, struct arena *arena, char **source)
{
	const char *file = site->settings.workflow;
	struct workflow *workflow;

	if (!load_fields(site, arena))
		return NULL;
	*source = config_read_file(file, arena, &site->faults);
	workflow = *source == NULL ? NULL : workflow_load(file, *source, arena, &site->faults);
	if (workflow == NULL || !own_fields_check(site->fields, workflow, &site->faults))
		return NULL;
	own_fields_join(site->fields, workflow, arena);
	return workflow;
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
	char *text = site->fields == NULL ? NULL // what is wrong with the fields that it may name is told already
	                                  : config_read_file(site->settings.permissions, house->arena, &site->faults);

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

static bool load_holidays(struct site *site, struct calendar *calendar, struct arena *arena)
{
	char *rest = NULL;
	bool good = true;

	for (char *file = strtok_r(arena_copy(arena, site->settings.holidays), ",", &rest); file != NULL;
	     file = strtok_r(NULL, ",", &rest)) {
		char *text = config_read_file(file, arena, &site->faults);

		good = text != NULL && calendar_add_ics(calendar, file, text, arena, &site->faults) && good;
	}
	return good;
}

static bool load_calendar(struct site *site, struct house *house)
{
	char *text = config_read_file(site->settings.calendar, house->arena, &site->faults);
	struct calendar *calendar =
	    text == NULL ? NULL : calendar_load(site->settings.calendar, text, house->arena, &site->faults);

	house->calendar = calendar;
	return calendar != NULL && load_holidays(site, calendar, house->arena);
}

// Each of them, whatever is wrong with those before: people want to hear all of it at once.
static bool load_rules(struct site *site, struct house *house)
{
	bool sound = load_permissions(site, house);

	sound = load_routing(site, house) && sound;
	return load_calendar(site, house) && sound;
}

static struct workflow *load_registered(struct site *site, struct house *house, const struct registered_workflow *row)
{
	const char *file = arena_print(house->arena, "registered workflow %d", row->version);
	struct workflow *workflow = workflow_load(file, row->source, house->arena, &site->faults);

	if (workflow == NULL)
		return NULL;
	workflow->version = row->version;
	own_fields_join(site->fields, workflow, house->arena);
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
	house->fields = fields;
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
	bool sound = load_workflows(site, house);
	sound = load_rules(site, house) && sound;
	fields = fields_built_in; // the calls have theirs from the house
	if (sound && setup_zone(site->service_dsn, house->calendar->zone, &site->faults))
		return house;
	house_drop(house);
	return NULL;
}

bool site_check_files(struct site *site)
{
	struct house house = {.arena = site->arena};
	char *source;

	bool sound = site_open_entry(site);

	sound = site_open_directory(site) && sound;
	sound = load_workflow(site, site->arena, &source) != NULL && sound;
	return load_rules(site, &house) && sound;
}

void site_close(struct site *site)
{
	cluster_stop(site->cluster);
	explicit_bzero(&site->vault, sizeof(site->vault));
	arena_free(site->arena);
}
