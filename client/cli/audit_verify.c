// SPDX-License-Identifier: Apache-2.0
// weihu audit verify: everything that a log's files and a key can prove, and what they cannot, on one page.
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/proof_file.h"
#include "audit/timestamp.h"
#include "audit/verify.h"
#include "cli/audit_live.h"
#include "cli/bundle.h"
#include "cli/file.h"
#include "cli/handlers.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/safe.h"
#include "cli/say.h"

#define FAULTS_SHOWN 40

struct verifying {
	struct cli *cli;
	struct bundle bundle;
	struct keys keys;
	bool own_key;
	int pins;
	struct verification verification;
	struct live *live; // or NULL
	bool folder;       // the log is in one, and may have anchors
	int cosigned, dated, proofs;
	struct key witness; // of --witness
	const char *latest; // the time of the last timestamp
};

static void line(const struct verifying *verifying, bool proved, const char *text)
{
	fprintf(verifying->cli->out, "  %s %s\n", proved ? "✓" : "–", text);
}

#define LINE(verifying, proved, ...) line(verifying, proved, arena_print((verifying)->cli->arena, __VA_ARGS__))

static void print_faults(const struct verifying *verifying)
{
	const struct faults *faults = &verifying->verification.faults;
	size_t shown = 0;
	fprintf(verifying->cli->out, _("REFUSED: %zu faults\n"), faults->count);
	for (const struct fault *fault = faults->first; fault && shown < FAULTS_SHOWN; fault = fault->next, shown++)
		fprintf(verifying->cli->out, "  ✗ [%s] %s: %s\n", fault->code,
		    safe_line(verifying->cli->arena, fault->field), safe_line(verifying->cli->arena, fault->message));
	if (shown < faults->count)
		fprintf(verifying->cli->out, _("  … and %zu more\n"), faults->count - shown);
}

static void print_proved(const struct verifying *verifying)
{
	const struct verification *found = &verifying->verification;
	fprintf(verifying->cli->out, _("\nProved by this key and these files alone:\n"));
	LINE(verifying, true, _("the checkpoint of %" PRIu64 " leaves is signed by %s"), found->opened.checkpoint.size,
	    key_print(found->opened.key, verifying->cli->arena));
	LINE(verifying, true, _("%" PRIu64 " leaves, as written, make exactly the signed tree; every tile agrees"),
	    found->leaves);
	LINE(verifying, true,
	    _("each leaf names the one before it of its object; versions of all %zu objects have no gap"),
	    found->replay.objects.count);
	LINE(verifying, true,
	    _("%" PRIu64
	      " tickets, replayed, moved only along edges of their workflow; every old value is the one before"),
	    found->replay.tickets);
	LINE(verifying, true, _("%" PRIu64 " values fit their commitments"), found->openings.opened);
	if (found->attachments > 0)
		LINE(verifying, true, _("%" PRIu64 " attached files, by their SHA-256"), found->attachments);
	if (found->has_csv)
		LINE(verifying, true, "%s", _("audit.csv says what the leaves say"));
	if (verifying->proofs > 0)
		LINE(verifying, true,
		    _("%d proof files hold all leaves of their tickets, each with its way to the root"),
		    verifying->proofs);
	if (verifying->pins > 0)
		LINE(verifying, true, _("%d older checkpoints that you kept are of the same log, which only grew"),
		    verifying->pins);
	if (verifying->cosigned > 0)
		LINE(verifying, true, _("%d cosignatures of %s are on checkpoints of this log"), verifying->cosigned,
		    verifying->witness.name);
	if (verifying->dated > 0)
		LINE(verifying, true,
		    _("%d timestamps are of checkpoints of this log, the last of %s; whether to trust who made them, "
		      "openssl "
		      "ts -verify -data anchors/N.checkpoint -in anchors/N.tsr -CAfile … tells"),
		    verifying->dated, verifying->latest);
	if (verifying->live)
		live_print(verifying->live, verifying->cli);
}

static void print_not_proved(const struct verifying *verifying)
{
	const struct verification *found = &verifying->verification;
	fprintf(verifying->cli->out, _("\nNot proved:\n"));
	if (verifying->own_key)
		LINE(verifying, false, "%s",
		    _("that the key is the right one: it came with the log. Compare it with one from elsewhere "
		      "(--key)"));
	if (verifying->pins == 0 && verifying->cosigned == 0)
		LINE(verifying, false, "%s",
		    _("that the log was not rewritten as a whole by who holds the key: give a checkpoint that you kept "
		      "(weihu audit pin, --against), or see anchors/"));
	if (found->archived > 0)
		LINE(verifying, false, _("what %" PRIu64 " archived leaves say: only their hashes are here"),
		    found->archived);
	if (found->openings.closed > 0)
		LINE(verifying, false, _("%" PRIu64 " values that were erased or not given: only commitments are here"),
		    found->openings.closed);
	if (found->replay.hidden > 0)
		LINE(verifying, false,
		    _("what was written into %" PRIu64
		      " tickets that you may not read: their moves are proved, items and measures leave them out"),
		    found->replay.hidden);
	LINE(verifying, false, "%s",
	    _("that what people entered is true, and that nothing happened that was never entered"));
}

static void print_measures(const struct verifying *verifying)
{
	struct buffer figures;
	buffer_init(&figures, verifying->cli->arena);
	report_measures(&verifying->verification.replay, &figures);
	fprintf(verifying->cli->out, _("\nMeasures, computed from the leaves alone:\n"));
	fputs(safe_lines(verifying->cli->arena, figures.bytes), verifying->cli->out);
}

static void print_page(const struct verifying *verifying)
{
	const struct verification *found = &verifying->verification;
	const char *origin =
	    found->opened.key ? safe_line(verifying->cli->arena, found->opened.checkpoint.origin) : "?";
	fprintf(verifying->cli->out, _("Audit log %s\n"), origin);
	if (found->faults.count > 0) {
		print_faults(verifying);
		return;
	}
	fprintf(verifying->cli->out, _("VERIFIED\n"));
	print_proved(verifying);
	print_not_proved(verifying);
	print_measures(verifying);
}

static int print_json(const struct verifying *verifying)
{
	const struct verification *found = &verifying->verification;
	struct json_out json;
	struct faults faults;
	json_out_init(&json, verifying->cli->arena);
	json_begin(&json, NULL, '{');
	json_add_bool(&json, "verified", found->faults.count == 0);
	json_add_text(&json, "origin", found->opened.key ? found->opened.checkpoint.origin : NULL);
	json_add_int(&json, "size", found->opened.key ? (int64_t)found->opened.checkpoint.size : 0);
	json_add_int(&json, "leaves", (int64_t)found->leaves);
	json_add_int(&json, "archived", (int64_t)found->archived);
	json_add_int(&json, "tickets", (int64_t)found->replay.tickets);
	json_add_int(&json, "opened", (int64_t)found->openings.opened);
	json_add_int(&json, "closed", (int64_t)found->openings.closed);
	json_add_int(&json, "attachments", (int64_t)found->attachments);
	json_add_int(&json, "hidden_tickets", (int64_t)found->replay.hidden);
	json_add_int(&json, "pins", verifying->pins);
	json_add_int(&json, "proofs", verifying->proofs);
	json_add_bool(&json, "own_key", verifying->own_key);
	json_begin(&json, "faults", '[');
	for (const struct fault *fault = found->faults.first; fault; fault = fault->next) {
		json_begin(&json, NULL, '{');
		json_add_text(&json, "code", fault->code);
		json_add_text(&json, "place", fault->field);
		json_add_text(&json, "message", fault->message);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
	faults_init(&faults, verifying->cli->arena);
	return output_one(verifying->cli, NULL,
	    json_read(verifying->cli->arena, json.out.bytes, json.out.length, &faults));
}

static bool check_pins(struct verifying *verifying)
{
	struct cli *cli = verifying->cli;
	for (size_t i = 0; i < cli->given_count; i++) {
		if (!text_equals(cli->given[i].flag->name, "against"))
			continue;
		const char *note = file_read(cli->arena, cli->given[i].value);
		if (!note)
			return false;
		verifying->pins += verify_pin(&verifying->verification, cli->given[i].value, note, strlen(note));
	}
	return true;
}

// Anchors of a bundle, numbered from 1.

static void check_witness(struct verifying *verifying, const char *name, const char *text, size_t length)
{
	struct verification *found = &verifying->verification;
	struct note note;
	if (!verify_pin(found, name, text, length) || !verifying->witness.name)
		return;
	if (note_split(text, length, &note, verifying->cli->arena) &&
	    note_signed(&note, &verifying->witness, NULL) == SIGNED)
		verifying->cosigned++;
	else
		faults_add(&found->faults, name, "witness", "is not cosigned by %s", verifying->witness.name);
}

static void check_timestamp(struct verifying *verifying, const char *name, const char *token, size_t token_length)
{
	size_t length;
	struct arena *arena = verifying->cli->arena;
	const char *path = arena_print(arena, "%.*scheckpoint", (int)(strrchr(name, '.') + 1 - name), name);
	const char *text = verifying->bundle.files.read(&verifying->bundle, path, &length, arena), *when;
	if (!text || !timestamp_grants((const unsigned char *)token, token_length, text, &when, arena))
		faults_add(&verifying->verification.faults, name, "timestamp",
		    "is no timestamp of the checkpoint beside it");
	else if (verify_pin(&verifying->verification, path, text, length)) {
		verifying->dated++;
		verifying->latest = when;
	}
}

static bool check_anchors(struct verifying *verifying)
{
	struct arena *arena = verifying->cli->arena;
	const char *witness = cli_flag(verifying->cli, "witness");
	if (witness && !key_read(witness, &verifying->witness, arena)) {
		say(_("%s holds no verifier key (NAME+ID+BASE64)"), "--witness");
		return false;
	}
	for (int number = 1; verifying->folder; number++) {
		size_t length;
		const char *name = arena_print(arena, "anchors/%d.witness", number);
		const char *bytes = verifying->bundle.files.read(&verifying->bundle, name, &length, arena);
		if (bytes) {
			check_witness(verifying, name, bytes, length);
			continue;
		}
		name = arena_print(arena, "anchors/%d.tsr", number);
		bytes = verifying->bundle.files.read(&verifying->bundle, name, &length, arena);
		if (!bytes)
			break;
		check_timestamp(verifying, name, bytes, length);
	}
	return true;
}

// Proof files of a bundle, whatever they are called.
static void check_proofs(struct verifying *verifying)
{
	struct arena *arena = verifying->cli->arena;
	DIR *folder = verifying->folder ? opendir(arena_print(arena, "%s/proofs", verifying->bundle.place)) : NULL;
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		size_t length;
		const char *name = arena_print(arena, "proofs/%s", entry->d_name);
		const char *text = *entry->d_name == '.'
		    ? NULL
		    : verifying->bundle.files.read(&verifying->bundle, name, &length, arena);
		if (text)
			verifying->proofs += proof_file_check(&verifying->verification, name, text, length);
	}
	if (folder)
		closedir(folder);
}

static bool write_items(const struct verifying *verifying)
{
	const char *file = cli_flag(verifying->cli, "items");
	struct buffer items;
	if (!file)
		return true;
	buffer_init(&items, verifying->cli->arena);
	report_items(&verifying->verification.replay, &items);
	return file_write_secret(verifying->cli->arena, file, items.bytes);
}

static bool is_web(const char *place)
{
	return text_starts(place, "http://") || text_starts(place, "https://");
}

// A token is for the server it was kept for, and for no other.
static void open_web(struct verifying *verifying, const char *address)
{
	struct cli *cli = verifying->cli;
	if (!profile_settle(cli) || !text_starts(address, cli->server))
		cli->token = NULL;
	cli->server = address;
	bundle_of_web(&verifying->bundle, cli, "");
}

static int open_log(struct verifying *verifying)
{
	struct cli *cli = verifying->cli;
	bool live = cli_is(cli, "live");
	if (live == (cli->arg_count == 1))
		return cli_usage(cli, _("say which log: a folder, a web address, or --live"));
	if (!live && is_web(cli->args[0])) {
		open_web(verifying, cli->args[0]);
	} else if (!live) {
		bundle_of_folder(&verifying->bundle, cli, cli->args[0]);
		verifying->folder = true;
	} else {
		if (!profile_settle(cli))
			return LEAVE_LOGIN;
		if (!bundle_of_server(&verifying->bundle, cli))
			return verifying->bundle.code;
		verifying->bundle.files.context = &verifying->bundle;
		verifying->live = live_new(cli, &verifying->verification);
	}
	return LEAVE_OK;
}

int audit_verify_run(struct cli *cli)
{
	struct verifying verifying = {.cli = cli};
	int code = open_log(&verifying);
	if (code != LEAVE_OK)
		return code;
	if (!bundle_keys(&verifying.bundle, &verifying.keys, &verifying.own_key))
		return verifying.bundle.code ? verifying.bundle.code : LEAVE_OTHER;
	verification_init(&verifying.verification, &verifying.bundle.files, &verifying.keys, cli->arena);
	if (verifying.live)
		live_watch(verifying.live);
	verify_log(&verifying.verification);
	if (verifying.bundle.code != LEAVE_OK)
		return verifying.bundle.code;
	if (verifying.live && (code = live_compare(verifying.live)) != LEAVE_OK)
		return code;
	check_proofs(&verifying);
	if (!check_pins(&verifying) || !check_anchors(&verifying) || !write_items(&verifying))
		return LEAVE_OTHER;
	if (output_is(cli, "json"))
		print_json(&verifying);
	else
		print_page(&verifying);
	return verifying.verification.faults.count == 0 ? LEAVE_OK : LEAVE_OTHER;
}
