// SPDX-License-Identifier: Apache-2.0
// The workflow: states, actions and edits as data, and the one function that judges a move by them. Pure: no I/O.
#ifndef WEIHU_DOMAIN_WORKFLOW_H
#define WEIHU_DOMAIN_WORKFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "domain/field.h"
#include "domain/person.h"
#include "domain/ticket.h"

#define STATE_MOST 64

typedef uint64_t state_set; // bit n: workflow.states[n]
typedef uint32_t party_set; // bit n: enum party n
typedef uint32_t guard_set; // bit n: enum guard n

// Who a person is to a ticket. THE PARTY TABLE (party.c): a role, a relation, or both.
enum party {
	PARTY_REQUESTER,  // its requester
	PARTY_LEAD,       // any lead
	PARTY_SYSADMIN,   // the sysadmin it was forwarded to, or the one designated for its program today, or the deputy
	PARTY_AUTHORITY,  // any authority
	PARTY_TECHNICIAN, // its technician or one of the helpers
	PARTY_ACCEPTOR,   // its requester, or a lead in the requester's stead
	PARTY_REVIEWER,   // any reviewer
	PARTY_EVALUATOR,  // who evaluated it
	PARTY_COUNT
};

const char *party_name(enum party party);
const char *party_label(enum party party); // msgid for people
bool party_find(const char *name, enum party *party);
bool party_holds(enum party party, const struct ticket *ticket, const struct person *person);
// The role that a member of the party must hold, or ROLE_COUNT when the relation alone makes one.
enum role party_role(enum party party);
// The logins that the relation names on this ticket ("li,wang"), or NULL when the party is a role alone.
const char *party_logins(enum party party, const struct ticket *ticket, struct arena *arena);

// Conditions beyond who and which state. THE GUARD TABLE (guard.c): name, test, who can clear it, message.
enum guard {
	GUARD_DESIGNATED,         // the program has a current sysadmin
	GUARD_CORRECTIVE,         // kind (as given or as it stands) is corrective
	GUARD_SEVERE,             // severity (as given or as it stands) is severe
	GUARD_APPEAL_UNUSED,      // one appeal only
	GUARD_NO_CLASH,           // no other ticket of the program planned over the same time, or clash_note says why it is fine
	GUARD_PLAN_IN_ORDER,      // planned_end after planned_start
	GUARD_STEPS_DONE,         // every technical step done (the design check may be owed)
	GUARD_CHANGE_RECORDED,    // at least one change (record items 8–13)
	GUARD_WORK_RECORDED,      // at least one work entry
	GUARD_DOCUMENTS_SETTLED,  // documents filled, or owed
	GUARD_OWES_AUTHORISATION, // an urgent ticket whose authorisation is still owed
	GUARD_OWED_DONE,          // nothing owed is left
	GUARD_RECORD_COMPLETE,    // items 1–7 registered or record_gaps says why not; the others filled
	GUARD_REOPEN_WINDOW,      // the requester within reopen_days of closed_at; a lead always
	GUARD_CONSENTED,          // the requester consented to the kind and severity given
	GUARD_SKILLED,            // technician and helpers are named once each, technician not among the helpers
	GUARD_COUNT
};

const char *guard_name(enum guard guard);
bool guard_find(const char *name, enum guard *guard);

// The controls that the urgent path postpones.
enum control { CONTROL_CHANGE_REPORT, CONTROL_AUTHORISATION, CONTROL_DOCUMENTS, CONTROL_DESIGN_CHECK, CONTROL_COUNT };
const char *control_name(enum control control);
bool control_find(const char *name, enum control *control);
bool control_owed(enum control control, const struct ticket *ticket); // owed and not yet done

#define TARGET_SAME (-1)   // the state does not change
#define TARGET_ORIGIN (-2) // back to the state in values[F_RESUMES_TO]

struct path { // one row of edges: from any of these states to one
	state_set from;
	int to;           // index into states, or TARGET_*
	party_set by;     // overrides the action's parties when not 0
	guard_set guards; // besides the action's
	field_set require; // besides the action's
};

enum stamp_source { STAMP_TEXT, STAMP_CALLER, STAMP_NOW, STAMP_FROM, STAMP_FIELD, STAMP_NULL };

struct stamp { // what the action sets by itself
	enum field_id field;
	enum stamp_source source;
	const char *text;       // STAMP_TEXT
	enum field_id other;    // STAMP_FIELD: copy this field (as given with the action, else as it stands)
	int64_t hours;          // STAMP_NOW: hours to add
};

struct action {
	const char *name, *zh, *en;
	int line; // in the configuration
	struct path *paths;
	size_t path_count;
	party_set by;
	party_set apart_from;         // separation of duties: the caller is none of these
	field_set require[KIND_COUNT]; // what must be filled, by kind
	field_set accept;              // what may be given besides
	guard_set guards;
	struct stamp *stamps;
	size_t stamp_count;
	int recheck; // action whose required fields are checked again under the kind given, or -1
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
};

struct workflow {
	int version; // number in the database; 0 until it is registered
	const char *name;
	struct state *states;
	size_t state_count;
	struct action *actions;
	size_t action_count;
	struct edit *edits;
	size_t edit_count;
	state_set steps_in, work_in; // states in which steps and changes, and work entries, may be recorded
	party_set steps_by, work_by; // and by whom
	int64_t reopen_days;
	party_set waived; // separation of duties waived against these parties; each use is told in the verdict
};

int workflow_state(const struct workflow *workflow, const char *name);  // index, or -1
int workflow_action(const struct workflow *workflow, const char *name); // index, or -1

// Checks a loaded workflow as a whole: exactly one initial state, every state reachable, no dead end that is not
// terminal, one target per state and action. Faults name "line N".
bool workflow_check(const struct workflow *workflow, struct faults *faults);

// The closest action name to a mistyped one, or NULL.
const char *workflow_nearest_action(const struct workflow *workflow, const char *name);

enum verdict_kind {
	VERDICT_ALLOWED,
	VERDICT_FORBIDDEN,  // 403: not this caller
	VERDICT_ILLEGAL,    // 409: not from this state, or a condition is unmet
	VERDICT_INCOMPLETE  // 422: fields missing or not accepted
};

struct unmet {
	const char *guard;   // stable: state, party, separation, field_missing, field_unexpected, or a guard's name
	const char *field;   // key, or NULL
	const char *message; // English
	party_set who;       // who can clear it; 0: nobody can
	struct unmet *next;
};

struct verdict {
	enum verdict_kind kind;  // the first that applies in the order forbidden, illegal, incomplete
	const struct action *action; // NULL for an edit or a record
	const char *to;          // the state after it, when the state allows the action at all; else NULL
	struct unmet *unmet;     // every one, in the order judged; NULL when allowed
	size_t unmet_count;
	party_set waived;        // separations that would have refused but are waived
	enum party acted_as;     // the party that allowed the caller; PARTY_COUNT when none
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

// May `person` record technical steps and changes (or, with `work`, work entries) on the ticket as it stands?
struct verdict workflow_judge_record(const struct workflow *workflow, const struct ticket *ticket,
    const struct person *person, bool work, struct arena *arena);

// What the action sets by itself, added to `given` (after a verdict that allows it).
void workflow_stamp(const struct action *action, const struct ticket *ticket, const struct person *person, moment now,
    struct given *given, struct arena *arena);

// The fields that the action wants for the ticket's kind (the given one first), and those it also accepts.
field_set action_required(const struct action *action, const struct path *path, enum kind kind);
const struct path *action_path(const struct action *action, int state); // the first row that leaves `state`, or NULL

enum diagram { DIAGRAM_TABLE, DIAGRAM_MARKDOWN, DIAGRAM_MERMAID, DIAGRAM_DOT };

// The workflow for people: a table of actions, or a diagram of states.
void workflow_print(const struct workflow *workflow, enum diagram diagram, bool chinese, struct buffer *out);

#endif
