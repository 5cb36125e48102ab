// SPDX-License-Identifier: Apache-2.0
// Answers.
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "http/parts.h"

static const struct {
	int status;
	const char *text;
} statuses[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {507, "Insufficient Storage"},
    {505, "HTTP Version Not Supported"},
};

const char *http_status_text(int status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "Unknown";
}

void http_reply_header(struct http_request *request, const char *name, const char *value)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request->evhttp);

	if (evhttp_add_header(headers, name, value) != 0)
		log_error("header %s left out: its value has a line break", name);
}

static void add_default(struct http_request *request, const char *name, const char *value)
{
	if (evhttp_find_header(evhttp_request_get_output_headers(request->evhttp), name) == NULL)
		http_reply_header(request, name, value);
}

void reply_headers(struct http_request *request, const char *type)
{
	const struct http_server *server = request->connection->server;

	if (type != NULL)
		add_default(request, "Content-Type", type);
	add_default(request, "Cache-Control", "no-store");
	add_default(request, "X-Content-Type-Options", "nosniff");
	add_default(request, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
	add_default(request, "Referrer-Policy", "no-referrer");
	if (request->connection->encrypted && *server->hsts != '\0')
		add_default(request, "Strict-Transport-Security", server->hsts);
	if (server->bound == NULL || server_is_full(server)) // draining, or others wait
		http_reply_header(request, "Connection", "close");
}

static void add_length(struct http_request *request, int status, size_t length)
{
	char number[32];

	if (status != 204 && status != 304) {
		snprintf(number, sizeof(number), "%zu", length);
		http_reply_header(request, "Content-Length", number);
	}
}

static void send_reply(struct http_request *request, int status, const void *body, size_t length)
{
	struct connection *connection = request->connection;
	bool bodiless = status == 204 || status == 304 || strcmp(http_method_name(request), "HEAD") == 0;

	if (!bodiless && length > 0)
		must(evbuffer_add(evhttp_request_get_output_buffer(request->evhttp), body, length) == 0);
	connection->request = NULL;
	connection_expect_taken(connection, length);
	evhttp_send_reply(request->evhttp, status, http_status_text(status), NULL);
	// evhttp would read on while it writes, and take a client that has only ended its own sending for one that has
	// left.
	must(bufferevent_disable(connection->socket, EV_READ) == 0);
}

void http_reply(struct http_request *request, int status, const char *type, const void *body, size_t length)
{
	if (request->connection == NULL) {
		evhttp_request_free(request->evhttp); // the client has left
	} else {
		reply_headers(request, type);
		add_length(request, status, length);
		send_reply(request, status, body, length);
	}
	arena_free(request->arena);
}
