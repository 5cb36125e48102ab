// SPDX-License-Identifier: Apache-2.0
// Every verdict of the house's workflow: each action, from each state, for each kind, by each role and relation, on a
// ticket that is ready, bare or urgent, with all fields given or none. The outcome is judge_verdicts.txt: a change of
// the rules shows as a difference there. WEIHU_UPDATE=1 writes it anew.
#include "desk.h"

#define FILE_NAME "test/unit/judge_verdicts.txt"
#define CALLER "x"

enum standing { NONE, REQUESTER, NAMED, DESIGNATED, DEPUTY, TECHNICIAN, HELPER, DELIVERER, EVALUATOR, STANDING_COUNT };

static const char *const relations[STANDING_COUNT] = {"none", "requester", "named", "designated", "deputy",
    "technician", "helper", "deliverer", "evaluator"};

enum condition { READY, BARE, URGENT, CONDITION_COUNT };

static const char *const conditions[CONDITION_COUNT] = {"ready", "bare", "urgent"};

#define CALLERS (ROLE_COUNT * STANDING_COUNT)
#define CELLS (CONDITION_COUNT * 2 * KIND_COUNT) // per state: condition, fields given or not, kind

struct cell {
	enum condition condition;
	bool full;
	enum kind kind;
};

static struct cell cell_of(size_t n)
{
	return (struct cell){
	    .condition = (enum condition)(n / (2 * KIND_COUNT)),
	    .full = n / KIND_COUNT % 2 == 0,
	    .kind = (enum kind)(n % KIND_COUNT),
	};
}

static const struct step_entry unchecked[] = {
    {STEP_ANALYSIS, STEP_PASSED, "old"},
    {STEP_DESIGN, STEP_PASSED, "old"},
    {STEP_CODE, STEP_PASSED, "old"},
    {STEP_UNIT_TEST, STEP_PASSED, "old"},
    {STEP_INTEGRATION_TEST, STEP_PASSED, "old"},
};

// Something right for the field.
static const char *plausible(enum field_id id, const struct cell *cell)
{
	static const char *const by_type[] = {
	    [FIELD_TEXT] = "text",
	    [FIELD_WHOLE] = "3",
	    [FIELD_TRUTH] = "true",
	    [FIELD_TIME] = "2026-12-01T00:00:00Z",
	    [FIELD_PERSON] = "ida",
	    [FIELD_PEOPLE] = "jon",
	    [FIELD_PROGRAM] = "LEDGER",
	    [FIELD_TICKET] = "7",
	};

	if (id == F_PLANNED_END)
		return "2026-12-02T00:00:00Z";
	if (id == F_SEVERITY || id == F_CONSENTED_SEVERITY)
		return "severe";
	if (id == F_KIND || id == F_CLAIMED_KIND || id == F_CONSENTED_KIND)
		return kind_name(cell->kind);
	return fields[id].type == FIELD_CHOICE ? fields[id].choices[0] : by_type[fields[id].type];
}

static void make_bare(struct desk *desk, const struct cell *cell)
{
	desk->ticket = (struct ticket){.id = 42, .clash_count = 1, .record_gaps = 1};
	desk_fill(desk, F_CLAIMED_KIND, kind_name(cell->kind));
	desk_fill(desk, F_REQUESTER, "ann");
	desk_fill(desk, F_APPEALED, "true");
	desk_fill(desk, F_CLOSED_AT, "2026-01-01T00:00:00Z");
}

static void make_ready(struct desk *desk, const struct cell *cell)
{
	desk->ticket = (struct ticket){
	    .id = 42,
	    .designated = "des",
	    .steps = desk_steps,
	    .step_count = STEP_COUNT,
	    .change_count = 1,
	    .work_count = 1,
	};
	for (enum field_id id = 0; id < F_OWN_FIRST; id++)
		if (fields[id].source == SOURCE_PEOPLE)
			desk_fill(desk, id, plausible(id, cell));
	desk_fill(desk, F_REQUESTER, "ann");
	desk_fill(desk, F_STARTED_AT, DESK_NOW);
	desk_fill(desk, F_FINISHED_AT, DESK_NOW);
	desk_fill(desk, F_CLOSED_AT, DESK_NOW);
	desk_fill(desk, F_RESUMES_TO, "in_maintenance");
}

static void make_urgent(struct desk *desk, const struct cell *cell)
{
	static const enum field_id lacking[] = {F_EFFORT_PEOPLE, F_EFFORT_MINUTES, F_NATURE, F_IMPACT, F_BACKOUT_PLAN,
	    F_WINDOW, F_DOCUMENTS, F_AUTHORISED_BY, F_AFTERWARDS};

	make_ready(desk, cell);
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++)
		desk_fill(desk, lacking[i], NULL);
	desk->ticket.steps = unchecked;
	desk->ticket.step_count = 5;
	desk_fill(desk, F_URGENT, "true");
	desk_fill(desk, F_OWED, "change_report,authorisation,documents,design_check");
}

static void make_ticket(struct desk *desk, const struct cell *cell, size_t state)
{
	static void (*const makers[])(struct desk * desk, const struct cell *cell) = {
	    [READY] = make_ready,
	    [BARE] = make_bare,
	    [URGENT] = make_urgent,
	};

	makers[cell->condition](desk, cell);
	desk->ticket.state = desk->workflow->states[state].name;
}

static void give_all(struct desk *desk, const struct cell *cell, const struct action *action, size_t state)
{
	const struct path *path = action_path(action, (int)state);

	desk_clear(desk);
	if (!cell->full || path == NULL)
		return;
	field_set accepted = action_accepted(desk->workflow, action, path);
	for (enum field_id id = 0; id < FIELD_COUNT; id++)
		if (field_set_has(&accepted, id))
			desk_give(desk, id, plausible(id, cell));
}

static void relate(struct ticket *ticket, enum standing relation)
{
	static const enum field_id named[STANDING_COUNT] = {
	    [REQUESTER] = F_REQUESTER,
	    [NAMED] = F_SYSADMIN,
	    [TECHNICIAN] = F_TECHNICIAN,
	    [HELPER] = F_HELPERS,
	    [DELIVERER] = F_DELIVERED_BY,
	    [EVALUATOR] = F_EVALUATOR,
	};

	if (relation == DESIGNATED)
		ticket->designated = CALLER;
	else if (relation == DEPUTY)
		ticket->deputy = CALLER;
	else if (relation != NONE)
		ticket->values[named[relation]] = CALLER;
}

struct verdicts {
	const char *text[CALLERS];
};

static void judge_cell(struct desk *desk, size_t action, size_t state, const struct cell *cell,
    struct verdicts *verdicts)
{
	make_ticket(desk, cell, state);
	give_all(desk, cell, &desk->workflow->actions[action], state);
	const struct ticket ticket = desk->ticket;
	for (size_t caller = 0; caller < CALLERS; caller++) {
		struct person person = {.login = CALLER, .roles = ROLE_BIT(caller / STANDING_COUNT)};
		desk->ticket = ticket;
		relate(&desk->ticket, (enum standing)(caller % STANDING_COUNT));
		struct verdict verdict = workflow_judge(desk->workflow, &desk->ticket, (int)action, &person,
		    &desk->given, desk->now, desk->arena);
		verdicts->text[caller] = verdict_text(&verdict, desk->ticket.state);
	}
}

// The names in the set: "*" for all, "not a,b" when those left out are fewer.
static void print_set(uint32_t set, int count, const char *(*name)(int n), struct buffer *out)
{
	uint32_t all = (UINT32_C(1) << count) - 1;
	bool without = __builtin_popcount(set) > count / 2, first = true;

	if (set == all) {
		buffer_add_char(out, '*');
		return;
	}
	buffer_add_text(out, without ? "not " : "");
	for (int n = 0; n < count; n++) {
		if ((set >> n & 1) == without)
			continue;
		buffer_print(out, "%s%s", first ? "" : ",", name(n));
		first = false;
	}
}

static const char *role_at(int n)
{
	return role_name((enum role)n);
}

static const char *relation_at(int n)
{
	return relations[n];
}

static const char *kind_at(int n)
{
	return kind_name((enum kind)n);
}

// The callers with this verdict: "sysadmin/named,designated,deputy; */requester".
static void print_callers(const struct verdicts *verdicts, const char *text, struct buffer *out)
{
	role_set roles[STANDING_COUNT] = {0};
	const char *between = "";

	for (size_t caller = 0; caller < CALLERS; caller++)
		if (strcmp(verdicts->text[caller], text) == 0)
			roles[caller % STANDING_COUNT] |= ROLE_BIT(caller / STANDING_COUNT);
	for (int relation = 0; relation < STANDING_COUNT; relation++) {
		uint32_t alike = 0; // the relations with these roles
		for (int other = 0; other < STANDING_COUNT; other++)
			alike |= (uint32_t)(roles[other] == roles[relation]) << other;
		if (roles[relation] == 0 || (alike & ((UINT32_C(1) << relation) - 1)) != 0)
			continue;
		buffer_add_text(out, between);
		print_set(roles[relation], ROLE_COUNT, role_at, out);
		buffer_add_char(out, '/');
		print_set(alike, STANDING_COUNT, relation_at, out);
		between = "; ";
	}
}

static size_t count_callers(const struct verdicts *verdicts, const char *text)
{
	size_t count = 0;

	for (size_t caller = 0; caller < CALLERS; caller++)
		count += strcmp(verdicts->text[caller], text) == 0;
	return count;
}

static const char *commonest(const struct verdicts *verdicts)
{
	const char *most = verdicts->text[0];

	for (size_t caller = 1; caller < CALLERS; caller++)
		if (count_callers(verdicts, verdicts->text[caller]) > count_callers(verdicts, most))
			most = verdicts->text[caller];
	return most;
}

static bool is_first(const struct verdicts *verdicts, size_t caller)
{
	for (size_t before = 0; before < caller; before++)
		if (strcmp(verdicts->text[before], verdicts->text[caller]) == 0)
			return false;
	return true;
}

// One line per verdict; the commonest comes last, for everybody else.
static const char *print_verdicts(const struct verdicts *verdicts, struct arena *arena)
{
	const char *rest = commonest(verdicts);
	struct buffer out;

	buffer_init(&out, arena);
	for (size_t caller = 0; caller < CALLERS; caller++) {
		if (!is_first(verdicts, caller) || strcmp(verdicts->text[caller], rest) == 0)
			continue;
		buffer_add_text(&out, "    ");
		print_callers(verdicts, verdicts->text[caller], &out);
		buffer_print(&out, " -> %s\n", verdicts->text[caller]);
	}
	buffer_print(&out, "    %s -> %s\n", out.length > 0 ? "else" : "anybody", rest);
	return out.bytes;
}

struct block {
	const char *text;
	uint32_t cells[STATE_MOST]; // by state: bit n is cell n
};

static uint32_t kinds_at(uint32_t cells, enum condition condition, bool full)
{
	return cells >> ((2 * condition + !full) * KIND_COUNT) & KINDS_ALL;
}

static void print_kinds(uint32_t kinds, struct buffer *out)
{
	if (kinds == KINDS_ALL)
		return;
	buffer_add_char(out, '(');
	print_set(kinds, KIND_COUNT, kind_at, out);
	buffer_add_char(out, ')');
}

static void print_fields(uint32_t cells, bool full, struct buffer *out)
{
	const char *name = full ? "full" : "none";
	uint32_t ready = kinds_at(cells, READY, full);

	if (ready != 0 && ready == kinds_at(cells, BARE, full) && ready == kinds_at(cells, URGENT, full)) {
		buffer_print(out, " *+%s", name);
		print_kinds(ready, out);
		return;
	}
	for (enum condition condition = 0; condition < CONDITION_COUNT; condition++) {
		uint32_t kinds = kinds_at(cells, condition, full);
		if (kinds == 0)
			continue;
		buffer_print(out, " %s+%s", conditions[condition], name);
		print_kinds(kinds, out);
	}
}

static void print_cells(uint32_t cells, struct buffer *out)
{
	if (cells == (UINT32_C(1) << CELLS) - 1) {
		buffer_add_text(out, " *");
		return;
	}
	print_fields(cells, true, out);
	print_fields(cells, false, out);
}

static const struct workflow *printed; // whose states state_at() names

static const char *state_at(int n)
{
	return printed->states[n].name;
}

static void print_block(const struct block *block, const struct workflow *workflow, struct buffer *out)
{
	printed = workflow;
	for (size_t state = 0; state < workflow->state_count; state++) {
		uint32_t alike = 0; // the states with the same cells
		for (size_t other = 0; other < workflow->state_count; other++)
			alike |= (uint32_t)(block->cells[other] == block->cells[state]) << other;
		if (block->cells[state] == 0 || (alike & ((UINT32_C(1) << state) - 1)) != 0)
			continue;
		buffer_add_text(out, "  ");
		print_set(alike, (int)workflow->state_count, state_at, out);
		buffer_add_char(out, ':');
		print_cells(block->cells[state], out);
		buffer_add_char(out, '\n');
	}
	buffer_add_text(out, block->text);
}

// The verdicts of one cell as text, in an arena of their own until then: there are many.
static const char *judged(struct desk *desk, size_t action, size_t state, const struct cell *cell, struct arena *arena)
{
	struct arena *own = desk->arena;
	struct verdicts verdicts;

	desk->arena = arena_new();
	judge_cell(desk, action, state, cell, &verdicts);
	const char *text = arena_copy(arena, print_verdicts(&verdicts, desk->arena));
	arena_free(desk->arena);
	desk->arena = own;
	return text;
}

static void print_action(struct desk *desk, size_t action, struct buffer *out)
{
	struct block *blocks = arena_take_array(out->arena, STATE_MOST * CELLS, sizeof(*blocks));
	size_t count = 0;

	for (size_t state = 0; state < desk->workflow->state_count; state++) {
		for (size_t n = 0; n < CELLS; n++) {
			struct cell cell = cell_of(n);
			const char *text = judged(desk, action, state, &cell, out->arena);
			size_t block = 0;

			while (block < count && strcmp(blocks[block].text, text) != 0)
				block++;
			count += block == count;
			blocks[block].text = text;
			blocks[block].cells[state] |= UINT32_C(1) << n;
		}
	}
	buffer_print(out, "\n%s\n", desk->workflow->actions[action].name);
	for (size_t block = 0; block < count; block++)
		print_block(&blocks[block], desk->workflow, out);
}

static const char heading[] =
    "# The verdicts of config/workflow.yaml, all of them. WEIHU_UPDATE=1 with the unit tests writes this file anew.\n"
    "#\n"
    "# action\n"
    "#   states: tickets+fields(kinds), where kinds make a difference\n"
    "#     roles/relations -> verdict: the state it leads to (= stays) and the party acted as, or all that is against\n"
    "#\n"
    "# Tickets: ready (nothing lacking), bare (everything lacking, closed long ago), urgent (all four controls owed).\n"
    "# Fields: full (all that the action accepts) or none. -field: missing. +field: unexpected. *: any.\n";

static void write_expected(const struct buffer *text)
{
	FILE *file = fopen(FILE_NAME, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text->bytes, 1, text->length, file), text->length);
	ck_assert_int_eq(fclose(file), 0);
}

// The number of the first line that differs, 0 when none does.
static size_t first_difference(const char *a, const char *b)
{
	size_t line = 1;

	for (; *a == *b; a++, b++) {
		if (*a == '\0')
			return 0;
		line += *a == '\n';
	}
	return line;
}

START_TEST(every_verdict_is_as_reviewed)
{
	struct desk desk;
	struct buffer text;

	desk_open(&desk);
	buffer_init(&text, desk.arena);
	buffer_add_text(&text, heading);
	for (size_t action = 0; action < desk.workflow->action_count; action++)
		print_action(&desk, action, &text);
	if (getenv("WEIHU_UPDATE") != NULL)
		write_expected(&text);
	const char *expected = config_read_file(FILE_NAME, desk.arena, &desk.faults);
	ck_assert_ptr_nonnull(expected);
	size_t line = first_difference(text.bytes, expected);
	ck_assert_msg(line == 0, "the verdicts differ from " FILE_NAME " from line %zu on (WEIHU_UPDATE=1)", line);
	desk_close(&desk);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge_verdicts");
	TCase *cases = tcase_create("judge_verdicts");

	tcase_set_timeout(cases, 120);
	tcase_add_test(cases, every_verdict_is_as_reviewed);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
