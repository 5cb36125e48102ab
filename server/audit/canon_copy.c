// SPDX-License-Identifier: Apache-2.0
// From a jsonb as PostgreSQL prints it straight to canonical JSON. Both escape texts alike, and whole numbers are the
// same: what is left to do is to take out the blanks and to bring the members of objects into another order. Whatever
// is not as plain as nearly all that events hold is left to the way over a tree.
#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"

#define DEPTH_MOST 16
#define MEMBERS_MOST 64
#define WHOLE_DIGITS 15 // so many are exact in a double, and stand as they are

// Nothing becomes longer, so there is room for all of it from the beginning.
struct copier {
	const char *at, *end;
	char *to;
	struct arena *arena;
	int depth;
};

struct span { // a member as it was written, from its key's quote up to the comma behind it
	char *from;
	size_t key_length, length;
};

static bool copy_value(struct copier *copier);

static bool skip_char(struct copier *copier, char c)
{
	while (copier->at < copier->end && *copier->at == ' ')
		copier->at++;
	if (copier->at == copier->end || *copier->at != c)
		return false;
	copier->at++;
	return true;
}

static bool copy_to(struct copier *copier, const char *end)
{
	copier->to = mempcpy(copier->to, copier->at, (size_t)(end - copier->at));
	copier->at = end;
	return true;
}

// Whether the quote at `quote` is escaped: an odd number of backslashes stands before it.
static bool is_escaped(const char *from, const char *quote)
{
	size_t slashes = 0;

	while (quote > from && *--quote == '\\')
		slashes++;
	return slashes % 2 == 1;
}

static bool copy_text(struct copier *copier)
{
	const char *from = copier->at + 1, *at = from, *quote;

	do {
		quote = memchr(at, '"', (size_t)(copier->end - at));
		if (quote == NULL)
			return false;
		at = quote + 1;
	} while (is_escaped(from, quote));
	return copy_to(copier, at);
}

static bool copy_number(struct copier *copier)
{
	const char *at = copier->at + (*copier->at == '-'), *digits = at;

	while (at < copier->end && *at >= '0' && *at <= '9')
		at++;
	if (at == digits || at - digits > WHOLE_DIGITS || (*digits == '0' && at > copier->at + 1))
		return false;
	return (at == copier->end || strchr(".eE", *at) == NULL) && copy_to(copier, at);
}

static bool copy_word(struct copier *copier, const char *word)
{
	const size_t length = strlen(word);

	if ((size_t)(copier->end - copier->at) < length || memcmp(copier->at, word, length) != 0)
		return false;
	return copy_to(copier, copier->at + length);
}

static bool copy_list(struct copier *copier)
{
	*copier->to++ = *copier->at++;
	if (!skip_char(copier, ']')) {
		do {
			if (!copy_value(copier))
				return false;
			*copier->to++ = ',';
		} while (skip_char(copier, ','));
		if (!skip_char(copier, ']'))
			return false;
		copier->to--;
	}
	*copier->to++ = ']';
	return true;
}

// Only of ASCII without escapes: such keys are in order when their bytes are.
static bool key_is_plain(const char *key, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (key[i] == '\\' || (unsigned char)key[i] >= 0x80)
			return false;
	return true;
}

static bool copy_member(struct copier *copier, struct span *span)
{
	span->from = copier->to;
	if (!skip_char(copier, '"'))
		return false;
	copier->at--;
	if (!copy_text(copier))
		return false;
	span->key_length = (size_t)(copier->to - span->from) - 2;
	if (!key_is_plain(span->from + 1, span->key_length) || !skip_char(copier, ':'))
		return false;
	*copier->to++ = ':';
	if (!copy_value(copier))
		return false;
	*copier->to++ = ',';
	span->length = (size_t)(copier->to - span->from);
	return true;
}

static int compare_spans(const struct span *a, const struct span *b)
{
	const size_t least = a->key_length < b->key_length ? a->key_length : b->key_length;
	const int order = memcmp(a->from + 1, b->from + 1, least);

	return order != 0 ? order : (a->key_length > b->key_length) - (a->key_length < b->key_length);
}

// By insertion: they are few, and most stand right.
static bool spans_sort(struct span *spans, size_t count)
{
	bool moved = false;

	for (size_t i = 1; i < count; i++) {
		const struct span span = spans[i];
		size_t to = i;

		for (; to > 0 && compare_spans(&spans[to - 1], &span) > 0; to--)
			spans[to] = spans[to - 1];
		spans[to] = span;
		moved = moved || to != i;
	}
	return moved;
}

static void members_reorder(struct copier *copier, char *from, struct span *spans, size_t count)
{
	if (!spans_sort(spans, count))
		return;
	const char *before = arena_copy_bytes(copier->arena, from, (size_t)(copier->to - from));
	char *to = from;

	for (size_t i = 0; i < count; i++)
		to = mempcpy(to, before + (spans[i].from - from), spans[i].length);
}

static bool copy_object(struct copier *copier)
{
	struct span spans[MEMBERS_MOST];
	size_t count = 0;

	*copier->to++ = *copier->at++;
	char *from = copier->to;
	if (!skip_char(copier, '}')) {
		do {
			if (count == MEMBERS_MOST || !copy_member(copier, &spans[count++]))
				return false;
		} while (skip_char(copier, ','));
		if (!skip_char(copier, '}'))
			return false;
		members_reorder(copier, from, spans, count);
		copier->to--;
	}
	*copier->to++ = '}';
	return true;
}

static bool copy_value(struct copier *copier)
{
	bool right;

	while (copier->at < copier->end && *copier->at == ' ')
		copier->at++;
	if (copier->at == copier->end || ++copier->depth > DEPTH_MOST)
		return false;
	switch (*copier->at) {
	case '"': right = copy_text(copier); break;
	case '{': right = copy_object(copier); break;
	case '[': right = copy_list(copier); break;
	case 'n': right = copy_word(copier, "null"); break;
	case 't': right = copy_word(copier, "true"); break;
	case 'f': right = copy_word(copier, "false"); break;
	default: right = copy_number(copier);
	}
	copier->depth--;
	return right;
}

bool canon_copy_stored(struct buffer *out, const char *text, size_t length)
{
	char *to = buffer_room(out, length + 1); // a comma is written before it is known that none follows
	struct copier copier = {.at = text, .end = text + length, .to = to, .arena = out->arena};

	if (copy_value(&copier) && copier.at == copier.end) {
		buffer_grew(out, (size_t)(copier.to - to));
		return true;
	}
	*to = '\0';
	return false;
}
