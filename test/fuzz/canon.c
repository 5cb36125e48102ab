// SPDX-License-Identifier: Apache-2.0
// Values as PostgreSQL prints them: what is copied straight into a leaf is what would have been written from a tree.
#include "audit/canon.h"

#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct buffer copied;
	const char *text = arena_copy_bytes(arena, bytes, length);
	const struct json *value = strlen(text) == length ? canon_read_stored(arena, text) : NULL;
	const char *written = value == NULL ? NULL : canon_text(arena, value);

	buffer_init(&copied, arena);
	const bool plain = canon_copy_stored(&copied, (const char *)bytes, length);
	demand(plain || copied.length == 0, "what is not plain leaves nothing behind");
	if (plain && written != NULL && canon_read(arena, written, strlen(written)) != NULL)
		demand(text_equals(copied.bytes, written), "it is the same");
	arena_free(arena);
	return 0;
}
