// SPDX-License-Identifier: Apache-2.0
// Passwords: Argon2id (RFC 9106) by libsodium. Slow by intent: never on an event loop.
#ifndef WEIHU_BASE_PASSWORD_H
#define WEIHU_BASE_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#define PASSWORD_HASH 128 // bytes of a hash with its end

struct password_cost {
	int64_t passes, kibibytes;
};

// Once, before anything else of this file.
void password_start(void);

// "$argon2id$v=19$m=…", with a salt of its own. False when memory is out.
bool password_hash(const char *password, const struct password_cost *cost, char hash[PASSWORD_HASH]);

bool password_matches(const char *hash, const char *password);

// True if the hash was made at another cost than this.
bool password_is_outdated(const char *hash, const struct password_cost *cost);

#endif
