// SPDX-License-Identifier: Apache-2.0
// Archiving: nothing is taken out that the folder does not hold, word for word.
#include "jobs/archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/verify.h"
#include "jobs/ledger_tree.h"

static const char *folder_read(void *context, const char *path, size_t *length, struct arena *arena)
{
	FILE *in = fopen(arena_print(arena, "%s/%s", (const char *)context, path), "re");
	struct stat state;

	if (in == NULL)
		return NULL;
	bool sized = fstat(fileno(in), &state) == 0 && S_ISREG(state.st_mode);
	char *bytes = sized ? arena_take(arena, (size_t)state.st_size + 1) : NULL;
	*length = sized ? fread(bytes, 1, (size_t)state.st_size, in) : 0;
	bool whole = sized && *length == (size_t)state.st_size;
	fclose(in);
	return whole ? bytes : NULL;
}

// The folder's tree must be the database's own, and hold the text of every leaf that is still there.
static bool is_same_log(const struct verification *verification, struct ledger *ledger, struct faults *faults)
{
	struct ledger_tree tree = {ledger, faults};
	const struct tree_source source = ledger_tree_source(&tree);
	struct hash root;

	if (!tree_root(&source, verification->opened.checkpoint.size, &root))
		return false;
	if (hash_equals(&root, &verification->opened.checkpoint.root))
		return true;
	faults_add(faults, "archive", "fork", "the folder holds another log than the database");
	return false;
}

static bool leaves_take(const struct archiving *archiving, struct ledger *ledger,
    const struct verification *verification, uint64_t *taken, struct faults *faults)
{
	const struct archived archived = {verification->opened.checkpoint.size, verification->archived,
	    verification->openings.opened, archiving->folder};
	uint64_t upto = verification->opened.checkpoint.size;
	bool done =
	    is_same_log(verification, ledger, faults) && ledger_archivable(ledger, archiving->before, &upto, faults);

	upto -= upto % TILE_WIDTH; // so that no bundle is half archived
	*taken = 0;
	if (done && upto > 0)
		done = ledger_archive(ledger, upto, archiving->before, &archived, taken, faults);
	return done;
}

bool archive_take(const struct archiving *archiving, struct ledger *ledger, uint64_t *taken, struct arena *arena,
    struct faults *faults)
{
	const struct log_files files = {folder_read, (void *)archiving->folder};
	struct verification verification;
	struct keys keys;
	const char *verifiers = ledger_keys(ledger, arena, faults);

	if (verifiers == NULL || !keys_read(verifiers, "log_key", &keys, arena, faults))
		return false;
	verification_init(&verification, &files, &keys, arena);
	if (!verify_log(&verification)) {
		const struct fault *fault = verification.faults.first;

		faults_add(faults, archiving->folder, "archive", "does not verify: %s: %s", fault->field,
		    fault->message);
		return false;
	}
	return leaves_take(archiving, ledger, &verification, taken, faults);
}

bool archive_run(const char *owner_dsn, const struct archiving *archiving, uint64_t *taken, struct arena *arena,
    struct faults *faults)
{
	struct ledger *ledger = ledger_open(owner_dsn, "weihud-archive", faults);
	bool done = ledger != NULL && archive_take(archiving, ledger, taken, arena, faults);

	ledger_close(ledger);
	return done;
}
