// SPDX-License-Identifier: Apache-2.0
// THE CONTROL TABLE: what the urgent path postpones, and when it is done after all.
#include "base/text.h"
#include "domain/name.h"
#include "domain/workflow.h"

static bool design_check_is_done(const struct ticket *ticket)
{
	return steps_fold(ticket->steps, ticket->step_count).done[STEP_DESIGN_CHECK];
}

static const struct {
	const char *name;
	enum field_id filled[8];                   // all of these must be filled; F_TITLE (0) ends the list
	bool (*done)(const struct ticket *ticket); // and this must hold, where there is one
	party_set who;
} controls[CONTROL_COUNT] = {
    [CONTROL_CHANGE_REPORT] = {"change_report",
        {F_EFFORT_PEOPLE, F_EFFORT_MINUTES, F_NATURE, F_PRIORITY, F_IMPACT, F_BACKOUT_PLAN, F_WINDOW}, NULL,
        PARTY_BIT(PARTY_SYSADMIN)},
    [CONTROL_AUTHORISATION] = {"authorisation", {F_AUTHORISED_BY}, NULL, PARTY_BIT(PARTY_AUTHORITY)},
    [CONTROL_DOCUMENTS] = {"documents", {F_DOCUMENTS}, NULL, PARTY_BIT(PARTY_TECHNICIAN)},
    [CONTROL_DESIGN_CHECK] = {"design_check", {0}, design_check_is_done,
        PARTY_BIT(PARTY_TECHNICIAN) | PARTY_BIT(PARTY_SYSADMIN)},
};

const char *control_name(enum control control)
{
	return controls[control].name;
}

party_set control_who(enum control control)
{
	return controls[control].who;
}

bool control_find(const char *name, enum control *control)
{
	int row = name_index(controls, CONTROL_COUNT, sizeof(controls[0]), name);

	if (row >= 0)
		*control = (enum control)row;
	return row >= 0;
}

static bool is_done(enum control control, const struct ticket *ticket)
{
	for (const enum field_id *id = controls[control].filled; *id != 0; id++)
		if (ticket->values[*id] == NULL)
			return false;
	return controls[control].done == NULL || controls[control].done(ticket);
}

bool control_owed(enum control control, const struct ticket *ticket)
{
	return text_in_list(ticket->values[F_OWED], controls[control].name) && !is_done(control, ticket);
}
