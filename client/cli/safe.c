// SPDX-License-Identifier: Apache-2.0
// Text from elsewhere made fit for a terminal.
#include "cli/safe.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

// The code point at `text` and how many bytes it takes; a stray byte stands for itself.
static uint32_t point_at(const char *text, size_t *length)
{
	const unsigned char *byte = (const unsigned char *)text;
	*length = byte[0] < 0x80 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
	if (strnlen(text, *length) < *length || !text_is_utf8(text, *length)) {
		*length = 1;
		return 0xFFFD;
	}
	uint32_t point = *length == 1 ? byte[0] : byte[0] & (0xFFu >> (*length + 1));
	for (size_t i = 1; i < *length; i++)
		point = point << 6 | (byte[i] & 0x3F);
	return point;
}

// Code points that draw nothing and move, hide or reorder what does.
static bool is_steering(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x80, 0x9F},
	    {0xAD, 0xAD},
	    {0x61C, 0x61C},
	    {0x200B, 0x200F},
	    {0x2028, 0x202E},
	    {0x2060, 0x206F},
	    {0xFEFF, 0xFEFF},
	    {0xFFF9, 0xFFFD},
	    {0xE0000, 0xE007F},
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

static void add_control(struct buffer *out, char control, bool keep_lines)
{
	if (keep_lines && (control == '\n' || control == '\t'))
		buffer_add_char(out, control);
	else if (control == '\n')
		buffer_add_text(out, "⏎");
	else if (control == '\t')
		buffer_add_char(out, ' ');
	else if (!(keep_lines && control == '\r'))
		buffer_print(out, "^%c", control ^ 0x40);
}

static const char *make_safe(struct arena *arena, const char *text, bool keep_lines)
{
	struct buffer out;
	buffer_init(&out, arena);
	size_t length;
	for (; *text; text += length) {
		uint32_t point = point_at(text, &length);
		if (point < 0x20 || point == 0x7F)
			add_control(&out, (char)point, keep_lines);
		else if (is_steering(point))
			buffer_print(&out, "<U+%04X>", (unsigned)point);
		else
			buffer_add(&out, text, length);
	}
	return out.bytes;
}

const char *safe_line(struct arena *arena, const char *text)
{
	return make_safe(arena, text ? text : "", false);
}

const char *safe_lines(struct arena *arena, const char *text)
{
	return make_safe(arena, text ? text : "", true);
}

const char *safe_json(struct arena *arena, const char *text)
{
	struct buffer out;
	buffer_init(&out, arena);
	size_t length;
	for (; *text; text += length) {
		uint32_t point = point_at(text, &length);
		if (point == 0x7F || (point <= 0xFFFF && is_steering(point)))
			buffer_print(&out, "\\u%04x", (unsigned)point);
		else
			buffer_add(&out, text, length);
	}
	return out.bytes;
}
