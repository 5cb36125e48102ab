// SPDX-License-Identifier: Apache-2.0
// The sealer's own way to the database: a plain connection on its own thread, as a role that may do nothing but append.
#ifndef WEIHU_STORE_LEDGER_H
#define WEIHU_STORE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/array.h"

struct ledger;

// Events that wait to be sealed, as rows. All columns but the last are the members of a leaf, in canonical order.
struct pending;

enum member_type { MEMBER_TEXT, MEMBER_NUMBER, MEMBER_TIME, MEMBER_JSON, MEMBER_HASH };

struct pending_member {
	enum member_type type;
	const char *text; // NULL: null; of a hash its bytes. It lives as long as the rows
	size_t length;    // of it
	int64_t number;   // or a moment
};

// What a sheaf is appended with: log_append's parameters behind the size, in their order.
enum sheaf_part {
	SHEAF_SEQS,
	SHEAF_OBJECTS,
	SHEAF_ENDS,
	SHEAF_ENTRIES,
	SHEAF_HASHES,
	SHEAF_CHAINED,  // whether the leaf goes into the chain of its object's leaves
	SHEAF_FILED,    // tickets whose first leaves need not, see log_end.filed
	SHEAF_FORETOLD, // tickets that were not there when something was told of them
	SHEAF_PLACES,   // from here on what opens the leaves' commitments
	SHEAF_PATHS,
	SHEAF_SALTS,
	SHEAF_CONTENTS,
	SHEAF_INTERNALS,
	SHEAF_LEVELS, // and here hashes above them
	SHEAF_INDEXES,
	SHEAF_NODES,
	SHEAF_PARTS
};

// Leaves of one entry bundle that are appended together.
struct sheaf {
	uint64_t size; // of the log so far
	struct array parts[SHEAF_PARTS];
	bool durable; // this, and whatever was appended before, is on the disk when it has been appended
};

struct log_end {
	uint64_t size; // how many leaves there are
	int64_t high;  // the highest event among them
	int64_t filed; // the highest ticket whose first leaf has no place in the chain; those above need none either
};

struct seq_range {
	int64_t from, to;
	uint64_t noted; // the first transaction that had not begun when this gap was seen; 0: not noted yet
	int64_t since;  // ticks
};

// Each answers false (NULL) with a fault when the database cannot be asked or refuses.
// `name` is what PostgreSQL shows of the connection.
struct ledger *ledger_open(const char *dsn, const char *name, struct faults *faults);
void ledger_close(struct ledger *ledger); // NULL is allowed

// Whether this is the one connection that does so, among all servers, until it is closed.
enum ledger_lock { LOCK_SEALING, LOCK_ARCHIVING };
bool ledger_lock(struct ledger *ledger, enum ledger_lock lock, bool *got, struct faults *faults);
// How far the log has come, and the event numbers below its highest that may still come.
bool ledger_end(struct ledger *ledger, struct log_end *end, struct faults *faults);
bool ledger_gaps(struct ledger *ledger, struct seq_range **gaps, size_t *count, struct arena *arena,
    struct faults *faults);
// The transactions before `oldest` have ended; those from `next` on have not begun.
bool ledger_snapshot(struct ledger *ledger, uint64_t *oldest, uint64_t *next, struct faults *faults);
bool ledger_hash(struct ledger *ledger, int level, uint64_t index, unsigned char hash[32], struct faults *faults);
struct pending *ledger_pending(struct ledger *ledger, int64_t high, const struct seq_range *gaps, size_t gap_count,
    int most, struct faults *faults);
size_t pending_count(const struct pending *pending);
size_t pending_bytes(const struct pending *pending);   // that they take in memory
size_t pending_members(const struct pending *pending); // how many members a leaf has
const char *pending_name(const struct pending *pending, size_t member);
struct pending_member pending_member(const struct pending *pending, size_t event, size_t member);
// Members that are for readers of a ticket alone: "added,changes", or NULL.
const char *pending_confidential(const struct pending *pending, size_t event);
void pending_free(struct pending *pending);

void sheaf_init(struct sheaf *sheaf, uint64_t size, struct arena *arena);
bool ledger_append(struct ledger *ledger, struct sheaf *sheaf, struct faults *faults);
// Publishes a signed checkpoint; every event below `settled` is sealed or will never be.
bool ledger_publish(struct ledger *ledger, uint64_t size, const char *note, const char *const *verifiers, size_t count,
    int64_t settled, struct faults *faults);
// How many of the leaves below `upto` are old enough to be archived: those before the first that is not.
bool ledger_archivable(struct ledger *ledger, const char *before, uint64_t *upto, struct faults *faults);
// As the owner: erases a person's name, email and addresses; `erased` receives how many values nobody can open any
// more.
bool ledger_erase(struct ledger *ledger, const char *login, uint64_t *erased, struct faults *faults);

// What is old enough to be archived: the leaves from `held` up to `upto`. The first checkpoint that covers them is
// `note`, of a log of `size`.
struct due {
	const char *month;  // the last that is old enough, "2026-10"; NULL: nothing is due
	const char *before; // its end
	uint64_t held, upto, size;
	const char *note;
};

bool ledger_due(struct ledger *ledger, int64_t days, struct due *due, struct arena *arena, struct faults *faults);
// Verifiers of all keys that ever signed, a line each.
const char *ledger_keys(struct ledger *ledger, struct arena *arena, struct faults *faults);
// A tile (level -1: an entry bundle); `bytes` receives NULL when it is not there.
bool ledger_tile(struct ledger *ledger, int level, uint64_t first, unsigned width, const void **bytes, size_t *length,
    struct arena *arena, struct faults *faults);
// Adds what opens the leaves from `from` up to `to`, as lines of openings.jsonl.
bool ledger_openings(struct ledger *ledger, uint64_t from, uint64_t to, struct buffer *lines, struct faults *faults);

struct archived {
	uint64_t size;   // of the log that the archive holds
	uint64_t absent; // leaves whose texts it lacks
	uint64_t opened; // openings that it has
	const char *place;
};

// As the owner: takes the leaves below `upto` out of the database, if the archive lacks nothing.
bool ledger_archive(struct ledger *ledger, uint64_t upto, const char *before, const struct archived *archived,
    uint64_t *taken, struct faults *faults);
// The last published checkpoint, or NULL.
bool ledger_checkpoint(struct ledger *ledger, const char **note, struct arena *arena, struct faults *faults);
// Whether any key ever signed this log.
bool ledger_was_signed(struct ledger *ledger, bool *was, struct faults *faults);

// What others said of checkpoints: the largest size they spoke of, 0 when they have not.
bool ledger_anchored(struct ledger *ledger, const char *kind, const char *name, uint64_t *size, struct faults *faults);
bool ledger_anchor(struct ledger *ledger, const char *kind, const char *name, uint64_t size, const char *note,
    const char *proof, struct faults *faults);

#endif
