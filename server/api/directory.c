// SPDX-License-Identifier: Apache-2.0
// What the directory says at a login.
#include "api/directory.h"

#include <string.h>

#include "api/body.h"
#include "api/identity.h"
#include "api/refusal.h"
#include "api/session.h"

// A directory that is away keeps out nobody who has a password here, and lets in nobody else.
static void directory_ended(void *context)
{
	struct call *call = context;
	const struct directory_job *job = &call->directory_job;
	enum directory_word word = job->errand.ran ? job->answer.word : DIRECTORY_AWAY;

	if (word == DIRECTORY_AWAY && !call->hash_job.matches) {
		log_line(LOG_WARN, &call->subject, "the directory is away: %s",
		    job->answer.trouble != NULL ? job->answer.trouble : "stopping");
		call->hash_job.done = false;
	}
	if (word == DIRECTORY_YES && job->login != NULL) {
		call->hash_job.matches = true;
		call->directory = &job->answer;
	}
	call_run(call);
}

enum outcome ask_directory(struct call *call)
{
	const char *login = call->known ? call->caller.login : body_text(call, "login");
	bool is_local = call->hash_job.hash != NULL || !login_may_be(login);

	if (call->service->asker == NULL || !call->hash_job.done)
		return NEXT;
	call->directory_job = (struct directory_job){.login = is_local ? NULL : login,
	    .password = call->hash_job.password,
	    .arena = call->arena,
	    .ended = directory_ended,
	    .context = call};
	if (asker_take(call->service->asker, &call->directory_job))
		return WAIT;
	return refuse(call, PROBLEM_UNAVAILABLE, "too many log in at once; try again");
}

// Roles.

bool directory_roles(const char *mapping, const char *groups, role_set *given, role_set *named, struct arena *arena)
{
	char *rest = NULL;

	*given = *named = 0;
	for (char *item = strtok_r(arena_copy(arena, mapping), ",", &rest); item != NULL;
	     item = strtok_r(NULL, ",", &rest)) {
		char *equals = strrchr(item, '=');
		enum role role;

		if (equals == NULL || !role_find(equals + 1, &role))
			return false;
		*equals = '\0';
		*named |= ROLE_BIT(role);
		if (text_in_list(groups, item))
			*given |= ROLE_BIT(role);
	}
	return true;
}

static void roles_write(struct json_out *json, role_set roles)
{
	json_begin(json, "roles", '[');
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (roles & ROLE_BIT(role))
			json_add_text(json, NULL, role_name(role));
	json_end(json, ']');
}

static enum outcome settled(struct call *call, const struct pg_result *rows)
{
	if (strcmp(pg_text(rows, 0, 0), "done") != 0)
		log_line(LOG_WARN, &call->subject, "%s is not as the directory has it: %s", body_text(call, "login"),
		    pg_text(rows, 0, 0));
	return NEXT;
}

// The service does it by itself.
static struct json_out *person_deed(struct call *call, const char *action)
{
	call->caller.login = "weihud";
	struct json_out *deed = call_deed(call, action, NULL);
	json_add_text(deed, "login", body_text(call, "login"));
	return deed;
}

static enum outcome add_person(struct call *call, role_set roles)
{
	const char *login = body_text(call, "login"), *name = call->directory->name;

	if (strcmp(call->service->settings->ldap_create, "on") != 0)
		return refuse_login(call);
	struct json_out *deed = person_deed(call, "add");
	json_begin(deed, "patch", '{');
	json_add_text(deed, "name", name == NULL ? login : name);
	json_add_text(deed, "email", call->directory->email);
	roles_write(deed, roles);
	json_end(deed, '}');
	return call_write(call, PERSON_SAVE, deed, 0, settled);
}

static enum outcome change_roles(struct call *call, role_set roles)
{
	struct json_out *deed = person_deed(call, "edit");

	json_add_text(deed, "version", "last");
	json_begin(deed, "patch", '{');
	roles_write(deed, roles);
	json_end(deed, '}');
	return call_write(call, PERSON_SAVE, deed, 0, settled);
}

static enum outcome take_roles(struct call *call, const struct pg_result *rows)
{
	role_set given, named;

	directory_roles(call->service->settings->ldap_roles, call->directory->groups, &given, &named, call->arena);
	if (pg_rows(rows) == 0)
		return add_person(call, given);
	role_set held = roles_read(arena_copy(call->arena, pg_text(rows, 0, 0))), roles = (held & ~named) | given;
	return roles == held ? NEXT : change_roles(call, roles);
}

enum outcome settle_person(struct call *call)
{
	if (call->directory == NULL)
		return NEXT;
	return call_ask(call, ROLES_OF, take_roles, body_text(call, "login"));
}
