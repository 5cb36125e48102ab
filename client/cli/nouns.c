// SPDX-License-Identifier: Apache-2.0
// The nouns of THE COMMAND TABLE, in the order in which help tells them.
#include "base/msgid.h"
#include "cli/command.h"

const struct noun nouns[] = {
    {"ticket", "tickets t", N_("Maintenance requests: file, follow, move")},
    {"program", "programs", N_("The register of programs and who is designated for them")},
    {"person", "people persons user users", N_("Accounts, roles and tokens")},
    {"audit", NULL, N_("The audit record")},
    {"export", NULL, N_("Everything of one kind as CSV, JSON Lines or a workbook")},
    {"import", NULL, N_("People, programs, readings and tickets from a file")},
    {"report", "reports", N_("Measures of maintenance, from the record")},
    {"review", "reviews", N_("Record reviews: a sample of closed records, judged for an auditor")},
    {"workflow", NULL, N_("The workflow: states, actions, fields")},
    {"login", NULL, N_("Log in to a server and remember it")},
    {"logout", NULL, N_("End the session, or forget the token")},
    {"whoami", NULL, N_("Who am I, and what are my roles")},
    {"api", NULL, N_("Any request to the API")},
    {"completion", NULL, N_("Completion script for a shell")},
    {"help", NULL, N_("Help on any command")},
    {"version", NULL, N_("Version of this program")},
    {NULL},
};
