// SPDX-License-Identifier: Apache-2.0
// THE COLUMN TABLES.
#include "cli/column.h"

#include "cli/say.h"

#define TEXT LOOK_TEXT, WORDS_NONE
#define PROSE LOOK_PROSE, WORDS_NONE
#define LOCAL LOOK_LOCAL, WORDS_NONE
#define DAY LOOK_DAY, WORDS_NONE
#define NUMBER LOOK_NUMBER, WORDS_NONE
#define TIME LOOK_TIME, WORDS_NONE
#define TRUTH LOOK_TRUTH, WORDS_NONE
#define MINUTES LOOK_MINUTES, WORDS_NONE
#define TICKET LOOK_TICKET, WORDS_NONE
#define LABEL(words) LOOK_WORDS, words

static const struct column ticket_columns[] = {
    {"id", N_("Id"), TICKET},
    {"state", N_("State"), LABEL(WORDS_STATE)},
    {"kind", N_("Kind"), LABEL(WORDS_KIND), RANK_ROOMY, "claimed_kind"},
    {"severity", N_("Severity"), LABEL(WORDS_SEVERITY)},
    {"priority", N_("Prio"), NUMBER, RANK_ROOMY},
    {"program", N_("Program"), TEXT},
    {"technician", N_("Technician"), TEXT},
    {"due_at", N_("Due"), DAY, RANK_ROOMY},
    {"title", N_("Title"), PROSE},
    {"requester", N_("Requester"), TEXT, RANK_WIDE},
    {"claimed_kind", N_("Claimed kind"), LABEL(WORDS_KIND), RANK_WIDE},
    {"sysadmin", N_("System administrator"), TEXT, RANK_WIDE},
    {"planned_start", N_("Planned start"), TIME, RANK_WIDE},
    {"planned_end", N_("Planned end"), TIME, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {"updated_at", N_("Changed"), TIME, RANK_WIDE},
    {"version", N_("Version"), NUMBER, RANK_WIDE},
    {"workflow", N_("Workflow"), NUMBER, RANK_WIDE},
    {NULL},
};

static const struct column person_columns[] = {
    {"login", N_("Login"), TEXT},
    {"name", N_("Name"), PROSE},
    {"roles", N_("Roles"), LABEL(WORDS_ROLE)},
    {"active", N_("Active"), TRUTH},
    {"email", N_("Email"), TEXT, RANK_WIDE},
    {"vendor", N_("Vendor"), TEXT, RANK_WIDE},
    {"version", N_("Version"), NUMBER, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {"updated_at", N_("Changed"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column program_columns[] = {
    {"code", N_("Code"), TEXT},
    {"name", N_("Name"), PROSE},
    {"language", N_("Language"), TEXT},
    {"sysadmin", N_("System administrator"), TEXT},
    {"deputy", N_("Deputy"), TEXT},
    {"critical", N_("Critical"), TRUTH},
    {"vendor", N_("Vendor"), TEXT, RANK_WIDE},
    {"source", N_("Source code"), LABEL(WORDS_SOURCE), RANK_WIDE},
    {"source_statements", N_("Source statements"), NUMBER, RANK_WIDE},
    {"machine_instructions", N_("Machine instructions"), NUMBER, RANK_WIDE},
    {"installed_on", N_("Installed on"), TEXT, RANK_WIDE},
    {"runs_since_install", N_("Runs since installation"), NUMBER, RANK_WIDE},
    {"failures_since_install", N_("Failures since installation"), NUMBER, RANK_WIDE},
    {"not_applicable", N_("Not applicable"), PROSE, RANK_WIDE},
    {"version", N_("Version"), NUMBER, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {"updated_at", N_("Changed"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column token_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"name", N_("Name"), PROSE},
    {"kind", N_("What"), TEXT, RANK_WIDE},
    {"scopes", N_("Scopes"), TEXT},
    {"created_at", N_("Created"), TIME},
    {"expires_at", N_("Expires"), TIME},
    {"last_used_at", N_("Last used"), TIME},
    {"revoked_at", N_("Revoked"), TIME},
    {"login", N_("Login"), TEXT, RANK_WIDE},
    {"token", N_("Token"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column reading_columns[] = {
    {"read_at", N_("Read at"), TIME},
    {"runs", N_("Runs"), NUMBER},
    {"failures", N_("Failures"), NUMBER},
    {"series", N_("Series"), NUMBER},
    {"author", N_("Author"), TEXT},
    {"id", N_("Id"), NUMBER, RANK_WIDE},
    {"program", N_("Program"), TEXT, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column fate_columns[] = {
    {"row", N_("Row"), NUMBER},
    {"id", N_("Id"), TEXT},
    {"fate", N_("Fate"), LABEL(WORDS_FATE)},
    {"field", N_("Field"), TEXT},
    {"reason", N_("Reason"), TEXT},
    {NULL},
};

static const struct column document_columns[] = {
    {"name", N_("Document"), TEXT},
    {"state", N_("State"), LABEL(WORDS_DOCUMENTS)},
    {"place", N_("Place"), TEXT},
    {"author", N_("Author"), TEXT},
    {"updated_at", N_("Updated"), TIME},
    {"retired", N_("Retired"), TRUTH, RANK_WIDE},
    {"note", N_("Note"), TEXT, RANK_WIDE},
    {"program", N_("Program"), TEXT, RANK_WIDE},
    {"id", N_("Id"), NUMBER, RANK_WIDE},
    {NULL},
};

static const struct column asset_columns[] = {
    {"name", N_("Asset"), TEXT},
    {"sort", N_("Sort"), TEXT},
    {"release", N_("Version"), TEXT},
    {"author", N_("Author"), TEXT},
    {"updated_at", N_("Updated"), TIME},
    {"retired", N_("Retired"), TRUTH, RANK_WIDE},
    {"note", N_("Note"), TEXT, RANK_WIDE},
    {"program", N_("Program"), TEXT, RANK_WIDE},
    {"id", N_("Id"), NUMBER, RANK_WIDE},
    {NULL},
};

static const struct column designation_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"login", N_("Login"), TEXT},
    {"capacity", N_("As"), LABEL(WORDS_DESIGNATION)},
    {"since", N_("From"), TEXT},
    {"until", N_("Until"), TEXT},
    {"program", N_("Program"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column comment_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"created_at", N_("Time"), TIME},
    {"author", N_("Author"), TEXT},
    {"internal", N_("Internal"), TRUTH},
    {"text", N_("Text"), PROSE},
    {"ticket", N_("Ticket"), TICKET, RANK_WIDE},
    {NULL},
};

static const struct column attachment_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"created_at", N_("Time"), TIME},
    {"author", N_("Author"), TEXT},
    {"internal", N_("Internal"), TRUTH},
    {"size", N_("Bytes"), NUMBER},
    {"name", N_("Name"), PROSE},
    {"media_type", N_("Media type"), TEXT, RANK_WIDE},
    {"sha256", N_("SHA-256"), TEXT, RANK_WIDE},
    {"ticket", N_("Ticket"), TICKET, RANK_WIDE},
    {NULL},
};

static const struct column step_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"step", N_("Step"), LABEL(WORDS_STEP)},
    {"result", N_("Result"), LABEL(WORDS_STEP_RESULT)},
    {"person", N_("Person"), TEXT},
    {"minutes", N_("Minutes"), MINUTES},
    {"finished_at", N_("Finished"), TIME},
    {"evidence", N_("Evidence"), PROSE},
    {"started_at", N_("Started"), TIME, RANK_WIDE},
    {"reason", N_("Reason"), PROSE, RANK_WIDE},
    {"ticket", N_("Ticket"), TICKET, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column change_columns[] = {
    {"change_id", N_("Change"), TEXT},
    {"change_level", N_("Level"), LABEL(WORDS_LEVEL)},
    {"program", N_("Program"), TEXT},
    {"language", N_("Language"), TEXT},
    {"statements_added", N_("Added"), NUMBER},
    {"statements_deleted", N_("Deleted"), NUMBER},
    {"people", N_("People"), NUMBER},
    {"person_minutes", N_("Minutes"), MINUTES},
    {"by_person", N_("By person"), LOOK_SHARES, WORDS_NONE, RANK_WIDE},
    {"changed_on", N_("Changed on"), TEXT},
    {"engineer", N_("Engineer"), TEXT},
    {"not_applicable", N_("Not applicable"), PROSE, RANK_WIDE},
    {"id", N_("Id"), NUMBER, RANK_WIDE},
    {"ticket", N_("Ticket"), TICKET, RANK_WIDE},
    {"author", N_("Author"), TEXT, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column work_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"worked_on", N_("Worked on"), TEXT},
    {"person", N_("Person"), TEXT},
    {"minutes", N_("Minutes"), MINUTES},
    {"note", N_("Note"), PROSE},
    {"ticket", N_("Ticket"), TICKET, RANK_WIDE},
    {"author", N_("Author"), TEXT, RANK_WIDE},
    {"created_at", N_("Created"), TIME, RANK_WIDE},
    {NULL},
};

static const struct column link_columns[] = {
    {"id", N_("Id"), NUMBER, RANK_WIDE},
    {"ticket", N_("Ticket"), TICKET},
    {"kind", N_("Link"), LABEL(WORDS_LINK)},
    {"other", N_("Other"), TICKET},
    {"author", N_("Author"), TEXT},
    {"created_at", N_("Created"), TIME},
    {NULL},
};

static const struct column event_columns[] = {
    {"seq", N_("No."), NUMBER},
    {"at", N_("Time"), TIME},
    {"actor", N_("Who"), TEXT},
    {"action", N_("Action"), LABEL(WORDS_EVENT)},
    {"object", N_("Target"), TEXT},
    {"from_state", N_("From state"), LABEL(WORDS_STATE)},
    {"to_state", N_("To state"), LABEL(WORDS_STATE)},
    {"result", N_("Result"), LABEL(WORDS_RESULT)},
    {"changes", N_("Changes"), LOOK_KEYS, WORDS_FIELD},
    {"reason", N_("Reason"), PROSE, RANK_WIDE},
    {"role", N_("Role"), LABEL(WORDS_PARTY), RANK_WIDE},
    {"source", N_("Came from"), TEXT, RANK_WIDE},
    {"version", N_("Version"), NUMBER, RANK_WIDE},
    {"waived", N_("Waived"), LABEL(WORDS_PARTY), RANK_WIDE},
    {"on_loan", N_("On loan"), LABEL(WORDS_ROLE), RANK_WIDE},
    {"request_id", N_("Request id"), TEXT, RANK_WIDE},
    {"added", N_("Recorded with it"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column transition_columns[] = {
    {"action", N_("Action"), LABEL(WORDS_ACTION)},
    {"to", N_("To state"), LABEL(WORDS_STATE)},
    {"allowed", N_("Allowed"), TRUTH},
    {"requires", N_("Requires"), LABEL(WORDS_FIELD)},
    {"accepts", N_("Accepts"), LABEL(WORDS_FIELD), RANK_WIDE},
    {"unmet", N_("Unmet"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column route_columns[] = {
    {"sysadmin", N_("System administrator"), TEXT},
    {"reason", N_("Reason"), LOCAL},
    {NULL},
};

static const struct column session_columns[] = {
    {"login", N_("Login"), TEXT},
    {"name", N_("Name"), PROSE},
    {"roles", N_("Roles"), LABEL(WORDS_ROLE)},
    {"loans", N_("On loan"), LOOK_LOANS, WORDS_ROLE},
    {NULL},
};

static const struct column factor_columns[] = {
    {"login", N_("Login"), TEXT},
    {"enrolled", N_("Second factor"), TRUTH},
    {"since", N_("Since"), TIME},
    {"recovery_codes", N_("Recovery codes left"), NUMBER},
    {NULL},
};

static const struct column loan_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"login", N_("Login"), TEXT},
    {"role", N_("Role"), LABEL(WORDS_ROLE)},
    {"since", N_("From"), TIME},
    {"until", N_("Until"), TIME},
    {"ended_at", N_("Taken back"), TIME},
    {"lender", N_("Lent by"), TEXT},
    {"reason", N_("Reason"), PROSE},
    {NULL},
};

static const struct column loan_told_columns[] = {
    {"id", N_("Id"), NUMBER},
    {"login", N_("Login"), TEXT},
    {"role", N_("Role"), LABEL(WORDS_ROLE)},
    {"since", N_("From"), TIME},
    {"until", N_("Until"), TIME},
    {"ended_at", N_("Taken back"), TIME},
    {"lender", N_("Lent by"), TEXT},
    {"events", N_("Events"), NUMBER},
    {"reason", N_("Reason"), PROSE},
    {NULL},
};

static const struct column waiver_columns[] = {
    {"at", N_("Time"), TIME},
    {"actor", N_("Who"), TEXT},
    {"action", N_("Action"), LABEL(WORDS_EVENT)},
    {"object", N_("Target"), TEXT},
    {"waived", N_("Waived"), LABEL(WORDS_PARTY)},
    {"role", N_("Role"), LABEL(WORDS_PARTY), RANK_WIDE},
    {"on_loan", N_("On loan"), LABEL(WORDS_ROLE), RANK_WIDE},
    {"version", N_("Version"), NUMBER, RANK_WIDE},
    {"seq", N_("No."), NUMBER, RANK_WIDE},
    {"request_id", N_("Request id"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column path_columns[] = {
    {"action", N_("Action"), LABEL(WORDS_ACTION)},
    {"from", N_("From state"), LABEL(WORDS_STATE)},
    {"to", N_("To state"), LABEL(WORDS_STATE)},
    {"by", N_("By"), LABEL(WORDS_PARTY)},
    {"apart_from", N_("Apart from"), LABEL(WORDS_PARTY), RANK_WIDE},
    {"guards", N_("Guards"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column field_columns[] = {
    {"field", N_("Field"), LOOK_NAMED, WORDS_FIELD},
    {"type", N_("Type"), TEXT},
    {"choices", N_("Choices"), PROSE},
    {"least", N_("Least"), NUMBER},
    {"most", N_("Most"), NUMBER},
    {"stamped", N_("Set by the workflow"), TRUTH},
    {"label", N_("Label"), TEXT, RANK_WIDE},
    {NULL},
};

static const struct column measure_columns[] = {
    {"measure", N_("Measure"), TEXT, RANK_TABLE},
    {"en", N_("In English"), PROSE, RANK_TABLE},
    {"zh", N_("In Chinese"), PROSE, RANK_TABLE},
    {"unit", N_("Unit"), TEXT, RANK_WIDE},
    {"formula", N_("Formula"), PROSE, RANK_ROOMY},
    {"by", N_("Told apart by"), TEXT, RANK_WIDE},
    {"split", N_("Unless told otherwise"), TEXT, RANK_WIDE},
    {NULL},
};

#define DIMENSIONS                                                                                                     \
	{"program", N_("Program"), TEXT, RANK_TABLE}, {"language", N_("Language"), TEXT, RANK_ROOMY},                  \
	    {"vendor", N_("Vendor"), TEXT, RANK_ROOMY}, {"kind", N_("Kind"), LABEL(WORDS_KIND), RANK_TABLE},           \
	    {"person", N_("Person"), TEXT, RANK_TABLE}, {"month", N_("Month"), TEXT, RANK_TABLE},                      \
	{                                                                                                              \
		"age", N_("Days of age"), TEXT, RANK_TABLE                                                             \
	}

static const struct column fact_columns[] = {
    {"ticket", N_("Ticket"), TICKET, RANK_TABLE},
    DIMENSIONS,
    {"numerator", N_("Numerator"), NUMBER, RANK_TABLE},
    {"denominator", N_("Denominator"), NUMBER, RANK_TABLE},
    {"left_out", N_("Left out"), TEXT, RANK_TABLE},
    {NULL},
};

static const struct column figure_columns[] = {
    {"measure", N_("Measure"), TEXT, RANK_TABLE},
    {"level", N_("Level"), TEXT, RANK_TABLE},
    DIMENSIONS,
    {"value", N_("Value"), NUMBER, RANK_TABLE},
    {"unit", N_("Unit"), TEXT, RANK_TABLE},
    {"defined", N_("Defined"), TRUTH, RANK_TABLE},
    {"numerator", N_("Numerator"), NUMBER, RANK_TABLE},
    {"denominator", N_("Denominator"), NUMBER, RANK_TABLE},
    {"n", N_("Count"), NUMBER, RANK_TABLE},
    {"left_out", N_("Left out"), NUMBER, RANK_TABLE},
    {"median", N_("Median"), NUMBER, RANK_TABLE},
    {"p90", N_("90 % within"), NUMBER, RANK_TABLE},
    {"most", N_("Greatest"), NUMBER, RANK_TABLE},
    {"from", N_("From"), TEXT, RANK_TABLE},
    {"to", N_("To"), TEXT, RANK_TABLE},
    {"as_of", N_("As of"), TIME, RANK_TABLE},
    {NULL},
};

static const struct column figure_shown_columns[] = {
    {"label", N_("Measure"), TEXT, RANK_TABLE},
    {"value", N_("Value"), NUMBER, RANK_TABLE},
    {"bar", " ", TEXT, RANK_TABLE},
    {"n", N_("Count"), NUMBER, RANK_TABLE},
    {"left_out", N_("Left out"), NUMBER, RANK_TABLE},
    {"median", N_("Median"), NUMBER, RANK_ROOMY},
    {"p90", N_("90 % within"), NUMBER, RANK_ROOMY},
    {"most", N_("Greatest"), NUMBER, RANK_WIDE},
    {"numerator", N_("Numerator"), NUMBER, RANK_WIDE},
    {"denominator", N_("Denominator"), NUMBER, RANK_WIDE},
    {NULL},
};

static const struct column review_columns[] = {
    {"id", N_("Review"), LOOK_NUMBER},
    {"title", N_("Title"), LOOK_PROSE},
    {"state", N_("State"), LABEL(WORDS_REVIEW_STATE)},
    {"from", N_("From"), LOOK_TEXT},
    {"to", N_("Until before"), LOOK_TEXT},
    {"records", N_("Records"), LOOK_NUMBER},
    {"sampled", N_("Sample"), LOOK_NUMBER},
    {"judged", N_("Judged"), LOOK_NUMBER},
    {"to_correct", N_("To be corrected"), LOOK_NUMBER},
    {"emergencies", N_("Emergencies"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"share", N_("Share of the draw (%)"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"zone", N_("Time zone"), LOOK_TEXT, .rank = RANK_WIDE},
    {"as_of", N_("Frozen at"), LOOK_TIME, .rank = RANK_WIDE},
    {"log_size", N_("Leaves of the log"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"log_root", N_("Root of the log"), LOOK_TEXT, .rank = RANK_WIDE},
    {"seed", N_("Seed"), LOOK_TEXT, .rank = RANK_WIDE},
    {"opened_by", N_("Opened by"), LOOK_TEXT, .rank = RANK_WIDE},
    {"conclusion", N_("Conclusion"), LOOK_PROSE, .rank = RANK_WIDE},
    {"concluded_by", N_("Concluded by"), LOOK_TEXT, .rank = RANK_WIDE},
    {"concluded_at", N_("Concluded"), LOOK_TIME, .rank = RANK_WIDE},
    {NULL},
};

static const struct column review_record_columns[] = {
    {"ticket", N_("Ticket"), LOOK_TICKET},
    {"ticket_version", N_("Version"), LOOK_NUMBER},
    {"emergency", N_("Emergency"), LOOK_TRUTH},
    {"sampled", N_("In the sample"), LOOK_TRUTH},
    {"verdict", N_("Verdict"), LABEL(WORDS_VERDICT)},
    {"note", N_("Note"), LOOK_PROSE},
    {"reviewer", N_("Reviewer"), LOOK_TEXT},
    {"judged_at", N_("Judged"), LOOK_TIME, .rank = RANK_WIDE},
    {"judged_version", N_("Version judged"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"current_version", N_("Version now"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"rank", N_("Rank"), LOOK_TEXT, .rank = RANK_WIDE},
    {NULL},
};

static const struct column verdict_columns[] = {
    {"ticket", N_("Ticket"), LOOK_TICKET},
    {"verdict", N_("Verdict"), LABEL(WORDS_VERDICT)},
    {"note", N_("Note"), LOOK_PROSE},
    {"reviewer", N_("Reviewer"), LOOK_TEXT},
    {"judged_at", N_("Judged"), LOOK_TIME, .rank = RANK_WIDE},
    {NULL},
};

static const struct column decision_columns[] = {
    {"id", N_("Number"), LOOK_NUMBER, .rank = RANK_WIDE},
    {"head", N_("Head"), LABEL(WORDS_HEAD)},
    {"text", N_("Decision"), LOOK_PROSE},
    {"owner", N_("Owner"), LOOK_TEXT},
    {"due", N_("Due"), LOOK_TEXT},
    {"ticket", N_("Ticket"), LOOK_TICKET},
    {"author", N_("Author"), LOOK_TEXT, .rank = RANK_WIDE},
    {"created_at", N_("Recorded"), LOOK_TIME, .rank = RANK_WIDE},
    {NULL},
};

const struct resource resource_tickets = {"ticket", "id", ticket_columns, N_("No tickets match.")};
const struct resource resource_people = {"person", "login", person_columns, N_("No people match.")};
const struct resource resource_programs = {"program", "code", program_columns, N_("No programs match.")};
const struct resource resource_tokens = {"token", "id", token_columns, N_("No tokens.")};
const struct resource resource_readings = {"reading", "read_at", reading_columns, N_("No readings yet.")};
const struct resource resource_fates = {"row", "row", fate_columns, NULL};
const struct resource resource_documents = {"document", "name", document_columns, N_("No documents.")};
const struct resource resource_assets = {"asset", "name", asset_columns, N_("No assets.")};
const struct resource resource_designations = {"designation", "id", designation_columns, N_("No designations.")};
const struct resource resource_comments = {"comment", "id", comment_columns, N_("No comments yet.")};
const struct resource resource_attachments = {"attachment", "id", attachment_columns, N_("No attachments.")};
const struct resource resource_steps = {"step", "id", step_columns, N_("No technical steps recorded yet.")};
const struct resource resource_changes = {"change", "id", change_columns, N_("No changes recorded yet.")};
const struct resource resource_works = {"work", "id", work_columns, N_("No work recorded yet.")};
const struct resource resource_links = {"link", "id", link_columns, N_("No links.")};
const struct resource resource_events = {"event", "seq", event_columns, N_("No events match.")};
const struct resource resource_transitions = {"action", "action", transition_columns,
    N_("Nothing can be done with it.")};
const struct resource resource_routes = {"person", "sysadmin", route_columns, NULL};
const struct resource resource_factors = {"second-factor", "login", factor_columns, NULL};
const struct resource resource_loans = {"loan", "id", loan_columns, N_("Nothing is or was on loan.")};
const struct resource resource_loans_told = {"loan", "id", loan_told_columns, N_("Nothing is or was on loan.")};
const struct resource resource_waivers = {"event", "seq", waiver_columns, N_("No waiver was used.")};
const struct resource resource_sessions = {"person", "login", session_columns, NULL};
const struct resource resource_workflow_paths = {"action", "action", path_columns, NULL};
const struct resource resource_field_rows = {"field", "field", field_columns, NULL};
const struct resource resource_reviews = {"review", "id", review_columns, N_("No record reviews.")};
const struct resource resource_review_records = {"ticket", "ticket", review_record_columns, N_("No records match.")};
const struct resource resource_verdicts = {"ticket", "ticket", verdict_columns, NULL};
const struct resource resource_decisions = {"decision", "id", decision_columns, N_("No decisions yet.")};
const struct resource resource_measures = {"measure", "measure", measure_columns, NULL};
const struct resource resource_facts = {"ticket", "ticket", fact_columns, N_("Nothing lies behind it.")};
const struct resource resource_figures = {"measure", "measure", figure_columns, NULL};
const struct resource resource_figures_shown = {"measure", "label", figure_shown_columns, NULL};
