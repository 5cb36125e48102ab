// SPDX-License-Identifier: Apache-2.0
// Parts of a workflow as text, for the tables and diagrams that are printed of it.
#ifndef WEIHU_DOMAIN_WORKFLOW_TEXT_H
#define WEIHU_DOMAIN_WORKFLOW_TEXT_H

#include "domain/workflow.h"

// How names are written: plain ("lead, sysadmin"), or as code for Markdown ("`lead`, `sysadmin`").
struct style {
	struct arena *arena;
	bool code;
};

const char *style_name(const struct style *style, const char *name);
const char *style_states(const struct style *style, const struct workflow *workflow, state_set states);
const char *style_parties(const struct style *style, party_set parties);
const char *style_fields(const struct style *style, const field_set *fields, const char *between);
const char *style_target(const struct style *style, const struct workflow *workflow, int to);

// What must be filled for the action by this path: by kind where kinds differ; '+' marks what must be given anew.
const char *style_needs(const struct style *style, const struct action *action, const struct path *path);

// Guards, from whom the caller must be apart, and which action's needs are checked again.
const char *style_conditions(const struct style *style, const struct workflow *workflow, const struct action *action,
    const struct path *path);
const char *style_guards(const struct style *style, guard_set guards);
const char *style_stamps(const struct style *style, const struct action *action);

void diagram_mermaid(const struct workflow *workflow, bool chinese, struct buffer *out);
void diagram_dot(const struct workflow *workflow, bool chinese, struct buffer *out);

#endif
