// SPDX-License-Identifier: Apache-2.0
// Command lines, a word a line: weihu's by THE COMMAND TABLE, and each word as a setting of weihud's.
#include <string.h>

#include "cli/cli.h"
#include "cli/when.h"
#include "config/settings.h"
#include "fuzz.h"

#define WORDS_MOST 64

static int split(char *text, char **words)
{
	int count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(text, "\n", &rest); word != NULL && count < WORDS_MOST;
	     word = strtok_r(NULL, "\n", &rest))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static void check_given(const struct cli *cli)
{
	for (size_t i = 0; i < cli->given_count; i++)
		demand(cli->given[i].flag != NULL && cli->given[i].value != NULL, "a flag has its value");
	for (size_t i = 0; i < cli->arg_count; i++)
		demand(cli->args[i] != NULL, "an argument is there");
}

static void read_command(struct arena *arena, int count, char **words)
{
	struct cli cli = {.arena = arena};
	char *argv[WORDS_MOST + 2] = {"weihu"};

	memcpy(argv + 1, words, ((size_t)count + 1) * sizeof(*words));
	int code = cli_parse(&cli, count + 1, argv);
	demand(code == LEAVE_OK || code == LEAVE_USAGE, "a command line is right or wrong");
	if (code != LEAVE_OK)
		return;
	demand(cli.command != NULL, "a right one names a command");
	check_given(&cli);
	(void)cli_query(&cli, "");
}

static void read_settings(struct arena *arena, int count, char **words)
{
	struct settings settings;
	struct faults faults;

	faults_init(&faults, arena);
	bool loaded = settings_load(&settings, NULL, (const char *const *)words, arena, &faults);
	demand(loaded == (faults.count == 0), "settings are right, or there are complaints");
	demand(count > 0 || loaded, "the defaults are right");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new();
	char *text = arena_copy_bytes(arena, (const char *)bytes, length), *words[WORDS_MOST + 1];
	int count = split(text, words);

	for (int i = 0; i < count; i++) {
		(void)when_time(arena, words[i]);
		(void)when_day(arena, words[i]);
		(void)when_minutes(arena, words[i]);
		(void)when_shown(arena, words[i]);
	}
	read_settings(arena, count, words);
	read_command(arena, count, words);
	arena_free(arena);
	return 0;
}
