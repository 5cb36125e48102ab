// SPDX-License-Identifier: Apache-2.0
// Reading a log from a folder or over the web, and writing it to a folder.
#include "cli/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "audit/canon.h"
#include "cli/file.h"
#include "cli/http.h"
#include "cli/problem.h"
#include "cli/say.h"
#include "cli/url.h"

#define MAPPED_LEAST (1 << 20) // larger files are not copied into memory

static const char *folder_read(void *context, const char *path, size_t *length, struct arena *arena)
{
	const struct bundle *bundle = context;
	FILE *in = fopen(arena_print(arena, "%s/%s", bundle->place, path), "re");
	struct stat state;

	if (!in)
		return NULL;
	bool sized = fstat(fileno(in), &state) == 0 && S_ISREG(state.st_mode);
	if (sized && state.st_size >= MAPPED_LEAST) {
		void *mapped = mmap(NULL, (size_t)state.st_size, PROT_READ, MAP_PRIVATE, fileno(in), 0);
		*length = (size_t)state.st_size;
		fclose(in);
		return mapped == MAP_FAILED ? NULL : mapped; // until the program ends
	}
	char *bytes = sized ? arena_take(arena, (size_t)state.st_size + 1) : NULL;
	*length = sized ? fread(bytes, 1, (size_t)state.st_size, in) : 0;
	bool whole = sized && *length == (size_t)state.st_size;
	fclose(in);
	return whole ? bytes : NULL;
}

static const char *web_read(void *context, const char *path, size_t *length, struct arena *arena)
{
	struct bundle *bundle = context;
	if (text_equals(path, "openings.jsonl") && bundle->openings) {
		*length = strlen(bundle->openings);
		return bundle->openings;
	}
	if (text_equals(path, "audit.csv"))
		return NULL;
	const char *address = arena_print(arena, "%s/%s", bundle->place, path);
	struct answer answer = http_ask(bundle->cli, arena, &(struct request){.method = "GET", .path = address});
	if (answer.code != LEAVE_OK) {
		if (answer.code != LEAVE_NOT_FOUND && bundle->code == LEAVE_OK)
			bundle->code = problem_tell(bundle->cli, &answer, &(struct subject){.name = NULL});
		return NULL;
	}
	*length = answer.length;
	return answer.body;
}

void bundle_of_folder(struct bundle *bundle, struct cli *cli, const char *folder)
{
	*bundle = (struct bundle){.cli = cli, .place = folder, .files = {folder_read, NULL}};
	bundle->files.context = bundle;
}

void bundle_of_web(struct bundle *bundle, struct cli *cli, const char *prefix)
{
	*bundle = (struct bundle){.cli = cli, .place = prefix, .files = {web_read, NULL}};
	bundle->files.context = bundle;
}

// One page of openings as lines; the next cursor, or NULL. `code` when it cannot be had.
static const char *openings_page(struct cli *cli, const char *cursor, bundle_take *take, void *context, int *code)
{
	struct arena *arena = arena_new();
	struct buffer query, lines;
	buffer_init(&lines, arena);
	buffer_init(&query, arena);
	url_add_query(&query, "limit", "500");
	if (cursor)
		url_add_query(&query, "cursor", cursor);
	const char *path = arena_print(arena, "/v1/audit/openings%s", query.bytes), *next = NULL;
	struct answer answer = http_ask(cli, arena, &(struct request){.method = "GET", .path = path});
	*code = answer.code;
	if (answer.code == LEAVE_OK && answer.json) {
		const struct json *items = json_member(answer.json, "items");
		for (const struct json *item = items ? items->first : NULL; item; item = item->next) {
			buffer_add_text(&lines, canon_text(arena, item));
			buffer_add_char(&lines, '\n');
		}
		if (!take(context, lines.bytes, lines.length))
			*code = LEAVE_OTHER;
		next = arena_copy(cli->arena, json_text(json_member(answer.json, "next")));
	} else {
		*code = problem_tell(cli, &answer, &(struct subject){.name = NULL});
	}
	arena_free(arena);
	return next;
}

bool bundle_openings(struct bundle *bundle, bundle_take *take, void *context)
{
	const char *cursor = NULL;
	do
		cursor = openings_page(bundle->cli, cursor, take, context, &bundle->code);
	while (cursor && bundle->code == LEAVE_OK);
	return bundle->code == LEAVE_OK;
}

static bool add_lines(void *context, const char *bytes, size_t length)
{
	buffer_add(context, bytes, length);
	return true;
}

bool bundle_of_server(struct bundle *bundle, struct cli *cli)
{
	struct buffer lines;
	buffer_init(&lines, cli->arena);
	bundle_of_web(bundle, cli, "/v1/audit");
	if (!bundle_openings(bundle, add_lines, &lines))
		return false;
	bundle->openings = lines.bytes;
	return true;
}

static bool make_folders(const char *path, struct arena *arena)
{
	char *folder = arena_copy(arena, path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0777) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

FILE *bundle_create(const struct bundle *bundle, const char *path, struct arena *arena)
{
	const char *file = arena_print(arena, "%s/%s", bundle->place, path);
	FILE *out = make_folders(file, arena) ? fopen(file, "we") : NULL;
	if (!out)
		say(_("cannot write %s: %s"), file, strerror(errno));
	return out;
}

bool bundle_write(const struct bundle *bundle, const char *path, const char *bytes, size_t length, struct arena *arena)
{
	const char *file = arena_print(arena, "%s/%s", bundle->place, path);
	FILE *out = make_folders(file, arena) ? fopen(file, "we") : NULL;
	bool written = out && fwrite(bytes, 1, length, out) == length;
	if (out && fclose(out) != 0)
		written = false;
	if (!written)
		say(_("cannot write %s: %s"), file, strerror(errno));
	return written;
}

static bool keys_take(struct bundle *bundle, const char *text, const char *name, struct keys *keys)
{
	struct faults faults;
	faults_init(&faults, bundle->cli->arena);
	if (keys_read(text, name, keys, bundle->cli->arena, &faults))
		return true;
	say(_("%s holds no verifier key (NAME+ID+BASE64)"), name);
	return false;
}

bool bundle_keys(struct bundle *bundle, struct keys *keys, bool *own)
{
	const char *given = cli_flag(bundle->cli, "key"), *text = NULL;
	size_t length;
	*own = !given;
	if (given) {
		text = file_read(bundle->cli->arena, given);
		return text && keys_take(bundle, text, given, keys);
	}
	text = bundle->files.read(bundle, "key", &length, bundle->cli->arena);
	if (!text)
		text = bundle->files.read(bundle, "keys", &length, bundle->cli->arena);
	if (text)
		return keys_take(bundle, text, "key", keys);
	say(_("no key is there: name the log's verifier key with --key FILE"));
	return false;
}
