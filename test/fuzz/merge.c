// SPDX-License-Identifier: Apache-2.0
// A merge patch of ticket fields: each member that THE FIELD TABLE takes becomes engine text, is written back as JSON,
// and is taken again, the same.
#include <string.h>

#include "domain/field.h"
#include "domain/search.h"
#include "fuzz.h"

static const struct json *write_back(struct arena *arena, enum field_id id, const char *text, struct faults *faults)
{
	struct json_out out;

	json_out_init(&out, arena);
	json_begin(&out, NULL, '{');
	field_write(&out, id, text);
	json_end(&out, '}');
	const struct json *object = json_read(arena, out.out.bytes, out.out.length, faults);
	demand(object != NULL && object->count == 1, "a field is written as one member");
	return object->first;
}

static void take(struct arena *arena, enum field_id id, const struct json *value)
{
	struct faults faults;
	struct buffer terms;

	faults_init(&faults, arena);
	if (!field_check(id, value, &faults)) {
		demand(faults.count > 0, "a refusal says why");
		return;
	}
	const char *text = field_text(arena, id, value);
	const struct json *again = write_back(arena, id, text, &faults);
	demand(field_check(id, again, &faults), "what was written is taken again");
	demand(text_equals(text, field_text(arena, id, again)), "it is the same");
	buffer_init(&terms, arena);
	if (text != NULL)
		search_terms(&terms, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct faults faults;
	enum field_id id;

	faults_init(&faults, arena);
	const struct json *patch = json_read(arena, (const char *)bytes, length, &faults);
	if (patch != NULL && patch->type == JSON_OBJECT)
		for (const struct json *member = patch->first; member != NULL; member = member->next)
			if (field_find(member->key, &id))
				take(arena, id, member);
	arena_free(arena);
	return 0;
}
