// SPDX-License-Identifier: Apache-2.0
// What the files of this folder share: the server, its connections, and a request on its way up and back.
#ifndef WEIHU_HTTP_PARTS_H
#define WEIHU_HTTP_PARTS_H

#include <event2/event.h>
#include <event2/http.h>
#include <sys/queue.h>

#include "http/head.h"
#include "http/http.h"

struct connection;
TAILQ_HEAD(connections, connection); // the newest first

struct peer { // an address, while it has connections
	char *address;
	int open;
	struct connections connections;
};

struct http_server {
	struct event_base *base;
	struct evhttp *evhttp;
	struct evhttp_bound_socket *bound; // NULL when draining
	struct event *pause;               // ends a pause in accepting
	struct http_limits limits;
	char hsts[48];        // what Strict-Transport-Security says, or ""
	struct http_tls *tls; // of new connections, or NULL: they speak in clear
	http_handler *handler;
	http_refused *refused;
	void *context;
	struct connection *handing; // the connection whose request evhttp is being given
	struct connections connections;
	int open;
	void *peers; // the tree of tsearch(3)
};

enum phase { // of a connection; each but the last two has a reader (connection.c)
	READING_HEAD,
	READING_BODY,
	READING_CHUNK_SIZE,
	READING_CHUNK,
	READING_CHUNK_END,
	READING_TRAILER,
	ANSWERING, // evhttp has the request
	REFUSED,   // the guard has answered; what still comes is thrown away
};

struct connection {
	TAILQ_ENTRY(connection) link, peer_link; // among the server's, and among its peer's
	struct http_server *server;
	struct bufferevent *socket;
	bool encrypted;
	struct evhttp_connection *evhttp; // NULL until it is adopted
	struct event *step, *deadline;
	enum phase phase;
	bool begun;                   // some byte of a request has come
	bool served;                  // some answer has gone out
	struct peer *peer;            // NULL until it is adopted
	uint64_t room;                // bytes that the body may have
	uint64_t missing;             // bytes of the body, or of the chunk
	size_t trailer;               // bytes of the trailer
	struct evbuffer *raw;         // as it came
	struct evbuffer *head, *body; // as evhttp gets it
	struct http_request *request; // handed up and not answered
};

struct http_request {
	struct arena *arena;
	struct connection *connection; // NULL when the client has left
	struct evhttp_request *evhttp;
	const char *path, *query, *peer;
	bool https;
	struct event_base *base;
	http_sent *sent; // of a piece that is on its way, or NULL
	void *sent_context;
};

// connection.c
struct bufferevent *connection_new(struct event_base *base, void *server); // evhttp asks for it at each accept
void connection_adopt(struct connection *connection);
void connection_close(struct connection *connection);
void connection_answered(struct evhttp_request *evhttp, void *connection); // evhttp has written it all
bool connection_is_idle(const struct connection *connection);
void connection_expect_taken(struct connection *connection, size_t length); // an answer, or a piece, is on its way
void connection_expect_nothing(struct connection *connection);              // it is being made, for as long as it takes

// peer.c
void peer_join(struct connection *connection, const char *address); // as its newest
void peer_leave(struct connection *connection);
struct connection *peer_oldest_unasked(const struct peer *peer); // for which no answer is being made, or NULL

// refuse.c
void connection_refuse(struct connection *connection, struct refusal refusal);

// request.c
void request_hand_up(struct evhttp_request *evhttp, void *server); // evhttp's callback
void request_orphan(struct http_request *request);                 // its connection is about to go

// reply.c
void reply_headers(struct http_request *request, const char *type); // those that every answer bears

// tls.c
struct bufferevent *tls_socket(struct http_tls *tls, struct event_base *base); // for a connection to come
void tls_farewell(struct bufferevent *socket);                                 // says that nothing more comes

// stream.c
void stream_left(struct http_request *request); // tells of the piece on its way that it was not taken

// server.c
void server_count_in(struct http_server *server);
void server_count_out(struct http_server *server);
bool server_is_full(const struct http_server *server);
void server_make_room(struct http_server *server, const struct connection *fresh); // others go for a fresh one

// libevent fails at these only when memory is out: that ends the process, as everywhere.
_Noreturn void out_of_memory(void);

static inline void must(bool done)
{
	if (!done)
		out_of_memory();
}

#endif
