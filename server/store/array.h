// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's arrays in binary form, for statements that take long lists.
#ifndef WEIHU_STORE_ARRAY_H
#define WEIHU_STORE_ARRAY_H

#include <stdbool.h>

#include "base/text.h"

// Types of elements, by their numbers in pg_type. Of none it is no array but a bytea: what is added to `out` as it is.
enum array_type {
	ARRAY_NONE = 0,
	ARRAY_BOOL = 16,
	ARRAY_BYTES = 17,
	ARRAY_WHOLE = 20,
	ARRAY_SMALL = 23,
	ARRAY_TEXT = 25
};

struct array {
	struct buffer out; // once finished, the parameter
	enum array_type type;
	uint32_t count;
};

void array_init(struct array *array, enum array_type type, struct arena *arena);
void array_add_bytes(struct array *array, const void *bytes, size_t length); // of ARRAY_BYTES, ARRAY_TEXT
void array_add_text(struct array *array, const char *text);
void array_add_whole(struct array *array, int64_t number);
void array_add_small(struct array *array, int32_t number);
void array_add_bool(struct array *array, bool truth);
void array_finish(struct array *array);

#endif
