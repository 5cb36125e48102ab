// SPDX-License-Identifier: Apache-2.0
// THE FLAG TABLES of the commands: letter, name, value, where the value goes and under which key, help.
#include "cli/flags.h"

#include "cli/say.h"

#define LIMIT 0, "limit", VALUE_WHOLE, PLACE_HERE, NULL, N_("Stop after that many")
#define FIELD                                                                                                          \
	'F', "field", VALUE_FIELD, PLACE_HERE, NULL, N_("Set a field; the value can be @FILE or - (standard input)")
#define IF_VERSION 0, "if-version", VALUE_WHOLE, PLACE_HERE, NULL, N_("Only if it still is at this version")

const struct flag global_flags[] = {
    {'o', "output", VALUE_FORMAT, PLACE_HERE, NULL, N_("Format: table, wide, json, jsonl, yaml, csv, tsv, name")},
    {0, "columns", VALUE_COLUMNS, PLACE_HERE, NULL, N_("Which columns, in which order")},
    {0, "no-header", VALUE_TRUTH, PLACE_HERE, NULL, N_("Leave the header line out")},
    {0, "no-pager", VALUE_TRUTH, PLACE_HERE, NULL, N_("Never through a pager")},
    {0, "no-input", VALUE_TRUTH, PLACE_HERE, NULL, N_("Never ask a question")},
    {0, "server", VALUE_URL, PLACE_HERE, NULL, N_("Address of the server (WEIHU_SERVER)")},
    {0, "profile", VALUE_TEXT, PLACE_HERE, NULL, N_("Profile to use (WEIHU_PROFILE)")},
    {0, "token-file", VALUE_FILE, PLACE_HERE, NULL, N_("File that holds the token (WEIHU_TOKEN_FILE)")},
    {0, "ca-file", VALUE_FILE, PLACE_HERE, NULL, N_("Certificates to trust (WEIHU_CA_FILE)")},
    {'v', "verbose", VALUE_TRUTH, PLACE_HERE, NULL, N_("Show each request and its answer's status")},
    {'h', "help", VALUE_TRUTH, PLACE_HERE, NULL, N_("Show help")},
    {0, "version", VALUE_TRUTH, PLACE_HERE, NULL, N_("Show the version")},
    {0},
};

const struct flag no_flags[] = {{0}};
const struct flag limit_flags[] = {{LIMIT}, {0}};

const struct flag file_flags[] = {
    {'t', "title", VALUE_TEXT, PLACE_FIELD, NULL, N_("What is wanted, in one line")},
    {'k', "kind", VALUE_KIND, PLACE_FIELD, "claimed_kind", N_("Kind of maintenance")},
    {'p', "program", VALUE_PROGRAM, PLACE_FIELD, NULL, N_("Code of the program")},
    {'d', "description", VALUE_TEXT, PLACE_FIELD, NULL, N_("The whole story")},
    {0, "circumstances", VALUE_TEXT, PLACE_FIELD, NULL, N_("In which situation it failed")},
    {0, "inputs", VALUE_TEXT, PLACE_FIELD, NULL, N_("What was entered or running")},
    {0, "observed", VALUE_TEXT, PLACE_FIELD, NULL, N_("What was seen")},
    {0, "since", VALUE_TIME, PLACE_FIELD, NULL, N_("When it was first seen")},
    {0, "specification", VALUE_TEXT, PLACE_FIELD, NULL, N_("What is to be different")},
    {0, "plan-item", VALUE_TEXT, PLACE_FIELD, "plan_item", N_("Item of the preventive plan")},
    {0, "finding", VALUE_TEXT, PLACE_FIELD, NULL, N_("What an inspection or a review found")},
    {0, "readers", VALUE_LIST, PLACE_FIELD, NULL, N_("Confidential: only these people see it; name a lead")},
    {FIELD},
    {0, "draft", VALUE_TRUTH, PLACE_FIELD, NULL, N_("Keep it as a draft")},
    {'e', "editor", VALUE_TRUTH, PLACE_HERE, NULL, N_("Write it in your editor")},
    {0, "from", VALUE_FILE, PLACE_HERE, NULL, N_("Take a draft that the editor left behind")},
    {0},
};

const struct flag ticket_list_flags[] = {
    {'s', "state", VALUE_STATE, PLACE_QUERY, NULL, N_("In these states")},
    {'k', "kind", VALUE_KIND, PLACE_QUERY, NULL, N_("Of these kinds")},
    {'p', "program", VALUE_PROGRAM, PLACE_QUERY, NULL, N_("Of these programs")},
    {0, "severity", VALUE_SEVERITY, PLACE_QUERY, NULL, N_("Of these severities")},
    {0, "priority", VALUE_PRIORITY, PLACE_QUERY, NULL, N_("Of these priorities")},
    {0, "requester", VALUE_PERSON, PLACE_QUERY, NULL, N_("Filed by these people")},
    {0, "sysadmin", VALUE_PERSON, PLACE_QUERY, NULL, N_("Forwarded to these people")},
    {0, "technician", VALUE_PERSON, PLACE_QUERY, NULL, N_("Assigned to these people")},
    {0, "mine", VALUE_TRUTH, PLACE_QUERY, NULL, N_("I am requester, sysadmin or technician")},
    {0, "open", VALUE_TRUTH, PLACE_QUERY, NULL, N_("Not closed, rejected or cancelled")},
    {0, "overdue", VALUE_TRUTH, PLACE_QUERY, NULL, N_("Past the time they are due")},
    {'q', "search", VALUE_TEXT, PLACE_QUERY, "q", N_("With these words in their text")},
    {'F', "field", VALUE_FIELD, PLACE_QUERY, NULL, N_("KEY=VALUE of a field of the team's own")},
    {0, "created-from", VALUE_TIME, PLACE_QUERY, "created_from", N_("Filed since (-7d, today, 2026-11-01)")},
    {0, "created-to", VALUE_TIME, PLACE_QUERY, "created_to", N_("Filed before")},
    {0, "updated-from", VALUE_TIME, PLACE_QUERY, "updated_from", N_("Changed since")},
    {0, "updated-to", VALUE_TIME, PLACE_QUERY, "updated_to", N_("Changed before")},
    {0, "due-from", VALUE_TIME, PLACE_QUERY, "due_from", N_("Due since")},
    {0, "due-to", VALUE_TIME, PLACE_QUERY, "due_to", N_("Due before")},
    {0, "sort", VALUE_SORT, PLACE_QUERY, NULL, N_("Order: -id, id, priority, due, -updated, updated")},
    {LIMIT},
    {0},
};

const struct flag edit_flags[] = {
    {FIELD},
    {'t', "title", VALUE_TEXT, PLACE_FIELD, NULL, N_("What is wanted, in one line")},
    {'d', "description", VALUE_TEXT, PLACE_FIELD, NULL, N_("The whole story")},
    {IF_VERSION},
    {0},
};

const struct flag comment_flags[] = {
    {'m', "comment", VALUE_TEXT, PLACE_HERE, NULL, N_("The text; - reads standard input")},
    {0, "internal", VALUE_TRUTH, PLACE_HERE, NULL, N_("Not for the requester's eyes")},
    {0},
};

const struct flag attach_flags[] = {
    {0, "name", VALUE_TEXT, PLACE_HERE, NULL, N_("What the file is to be called")},
    {0, "internal", VALUE_TRUTH, PLACE_HERE, NULL, N_("Not for the requester's eyes")},
    {0},
};

const struct flag fetch_flags[] = {
    {0, "into", VALUE_FILE, PLACE_HERE, NULL, N_("Into this file; - is standard output")},
    {0, "force", VALUE_TRUTH, PLACE_HERE, NULL, N_("Overwrite what is there")},
    {0},
};

const struct flag why_flags[] = {{0}};

const struct flag do_flags[] = {
    {FIELD},
    {'m', "comment", VALUE_TEXT, PLACE_HERE, NULL, N_("A word on it; - reads standard input")},
    {'n', "dry-run", VALUE_TRUTH, PLACE_HERE, NULL, N_("Only tell whether it may be done")},
    {IF_VERSION},
    {0},
};

const struct flag step_flags[] = {
    {0, "minutes", VALUE_MINUTES, PLACE_FIELD, NULL, N_("Time it took: 90, 1h30m")},
    {0, "evidence", VALUE_TEXT, PLACE_FIELD, NULL, N_("Where the result can be seen")},
    {0, "reason", VALUE_TEXT, PLACE_FIELD, NULL, N_("Why it failed or does not apply")},
    {0, "started", VALUE_TIME, PLACE_FIELD, "started_at", N_("When it began")},
    {0, "finished", VALUE_TIME, PLACE_FIELD, "finished_at", N_("When it ended")},
    {0},
};

const struct flag change_flags[] = {
    {0, "id", VALUE_TEXT, PLACE_FIELD, "change_id", N_("What the change is known by: a commit, a number")},
    {0, "level", VALUE_LEVEL, PLACE_FIELD, "change_level", N_("Level: system, subsystem, module, …")},
    {'p', "program", VALUE_PROGRAM, PLACE_FIELD, NULL, N_("The program changed, where it is not the ticket's")},
    {0, "language", VALUE_TEXT, PLACE_FIELD, NULL, N_("Its programming language")},
    {0, "added", VALUE_WHOLE, PLACE_FIELD, "statements_added", N_("Source statements added")},
    {0, "deleted", VALUE_WHOLE, PLACE_FIELD, "statements_deleted", N_("Source statements deleted")},
    {0, "people", VALUE_WHOLE, PLACE_FIELD, NULL, N_("How many people worked on it")},
    {0, "minutes", VALUE_MINUTES, PLACE_FIELD, "person_minutes", N_("Time of all of them together: 90, 1h30m")},
    {0, "by-person", VALUE_SHARES, PLACE_FIELD, "by_person",
        N_("Who worked on it for how long, instead of both: chen=1h30m,hu=45")},
    {0, "on", VALUE_DAY, PLACE_FIELD, "changed_on", N_("Day of the change")},
    {0, "engineer", VALUE_PERSON, PLACE_FIELD, NULL, N_("Who made it")},
    {0, "not-applicable", VALUE_TEXT, PLACE_FIELD, "not_applicable",
        N_("Why counts are lacking; \"9: …; 10: …\" says it of each")},
    {0},
};

const struct flag work_flags[] = {
    {0, "minutes", VALUE_MINUTES, PLACE_FIELD, NULL, N_("Time worked: 90, 1h30m")},
    {0, "person", VALUE_PERSON, PLACE_FIELD, NULL, N_("Who worked, where it was not you")},
    {0, "on", VALUE_DAY, PLACE_FIELD, "worked_on", N_("Day of the work")},
    {'m', "note", VALUE_TEXT, PLACE_FIELD, NULL, N_("What was done")},
    {LIMIT},
    {0},
};

const struct flag program_list_flags[] = {
    {'q', "search", VALUE_TEXT, PLACE_QUERY, "q", N_("With these words in code or name")},
    {0, "language", VALUE_TEXT, PLACE_QUERY, NULL, N_("Written in this language")},
    {0, "vendor", VALUE_TEXT, PLACE_QUERY, NULL, N_("Of this vendor")},
    {0, "critical", VALUE_TRUTH, PLACE_QUERY, NULL, N_("Critical ones")},
    {LIMIT},
    {0},
};

#define PROGRAM_FIELDS                                                                                                 \
	{0, "name", VALUE_TEXT, PLACE_FIELD, NULL, N_("Its name")},                                                    \
	    {0, "language", VALUE_TEXT, PLACE_FIELD, NULL, N_("Programming language")},                                \
	    {0, "vendor", VALUE_TEXT, PLACE_FIELD, NULL, N_("Vendor")},                                                \
	    {0, "source", VALUE_SOURCE, PLACE_FIELD, NULL, N_("How much of the source is there: all, part, none")},    \
	    {0, "critical", VALUE_TRUTH, PLACE_FIELD, NULL, N_("The program is critical")},                            \
	    {0, "source-statements", VALUE_WHOLE, PLACE_FIELD, "source_statements", N_("Source statements")},          \
	    {0, "machine-instructions", VALUE_WHOLE, PLACE_FIELD, "machine_instructions", N_("Machine instructions")}, \
	    {0, "installed-on", VALUE_DAY, PLACE_FIELD, "installed_on", N_("Day of installation")},                    \
	{                                                                                                              \
		0, "not-applicable", VALUE_TEXT, PLACE_FIELD, "not_applicable", N_("Why counts are lacking")           \
	}

const struct flag program_flags[] = {
    PROGRAM_FIELDS,
    {0, "sysadmin", VALUE_PERSON, PLACE_FIELD, NULL, N_("Designated system administrator (required)")},
    {0, "deputy", VALUE_PERSON, PLACE_FIELD, NULL, N_("Designated deputy")},
    {0},
};

const struct flag program_edit_flags[] = {PROGRAM_FIELDS, {IF_VERSION}, {0}};

const struct flag designate_flags[] = {
    {0, "as", VALUE_DESIGNATION, PLACE_FIELD, "capacity", N_("sysadmin (unless told) or deputy"), "sysadmin"},
    {0, "from", VALUE_DAY, PLACE_FIELD, "since", N_("First day")},
    {0, "until", VALUE_DAY, PLACE_FIELD, NULL, N_("Last day")},
    {0},
};

const struct flag reading_flags[] = {
    {0, "runs", VALUE_WHOLE, PLACE_FIELD, NULL, N_("Runs since installation")},
    {0, "failures", VALUE_WHOLE, PLACE_FIELD, NULL, N_("Failures since installation")},
    {0, "at", VALUE_TIME, PLACE_FIELD, "read_at", N_("When the counters were read (now, unless told)"), "now"},
    {0},
};

const struct flag document_flags[] = {
    {0, "state", VALUE_DOCUMENTS, PLACE_FIELD, NULL, N_("complete, outdated, incomplete or none")},
    {0, "place", VALUE_TEXT, PLACE_FIELD, NULL, N_("Where it lies")},
    {0, "retired", VALUE_TRUTH, PLACE_FIELD, NULL, N_("It belongs to the program no longer")},
    {0, "note", VALUE_TEXT, PLACE_FIELD, NULL, N_("What else is to be said")},
    {0},
};

const struct flag asset_flags[] = {
    {0, "sort", VALUE_TEXT, PLACE_FIELD, NULL, N_("server, system, database, library, interface, …")},
    {0, "release", VALUE_TEXT, PLACE_FIELD, NULL, N_("Its version")},
    {0, "retired", VALUE_TRUTH, PLACE_FIELD, NULL, N_("It belongs to the program no longer")},
    {0, "note", VALUE_TEXT, PLACE_FIELD, NULL, N_("What else is to be said")},
    {0},
};

const struct flag part_list_flags[] = {
    {0, "retired", VALUE_TRUTH, PLACE_QUERY, NULL, N_("Those that belong to it no longer (--no-retired: that do)")},
    {LIMIT},
    {0},
};

const struct flag person_list_flags[] = {
    {0, "role", VALUE_ROLE, PLACE_QUERY, NULL, N_("Who hold this role")},
    {0, "active", VALUE_TRUTH, PLACE_QUERY, NULL, N_("With an open account (--no-active: a closed one)")},
    {LIMIT},
    {0},
};

#define PERSON_FIELDS                                                                                                  \
	{0, "name", VALUE_TEXT, PLACE_FIELD, NULL, N_("Name for people")},                                             \
	    {0, "role", VALUE_ROLES, PLACE_FIELD, "roles", N_("Roles; can be repeated")},                              \
	    {0, "email", VALUE_TEXT, PLACE_FIELD, NULL, N_("Email address")},                                          \
	    {0, "vendor", VALUE_TEXT, PLACE_FIELD, NULL, N_("Vendor, for people from outside")},                       \
	{                                                                                                              \
		0, "active", VALUE_TRUTH, PLACE_FIELD, NULL, N_("The account is open (--no-active closes it)")         \
	}

const struct flag person_flags[] = {PERSON_FIELDS, {0}};
const struct flag person_edit_flags[] = {PERSON_FIELDS, {IF_VERSION}, {0}};

const struct flag token_flags[] = {
    {0, "name", VALUE_TEXT, PLACE_FIELD, NULL, N_("What the token is for")},
    {0, "scope", VALUE_LIST, PLACE_FIELD, "scopes", N_("What it is good for; can be repeated (all that yours is)")},
    {0, "expires", VALUE_TIME, PLACE_FIELD, "expires_at", N_("When it ends (never)")},
    {0},
};

const struct flag audit_flags[] = {
    {0, "object", VALUE_TEXT, PLACE_QUERY, NULL, N_("Of this object: ticket/42, program/pay")},
    {0, "actor", VALUE_PERSON, PLACE_QUERY, NULL, N_("By this person")},
    {0, "action", VALUE_TEXT, PLACE_QUERY, NULL, N_("Of this action")},
    {0, "result", VALUE_RESULT, PLACE_QUERY, NULL, N_("done or refused")},
    {0, "on-loan", VALUE_TRUTH, PLACE_QUERY, "on_loan", N_("By people who had a role on loan")},
    {0, "from", VALUE_TIME, PLACE_QUERY, NULL, N_("Since (-7d, today, 2026-11-01)")},
    {0, "to", VALUE_TIME, PLACE_QUERY, NULL, N_("Before")},
    {LIMIT},
    {0},
};

#define KEY                                                                                                            \
	0, "key", VALUE_FILE, PLACE_HERE, NULL, N_("File with the log's verifier key, had from elsewhere than the log")

#define EXPORT_FLAGS                                                                                                   \
	{0, "format", VALUE_TEXT, PLACE_HERE, NULL,                                                                    \
	    N_("csv, jsonl or xlsx; as the name of the file ends, unless told")},                                      \
	    {0, "month", VALUE_TEXT, PLACE_HERE, NULL, N_("Of a month, as in 2026-10")},                               \
	    {0, "from", VALUE_TIME, PLACE_HERE, NULL, N_("Since (-7d, today, 2026-11-01)")},                           \
	    {0, "to", VALUE_TIME, PLACE_HERE, NULL, N_("Before")},                                                     \
	    {'p', "program", VALUE_PROGRAM, PLACE_QUERY, NULL, N_("Of these programs")},                               \
	    {'k', "kind", VALUE_KIND, PLACE_QUERY, NULL, N_("Of these kinds")},                                        \
	    {0, "person", VALUE_PERSON, PLACE_QUERY, NULL, N_("Of these people")},                                     \
	    {0, "bom", VALUE_TRUTH, PLACE_QUERY, NULL, N_("Begin CSV with a byte order mark")},                        \
	    {0, "lang", VALUE_TEXT, PLACE_QUERY, NULL, N_("Headings in zh or en; identifiers unless told")},           \
	    {0, "cursor", VALUE_WHOLE, PLACE_QUERY, NULL,                                                              \
	        N_("Go on behind the row of this number, without headings")},                                          \
	{                                                                                                              \
		0, "into", VALUE_FILE, PLACE_HERE, NULL, N_("Into this file")                                          \
	}

const struct flag audit_export_flags[] = {
    {0, "bundle", VALUE_FILE, PLACE_HERE, NULL, N_("Folder to write")},
    {0, "ticket", VALUE_TICKET, PLACE_HERE, NULL, N_("Also prove each leaf of this ticket; can be repeated")},
    {KEY},
    EXPORT_FLAGS,
    {0},
};

const struct flag audit_verify_flags[] = {
    {KEY},
    {0, "against", VALUE_FILE, PLACE_HERE, NULL, N_("An older checkpoint that you kept; can be repeated")},
    {0, "witness", VALUE_TEXT, PLACE_HERE, NULL, N_("Verifier key of a witness whose cosignatures are to be there")},
    {0, "items", VALUE_FILE, PLACE_HERE, NULL, N_("Write the 18 record items, as recomputed, to this file (CSV)")},
    {0, "live", VALUE_TRUTH, PLACE_HERE, NULL, N_("Hold the server's tables against its log")},
    {0},
};

const struct flag audit_pin_flags[] = {{KEY}, {0}};

const struct flag export_flags[] = {
    EXPORT_FLAGS,
    {0, "by", VALUE_TEXT, PLACE_QUERY, NULL,
        N_("Tell measures apart by program, language, vendor, kind, person, month, age")},
    {0, "as-of", VALUE_TIME, PLACE_QUERY, "as_of", N_("Measures as the record stood at that time")},
    {0},
};

const struct flag review_list_flags[] = {
    {0, "state", VALUE_REVIEW_STATE, PLACE_QUERY, NULL, N_("In these states")},
    {LIMIT},
    {0},
};

const struct flag review_open_flags[] = {
    {0, "month", VALUE_TEXT, PLACE_HERE, NULL, N_("A month, as in 2026-10; the one that runs unless told")},
    {0, "from", VALUE_DAY, PLACE_HERE, NULL, N_("First day of another period")},
    {0, "to", VALUE_DAY, PLACE_HERE, NULL, N_("First day after it")},
    {0, "share", VALUE_WHOLE, PLACE_FIELD, NULL, N_("Per cent that are drawn of what is no emergency (10)")},
    {0},
};

const struct flag review_record_flags[] = {
    {0, "sampled", VALUE_TRUTH, PLACE_QUERY, NULL, N_("In the sample (--no-sampled: the others)")},
    {0, "verdict", VALUE_VERDICT, PLACE_QUERY, NULL, N_("With this verdict, or none")},
    {LIMIT},
    {0},
};

const struct flag review_verdict_flags[] = {
    {0, "note", VALUE_TEXT, PLACE_FIELD, NULL, N_("What is to be corrected")},
    {0},
};

const struct flag review_decide_flags[] = {
    {0, "head", VALUE_HEAD, PLACE_FIELD, NULL, N_("What it is about")},
    {0, "text", VALUE_TEXT, PLACE_FIELD, NULL, N_("What was decided")},
    {0, "owner", VALUE_PERSON, PLACE_FIELD, NULL, N_("Who sees to it")},
    {0, "due", VALUE_DAY, PLACE_FIELD, NULL, N_("By when")},
    {0, "ticket", VALUE_TICKET, PLACE_FIELD, NULL, N_("A ticket that came of it")},
    {0, "preventive", VALUE_TEXT, PLACE_HERE, NULL, N_("File a preventive ticket with this title, and name it")},
    {'p', "program", VALUE_PROGRAM, PLACE_HERE, NULL, N_("Of that ticket")},
    {0},
};

const struct flag review_conclude_flags[] = {
    {0, "text", VALUE_TEXT, PLACE_FIELD, "conclusion", N_("The conclusion")},
    {0},
};

const struct flag review_report_flags[] = {
    {0, "format", VALUE_TEXT, PLACE_HERE, NULL, N_("md or html; as the name of the file ends, unless told")},
    {0, "lang", VALUE_TEXT, PLACE_HERE, NULL, N_("In zh or en; your own unless told")},
    {0, "into", VALUE_FILE, PLACE_HERE, NULL, N_("Into this file")},
    {0},
};

const struct flag report_flags[] = {
    {0, "month", VALUE_TEXT, PLACE_HERE, NULL, N_("A month, as in 2026-10; the one that runs unless told")},
    {0, "from", VALUE_DAY, PLACE_HERE, NULL, N_("First day of another period")},
    {0, "to", VALUE_DAY, PLACE_HERE, NULL, N_("First day after it")},
    {0, "by", VALUE_TEXT, PLACE_HERE, NULL, N_("Tell apart by program, language, vendor, kind, person, month, age")},
    {0, "as-of", VALUE_TIME, PLACE_HERE, NULL, N_("As the record stood at that time")},
    {'p', "program", VALUE_PROGRAM, PLACE_HERE, NULL, N_("Of these programs")},
    {0, "language", VALUE_TEXT, PLACE_HERE, NULL, N_("Of programs in these languages")},
    {0, "vendor", VALUE_TEXT, PLACE_HERE, NULL, N_("Of programs of these vendors")},
    {'k', "kind", VALUE_KIND, PLACE_HERE, NULL, N_("Of these kinds")},
    {0, "person", VALUE_PERSON, PLACE_HERE, NULL, N_("Of these people")},
    {0, "detail", VALUE_TRUTH, PLACE_HERE, NULL, N_("The tickets behind the figures of one measure")},
    {LIMIT},
    {0},
};

const struct flag lend_flags[] = {
    {0, "reason", VALUE_TEXT, PLACE_FIELD, NULL, N_("Why it is needed")},
    {0, "minutes", VALUE_MINUTES, PLACE_FIELD, NULL, N_("For how long (1h30m, 45)")},
    {0},
};

const struct flag waiver_flags[] = {
    {0, "actor", VALUE_PERSON, PLACE_QUERY, NULL, N_("By these people")},
    {0, "from", VALUE_TIME, PLACE_QUERY, NULL, N_("Since (-7d, today, 2026-11-01)")},
    {0, "to", VALUE_TIME, PLACE_QUERY, NULL, N_("Before")},
    {LIMIT},
    {0},
};

const struct flag loan_flags[] = {
    {0, "person", VALUE_PERSON, PLACE_QUERY, "login", N_("Of these people")},
    {0, "role", VALUE_ROLE, PLACE_QUERY, NULL, N_("Of these roles")},
    {0, "from", VALUE_TIME, PLACE_QUERY, NULL, N_("Since (-7d, today, 2026-11-01)")},
    {0, "to", VALUE_TIME, PLACE_QUERY, NULL, N_("Before")},
    {LIMIT},
    {0},
};

const struct flag import_flags[] = {
    {0, "dry-run", VALUE_TRUTH, PLACE_HERE, NULL, N_("Only say what would become of each row")},
    {0, "map", VALUE_FILE, PLACE_HERE, NULL, N_("How records become tickets, in YAML")},
    {0, "source", VALUE_TEXT, PLACE_HERE, NULL, N_("Where they come from (csv, unless told)")},
    {0, "encoding", VALUE_TEXT, PLACE_HERE, NULL, N_("Of the file when it is not UTF-8: GBK, GB18030, …")},
    {0},
};

const struct flag workflow_flags[] = {
    {0, "mermaid", VALUE_TRUTH, PLACE_HERE, NULL, N_("As a Mermaid diagram")},
    {0, "dot", VALUE_TRUTH, PLACE_HERE, NULL, N_("As a Graphviz diagram")},
    {0, "markdown", VALUE_TRUTH, PLACE_HERE, NULL, N_("As a Markdown table")},
    {0},
};

#define PASSWORD_FILE                                                                                                  \
	{                                                                                                              \
		0, "password-file", VALUE_FILE, PLACE_HERE, NULL,                                                      \
		    N_("File that holds the password; - is standard input")                                            \
	}

#define CODE_FILE                                                                                                      \
	{                                                                                                              \
		0, "code-file", VALUE_FILE, PLACE_HERE, NULL,                                                          \
		    N_("File that holds the code of the second factor; - is standard input")                           \
	}
#define CURRENT_FILE                                                                                                   \
	{                                                                                                              \
		0, "current-file", VALUE_FILE, PLACE_HERE, NULL, N_("File that holds the current password")            \
	}

const struct flag login_flags[] = {PASSWORD_FILE, CODE_FILE, {0}};
const struct flag enrol_flags[] = {CURRENT_FILE, {0}};
const struct flag unenrol_flags[] = {CODE_FILE, {0}};
const struct flag password_flags[] = {
    PASSWORD_FILE,
    CURRENT_FILE,
    {0},
};

const struct flag api_flags[] = {
    {'d', "data", VALUE_TEXT, PLACE_HERE, NULL, N_("JSON to send: as it is, @FILE, or - (standard input)")},
    {IF_VERSION},
    {0},
};
