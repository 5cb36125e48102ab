// SPDX-License-Identifier: Apache-2.0
// THE COLUMN TABLES: what each resource shows in its tables, pages and files.
#ifndef WEIHU_CLI_COLUMN_H
#define WEIHU_CLI_COLUMN_H

#include <stdbool.h>

#include "base/json.h"
#include "cli/words.h"

enum look {         // how a value is shown to people; files and pipes get it as it is
	LOOK_TEXT,  // a word or two
	LOOK_PROSE, // text of any length, cut where the terminal is too narrow
	LOOK_LOCAL, // prose in English, whose Chinese stands under the same key with _zh
	LOOK_NUMBER,
	LOOK_TIME,
	LOOK_DAY, // a time of which the day is enough
	LOOK_TRUTH,
	LOOK_NAMED, // an identifier with its label beside it
	LOOK_WORDS, // identifiers with labels, one or a list
	LOOK_MINUTES,
	LOOK_KEYS,   // the keys of an object, by field label
	LOOK_LOANS,  // a list of roles on loan, each with its end
	LOOK_SHARES, // a list of people, each with minutes
	LOOK_TICKET  // a number as #42
};

enum rank {
	RANK_TABLE, // always there
	RANK_ROOMY, // in a table where the terminal is wide enough
	RANK_WIDE   // with -o wide, on pages, in files and pipes
};

struct column {
	const char *key;
	const char *label; // msgid
	enum look look;
	enum words words;
	enum rank rank;
	const char *instead; // shown to people where the key says nothing, or NULL
};

struct resource {
	const char *noun;             // "ticket"
	const char *name_key;         // which makes its name: ticket/42
	const struct column *columns; // a row without key ends them
	const char *none;             // msgid: there are none
};

extern const struct resource resource_tickets, resource_people, resource_programs, resource_tokens, resource_readings,
    resource_designations, resource_documents, resource_fates, resource_assets, resource_comments, resource_attachments,
    resource_steps, resource_changes, resource_works, resource_links, resource_events, resource_transitions,
    resource_routes, resource_sessions, resource_workflow_paths, resource_field_rows, resource_reviews,
    resource_review_records, resource_verdicts, resource_decisions, resource_measures, resource_facts, resource_figures,
    resource_figures_shown, resource_factors, resource_loans, resource_loans_told, resource_waivers;

const struct column *column_find(const struct resource *resource, const char *key);

// The column key closest to a mistyped one, or NULL.
const char *column_nearest(const struct resource *resource, const char *mistyped);

// The value as files and pipes have it: "240", "true", lists joined by commas, "" for null or nothing.
const char *column_plain(struct arena *arena, const struct column *column, const struct json *item);

const char *column_text(struct arena *arena, const struct json *value);

// The value as people read it, fit for a terminal.
const char *column_shown(struct arena *arena, const struct column *column, const struct json *item);

// True if the cell holds text (and not a number), as a spreadsheet would see it.
bool column_is_text(const struct column *column, const struct json *item);

#endif
