// SPDX-License-Identifier: Apache-2.0
// Identifiers and what people call them.
#include "cli/words.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "cli/say.h"
#include "domain/field.h"
#include "domain/person.h"
#include "domain/step.h"
#include "domain/workflow.h"

struct word {
	const char *identifier;
	const char *label; // msgid
};

static const struct word states[] = {
    {"draft", N_("Draft")},
    {"submitted", N_("Submitted")},
    {"to_evaluate", N_("To evaluate")},
    {"to_authorise", N_("To authorise")},
    {"queued", N_("Queued")},
    {"scheduled", N_("Scheduled")},
    {"assigned", N_("Assigned")},
    {"in_maintenance", N_("In maintenance")},
    {"to_accept", N_("To accept")},
    {"to_review", N_("To review")},
    {"closed", N_("Closed")},
    {"returned", N_("Returned")},
    {"suspended", N_("Suspended")},
    {"rejected", N_("Rejected")},
    {"cancelled", N_("Cancelled")},
    {"imported", N_("Imported")},
    {NULL},
};

static const struct word kinds[] = {
    {"corrective", N_("Corrective")},
    {"adaptive", N_("Adaptive")},
    {"perfective", N_("Perfective")},
    {"preventive", N_("Preventive")},
    {NULL},
};

static const struct word severities[] = {
    {"minor", N_("Minor")},
    {"moderate", N_("Moderate")},
    {"severe", N_("Severe")},
    {NULL},
};

static const struct word actions[] = {
    {"submit", N_("Submit")},
    {"resubmit", N_("Resubmit")},
    {"forward", N_("Forward")},
    {"return", N_("Return")},
    {"reject", N_("Reject")},
    {"appeal", N_("Appeal")},
    {"evaluate", N_("Evaluate")},
    {"evaluate_urgent", N_("Evaluate as urgent")},
    {"authorise", N_("Authorise")},
    {"object", N_("Object")},
    {"schedule", N_("Schedule")},
    {"assign", N_("Assign")},
    {"start", N_("Start")},
    {"reassign", N_("Reassign")},
    {"deliver", N_("Deliver")},
    {"refuse", N_("Refuse")},
    {"accept", N_("Accept")},
    {"send_back", N_("Send back")},
    {"close", N_("Close")},
    {"reopen", N_("Reopen")},
    {"suspend", N_("Suspend")},
    {"resume", N_("Resume")},
    {"cancel", N_("Cancel")},
    {"reclassify", N_("Reclassify")},
    {"consent", N_("Consent")},
    {"import", N_("Import")},
    {"import_closed", N_("Import what was closed elsewhere")},
    {NULL},
};

static const struct word events[] = {
    {"add", N_("Add")},
    {"edit", N_("Edit")},
    {"designate", N_("Designate")},
    {"reading", N_("Read counters")},
    {"document", N_("Note a document")},
    {"asset", N_("Note an asset")},
    {"token", N_("Make token")},
    {"revoke", N_("Revoke token")},
    {"register", N_("Register")},
    {"comment", N_("Comment")},
    {"attach", N_("Attach")},
    {"step", N_("Record step")},
    {"change", N_("Record change")},
    {"work", N_("Record work")},
    {"link", N_("Link")},
    {"read", N_("Read")},
    {"key", N_("Log key")},
    {"login", N_("Log in")},
    {"logout", N_("Log out")},
    {"password", N_("Set a password")},
    {"second_factor", N_("Use a recovery code")},
    {"enrol", N_("Enrol a second factor")},
    {"remove", N_("Remove a second factor")},
    {"lend", N_("Lend a role")},
    {"take_back", N_("Take a role back")},
    {"open", N_("Open a record review")},
    {"judge", N_("Judge a record")},
    {"decide", N_("Decide")},
    {"conclude", N_("Conclude a record review")},
    // what was asked for when it was refused before any rule of the ticket
    {"log_in", N_("Log in")},
    {"log_out", N_("Log out")},
    {"list_people", N_("List people")},
    {"add_person", N_("Open an account")},
    {"get_person", N_("Read a person")},
    {"edit_person", N_("Edit a person")},
    {"list_tokens", N_("List tokens")},
    {"add_token", N_("Make token")},
    {"revoke_token", N_("Revoke token")},
    {"set_password", N_("Set a password")},
    {"list_loans", N_("List loans of roles")},
    {"lend_role", N_("Lend a role")},
    {"take_back_role", N_("Take a role back")},
    {"get_second_factor", N_("Ask for a second factor")},
    {"begin_second_factor", N_("Enrol a second factor")},
    {"confirm_second_factor", N_("Enrol a second factor")},
    {"remove_second_factor", N_("Remove a second factor")},
    {"reset_second_factor", N_("Remove a second factor")},
    {"report_waivers", N_("Report waivers")},
    {"report_loans", N_("Report loans of roles")},
    {"list_programs", N_("List programs")},
    {"add_program", N_("Register a program")},
    {"get_program", N_("Read a program")},
    {"edit_program", N_("Edit a program")},
    {"list_designations", N_("List designations")},
    {"add_designation", N_("Designate")},
    {"list_readings", N_("List readings")},
    {"add_reading", N_("Read counters")},
    {"list_documents", N_("List documents")},
    {"save_document", N_("Note a document")},
    {"list_assets", N_("List assets")},
    {"save_asset", N_("Note an asset")},
    {"list_program_events", N_("Read a program's history")},
    {"list_tickets", N_("List tickets")},
    {"file_ticket", N_("File a ticket")},
    {"get_ticket", N_("Read a ticket")},
    {"import_ticket", N_("Import")},
    {"edit_ticket", N_("Edit a ticket")},
    {"list_transitions", N_("Ask what may be done")},
    {"move_ticket", N_("Move a ticket")},
    {"get_routing", N_("Ask for the routing")},
    {"list_comments", N_("List comments")},
    {"add_comment", N_("Comment")},
    {"list_attachments", N_("List attachments")},
    {"add_attachment", N_("Attach")},
    {"get_attachment", N_("Read an attachment")},
    {"list_steps", N_("List steps")},
    {"add_step", N_("Record step")},
    {"list_changes", N_("List changes")},
    {"add_change", N_("Record change")},
    {"list_work", N_("List work")},
    {"add_work", N_("Record work")},
    {"list_links", N_("List links")},
    {"add_link", N_("Link")},
    {"list_ticket_events", N_("Read a ticket's history")},
    {"list_events", N_("Read the audit record")},
    {"get_checkpoint", N_("Read a checkpoint")},
    {"get_log_keys", N_("Read the log's keys")},
    {"get_tile", N_("Read the log")},
    {"get_proof", N_("Read a proof")},
    {"list_openings", N_("Read openings")},
    {"list_anchors", N_("List anchors")},
    {"list_rows", N_("Compare with the tables")},
    {"get_export", N_("Export")},
    {"list_reports", N_("List reports")},
    {"get_report", N_("Read a report")},
    {NULL},
};

static const struct word duplicate_checks[] = {
    {"unique", N_("Unique")},
    {"related", N_("Related to another")},
    {"duplicate", N_("A duplicate")},
    {NULL},
};

static const struct word documents_states[] = {
    {"complete", N_("Complete")},
    {"outdated", N_("There, but outdated")},
    {"incomplete", N_("Incomplete")},
    {"none", N_("None")},
    {NULL},
};

static const struct word fates[] = {
    {"added", N_("Added")},
    {"would_be_added", N_("Would be added")},
    {"there_already", N_("There already")},
    {"refused", N_("Refused")},
    {NULL},
};

static const struct word suspend_codes[] = {
    {"waits_on_requester", N_("Waits on the requester")},
    {"waits_on_vendor", N_("Waits on the vendor")},
    {"waits_on_parts", N_("Waits on parts")},
    {"waits_on_window", N_("Waits on a window")},
    {"other", N_("Another reason")},
    {NULL},
};

static const struct word controls[] = {
    {"change_report", N_("Change report")},
    {"authorisation", N_("Authorisation")},
    {"documents", N_("Documents")},
    {"design_check", N_("Design check")},
    {NULL},
};

static const struct word step_results[] = {
    {"passed", N_("Passed")},
    {"failed", N_("Failed")},
    {"not_applicable", N_("Not applicable")},
    {NULL},
};

static const struct word links[] = {
    {"duplicate_of", N_("Duplicate of")},
    {"caused_by", N_("Caused by")},
    {"follow_up_of", N_("Follow-up of")},
    {"child_of", N_("Child of")},
    {NULL},
};

static const struct word designations[] = {
    {"sysadmin", N_("System administrator")},
    {"deputy", N_("Deputy")},
    {NULL},
};

static const struct word sources[] = {
    {"all", N_("All of the source")},
    {"part", N_("Part of the source")},
    {"none", N_("No source")},
    {NULL},
};

static const struct word results[] = {
    {"done", N_("Done")},
    {"refused", N_("Refused")},
    {"seen", N_("Seen")},
    {NULL},
};

static const struct word levels[] = {
    {"system", N_("System")},
    {"subsystem", N_("Subsystem")},
    {"module", N_("Module")},
    {NULL},
};

static const struct word verdicts[] = {
    {"pass", N_("Pass")},
    {"correct", N_("To be corrected")},
    {NULL},
};

static const struct word heads[] = {
    {"technology", N_("Development technology")},
    {"language", N_("Choice of language")},
    {"effort", N_("Estimation of effort")},
    {"staffing", N_("Allocation of people")},
    {NULL},
};

static const struct word review_states[] = {
    {"open", N_("Open")},
    {"concluded", N_("Concluded")},
    {NULL},
};

static const struct word sorts[] = {
    {"-id", N_("Newest first")},
    {"id", N_("Oldest first")},
    {"priority", N_("By priority")},
    {"due", N_("Due first")},
    {"-updated", N_("Changed last, first")},
    {"updated", N_("Changed longest ago, first")},
    {NULL},
};

static const struct word shells[] = {{"bash", "Bash"}, {"zsh", "Zsh"}, {"fish", "fish"}, {NULL, NULL}};

static const struct word methods[] = {
    {"GET", N_("Read")},
    {"POST", N_("Add or do")},
    {"PATCH", N_("Change")},
    {"DELETE", N_("Remove")},
    {NULL},
};

static const struct word formats[] = {
    {"table", N_("Aligned columns for people")},
    {"wide", N_("The table with all of its columns")},
    {"json", N_("Everything, indented")},
    {"jsonl", N_("Everything, one object a line")},
    {"yaml", N_("Everything, as YAML")},
    {"csv", N_("RFC 4180, safe to open in a spreadsheet")},
    {"tsv", N_("Tab-separated, what a pipe gets")},
    {"name", N_("Names alone: ticket/42")},
    {NULL},
};

static const struct word *const tables[WORDS_COUNT] = {
    [WORDS_STATE] = states,
    [WORDS_KIND] = kinds,
    [WORDS_SEVERITY] = severities,
    [WORDS_ACTION] = actions,
    [WORDS_EVENT] = events,
    [WORDS_DUPLICATE] = duplicate_checks,
    [WORDS_DOCUMENTS] = documents_states,
    [WORDS_FATE] = fates,
    [WORDS_SUSPEND] = suspend_codes,
    [WORDS_CONTROL] = controls,
    [WORDS_STEP_RESULT] = step_results,
    [WORDS_LINK] = links,
    [WORDS_DESIGNATION] = designations,
    [WORDS_SOURCE] = sources,
    [WORDS_RESULT] = results,
    [WORDS_LEVEL] = levels,
    [WORDS_VERDICT] = verdicts,
    [WORDS_HEAD] = heads,
    [WORDS_REVIEW_STATE] = review_states,
    [WORDS_SORT] = sorts,
    [WORDS_SHELL] = shells,
    [WORDS_METHOD] = methods,
    [WORDS_FORMAT] = formats,
};

static struct word role_word(size_t index)
{
	return index < ROLE_COUNT ? (struct word){role_name((enum role)index), role_label((enum role)index)}
	                          : (struct word){NULL, NULL};
}

static struct word party_word(size_t index)
{
	return index < PARTY_COUNT ? (struct word){party_name((enum party)index), party_label((enum party)index)}
	                           : (struct word){NULL, NULL};
}

static struct word step_word(size_t index)
{
	return index < STEP_COUNT ? (struct word){step_name((enum step)index), step_label((enum step)index)}
	                          : (struct word){NULL, NULL};
}

static struct word field_word(size_t index)
{
	return index < FIELD_COUNT ? (struct word){fields[index].key, fields[index].label} : (struct word){NULL, NULL};
}

static struct word (*const rows[WORDS_COUNT])(size_t index) = {
    [WORDS_ROLE] = role_word,
    [WORDS_PARTY] = party_word,
    [WORDS_STEP] = step_word,
    [WORDS_FIELD] = field_word,
};

static struct word word_at(enum words words, size_t index)
{
	if (rows[words])
		return rows[words](index);
	return tables[words] ? tables[words][index] : (struct word){NULL, NULL};
}

const char *words_identifier(enum words words, size_t index)
{
	return word_at(words, index).identifier;
}

const char *words_label(enum words words, const char *identifier)
{
	struct word word;
	for (size_t i = 0; (word = word_at(words, i)).identifier; i++)
		if (text_equals(word.identifier, identifier))
			return word.label ? _(word.label) : identifier;
	return words == WORDS_EVENT ? words_label(WORDS_ACTION, identifier) : identifier;
}

const char *words_telling_label(enum words words, const char *identifier)
{
	const char *label = words_label(words, identifier);
	const char *a = label, *b = identifier;
	while (*a && (tolower((unsigned char)*a) == *b || (*a == ' ' && *b == '_'))) {
		a++;
		b++;
	}
	return *a || *b ? label : NULL;
}

int words_close(const char *mistyped, size_t distance)
{
	return distance <= 1 + strlen(mistyped) / 4 && distance < strlen(mistyped);
}

const char *words_nearest(enum words words, const char *mistyped)
{
	const char *nearest = NULL, *identifier;
	size_t best = SIZE_MAX;
	for (size_t i = 0; (identifier = words_identifier(words, i)); i++) {
		size_t distance = text_distance(mistyped, identifier);
		if (distance < best) {
			best = distance;
			nearest = identifier;
		}
	}
	return nearest && words_close(mistyped, best) ? nearest : NULL;
}
