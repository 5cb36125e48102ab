// SPDX-License-Identifier: Apache-2.0
// What the files of the migrator share; nobody else includes it.
#ifndef WEIHU_STORE_MIGRATE_PARTS_H
#define WEIHU_STORE_MIGRATE_PARTS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"

struct migration {
	int number;
	const char *name;   // "0002_record"
	const char *sha256; // hexadecimal, of the deploy file
};

struct migrations { // in order of number
	struct migration *list;
	size_t count;
};

enum migrate_step { STEP_DEPLOY, STEP_REVERT, STEP_VERIFY }; // each a folder beside the others

// migrate_files.c: the folder. The numbers must run from 1 without a gap.
bool migrations_read(const char *folder, struct migrations *found, struct arena *arena, struct faults *faults);
const char *migration_path(const char *folder, enum migrate_step step, const struct migration *migration,
    struct arena *arena);
// The file's text, or NULL with a fault whose field is the path.
char *migration_text(const char *path, struct arena *arena, struct faults *faults);

// migrate_script.c: runs the statements of a file; the fault of a failing one has FILE:LINE as its field.
bool script_run(PGconn *connection, const char *path, const char *text, struct arena *arena, struct faults *faults);
char *line_of(const char *text, struct arena *arena); // a message of several lines in one
// The server's complaint in one line: message, detail, context, hint.
const char *complaint_text(const PGresult *result, struct arena *arena);

#endif
