// SPDX-License-Identifier: Apache-2.0
// Fields of a team's own, as its configuration declares them: rows of THE FIELD TABLE behind those of the house.
#ifndef WEIHU_DOMAIN_OWN_FIELD_H
#define WEIHU_DOMAIN_OWN_FIELD_H

#include "domain/workflow.h"

#define OWN_PREFIX "x_" // so that none is ever called like a field of the house

struct own_field {
	struct field field;
	int line;                                   // in the configuration
	const char *const *given, *const *required; // names of actions, NULL-terminated; or NULL
	kind_set kinds;                             // for which it is required
	party_set edit;
};

struct own_fields {
	const char *file; // as faults name it
	struct own_field *list;
	size_t count;
};

// Makes a field table with them in `arena`, for this thread to see (see fields_declare()); what they point to must live
// as long.
void own_fields_declare(const struct own_fields *own, struct arena *arena);

// Lets the workflow take, demand and edit them. The fields must have been declared. Actions that the workflow does not
// have are passed over: a ticket may run under an earlier one.
void own_fields_join(const struct own_fields *own, struct workflow *workflow, struct arena *arena);

// Tells the actions that the workflow does not have. True if there are none.
bool own_fields_check(const struct own_fields *own, const struct workflow *workflow, struct faults *faults);

#endif
