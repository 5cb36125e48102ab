// SPDX-License-Identifier: Apache-2.0
// THE FIELD TABLE: every field of a ticket, with its limits, its place and its words for people.
#include "domain/field.h"

#include <string.h>

#include "base/msgid.h"
#include "domain/name.h"

#define LONG_TEXT FIELD_TEXT, 1, 20000, NULL
#define LINE_TEXT FIELD_TEXT, 1, FIELD_LINE_MOST, NULL
#define WHOLE(least, most) FIELD_WHOLE, least, most, NULL
#define PLAIN(type) type, 0, 0, NULL
#define CHOICE(choices) FIELD_CHOICE, 0, 0, choices

#define COLUMN PLACE_COLUMN, SOURCE_PEOPLE
#define BODY PLACE_BODY, SOURCE_PEOPLE
#define BODY_STAMP PLACE_BODY, SOURCE_STAMP

static const char *const kind_choices[] = {"corrective", "adaptive", "perfective", "preventive", NULL};
static const char *const severity_choices[] = {"minor", "moderate", "severe", NULL};
static const char *const duplicate_choices[] = {"unique", "related", "duplicate", NULL};
static const char *const documents_choices[] = {"complete", "outdated", "incomplete", "none", NULL};
static const char *const suspend_choices[] = {"waits_on_requester", "waits_on_vendor", "waits_on_parts",
    "waits_on_window", "other", NULL};

static const struct field table[FIELD_COUNT] = {
    // the request
    [F_TITLE] = {"title", LINE_TEXT, BODY, N_("Title"), N_("What is wanted, in one line.")},
    [F_DESCRIPTION] = {"description", LONG_TEXT, BODY, N_("Description"), NULL},
    [F_PROGRAM] = {"program", PLAIN(FIELD_PROGRAM), COLUMN, N_("Program"), N_("The program's code.")},
    [F_REQUESTER] = {"requester", PLAIN(FIELD_PERSON), PLACE_COLUMN, SOURCE_STAMP, N_("Requester"), NULL},
    [F_CLAIMED_KIND] = {"claimed_kind", CHOICE(kind_choices), COLUMN, N_("Claimed kind"),
        N_("The kind of maintenance as the requester sees it.")},
    [F_CIRCUMSTANCES] = {"circumstances", LONG_TEXT, BODY, N_("Circumstances"), N_("In which situation it failed.")},
    [F_INPUTS] = {"inputs", LONG_TEXT, BODY, N_("Inputs"), N_("What was entered or running.")},
    [F_OBSERVED] = {"observed", LONG_TEXT, BODY, N_("Observed"), N_("What was seen: messages, output, effects.")},
    [F_SINCE] = {"since", PLAIN(FIELD_TIME), BODY, N_("Since"), N_("When it was first seen.")},
    [F_SPECIFICATION] = {"specification", LONG_TEXT, BODY, N_("Specification"), N_("What is to be different.")},
    [F_PLAN_ITEM] = {"plan_item", LONG_TEXT, BODY, N_("Plan item"), N_("The item of the preventive plan.")},
    [F_FINDING] = {"finding", LONG_TEXT, BODY, N_("Finding"), N_("What an inspection or a review found.")},
    [F_READERS] = {"readers", PLAIN(FIELD_PEOPLE), BODY, N_("Readers"),
        N_("Confidential: only these people see it, and those who file, evaluate or do it. Name a maintenance lead.")},
    [F_SUBMITTED_AT] = {"submitted_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Submitted"), NULL},

    // the lead's intake
    [F_SYSADMIN] = {"sysadmin", PLAIN(FIELD_PERSON), COLUMN, N_("System administrator"), N_("Who is to evaluate it.")},
    [F_DUPLICATE_CHECK] = {"duplicate_check", CHOICE(duplicate_choices), BODY, N_("Duplicate check"), NULL},
    [F_DUPLICATE_OF] = {"duplicate_of", FIELD_TICKET, 1, INT64_MAX, NULL, BODY, N_("Duplicate of"), NULL},
    [F_MISSING] = {"missing", LONG_TEXT, BODY, N_("Missing"), N_("What the requester has to add.")},
    [F_REASON] = {"reason", LONG_TEXT, BODY, N_("Reason"), NULL},
    [F_APPEALED] = {"appealed", PLAIN(FIELD_TRUTH), BODY_STAMP, N_("Appealed"), NULL},

    // the evaluation (change report)
    [F_KIND] = {"kind", CHOICE(kind_choices), COLUMN, N_("Kind"), N_("The kind that the evaluation settled.")},
    [F_SEVERITY] = {"severity", CHOICE(severity_choices), COLUMN, N_("Severity"), NULL},
    [F_PRIORITY] = {"priority", WHOLE(1, 5), COLUMN, N_("Priority"), N_("1 comes first, 5 last.")},
    [F_EFFORT_PEOPLE] = {"effort_people", WHOLE(1, 10000), BODY, N_("Effort, people"), N_("Estimated.")},
    [F_EFFORT_MINUTES] = {"effort_minutes", WHOLE(0, 100000000), BODY, N_("Effort, person-minutes"),
        N_("Estimated, of all people together.")},
    [F_NATURE] = {"nature", LONG_TEXT, BODY, N_("Nature"), N_("What kind of change it is.")},
    [F_IMPACT] = {"impact", LONG_TEXT, BODY, N_("Impact"), N_("What and whom the change touches.")},
    [F_BACKOUT_PLAN] = {"backout_plan", LONG_TEXT, BODY, N_("Back-out plan"), N_("How to undo the change.")},
    [F_WINDOW] = {"window", LONG_TEXT, BODY, N_("Window"), N_("When the change may be put in.")},
    [F_CRITICAL_PROGRAM] = {"critical_program", PLAIN(FIELD_TRUTH), BODY, N_("Critical program"), NULL},
    [F_URGENT] = {"urgent", PLAIN(FIELD_TRUTH), BODY_STAMP, N_("Urgent"), NULL},
    [F_OWED] = {"owed", PLAIN(FIELD_NAMES), BODY_STAMP, N_("Owed controls"), NULL},
    [F_OWED_DUE] = {"owed_due", PLAIN(FIELD_TIME), BODY_STAMP, N_("Owed by"), NULL},
    [F_EVALUATOR] = {"evaluator", PLAIN(FIELD_PERSON), BODY_STAMP, N_("Evaluator"), NULL},
    [F_EVALUATED_AT] = {"evaluated_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Evaluated"), NULL},

    // the decision
    [F_DECISION] = {"decision", LONG_TEXT, BODY, N_("Decision"), NULL},
    [F_OBJECTIONS] = {"objections", LONG_TEXT, BODY, N_("Objections"), NULL},
    [F_AUTHORISED_BY] = {"authorised_by", PLAIN(FIELD_PERSON), BODY_STAMP, N_("Authorised by"), NULL},
    [F_AUTHORISED_AT] = {"authorised_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Authorised"), NULL},

    // the plan
    [F_PLANNED_START] = {"planned_start", PLAIN(FIELD_TIME), COLUMN, N_("Planned start"), NULL},
    [F_PLANNED_END] = {"planned_end", PLAIN(FIELD_TIME), COLUMN, N_("Planned end"), NULL},
    [F_PLANNED_MINUTES] = {"planned_minutes", WHOLE(0, 100000000), BODY, N_("Planned person-minutes"), NULL},
    [F_CLASH_NOTE] = {"clash_note", LONG_TEXT, BODY, N_("Clash note"),
        N_("Why another change of the program at the same time is fine.")},
    [F_DUE_AT] = {"due_at", PLAIN(FIELD_TIME), COLUMN, N_("Due"), NULL},
    [F_TECHNICIAN] = {"technician", PLAIN(FIELD_PERSON), COLUMN, N_("Technician"), NULL},
    [F_HELPERS] = {"helpers", PLAIN(FIELD_PEOPLE), BODY, N_("Helpers"), N_("Further technicians.")},

    // the work
    [F_STARTED_AT] = {"started_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Started"), NULL},
    [F_HANDOVER] = {"handover", LONG_TEXT, BODY, N_("Hand-over note"), NULL},
    [F_DOCUMENTS] = {"documents", LONG_TEXT, BODY, N_("Documents"),
        N_("Which documents were updated, or why none was.")},
    [F_DOCUMENTS_STATE] = {"documents_state", CHOICE(documents_choices), BODY, N_("State of the documents"),
        N_("Of the program, after the change.")},
    [F_DELIVERED_BY] = {"delivered_by", PLAIN(FIELD_PERSON), BODY_STAMP, N_("Delivered by"), NULL},
    [F_FINISHED_AT] = {"finished_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Finished"), NULL},
    [F_FAILURES] = {"failures", LONG_TEXT, BODY, N_("Failures"), N_("What failed the acceptance test.")},
    [F_REFUSED_AT] = {"refused_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Acceptance refused"), NULL},

    // acceptance, review, closing
    [F_ACCEPTANCE] = {"acceptance", LONG_TEXT, BODY, N_("Acceptance"), N_("The result of the acceptance test.")},
    [F_RATING] = {"rating", WHOLE(1, 5), BODY, N_("Rating"), N_("1 is the worst, 5 the best.")},
    [F_ACCEPTED_BY] = {"accepted_by", PLAIN(FIELD_PERSON), BODY_STAMP, N_("Accepted by"), NULL},
    [F_ACCEPTED_AT] = {"accepted_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Accepted"), NULL},
    [F_DEFECTS] = {"defects", LONG_TEXT, BODY, N_("Defects"), N_("What the review found wanting.")},
    [F_REVIEW_ANSWERS] = {"review_answers", LONG_TEXT, BODY, N_("Review answers"), NULL},
    [F_AFTERWARDS] = {"afterwards", LONG_TEXT, BODY, N_("After-the-fact data"), NULL},
    [F_BENEFIT] = {"benefit", LONG_TEXT, BODY, N_("Benefit"),
        N_("A signed amount with its currency, or a description.")},
    [F_RECORD_GAPS] = {"record_gaps", LONG_TEXT, BODY, N_("Record gaps"),
        N_("Why items are not on record: \"2-4: no source; 6, 7: no counters\".")},
    [F_REVIEWED_BY] = {"reviewed_by", PLAIN(FIELD_PERSON), BODY_STAMP, N_("Reviewed by"), NULL},
    [F_CLOSED_AT] = {"closed_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Closed"), NULL},
    [F_SAME_CAUSE] = {"same_cause", PLAIN(FIELD_TRUTH), BODY, N_("Same cause"), NULL},
    [F_REOPENED_AT] = {"reopened_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Reopened"), NULL},

    // beside the line
    [F_SUSPEND_CODE] = {"suspend_code", CHOICE(suspend_choices), BODY, N_("Suspended for"), NULL},
    [F_WAKE_AT] = {"wake_at", PLAIN(FIELD_TIME), BODY, N_("Wake up"), NULL},
    [F_RESUMES_TO] = {"resumes_to", LINE_TEXT, BODY_STAMP, N_("Resumes to"), NULL},
    [F_SUSPENDED_AT] = {"suspended_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Suspended"), NULL},
    [F_BACKOUT_PROOF] = {"backout_proof", LONG_TEXT, BODY, N_("Proof of back-out"), NULL},
    [F_CANCELLED_AT] = {"cancelled_at", PLAIN(FIELD_TIME), BODY_STAMP, N_("Cancelled"), NULL},
    [F_CONSENTED_KIND] = {"consented_kind", CHOICE(kind_choices), BODY, N_("Consented kind"), NULL},
    [F_CONSENTED_SEVERITY] = {"consented_severity", CHOICE(severity_choices), BODY, N_("Consented severity"), NULL},

    // from elsewhere
    [F_IMPORTED_FROM] = {"imported_from", LINE_TEXT, BODY, N_("Imported from"), N_("The source and its row.")},
    [F_IMPORTED_AUTHOR] = {"imported_author", LINE_TEXT, BODY, N_("Original author"), NULL},
    [F_IMPORTED_CREATED_AT] = {"imported_created_at", PLAIN(FIELD_TIME), BODY, N_("Originally filed"), NULL},
    [F_IMPORTED_CLOSED_AT] = {"imported_closed_at", PLAIN(FIELD_TIME), BODY, N_("Originally closed"), NULL},
    [F_IMPORTED_HISTORY] = {"imported_history", LONG_TEXT, BODY, N_("Original history"), NULL},
};

const struct field *const fields_built_in = table;
_Thread_local const struct field *fields = table;

void fields_declare(const struct field *own, size_t count, struct arena *arena)
{
	struct field *declared = arena_take_array(arena, FIELD_COUNT, sizeof(*declared));

	memcpy(declared, table, sizeof(table));
	if (count > 0) // `own` may be NULL then
		memcpy(&declared[F_OWN_FIRST], own, count * sizeof(*declared));
	fields = declared;
}

bool field_find(const char *key, enum field_id *id)
{
	int row = key != NULL ? name_index(fields, FIELD_COUNT, sizeof(fields[0]), key) : -1;

	if (row >= 0)
		*id = (enum field_id)row;
	return row >= 0;
}
