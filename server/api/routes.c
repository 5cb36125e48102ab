// SPDX-License-Identifier: Apache-2.0
// THE ROUTE TABLE. A row reads: this method on this path, known by this name, to whoever holds this permission, is done
// in these steps. Before them run those of call.c: who calls, may they, what did they send, was it done before.
#include "api/routes.h"

#include <string.h>

#include "api/about.h"
#include "api/body.h"
#include "api/directory.h"
#include "api/export.h"
#include "api/factor.h"
#include "api/import.h"
#include "api/list.h"
#include "api/loan.h"
#include "api/log.h"
#include "api/refusal.h"
#include "api/register.h"
#include "api/report.h"
#include "api/retry.h"
#include "api/review.h"
#include "api/session.h"
#include "api/ticket.h"

#define OPEN NULL  // to everybody, without a login
#define ANYBODY "" // to everybody who is logged in

static const struct route routes[] = {
    {HTTP_GET, "/healthz", "get_health", OPEN, {tell_health}},
    {HTTP_GET, "/readyz", "get_ready", OPEN, {tell_ready}},
    {HTTP_GET, "/metrics", "get_metrics", OPEN, {tell_metrics}},
    {HTTP_GET, "/openapi.yaml", "get_openapi", OPEN, {tell_openapi}},

    {HTTP_POST, "/v1/sessions", "log_in", OPEN,
        {read_members, try_login, check_password, ask_directory, find_login_factor, use_login_code, settle_person,
            open_session},
        .resource = &session_resource},
    {HTTP_DELETE, "/v1/sessions/current", "log_out", ANYBODY, {end_session}},
    {HTTP_GET, "/v1/me", "get_me", ANYBODY, {show_me}},
    {HTTP_GET, "/v1/workflow", "get_workflow", "workflow.read", {tell_workflow}, .parameters = "format,lang"},
    {HTTP_GET, "/v1/fields", "list_fields", "workflow.read", {tell_fields}},

    {HTTP_GET, "/v1/people", "list_people", "person.read", {list}, .listing = LIST_PEOPLE, .vouched = true},
    {HTTP_POST, "/v1/people", "add_person", "person.write", {read_members, save_person, answer_made},
        .resource = &new_person_resource, .parameters = "dry_run"},
    {HTTP_GET, "/v1/people/{login}", "get_person", "person.read", {show_named}, .resource = &person_resource},
    {HTTP_PATCH, "/v1/people/{login}", "edit_person", "person.write", {read_members, save_person, answer_made},
        .resource = &person_resource},
    {HTTP_GET, "/v1/people/{login}/tokens", "list_tokens", "token.write", {find_named, list}, .listing = LIST_TOKENS,
        .resource = &person_resource},
    {HTTP_POST, "/v1/people/{login}/tokens", "add_token", "token.write", {read_members, add_token},
        .resource = &token_resource},
    {HTTP_DELETE, "/v1/people/{login}/tokens/{id}", "revoke_token", "token.write", {revoke_token}},
    {HTTP_POST, "/v1/people/{login}/password", "set_password", "password.write",
        {read_members, check_new_password, try_current_password, make_password, save_password},
        .resource = &password_resource},
    {HTTP_GET, "/v1/people/{login}/loans", "list_loans", "loan.read", {find_named, list}, .listing = LIST_LOANS,
        .resource = &person_resource},
    {HTTP_POST, "/v1/people/{login}/loans", "lend_role", "loan.write", {read_members, lend_role, answer_made},
        .resource = &loan_resource},
    {HTTP_DELETE, "/v1/people/{login}/loans/{id}", "take_back_role", "loan.end", {take_back_role}},
    {HTTP_GET, "/v1/people/{login}/second-factor", "get_second_factor", "factor.read", {find_named, show_factor},
        .resource = &person_resource},
    {HTTP_POST, "/v1/people/{login}/second-factor", "begin_second_factor", "factor.enrol",
        {read_members, try_own, check_own_password, ask_directory, judge_own_password, begin_factor},
        .resource = &factor_resource},
    {HTTP_DELETE, "/v1/people/{login}/second-factor", "reset_second_factor", "factor.reset", {reset_factor}},
    {HTTP_POST, "/v1/people/{login}/second-factor/confirmation", "confirm_second_factor", "factor.enrol",
        {read_members, try_own, find_factor, confirm_factor}, .resource = &factor_code_resource},
    {HTTP_POST, "/v1/people/{login}/second-factor/removal", "remove_second_factor", "factor.enrol",
        {read_members, try_own, find_factor, use_code, end_factor}, .resource = &factor_code_resource},

    {HTTP_GET, "/v1/programs", "list_programs", "program.read", {list}, .listing = LIST_PROGRAMS, .vouched = true},
    {HTTP_POST, "/v1/programs", "add_program", "program.write", {read_members, save_program, answer_made},
        .resource = &new_program_resource, .parameters = "dry_run"},
    {HTTP_GET, "/v1/programs/{code}", "get_program", "program.read", {show_named}, .resource = &program_resource},
    {HTTP_PATCH, "/v1/programs/{code}", "edit_program", "program.write", {read_members, save_program, answer_made},
        .resource = &program_resource},
    {HTTP_GET, "/v1/programs/{code}/designations", "list_designations", "program.read", {find_named, list},
        .listing = LIST_DESIGNATIONS, .resource = &program_resource},
    {HTTP_POST, "/v1/programs/{code}/designations", "add_designation", "designation.write",
        {read_members, add_designation, answer_made}, .resource = &designation_resource},
    {HTTP_GET, "/v1/programs/{code}/readings", "list_readings", "program.read", {find_named, list},
        .listing = LIST_READINGS, .resource = &program_resource},
    {HTTP_POST, "/v1/programs/{code}/readings", "add_reading", "reading.write",
        {read_members, add_reading, answer_made}, .resource = &reading_resource, .parameters = "dry_run"},
    {HTTP_GET, "/v1/programs/{code}/documents", "list_documents", "program.read", {find_named, list},
        .listing = LIST_DOCUMENTS, .resource = &program_resource},
    {HTTP_POST, "/v1/programs/{code}/documents", "save_document", "program.describe",
        {read_members, save_part, answer_made}, .resource = &document_resource},
    {HTTP_GET, "/v1/programs/{code}/assets", "list_assets", "program.read", {find_named, list}, .listing = LIST_ASSETS,
        .resource = &program_resource},
    {HTTP_POST, "/v1/programs/{code}/assets", "save_asset", "program.describe", {read_members, save_part, answer_made},
        .resource = &asset_resource},
    {HTTP_GET, "/v1/programs/{code}/history", "list_program_events", "program.read", {find_named, list},
        .listing = LIST_PROGRAM_EVENTS, .resource = &program_resource},

    {HTTP_GET, "/v1/tickets", "list_tickets", "ticket.list", {list}, .listing = LIST_TICKETS, .vouched = true},
    {HTTP_POST, "/v1/tickets", "file_ticket", "ticket.file",
        {read_filing, check_references, find_program, check_filing, save_filing}, .resource = &filing_resource,
        .vouched = true},
    {HTTP_POST, "/v1/imports", "import_ticket", "import.write",
        {read_import, find_imported, check_references, find_program, check_import, save_filing},
        .resource = &filing_resource, .parameters = "dry_run"},
    {HTTP_GET, "/v1/tickets/{id}", "get_ticket", "ticket.read", {show_ticket}, .vouched = true},
    {HTTP_PATCH, "/v1/tickets/{id}", "edit_ticket", "ticket.edit",
        {read_edit, find_ticket, check_references, check_edit, save_edit}, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/transitions", "list_transitions", "ticket.read",
        {find_ticket, judge_actions, find_who_can, tell_actions}, .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/transitions", "move_ticket", "ticket.move",
        {read_move, find_ticket, check_references, check_move, save_move}, .resource = &ticket_resource,
        .parameters = "dry_run", .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/routing", "get_routing", "ticket.read", {find_ticket, find_routing}, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/comments", "list_comments", "ticket.read", {find_ticket, list},
        .listing = LIST_COMMENTS, .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/comments", "add_comment", "ticket.comment",
        {read_members, find_ticket, check_comment, save_thing, answer_made}, .resource = &comment_resource,
        .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/attachments", "list_attachments", "ticket.read", {find_ticket, list},
        .listing = LIST_ATTACHMENTS, .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/attachments", "add_attachment", "ticket.comment",
        {read_attachment, find_ticket, check_attachment, save_attachment, answer_made},
        .resource = &attachment_resource, .parameters = "name,internal", .vouched = true, .takes_file = true},
    {HTTP_GET, "/v1/tickets/{id}/attachments/{attachment}", "get_attachment", "ticket.read",
        {find_ticket, find_attachment}, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/steps", "list_steps", "ticket.read", {find_ticket, list_steps}, .listing = LIST_STEPS,
        .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/steps", "add_step", "ticket.step",
        {read_members, find_ticket, check_step, save_thing, answer_made}, .resource = &step_resource, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/changes", "list_changes", "ticket.read_internal", {find_ticket, list},
        .listing = LIST_CHANGES, .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/changes", "add_change", "ticket.change",
        {read_members, find_ticket, check_change, save_thing, answer_made}, .resource = &change_resource,
        .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/work", "list_work", "ticket.read_internal", {find_ticket, list}, .listing = LIST_WORK,
        .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/work", "add_work", "ticket.work",
        {read_members, find_ticket, check_work, save_thing, answer_made}, .resource = &work_resource, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/links", "list_links", "ticket.read", {find_ticket, list}, .listing = LIST_LINKS,
        .vouched = true},
    {HTTP_POST, "/v1/tickets/{id}/links", "add_link", "ticket.link",
        {read_members, find_ticket, check_link, save_thing, answer_made}, .resource = &link_resource, .vouched = true},
    {HTTP_GET, "/v1/tickets/{id}/audit", "list_ticket_events", "ticket.history", {find_ticket, list},
        .listing = LIST_TICKET_EVENTS, .vouched = true},

    {HTTP_GET, "/v1/audit", "list_events", "audit.read", {list}, .listing = LIST_EVENTS, .vouched = true},
    {HTTP_GET, "/v1/audit/checkpoint", "get_checkpoint", "audit.read", {tell_checkpoint}},
    {HTTP_GET, "/v1/audit/keys", "get_log_keys", "audit.read", {tell_log_keys}},
    {HTTP_GET, "/v1/audit/tile/{tile*}", "get_tile", "audit.read", {tell_tile}},
    {HTTP_GET, "/v1/audit/proof", "get_proof", "audit.read", {tell_proof}, .parameters = "leaf,old,size"},
    {HTTP_GET, "/v1/audit/openings", "list_openings", "audit.read", {list}, .listing = LIST_OPENINGS, .vouched = true},
    {HTTP_GET, "/v1/audit/anchors", "list_anchors", "audit.read", {list}, .listing = LIST_ANCHORS, .vouched = true},
    {HTTP_GET, "/v1/audit/rows/{table}", "list_rows", "audit.compare", {list_rows}, .parameters = "cursor"},

    {HTTP_GET, "/v1/exports/{what}", "get_export", "export.read", {begin_export},
        .parameters = "format,from,to,program,kind,person,bom,lang,cursor,by,as_of"},
    {HTTP_GET, "/v1/reports", "list_reports", "report.read", {list_reports}},
    {HTTP_GET, "/v1/reports/waivers", "report_waivers", "report.read", {list}, .listing = LIST_WAIVERS},
    {HTTP_GET, "/v1/reports/loans", "report_loans", "report.read", {list}, .listing = LIST_LOANS_TOLD},
    {HTTP_GET, "/v1/reports/{measure}", "get_report", "report.read", {show_report},
        .parameters = "from,to,as_of,by,program,language,vendor,kind,person,month,age,detail,limit,cursor"},

    {HTTP_GET, "/v1/reviews", "list_reviews", "review.read", {list}, .listing = LIST_REVIEWS},
    {HTTP_POST, "/v1/reviews", "open_review", "review.open", {read_members, open_review, answer_made},
        .resource = &review_resource},
    {HTTP_GET, "/v1/reviews/{id}", "get_review", "review.read", {show_named}, .resource = &review_resource},
    {HTTP_GET, "/v1/reviews/{id}/records", "list_review_records", "review.read", {find_review, list},
        .listing = LIST_REVIEW_RECORDS},
    {HTTP_POST, "/v1/reviews/{id}/verdicts", "judge_record", "review.judge", {read_members, judge_record, answer_made},
        .resource = &verdict_resource},
    {HTTP_GET, "/v1/reviews/{id}/decisions", "list_decisions", "review.read", {find_review, list},
        .listing = LIST_REVIEW_DECISIONS},
    {HTTP_POST, "/v1/reviews/{id}/decisions", "add_decision", "review.decide",
        {read_members, check_decision, add_decision, answer_made}, .resource = &decision_resource},
    {HTTP_POST, "/v1/reviews/{id}/conclusion", "conclude_review", "review.conclude",
        {read_members, conclude_review, answer_made}, .resource = &conclusion_resource},
    {HTTP_GET, "/v1/reviews/{id}/report", "get_review_report", "review.read",
        {begin_review_report, tell_review_records, tell_review_decisions, end_review_report},
        .parameters = "format,lang"},
};

#define ROUTES (sizeof(routes) / sizeof(*routes))

// Permissions that steps ask for besides those of the rows.
static const char *const inner_permissions[] = {"ticket.comment_internal", "ticket.read_internal"};

#define INNER (sizeof(inner_permissions) / sizeof(*inner_permissions))

static const struct {
	enum http_method method;
	const char *names;
} methods[] = {
    {HTTP_GET, "GET, HEAD"},
    {HTTP_POST, "POST"},
    {HTTP_PATCH, "PATCH"},
    {HTTP_DELETE, "DELETE"},
};

#define METHODS (sizeof(methods) / sizeof(*methods))

static const char *methods_text(unsigned found, struct arena *arena)
{
	const char *names[METHODS];
	size_t count = 0;

	for (size_t i = 0; i < METHODS; i++)
		if (found & methods[i].method)
			names[count++] = methods[i].names;
	return text_join(arena, names, count, ", ");
}

const struct route *route_find(enum http_method method, const char *path, struct path_parts *parts, const char **allow,
    struct arena *arena)
{
	unsigned found = 0;

	for (size_t i = 0; i < ROUTES; i++)
		if (routes[i].method == method && path_match(routes[i].path, path, parts, arena))
			return &routes[i];
	for (size_t i = 0; i < ROUTES; i++)
		if (path_match(routes[i].path, path, parts, arena))
			found |= routes[i].method;
	if (found != 0)
		*allow = methods_text(found, arena);
	return NULL;
}

static const struct {
	const char *path, *kind;
} objects[] = {
    {"/v1/tickets/{id}", "ticket"},
    {"/v1/people/{login}", "person"},
    {"/v1/programs/{code}", "program"},
    {"/v1/reviews/{id}", "review"},
};

const char *route_object(const struct route *route)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++)
		if (text_starts(route->path, objects[i].path))
			return objects[i].kind;
	return NULL;
}

static const char *method_name(enum http_method method)
{
	return method == HTTP_GET ? "GET" : method == HTTP_POST ? "POST" : method == HTTP_PATCH ? "PATCH" : "DELETE";
}

bool route_takes_file(const char *method, const char *path)
{
	struct arena *arena = arena_new();
	struct path_parts parts;
	bool takes = false;

	for (size_t i = 0; i < ROUTES && !takes; i++)
		takes = routes[i].takes_file && text_equals(method_name(routes[i].method), method) &&
		    path_match(routes[i].path, path, &parts, arena);
	arena_free(arena);
	return takes;
}

size_t route_count(void)
{
	return ROUTES;
}

size_t route_index(const struct route *route)
{
	return (size_t)(route - routes);
}

const char *route_name(size_t index)
{
	return index < ROUTES ? routes[index].name : "none";
}

// The permissions that the service asks for, one after the other with repeats; NULL at the end.
static const char *permission_asked(size_t index)
{
	while (index < ROUTES && (routes[index].permission == NULL || *routes[index].permission == '\0'))
		index++;
	if (index < ROUTES)
		return routes[index].permission;
	return index - ROUTES < INNER ? inner_permissions[index - ROUTES] : NULL;
}

static bool is_asked(const char *permission)
{
	for (size_t i = 0; permission_asked(i) != NULL; i++)
		if (text_equals(permission_asked(i), permission))
			return true;
	return false;
}

// Which objects somebody can be in the relation to.
static const char *const related_objects[RELATION_COUNT] = {
    [RELATION_SELF] = "person",
    [RELATION_OWN] = "ticket",
    [RELATION_DESIGNATED] = "ticket,program",
    [RELATION_TEAM] = "ticket",
};

static bool relation_fits(const struct route *route, enum relation relation)
{
	const char *object = route->listing == LIST_TICKETS ? "ticket" : route_object(route);

	return object != NULL && text_in_list(related_objects[relation], object);
}

// A relation is to an object: each route that asks for the permission must have one.
static bool relation_can_be_asked(const char *permission, enum relation relation)
{
	for (size_t i = 0; i < INNER; i++)
		if (text_equals(inner_permissions[i], permission))
			return false;
	for (size_t i = 0; i < ROUTES; i++)
		if (text_equals(routes[i].permission, permission) && !relation_fits(&routes[i], relation))
			return false;
	return true;
}

static void relations_check(const struct permission *permission, const char *file, struct faults *faults)
{
	for (enum relation relation = 0; relation < RELATION_COUNT; relation++)
		if (permission->related[relation] != 0 && !relation_can_be_asked(permission->name, relation))
			faults_add(faults, file, "relation", "%s is about nothing that anybody can be '%s' to",
			    permission->name, relation_name(relation));
}

bool routes_check(const struct permissions *permissions, const char *file, struct faults *faults)
{
	size_t before = faults->count;

	for (size_t i = 0; permission_asked(i) != NULL; i++)
		if (permission_find(permissions, permission_asked(i)) == NULL)
			faults_add(faults, file, "missing", "nobody has the permission %s", permission_asked(i));
	for (size_t i = 0; i < permissions->count; i++)
		if (!is_asked(permissions->rows[i].name) && !permission_shows(permissions, permissions->rows[i].name))
			faults_add(faults, file, "unknown", "there is no permission %s", permissions->rows[i].name);
	for (size_t i = 0; i < permissions->count; i++)
		relations_check(&permissions->rows[i], file, faults);
	return faults->count == before;
}

// As documents write it: {tile*} is {tile}.
static const char *path_plain(const char *path, struct arena *arena)
{
	char *plain = arena_copy(arena, path), *star = strchr(plain, '*');

	if (star != NULL)
		memmove(star, star + 1, strlen(star));
	return plain;
}

void routes_print(struct buffer *out)
{
	for (size_t i = 0; i < ROUTES; i++)
		buffer_print(out, "%s %s %s %s\n", method_name(routes[i].method),
		    path_plain(routes[i].path, out->arena), routes[i].name,
		    routes[i].permission == NULL        ? "-"
		        : *routes[i].permission == '\0' ? "*"
		                                        : routes[i].permission);
}
