// SPDX-License-Identifier: Apache-2.0
// The step before all handlers: whether the caller may do this at all, to this object.
#ifndef WEIHU_API_PERMIT_H
#define WEIHU_API_PERMIT_H

#include "api/call.h"

enum outcome permit(struct call *call); // the route's permission

// "own,team"; NULL for none.
const char *relations_text(relation_set relations, struct arena *arena);

#endif
