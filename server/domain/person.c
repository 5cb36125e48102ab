// SPDX-License-Identifier: Apache-2.0
// THE ROLE TABLE: the roles of the house, in the order of enum role.
#include "domain/person.h"

#include "base/msgid.h"
#include "domain/name.h"

static const struct {
	const char *name, *label;
} roles[ROLE_COUNT] = {
    [ROLE_REQUESTER] = {"requester", N_("requester")},
    [ROLE_LEAD] = {"lead", N_("maintenance lead")},
    [ROLE_SYSADMIN] = {"sysadmin", N_("system administrator")},
    [ROLE_TECHNICIAN] = {"technician", N_("technician")},
    [ROLE_AUTHORITY] = {"authority", N_("change authority")},
    [ROLE_REVIEWER] = {"reviewer", N_("reviewer")},
    [ROLE_AUDITOR] = {"auditor", N_("auditor")},
    [ROLE_ADMIN] = {"admin", N_("platform administrator")},
};

const char *role_name(enum role role)
{
	return roles[role].name;
}

const char *role_label(enum role role)
{
	return roles[role].label;
}

bool role_find(const char *name, enum role *role)
{
	int row = name_index(roles, ROLE_COUNT, sizeof(roles[0]), name);

	if (row >= 0)
		*role = (enum role)row;
	return row >= 0;
}
