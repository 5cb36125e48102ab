// SPDX-License-Identifier: Apache-2.0
// Proof files: all leaves of one object, each with its way to a signed root. One can be shown alone, without the log.
#ifndef WEIHU_AUDIT_PROOF_FILE_H
#define WEIHU_AUDIT_PROOF_FILE_H

#include "audit/verify.h"

struct proof_file;

struct proof_file *proof_file_new(const char *object, struct arena *arena);
// Keeps the leaf if it is one of the object's.
void proof_file_take(struct proof_file *file, const struct leaf *leaf);
// The file, once the log has been verified that `note` is the checkpoint of.
const char *proof_file_print(const struct proof_file *file, const struct verification *verification, const char *note);

// Whether such a file proves what it says: its checkpoint is of this verified log, each leaf stands in it, and there
// are no others of that object up to then. False with faults of code "proof", and those of verify_pin().
bool proof_file_check(struct verification *verification, const char *name, const char *text, size_t length);

#endif
