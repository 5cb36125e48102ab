// SPDX-License-Identifier: Apache-2.0
// Sealing: pending events become leaves, leaves a tree, the tree a signed checkpoint. Whatever fails is said once, and
// all begins anew a second later from what the database and the last signed checkpoint say.
#include "jobs/sealer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/checkpoint.h"
#include "base/clock.h"
#include "base/log.h"
#include "jobs/batch.h"
#include "jobs/key_file.h"
#include "jobs/ledger_tree.h"
#include "jobs/loop.h"
#include "store/ledger.h"

#define PERIOD (MOMENT_SECOND / 2)    // from the beginning of a round to that of the next
#define REST (MOMENT_SECOND / 20)     // at least, however long the round took
#define BATCH_FIRST 64                // events in the first batch of a term, whose size nobody knows
#define BATCH_MOST 512                // and in any: more would sweep what writers work on out of the caches
#define BATCH_BYTES (4 * 1024 * 1024) // of rows, about which a batch is to have at most
#define BATCHES_MOST 256              // before what they made is signed
#define GAP_REST (60 * MOMENT_SECOND) // for which a gap is looked at after every transaction of its time has ended

struct sealer {
	struct sealer_options options;
	struct loop loop;

	// Of one term: from the lock to the first failure.
	struct arena *term;
	struct ledger *ledger;
	struct keys keys;
	const char *state_file;
	struct tree tree;
	struct checkpoint signed_last;
	bool must_sign;           // at the start of a term, whatever was signed before: it may not have been published
	struct timespec key_time; // when the key file was last changed
	int64_t high, filed;      // as in log_end
	int batch_most;           // events in the next batch
	struct seq_range *gaps;
	size_t gap_count, gap_room;
	const char *said; // the last complaint
};

// A complaint that lasts is said once.
static void say(struct sealer *sealer, const struct faults *faults)
{
	const struct fault *fault = faults->last;

	if (fault == NULL || (sealer->said != NULL && strcmp(sealer->said, fault->message) == 0))
		return;
	log_error("the audit log is not sealed: %s: %s", fault->field, fault->message);
	free((char *)sealer->said);
	sealer->said = strdup(fault->message);
}

// Once it works, a complaint that comes again is said again.
static void say_work(struct sealer *sealer)
{
	log_info("sealing the audit log %s from leaf %" PRIu64 " on", sealer->keys.list[0].name, sealer->tree.size);
	free((char *)sealer->said);
	sealer->said = NULL;
}

// Taking up where the last sealer stopped.

static bool key_take(struct sealer *sealer, struct faults *faults)
{
	bool was_signed, missing;

	if (file_text(sealer->options.key_file, &missing, sealer->term, faults) == NULL && missing) {
		if (!ledger_was_signed(sealer->ledger, &was_signed, faults))
			return false;
		if (was_signed || sealer->options.origin == NULL) {
			faults_add(faults, sealer->options.key_file, "key", "%s",
			    was_signed ? "the key that signed this log is missing: put it back, or begin another log "
			                 "with weihud key create"
			               : "there is no key yet: make one with weihud key create");
			return false;
		}
		if (!key_file_create(sealer->options.key_file, sealer->options.origin, sealer->term, faults))
			return false;
		log_info("a key for the audit log was made: %s", sealer->options.key_file);
	}
	return key_file_read(sealer->options.key_file, &sealer->keys, sealer->term, faults);
}

// What this key signed last; nothing counts as the empty tree.
static bool signed_read(struct sealer *sealer, struct faults *faults)
{
	bool missing;
	const char *note = file_text(sealer->state_file, &missing, sealer->term, faults);
	struct opened_checkpoint opened;

	sealer->signed_last = (struct checkpoint){.origin = sealer->keys.list[0].name};
	if (note == NULL)
		return missing;
	if (!checkpoint_open(note, strlen(note), sealer->state_file, &sealer->keys, &opened, sealer->term, faults))
		return false;
	sealer->signed_last = opened.checkpoint;
	return true;
}

static bool tree_follows(struct sealer *sealer, const struct tree_source *source, uint64_t size, struct faults *faults)
{
	const struct checkpoint *last = &sealer->signed_last;
	struct hash root;

	if (size < last->size) {
		faults_add(faults, "log", "shorter",
		    "the database holds %" PRIu64 " leaves, but %" PRIu64 " were signed (%s): "
		    "it was restored from an old backup, or its end was cut off. Put the newer database back; if that "
		    "is lost for good, "
		    "export what there is and begin another log under another name: weihud key create, then set "
		    "log_key",
		    size, last->size, sealer->state_file);
		return false;
	}
	if (last->size == 0)
		return true;
	if (!tree_root(source, last->size, &root))
		return false;
	if (hash_equals(&root, &last->root))
		return true;
	faults_add(faults, "log", "rewritten",
	    "the first %" PRIu64 " leaves in the database are not those that were signed (%s): "
	    "the log was rewritten. Put the true database back from a backup; compare with weihu audit verify "
	    "--against",
	    last->size, sealer->state_file);
	return false;
}

static struct timespec key_time(const struct sealer *sealer)
{
	struct stat state = {0};

	return stat(sealer->options.key_file, &state) == 0 ? state.st_mtim : (struct timespec){0};
}

static bool key_has_changed(const struct sealer *sealer)
{
	const struct timespec time = key_time(sealer);

	return time.tv_sec != sealer->key_time.tv_sec || time.tv_nsec != sealer->key_time.tv_nsec;
}

static bool term_begin(struct sealer *sealer, struct faults *faults)
{
	struct ledger_tree tree = {sealer->ledger, faults};
	const struct tree_source source = ledger_tree_source(&tree);
	struct log_end end;

	sealer->state_file = arena_print(sealer->term, "%s.checkpoint", sealer->options.key_file);
	sealer->tree = (struct tree){0};
	sealer->key_time = key_time(sealer); // before it is read: a later change is then seen, whenever it comes
	if (!key_take(sealer, faults) || !signed_read(sealer, faults) || !ledger_end(sealer->ledger, &end, faults) ||
	    !tree_follows(sealer, &source, end.size, faults) || !tree_resume(&sealer->tree, &source, end.size) ||
	    !ledger_gaps(sealer->ledger, &sealer->gaps, &sealer->gap_count, sealer->term, faults))
		return false;
	sealer->high = end.high;
	sealer->filed = end.filed;
	sealer->gap_room = sealer->gap_count;
	sealer->batch_most = BATCH_FIRST;
	sealer->must_sign = true;
	if (sealer->said == NULL)
		say_work(sealer);
	return true;
}

// Gaps: numbers that a transaction took and has not committed, or never will.

static void gap_add(struct sealer *sealer, int64_t from, int64_t to)
{
	if (from > to)
		return;
	if (sealer->gap_count == sealer->gap_room) {
		struct seq_range *more = arena_take_array(sealer->term, 2 * sealer->gap_room + 16, sizeof(*more));

		if (sealer->gap_count > 0)
			memcpy(more, sealer->gaps, sealer->gap_count * sizeof(*more));
		sealer->gaps = more;
		sealer->gap_room = 2 * sealer->gap_room + 16;
	}
	sealer->gaps[sealer->gap_count++] = (struct seq_range){.from = from, .to = to};
}

static void gap_fill(struct sealer *sealer, int64_t seq)
{
	for (size_t i = 0; i < sealer->gap_count; i++) {
		struct seq_range *gap = &sealer->gaps[i];

		if (seq < gap->from || seq > gap->to)
			continue;
		int64_t end = gap->to;
		gap->to = seq - 1;
		if (gap->from > gap->to)
			sealer->gaps[i] = sealer->gaps[--sealer->gap_count];
		gap_add(sealer, seq + 1, end);
		return;
	}
}

static void seq_seal(struct sealer *sealer, int64_t seq)
{
	if (seq > sealer->high) {
		gap_add(sealer, sealer->high + 1, seq - 1);
		sealer->high = seq;
	} else {
		gap_fill(sealer, seq);
	}
}

// Forgets gaps that nobody can fill any more.
static bool gaps_settle(struct sealer *sealer, struct faults *faults)
{
	uint64_t oldest, next;
	size_t kept = 0;

	if (sealer->gap_count == 0)
		return true;
	if (!ledger_snapshot(sealer->ledger, &oldest, &next, faults))
		return false;
	for (size_t i = 0; i < sealer->gap_count; i++) {
		struct seq_range gap = sealer->gaps[i];

		if (gap.noted == 0) {
			gap.noted = next;
			gap.since = clock_ticks();
		}
		if (oldest < gap.noted || clock_ticks() - gap.since < GAP_REST)
			sealer->gaps[kept++] = gap;
	}
	sealer->gap_count = kept;
	return true;
}

// How many events the next batch may have, by the size of those in the last.
static int batch_next(size_t count, size_t bytes)
{
	const size_t fitting = count * BATCH_BYTES / bytes + 1;

	return fitting < BATCH_MOST ? (int)fitting : BATCH_MOST;
}

// `last`: of its round, whatever still waits then. Tells whether more wait.
static bool batch_seal(struct sealer *sealer, bool last, bool *more, struct faults *faults)
{
	int most = sealer->batch_most;

	if (most > TILE_WIDTH) // sheaves end where entry bundles do
		most -= (int)(sealer->tree.size % TILE_WIDTH);
	struct pending *pending =
	    ledger_pending(sealer->ledger, sealer->high, sealer->gaps, sealer->gap_count, most, faults);
	if (pending == NULL)
		return false;
	struct batch *batch = batch_new(pending, &sealer->tree, sealer->filed);
	const size_t count = pending_count(pending);

	*more = count == (size_t)most;
	const bool right = batch_append(batch, sealer->ledger, last || !*more, faults);
	if (right) {
		sealer->tree = batch_tree(batch);
		sealer->filed = batch_filed(batch);
		for (size_t i = 0; i < count; i++)
			seq_seal(sealer, batch_seq(batch, i));
	}
	if (count > 0)
		sealer->batch_most = batch_next(count, pending_bytes(pending));
	batch_free(batch);
	pending_free(pending);
	return right;
}

// Below it no event is to come any more.
static int64_t settled_below(const struct sealer *sealer)
{
	int64_t settled = sealer->high + 1;

	for (size_t i = 0; i < sealer->gap_count; i++)
		if (sealer->gaps[i].from < settled)
			settled = sealer->gaps[i].from;
	return settled;
}

// The file beside the key first: what was once published was certainly kept.
static bool tree_sign(struct sealer *sealer, struct arena *arena, struct faults *faults)
{
	const struct checkpoint checkpoint = {sealer->keys.list[0].name, sealer->tree.size, tree_top(&sealer->tree)};
	const char *note = checkpoint_sign(&checkpoint, &sealer->keys, arena), *verifiers[KEYS_MOST];

	for (size_t i = 0; i < sealer->keys.count; i++)
		verifiers[i] = key_print(&sealer->keys.list[i], arena);
	if (!file_replace(sealer->state_file, note, arena, faults) ||
	    !ledger_publish(sealer->ledger, checkpoint.size, note, verifiers, sealer->keys.count, settled_below(sealer),
	        faults))
		return false;
	sealer->signed_last = checkpoint;
	sealer->must_sign = false;
	if (sealer->said != NULL)
		say_work(sealer);
	return true;
}

static bool round_run(struct sealer *sealer, struct faults *faults)
{
	struct arena *arena = arena_new();
	bool right = true, more = true;

	for (int batches = 1; right && batches <= BATCHES_MOST && more; batches++)
		right = batch_seal(sealer, batches == BATCHES_MOST, &more, faults);
	if (right && sealer->tree.size > 0 && (sealer->must_sign || sealer->tree.size > sealer->signed_last.size))
		right = tree_sign(sealer, arena, faults);
	right = right && gaps_settle(sealer, faults);
	arena_free(arena);
	return right;
}

// Seals while it can. True if it was its turn at all.
static bool term_run(struct sealer *sealer, struct faults *faults)
{
	bool got = false;

	sealer->ledger = ledger_open(sealer->options.dsn, "weihud-sealer", faults);
	if (sealer->ledger == NULL || !ledger_lock(sealer->ledger, LOCK_SEALING, &got, faults) || !got ||
	    !term_begin(sealer, faults))
		return false;
	bool last = false;
	for (int64_t began = clock_ticks(); round_run(sealer, faults); began = clock_ticks()) {
		const int64_t left = PERIOD - (clock_ticks() - began);

		if (last || key_has_changed(sealer))
			return true;
		loop_pause(&sealer->loop, left > REST ? left : REST);
		last = loop_stopping(&sealer->loop); // and once more, for what came meanwhile
	}
	return true;
}

static void *sealer_run(void *context)
{
	struct sealer *sealer = context;

	do {
		struct faults faults;

		sealer->term = arena_new();
		faults_init(&faults, sealer->term);
		term_run(sealer, &faults);
		say(sealer, &faults);
		ledger_close(sealer->ledger);
		sealer->ledger = NULL;
		arena_free(sealer->term);
		loop_pause(&sealer->loop, MOMENT_SECOND);
	} while (!loop_stopping(&sealer->loop));
	return NULL;
}

struct sealer *sealer_start(const struct sealer_options *options)
{
	struct sealer *sealer = calloc(1, sizeof(*sealer));

	if (sealer == NULL)
		abort();
	sealer->options = *options;
	loop_start(&sealer->loop, "sealer", sealer_run, sealer);
	return sealer;
}

void sealer_stop(struct sealer *sealer)
{
	if (sealer == NULL)
		return;
	loop_stop(&sealer->loop);
	free((char *)sealer->said);
	free(sealer);
}
