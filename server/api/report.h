// SPDX-License-Identifier: Apache-2.0
// Steps over reports: measures computed from the audit record as of a moment.
#ifndef WEIHU_API_REPORT_H
#define WEIHU_API_REPORT_H

#include "api/call.h"

enum outcome list_reports(struct call *call); // the measures that there are
enum outcome show_report(struct call *call);  // the figures of the one at {measure}, or its facts

// The period, the moment and the filters that the query gives, with faults for what cannot be read.
struct measure_ask report_read(struct call *call);

#endif
