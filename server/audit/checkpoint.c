// SPDX-License-Identifier: Apache-2.0
// A checkpoint is three lines: origin, size, root.
#include "audit/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *checkpoint_print(const struct checkpoint *checkpoint, struct arena *arena)
{
	return arena_print(arena, "%s\n%" PRIu64 "\n%s\n", checkpoint->origin, checkpoint->size,
	    base64_print(arena, checkpoint->root.bytes, HASH_BYTES));
}

bool checkpoint_read(const char *text, struct checkpoint *checkpoint, struct arena *arena)
{
	const char *size = strchr(text, '\n'), *root = size == NULL ? NULL : strchr(size + 1, '\n');
	const char *end = root == NULL ? NULL : strchr(root + 1, '\n');
	int64_t number;
	size_t count;

	if (end == NULL || size == text)
		return false;
	const char *digits = arena_copy_bytes(arena, size + 1, (size_t)(root - size - 1));
	if (!text_to_int(digits, 0, INT64_MAX, &number) || *digits == '-' || (*digits == '0' && digits[1] != '\0'))
		return false;
	const unsigned char *bytes = base64_read(arena, root + 1, (size_t)(end - root - 1), &count);
	if (bytes == NULL || count != HASH_BYTES)
		return false;
	checkpoint->origin = arena_copy_bytes(arena, text, (size_t)(size - text));
	checkpoint->size = (uint64_t)number;
	memcpy(checkpoint->root.bytes, bytes, HASH_BYTES);
	return true;
}

const char *checkpoint_sign(const struct checkpoint *checkpoint, const struct keys *keys, struct arena *arena)
{
	const char *body = checkpoint_print(checkpoint, arena);
	struct buffer note;

	buffer_init(&note, arena);
	buffer_print(&note, "%s\n", body);
	for (size_t i = 0; i < keys->count; i++)
		buffer_add_text(&note, note_sign(body, &keys->list[i], arena));
	return note.bytes;
}

bool checkpoint_open(const char *note, size_t length, const char *what, const struct keys *keys,
    struct opened_checkpoint *opened, struct arena *arena, struct faults *faults)
{
	opened->key = NULL;
	if (!note_split(note, length, &opened->note, arena) ||
	    !checkpoint_read(opened->note.text, &opened->checkpoint, arena)) {
		faults_add(faults, what, "format", "is no signed checkpoint");
		return false;
	}
	for (size_t i = 0; i < keys->count; i++) {
		const struct key *key = &keys->list[i];
		enum signed_by found = note_signed(&opened->note, key, NULL);

		if (found == SIGNED_WRONGLY) {
			faults_add(faults, what, "signature", "bears a signature of %s that is wrong", key->name);
			return false;
		}
		if (found == SIGNED && opened->key == NULL && key->type == KEY_ED25519 &&
		    strcmp(key->name, opened->checkpoint.origin) == 0)
			opened->key = key;
	}
	if (opened->key == NULL)
		faults_add(faults, what, "signature", "is not signed by the log's key");
	return opened->key != NULL;
}
