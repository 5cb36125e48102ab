// SPDX-License-Identifier: Apache-2.0
// Reading a configuration file whole.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "config/house.h"

#define FILE_MOST (1024 * 1024) // bytes

static bool read_all(int fd, struct buffer *text)
{
	char bytes[8192];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		buffer_add(text, bytes, (size_t)got);
		if (text->length > FILE_MOST) {
			errno = EFBIG;
			return false;
		}
	}
	return true;
}

static bool is_text(const struct buffer *text)
{
	return strlen(text->bytes) == text->length && text_is_utf8(text->bytes, text->length);
}

char *config_read_file(const char *file, struct arena *arena, struct faults *faults)
{
	struct buffer text;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool complete;

	buffer_init(&text, arena);
	if (fd < 0) {
		faults_add(faults, file, "file", "cannot be opened: %s", strerror(errno));
		return NULL;
	}
	complete = read_all(fd, &text);
	if (!complete)
		faults_add(faults, file, "file", "cannot be read: %s", strerror(errno));
	else if (!is_text(&text))
		faults_add(faults, file, "format", "is not UTF-8 text");
	close(fd);
	return complete && is_text(&text) ? text.bytes : NULL;
}
