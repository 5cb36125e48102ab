// SPDX-License-Identifier: Apache-2.0
// What is wrong with an input: a list, since a person wants to hear all of it at once.
#ifndef WEIHU_BASE_FAULT_H
#define WEIHU_BASE_FAULT_H

#include <stddef.h>

#include "base/arena.h"

struct fault {
	const char *field;   // the field's key, or "FILE:LINE" for a configuration
	const char *code;    // stable identifier: missing, unknown, type, range, length, choice, format, ...
	const char *message; // for people, English
	struct fault *next;
};

struct faults {
	struct arena *arena; // owns the list and its texts
	struct fault *first, *last;
	size_t count;
};

void faults_init(struct faults *faults, struct arena *arena);

// Appends one; `field` and `code` are copied.
void faults_add(struct faults *faults, const char *field, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
