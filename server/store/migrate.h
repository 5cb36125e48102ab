// SPDX-License-Identifier: Apache-2.0
// Migrations: numbered SQL files under schema/ (deploy, revert, verify beside each other), run by the database's owner.
#ifndef WEIHU_STORE_MIGRATE_H
#define WEIHU_STORE_MIGRATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"

// Brings the database to the newest schema: every schema/deploy/NNNN_name.sql that table `migration` does not know yet,
// in order, each in a transaction of its own with its schema/verify/ file run in it. One migrator at a time (advisory
// lock). A deployed file that was changed since is a fault. `done` receives how many were deployed.
bool migrate_deploy(const char *owner_dsn, const char *folder, int *done, struct arena *arena, struct faults *faults);

// Takes the newest `count` migrations back by their schema/revert/ files.
bool migrate_revert(const char *owner_dsn, const char *folder, int count, int *done, struct arena *arena,
    struct faults *faults);

// True if the database has exactly the migrations of the folder; else faults name what is missing or unknown.
bool migrate_check(const char *dsn, const char *folder, struct arena *arena, struct faults *faults);

// Registers the workflow with its source text and edges, and returns its version in the database: the same source gives
// the same version again. 0 with a fault otherwise.
int migrate_workflow(const char *owner_dsn, const char *name, const char *source, const char *edges_json,
    struct arena *arena, struct faults *faults);

#endif
