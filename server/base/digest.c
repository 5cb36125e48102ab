// SPDX-License-Identifier: Apache-2.0
// Digests and random identifiers, by libcrypto.
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SHA256_BYTES 32
#define TOKEN_BYTES 32

static void hex(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * count] = '\0';
}

// Finding the algorithm costs more than a short digest does: it is found once.
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;

static void find_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256 == NULL)
		abort();
}

const char *digest_hex(struct arena *arena, const struct digest_part *parts, size_t count)
{
	unsigned char digest[SHA256_BYTES];
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	pthread_once(&once, find_sha256);
	if (context == NULL || EVP_DigestInit_ex2(context, sha256, NULL) != 1)
		abort();
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(context, parts[i].bytes, parts[i].length) != 1)
			abort();
	if (EVP_DigestFinal_ex(context, digest, NULL) != 1)
		abort();
	EVP_MD_CTX_free(context);
	char *text = arena_take(arena, 2 * SHA256_BYTES + 1);
	hex(digest, SHA256_BYTES, text);
	return text;
}

void random_bytes(unsigned char *bytes, size_t count)
{
	if (RAND_bytes(bytes, (int)count) != 1)
		abort();
}

void random_hex(size_t bytes, char *text)
{
	unsigned char random[64];

	if (bytes > sizeof(random))
		abort();
	random_bytes(random, bytes);
	hex(random, bytes, text);
}

void random_digits(char text[RANDOM_DIGITS])
{
	enum { BYTES = RANDOM_DIGITS / 2 };
	static _Thread_local unsigned char drawn[64 * BYTES];
	static _Thread_local size_t left;

	if (left == 0) {
		random_bytes(drawn, sizeof(drawn));
		left = sizeof(drawn);
	}
	left -= BYTES;
	hex(drawn + left, BYTES, text);
	memset(drawn + left, 0, BYTES);
}

bool secret_equals(const char *one, const char *other)
{
	size_t length = strlen(one);

	return strlen(other) == length && CRYPTO_memcmp(one, other, length) == 0;
}

static const char *token_print(struct arena *arena, const unsigned char bytes[TOKEN_BYTES])
{
	unsigned char encoded[4 * ((TOKEN_BYTES + 2) / 3) + 1];

	EVP_EncodeBlock(encoded, bytes, TOKEN_BYTES);
	for (char *c = (char *)encoded; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
	return arena_print(arena, "wh_%s", (char *)encoded);
}

const char *random_token(struct arena *arena)
{
	unsigned char random[TOKEN_BYTES];

	random_bytes(random, sizeof(random));
	return token_print(arena, random);
}

const char *derived_token(struct arena *arena, const char *secret, const char *salt)
{
	unsigned char derived[SHA256_BYTES];

	if (HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)salt, strlen(salt), derived, NULL) ==
	    NULL)
		abort();
	return token_print(arena, derived);
}
