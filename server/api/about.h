// SPDX-License-Identifier: Apache-2.0
// Steps that tell about the service itself: health, figures, the document, the workflow, the fields.
#ifndef WEIHU_API_ABOUT_H
#define WEIHU_API_ABOUT_H

#include "api/call.h"

enum outcome tell_health(struct call *call); // the process answers
enum outcome tell_ready(struct call *call);  // the database answers, too
enum outcome tell_metrics(struct call *call);
enum outcome tell_openapi(struct call *call);
enum outcome tell_workflow(struct call *call); // as JSON, or with ?format= as text
enum outcome tell_fields(struct call *call);

#endif
