// SPDX-License-Identifier: Apache-2.0
// What is asked of the database outside the event loop: the workflows that are registered, the first administrator.
#ifndef WEIHU_STORE_SETUP_H
#define WEIHU_STORE_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"

struct registered_workflow {
	int version;
	const char *name, *source;
};

struct registered_workflows {
	struct registered_workflow *rows; // by version
	size_t count;
};

// Every workflow that tickets may run under.
bool setup_workflows(const char *dsn, struct registered_workflows *workflows, struct arena *arena,
    struct faults *faults);

// Makes sure that there is a person with the role admin (added when the login is new) and gives it a token by its
// SHA-256 in hexadecimal. Asked as the database's owner.
bool setup_admin(const char *owner_dsn, const char *login, const char *name, const char *token_hash,
    struct arena *arena, struct faults *faults);

// True if the database knows the time zone; else a fault (code "unknown").
bool setup_zone(const char *dsn, const char *zone, struct faults *faults);

// Tells by faults (code "rights") where the role of `dsn` may do more than the service needs, or less.
bool setup_rights(const char *dsn, struct faults *faults);

#endif
