// SPDX-License-Identifier: Apache-2.0
// Logging in and out, and setting passwords: steps in the order in which they run.
#ifndef WEIHU_API_SESSION_H
#define WEIHU_API_SESSION_H

#include "api/call.h"

extern const struct resource session_resource, password_resource;

// POST /v1/sessions
enum outcome try_login(struct call *call); // counts the attempt, and refuses it when there were too many
enum outcome check_password(struct call *call);
enum outcome open_session(struct call *call);

// DELETE /v1/sessions/current
enum outcome end_session(struct call *call);

// POST /v1/people/{login}/password
enum outcome check_new_password(struct call *call);
enum outcome try_current_password(struct call *call);
enum outcome make_password(struct call *call);
enum outcome save_password(struct call *call);

#endif
