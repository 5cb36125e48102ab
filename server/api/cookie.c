// SPDX-License-Identifier: Apache-2.0
// The session cookie, and what keeps other sites from using it.
#include "api/cookie.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"

// "__Host-": of this host alone, by TLS alone (RFC 6265bis, section 4.1.3.2).
static const char *cookie_name(const struct call *call)
{
	return http_is_https(call->request) ? "__Host-weihu" : "weihu";
}

const char *cookie_token(const struct call *call, size_t *length)
{
	const char *rest = http_header(call->request, "Cookie"), *name = cookie_name(call), *found = NULL;
	size_t name_length = strlen(name);

	while (rest != NULL && *rest != '\0') {
		rest += strspn(rest, " ;");
		size_t item = strcspn(rest, ";");

		if (item > name_length && strncmp(rest, name, name_length) == 0 && rest[name_length] == '=') {
			if (found != NULL)
				return NULL;
			found = rest + name_length + 1;
			*length = item - name_length - 1;
		}
		rest += item;
	}
	return found;
}

static void cookie_set(struct call *call, const char *value, int64_t seconds)
{
	http_reply_header(call->request, "Set-Cookie",
	    arena_print(call->arena, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; Secure; SameSite=Strict",
	        cookie_name(call), value, (long long)seconds));
}

void cookie_give(struct call *call, const char *token, int64_t seconds)
{
	cookie_set(call, token, seconds);
}

void cookie_take_back(struct call *call)
{
	cookie_set(call, "", 0);
}

const char *csrf_proof(const struct call *call, const char *token)
{
	static const char purpose[] = "weihu csrf ";
	const struct digest_part parts[] = {{purpose, strlen(purpose)}, {token, strlen(token)}};

	return digest_hex(call->arena, parts, 2);
}

// What browsers of today say for themselves counts before the Origin, which those of yesterday send, too.
const char *csrf_origin_fault(const struct call *call)
{
	const char *site = http_header(call->request, "Sec-Fetch-Site"), *origin = http_header(call->request, "Origin");
	const char *host = http_header(call->request, "Host");

	if (site != NULL)
		return strcmp(site, "same-origin") == 0 ? NULL : "this was sent by a page of another site";
	if (origin == NULL)
		return NULL;
	const char *from = strstr(origin, "://");
	return from != NULL && host != NULL && strcasecmp(from + strlen("://"), host) == 0
	    ? NULL
	    : "this was sent by a page of another site";
}

const char *csrf_fault(const struct call *call)
{
	const char *proof = csrf_proof(call, call->shown), *shown = http_header(call->request, "X-CSRF-Token");
	const char *fault = csrf_origin_fault(call);

	if (fault != NULL)
		return fault;
	return shown != NULL && secret_equals(shown, proof)
	    ? NULL
	    : "send the session's csrf as X-CSRF-Token with whatever changes something";
}
