// SPDX-License-Identifier: Apache-2.0
// Settings come from defaults, file, environment and command line, the later the stronger; complaints say from where.
#include "config/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "suite.h"

static struct arena *arena;
static struct faults faults;
static struct settings settings;
static char folder[] = "/tmp/weihu-settings-XXXXXX";
static const char *file;
static const char *shipped; // config/settings.yaml

static void setup(void)
{
	arena = arena_new();
	faults_init(&faults, arena);
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	file = arena_print(arena, "%s/settings.yaml", folder);
}

static void teardown(void)
{
	(void)unlink(file);
	ck_assert_int_eq(rmdir(folder), 0);
	arena_free(arena);
}

static bool load(const char *yaml, const char *const *overrides)
{
	if (yaml != NULL) {
		FILE *out = fopen(file, "w");
		ck_assert_ptr_nonnull(out);
		ck_assert_int_ge(fputs(yaml, out), 0);
		ck_assert_int_eq(fclose(out), 0);
	}
	return settings_load(&settings, yaml != NULL ? file : NULL, overrides, arena, &faults);
}

static void fault_is(const char *field, const char *code)
{
	ck_assert_uint_eq(faults.count, 1);
	ck_assert_str_eq(faults.first->field, field);
	ck_assert_str_eq(faults.first->code, code);
}

START_TEST(defaults_need_no_file)
{
	ck_assert(load(NULL, NULL));
	ck_assert_str_eq(settings.listen, "127.0.0.1:8420");
	ck_assert_str_eq(settings.dsn, "");
	ck_assert_int_eq(settings.workers, 2);
	ck_assert_str_eq(settings.log_level, "info");
}
END_TEST

START_TEST(default_paths_follow_the_environment)
{
	ck_assert_int_eq(setenv("WEIHU_CONFIG_DIR", "/some/config", 1), 0);
	ck_assert_int_eq(setenv("WEIHU_SCHEMA_DIR", "/some/schema", 1), 0);
	ck_assert(load(NULL, NULL));
	ck_assert_str_eq(settings.workflow, "/some/config/workflow.yaml");
	ck_assert_str_eq(settings.schema, "/some/schema");
}
END_TEST

START_TEST(later_places_are_stronger)
{
	const char *const overrides[] = {"readers=5", NULL};
	ck_assert_int_eq(setenv("WEIHU_WRITERS", "4", 1), 0);
	ck_assert_int_eq(setenv("WEIHU_READERS", "4", 1), 0);
	bool good = load("workers: 3\nwriters: 3\nreaders: 3\n", overrides);
	ck_assert_int_eq(unsetenv("WEIHU_WRITERS"), 0);
	ck_assert_int_eq(unsetenv("WEIHU_READERS"), 0);
	ck_assert(good);
	ck_assert_int_eq(settings.workers, 3);
	ck_assert_int_eq(settings.writers, 4);
	ck_assert_int_eq(settings.readers, 5);
}
END_TEST

START_TEST(paths_in_the_file_start_at_its_folder)
{
	const char *const overrides[] = {"schema=here", NULL};
	ck_assert(load("data: below\nworkflow: /absolute.yaml\n", overrides));
	ck_assert_str_eq(settings.data, arena_print(arena, "%s/below", folder));
	ck_assert_str_eq(settings.workflow, "/absolute.yaml");
	ck_assert_str_eq(settings.schema, "here");
}
END_TEST

static const struct {
	const char *yaml, *code;
} bad[] = {
    {"\nworkers: 0\n", "range"},
    {"\nworkers: 65\n", "range"},
    {"\nworkers: two\n", "range"},
    {"\nworkers: [2]\n", "type"},
    {"\nworker: 2\n", "unknown"},
    {"\nlog_level: loud\n", "choice"},
    {"\nlisten: 8420\n", "format"},
    {"\nlisten: ':8420'\n", "format"},
    {"\nlisten: '::1:8420'\n", "format"},
    {"\nlisten: localhost:65536\n", "format"},
    {"\ndata: ''\n", "format"},
    {"\ndata: $HOME/data\n", "format"},
};

START_TEST(complaints_name_file_and_line)
{
	ck_assert(!load(bad[_i].yaml, NULL));
	fault_is(arena_print(arena, "%s:2", file), bad[_i].code);
}
END_TEST

static const char *const addresses[] = {"127.0.0.1:0", "localhost:8420", "[::1]:8420", "0.0.0.0:65535"};

START_TEST(addresses_are_accepted)
{
	const char *const overrides[] = {arena_print(arena, "listen=%s", addresses[_i]), NULL};
	ck_assert(load(NULL, overrides));
	ck_assert_str_eq(settings.listen, addresses[_i]);
}
END_TEST

START_TEST(all_complaints_are_told)
{
	ck_assert(!load("workers: 0\nreaders: 0\n", NULL));
	ck_assert_uint_eq(faults.count, 2);
}
END_TEST

START_TEST(complaints_name_the_variable)
{
	ck_assert_int_eq(setenv("WEIHU_WORKERS", "many", 1), 0);
	bool good = load(NULL, NULL);
	ck_assert_int_eq(unsetenv("WEIHU_WORKERS"), 0);
	ck_assert(!good);
	fault_is("WEIHU_WORKERS", "range");
}
END_TEST

START_TEST(unknown_override_gets_a_hint_and_keeps_its_secret)
{
	const char *const overrides[] = {"dns=password=geheim", NULL};
	ck_assert(!load(NULL, overrides));
	fault_is("dns", "unknown");
	ck_assert_ptr_nonnull(strstr(faults.first->message, "dsn"));
	ck_assert_ptr_null(strstr(faults.first->message, "geheim"));
}
END_TEST

START_TEST(absent_file_is_a_fault)
{
	ck_assert(!settings_load(&settings, file, NULL, arena, &faults));
	ck_assert_uint_eq(faults.count, 1);
}
END_TEST

static char *shipped_text(void)
{
	char *text = arena_take(arena, 65536);
	FILE *in = fopen(shipped, "r");
	ck_assert_msg(in != NULL, "cannot open %s", shipped);
	ck_assert_uint_gt(fread(text, 1, 65535, in), 0);
	ck_assert_int_eq(fclose(in), 0);
	return text;
}

// Each row of the printed table is "| `key` | type | `default` | reloadable | help |".
START_TEST(shipped_file_shows_each_setting_with_its_default)
{
	char *table = NULL, *rest = NULL, *text = shipped_text();
	size_t length, rows = 0;
	FILE *out = open_memstream(&table, &length);
	ck_assert_ptr_nonnull(out);
	settings_print(out);
	ck_assert_int_eq(fclose(out), 0);
	for (char *row = strtok_r(table, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest)) {
		char key[64], initial[128];
		if (sscanf(row, "| `%63[^`]` | %*[^`]`%127[^`]`", key, initial) != 2)
			continue;
		rows++;
		ck_assert_msg(strstr(text, arena_print(arena, "\n# %s: %s\n", key, initial)) != NULL, "%s: %s", key,
		    initial);
	}
	free(table);
	ck_assert_uint_gt(rows, 10);
}
END_TEST

START_TEST(shipped_file_changes_nothing_as_it_stands)
{
	struct settings before;
	ck_assert(load(NULL, NULL));
	before = settings;
	ck_assert(load(shipped_text(), NULL));
	ck_assert_str_eq(settings.data, before.data);
	ck_assert_str_eq(settings.listen, before.listen);
	ck_assert_int_eq(settings.body_most, before.body_most);
}
END_TEST

// Taking the "# " away from every setting must give a file that is right, and the defaults again.
START_TEST(shipped_file_is_right_when_uncommented)
{
	struct buffer yaml;
	char *rest = NULL;
	struct settings before;
	buffer_init(&yaml, arena);
	for (char *line = strtok_r(shipped_text(), "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		size_t key = text_starts(line, "# ") ? strspn(line + 2, "abcdefghijklmnopqrstuvwxyz_") : 0;
		if (key > 0 && text_starts(line + 2 + key, ": "))
			buffer_print(&yaml, "%s\n", line + 2);
	}
	ck_assert(load(NULL, NULL));
	before = settings;
	ck_assert_msg(load(yaml.bytes, NULL), "%s", faults.first != NULL ? faults.first->message : "");
	ck_assert_str_eq(settings.listen, before.listen);
	ck_assert_str_eq(settings.routing, before.routing);
	ck_assert_str_eq(settings.schema, before.schema);
	ck_assert_str_eq(settings.dsn, before.dsn);
	ck_assert_int_eq(settings.request_seconds, before.request_seconds);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings");
	TCase *cases = tcase_create("settings");
	const char *config = getenv("WEIHU_CONFIG_DIR");
	char path[1024];

	snprintf(path, sizeof(path), "%s/settings.yaml", config != NULL ? config : "config");
	shipped = path;
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, defaults_need_no_file);
	tcase_add_test(cases, default_paths_follow_the_environment);
	tcase_add_test(cases, later_places_are_stronger);
	tcase_add_test(cases, paths_in_the_file_start_at_its_folder);
	tcase_add_loop_test(cases, complaints_name_file_and_line, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_loop_test(cases, addresses_are_accepted, 0, (int)(sizeof(addresses) / sizeof(addresses[0])));
	tcase_add_test(cases, all_complaints_are_told);
	tcase_add_test(cases, complaints_name_the_variable);
	tcase_add_test(cases, unknown_override_gets_a_hint_and_keeps_its_secret);
	tcase_add_test(cases, absent_file_is_a_fault);
	tcase_add_test(cases, shipped_file_shows_each_setting_with_its_default);
	tcase_add_test(cases, shipped_file_changes_nothing_as_it_stands);
	tcase_add_test(cases, shipped_file_is_right_when_uncommented);
	suite_add_tcase(suite, cases);
	return suite_run(suite);
}
