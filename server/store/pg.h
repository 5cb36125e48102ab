// SPDX-License-Identifier: Apache-2.0
// A worker's way to PostgreSQL: a few libpq connections in pipeline mode on its event loop, shared by many calls.
// Reads of one turn of the loop go out together and share a Sync; writes, and reads whose statement says so, wait a
// moment in company and ride as one set (see pg_write). Nothing is reported before the Sync that follows it, so whoever
// hears "done" hears of a commit.
#ifndef WEIHU_STORE_PG_H
#define WEIHU_STORE_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/statement.h"

struct event_base;
struct pg;

struct pg_options {
	const char *dsn;
	int readers, writers; // connections
	int set_most;         // wishes that one set carries at most
	int seconds;          // an answer that takes longer is given up with its connection
};

enum pg_status {
	PG_DONE,   // committed; rows are there
	PG_FAILED, // PostgreSQL refused the statement: see pg_sqlstate()
	PG_AWAY    // no connection, or it broke before the commit was known: the statement may or may not have happened
};

struct pg_result; // valid only inside the pg_done that receives it

// Called once for each question, from the event loop and never from within pg_ask() or pg_write().
typedef void pg_done(const struct pg_result *result, void *context);

struct pg *pg_new(struct event_base *base, const struct pg_options *options);
// Gives up what is in flight (PG_AWAY) and frees.
void pg_free(struct pg *pg);

// Asks a reading statement of the table; `values` are texts or NULL, as many as it has parameters, and are copied.
void pg_ask(struct pg *pg, enum statement_id statement, const char *const *values, pg_done *done, void *context);

// SQL that is composed of the fragments of a table; values as above.
struct pg_sql {
	const char *text;
	bool keep; // it comes often, and the best plan does not depend on its values: each connection prepares it once
	int count;
	const char *const *values;
};

// Asks such SQL that vouches (lists with filters).
void pg_ask_sql(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context);

// Asks SQL that does not vouch on a connection of its own, for what may take long (reports, exports).
void pg_ask_slow(struct pg *pg, const struct pg_sql *sql, pg_done *done, void *context);

#define PG_APART 65536 // bytes of a deed that does not ride in company

// Gives a writing statement one deed (a JSON object, copied). Deeds of one statement that wait together are sent as one
// JSON list; two with the same non-zero `lock` never are. A set that fails is replayed one by one.
void pg_write(struct pg *pg, enum statement_id statement, const char *deed, uint64_t lock, pg_done *done,
    void *context);

bool pg_ready(const struct pg *pg); // at least one connection of each kind stands

struct pg_gauges {
	int connections, ready, in_flight, waiting;
};
struct pg_gauges pg_gauges(const struct pg *pg);

// Reading a result. The deed's number, with which a set's answer begins, and the register's epoch, which a reading
// statement that vouches tells, are not counted below.
int64_t pg_epoch(const struct pg_result *result);               // 0: it has no row, or does not vouch
bool pg_vouches(const struct pg_result *result, int64_t epoch); // that the register still was as in that epoch
enum pg_status pg_status(const struct pg_result *result);
const char *pg_sqlstate(const struct pg_result *result);   // PG_FAILED: five characters
const char *pg_constraint(const struct pg_result *result); // PG_FAILED: its name, or ""
const char *pg_table(const struct pg_result *result);      // PG_FAILED: the constraint's table, or ""
const char *pg_message(const struct pg_result *result);    // PG_FAILED: for the log only
int pg_rows(const struct pg_result *result);
int pg_columns(const struct pg_result *result);
const char *pg_name(const struct pg_result *result, int column);
const char *pg_text(const struct pg_result *result, int row, int column);                 // NULL for SQL null
const char *pg_cell(const struct pg_result *result, int row, int column, size_t *length); // likewise, with its length
int64_t pg_int(const struct pg_result *result, int row, int column);                      // 0 for SQL null

enum pg_type { PG_TYPE_TEXT, PG_TYPE_NUMBER, PG_TYPE_TRUTH, PG_TYPE_TIME, PG_TYPE_DAY, PG_TYPE_JSON };
enum pg_type pg_type(const struct pg_result *result, int column);

#endif
