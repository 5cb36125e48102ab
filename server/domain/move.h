// SPDX-License-Identifier: Apache-2.0
// A move being judged, as the guards and the judge share it within this folder.
#ifndef WEIHU_DOMAIN_MOVE_H
#define WEIHU_DOMAIN_MOVE_H

#include "domain/workflow.h"

struct move {
	const struct workflow *workflow;
	const struct ticket *ticket;
	const struct action *action; // NULL: an edit
	const struct path *path;     // the row that leaves the ticket's state; NULL: none, or an edit
	const struct person *person;
	const struct given *given;
	moment now;
	struct arena *arena;
	field_set missing; // fields that are told as missing anyway
};

// The field as it will stand after the move: as given with it, else as the ticket has it. NULL: not filled.
const char *move_value(const struct move *move, enum field_id id);

// The kind after the move; KIND_COUNT when it is not known.
enum kind move_kind(const struct move *move);

// The index of the ticket's state; a ticket without one stands at the start. -1 if the workflow does not know it.
int ticket_state(const struct workflow *workflow, const struct ticket *ticket);

// Refuses for the guard, once for each thing that it finds unmet.
void guard_judge(enum guard guard, struct verdict *verdict, const struct move *move);

party_set guard_who(enum guard guard);       // who can clear it
enum field_id guard_field(enum guard guard); // the field that it is about; F_TITLE (0): none

// A verdict that allows, to be refused by what follows.
struct verdict verdict_new(const struct action *action, struct arena *arena);

// Adds a reason to refuse; the verdict takes the gravest kind of all its reasons.
void verdict_refuse(struct verdict *verdict, enum verdict_kind kind, const struct unmet *reason);

// Settles which of the parties the person acts as, or refuses.
void verdict_party(struct verdict *verdict, party_set parties, const struct ticket *ticket, const struct person *person,
    const char *what);

// Refuses for every guard of the set that is not met, but for those about a field that is missing anyway.
void verdict_guards(struct verdict *verdict, guard_set guards, const struct move *move);

// The states as text: "queued, scheduled".
const char *states_text(const struct workflow *workflow, state_set states, struct arena *arena);

#endif
