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

#define END { NULL, NULL, LOOK_TEXT, WORDS_NONE, RANK_TABLE }

static const struct column ticket_columns[] = {
	{ "id", N_("Id"), TICKET, RANK_TABLE },
	{ "title", N_("Title"), TEXT, RANK_TABLE },
	{ "state", N_("State"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "kind", N_("Kind"), LABEL(WORDS_KIND), RANK_TABLE },
	{ "severity", N_("Severity"), LABEL(WORDS_SEVERITY), RANK_TABLE },
	{ "priority", N_("Priority"), NUMBER, RANK_TABLE },
	{ "program", N_("Program"), TEXT, RANK_TABLE },
	{ "requester", N_("Requester"), TEXT, RANK_TABLE },
	{ "technician", N_("Technician"), TEXT, RANK_TABLE },
	{ "due_at", N_("Due"), TIME, RANK_TABLE },
	{ "claimed_kind", N_("Claimed kind"), LABEL(WORDS_KIND), RANK_WIDE },
	{ "sysadmin", N_("System administrator"), TEXT, RANK_WIDE },
	{ "planned_start", N_("Planned start"), TIME, RANK_WIDE },
	{ "planned_end", N_("Planned end"), TIME, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE },
	{ "version", N_("Version"), NUMBER, RANK_WIDE },
	{ "workflow", N_("Workflow"), NUMBER, RANK_WIDE },
	END,
};

static const struct column person_columns[] = {
	{ "login", N_("Login"), TEXT, RANK_TABLE },
	{ "name", N_("Name"), TEXT, RANK_TABLE },
	{ "roles", N_("Roles"), LABEL(WORDS_ROLE), RANK_TABLE },
	{ "active", N_("Active"), TRUTH, RANK_TABLE },
	{ "email", N_("Email"), TEXT, RANK_WIDE },
	{ "vendor", N_("Vendor"), TEXT, RANK_WIDE },
	{ "version", N_("Version"), NUMBER, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE },
	END,
};

static const struct column program_columns[] = {
	{ "code", N_("Code"), TEXT, RANK_TABLE },
	{ "name", N_("Name"), TEXT, RANK_TABLE },
	{ "language", N_("Language"), TEXT, RANK_TABLE },
	{ "sysadmin", N_("System administrator"), TEXT, RANK_TABLE },
	{ "deputy", N_("Deputy"), TEXT, RANK_TABLE },
	{ "critical", N_("Critical"), TRUTH, RANK_TABLE },
	{ "vendor", N_("Vendor"), TEXT, RANK_WIDE },
	{ "source", N_("Source"), LABEL(WORDS_SOURCE), RANK_WIDE },
	{ "source_statements", N_("Source statements"), NUMBER, RANK_WIDE },
	{ "machine_instructions", N_("Machine instructions"), NUMBER, RANK_WIDE },
	{ "installed_on", N_("Installed on"), TEXT, RANK_WIDE },
	{ "runs_since_install", N_("Runs since installation"), NUMBER, RANK_WIDE },
	{ "failures_since_install", N_("Failures since installation"), NUMBER, RANK_WIDE },
	{ "not_applicable", N_("Not applicable"), TEXT, RANK_WIDE },
	{ "version", N_("Version"), NUMBER, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	{ "updated_at", N_("Changed"), TIME, RANK_WIDE },
	END,
};

static const struct column token_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE },
	{ "name", N_("Name"), TEXT, RANK_TABLE },
	{ "login", N_("Login"), TEXT, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_TABLE },
	{ "last_used_at", N_("Last used"), TIME, RANK_TABLE },
	{ "revoked_at", N_("Revoked"), TIME, RANK_TABLE },
	{ "token", N_("Token"), TEXT, RANK_WIDE },
	END,
};

static const struct column reading_columns[] = {
	{ "read_at", N_("Read at"), TIME, RANK_TABLE },
	{ "runs", N_("Runs"), NUMBER, RANK_TABLE },
	{ "failures", N_("Failures"), NUMBER, RANK_TABLE },
	{ "id", N_("Id"), NUMBER, RANK_WIDE },
	END,
};

static const struct column designation_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE },
	{ "login", N_("Login"), TEXT, RANK_TABLE },
	{ "as", N_("As"), LABEL(WORDS_DESIGNATION), RANK_TABLE },
	{ "from", N_("From"), TEXT, RANK_TABLE },
	{ "until", N_("Until"), TEXT, RANK_TABLE },
	END,
};

static const struct column comment_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE },
	{ "created_at", N_("Time"), TIME, RANK_TABLE },
	{ "author", N_("Author"), TEXT, RANK_TABLE },
	{ "internal", N_("Internal"), TRUTH, RANK_TABLE },
	{ "text", N_("Text"), TEXT, RANK_TABLE },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE },
	END,
};

static const struct column step_columns[] = {
	{ "n", N_("No."), NUMBER, RANK_TABLE },
	{ "step", N_("Step"), LABEL(WORDS_STEP), RANK_TABLE },
	{ "result", N_("Result"), LABEL(WORDS_STEP_RESULT), RANK_TABLE },
	{ "person", N_("Person"), TEXT, RANK_TABLE },
	{ "minutes", N_("Minutes"), MINUTES, RANK_TABLE },
	{ "finished_at", N_("Finished"), TIME, RANK_TABLE },
	{ "evidence", N_("Evidence"), TEXT, RANK_TABLE },
	{ "started_at", N_("Started"), TIME, RANK_WIDE },
	{ "reason", N_("Reason"), TEXT, RANK_WIDE },
	{ "id", N_("Id"), NUMBER, RANK_WIDE },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	END,
};

static const struct column change_columns[] = {
	{ "change_id", N_("Change"), TEXT, RANK_TABLE },
	{ "change_level", N_("Level"), LABEL(WORDS_LEVEL), RANK_TABLE },
	{ "program", N_("Program"), TEXT, RANK_TABLE },
	{ "language", N_("Language"), TEXT, RANK_TABLE },
	{ "statements_added", N_("Added"), NUMBER, RANK_TABLE },
	{ "statements_deleted", N_("Deleted"), NUMBER, RANK_TABLE },
	{ "people", N_("People"), NUMBER, RANK_TABLE },
	{ "person_minutes", N_("Minutes"), MINUTES, RANK_TABLE },
	{ "changed_on", N_("Changed on"), TEXT, RANK_TABLE },
	{ "engineer", N_("Engineer"), TEXT, RANK_TABLE },
	{ "not_applicable", N_("Not applicable"), TEXT, RANK_WIDE },
	{ "id", N_("Id"), NUMBER, RANK_WIDE },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	END,
};

static const struct column work_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_TABLE },
	{ "worked_on", N_("Worked on"), TEXT, RANK_TABLE },
	{ "person", N_("Person"), TEXT, RANK_TABLE },
	{ "minutes", N_("Minutes"), MINUTES, RANK_TABLE },
	{ "note", N_("Note"), TEXT, RANK_TABLE },
	{ "ticket", N_("Ticket"), TICKET, RANK_WIDE },
	{ "created_at", N_("Created"), TIME, RANK_WIDE },
	END,
};

static const struct column link_columns[] = {
	{ "id", N_("Id"), NUMBER, RANK_WIDE },
	{ "ticket", N_("Ticket"), TICKET, RANK_TABLE },
	{ "kind", N_("Link"), LABEL(WORDS_LINK), RANK_TABLE },
	{ "other", N_("Other"), TICKET, RANK_TABLE },
	{ "author", N_("Author"), TEXT, RANK_TABLE },
	{ "created_at", N_("Created"), TIME, RANK_TABLE },
	END,
};

static const struct column event_columns[] = {
	{ "seq", N_("No."), NUMBER, RANK_TABLE },
	{ "at", N_("Time"), TIME, RANK_TABLE },
	{ "actor", N_("Who"), TEXT, RANK_TABLE },
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE },
	{ "object", N_("Object"), TEXT, RANK_TABLE },
	{ "from_state", N_("From"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "to_state", N_("To"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "result", N_("Result"), LABEL(WORDS_RESULT), RANK_TABLE },
	{ "changes", N_("Changes"), LOOK_KEYS, WORDS_FIELD, RANK_TABLE },
	{ "reason", N_("Reason"), TEXT, RANK_WIDE },
	{ "role", N_("Role"), LABEL(WORDS_PARTY), RANK_WIDE },
	{ "source", N_("Source"), TEXT, RANK_WIDE },
	{ "version", N_("Version"), NUMBER, RANK_WIDE },
	{ "request_id", N_("Request"), TEXT, RANK_WIDE },
	{ "added", N_("Added"), TEXT, RANK_WIDE },
	END,
};

static const struct column transition_columns[] = {
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE },
	{ "to", N_("To"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "allowed", N_("Allowed"), TRUTH, RANK_TABLE },
	{ "requires", N_("Requires"), LABEL(WORDS_FIELD), RANK_TABLE },
	{ "missing", N_("Missing"), LABEL(WORDS_FIELD), RANK_TABLE },
	{ "accepts", N_("Accepts"), LABEL(WORDS_FIELD), RANK_WIDE },
	{ "unmet", N_("Unmet"), TEXT, RANK_WIDE },
	END,
};

static const struct column route_columns[] = {
	{ "sysadmin", N_("System administrator"), TEXT, RANK_TABLE },
	{ "reason", N_("Reason"), TEXT, RANK_TABLE },
	END,
};

static const struct column session_columns[] = {
	{ "login", N_("Login"), TEXT, RANK_TABLE },
	{ "name", N_("Name"), TEXT, RANK_TABLE },
	{ "roles", N_("Roles"), LABEL(WORDS_ROLE), RANK_TABLE },
	END,
};

static const struct column path_columns[] = {
	{ "action", N_("Action"), LABEL(WORDS_ACTION), RANK_TABLE },
	{ "from", N_("From"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "to", N_("To"), LABEL(WORDS_STATE), RANK_TABLE },
	{ "by", N_("By"), LABEL(WORDS_PARTY), RANK_TABLE },
	{ "apart_from", N_("Apart from"), LABEL(WORDS_PARTY), RANK_WIDE },
	{ "guards", N_("Guards"), TEXT, RANK_WIDE },
	END,
};

static const struct column field_columns[] = {
	{ "field", N_("Field"), LOOK_NAMED, WORDS_FIELD, RANK_TABLE },
	{ "type", N_("Type"), TEXT, RANK_TABLE },
	{ "choices", N_("Choices"), TEXT, RANK_TABLE },
	{ "least", N_("Least"), NUMBER, RANK_WIDE },
	{ "most", N_("Most"), NUMBER, RANK_WIDE },
	{ "source", N_("Source"), TEXT, RANK_TABLE },
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
