// SPDX-License-Identifier: Apache-2.0
// What the files that tell rows share.
#ifndef WEIHU_CLI_AUDIT_TOLD_PARTS_H
#define WEIHU_CLI_AUDIT_TOLD_PARTS_H

#include "cli/audit_told.h"

#define UNTOLD "{\"commitment\":\"\"}" // fits anything

const char *told_value(struct arena *arena, const struct json *value); // as JSON; NULL: UNTOLD
const char *told_text(struct arena *arena, const char *text);          // as JSON; NULL: null
// Tells a row whose text is JSON.
void told_tell(struct arena *arena, told_row *tell, void *context, const char *name, const char *text, bool may_go);

// Reviews, their records and decisions.
struct review_telling;
struct review_telling *review_telling_new(struct arena *arena);
void review_telling_take(struct review_telling *telling, const struct leaf *leaf, const char *id);
void review_telling_end(const struct review_telling *telling, told_row *tell, void *context);

#endif
