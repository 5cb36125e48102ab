// SPDX-License-Identifier: Apache-2.0
// Structured log lines on standard error.
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define LINE_MOST 4096
#define MESSAGE_MOST 2048

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static _Atomic enum log_level lowest = LOG_INFO;

void log_set_level(enum log_level level)
{
	atomic_store(&lowest, level);
}

bool log_level_named(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (text_equals(name, level_names[i])) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

struct line { // text that stops growing at its end, with room kept for the closing quote and the newline
	char bytes[LINE_MOST];
	size_t length;
};

static void add_char(struct line *line, char c)
{
	if (line->length < LINE_MOST - 2)
		line->bytes[line->length++] = c;
}

static void add_text(struct line *line, const char *text)
{
	for (; *text != '\0'; text++)
		add_char(line, *text);
}

static void add_escaped(struct line *line, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\') {
			add_char(line, '\\');
			add_char(line, (char)byte);
		} else if (byte == '\n') {
			add_text(line, "\\n");
		} else if (byte < ' ' || byte == 0x7f) {
			add_text(line, "\\x");
			add_char(line, digits[byte >> 4]);
			add_char(line, digits[byte & 15]);
		} else {
			add_char(line, (char)byte);
		}
	}
}

// key=value; quoted unless it is one plain word.
static void add_pair(struct line *line, const char *key, const char *value)
{
	bool plain = text_is_token(value) && strpbrk(value, "\"\\=") == NULL;

	add_char(line, ' ');
	add_text(line, key);
	add_char(line, '=');
	if (!plain)
		add_char(line, '"');
	add_escaped(line, value);
	if (!plain)
		add_char(line, '"');
}

static void add_subject(struct line *line, const struct log_subject *subject)
{
	char ticket[24];

	if (subject->request != NULL)
		add_pair(line, "request", subject->request);
	if (subject->person != NULL)
		add_pair(line, "person", subject->person);
	if (subject->ticket != 0) {
		snprintf(ticket, sizeof(ticket), "%" PRId64, subject->ticket);
		add_pair(line, "ticket", ticket);
	}
}

static void write_whole(const struct line *line)
{
	ssize_t written;

	do {
		written = write(STDERR_FILENO, line->bytes, line->length);
	} while (written < 0 && errno == EINTR);
	// There is nobody to tell that the log cannot be written.
}

void log_line(enum log_level level, const struct log_subject *subject, const char *format, ...)
{
	struct line line = {.length = 0};
	char message[MESSAGE_MOST], time[MOMENT_TEXT];
	va_list values;

	if (level < atomic_load(&lowest))
		return;
	va_start(values, format);
	vsnprintf(message, sizeof(message), format, values);
	va_end(values);
	add_text(&line, "time=");
	add_text(&line, moment_print(clock_now(), time));
	add_pair(&line, "level", level_names[level]);
	if (subject != NULL)
		add_subject(&line, subject);
	add_text(&line, " msg=\"");
	add_escaped(&line, message);
	line.bytes[line.length++] = '"';
	line.bytes[line.length++] = '\n';
	write_whole(&line);
}
