// SPDX-License-Identifier: Apache-2.0
// Files read whole and written safely.
#ifndef WEIHU_CLI_FILE_H
#define WEIHU_CLI_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

// What the file holds ("-": standard input); NULL after a complaint: not there, not text, too large.
char *file_read(struct arena *arena, const char *name);

// The same for bytes of any kind.
char *file_read_bytes(struct arena *arena, const char *name, size_t *length);

// The same for a file that must not be readable by others; a pipe or terminal passes.
char *file_read_secret(struct arena *arena, const char *name);

// What is left of an open stream, NULL after a complaint that calls it `name`.
char *file_read_stream(struct arena *arena, FILE *stream, const char *name);

// Replaces the file in one move, readable by its owner alone; its folder is made where it lacks. False after a
// complaint.
bool file_write_secret(struct arena *arena, const char *name, const char *text);

// Makes the folder of `name` and those above it, for the owner alone.
bool file_make_folder(struct arena *arena, const char *name);

// "$VARIABLE/weihu/name", or "~/fallback/weihu/name" where the variable is not set.
char *file_in_home(struct arena *arena, const char *variable, const char *fallback, const char *name);

#endif
