// SPDX-License-Identifier: Apache-2.0
// The request guard as it stands in the server: bytes come down a connection, in two parts, and the client's end of it
// is closed. Whatever they are, the connection ends, and what is handed up is a request as HTTP has it.
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "fuzz.h"
#include "http/http.h"
#include "http/path.h"

#define TURNS_BUSY 100    // without a pause
#define TURNS_MOST 100000 // of a millisecond each

static struct event_base *base;
static int port;

static void on_request(struct http_request *request, void *context)
{
	struct arena *arena = arena_new();
	struct faults faults;
	struct query query;
	size_t length;

	(void)context;
	faults_init(&faults, arena);
	demand(*http_path(request) == '/', "a path begins with a slash");
	(void)query_read(http_query(request), &query, arena, &faults);
	demand(http_body(request, &length) != NULL && length <= 1000, "a body is no larger than it may be");
	demand(http_header(request, "Transfer-Encoding") == NULL, "chunks stay with the guard");
	http_reply(request, 200, "text/plain", "yes", 3);
	arena_free(arena);
}

static void on_refused(const struct http_refusal *refusal, void *context)
{
	(void)context;
	demand(refusal->status >= 400 && refusal->status <= 505 && refusal->why != NULL, "a refusal is one");
}

static void server_start(void)
{
	const struct http_limits limits = {.header_most = 4096,
	    .body_most = 1000,
	    .connections_most = 20,
	    .connections_address = 20,
	    .request_seconds = 5,
	    .idle_seconds = 5};
	struct arena *arena = arena_new();
	struct faults faults;

	faults_init(&faults, arena);
	base = event_base_new();
	demand(base != NULL, "there is memory");
	demand(http_server_new(base, "127.0.0.1:0", &limits, on_request, on_refused, NULL, &port, &faults) != NULL,
	    "the server listens");
	arena_free(arena);
}

// Each turn after the first ones waits for the client's end: the kernel may take its time, too.
static void turn(int client, short what, int number)
{
	struct pollfd wait = {.fd = client, .events = what};

	if (number > TURNS_BUSY)
		(void)poll(&wait, 1, 1);
	demand(event_base_loop(base, EVLOOP_NONBLOCK) >= 0, "the loop goes on");
}

// It ends by a reset, which leaves no port waiting.
static int client_new(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger reset = {.l_onoff = 1};
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	demand(client >= 0 && setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0 &&
	        connect(client, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	        fcntl(client, F_SETFL, O_NONBLOCK) == 0,
	    "a client connects");
	return client;
}

static void client_say(int client, const uint8_t *bytes, size_t length)
{
	for (int i = 0; length > 0 && i < TURNS_MOST; i++) {
		ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return; // it has heard enough
		bytes += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
		turn(client, POLLOUT, i);
	}
	turn(client, 0, 0);
}

static void client_hear(int client)
{
	char answer[4096];

	for (int i = 0; i < TURNS_MOST; i++) {
		ssize_t got = recv(client, answer, sizeof(answer), 0);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return;
		turn(client, POLLIN, i);
	}
	demand(false, "the connection ends");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (base == NULL)
		server_start();
	int client = client_new();
	size_t cut = length > 0 ? bytes[0] % length : 0;

	client_say(client, bytes, cut);
	client_say(client, bytes + cut, length - cut);
	(void)shutdown(client, SHUT_WR);
	client_hear(client);
	close(client);
	turn(-1, 0, 0);
	return 0;
}
