// SPDX-License-Identifier: Apache-2.0
// Asking a directory: find the person by a search, then show the password by a bind as that person.
#include "base/directory.h"

#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/text.h"

#define NOBODY "nobody at all" // whom the decoys are about

struct talk {
	const struct directory_options *options;
	struct arena *arena;
	LDAP *ldap;
	struct directory_answer answer;
	const char *dn; // of the person
};

const char *directory_escape(const char *text, struct arena *arena)
{
	struct buffer escaped;

	buffer_init(&escaped, arena);
	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
		if (*c < 0x20 || *c >= 0x7f || strchr("()*\\&|!=<>~/", *c) != NULL)
			buffer_print(&escaped, "\\%02x", *c);
		else
			buffer_add_char(&escaped, (char)*c);
	return escaped.bytes;
}

static const char *filter_of(const struct talk *talk, const char *filter, const char *value)
{
	const char *place = strstr(filter, "%s"), *escaped = directory_escape(value, talk->arena);

	return place == NULL
	    ? filter
	    : arena_print(talk->arena, "%.*s%s%s", (int)(place - filter), filter, escaped, place + strlen("%s"));
}

static bool failed(struct talk *talk, const char *doing, int code)
{
	talk->answer.word = DIRECTORY_AWAY;
	talk->answer.trouble = arena_print(talk->arena, "%s: %s", doing, ldap_err2string(code));
	return false;
}

static struct timeval patience(const struct talk *talk)
{
	return (struct timeval){.tv_sec = talk->options->seconds};
}

static int options_set(const struct talk *talk)
{
	const struct timeval wait = patience(talk);
	const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	const char *ca = *talk->options->ca != '\0' ? talk->options->ca : NULL;
	LDAP *ldap = talk->ldap;

	if (ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_RESTART, LDAP_OPT_ON) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &wait) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &wait) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
	    (ca != NULL && ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, ca) != LDAP_OPT_SUCCESS) ||
	    ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS)
		return LDAP_LOCAL_ERROR;
	return LDAP_SUCCESS;
}

static int bind_as(const struct talk *talk, const char *dn, const char *password)
{
	struct berval shown = {.bv_val = arena_copy(talk->arena, password), .bv_len = strlen(password)};

	return ldap_sasl_bind_s(talk->ldap, dn, LDAP_SASL_SIMPLE, &shown, NULL, NULL, NULL);
}

static bool bind_to_search(struct talk *talk)
{
	int code = bind_as(talk, talk->options->bind_dn, talk->options->bind_password);

	return code == LDAP_SUCCESS || failed(talk, "bind to search", code);
}

static bool connect_to(struct talk *talk)
{
	int code = ldap_initialize(&talk->ldap, talk->options->url);

	if (code == LDAP_SUCCESS)
		code = options_set(talk);
	if (code == LDAP_SUCCESS && talk->options->start_tls)
		code = ldap_start_tls_s(talk->ldap, NULL, NULL);
	return code == LDAP_SUCCESS || failed(talk, "connect", code);
}

static LDAPMessage *search(struct talk *talk, const char *base, const char *filter, const char *const *attributes,
    int most)
{
	struct timeval wait = patience(talk);
	LDAPMessage *found = NULL;
	char *wanted[4] = {NULL};

	for (size_t i = 0; attributes[i] != NULL && i + 1 < sizeof(wanted) / sizeof(*wanted); i++)
		wanted[i] = arena_copy(talk->arena, attributes[i]);
	int code =
	    ldap_search_ext_s(talk->ldap, base, LDAP_SCOPE_SUBTREE, filter, wanted, 0, NULL, NULL, &wait, most, &found);
	if (code == LDAP_SUCCESS || code == LDAP_NO_SUCH_OBJECT || code == LDAP_SIZELIMIT_EXCEEDED)
		return found;
	ldap_msgfree(found);
	failed(talk, "search", code);
	return NULL;
}

// The first value, or NULL.
static const char *value_of(const struct talk *talk, LDAPMessage *entry, const char *attribute)
{
	struct berval **values = ldap_get_values_len(talk->ldap, entry, attribute);
	const char *text = NULL;

	if (values != NULL && values[0] != NULL)
		text = arena_copy_bytes(talk->arena, values[0]->bv_val, values[0]->bv_len);
	ldap_value_free_len(values);
	return text;
}

// A login that several people have is nobody's.
static bool find_person(struct talk *talk, const char *login)
{
	static const char *const attributes[] = {"cn", "mail", NULL};
	const char *filter =
	    filter_of(talk, talk->options->person_filter, login == NULL || *login == '\0' ? NOBODY : login);
	LDAPMessage *found = search(talk, talk->options->people, filter, attributes, 2);

	if (talk->answer.word == DIRECTORY_AWAY)
		return false;
	LDAPMessage *entry = found == NULL ? NULL : ldap_first_entry(talk->ldap, found);
	if (entry != NULL && ldap_count_entries(talk->ldap, found) == 1) {
		char *dn = ldap_get_dn(talk->ldap, entry);

		talk->dn = arena_copy(talk->arena, dn);
		talk->answer.name = value_of(talk, entry, "cn");
		talk->answer.email = value_of(talk, entry, "mail");
		ldap_memfree(dn);
	}
	ldap_msgfree(found);
	return true;
}

// An empty password would bind as nobody, with success (RFC 4513, section 5.1.2).
static bool show_password(struct talk *talk, const char *password)
{
	bool decoy = talk->dn == NULL || *talk->dn == '\0' || *password == '\0';
	const char *dn = decoy ? arena_print(talk->arena, "cn=%s,%s", NOBODY, talk->options->people) : talk->dn;
	int code = bind_as(talk, dn, decoy ? NOBODY : password);

	switch (code) {
	case LDAP_SUCCESS: talk->answer.word = decoy ? DIRECTORY_NO : DIRECTORY_YES; return !decoy;
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_INVALID_DN_SYNTAX:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_CONSTRAINT_VIOLATION: // locked there
	case LDAP_UNWILLING_TO_PERFORM: return false;
	default: return failed(talk, "bind", code);
	}
}

static void find_groups(struct talk *talk)
{
	static const char *const attributes[] = {"cn", NULL};
	struct buffer names;

	buffer_init(&names, talk->arena);
	talk->answer.groups = "";
	if (*talk->options->groups == '\0' || !bind_to_search(talk))
		return;
	LDAPMessage *found =
	    search(talk, talk->options->groups, filter_of(talk, talk->options->group_filter, talk->dn), attributes, 0);
	LDAPMessage *entry = found == NULL ? NULL : ldap_first_entry(talk->ldap, found);
	for (; entry != NULL; entry = ldap_next_entry(talk->ldap, entry)) {
		const char *name = value_of(talk, entry, "cn");

		if (name != NULL && strchr(name, ',') == NULL)
			buffer_print(&names, "%s%s", names.length > 0 ? "," : "", name);
	}
	ldap_msgfree(found);
	talk->answer.groups = names.bytes;
}

struct directory_answer directory_ask(const struct directory_options *options, const char *login, const char *password,
    struct arena *arena)
{
	struct talk talk = {.options = options, .arena = arena};

	if (connect_to(&talk) && bind_to_search(&talk) && find_person(&talk, login) && show_password(&talk, password))
		find_groups(&talk);
	if (talk.ldap != NULL)
		ldap_unbind_ext_s(talk.ldap, NULL, NULL);
	return talk.answer;
}
