// SPDX-License-Identifier: Apache-2.0
// One libpq connection in pipeline mode: it connects by itself, again and again, and takes commands in order.
#ifndef WEIHU_STORE_LINK_H
#define WEIHU_STORE_LINK_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/pg.h"

struct link;
struct link_command;

// How a command ended: with `result` after its Sync, or with NULL when the connection broke. PGRES_PIPELINE_ABORTED:
// one that shares its Sync failed, and this one was not tried.
typedef void link_ended(struct link_command *command, PGresult *result);

// A command's head; what it means is its owner's affair.
struct link_command {
	link_ended *ended;
	struct link_command *next;
	int64_t sent;     // ticks
	PGresult *result; // the answer so far: the first one, or the first error
	// for the link alone
	struct text *text;
	int answers; // still to come
	bool closes; // its Sync follows
};

// What is sent: a prepared statement of the table by its name, or SQL text without one.
struct link_question {
	const char *name, *sql;
	bool keep;   // SQL that is asked again and again: it is prepared when it comes first
	bool binary; // its answer is asked for as bytes, not as text
	bool shares; // one Sync with others of this turn of the loop: for what only reads, and quickly
	int count;
	const char *const *values;
};

// Called when the connection became usable, and when it broke.
typedef void link_changed(void *context);

struct link *link_new(struct event_base *base, const char *dsn, int seconds, link_changed *changed, void *context);
void link_free(struct link *link);

bool link_ready(const struct link *link);
int link_in_flight(const struct link *link);

// Sends a question and its Sync. False, and nothing happens, if the link is not ready; a failure after that ends
// the command from the event loop.
bool link_send(struct link *link, struct link_command *command, const struct link_question *question);

#endif
