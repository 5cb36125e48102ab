// SPDX-License-Identifier: Apache-2.0
// The export of measures: a page is the figures of one, and its number is what an export goes on behind. Measures that
// do not know a filter that was given are left out.
#include <string.h>

#include "api/export_parts.h"
#include "api/report.h"

static bool suits(const struct call *call, const struct measure *measure)
{
	static const char *const filters[] = {"program", "kind", "person"};

	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (query_get(&call->query, filters[i]) != NULL && !measure_knows(measure, filters[i]))
			return false;
	return true;
}

static const struct measure *next_measure(const struct call *call)
{
	for (size_t i = 0; i < measure_count; i++)
		if (measure_number(&measures[i]) > call->export->after && suits(call, &measures[i]))
			return &measures[i];
	return NULL;
}

bool export_measures_left(const struct call *call)
{
	return next_measure(call) != NULL;
}

static bool names_dimensions(struct call *call, const char *by)
{
	for (const char *name = by; name != NULL && *name != '\0'; name += strspn(name, ",")) {
		const char *dimension = arena_copy_bytes(call->arena, name, strcspn(name, ","));
		bool known = false;

		name += strlen(dimension);
		for (size_t i = 0; i < measure_count; i++)
			known = known || measure_knows(&measures[i], dimension);
		if (!known)
			faults_add(&call->faults, "by", "choice", "nothing is told apart by %s", dimension);
	}
	return call->faults.count == 0;
}

bool export_ask_measures(struct call *call, call_reader *reader)
{
	struct measure_ask ask = report_read(call);
	const struct measure *measure = next_measure(call);

	if (!names_dimensions(call, ask.by))
		return false;
	ask.columns = export_items(call->export->export, NULL, call->arena);
	ask.none = measure == NULL; // its headings still have to be told
	if (measure == NULL)
		measure = &measures[0];
	ask.by = measure_split_known(measure, ask.by, call->arena);
	return call_ask_measure(call, measure, &ask, reader);
}
