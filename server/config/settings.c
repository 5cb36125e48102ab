// SPDX-License-Identifier: Apache-2.0
// Settings: the table, and the four places that a value may come from.
#include "config/settings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/msgid.h"
#include "base/text.h"
#include "config/house.h"
#include "config/yaml.h"

#ifndef WEIHU_CONFIG_DIR
#define WEIHU_CONFIG_DIR "/etc/weihu"
#endif
#ifndef WEIHU_SCHEMA_DIR
#define WEIHU_SCHEMA_DIR "/usr/share/weihu/schema"
#endif
#ifndef WEIHU_DOCS_DIR
#define WEIHU_DOCS_DIR "/usr/share/doc/weihu"
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY_MOST 32

enum setting_type {
	SETTING_ADDRESS,
	SETTING_WHOLE,
	SETTING_PATH,
	SETTING_DSN,
	SETTING_CHOICE,
	SETTING_FILE,
	SETTING_TEXT,
	SETTING_ADDRESSES,
	SETTING_PATHS,
	TYPE_COUNT
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t offset;              // in struct settings
	int64_t least, most;        // SETTING_WHOLE
	const char *const *choices; // SETTING_CHOICE: NULL-terminated
	const char *initial;        // the default, as it would be written
	bool reloadable;
	const char *help;
};

static const char *const switches[] = {"on", "off", NULL};
static const char *const levels[] = {"debug", "info", "warn", "error", NULL};

#define AT(member) offsetof(struct settings, member)

// THE SETTING TABLE
static const struct setting settings_table[] = {
    {"listen", SETTING_ADDRESS, AT(listen), 0, 0, NULL, "127.0.0.1:8420", false,
        N_("Address and port of the API and the page; port 0 takes a free one.")},
    {"proxies", SETTING_ADDRESSES, AT(proxies), 0, 0, NULL, "", false,
        N_("Addresses of the proxies in front of the service, with commas between: they alone are believed about whom "
           "they got a request from (X-Forwarded-For). Without TLS of its own the service listens on a loopback "
           "address only, unless such proxies, which speak TLS for it, are named.")},
    {"tls_certificate", SETTING_FILE, AT(tls_certificate), 0, 0, NULL, "", false,
        N_("PEM file with the certificate that the service shows, and its chain behind it; read again at SIGHUP. "
           "Empty: no TLS.")},
    {"tls_key", SETTING_FILE, AT(tls_key), 0, 0, NULL, "", false,
        N_("PEM file with its private key, not for others to read; read again at SIGHUP.")},
    {"hsts_seconds", SETTING_WHOLE, AT(hsts_seconds), 0, 63072000, NULL, "31536000", false,
        N_("For how long a browser that came by TLS is told to come by nothing else (RFC 6797); 0: it is not told.")},
    {"workers", SETTING_WHOLE, AT(workers), 1, 64, NULL, "2", false, N_("Event loops, one thread each.")},
    {"data", SETTING_PATH, AT(data), 0, 0, NULL, "var", false,
        N_("Folder of the private database, the lock and the address file; var stands where weihud starts.")},
    {"dsn", SETTING_DSN, AT(dsn), 0, 0, NULL, "", false,
        N_("libpq connection string of a PostgreSQL of your own (15 or newer), whose login is a member of "
           "weihu_service. Empty: a private one under data. A password belongs in a passfile (passfile=PATH), not "
           "here.")},
    {"owner_dsn", SETTING_DSN, AT(owner_dsn), 0, 0, NULL, "", false,
        N_("The same for the owner of the tables, who runs the migrations. Empty: dsn.")},
    {"sealer_dsn", SETTING_DSN, AT(sealer_dsn), 0, 0, NULL, "", false,
        N_("The same for the sealer of the audit log, a member of weihu_sealer. Empty: dsn.")},
    {"sealing", SETTING_CHOICE, AT(sealing), 0, 0, switches, "on", false,
        N_("Whether this server seals the audit log when it has the key; of several servers one does.")},
    {"log_key", SETTING_FILE, AT(log_key), 0, 0, NULL, "", false,
        N_("Key that signs the audit log; the last checkpoint is kept beside it. Empty: log.key under data.")},
    {"factor_key", SETTING_FILE, AT(factor_key), 0, 0, NULL, "", false,
        N_("File with the key that seals what the database keeps of second factors; made at the first start, and the "
           "same on every server. Empty: factor.key under data.")},
    {"witness_url", SETTING_TEXT, AT(witness_url), 0, 0, NULL, "", false,
        N_("Submission prefix of a witness (C2SP tlog-witness) that cosigns the audit log. Empty: none.")},
    {"witness_key", SETTING_TEXT, AT(witness_key), 0, 0, NULL, "", false,
        N_("The witness's verifier key, NAME+ID+BASE64; cosignatures that it does not verify are not kept.")},
    {"timestamp_url", SETTING_TEXT, AT(timestamp_url), 0, 0, NULL, "", false,
        N_("Address of a timestamping authority (RFC 3161) that dates checkpoints of the audit log. Empty: none.")},
    {"anchor_seconds", SETTING_WHOLE, AT(anchor_seconds), 1, 604800, NULL, "3600", false,
        N_("Least time between two checkpoints that go to the witness and the timestamping authority.")},
    {"retention_days", SETTING_WHOLE, AT(retention_days), 184, 36500, NULL, "1096", false,
        N_("How long audit events are kept at least; only what is older can be archived (weihud archive).")},
    {"archiving", SETTING_CHOICE, AT(archiving), 0, 0, switches, "on", false,
        N_("Whether whole months that are older move into archive by themselves, where sealing is on.")},
    {"archive", SETTING_FILE, AT(archive), 0, 0, NULL, "", false,
        N_("Folder that receives a verifiable folder for each archived month: keep it. Empty: archive under data.")},
    {"retry_hours", SETTING_WHOLE, AT(retry_hours), 1, 8760, NULL, "168", false,
        N_("How long a retry with the same Idempotency-Key gets the first answer at least; later the key is "
           "forgotten.")},
    {"writers", SETTING_WHOLE, AT(writers), 1, 16, NULL, "1", false,
        N_("Database connections of each worker that carry changes.")},
    {"readers", SETTING_WHOLE, AT(readers), 1, 16, NULL, "2", false,
        N_("Database connections of each worker that carry questions.")},
    {"set_most", SETTING_WHOLE, AT(set_most), 1, 1000, NULL, "64", false,
        N_("Changes, or reads of tickets, that one statement carries at most.")},
    {"body_most", SETTING_WHOLE, AT(body_most), 1024, 67108864, NULL, "1048576", false,
        N_("Largest body of a request, in bytes.")},
    {"attachment_size_most", SETTING_WHOLE, AT(attachment_size_most), 1024, 67108864, NULL, "8388608", false,
        N_("Largest file that can be attached to a ticket, in bytes.")},
    {"header_most", SETTING_WHOLE, AT(header_most), 1024, 1048576, NULL, "16384", false,
        N_("Largest headers of a request, in bytes.")},
    {"connections_most", SETTING_WHOLE, AT(connections_most), 1, 100000, NULL, "1000", false,
        N_("Open HTTP connections of each worker at most.")},
    {"request_seconds", SETTING_WHOLE, AT(request_seconds), 1, 3600, NULL, "30", false,
        N_("A request must have arrived, and been answered, within these seconds.")},
    {"idle_seconds", SETTING_WHOLE, AT(idle_seconds), 1, 3600, NULL, "60", false,
        N_("A connection that was used and on which nothing more is asked is closed after these seconds.")},
    {"connections_address", SETTING_WHOLE, AT(connections_address), 1, 100000, NULL, "200", false,
        N_("Of these, open ones from one address at most, proxies apart: a further one takes the place of the oldest "
           "on which no answer is due.")},
    {"address_rate", SETTING_WHOLE, AT(address_rate), 0, 1000000, NULL, "200", false,
        N_("Requests a second that one address (an IPv6 network of /64) may make for long; 0: as many as it likes.")},
    {"address_burst", SETTING_WHOLE, AT(address_burst), 1, 1000000, NULL, "2000", false,
        N_("Requests that it may make at once after a rest.")},
    {"person_rate", SETTING_WHOLE, AT(person_rate), 0, 1000000, NULL, "50", false,
        N_("Requests a second that one person may make for long; 0: as many as they like.")},
    {"person_burst", SETTING_WHOLE, AT(person_burst), 1, 1000000, NULL, "500", false,
        N_("Requests that they may make at once after a rest.")},
    {"stop_seconds", SETTING_WHOLE, AT(stop_seconds), 0, 600, NULL, "10", false,
        N_("How long a stop waits for the requests in flight.")},
    {"password_passes", SETTING_WHOLE, AT(password_passes), 1, 100, NULL, "3", false,
        N_("Passes of Argon2id over its memory. A password whose hash was made otherwise gets a new one at the next "
           "login.")},
    {"password_kibibytes", SETTING_WHOLE, AT(password_kibibytes), 8, 4194304, NULL, "65536", false,
        N_("Memory that hashing one password takes, once for each worker.")},
    {"password_least", SETTING_WHOLE, AT(password_least), 8, 64, NULL, "12", false,
        N_("Characters of a password at least.")},
    {"password_refused", SETTING_FILE, AT(password_refused), 0, 0, NULL, "", false,
        N_("File of passwords that are refused, one a line, whatever their case: common ones, breached ones, names of "
           "the house. Empty: none.")},
    {"second_factor_for", SETTING_TEXT, AT(second_factor_for), 0, 0, NULL, "", false,
        N_("Roles whose holders must have a second factor (admin,lead), or all: until they enrol, their sessions are "
           "good for that alone. Empty: nobody must.")},
    {"session_hours", SETTING_WHOLE, AT(session_hours), 1, 720, NULL, "12", false,
        N_("A session ends after that many hours.")},
    {"session_idle_minutes", SETTING_WHOLE, AT(session_idle_minutes), 2, 43200, NULL, "60", false,
        N_("A session that nobody uses ends after that many minutes.")},
    {"login_tries", SETTING_WHOLE, AT(login_tries), 1, 1000, NULL, "5", false,
        N_("Logins to one account that may fail in a row before the next one has to wait, longer each time.")},
    {"login_tries_address", SETTING_WHOLE, AT(login_tries_address), 1, 100000, NULL, "50", false,
        N_("The same for one address, whichever the accounts.")},
    {"login_wait_most", SETTING_WHOLE, AT(login_wait_most), 1, 3600, NULL, "300", false,
        N_("The longest such wait, in seconds.")},
    {"ldap_url", SETTING_TEXT, AT(ldap_url), 0, 0, NULL, "", false,
        N_("LDAP directory that knows the passwords of those who have none here: ldaps://HOST, or ldap://HOST with "
           "ldap_start_tls. Empty: none.")},
    {"ldap_start_tls", SETTING_CHOICE, AT(ldap_start_tls), 0, 0, switches, "off", false,
        N_("Whether ldap:// is asked for TLS before anything else is said.")},
    {"ldap_ca", SETTING_FILE, AT(ldap_ca), 0, 0, NULL, "", false,
        N_("File with the certificates that vouch for the directory. Empty: the system's.")},
    {"ldap_bind_dn", SETTING_TEXT, AT(ldap_bind_dn), 0, 0, NULL, "", false,
        N_("Name under which the directory is searched. Empty: without one.")},
    {"ldap_bind_password", SETTING_FILE, AT(ldap_bind_password), 0, 0, NULL, "", false,
        N_("File with that name's password, which others must not be able to read.")},
    {"ldap_people", SETTING_TEXT, AT(ldap_people), 0, 0, NULL, "", false,
        N_("Where people stand in the directory, as in ou=people,dc=example,dc=org.")},
    {"ldap_filter", SETTING_TEXT, AT(ldap_filter), 0, 0, NULL, "(uid=%s)", false,
        N_("How a person is found there; %s is the login.")},
    {"ldap_groups", SETTING_TEXT, AT(ldap_groups), 0, 0, NULL, "", false,
        N_("Where groups stand in the directory. Empty: groups count nothing.")},
    {"ldap_group_filter", SETTING_TEXT, AT(ldap_group_filter), 0, 0, NULL, "(member=%s)", false,
        N_("How a person's groups are found there; %s is the person's name in the directory.")},
    {"ldap_roles", SETTING_TEXT, AT(ldap_roles), 0, 0, NULL, "", false,
        N_("Roles that groups give, at each login: GROUP=ROLE,GROUP=ROLE. A role that is named here is held by members "
           "of its groups alone.")},
    {"ldap_create", SETTING_CHOICE, AT(ldap_create), 0, 0, switches, "off", false,
        N_("Whether people whom the directory knows and this service does not get an account at their first login.")},
    {"ldap_seconds", SETTING_WHOLE, AT(ldap_seconds), 1, 60, NULL, "5", false,
        N_("How long a question to the directory may take.")},
    {"loan_self", SETTING_CHOICE, AT(loan_self), 0, 0, switches, "off", false,
        N_("Whether administrators may lend a role to themselves, or another one has to.")},
    {"loan_minutes_most", SETTING_WHOLE, AT(loan_minutes_most), 1, 10080, NULL, "240", false,
        N_("The longest time for which a role is lent, in minutes.")},
    {"refusals_most", SETTING_WHOLE, AT(refusals_most), 1, 1000000, NULL, "60", false,
        N_("Refusals of one person that the audit record takes in a minute.")},
    {"log_level", SETTING_CHOICE, AT(log_level), 0, 0, levels, "info", false,
        N_("The least important lines that are logged.")},
    {"workflow", SETTING_PATH, AT(workflow), 0, 0, NULL, "$WEIHU_CONFIG_DIR/workflow.yaml", true,
        N_("States, actions and what they demand; read again at SIGHUP.")},
    {"fields", SETTING_PATH, AT(fields), 0, 0, NULL, "$WEIHU_CONFIG_DIR/fields.yaml", true,
        N_("Fields of the team's own, besides those of the house; read again at SIGHUP.")},
    {"permissions", SETTING_PATH, AT(permissions), 0, 0, NULL, "$WEIHU_CONFIG_DIR/permissions.yaml", true,
        N_("What each role may do; read again at SIGHUP.")},
    {"routing", SETTING_PATH, AT(routing), 0, 0, NULL, "$WEIHU_CONFIG_DIR/routing.yaml", true,
        N_("To whom a request goes; read again at SIGHUP.")},
    {"calendar", SETTING_PATH, AT(calendar), 0, 0, NULL, "$WEIHU_CONFIG_DIR/calendar-cn.yaml", true,
        N_("Working days and hours, and the time zone of reports; read again at SIGHUP.")},
    {"holidays", SETTING_PATHS, AT(holidays), 0, 0, NULL, "", true,
        N_("iCalendar files with further days off and make-up working days, with commas between; read again at "
           "SIGHUP.")},
    {"schema", SETTING_PATH, AT(schema), 0, 0, NULL, "$WEIHU_SCHEMA_DIR", false, N_("Folder of the migrations.")},
    {"openapi", SETTING_PATH, AT(openapi), 0, 0, NULL, "$WEIHU_DOCS_DIR/openapi.yaml", false,
        N_("The description of the API that /openapi.yaml serves.")},
};

// Folders that a path may begin with; the environment overrides what was compiled in.
static const struct {
	const char *name, *folder;
} installed[] = {
    {"WEIHU_CONFIG_DIR", WEIHU_CONFIG_DIR},
    {"WEIHU_SCHEMA_DIR", WEIHU_SCHEMA_DIR},
    {"WEIHU_DOCS_DIR", WEIHU_DOCS_DIR},
};

// Where a value comes from.
struct origin {
	struct settings *settings;
	const char *field;  // as faults name it
	const char *folder; // that relative paths are relative to; NULL: where we started
	struct arena *arena;
	struct faults *faults;
};

static void choice_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	size_t count = 0;

	for (; setting->choices[count] != NULL; count++)
		if (text_equals(setting->choices[count], text)) {
			*(const char **)value = setting->choices[count];
			return;
		}
	faults_add(origin->faults, origin->field, "choice", "%s is one of %s", setting->key,
	    text_join(origin->arena, setting->choices, count, ", "));
}

static void whole_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	if (!text_to_int(text, setting->least, setting->most, value))
		faults_add(origin->faults, origin->field, "range", "%s is a whole number from %lld to %lld",
		    setting->key, (long long)setting->least, (long long)setting->most);
}

// "HOST:PORT", and an IPv6 host in brackets.
static bool address_is_sound(const char *text)
{
	int64_t port;
	const char *colon = strrchr(text, ':');

	if (colon == NULL || !text_to_int(colon + 1, 0, 65535, &port))
		return false;
	size_t host = (size_t)(colon - text);
	if (text[0] == '[')
		return host > 2 && memchr(text, ']', host) == colon - 1;
	return host > 0 && memchr(text, ':', host) == NULL && text_is_token(text);
}

static void address_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	if (address_is_sound(text))
		*(const char **)value = arena_copy(origin->arena, text);
	else
		faults_add(origin->faults, origin->field, "format",
		    "%s is HOST:PORT, as in 127.0.0.1:8420 or [::1]:8420", setting->key);
}

static const char *installed_expand(const char *text, struct arena *arena)
{
	for (size_t i = 0; i < COUNT(installed); i++) {
		size_t length = strlen(installed[i].name);
		const char *given = getenv(installed[i].name);
		const char *folder = given != NULL && *given != '\0' ? given : installed[i].folder;

		if (text_starts(text + 1, installed[i].name) && strchr("/", text[1 + length]) != NULL) // "/" or the end
			return arena_print(arena, "%s%s", folder, text + 1 + length);
	}
	return NULL;
}

static const char *installed_names(struct arena *arena)
{
	const char *names[COUNT(installed)];

	for (size_t i = 0; i < COUNT(installed); i++)
		names[i] = arena_print(arena, "$%s", installed[i].name);
	return text_join(arena, names, COUNT(installed), ", ");
}

static void path_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	const char *path = text;

	if (text[0] == '$')
		path = installed_expand(text, origin->arena);
	else if (text[0] != '/' && origin->folder != NULL)
		path = arena_print(origin->arena, "%s/%s", origin->folder, text);
	if (path == NULL || text[0] == '\0')
		faults_add(origin->faults, origin->field, "format", "%s is a path; it may begin with %s", setting->key,
		    installed_names(origin->arena));
	else
		*(const char **)value = arena_copy(origin->arena, path);
}

static void text_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	(void)setting;
	*(const char **)value = arena_copy(origin->arena, text);
}

// A path that may be left empty.
static void optional_path_take(const struct setting *setting, const char *text, const struct origin *origin,
    void *value)
{
	(*text == '\0' ? text_take : path_take)(setting, text, origin, value);
}

// Paths with commas between; none at all is fine.
static void paths_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	struct buffer paths;
	char *rest = NULL;

	buffer_init(&paths, origin->arena);
	for (char *item = strtok_r(arena_copy(origin->arena, text), ",", &rest); item != NULL;
	     item = strtok_r(NULL, ",", &rest)) {
		const char *path = NULL;

		path_take(setting, item, origin, &path);
		if (path != NULL)
			buffer_print(&paths, "%s%s", paths.length > 0 ? "," : "", path);
	}
	*(const char **)value = paths.bytes;
}

static void addresses_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	struct in6_addr address;
	char *rest = NULL;

	for (char *item = strtok_r(arena_copy(origin->arena, text), ",", &rest); item != NULL;
	     item = strtok_r(NULL, ",", &rest))
		if (inet_pton(AF_INET, item, &address) != 1 && inet_pton(AF_INET6, item, &address) != 1)
			faults_add(origin->faults, origin->field, "format",
			    "%s is addresses, as in 192.0.2.1,2001:db8::1", setting->key);
	*(const char **)value = arena_copy(origin->arena, text);
}

// Never repeated in a fault: it may hold a password.
static void dsn_take(const struct setting *setting, const char *text, const struct origin *origin, void *value)
{
	(void)setting;
	*(const char **)value = arena_copy(origin->arena, text);
}

static const struct {
	const char *name;
	void (*take)(const struct setting *setting, const char *text, const struct origin *origin, void *value);
} types[TYPE_COUNT] = {
    [SETTING_ADDRESS] = {"address", address_take},
    [SETTING_WHOLE] = {"whole number", whole_take},
    [SETTING_PATH] = {"path", path_take},
    [SETTING_DSN] = {"connection string", dsn_take},
    [SETTING_ADDRESSES] = {"addresses", addresses_take},
    [SETTING_CHOICE] = {"choice", choice_take},
    [SETTING_FILE] = {"path", optional_path_take},
    [SETTING_PATHS] = {"paths", paths_take},
    [SETTING_TEXT] = {"text", text_take},
};

static void setting_take(const struct setting *setting, const char *text, const struct origin *origin)
{
	types[setting->type].take(setting, text, origin, (char *)origin->settings + setting->offset);
}

static const struct setting *setting_find(const char *key, size_t length)
{
	for (size_t i = 0; i < COUNT(settings_table); i++)
		if (strlen(settings_table[i].key) == length && strncmp(settings_table[i].key, key, length) == 0)
			return &settings_table[i];
	return NULL;
}

static const char *setting_nearest(const char *key)
{
	const struct setting *nearest = &settings_table[0];

	for (size_t i = 1; i < COUNT(settings_table); i++)
		if (text_distance(key, settings_table[i].key) < text_distance(key, nearest->key))
			nearest = &settings_table[i];
	return nearest->key;
}

static void defaults_take(struct origin *origin)
{
	for (size_t i = 0; i < COUNT(settings_table); i++) {
		origin->field = settings_table[i].key;
		setting_take(&settings_table[i], settings_table[i].initial, origin);
	}
}

static void member_read(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct origin *origin = into;
	const struct setting *setting = setting_find(value->key, strlen(value->key)); // yaml_read_map() knows the keys

	if (!yaml_is(yaml, value, YAML_TEXT))
		return;
	origin->field = arena_print(yaml->arena, "%s:%d", yaml->file, value->line);
	setting_take(setting, value->text, origin);
}

static void file_take(struct origin *origin, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct yaml yaml = {.file = file, .arena = origin->arena, .faults = origin->faults};
	const char *text = config_read_file(file, origin->arena, origin->faults);
	const struct yaml_node *root = text != NULL ? yaml_read(&yaml, text) : NULL;

	if (root == NULL)
		return;
	struct yaml_key keys[COUNT(settings_table)];
	for (size_t i = 0; i < COUNT(keys); i++)
		keys[i] = (struct yaml_key){.key = settings_table[i].key, .read = member_read};
	if (slash != NULL) // "/settings.yaml" lies in "", and its neighbours are "/" and their name
		origin->folder = arena_copy_bytes(origin->arena, file, (size_t)(slash - file));
	yaml_read_map(&yaml, root, keys, COUNT(keys), origin);
	origin->folder = NULL;
}

static void environment_take(struct origin *origin)
{
	for (size_t i = 0; i < COUNT(settings_table); i++) {
		char name[KEY_MOST] = "WEIHU_";
		for (size_t k = 0, to = strlen(name); settings_table[i].key[k] != '\0'; k++)
			name[to + k] = (char)toupper((unsigned char)settings_table[i].key[k]);
		const char *text = getenv(name);
		origin->field = name;
		if (text != NULL && text[0] != '\0')
			setting_take(&settings_table[i], text, origin);
	}
}

static void override_take(struct origin *origin, const char *text)
{
	size_t length = strcspn(text, "=");
	const char *key = arena_copy_bytes(origin->arena, text, length);
	const struct setting *setting = setting_find(key, length);

	origin->field = key;
	if (text[length] == '\0')
		faults_add(origin->faults, origin->field, "format", "a setting is given as KEY=VALUE");
	else if (setting == NULL)
		faults_add(origin->faults, origin->field, "unknown", "there is no such setting; did you mean %s?",
		    setting_nearest(key));
	else
		setting_take(setting, text + length + 1, origin);
}

bool settings_load(struct settings *settings, const char *file, const char *const *overrides, struct arena *arena,
    struct faults *faults)
{
	struct origin origin = {.settings = settings, .arena = arena, .faults = faults};
	size_t before = faults->count;

	defaults_take(&origin);
	if (file != NULL)
		file_take(&origin, file);
	environment_take(&origin);
	for (; overrides != NULL && *overrides != NULL; overrides++)
		override_take(&origin, *overrides);
	return faults->count == before;
}

static void limits_print(FILE *out, const struct setting *setting)
{
	if (setting->type == SETTING_WHOLE)
		(void)fprintf(out, " %lld–%lld", (long long)setting->least, (long long)setting->most);
	for (size_t i = 0; setting->choices != NULL && setting->choices[i] != NULL; i++)
		(void)fprintf(out, "%s%s", i == 0 ? ": " : ", ", setting->choices[i]);
}

void settings_print(FILE *out)
{
	(void)fprintf(out, "| key | type | default | reloadable | help |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < COUNT(settings_table); i++) {
		const struct setting *setting = &settings_table[i];
		(void)fprintf(out, "| `%s` | %s", setting->key, types[setting->type].name);
		limits_print(out, setting);
		(void)fprintf(out, " | `%s` | %s | %s |\n", setting->initial[0] != '\0' ? setting->initial : "\"\"",
		    setting->reloadable ? "yes" : "no", setting->help);
	}
}
