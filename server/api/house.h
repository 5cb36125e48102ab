// SPDX-License-Identifier: Apache-2.0
// The rules in force: every workflow that a ticket may run under, its fields, permissions, routing. Never changed once
// it is built; a reload builds another, and calls that began under the old one end under it.
#ifndef WEIHU_API_HOUSE_H
#define WEIHU_API_HOUSE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/calendar.h"
#include "domain/permission.h"
#include "domain/routing.h"
#include "domain/workflow.h"

struct house {
	atomic_int holders;
	struct arena *arena;                     // owns all of it
	const struct workflow *const *workflows; // by version
	size_t workflow_count;
	const struct workflow *current; // new tickets run under it
	const struct field *fields;     // THE FIELD TABLE with the team's own
	const struct permissions *permissions;
	const struct routing *routing;
	const struct calendar *calendar;
	const char *states;        // of all workflows: "draft,submitted,…"
	const char *closed_states; // the terminal ones: "closed,rejected,cancelled"
};

struct house *house_hold(struct house *house);
void house_drop(struct house *house); // the last one to drop it frees it

const struct workflow *house_workflow(const struct house *house, int version); // or NULL

// The action by which a request is filed: the first that its requester may take from the initial state.
int house_filing(const struct workflow *workflow);

// The states of the house's workflows, or the terminal ones alone, as "closed,rejected,…".
const char *house_states(const struct house *house, bool terminal);

// The workflow's edges for migrate_workflow(): [{"action","from","to"}], births among them with a null `from`.
const char *house_edges(const struct workflow *workflow, struct arena *arena);

#endif
