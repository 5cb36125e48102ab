// SPDX-License-Identifier: Apache-2.0
// The guard's own answers: written past evhttp, which has not seen the request, and the end of the connection.
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <string.h>
#include <sys/socket.h>

#include "base/digest.h"
#include "base/json.h"
#include "http/parts.h"

#define LINGER_SECONDS 2 // so that a client that is still sending gets to read why it was refused

static char *problem_text(struct arena *arena, struct refusal refusal)
{
	struct json_out json;

	json_out_init(&json, arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "type",
	    refusal.status == 413 ? "urn:weihu:problem:too_large" : "urn:weihu:problem:malformed");
	json_add_text(&json, "title", http_status_text(refusal.status));
	json_add_int(&json, "status", refusal.status);
	json_add_text(&json, "detail", refusal.why);
	json_end(&json, '}');
	return json.out.bytes;
}

static void write_refusal(struct evbuffer *out, struct refusal refusal, const char *id, const char *hsts)
{
	struct arena *arena = arena_new();
	const char *problem = problem_text(arena, refusal);
	char date[64];

	must(evutil_date_rfc1123(date, sizeof(date), NULL) > 0);
	must(evbuffer_add_printf(out,
	         "HTTP/1.1 %d %s\r\n"
	         "Date: %s\r\n"
	         "Content-Type: application/problem+json\r\n"
	         "Content-Length: %zu\r\n"
	         "Cache-Control: no-store\r\n"
	         "X-Content-Type-Options: nosniff\r\n"
	         "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
	         "Referrer-Policy: no-referrer\r\n"
	         "X-Request-Id: %s\r\n"
	         "%s%s%s"
	         "Connection: close\r\n"
	         "\r\n"
	         "%s",
	         refusal.status, http_status_text(refusal.status), date, strlen(problem), id,
	         *hsts != '\0' ? "Strict-Transport-Security: " : "", hsts, *hsts != '\0' ? "\r\n" : "", problem) >= 0);
	arena_free(arena);
}

static void on_written(struct bufferevent *socket, void *context)
{
	const struct connection *connection = context;

	if (connection->encrypted)
		tls_farewell(socket);
	shutdown(bufferevent_getfd(socket), SHUT_WR); // if it fails the client has left: an event says so
}

static void on_end(struct bufferevent *socket, short what, void *context)
{
	(void)socket;
	(void)what;
	connection_close(context);
}

void connection_refuse(struct connection *connection, struct refusal refusal)
{
	struct http_server *server = connection->server;
	struct timeval linger = {.tv_sec = LINGER_SECONDS};
	char id[33];

	connection->phase = REFUSED;
	must(evbuffer_drain(connection->raw, evbuffer_get_length(connection->raw)) == 0);
	bufferevent_setcb(connection->socket, NULL, on_written, on_end, connection);
	random_hex(16, id);
	write_refusal(bufferevent_get_output(connection->socket), refusal, id,
	    connection->encrypted ? server->hsts : "");
	must(bufferevent_enable(connection->socket, EV_READ | EV_WRITE) == 0);
	must(evtimer_add(connection->deadline, &linger) == 0);
	server->refused(&(struct http_refusal){refusal.status, refusal.why, connection->peer->address, id},
	    server->context);
}
