// SPDX-License-Identifier: Apache-2.0
// What a token is good for: never more than its person may do, and less where it says so.
#ifndef WEIHU_API_SCOPE_H
#define WEIHU_API_SCOPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "http/http.h"

enum scope { SCOPE_READ, SCOPE_WRITE, SCOPE_AUDIT, SCOPE_ADMIN, SCOPE_COUNT };

typedef unsigned scope_set; // bit n: enum scope n

#define SCOPE_BIT(scope) (1U << (scope))
#define SCOPE_ALL (SCOPE_BIT(SCOPE_COUNT) - 1)

extern const char *const scope_names[SCOPE_COUNT + 1]; // NULL at the end

// "read,write"; what is no scope is left out.
scope_set scopes_read(const char *names);

const char *scopes_text(scope_set scopes, struct arena *arena); // the way back

// The scope that an operation takes: by its permission, or else by its method.
enum scope scope_of(const char *permission, enum http_method method);

#endif
