// SPDX-License-Identifier: Apache-2.0
// Routing: which sysadmin a request is proposed to, and why.
#ifndef WEIHU_DOMAIN_ROUTING_H
#define WEIHU_DOMAIN_ROUTING_H

#include <stddef.h>

#include "base/arena.h"

enum route_target { ROUTE_SYSADMIN, ROUTE_DEPUTY, ROUTE_LEAD, ROUTE_PERSON };

struct routing_rule { // the first rule whose every condition holds decides; a NULL condition always holds
	const char *kind, *severity, *vendor, *program;
	const char *const *words; // NULL-terminated; any one of them in title or description, letter case ignored
	enum route_target target;
	const char *person;  // ROUTE_PERSON
	const char *zh, *en; // the reason told with the proposal; one of them may stand for both
	int line;
};

struct routing {
	const struct routing_rule *rules;
	size_t count;
};

struct routing_facts {
	const char *kind, *severity, *vendor, *program, *title, *description; // NULL where unknown
	const char *sysadmin, *deputy; // designated for the program today and with an open account, or NULL
	const char *lead;              // a lead with an open account
};

struct routing_proposal {
	const char *login;   // NULL when there is nobody at all
	const char *zh, *en; // why, in the arena
};

struct routing_proposal routing_propose(const struct routing *routing, const struct routing_facts *facts,
    struct arena *arena);

#endif
