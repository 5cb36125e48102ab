// SPDX-License-Identifier: Apache-2.0
// Canonical JSON (RFC 8785): one value, one text.
#ifndef WEIHU_AUDIT_CANON_H
#define WEIHU_AUDIT_CANON_H

#include "base/json.h"

void canon_write(struct buffer *out, const struct json *value);
const char *canon_text(struct arena *arena, const struct json *value);

#endif
