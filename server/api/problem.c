// SPDX-License-Identifier: Apache-2.0
// THE PROBLEM TABLE. Types never change; titles and details are for people.
#include "api/problem.h"

#include <stdio.h>

static const struct {
	const char *name;
	int status;
	const char *title;
} problems[PROBLEM_COUNT] = {
    [PROBLEM_MALFORMED] = {"malformed", 400, "The request cannot be read"},
    [PROBLEM_UNAUTHENTICATED] = {"unauthenticated", 401, "Who are you?"},
    [PROBLEM_SECOND_FACTOR] = {"second_factor", 401, "A code is wanted, too"},
    [PROBLEM_FORBIDDEN] = {"forbidden", 403, "You may not do this"},
    [PROBLEM_NOT_FOUND] = {"not_found", 404, "There is no such thing"},
    [PROBLEM_METHOD] = {"method_not_allowed", 405, "This cannot be done here"},
    [PROBLEM_STATE] = {"state", 409, "Not as things stand"},
    [PROBLEM_EXISTS] = {"exists", 409, "It exists already"},
    [PROBLEM_VERSION] = {"version", 412, "It has changed since you read it"},
    [PROBLEM_MEDIA_TYPE] = {"media_type", 415, "The body must be JSON"},
    [PROBLEM_FIELDS] = {"fields", 422, "Some fields are not right"},
    [PROBLEM_KEY_REUSED] = {"key_reused", 422, "This Idempotency-Key belongs to another request"},
    [PROBLEM_TOO_MANY] = {"too_many", 429, "Too many attempts"},
    [PROBLEM_INTERNAL] = {"internal", 500, "Something went wrong here"},
    [PROBLEM_UNAVAILABLE] = {"unavailable", 503, "Not available for the moment"},
    [PROBLEM_NO_ROOM] = {"no_room", 507, "There is no room for it here"},
};

int problem_status(enum problem_kind kind)
{
	return problems[kind].status;
}

const char *problem_name(enum problem_kind kind)
{
	return problems[kind].name;
}

enum problem_kind problem_of_verdict(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_FORBIDDEN: return PROBLEM_FORBIDDEN;
	case VERDICT_INCOMPLETE: return PROBLEM_FIELDS;
	default: return PROBLEM_STATE;
	}
}

void problem_write(struct json_out *json, const struct problem *problem)
{
	char type[64];

	snprintf(type, sizeof(type), "urn:weihu:problem:%s", problems[problem->kind].name);
	json_add_text(json, "type", type);
	json_add_text(json, "title", problems[problem->kind].title);
	json_add_int(json, "status", problems[problem->kind].status);
	if (problem->detail != NULL)
		json_add_text(json, "detail", problem->detail);
}
