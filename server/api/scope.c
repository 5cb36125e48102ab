// SPDX-License-Identifier: Apache-2.0
// Scopes of tokens. THE SCOPE TABLE: operations that take more than reading or writing.
#include "api/scope.h"

#include "base/text.h"

const char *const scope_names[SCOPE_COUNT + 1] = {
    [SCOPE_READ] = "read",
    [SCOPE_WRITE] = "write",
    [SCOPE_AUDIT] = "audit",
    [SCOPE_ADMIN] = "admin",
};

static const struct {
	const char *permission; // how it begins
	enum scope scope;
} takes[] = {
    {"audit.", SCOPE_AUDIT},
    {"person.write", SCOPE_ADMIN},
    {"token.write", SCOPE_ADMIN},
    {"password.write", SCOPE_ADMIN},
    {"loan.write", SCOPE_ADMIN},
    {"factor.enrol", SCOPE_ADMIN},
    {"factor.reset", SCOPE_ADMIN},
    {"program.write", SCOPE_ADMIN},
    {"designation.write", SCOPE_ADMIN},
};

scope_set scopes_read(const char *names)
{
	scope_set scopes = 0;

	for (enum scope scope = 0; scope < SCOPE_COUNT; scope++)
		if (text_in_list(names, scope_names[scope]))
			scopes |= SCOPE_BIT(scope);
	return scopes;
}

const char *scopes_text(scope_set scopes, struct arena *arena)
{
	const char *names[SCOPE_COUNT];
	size_t count = 0;

	for (enum scope scope = 0; scope < SCOPE_COUNT; scope++)
		if (scopes & SCOPE_BIT(scope))
			names[count++] = scope_names[scope];
	return text_join(arena, names, count, ",");
}

enum scope scope_of(const char *permission, enum http_method method)
{
	for (size_t i = 0; permission != NULL && i < sizeof(takes) / sizeof(*takes); i++)
		if (text_starts(permission, takes[i].permission))
			return takes[i].scope;
	return method == HTTP_GET ? SCOPE_READ : SCOPE_WRITE;
}
