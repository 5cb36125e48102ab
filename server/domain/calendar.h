// SPDX-License-Identifier: Apache-2.0
// When people work: hours of a day, days off, and Saturdays or Sundays that are worked instead.
#ifndef WEIHU_DOMAIN_CALENDAR_H
#define WEIHU_DOMAIN_CALENDAR_H

struct calendar {
	const char *name;
	const char *zone;     // in which its days begin, and those of reports
	const char *document; // JSON for worked_seconds(): from, until, hours, holidays, workdays
};

#endif
