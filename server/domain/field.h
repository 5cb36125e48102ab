// SPDX-License-Identifier: Apache-2.0
// Ticket fields. THE FIELD TABLE (field.c) has one row per field; JSON reading, validation, storage, required-field
// bits, labels and the CLI's columns all come from it.
#ifndef WEIHU_DOMAIN_FIELD_H
#define WEIHU_DOMAIN_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/json.h"

enum field_type {
	FIELD_TEXT,    // string, length in code points within [least, most]
	FIELD_WHOLE,   // whole number within [least, most]
	FIELD_TRUTH,   // true or false
	FIELD_TIME,    // RFC 3339 date-time
	FIELD_DATE,    // 2026-11-23
	FIELD_CHOICE,  // one of `choices`
	FIELD_PERSON,  // a login: up to 64 printable ASCII characters but ','
	FIELD_PEOPLE,  // list of logins, no repeats
	FIELD_PROGRAM, // a program's code: up to 64 printable ASCII characters but ','
	FIELD_TICKET,  // id of another ticket
	FIELD_NAMES,   // list of identifiers (owed controls)
	FIELD_SHARES   // list of {"login", "minutes"}, no login twice; of other things' members, of no ticket's field
};

enum field_place {
	PLACE_COLUMN, // a column of its own in table ticket, under the field's key
	PLACE_BODY    // a member of ticket_body.fields
};

enum field_source {
	SOURCE_PEOPLE, // typed by somebody: with a filing, an action or an edit
	SOURCE_STAMP   // set by the workflow alone; never accepted from outside
};

struct field {
	const char *key;
	enum field_type type;
	int64_t least, most;        // see field_type
	const char *const *choices; // FIELD_CHOICE: NULL-terminated
	enum field_place place;
	enum field_source source;
	const char *label;    // msgid for people
	const char *hint;     // msgid: what to write there, or NULL
	const char *label_zh; // of a field of the team's own, which no catalogue translates; else NULL
};

#define OWN_MOST 24 // fields of a team's own

// Ids of the fields: index into the table.
enum field_id {
	// the request
	F_TITLE,
	F_DESCRIPTION,
	F_PROGRAM,
	F_REQUESTER,
	F_CLAIMED_KIND,
	F_CIRCUMSTANCES,
	F_INPUTS,
	F_OBSERVED,
	F_SINCE,
	F_SPECIFICATION,
	F_PLAN_ITEM,
	F_FINDING,
	F_READERS,
	F_SUBMITTED_AT,
	// the lead's intake
	F_SYSADMIN,
	F_DUPLICATE_CHECK,
	F_DUPLICATE_OF,
	F_MISSING,
	F_REASON,
	F_APPEALED,
	// the evaluation (change report)
	F_KIND,
	F_SEVERITY,
	F_PRIORITY,
	F_EFFORT_PEOPLE,
	F_EFFORT_MINUTES,
	F_NATURE,
	F_IMPACT,
	F_BACKOUT_PLAN,
	F_WINDOW,
	F_CRITICAL_PROGRAM,
	F_URGENT,
	F_OWED,
	F_OWED_DUE,
	F_EVALUATOR,
	F_EVALUATED_AT,
	// the decision
	F_DECISION,
	F_OBJECTIONS,
	F_AUTHORISED_BY,
	F_AUTHORISED_AT,
	// the plan
	F_PLANNED_START,
	F_PLANNED_END,
	F_PLANNED_MINUTES,
	F_CLASH_NOTE,
	F_DUE_AT,
	F_TECHNICIAN,
	F_HELPERS,
	// the work
	F_STARTED_AT,
	F_HANDOVER,
	F_DOCUMENTS,
	F_DOCUMENTS_STATE,
	F_DELIVERED_BY,
	F_FINISHED_AT,
	F_FAILURES,
	F_REFUSED_AT,
	// acceptance, review, closing
	F_ACCEPTANCE,
	F_RATING,
	F_ACCEPTED_BY,
	F_ACCEPTED_AT,
	F_DEFECTS,
	F_REVIEW_ANSWERS,
	F_AFTERWARDS,
	F_BENEFIT,
	F_RECORD_GAPS,
	F_REVIEWED_BY,
	F_CLOSED_AT,
	F_SAME_CAUSE,
	F_REOPENED_AT,
	// beside the line
	F_SUSPEND_CODE,
	F_WAKE_AT,
	F_RESUMES_TO,
	F_SUSPENDED_AT,
	F_BACKOUT_PROOF,
	F_CANCELLED_AT,
	F_CONSENTED_KIND,
	F_CONSENTED_SEVERITY,
	// from elsewhere
	F_IMPORTED_FROM,
	F_IMPORTED_AUTHOR,
	F_IMPORTED_CREATED_AT,
	F_IMPORTED_CLOSED_AT,
	F_IMPORTED_HISTORY,
	F_OWN_FIRST, // the team's own, as declared; rows behind the last of them have no key
	FIELD_COUNT = F_OWN_FIRST + OWN_MOST
};

#define FIELD_MOST 128
#define FIELD_LINE_MOST 200 // a text of at most so many code points is one line: no line breaks in it

typedef struct { // a set of fields, by id
	uint64_t word[FIELD_MOST / 64];
} field_set;

extern const struct field *const fields_built_in;

// THE FIELD TABLE as this thread sees it: what is built in, until another takes its place. No table ever changes.
extern _Thread_local const struct field *fields;

// Makes a table in `arena`, of what is built in and rows of the team's own, and lets this thread see it.
void fields_declare(const struct field *own, size_t count, struct arena *arena);

// text whole truth time date choice person people program ticket names
const char *field_type_name(enum field_type type);

// The id of the field with this key; false if there is none.
bool field_find(const char *key, enum field_id *id);

// Checks a value from outside against its row; every complaint becomes a fault under the field's key (codes type,
// range, length, choice, format). JSON null means "clear" and is right for any type.
bool field_check(enum field_id id, const struct json *value, struct faults *faults);

// The same by a row that need not stand in the table: members of comments, people, programs are such rows.
bool field_check_row(const struct field *row, const struct json *value, struct faults *faults);

// A checked value as the engine knows it: text ("240", "true", "zhang", lists joined by ",", times in UTC as
// moment_print() writes them), NULL for null.
const char *field_text(struct arena *arena, enum field_id id, const struct json *value);

// Writes engine text back as JSON of the field's type (a NULL text writes null).
void field_write(struct json_out *json, enum field_id id, const char *text);

static inline void field_set_add(field_set *set, enum field_id id)
{
	set->word[id / 64] |= UINT64_C(1) << (id % 64);
}

static inline bool field_set_has(const field_set *set, enum field_id id)
{
	return set->word[id / 64] >> (id % 64) & 1;
}

static inline bool field_set_empty(const field_set *set)
{
	return (set->word[0] | set->word[1]) == 0;
}

static inline void field_set_join(field_set *set, const field_set *other)
{
	for (size_t i = 0; i < FIELD_MOST / 64; i++)
		set->word[i] |= other->word[i];
}

#endif
