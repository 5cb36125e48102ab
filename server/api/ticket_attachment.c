// SPDX-License-Identifier: Apache-2.0
// Files beside a ticket: attached as they come, given back as they were. What a browser makes of one is nobody's
// business here: it is told to keep it and not to look (RFC 6266, RFC 8187).
#include <ctype.h>
#include <string.h>

#include "api/body.h"
#include "api/refusal.h"
#include "api/retry.h"
#include "api/ticket.h"
#include "audit/note.h"
#include "base/digest.h"

#define NAME_MOST 255 // bytes, as file systems have it
#define TYPE_MOST 127 // bytes

static const struct member no_members[] = {END};

const struct resource attachment_resource = {"attachment", ATTACHMENT_READ, no_members};

static bool name_is_right(const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c) || *c == '/' || *c == '\\' ||
		    ((unsigned char)*c == 0xC2 && (unsigned char)c[1] < 0xA0)) // U+0080 to U+009F
			return false;
	return *name != '\0' && strlen(name) <= NAME_MOST && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

// token/token (RFC 9110, 8.3.1); what stands behind it is left out.
static const char *media_type(const struct call *call)
{
	static const char more[] = "!#$%&'*+-.^_`|~";
	const char *sent = http_header(call->request, "Content-Type");
	size_t slashes = 0, length;

	if (sent == NULL)
		return "application/octet-stream";
	length = strcspn(sent, "; \t");
	char *type = arena_copy_bytes(call->arena, sent, length);
	for (char *c = type; *c != '\0'; c++) {
		slashes += *c == '/';
		if (!isalnum((unsigned char)*c) && strchr(more, *c) == NULL && *c != '/')
			return NULL;
		*c = (char)tolower((unsigned char)*c);
	}
	const char *slash = strchr(type, '/');
	return slashes == 1 && slash > type && slash[1] != '\0' && length <= TYPE_MOST ? type : NULL;
}

static bool is_internal(const struct call *call)
{
	return text_equals(query_get(&call->query, "internal"), "true");
}

enum outcome read_attachment(struct call *call)
{
	const char *name = query_get(&call->query, "name"), *internal = query_get(&call->query, "internal");

	if (name == NULL)
		faults_add(&call->faults, "name", "missing", "name must be given");
	else if (!name_is_right(name))
		faults_add(&call->faults, "name", "format",
		    "a name has 1 to %d bytes, and neither slashes nor control characters", NAME_MOST);
	if (internal != NULL && !text_in_list("true,false", internal))
		faults_add(&call->faults, "internal", "format", "internal is true or false");
	if (media_type(call) == NULL)
		faults_add(&call->faults, "Content-Type", "format", "a media type looks like application/pdf");
	return call->faults.count > 0 ? refuse(call, PROBLEM_MALFORMED, NULL) : NEXT;
}

enum outcome check_attachment(struct call *call)
{
	if (is_internal(call) && !call_may(call, "ticket.comment_internal"))
		return refuse(call, PROBLEM_FORBIDDEN, "internal attachments are for those who run the maintenance");
	return NEXT;
}

// An attachment stands beside the work, as a comment does: it does not mind what has changed since the ticket was read.
enum outcome save_attachment(struct call *call)
{
	struct json_out *deed = call_deed(call, "attach", acted_as(call));
	struct digest_part file;

	file.bytes = http_body(call->request, &file.length);
	json_add_int(deed, "id", call->ticket.id);
	json_add_text(deed, "thing", call->route->resource->kind);
	json_begin(deed, "add", '{');
	json_add_text(deed, "name", query_get(&call->query, "name"));
	json_add_text(deed, "media_type", media_type(call));
	json_add_bool(deed, "internal", is_internal(call));
	json_add_text(deed, "sha256", digest_hex(call->arena, &file, 1));
	json_add_text(deed, "content", base64_print(call->arena, file.bytes, file.length));
	json_end(deed, '}');
	return call_write(call, TICKET_CHANGE, deed, (uint64_t)call->ticket.id, take_added);
}

// What a browser may be told that it is. All else might be a page, or a program.
static const char *harmless(const char *type)
{
	static const char types[] =
	    "text/plain,text/csv,application/json,application/pdf,application/zip,application/gzip,"
	    "image/png,image/jpeg,image/gif,image/webp";

	return text_in_list(types, type) ? type : "application/octet-stream";
}

// attr-char of RFC 8187 as they are, all else percent-encoded.
static const char *disposition(struct arena *arena, const char *name)
{
	struct buffer text;

	buffer_init(&text, arena);
	buffer_add_text(&text, "attachment; filename*=UTF-8''");
	for (; *name != '\0'; name++) {
		bool plain = isalnum((unsigned char)*name) || strchr("!#$&+-.^_`|~", *name) != NULL;

		buffer_print(&text, plain ? "%c" : "%%%02X", (unsigned char)*name);
	}
	return text.bytes;
}

static enum outcome give_file(struct call *call, const struct pg_result *rows)
{
	enum { NAME, TYPE, SHA256, CONTENT };
	struct digest_part file;

	if (pg_rows(rows) == 0)
		return refuse(call, PROBLEM_NOT_FOUND, "there is no attachment with this number");
	file.bytes = pg_cell(rows, 0, CONTENT, &file.length);
	if (strcmp(digest_hex(call->arena, &file, 1), pg_text(rows, 0, SHA256)) != 0)
		return refuse(call, PROBLEM_INTERNAL, "these are not the bytes that were attached");
	http_reply_header(call->request, "ETag", arena_print(call->arena, "\"%s\"", pg_text(rows, 0, SHA256)));
	http_reply_header(call->request, "Content-Disposition", disposition(call->arena, pg_text(rows, 0, NAME)));
	http_reply_header(call->request, "Content-Security-Policy",
	    "sandbox; default-src 'none'; frame-ancestors 'none'");
	return call_reply(call, 200, harmless(pg_text(rows, 0, TYPE)), file.bytes, file.length);
}

enum outcome find_attachment(struct call *call)
{
	const char *number = call->parts.part[1];
	int64_t id;

	if (*number == '0' || !text_to_int(number, 1, INT64_MAX, &id))
		return refuse(call, PROBLEM_NOT_FOUND, "there is no attachment with this number");
	return call_ask(call, FILE_READ, give_file, call->parts.part[0], number,
	    call_may(call, "ticket.read_internal") ? "true" : "false");
}
