// SPDX-License-Identifier: Apache-2.0
// Refusals told clearly. THE PROBLEM TABLE and THE GUARD TABLE hold the words; the server's own stand where they lack.
#include "cli/problem.h"

#include <string.h>

#include "cli/column.h"
#include "cli/safe.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "domain/record_item.h"

struct advice {
	const char *code;
	const char *text;    // msgid; NULL: as the server says it
	const char *command; // to try: {id}, {action}, {field} and {server} are filled in; NULL: none to offer
	enum words names;    // what the server names behind its colon
};

static const struct advice problems[] = {
    // THE PROBLEM TABLE
    {"malformed", N_("the server did not understand the request"), NULL},
    {"unauthenticated", N_("you are not logged in, or the token is no longer good"), "weihu login"},
    {"forbidden", N_("you are not allowed to do that"), "weihu whoami"},
    {"not_found", N_("there is no such thing"), NULL},
    {"method_not_allowed", N_("the server does not do that there"), NULL},
    {"state", N_("that cannot be done as things stand"), NULL},
    {"exists", N_("it exists already"), NULL},
    {"version", N_("somebody changed it since you read it"), "weihu ticket show {id}"},
    {"too_large", N_("that is too large for the server"), NULL},
    {"media_type", N_("the server does not read that kind of content"), NULL},
    {"fields", N_("some values are missing or wrong"), NULL},
    {"key_reused", N_("the idempotency key was used for something else"), NULL},
    {"too_many", N_("too many attempts failed; try again later"), NULL},
    {"unavailable", N_("the server cannot answer just now; try again soon"), NULL},
    {"internal", N_("the server failed; nothing was changed"), NULL},
};

static const struct advice guards[] = {
    // THE GUARD TABLE, as people read it
    {"state", N_("it is not in a state for this"), "weihu ticket why {id}"},
    {"party", N_("this is for others to do"), NULL},
    {"separation", N_("you had a part in it: another person must do this"), NULL},
    {"field_missing", N_("must be filled"), NULL},
    {"field_unexpected", N_("does not belong to this"), NULL},
    {"designated", N_("the program has no designated system administrator today"),
        "weihu program designate PROGRAM LOGIN"},
    {"corrective", N_("only corrective maintenance goes this way"), NULL},
    {"severe", N_("only a severe fault goes this way"), NULL},
    {"appeal_unused", N_("it was appealed once already"), NULL},
    {"no_clash", N_("other tickets of the program are planned over the same time"),
        "weihu ticket {action} {id} --field clash_note=…"},
    {"plan_in_order", N_("the planned end must be later than the planned start"), NULL},
    {"steps_done", N_("the technical steps are not all done"), "weihu ticket step {id} STEP passed"},
    {"change_recorded", N_("no change is recorded (record items 8 to 13)"), "weihu help ticket change"},
    {"work_recorded", N_("no work is recorded (people and minutes)"), "weihu ticket work {id} --minutes 1h30m"},
    {"documents_settled", N_("say which documents were updated, or why none was"),
        "weihu ticket {action} {id} --field documents=…"},
    {"owes_authorisation", N_("no authorisation is owed"), NULL},
    {"owed_done", N_("a control that the urgent path put off is still owed"), "weihu ticket show {id}", WORDS_CONTROL},
    {"record_complete", N_("the maintenance record has gaps"),
        "weihu ticket {action} {id} --field record_gaps='2, 3: …'"},
    {"reopen_window", N_("it was closed too long ago; a maintenance lead can reopen it"), NULL},
    {"consented", N_("the requester has not consented to this kind and severity"), NULL},
    {"out_of_order", N_("another technical step comes first"), "weihu ticket show {id}"},
    {"same_person", N_("the design is checked by another person than its designer"), NULL},
    {"already_done", N_("this step is done and still stands"), "weihu ticket show {id}"},
    {"test_not_skippable", N_("a test is never skipped"), NULL},
    {"skilled", N_("technician and helpers must be named once each"), NULL},
};

static const struct advice faults_known[] = {
    // codes of single fields
    {"missing", N_("must be filled"), NULL},
    {"unknown", N_("is not known"), NULL},
    {"type", N_("is of the wrong type"), NULL},
    {"range", N_("is out of range"), NULL},
    {"length", N_("is too short or too long"), NULL},
    {"choice", N_("is none of the choices"), NULL},
    {"format", N_("is not in the right form"), NULL},
    {"wrong", N_("is wrong"), NULL},
};

#define FIND(table, code) find(table, sizeof table / sizeof *table, code)

static const struct advice *find(const struct advice *table, size_t count, const char *code)
{
	for (size_t i = 0; code && i < count; i++)
		if (text_equals(table[i].code, code))
			return &table[i];
	return NULL;
}

static const char *id_of(const struct subject *subject)
{
	const char *slash = subject->name ? strchr(subject->name, '/') : NULL;
	return slash ? slash + 1 : "ID";
}

static const char *fill(struct arena *arena, const char *command, const struct subject *subject, const char *field)
{
	const struct {
		const char *hole, *text;
	} fillings[] = {
	    {"{id}", id_of(subject)},
	    {"{action}", subject->action ? subject->action : "ACTION"},
	    {"{field}", field},
	};
	struct buffer out;
	buffer_init(&out, arena);
	while (*command) {
		size_t i = 0, count = sizeof fillings / sizeof *fillings;
		while (i < count && !text_starts(command, fillings[i].hole))
			i++;
		if (i < count && fillings[i].text) {
			buffer_add_text(&out, fillings[i].text);
			command += strlen(fillings[i].hole);
		} else
			buffer_add_char(&out, *command++);
	}
	return out.bytes;
}

// In the person's language where the words are translated, with what the server names behind its colon; else as the
// server says it, which is English and more exact.
static const char *words_of(struct arena *arena, const struct advice *advice, const char *message)
{
	const char *own = advice && advice->text ? _(advice->text) : NULL;
	if (!own || (own == advice->text && message))
		return message ? safe_line(arena, message) : advice ? advice->text : "";
	const char *colon = message ? strstr(message, ": ") : NULL;
	return colon ? arena_print(arena, "%s (%s)", own, safe_line(arena, words_label(advice->names, colon + 2)))
	             : own;
}

static const char *field_shown(struct arena *arena, const char *key)
{
	const char *label = words_label(WORDS_FIELD, key);
	return text_equals(label, key) ? safe_line(arena, key) : arena_print(arena, "%s (%s)", label, key);
}

static const char *text_member(const struct json *object, const char *key)
{
	const struct json *value = json_member(object, key);
	return value ? json_text(value) : NULL;
}

static void print_people(FILE *out, struct arena *arena, const struct json *people)
{
	for (const struct json *login = people ? people->first : NULL; login; login = login->next)
		if (login->type == JSON_TEXT)
			fprintf(out, "%s%s", login == people->first ? " " : ", ", safe_line(arena, login->text));
}

// "who can: the technician: li, wang; a maintenance lead: zhao"
static void print_who(struct cli *cli, FILE *out, const char *label, const struct json *who, int indent)
{
	if (!who || !who->first)
		return;
	fprintf(out, "%*s%s", indent, "", label);
	for (const struct json *party = who->first; party; party = party->next) {
		const char *name = text_member(party, "party");
		const struct json *people = json_member(party, "people");
		fprintf(out, "%s%s%s", party == who->first ? "" : "; ",
		    words_label(WORDS_PARTY, safe_line(cli->arena, name)), people && people->first ? ":" : "");
		print_people(out, cli->arena, people);
	}
	fputc('\n', out);
}

// "item 2, Source statements (source_statements)", or NULL when it is about no item of the record.
static const char *item_shown(struct arena *arena, const struct json *one)
{
	const struct json *member = json_member(one, "item");
	int64_t item;
	if (!member || !json_int(member, &item) || item < 1 || item > RECORD_ITEM_COUNT)
		return NULL;
	return arena_print(arena, _("item %d, %s (%s)"), (int)item, _(record_item_label((int)item)),
	    record_item_name((int)item));
}

// What the server's own message says of the states, where that is not the one shown.
static const char *possible_from(struct arena *arena, const struct json *unmet)
{
	const struct json *from = json_member(unmet, "from");
	struct buffer out;
	if (!from || !text_equals(say_language(), "zh"))
		return "";
	buffer_init(&out, arena);
	for (const struct json *state = from->first; state; state = state->next)
		buffer_print(&out, "%s%s", state == from->first ? "" : ", ",
		    words_label(WORDS_STATE, json_text(state)));
	return arena_print(arena, _(" (possible from: %s)"), out.bytes);
}

static const char *what_is_unmet(struct arena *arena, const struct json *one, const struct advice *advice)
{
	const char *field = text_member(one, "field"), *code = text_member(one, "guard");
	const char *item = item_shown(arena, one);
	if (item && text_equals(code, "record_complete"))
		return arena_print(arena, _("%s: not on record"), item);
	if (!advice || !field || !text_starts(code, "field_"))
		return arena_print(arena, "%s%s", words_of(arena, advice, text_member(one, "message")),
		    possible_from(arena, one));
	return arena_print(arena, "%s %s", item ? item : field_shown(arena, field), _(advice->text));
}

static void print_unmet(struct cli *cli, FILE *out, const struct json *one, const struct subject *subject, int indent)
{
	const char *field = text_member(one, "field"), *code = text_member(one, "guard");
	const struct advice *advice = FIND(guards, code);
	bool colour = out != stderr, names_field = code && text_starts(code, "field_");
	fprintf(out, "%*s%s✗%s %s\n", indent, "", colour ? screen_tint(cli, TINT_RED) : "",
	    colour ? screen_tint(cli, TINT_PLAIN) : "", what_is_unmet(cli->arena, one, advice));
	if (names_field && out == stderr) // who asked is who gives it
		return;
	print_who(cli, out, text_equals(code, "state") ? _("who can move it on: ") : _("who can: "),
	    json_member(one, "who"), indent + 2);
	bool again = one->next && text_equals(text_member(one->next, "guard"), code); // then it is offered there
	if (advice && advice->command && !again)
		fprintf(out, "%*s%s%s\n", indent + 2, "", _("try: "),
		    fill(cli->arena, advice->command, subject, field));
}

void problem_print_unmet(struct cli *cli, FILE *out, const struct json *unmet, const struct subject *subject,
    int indent, bool with_fields)
{
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next)
		if (with_fields || !text_equals(text_member(one, "guard"), "field_missing"))
			print_unmet(cli, out, one, subject, indent);
}

static const char *nearest_field(const struct cli *cli, const char *key)
{
	const char *flag = flag_nearest(cli->command, arena_print(cli->arena, "--%s", key));
	const char *field = words_nearest(WORDS_FIELD, key);
	if (text_equals(field, key) || text_equals(flag, key))
		return NULL;
	return field ? field : flag ? arena_print(cli->arena, "--%s", flag) : NULL;
}

static void print_choices(const char *key)
{
	enum field_id id;
	if (!field_find(key, &id) || !fields[id].choices)
		return;
	fprintf(stderr, "    %s", _("choices: "));
	for (size_t i = 0; fields[id].choices[i]; i++)
		fprintf(stderr, "%s%s", i > 0 ? ", " : "", fields[id].choices[i]);
	fputc('\n', stderr);
}

// The flag that gave it, or should have; else the field by its label.
static const char *flag_or_field(const struct cli *cli, const char *key)
{
	for (const struct flag *flag = cli->command->flags; flag->value != VALUE_NONE; flag++)
		if (flag->place != PLACE_HERE && text_equals(flag->key ? flag->key : flag->name, key))
			return arena_print(cli->arena, "--%s", flag->name);
	return field_shown(cli->arena, key);
}

static void tell_faults(struct cli *cli, const struct json *list)
{
	for (const struct json *fault = list ? list->first : NULL; fault; fault = fault->next) {
		const char *field = text_member(fault, "field"), *code = text_member(fault, "code");
		const char *words = words_of(cli->arena, FIND(faults_known, code), text_member(fault, "message"));
		bool named = field && *field;
		if (named && text_starts(words, field) && words[strlen(field)] == ' ')
			words += strlen(field) + 1; // its name stands before it anyhow
		tell("  ✗ %s%s%s", named ? flag_or_field(cli, field) : "", named ? " " : "", words);
		const char *nearest = field && text_equals(code, "unknown") ? nearest_field(cli, field) : NULL;
		if (nearest)
			tell(_("    did you mean %s?"), nearest);
		if (field && text_equals(code, "choice"))
			print_choices(field);
	}
}

static void tell_actions(struct cli *cli, const struct json *actions)
{
	if (!actions || !actions->first)
		return;
	const struct column column = {.key = actions->key, .look = LOOK_WORDS};
	const struct json holder = {.type = JSON_OBJECT, .first = (struct json *)actions, .count = 1};
	tell(_("  from here one can: %s"), column_shown(cli->arena, &column, &holder));
}

// The command that sends again what was lacking, with every missing field in it.
static void tell_fields_to_give(const struct json *unmet, const struct subject *subject)
{
	bool any = false;
	for (const struct json *one = unmet ? unmet->first : NULL; one; one = one->next)
		any |= text_equals(text_member(one, "guard"), "field_missing");
	if (!any || !subject->action)
		return;
	fprintf(stderr, "  %sweihu ticket %s %s", _("try: "), subject->action, id_of(subject));
	for (const struct json *one = unmet->first; one; one = one->next)
		if (text_equals(text_member(one, "guard"), "field_missing") && text_member(one, "field"))
			fprintf(stderr, " -F %s=…", text_member(one, "field"));
	fputc('\n', stderr);
}

static int tell_no_answer(const struct cli *cli, const struct answer *answer)
{
	say(_("no answer from %s: %s"), cli->server, answer->failure);
	if (answer->distrusted)
		tell(_("  whose certificate do you trust? --ca-file FILE, WEIHU_CA_FILE or ca_file in the profile"));
	else
		tell(_("  is it the right server? --server, WEIHU_SERVER or: weihu login --server URL"));
	return answer->code;
}

static bool has_members(const struct json *object, const char *key)
{
	const struct json *list = object && object->type == JSON_OBJECT ? json_member(object, key) : NULL;
	return list && list->first;
}

static void tell_what(struct cli *cli, const struct answer *answer, const struct subject *subject)
{
	const char *type = answer->json ? text_member(answer->json, "type") : NULL;
	static const char prefix[] = "urn:weihu:problem:";
	const struct advice *advice = FIND(problems, type && text_starts(type, prefix) ? type + strlen(prefix) : type);
	const char *detail = answer->json ? text_member(answer->json, "detail") : NULL;
	if (!detail && answer->json)
		detail = text_member(answer->json, "title");
	if (answer->code == LEAVE_LOGIN || has_members(answer->json, "errors") || has_members(answer->json, "unmet"))
		detail =
		    NULL; // how the header is made is nothing for people, and what is listed below need not stand above
	const char *words = words_of(cli->arena, advice, detail);
	say("%s%s%s", subject->name ? subject->name : "", subject->name ? ": " : "",
	    *words ? words : arena_print(cli->arena, _("the server answered %ld"), answer->status));
	if (advice && advice->command && !has_members(answer->json, "unmet") &&
	    (strstr(advice->command, "{id}") == NULL || subject->name))
		tell("  %s%s", _("try: "), fill(cli->arena, advice->command, subject, NULL));
}

int problem_tell(struct cli *cli, const struct answer *answer, const struct subject *subject)
{
	if (answer->status == 0)
		return tell_no_answer(cli, answer);
	tell_what(cli, answer, subject);
	if (answer->json && answer->json->type == JSON_OBJECT) {
		const struct json *unmet = json_member(answer->json, "unmet");
		problem_print_unmet(cli, stderr, unmet, subject, 2, true);
		tell_faults(cli, json_member(answer->json, "errors"));
		tell_fields_to_give(unmet, subject);
		tell_actions(cli, json_member(answer->json, "allowed_actions"));
	}
	if (answer->request_id && answer->status >= 500)
		tell(_("  request: %s"), answer->request_id);
	return answer->code;
}
