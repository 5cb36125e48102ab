// SPDX-License-Identifier: Apache-2.0
// The rules of the house, read from YAML: workflow, permissions, routing, calendar. Checked whole before they are used.
#ifndef WEIHU_CONFIG_HOUSE_H
#define WEIHU_CONFIG_HOUSE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"
#include "domain/calendar.h"
#include "domain/own_field.h"
#include "domain/permission.h"
#include "domain/routing.h"
#include "domain/workflow.h"

// Each reads YAML `text` (from `file`, whose name the faults carry as FILE:LINE) into `arena`; NULL when there is any
// fault, and then all of them are told: unknown keys, states, roles, fields, guards, wrong types, and for the workflow
// whatever workflow_check() finds.
struct workflow *workflow_load(const char *file, const char *text, struct arena *arena, struct faults *faults);
// The team's own fields must have been declared: permissions may name them.
struct permissions *permissions_load(const char *file, const char *text, struct arena *arena, struct faults *faults);
struct routing *routing_load(const char *file, const char *text, struct arena *arena, struct faults *faults);
struct calendar *calendar_load(const char *file, const char *text, struct arena *arena, struct faults *faults);

struct own_fields *own_fields_load(const char *file, const char *text, struct arena *arena, struct faults *faults);

// Adds the whole days of an iCalendar file: make-up working days are what is in the category WORKDAY, has
// X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY, or is called 班; all others are days off. The calendar is then known until the
// end of the last year of which the file tells more than January. False with faults.
bool calendar_add_ics(struct calendar *calendar, const char *file, const char *text, struct arena *arena,
    struct faults *faults);

// The whole file as text, or NULL with a fault.
char *config_read_file(const char *file, struct arena *arena, struct faults *faults);

#endif
