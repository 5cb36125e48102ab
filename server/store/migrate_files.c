// SPDX-License-Identifier: Apache-2.0
// The migrations as files: schema/deploy/NNNN_name.sql, with the same name under schema/revert and schema/verify.
#include "store/migrate_parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/text.h"

#define SUFFIX ".sql"
#define DIGITS 4
#define FILE_MOST (4 << 20)

static const char *const folders[] = {[STEP_DEPLOY] = "deploy", [STEP_REVERT] = "revert", [STEP_VERIFY] = "verify"};

const char *migration_path(const char *folder, enum migrate_step step, const struct migration *migration,
    struct arena *arena)
{
	return arena_print(arena, "%s/%s/%s" SUFFIX, folder, folders[step], migration->name);
}

static char *file_take(FILE *file, size_t size, struct arena *arena)
{
	char *text = arena_take(arena, size + 1);

	return fread(text, 1, size, file) == size && fgetc(file) == EOF && !ferror(file) ? text : NULL;
}

char *migration_text(const char *path, struct arena *arena, struct faults *faults)
{
	struct stat state;
	char *text = NULL;
	FILE *file = fopen(path, "re");

	if (file == NULL || fstat(fileno(file), &state) < 0)
		faults_add(faults, path, "missing", "cannot be read: %s", strerror(errno));
	else if (!S_ISREG(state.st_mode) || state.st_size > FILE_MOST)
		faults_add(faults, path, "format", "is no file of at most %d bytes", FILE_MOST);
	else if ((text = file_take(file, (size_t)state.st_size, arena)) == NULL)
		faults_add(faults, path, "missing", "cannot be read whole");
	else if (strlen(text) != (size_t)state.st_size || !text_is_utf8(text, strlen(text)))
		faults_add(faults, path, "format", "is not UTF-8 text");
	else {
		(void)fclose(file);
		return text;
	}
	if (file != NULL)
		(void)fclose(file);
	return NULL;
}

// "0002_record.sql" gives 2; 0: no migration's name.
static int name_number(const char *name)
{
	char digits[DIGITS + 1] = "";
	int64_t number;
	size_t length = strlen(name);

	if (length <= DIGITS + strlen("_") + strlen(SUFFIX) || name[DIGITS] != '_' ||
	    strcmp(name + length - strlen(SUFFIX), SUFFIX) != 0)
		return 0;
	memcpy(digits, name, DIGITS);
	return text_to_int(digits, 1, 9999, &number) ? (int)number : 0;
}

static int name_is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool migration_read(const char *folder, const char *file, int number, struct migration *migration,
    struct arena *arena, struct faults *faults)
{
	const char *path = arena_print(arena, "%s/deploy/%s", folder, file);

	if (name_number(file) != number) {
		faults_add(faults, path, "order",
		    "migration %04d_NAME.sql is expected here: numbers run from 0001 without a gap", number);
		return false;
	}
	const char *text = migration_text(path, arena, faults);
	if (text == NULL)
		return false;
	const struct digest_part whole = {text, strlen(text)};
	migration->number = number;
	migration->name = arena_copy_bytes(arena, file, strlen(file) - strlen(SUFFIX));
	migration->sha256 = digest_hex(arena, &whole, 1);
	return true;
}

bool migrations_read(const char *folder, struct migrations *found, struct arena *arena, struct faults *faults)
{
	struct dirent **entries;
	const char *path = arena_print(arena, "%s/deploy", folder);
	int count = scandir(path, &entries, name_is_visible, alphasort);

	if (count <= 0) {
		faults_add(faults, "schema", "missing", "no migrations in %s: %s", path,
		    count < 0 ? strerror(errno) : "empty");
		if (count == 0)
			free(entries);
		return false;
	}
	bool good = true;
	found->count = (size_t)count;
	found->list = arena_take_array(arena, found->count, sizeof(*found->list));
	for (int i = 0; i < count; i++) {
		good = good && migration_read(folder, entries[i]->d_name, i + 1, &found->list[i], arena, faults);
		free(entries[i]);
	}
	free(entries);
	return good;
}
