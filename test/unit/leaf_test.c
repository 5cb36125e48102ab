// SPDX-License-Identifier: Apache-2.0
// Leaves: canonical JSON (RFC 8785), commitments and their openings; tiles and bundles.
#include "audit/leaf.h"

#include <stdlib.h>
#include <string.h>

#include "audit/canon.h"
#include "audit/tile.h"

#include "suite.h"

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

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

static const struct json *read_json(const char *text)
{
	const struct json *json = json_read(arena, text, strlen(text), &faults);

	ck_assert_msg(json != NULL, "%s", text);
	return json;
}

// What RFC 8785 shows: numbers (its appendix B), escapes, the order of keys (its section 3.2.3).
static const struct {
	const char *text, *canonical;
} samples[] = {
    {"[56.0, 1e30, 4.50, 2e-3, 1e-27, 0.000000000000000000000000001]", "[56,1e+30,4.5,0.002,1e-27,1e-27]"},
    {"[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]",
        "[333333333.3333333,1e+30,4.5,0.002,1e-27]"},
    {"[-0.0, 0, 5e-324, -1.7976931348623157e308, 9007199254740992, 295147905179352830000]",
        "[0,0,5e-324,-1.7976931348623157e+308,9007199254740992,295147905179352830000]"},
    {"[1e21, 1e20, 0.000001, 1e-7, 123456.789]", "[1e+21,100000000000000000000,0.000001,1e-7,123456.789]"},
    {"{\"b\": [true, false, null], \"a\": {}, \"\": \"\"}", "{\"\":\"\",\"a\":{},\"b\":[true,false,null]}"},
    {"\"\\u20ac$\\u000f\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\""},
    {"{\"\\u20ac\": 1, \"\\r\": 2, \"\\ufb33\": 3, \"1\": 4, \"\\ud83d\\ude00\": 5, \"\\u0080\": 6, \"\\u00f6\": 7}",
        "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":7,\"€\":1,\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}"},
};

START_TEST(json_is_canonical)
{
	ck_assert_str_eq(canon_text(arena, read_json(samples[_i].text)), samples[_i].canonical);
}
END_TEST

// As PostgreSQL prints them. What is copied is what would have been written from a tree; what is not plain is left to
// that.
static const struct {
	const char *stored;
	bool plain;
} stored[] = {
    {"{}", true},
    {"[]", true},
    {"null", true},
    {"[1, -2, 0, 123456789012345]", true},
    {"[1234567890123456]", false},
    {"[1.50]", false},
    {"[-0]", false},
    {"[007]", false},
    {"{\"b\": [true, false, null], \"aa\": {}, \"\": \"\"}", true},
    {"{\"since\": {\"new\": \"2026\", \"old\": null}, \"description\": {\"new\": \"付款, \\\"x\\\" {\\\\\"}}", true},
    {"{\"a b\": 1, \"ab\": 2, \"a\": 3}", true}, // a blank stands before every letter, and the shorter key first
    {"{\"b\": {\"d\": {\"f\": [{\"h\": 1, \"g\": 2}], \"e\": 3}, \"c\": 4}, \"a\": \"\\u0001\\n\"}", true},
    {"{\"\\\"\": 1, \"#\": 2}", false},
    {"{\"ö\": 1, \"z\": 2}", false},
    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", false},
};

START_TEST(a_stored_value_is_copied_as_it_would_be_written)
{
	const char *text = stored[_i].stored;
	struct buffer out;

	buffer_init(&out, arena);
	buffer_add_text(&out, "before");
	ck_assert_msg(canon_copy_stored(&out, text, strlen(text)) == stored[_i].plain, "%s", text);
	ck_assert_str_eq(out.bytes,
	    stored[_i].plain ? arena_print(arena, "before%s", canon_text(arena, read_json(text))) : "before");
}
END_TEST

static const char *const broken[] = {"", " ", "{", "[", "[1", "[1,", "[1, ]", "{\"a\"", "{\"a\": 1", "{\"a\" 1}",
    "{\"a\": 1,}", "{1: 2}", "\"", "\"a", "\"\\\"", "nul", "truefalse", "1 2", "[1]]", "-", "x", "{\"a\": }",
    "[\"a\" \"b\"]"};

START_TEST(what_is_no_value_is_not_copied)
{
	struct buffer out;
	const size_t length = strlen(broken[_i]);
	char *text = malloc(length == 0 ? 1 : length); // so that the sanitizers see who reads beyond

	ck_assert_ptr_nonnull(text);
	memcpy(text, broken[_i], length);
	buffer_init(&out, arena);
	ck_assert_msg(!canon_copy_stored(&out, text, length), "%s", broken[_i]);
	ck_assert_uint_eq(out.length, 0);
	ck_assert_str_eq(out.bytes, "");
	free(text);
}
END_TEST

#define EVENT                                                                                                          \
	"{\"v\": 1, \"seq\": 7, \"at\": \"2026-11-23T04:54:41.000123Z\", \"actor\": \"zhang\", \"action\": \"add\", "  \
	"\"object\": \"person/li\", \"object_version\": 3, \"previous\": \"ab\", \"result\": \"done\", \"source\": "   \
	"\"192.0.2.7\", "                                                                                              \
	"\"changes\": {\"name\": {\"old\": \"Li Na\", \"new\": \"李娜\"}, \"active\": {\"old\": false, \"new\": "    \
	"true}}}"

// Seals an event as the sealer does: JSON members as PostgreSQL would print them, and all in canonical order.
static struct sealed_leaf seal(const char *text, const char *confidential)
{
	const char *canonical = canon_text(arena, read_json(text));
	struct event_member members[32];
	size_t count = 0;

	for (const struct json *member = read_json(canonical)->first; member != NULL; member = member->next) {
		const bool plain = member->type == JSON_TEXT;

		members[count] = (struct event_member){.key = member->key,
		    .type = member->type == JSON_NUMBER ? EVENT_NUMBER
		        : plain                         ? EVENT_TEXT
		                                        : EVENT_JSON,
		    .text = plain ? member->text : canon_text(arena, member),
		    .number = (int64_t)member->number};
		members[count].length = strlen(members[count].text);
		count++;
	}
	return leaf_seal(members, count, confidential, arena);
}

static const struct opening *opening_at(const struct sealed_leaf *leaf, const char *path)
{
	for (const struct opening *opening = leaf->openings; opening != NULL; opening = opening->next)
		if (strcmp(opening->path, path) == 0)
			return opening;
	return NULL;
}

START_TEST(personal_data_is_only_committed_to)
{
	const struct sealed_leaf leaf = seal(EVENT, NULL);
	const struct sealed_leaf again = seal(EVENT, NULL);

	ck_assert_ptr_null(strstr(leaf.bytes, "192.0.2.7"));
	ck_assert_ptr_null(strstr(leaf.bytes, "Li Na"));
	ck_assert_ptr_null(strstr(leaf.bytes, "李娜"));
	ck_assert_ptr_nonnull(strstr(leaf.bytes, "\"active\":{\"new\":true,\"old\":false}"));
	ck_assert_str_eq(opening_at(&leaf, "/source")->value, "\"192.0.2.7\"");
	ck_assert_str_eq(opening_at(&leaf, "/changes/name/new")->value, "\"李娜\"");
	ck_assert(strcmp(leaf.bytes, again.bytes) != 0); // each has salts of its own
}
END_TEST

START_TEST(a_leaf_opens_to_what_was_sealed)
{
	const struct sealed_leaf sealed = seal(EVENT, NULL);
	struct opened_counts counts = {0, 0};
	struct leaf leaf;

	ck_assert(leaf_read(sealed.bytes, sealed.length, 9, &leaf, arena));
	ck_assert(hash_equals(&leaf.hash, &sealed.hash));
	ck_assert_str_eq(leaf.object, "person/li");
	ck_assert_str_eq(leaf.previous, "ab");
	ck_assert_int_eq(leaf.version, 3);
	ck_assert_ptr_null(leaf_open(&leaf, sealed.openings, &counts, arena));
	ck_assert_uint_eq(counts.opened, 3);
	ck_assert_uint_eq(counts.closed, 0);
	ck_assert_str_eq(json_text(json_member(json_member(leaf.changes, "name"), "old")), "Li Na");
}
END_TEST

START_TEST(an_erased_value_harms_nothing_and_a_false_one_is_named)
{
	const struct sealed_leaf sealed = seal(EVENT, NULL);
	struct opening false_name = *opening_at(&sealed, "/changes/name/new");
	struct opened_counts counts = {0, 0};
	struct leaf leaf;

	false_name.next = NULL;
	ck_assert(leaf_read(sealed.bytes, sealed.length, 0, &leaf, arena));
	ck_assert_ptr_null(leaf_open(&leaf, &false_name, &counts, arena));
	ck_assert_uint_eq(counts.closed, 2);
	false_name.value = "\"王磊\"";
	ck_assert(leaf_read(sealed.bytes, sealed.length, 0, &leaf, arena));
	ck_assert_str_eq(leaf_open(&leaf, &false_name, &counts, arena), "/changes/name/new");
}
END_TEST

START_TEST(a_leaf_fits_its_bundle_whatever_it_says)
{
	struct json_out event;
	char text[1001] = {0};

	memset(text, 'x', sizeof(text) - 1);
	json_out_init(&event, arena);
	json_begin(&event, NULL, '{');
	json_add_text(&event, "object", "ticket/1");
	json_begin(&event, "changes", '{');
	for (int i = 0; i < 200; i++)
		json_add_text(&event, arena_print(arena, "field%d", i), text);
	json_end(&event, '}');
	json_end(&event, '}');
	const struct sealed_leaf leaf = seal(event.out.bytes, NULL);
	ck_assert_uint_le(leaf.length, ENTRY_MOST);
	ck_assert_uint_eq(strlen(opening_at(&leaf, "/changes/field7")->value), 1002);
}
END_TEST

START_TEST(a_confidential_leaf_tells_no_value)
{
	const struct sealed_leaf leaf = seal(EVENT, "changes,added");
	struct opened_counts counts = {0, 0};
	struct leaf opened;

	ck_assert_ptr_null(strstr(leaf.bytes, "active"));
	ck_assert_ptr_nonnull(strstr(leaf.bytes, "\"actor\":\"zhang\""));
	ck_assert_ptr_nonnull(opening_at(&leaf, "/changes"));
	ck_assert_ptr_null(opening_at(&leaf, "/changes/name/old"));
	ck_assert(leaf_read(leaf.bytes, leaf.length, 0, &opened, arena));
	ck_assert_ptr_null(leaf_open(&opened, NULL, &counts, arena));
	ck_assert_ptr_nonnull(leaf_is_commitment(opened.changes));
	ck_assert_ptr_null(leaf_open(&opened, leaf.openings, &counts, arena));
	ck_assert_str_eq(json_text(json_member(json_member(opened.changes, "name"), "new")), "李娜");
}
END_TEST

START_TEST(bytes_that_are_no_leaf)
{
	const struct sealed_leaf sealed = seal(EVENT, NULL);
	struct leaf leaf;

	ck_assert(!leaf_read(sealed.bytes, sealed.length - 1, 0, &leaf, arena));
	ck_assert(!leaf_read(EVENT, strlen(EVENT), 0, &leaf, arena)); // not canonical
	ck_assert(!leaf_read("{}", 2, 0, &leaf, arena));
}
END_TEST

static const struct {
	const char *path;
	struct tile tile; // width 0: no such path
} paths[] = {
    {"0/000", {0, 0, 256}},
    {"2/x001/x234/067", {2, 1234067, 256}},
    {"entries/x001/999.p/17", {TILE_ENTRIES, 1999, 17}},
    {"1/005.p/255", {1, 5, 255}},
    {"00/000", {0, 0, 0}},
    {"0/0", {0, 0, 0}},
    {"0/x000/001", {0, 0, 0}},
    {"0/1000", {0, 0, 0}},
    {"0/000.p/0", {0, 0, 0}},
    {"0/000.p/256", {0, 0, 0}},
    {"0/000.p/07", {0, 0, 0}},
    {"0/000/", {0, 0, 0}},
    {"9/000", {0, 0, 0}},
    {"data/000", {0, 0, 0}},
    {"0/x999/x999/x999/x999/x999/x999/x999/999", {0, 0, 0}},
};

START_TEST(tiles_have_paths)
{
	struct tile tile;
	bool right = tile_read_path(paths[_i].path, &tile);

	ck_assert_msg(right == (paths[_i].tile.width != 0), "%s", paths[_i].path);
	if (!right)
		return;
	ck_assert_int_eq(tile.level, paths[_i].tile.level);
	ck_assert_uint_eq(tile.index, paths[_i].tile.index);
	ck_assert_uint_eq(tile.width, paths[_i].tile.width);
	ck_assert_str_eq(tile_path(&tile, arena), paths[_i].path);
}
END_TEST

static bool add_path(void *context, const struct tile *tile)
{
	buffer_print(context, "%s ", tile_path(tile, arena));
	return true;
}

START_TEST(a_log_has_these_tiles)
{
	struct buffer paths_of_256, last;

	buffer_init(&paths_of_256, arena);
	tile_each(257, add_path, &paths_of_256);
	ck_assert_str_eq(paths_of_256.bytes, "entries/000 entries/001.p/1 0/000 0/001.p/1 1/000.p/1 ");
	buffer_init(&last, arena);
	tile_each(70000, add_path, &last);
	ck_assert_ptr_nonnull(strstr(last.bytes, " 0/273.p/112 1/000 1/001.p/17 2/000.p/1 "));
}
END_TEST

START_TEST(bundles_give_back_their_entries)
{
	struct buffer bundle;
	const unsigned char *entry;
	size_t at = 0, length;

	buffer_init(&bundle, arena);
	entry_add(&bundle, "one", 3);
	entry_add(&bundle, "", 0);
	ck_assert(entry_next((unsigned char *)bundle.bytes, bundle.length, &at, &entry, &length));
	ck_assert(length == 3 && memcmp(entry, "one", 3) == 0);
	ck_assert(entry_next((unsigned char *)bundle.bytes, bundle.length, &at, &entry, &length));
	ck_assert_uint_eq(length, 0);
	ck_assert(!entry_next((unsigned char *)bundle.bytes, bundle.length, &at, &entry, &length));
	at = 0;
	ck_assert(!entry_next((unsigned char *)bundle.bytes, 4, &at, &entry, &length));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("leaf");
	TCase *cases = tcase_create("leaf");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, json_is_canonical, 0, COUNT(samples));
	tcase_add_loop_test(cases, a_stored_value_is_copied_as_it_would_be_written, 0, COUNT(stored));
	tcase_add_loop_test(cases, what_is_no_value_is_not_copied, 0, COUNT(broken));
	tcase_add_test(cases, personal_data_is_only_committed_to);
	tcase_add_test(cases, a_leaf_opens_to_what_was_sealed);
	tcase_add_test(cases, an_erased_value_harms_nothing_and_a_false_one_is_named);
	tcase_add_test(cases, a_leaf_fits_its_bundle_whatever_it_says);
	tcase_add_test(cases, a_confidential_leaf_tells_no_value);
	tcase_add_test(cases, bytes_that_are_no_leaf);
	tcase_add_loop_test(cases, tiles_have_paths, 0, COUNT(paths));
	tcase_add_test(cases, a_log_has_these_tiles);
	tcase_add_test(cases, bundles_give_back_their_entries);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
