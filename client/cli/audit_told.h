// SPDX-License-Identifier: Apache-2.0
// Rows of the register as leaves tell them, piece by piece: tokens and sessions, passwords, second factors, loans,
// designations, readings, documents and assets, workflows, reviews, keys.
#ifndef WEIHU_CLI_AUDIT_TOLD_H
#define WEIHU_CLI_AUDIT_TOLD_H

#include "audit/leaf.h"

struct telling;

struct telling *telling_new(struct arena *arena);
void telling_take(struct telling *telling, const struct leaf *leaf);
// Each row as the whole log leaves it: its name ("token/5") and its text, in which {"commitment": ...} stands for what
// nobody told. `may_go`: it is removed in time.
typedef void told_row(void *context, const char *name, const struct json *row, bool may_go);
void telling_end(struct telling *telling, told_row *tell, void *context);

#endif
