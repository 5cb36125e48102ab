// SPDX-License-Identifier: Apache-2.0
// What the listing table is made of; nobody else includes it.
#ifndef WEIHU_STORE_LISTING_PARTS_H
#define WEIHU_STORE_LISTING_PARTS_H

#include <stdbool.h>

#include "store/listing.h"

// In the SQL of a row these stand for parameters: %v the filter's value, %s the scope, %c the caller, %n now, %d today,
// %t the terminal states, %i whether internal comments and what was worked are wanted, %h the fields that the caller
// does not see, %o whether the caller is of a vendor, %q the value as a search query. %l is "one of the value's list".
// A function that makes the rows is told where the page begins, by %k (the cursor's key, else the filter "from", else
// 0) and %y (its tie, else ""), and by %m how many there are to be.
enum value_type {
	VALUE_WORDS,
	VALUE_STATES,
	VALUE_KINDS,
	VALUE_SEVERITIES,
	VALUE_WHOLES,
	VALUE_WHOLE,
	VALUE_TIME,
	VALUE_TRUTH,
	VALUE_SEARCH
};

struct filter {
	const char *name;
	enum value_type type;
	const char *sql;
	const char *sql_false; // VALUE_TRUTH: when it is false; NULL: then it filters nothing
};

struct order {
	const char *name;
	const char *column; // what is sorted by
	const char *text;   // the same as the cursor writes it
	const char *type;   // what the cursor is read back as
	bool descending;
};

struct listing {
	const char *items, *from;
	const char *where; // always holds; NULL: nothing
	const char *tie;   // unique column that ends every order
	const char *tie_type;
	const struct filter *filters; // end with a NULL name
	const struct order *orders;   // likewise; the first is the default
	const char *twin; // of the tie in a joined table: a page deep below is not joined from the top; or NULL
};

extern const struct listing listings[LISTING_COUNT];

#endif
