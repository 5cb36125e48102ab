// SPDX-License-Identifier: Apache-2.0
// Search terms: text is cut into runs of CJK characters and of other letters, and each run into terms.
#include "domain/search.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum script { SCRIPT_NONE, SCRIPT_WORD, SCRIPT_CJK };

static const struct {
	uint32_t first, last;
} cjk_blocks[] = {
    {0x3005, 0x3007},   // 々〆〇
    {0x3040, 0x312F},   // kana, bopomofo
    {0x3400, 0x4DBF},   // CJK extension A
    {0x4E00, 0x9FFF},   // CJK unified ideographs
    {0xAC00, 0xD7AF},   // hangul
    {0xF900, 0xFAFF},   // CJK compatibility ideographs
    {0x20000, 0x3FFFF}, // CJK extensions B and later
};

struct point { // one character of the text
	const char *at;
	size_t bytes;
	enum script script;
};

static bool is_cjk(uint32_t code)
{
	for (size_t i = 0; i < sizeof(cjk_blocks) / sizeof(*cjk_blocks); i++)
		if (code >= cjk_blocks[i].first && code <= cjk_blocks[i].last)
			return true;
	return false;
}

static enum script script_of(uint32_t code)
{
	if (is_cjk(code))
		return SCRIPT_CJK;
	if (code >= 0xC0)
		return code < 0x2000 ? SCRIPT_WORD : SCRIPT_NONE;
	bool word = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
	return word ? SCRIPT_WORD : SCRIPT_NONE;
}

static struct point point_at(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
	uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0xFFu >> (length + 1));

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (bytes[i] & 0x3F);
	return (struct point){.at = text, .bytes = length, .script = script_of(code)};
}

typedef void take_term(void *context, const char *term, size_t bytes, bool cjk_single);

// Words longer than this are cut: PostgreSQL's lexemes have a limit, and nobody types more.
#define WORD_MOST 64

static const char *take_word(const char *text, take_term *take, void *context)
{
	const char *end = text;

	for (struct point point = point_at(end); *end != '\0' && point.script == SCRIPT_WORD; point = point_at(end))
		end += point.bytes;
	size_t bytes = (size_t)(end - text) < WORD_MOST ? (size_t)(end - text) : WORD_MOST;
	while (bytes > 0 && bytes < (size_t)(end - text) && (text[bytes] & 0xC0) == 0x80)
		bytes--;
	take(context, text, bytes, false);
	return end;
}

static const char *take_pairs(const char *text, take_term *take, void *context)
{
	struct point point = point_at(text);
	bool first = true;

	for (;;) {
		struct point next = point_at(text + point.bytes);
		bool last = text[point.bytes] == '\0' || next.script != SCRIPT_CJK;

		if (!last)
			take(context, text, point.bytes + next.bytes, false);
		else
			take(context, text, point.bytes, first);
		text += point.bytes;
		if (last)
			return text;
		point = next;
		first = false;
	}
}

static void cut(const char *text, take_term *take, void *context)
{
	while (*text != '\0') {
		struct point point = point_at(text);

		if (point.script == SCRIPT_NONE)
			text += point.bytes;
		else
			text = point.script == SCRIPT_CJK ? take_pairs(text, take, context)
			                                  : take_word(text, take, context);
	}
}

// In single quotes and lower case, behind `between` unless it is the first.
static void add_quoted(struct buffer *buffer, const char *between, const char *term, size_t bytes)
{
	if (buffer->length > 0)
		buffer_add_text(buffer, between);
	char *at = buffer_room(buffer, bytes + 2);
	*at++ = '\'';
	for (size_t i = 0; i < bytes; i++)
		*at++ = term[i] >= 'A' && term[i] <= 'Z' ? (char)(term[i] + 'a' - 'A') : term[i];
	*at = '\'';
	buffer_grew(buffer, bytes + 2);
}

static void add_term(void *context, const char *term, size_t bytes, bool cjk_single)
{
	struct buffer *vector = context;

	(void)cjk_single;
	add_quoted(vector, " ", term, bytes);
}

void search_terms(struct buffer *vector, const char *text)
{
	if (text != NULL)
		cut(text, add_term, vector);
}

// The last character of a longer run is found by its pair already; alone it, like a word, is the beginning of a term.
static void add_condition(void *context, const char *term, size_t bytes, bool cjk_single)
{
	struct buffer *query = context;
	struct point point = point_at(term);
	bool lone = point.script == SCRIPT_CJK && point.bytes == bytes;

	if (lone && !cjk_single)
		return;
	add_quoted(query, " & ", term, bytes);
	if (lone || point.script == SCRIPT_WORD)
		buffer_add_text(query, ":*");
}

const char *search_query(struct arena *arena, const char *query)
{
	struct buffer conditions;

	buffer_init(&conditions, arena);
	cut(query, add_condition, &conditions);
	return conditions.length > 0 ? conditions.bytes : NULL;
}
