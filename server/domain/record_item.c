// SPDX-License-Identifier: Apache-2.0
// THE ITEM TABLE: the 18 items of the maintenance record.
#include "domain/record_item.h"

#include <stdlib.h>
#include <string.h>

#include "base/msgid.h"
#include "base/text.h"

#define LEAD PARTY_BIT(PARTY_LEAD)
#define SYSADMIN PARTY_BIT(PARTY_SYSADMIN)
#define TECHNICIAN PARTY_BIT(PARTY_TECHNICIAN)
#define REVIEWER PARTY_BIT(PARTY_REVIEWER)
#define ADMIN PARTY_BIT(PARTY_ADMIN)

enum source {     // where an item is to be found
	REGISTER, // the program's register
	CHANGES,
	WORK,
	FIELDS, // fields of the ticket: either of two
	TIMES,  // both of two
	ALWAYS  // every ticket has it
};

static const struct {
	const char *name, *label;
	enum source source;
	enum field_id fields[2];
	party_set who;
} items[RECORD_ITEM_COUNT] = {
    {"program_id", N_("Program identifier"), REGISTER, {0}, ADMIN},
    {"source_statements", N_("Source statements"), REGISTER, {0}, ADMIN | SYSADMIN | REVIEWER},
    {"machine_instructions", N_("Machine instructions"), REGISTER, {0}, ADMIN | SYSADMIN | REVIEWER},
    {"language", N_("Programming language"), REGISTER, {0}, ADMIN | SYSADMIN | REVIEWER},
    {"installed_on", N_("Installed on"), REGISTER, {0}, ADMIN | SYSADMIN | REVIEWER},
    {"runs_since_install", N_("Runs since installation"), REGISTER, {0}, LEAD | SYSADMIN | REVIEWER},
    {"failures_since_install", N_("Failures since installation"), REGISTER, {0}, LEAD | SYSADMIN | REVIEWER},
    {"change", N_("Level and identifier of the change"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"statements_added", N_("Statements added"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"statements_deleted", N_("Statements deleted"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"people_and_time", N_("People and time of the change"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"changed_on", N_("Date of the change"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"engineer", N_("Engineer"), CHANGES, {0}, TECHNICIAN | SYSADMIN | REVIEWER},
    {"request_id", N_("Identifier of the request"), ALWAYS, {0}, 0},
    {"kind", N_("Kind of maintenance"), FIELDS, {F_KIND, F_CLAIMED_KIND}, SYSADMIN},
    {"started_finished", N_("Started and finished"), TIMES, {F_STARTED_AT, F_FINISHED_AT}, TECHNICIAN},
    {"cumulative", N_("People and time in all"), WORK, {0}, TECHNICIAN | SYSADMIN},
    {"benefit", N_("Benefit"), FIELDS, {F_BENEFIT, F_BENEFIT}, SYSADMIN | REVIEWER},
};

const char *record_item_name(int item)
{
	return items[item - 1].name;
}

const char *record_item_label(int item)
{
	return items[item - 1].label;
}

int record_item_of(const char *field)
{
	for (int item = 1; item <= RECORD_ITEM_COUNT; item++)
		if (items[item - 1].source == FIELDS && text_equals(field, fields[items[item - 1].fields[0]].key))
			return item;
	return 0;
}

// Punctuation of reasons: what parts clauses, what ends the items of one, and what stands between items.
static const char *const clause_ends[] = {";", "\n", "；", NULL}, *const item_ends[] = {":", "：", NULL},
                         *const fillers[] = {" ", ",", "，", "、", NULL}, *const ranges[] = {"-", "–", "至", NULL};

static size_t starts_with(const char *text, const char *const *any)
{
	for (; *any != NULL; any++)
		if (text_starts(text, *any))
			return strlen(*any);
	return 0;
}

static const char *skip(const char *text, const char *const *any)
{
	for (size_t length = starts_with(text, any); length > 0; length = starts_with(text, any))
		text += length;
	return text;
}

// One number, or a range; false if there is none. `*text` is moved behind it.
static bool read_items(const char **text, record_items *set)
{
	char *end;
	long first = strtol(*text, &end, 10), last = first;

	if (end == *text)
		return false;
	if (starts_with(end, ranges) > 0)
		last = strtol(end + starts_with(end, ranges), &end, 10);
	*text = end;
	if (first < 1 || last > RECORD_ITEM_COUNT || last < first)
		return false;
	for (long item = first; item <= last; item++)
		*set |= (record_items)1 << (item - 1);
	return true;
}

// The items of the clause at `text`; none unless a reason stands behind them.
static record_items read_clause(const char *text)
{
	record_items set = 0;

	for (text = skip(text, fillers); starts_with(text, item_ends) == 0; text = skip(text, fillers))
		if (!read_items(&text, &set))
			return 0;
	text += starts_with(text, item_ends);
	text = skip(text, fillers);
	return *text != '\0' && starts_with(text, clause_ends) == 0 ? set : 0;
}

record_items record_items_explained(const char *text)
{
	record_items set = 0;

	while (text != NULL && *text != '\0') {
		set |= read_clause(text);
		while (*text != '\0' && starts_with(text, clause_ends) == 0)
			text++;
		text = skip(text, clause_ends);
	}
	return set;
}

static bool is_lacking(int item, const struct move *move)
{
	const enum field_id *ids = items[item - 1].fields;
	bool has[2] = {move_value(move, ids[0]) != NULL, move_value(move, ids[1]) != NULL};

	switch (items[item - 1].source) {
	case REGISTER: return move->ticket->record_gaps >> (item - 1) & 1;
	case CHANGES: return move->ticket->change_count == 0;
	case WORK: return move->ticket->work_count == 0;
	case FIELDS: return !has[0] && !has[1] && !field_set_has(&move->missing, ids[0]);
	case TIMES: return !has[0] || !has[1];
	case ALWAYS: break;
	}
	return false;
}

record_items record_items_lacking(const struct move *move)
{
	record_items lacking = 0;

	for (int item = 1; item <= RECORD_ITEM_COUNT; item++)
		if (is_lacking(item, move))
			lacking |= (record_items)1 << (item - 1);
	return lacking & ~record_items_explained(move_value(move, F_RECORD_GAPS));
}

void record_items_refuse(struct verdict *verdict, const struct move *move)
{
	record_items lacking = record_items_lacking(move);

	for (int item = 1; item <= RECORD_ITEM_COUNT; item++)
		if (lacking >> (item - 1) & 1)
			verdict_refuse(verdict, VERDICT_ILLEGAL,
			    &(struct unmet){
			        .guard = guard_name(GUARD_RECORD_COMPLETE),
			        .field = fields[F_RECORD_GAPS].key,
			        .item = item,
			        .message = arena_print(verdict->arena,
			            "the maintenance record lacks item %d (%s), and record_gaps does not say why", item,
			            record_item_name(item)),
			        .who = items[item - 1].who,
			    });
}
