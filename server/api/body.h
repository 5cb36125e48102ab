// SPDX-License-Identifier: Apache-2.0
// Bodies against their tables: a ticket's fields by THE FIELD TABLE, other things by their resource's members.
#ifndef WEIHU_API_BODY_H
#define WEIHU_API_BODY_H

#include "api/call.h"

// Reads the members of `object` as ticket fields into call->given; faults for what is unknown or wrong.
void take_fields(struct call *call, const struct json *object);

// A step: reads the body by the resource's members into call->patch (an object that is whole). A POST wants the
// required ones and gets the fallbacks; a PATCH wants nothing and may not touch what is fixed.
enum outcome read_members(struct call *call);

// The text of a member of the body, or NULL.
const char *body_text(const struct call *call, const char *key);

// A step: persons, programs and tickets that the given fields name must be there, and may be named so.
enum outcome check_references(struct call *call);

// Writes call->given as member "patch" of a deed, and "terms" when the text to search has changed.
void given_write(struct call *call, struct json_out *deed);

// ?dry_run=true: all of it but the writing.
bool is_dry_run(const struct call *call);
bool dry_run_is_right(struct call *call); // else with a fault

#endif
