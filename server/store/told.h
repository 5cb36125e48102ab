// SPDX-License-Identifier: Apache-2.0
// What is told to whom, as SQL for lists and exports. %c stands for the caller's login, %o for whether he is of a
// vendor, %i for whether he reads internal comments and what was worked, %h for the fields that he does not see.
#ifndef WEIHU_STORE_TOLD_H
#define WEIHU_STORE_TOLD_H

// Confidential tickets, and a vendor's view. There are few of the former: an index of them alone settles almost every
// row before ticket_hidden() is called, which costs ten times as much. "offset 0" keeps the planner from reading all of
// them.
#define CONFIDENTIAL(ticket)                                                                                           \
	"exists (select from ticket_body c where c.ticket::text = " ticket                                             \
	" and coalesce(c.fields -> 'readers', '[]') <> '[]' offset 0)"
#define SEEN(ticket) "not ((%o::boolean or " CONFIDENTIAL(ticket) ") and ticket_hidden(" ticket ", %c, %o::boolean))"

// Of an event, e. What it added may be about another ticket, too.
#define EVENT_CHANGES "e.changes - string_to_array(%h, ',')"
#define EVENT_ADDED                                                                                                    \
	"case when e.added is not null and (%i::boolean or (e.added #> '{comment,internal}' is distinct from 'true' "  \
	"and e.added #> '{attachment,internal}' is distinct from 'true' "                                              \
	"and not e.added ?| '{step,change,work}')) "                                                                   \
	"and " SEEN("coalesce(e.added #>> '{link,other}', e.added #>> '{verdict,ticket}')") " then e.added end"

#endif
