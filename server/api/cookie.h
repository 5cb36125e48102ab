// SPDX-License-Identifier: Apache-2.0
// Sessions of browsers: a cookie (RFC 6265) that no script reads and no other site sends, and the proof that a change
// was asked for by a page of ours.
#ifndef WEIHU_API_COOKIE_H
#define WEIHU_API_COOKIE_H

#include "api/call.h"

// The session's token within the request's headers, not ended by NUL: `length` bytes; NULL when there is none, or two.
const char *cookie_token(const struct call *call, size_t *length);

void cookie_give(struct call *call, const char *token, int64_t seconds);
void cookie_take_back(struct call *call);

// What pages of ours send as X-CSRF-Token: made of the token, and worth nothing without it.
const char *csrf_proof(const struct call *call, const char *token);

// NULL, or why the request is not believed to come from a page of ours.
const char *csrf_origin_fault(const struct call *call); // by where the browser says that it comes from
const char *csrf_fault(const struct call *call);        // by that, and the proof

#endif
