// SPDX-License-Identifier: Apache-2.0
// Persons and their roles. Roles say what kind of thing a person may do; relations to a ticket are parties (party.h).
#ifndef WEIHU_DOMAIN_PERSON_H
#define WEIHU_DOMAIN_PERSON_H

#include <stdbool.h>
#include <stdint.h>

// THE ROLE TABLE is in person.c; the order here is the order there.
enum role {
	ROLE_REQUESTER,
	ROLE_LEAD,
	ROLE_SYSADMIN,
	ROLE_TECHNICIAN,
	ROLE_AUTHORITY,
	ROLE_REVIEWER,
	ROLE_AUDITOR,
	ROLE_ADMIN,
	ROLE_COUNT
};

typedef uint32_t role_set; // bit n: enum role n

#define ROLE_BIT(role) ((role_set)1 << (role))

struct person {
	const char *login; // never changes
	const char *name;
	role_set roles;
	bool outside; // of a vendor: sees the tickets handed over, and nothing else
};

const char *role_name(enum role role);  // "lead"
const char *role_label(enum role role); // msgid for people: "Maintenance lead"
bool role_find(const char *name, enum role *role);

static inline bool person_has(const struct person *person, enum role role)
{
	return (person->roles & ROLE_BIT(role)) != 0;
}

#endif
