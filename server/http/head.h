// SPDX-License-Identifier: Apache-2.0
// The strictness guard: is this the head of an HTTP/1.1 request? Judged on the very bytes, before evhttp, which is
// lenient, sees any of them. Pure functions; they know no connection.
#ifndef WEIHU_HTTP_HEAD_H
#define WEIHU_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

#define HEAD_FIELDS_MOST 100
#define HEAD_TARGET_MOST 8192
#define HEAD_CHUNK_LINE_MOST 1024

struct span { // some bytes of the head
	const char *at;
	size_t length;
};

struct head_field {
	struct span name, value; // the value without white space around it
};

struct head {
	struct span method, target; // the target in origin form: /path?query
	int minor;                  // HTTP/1.minor: 0 or 1
	bool closes;                // the connection ends after the answer
	bool expects;               // the client waits for 100 Continue
	bool chunked;
	bool measured;                              // Content-Length was given
	uint64_t length;                            // of the body, when it is measured
	uint64_t room;                              // bytes that the body may have
	struct head_field fields[HEAD_FIELDS_MOST]; // those that are not about the connection or the body's framing
	size_t field_count;
};

struct refusal {
	int status; // 0: nothing is wrong
	const char *why;
};

// Where the head ends: behind its empty line; 0 if that has not come yet. Bare CR or LF are refused.
struct refusal head_find_end(const char *bytes, size_t length, size_t *end);

// Reads a whole head, its empty line included.
struct refusal head_read(const char *bytes, size_t length, const struct http_limits *limits, struct head *head);

// Reads the line that opens a chunk, without its CRLF: 1–15 hexadecimal digits, extensions behind ';' are skipped.
struct refusal head_read_chunk(const char *line, size_t length, uint64_t *size);

// Judges a line of the trailer (which is dropped), without its CRLF.
struct refusal head_read_trailer(const char *line, size_t length);

#endif
