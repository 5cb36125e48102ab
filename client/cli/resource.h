// SPDX-License-Identifier: Apache-2.0
// What most commands do, by their row in THE COMMAND TABLE alone: list, show, create, change.
#ifndef WEIHU_CLI_RESOURCE_H
#define WEIHU_CLI_RESOURCE_H

#include "cli/column.h"
#include "cli/http.h"

int resource_run_list(struct cli *cli);   // GET path, every page
int resource_run_show(struct cli *cli);   // GET path
int resource_run_create(struct cli *cli); // POST path, what the arguments and flags gave
int resource_run_change(struct cli *cli); // PATCH path, likewise

// The pages of a list, item by item, up to --limit.
int resource_list(struct cli *cli, const struct resource *resource, const char *path, const char *query);

// Says what was written (on a terminal in words, else as data); the exit code.
int resource_tell_done(struct cli *cli, const struct json *item);

// GET path; NULL after a problem was told, its exit code in `code`.
const struct json *resource_get(struct cli *cli, const char *path, const char *subject, int *code);

// GET path without a word when it fails: NULL.
const struct json *resource_peek(struct cli *cli, const char *path);

// The subject of the command: "ticket/42" where its first argument is a ticket, "program/PAY" and so on; else NULL.
const char *resource_subject(const struct cli *cli);

#endif
