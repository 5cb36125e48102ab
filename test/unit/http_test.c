// SPDX-License-Identifier: Apache-2.0
// A whole HTTP server on a loopback port, spoken to byte by byte; client and server take turns in one thread.
#include <event2/event.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "http/http.h"
#include "suite.h"
#include "talk.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))
#define PARKED_MOST 16

static struct event *tick;
static struct http_server *server;
static struct http_limits limits;
static int refused_status;
static struct http_request *parked[PARKED_MOST];
static int parked_count;

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
}

// Tells what it was asked; /park is answered later, /big with a megabyte.
static void handle(struct http_request *request, void *context)
{
	const char *query = http_query(request), *body;
	struct buffer answer;
	size_t length;

	(void)context;
	if (text_equals(http_path(request), "/park")) {
		parked[parked_count++] = request;
		return;
	}
	buffer_init(&answer, talk()->arena);
	body = http_body(request, &length);
	buffer_print(&answer, "%s %s?%s %s ", http_method_name(request), http_path(request), query == NULL ? "" : query,
	    http_peer(request));
	buffer_add(&answer, body, length);
	if (text_equals(http_path(request), "/big"))
		buffer_print(&answer, "%01048576d", 0);
	http_reply_header(request, "X-Method", http_method(request) == HTTP_OTHER ? "other" : "known");
	http_reply(request, text_equals(http_path(request), "/none") ? 204 : 200, "text/plain", answer.bytes,
	    answer.length);
}

static void on_refused(const struct http_refusal *refusal, void *context)
{
	(void)context;
	refused_status = refusal->status;
}

static void start_server(void)
{
	struct faults faults;

	faults_init(&faults, talk()->arena);
	talk()->port = 0;
	server =
	    http_server_new(talk()->base, "127.0.0.1:0", &limits, handle, on_refused, NULL, &talk()->port, &faults);
	ck_assert_msg(server != NULL, "%s", faults.count > 0 ? faults.first->message : "");
}

static void set_up(void)
{
	struct timeval often = {.tv_usec = 2000};

	talk()->arena = arena_new();
	talk()->base = event_base_new();
	tick = event_new(talk()->base, -1, EV_PERSIST, on_tick, NULL);
	event_add(tick, &often);
	limits = (struct http_limits){.header_most = 16384,
	    .body_most = 1000,
	    .connections_most = 20,
	    .connections_address = 20,
	    .request_seconds = 5,
	    .idle_seconds = 5};
	parked_count = refused_status = 0;
	start_server();
}

static void tear_down(void)
{
	http_server_free(server);
	for (int i = 0; i < parked_count; i++)
		if (parked[i] != NULL)
			http_reply(parked[i], 200, NULL, NULL, 0);
	event_free(tick);
	event_base_free(talk()->base);
	arena_free(talk()->arena);
}

#define HOST "Host: weihu.test\r\n"

static const struct {
	const char *said;
	int status;
	const char *body; // what the handler saw, or NULL
	bool ends;        // the connection ends behind the answer
} cases_said[] = {
    // well-formed
    {"GET /a?b=c HTTP/1.1\r\n" HOST "\r\n", 200, "GET /a?b=c 127.0.0.1 ", false},
    {"GET / HTTP/1.1\r\nhOST:weihu:8420\r\n\r\n", 200, "GET /? 127.0.0.1 ", false},
    {"GET / HTTP/1.1\r\nHost: [::1]:8420\r\n\r\n", 200, NULL, false},
    {"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 200, NULL, false},
    {"GET http://weihu.test/a?b HTTP/1.1\r\n" HOST "\r\n", 200, "GET /a?b 127.0.0.1 ", false},
    {"POST /p HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 200, "POST /p? 127.0.0.1 hello", false},
    {"PATCH /p HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200, "PATCH /p? 127.0.0.1 ", false},
    {"PUT /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\n\r\n", 200,
        "PUT /p? 127.0.0.1 abc0123456789", false},
    {"POST /p HTTP/1.1\r\n" HOST "transfer-encoding: Chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n", 200, "POST /p? 127.0.0.1 ",
        false},
    {"DELETE /p HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, "DELETE /p? 127.0.0.1 ", true},
    {"GET /p HTTP/1.1\r\n" HOST "Connection: TE, Close\r\n\r\n", 200, NULL, true},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 200, "OPTIONS /*? 127.0.0.1 ", false},
    {"TRACE / HTTP/1.1\r\n" HOST "\r\n", 200, "TRACE /? 127.0.0.1 ", false},
    {"GET / HTTP/1.0\r\n\r\n", 200, "GET /? 127.0.0.1 ", true},
    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST "X: a\tb \xe7\xbb\xb4\r\n\r\n", 200, NULL, false},
    {"GET / HTTP/1.1\r\n" HOST "Empty:\r\n\r\n", 200, NULL, false},
    {"DELETE /none HTTP/1.1\r\n" HOST "\r\n", 204, "", false},
    // malformed (head_test.c has more of these)
    {"GET /\r\n\r\n", 400, NULL, true},
    {"BREW / HTTP/1.1\r\n" HOST "\r\n", 501, NULL, true},
    {"GET / HTTP/1.1\r\n\r\n", 400, NULL, true},
    {"GET / HTTP/1.1\n" HOST "\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n", 413, NULL, true},
    {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", 413, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", 400, NULL, true},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\nbad trailer\r\n\r\n", 400, NULL, true},
};

START_TEST(each_request_gets_its_answer)
{
	int client = client_new();
	struct answer answer;

	client_say(client, cases_said[_i].said);
	answer = client_hear(client, false);
	ck_assert_msg(answer.status == cases_said[_i].status, "%s: %d", cases_said[_i].said, answer.status);
	if (cases_said[_i].body != NULL)
		ck_assert_str_eq(answer.body, cases_said[_i].body);
	ck_assert_int_eq(refused_status, answer.status >= 400 ? answer.status : 0);
	if (answer.status >= 400)
		ck_assert_ptr_nonnull(strstr(answer.head, "\r\nContent-Type: application/problem+json\r\n"));
	ck_assert_ptr_nonnull(strstr(answer.head, "\r\nCache-Control: no-store\r\n"));
	ck_assert_ptr_nonnull(strstr(answer.head, "\r\nX-Content-Type-Options: nosniff\r\n"));
	if (cases_said[_i].ends) {
		ck_assert(has_ended(client));
	} else {
		client_say(client, "GET /again HTTP/1.1\r\n" HOST "\r\n");
		ck_assert_str_eq(client_hear(client, false).body, "GET /again? 127.0.0.1 ");
	}
	close(client);
}
END_TEST

START_TEST(nul_in_a_header_is_refused)
{
	static const char said[] = "GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n";
	int client = client_new();

	client_send(client, said, sizeof(said) - 1);
	ck_assert_int_eq(client_hear(client, false).status, 400);
	close(client);
}
END_TEST

START_TEST(a_byte_at_a_time_is_as_good)
{
	static const char said[] =
	    "PUT /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
	int client = client_new();

	for (size_t i = 0; i < sizeof(said) - 1; i++)
		client_send(client, said + i, 1);
	ck_assert_str_eq(client_hear(client, false).body, "PUT /p? 127.0.0.1 abcd");
	close(client);
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order)
{
	int client = client_new();

	client_say(client,
	    "GET /1 HTTP/1.1\r\n" HOST "\r\n"
	    "POST /2 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
	    "HEAD /3 HTTP/1.1\r\n" HOST "\r\n"
	    "PUT /4 HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
	    "GET /park HTTP/1.1\r\n" HOST "\r\n"
	    "NONSENSE\r\n\r\n");
	ck_assert_str_eq(client_hear(client, false).body, "GET /1? 127.0.0.1 ");
	ck_assert_str_eq(client_hear(client, false).body, "POST /2? 127.0.0.1 abc");
	ck_assert_int_eq(client_hear(client, true).status, 200);
	ck_assert_str_eq(client_hear(client, false).body, "PUT /4? 127.0.0.1 x");
	while (parked_count == 0)
		turn();
	ck_assert_int_eq(refused_status, 0); // the bad one waits for its turn
	http_reply(parked[0], 200, "text/plain", "later", 5);
	parked[0] = NULL;
	ck_assert_str_eq(client_hear(client, false).body, "later");
	ck_assert_int_eq(client_hear(client, false).status, 400);
	ck_assert(has_ended(client));
	close(client);
}
END_TEST

START_TEST(a_head_is_answered_without_body)
{
	int client = client_new();
	struct answer answer;

	client_say(client, "HEAD /a HTTP/1.1\r\n" HOST "\r\n");
	answer = client_hear(client, true);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_int_eq(body_length(answer.head), (int)strlen("HEAD /a? 127.0.0.1 "));
	client_say(client, "GET /b HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_str_eq(client_hear(client, false).body, "GET /b? 127.0.0.1 ");
	close(client);
}
END_TEST

START_TEST(other_methods_are_told_apart)
{
	int client = client_new();

	client_say(client, "OPTIONS / HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_ptr_nonnull(strstr(client_hear(client, false).head, "\r\nX-Method: other\r\n"));
	ck_assert_ptr_nonnull(strstr(client_hear(client, false).head, "\r\nX-Method: known\r\n"));
	close(client);
}
END_TEST

START_TEST(a_client_that_asks_is_told_to_go_on)
{
	int client = client_new();

	for (int i = 0; i < 2; i++) { // the second time an answer has gone before it
		client_say(client, "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
		ck_assert_int_eq(client_hear(client, false).status, 100);
		client_say(client, "abc");
		ck_assert_str_eq(client_hear(client, false).body, "POST /? 127.0.0.1 abc");
	}
	client_say(client, "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n");
	ck_assert_int_eq(client_hear(client, false).status, 413);
	close(client);
}
END_TEST

START_TEST(a_body_too_large_is_refused_though_it_keeps_coming)
{
	char *body = arena_take(talk()->arena, 1000000);
	int client = client_new();

	memset(body, 'x', 1000000);
	client_say(client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n");
	client_send(client, body, 1000000);
	ck_assert_int_eq(client_hear(client, false).status, 413);
	close(client);
}
END_TEST

static void long_head_is_refused(const char *format, int length, int status)
{
	int client = client_new();

	client_say(client, arena_print(talk()->arena, format, length, 0));
	ck_assert_int_eq(client_hear(client, false).status, status);
	ck_assert(has_ended(client));
	close(client);
}

START_TEST(a_long_target_is_refused)
{
	long_head_is_refused("GET /%0*d HTTP/1.1\r\n" HOST "\r\n", 9000, 414);
	long_head_is_refused("GET /%0*d", 20000, 414);
}
END_TEST

START_TEST(long_headers_are_refused)
{
	struct buffer many;

	long_head_is_refused("GET / HTTP/1.1\r\n" HOST "A: %0*d", 20000, 431);
	buffer_init(&many, talk()->arena);
	for (int i = 0; i < 200; i++)
		buffer_print(&many, "A%d: b\r\n", i);
	long_head_is_refused(arena_print(talk()->arena, "GET /%%0*d HTTP/1.1\r\n" HOST "%s\r\n", many.bytes), 1, 431);
}
END_TEST

START_TEST(a_client_may_leave_before_the_answer)
{
	int client = client_new(), other = client_new();

	client_say(client, "POST /park HTTP/1.1\r\n" HOST "X-Who: me\r\nContent-Length: 3\r\n\r\nabc");
	while (parked_count == 0)
		turn();
	ck_assert_int_eq(close(client), 0);
	client_say(other, "GET / HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_int_eq(client_hear(other, false).status, 200);
	ck_assert_str_eq(http_header(parked[0], "x-who"), "me");
	http_reply(parked[0], 200, "text/plain", "nobody hears", 12);
	parked[0] = NULL;
	while (http_server_connections(server) > 1)
		turn();
	close(other);
}
END_TEST

START_TEST(a_request_outlives_its_server)
{
	int client = client_new();
	size_t length;

	client_say(client, "POST /park HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
	while (parked_count == 0)
		turn();
	http_server_free(server);
	server = NULL;
	ck_assert_str_eq(http_path(parked[0]), "/park");
	ck_assert_int_eq(memcmp(http_body(parked[0], &length), "abc", 3), 0);
	http_reply_header(parked[0], "A", "b");
	http_reply(parked[0], 200, NULL, NULL, 0);
	parked[0] = NULL;
	close(client);
}
END_TEST

START_TEST(a_client_that_only_ends_its_sending_gets_its_answers)
{
	int client = client_new();

	client_say(client, "GET /big HTTP/1.1\r\n" HOST "\r\nGET /park HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	ck_assert_uint_gt(client_hear(client, false).length, 1048576);
	while (parked_count == 0)
		turn();
	http_reply(parked[0], 200, "text/plain", "late", 4);
	parked[0] = NULL;
	ck_assert_str_eq(client_hear(client, false).body, "late");
	ck_assert(has_ended(client));
	close(client);
}
END_TEST

START_TEST(a_request_has_to_arrive_in_time)
{
	int slow, silent;

	http_server_free(server);
	limits.request_seconds = 1;
	start_server();
	slow = client_new();
	silent = client_new();
	client_say(slow, "GET / HTTP/1.1\r\n");
	ck_assert_int_eq(client_hear(slow, false).status, 408);
	ck_assert(has_ended(silent));
	close(slow);
	close(silent);
}
END_TEST

START_TEST(there_are_only_so_many_connections)
{
	int kept, busy[3], waiting;

	http_server_free(server);
	limits.connections_most = 4;
	start_server();
	kept = client_new();
	client_say(kept, "GET / HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_int_eq(client_hear(kept, false).status, 200);
	for (int i = 0; i < 3; i++) {
		busy[i] = client_new();
		client_say(busy[i], "GET /park HTTP/1.1\r\n" HOST "\r\n");
	}
	ck_assert(has_ended(kept)); // it made room when the fourth came
	waiting = client_new();
	client_say(waiting, "GET /last HTTP/1.1\r\n" HOST "\r\n");
	while (parked_count < 3)
		turn();
	for (int i = 0; i < 3; i++) {
		ck_assert_int_le(http_server_connections(server), 4);
		http_reply(parked[i], 200, "text/plain", "x", 1);
		parked[i] = NULL;
		ck_assert_int_eq(client_hear(busy[i], false).status, 200);
	}
	ck_assert_str_eq(client_hear(waiting, false).body, "GET /last? 127.0.0.1 ");
	for (int i = 0; i < 3; i++)
		close(busy[i]);
	close(kept);
	close(waiting);
}
END_TEST

START_TEST(those_too_many_wait_and_are_served)
{
	int clients[10];

	http_server_free(server);
	limits.connections_most = 2;
	start_server();
	for (int i = 0; i < 10; i++)
		clients[i] = client_new();
	for (int i = 0; i < 10; i++)
		client_say(clients[i], "GET /mine HTTP/1.1\r\n" HOST "\r\n");
	for (int i = 0; i < 10; i++) {
		ck_assert_str_eq(client_hear(clients[i], false).body, "GET /mine? 127.0.0.1 ");
		ck_assert_int_le(http_server_connections(server), 2);
		close(clients[i]);
	}
}
END_TEST

START_TEST(draining_ends_what_is_idle_and_finishes_what_is_not)
{
	int idle = client_new(), busy = client_new(), late;
	struct answer answer;

	client_say(idle, "GET / HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_int_eq(client_hear(idle, false).status, 200);
	client_say(busy, "GET /park HTTP/1.1\r\n" HOST "\r\n");
	while (parked_count == 0)
		turn();
	http_server_drain(server);
	ck_assert(has_ended(idle));
	late = socket(AF_INET, SOCK_STREAM, 0);
	http_reply(parked[0], 200, "text/plain", "bye", 3);
	parked[0] = NULL;
	answer = client_hear(busy, false);
	ck_assert_str_eq(answer.body, "bye");
	ck_assert_ptr_nonnull(strstr(answer.head, "\r\nConnection: close\r\n"));
	ck_assert(has_ended(busy));
	ck_assert_int_eq(http_server_connections(server), 0);
	close(late);
	close(idle);
	close(busy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http");
	TCase *cases = tcase_create("http");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_loop_test(cases, each_request_gets_its_answer, 0, COUNT(cases_said));
	tcase_add_test(cases, nul_in_a_header_is_refused);
	tcase_add_test(cases, a_byte_at_a_time_is_as_good);
	tcase_add_test(cases, pipelined_requests_are_answered_in_order);
	tcase_add_test(cases, a_head_is_answered_without_body);
	tcase_add_test(cases, other_methods_are_told_apart);
	tcase_add_test(cases, a_client_that_asks_is_told_to_go_on);
	tcase_add_test(cases, a_body_too_large_is_refused_though_it_keeps_coming);
	tcase_add_test(cases, a_long_target_is_refused);
	tcase_add_test(cases, long_headers_are_refused);
	tcase_add_test(cases, a_client_may_leave_before_the_answer);
	tcase_add_test(cases, a_request_outlives_its_server);
	tcase_add_test(cases, a_client_that_only_ends_its_sending_gets_its_answers);
	tcase_add_test(cases, a_request_has_to_arrive_in_time);
	tcase_add_test(cases, there_are_only_so_many_connections);
	tcase_add_test(cases, those_too_many_wait_and_are_served);
	tcase_add_test(cases, draining_ends_what_is_idle_and_finishes_what_is_not);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
