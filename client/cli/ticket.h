// SPDX-License-Identifier: Apache-2.0
// What the ticket commands share.
#ifndef WEIHU_CLI_TICKET_H
#define WEIHU_CLI_TICKET_H

#include "base/json.h"
#include "cli/cli.h"

const char *ticket_path(const struct cli *cli, const char *id, const char *rest); // "/v1/tickets/42/steps"
const char *ticket_name(const struct cli *cli, const char *id);                   // "ticket/42"

// "#42 Payroll export hangs", fit for a terminal.
const char *ticket_heading(struct cli *cli, const struct json *ticket);

// Tells what happened to the ticket, where it is now, and what the person can do next.
void ticket_tell(struct cli *cli, const struct json *ticket);

// The action's row in the answer of GET …/transitions, or NULL.
const struct json *ticket_action(const struct json *transitions, const char *action);

// True if nothing but fields to be given stands between the person and the action.
bool ticket_is_open(const struct json *row);

// True if the state allows it: whoever may do it then.
bool ticket_is_from_here(const struct json *row);

// Prints one action: whether it may be taken, what must be given, what stands against it. With `each`: every
// single thing that is missing with who can supply it.
void ticket_print_action(struct cli *cli, const struct json *row, const char *id, bool each);

// Keys of the fields that the action's row wants and does not have yet (unmet guards field_missing).
const char *ticket_missing(struct arena *arena, const struct json *row);

// Does something with one ticket, the same `with` for each; what it answers is written out, NULL when there is nothing.
typedef const struct json *ticket_visit(struct cli *cli, const char *id, const void *with, int *code);

// Visits every ticket in args from `first` on; the first code that is not OK.
int ticket_each(struct cli *cli, size_t first, ticket_visit *visit, const void *with);

#endif
