// SPDX-License-Identifier: Apache-2.0
// The request guard: a head, and behind it the lines of a chunked body. What it lets pass is as clean as RFC 9112
// wants, and passes again when it is written out as evhttp gets it.
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "http/head.h"

static const struct http_limits limits = {.header_most = 16384, .body_most = 1 << 20};

static bool is_printable(struct span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (span.at[i] <= ' ' || span.at[i] > '~')
			return false;
	return span.length > 0;
}

static bool has_controls(struct span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (((unsigned char)span.at[i] < ' ' && span.at[i] != '\t') || span.at[i] == 0x7f)
			return true;
	return false;
}

static void check_fields(const struct head *head)
{
	demand(head->field_count <= HEAD_FIELDS_MOST, "there are no more fields than there may be");
	for (size_t i = 0; i < head->field_count; i++) {
		const struct head_field *field = &head->fields[i];

		demand(is_printable(field->name) && memchr(field->name.at, ':', field->name.length) == NULL,
		    "a name is a token");
		demand(!has_controls(field->value), "a value has no control characters");
	}
}

static void check_head(const struct head *head)
{
	demand(is_printable(head->method) && is_printable(head->target), "the first line is clean");
	demand(*head->target.at == '/', "the target is a path");
	demand(!(head->chunked && head->measured), "a body has one length");
	demand(head->length <= limits.body_most, "the body is no larger than it may be");
	check_fields(head);
}

// As connection.c writes it.
static void check_again(const struct head *head)
{
	struct arena *arena = arena_new();
	struct buffer text;
	struct head again;
	size_t end;

	buffer_init(&text, arena);
	buffer_print(&text, "%.*s %.*s HTTP/1.%d\r\n", (int)head->method.length, head->method.at,
	    (int)head->target.length, head->target.at, head->minor);
	for (size_t i = 0; i < head->field_count; i++) {
		buffer_add(&text, head->fields[i].name.at, head->fields[i].name.length);
		buffer_add_text(&text, ": ");
		buffer_add(&text, head->fields[i].value.at, head->fields[i].value.length);
		buffer_add_text(&text, "\r\n");
	}
	buffer_add_text(&text, "\r\n");
	demand(head_find_end(text.bytes, text.length, &end).status == 0 && end == text.length, "it ends where it ends");
	demand(head_read(text.bytes, text.length, &limits, &again).status == 0, "what passed passes again");
	demand(again.field_count == head->field_count && again.target.length == head->target.length, "it is the same");
	arena_free(arena);
}

static void read_lines(const char *bytes, size_t length)
{
	const char *feed;

	while (length > 1 && (feed = memchr(bytes + 1, '\n', length - 1)) != NULL) {
		size_t line = (size_t)(feed - bytes) - (feed[-1] == '\r' ? 1 : 0);
		uint64_t size = 0;

		if (head_read_chunk(bytes, line, &size).status == 0)
			demand(size < UINT64_C(1) << 60, "a chunk's size has at most fifteen digits");
		if (line > 0)
			(void)head_read_trailer(bytes, line);
		length -= (size_t)(feed - bytes) + 1;
		bytes = feed + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	struct refusal refusal;
	struct head head;
	size_t end;

	refusal = head_find_end(text, length, &end);
	demand(end <= length && (refusal.status == 0 || end == 0), "a head ends within what has come");
	if (end == 0)
		return 0;
	refusal = head_read(text, end, &limits, &head);
	demand(refusal.status == 0 || refusal.why != NULL, "a refusal says why");
	if (refusal.status == 0) {
		check_head(&head);
		check_again(&head);
	}
	read_lines(text + end, length - end);
	return 0;
}
