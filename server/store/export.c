// SPDX-License-Identifier: Apache-2.0
// THE EXPORT TABLE.
#include "store/export.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "domain/field.h"
#include "store/told.h"

#define FIELD(name, zh, en)                                                                                            \
	{                                                                                                              \
		name, zh, en, "b.fields ->> '" name "'"                                                                \
	}
#define TIME_FIELD(name, zh, en)                                                                                       \
	{                                                                                                              \
		name, zh, en, "(b.fields ->> '" name "')::timestamptz"                                                 \
	}
#define INTERNAL(column) "case when %i::boolean then " column " end"
#define WORK_FROM "work_entry r join ticket t on t.id = r.ticket left join program p on p.code = t.program"
#define CHANGE_FROM "program_change r join ticket t on t.id = r.ticket left join program p on p.code = r.program"

// Behind them stand those of the team's own fields.
static const struct export_column ticket_columns[] = {
    {"id", "维护要求标识", "Request", "t.id"},
    {"state", "状态", "State", "t.state"},
    {"kind", "维护类型", "Kind", "t.kind"},
    {"claimed_kind", "申报类型", "Claimed kind", "t.claimed_kind"},
    {"severity", "严重程度", "Severity", "t.severity"},
    {"priority", "优先级", "Priority", "t.priority"},
    {"program", "程序标识", "Program", "t.program"},
    {"program_name", "程序名称", "Program's name", "p.name"},
    {"language", "程序设计语言", "Language", "p.language"},
    {"vendor", "厂商", "Vendor", "p.vendor"},
    {"requester", "要求人", "Requester", "t.requester"},
    {"sysadmin", "系统管理员", "System administrator", "t.sysadmin"},
    {"technician", "技术人员", "Technician", "t.technician"},
    FIELD("title", "标题", "Title"),
    FIELD("description", "描述", "Description"),
    TIME_FIELD("submitted_at", "提交时间", "Submitted"),
    TIME_FIELD("started_at", "维护开始", "Started"),
    TIME_FIELD("finished_at", "维护完成", "Finished"),
    TIME_FIELD("closed_at", "关闭时间", "Closed"),
    {"due_at", "期限", "Due", "t.due_at"},
    {"planned_start", "计划开始", "Planned start", "t.planned_start"},
    {"planned_end", "计划结束", "Planned end", "t.planned_end"},
    {"effort_minutes", "估计人分钟", "Estimated person-minutes", "(b.fields ->> 'effort_minutes')::bigint"},
    {"cumulative_people", "累计人数", "People in all",
        INTERNAL("(select count(distinct w.person) from work_entry w where w.ticket = t.id)")},
    {"cumulative_person_minutes", "累计人分钟", "Person-minutes in all",
        INTERNAL("(select coalesce(sum(w.minutes), 0)::bigint from work_entry w where w.ticket = t.id)")},
    FIELD("benefit", "效益", "Benefit"),
    {"rating", "评价", "Rating", "(b.fields ->> 'rating')::int"},
    {"created_at", "建立时间", "Created", "t.created_at"},
    {"updated_at", "更新时间", "Changed", "t.updated_at"},
    {"version", "版本", "Version", "t.version"},
    {NULL},
};

static const struct export_column change_columns[] = {
    {"id", "编号", "Number", "r.id"},
    {"ticket", "维护要求标识", "Request", "r.ticket"},
    {"kind", "维护类型", "Kind", "coalesce(t.kind, t.claimed_kind)"},
    {"program", "程序标识", "Program", "r.program"},
    {"vendor", "厂商", "Vendor", "p.vendor"},
    {"language", "程序设计语言", "Language", "coalesce(r.language, p.language)"},
    {"change_level", "变动层次", "Level of the change", "r.change_level"},
    {"change_id", "变动标识", "Change", "r.change_id"},
    {"statements_added", "增加的源语句数", "Statements added", "r.statements_added"},
    {"statements_deleted", "删除的源语句数", "Statements deleted", "r.statements_deleted"},
    {"people", "人数", "People", INTERNAL("r.people")},
    {"person_minutes", "人分钟", "Person-minutes", INTERNAL("r.person_minutes")},
    {"by_person", "各人分钟", "Minutes by person", INTERNAL("r.by_person")},
    {"changed_on", "改动日期", "Day of the change", "r.changed_on"},
    {"engineer", "技术人员", "Engineer", "r.engineer"},
    {"not_applicable", "不适用的原因", "Why counts are lacking", "r.not_applicable"},
    {"created_at", "记录时间", "Recorded", "r.created_at"},
    {NULL},
};

static const struct export_column work_columns[] = {
    {"id", "编号", "Number", "r.id"},
    {"ticket", "维护要求标识", "Request", "r.ticket"},
    {"kind", "维护类型", "Kind", "coalesce(t.kind, t.claimed_kind)"},
    {"program", "程序标识", "Program", "t.program"},
    {"person", "人员", "Person", "r.person"},
    {"minutes", "分钟", "Minutes", INTERNAL("r.minutes")},
    {"worked_on", "日期", "Day", "r.worked_on"},
    {"note", "说明", "Note", "r.note"},
    {"author", "记录人", "Recorded by", "r.author"},
    {"created_at", "记录时间", "Recorded", "r.created_at"},
    {NULL},
};

static const struct export_column event_columns[] = {
    {"seq", "序号", "Number", "e.seq"},
    {"at", "时间", "Time", "e.at"},
    {"actor", "操作人", "Actor", "e.actor"},
    {"role", "身份", "Role", "e.role"},
    {"source", "来源地址", "Source", "e.source"},
    {"action", "操作", "Action", "e.action"},
    {"object", "对象", "Object", "e.object_kind || '/' || e.object_id"},
    {"version", "版本", "Version", "e.object_version"},
    {"from_state", "原状态", "State before", "e.from_state"},
    {"to_state", "新状态", "State after", "e.to_state"},
    {"changes", "变更内容", "Changes", EVENT_CHANGES},
    {"added", "新增记录", "Added", EVENT_ADDED},
    {"waived", "豁免", "Waived", "e.waived"},
    {"on_loan", "借用角色", "On loan", "e.on_loan"},
    {"result", "结果", "Result", "e.result"},
    {"reason", "拒绝原因", "Reason", "e.reason"},
    {"request_id", "请求标识", "Request id", "e.request"},
    {NULL},
};

#define DIMENSION(name, zh, en)                                                                                        \
	{                                                                                                              \
		name, zh, en, "f.\"group\" ->> '" name "'"                                                             \
	}

static const struct export_column measure_columns[] = {
    {"number", "序号", "Number", "m.number"},
    {"measure", "指标", "Measure", "m.measure"},
    {"zh", "指标名称", "Name in Chinese", "m.zh"},
    {"en", "指标英文名称", "Name in English", "m.en"},
    {"unit", "单位", "Unit", "m.unit"},
    {"formula", "公式", "Formula", "m.formula"},
    {"level", "层级", "Level", "case when f.total then 'total' else 'group' end"},
    DIMENSION("program", "程序标识", "Program"),
    DIMENSION("language", "程序设计语言", "Language"),
    DIMENSION("vendor", "厂商", "Vendor"),
    DIMENSION("kind", "维护类型", "Kind"),
    DIMENSION("person", "人员", "Person"),
    DIMENSION("month", "月份", "Month"),
    DIMENSION("age", "积压天数", "Age in days"),
    {"numerator", "分子", "Numerator", "f.numerator"},
    {"denominator", "分母", "Denominator", "f.denominator"},
    {"n", "样本数", "Facts", "f.n"},
    {"left_out", "未计入", "Left out", "f.left_out"},
    {"value", "数值", "Value", "f.value"},
    {"defined", "有定义", "Defined", "f.defined"},
    {"median", "中位数", "Median", "f.median"},
    {"p90", "第90百分位", "90th percentile", "f.p90"},
    {"most", "最大值", "Greatest", "f.most"},
    {"from", "期初", "From", "$1::date"},
    {"to", "期末（不含）", "Until before", "$2::date"},
    {"zone", "时区", "Time zone", "$4::text"},
    {"as_of", "截至", "As of", "$3::timestamptz"},
    {NULL},
};

#define ONE_OF(column) EXPORT_WORDS, column " = any (string_to_array(%v, ','))"
#define PERIOD(column)                                                                                                 \
	{"from", EXPORT_TIME, column " >= %v::timestamptz"},                                                           \
	{                                                                                                              \
		"to", EXPORT_TIME, column " < %v::timestamptz"                                                         \
	}

static const struct export_filter ticket_filters[] = {
    PERIOD("t.created_at"),
    {"program", ONE_OF("t.program")},
    {"kind", ONE_OF("coalesce(t.kind, t.claimed_kind)")},
    {"person", EXPORT_WORDS, "array[t.requester, t.sysadmin, t.technician] && string_to_array(%v, ',')"},
    {NULL},
};

static const struct export_filter change_filters[] = {
    PERIOD("r.created_at"),
    {"program", ONE_OF("r.program")},
    {"kind", ONE_OF("coalesce(t.kind, t.claimed_kind)")},
    {"person", ONE_OF("r.engineer")},
    {NULL},
};

static const struct export_filter work_filters[] = {
    PERIOD("r.created_at"),
    {"program", ONE_OF("t.program")},
    {"kind", ONE_OF("coalesce(t.kind, t.claimed_kind)")},
    {"person", ONE_OF("r.person")},
    {NULL},
};

// The ticket of an event; of refusals its number may be anything.
#define EVENTS_TICKET(column)                                                                                          \
	"(select " column " from ticket t where t.id = case when e.object_kind = 'ticket' and "                        \
	"e.object_id ~ '^[1-9][0-9]{0,17}$' then e.object_id::bigint end)"

static const struct export_filter event_filters[] = {
    PERIOD("e.at"),
    {"program", ONE_OF("case e.object_kind when 'program' then e.object_id else " EVENTS_TICKET("t.program") " end")},
    {"kind", ONE_OF(EVENTS_TICKET("coalesce(t.kind, t.claimed_kind)"))},
    {"person", ONE_OF("e.actor")},
    {NULL},
};

// Judged by measure_ask().
static const struct export_filter measure_filters[] = {{"program"}, {"kind"}, {"person"}, {"by"}, {"as_of"}, {NULL}};

static const struct export exports[] = {
    {"tickets", "ticket t join ticket_body b on b.ticket = t.id left join program p on p.code = t.program", "t.id",
        "ticket_seen(t.requester, t.sysadmin, t.technician, b.fields, %c, %o::boolean)", ticket_columns, ticket_filters,
        "b.ticket", true},
    {"changes", CHANGE_FROM, "r.id", SEEN("r.ticket::text"), change_columns, change_filters},
    {"work", WORK_FROM, "r.id", SEEN("r.ticket::text"), work_columns, work_filters},
    {"events", "event e", "e.seq", "(e.object_kind <> 'ticket' or " SEEN("e.object_id") ")", event_columns,
        event_filters},
    {"measures", .columns = measure_columns, .filters = measure_filters},
};

#define EXPORTS (sizeof(exports) / sizeof(*exports))
#define PARAMETERS_MOST 16

#define BEHIND "(select $1::bigint)"

const struct export *export_find(const char *name)
{
	for (size_t i = 0; i < EXPORTS; i++)
		if (text_equals(exports[i].name, name))
			return &exports[i];
	return NULL;
}

// A field may hold what it was declared to hold before: only what is a number still comes as one.
static struct export_column own_column(const struct field *field, struct arena *arena)
{
	const char *sql = arena_print(arena, "b.fields ->> '%s'", field->key);

	if (field->type == FIELD_WHOLE)
		sql = arena_print(arena, "case when jsonb_typeof(b.fields -> '%s') = 'number' then (%s)::numeric end",
		    field->key, sql);
	return (struct export_column){field->key, field->label_zh, field->label, sql};
}

const struct export_column *export_columns(const struct export *export, struct arena *arena)
{
	struct export_column *columns;
	size_t count = 0;

	if (!export->own)
		return export->columns;
	while (export->columns[count].name != NULL)
		count++;
	columns = arena_take_array(arena, count + OWN_MOST + 1, sizeof(*columns));
	memcpy(columns, export->columns, count * sizeof(*columns));
	for (enum field_id id = F_OWN_FIRST; id < FIELD_COUNT && fields[id].key != NULL; id++)
		columns[count++] = own_column(&fields[id], arena);
	return columns;
}

// What is hidden is so of tickets alone: elsewhere a column that is called like a field is something else.
const char *export_items(const struct export *export, const char *hidden, struct arena *arena)
{
	const struct export_column *columns = export_columns(export, arena);
	struct buffer sql;

	buffer_init(&sql, arena);
	for (const struct export_column *column = columns; column->name != NULL; column++)
		buffer_print(&sql, "%s%s as \"%s\"", column == columns ? "" : ", ",
		    export->own && text_in_list(hidden, column->name) ? "null" : column->sql, column->name);
	return sql.bytes;
}

struct export_question {
	struct buffer sql;
	const char *values[PARAMETERS_MOST]; // the first one: behind which key
	int count;
};

static const char *value_named(const struct export_ask *ask, char name, const char *value)
{
	switch (name) {
	case 'c': return ask->caller;
	case 'o': return ask->outside ? "true" : "false";
	case 'i': return ask->internal ? "true" : "false";
	case 'h': return ask->hidden == NULL ? "" : ask->hidden;
	default: return value;
	}
}

// Copies SQL of a row, with a parameter for each %x: known to the planner if it is a filter's value, since that decides
// how its rows are found. For the others it would make a plan for each page, which costs a little less.
static void add_sql(struct export_question *question, const char *sql, const struct export_ask *ask, const char *value)
{
	for (const char *percent; (percent = strchr(sql, '%')) != NULL; sql = percent + 2) {
		buffer_add(&question->sql, sql, (size_t)(percent - sql));
		question->values[question->count++] = value_named(ask, percent[1], value);
		buffer_print(&question->sql, percent[1] == 'v' ? "$%d" : "(select $%d)", question->count);
	}
	buffer_add_text(&question->sql, sql);
}

static void add_filter(struct export_question *question, const struct export_filter *filter,
    const struct export_ask *ask, struct faults *faults)
{
	const char *value = ask->filter(ask->source, filter->name);

	moment time;

	if (value == NULL)
		return;
	if (filter->type == EXPORT_TIME && !moment_read(value, &time)) {
		faults_add(faults, filter->name, "format", "%s cannot be read here", filter->name);
		return;
	}
	buffer_add_text(&question->sql, " and ");
	add_sql(question, filter->sql, ask, value);
}

struct export_question *export_compose(const struct export *export, const struct export_ask *ask, struct arena *arena,
    struct faults *faults)
{
	struct export_question *question = arena_take(arena, sizeof(*question));

	buffer_init(&question->sql, arena);
	question->count = 1;
	buffer_add_text(&question->sql, "select ");
	add_sql(question, export_items(export, ask->hidden, arena), ask, NULL);
	buffer_print(&question->sql, " from %s where %s > " BEHIND " and ", export->from, export->key);
	if (export->twin != NULL)
		buffer_print(&question->sql, "%s > " BEHIND " and ", export->twin);
	add_sql(question, export->seen, ask, NULL);
	for (const struct export_filter *filter = export->filters; filter->name != NULL; filter++)
		add_filter(question, filter, ask, faults);
	buffer_print(&question->sql, " order by %s limit %lld", export->key, (long long)ask->limit);
	return faults->count > 0 ? NULL : question;
}

void export_ask(struct pg *pg, struct export_question *question, int64_t after, pg_done *done, void *context)
{
	char text[INT_TEXT];
	const struct pg_sql sql = {.text = question->sql.bytes,
	    .keep = true,
	    .count = question->count,
	    .values = question->values};

	question->values[0] = int_print(after, text);
	pg_ask_slow(pg, &sql, done, context);
	question->values[0] = NULL; // it was copied
}
