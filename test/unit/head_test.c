// SPDX-License-Identifier: Apache-2.0
// The strictness guard: what is no head of an HTTP/1.1 request, and what one says.
#include "http/head.h"

#include <string.h>

#include "suite.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))
#define HOST "Host: weihu.test\r\n"

static const struct http_limits limits = {.header_most = 16384, .body_most = 1000};

static struct refusal judge(const char *bytes, size_t length, struct head *head)
{
	size_t end;
	struct refusal refusal = head_find_end(bytes, length, &end);

	if (refusal.status != 0)
		return refusal;
	ck_assert_msg(end > 0, "%s has no end", bytes);
	return head_read(bytes, end, &limits, head);
}

static bool span_is(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.at, text, span.length) == 0;
}

static const struct {
	const char *head;
	int status;
} refused[] = {
    {"GET /\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1 \r\n" HOST "\r\n", 400},
    {" GET / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1\n" HOST "\n", 400},
    {"GET / http/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.11\r\n" HOST "\r\n", 400},
    {"GET / HTTP/2.0\r\n" HOST "\r\n", 505},
    {"GET / HTTP/0.9\r\n" HOST "\r\n", 505},
    {"G@T / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"BREW / HTTP/1.1\r\n" HOST "\r\n", 501},
    {"get / HTTP/1.1\r\n" HOST "\r\n", 501},
    {"CONNECT weihu:80 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET * HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET //a/b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /#a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /\xe7\xbb\xb4 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http:///a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET ftp://a/b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A : b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A b: c\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST " A: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A: b\x01\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "A: b\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nauthorization: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "Expect: magic\r\n\r\n", 417},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhello", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\nhello", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\nhello", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999x\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"TRACE / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 400},
    {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", 400},
};

START_TEST(what_is_wrong_is_refused)
{
	struct head head;
	struct refusal refusal = judge(refused[_i].head, strlen(refused[_i].head), &head);

	ck_assert_msg(refusal.status == refused[_i].status, "%s: %d %s", refused[_i].head, refusal.status, refusal.why);
	ck_assert_ptr_nonnull(refusal.why);
}
END_TEST

START_TEST(nul_is_refused_wherever_it_stands)
{
	static const char text[] = "GET /a HTTP/1.1\r\nHost: b\r\nA: c\r\n\r\n";
	struct head head;

	for (size_t i = 0; i < sizeof(text) - 5; i++) {
		char copy[sizeof(text)];

		memcpy(copy, text, sizeof(text));
		copy[i] = '\0';
		ck_assert_msg(judge(copy, sizeof(text) - 1, &head).status >= 400, "at %zu", i);
	}
}
END_TEST

START_TEST(a_head_is_read)
{
	static const char text[] =
	    "POST /a/b?c=d HTTP/1.1\r\nhost: weihu:8420\r\nX-Empty:\r\nX-Trim: \t a b\t \r\n"
	    "Connection: foo, close\r\nExpect: 100-Continue\r\nContent-Length: 0012\r\nTE: x\r\n\r\nbody";
	struct head head;

	ck_assert_int_eq(judge(text, strlen(text), &head).status, 0);
	ck_assert(span_is(head.method, "POST") && span_is(head.target, "/a/b?c=d"));
	ck_assert(head.minor == 1 && head.closes && head.expects && head.measured && !head.chunked);
	ck_assert_uint_eq(head.length, 12);
	ck_assert_uint_eq(head.field_count, 3); // what is about the connection or the framing is left out
	ck_assert(span_is(head.fields[0].name, "host") && span_is(head.fields[0].value, "weihu:8420"));
	ck_assert(span_is(head.fields[1].name, "X-Empty") && span_is(head.fields[1].value, ""));
	ck_assert(span_is(head.fields[2].name, "X-Trim") && span_is(head.fields[2].value, "a b"));
}
END_TEST

static const struct {
	const char *head;
	bool closes;
} endings[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", false},
    {"GET / HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\n", false},
    {"GET / HTTP/1.1\r\n" HOST "Connection: Close\r\n\r\n", true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: a\r\nConnection: b ,close\r\n\r\n", true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", false},
    {"GET / HTTP/1.0\r\n\r\n", true},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", false},
};

START_TEST(the_end_of_the_connection_is_known)
{
	struct head head;

	ck_assert_int_eq(judge(endings[_i].head, strlen(endings[_i].head), &head).status, 0);
	ck_assert_int_eq(head.closes, endings[_i].closes);
}
END_TEST

START_TEST(the_end_is_found_when_it_comes)
{
	static const char text[] = "GET / HTTP/1.1\r\n" HOST "\r\nGET";
	size_t end;

	for (size_t length = 0; length < sizeof(text) - 4; length++) {
		ck_assert_int_eq(head_find_end(text, length, &end).status, 0);
		ck_assert_uint_eq(end, 0);
	}
	ck_assert_int_eq(head_find_end(text, sizeof(text) - 1, &end).status, 0);
	ck_assert_uint_eq(end, sizeof(text) - 4);
	ck_assert_int_eq(head_find_end("GET / HTTP/1.1\nHost", 19, &end).status, 400);
}
END_TEST

static const struct {
	const char *line;
	int status;
	uint64_t size;
} chunks[] = {
    {"0", 0, 0},
    {"a", 0, 10},
    {"00fF", 0, 255},
    {"5;name=value", 0, 5},
    {"5 ;name=\"a b\"", 0, 5},
    {"fffffffffffffff", 0, 0xfffffffffffffff},
    {"", 400, 0},
    {";a", 400, 0},
    {" 5", 400, 0},
    {"+5", 400, 0},
    {"-5", 400, 0},
    {"0x5", 400, 0},
    {"5g", 400, 0},
    {"5 5", 400, 0},
    {"5;\x01", 400, 0},
    {"5\r", 400, 0},
    {"1000000000000000", 400, 0},
};

START_TEST(chunk_sizes_are_read_strictly)
{
	uint64_t size;

	ck_assert_int_eq(head_read_chunk(chunks[_i].line, strlen(chunks[_i].line), &size).status, chunks[_i].status);
	if (chunks[_i].status == 0)
		ck_assert_uint_eq(size, chunks[_i].size);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("head");
	TCase *cases = tcase_create("head");

	tcase_add_loop_test(cases, what_is_wrong_is_refused, 0, COUNT(refused));
	tcase_add_test(cases, nul_is_refused_wherever_it_stands);
	tcase_add_test(cases, a_head_is_read);
	tcase_add_loop_test(cases, the_end_of_the_connection_is_known, 0, COUNT(endings));
	tcase_add_test(cases, the_end_is_found_when_it_comes);
	tcase_add_loop_test(cases, chunk_sizes_are_read_strictly, 0, COUNT(chunks));
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
