// SPDX-License-Identifier: Apache-2.0
// One connection: takes the bytes as they come, has them judged, and gives evhttp whole, well-formed requests, one at a
// time. evhttp sees no chunks, no Expect and nothing malformed; it keeps the connection and writes the answers.
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/parts.h"

#define TAKEN_LEAST 4096 // bytes a second that a client takes of an answer, or it is given up

enum progress { STALLED, WENT_ON };

static const struct refusal fine;

static void set_deadline(struct connection *connection, int seconds)
{
	struct timeval limit = {.tv_sec = seconds};

	must(evtimer_add(connection->deadline, &limit) == 0);
}

static void begin_reading(struct connection *connection)
{
	const struct http_limits *limits = &connection->server->limits;

	connection->phase = READING_HEAD;
	connection->begun = false;
	connection->trailer = 0;
	set_deadline(connection, connection->served ? limits->idle_seconds : limits->request_seconds);
}

void connection_expect_taken(struct connection *connection, size_t length)
{
	set_deadline(connection, connection->server->limits.request_seconds + (int)(length / TAKEN_LEAST));
}

void connection_expect_nothing(struct connection *connection)
{
	must(evtimer_del(connection->deadline) == 0);
}

bool connection_is_idle(const struct connection *connection)
{
	return connection->phase == READING_HEAD && !connection->begun && connection->evhttp != NULL;
}

static void write_head(struct connection *connection, const struct head *head)
{
	struct evbuffer *out = connection->head;

	must(evbuffer_add_printf(out, "%.*s %.*s HTTP/1.%d\r\n", (int)head->method.length, head->method.at,
	         (int)head->target.length, head->target.at, head->minor) >= 0);
	for (size_t i = 0; i < head->field_count; i++) {
		const struct head_field *field = &head->fields[i];

		must(evbuffer_add_printf(out, "%.*s: %.*s\r\n", (int)field->name.length, field->name.at,
		         (int)field->value.length, field->value.at) >= 0);
	}
	if (head->closes)
		must(evbuffer_add_printf(out, "Connection: close\r\n") >= 0);
	else if (head->minor == 0)
		must(evbuffer_add_printf(out, "Connection: keep-alive\r\n") >= 0);
}

// evhttp's own callback for finished writing stays out of it: it would take this for the end of an answer.
static void write_continue(struct connection *connection)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
	bufferevent_data_cb read;
	bufferevent_event_cb event;
	void *context;

	bufferevent_getcb(connection->socket, &read, NULL, &event, &context);
	bufferevent_setcb(connection->socket, read, NULL, event, context);
	must(bufferevent_write(connection->socket, line, sizeof(line) - 1) == 0);
	must(bufferevent_enable(connection->socket, EV_WRITE) == 0);
}

// A whole request: now evhttp may read it. It calls back from within.
static enum progress hand_over(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->socket);
	size_t length = evbuffer_get_length(connection->body);

	if (length > 0)
		must(evbuffer_add_printf(connection->head, "Content-Length: %zu\r\n", length) >= 0);
	must(evbuffer_add(connection->head, "\r\n", 2) == 0);
	connection_expect_nothing(connection);
	connection->phase = ANSWERING;
	connection->server->handing = connection;
	must(evbuffer_unfreeze(input, 0) == 0); // a plain socket's is frozen but while it is read
	must(evbuffer_add_buffer(input, connection->head) == 0);
	must(evbuffer_add_buffer(input, connection->body) == 0);
	must(connection->encrypted || evbuffer_freeze(input, 0) == 0);
	bufferevent_trigger(connection->socket, EV_READ, 0);
	connection->server->handing = NULL;
	return STALLED;
}

// An empty line or two before a request are tolerated, as RFC 9112 asks.
static void skip_empty_lines(struct evbuffer *raw)
{
	char two[2];

	while (evbuffer_copyout(raw, two, 2) == 2 && two[0] == '\r' && two[1] == '\n')
		must(evbuffer_drain(raw, 2) == 0);
}

static struct refusal head_too_long(const char *bytes, size_t length)
{
	if (length > 0 && memchr(bytes, '\n', length) == NULL)
		return (struct refusal){414, "the request line is too long"};
	return (struct refusal){431, "the headers are too large"};
}

static void expect_body(struct connection *connection, const struct head *head)
{
	connection->room = head->room;
	connection->missing = head->length;
	connection->phase = head->chunked ? READING_CHUNK_SIZE : READING_BODY;
	if (head->expects && evbuffer_get_length(connection->raw) == 0 && (head->chunked || head->length > 0))
		write_continue(connection);
}

static struct refusal read_head(struct connection *connection, enum progress *progress)
{
	const struct http_limits *limits = &connection->server->limits;
	size_t most = limits->header_most, length, end;
	struct refusal refusal;
	struct head head;
	const char *bytes;

	skip_empty_lines(connection->raw);
	length = evbuffer_get_length(connection->raw);
	length = length < most ? length : most;
	if (length == 0)
		return fine;
	if (!connection->begun)
		set_deadline(connection, limits->request_seconds);
	connection->begun = true;
	bytes = (const char *)evbuffer_pullup(connection->raw, (ev_ssize_t)length);
	must(bytes != NULL);
	refusal = head_find_end(bytes, length, &end);
	if (refusal.status != 0 || (end == 0 && length < most))
		return refusal;
	if (end == 0)
		return head_too_long(bytes, length);
	refusal = head_read(bytes, end, limits, &head);
	if (refusal.status != 0)
		return refusal;
	write_head(connection, &head);
	must(evbuffer_drain(connection->raw, end) == 0);
	expect_body(connection, &head);
	*progress = WENT_ON;
	return fine;
}

// Moves what has come of the missing bytes; true if none is missing any more.
static bool take_missing(struct connection *connection)
{
	size_t length = evbuffer_get_length(connection->raw);

	if (length > connection->missing)
		length = (size_t)connection->missing;
	must(evbuffer_remove_buffer(connection->raw, connection->body, length) == (int)length);
	connection->missing -= length;
	return connection->missing == 0;
}

static struct refusal read_body(struct connection *connection, enum progress *progress)
{
	if (take_missing(connection))
		*progress = hand_over(connection);
	return fine;
}

// A line of the chunked framing without its CRLF, to be freed; NULL if it has not come.
static struct refusal read_line(struct connection *connection, char **line, size_t *length)
{
	size_t waiting = evbuffer_get_length(connection->raw);

	*line = evbuffer_readln(connection->raw, length, EVBUFFER_EOL_CRLF_STRICT);
	if (*line == NULL && waiting > HEAD_CHUNK_LINE_MOST)
		return (struct refusal){400, "a line of the chunked body is too long"};
	return fine;
}

static struct refusal read_chunk_size(struct connection *connection, enum progress *progress)
{
	struct refusal refusal;
	size_t length;
	char *line;

	refusal = read_line(connection, &line, &length);
	if (line == NULL)
		return refusal;
	refusal = head_read_chunk(line, length, &connection->missing);
	free(line);
	if (refusal.status == 0 && connection->missing > connection->room - evbuffer_get_length(connection->body))
		refusal = (struct refusal){413, "the body is too large"};
	connection->phase = connection->missing > 0 ? READING_CHUNK : READING_TRAILER;
	*progress = WENT_ON;
	return refusal;
}

static struct refusal read_chunk(struct connection *connection, enum progress *progress)
{
	if (take_missing(connection)) {
		connection->phase = READING_CHUNK_END;
		*progress = WENT_ON;
	}
	return fine;
}

static struct refusal read_chunk_end(struct connection *connection, enum progress *progress)
{
	char end[2];

	if (evbuffer_get_length(connection->raw) < sizeof(end))
		return fine;
	must(evbuffer_remove(connection->raw, end, sizeof(end)) == sizeof(end));
	connection->phase = READING_CHUNK_SIZE;
	*progress = WENT_ON;
	return end[0] == '\r' && end[1] == '\n' ? fine : (struct refusal){400, "a chunk does not end where it should"};
}

static struct refusal read_trailer(struct connection *connection, enum progress *progress)
{
	struct refusal refusal;
	size_t length;
	char *line;

	refusal = read_line(connection, &line, &length);
	if (line == NULL)
		return refusal;
	connection->trailer += length;
	if (length == 0)
		*progress = hand_over(connection);
	else if (connection->trailer > connection->server->limits.header_most)
		refusal = (struct refusal){431, "the trailer is too large"};
	else
		refusal = head_read_trailer(line, length);
	if (length > 0)
		*progress = WENT_ON;
	free(line);
	return refusal;
}

static struct refusal (*const readers[])(struct connection *connection, enum progress *progress) = {
    [READING_HEAD] = read_head,
    [READING_BODY] = read_body,
    [READING_CHUNK_SIZE] = read_chunk_size,
    [READING_CHUNK] = read_chunk,
    [READING_CHUNK_END] = read_chunk_end,
    [READING_TRAILER] = read_trailer,
};

// Runs from the loop whenever there may be something to read: bytes have come, or an answer is out.
static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct connection *connection = context;
	enum progress progress = WENT_ON;

	(void)fd;
	(void)what;
	if (connection->evhttp == NULL) {
		connection_adopt(connection);
		return;
	}
	while (progress == WENT_ON && connection->phase < ANSWERING) {
		struct refusal refusal;

		progress = STALLED;
		refusal = readers[connection->phase](connection, &progress);
		if (refusal.status != 0)
			connection_refuse(connection, refusal);
	}
}

// Called as bytes arrive, before evhttp looks: it finds nothing.
static void on_bytes(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
	struct connection *connection = context;

	if (info->n_added == 0 || connection->server->handing == connection)
		return;
	if (connection->phase == REFUSED) {
		must(evbuffer_drain(input, evbuffer_get_length(input)) == 0);
		return;
	}
	must(evbuffer_add_buffer(connection->raw, input) == 0);
	event_active(connection->step, EV_READ, 0);
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
	struct connection *connection = context;

	(void)fd;
	(void)what;
	if (connection->phase < ANSWERING && connection->begun)
		connection_refuse(connection, (struct refusal){408, "the request did not arrive in time"});
	else
		connection_close(connection);
}

struct bufferevent *connection_new(struct event_base *base, void *context)
{
	struct http_server *server = context;
	struct connection *connection = calloc(1, sizeof(*connection));

	must(connection != NULL);
	connection->server = server;
	connection->encrypted = server->tls != NULL;
	connection->socket =
	    connection->encrypted ? tls_socket(server->tls, base) : bufferevent_socket_new(base, -1, 0);
	connection->raw = evbuffer_new();
	connection->head = evbuffer_new();
	connection->body = evbuffer_new();
	connection->step = event_new(base, -1, 0, on_step, connection);
	connection->deadline = evtimer_new(base, on_deadline, connection);
	must(connection->socket != NULL && connection->raw != NULL && connection->head != NULL &&
	    connection->body != NULL && connection->step != NULL && connection->deadline != NULL);
	must(evbuffer_add_cb(bufferevent_get_input(connection->socket), on_bytes, connection) != NULL);
	TAILQ_INSERT_HEAD(&server->connections, connection, link);
	server_count_in(server);
	// evhttp makes its part of the connection when this has returned, and tells nobody: fetched in the first step.
	// Until then the socket is held, since evhttp may still give up.
	bufferevent_incref(connection->socket);
	event_active(connection->step, EV_READ, 0);
	return connection->socket;
}

static void connection_free(struct connection *connection)
{
	struct http_server *server = connection->server;

	if (connection->request != NULL)
		request_orphan(connection->request);
	TAILQ_REMOVE(&server->connections, connection, link);
	peer_leave(connection);
	event_free(connection->step);
	event_free(connection->deadline);
	evbuffer_free(connection->raw);
	evbuffer_free(connection->head);
	evbuffer_free(connection->body);
	free(connection);
	server_count_out(server);
}

// evhttp frees the connection, for whatever reason.
static void on_gone(struct evhttp_connection *evhttp, void *context)
{
	struct connection *connection = context;

	(void)evhttp;
	if (connection->encrypted)
		tls_farewell(connection->socket);
	evbuffer_remove_cb(bufferevent_get_input(connection->socket), on_bytes, connection);
	connection_free(connection);
}

void connection_adopt(struct connection *connection)
{
	struct bufferevent *socket = connection->socket;
	struct timeval limit = {.tv_sec = connection->server->limits.request_seconds};
	ev_uint16_t port;
	void *context;
	char *peer;
	int on = 1;

	bufferevent_getcb(socket, NULL, NULL, NULL, &context); // evhttp's own callbacks get its connection
	if (context == NULL) {
		evbuffer_remove_cb(bufferevent_get_input(socket), on_bytes, connection);
		connection_free(connection);
		bufferevent_decref(socket);
		return;
	}
	connection->evhttp = context;
	must(evhttp_connection_get_bufferevent(connection->evhttp) == socket);
	evhttp_connection_set_closecb(connection->evhttp, on_gone, connection);
	bufferevent_decref(socket);
	must(bufferevent_set_timeouts(socket, NULL, &limit) == 0); // a client has to take its answer
	setsockopt(bufferevent_getfd(socket), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); // slower without, no worse
	evhttp_connection_get_peer(connection->evhttp, &peer, &port);
	peer_join(connection, peer);
	begin_reading(connection);
	server_make_room(connection->server, connection);
}

void connection_close(struct connection *connection)
{
	evhttp_connection_free(connection->evhttp); // comes back to on_gone()
}

void connection_answered(struct evhttp_request *evhttp, void *context)
{
	struct connection *connection = context;

	(void)evhttp;
	connection->served = true;
	begin_reading(connection);
	event_active(connection->step, EV_READ, 0); // the next request may have come already
}
