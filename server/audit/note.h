// SPDX-License-Identifier: Apache-2.0
// Signed notes (C2SP signed-note, Ed25519) and timestamped cosignatures (C2SP tlog-cosignature).
#ifndef WEIHU_AUDIT_NOTE_H
#define WEIHU_AUDIT_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

#define KEY_BYTES 32
#define KEYS_MOST 16

enum key_type { KEY_ED25519 = 1, KEY_COSIGNER = 4 };

struct key { // one that verifies; with a seed also one that signs
	const char *name;
	uint32_t id;
	enum key_type type;
	unsigned char bytes[KEY_BYTES], seed[KEY_BYTES];
	bool signs;
};

struct keys {
	struct key list[KEYS_MOST];
	size_t count;
};

// Reads one verifier key, "NAME+ID+BASE64", or one signer key, "PRIVATE+KEY+NAME+ID+BASE64".
bool key_read(const char *text, struct key *key, struct arena *arena);
// The keys of a file's text, one a line; empty lines and those with # are left out. False with a fault named `file`.
bool keys_read(const char *text, const char *file, struct keys *keys, struct arena *arena, struct faults *faults);
// A new one that signs, from the system's random source.
struct key key_new(const char *name);
bool key_name_is_right(const char *name);

const char *key_print(const struct key *key, struct arena *arena);        // the verifier key
const char *key_print_secret(const struct key *key, struct arena *arena); // the signer key

// "— NAME SIGNATURE\n" for a text that ends with a newline.
const char *note_sign(const char *text, const struct key *key, struct arena *arena);

struct note {
	const char *text;       // what is signed, with its last newline
	const char *signatures; // the lines after the blank one
};

// Splits a note; false when it is none.
bool note_split(const char *note, size_t length, struct note *split, struct arena *arena);

enum signed_by { SIGNED_NOT, SIGNED_WRONGLY, SIGNED };

// Whether the key signed the note; of a cosignature `time` receives its seconds since 1970.
enum signed_by note_signed(const struct note *note, const struct key *key, uint64_t *time);

char *base64_print(struct arena *arena, const void *bytes, size_t length);
// The bytes, and how many; NULL when it is no base64.
unsigned char *base64_read(struct arena *arena, const char *text, size_t length, size_t *count);

#endif
