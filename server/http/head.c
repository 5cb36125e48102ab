// SPDX-License-Identifier: Apache-2.0
// The strictness guard. THE RULE TABLE says what each header field means for the connection and the framing.
#include "http/head.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REFUSE(status, why) ((struct refusal){status, why})
#define GOOD ((struct refusal){0, NULL})

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool span_is_token(struct span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (!is_alnum(span.at[i]) && (span.at[i] == '\0' || strchr("!#$%&'*+-.^_`|~", span.at[i]) == NULL))
			return false;
	return span.length > 0;
}

static bool span_is(struct span span, const char *text)
{
	return strlen(text) == span.length && strncasecmp(span.at, text, span.length) == 0;
}

static struct span span_trim(struct span span)
{
	while (span.length > 0 && (*span.at == ' ' || *span.at == '\t')) {
		span.at++;
		span.length--;
	}
	while (span.length > 0 && (span.at[span.length - 1] == ' ' || span.at[span.length - 1] == '\t'))
		span.length--;
	return span;
}

// What stands before `c`, which is taken off `rest`; without a `c` all of it.
static struct span span_cut(struct span *rest, char c)
{
	const char *found = rest->length == 0 ? NULL : memchr(rest->at, c, rest->length);
	struct span part = {rest->at, found == NULL ? rest->length : (size_t)(found - rest->at)};
	size_t taken = found == NULL ? part.length : part.length + 1;

	rest->at += taken;
	rest->length -= taken;
	return part;
}

static bool span_is_clean(struct span span) // of control characters, but for tabs
{
	for (size_t i = 0; i < span.length; i++)
		if (((unsigned char)span.at[i] < ' ' && span.at[i] != '\t') || span.at[i] == 0x7f)
			return false;
	return true;
}

struct refusal head_find_end(const char *bytes, size_t length, size_t *end)
{
	const char *line = bytes, *last = bytes + length;

	*end = 0;
	while (line < last) {
		const char *feed = memchr(line, '\n', (size_t)(last - line));
		size_t size = (size_t)((feed == NULL ? last : feed) - line);

		if (feed != NULL && (size == 0 || feed[-1] != '\r'))
			return REFUSE(400, "a line ends without CR");
		if (feed == NULL)
			return GOOD;
		if (size == 1) {
			*end = (size_t)(feed - bytes) + 1;
			return GOOD;
		}
		line = feed + 1;
	}
	return GOOD;
}

static struct refusal read_method(struct head *head)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"};

	if (!span_is_token(head->method))
		return REFUSE(400, "malformed method");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == head->method.length &&
		    memcmp(head->method.at, known[i], head->method.length) == 0)
			return GOOD;
	return REFUSE(501, "unknown method");
}

// http://host/path is what a proxy is sent; a server has to understand it too.
static struct refusal make_origin_form(struct span *target)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i]);
		struct span rest = {target->at + length, target->length - length};
		struct span host;

		if (target->length <= length || strncasecmp(target->at, schemes[i], length) != 0)
			continue;
		host = span_cut(&rest, '/');
		if (host.length == 0 || rest.at[-1] != '/')
			return REFUSE(400, "the target has no host or no path");
		target->at = rest.at - 1;
		target->length = rest.length + 1;
	}
	return GOOD;
}

static struct refusal read_target(struct head *head)
{
	struct span *target = &head->target;
	struct refusal refusal;

	if (target->length > HEAD_TARGET_MOST)
		return REFUSE(414, "the target is too long");
	for (size_t i = 0; i < target->length; i++)
		if (target->at[i] <= ' ' || target->at[i] > '~' || target->at[i] == '#')
			return REFUSE(400, "the target has characters that must be percent-encoded");
	if (span_is(*target, "*") && span_is(head->method, "OPTIONS")) {
		target->at = "/*"; // the server as a whole: no route bears that name
		target->length = 2;
	}
	refusal = make_origin_form(target);
	if (refusal.status != 0)
		return refusal;
	if (target->length == 0 || target->at[0] != '/' || (target->length > 1 && target->at[1] == '/'))
		return REFUSE(400, "the target is no path");
	return GOOD;
}

static struct refusal read_version(struct span version, int *minor)
{
	if (version.length != 8 || memcmp(version.at, "HTTP/", 5) != 0 || !is_digit(version.at[5]) ||
	    version.at[6] != '.' || !is_digit(version.at[7]))
		return REFUSE(400, "malformed request line");
	if (version.at[5] != '1')
		return REFUSE(505, "only HTTP/1 is spoken here");
	*minor = version.at[7] != '0';
	return GOOD;
}

static struct refusal read_request_line(struct span line, struct head *head)
{
	struct refusal found[3]; // the line may be wrong in several ways: what is malformed counts first

	head->method = span_cut(&line, ' ');
	head->target = span_cut(&line, ' ');
	found[0] = read_version(line, &head->minor);
	found[1] = read_method(head);
	found[2] = read_target(head);
	for (size_t i = 0; i < 3; i++)
		if (found[i].status == 400)
			return found[i];
	return found[0].status != 0 ? found[0] : found[1].status != 0 ? found[1] : found[2];
}

// A name or an address, or a bracketed IPv6 address; then perhaps :port.
static struct refusal read_host(struct span value, const struct http_limits *limits, struct head *head)
{
	size_t i = 0;

	(void)limits;
	(void)head;
	if (value.length > 0 && value.at[0] == '[') {
		while (i < value.length && value.at[i] != ']')
			i++;
		if (i < 3 || i++ == value.length)
			return REFUSE(400, "malformed Host");
		for (size_t j = 1; j < i - 1; j++)
			if (!is_alnum(value.at[j]) && strchr(":.", value.at[j]) == NULL)
				return REFUSE(400, "malformed Host");
	} else {
		while (i < value.length && value.at[i] != ':' &&
		    (is_alnum(value.at[i]) || strchr("-._~%", value.at[i]) != NULL))
			i++;
		if (i == 0)
			return REFUSE(400, "malformed Host");
	}
	if (i < value.length && value.at[i] == ':')
		for (i++; i < value.length && is_digit(value.at[i]);)
			i++;
	return i == value.length ? GOOD : REFUSE(400, "malformed Host");
}

// Asked for those alone whose body is more than either limit, or comes without a length.
static uint64_t body_room(const struct head *head, const struct http_limits *limits)
{
	char method[8], path[HEAD_TARGET_MOST + 1];

	if (limits->takes_file == NULL)
		return limits->body_most;
	(void)snprintf(method, sizeof(method), "%.*s", (int)head->method.length, head->method.at);
	(void)snprintf(path, sizeof(path), "%.*s", (int)head->target.length, head->target.at);
	path[strcspn(path, "?")] = '\0';
	return limits->takes_file(method, path) ? limits->file_most : limits->body_most;
}

static struct refusal read_length(struct span value, const struct http_limits *limits, struct head *head)
{
	head->length = 0;
	head->measured = true;
	for (size_t i = 0; i < value.length; i++) {
		if (!is_digit(value.at[i]))
			return REFUSE(400, "malformed Content-Length");
		if (__builtin_mul_overflow(head->length, 10, &head->length) ||
		    __builtin_add_overflow(head->length, (uint64_t)(value.at[i] - '0'), &head->length))
			head->length = UINT64_MAX / 16; // too much in any case; the digits are still looked at
	}
	if (value.length == 0)
		return REFUSE(400, "malformed Content-Length");
	if (head->length > limits->body_most || head->length > limits->file_most)
		head->room = body_room(head, limits);
	return head->length <= head->room ? GOOD : REFUSE(413, "the body is too large");
}

// RFC 9112: a body whose last coding is not chunked has no end (6.3), chunked stands but once (7.1), and what else
// stands before it is not known here (6.1).
static struct refusal read_encoding(struct span value, const struct http_limits *limits, struct head *head)
{
	size_t codings = 0, chunked = 0;
	bool last, more;

	do {
		more = value.length > 0 && memchr(value.at, ',', value.length) != NULL;
		struct span coding = span_trim(span_cut(&value, ','));

		last = span_is(coding, "chunked");
		chunked += last;
		codings++;
	} while (more);
	if (!last || chunked > 1)
		return REFUSE(400, "Transfer-Encoding must end in chunked, and name it once");
	if (head->minor == 0)
		return REFUSE(400, "Transfer-Encoding in HTTP/1.0");
	head->chunked = true;
	head->room = body_room(head, limits);
	return codings == 1 ? GOOD : REFUSE(501, "the only Transfer-Encoding known here is chunked");
}

static struct refusal read_expect(struct span value, const struct http_limits *limits, struct head *head)
{
	(void)limits;
	if (!span_is(value, "100-continue"))
		return REFUSE(417, "the only expectation known here is 100-continue");
	head->expects = head->minor > 0;
	return GOOD;
}

static struct refusal read_connection(struct span value, const struct http_limits *limits, struct head *head)
{
	(void)limits;
	while (value.length > 0) {
		struct span option = span_trim(span_cut(&value, ','));

		if (span_is(option, "close"))
			head->closes = true;
		else if (span_is(option, "keep-alive") && head->minor == 0)
			head->closes = false;
	}
	return GOOD;
}

static const struct rule {
	const char *name;
	bool once;    // a second one is malformed
	bool dropped; // not for those above
	struct refusal (*read)(struct span value, const struct http_limits *limits, struct head *head);
} rules[] = {
    {"Host", true, false, read_host},
    {"Content-Length", true, true, read_length},
    {"Transfer-Encoding", true, true, read_encoding},
    {"Expect", true, true, read_expect},
    {"Connection", false, true, read_connection},
    {"Keep-Alive", false, true, NULL},
    {"Proxy-Connection", false, true, NULL},
    {"TE", false, true, NULL},
    {"Trailer", false, true, NULL},
    {"Upgrade", false, true, NULL},
    {"Authorization", true, false, NULL},
    {"Content-Type", true, false, NULL},
    {"Content-Encoding", true, false, NULL},
    {"Idempotency-Key", true, false, NULL},
    {"If-Match", true, false, NULL},
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

static struct refusal read_line(struct span line, struct head_field *field)
{
	struct span rest = line;

	if (*line.at == ' ' || *line.at == '\t')
		return REFUSE(400, "folded header line");
	field->name = span_cut(&rest, ':');
	if (field->name.length == line.length)
		return REFUSE(400, "header line without a colon");
	if (!span_is_token(field->name))
		return REFUSE(400, "malformed header name");
	if (!span_is_clean(rest))
		return REFUSE(400, "control character in a header");
	field->value = span_trim(rest);
	return GOOD;
}

static struct refusal keep_field(struct head *head, const struct head_field *field)
{
	if (head->field_count == HEAD_FIELDS_MOST)
		return REFUSE(431, "too many headers");
	head->fields[head->field_count++] = *field;
	return GOOD;
}

static struct refusal read_field(struct span line, const struct http_limits *limits, struct head *head, unsigned *seen)
{
	struct head_field field;
	struct refusal refusal = read_line(line, &field);

	if (refusal.status != 0)
		return refusal;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = &rules[i];

		if (!span_is(field.name, rule->name))
			continue;
		if (rule->once && (*seen & 1U << i) != 0)
			return REFUSE(400, "a header that may stand only once stands twice");
		*seen |= 1U << i;
		if (rule->read != NULL)
			refusal = rule->read(field.value, limits, head);
		return refusal.status != 0 || rule->dropped ? refusal : keep_field(head, &field);
	}
	return keep_field(head, &field);
}

// What can be judged only when all has been read.
static struct refusal judge_whole(const struct head *head, unsigned seen)
{
	bool host = (seen & 1U) != 0; // the table's first row
	bool bodiless = span_is(head->method, "HEAD") || span_is(head->method, "TRACE");

	if (!host && head->minor > 0)
		return REFUSE(400, "Host is missing");
	if (head->chunked && head->measured)
		return REFUSE(400, "both Content-Length and Transfer-Encoding");
	if (bodiless && (head->chunked || head->length > 0))
		return REFUSE(400, "this method takes no body");
	return GOOD;
}

// The next line, without its CRLF, taken off `rest`.
static struct span next_line(struct span *rest)
{
	struct span line = span_cut(rest, '\n');

	line.length--; // head_find_end() has seen the CR
	return line;
}

struct refusal head_read(const char *bytes, size_t length, const struct http_limits *limits, struct head *head)
{
	struct span rest = {bytes, length};
	struct span line = next_line(&rest);
	struct refusal refusal, first = GOOD;
	unsigned seen = 0;

	head->field_count = 0;
	head->chunked = head->measured = head->expects = false;
	head->length = 0;
	refusal = read_request_line(line, head);
	if (refusal.status != 0)
		return refusal;
	head->closes = head->minor == 0;
	head->room = limits->body_most;
	for (line = next_line(&rest); line.length > 0; line = next_line(&rest)) {
		refusal = read_field(line, limits, head, &seen);
		if (refusal.status == 400)
			return refusal;
		if (first.status == 0)
			first = refusal;
	}
	refusal = judge_whole(head, seen);
	return refusal.status != 0 ? refusal : first; // what is malformed counts more than what is too much
}

struct refusal head_read_chunk(const char *line, size_t length, uint64_t *size)
{
	struct span rest = {line, length};
	struct span digits = span_trim(span_cut(&rest, ';'));

	*size = 0;
	if (digits.at != line || digits.length == 0 || digits.length > 15 ||
	    !span_is_clean((struct span){line, length}))
		return REFUSE(400, "malformed chunk size");
	for (size_t i = 0; i < digits.length; i++) {
		char c = digits.at[i];

		if (!is_digit(c) && ((c | 0x20) < 'a' || (c | 0x20) > 'f'))
			return REFUSE(400, "malformed chunk size");
		*size = *size * 16 + (uint64_t)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return GOOD;
}

struct refusal head_read_trailer(const char *line, size_t length)
{
	struct head_field field;

	return read_line((struct span){line, length}, &field);
}
