// SPDX-License-Identifier: Apache-2.0
// weihud: what it is asked to do on the command line.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "jobs/archive.h"
#include "jobs/key_file.h"
#include "run.h"
#include "store/ledger.h"
#include "store/setup.h"

#define OVERRIDES_MOST 32
#define MEMORY_KEPT (4 << 20) // bytes, of each thread

enum { EXIT_FAULT = 1, EXIT_USAGE = 2 };

struct request { // the command line as read
	const char *config, *name, *token_file;
	const char *overrides[OVERRIDES_MOST + 1];
	int override_count;
	const char *words[3];
	int word_count;
};

typedef int command_run(struct site *site, const struct request *request);

static int faults_tell(const struct site *site)
{
	for (const struct fault *fault = site->faults.first; fault != NULL; fault = fault->next)
		fprintf(stderr, "%s: %s\n", fault->field, fault->message);
	return site->faults.count > 0 ? EXIT_FAULT : EXIT_SUCCESS;
}

static int command_serve(struct site *site, const struct request *request)
{
	(void)request;
	return service_run(site) ? EXIT_SUCCESS : faults_tell(site);
}

static int command_migrate(struct site *site, const struct request *request)
{
	(void)request;
	if (!site_open_database(site) || !site_migrate(site))
		return faults_tell(site);
	return EXIT_SUCCESS;
}

static int command_check(struct site *site, const struct request *request)
{
	(void)request;
	bool files = site_check_files(site), sound = site_check_tls(site) && files;

	if (sound && *site->settings.dsn != '\0')
		sound = site_open_database(site) && site_check_database(site);
	if (sound)
		puts("the configuration is sound");
	return faults_tell(site);
}

static int command_settings(struct site *site, const struct request *request)
{
	(void)site;
	(void)request;
	settings_print(stdout);
	return EXIT_SUCCESS;
}

static int command_routes(struct site *site, const struct request *request)
{
	struct buffer out;

	(void)request;
	buffer_init(&out, site->arena);
	routes_print(&out);
	fputs(out.bytes, stdout);
	return EXIT_SUCCESS;
}

// The token is in its file before it counts: a crash between leaves a useless file, never a lost token.
static bool token_write(const char *file, const char *token, struct faults *faults)
{
	int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out = descriptor < 0 ? NULL : fdopen(descriptor, "w");

	if (out == NULL || fchmod(descriptor, 0600) != 0 || fprintf(out, "%s\n", token) < 0 || fclose(out) != 0) {
		faults_add(faults, file, "write", "cannot write the token: %s", strerror(errno));
		return false;
	}
	return true;
}

static int command_admin(struct site *site, const struct request *request)
{
	if (request->word_count != 3 || strcmp(request->words[1], "create") != 0 || request->token_file == NULL) {
		fprintf(stderr, "weihud: say: weihud admin create LOGIN --name NAME --token-file FILE\n");
		return EXIT_USAGE;
	}
	const char *login = request->words[2], *token = random_token(site->arena);
	const struct digest_part part = {token, strlen(token)};
	if (!site_open_database(site) || (site->cluster != NULL && !site_migrate(site)) ||
	    !token_write(request->token_file, token, &site->faults) ||
	    !setup_admin(site->owner_dsn, login, request->name == NULL ? login : request->name,
	        digest_hex(site->arena, &part, 1), site->arena, &site->faults))
		return faults_tell(site);
	printf("%s is an administrator; the token is in %s\n", login, request->token_file);
	return EXIT_SUCCESS;
}

static int command_key(struct site *site, const struct request *request)
{
	const char *deed = request->words[1], *file = request->words[2];
	bool named = request->word_count == 3;
	bool done = false;

	if (named && strcmp(deed, "create") == 0)
		done = key_file_create(file, request->name == NULL ? "localhost/weihu" : request->name, site->arena,
		    &site->faults);
	else if (named && strcmp(deed, "rotate") == 0)
		done = key_file_rotate(file, site->arena, &site->faults);
	else if (named && strcmp(deed, "retire") == 0)
		done = key_file_retire(file, site->arena, &site->faults);
	else if (!named || strcmp(deed, "show") != 0) {
		fprintf(stderr,
		    "weihud: say: weihud key create FILE --name example.org/weihu, or rotate, retire, show FILE\n");
		return EXIT_USAGE;
	} else
		done = true;
	struct keys keys;
	if (!done || !key_file_read(file, &keys, site->arena, &site->faults))
		return faults_tell(site);
	for (size_t i = 0; i < keys.count; i++)
		printf("%s\n", key_print(&keys.list[i], site->arena));
	return EXIT_SUCCESS;
}

static int command_erase(struct site *site, const struct request *request)
{
	uint64_t erased;

	if (request->word_count != 2) {
		fprintf(stderr, "weihud: say: weihud erase LOGIN\n");
		return EXIT_USAGE;
	}
	struct ledger *ledger =
	    site_open_database(site) ? ledger_open(site->owner_dsn, "weihud-erase", &site->faults) : NULL;
	bool done = ledger != NULL && ledger_erase(ledger, request->words[1], &erased, &site->faults);
	ledger_close(ledger);
	if (!done)
		return faults_tell(site);
	printf("%llu values about %s are erased; every proof still holds\n", (unsigned long long)erased,
	    request->words[1]);
	return EXIT_SUCCESS;
}

static int command_archive(struct site *site, const struct request *request)
{
	uint64_t taken;

	if (request->word_count != 2) {
		fprintf(stderr, "weihud: say: weihud archive FOLDER, of weihu audit export --bundle FOLDER\n");
		return EXIT_USAGE;
	}
	if (!site_open_database(site))
		return faults_tell(site);
	char before[MOMENT_TEXT];
	const struct archiving archiving = {.folder = request->words[1],
	    .before = moment_print(clock_now() - site->settings.retention_days * MOMENT_DAY, before)};
	if (!archive_run(site->owner_dsn, &archiving, &taken, site->arena, &site->faults))
		return faults_tell(site);
	printf("%llu leaves are in %s alone from now on; keep it\n", (unsigned long long)taken, archiving.folder);
	return EXIT_SUCCESS;
}

// THE COMMAND TABLE.
static const struct command {
	const char *name, *help;
	command_run *run;
} commands[] = {
    {"run", "serve (what weihud does without a command)", command_serve},
    {"migrate", "bring the database's schema and the registered workflow up to date", command_migrate},
    {"check", "say whether all of the configuration is sound", command_check},
    {"admin", "admin create LOGIN --name NAME --token-file FILE: the first administrator", command_admin},
    {"key", "key create FILE --name NAME: the audit log's key; key rotate, retire, show FILE", command_key},
    {"erase", "erase LOGIN: forget a person's name, email and addresses; the record still verifies", command_erase},
    {"archive", "archive FOLDER: take events out of the database that are old enough and in this exported log",
        command_archive},
    {"settings", "print the table of settings", command_settings},
    {"routes", "print the table of routes", command_routes},
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static void usage_print(FILE *out)
{
	fputs("Usage: weihud [COMMAND] [--config FILE] [--set KEY=VALUE]...\n\nCommands:\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\nOptions:\n"
	      "  --config FILE     settings in YAML\n"
	      "  --set KEY=VALUE   a setting that counts before the file's and the environment's\n"
	      "  --name NAME, --token-file FILE   for admin create\n"
	      "  --help            this text\n"
	      "\nExamples:\n"
	      "  weihud --set data=/srv/weihu --set listen=127.0.0.1:8420\n"
	      "  weihud check --config /etc/weihu/settings.yaml\n",
	    out);
}

static const struct command *command_named(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

enum { OPTION_CONFIG = 256, OPTION_SET, OPTION_NAME, OPTION_TOKEN_FILE, OPTION_HELP };

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"set", required_argument, NULL, OPTION_SET},
    {"name", required_argument, NULL, OPTION_NAME},
    {"token-file", required_argument, NULL, OPTION_TOKEN_FILE},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static bool request_take(struct request *request, int option)
{
	switch (option) {
	case OPTION_CONFIG: request->config = optarg; return true;
	case OPTION_NAME: request->name = optarg; return true;
	case OPTION_TOKEN_FILE: request->token_file = optarg; return true;
	case OPTION_SET:
		if (request->override_count < OVERRIDES_MOST)
			request->overrides[request->override_count++] = optarg;
		return true;
	default: return false;
	}
}

// Pages of lists and exports come and go: what one took is kept for the next, instead of being given back and asked for
// page by page of memory. And all threads have one heap: in one of its own the sealer left gaps, a megabyte in an hour.
// Should this be refused, it only costs time and memory.
static void memory_keep(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
	(void)mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT / 2);
	(void)mallopt(M_ARENA_MAX, 1);
}

int main(int count, char **arguments)
{
	struct request request = {0};
	struct site site;
	int option;

	memory_keep();
	while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
		if (request_take(&request, option))
			continue;
		usage_print(option == OPTION_HELP ? stdout : stderr);
		return option == OPTION_HELP ? EXIT_SUCCESS : EXIT_USAGE;
	}
	for (; optind < count && request.word_count < 3; optind++)
		request.words[request.word_count++] = arguments[optind];
	const struct command *command = command_named(request.word_count > 0 ? request.words[0] : "run");
	if (command == NULL || optind < count) {
		fprintf(stderr, "weihud: there is no command %s\n", request.words[0]);
		usage_print(stderr);
		return EXIT_USAGE;
	}
	int status =
	    site_open(&site, request.config, request.overrides) ? command->run(&site, &request) : faults_tell(&site);
	site_close(&site);
	return status;
}
