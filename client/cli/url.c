// SPDX-License-Identifier: Apache-2.0
// Paths and queries of the API.
#include "cli/url.h"

#include <ctype.h>
#include <string.h>

void url_add_escaped(struct buffer *buffer, const char *text)
{
	for (const unsigned char *byte = (const unsigned char *)text; *byte; byte++)
		if (*byte < 0x80 && (isalnum(*byte) || strchr("-._~", *byte)))
			buffer_add_char(buffer, (char)*byte);
		else
			buffer_print(buffer, "%%%02X", *byte);
}

void url_add_query(struct buffer *query, const char *key, const char *value)
{
	buffer_add_char(query, query->length > 0 ? '&' : '?');
	url_add_escaped(query, key);
	buffer_add_char(query, '=');
	url_add_escaped(query, value);
}

char *url_fill(struct arena *arena, const char *pattern, const char *const *args, size_t count)
{
	struct buffer path;
	buffer_init(&path, arena);
	for (const char *at = pattern; *at; at++)
		if (*at == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}') {
			size_t index = (size_t)(at[1] - '1');
			url_add_escaped(&path, index < count ? args[index] : "");
			at += 2;
		} else
			buffer_add_char(&path, *at);
	return path.bytes;
}
