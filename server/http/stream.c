// SPDX-License-Identifier: Apache-2.0
// Answers of any length: the next piece is asked for when the client has taken the one before.
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <string.h>

#include "http/parts.h"

// evhttp would read on while it writes: see reply.c.
static void stop_reading(const struct connection *connection)
{
	must(bufferevent_disable(connection->socket, EV_READ) == 0);
}

bool http_stream_begin(struct http_request *request, int status, const char *type)
{
	if (request->connection == NULL)
		return true; // the first piece will find out
	reply_headers(request, type);
	evhttp_send_reply_start(request->evhttp, status, http_status_text(status));
	stop_reading(request->connection);
	return strcmp(http_method_name(request), "HEAD") != 0;
}

static void tell(struct http_request *request, bool taken)
{
	http_sent *sent = request->sent;

	request->sent = NULL;
	sent(taken, request->sent_context);
}

static void on_taken(struct evhttp_connection *evhttp, void *context)
{
	struct http_request *request = context;

	(void)evhttp;
	connection_expect_nothing(request->connection);
	tell(request, true);
}

static void on_left(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	tell(context, false);
}

void stream_left(struct http_request *request)
{
	const struct timeval now = {0};

	must(event_base_once(request->base, -1, EV_TIMEOUT, on_left, request, &now) == 0);
}

void http_stream_send(struct http_request *request, const void *bytes, size_t length, http_sent *sent, void *context)
{
	request->sent = sent;
	request->sent_context = context;
	if (request->connection == NULL) {
		stream_left(request);
		return;
	}
	struct evbuffer *piece = evbuffer_new();
	must(piece != NULL && evbuffer_add(piece, bytes, length) == 0);
	connection_expect_taken(request->connection, length);
	evhttp_send_reply_chunk_with_cb(request->evhttp, piece, on_taken, request);
	evbuffer_free(piece);
	stop_reading(request->connection);
}

void http_stream_end(struct http_request *request, bool whole)
{
	struct connection *connection = request->connection;

	if (connection == NULL) {
		evhttp_request_free(request->evhttp);
	} else {
		connection->request = NULL;
		if (whole) {
			connection_expect_taken(connection, 0);
			evhttp_send_reply_end(request->evhttp);
			stop_reading(connection);
		} else {
			connection_close(connection);
		}
	}
	arena_free(request->arena);
}
