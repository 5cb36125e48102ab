// SPDX-License-Identifier: Apache-2.0
// Routing: the first rule that holds proposes somebody; whoever is lacking is stood in for.
#include "domain/routing.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

static bool meets(const char *condition, const char *fact)
{
	if (condition == NULL)
		return true;
	return fact != NULL && (strcmp(condition, "*") == 0 || strcmp(condition, fact) == 0);
}

static bool starts_like(const char *text, const char *word)
{
	while (*word != '\0' && tolower((unsigned char)*text) == tolower((unsigned char)*word)) {
		text++;
		word++;
	}
	return *word == '\0';
}

static bool mentions(const char *text, const char *word)
{
	for (; text != NULL && *text != '\0'; text++)
		if (starts_like(text, word))
			return true;
	return false;
}

static bool mentions_any(const char *const *words, const struct routing_facts *facts)
{
	if (words == NULL)
		return true;
	for (; *words != NULL; words++)
		if (mentions(facts->title, *words) || mentions(facts->description, *words))
			return true;
	return false;
}

static bool holds(const struct routing_rule *rule, const struct routing_facts *facts)
{
	return meets(rule->kind, facts->kind) && meets(rule->severity, facts->severity) &&
	    meets(rule->vendor, facts->vendor) && meets(rule->program, facts->program) &&
	    mentions_any(rule->words, facts);
}

struct candidate {
	const char *login, *zh, *en;
};

// The first who is there; the reason says for whom they stand in.
static struct routing_proposal propose(const struct candidate *candidates, size_t count,
    const struct routing_rule *rule, struct arena *arena)
{
	const struct candidate *wanted = &candidates[0], *found = wanted;

	while (found < candidates + count && found->login == NULL)
		found++;
	if (found == candidates + count)
		return (struct routing_proposal){NULL, arena_print(arena, "%s；但没有可提议的人", rule->zh),
		    arena_print(arena, "%s; but there is nobody to propose", rule->en)};
	if (found == wanted)
		return (
		    struct routing_proposal){found->login, arena_copy(arena, rule->zh), arena_copy(arena, rule->en)};
	return (struct routing_proposal){found->login,
	    arena_print(arena, "%s；因没有%s，由%s代替", rule->zh, wanted->zh, found->zh),
	    arena_print(arena, "%s; there is no %s, so the %s", rule->en, wanted->en, found->en)};
}

struct routing_proposal routing_propose(const struct routing *routing, const struct routing_facts *facts,
    struct arena *arena)
{
	static const struct routing_rule otherwise = {.target = ROUTE_SYSADMIN,
	    .zh = "程序指定的系统管理员",
	    .en = "the program's designated system administrator"};
	const struct routing_rule *rule = &otherwise;

	for (size_t i = 0; i < routing->count && rule == &otherwise; i++)
		if (holds(&routing->rules[i], facts))
			rule = &routing->rules[i];

	const struct candidate sysadmin = {facts->sysadmin, "指定的系统管理员", "designated system administrator"};
	const struct candidate deputy = {facts->deputy, "副手", "deputy"};
	const struct candidate lead = {facts->lead, "维护负责人", "maintenance lead"};
	const struct candidate person = {rule->person, "点名的人", "person named"};
	const struct candidate order[][3] = {
	    [ROUTE_SYSADMIN] = {sysadmin, deputy, lead},
	    [ROUTE_DEPUTY] = {deputy, sysadmin, lead},
	    [ROUTE_LEAD] = {lead, sysadmin, deputy},
	    [ROUTE_PERSON] = {person, sysadmin, lead},
	};
	return propose(order[rule->target], 3, rule, arena);
}
