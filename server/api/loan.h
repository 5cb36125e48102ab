// SPDX-License-Identifier: Apache-2.0
// Roles on loan (break-glass): an administrator holds one for a while, for a reason, and whatever is done meanwhile
// says so.
#ifndef WEIHU_API_LOAN_H
#define WEIHU_API_LOAN_H

#include "api/call.h"

extern const struct resource loan_resource;

enum outcome lend_role(struct call *call);      // POST /v1/people/{login}/loans
enum outcome take_back_role(struct call *call); // DELETE /v1/people/{login}/loans/{id}

#endif
