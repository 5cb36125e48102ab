// SPDX-License-Identifier: Apache-2.0
// A ticket as the rules see it: its state, the text of each field, and the facts that guards ask about.
#ifndef WEIHU_DOMAIN_TICKET_H
#define WEIHU_DOMAIN_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "domain/field.h"
#include "domain/step.h"

enum kind { KIND_CORRECTIVE, KIND_ADAPTIVE, KIND_PERFECTIVE, KIND_PREVENTIVE, KIND_COUNT };

typedef uint32_t kind_set; // bit n: enum kind n

#define KIND_BIT(kind) ((kind_set)1 << (kind))
#define KINDS_ALL (KIND_BIT(KIND_COUNT) - 1)

const char *kind_name(enum kind kind);
bool kind_find(const char *name, enum kind *kind);

// Items 1–7 of the maintenance record that the program's register still lacks (bit n-1: item n).
typedef uint32_t record_items;

struct ticket {
	int64_t id;      // 0: not stored yet; its state is then the initial one, its requester the one who files
	int64_t version; // 0: not stored yet
	int workflow;    // version of the workflow that it runs under
	const char *state;
	const char *values[FIELD_COUNT]; // engine text per field (field_text), NULL: not filled

	// What stands around the ticket, read with it.
	const char *deputy;             // acting deputy designated for its program today, or NULL
	const char *designated;         // sysadmin designated for its program today, or NULL
	const struct step_entry *steps; // technical steps in the order recorded, since the last reopening
	size_t step_count;
	int64_t change_count;     // record items 8–13: changes recorded since the last reopening
	int64_t work_count;       // work entries since the last reopening
	int64_t clash_count;      // other tickets of the program planned over the same time (that given with the move)
	record_items record_gaps; // of its program
};

// The settled kind, or the claimed one until it is settled; false when neither is filled.
bool ticket_kind(const struct ticket *ticket, enum kind *kind);

#endif
