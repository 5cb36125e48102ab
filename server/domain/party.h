// SPDX-License-Identifier: Apache-2.0
// Parties: who a person is to a ticket. THE PARTY TABLE (party.c) has one row per party: a role, a relation, or both.
#ifndef WEIHU_DOMAIN_PARTY_H
#define WEIHU_DOMAIN_PARTY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/person.h"
#include "domain/ticket.h"

typedef uint32_t party_set; // bit n: enum party n

enum party {
	PARTY_REQUESTER,  // its requester
	PARTY_LEAD,       // any lead
	PARTY_SYSADMIN,   // the sysadmin it was forwarded to, or who is designated for its program today, or the deputy
	PARTY_AUTHORITY,  // any authority
	PARTY_TECHNICIAN, // its technician or one of the helpers
	PARTY_ACCEPTOR,   // its requester, or a lead in the requester's stead
	PARTY_REVIEWER,   // any reviewer
	PARTY_EVALUATOR,  // who evaluated it
	PARTY_ADMIN,      // any admin: supplies what the register lacks, and imports; moves no ticket that is there
	PARTY_COUNT
};

#define PARTY_BIT(party) ((party_set)1 << (party))

const char *party_name(enum party party);
const char *party_label(enum party party); // msgid for people
bool party_find(const char *name, enum party *party);

// True if the person may act as the party: holds its role and is named by its relation (the acceptor: either of them).
bool party_holds(enum party party, const struct ticket *ticket, const struct person *person);

// The first party of the set that the person may act as, or PARTY_COUNT.
enum party party_first(party_set parties, const struct ticket *ticket, const struct person *person);

// True if the relation names the person, whatever roles they hold today: this is what separation of duties asks. As a
// technician counts also who delivered the work or did a technical step of it other than its check.
bool party_names(enum party party, const struct ticket *ticket, const char *login);

// The role that a member of the party must hold, or ROLE_COUNT when the relation alone makes one.
enum role party_role(enum party party);

// The logins that the relation names on this ticket ("li,wang"), or NULL when the party is a role alone.
const char *party_logins(enum party party, const struct ticket *ticket, struct arena *arena);

// The parties as people say them: "the lead or the requester (zhang)"; without a ticket no logins.
const char *parties_text(party_set parties, const struct ticket *ticket, struct arena *arena);

#endif
