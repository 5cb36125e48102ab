// SPDX-License-Identifier: Apache-2.0
// The workflow: states, actions and edits as data, and the one function that judges a move by them. Pure: no I/O.
#ifndef WEIHU_DOMAIN_WORKFLOW_H
#define WEIHU_DOMAIN_WORKFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "domain/field.h"
#include "domain/party.h"
#include "domain/person.h"
#include "domain/ticket.h"

#define STATE_MOST 64

typedef uint64_t state_set; // bit n: workflow.states[n]
typedef uint32_t guard_set; // bit n: enum guard n

#define STATE_BIT(state) (UINT64_C(1) << (state))
#define GUARD_BIT(guard) ((guard_set)1 << (guard))

// Conditions beyond who and which state. THE GUARD TABLE (guard.c): name, test, who can clear it, message.
enum guard {
	GUARD_DESIGNATED,         // the program has a current sysadmin
	GUARD_CORRECTIVE,         // kind (as given or as it stands) is corrective
	GUARD_SEVERE,             // severity (as given or as it stands) is severe
	GUARD_APPEAL_UNUSED,      // one appeal only
	GUARD_NO_CLASH,           // no other ticket of the program planned for that time, or a clash_note
	GUARD_PLAN_IN_ORDER,      // planned_end after planned_start
	GUARD_STEPS_DONE,         // every technical step done (the design check may be owed)
	GUARD_CHANGE_RECORDED,    // at least one change (record items 8–13), or record_gaps says why there is none
	GUARD_WORK_RECORDED,      // at least one work entry
	GUARD_DOCUMENTS_SETTLED,  // documents filled, or owed
	GUARD_OWES_AUTHORISATION, // an urgent ticket whose authorisation is still owed
	GUARD_OWED_DONE,          // nothing owed is left
	GUARD_RECORD_COMPLETE,    // each of the 18 items is on record, or record_gaps says why not
	GUARD_REOPEN_WINDOW,      // the requester within reopen_days of closed_at; a lead always
	GUARD_CONSENTED,          // the requester consented to the kind and severity given
	GUARD_SKILLED,            // technician and helpers are named once each, technician not among the helpers
	GUARD_COUNT
};

const char *guard_name(enum guard guard);
const char *guard_label(enum guard guard); // msgid: what it asks
bool guard_find(const char *name, enum guard *guard);

// The controls that the urgent path postpones. THE CONTROL TABLE (control.c): name, what must be filled or done.
enum control { CONTROL_CHANGE_REPORT, CONTROL_AUTHORISATION, CONTROL_DOCUMENTS, CONTROL_DESIGN_CHECK, CONTROL_COUNT };
const char *control_name(enum control control);
bool control_find(const char *name, enum control *control);
party_set control_who(enum control control);                          // who can do it
bool control_owed(enum control control, const struct ticket *ticket); // owed and not yet done

#define TARGET_SAME (-1)   // the state does not change
#define TARGET_ORIGIN (-2) // back to the state in values[F_RESUMES_TO]

struct need { // something that must be filled: a field, or any one of several
	field_set any;
	kind_set kinds;     // on tickets of these kinds; KINDS_ALL holds before the kind is known, too
	bool fresh;         // must come with the move itself, whatever the ticket has from before
	enum field_id when; // with `value`: only where this field holds (or is given) that value
	const char *value;  // engine text; NULL: always
};

struct needs {
	const struct need *list;
	size_t count;
};

struct path { // one row of edges: from any of these states to one
	int line;
	state_set from;
	int to;             // index into states, or TARGET_*
	party_set by;       // overrides the action's parties when not 0
	guard_set guards;   // besides the action's
	struct needs needs; // besides the action's
};

enum stamp_source { STAMP_TEXT, STAMP_CALLER, STAMP_NOW, STAMP_FROM, STAMP_FIELD, STAMP_NULL };

struct stamp { // what the action sets by itself
	enum field_id field;
	enum stamp_source source;
	const char *text;    // STAMP_TEXT
	enum field_id other; // STAMP_FIELD: copy this field (as given with the action, else as it stands)
	int64_t hours;       // STAMP_NOW: hours to add
	bool fill;           // only when the field is neither given nor filled
};

struct action {
	const char *name, *zh, *en;
	int line; // in the configuration
	struct path *paths;
	size_t path_count;
	party_set by;
	party_set apart_from; // separation of duties: the caller is named as none of these (party_names)
	struct needs needs;
	field_set accept; // what may be given besides
	guard_set guards;
	struct stamp *stamps;
	size_t stamp_count;
	int recheck; // action whose needs are checked again under the kind given, or -1
};

struct state {
	const char *name, *zh, *en;
	int line;
	bool initial, terminal;
};

struct edit { // these parties may edit these fields in these states
	state_set in;
	party_set by;
	field_set fields;
	guard_set guards;
	bool clear; // a field may be emptied as well
	int owed;   // enum control: only while it is owed; or -1
};

// What is recorded beside the fields. The order lets a truth "work?" stand for the first two.
enum record { RECORD_STEP, RECORD_WORK, RECORD_CHANGE, RECORD_SKIPPED_STEP, RECORD_COUNT };
const char *record_name(enum record record); // step work change skipped_step (a step marked not applicable)

struct record_rule {
	state_set in;
	state_set owed_in; // also in these, while the design check is owed
	party_set by;
};

struct workflow {
	int version;      // number in the database; 0 until it is registered
	const char *file; // as faults name it
	const char *name;
	struct state *states;
	size_t state_count;
	struct action *actions;
	size_t action_count;
	struct edit *edits;
	size_t edit_count;
	struct record_rule records[RECORD_COUNT];
	int64_t reopen_days;
	party_set waived; // separation of duties waived against these parties; each use is told in the verdict
};

int workflow_state(const struct workflow *workflow, const char *name);  // index, or -1
int workflow_action(const struct workflow *workflow, const char *name); // index, or -1

// Checks a loaded workflow as a whole: exactly one initial state, every state reachable, a way to a terminal state from
// every state (so no dead end that is not terminal), one target per state and action, somewhere to go back to wherever
// $origin is asked for. Faults name FILE:LINE.
bool workflow_check(const struct workflow *workflow, struct faults *faults);

// The closest action name to a mistyped one, or NULL.
const char *workflow_nearest_action(const struct workflow *workflow, const char *name);

enum verdict_kind {
	VERDICT_ALLOWED,
	VERDICT_FORBIDDEN, // 403: not this caller
	VERDICT_ILLEGAL,   // 409: not from this state, or a condition is unmet
	VERDICT_INCOMPLETE // 422: fields missing or not accepted
};

struct unmet {
	const char *guard;   // stable: state, party, separation, field_missing, field_unexpected, or a guard's name
	const char *field;   // key, or NULL
	const char *message; // English
	int item;            // the item of the maintenance record that it is about (record_item.h); 0: none
	party_set who;       // who can clear it; 0: nobody can
	state_set from;      // of state: whence the action is possible
	struct unmet *next;
};

struct verdict {
	enum verdict_kind kind;      // the first that applies in the order forbidden, illegal, incomplete
	const struct action *action; // NULL for an edit or a record
	const char *to;              // the state after it, when the state allows the action at all; else NULL
	struct unmet *unmet;         // every one, in the order judged; NULL when allowed
	size_t unmet_count;
	party_set waived;    // separations that would have refused but are waived
	enum party acted_as; // the party that allowed the caller; PARTY_COUNT when none
	struct arena *arena;
};

// A move as asked for: the fields given with it as engine text; has: which are given (a given NULL clears).
struct given {
	field_set has;
	const char *values[FIELD_COUNT];
};

// THE JUDGE. May `person` take `action` (an index) on `ticket` at `now`, giving `given`? Everything lives in `arena`.
struct verdict workflow_judge(const struct workflow *workflow, const struct ticket *ticket, int action,
    const struct person *person, const struct given *given, moment now, struct arena *arena);

// May `person` edit these fields of the ticket as it stands?
struct verdict workflow_judge_edit(const struct workflow *workflow, const struct ticket *ticket,
    const struct person *person, const struct given *given, struct arena *arena);

// May `person` add such a record to the ticket as it stands?
struct verdict workflow_judge_record(const struct workflow *workflow, const struct ticket *ticket,
    const struct person *person, enum record record, struct arena *arena);

// What the action sets by itself, added to `given` (after a verdict that allows it).
void workflow_stamp(const struct action *action, const struct ticket *ticket, const struct person *person, moment now,
    struct given *given, struct arena *arena);

const struct path *action_path(const struct action *action, int state); // the first row that leaves `state`, or NULL
party_set path_parties(const struct action *action, const struct path *path);
// The fields that the action wants filled for the kind (KIND_COUNT: not known yet), and for what the ticket's fields
// hold where there is a ticket; of "any one of" needs see needs.
field_set action_required(const struct action *action, const struct path *path, enum kind kind,
    const struct ticket *ticket);
// Every field that may be given with the action.
field_set action_accepted(const struct workflow *workflow, const struct action *action, const struct path *path);
// True if the need is one on tickets of this kind (KIND_COUNT: not known yet) whose field need->when holds `value`.
bool need_applies(const struct need *need, enum kind kind, const char *value);
// The states that the row may lead to from `from`: more than one for TARGET_ORIGIN only.
state_set path_targets(const struct workflow *workflow, const struct path *path, int from);

enum diagram { DIAGRAM_TABLE, DIAGRAM_MARKDOWN, DIAGRAM_MERMAID, DIAGRAM_DOT };

// The workflow for people: a table of actions, a whole document (docs/workflow.md), or a diagram of states. `chinese`
// says which of the two labels stands where there is room for one.
void workflow_print(const struct workflow *workflow, enum diagram diagram, bool chinese, struct buffer *out);

#endif
