// SPDX-License-Identifier: Apache-2.0
// One-time codes, by libcrypto's HMAC.
#include "base/totp.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"

#define STEP_SECONDS 30
#define STEPS_ASIDE 1 // that a clock may be wrong by

int64_t totp_step(moment at)
{
	return at / (STEP_SECONDS * MOMENT_SECOND);
}

// RFC 4226, section 5.3.
void totp_code(const unsigned char *secret, size_t length, int64_t step, char code[TOTP_DIGITS + 1])
{
	unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (unsigned char)((uint64_t)step >> (8 * (sizeof(counter) - 1 - i)));
	if (HMAC(EVP_sha1(), secret, (int)length, counter, sizeof(counter), mac, &size) == NULL)
		abort();
	const unsigned char *at = mac + (mac[size - 1] & 15);
	uint32_t number = (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	snprintf(code, TOTP_DIGITS + 1, "%06u", (unsigned)(number % 1000000));
}

// Every step is looked at, whichever fits.
int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code, moment at, int64_t last)
{
	int64_t now = totp_step(at), found = 0;
	char right[TOTP_DIGITS + 1];

	if (strlen(code) != TOTP_DIGITS)
		return 0;
	for (int64_t step = now - STEPS_ASIDE; step <= now + STEPS_ASIDE; step++) {
		totp_code(secret, TOTP_SECRET, step, right);
		if (CRYPTO_memcmp(right, code, TOTP_DIGITS) == 0 && step > last && found == 0)
			found = step;
	}
	OPENSSL_cleanse(right, sizeof(right));
	return found;
}

void totp_secret(unsigned char secret[TOTP_SECRET])
{
	random_bytes(secret, TOTP_SECRET);
}

const char *base32_print(const unsigned char *bytes, size_t count, struct arena *arena)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *text = arena_take(arena, (count * 8 + 4) / 5 + 1);
	size_t length = 0;
	unsigned held = 0, bits = 0;

	for (size_t i = 0; i < count; i++) {
		held = held << 8 | bytes[i];
		for (bits += 8; bits >= 5; bits -= 5)
			text[length++] = digits[held >> (bits - 5) & 31];
		held &= (1U << bits) - 1;
	}
	if (bits > 0)
		text[length++] = digits[held << (5 - bits) & 31];
	text[length] = '\0';
	return text;
}

const char *recovery_code(struct arena *arena)
{
	unsigned char bytes[RECOVERY_BITS / 8];
	struct buffer text;

	random_bytes(bytes, sizeof(bytes));
	const char *letters = base32_print(bytes, sizeof(bytes), arena);
	buffer_init(&text, arena);
	for (size_t i = 0; letters[i] != '\0'; i += 4)
		buffer_print(&text, "%s%.4s", i > 0 ? "-" : "", letters + i);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return text.bytes;
}

const char *recovery_plain(const char *typed, struct arena *arena)
{
	char *plain = arena_copy(arena, typed);
	size_t length = 0;

	for (const char *c = typed; *c != '\0'; c++)
		if (isalnum((unsigned char)*c))
			plain[length++] = (char)tolower((unsigned char)*c);
	plain[length] = '\0';
	return plain;
}
