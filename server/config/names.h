// SPDX-License-Identifier: Apache-2.0
// Names in configurations: each must be known to its vocabulary; a wrong one is told with the nearest right one.
#ifndef WEIHU_CONFIG_NAMES_H
#define WEIHU_CONFIG_NAMES_H

#include "config/yaml.h"
#include "domain/field.h"

struct vocabulary {
	const char *what;                                       // "state"
	const char *(*name)(const void *context, size_t index); // NULL behind the last
};

// The context is the struct workflow for the first two, and not looked at for the others.
extern const struct vocabulary states_known, actions_known;
extern const struct vocabulary fields_known, parties_known, guards_known, controls_known, records_known;
extern const struct vocabulary kinds_known, roles_known, relations_known, severities_known;

// The index of the name that the node holds, or -1 with a fault.
int name_read(struct yaml *yaml, const struct yaml_node *node, const struct vocabulary *known, const void *context);

// The set of indexes that a list of names (or a single one) stands for. An item $name stands for the items of that list
// among `groups` (a map, or NULL).
field_set names_read(struct yaml *yaml, const struct yaml_node *list, const struct vocabulary *known,
    const void *context, const struct yaml_node *groups);

// Calls `take` for each item of the list, with groups opened.
typedef void item_taker(struct yaml *yaml, const struct yaml_node *item, void *into);
void items_each(struct yaml *yaml, const struct yaml_node *list, const struct yaml_node *groups, item_taker *take,
    void *into);

#endif
