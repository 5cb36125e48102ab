// SPDX-License-Identifier: Apache-2.0
// Notes: a text, a blank line, signature lines.
#include "audit/note.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/tree.h"
#include "base/text.h"

#define DASH "\xe2\x80\x94 " // an em dash and a space
#define SIGNATURE_BYTES 64
#define TIME_BYTES 8
#define ID_BYTES 4

char *base64_print(struct arena *arena, const void *bytes, size_t length)
{
	unsigned char *text = arena_take(arena, (length + 2) / 3 * 4 + 1);

	EVP_EncodeBlock(text, bytes, (int)length);
	return (char *)text;
}

unsigned char *base64_read(struct arena *arena, const char *text, size_t length, size_t *count)
{
	size_t padding = length >= 1 && text[length - 1] == '=' ? 1 + (length >= 2 && text[length - 2] == '=') : 0;
	unsigned char *bytes = arena_take(arena, length / 4 * 3 + 1);

	if (length == 0 || length % 4 != 0 || length > INT32_MAX || memchr(text, '=', length - padding) != NULL ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length) != (int)(length / 4 * 3))
		return NULL;
	*count = length / 4 * 3 - padding;
	const char *again = base64_print(arena, bytes, *count); // refuses spaces and bits that say nothing
	return strncmp(again, text, length) == 0 && strlen(again) == length ? bytes : NULL;
}

static uint32_t number_read(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void number_write(uint32_t number, unsigned char *bytes)
{
	for (int i = 0; i < ID_BYTES; i++)
		bytes[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t key_id(const struct key *key)
{
	unsigned char type = (unsigned char)key->type;
	const struct hash_part parts[] = {{key->name, strlen(key->name)}, {"\n", 1}, {&type, 1},
	    {key->bytes, KEY_BYTES}};
	const struct hash hash = hash_parts(parts, 4);

	return number_read(hash.bytes);
}

bool key_name_is_right(const char *name)
{
	return text_is_token(name) && strchr(name, '+') == NULL;
}

static void key_complete(struct key *key)
{
	size_t length = KEY_BYTES;
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, KEY_BYTES);

	if (pair == NULL || EVP_PKEY_get_raw_public_key(pair, key->bytes, &length) != 1)
		abort();
	EVP_PKEY_free(pair);
}

struct key key_new(const char *name)
{
	struct key key = {.name = name, .type = KEY_ED25519, .signs = true};

	if (RAND_bytes(key.seed, KEY_BYTES) != 1)
		abort();
	key_complete(&key);
	key.id = key_id(&key);
	return key;
}

#define SECRET "PRIVATE+KEY+"

bool key_read(const char *text, struct key *key, struct arena *arena)
{
	*key = (struct key){.signs = text_starts(text, SECRET)};
	if (key->signs)
		text += strlen(SECRET);
	const char *id = strchr(text, '+'), *material = id == NULL ? NULL : strchr(id + 1, '+');
	if (material == NULL || material - id != 9 || strspn(id + 1, "0123456789abcdef") != 8)
		return false;
	size_t count;
	const unsigned char *bytes = base64_read(arena, material + 1, strlen(material + 1), &count);
	if (bytes == NULL || count != 1 + KEY_BYTES || (bytes[0] != KEY_ED25519 && bytes[0] != KEY_COSIGNER))
		return false;
	key->name = arena_copy_bytes(arena, text, (size_t)(id - text));
	key->type = (enum key_type)bytes[0];
	key->id = (uint32_t)strtoul(id + 1, NULL, 16);
	memcpy(key->signs ? key->seed : key->bytes, bytes + 1, KEY_BYTES);
	if (key->signs)
		key_complete(key);
	return key_name_is_right(key->name) && key->id == key_id(key);
}

bool keys_read(const char *text, const char *file, struct keys *keys, struct arena *arena, struct faults *faults)
{
	char *rest = NULL;

	keys->count = 0;
	for (char *line = strtok_r(arena_copy(arena, text), "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			continue;
		if (keys->count == KEYS_MOST || !key_read(line, &keys->list[keys->count], arena)) {
			faults_add(faults, file, "key", "holds a line that is no key of a signed note");
			return false;
		}
		keys->count++;
	}
	if (keys->count == 0)
		faults_add(faults, file, "key", "holds no key");
	return keys->count > 0;
}

static const char *key_material(const struct key *key, const unsigned char *bytes, struct arena *arena)
{
	unsigned char material[1 + KEY_BYTES] = {(unsigned char)key->type};

	memcpy(material + 1, bytes, KEY_BYTES);
	return base64_print(arena, material, sizeof(material));
}

const char *key_print(const struct key *key, struct arena *arena)
{
	return arena_print(arena, "%s+%08" PRIx32 "+%s", key->name, key->id, key_material(key, key->bytes, arena));
}

const char *key_print_secret(const struct key *key, struct arena *arena)
{
	return arena_print(arena, SECRET "%s+%08" PRIx32 "+%s", key->name, key->id,
	    key_material(key, key->seed, arena));
}

const char *note_sign(const char *text, const struct key *key, struct arena *arena)
{
	unsigned char signature[ID_BYTES + SIGNATURE_BYTES];
	size_t length = SIGNATURE_BYTES;
	EVP_PKEY *pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, KEY_BYTES);
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	number_write(key->id, signature);
	if (pair == NULL || context == NULL || EVP_DigestSignInit(context, NULL, NULL, NULL, pair) != 1 ||
	    EVP_DigestSign(context, signature + ID_BYTES, &length, (const unsigned char *)text, strlen(text)) != 1)
		abort();
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pair);
	return arena_print(arena, DASH "%s %s\n", key->name, base64_print(arena, signature, sizeof(signature)));
}

static bool has_controls(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\n')
			return true;
	return false;
}

bool note_split(const char *note, size_t length, struct note *split, struct arena *arena)
{
	const char *text = arena_copy_bytes(arena, note, length), *blank = NULL;

	if (length == 0 || note[length - 1] != '\n' || has_controls(note, length) || !text_is_utf8(note, length))
		return false;
	for (const char *at = strstr(text, "\n\n"); at != NULL; at = strstr(at + 1, "\n\n"))
		blank = at;
	if (blank == NULL || blank[2] == '\0')
		return false;
	for (const char *line = blank + 2; *line != '\0'; line = strchr(line, '\n') + 1)
		if (!text_starts(line, DASH))
			return false;
	split->text = arena_copy_bytes(arena, text, (size_t)(blank + 1 - text));
	split->signatures = blank + 2;
	return true;
}

static bool signature_is_right(const char *text, const struct key *key, const unsigned char *signature)
{
	EVP_PKEY *pair = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->bytes, KEY_BYTES);
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context == NULL)
		abort();
	bool right = pair != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pair) == 1 &&
	    EVP_DigestVerify(context, signature, SIGNATURE_BYTES, (const unsigned char *)text, strlen(text)) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pair);
	return right;
}

static bool cosignature_is_right(const char *text, const struct key *key, const unsigned char *signature,
    uint64_t *time, struct arena *arena)
{
	*time = (uint64_t)number_read(signature) << 32 | number_read(signature + 4);
	const char *message = arena_print(arena, "cosignature/v1\ntime %" PRIu64 "\n%s", *time, text);
	return signature_is_right(message, key, signature + TIME_BYTES);
}

// The line's signature by this key, or SIGNED_NOT.
static enum signed_by line_signed(const char *line, const char *text, const struct key *key, uint64_t *time,
    struct arena *arena)
{
	const char *name = line + strlen(DASH), *end = strchr(name, '\n'),
	           *space = memchr(name, ' ', (size_t)(end - name));
	size_t count, wanted = ID_BYTES + SIGNATURE_BYTES + (key->type == KEY_COSIGNER ? TIME_BYTES : 0);

	if (space == NULL || (size_t)(space - name) != strlen(key->name) ||
	    strncmp(name, key->name, strlen(key->name)) != 0)
		return SIGNED_NOT;
	const unsigned char *bytes = base64_read(arena, space + 1, (size_t)(end - space - 1), &count);
	if (bytes == NULL || count < ID_BYTES || number_read(bytes) != key->id)
		return SIGNED_NOT;
	bool right = count == wanted &&
	    (key->type == KEY_COSIGNER ? cosignature_is_right(text, key, bytes + ID_BYTES, time, arena)
	                               : signature_is_right(text, key, bytes + ID_BYTES));
	return right ? SIGNED : SIGNED_WRONGLY;
}

enum signed_by note_signed(const struct note *note, const struct key *key, uint64_t *time)
{
	struct arena *arena = arena_new();
	enum signed_by found = SIGNED_NOT;
	uint64_t unused;

	for (const char *line = note->signatures; *line != '\0' && found == SIGNED_NOT; line = strchr(line, '\n') + 1)
		found = line_signed(line, note->text, key, time == NULL ? &unused : time, arena);
	arena_free(arena);
	return found;
}
