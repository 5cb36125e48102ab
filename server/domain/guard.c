// SPDX-License-Identifier: Apache-2.0
// THE GUARD TABLE: conditions beyond who and which state. Each tells why it is not met, or NULL.
#include <inttypes.h>

#include "base/msgid.h"
#include "base/text.h"
#include "domain/move.h"
#include "domain/name.h"
#include "domain/record_item.h"

static const char *designated(const struct move *move)
{
	return move->ticket->designated != NULL ? NULL : "the program has no designated system administrator today";
}

static const char *corrective(const struct move *move)
{
	return move_kind(move) == KIND_CORRECTIVE ? NULL : "only corrective maintenance goes this way";
}

static const char *severe(const struct move *move)
{
	return text_equals(move_value(move, F_SEVERITY), "severe") ? NULL : "only a severe fault goes this way";
}

static const char *appeal_unused(const struct move *move)
{
	return text_equals(move->ticket->values[F_APPEALED], "true") ? "it was appealed once already" : NULL;
}

static const char *no_clash(const struct move *move)
{
	if (move->ticket->clash_count == 0 || move_value(move, F_CLASH_NOTE) != NULL)
		return NULL;
	return arena_print(move->arena,
	    "%" PRId64 " other ticket(s) of the program are planned over the same time, and clash_note does not say "
	    "why that is fine",
	    move->ticket->clash_count);
}

static const char *plan_in_order(const struct move *move)
{
	const char *start = move_value(move, F_PLANNED_START), *end = move_value(move, F_PLANNED_END);
	moment starts, ends;

	if (start == NULL || end == NULL)
		return NULL;
	if (moment_read(start, &starts) && moment_read(end, &ends) && ends > starts)
		return NULL;
	return "planned_end must be later than planned_start";
}

static const char *steps_done(const struct move *move)
{
	const struct ticket *ticket = move->ticket;
	struct step_progress progress = steps_fold(ticket->steps, ticket->step_count);
	enum step missing = steps_missing(&progress, control_owed(CONTROL_DESIGN_CHECK, ticket));

	if (missing == STEP_COUNT)
		return NULL;
	return arena_print(move->arena, "the technical steps are not all done: %s is next", step_name(missing));
}

static const char *change_recorded(const struct move *move)
{
	const record_items changes = 0x3F << 7; // items 8 to 13
	record_items explained = record_items_explained(move_value(move, F_RECORD_GAPS));

	if (move->ticket->change_count > 0 || (explained & changes) == changes)
		return NULL;
	return "no change is recorded (record items 8 to 13), and record_gaps does not say why";
}

static const char *work_recorded(const struct move *move)
{
	return move->ticket->work_count > 0 ? NULL : "no work is recorded (people and minutes)";
}

static const char *documents_settled(const struct move *move)
{
	if (move_value(move, F_DOCUMENTS) != NULL || text_in_list(move->ticket->values[F_OWED], "documents"))
		return NULL;
	return "documents must say which documents were updated, or why none was";
}

static const char *owes_authorisation(const struct move *move)
{
	return control_owed(CONTROL_AUTHORISATION, move->ticket) ? NULL : "no authorisation is owed";
}

// Refuses for each control that is still owed.
static void owed_done(struct verdict *verdict, const struct move *move)
{
	for (enum control control = 0; control < CONTROL_COUNT; control++)
		if (control_owed(control, move->ticket))
			verdict_refuse(verdict, VERDICT_ILLEGAL,
			    &(struct unmet){
			        .guard = guard_name(GUARD_OWED_DONE),
			        .message =
			            arena_print(move->arena, "a control is still owed: %s", control_name(control)),
			        .who = control_who(control),
			    });
}

static const char *reopen_window(const struct move *move)
{
	const char *closed = move->ticket->values[F_CLOSED_AT];
	moment at;

	if (person_has(move->person, ROLE_LEAD))
		return NULL;
	if (closed != NULL && moment_read(closed, &at) && move->now <= at + move->workflow->reopen_days * MOMENT_DAY)
		return NULL;
	return arena_print(move->arena, "it was closed over %" PRId64 " days ago: only a lead can reopen it",
	    move->workflow->reopen_days);
}

// True if the move makes something else of what stands, and the requester did not consent to that.
static bool lacks_consent(const struct move *move, enum field_id field, const char *stands, enum field_id consented)
{
	const char *wanted = move_value(move, field);

	return wanted != NULL && !text_equals(wanted, stands) && !text_equals(wanted, move->ticket->values[consented]);
}

static const char *consented(const struct move *move)
{
	const char *const *values = move->ticket->values;
	const char *kind = values[F_KIND] != NULL ? values[F_KIND] : values[F_CLAIMED_KIND];

	if (lacks_consent(move, F_KIND, kind, F_CONSENTED_KIND))
		return "the requester has not consented to this kind";
	if (lacks_consent(move, F_SEVERITY, values[F_SEVERITY], F_CONSENTED_SEVERITY))
		return "the requester has not consented to this severity";
	return NULL;
}

static const char *skilled(const struct move *move)
{
	const char *technician = move_value(move, F_TECHNICIAN);

	if (technician == NULL)
		return "no technician is named";
	return text_in_list(move_value(move, F_HELPERS), technician) ? "the technician is among the helpers" : NULL;
}

#define LEAD PARTY_BIT(PARTY_LEAD)
#define SYSADMIN PARTY_BIT(PARTY_SYSADMIN)
#define AUTHORITY PARTY_BIT(PARTY_AUTHORITY)
#define TECHNICIAN PARTY_BIT(PARTY_TECHNICIAN)
#define REVIEWER PARTY_BIT(PARTY_REVIEWER)
#define ADMIN PARTY_BIT(PARTY_ADMIN)
#define REQUESTER PARTY_BIT(PARTY_REQUESTER)

static const struct {
	const char *name, *label;
	const char *(*unmet)(const struct move *move);
	party_set who;
	enum field_id field; // when it is missing, that is told instead; F_TITLE (0): none
	void (*refuse)(struct verdict *verdict, const struct move *move); // where several things can be unmet at once
} guards[GUARD_COUNT] = {
    [GUARD_DESIGNATED] = {"designated", N_("the program has a designated system administrator today"), designated, LEAD,
        F_PROGRAM},
    [GUARD_CORRECTIVE] = {"corrective", N_("it is corrective maintenance"), corrective, SYSADMIN, F_KIND},
    [GUARD_SEVERE] = {"severe", N_("its severity is severe"), severe, SYSADMIN, F_SEVERITY},
    [GUARD_APPEAL_UNUSED] = {"appeal_unused", N_("it was not appealed before"), appeal_unused, 0, 0},
    [GUARD_NO_CLASH] = {"no_clash", N_("the program has no other ticket planned for that time, or a clash note"),
        no_clash, LEAD, F_CLASH_NOTE},
    [GUARD_PLAN_IN_ORDER] = {"plan_in_order", N_("it is planned to end after it starts"), plan_in_order, LEAD,
        F_PLANNED_END},
    [GUARD_STEPS_DONE] = {"steps_done", N_("every technical step is done, but for a design check that is owed"),
        steps_done, TECHNICIAN | SYSADMIN, 0},
    [GUARD_CHANGE_RECORDED] = {"change_recorded",
        N_("a change is recorded (record items 8 to 13), or it is explained why none is"), change_recorded, TECHNICIAN,
        0},
    [GUARD_WORK_RECORDED] = {"work_recorded", N_("work is recorded (people and minutes)"), work_recorded,
        TECHNICIAN | SYSADMIN, 0},
    [GUARD_DOCUMENTS_SETTLED] = {"documents_settled", N_("the documents are told, or owed"), documents_settled,
        TECHNICIAN, F_DOCUMENTS},
    [GUARD_OWES_AUTHORISATION] = {"owes_authorisation", N_("it went the urgent way and its authorisation is owed"),
        owes_authorisation, 0, 0},
    [GUARD_OWED_DONE] = {"owed_done", N_("no control is owed any more"), NULL, SYSADMIN | AUTHORITY | TECHNICIAN, 0,
        owed_done},
    [GUARD_RECORD_COMPLETE] = {"record_complete",
        N_("each of the 18 items is on record, or it is explained why it is not"), NULL,
        LEAD | SYSADMIN | TECHNICIAN | REVIEWER | ADMIN, F_RECORD_GAPS, record_items_refuse},
    [GUARD_REOPEN_WINDOW] = {"reopen_window", N_("a requester reopens within the days allowed; a lead at any time"),
        reopen_window, LEAD, 0},
    [GUARD_CONSENTED] = {"consented", N_("the requester consented to the kind and the severity given"), consented,
        REQUESTER, F_KIND},
    [GUARD_SKILLED] = {"skilled", N_("a technician is named, and is not among the helpers"), skilled, SYSADMIN | LEAD,
        F_TECHNICIAN},
};

const char *guard_name(enum guard guard)
{
	return guards[guard].name;
}

const char *guard_label(enum guard guard)
{
	return guards[guard].label;
}

bool guard_find(const char *name, enum guard *guard)
{
	int row = name_index(guards, GUARD_COUNT, sizeof(guards[0]), name);

	if (row >= 0)
		*guard = (enum guard)row;
	return row >= 0;
}

void guard_judge(enum guard guard, struct verdict *verdict, const struct move *move)
{
	enum field_id field = guards[guard].field;
	const char *message;

	if (guards[guard].refuse != NULL) {
		guards[guard].refuse(verdict, move);
		return;
	}
	message = guards[guard].unmet(move);
	if (message != NULL)
		verdict_refuse(verdict, VERDICT_ILLEGAL,
		    &(struct unmet){
		        .guard = guards[guard].name,
		        .field = field != 0 ? fields[field].key : NULL,
		        .message = message,
		        .who = guards[guard].who,
		    });
}

party_set guard_who(enum guard guard)
{
	return guards[guard].who;
}

enum field_id guard_field(enum guard guard)
{
	return guards[guard].field;
}
