// SPDX-License-Identifier: Apache-2.0
// Steps over the register: people and their tokens, programs with designations and readings.
#ifndef WEIHU_API_REGISTER_H
#define WEIHU_API_REGISTER_H

#include "api/call.h"

extern const struct resource person_resource, new_person_resource, token_resource, program_resource,
    new_program_resource, designation_resource, reading_resource, document_resource, asset_resource;

enum outcome show_me(struct call *call);
enum outcome show_named(struct call *call); // by the route's resource, the one at {login} or {code}
enum outcome find_named(struct call *call); // is it there at all?
enum outcome save_person(struct call *call);
enum outcome add_token(struct call *call);
enum outcome answer_token_again(struct call *call); // to a retry
enum outcome revoke_token(struct call *call);

// Ends the thing of {login}'s at the path's {id}: a token, a role on loan.
enum outcome end_of_person(struct call *call, const char *action, enum statement_id statement);

enum outcome save_program(struct call *call);
enum outcome add_designation(struct call *call);
enum outcome add_reading(struct call *call);
enum outcome save_part(struct call *call); // a document or an asset, the first time or anew

#endif
