// SPDX-License-Identifier: Apache-2.0
// Lists: THE LISTING TABLE (listing.c) has a row per list, with its filters and orders. The text of a statement is put
// together from rows of these tables; every value travels as a parameter.
#ifndef WEIHU_STORE_LISTING_H
#define WEIHU_STORE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/pg.h"

enum listing_id {
	LIST_NONE,
	LIST_TICKETS,
	LIST_COMMENTS,
	LIST_ATTACHMENTS,
	LIST_STEPS,
	LIST_CHANGES,
	LIST_WORK,
	LIST_LINKS,
	LIST_TICKET_EVENTS,
	LIST_EVENTS,
	LIST_PEOPLE,
	LIST_TOKENS,
	LIST_LOANS,
	LIST_LOANS_TOLD,
	LIST_WAIVERS,
	LIST_PROGRAMS,
	LIST_DESIGNATIONS,
	LIST_READINGS,
	LIST_DOCUMENTS,
	LIST_ASSETS,
	LIST_PROGRAM_EVENTS,
	LIST_OPENINGS,
	LIST_ANCHORS,
	LIST_REVIEWS,
	LIST_REVIEW_RECORDS,
	LIST_REVIEW_DECISIONS,
	LISTING_COUNT
};

// What a list is asked with. `filters` gives the text of a filter by name, or NULL.
struct listing_ask {
	const char *scope;  // the object that the list belongs to (a ticket's id, a login), or NULL
	const char *caller; // login
	const char *today, *now;
	const char *states;        // every state there is, "draft,submitted,…"
	const char *closed;        // the terminal ones among them
	const char *cursor, *sort; // or NULL
	bool outside;              // the caller is of a vendor
	const char *relations;     // the only ones that show a ticket, "own,team"; NULL: it takes none
	bool internal;             // internal comments, steps, changes and work, too
	const char *hidden;        // fields that the caller does not see, "a,b"; or NULL
	int64_t limit;
	const char *(*filter)(const void *source, const char *name);
	const void *source;
};

// True if the list knows a filter of that name (`sort`, `limit` and `cursor` are known everywhere).
bool listing_knows(enum listing_id id, const char *name);

// Asks for one row more than `limit`. False with faults (field: the parameter) for values that cannot be right. The
// first two columns of the answer make the cursor and are no part of the item.
bool listing_ask(struct pg *pg, enum listing_id id, const struct listing_ask *ask, struct arena *arena,
    struct faults *faults, pg_done *done, void *context);

// The cursor that follows a row.
const char *listing_cursor(enum listing_id id, const char *sort, const struct pg_result *result, int row,
    struct arena *arena);

#define LISTING_ITEM 2 // the item's first column

#endif
