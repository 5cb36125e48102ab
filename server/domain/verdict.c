// SPDX-License-Identifier: Apache-2.0
// Building a verdict: it allows until something refuses.
#include "domain/move.h"

struct verdict verdict_new(const struct action *action, struct arena *arena)
{
	return (struct verdict){.kind = VERDICT_ALLOWED, .action = action, .acted_as = PARTY_COUNT, .arena = arena};
}

void verdict_refuse(struct verdict *verdict, enum verdict_kind kind, const struct unmet *reason)
{
	struct unmet *unmet = arena_take(verdict->arena, sizeof(*unmet)), **last = &verdict->unmet;

	*unmet = *reason;
	while (*last != NULL)
		last = &(*last)->next;
	*last = unmet;
	verdict->unmet_count++;
	if (verdict->kind == VERDICT_ALLOWED || kind < verdict->kind)
		verdict->kind = kind;
}

void verdict_party(struct verdict *verdict, party_set parties, const struct ticket *ticket, const struct person *person,
    const char *what)
{
	verdict->acted_as = party_first(parties, ticket, person);
	if (verdict->acted_as != PARTY_COUNT)
		return;
	verdict_refuse(verdict, VERDICT_FORBIDDEN,
	    &(struct unmet){
	        .guard = "party",
	        .message =
	            arena_print(verdict->arena, "%s is for %s", what, parties_text(parties, ticket, verdict->arena)),
	        .who = parties,
	    });
}

void verdict_guards(struct verdict *verdict, guard_set guards, const struct move *move)
{
	for (enum guard guard = 0; guard < GUARD_COUNT; guard++) {
		enum field_id about = guard_field(guard);

		if ((guards & GUARD_BIT(guard)) == 0 || (about != 0 && field_set_has(&move->missing, about)))
			continue;
		guard_judge(guard, verdict, move);
	}
}

const char *states_text(const struct workflow *workflow, state_set states, struct arena *arena)
{
	const char *names[STATE_MOST];
	size_t count = 0;

	for (size_t i = 0; i < workflow->state_count; i++)
		if (states & STATE_BIT(i))
			names[count++] = workflow->states[i].name;
	return text_join(arena, names, count, ", ");
}
