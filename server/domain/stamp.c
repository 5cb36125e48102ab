// SPDX-License-Identifier: Apache-2.0
// Stamps: what an action sets by itself. One row per source.
#include "domain/move.h"

static const char *from_text(const struct stamp *stamp, const struct move *move)
{
	(void)move;
	return stamp->text;
}

static const char *from_caller(const struct stamp *stamp, const struct move *move)
{
	(void)stamp;
	return move->person->login;
}

static const char *from_now(const struct stamp *stamp, const struct move *move)
{
	return moment_print(move->now + stamp->hours * MOMENT_HOUR, arena_take(move->arena, MOMENT_TEXT));
}

static const char *from_state(const struct stamp *stamp, const struct move *move)
{
	(void)stamp;
	return move->ticket->state;
}

static const char *from_field(const struct stamp *stamp, const struct move *move)
{
	return move_value(move, stamp->other);
}

static const char *from_nothing(const struct stamp *stamp, const struct move *move)
{
	(void)stamp, (void)move;
	return NULL;
}

static const char *(*const sources[])(const struct stamp *stamp, const struct move *move) = {
    [STAMP_TEXT] = from_text,
    [STAMP_CALLER] = from_caller,
    [STAMP_NOW] = from_now,
    [STAMP_FROM] = from_state,
    [STAMP_FIELD] = from_field,
    [STAMP_NULL] = from_nothing,
};

void workflow_stamp(const struct action *action, const struct ticket *ticket, const struct person *person, moment now,
    struct given *given, struct arena *arena)
{
	struct move move = {
	    .ticket = ticket,
	    .action = action,
	    .person = person,
	    .given = given,
	    .now = now,
	    .arena = arena,
	};

	for (size_t i = 0; i < action->stamp_count; i++) {
		const struct stamp *stamp = &action->stamps[i];

		if (stamp->fill && move_value(&move, stamp->field) != NULL)
			continue;
		given->values[stamp->field] = sources[stamp->source](stamp, &move);
		field_set_add(&given->has, stamp->field);
	}
}
