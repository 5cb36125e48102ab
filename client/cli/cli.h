// SPDX-License-Identifier: Apache-2.0
// One run of the command line: what was asked, of which server, and where the answer goes.
#ifndef WEIHU_CLI_CLI_H
#define WEIHU_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/command.h"

#ifndef WEIHU_VERSION
#define WEIHU_VERSION "0.1.0"
#endif

enum leave { // exit codes; scripts rely on them
	LEAVE_OK = 0,
	LEAVE_OTHER = 1,
	LEAVE_USAGE = 2,
	LEAVE_LOGIN = 3,
	LEAVE_FORBIDDEN = 4,
	LEAVE_NOT_FOUND = 5,
	LEAVE_CONFLICT = 6,
	LEAVE_FIELDS = 7,
	LEAVE_NETWORK = 8
};

struct given_flag {
	const struct flag *flag;
	const char *value; // "false" for --no-NAME
};

struct cli {
	struct arena *arena;
	const struct command *command;
	const char **args;
	size_t arg_count;
	struct given_flag *given;
	size_t given_count;

	const char *server, *token, *ca_file; // as settled by profile_settle()
	const char *profile;                  // its name
	struct http *http;

	FILE *out;           // all data goes here; see screen.h
	struct buffer notes; // for standard error, behind the data
	bool terminal;       // standard output is one
	bool interactive;    // questions may be asked
	bool colour;
	bool verbose;
	size_t width; // columns of the terminal
};

// The value of the flag called `name` (the last one given), or NULL.
const char *cli_flag(const struct cli *cli, const char *name);

// True if a flag without value was given and not taken back by --no-NAME.
bool cli_is(const struct cli *cli, const char *name);

// Flags of PLACE_QUERY as "?a=b&c=d" (a repeated one joined by commas), `more` appended; "" when there are none.
const char *cli_query(const struct cli *cli, const char *more);

// True for the first of several flags of one kind: the others join it. Their values with commas between.
bool cli_is_first(const struct cli *cli, size_t index);
const char *cli_joined(const struct cli *cli, size_t index);

// A line for standard error that is to stand behind the data.
void cli_note(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// True if a question may be asked: on a terminal, and not forbidden by --no-input.
bool cli_may_ask(const struct cli *cli);

// Reads argv into `cli`; LEAVE_OK, or the exit code after a complaint.
int cli_parse(struct cli *cli, int argc, char **argv);

// Complains about the command line and points to the help.
int cli_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
