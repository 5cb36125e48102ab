// SPDX-License-Identifier: Apache-2.0
// Which server, which token. The profile file: {default: NAME, profiles: {NAME: {server, token, token_file, ca_file}}}.
#include "cli/profile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/say.h"
#include "cli/yaml_text.h"

const char *profile_path(struct arena *arena)
{
	return file_in_home(arena, "XDG_CONFIG_HOME", ".config", "profiles.yaml");
}

static const char *first_of(const char *a, const char *b, const char *c)
{
	return a && *a ? a : b && *b ? b : c;
}

// The file as a tree; an empty object when there is none, NULL after a complaint.
static const struct json *load(struct arena *arena)
{
	static const struct json nothing = {.type = JSON_OBJECT};
	const char *path = profile_path(arena);
	if (access(path, F_OK) != 0)
		return &nothing;
	const char *text = file_read_secret(arena, path);
	return text ? yaml_text_read(arena, text, path) : NULL;
}

bool profile_is_token(const char *token)
{
	if (text_is_token(token))
		return true;
	say(_("that is no token: it must be one word of printable ASCII"));
	return false;
}

const char *profile_read_token(struct arena *arena, const char *name)
{
	char *text = file_read_secret(arena, name);
	if (!text)
		return NULL;
	while (isspace((unsigned char)*text))
		text++;
	for (size_t end = strlen(text); end > 0 && isspace((unsigned char)text[end - 1]); end--)
		text[end - 1] = '\0';
	return profile_is_token(text) ? text : NULL;
}

// A token named by one source hides those that come after, also when it cannot be read.
static bool settle_token(struct cli *cli, const struct json *profile)
{
	const char *flag_file = cli_flag(cli, "token-file"), *token = getenv("WEIHU_TOKEN");
	const char *file = first_of(getenv("WEIHU_TOKEN_FILE"), NULL, NULL);
	const char *kept = json_text(json_member(profile, "token")),
	           *kept_file = json_text(json_member(profile, "token_file"));
	if (flag_file)
		cli->token = profile_read_token(cli->arena, flag_file);
	else if (token && *token)
		cli->token = profile_is_token(token) ? token : NULL;
	else if (file)
		cli->token = profile_read_token(cli->arena, file);
	else if (kept)
		cli->token = profile_is_token(kept) ? kept : NULL;
	else if (kept_file)
		cli->token = profile_read_token(cli->arena, kept_file);
	else
		return true;
	return cli->token != NULL;
}

// Whole and without a slash at its end. What names no scheme is asked in clear on this machine alone.
static const char *whole_url(struct arena *arena, const char *server)
{
	size_t length = strlen(server);
	while (length > 0 && server[length - 1] == '/')
		length--;
	bool here = text_starts(server, "127.") || text_starts(server, "localhost") || text_starts(server, "[::1]");
	const char *scheme = strstr(server, "://") ? "" : here ? "http://" : "https://";
	return arena_print(arena, "%s%.*s", scheme, (int)length, server);
}

// A token is sent to the server it was kept for and to no other that a flag or the environment may name.
static bool is_for_other_server(const struct cli *cli, const struct json *profile)
{
	const char *kept = json_text(json_member(profile, "server"));
	return kept && !text_equals(whole_url(cli->arena, kept), cli->server);
}

bool profile_settle(struct cli *cli)
{
	const struct json *file = load(cli->arena);
	if (!file)
		return false;
	const char *chosen = first_of(cli_flag(cli, "profile"), getenv("WEIHU_PROFILE"), NULL);
	cli->profile = first_of(chosen, json_text(json_member(file, "default")), "default");
	const struct json *profiles = json_member(file, "profiles");
	const struct json *profile = profiles ? json_member(profiles, cli->profile) : NULL;
	if (chosen && !profile && !text_equals(cli->command->noun, "login")) {
		say(_("there is no profile \"%s\" in %s; make it with: weihu login --profile %s"), chosen,
		    profile_path(cli->arena), chosen);
		return false;
	}
	static const struct json nothing = {.type = JSON_OBJECT};
	if (!profile || profile->type != JSON_OBJECT)
		profile = &nothing;
	const char *kept = json_text(json_member(profile, "server"));
	const char *server = first_of(cli_flag(cli, "server"), getenv("WEIHU_SERVER"), kept);
	cli->server = whole_url(cli->arena, server ? server : PROFILE_SERVER);
	cli->ca_file =
	    first_of(cli_flag(cli, "ca-file"), getenv("WEIHU_CA_FILE"), json_text(json_member(profile, "ca_file")));
	return settle_token(cli, is_for_other_server(cli, profile) ? &nothing : profile);
}

static void add_profile(struct json_out *json, const struct cli *cli, const char *token)
{
	json_begin(json, cli->profile, '{');
	json_add_text(json, "server", cli->server);
	if (cli->ca_file)
		json_add_text(json, "ca_file", cli->ca_file);
	if (token)
		json_add_text(json, "token", token);
	json_end(json, '}');
}

bool profile_keep(struct cli *cli, const char *token)
{
	const struct json *file = load(cli->arena);
	if (!file)
		return false;
	struct json_out json;
	json_out_init(&json, cli->arena);
	json_begin(&json, NULL, '{');
	json_add_text(&json, "default", cli->profile);
	json_begin(&json, "profiles", '{');
	const struct json *profiles = json_member(file, "profiles");
	for (const struct json *profile = profiles ? profiles->first : NULL; profile; profile = profile->next)
		if (!text_equals(profile->key, cli->profile))
			json_add_value(&json, profile->key, profile);
	add_profile(&json, cli, token);
	json_end(&json, '}');
	json_end(&json, '}');
	struct faults faults;
	faults_init(&faults, cli->arena);
	const struct json *tree = json_read(cli->arena, json.out.bytes, json.out.length, &faults);
	return tree && file_write_secret(cli->arena, profile_path(cli->arena), yaml_text_print(cli->arena, tree));
}
