// SPDX-License-Identifier: Apache-2.0
// GET /v1/exports/{what}: everything of one kind as CSV, JSON Lines or a workbook, at the client's pace.
#ifndef WEIHU_API_EXPORT_H
#define WEIHU_API_EXPORT_H

#include "api/call.h"

enum outcome begin_export(struct call *call);

#endif
