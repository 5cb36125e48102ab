// SPDX-License-Identifier: Apache-2.0
// The log's key file: one signer key a line, mode 0600. Two lines are a rotation under way: both sign.
#ifndef WEIHU_JOBS_KEY_FILE_H
#define WEIHU_JOBS_KEY_FILE_H

#include <stdbool.h>

#include "audit/note.h"

// Each answers false with a fault named by the file.
bool key_file_create(const char *file, const char *name, struct arena *arena,
    struct faults *faults);                                                         // never overwrites
bool key_file_rotate(const char *file, struct arena *arena, struct faults *faults); // adds a second key
bool key_file_retire(const char *file, struct arena *arena, struct faults *faults); // drops the older of two
// Keys of one name, which others cannot read.
bool key_file_read(const char *file, struct keys *keys, struct arena *arena, struct faults *faults);

// A small file's text, NULL without a fault when there is none (`missing` set) or with one.
const char *file_text(const char *file, bool *missing, struct arena *arena, struct faults *faults);
// Writes a file whole or not at all, mode 0600, on the disk when it returns.
bool file_replace(const char *file, const char *text, struct arena *arena, struct faults *faults);

#endif
