// SPDX-License-Identifier: Apache-2.0
// weihu ticket attach, fetch: files beside a ticket.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "cli/file.h"
#include "cli/handlers.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/ticket.h"
#include "cli/url.h"

static const struct {
	const char *ending, *type;
} types[] = {
    {".txt", "text/plain"},
    {".log", "text/plain"},
    {".csv", "text/csv"},
    {".json", "application/json"},
    {".pdf", "application/pdf"},
    {".zip", "application/zip"},
    {".gz", "application/gzip"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(dot, types[i].ending) == 0)
			return types[i].type;
	return "application/octet-stream";
}

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	return slash ? slash + 1 : file;
}

static const struct json *attach_one(struct cli *cli, const char *file, const void *id, int *code)
{
	const char *given = cli_flag(cli, "name"), *name = given ? given : base_name(file);
	struct buffer query;
	buffer_init(&query, cli->arena);
	url_add_query(&query, "name", name);
	if (cli_flag(cli, "internal"))
		url_add_query(&query, "internal", cli_flag(cli, "internal"));
	struct request request = {.method = "POST",
	    .path = ticket_path(cli, id, arena_print(cli->arena, "/attachments%s", query.bytes)),
	    .type = type_of(name)};
	request.body = file_read_bytes(cli->arena, file, &request.length);
	*code = LEAVE_OTHER;
	if (!request.body)
		return NULL;
	struct answer answer = http_ask(cli, cli->arena, &request);
	*code = answer.code;
	if (answer.code != LEAVE_OK)
		problem_tell(cli, &answer,
		    &(struct subject){.name = arena_print(cli->arena, "%s: %s", ticket_name(cli, id), name)});
	else if (cli->terminal && !cli_flag(cli, "output"))
		resource_tell_done(cli, answer.json);
	return answer.code == LEAVE_OK ? answer.json : NULL;
}

int ticket_attach_run(struct cli *cli)
{
	const char *name = cli_flag(cli, "name");
	if (name && cli->arg_count > 2)
		return cli_usage(cli, _("--name is for one file"));
	for (size_t i = 1; !name && i < cli->arg_count; i++)
		if (text_equals(cli->args[i], "-"))
			return cli_usage(cli, _("standard input has no name; give --name"));
	return ticket_each(cli, 1, attach_one, cli->args[0]);
}

// The file's name out of "attachment; filename*=UTF-8''…" (RFC 8187); NULL when it is none that may be written to.
static const char *name_sent(struct arena *arena, const char *disposition)
{
	static const char begin[] = "filename*=UTF-8''";
	const char *from = disposition ? strstr(disposition, begin) : NULL;
	struct buffer name;
	unsigned byte;
	buffer_init(&name, arena);
	for (from = from ? from + strlen(begin) : ""; *from && *from != ';'; from++)
		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1 && from[2]) {
			buffer_add_char(&name, (char)byte);
			from += 2;
		} else
			buffer_add_char(&name, *from);
	bool right = name.length > 0 && strlen(name.bytes) == name.length && !strchr(name.bytes, '/') &&
	    name.bytes[0] != '.' && text_is_utf8(name.bytes, name.length);
	return right ? name.bytes : NULL;
}

static bool is_as_recorded(struct cli *cli, const struct answer *answer)
{
	const struct digest_part file = {answer->body, answer->length};
	const char *digest = digest_hex(cli->arena, &file, 1);
	if (text_equals(answer->tag, arena_print(cli->arena, "\"%s\"", digest)))
		return true;
	say(_("what came is not what was attached: its SHA-256 is %s, and %s was recorded; nothing is saved"), digest,
	    answer->tag ? answer->tag : _("none"));
	return false;
}

static int save(struct cli *cli, const struct answer *answer, const char *name)
{
	FILE *file = fopen(name, cli_is(cli, "force") ? "we" : "wxe");
	if (!file && errno == EEXIST)
		say(_("%s is there already; --force overwrites it, --into FILE takes another name"), name);
	else if (!file)
		say(_("%s: %s"), name, strerror(errno));
	if (!file)
		return LEAVE_OTHER;
	bool written = fwrite(answer->body, 1, answer->length, file) == answer->length;
	if (fclose(file) != 0 || !written) {
		say(_("%s: %s"), name, strerror(errno));
		return LEAVE_OTHER;
	}
	cli_note(cli, _("%s: %zu bytes, as they were attached"), name, answer->length);
	return LEAVE_OK;
}

int ticket_fetch_run(struct cli *cli)
{
	const char *into = cli_flag(cli, "into");
	bool out = text_equals(into, "-");
	if (out && cli->terminal)
		return cli_usage(cli, _("a file goes into a file or a pipe"));
	struct request request = {.method = "GET",
	    .path = url_fill(cli->arena, cli->command->path, cli->args, cli->arg_count)};
	struct answer answer = http_ask(cli, cli->arena, &request);
	if (answer.code != LEAVE_OK)
		return problem_tell(cli, &answer, &(struct subject){.name = ticket_name(cli, cli->args[0])});
	if (!is_as_recorded(cli, &answer))
		return LEAVE_OTHER;
	if (out)
		return fwrite(answer.body, 1, answer.length, cli->out) == answer.length ? LEAVE_OK : LEAVE_OTHER;
	const char *name = into ? into : name_sent(cli->arena, answer.name);
	if (!name)
		return cli_usage(cli, _("this file's own name is none to save it under; give --into FILE"));
	return save(cli, &answer, name);
}
