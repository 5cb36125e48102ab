// SPDX-License-Identifier: Apache-2.0
// Passwords, by libsodium.
#include "base/password.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "a hash has room");

void password_start(void)
{
	if (sodium_init() < 0)
		abort();
}

static size_t bytes_of(const struct password_cost *cost)
{
	return (size_t)cost->kibibytes * 1024;
}

bool password_hash(const char *password, const struct password_cost *cost, char hash[PASSWORD_HASH])
{
	return crypto_pwhash_str_alg(hash, password, strlen(password), (unsigned long long)cost->passes, bytes_of(cost),
	           crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_matches(const char *hash, const char *password)
{
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

bool password_is_outdated(const char *hash, const struct password_cost *cost)
{
	return crypto_pwhash_str_needs_rehash(hash, (unsigned long long)cost->passes, bytes_of(cost)) != 0;
}
