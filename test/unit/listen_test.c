// SPDX-License-Identifier: Apache-2.0
// Where an HTTP server listens: addresses that make sense, and who may share one.
#include <event2/event.h>

#include "http/http.h"
#include "suite.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

static struct event_base *base;
static struct arena *arena;
static struct faults faults;
static const struct http_limits limits = {.header_most = 4096,
    .body_most = 4096,
    .connections_most = 4,
    .connections_address = 4,
    .request_seconds = 5};

static void set_up(void)
{
	base = event_base_new();
	arena = arena_new();
	faults_init(&faults, arena);
	ck_assert_ptr_nonnull(base);
}

static void tear_down(void)
{
	event_base_free(base);
	arena_free(arena);
}

static void never(struct http_request *request, void *context)
{
	(void)request;
	(void)context;
}

static void never_refused(const struct http_refusal *refusal, void *context)
{
	(void)refusal;
	(void)context;
}

static struct http_server *listen_at(const char *address, int *port)
{
	return http_server_new(base, address, &limits, never, never_refused, NULL, port, &faults);
}

static const char *const bad_addresses[] = {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1:80",
    ":-1"};

START_TEST(an_address_must_make_sense)
{
	int port = 0;

	ck_assert_ptr_null(listen_at(bad_addresses[_i], &port));
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_str_eq(faults.first->field, "listen");
}
END_TEST

// Two services at one address would each get half of the requests; two workers of one shall.
START_TEST(a_port_is_shared_by_workers_alone)
{
	int port = 0, stranger = 0;
	struct http_server *first = listen_at("127.0.0.1:0", &port), *worker;

	ck_assert_ptr_nonnull(first);
	const char *address = arena_print(arena, "127.0.0.1:%d", port);
	ck_assert_ptr_null(listen_at(address, &stranger));
	ck_assert_str_eq(faults.first->code, "unavailable");
	worker = listen_at(address, &port);
	ck_assert_ptr_nonnull(worker);
	http_server_free(worker);
	http_server_free(first);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("listen");
	TCase *cases = tcase_create("listen");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, an_address_must_make_sense, 0, COUNT(bad_addresses));
	tcase_add_test(cases, a_port_is_shared_by_workers_alone);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
