// SPDX-License-Identifier: Apache-2.0
// A desk to try the rules on: the house's workflow, one ticket, one person, what they give, and the time.
#ifndef WEIHU_TEST_DESK_H
#define WEIHU_TEST_DESK_H

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "config/house.h"
#include "suite.h"

struct desk {
	struct arena *arena;
	struct faults faults;
	struct workflow *workflow;
	struct ticket ticket;
	struct person person;
	struct given given;
	moment now;
};

#define DESK_NOW "2026-11-23T08:00:00.000000Z"

// Step by step through the whole line; the design by tom, its check by hal.
static const struct step_entry desk_steps[] = {
    {STEP_ANALYSIS, STEP_PASSED, "tom"},
    {STEP_DESIGN, STEP_PASSED, "tom"},
    {STEP_DESIGN_CHECK, STEP_PASSED, "hal"},
    {STEP_CODE, STEP_PASSED, "tom"},
    {STEP_UNIT_TEST, STEP_PASSED, "tom"},
    {STEP_INTEGRATION_TEST, STEP_PASSED, "tom"},
};

static inline char *desk_file(struct desk *desk, const char *name)
{
	const char *folder = getenv("WEIHU_CONFIG_DIR");
	const char *file = arena_print(desk->arena, "%s/%s", folder != NULL ? folder : "config", name);
	char *text = config_read_file(file, desk->arena, &desk->faults);

	ck_assert_msg(text != NULL, "%s cannot be read", file);
	return text;
}

static inline void desk_told(const struct desk *desk)
{
	for (const struct fault *fault = desk->faults.first; fault != NULL; fault = fault->next)
		fprintf(stderr, "%s: %s: %s\n", fault->field, fault->code, fault->message);
	ck_assert_uint_eq(desk->faults.count, 0);
}

static inline void desk_fill(struct desk *desk, enum field_id id, const char *value)
{
	desk->ticket.values[id] = value;
}

static inline void desk_give(struct desk *desk, enum field_id id, const char *value)
{
	field_set_add(&desk->given.has, id);
	desk->given.values[id] = value;
}

static inline void desk_clear(struct desk *desk)
{
	desk->given = (struct given){0};
}

static inline void desk_sit(struct desk *desk, const char *login, role_set roles)
{
	desk->person = (struct person){.login = login, .name = login, .roles = roles};
}

// A corrective ticket of ann's about a program designated to sue (deputy dan), worked on by tom and hal, complete in
// every respect.
static inline void desk_open(struct desk *desk)
{
	memset(desk, 0, sizeof(*desk));
	desk->arena = arena_new();
	faults_init(&desk->faults, desk->arena);
	desk->workflow = workflow_load("workflow.yaml", desk_file(desk, "workflow.yaml"), desk->arena, &desk->faults);
	desk_told(desk);
	ck_assert(moment_read(DESK_NOW, &desk->now));
	desk->ticket = (struct ticket){
	    .id = 42,
	    .state = "submitted",
	    .designated = "sue",
	    .deputy = "dan",
	    .steps = desk_steps,
	    .step_count = STEP_COUNT,
	    .change_count = 1,
	    .work_count = 1,
	};
	desk_fill(desk, F_REQUESTER, "ann");
	desk_fill(desk, F_TITLE, "Ledger stops");
	desk_fill(desk, F_DESCRIPTION, "It stops at midnight");
	desk_fill(desk, F_PROGRAM, "LEDGER");
	desk_fill(desk, F_CLAIMED_KIND, "corrective");
	desk_fill(desk, F_CIRCUMSTANCES, "month end");
	desk_fill(desk, F_INPUTS, "vouchers");
	desk_fill(desk, F_OBSERVED, "no output");
	desk_fill(desk, F_SINCE, "2026-11-22T23:59:00.000000Z");
	desk_fill(desk, F_SYSADMIN, "sue");
	desk_fill(desk, F_TECHNICIAN, "tom");
	desk_fill(desk, F_HELPERS, "hal");
	desk_fill(desk, F_EVALUATOR, "sue");
}

static inline void desk_close(struct desk *desk)
{
	arena_free(desk->arena);
}

static inline struct verdict desk_judge(struct desk *desk, const char *action)
{
	int index = workflow_action(desk->workflow, action);

	ck_assert_msg(index >= 0, "no action %s", action);
	return workflow_judge(desk->workflow, &desk->ticket, index, &desk->person, &desk->given, desk->now,
	    desk->arena);
}

static inline void desk_stamp(struct desk *desk, const char *action)
{
	const struct action *taken = &desk->workflow->actions[workflow_action(desk->workflow, action)];

	workflow_stamp(taken, &desk->ticket, &desk->person, desk->now, &desk->given, desk->arena);
}

// What was given becomes what the ticket has.
static inline void desk_store(struct desk *desk)
{
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&desk->given.has, id))
			desk_fill(desk, id, desk->given.values[id]);
	desk_clear(desk);
}

static inline void desk_give_change_report(struct desk *desk)
{
	desk_give(desk, F_EFFORT_PEOPLE, "1");
	desk_give(desk, F_EFFORT_MINUTES, "240");
	desk_give(desk, F_NATURE, "fix");
	desk_give(desk, F_PRIORITY, "1");
	desk_give(desk, F_IMPACT, "none");
	desk_give(desk, F_BACKOUT_PLAN, "reinstall");
	desk_give(desk, F_WINDOW, "Sunday");
}

// Judges, stamps and stores: the ticket as it stands after the action, which must be allowed.
static inline void desk_do(struct desk *desk, const char *action)
{
	struct verdict verdict = desk_judge(desk, action);

	ck_assert_msg(verdict.kind == VERDICT_ALLOWED, "%s refused: %s", action,
	    verdict.unmet != NULL ? verdict.unmet->message : "");
	desk_stamp(desk, action);
	desk->ticket.state = verdict.to;
	desk_store(desk);
}

// The verdict in a line: "allowed to_review as acceptor" (= for a state that stays), "illegal steps_done item_2",
// "incomplete -reason +title" (missing, unexpected).
static inline const char *verdict_text(const struct verdict *verdict, const char *state)
{
	static const char *const kinds[] = {"allowed", "forbidden", "illegal", "incomplete"};
	const char *before = NULL;
	struct buffer text;

	buffer_init(&text, verdict->arena);
	buffer_add_text(&text, kinds[verdict->kind]);
	if (verdict->kind == VERDICT_ALLOWED)
		buffer_print(&text, " %s", verdict->to == NULL || text_equals(verdict->to, state) ? "=" : verdict->to);
	if (verdict->kind == VERDICT_ALLOWED && verdict->acted_as != PARTY_COUNT)
		buffer_print(&text, " as %s", party_name(verdict->acted_as));
	for (const struct unmet *unmet = verdict->unmet; unmet != NULL; unmet = unmet->next) {
		if (strcmp(unmet->guard, "field_missing") == 0)
			buffer_print(&text, " -%s", unmet->field);
		else if (strcmp(unmet->guard, "field_unexpected") == 0)
			buffer_print(&text, " +%s", unmet->field);
		else if (unmet->item != 0)
			buffer_print(&text, " item_%d", unmet->item);
		else if (unmet->field != NULL ||
		    !text_equals(unmet->guard, before)) // once, however much of it is unmet
			buffer_print(&text, " %s", unmet->guard);
		before = unmet->guard;
	}
	return text.bytes;
}

static inline const char *desk_try(struct desk *desk, const char *action)
{
	struct verdict verdict = desk_judge(desk, action);

	return verdict_text(&verdict, desk->ticket.state);
}

#endif
