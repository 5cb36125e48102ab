// SPDX-License-Identifier: Apache-2.0
// Steps over tickets. Each file ticket_*.c holds the steps of one kind of request, in the order in which they run.
#ifndef WEIHU_API_TICKET_H
#define WEIHU_API_TICKET_H

#include "api/call.h"

extern const struct resource filing_resource, ticket_resource, comment_resource, attachment_resource, step_resource,
    change_resource, work_resource, link_resource;

// ticket.c: the one at {id}
enum outcome find_ticket(struct call *call); // with what guards ask about, into call->ticket; If-Match is checked
enum outcome show_ticket(struct call *call);
enum outcome take_changed(struct call *call,
    const struct pg_result *rows);                                   // reader of TICKET_CHANGE: answers the ticket
struct json_out *ticket_deed(struct call *call, const char *action); // id and version are in it
const char *acted_as(const struct call *call); // the party in which the verdict let the caller through, or NULL

// ticket_file.c: POST /v1/tickets
enum outcome read_filing(struct call *call);
enum outcome find_program(struct call *call);
enum outcome check_filing(struct call *call);
enum outcome save_filing(struct call *call);

// ticket_edit.c: PATCH /v1/tickets/{id}
enum outcome read_edit(struct call *call);
enum outcome check_edit(struct call *call);
enum outcome save_edit(struct call *call);

// ticket_move.c: POST /v1/tickets/{id}/transitions
enum outcome read_move(struct call *call);
enum outcome check_move(struct call *call);
enum outcome save_move(struct call *call);

// ticket_why.c: GET /v1/tickets/{id}/transitions, …/routing
enum outcome judge_actions(struct call *call);
enum outcome tell_actions(struct call *call);
enum outcome find_routing(struct call *call);

// ticket_attachment.c: POST …/attachments, GET …/attachments/{attachment}
enum outcome read_attachment(struct call *call);
enum outcome check_attachment(struct call *call);
enum outcome save_attachment(struct call *call);
enum outcome find_attachment(struct call *call);

// ticket_thing.c: POST …/comments, /steps, /changes, /work, /links
enum outcome check_comment(struct call *call);
enum outcome check_step(struct call *call);
enum outcome check_change(struct call *call);
enum outcome check_work(struct call *call);
enum outcome check_link(struct call *call);
enum outcome save_thing(struct call *call);
enum outcome take_added(struct call *call, const struct pg_result *rows); // reader of TICKET_CHANGE: what it added
enum outcome list_steps(struct call *call);                               // GET …/steps: with the progress

#endif
