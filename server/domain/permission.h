// SPDX-License-Identifier: Apache-2.0
// Permissions: which roles may use which operation at all, before any rule about the object itself.
#ifndef WEIHU_DOMAIN_PERMISSION_H
#define WEIHU_DOMAIN_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/person.h"

struct permission { // "ticket.file": these roles
	const char *name;
	role_set roles;
};

struct permissions {
	const struct permission *rows;
	size_t count;
};

// The roles that hold the permission; 0 when there is no such row.
role_set permission_roles(const struct permissions *permissions, const char *name);

static inline bool permission_allows(const struct permissions *permissions, const char *name, role_set roles)
{
	return (permission_roles(permissions, name) & roles) != 0;
}

#endif
