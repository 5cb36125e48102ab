// SPDX-License-Identifier: Apache-2.0
// The YAML loaders: any text as each of the house's files. It is loaded, or there are complaints; a workflow that is
// loaded can be printed.
#include <string.h>

#include "base/text.h"
#include "config/house.h"
#include "config/yaml.h"
#include "fuzz.h"

struct reading {
	struct arena *arena;
	struct faults faults;
};

static void judge(struct reading *reading, bool loaded)
{
	demand(loaded == (reading->faults.count == 0), "it is loaded, or there are complaints");
	for (const struct fault *fault = reading->faults.first; fault != NULL; fault = fault->next)
		demand(fault->field != NULL && fault->message != NULL && *fault->message != '\0',
		    "a complaint says what");
	faults_init(&reading->faults, reading->arena);
}

static void load_workflow(struct reading *reading, const char *text)
{
	const struct workflow *workflow = workflow_load("w", text, reading->arena, &reading->faults);
	struct buffer out;

	if (workflow != NULL) {
		buffer_init(&out, reading->arena);
		workflow_print(workflow, DIAGRAM_MERMAID, false, &out);
		demand(out.length > 0, "a workflow prints itself");
	}
	judge(reading, workflow != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct reading reading = {.arena = arena_new()};
	struct arena *arena = reading.arena;
	struct faults *faults = &reading.faults;
	const char *text = arena_copy_bytes(arena, (const char *)bytes, length);
	struct yaml yaml = {.file = "y", .arena = arena, .faults = faults};

	faults_init(faults, arena);
	judge(&reading, yaml_read(&yaml, text) != NULL);
	load_workflow(&reading, text);
	judge(&reading, permissions_load("p", text, arena, faults) != NULL);
	judge(&reading, routing_load("r", text, arena, faults) != NULL);
	judge(&reading, calendar_load("c", text, arena, faults) != NULL);
	arena_free(arena);
	return 0;
}
