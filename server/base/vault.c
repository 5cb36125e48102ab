// SPDX-License-Identifier: Apache-2.0
// Sealing and opening: nonce and box, in hexadecimal digits.
#include "base/vault.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define MARK crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEALED_MOST 256 // bytes

_Static_assert(VAULT_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key is the cipher's");

void vault_key_new(char text[2 * VAULT_KEY + 1])
{
	random_hex(VAULT_KEY, text);
}

static bool bytes_read(const char *text, unsigned char *bytes, size_t count)
{
	size_t read;

	return sodium_hex2bin(bytes, count, text, strlen(text), NULL, &read, NULL) == 0 && read == count &&
	    strlen(text) == 2 * count;
}

bool vault_read_key(struct vault *vault, const char *text)
{
	return bytes_read(text, vault->key, sizeof(vault->key));
}

const char *vault_seal(const struct vault *vault, const char *subject, const unsigned char *bytes, size_t count,
    struct arena *arena)
{
	unsigned char sealed[SEALED_MOST];
	unsigned long long length;

	if (count + NONCE + MARK > sizeof(sealed))
		abort();
	random_bytes(sealed, NONCE);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, &length, bytes, count,
	        (const unsigned char *)subject, strlen(subject), NULL, sealed, vault->key) != 0)
		abort();
	size_t room = 2 * (NONCE + (size_t)length) + 1;
	return sodium_bin2hex(arena_take(arena, room), room, sealed, NONCE + (size_t)length);
}

bool vault_open(const struct vault *vault, const char *subject, const char *sealed, unsigned char *bytes, size_t count)
{
	unsigned char box[SEALED_MOST];
	unsigned long long length;

	return count + NONCE + MARK <= sizeof(box) && bytes_read(sealed, box, count + NONCE + MARK) &&
	    crypto_aead_xchacha20poly1305_ietf_decrypt(bytes, &length, NULL, box + NONCE, count + MARK,
	        (const unsigned char *)subject, strlen(subject), box, vault->key) == 0;
}
