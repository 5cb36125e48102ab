// SPDX-License-Identifier: Apache-2.0
// A request on its way up: what those above may read of it.
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/parts.h"

static const struct {
	enum evhttp_cmd_type command;
	enum http_method method;
	const char *name;
} methods[] = {
    {EVHTTP_REQ_GET, HTTP_GET, "GET"},
    {EVHTTP_REQ_HEAD, HTTP_GET, "HEAD"},
    {EVHTTP_REQ_POST, HTTP_POST, "POST"},
    {EVHTTP_REQ_PUT, HTTP_PUT, "PUT"},
    {EVHTTP_REQ_PATCH, HTTP_PATCH, "PATCH"},
    {EVHTTP_REQ_DELETE, HTTP_DELETE, "DELETE"},
    {EVHTTP_REQ_OPTIONS, HTTP_OTHER, "OPTIONS"},
    {EVHTTP_REQ_TRACE, HTTP_OTHER, "TRACE"},
};

#define METHOD_COUNT (sizeof(methods) / sizeof(methods[0]))

static size_t method_row(const struct http_request *request)
{
	size_t row = 0;

	while (row + 1 < METHOD_COUNT && methods[row].command != evhttp_request_get_command(request->evhttp))
		row++;
	return row;
}

static void read_target(struct http_request *request)
{
	const char *target = evhttp_request_get_uri(request->evhttp);
	size_t length = strcspn(target, "?");

	request->path = arena_copy_bytes(request->arena, target, length);
	request->query = target[length] == '?' ? arena_copy(request->arena, target + length + 1) : NULL;
}

// All that proxies and others have written into the header, in its order; "" when there is none.
static char *forwarded_text(const struct http_request *request)
{
	struct evkeyval *header;
	struct buffer text;

	buffer_init(&text, request->arena);
	TAILQ_FOREACH(header, evhttp_request_get_input_headers(request->evhttp), next)
		if (strcasecmp(header->key, "X-Forwarded-For") == 0)
			buffer_print(&text, ",%s", header->value);
	return arena_copy(request->arena, text.bytes);
}

static bool is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

// Each listed proxy is believed about whom it got the request from, and nobody else is about anything.
static const char *client_address(const struct http_request *request, const char *peer)
{
	const char *proxies = request->connection->server->limits.proxies;
	char *text = text_in_list(proxies, peer) ? forwarded_text(request) : NULL, *comma;

	while (text != NULL && text_in_list(proxies, peer) && (comma = strrchr(text, ',')) != NULL) {
		char *said = comma + 1 + strspn(comma + 1, " \t");

		said[strcspn(said, " \t")] = '\0';
		*comma = '\0';
		if (!is_address(said))
			break;
		peer = said;
	}
	return peer;
}

// By the proxy that speaks with us, if it is listed.
static bool proxy_says_https(const struct http_request *request, const char *peer)
{
	const char *scheme = http_header(request, "X-Forwarded-Proto");

	return scheme != NULL && text_in_list(request->connection->server->limits.proxies, peer) &&
	    strcasecmp(scheme, "https") == 0;
}

static void read_peer(struct http_request *request)
{
	const char *address = request->connection->peer->address;

	request->peer = client_address(request, arena_copy(request->arena, address));
	request->https = request->connection->encrypted || proxy_says_https(request, address);
}

void request_hand_up(struct evhttp_request *evhttp, void *context)
{
	struct http_server *server = context;
	struct arena *arena = arena_new();
	struct http_request *request = arena_take(arena, sizeof(*request));

	request->arena = arena;
	request->evhttp = evhttp;
	request->connection = server->handing;
	request->connection->request = request;
	request->base = server->base;
	evhttp_request_set_on_complete_cb(evhttp, connection_answered, request->connection);
	read_target(request);
	read_peer(request);
	server->handler(request, server->context);
}

// From here on the request is ours to free; its texts stay readable until http_reply().
void request_orphan(struct http_request *request)
{
	evhttp_request_own(request->evhttp);
	request->connection = NULL;
	if (request->sent != NULL)
		stream_left(request);
}

enum http_method http_method(const struct http_request *request)
{
	return methods[method_row(request)].method;
}

const char *http_method_name(const struct http_request *request)
{
	return methods[method_row(request)].name;
}

const char *http_path(const struct http_request *request)
{
	return request->path;
}

const char *http_query(const struct http_request *request)
{
	return request->query;
}

const char *http_header(const struct http_request *request, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(request->evhttp), name);
}

void http_forget_header(struct http_request *request, const char *name)
{
	struct evkeyval *header;

	TAILQ_FOREACH(header, evhttp_request_get_input_headers(request->evhttp), next)
		if (strcasecmp(header->key, name) == 0)
			explicit_bzero(header->value, strlen(header->value));
}

bool http_is_https(const struct http_request *request)
{
	return request->https;
}

const char *http_peer(const struct http_request *request)
{
	return request->peer;
}

const char *http_body(struct http_request *request, size_t *length)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(request->evhttp);
	const char *bytes;

	*length = evbuffer_get_length(body);
	if (*length == 0)
		return "";
	bytes = (const char *)evbuffer_pullup(body, -1);
	must(bytes != NULL);
	return bytes;
}

void http_forget_body(struct http_request *request)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(request->evhttp);
	size_t length = evbuffer_get_length(body);

	if (length == 0)
		return;
	unsigned char *bytes = evbuffer_pullup(body, -1);
	must(bytes != NULL);
	explicit_bzero(bytes, length);
	must(evbuffer_drain(body, length) == 0);
}
