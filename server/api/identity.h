// SPDX-License-Identifier: Apache-2.0
// The first steps of every call: who calls, and the query and body as read; permit.h stands between.
#ifndef WEIHU_API_IDENTITY_H
#define WEIHU_API_IDENTITY_H

#include "api/call.h"

// "lead,admin", which is taken apart.
role_set roles_read(char *names);

enum outcome authenticate(struct call *call); // Authorization: Bearer, or the session cookie
enum outcome read_query(struct call *call);   // into call->query; unknown names are refused
enum outcome read_body(struct call *call);    // into call->body: a JSON object for POST and PATCH

// The version that If-Match names; 0 when the header is absent or "*". False if it cannot be read.
bool call_if_match(const struct call *call, int64_t *version);

#endif
