// SPDX-License-Identifier: Apache-2.0
// Talking to a server of the same thread byte by byte: whenever the client has to wait, the server's loop takes a turn.
#ifndef WEIHU_TEST_TALK_H
#define WEIHU_TEST_TALK_H

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/text.h"

#define PATIENCE (5 * MOMENT_SECOND)

struct talk {
	struct arena *arena;
	struct event_base *base;
	int port;
};

static inline struct talk *talk(void)
{
	static struct talk talk;

	return &talk;
}

static inline void turn(void)
{
	ck_assert_int_ge(event_base_loop(talk()->base, EVLOOP_ONCE), 0);
}

static inline struct sockaddr_in loopback(in_addr_t address, int port)
{
	struct sockaddr_in socket = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	socket.sin_addr.s_addr = htonl(address);
	return socket;
}

static inline int client_from(in_addr_t address)
{
	const struct sockaddr_in from = loopback(address, 0), to = loopback(INADDR_LOOPBACK, talk()->port);
	int client = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_ge(client, 0);
	ck_assert_int_eq(bind(client, (const struct sockaddr *)&from, sizeof(from)), 0);
	ck_assert_int_eq(connect(client, (const struct sockaddr *)&to, sizeof(to)), 0);
	ck_assert_int_eq(fcntl(client, F_SETFL, O_NONBLOCK), 0);
	return client;
}

static inline int client_new(void)
{
	return client_from(INADDR_LOOPBACK);
}

static inline void client_send(int client, const char *bytes, size_t length)
{
	int64_t until = clock_ticks() + PATIENCE;

	while (length > 0) {
		ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);

		if (sent > 0) {
			bytes += sent;
			length -= (size_t)sent;
		}
		ck_assert_int_lt(clock_ticks(), until);
		turn();
	}
}

static inline void client_say(int client, const char *text)
{
	client_send(client, text, strlen(text));
}

struct answer {
	int status;
	const char *head, *body;
	size_t length;
};

static inline int body_length(const char *head)
{
	const char *found = strstr(head, "\r\nContent-Length: ");
	int length = 0;

	if (found != NULL)
		ck_assert_int_eq(sscanf(found, "\r\nContent-Length: %d", &length), 1);
	return length;
}

// Reads `length` bytes more; false at the end of the connection.
static inline bool client_read(int client, struct buffer *into, size_t length)
{
	int64_t until = clock_ticks() + PATIENCE;

	while (length > 0) {
		char bytes[65536];
		ssize_t got = recv(client, bytes, length < sizeof(bytes) ? length : sizeof(bytes), 0);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return false;
		if (got > 0) {
			buffer_add(into, bytes, (size_t)got);
			length -= (size_t)got;
			continue;
		}
		ck_assert_msg(clock_ticks() < until, "no answer; so far: %s", into->bytes);
		turn();
	}
	return true;
}

// The next answer; status 0 when the connection ended instead. `bodiless`: it answers a HEAD.
static inline struct answer client_hear(int client, bool bodiless)
{
	struct buffer head, body;
	struct answer answer = {.status = 0};

	buffer_init(&head, talk()->arena);
	buffer_init(&body, talk()->arena);
	while (strstr(head.bytes, "\r\n\r\n") == NULL)
		if (!client_read(client, &head, 1))
			return answer;
	ck_assert_msg(sscanf(head.bytes, "HTTP/1.%*d %d ", &answer.status) == 1, "%s", head.bytes);
	ck_assert(bodiless || client_read(client, &body, (size_t)body_length(head.bytes)));
	answer.head = head.bytes;
	answer.body = body.bytes;
	answer.length = body.length;
	return answer;
}

static inline bool has_ended(int client)
{
	return client_hear(client, false).status == 0;
}

#endif
