// SPDX-License-Identifier: Apache-2.0
// Structured log lines on standard error (logfmt), each with its subject: request, person, ticket.
#ifndef WEIHU_BASE_LOG_H
#define WEIHU_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_subject {
	const char *request; // request id, or NULL
	const char *person;  // login, or NULL
	int64_t ticket;      // 0: none
};

// Lines below `level` are dropped; the default is LOG_INFO. Safe to call from any thread.
void log_set_level(enum log_level level);
bool log_level_named(const char *name, enum log_level *level);

// time=2026-11-23T04:54:41.000123Z level=info request=… person=… ticket=42 msg="…". One write(2) per line, so lines of
// several threads never mix; control characters and quotes in the message are escaped. `subject` may be NULL.
void log_line(enum log_level level, const struct log_subject *subject, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(...) log_line(LOG_INFO, NULL, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, NULL, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, NULL, __VA_ARGS__)

#endif
