// SPDX-License-Identifier: Apache-2.0
// Requests to the server: the only code that knows libcurl.
#include "cli/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "cli/safe.h"
#include "cli/say.h"

#define TRIES_MOST 5
#define WAIT_MOST 30 // seconds between two tries
#define SECONDS_USUAL 60

struct http {
	CURL *curl;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
};

static const struct {
	long status;
	enum leave code;
} codes[] = {
    {401, LEAVE_LOGIN},
    {403, LEAVE_FORBIDDEN},
    {404, LEAVE_NOT_FOUND},
    {409, LEAVE_CONFLICT},
    {412, LEAVE_CONFLICT},
    {400, LEAVE_FIELDS},
    {422, LEAVE_FIELDS},
    {429, LEAVE_NETWORK},
    {502, LEAVE_NETWORK},
    {503, LEAVE_NETWORK},
    {504, LEAVE_NETWORK},
};

static enum leave code_of(long status)
{
	if (status >= 200 && status < 300)
		return LEAVE_OK;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].status == status)
			return codes[i].code;
	return LEAVE_OTHER;
}

static struct http *http_of(struct cli *cli)
{
	if (cli->http)
		return cli->http;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	cli->http = arena_take(cli->arena, sizeof *cli->http);
	cli->http->curl = curl_easy_init();
	if (!cli->http->curl)
		abort();
	return cli->http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	curl_slist_free_all(http->headers);
	curl_easy_cleanup(http->curl);
	curl_global_cleanup();
}

struct body { // where it goes
	CURL *curl;
	struct buffer text;
	FILE *sink;
};

static size_t take_bytes(char *bytes, size_t size, size_t count, void *context)
{
	struct body *body = context;
	long status = 0;
	if (body->sink)
		curl_easy_getinfo(body->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return fwrite(bytes, 1, size * count, body->sink);
	buffer_add(&body->text, bytes, size * count);
	return size * count;
}

static void add_header(struct http *http, const char *header)
{
	struct curl_slist *headers = curl_slist_append(http->headers, header);
	if (!headers)
		abort();
	http->headers = headers;
}

// 128 random bits: no other request, of anybody, ever has this key.
static const char *random_key(struct arena *arena)
{
	uint64_t bits[2];
	if (getrandom(bits, sizeof bits, 0) != sizeof bits)
		abort();
	return arena_print(arena, "%016" PRIx64 "%016" PRIx64, bits[0], bits[1]);
}

static bool is_post(const struct request *request)
{
	return text_equals(request->method, "POST");
}

static void set_headers(struct cli *cli, struct arena *arena, const struct request *request)
{
	struct http *http = cli->http;
	curl_slist_free_all(http->headers);
	http->headers = NULL;
	add_header(http, "Accept: application/json, application/problem+json, text/plain, */*;q=0.5");
	add_header(http, "Expect:");
	if (cli->token)
		add_header(http, arena_print(arena, "Authorization: Bearer %s", cli->token));
	if (request->type)
		add_header(http, arena_print(arena, "Content-Type: %s", request->type));
	else if (request->body)
		add_header(http,
		    text_equals(request->method, "PATCH") ? "Content-Type: application/merge-patch+json"
		                                          : "Content-Type: application/json");
	if (request->version)
		add_header(http, arena_print(arena, "If-Match: \"%s\"", request->version));
	if (is_post(request))
		add_header(http,
		    arena_print(arena, "Idempotency-Key: %s", request->key ? request->key : random_key(arena)));
}

static void set_body(CURL *curl, const struct request *request)
{
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	if (request->body || is_post(request)) {
		const char *body = request->body ? request->body : "";
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(request->type ? request->length : strlen(body)));
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	} else
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
}

static void prepare(struct cli *cli, struct arena *arena, const struct request *request)
{
	struct http *http = http_of(cli);
	CURL *curl = http->curl;
	curl_easy_reset(curl);
	set_headers(cli, arena, request);
	set_body(curl, request);
	long seconds = request->seconds ? request->seconds : SECONDS_USUAL;
	curl_easy_setopt(curl, CURLOPT_URL, arena_print(arena, "%s%s", cli->server, request->path));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "weihu/" WEIHU_VERSION);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, seconds < 10 ? seconds : 10L);
	if (!request->sink)
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request->patience ? request->patience : seconds);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (cli->ca_file) { // who names one trusts no other
		curl_easy_setopt(curl, CURLOPT_CAINFO, cli->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
}

static const char *header_of(const struct http *http, struct arena *arena, const char *name)
{
	struct curl_header *header;
	if (curl_easy_header(http->curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return NULL;
	return safe_line(arena, header->value);
}

static const struct json *read_json(struct arena *arena, const struct answer *answer)
{
	if (!strstr(answer->type, "json") || answer->length == 0)
		return NULL;
	struct faults faults;
	faults_init(&faults, arena);
	return json_read(arena, answer->body, answer->length, &faults);
}

static struct answer answer_of(const struct http *http, struct arena *arena, const struct buffer *body)
{
	struct answer answer = {.body = body->bytes, .length = body->length};
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer.status);
	answer.code = code_of(answer.status);
	const char *type = header_of(http, arena, "Content-Type");
	answer.type = type ? type : "";
	answer.tag = header_of(http, arena, "ETag");
	answer.name = header_of(http, arena, "Content-Disposition");
	answer.request_id = header_of(http, arena, "X-Request-Id");
	answer.replayed = header_of(http, arena, "Idempotency-Replayed") != NULL;
	answer.json = read_json(arena, &answer);
	return answer;
}

static struct answer no_answer(const struct http *http, struct arena *arena, CURLcode result)
{
	const char *failure = *http->error ? http->error : curl_easy_strerror(result);
	return (struct answer){.code = LEAVE_NETWORK,
	    .failure = safe_line(arena, failure),
	    .distrusted = result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE,
	    .type = "",
	    .body = ""};
}

static struct answer ask_once(struct cli *cli, struct arena *arena, const struct request *request, CURLcode *result)
{
	struct http *http = cli->http;
	struct body *body = arena_take(arena, sizeof *body);
	*body = (struct body){.curl = http->curl, .sink = request->sink};
	buffer_init(&body->text, arena);
	curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, body);
	*http->error = '\0';
	if (cli->verbose)
		tell("> %s %s%s", request->method, cli->server, request->path);
	int64_t start = clock_ticks();
	*result = curl_easy_perform(http->curl);
	struct answer answer =
	    *result == CURLE_OK ? answer_of(http, arena, &body->text) : no_answer(http, arena, *result);
	long span = (long)((clock_ticks() - start) / 1000);
	if (cli->verbose && answer.status)
		tell("< %ld  X-Request-Id: %s  %ld ms", answer.status, answer.request_id ? answer.request_id : "-",
		    span);
	else if (cli->verbose)
		tell("< %s  %ld ms", answer.failure, span);
	return answer;
}

// What may have happened without our knowing of it, or was put off: sent again it does no harm.
static bool is_worth_another(const struct answer *answer, CURLcode result, int tries)
{
	switch (result) {
	case CURLE_OK: return answer->status == 503 || answer->status == 429;
	case CURLE_COULDNT_CONNECT: // at the first try nothing was lost: nobody is there
		return tries > 1;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE: return true;
	default: return false;
	}
}

// Seconds that the server asks for, or a growing pause with chance in it, so that many clients do not come back at
// once.
static double pause_before(const struct http *http, struct arena *arena, int tries)
{
	const char *after = header_of(http, arena, "Retry-After");
	int64_t seconds;
	if (after && text_to_int(after, 0, INT32_MAX, &seconds))
		return (double)seconds;
	return 0.1 * (1 << tries) * (0.5 + (double)(clock_ticks() % 1000) / 1000);
}

static void pause_for(double seconds)
{
	struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		continue;
}

struct answer http_ask(struct cli *cli, struct arena *arena, const struct request *request)
{
	prepare(cli, arena, request);
	bool harmless = !request->once && (is_post(request) || text_equals(request->method, "GET"));
	double waited = 0;
	for (int tries = 1;; tries++) {
		CURLcode result;
		struct answer answer = ask_once(cli, arena, request, &result);
		if (!harmless || request->seconds || tries == TRIES_MOST || !is_worth_another(&answer, result, tries))
			return answer;
		double pause = pause_before(cli->http, arena, tries);
		waited += pause;
		if (waited > WAIT_MOST)
			return answer;
		if (cli->verbose)
			tell(_("* trying again in %.1f s"), pause);
		pause_for(pause);
	}
}
