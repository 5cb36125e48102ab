// SPDX-License-Identifier: Apache-2.0
// Exports: THE EXPORT TABLE (export.c) says what can be exported, and its one list of columns is that of every format.
// Rows come in pages behind a key that never changes: no transaction stays open while a slow client reads, and an
// export that was cut off goes on behind the last key that arrived.
#ifndef WEIHU_STORE_EXPORT_H
#define WEIHU_STORE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "store/pg.h"

struct export_column {
	const char *name, *zh, *en; // a NULL name ends a table
	const char *sql;
};

struct export_filter {
	const char *name; // NULL ends a table
	enum { EXPORT_WORDS, EXPORT_TIME } type;
	const char *sql; // %v stands for the value
};

struct export
{
	const char *name;
	const char *from; // NULL: figures of measures, whose columns measure_ask() puts together
	const char *key;  // a number, ascending; the first column
	const char
	    *seen; // whether the caller sees the row: %c stands for the login, %o for whether it comes from outside
	const struct export_column *columns;
	const struct export_filter *filters;
	const char *twin; // of the key in a joined table: a page is not joined from the top; or NULL
	bool own;         // fields of the team's own are columns, too
};

struct export_ask {
	int64_t limit;      // rows of a page
	bool internal;      // internal comments, steps, changes and work, too
	const char *hidden; // fields that the caller does not see, "a,b"; or NULL
	const char *caller;
	bool outside;
	const char *(*filter)(const void *source, const char *name);
	const void *source;
};

const struct export *export_find(const char *name); // or NULL

// All of its columns, and their SQL with commas between; those in `hidden` ("a,b", or NULL) are empty.
const struct export_column *export_columns(const struct export *export, struct arena *arena);
const char *export_items(const struct export *export, const char *hidden, struct arena *arena);

// What every page is asked for with. NULL with faults (field: the parameter) for what cannot be asked.
struct export_question;
struct export_question *export_compose(const struct export *export, const struct export_ask *ask, struct arena *arena,
    struct faults *faults);

// Asks for the page of rows whose key is greater than `after`, their columns in order.
void export_ask(struct pg *pg, struct export_question *question, int64_t after, pg_done *done, void *context);

#endif
