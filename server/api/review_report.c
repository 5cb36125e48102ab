// SPDX-License-Identifier: Apache-2.0
// The report of a record review, as an auditor is handed it. Its sections follow the steps of the route.
#include <string.h>

#include "api/refusal.h"
#include "api/review.h"
#include "base/document.h"
#include "store/row.h"

struct phrase {
	const char *id, *zh, *en; // id: as the record has it, where there is one
};

struct review_report {
	struct document document, annex;
	struct buffer text, annex_text;
	bool zh;
	const char *conclusion;
	int hidden; // records that the caller does not see
};

static const char *say(const struct review_report *report, const struct phrase *phrase)
{
	return report->zh ? phrase->zh : phrase->en;
}

#define SAY(report, chinese, english) ((report)->zh ? (chinese) : (english))

// A word of the record in the reader's language.
static const char *word(const struct review_report *report, const struct phrase *words, const char *id)
{
	for (; id != NULL && words->id != NULL; words++)
		if (text_equals(words->id, id))
			return say(report, words);
	return id;
}

static const struct phrase kinds[] = {{"corrective", "改正性维护", "corrective"},
    {"adaptive", "适应性维护", "adaptive"}, {"perfective", "完善性维护", "perfective"},
    {"preventive", "预防性维护", "preventive"}, {NULL}};
static const struct phrase verdicts[] = {{"pass", "通过", "pass"}, {"correct", "需更正", "to be corrected"}, {NULL}};
static const struct phrase states[] = {{"open", "未结束（草稿）", "open: this is a draft"},
    {"concluded", "已结束", "concluded"}, {NULL}};
static const struct phrase heads[] = {{"technology", "开发技术", "Development technology"},
    {"language", "语言选择", "Choice of language"}, {"effort", "工作量拟定", "Estimation of effort"},
    {"staffing", "人力资源分配", "Allocation of people"}, {NULL}};

// Each fact is a column of the review.
static const struct phrase facts[] = {
    {"id", "复审编号", "Review"},
    {"state", "状态", "State"},
    {"from", "期间：自", "Period from"},
    {"to", "期间：至（不含）", "Period until before"},
    {"zone", "时区", "Time zone"},
    {"as_of", "冻结时刻", "Frozen at"},
    {"log_size", "审计日志检查点：叶数", "Checkpoint of the audit log: leaves"},
    {"log_root", "审计日志检查点：根", "Checkpoint of the audit log: root"},
    {"seed", "抽样种子", "Seed of the draw"},
    {"share", "抽样比例（%）", "Share of the draw (%)"},
    {"records", "已关闭的记录", "Closed records"},
    {"emergencies", "其中紧急", "Emergencies among them"},
    {"sampled", "样本", "Records in the sample"},
    {"judged", "已判定", "Judged"},
    {"to_correct", "其中需更正", "To be corrected"},
    {"opened_by", "发起人", "Opened by"},
    {"concluded_by", "结论人", "Concluded by"},
    {"concluded_at", "结论时刻", "Concluded at"},
    {NULL},
};

static const char how_zh[] =
    "冻结：期间内关闭、且其全部事件位于上述检查点之前的工单，各取其关闭时的版本；其后发生的一概不计。"
    "抽样：凡走过紧急路径的记录全部入样；其余记录按序值由小到大取上述比例（向上取整）。"
    "序值为以下五行（每行以换行符结束）之 UTF-8 文本的 SHA-256（十六进制）：“weihu record review”、种子、"
    "检查点的根（无则为“-”）、工单编号、工单版本。任何人均可据附录重算。";
static const char how_en[] = "Frozen are the tickets that were closed within the period, each in the version that it "
                             "had, as far as their events "
                             "stand before the checkpoint named above; whatever came later does not count. In the "
                             "sample are all records that ever "
                             "went the urgent way, and of the others the share named above (rounded up), the lowest "
                             "ranks first. The rank is the "
                             "SHA-256 (hexadecimal) of five lines of UTF-8 that end with a line feed each: \"weihu "
                             "record review\", the seed, the root "
                             "of the checkpoint (\"-\" if there is none), the ticket's number, the ticket's version. "
                             "Anybody can do it again from the "
                             "annex.";

// The head.

static const char *fact_of(const struct review_report *report, const struct pg_result *rows, const char *name,
    struct arena *arena)
{
	char printed[MOMENT_TEXT];

	for (int column = 0; column < pg_columns(rows); column++) {
		const char *text = pg_text(rows, 0, column);

		if (strcmp(pg_name(rows, column), name) != 0 || text == NULL)
			continue;
		if (pg_type(rows, column) == PG_TYPE_TIME)
			text = row_time(text, printed);
		return arena_copy(arena, word(report, states, text));
	}
	return NULL;
}

static void tell_head(struct review_report *report, const struct pg_result *rows, struct arena *arena)
{
	struct document *document = &report->document;
	const char *const headings[] = {SAY(report, "项目", "Fact"), SAY(report, "内容", "Value")};
	const char *title = fact_of(report, rows, "title", arena);

	document_begin(document, SAY(report, "zh", "en"),
	    arena_print(arena, SAY(report, "记录复审报告：%s", "Record review: %s"), title));
	document_table(document, headings, 2);
	for (const struct phrase *fact = facts; fact->id != NULL; fact++) {
		const char *const cells[] = {say(report, fact), fact_of(report, rows, fact->id, arena)};

		document_row(document, cells, 2);
	}
	document_table_end(document);
	document_heading(document, SAY(report, "一、冻结与抽样", "1. How records were frozen and drawn"));
	document_paragraph(document, SAY(report, how_zh, how_en));
	report->conclusion = fact_of(report, rows, "conclusion", arena);
}

static enum outcome take_head(struct call *call, const struct pg_result *rows)
{
	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, NULL);
	tell_head(call->review_report, rows, call->arena);
	return NEXT;
}

enum outcome begin_review_report(struct call *call)
{
	struct review_report *report = arena_take(call->arena, sizeof(*report));
	const char *format = query_get(&call->query, "format"), *lang = query_get(&call->query, "lang");

	if (format != NULL && !text_in_list("md,html", format))
		faults_add(&call->faults, "format", "choice", "format is md or html");
	if (lang != NULL && !text_in_list("zh,en", lang))
		faults_add(&call->faults, "lang", "choice", "lang is zh or en");
	if (call->faults.count > 0)
		return refuse(call, PROBLEM_MALFORMED, NULL);
	buffer_init(&report->text, call->arena);
	buffer_init(&report->annex_text, call->arena);
	report->zh = text_equals(lang, "zh");
	report->document = (struct document){&report->text, text_equals(format, "html")};
	report->annex = (struct document){&report->annex_text, report->document.html};
	call->review_report = report;
	return call_ask(call, REVIEW_READ, take_head, call->parts.part[0], "0");
}

// The records: those of the sample, and all of them for the annex.

enum {
	R_HIDDEN,
	R_TICKET,
	R_VERSION,
	R_EMERGENCY,
	R_SAMPLED,
	R_VERDICT,
	R_NOTE,
	R_REVIEWER,
	R_JUDGED,
	R_NOW,
	R_PROGRAM,
	R_KIND,
	R_TITLE
};

static const char *yes(const struct review_report *report, const struct pg_result *rows, int row, int column)
{
	return *pg_text(rows, row, column) == 't' ? SAY(report, "是", "yes") : "";
}

static void tell_sampled(struct review_report *report, const struct pg_result *rows, int row)
{
	bool changed = pg_text(rows, row, R_JUDGED) != NULL && pg_int(rows, row, R_NOW) > pg_int(rows, row, R_JUDGED);
	const char *const cells[] = {pg_text(rows, row, R_TICKET), pg_text(rows, row, R_VERSION),
	    pg_text(rows, row, R_PROGRAM), word(report, kinds, pg_text(rows, row, R_KIND)), pg_text(rows, row, R_TITLE),
	    yes(report, rows, row, R_EMERGENCY), word(report, verdicts, pg_text(rows, row, R_VERDICT)),
	    pg_text(rows, row, R_NOTE), pg_text(rows, row, R_REVIEWER), changed ? pg_text(rows, row, R_NOW) : ""};

	document_row(&report->document, cells, sizeof(cells) / sizeof(*cells));
}

static void tell_frozen(struct review_report *report, const struct pg_result *rows, int row)
{
	const char *const cells[] = {pg_text(rows, row, R_TICKET), pg_text(rows, row, R_VERSION),
	    yes(report, rows, row, R_EMERGENCY), yes(report, rows, row, R_SAMPLED)};

	document_row(&report->annex, cells, sizeof(cells) / sizeof(*cells));
}

static void tables_begin(struct review_report *report)
{
	const char *const sample[] = {SAY(report, "工单", "Request"), SAY(report, "版本", "Version"),
	    SAY(report, "程序", "Program"), SAY(report, "维护类型", "Kind"), SAY(report, "标题", "Title"),
	    SAY(report, "紧急", "Emergency"), SAY(report, "结论", "Verdict"), SAY(report, "说明", "Note"),
	    SAY(report, "复审人", "Reviewer"), SAY(report, "其后版本", "Version since")};
	const char *const all[] = {SAY(report, "工单", "Request"), SAY(report, "版本", "Version"),
	    SAY(report, "紧急", "Emergency"), SAY(report, "入样", "In the sample")};

	document_heading(&report->document, SAY(report, "二、样本记录的判定", "2. The records of the sample"));
	document_table(&report->document, sample, sizeof(sample) / sizeof(*sample));
	document_heading(&report->annex, SAY(report, "附录：冻结的全部记录", "Annex: all frozen records"));
	document_table(&report->annex, all, sizeof(all) / sizeof(*all));
}

static void tables_end(struct review_report *report, struct arena *arena)
{
	document_table_end(&report->document);
	document_table_end(&report->annex);
	if (report->hidden > 0)
		document_paragraph(&report->annex,
		    arena_print(arena,
		        SAY(report, "另有 %d 份保密记录，此处不示。", "%d confidential records are not shown here."),
		        report->hidden));
}

static enum outcome take_records(struct call *call, const struct pg_result *rows)
{
	struct review_report *report = call->review_report;

	tables_begin(report);
	for (int row = 0; row < pg_rows(rows); row++)
		if (*pg_text(rows, row, R_HIDDEN) == 't') {
			report->hidden++;
		} else {
			if (*pg_text(rows, row, R_SAMPLED) == 't')
				tell_sampled(report, rows, row);
			tell_frozen(report, rows, row);
		}
	tables_end(report, call->arena);
	return NEXT;
}

enum outcome tell_review_records(struct call *call)
{
	return call_ask(call, REVIEW_RECORDS, take_records, call->parts.part[0], call->caller.login,
	    call_outside(call));
}

// The decisions, head by head.

enum { D_HEAD, D_TEXT, D_OWNER, D_DUE, D_TICKET };

static int tell_head_of_decisions(struct review_report *report, const struct pg_result *rows, const struct phrase *head)
{
	int told = 0;

	for (int row = 0; row < pg_rows(rows); row++) {
		const char *const cells[] = {say(report, head), pg_text(rows, row, D_TEXT), pg_text(rows, row, D_OWNER),
		    pg_text(rows, row, D_DUE), pg_text(rows, row, D_TICKET)};

		if (!text_equals(pg_text(rows, row, D_HEAD), head->id))
			continue;
		document_row(&report->document, cells, sizeof(cells) / sizeof(*cells));
		told++;
	}
	return told;
}

static enum outcome take_decisions(struct call *call, const struct pg_result *rows)
{
	struct review_report *report = call->review_report;
	const char *const headings[] = {SAY(report, "方面", "Head"), SAY(report, "决定", "Decision"),
	    SAY(report, "责任人", "Owner"), SAY(report, "期限", "Due"),
	    SAY(report, "预防性工单", "Preventive request")};

	document_heading(&report->document, SAY(report, "三、决定", "3. Decisions"));
	document_table(&report->document, headings, 5);
	for (const struct phrase *head = heads; head->id != NULL; head++) {
		const char *const none[] = {say(report, head), "—", NULL, NULL, NULL};

		if (tell_head_of_decisions(report, rows, head) == 0)
			document_row(&report->document, none, 5);
	}
	document_table_end(&report->document);
	return NEXT;
}

enum outcome tell_review_decisions(struct call *call)
{
	return call_ask(call, REVIEW_DECISIONS, take_decisions, call->parts.part[0]);
}

enum outcome end_review_report(struct call *call)
{
	struct review_report *report = call->review_report;
	struct document *document = &report->document;
	const char *none = SAY(report, "尚无结论。", "There is none yet.");

	document_heading(document, SAY(report, "四、结论", "4. Conclusion"));
	document_paragraph(document, report->conclusion == NULL ? none : report->conclusion);
	document_paragraph(document,
	    SAY(report, "复审人：________________ 维护负责人：________________ 日期：____________",
	        "Reviewer: ________________ Lead: ________________ Date: ____________"));
	buffer_add_text(&report->text, report->annex_text.bytes);
	document_end(document);
	if (document->html)
		http_reply_header(call->request, "Content-Security-Policy",
		    "default-src 'none'; style-src 'unsafe-inline'");
	return call_reply(call, 200, document->html ? "text/html; charset=utf-8" : "text/markdown; charset=utf-8",
	    report->text.bytes, report->text.length);
}
