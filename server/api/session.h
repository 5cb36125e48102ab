// SPDX-License-Identifier: Apache-2.0
// Logging in and out, and setting passwords: steps in the order in which they run.
#ifndef WEIHU_API_SESSION_H
#define WEIHU_API_SESSION_H

#include "api/call.h"

extern const struct resource session_resource, password_resource;

#define SECRET_LONGEST 256 // characters of a password

// POST /v1/sessions; the second factor's steps stand in factor.h
enum outcome try_login(struct call *call); // counts the attempt, and refuses it when there were too many
enum outcome check_password(struct call *call);
enum outcome open_session(struct call *call);
bool login_may_be(const char *login);                // as logins are written
enum outcome refuse_login(struct call *call);        // in the same words, whatever was wrong
enum outcome refuse_without_code(struct call *call); // the password was right, and a code is wanted

// DELETE /v1/sessions/current
enum outcome end_session(struct call *call);

// What changes the ways in takes a proof first: a guess like any other.
enum outcome try_own(struct call *call); // counts it
enum outcome check_own_password(struct call *call);
enum outcome judge_own_password(struct call *call);

// POST /v1/people/{login}/password
enum outcome check_new_password(struct call *call);
enum outcome try_current_password(struct call *call);
enum outcome make_password(struct call *call);
enum outcome save_password(struct call *call);

#endif
