// SPDX-License-Identifier: Apache-2.0
// An address has its share of a server's connections: a further one takes the place of the oldest that has no claim.
#include <event2/event.h>
#include <unistd.h>

#include "base/text.h"
#include "http/http.h"
#include "suite.h"
#include "talk.h"

#define HOST "Host: weihu.test\r\n"
#define CLIENTS 6

static struct event *tick;
static struct http_server *server;
static struct http_request *parked;

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
}

static void handle(struct http_request *request, void *context)
{
	(void)context;
	if (text_equals(http_path(request), "/park"))
		parked = request;
	else
		http_reply(request, 200, "text/plain", "yes", 3);
}

static void on_refused(const struct http_refusal *refusal, void *context)
{
	(void)refusal;
	(void)context;
}

static void start(int share, const char *proxies)
{
	const struct http_limits limits = {.header_most = 4096,
	    .body_most = 4096,
	    .connections_most = 20,
	    .connections_address = share,
	    .request_seconds = 60,
	    .idle_seconds = 60,
	    .proxies = proxies};
	const struct timeval often = {.tv_usec = 2000};
	struct faults faults;

	talk()->arena = arena_new();
	talk()->base = event_base_new();
	talk()->port = 0;
	faults_init(&faults, talk()->arena);
	tick = event_new(talk()->base, -1, EV_PERSIST, on_tick, NULL);
	event_add(tick, &often);
	server =
	    http_server_new(talk()->base, "127.0.0.1:0", &limits, handle, on_refused, NULL, &talk()->port, &faults);
	ck_assert_ptr_nonnull(server);
}

static void stop(void)
{
	http_server_free(server);
	event_free(tick);
	event_base_free(talk()->base);
	arena_free(talk()->arena);
}

static int client_asking(const char *said)
{
	int client = client_new();

	client_say(client, said);
	return client;
}

START_TEST(the_oldest_without_a_claim_goes)
{
	int busy, slow[2], fresh;

	start(3, NULL);
	busy = client_asking("GET /park HTTP/1.1\r\n" HOST "\r\n");
	slow[0] = client_asking("GET /slow HTTP/1.1\r\n");
	slow[1] = client_asking("GET /slow HTTP/1.1\r\n");
	fresh = client_asking("GET /fresh HTTP/1.1\r\n" HOST "\r\n");
	ck_assert_int_eq(client_hear(fresh, false).status, 200);
	ck_assert(has_ended(slow[0]));
	client_say(slow[1], HOST "\r\n");
	ck_assert_int_eq(client_hear(slow[1], false).status, 200);
	http_reply(parked, 200, "text/plain", "yes", 3);
	ck_assert_int_eq(client_hear(busy, false).status, 200);
	ck_assert_int_eq(http_server_connections(server), 3);
	close(busy);
	close(slow[0]);
	close(slow[1]);
	close(fresh);
	stop();
}
END_TEST

// What each of them had begun to say is heard to its end, and answered.
static void finish(const int clients[CLIENTS])
{
	for (int i = 0; i < CLIENTS; i++) {
		client_say(clients[i], HOST "\r\n");
		ck_assert_int_eq(client_hear(clients[i], false).status, 200);
		close(clients[i]);
	}
}

START_TEST(an_address_takes_nothing_of_anothers_share)
{
	int clients[CLIENTS];

	start(2, NULL);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = client_from(INADDR_LOOPBACK + (in_addr_t)i % 3);
		client_say(clients[i], "GET /slow HTTP/1.1\r\n");
	}
	finish(clients);
	stop();
}
END_TEST

START_TEST(a_proxy_brings_as_many_as_it_likes)
{
	int clients[CLIENTS];

	start(2, "127.0.0.1");
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = client_asking("GET /slow HTTP/1.1\r\n");
	finish(clients);
	stop();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("share");
	TCase *cases = tcase_create("share");

	tcase_add_test(cases, the_oldest_without_a_claim_goes);
	tcase_add_test(cases, an_address_takes_nothing_of_anothers_share);
	tcase_add_test(cases, a_proxy_brings_as_many_as_it_likes);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
