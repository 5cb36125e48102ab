// SPDX-License-Identifier: Apache-2.0
// Addresses and what each of them has open, so that a connection costs the same however many there are.
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "http/parts.h"

static int compare_addresses(const void *a, const void *b)
{
	return strcmp(((const struct peer *)a)->address, ((const struct peer *)b)->address);
}

static struct peer *peer_new(const char *address)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	must(peer != NULL);
	peer->address = strdup(address);
	must(peer->address != NULL);
	TAILQ_INIT(&peer->connections);
	return peer;
}

static struct peer *peer_find(struct http_server *server, const char *address)
{
	const struct peer wanted = {.address = (char *)address};
	struct peer **found = tfind(&wanted, &server->peers, compare_addresses);

	if (found != NULL)
		return *found;
	struct peer *peer = peer_new(address);
	must(tsearch(peer, &server->peers, compare_addresses) != NULL);
	return peer;
}

void peer_join(struct connection *connection, const char *address)
{
	struct peer *peer = peer_find(connection->server, address);

	connection->peer = peer;
	peer->open++;
	TAILQ_INSERT_HEAD(&peer->connections, connection, peer_link);
}

void peer_leave(struct connection *connection)
{
	struct peer *peer = connection->peer;

	if (peer == NULL)
		return;
	TAILQ_REMOVE(&peer->connections, connection, peer_link);
	if (--peer->open > 0)
		return;
	tdelete(peer, &connection->server->peers, compare_addresses);
	free(peer->address);
	free(peer);
}

struct connection *peer_oldest_unasked(const struct peer *peer)
{
	struct connection *connection;

	TAILQ_FOREACH_REVERSE(connection, &peer->connections, connections, peer_link)
		if (connection->request == NULL)
			return connection;
	return NULL;
}
