// SPDX-License-Identifier: Apache-2.0
// Files of keys, mode 0600: the log's, one signer key a line (two are a rotation under way: both sign), and that of
// second factors.
#ifndef WEIHU_JOBS_KEY_FILE_H
#define WEIHU_JOBS_KEY_FILE_H

#include <stdbool.h>

#include "audit/note.h"
#include "base/vault.h"

// Each answers false with a fault named by the file.
bool key_file_create(const char *file, const char *name, struct arena *arena,
    struct faults *faults);                                                         // never overwrites
bool key_file_rotate(const char *file, struct arena *arena, struct faults *faults); // adds a second key
bool key_file_retire(const char *file, struct arena *arena, struct faults *faults); // drops the older of two
// Keys of one name, which others cannot read.
bool key_file_read(const char *file, struct keys *keys, struct arena *arena, struct faults *faults);

// The key of a vault, which others cannot read; made when there is none.
bool key_file_vault(const char *file, struct vault *vault, struct arena *arena, struct faults *faults);

// The first line of a file that others cannot read, or NULL.
const char *key_file_line(const char *file, struct arena *arena, struct faults *faults);

// A small file's text, NULL without a fault when there is none (`missing` set) or with one.
const char *file_text(const char *file, bool *missing, struct arena *arena, struct faults *faults);
// Writes a file whole or not at all, mode 0600, on the disk when it returns.
bool file_replace(const char *file, const char *text, struct arena *arena, struct faults *faults);

#endif
