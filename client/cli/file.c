// SPDX-License-Identifier: Apache-2.0
// Files read whole and written safely.
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/say.h"

#define FILE_MOST (16u << 20)
#define BYTES_MOST (64u << 20) // no server takes more

char *file_read_stream(struct arena *arena, FILE *stream, const char *name)
{
	struct buffer text;
	buffer_init(&text, arena);
	char block[4096];
	size_t length;
	while ((length = fread(block, 1, sizeof block, stream)) > 0 && text.length <= FILE_MOST)
		buffer_add(&text, block, length);
	if (ferror(stream))
		say(_("cannot read %s: %s"), name, strerror(errno));
	else if (text.length > FILE_MOST)
		say(_("%s is larger than %u MiB"), name, FILE_MOST >> 20);
	else if (strlen(text.bytes) < text.length || !text_is_utf8(text.bytes, text.length))
		say(_("%s is not UTF-8 text"), name);
	else
		return text.bytes;
	return NULL;
}

static bool is_open_to_others(int descriptor)
{
	struct stat status;
	return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0;
}

static char *read_named(struct arena *arena, const char *name, bool secret)
{
	if (text_equals(name, "-"))
		return file_read_stream(arena, stdin, _("standard input"));
	FILE *stream = fopen(name, "re");
	if (!stream) {
		say(_("cannot read %s: %s"), name, strerror(errno));
		return NULL;
	}
	char *text = NULL;
	if (secret && is_open_to_others(fileno(stream)))
		say(_("%s holds a token and others can read it; try: chmod 600 %s"), name, name);
	else
		text = file_read_stream(arena, stream, name);
	fclose(stream);
	return text;
}

char *file_read_bytes(struct arena *arena, const char *name, size_t *length)
{
	bool typed = text_equals(name, "-");
	FILE *stream = typed ? stdin : fopen(name, "re");
	struct buffer bytes;
	char block[65536];
	size_t count;
	buffer_init(&bytes, arena);
	while (stream && (count = fread(block, 1, sizeof block, stream)) > 0 && bytes.length <= BYTES_MOST)
		buffer_add(&bytes, block, count);
	bool right = stream && !ferror(stream) && bytes.length <= BYTES_MOST;
	if (!stream || ferror(stream))
		say(_("cannot read %s: %s"), typed ? _("standard input") : name, strerror(errno));
	else if (!right)
		say(_("%s is larger than %u MiB"), name, BYTES_MOST >> 20);
	if (stream && !typed)
		fclose(stream);
	*length = bytes.length;
	return right ? bytes.bytes : NULL;
}

char *file_read(struct arena *arena, const char *name)
{
	return read_named(arena, name, false);
}

char *file_read_secret(struct arena *arena, const char *name)
{
	return read_named(arena, name, true);
}

bool file_make_folder(struct arena *arena, const char *name)
{
	char *folder = arena_copy(arena, name);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
			say(_("cannot make the folder %s: %s"), folder, strerror(errno));
			return false;
		}
		*slash = '/';
	}
	return true;
}

static bool write_all(int descriptor, const char *text)
{
	size_t left = strlen(text);
	while (left > 0) {
		ssize_t count = write(descriptor, text, left);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		text += count;
		left -= (size_t)count;
	}
	return fsync(descriptor) == 0;
}

bool file_write_secret(struct arena *arena, const char *name, const char *text)
{
	if (!file_make_folder(arena, name))
		return false;
	char *draft = arena_print(arena, "%s.XXXXXX", name);
	int descriptor = mkostemp(draft, O_CLOEXEC); // mode 0600
	bool written = descriptor >= 0 && write_all(descriptor, text);
	if (descriptor >= 0 && close(descriptor) != 0)
		written = false;
	if (written && rename(draft, name) == 0)
		return true;
	say(_("cannot write %s: %s"), name, strerror(errno));
	if (descriptor >= 0)
		unlink(draft);
	return false;
}

char *file_in_home(struct arena *arena, const char *variable, const char *fallback, const char *name)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	if (folder && *folder == '/')
		return arena_print(arena, "%s/weihu/%s", folder, name);
	return arena_print(arena, "%s/%s/weihu/%s", home ? home : "", fallback, name);
}
