// SPDX-License-Identifier: Apache-2.0
// As array_recv() of PostgreSQL's src/backend/utils/adt/arrayfuncs.c reads them: dimensions, whether there are nulls,
// the type, the one dimension's length and its first index; then each element behind its length.
#include "store/array.h"

#include <arpa/inet.h>
#include <string.h>

#define COUNT_AT 12 // where the dimension's length stands

static void add_number(struct buffer *out, uint32_t number)
{
	uint32_t bytes = htonl(number);

	buffer_add(out, &bytes, sizeof(bytes));
}

void array_init(struct array *array, enum array_type type, struct arena *arena)
{
	const uint32_t head[] = {1, 0, type, 0, 1};

	*array = (struct array){.type = type};
	buffer_init(&array->out, arena);
	for (size_t i = 0; type != ARRAY_NONE && i < sizeof(head) / sizeof(*head); i++)
		add_number(&array->out, head[i]);
}

void array_add_bytes(struct array *array, const void *bytes, size_t length)
{
	add_number(&array->out, (uint32_t)length);
	buffer_add(&array->out, bytes, length);
	array->count++;
}

void array_add_text(struct array *array, const char *text)
{
	array_add_bytes(array, text, strlen(text));
}

void array_add_whole(struct array *array, int64_t number)
{
	const uint32_t halves[] = {htonl((uint32_t)((uint64_t)number >> 32)), htonl((uint32_t)number)};

	array_add_bytes(array, halves, sizeof(halves));
}

void array_add_small(struct array *array, int32_t number)
{
	const uint32_t bytes = htonl((uint32_t)number);

	array_add_bytes(array, &bytes, sizeof(bytes));
}

void array_add_bool(struct array *array, bool truth)
{
	const char byte = truth ? 1 : 0;

	array_add_bytes(array, &byte, 1);
}

void array_finish(struct array *array)
{
	uint32_t count = htonl(array->count);

	if (array->type != ARRAY_NONE)
		memcpy(array->out.bytes + COUNT_AT, &count, sizeof(count));
}
