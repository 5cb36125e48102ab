// SPDX-License-Identifier: Apache-2.0
// The JSON reader: what it takes is written out and taken again, the same.
#include "base/json.h"

#include <string.h>

#include "fuzz.h"

static const char *print(const struct json *value, struct arena *arena)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_add_value(&out, NULL, value);
	return out.out.bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct faults faults;

	faults_init(&faults, arena);
	const struct json *value = json_read(arena, (const char *)bytes, length, &faults);
	demand((value == NULL) == (faults.count > 0), "there is a value or a complaint");
	if (value != NULL) {
		const char *once = print(value, arena);
		const struct json *again = json_read(arena, once, strlen(once), &faults);

		demand(again != NULL, "what was written can be read");
		demand(text_equals(once, print(again, arena)), "it is the same");
	}
	arena_free(arena);
	return 0;
}
