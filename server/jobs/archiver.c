// SPDX-License-Identifier: Apache-2.0
// Looks now and then for what is due. A folder that is being written is called MONTH.partial; under its own name it is
// whole and on the disk.
#include "jobs/archiver.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/tile.h"
#include "base/clock.h"
#include "base/log.h"
#include "jobs/archive.h"
#include "jobs/loop.h"

#define PERIOD MOMENT_HOUR

struct archiver {
	struct archiver_options options;
	struct loop loop;
};

// One archive being made.
struct making {
	const struct archiver_options *options;
	struct ledger *ledger;
	struct due due;
	const char *folder;
	struct arena *arena;
	struct faults *faults;
};

static bool cannot(struct making *making, const char *file)
{
	faults_add(making->faults, file, "write", "cannot be written: %s", strerror(errno));
	return false;
}

static bool folders_make(const char *file, struct arena *arena)
{
	char *folder = arena_copy(arena, file);

	for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

static bool file_write(struct making *making, const char *name, const char *mode, const void *bytes, size_t length)
{
	struct arena *arena = arena_new();
	const char *file = arena_print(arena, "%s/%s", making->folder, name);
	FILE *out = folders_make(file, arena) ? fopen(file, mode) : NULL;
	bool written = out != NULL && fwrite(bytes, 1, length, out) == length;

	if (out != NULL && fclose(out) != 0)
		written = false;
	if (!written)
		cannot(making, file);
	arena_free(arena);
	return written;
}

// Entries that an earlier archive has are not there any more; their hashes are.
static bool tile_write(void *context, const struct tile *tile)
{
	struct making *making = context;
	struct arena *arena = arena_new();
	const void *bytes;
	size_t length;
	bool right = ledger_tile(making->ledger, tile->level, tile->index * TILE_WIDTH, tile->width, &bytes, &length,
	    arena, making->faults);

	if (right && bytes != NULL)
		right = file_write(making, arena_print(arena, "tile/%s", tile_path(tile, arena)), "we", bytes, length);
	arena_free(arena);
	return right;
}

static bool openings_write(struct making *making)
{
	bool right = file_write(making, "openings.jsonl", "we", "", 0);

	for (uint64_t from = making->due.held; right && from < making->due.size; from += TILE_WIDTH) {
		struct arena *arena = arena_new();
		const uint64_t to = from + TILE_WIDTH < making->due.size ? from + TILE_WIDTH : making->due.size;
		struct buffer lines;

		buffer_init(&lines, arena);
		right = ledger_openings(making->ledger, from, to, &lines, making->faults) &&
		    file_write(making, "openings.jsonl", "ae", lines.bytes, lines.length);
		arena_free(arena);
	}
	return right;
}

// Everything that was written to its file system is on the disk.
static bool disk_sync(struct making *making, const char *folder)
{
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = descriptor >= 0 && syncfs(descriptor) == 0;

	if (descriptor >= 0)
		close(descriptor);
	return synced || cannot(making, folder);
}

static bool folder_write(struct making *making, const char *whole)
{
	const struct due *due = &making->due;
	const char *keys = ledger_keys(making->ledger, making->arena, making->faults);

	making->folder = arena_print(making->arena, "%s.partial", whole);
	if (keys == NULL || !file_write(making, "checkpoint", "we", due->note, strlen(due->note)) ||
	    !file_write(making, "key", "we", keys, strlen(keys)) || !tile_each(due->size, tile_write, making) ||
	    !openings_write(making) || !disk_sync(making, making->folder))
		return false;
	if (rename(making->folder, whole) != 0)
		return cannot(making, whole);
	return disk_sync(making, making->options->folder);
}

static bool archive_make(struct making *making)
{
	const char *whole = arena_print(making->arena, "%s/%s", making->options->folder, making->due.month);
	const struct archiving archiving = {.folder = whole, .before = making->due.before};
	uint64_t taken;

	if (access(whole, F_OK) != 0 && !folder_write(making, whole))
		return false;
	if (!archive_take(&archiving, making->ledger, &taken, making->arena, making->faults)) {
		rename(whole, arena_print(making->arena, "%s.partial", whole)); // to be written anew
		return false;
	}
	log_info("%" PRIu64 " leaves of the audit log are in %s alone from now on; keep it", taken, whole);
	return true;
}

static bool due_archive(struct making *making)
{
	bool got = false;

	if (making->ledger == NULL || !ledger_lock(making->ledger, LOCK_ARCHIVING, &got, making->faults))
		return false;
	if (!got)
		return true;
	return ledger_due(making->ledger, making->options->retention_days, &making->due, making->arena,
	           making->faults) &&
	    (making->due.month == NULL || archive_make(making));
}

static void *archiver_run(void *context)
{
	struct archiver *archiver = context;

	while (!loop_stopping(&archiver->loop)) {
		struct faults faults;
		struct making making = {.options = &archiver->options, .arena = arena_new(), .faults = &faults};

		faults_init(&faults, making.arena);
		making.ledger = ledger_open(archiver->options.owner_dsn, "weihud-archiver", &faults);
		if (!due_archive(&making) && faults.first != NULL)
			log_error("old events are not archived and stay: %s: %s", faults.first->field,
			    faults.first->message);
		ledger_close(making.ledger);
		arena_free(making.arena);
		loop_pause(&archiver->loop, PERIOD);
	}
	return NULL;
}

struct archiver *archiver_start(const struct archiver_options *options)
{
	struct archiver *archiver = calloc(1, sizeof(*archiver));

	if (archiver == NULL)
		abort();
	archiver->options = *options;
	loop_start(&archiver->loop, "archiver", archiver_run, archiver);
	return archiver;
}

void archiver_stop(struct archiver *archiver)
{
	if (archiver == NULL)
		return;
	loop_stop(&archiver->loop);
	free(archiver);
}
