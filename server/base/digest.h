// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) and random identifiers.
#ifndef WEIHU_BASE_DIGEST_H
#define WEIHU_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct digest_part {
	const void *bytes;
	size_t length;
};

// SHA-256 of the parts one after the other, as 64 lower-case hexadecimal digits in the arena.
const char *digest_hex(struct arena *arena, const struct digest_part *parts, size_t count);

// `count` bytes from the system's random source.
void random_bytes(unsigned char *bytes, size_t count);

// `bytes` (at most 64) from the system's random source, as hexadecimal digits; `text` has 2 * bytes + 1 bytes.
void random_hex(size_t bytes, char *text);

#define RANDOM_DIGITS 33

// 128 bits from the system's random source as hexadecimal digits, for names that nobody is to share and for salts:
// drawn for many at once, since a draw costs much, whatever its size. What was given out is forgotten here.
void random_digits(char text[RANDOM_DIGITS]);

// A token that is the same for the same secret and salt: HMAC-SHA-256 (RFC 2104) of the salt under the secret.
const char *derived_token(struct arena *arena, const char *secret, const char *salt);

// Whether two texts are the same, in a time that does not tell how much of them is.
bool secret_equals(const char *one, const char *other);

// A token: "wh_" and 256 random bits in base64url (RFC 4648, section 5), in the arena.
const char *random_token(struct arena *arena);

#endif
