// SPDX-License-Identifier: Apache-2.0
// Permissions: which roles may use which operation, on anything or on what they stand in a relation to, before any rule
// about the object's state.
#ifndef WEIHU_DOMAIN_PERMISSION_H
#define WEIHU_DOMAIN_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "domain/person.h"

// THE RELATION TABLE is in permission.c; the order here is the order there.
enum relation {
	RELATION_SELF,       // the account is the caller's own
	RELATION_OWN,        // the ticket was requested by the caller
	RELATION_DESIGNATED, // the caller is the ticket's sysadmin, or designated for the program today
	RELATION_TEAM,       // the caller is the ticket's technician or one of the helpers
	RELATION_COUNT
};

typedef unsigned relation_set; // bit n: enum relation n

#define RELATION_BIT(relation) (1U << (relation))

struct permission {                       // "ticket.file": these roles
	const char *name;                 // of the operation
	role_set roles;                   // on anything
	role_set related[RELATION_COUNT]; // on what the relation names
};

#define ROLE_ANY ROLE_BIT(ROLE_COUNT) // in `related`: everybody, whatever their roles

struct field_permission { // of a ticket's field that is not for everybody's eyes
	const char *key;
	const struct permission *permission; // whoever holds it on anything sees the field
};

struct permissions {
	const struct permission *rows;
	size_t count;
	const struct field_permission *fields;
	size_t field_count;
};

const char *relation_name(enum relation relation); // "own"
bool relation_find(const char *name, enum relation *relation);

// NULL when there is no such row.
const struct permission *permission_find(const struct permissions *permissions, const char *name);

// The roles that hold the permission on anything; 0 when there is no such row.
role_set permission_roles(const struct permissions *permissions, const char *name);

static inline bool permission_allows(const struct permissions *permissions, const char *name, role_set roles)
{
	return (permission_roles(permissions, name) & roles) != 0;
}

// The relations any of which would allow it to somebody with these roles.
relation_set permission_relations(const struct permissions *permissions, const char *name, role_set roles);

// The fields that somebody with these roles does not see, "effort_people,x_cost"; NULL when there are none.
const char *permission_hidden(const struct permissions *permissions, role_set roles, struct arena *arena);

// True if a field is seen with this permission.
bool permission_shows(const struct permissions *permissions, const char *name);

#endif
