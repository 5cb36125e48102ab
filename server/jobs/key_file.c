// SPDX-License-Identifier: Apache-2.0
// Files that only the sealer reads and writes.
#include "jobs/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define FILE_MOST 65536

static bool cannot(const char *what, const char *file, struct faults *faults)
{
	faults_add(faults, file, "file", "cannot be %s: %s", what, strerror(errno));
	return false;
}

const char *file_text(const char *file, bool *missing, struct arena *arena, struct faults *faults)
{
	char *text = arena_take(arena, FILE_MOST + 1);
	FILE *in = fopen(file, "re");

	*missing = in == NULL && errno == ENOENT;
	if (in == NULL) {
		if (!*missing)
			cannot("read", file, faults);
		return NULL;
	}
	size_t length = fread(text, 1, FILE_MOST, in);
	bool read = ferror(in) == 0;
	if (fclose(in) != 0 || !read || strlen(text) != length) {
		cannot("read", file, faults);
		return NULL;
	}
	return text;
}

static bool text_write(int descriptor, const char *text)
{
	size_t length = strlen(text), done = 0;

	while (done < length) {
		ssize_t wrote = write(descriptor, text + done, length - done);

		if (wrote < 0 && errno != EINTR)
			return false;
		done += wrote < 0 ? 0 : (size_t)wrote;
	}
	return fsync(descriptor) == 0;
}

static bool folder_sync(const char *file, struct arena *arena)
{
	int folder = open(dirname(arena_copy(arena, file)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = folder >= 0 && fsync(folder) == 0;

	if (folder >= 0)
		close(folder);
	return synced;
}

bool file_replace(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	const char *draft = arena_print(arena, "%s.new", file);
	int descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = descriptor >= 0 && fchmod(descriptor, 0600) == 0 && text_write(descriptor, text);

	if (descriptor >= 0 && close(descriptor) != 0)
		written = false;
	if (!written || rename(draft, file) != 0 || !folder_sync(file, arena))
		return cannot("written", file, faults);
	return true;
}

// A file that was not there, whole on the disk.
static bool file_make(const char *file, const char *text, struct arena *arena, struct faults *faults)
{
	int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (descriptor < 0)
		return cannot("made", file, faults);
	bool written = fchmod(descriptor, 0600) == 0 && text_write(descriptor, text);
	if (close(descriptor) != 0 || !written || !folder_sync(file, arena))
		return cannot("written", file, faults);
	return true;
}

bool key_file_create(const char *file, const char *name, struct arena *arena, struct faults *faults)
{
	if (!key_name_is_right(name)) {
		faults_add(faults, "name", "format", "a log's name has neither spaces nor +, as in example.org/weihu");
		return false;
	}
	const struct key key = key_new(name);
	return file_make(file, arena_print(arena, "%s\n", key_print_secret(&key, arena)), arena, faults);
}

static bool is_private(const char *file, struct faults *faults)
{
	struct stat state;

	if (stat(file, &state) != 0)
		return cannot("read", file, faults);
	if ((state.st_mode & 077) == 0)
		return true;
	faults_add(faults, file, "mode", "can be read by others: chmod 600, and then rotate the key");
	return false;
}

bool key_file_read(const char *file, struct keys *keys, struct arena *arena, struct faults *faults)
{
	bool missing;
	const char *text = is_private(file, faults) ? file_text(file, &missing, arena, faults) : NULL;

	if (text == NULL || !keys_read(text, file, keys, arena, faults))
		return false;
	for (size_t i = 0; i < keys->count; i++)
		if (!keys->list[i].signs || strcmp(keys->list[i].name, keys->list[0].name) != 0) {
			faults_add(faults, file, "key", "must hold signer keys of one name");
			return false;
		}
	return true;
}

const char *key_file_line(const char *file, struct arena *arena, struct faults *faults)
{
	bool missing;
	const char *text = is_private(file, faults) ? file_text(file, &missing, arena, faults) : NULL;

	return text == NULL ? NULL : arena_copy_bytes(arena, text, strcspn(text, "\r\n"));
}

static bool vault_make(const char *file, struct arena *arena, struct faults *faults)
{
	char key[2 * VAULT_KEY + 1];

	vault_key_new(key);
	bool made = file_make(file, arena_print(arena, "%s\n", key), arena, faults);
	explicit_bzero(key, sizeof(key));
	return made;
}

bool key_file_vault(const char *file, struct vault *vault, struct arena *arena, struct faults *faults)
{
	if (access(file, F_OK) != 0 && errno == ENOENT && !vault_make(file, arena, faults))
		return false;
	const char *key = key_file_line(file, arena, faults);
	if (key == NULL)
		return false;
	bool read = vault_read_key(vault, key);
	if (!read)
		faults_add(faults, file, "key", "must hold a key of %d hexadecimal digits", 2 * VAULT_KEY);
	return read;
}

static bool keys_write(const char *file, const struct keys *keys, struct arena *arena, struct faults *faults)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (size_t i = 0; i < keys->count; i++)
		buffer_print(&text, "%s\n", key_print_secret(&keys->list[i], arena));
	return file_replace(file, text.bytes, arena, faults);
}

bool key_file_rotate(const char *file, struct arena *arena, struct faults *faults)
{
	struct keys keys;

	if (!key_file_read(file, &keys, arena, faults))
		return false;
	if (keys.count > 1) {
		faults_add(faults, file, "key", "holds two keys already: retire the older one first");
		return false;
	}
	keys.list[keys.count++] = key_new(keys.list[0].name);
	return keys_write(file, &keys, arena, faults);
}

bool key_file_retire(const char *file, struct arena *arena, struct faults *faults)
{
	struct keys keys;

	if (!key_file_read(file, &keys, arena, faults))
		return false;
	if (keys.count < 2) {
		faults_add(faults, file, "key", "holds one key only: rotate first, and let auditors learn the new key");
		return false;
	}
	keys.list[0] = keys.list[1];
	keys.count = 1;
	return keys_write(file, &keys, arena, faults);
}
