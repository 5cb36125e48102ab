// SPDX-License-Identifier: Apache-2.0
// The 18 items of the maintenance record: which a ticket lacks, who supplies them, and reasons for gaps.
#include "domain/record_item.h"

#include "desk.h"

static struct desk desk;

static void set_up(void)
{
	desk_open(&desk);
	desk_sit(&desk, "rae", ROLE_BIT(ROLE_REVIEWER));
	desk_fill(&desk, F_STARTED_AT, DESK_NOW);
	desk_fill(&desk, F_FINISHED_AT, DESK_NOW);
	desk_fill(&desk, F_BENEFIT, "+1200 CNY");
}

static void tear_down(void)
{
	desk_close(&desk);
}

static struct verdict judge(void)
{
	struct move move = {
	    .workflow = desk.workflow,
	    .ticket = &desk.ticket,
	    .person = &desk.person,
	    .given = &desk.given,
	    .now = desk.now,
	    .arena = desk.arena,
	};
	struct verdict verdict = verdict_new(NULL, desk.arena);

	record_items_refuse(&verdict, &move);
	return verdict;
}

// The items that are told as lacking: "2 7".
static const char *lacking(void)
{
	struct verdict verdict = judge();
	struct buffer text;

	buffer_init(&text, desk.arena);
	for (const struct unmet *unmet = verdict.unmet; unmet != NULL; unmet = unmet->next)
		buffer_print(&text, "%s%d", text.length > 0 ? " " : "", unmet->item);
	return text.bytes;
}

START_TEST(a_complete_record_lacks_nothing)
{
	ck_assert_str_eq(lacking(), "");
}
END_TEST

START_TEST(each_item_is_told_by_itself)
{
	desk.ticket.record_gaps = 1U << 1 | 1U << 6; // items 2 and 7
	ck_assert_str_eq(lacking(), "2 7");
	desk.ticket.change_count = 0;
	ck_assert_str_eq(lacking(), "2 7 8 9 10 11 12 13");
	desk.ticket.work_count = 0;
	desk_fill(&desk, F_FINISHED_AT, NULL);
	desk_fill(&desk, F_BENEFIT, NULL);
	ck_assert_str_eq(lacking(), "2 7 8 9 10 11 12 13 16 17 18");
	desk_fill(&desk, F_CLAIMED_KIND, NULL);
	ck_assert_str_eq(lacking(), "2 7 8 9 10 11 12 13 15 16 17 18");
}
END_TEST

START_TEST(an_item_says_its_name_and_who_supplies_it)
{
	desk.ticket.record_gaps = 1U << 2;
	struct verdict verdict = judge();

	ck_assert_uint_eq(verdict.unmet_count, 1);
	ck_assert_ptr_nonnull(strstr(verdict.unmet->message, "item 3 (machine_instructions)"));
	ck_assert_str_eq(verdict.unmet->field, "record_gaps");
	ck_assert_uint_eq(verdict.unmet->who,
	    PARTY_BIT(PARTY_ADMIN) | PARTY_BIT(PARTY_SYSADMIN) | PARTY_BIT(PARTY_REVIEWER));
}
END_TEST

START_TEST(only_the_items_named_are_explained)
{
	desk.ticket.record_gaps = 1U << 1 | 1U << 2 | 1U << 6;
	desk_give(&desk, F_RECORD_GAPS, "bought without source");
	ck_assert_str_eq(lacking(), "2 3 7");
	desk_give(&desk, F_RECORD_GAPS, "2, 3: bought without source");
	ck_assert_str_eq(lacking(), "7");
	desk_fill(&desk, F_RECORD_GAPS, "7: it has no counter");
	ck_assert_str_eq(lacking(), "7"); // what is given stands for what was there
	desk_clear(&desk);
	ck_assert_str_eq(lacking(), "2 3");
}
END_TEST

#define ITEM(n) (UINT32_C(1) << ((n)-1))

static const struct {
	const char *text;
	record_items items;
} reasons[] = {
    {NULL, 0},
    {"", 0},
    {"2: none", ITEM(2)},
    {"2-4: none", ITEM(2) | ITEM(3) | ITEM(4)},
    {"2,4 , 6: none", ITEM(2) | ITEM(4) | ITEM(6)},
    {"2、3：供应商不提供源程序；6：没有计数器", ITEM(2) | ITEM(3) | ITEM(6)},
    {"2至4：无", ITEM(2) | ITEM(3) | ITEM(4)},
    {"2: none\n18: nothing to count", ITEM(2) | ITEM(18)},
    {"2: one; because: 3", ITEM(2)},
    {"2:", 0},
    {"2: ; 3: none", ITEM(3)},
    {"2", 0},
    {": none", 0},
    {"0: none", 0},
    {"19: none", 0},
    {"4-2: none", 0},
    {"2-99999999999999999999: none", 0},
    {"-3: none", 0},
    {"items 2 and 3: none", 0},
    {"2 3: none", ITEM(2) | ITEM(3)},
};

START_TEST(reasons_name_their_items)
{
	ck_assert_uint_eq(record_items_explained(reasons[_i].text), reasons[_i].items);
}
END_TEST

START_TEST(a_field_is_an_item)
{
	ck_assert_int_eq(record_item_of("benefit"), 18);
	ck_assert_int_eq(record_item_of("kind"), 15);
	ck_assert_int_eq(record_item_of("title"), 0);
}
END_TEST

START_TEST(every_item_has_its_words)
{
	ck_assert_str_ne(record_item_name(_i), "");
	ck_assert_str_ne(record_item_label(_i), "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("record_item");
	TCase *cases = tcase_create("record_item");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, a_complete_record_lacks_nothing);
	tcase_add_test(cases, each_item_is_told_by_itself);
	tcase_add_test(cases, an_item_says_its_name_and_who_supplies_it);
	tcase_add_test(cases, only_the_items_named_are_explained);
	tcase_add_loop_test(cases, reasons_name_their_items, 0, sizeof(reasons) / sizeof(reasons[0]));
	tcase_add_test(cases, a_field_is_an_item);
	tcase_add_loop_test(cases, every_item_has_its_words, 1, RECORD_ITEM_COUNT + 1);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
