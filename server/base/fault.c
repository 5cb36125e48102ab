// SPDX-License-Identifier: Apache-2.0
// Lists of what is wrong with an input.
#include "base/fault.h"

void faults_init(struct faults *faults, struct arena *arena)
{
	*faults = (struct faults){.arena = arena};
}

void faults_add(struct faults *faults, const char *field, const char *code, const char *format, ...)
{
	struct fault *fault = arena_take(faults->arena, sizeof(*fault));
	va_list values;

	fault->field = arena_copy(faults->arena, field);
	fault->code = arena_copy(faults->arena, code);
	va_start(values, format);
	fault->message = arena_vprint(faults->arena, format, values);
	va_end(values);
	if (faults->last == NULL)
		faults->first = fault;
	else
		faults->last->next = fault;
	faults->last = fault;
	faults->count++;
}
