// SPDX-License-Identifier: Apache-2.0
// What the database must keep but may not know: XChaCha20-Poly1305 by libsodium, under a key that is kept elsewhere.
#ifndef WEIHU_BASE_VAULT_H
#define WEIHU_BASE_VAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define VAULT_KEY 32 // bytes

struct vault {
	unsigned char key[VAULT_KEY];
};

// A new key as 64 hexadecimal digits, and the vault of such a key; false if the text is none. password_start() came
// before.
void vault_key_new(char text[2 * VAULT_KEY + 1]);
bool vault_read_key(struct vault *vault, const char *text);

// `count` bytes sealed for `subject`, in hexadecimal digits in the arena: opened for another subject they are nothing.
const char *vault_seal(const struct vault *vault, const char *subject, const unsigned char *bytes, size_t count,
    struct arena *arena);

// False if that is not what was sealed so, for this subject, under this key.
bool vault_open(const struct vault *vault, const char *subject, const char *sealed, unsigned char *bytes, size_t count);

#endif
