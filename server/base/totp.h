// SPDX-License-Identifier: Apache-2.0
// One-time codes by time: RFC 6238 over HMAC-SHA-1 (RFC 4226), steps of 30 seconds, 6 digits; and codes to recover
// with.
#ifndef WEIHU_BASE_TOTP_H
#define WEIHU_BASE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"

#define TOTP_SECRET 20    // bytes (RFC 4226, section 4, R6)
#define TOTP_DIGITS 6     // of a code
#define RECOVERY_BITS 120 // of chance in a recovery code: enough for a plain digest of it to keep it

// The step at a moment.
int64_t totp_step(moment at);

// The code of a step, with leading zeros.
void totp_code(const unsigned char *secret, size_t length, int64_t step, char code[TOTP_DIGITS + 1]);

// The step whose code this is: that of `at`, or one beside it, and later than `last`, which was used. 0: none.
int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code, moment at, int64_t last);

// A secret from the system's random source.
void totp_secret(unsigned char secret[TOTP_SECRET]);

// Base 32 without padding (RFC 4648, section 6), as apps read a secret; in the arena.
const char *base32_print(const unsigned char *bytes, size_t count, struct arena *arena);

// A recovery code, in groups of four, in the arena; and one that was typed, as it is digested: letters (small ones) and
// digits alone.
const char *recovery_code(struct arena *arena);
const char *recovery_plain(const char *typed, struct arena *arena);

#endif
