// SPDX-License-Identifier: Apache-2.0
// weihu audit export, weihu audit pin.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/proof_file.h"
#include "cli/bundle.h"
#include "cli/file.h"
#include "cli/handlers.h"
#include "cli/http.h"
#include "cli/problem.h"
#include "cli/resource.h"
#include "cli/say.h"
#include "cli/url.h"

struct chosen {
	const char *ticket;
	struct proof_file *file;
};

struct export
{
	struct cli *cli;
	struct bundle server, folder;
	FILE *csv;
	struct chosen *chosen; // of --ticket
	size_t chosen_count;
	struct keys keys;
	struct verification verification;
};

// A file as the server has it, written where it belongs; the bytes, or NULL after a complaint.
static const char *fetch(struct export *export, const char *path, const char *name, size_t *length, struct arena *arena)
{
	const char *bytes = export->server.files.read(&export->server, path, length, arena);
	if (!bytes) {
		if (export->server.code == LEAVE_OK) {
			say(_("the server has no %s"), path);
			export->server.code = LEAVE_NOT_FOUND;
		}
		return NULL;
	}
	if (bundle_write(&export->folder, name, bytes, *length, arena))
		return bytes;
	export->server.code = LEAVE_OTHER;
	return NULL;
}

static bool fetch_tile(void *context, const struct tile *tile)
{
	struct export *export = context;
	struct arena *arena = arena_new();
	size_t length;
	const char *path = arena_print(arena, "tile/%s", tile_path(tile, arena));
	const char *bytes = export->server.files.read(&export->server, path, &length, arena);
	bool archived = !bytes && tile->level == TILE_ENTRIES && export->server.code == LEAVE_OK;
	bool written = archived || (bytes && bundle_write(&export->folder, path, bytes, length, arena));
	if (!bytes && !archived && export->server.code == LEAVE_OK)
		say(_("the server has no %s, though its log was signed with it: leaves are missing"), path);
	if (!written && export->server.code == LEAVE_OK)
		export->server.code = LEAVE_OTHER;
	arena_free(arena);
	return written;
}

static void take_row(void *context, const struct leaf *leaf)
{
	struct export *export = context;
	struct arena *arena = arena_new();
	struct buffer row;
	buffer_init(&row, arena);
	report_event(leaf, &row);
	fwrite(row.bytes, 1, row.length, export->csv);
	arena_free(arena);
	for (size_t i = 0; leaf && i < export->chosen_count; i++)
		proof_file_take(export->chosen[i].file, leaf);
}

static int tell_faults(const struct verification *verification)
{
	for (const struct fault *fault = verification->faults.first; fault; fault = fault->next)
		say("%s: %s", fault->field, fault->message);
	return LEAVE_OTHER;
}

static bool close_file(struct export *export, FILE *out, const char *path)
{
	bool written = !ferror(out);
	if (fclose(out) == 0 && written)
		return true;
	say(_("cannot write %s: %s"), path, strerror(errno));
	export->server.code = LEAVE_OTHER;
	return false;
}

#define CSV_NEW "audit.csv.new" // until it is whole: the verification would look at it

static bool put_in_place(struct export *export)
{
	struct arena *arena = export->cli->arena;
	const char *draft = arena_print(arena, "%s/" CSV_NEW, export->folder.place);
	if (rename(draft, arena_print(arena, "%s/audit.csv", export->folder.place)) == 0)
		return true;
	say(_("cannot write %s: %s"), draft, strerror(errno));
	return false;
}

// Verifies what was fetched, and writes what can be read from it.
static int complete(struct export *export, const struct checkpoint *checkpoint)
{
	bool own;
	if (!bundle_keys(&export->folder, &export->keys, &own))
		return LEAVE_OTHER;
	export->csv = bundle_create(&export->folder, CSV_NEW, export->cli->arena);
	if (!export->csv)
		return LEAVE_OTHER;
	verification_init(&export->verification, &export->folder.files, &export->keys, export->cli->arena);
	export->verification.seen = take_row;
	export->verification.seen_context = export;
	take_row(export, NULL);
	bool right = verify_log(&export->verification);
	if (!close_file(export, export->csv, "audit.csv") || !put_in_place(export))
		return LEAVE_OTHER;
	if (!right)
		return tell_faults(&export->verification);
	tell(_("%s holds %" PRIu64 " leaves of %s and what is needed to verify them: weihu audit verify %s"),
	    export->folder.place, checkpoint->size, checkpoint->origin, export->folder.place);
	return LEAVE_OK;
}

// Anchors: numbered files, the checkpoint beside what was said of it.

static bool write_anchor(struct export *export, const struct json *anchor, int number, struct arena *arena)
{
	const char *note = json_text(json_member(anchor, "checkpoint")),
	           *proof = json_text(json_member(anchor, "proof"));
	const char *kind = json_text(json_member(anchor, "kind"));
	size_t length;
	if (!note || !proof || !kind)
		return true;
	if (text_equals(kind, "witness")) {
		const char *cosigned = arena_print(arena, "%s%s", note, proof);
		return bundle_write(&export->folder, arena_print(arena, "anchors/%d.witness", number), cosigned,
		    strlen(cosigned), arena);
	}
	const unsigned char *token = base64_read(arena, proof, strlen(proof), &length);
	return token &&
	    bundle_write(&export->folder, arena_print(arena, "anchors/%d.checkpoint", number), note, strlen(note),
	        arena) &&
	    bundle_write(&export->folder, arena_print(arena, "anchors/%d.tsr", number), (const char *)token, length,
	        arena);
}

static int fetch_anchors(struct export *export)
{
	int code, number = 0;
	struct arena *arena = arena_new();
	for (const char *path = "/v1/audit/anchors?limit=500"; path;) {
		const struct json *page = resource_get(export->cli, path, NULL, &code);
		if (!page)
			break;
		const struct json *items = json_member(page, "items"), *next = json_member(page, "next");
		for (const struct json *anchor = items ? items->first : NULL; anchor && code == LEAVE_OK;
		     anchor = anchor->next)
			code = write_anchor(export, anchor, ++number, arena) ? LEAVE_OK : LEAVE_OTHER;
		struct buffer query;
		buffer_init(&query, arena);
		buffer_add_text(&query, "/v1/audit/anchors?limit=500");
		if (json_text(next))
			url_add_query(&query, "cursor", json_text(next));
		path = json_text(next) && code == LEAVE_OK ? query.bytes : NULL;
	}
	arena_free(arena);
	return code;
}

static bool write_lines(void *context, const char *bytes, size_t length)
{
	return fwrite(bytes, 1, length, context) == length;
}

static bool fetch_openings(struct export *export)
{
	FILE *out = bundle_create(&export->folder, "openings.jsonl", export->cli->arena);
	bool fetched = out && bundle_openings(&export->server, write_lines, out);
	return (!out || close_file(export, out, "openings.jsonl")) && fetched;
}

static void choose_tickets(struct export *export)
{
	struct cli *cli = export->cli;
	export->chosen = arena_take_array(cli->arena, cli->given_count + 1, sizeof *export->chosen);
	for (size_t i = 0; i < cli->given_count; i++)
		if (text_equals(cli->given[i].flag->name, "ticket"))
			export->chosen[export->chosen_count++] = (struct chosen){cli->given[i].value,
			    proof_file_new(arena_print(cli->arena, "ticket/%s", cli->given[i].value), cli->arena)};
}

static int write_proofs(struct export *export, const char *note)
{
	struct arena *arena = export->cli->arena;
	for (size_t i = 0; i < export->chosen_count; i++) {
		const struct chosen *chosen = &export->chosen[i];
		const char *text = proof_file_print(chosen->file, &export->verification, note);
		const char *path = arena_print(arena, "proofs/ticket-%s.json", chosen->ticket);
		if (!bundle_write(&export->folder, path, text, strlen(text), arena))
			return LEAVE_OTHER;
	}
	return LEAVE_OK;
}

int audit_export_run(struct cli *cli)
{
	struct export export = {.cli = cli};
	struct note note;
	struct checkpoint checkpoint;
	size_t length;
	const char *folder = cli_flag(cli, "bundle");
	if (!folder)
		return export_run(cli);
	bundle_of_folder(&export.folder, cli, folder);
	bundle_of_web(&export.server, cli, "/v1/audit");
	choose_tickets(&export);
	const char *signed_note = fetch(&export, "checkpoint", "checkpoint", &length, cli->arena);
	if (!signed_note || !note_split(signed_note, length, &note, cli->arena) ||
	    !checkpoint_read(note.text, &checkpoint, cli->arena) ||
	    !fetch(&export, "keys", "key", &length, cli->arena) || !fetch_openings(&export) ||
	    !tile_each(checkpoint.size, fetch_tile, &export))
		return export.server.code ? export.server.code : LEAVE_OTHER;
	int code = fetch_anchors(&export);
	if (code == LEAVE_OK)
		code = complete(&export, &checkpoint);
	return code == LEAVE_OK ? write_proofs(&export, signed_note) : code;
}

// Pins.

static bool continues(struct cli *cli, const struct opened_checkpoint *pin, const struct opened_checkpoint *now)
{
	struct proof proof = {.count = 0};
	if (pin->checkpoint.size > now->checkpoint.size)
		return false;
	if (pin->checkpoint.size == now->checkpoint.size)
		return hash_equals(&pin->checkpoint.root, &now->checkpoint.root);
	const char *path = arena_print(cli->arena, "/v1/audit/proof?old=%" PRIu64 "&size=%" PRIu64,
	    pin->checkpoint.size, now->checkpoint.size);
	const struct json *answer = resource_peek(cli, path), *hashes = json_member(answer, "hashes");
	for (const struct json *hash = hashes ? hashes->first : NULL; hash && proof.count < PROOF_MOST;
	     hash = hash->next) {
		size_t length = 0;
		const unsigned char *bytes =
		    json_text(hash) ? base64_read(cli->arena, json_text(hash), strlen(json_text(hash)), &length) : NULL;
		if (!bytes || length != HASH_BYTES)
			return false;
		memcpy(proof.hashes[proof.count++].bytes, bytes, HASH_BYTES);
	}
	return hashes &&
	    tree_check_consistency(pin->checkpoint.size, now->checkpoint.size, &pin->checkpoint.root,
	        &now->checkpoint.root, &proof);
}

// Whether the log continues what this file pinned before; there may be none.
static bool pin_holds(struct cli *cli, const char *file, const struct keys *keys, const struct opened_checkpoint *now)
{
	struct bundle folder;
	struct opened_checkpoint pin;
	struct faults faults;
	size_t length;
	faults_init(&faults, cli->arena);
	bundle_of_folder(&folder, cli, *file == '/' ? "" : ".");
	const char *note = folder.files.read(&folder, file, &length, cli->arena);
	if (!note)
		return true;
	if (checkpoint_open(note, length, file, keys, &pin, cli->arena, &faults) && continues(cli, &pin, now))
		return true;
	say(_("the log does not continue the one pinned in %s: it was cut off, rewritten, or signed by another key. "
	      "Keep that file; it "
	      "proves so."),
	    file);
	return false;
}

static const char *pin_file(struct cli *cli, const char *origin)
{
	struct buffer name;
	if (cli->arg_count > 0)
		return cli->args[0];
	buffer_init(&name, cli->arena);
	url_add_escaped(&name, origin);
	return file_in_home(cli->arena, "XDG_STATE_HOME", ".local/state",
	    arena_print(cli->arena, "%s.pin", name.bytes));
}

static const char *web_checkpoint(struct bundle *server, size_t *length)
{
	const char *note = server->files.read(server, "checkpoint", length, server->cli->arena);
	if (!note && server->code == LEAVE_OK)
		say(_("the server has no %s"), "checkpoint");
	return note;
}

int audit_pin_run(struct cli *cli)
{
	struct bundle server;
	struct keys keys;
	struct opened_checkpoint now;
	struct faults faults;
	size_t length;
	bool own;
	faults_init(&faults, cli->arena);
	bundle_of_web(&server, cli, "/v1/audit");
	const char *note = web_checkpoint(&server, &length);
	if (!note || !bundle_keys(&server, &keys, &own))
		return server.code ? server.code : LEAVE_OTHER;
	if (!checkpoint_open(note, length, "checkpoint", &keys, &now, cli->arena, &faults)) {
		say("%s: %s", faults.first->field, faults.first->message);
		return LEAVE_OTHER;
	}
	const char *file = pin_file(cli, now.checkpoint.origin);
	if (!pin_holds(cli, file, &keys, &now) || !file_write_secret(cli->arena, file, note))
		return LEAVE_OTHER;
	tell(_("%s: %" PRIu64 " leaves of %s are pinned; verify with: weihu audit verify DIR --against %s"), file,
	    now.checkpoint.size, now.checkpoint.origin, file);
	return LEAVE_OK;
}
