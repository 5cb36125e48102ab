// SPDX-License-Identifier: Apache-2.0
// Reading routing rules: when which facts hold, to whom, and why.
#include <string.h>

#include "config/house.h"
#include "config/names.h"

// A condition on a fact with known values; "*" is any of them.
static void read_known(struct yaml *yaml, const struct yaml_node *value, const struct vocabulary *known,
    const char **into)
{
	if (!yaml_text(yaml, value, into) || strcmp(*into, "*") == 0)
		return;
	name_read(yaml, value, known, NULL);
}

static void read_kind(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	read_known(yaml, value, &kinds_known, into);
}

static void read_severity(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	read_known(yaml, value, &severities_known, into);
}

static void read_text(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_text(yaml, value, into);
}

static void read_words(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	size_t count;

	*(const char *const **)into = yaml_texts(yaml, value, &count);
}

static const struct yaml_key when_keys[] = {
    {"kind", read_kind, false, offsetof(struct routing_rule, kind)},
    {"severity", read_severity, false, offsetof(struct routing_rule, severity)},
    {"vendor", read_text, false, offsetof(struct routing_rule, vendor)},
    {"program", read_text, false, offsetof(struct routing_rule, program)},
    {"words", read_words, false, offsetof(struct routing_rule, words)},
};

static void read_when(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	yaml_read_map(yaml, value, KEYS(when_keys), into);
}

static const char *target_at(const void *context, size_t n)
{
	static const char *const targets[] =
	    {[ROUTE_SYSADMIN] = "sysadmin", [ROUTE_DEPUTY] = "deputy", [ROUTE_LEAD] = "lead", [ROUTE_PERSON] = NULL};

	(void)context;
	return targets[n];
}

static const struct yaml_key person_keys[] = {
    {"person", read_text, true, offsetof(struct routing_rule, person)},
};

// `to: deputy`, or `to: {person: li}`.
static void read_to(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	static const struct vocabulary targets = {"target", target_at};
	struct routing_rule *rule = into;
	int target;

	if (value->type == YAML_MAP) {
		rule->target = ROUTE_PERSON;
		yaml_read_map(yaml, value, KEYS(person_keys), rule);
		return;
	}
	target = name_read(yaml, value, &targets, NULL);
	if (target >= 0)
		rule->target = (enum route_target)target;
}

static const struct yaml_key reason_keys[] = {
    {"zh", read_text, true, offsetof(struct routing_rule, zh)},
    {"en", read_text, true, offsetof(struct routing_rule, en)},
};

// `reason: text`, or in both languages: `reason: {zh: …, en: …}`.
static void read_reason(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct routing_rule *rule = into;

	if (value->type == YAML_MAP)
		yaml_read_map(yaml, value, KEYS(reason_keys), rule);
	else if (yaml_text(yaml, value, &rule->en))
		rule->zh = rule->en;
}

static const struct yaml_key rule_keys[] = {
    {"when", read_when, false, 0},
    {"to", read_to, true, 0},
    {"reason", read_reason, true, 0},
};

static void read_rules(struct yaml *yaml, const struct yaml_node *value, void *into)
{
	struct routing *routing = into;
	struct routing_rule *rules;

	if (!yaml_is(yaml, value, YAML_LIST))
		return;
	rules = arena_take_array(yaml->arena, value->count + 1, sizeof(*rules));
	for (const struct yaml_node *node = value->first; node != NULL; node = node->next) {
		struct routing_rule *rule = &rules[routing->count++];
		rule->line = node->line;
		yaml_read_map(yaml, node, KEYS(rule_keys), rule);
	}
	routing->rules = rules;
}

static const struct yaml_key routing_keys[] = {
    {"rules", read_rules, true, 0},
};

struct routing *routing_load(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	struct routing *routing = arena_take(arena, sizeof(*routing));
	struct yaml yaml = {file, arena, faults, NULL};
	const struct yaml_node *root = yaml_read(&yaml, text);
	size_t before = faults->count;

	if (root == NULL)
		return NULL;
	yaml_read_map(&yaml, root, KEYS(routing_keys), routing);
	return faults->count == before ? routing : NULL;
}
