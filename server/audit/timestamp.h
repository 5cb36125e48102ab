// SPDX-License-Identifier: Apache-2.0
// Timestamps of RFC 3161: asking for one, and whether an answer is about what was asked.
#ifndef WEIHU_AUDIT_TIMESTAMP_H
#define WEIHU_AUDIT_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

// A query for the SHA-256 of the text, in DER; its length in `length`.
const unsigned char *timestamp_query(const char *text, size_t *length, struct arena *arena);
// True if the answer grants a timestamp for this text; `when` receives its time as RFC 3339. Whether its signer
// deserves trust is for `openssl ts -verify` with the authority's certificate to say.
bool timestamp_grants(const unsigned char *answer, size_t length, const char *text, const char **when,
    struct arena *arena);

#endif
