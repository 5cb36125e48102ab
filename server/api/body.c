// SPDX-License-Identifier: Apache-2.0
// Bodies against their tables.
#include "api/body.h"

#include <string.h>

#include "api/refusal.h"
#include "domain/search.h"

void take_fields(struct call *call, const struct json *object)
{
	for (const struct json *member = object->first; member != NULL; member = member->next) {
		enum field_id id;

		if (!field_find(member->key, &id))
			faults_add(&call->faults, member->key, "unknown", "there is no field %s", member->key);
		else if (fields[id].source == SOURCE_STAMP)
			faults_add(&call->faults, member->key, "stamped", "%s is set by the workflow", member->key);
		else if (field_check(id, member, &call->faults)) {
			field_set_add(&call->given.has, id);
			call->given.values[id] = field_text(call->arena, id, member);
		}
	}
}

// Members of other things.

static const struct member *member_named(const struct member *members, const char *key)
{
	for (const struct member *member = members; member->field.key != NULL; member++)
		if (strcmp(member->field.key, key) == 0)
			return member;
	return NULL;
}

// As the record writes it: 1e2 is 100, and a time is in UTC.
static void patch_add(struct call *call, enum field_type type, const struct json *sent)
{
	char printed[MOMENT_TEXT];
	int64_t number;
	moment time;

	if (sent->type == JSON_NUMBER && json_int(sent, &number))
		json_add_int(&call->patch, sent->key, number);
	else if (type == FIELD_TIME && sent->type == JSON_TEXT && moment_read(sent->text, &time))
		json_add_text(&call->patch, sent->key, moment_print(time, printed));
	else
		json_add_value(&call->patch, sent->key, sent);
}

static void take_sent_members(struct call *call, bool makes)
{
	const struct resource *resource = call->route->resource;

	for (const struct json *sent = call->body->first; sent != NULL; sent = sent->next) {
		const struct member *member = member_named(resource->members, sent->key);

		if (member == NULL)
			faults_add(&call->faults, sent->key, "unknown", "there is no member %s", sent->key);
		else if (!makes && text_in_list(resource->fixed, sent->key))
			faults_add(&call->faults, sent->key, "fixed", "%s cannot be changed", sent->key);
		else if (member->required && sent->type == JSON_NULL)
			faults_add(&call->faults, sent->key, "missing", "%s must be filled", sent->key);
		else if (field_check_row(&member->field, sent, &call->faults) && (sent->type != JSON_NULL || !makes))
			patch_add(call, member->field.type, sent);
	}
}

static const char *fallback_text(const struct call *call, enum fallback fallback)
{
	switch (fallback) {
	case THE_CALLER: return call->caller.login;
	case TODAY: return call_today(call);
	default: return NULL;
	}
}

static void take_unsent_members(struct call *call)
{
	for (const struct member *member = call->route->resource->members; member->field.key != NULL; member++) {
		if (json_member(call->body, member->field.key) != NULL)
			continue;
		const char *text = fallback_text(call, member->fallback);
		if (text != NULL)
			json_add_text(&call->patch, member->field.key, text);
		else if (member->required && member->fallback == NO_FALLBACK)
			faults_add(&call->faults, member->field.key, "missing", "%s must be filled", member->field.key);
	}
}

enum outcome read_members(struct call *call)
{
	bool makes = http_method(call->request) == HTTP_POST;

	if (!dry_run_is_right(call))
		return refuse(call, PROBLEM_MALFORMED, NULL);
	json_out_init(&call->patch, call->arena);
	json_begin(&call->patch, NULL, '{');
	take_sent_members(call, makes);
	if (makes)
		take_unsent_members(call);
	json_end(&call->patch, '}');
	return call->faults.count > 0 ? refuse(call, PROBLEM_FIELDS, NULL) : NEXT;
}

const char *body_text(const struct call *call, const char *key)
{
	return json_text(json_member(call->body, key));
}

bool is_dry_run(const struct call *call)
{
	return text_equals(query_get(&call->query, "dry_run"), "true");
}

bool dry_run_is_right(struct call *call)
{
	const char *dry_run = query_get(&call->query, "dry_run");

	if (dry_run == NULL || strcmp(dry_run, "true") == 0 || strcmp(dry_run, "false") == 0)
		return true;
	faults_add(&call->faults, "dry_run", "format", "dry_run is true or false");
	return false;
}

// References.

enum reference { REF_NONE = -1, REF_PERSON, REF_SYSADMIN, REF_TECHNICIAN, REF_PROGRAM, REF_TICKET, REF_COUNT };

static const struct {
	const char *name, *message;
} references[REF_COUNT] = {
    [REF_PERSON] = {"person", "%s has no open account"},
    [REF_SYSADMIN] = {"sysadmin", "%s is no sysadmin with an open account"},
    [REF_TECHNICIAN] = {"technician", "%s is no technician with an open account"},
    [REF_PROGRAM] = {"program", "there is no program %s"},
    [REF_TICKET] = {"ticket", "there is no ticket %s"},
};

static enum reference reference_of(enum field_id id)
{
	if (id == F_SYSADMIN)
		return REF_SYSADMIN;
	if (id == F_TECHNICIAN || id == F_HELPERS)
		return REF_TECHNICIAN;
	switch (fields[id].type) {
	case FIELD_PERSON:
	case FIELD_PEOPLE: return REF_PERSON;
	case FIELD_PROGRAM: return REF_PROGRAM;
	case FIELD_TICKET: return REF_TICKET;
	default: return REF_NONE;
	}
}

static bool given_has_value(const struct call *call, enum field_id id)
{
	return field_set_has(&call->given.has, id) && call->given.values[id] != NULL && *call->given.values[id] != '\0';
}

static void blame_reference(struct call *call, const char *name, const char *value)
{
	for (enum field_id id = 0; id < FIELD_COUNT; id++) {
		enum reference reference = reference_of(id);

		if (reference == REF_NONE || !given_has_value(call, id) ||
		    strcmp(references[reference].name, name) != 0 || !text_in_list(call->given.values[id], value))
			continue;
		faults_add(&call->faults, fields[id].key, "unknown", references[reference].message, value);
	}
}

// People and programs that were there are not asked for again in the same epoch.

static bool reference_is_known(const struct call *call, enum field_id id, enum reference reference)
{
	return call_may_know(call) && reference != REF_TICKET &&
	    known_get(call->service->known, references[reference].name, call->given.values[id]) != NULL;
}

static void know_references(struct call *call)
{
	struct known *known = call->service->known;

	for (enum field_id id = 0; id < FIELD_COUNT; id++) {
		enum reference reference = reference_of(id);

		if (reference == REF_NONE || reference == REF_TICKET || !given_has_value(call, id))
			continue;
		(void)known_put(known, references[reference].name, call->given.values[id], 0);
	}
}

static enum outcome take_references(struct call *call, const struct pg_result *rows)
{
	for (int row = 0; row < pg_rows(rows); row++)
		if (pg_text(rows, row, 0) != NULL)
			blame_reference(call, pg_text(rows, row, 0), pg_text(rows, row, 1));
	if (call->faults.count > 0)
		return refuse(call, PROBLEM_FIELDS, NULL);
	know_references(call);
	return NEXT;
}

enum outcome check_references(struct call *call)
{
	struct buffer lists[REF_COUNT];
	size_t named = 0;

	for (int i = 0; i < REF_COUNT; i++)
		lists[i] = (struct buffer){0};
	for (enum field_id id = 0; id < FIELD_COUNT; id++) {
		enum reference reference = reference_of(id);

		if (reference == REF_NONE || !given_has_value(call, id) || reference_is_known(call, id, reference))
			continue;
		if (lists[reference].bytes == NULL)
			buffer_init(&lists[reference], call->arena);
		buffer_print(&lists[reference], "%s%s", lists[reference].length > 0 ? "," : "", call->given.values[id]);
		named++;
	}
	if (named == 0)
		return NEXT;
	return call_ask(call, REFERENCES_FIND, take_references, lists[REF_PERSON].bytes, lists[REF_SYSADMIN].bytes,
	    lists[REF_TECHNICIAN].bytes, lists[REF_PROGRAM].bytes, lists[REF_TICKET].bytes, call->caller.login,
	    call_outside(call));
}

// The patch of a deed.

static const char *value_after(const struct call *call, enum field_id id)
{
	return field_set_has(&call->given.has, id) ? call->given.values[id] : call->ticket.values[id];
}

void given_write(struct call *call, struct json_out *deed)
{
	json_begin(deed, "patch", '{');
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&call->given.has, id))
			field_write(deed, id, call->given.values[id]);
	json_end(deed, '}');
	if (!field_set_has(&call->given.has, F_TITLE) && !field_set_has(&call->given.has, F_DESCRIPTION))
		return;
	struct buffer terms;
	buffer_init(&terms, call->arena);
	search_terms(&terms, value_after(call, F_TITLE));
	search_terms(&terms, value_after(call, F_DESCRIPTION));
	json_add_text(deed, "terms", terms.bytes);
}
