// SPDX-License-Identifier: Apache-2.0
// What of an event (e) is told to whom, for lists and exports alike. %i stands for whether the caller reads internal
// comments and what was worked, %h for the fields that he does not see, %c for his login, %o for whether he is of a
// vendor.
#ifndef WEIHU_STORE_TOLD_H
#define WEIHU_STORE_TOLD_H

#define EVENT_CHANGES "e.changes - string_to_array(%h, ',')"

// No links to tickets that he does not see either.
#define EVENT_ADDED                                                                                                    \
	"case when (%i::boolean or (e.added #> '{comment,internal}' is distinct from 'true' "                          \
	"and not e.added ?| '{step,change,work}')) "                                                                   \
	"and not ticket_hidden(coalesce(e.added #>> '{link,other}', e.added #>> '{verdict,ticket}'), %c, "             \
	"%o::boolean) then e.added end"

#endif
