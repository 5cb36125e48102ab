// SPDX-License-Identifier: Apache-2.0
// Telling witnesses and timestamping authorities. What fails is logged and tried again later; sealing never waits for
// it.
#include "jobs/anchor.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checkpoint.h"
#include "audit/timestamp.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "jobs/ledger_tree.h"
#include "jobs/loop.h"
#include "store/ledger.h"

#define REPLY_MOST 65536
#define REPLY_SECONDS 20L
#define NEWEST_TRIES 2

struct anchorer {
	struct anchor_options options;
	struct loop loop;
};

// One checkpoint being told.
struct telling {
	const struct anchor_options *options;
	struct ledger *ledger;
	struct checkpoint checkpoint;
	const char *note;
	struct arena *arena;
	struct faults faults;
};

struct message {
	const char *url, *type;
	const void *bytes;
	size_t length;
};

struct reply {
	long status;
	struct buffer body;
};

static size_t reply_take(char *bytes, size_t size, size_t count, void *context)
{
	struct reply *reply = context;

	if (reply->body.length + size * count > REPLY_MOST)
		return 0;
	buffer_add(&reply->body, bytes, size * count);
	return size * count;
}

static bool post(struct telling *telling, const struct message *message, struct reply *reply)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers =
	    curl_slist_append(NULL, arena_print(telling->arena, "Content-Type: %s", message->type));

	if (curl == NULL || headers == NULL)
		abort();
	buffer_init(&reply->body, telling->arena);
	curl_easy_setopt(curl, CURLOPT_URL, message->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)message->length);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, message->bytes);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, REPLY_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, reply_take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
	CURLcode result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (result != CURLE_OK)
		faults_add(&telling->faults, message->url, "network", "%s", curl_easy_strerror(result));
	return result == CURLE_OK;
}

static bool witness_ask(struct telling *telling, uint64_t old, struct reply *reply)
{
	struct ledger_tree tree = {telling->ledger, &telling->faults};
	const struct tree_source source = ledger_tree_source(&tree);
	struct proof proof;
	struct buffer body;

	if (!tree_prove_consistency(&source, old, telling->checkpoint.size, &proof))
		return false;
	buffer_init(&body, telling->arena);
	buffer_print(&body, "old %" PRIu64 "\n", old);
	for (size_t i = 0; i < proof.count; i++)
		buffer_print(&body, "%s\n", base64_print(telling->arena, proof.hashes[i].bytes, HASH_BYTES));
	buffer_print(&body, "\n%s", telling->note);
	const struct message message = {.url = arena_print(telling->arena, "%s/add-checkpoint",
	                                    telling->options->witness_url),
	    .type = "text/plain",
	    .bytes = body.bytes,
	    .length = body.length};
	return post(telling, &message, reply);
}

// Keeps only what the witness's key verifies.
static void cosignature_keep(struct telling *telling, const struct key *key, const char *lines)
{
	const char *whole = arena_print(telling->arena, "%s%s", telling->note, lines);
	struct note note;

	if (!note_split(whole, strlen(whole), &note, telling->arena) || note_signed(&note, key, NULL) != SIGNED) {
		faults_add(&telling->faults, telling->options->witness_url, "signature", "the cosignature is not of %s",
		    key->name);
		return;
	}
	if (ledger_anchor(telling->ledger, "witness", key->name, telling->checkpoint.size, telling->note, lines,
	        &telling->faults))
		log_info("witness %s cosigned the audit log at %" PRIu64 " leaves", key->name,
		    telling->checkpoint.size);
}

// The witness knows best how far it has come: 409 tells us.
static void witness_tell(struct telling *telling)
{
	struct key key;
	uint64_t old;
	struct reply reply = {0};

	if (*telling->options->witness_url == '\0')
		return;
	if (!key_read(telling->options->witness_key, &key, telling->arena)) {
		faults_add(&telling->faults, "witness_key", "format", "is no verifier key");
		return;
	}
	if (!ledger_anchored(telling->ledger, "witness", key.name, &old, &telling->faults))
		return;
	for (int tries = 0; tries < NEWEST_TRIES && reply.status != 200; tries++) {
		if (!witness_ask(telling, old, &reply))
			return;
		if (reply.status == 409)
			old = strtoull(reply.body.bytes, NULL, 10);
	}
	if (reply.status == 200)
		cosignature_keep(telling, &key, reply.body.bytes);
	else
		faults_add(&telling->faults, telling->options->witness_url, "refused", "the witness answers %ld",
		    reply.status);
}

static void timestamp_tell(struct telling *telling)
{
	const char *url = telling->options->timestamp_url, *when;
	struct message message = {.url = url, .type = "application/timestamp-query"};
	struct reply reply = {0};

	if (*url == '\0')
		return;
	message.bytes = timestamp_query(telling->note, &message.length, telling->arena);
	if (!post(telling, &message, &reply))
		return;
	const unsigned char *answer = (const unsigned char *)reply.body.bytes;
	if (reply.status != 200 || !timestamp_grants(answer, reply.body.length, telling->note, &when, telling->arena))
		faults_add(&telling->faults, url, "refused", "no timestamp was granted (%ld)", reply.status);
	else if (ledger_anchor(telling->ledger, "timestamp", url, telling->checkpoint.size, telling->note,
	             base64_print(telling->arena, answer, reply.body.length), &telling->faults))
		log_info("the audit log is timestamped at %" PRIu64 " leaves: %s", telling->checkpoint.size, when);
}

// True when the last published checkpoint was told.
static bool checkpoint_tell(struct anchorer *anchorer)
{
	struct telling telling = {.options = &anchorer->options, .arena = arena_new()};
	struct note split;
	bool found = false;

	faults_init(&telling.faults, telling.arena);
	telling.ledger = ledger_open(anchorer->options.dsn, "weihud-anchorer", &telling.faults);
	if (telling.ledger != NULL &&
	    ledger_checkpoint(telling.ledger, &telling.note, telling.arena, &telling.faults) && telling.note != NULL)
		found = note_split(telling.note, strlen(telling.note), &split, telling.arena) &&
		    checkpoint_read(split.text, &telling.checkpoint, telling.arena);
	if (found) {
		witness_tell(&telling);
		timestamp_tell(&telling);
	}
	for (const struct fault *fault = telling.faults.first; fault != NULL; fault = fault->next)
		log_warn("anchoring the audit log: %s: %s", fault->field, fault->message);
	ledger_close(telling.ledger);
	arena_free(telling.arena);
	return found;
}

static void *anchorer_run(void *context)
{
	struct anchorer *anchorer = context;

	while (!loop_stopping(&anchorer->loop)) {
		bool told = checkpoint_tell(anchorer);

		loop_pause(&anchorer->loop, told ? anchorer->options.seconds * MOMENT_SECOND : MOMENT_SECOND);
	}
	return NULL;
}

struct anchorer *anchorer_start(const struct anchor_options *options)
{
	if (*options->witness_url == '\0' && *options->timestamp_url == '\0')
		return NULL;
	struct anchorer *anchorer = calloc(1, sizeof(*anchorer));
	if (anchorer == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	anchorer->options = *options;
	loop_start(&anchorer->loop, "anchorer", anchorer_run, anchorer);
	return anchorer;
}

void anchorer_stop(struct anchorer *anchorer)
{
	if (anchorer == NULL)
		return;
	loop_stop(&anchorer->loop);
	curl_global_cleanup();
	free(anchorer);
}
