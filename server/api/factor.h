// SPDX-License-Identifier: Apache-2.0
// Second factors: asked for at login; begun, confirmed and taken away. Steps in the order in which they run.
#ifndef WEIHU_API_FACTOR_H
#define WEIHU_API_FACTOR_H

#include "api/call.h"

struct factor {
	const char *sealed; // its secret
	bool confirmed;     // it counts
	int64_t last_step;  // that was used
};

extern const struct resource factor_resource, factor_code_resource;

// At login: what there is, and then the code, used up.
enum outcome find_login_factor(struct call *call);
enum outcome use_login_code(struct call *call);

// /v1/people/{login}/second-factor and what is below it; others than an administrator for themselves alone.
enum outcome show_factor(struct call *call);
enum outcome begin_factor(struct call *call);
enum outcome find_factor(struct call *call);
enum outcome confirm_factor(struct call *call);
enum outcome use_code(struct call *call); // any code that is good for a login
enum outcome end_factor(struct call *call);
enum outcome reset_factor(struct call *call);

#endif
