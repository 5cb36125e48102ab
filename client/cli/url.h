// SPDX-License-Identifier: Apache-2.0
// Paths and queries of the API.
#ifndef WEIHU_CLI_URL_H
#define WEIHU_CLI_URL_H

#include <stddef.h>

#include "base/text.h"

// Adds `text` with all but unreserved characters (RFC 3986) as %XX.
void url_add_escaped(struct buffer *buffer, const char *text);

// Adds "?key=value", or "&key=value" behind a first one.
void url_add_query(struct buffer *query, const char *key, const char *value);

// `pattern` with {1}, {2}, … replaced by the escaped arguments.
char *url_fill(struct arena *arena, const char *pattern, const char *const *args, size_t count);

#endif
