// SPDX-License-Identifier: Apache-2.0
// TLS by OpenSSL: 1.2 with forward secrecy and 1.3, no renegotiation, no compression, no resumption.
#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/parts.h"

#define KEY_FILE_MOST 65536
#define CIPHERS_1_2 "ECDHE+AESGCM:ECDHE+CHACHA20"
#define OPTIONS                                                                                                        \
	(SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |        \
	    SSL_OP_PRIORITIZE_CHACHA)

struct http_tls {
	atomic_int holders;
	SSL_CTX *context;
};

// OpenSSL's own words about its last failure; the others are forgotten.
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return text != NULL ? text : "it is not what it should be";
}

static bool refuse_file(struct faults *faults, const char *file, const char *format, const char *why)
{
	faults_add(faults, file, "tls", format, why);
	return false;
}

// Only HTTP/1.1 is spoken here (RFC 7301): a client that wants something else alone is not let in.
static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
    unsigned offered_length, void *context)
{
	static const unsigned char known[] = "\x08http/1.1";
	unsigned char *found;

	(void)ssl;
	(void)context;
	if (SSL_select_next_proto(&found, length, known, sizeof(known) - 1, offered, offered_length) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *context_new(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	must(context != NULL && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(context, CIPHERS_1_2) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1);
	SSL_CTX_set_options(context, OPTIONS);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
	return context;
}

// A key that needs a passphrase is refused: nobody is there to type it.
static int no_passphrase(char *text, int size, int writes, void *context)
{
	(void)text;
	(void)size;
	(void)writes;
	(void)context;
	return 0;
}

static bool key_is_private(int descriptor, const char *file, struct faults *faults)
{
	struct stat found;

	if (fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode))
		return refuse_file(faults, file, "the key is %s", "no file");
	if ((found.st_mode & (S_IRWXO | S_IWGRP | S_IXGRP)) != 0)
		return refuse_file(faults, file, "%s",
		    "others can read the key, or write it: chmod 600 (or 640 for a group of its own)");
	return true;
}

static EVP_PKEY *key_parse(int descriptor)
{
	char text[KEY_FILE_MOST];
	ssize_t length = read(descriptor, text, sizeof(text));
	BIO *memory = length > 0 ? BIO_new_mem_buf(text, (int)length) : NULL;
	EVP_PKEY *key = memory != NULL ? PEM_read_bio_PrivateKey(memory, NULL, no_passphrase, NULL) : NULL;

	BIO_free(memory);
	explicit_bzero(text, sizeof(text));
	return key;
}

static bool key_use(SSL_CTX *context, const char *file, struct faults *faults)
{
	int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	EVP_PKEY *key;

	if (descriptor < 0)
		return refuse_file(faults, file, "the key cannot be read: %s", strerror(errno));
	bool private = key_is_private(descriptor, file, faults);
	key = private ? key_parse(descriptor) : NULL;
	close(descriptor);
	if (!private)
		return false;
	if (key == NULL)
		return refuse_file(faults, file, "holds no private key in PEM without a passphrase: %s", reason());
	bool used = SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
	EVP_PKEY_free(key);
	return used || refuse_file(faults, file, "is no key for the certificate: %s", reason());
}

struct http_tls *http_tls_load(const char *certificate, const char *key, struct faults *faults)
{
	struct http_tls *tls = calloc(1, sizeof(*tls));
	bool sound;

	must(tls != NULL);
	atomic_init(&tls->holders, 1);
	tls->context = context_new();
	sound = SSL_CTX_use_certificate_chain_file(tls->context, certificate) == 1;
	if (!sound)
		refuse_file(faults, certificate, "holds no certificate in PEM that can be used: %s", reason());
	if (sound && key_use(tls->context, key, faults))
		return tls;
	http_tls_drop(tls);
	return NULL;
}

int http_tls_days(const struct http_tls *tls)
{
	const X509 *certificate = SSL_CTX_get0_certificate(tls->context);
	int days, seconds;

	must(ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) == 1);
	return seconds < 0 ? days - 1 : days;
}

struct http_tls *http_tls_hold(struct http_tls *tls)
{
	if (tls != NULL)
		atomic_fetch_add(&tls->holders, 1);
	return tls;
}

void http_tls_drop(struct http_tls *tls)
{
	if (tls == NULL || atomic_fetch_sub(&tls->holders, 1) > 1)
		return;
	SSL_CTX_free(tls->context); // connections hold it as long as they need it
	free(tls);
}

struct bufferevent *tls_socket(struct http_tls *tls, struct event_base *base)
{
	SSL *ssl = SSL_new(tls->context);

	must(ssl != NULL);
	return bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
}

// What cannot be said at once is left unsaid: the connection ends in any case.
void tls_farewell(struct bufferevent *socket)
{
	SSL *ssl = bufferevent_openssl_get_ssl(socket);

	if (ssl != NULL && SSL_is_init_finished(ssl))
		(void)SSL_shutdown(ssl);
	ERR_clear_error();
}
