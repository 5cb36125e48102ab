// SPDX-License-Identifier: Apache-2.0
// THE COLUMN TABLES.
#include "cli/column.h"

#include "cli/say.h"

#define TEXT LOOK_TEXT, WORDS_NONE
#define NUMBER LOOK_NUMBER, WORDS_NONE
#define TIME LOOK_TIME, WORDS_NONE
#define TRUTH LOOK_TRUTH, WORDS_NONE
#define MINUTES LOOK_MINUTES, WORDS_NONE
#define TICKET LOOK_TICKET, WORDS_NONE
#define LABEL(words) LOOK_WORDS, words

#define END { NULL, NULL, LOOK_TEXT, WORDS_NONE, RANK_TABLE, NULL }

static const struct column ticket_columns[] = {
	{ "id", N_("Id"), TICKET, RANK_TABLE, NULL },
	{ "title", N_("Title"), TEXT, RANK_TABLE, NULL },
	{ "state", N_("State"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "kind", N_("Kind"), LABEL(WORDS_KIND), RANK_TABLE, "claimed_kind" },
	{ "severity", N_("Severity"), LABEL(WORDS_SEVERITY), RANK_TABLE, NULL },
	{ "priority", N_("Priority"), NUMBER, RANK_TABLE, NULL },
	{ "program", N_("Program"), TEXT, RANK_TABLE, NULL },
	{ "requester", N_("Requester"), TEXT, RANK_TABLE, NULL },
	{ "technician", N_("Technician"), TEXT, RANK_TABLE, NULL },
	{ "due_at", N_("Due"), TIME, RANK_TABLE, NULL },
	{ "claimed_kind", N_("Claimed kind"), LABEL(WORDS_KIND), RANK_WIDE, NULL },
	{ "sysadmin", N_("System administrator"), TEXT, RANK_WIDE, NULL },
	{ "planned_start", N_("Planned start"), TIME, RANK_WIDE, NULL },
	{ "planned_end", N_("Planned end"), TIME, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE, NULL },
	{ "version", N_("Version"), NUMBER, RANK_WIDE, NULL },
	{ "workflow", N_("Workflow"), NUMBER, RANK_WIDE, NULL },
	END,
};

static const struct column person_columns[] = {
	{ "login", N_("Login"), TEXT, RANK_TABLE, NULL },
	{ "name", N_("Name"), TEXT, RANK_TABLE, NULL },
	{ "roles", N_("Roles"), LABEL(WORDS_ROLE), RANK_TABLE, NULL },
	{ "active", N_("Active"), TRUTH, RANK_TABLE, NULL },
	{ "email", N_("Email"), TEXT, RANK_WIDE, NULL },
	{ "vendor", N_("Vendor"), TEXT, RANK_WIDE, NULL },
	{ "version", N_("Version"), NUMBER, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE, NULL },
	END,
};

static const struct column program_columns[] = {
	{ "code", N_("Code"), TEXT, RANK_TABLE, NULL },
	{ "name", N_("Name"), TEXT, RANK_TABLE, NULL },
	{ "language", N_("Language"), TEXT, RANK_TABLE, NULL },
	{ "sysadmin", N_("System administrator"), TEXT, RANK_TABLE, NULL },
	{ "deputy", N_("Deputy"), TEXT, RANK_TABLE, NULL },
	{ "critical", N_("Critical"), TRUTH, RANK_TABLE, NULL },
	{ "vendor", N_("Vendor"), TEXT, RANK_WIDE, NULL },
	{ "source", N_("Source code"), LABEL(WORDS_SOURCE), RANK_WIDE, NULL },
	{ "source_statements", N_("Source statements"), NUMBER, RANK_WIDE, NULL },
	{ "machine_instructions", N_("Machine instructions"), NUMBER, RANK_WIDE, NULL },
	{ "installed_on", N_("Installed on"), TEXT, RANK_WIDE, NULL },
	{ "runs_since_install", N_("Runs since installation"), NUMBER, RANK_WIDE, NULL },
	{ "failures_since_install", N_("Failures since installation"), NUMBER, RANK_WIDE, NULL },
	{ "not_applicable", N_("Not applicable"), TEXT, RANK_WIDE, NULL },
	{ "version", N_("Version"), NUMBER, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE, NULL },
	END,
};

static const struct column token_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE, NULL },
	{ "name", N_("Name"), TEXT, RANK_TABLE, NULL },
	{ "login", N_("Login"), TEXT, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_TABLE, NULL },
	{ "last_used_at", N_("Last used"), TIME, RANK_TABLE, NULL },
	{ "revoked_at", N_("Revoked"), TIME, RANK_TABLE, NULL },
	{ "token", N_("Token"), TEXT, RANK_WIDE, NULL },
	END,
};

static const struct column reading_columns[] = {
	{ "read_at", N_("Read at"), TIME, RANK_TABLE, NULL },
	{ "runs", N_("Runs"), NUMBER, RANK_TABLE, NULL },
	{ "failures", N_("Failures"), NUMBER, RANK_TABLE, NULL },
	{ "id", N_("Id"), NUMBER, RANK_WIDE, NULL },
	END,
};

static const struct column designation_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE, NULL },
	{ "login", N_("Login"), TEXT, RANK_TABLE, NULL },
	{ "as", N_("As"), LABEL(WORDS_DESIGNATION), RANK_TABLE, NULL },
	{ "from", N_("From"), TEXT, RANK_TABLE, NULL },
	{ "until", N_("Until"), TEXT, RANK_TABLE, NULL },
	END,
};

static const struct column comment_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE, NULL },
	{ "created_at", N_("Time"), TIME, RANK_TABLE, NULL },
	{ "author", N_("Author"), TEXT, RANK_TABLE, NULL },
	{ "internal", N_("Internal"), TRUTH, RANK_TABLE, NULL },
	{ "text", N_("Text"), TEXT, RANK_TABLE, NULL },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE, NULL },
	END,
};

static const struct column step_columns[] = {
	{ "n", N_("No."), NUMBER, RANK_TABLE, NULL },
	{ "step", N_("Step"), LABEL(WORDS_STEP), RANK_TABLE, NULL },
	{ "result", N_("Result"), LABEL(WORDS_STEP_RESULT), RANK_TABLE, NULL },
	{ "person", N_("Person"), TEXT, RANK_TABLE, NULL },
	{ "minutes", N_("Minutes"), MINUTES, RANK_TABLE, NULL },
	{ "finished_at", N_("Finished"), TIME, RANK_TABLE, NULL },
	{ "evidence", N_("Evidence"), TEXT, RANK_TABLE, NULL },
	{ "started_at", N_("Started"), TIME, RANK_WIDE, NULL },
	{ "reason", N_("Reason"), TEXT, RANK_WIDE, NULL },
	{ "id", N_("Id"), NUMBER, RANK_WIDE, NULL },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	END,
};

static const struct column change_columns[] = {
	{ "change_id", N_("Change"), TEXT, RANK_TABLE, NULL },
	{ "change_level", N_("Level"), LABEL(WORDS_LEVEL), RANK_TABLE, NULL },
	{ "program", N_("Program"), TEXT, RANK_TABLE, NULL },
	{ "language", N_("Language"), TEXT, RANK_TABLE, NULL },
	{ "statements_added", N_("Added"), NUMBER, RANK_TABLE, NULL },
	{ "statements_deleted", N_("Deleted"), NUMBER, RANK_TABLE, NULL },
	{ "people", N_("People"), NUMBER, RANK_TABLE, NULL },
	{ "person_minutes", N_("Minutes"), MINUTES, RANK_TABLE, NULL },
	{ "changed_on", N_("Changed on"), TEXT, RANK_TABLE, NULL },
	{ "engineer", N_("Engineer"), TEXT, RANK_TABLE, NULL },
	{ "not_applicable", N_("Not applicable"), TEXT, RANK_WIDE, NULL },
	{ "id", N_("Id"), NUMBER, RANK_WIDE, NULL },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	END,
};

static const struct column work_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE, NULL },
	{ "worked_on", N_("Worked on"), TEXT, RANK_TABLE, NULL },
	{ "person", N_("Person"), TEXT, RANK_TABLE, NULL },
	{ "minutes", N_("Minutes"), MINUTES, RANK_TABLE, NULL },
	{ "note", N_("Note"), TEXT, RANK_TABLE, NULL },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_WIDE, NULL },
	END,
};

static const struct column link_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_WIDE, NULL },
	{ "ticket", N_("Ticket"), TICKET, RANK_TABLE, NULL },
	{ "kind", N_("Link"), LABEL(WORDS_LINK), RANK_TABLE, NULL },
	{ "other", N_("Other"), TICKET, RANK_TABLE, NULL },
	{ "author", N_("Author"), TEXT, RANK_TABLE, NULL },
	{ "created_at", N_("Created"), TIME, RANK_TABLE, NULL },
	END,
};

static const struct column event_columns[] = {
	{ "seq", N_("No."), NUMBER, RANK_TABLE, NULL },
	{ "at", N_("Time"), TIME, RANK_TABLE, NULL },
	{ "actor", N_("Who"), TEXT, RANK_TABLE, NULL },
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE, NULL },
	{ "object", N_("Target"), TEXT, RANK_TABLE, NULL },
	{ "from_state", N_("From state"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "to_state", N_("To state"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "result", N_("Result"), LABEL(WORDS_RESULT), RANK_TABLE, NULL },
	{ "changes", N_("Changes"), LOOK_KEYS, WORDS_FIELD, RANK_TABLE, NULL },
	{ "reason", N_("Reason"), TEXT, RANK_WIDE, NULL },
	{ "role", N_("Role"), LABEL(WORDS_PARTY), RANK_WIDE, NULL },
	{ "source", N_("Came from"), TEXT, RANK_WIDE, NULL },
	{ "version", N_("Version"), NUMBER, RANK_WIDE, NULL },
	{ "request_id", N_("Request id"), TEXT, RANK_WIDE, NULL },
	{ "added", N_("Recorded with it"), TEXT, RANK_WIDE, NULL },
	END,
};

static const struct column transition_columns[] = {
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE, NULL },
	{ "to", N_("To state"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "allowed", N_("Allowed"), TRUTH, RANK_TABLE, NULL },
	{ "requires", N_("Requires"), LABEL(WORDS_FIELD), RANK_TABLE, NULL },
	{ "missing", N_("Missing"), LABEL(WORDS_FIELD), RANK_TABLE, NULL },
	{ "accepts", N_("Accepts"), LABEL(WORDS_FIELD), RANK_WIDE, NULL },
	{ "unmet", N_("Unmet"), TEXT, RANK_WIDE, NULL },
	END,
};

static const struct column route_columns[] = {
	{ "sysadmin", N_("System administrator"), TEXT, RANK_TABLE, NULL },
	{ "reason", N_("Reason"), TEXT, RANK_TABLE, NULL },
	END,
};

static const struct column session_columns[] = {
	{ "login", N_("Login"), TEXT, RANK_TABLE, NULL },
	{ "name", N_("Name"), TEXT, RANK_TABLE, NULL },
	{ "roles", N_("Roles"), LABEL(WORDS_ROLE), RANK_TABLE, NULL },
	END,
};

static const struct column path_columns[] = {
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE, NULL },
	{ "from", N_("From state"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "to", N_("To state"), LABEL(WORDS_STATE), RANK_TABLE, NULL },
	{ "by", N_("By"), LABEL(WORDS_PARTY), RANK_TABLE, NULL },
	{ "apart_from", N_("Apart from"), LABEL(WORDS_PARTY), RANK_WIDE, NULL },
	{ "guards", N_("Guards"), TEXT, RANK_WIDE, NULL },
	END,
};

static const struct column field_columns[] = {
	{ "field", N_("Field"), LOOK_NAMED, WORDS_FIELD, RANK_TABLE, NULL },
	{ "type", N_("Type"), TEXT, RANK_TABLE, NULL },
	{ "choices", N_("Choices"), TEXT, RANK_TABLE, NULL },
	{ "least", N_("Least"), NUMBER, RANK_WIDE, NULL },
	{ "most", N_("Most"), NUMBER, RANK_WIDE, NULL },
	{ "source", N_("Filled by"), TEXT, RANK_TABLE, NULL },
	END,
};

const struct resource resource_tickets = { "ticket", "id", ticket_columns, N_("No tickets match.") };
const struct resource resource_people = { "person", "login", person_columns, N_("No people match.") };
const struct resource resource_programs = { "program", "code", program_columns, N_("No programs match.") };
const struct resource resource_tokens = { "token", "id", token_columns, N_("No tokens.") };
const struct resource resource_readings = { "reading", "read_at", reading_columns, N_("No readings yet.") };
const struct resource resource_designations = { "designation", "id", designation_columns, N_("No designations.") };
const struct resource resource_comments = { "comment", "id", comment_columns, N_("No comments yet.") };
const struct resource resource_steps = { "step", "id", step_columns, N_("No technical steps recorded yet.") };
const struct resource resource_changes = { "change", "id", change_columns, N_("No changes recorded yet.") };
const struct resource resource_works = { "work", "id", work_columns, N_("No work recorded yet.") };
const struct resource resource_links = { "link", "id", link_columns, N_("No links.") };
const struct resource resource_events = { "event", "seq", event_columns, N_("No events match.") };
const struct resource resource_transitions = { "action", "action", transition_columns, N_("Nothing can be done with it.") };
const struct resource resource_routes = { "person", "sysadmin", route_columns, NULL };
const struct resource resource_sessions = { "person", "login", session_columns, NULL };
const struct resource resource_workflow_paths = { "action", "action", path_columns, NULL };
const struct resource resource_field_rows = { "field", "field", field_columns, NULL };
