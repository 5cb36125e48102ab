// SPDX-License-Identifier: Apache-2.0
// The house's files: what is wrong with one is told at its line, and docs/workflow.md is what the workflow prints.
#include <errno.h>
#include <unistd.h>

#include "config/yaml.h"
#include "desk.h"

static struct arena *arena;
static struct faults faults;

static void set_up(void)
{
	arena = arena_new();
	faults_init(&faults, arena);
}

static void tear_down(void)
{
	arena_free(arena);
}

// All faults: "t.yaml:3 unknown, t.yaml:5 type".
static const char *told(void)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (const struct fault *fault = faults.first; fault != NULL; fault = fault->next)
		buffer_print(&text, "%s%s %s", text.length > 0 ? ", " : "", fault->field, fault->code);
	return text.bytes;
}

static const char *read_yaml(const char *text)
{
	struct yaml yaml = {.file = "t", .arena = arena, .faults = &faults};
	const struct yaml_node *root = yaml_read(&yaml, text);

	ck_assert_int_eq(root == NULL, faults.count > 0);
	return told();
}

static const struct {
	const char *text, *faults;
} documents[] = {
    {"", ""},
    {"# nothing\n", ""},
    {"a: 1\nb: [x, 'y', {c: }]\n", ""},
    {"--- \na: 1\n...\n", ""},
    {"a: 1\nb: 2\na: 3\n", "t:3 duplicate"},
    {"a:\n  b: {c: 1, c: 2}\n", "t:2 duplicate"},
    {"a: &x 1\nb: *x\n", "t:2 format"},
    {"a: 1\n*x : 2\n", "t:2 format"},
    {"a: !!int 1\n", "t:1 format"},
    {"a: !own [1]\n", "t:1 format"},
    {"a: !own {b: 1}\n", "t:1 format"},
    {"a: 1\n? [x]\n: 2\n", "t:2 format"},
    {"a: \"x\\0y\"\n", "t:1 format"},
    {"a: 1\n---\nb: 2\n", "t:2 format"},
    {"a: [1, 2\nb: 3\n", "t:2 format"},
    {"a: {b: 1\n", "t:2 format"},
    {"a:\n\t- b\n", "t:2 format"},
    {"%YAML 9.9\n---\na: 1\n", "t:1 format"},
    {"a: [[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]\n", "t:1 format"},
};

START_TEST(yaml_is_read_strictly)
{
	ck_assert_str_eq(read_yaml(documents[_i].text), documents[_i].faults);
}
END_TEST

START_TEST(yaml_nodes_know_their_line_and_type)
{
	struct yaml yaml = {.file = "t", .arena = arena, .faults = &faults};
	const struct yaml_node *root = yaml_read(&yaml, "a: x\nb:\n  - 7\n  - '7'\nc: ~\nd:\n  e: true\nf: ''\n");
	const struct yaml_node *list = yaml_member(root, "b");
	int64_t number = 0;
	bool truth = false;

	ck_assert_uint_eq(root->count, 5);
	ck_assert_int_eq(list->line, 2);
	ck_assert_int_eq(list->first->next->line, 4);
	ck_assert(yaml_whole(&yaml, list->first, 1, 9, &number));
	ck_assert_int_eq(number, 7);
	ck_assert(!yaml_whole(&yaml, list->first->next, 1, 9, &number)); // in quotes it is text
	ck_assert(!yaml_whole(&yaml, list->first, 8, 9, &number));
	ck_assert_int_eq(yaml_member(root, "c")->type, YAML_NOTHING);
	ck_assert_int_eq(yaml_member(root, "f")->type, YAML_TEXT);
	ck_assert(yaml_truth(&yaml, yaml_member(yaml_member(root, "d"), "e"), &truth) && truth);
	ck_assert(!yaml_truth(&yaml, yaml_member(root, "a"), &truth));
	ck_assert(!yaml_is(&yaml, root, YAML_LIST));
	ck_assert_str_eq(told(), "t:4 type, t:3 range, t:1 type, t:1 type");
	ck_assert_ptr_null(yaml_member(root, "z"));
}
END_TEST

START_TEST(yaml_lists_of_texts_may_be_a_single_text)
{
	struct yaml yaml = {.file = "t", .arena = arena, .faults = &faults};
	const struct yaml_node *root = yaml_read(&yaml, "a: x\nb: [x, y]\nc: {d: 1}\ne: [x, [y]]\nf: ''\n");
	size_t count = 0;

	ck_assert_str_eq(yaml_texts(&yaml, yaml_member(root, "a"), &count)[0], "x");
	ck_assert_uint_eq(count, 1);
	const char *const *texts = yaml_texts(&yaml, yaml_member(root, "b"), &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(texts[1], "y");
	ck_assert_ptr_null(texts[2]);
	ck_assert_ptr_null(yaml_texts(&yaml, yaml_member(root, "c"), &count));
	ck_assert_ptr_null(yaml_texts(&yaml, yaml_member(root, "e"), &count));
	ck_assert_ptr_null(yaml_texts(&yaml, yaml_member(root, "f"), &count));
	ck_assert_str_eq(told(), "t:3 type, t:4 type, t:5 type");
}
END_TEST

// A small workflow that is right; each case below spoils one line of it.
static const char *const small[] = {
    "name: small",
    "reopen_days: 30",
    "groups: {people: [lead, requester], all: [$people, reviewer]}",
    "states:",
    "  open: {zh: 开, en: Open, initial: true}",
    "  held: {zh: 挂, en: Held}",
    "  done: {zh: 完, en: Done, terminal: true}",
    "actions:",
    "  hold:",
    "    {zh: 挂, en: Hold, by: $all, from: open, to: held, stamp: {resumes_to: $from, owed: [documents]}}",
    "  resume: {zh: 续, en: Resume, by: lead, from: held, to: $origin, recheck: finish}",
    "  finish:",
    "    zh: 完",
    "    en: Finish",
    "    apart_from: evaluator",
    "    paths: [{from: open, to: done, by: lead, guards: [designated], give: reason, require: benefit}]",
    "    require: {all: [benefit], corrective: [[defects, failures]], adaptive: defects}",
    "    accept: [rating]",
    "    stamp: {owed_due: $now+24h, closed_at: $now, kind: adaptive, urgent: true, priority: 3, reviewed_by: $caller}",
    "    fill: {due_at: $planned_end, wake_at: null}",
    "edits: [{by: lead, in: open, fields: title, guards: skilled, clear: true, owed: documents}]",
    "records:",
    "  step: {in: open, owed_in: held, by: lead}",
    "  skipped_step: {in: open, by: lead}",
    "  change: {in: open, by: lead}",
    "  work: {in: open, by: lead}",
    "waive: evaluator",
};

#define SMALL_LINES (sizeof(small) / sizeof(small[0]))

// The small workflow with line `number` (from 1) put otherwise; 0 leaves it as it is, NULL leaves the line out.
static struct workflow *load_small(size_t number, const char *line)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (size_t i = 0; i < SMALL_LINES; i++)
		buffer_print(&text, "%s\n", i + 1 != number ? small[i] : line != NULL ? line : "");
	return workflow_load("t", text.bytes, arena, &faults);
}

START_TEST(a_right_workflow_is_read_whole)
{
	struct workflow *workflow = load_small(0, NULL);

	ck_assert_str_eq(told(), "");
	const struct action *hold = &workflow->actions[0], *finish = &workflow->actions[2];
	ck_assert_str_eq(workflow->name, "small");
	ck_assert_int_eq(workflow->reopen_days, 30);
	ck_assert_uint_eq(workflow->waived, PARTY_BIT(PARTY_EVALUATOR));
	ck_assert_uint_eq(hold->by, PARTY_BIT(PARTY_LEAD) | PARTY_BIT(PARTY_REQUESTER) | PARTY_BIT(PARTY_REVIEWER));
	ck_assert_int_eq(workflow->actions[1].paths[0].to, TARGET_ORIGIN);
	ck_assert_int_eq(workflow->actions[1].recheck, 2);
	ck_assert_int_eq(hold->recheck, -1);
	ck_assert_int_eq(finish->line, 12);
	ck_assert_uint_eq(finish->apart_from, PARTY_BIT(PARTY_EVALUATOR));
	ck_assert_uint_eq(finish->needs.count, 3);
	ck_assert(finish->paths[0].needs.list[0].fresh && !finish->paths[0].needs.list[1].fresh);
	ck_assert_uint_eq(finish->stamp_count, 8);
	ck_assert_int_eq(finish->stamps[0].hours, 24);
	ck_assert_str_eq(finish->stamps[4].text, "3");
	ck_assert_int_eq(finish->stamps[5].source, STAMP_CALLER);
	ck_assert_int_eq(finish->stamps[6].other, F_PLANNED_END);
	ck_assert(finish->stamps[6].fill && !finish->stamps[5].fill);
	ck_assert_int_eq(finish->stamps[7].source, STAMP_NULL);
	ck_assert(workflow->edits[0].clear);
	ck_assert_int_eq(workflow->edits[0].owed, CONTROL_DOCUMENTS);
	ck_assert_uint_eq(workflow->records[RECORD_STEP].owed_in, STATE_BIT(1));
}
END_TEST

static const struct {
	size_t line;
	const char *instead, *faults;
} spoils[] = {
    // the whole
    {1, NULL, "t:2 missing"},
    {1, "nmae: small", "t:1 unknown, t:1 missing"},
    {1, "name: [small]", "t:1 type"},
    {1, "name: ''", "t:1 type"},
    {1, "name: small\n---", "t:2 format"},
    {2, "reopen_days: many", "t:2 type"},
    {2, "reopen_days: -1", "t:2 range"},
    {3, "groups: [people]", "t:3 type, t:10 unknown"},
    {3, "groups: {people: [lead], all: people}", "t:3 type"},
    {3, "groups: {people: [$all], all: [$people]}", "t:3 unknown"},
    {27, "waive: nobody", "t:27 unknown"},
    // states
    {5, "  open: {zh: 开, en: Open}", "t:1 initial, t:5 unreachable, t:6 unreachable, t:7 unreachable"},
    {6, "  held: {zh: 挂, en: Held, initial: true}", "t:6 initial"},
    {6, "  held: {zh: 挂, en: Held, initial: maybe}", "t:6 type"},
    {6, "  held: {zh: 挂}", "t:6 missing"},
    {6, "  held: 挂", "t:6 type"},
    {6, "  Held: {zh: 挂, en: Held}", "t:6 format, t:10 unknown, t:11 unknown, t:23 unknown"},
    {7, "  done: {zh: 完, en: Done}", "t:5 dead_end, t:6 dead_end, t:7 dead_end"},
    {7, "  done: {zh: 完, en: Done, terminal: true}\n  lost: {zh: 失, en: Lost}", "t:8 unreachable, t:8 dead_end"},
    // actions
    {9, "  hold-it:", "t:9 format"},
    {10, "    [hold]", "t:9 type"},
    {10, "    {zh: 挂, en: Hold, by: $all, from: open, to: hled, stamp: {resumes_to: $from}}", "t:10 unknown"},
    {10, "    {zh: 挂, en: Hold, by: $all, from: oepn, to: held, stamp: {resumes_to: $from}}", "t:10 unknown"},
    {10, "    {zh: 挂, en: Hold, by: $none, from: open, to: held, stamp: {resumes_to: $from}}", "t:10 unknown"},
    {10, "    {zh: 挂, en: Hold, by: boss, from: open, to: held, stamp: {resumes_to: $from}}", "t:10 unknown"},
    {10, "    {zh: 挂, en: Hold, from: open, to: held, stamp: {resumes_to: $from}}", "t:9 missing"},
    {10, "    {zh: 挂, en: Hold, by: lead, from: open, to: held}", "t:10 origin"},
    {10, "    {zh: 挂, en: Hold, by: lead, from: open, to: held, stamp: {wake_at: $now}}", "t:10 origin"},
    {10, "    {zh: 挂, en: Hold, by: lead, from: open, stamp: {resumes_to: $from}}", "t:9 missing"},
    {10, "    {zh: 挂, en: Hold, by: lead, to: held, stamp: {resumes_to: $from}}", "t:10 missing"},
    {10, "    {zh: 挂, en: Hold, by: lead, from: open, to: [held], stamp: {resumes_to: $from}}", "t:10 type"},
    {11, "  resume: {zh: 续, en: Resume, by: lead, from: held, to: $same}", "t:6 dead_end"},
    {11, "  resume: {zh: 续, en: Resume, by: lead, from: held, to: $origin, recheck: end}", "t:11 unknown"},
    {15, "    from: open", "t:16 duplicate"},
    {16, "    paths: {from: open, to: done, by: lead}", "t:16 type"},
    {16, "    paths: [{from: open, to: done, by: lead}, {from: [held, open], to: done, by: lead}]", "t:16 two_targets"},
    {16, "    paths: [{from: open, by: lead}]", "t:16 missing"},
    {16, "    paths: [{from: open, to: done, by: lead, guards: [desinated]}]", "t:16 unknown"},
    {17, "    require: {al: [benefit]}", "t:17 unknown"},
    {17, "    require: {urgent=yes: benefit}", "t:17 choice"},
    {17, "    require: {urgnet=true: benefit}", "t:17 unknown"},
    {17, "    require: {title=x: benefit}", "t:17 choice"},
    {17, "    require: {urgent=true: benefti}", "t:17 unknown"},
    {17, "    require: [benefti]", "t:17 unknown"},
    {17, "    require: [{benefit: 1}]", "t:17 type"},
    {17, "    require: closed_at", "t:17 stamp"},
    {18, "    accept: [owed]", "t:18 stamp"},
    {18, "    acept: [rating]", "t:18 unknown"},
    // stamps
    {19, "    stamp: [closed_at]", "t:19 type"},
    {19, "    stamp: {closed: $now}", "t:19 unknown"},
    {19, "    stamp: {closed_at: $caller}", "t:19 type"},
    {19, "    stamp: {reviewed_by: $now}", "t:19 type"},
    {19, "    stamp: {reviewed_by: $now+24h}", "t:19 type"},
    {19, "    stamp: {owed_due: $now+0h}", "t:19 unknown"},
    {19, "    stamp: {owed_due: $now+24d}", "t:19 unknown"},
    {19, "    stamp: {owed_due: $now+999999999h}", "t:19 unknown"},
    {19, "    stamp: {closed_at: $later}", "t:19 unknown"},
    {19, "    stamp: {due_at: $title}", "t:19 type"},
    {19, "    stamp: {kind: corective}", "t:19 choice"},
    {19, "    stamp: {urgent: 'true'}", "t:19 type"},
    {19, "    stamp: {urgent: false, priority: 7}", "t:19 range"},
    {19, "    stamp: {owed: [tea]}", "t:19 unknown"},
    {19, "    stamp: {owed: {tea: 1}}", "t:19 type"},
    // edits and records
    {21, "edits: {by: lead}", "t:21 type"},
    {21, "edits: [{by: lead, in: open}]", "t:21 missing"},
    {21, "edits: [{by: lead, in: open, fields: [closed_at]}]", "t:21 stamp"},
    {21, "edits: [{by: lead, in: open, fields: [title], owed: tea}]", "t:21 unknown"},
    {23, "  stpe: {in: open, by: lead}", "t:23 unknown, t:22 missing"},
    {23, "  step: {in: open}", "t:23 missing"},
    {26, NULL, "t:22 missing"},
};

START_TEST(a_wrong_workflow_is_told_at_its_line)
{
	ck_assert_ptr_null(load_small(spoils[_i].line, spoils[_i].instead));
	ck_assert_msg(text_equals(told(), spoils[_i].faults), "%s:\n  %s, not\n  %s", spoils[_i].instead, told(),
	    spoils[_i].faults);
}
END_TEST

START_TEST(a_need_can_hang_on_another_field)
{
	const struct workflow *workflow =
	    load_small(17, "    require: {urgent=true: [benefit], duplicate_check=duplicate: duplicate_of}");

	ck_assert_str_eq(told(), "");
	const struct needs *needs = &workflow->actions[workflow_action(workflow, "finish")].needs;
	ck_assert_int_eq(needs->list[needs->count - 1].when, F_DUPLICATE_CHECK);
	ck_assert_str_eq(needs->list[needs->count - 1].value, "duplicate");
	ck_assert(!need_applies(&needs->list[needs->count - 1], KIND_ADAPTIVE, "unique"));
	ck_assert(need_applies(&needs->list[needs->count - 1], KIND_ADAPTIVE, "duplicate"));
}
END_TEST

START_TEST(records_and_lists_of_the_wrong_type_are_told)
{
	load_small(22, "records: [step]\nother:");
	ck_assert_str_eq(told(), "t:23 unknown, t:22 type");
	faults_init(&faults, arena);
	workflow_load("t", "states: [a]\nactions: []\nname: x\nreopen_days: 1\nedits: []\nrecords: {}\n", arena,
	    &faults);
	ck_assert_str_eq(told(), "t:1 type, t:2 type, t:6 missing, t:6 missing, t:6 missing, t:6 missing");
}
END_TEST

START_TEST(more_states_than_a_set_holds_are_refused)
{
	struct buffer line;

	buffer_init(&line, arena);
	for (int i = 0; i < STATE_MOST; i++)
		buffer_print(&line, "  s%d: {zh: x, en: x}\n", i);
	load_small(4, arena_print(arena, "states:\n%s", line.bytes));
	ck_assert_str_eq(faults.first->field, "t:4");
	ck_assert_str_eq(faults.first->code, "range");
}
END_TEST

START_TEST(a_mistyped_name_is_guessed)
{
	load_small(10, "    {zh: 挂, en: Hold, by: lead, from: open, to: hled, stamp: {resumes_to: $from}}");
	ck_assert_str_eq(faults.first->message, "unknown state 'hled', did you mean 'held'?");
	faults_init(&faults, arena);
	load_small(10, "    {zh: 挂, en: Hold, by: xyzzy, from: open, to: held, stamp: {resumes_to: $from}}");
	ck_assert_str_eq(faults.first->message, "unknown party 'xyzzy'");
	faults_init(&faults, arena);
	load_small(18, "    acept: [rating]");
	ck_assert_str_eq(faults.first->message, "unknown key 'acept', did you mean 'accept'?");
}
END_TEST

static const struct {
	const char *text, *faults;
} permission_files[] = {
    {"permissions: {a.read: [lead, admin], b.write: lead}\nfields: {}\n", ""},
    {"permissions: {a.read: [lead, admin, self, sysadmin/designated]}\nfields: {}\n", ""},
    {"permissions:\n  a.read: [lead, amdin]\nfields: {}\n", "t:2 unknown"},
    {"permissions:\n  a.read: [lead/owm]\nfields: {}\n", "t:2 unknown"},
    {"permissions:\n  a.read: [laed/own]\nfields: {}\n", "t:2 unknown"},
    {"permissions:\n  a.read: [lead/]\nfields: {}\n", "t:2 unknown"},
    {"permissions: [a.read]\nfields: {}\n", "t:1 type"},
    {"permission: {}\nfields: {}\n", "t:1 unknown, t:1 missing"},
    {"permissions:\n  a.read: lead\n  a.read: admin\n", "t:3 duplicate"},
    {"permissions:\n  a.read: {lead: true}\nfields: {}\n", "t:2 type"},
    {"permissions: {a.read: [lead, admin]}\nfields: {effort_people: a.read}\n", ""},
    {"permissions: {a.read: lead}\n", "t:1 missing"},
    {"permissions: {a.read: lead}\nfields: {effort: a.read}\n", "t:2 unknown"},
    {"permissions: {a.read: lead}\nfields: {\n  effort_people: b.read}\n", "t:3 unknown"},
    {"permissions: {a.read: lead/own}\nfields: {effort_people: a.read}\n", "t:2 relation"},
    {"permissions: {a.read: lead}\nfields: {title: a.read, program: a.read}\n", "t:2 field, t:2 field"},
    {"permissions: {a.read: lead}\nfields: [title]\n", "t:2 type"},
};

START_TEST(permissions_are_read_or_told)
{
	struct permissions *read = permissions_load("t", permission_files[_i].text, arena, &faults);

	ck_assert_str_eq(told(), permission_files[_i].faults);
	ck_assert_int_eq(read != NULL, faults.count == 0);
	if (read != NULL)
		ck_assert_uint_eq(permission_roles(read, "a.read"), ROLE_BIT(ROLE_LEAD) | ROLE_BIT(ROLE_ADMIN));
}
END_TEST

static const struct {
	const char *text, *faults;
} routing_files[] = {
    {"rules:\n  - {when: {kind: adaptive, severity: '*', vendor: A, program: P, words: [a, b]}, to: {person: li},"
     " reason: r}\n",
        ""},
    {"rules: []\n", ""},
    {"rules: {}\n", "t:1 type"},
    {"rule: []\n", "t:1 unknown, t:1 missing"},
    {"rules: [{reason: r}]\n", "t:1 missing"},
    {"rules:\n  - {to: deputy}\n", "t:2 missing"},
    {"rules:\n  - {to: dputy, reason: r}\n", "t:2 unknown"},
    {"rules:\n  - {to: {login: li}, reason: r}\n", "t:2 unknown, t:2 missing"},
    {"rules:\n  - {when: {kind: adaptiv}, to: lead, reason: r}\n", "t:2 unknown"},
    {"rules:\n  - {when: {severity: bad}, to: lead, reason: r}\n", "t:2 unknown"},
    {"rules:\n  - {when: {kind: [adaptive]}, to: lead, reason: r}\n", "t:2 type"},
    {"rules:\n  - {when: {vendor: ''}, to: lead, reason: r}\n", "t:2 type"},
    {"rules:\n  - {when: {words: {a: b}}, to: lead, reason: r}\n", "t:2 type"},
    {"rules: [\n", "t:2 format"},
};

START_TEST(routing_is_read_or_told)
{
	struct routing *read = routing_load("t", routing_files[_i].text, arena, &faults);

	ck_assert_str_eq(told(), routing_files[_i].faults);
	ck_assert_int_eq(read != NULL, faults.count == 0);
	if (_i == 0) {
		ck_assert_int_eq(read->rules[0].target, ROUTE_PERSON);
		ck_assert_str_eq(read->rules[0].person, "li");
		ck_assert_str_eq(read->rules[0].words[1], "b");
		ck_assert_int_eq(read->rules[0].line, 2);
	}
}
END_TEST

static const char *write_file(const char *bytes, size_t length)
{
	char *name = arena_print(arena, "%s/weihu-config-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	for (size_t done = 0; done < length;) {
		ssize_t written = write(fd, bytes + done, length - done);
		ck_assert_int_gt(written, 0);
		done += (size_t)written;
	}
	ck_assert_int_eq(close(fd), 0);
	return name;
}

static const char *read_file(const char *bytes, size_t length)
{
	const char *name = write_file(bytes, length);
	const char *text = config_read_file(name, arena, &faults);

	ck_assert_int_eq(unlink(name), 0);
	ck_assert_int_eq(text != NULL, faults.count == 0);
	return text;
}

START_TEST(files_are_read_whole_or_told)
{
	char *big = arena_take(arena, 2 * 1024 * 1024);

	ck_assert_str_eq(read_file("维护\n", strlen("维护\n")), "维护\n");
	ck_assert_str_eq(read_file("", 0), "");
	memset(big, 'x', 2 * 1024 * 1024);
	ck_assert_uint_eq(strlen(read_file(big, 1000000)), 1000000);
	ck_assert_ptr_null(read_file(big, 2 * 1024 * 1024));
	ck_assert_ptr_null(read_file("a\0b", 3));
	ck_assert_ptr_null(read_file("\xff\xfe", 2));
	ck_assert_ptr_null(config_read_file("/no/such/file", arena, &faults));
	ck_assert_ptr_null(config_read_file("/", arena, &faults));
	ck_assert_uint_eq(faults.count, 5);
	ck_assert_str_eq(faults.last->field, "/");
}
END_TEST

START_TEST(the_document_is_what_the_workflow_prints)
{
	struct desk desk;
	struct buffer text;

	desk_open(&desk);
	buffer_init(&text, desk.arena);
	workflow_print(desk.workflow, DIAGRAM_MARKDOWN, false, &text);
	if (getenv("WEIHU_UPDATE") != NULL) {
		FILE *file = fopen("docs/workflow.md", "w");
		ck_assert_ptr_nonnull(file);
		ck_assert_uint_eq(fwrite(text.bytes, 1, text.length, file), text.length);
		ck_assert_int_eq(fclose(file), 0);
	}
	const char *document = config_read_file("docs/workflow.md", desk.arena, &desk.faults);
	ck_assert_ptr_nonnull(document);
	ck_assert_msg(strcmp(document, text.bytes) == 0,
	    "docs/workflow.md is not what config/workflow.yaml prints (WEIHU_UPDATE=1 writes it)");
	desk_close(&desk);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *cases = tcase_create("config");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, yaml_is_read_strictly, 0, sizeof(documents) / sizeof(documents[0]));
	tcase_add_test(cases, yaml_nodes_know_their_line_and_type);
	tcase_add_test(cases, yaml_lists_of_texts_may_be_a_single_text);
	tcase_add_test(cases, a_right_workflow_is_read_whole);
	tcase_add_loop_test(cases, a_wrong_workflow_is_told_at_its_line, 0, sizeof(spoils) / sizeof(spoils[0]));
	tcase_add_test(cases, a_need_can_hang_on_another_field);
	tcase_add_test(cases, records_and_lists_of_the_wrong_type_are_told);
	tcase_add_test(cases, more_states_than_a_set_holds_are_refused);
	tcase_add_test(cases, a_mistyped_name_is_guessed);
	tcase_add_loop_test(cases, permissions_are_read_or_told, 0,
	    sizeof(permission_files) / sizeof(permission_files[0]));
	tcase_add_loop_test(cases, routing_is_read_or_told, 0, sizeof(routing_files) / sizeof(routing_files[0]));
	tcase_add_test(cases, files_are_read_whole_or_told);
	tcase_add_test(cases, the_document_is_what_the_workflow_prints);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
