// SPDX-License-Identifier: Apache-2.0
// May they at all: by the token's scope, by role, or by what they are to the object. Before any handler runs.
#include "api/permit.h"

#include <string.h>

#include "api/refusal.h"
#include "api/routes.h"

// Who may, as the permissions write it: "lead, sysadmin/designated, self".
static const char *holders_text(const struct call *call)
{
	const struct permission *permission = permission_find(call->house->permissions, call->route->permission);
	struct buffer text;

	buffer_init(&text, call->arena);
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (permission->roles & ROLE_BIT(role))
			buffer_print(&text, "%s%s", text.length > 0 ? ", " : "", role_name(role));
	for (enum relation relation = 0; relation < RELATION_COUNT; relation++) {
		for (enum role role = 0; role < ROLE_COUNT; role++)
			if (permission->related[relation] & ROLE_BIT(role))
				buffer_print(&text, "%s%s/%s", text.length > 0 ? ", " : "", role_name(role),
				    relation_name(relation));
		if (permission->related[relation] & ROLE_ANY)
			buffer_print(&text, "%s%s", text.length > 0 ? ", " : "", relation_name(relation));
	}
	return text.bytes;
}

static enum outcome refuse_role(struct call *call)
{
	return refuse(call, PROBLEM_FORBIDDEN,
	    arena_print(call->arena, "%s needs one of the roles %s", call->route->permission, holders_text(call)));
}

// Whether there is no such object makes no difference: there is nobody's relation to it.
static enum outcome take_relations(struct call *call, const struct pg_result *rows)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		enum relation relation;

		if (relation_find(pg_text(rows, row, 0), &relation) && (call->relations & RELATION_BIT(relation)))
			return NEXT;
	}
	return refuse_role(call);
}

// A list shows what the caller is related to, and no more; of one object the database tells.
static enum outcome ask_relations(struct call *call)
{
	const char *object = route_object(call->route);

	if (call->route->listing == LIST_TICKETS)
		return NEXT;
	if (object == NULL || strcmp(object, "person") == 0)
		return refuse_role(call);
	return call_ask(call, RELATIONS_FIND, take_relations, object, call->parts.part[0], call->caller.login,
	    call_today(call));
}

static bool is_for_outside(const struct call *call, bool own)
{
	return own || text_starts(call->route->permission, "ticket.") ||
	    text_starts(call->route->permission, "workflow.");
}

static enum outcome judge_role(struct call *call)
{
	const struct permissions *permissions = call->house->permissions;
	const char *permission = call->route->permission;
	relation_set wanted = permission_relations(permissions, permission, call->caller.roles);
	bool own = (wanted & RELATION_BIT(RELATION_SELF)) && call_is_own(call);

	if (call->caller.outside && !is_for_outside(call, own))
		return refuse(call, PROBLEM_FORBIDDEN,
		    "a vendor's account reaches the tickets handed over, and nothing else");
	if (own || call_may(call, permission))
		return NEXT;
	call->relations = wanted & ~RELATION_BIT(RELATION_SELF);
	return call->relations != 0 ? ask_relations(call) : refuse_role(call);
}

// Who must have a second factor and has none may get one, and nothing else.

static bool must_have_factor(const struct call *call)
{
	const char *wanted = call->service->settings->second_factor_for, *permission = call->route->permission;

	if (!call->session || *wanted == '\0' || text_starts(permission, "factor.") ||
	    strcmp(permission, "password.write") == 0)
		return false;
	for (enum role role = 0; role < ROLE_COUNT; role++)
		if (person_has(&call->caller, role) && text_in_list(wanted, role_name(role)))
			return true;
	return strcmp(wanted, "all") == 0;
}

static enum outcome take_factor(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 1 && *pg_text(rows, 0, 1) == 't')
		return judge_role(call);
	return refuse(call, PROBLEM_FORBIDDEN,
	    arena_print(call->arena, "enrol a second factor first: POST /v1/people/%s/second-factor",
	        call->caller.login));
}

enum outcome permit(struct call *call)
{
	const char *permission = call->route->permission;

	if (permission == NULL || *permission == '\0')
		return NEXT;
	enum scope scope = scope_of(permission, call->route->method);
	if ((call->scopes & SCOPE_BIT(scope)) == 0)
		return refuse(call, PROBLEM_FORBIDDEN,
		    arena_print(call->arena, "this token lacks the scope %s", scope_names[scope]));
	if (must_have_factor(call))
		return call_ask(call, FACTOR_FIND, take_factor, call->caller.login);
	return judge_role(call);
}

const char *relations_text(relation_set relations, struct arena *arena)
{
	const char *names[RELATION_COUNT];
	size_t count = 0;

	for (enum relation relation = 0; relation < RELATION_COUNT; relation++)
		if (relations & RELATION_BIT(relation))
			names[count++] = relation_name(relation);
	return count == 0 ? NULL : text_join(arena, names, count, ",");
}
