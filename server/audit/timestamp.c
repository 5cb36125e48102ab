// SPDX-License-Identifier: Apache-2.0
// RFC 3161 by libcrypto.
#include "audit/timestamp.h"

#include <openssl/ts.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/tree.h"

static TS_MSG_IMPRINT *imprint_of(const char *text)
{
	const struct hash_part part = {text, strlen(text)};
	struct hash hash = hash_parts(&part, 1);
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();

	if (imprint == NULL || algorithm == NULL ||
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) != 1 ||
	    TS_MSG_IMPRINT_set_algo(imprint, algorithm) != 1 ||
	    TS_MSG_IMPRINT_set_msg(imprint, hash.bytes, HASH_BYTES) != 1)
		abort();
	X509_ALGOR_free(algorithm);
	return imprint;
}

const unsigned char *timestamp_query(const char *text, size_t *length, struct arena *arena)
{
	TS_REQ *request = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = imprint_of(text);

	if (request == NULL || TS_REQ_set_version(request, 1) != 1 || TS_REQ_set_msg_imprint(request, imprint) != 1 ||
	    TS_REQ_set_cert_req(request, 1) != 1)
		abort();
	int size = i2d_TS_REQ(request, NULL);
	if (size <= 0)
		abort();
	unsigned char *bytes = arena_take(arena, (size_t)size), *end = bytes;
	*length = (size_t)i2d_TS_REQ(request, &end);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(request);
	return bytes;
}

static bool is_about(TS_TST_INFO *info, const char *text)
{
	TS_MSG_IMPRINT *wanted = imprint_of(text), *given = TS_TST_INFO_get_msg_imprint(info);
	bool same = OBJ_obj2nid(TS_MSG_IMPRINT_get_algo(given)->algorithm) == NID_sha256 &&
	    ASN1_OCTET_STRING_cmp(TS_MSG_IMPRINT_get_msg(wanted), TS_MSG_IMPRINT_get_msg(given)) == 0;

	TS_MSG_IMPRINT_free(wanted);
	return same;
}

static const char *time_print(const ASN1_GENERALIZEDTIME *time, struct arena *arena)
{
	struct tm parts;
	char text[32] = "";

	if (ASN1_TIME_to_tm(time, &parts) == 1)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return arena_copy(arena, text);
}

bool timestamp_grants(const unsigned char *answer, size_t length, const char *text, const char **when,
    struct arena *arena)
{
	TS_RESP *response = d2i_TS_RESP(NULL, &answer, (long)length);
	TS_TST_INFO *info = response == NULL ? NULL : TS_RESP_get_tst_info(response);
	long status =
	    response == NULL ? -1 : ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
	bool granted = info != NULL && (status == 0 || status == 1) && is_about(info, text);

	if (granted)
		*when = time_print(TS_TST_INFO_get_time(info), arena);
	TS_RESP_free(response);
	return granted;
}
