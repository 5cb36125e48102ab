// SPDX-License-Identifier: Apache-2.0
// The HTTP server of one event loop: listening, how many connections there may be, and the end.
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/text.h"
#include "http/parts.h"

#define BACKLOG 1024
#define METHODS                                                                                                        \
	(EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE |  \
	    EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE)

void out_of_memory(void)
{
	log_error("out of memory");
	abort();
}

// "127.0.0.1:8420", "[::1]:0" or "localhost:8420"; to be freed with freeaddrinfo().
static struct addrinfo *resolve(const char *address, struct arena *arena, struct faults *faults)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found;
	const char *colon = strrchr(address, ':');
	int64_t port;
	char *host;
	int error;

	if (colon == NULL || !text_to_int(colon + 1, 0, 65535, &port)) {
		faults_add(faults, "listen", "format", "\"%s\" is no address: it should look like 127.0.0.1:8420",
		    address);
		return NULL;
	}
	if (address[0] == '[' && colon > address + 1 && colon[-1] == ']')
		host = arena_copy_bytes(arena, address + 1, (size_t)(colon - address) - 2);
	else
		host = arena_copy_bytes(arena, address, (size_t)(colon - address));
	error = getaddrinfo(host, colon + 1, &hints, &found);
	if (error == 0)
		return found;
	faults_add(faults, "listen", "format", "\"%s\" is no address: %s", address, gai_strerror(error));
	return NULL;
}

static int port_of(evutil_socket_t fd)
{
	struct sockaddr_in6 address = {.sin6_port = 0}; // the port stands at the same place for IPv4
	socklen_t length = sizeof(address);

	_Static_assert(offsetof(struct sockaddr_in6, sin6_port) == offsetof(struct sockaddr_in, sin_port), "sockaddr");
	must(getsockname(fd, (struct sockaddr *)&address, &length) == 0);
	return ntohs(address.sin6_port);
}

static void pause_accepting(struct http_server *server)
{
	if (server->bound != NULL)
		evconnlistener_disable(evhttp_bound_socket_get_listener(server->bound));
}

static void resume_accepting(struct http_server *server)
{
	if (server->bound != NULL)
		evconnlistener_enable(evhttp_bound_socket_get_listener(server->bound));
}

static void on_pause_over(evutil_socket_t fd, short what, void *server)
{
	(void)fd;
	(void)what;
	resume_accepting(server);
}

// Most likely there are no file descriptors left: the loop would spin on it.
static void on_accept_error(struct evconnlistener *listener, void *context)
{
	struct http_server *server = context;
	struct timeval second = {.tv_sec = 1};

	(void)listener;
	log_warn("accept: %s", evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
	pause_accepting(server);
	must(evtimer_add(server->pause, &second) == 0);
}

bool server_is_full(const struct http_server *server)
{
	return server->open >= server->limits.connections_most;
}

// Of those that were served, and only keep their connection: to end it harms no client.
static struct connection *find_oldest_kept(struct http_server *server)
{
	struct connection *connection;

	TAILQ_FOREACH_REVERSE(connection, &server->connections, connections, link)
		if (connection->served && connection_is_idle(connection))
			return connection;
	return NULL;
}

void server_count_in(struct http_server *server)
{
	server->open++;
	if (server_is_full(server))
		pause_accepting(server);
}

// NULL while the address has no more than its share.
static struct connection *find_beyond_share(const struct http_server *server, const struct peer *peer)
{
	if (peer->open <= server->limits.connections_address || text_in_list(server->limits.proxies, peer->address))
		return NULL;
	return peer_oldest_unasked(peer);
}

void server_make_room(struct http_server *server, const struct connection *fresh)
{
	struct connection *victim = find_beyond_share(server, fresh->peer);

	if (victim == NULL && server_is_full(server))
		victim = find_oldest_kept(server);
	if (victim != NULL)
		connection_close(victim);
}

void server_count_out(struct http_server *server)
{
	server->open--;
	if (!server_is_full(server))
		resume_accepting(server);
}

// A socket that was bound alone and shares its port only from now on: another service's bind has failed before.
static void share_port(evutil_socket_t socket)
{
	int on = 1;

	must(setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0);
}

static bool listen_at(struct http_server *server, const char *address, bool shared, struct faults *faults)
{
	unsigned flags =
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE | (shared ? LEV_OPT_REUSEABLE_PORT : 0);
	struct addrinfo *found = resolve(address, faults->arena, faults);
	struct evconnlistener *listener;

	if (found == NULL)
		return false;
	listener =
	    evconnlistener_new_bind(server->base, NULL, NULL, flags, BACKLOG, found->ai_addr, (int)found->ai_addrlen);
	freeaddrinfo(found);
	if (listener == NULL) {
		const char *why = evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR());

		faults_add(faults, "listen", "unavailable", "cannot listen at %s: %s", address, why);
		return false;
	}
	share_port(evconnlistener_get_fd(listener));
	server->bound = evhttp_bind_listener(server->evhttp, listener);
	must(server->bound != NULL);
	evconnlistener_set_error_cb(listener, on_accept_error);
	return true;
}

struct http_server *http_server_new(struct event_base *base, const char *address, const struct http_limits *limits,
    http_handler *handler, http_refused *refused, void *context, int *port, struct faults *faults)
{
	struct http_server *server = calloc(1, sizeof(*server));

	must(server != NULL);
	server->base = base;
	server->limits = *limits;
	if (limits->hsts_seconds > 0)
		snprintf(server->hsts, sizeof(server->hsts), "max-age=%lld", (long long)limits->hsts_seconds);
	server->handler = handler;
	server->refused = refused;
	server->context = context;
	TAILQ_INIT(&server->connections);
	server->evhttp = evhttp_new(base);
	server->pause = evtimer_new(base, on_pause_over, server);
	must(server->evhttp != NULL && server->pause != NULL);
	evhttp_set_bevcb(server->evhttp, connection_new, server);
	evhttp_set_gencb(server->evhttp, request_hand_up, server);
	evhttp_set_allowed_methods(server->evhttp, METHODS);
	evhttp_set_default_content_type(server->evhttp, NULL);
	if (!listen_at(server, address, *port != 0, faults)) {
		http_server_free(server);
		return NULL;
	}
	*port = port_of(evhttp_bound_socket_get_fd(server->bound));
	return server;
}

void http_server_use_tls(struct http_server *server, struct http_tls *tls)
{
	http_tls_drop(server->tls);
	server->tls = tls;
}

static void stop_accepting(struct http_server *server)
{
	if (server->bound == NULL)
		return;
	evhttp_del_accept_socket(server->evhttp, server->bound);
	server->bound = NULL;
	must(evtimer_del(server->pause) == 0);
}

void http_server_drain(struct http_server *server)
{
	struct connection *connection, *next;

	stop_accepting(server);
	for (connection = TAILQ_FIRST(&server->connections); connection != NULL; connection = next) {
		next = TAILQ_NEXT(connection, link);
		if (connection_is_idle(connection))
			connection_close(connection);
	}
}

int http_server_connections(const struct http_server *server)
{
	return server->open;
}

static struct connection *find_unadopted(const struct http_server *server)
{
	struct connection *connection;

	TAILQ_FOREACH(connection, &server->connections, link)
		if (connection->evhttp == NULL)
			return connection;
	return NULL;
}

void http_server_free(struct http_server *server)
{
	struct connection *connection;

	if (server == NULL)
		return;
	http_server_drain(server);
	while ((connection = find_unadopted(server)) != NULL)
		connection_adopt(connection); // so that evhttp's end is its end
	evhttp_free(server->evhttp);
	event_free(server->pause);
	http_tls_drop(server->tls);
	free(server);
}
