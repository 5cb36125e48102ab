// SPDX-License-Identifier: Apache-2.0
// Requests for each person and address.
#include "api/pace.h"

#include <arpa/inet.h>
#include <string.h>

#include "api/refusal.h"
#include "base/brake.h"

#define NETWORK_BYTES 8 // of an IPv6 address: whoever has one has the whole /64

static const char *network_of(const char *address, struct arena *arena)
{
	struct in6_addr parsed;
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed))
		return address;
	memset(parsed.s6_addr + NETWORK_BYTES, 0, sizeof(parsed.s6_addr) - NETWORK_BYTES);
	return inet_ntop(AF_INET6, &parsed, text, sizeof(text)) != NULL ? arena_copy(arena, text) : address;
}

static enum outcome pace(struct call *call, const char *kind, const char *name, struct brake_pace limit)
{
	int64_t wait = brake_take(call->service->brake, kind, name, &limit, call->began);

	if (wait == 0)
		return NEXT;
	call->hearsay = false; // whoever it is: starting over would be a way past the brake
	call->wait = (wait + MOMENT_SECOND - 1) / MOMENT_SECOND;
	return refuse_quietly(call, PROBLEM_TOO_MANY,
	    arena_print(call->arena, "too many requests of one %s: try again in %lld seconds", kind,
	        (long long)call->wait));
}

enum outcome pace_address(struct call *call)
{
	const struct settings *settings = call->service->settings;

	return pace(call, "address", network_of(http_peer(call->request), call->arena),
	    (struct brake_pace){settings->address_rate, settings->address_burst});
}

enum outcome pace_person(struct call *call)
{
	const struct settings *settings = call->service->settings;

	if (!call->known)
		return NEXT;
	return pace(call, "person", call->caller.login,
	    (struct brake_pace){settings->person_rate, settings->person_burst});
}
