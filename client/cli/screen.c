// SPDX-License-Identifier: Apache-2.0
// Standard output as it is: a terminal or a pipe.
#include "cli/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/say.h"

extern char **environ;

static char *held; // what open_memstream() collects
static size_t held_length;

static struct winsize terminal_size(void)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct winsize seen;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &seen) == 0 && seen.ws_col > 0 && seen.ws_row > 0)
		size = seen;
	int64_t columns;
	const char *wanted = getenv("COLUMNS");
	if (wanted && text_to_int(wanted, 20, 10000, &columns))
		size.ws_col = (unsigned short)columns;
	return size;
}

static bool wants_colour(void)
{
	const char *off = getenv("NO_COLOR"), *kind = getenv("TERM");
	return !(off && *off) && kind && *kind && !text_equals(kind, "dumb");
}

void screen_open(struct cli *cli)
{
	cli->terminal = isatty(STDOUT_FILENO) == 1;
	cli->interactive = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
	cli->colour = cli->terminal && wants_colour();
	cli->width = terminal_size().ws_col;
	cli->out = cli->terminal ? open_memstream(&held, &held_length) : stdout;
	if (!cli->out)
		abort();
	buffer_init(&cli->notes, cli->arena);
}

static const char *pager_command(const struct cli *cli)
{
	const char *own = getenv("WEIHU_PAGER"), *any = getenv("PAGER");
	const char *pager = own ? own : any ? any : "less";
	return cli_is(cli, "no-pager") || !*pager || text_equals(pager, "cat") ? NULL : pager;
}

static bool is_longer_than_terminal(void)
{
	size_t lines = 0;
	for (const char *end = held; (end = strchr(end, '\n')); end++)
		lines++;
	return lines + 1 > terminal_size().ws_row;
}

// less: stop where the text fits, keep colours, leave the text on the screen.
static pid_t spawn_pager(const char *command, int input)
{
	posix_spawn_file_actions_t actions;
	char *const argv[] = {"sh", "-c", (char *)command, NULL};
	pid_t child = -1;
	setenv("LESS", "FRX", 0);
	setenv("LESSCHARSET", "utf-8", 0);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	if (posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) != 0 ||
	    posix_spawn(&child, "/bin/sh", &actions, NULL, argv, environ) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&actions);
	return child;
}

static bool show_in_pager(const char *command)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid_t child = spawn_pager(command, ends[0]);
	close(ends[0]);
	FILE *pager = child > 0 ? fdopen(ends[1], "w") : NULL;
	if (!pager) {
		close(ends[1]);
		return false;
	}
	signal(SIGPIPE, SIG_IGN); // the reader may leave early
	fwrite(held, 1, held_length, pager);
	fclose(pager);
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 127); // 127: the shell found no such pager
}

bool screen_close(struct cli *cli)
{
	if (cli->terminal) {
		if (fclose(cli->out) != 0)
			abort();
		const char *pager = held_length > 0 && is_longer_than_terminal() ? pager_command(cli) : NULL;
		if (!pager || !show_in_pager(pager))
			fwrite(held, 1, held_length, stdout);
		free(held);
	}
	if (fflush(stdout) == 0 && !ferror(stdout)) {
		fputs(cli->notes.bytes ? cli->notes.bytes : "", stderr);
		return true;
	}
	say(_("cannot write the output: %s"), strerror(errno));
	return false;
}

const char *screen_tint(const struct cli *cli, enum tint tint)
{
	static const char *const escapes[] = {
	    [TINT_PLAIN] = "\033[0m",
	    [TINT_BOLD] = "\033[1m",
	    [TINT_DIM] = "\033[2m",
	    [TINT_RED] = "\033[31m",
	    [TINT_GREEN] = "\033[32m",
	    [TINT_YELLOW] = "\033[33m",
	    [TINT_BLUE] = "\033[34m",
	};
	return cli->colour ? escapes[tint] : "";
}

static size_t point_width(const char *text, size_t *length)
{
	wchar_t point;
	mbstate_t state = {0};
	*length = mbrtowc(&point, text, strlen(text), &state);
	if (*length == 0 || *length > strlen(text)) {
		*length = 1;
		return 1;
	}
	int width = wcwidth(point);
	return width < 0 ? 1 : (size_t)width;
}

size_t screen_width_of(const char *text)
{
	size_t width = 0, length;
	for (; *text; text += length)
		width += point_width(text, &length);
	return width;
}

struct wrap {
	struct buffer out;
	size_t width, indent, column;
};

static void wrap_line_end(struct wrap *wrap)
{
	while (wrap->out.length > 0 && wrap->out.bytes[wrap->out.length - 1] == ' ')
		wrap->out.bytes[--wrap->out.length] = '\0';
	buffer_print(&wrap->out, "\n%*s", (int)wrap->indent, "");
	wrap->column = 0;
}

// How many bytes stay together: a word of narrow characters, or one wide one, which may be parted from the next.
static size_t wrap_unit(const char *text)
{
	size_t length;
	if (point_width(text, &length) > 1)
		return length;
	size_t whole = 0;
	while (text[whole] && !strchr(" \n", text[whole]) && point_width(text + whole, &length) <= 1)
		whole += length;
	return whole;
}

// A unit goes on the next line where it does not fit; one that is wider than a line is cut.
static void wrap_add(struct wrap *wrap, const char *unit, size_t length)
{
	char *copy = arena_copy_bytes(wrap->out.arena, unit, length);
	size_t width = screen_width_of(copy), bytes;
	if (wrap->column > 0 && wrap->column + width > wrap->width && width <= wrap->width)
		wrap_line_end(wrap);
	for (const char *at = copy; *at; at += bytes) {
		size_t columns = point_width(at, &bytes);
		if (wrap->column + columns > wrap->width)
			wrap_line_end(wrap);
		buffer_add(&wrap->out, at, bytes);
		wrap->column += columns;
	}
}

const char *screen_wrap(struct arena *arena, const char *text, size_t width, size_t indent)
{
	struct wrap wrap = {.width = width < 10 ? 10 : width, .indent = indent};
	buffer_init(&wrap.out, arena);
	for (size_t length; *text; text += length) {
		length = 1;
		if (*text == '\n')
			wrap_line_end(&wrap);
		else if (*text == ' ' && wrap.column < wrap.width) {
			buffer_add_char(&wrap.out, ' ');
			wrap.column++;
		} else if (*text != ' ')
			wrap_add(&wrap, text, length = wrap_unit(text));
	}
	return wrap.out.bytes;
}
