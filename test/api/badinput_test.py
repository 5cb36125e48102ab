# SPDX-License-Identifier: Apache-2.0
"""Bad input gets a clear refusal that names what is wrong; nothing is written, nothing breaks, and no secret is told."""

import json
import socket
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from api.contract import Contract
from organisation import REQUESTS, Tickets

contract = Contract()
INJECTION = "x'); DROP TABLE weihu.ticket; --\" \\ %s $1 ${jndi} <script>alert(1)</script> ' OR '1'='1"


@pytest.fixture(scope="module")
def desk(make_module_service):
    service = make_module_service()
    tickets = Tickets(service)
    for _ in range(3):  # what is asked about a ticket's number is asked about a review's, too
        service.as_("sun").post("/v1/reviews", {"title": "Records", "from": "2026-11-01", "to": "2026-12-01"}).expect(201)
    yield SimpleNamespace(service=service, tickets=tickets, draft=tickets.at("draft"), working=tickets.at("in_maintenance"),
                          evaluating=tickets.at("to_evaluate"))
    log = service.log_text()
    assert all(token not in log for token in service.tokens.values()), "the log tells a token"
    assert " 500 " not in log


def written(service):
    """What a refusal must leave alone: everything but the note of the refusal."""
    tables = "ticket ticket_body person program designation reading comment technical_step program_change work_entry ticket_link token attachment "\
        "review review_record review_decision"
    counts = " union all ".join(f"select count(*)::text from {table}" for table in tables.split())
    return service.psql(counts + " union all select count(*)::text from event where result = 'done'"
                        " union all select coalesce(sum(version), 0)::text from ticket"
                        " union all select md5(string_agg(b::text, ',' order by ticket)) from ticket_body b")


# Every body of the document: a call that would be carried out, whose members then go wrong one by one.
BODIES = {
    "add_person": ("root", {}, {"login": "ok", "name": "Ok"}),
    "edit_person": ("root", {"login": "wu"}, {}),
    "add_token": ("root", {"login": "wu"}, {"name": "Ok"}),
    "add_program": ("root", {}, {"code": "ok", "name": "Ok", "sysadmin": "li"}),
    "edit_program": ("root", {"code": "sms"}, {}),
    "add_designation": ("root", {"code": "sms"}, {"login": "li", "capacity": "deputy"}),
    "add_reading": ("li", {"code": "sms"}, {"read_at": "2026-11-01T00:00:00Z", "runs": 1, "failures": 1}),
    "file_ticket": ("zhang", {}, {"title": "Ok", "draft": True}),
    "edit_ticket": ("zhang", {"id": "draft"}, {}),
    "open_review": ("sun", {}, {"title": "Records", "from": "2026-11-01", "to": "2026-12-01"}),
    "move_ticket": ("li", {"id": "evaluating"}, {"action": "suspend"}),
    "add_comment": ("zhang", {"id": "draft"}, {"text": "Ok"}),
    "add_step": ("chen", {"id": "working"}, {"step": "design_change", "result": "passed"}),
    "add_change": ("chen", {"id": "working"}, {"change_level": "a", "change_id": "b", "people": 1, "person_minutes": 1,
                                               "statements_added": 1, "statements_deleted": 1}),
    "add_work": ("chen", {"id": "working"}, {"minutes": 5}),
    "add_link": ("zhang", {"id": "draft"}, {"kind": "caused_by", "other": 1}),
}

VALUES = [None, True, False, 0, 1, -1, 2.5, 2**31, 2**53 + 1, -2**63, 1e300, "", " ", "x", "字" * 20001, "x\u0007y", "a,b", "a b",
          "\u202e\ufeff", "2026-02-30", "2026-11-23T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
          "2026-11-23T00:00:00+23:59", [], ["li"], ["li", "li"], ["x"] * 51, [[]], [None], {}, {"a": 1}, INJECTION]


def members_of(operation):
    schema = contract.follow(operation.body_schema())
    return {name: contract.follow(value) for name, value in schema["properties"].items()}


def spoiled(schema, value):
    """Every member that must not have this value."""
    return [name for name, member in contract.follow(schema)["properties"].items() if contract.faults(value, member)]


def refuse_each(send, members, value):
    """Some twelve wrong members at a time, until each has been named."""
    while members:
        sent = members[:12]
        answer = send({member: value for member in sent})
        assert answer.status in (400, 409, 422), f"{sent}: {value!r:.60} got {answer}"
        named = {row["field"] for part in ("errors", "unmet") for row in answer.json.get(part, [])} & set(sent)
        assert named, f"{sent}: {value!r:.60} got {answer}"
        members = [member for member in members if member not in named]


@pytest.mark.parametrize("name", BODIES)
def test_every_member_with_every_wrong_value(desk, name):
    operation = contract.operations[name]
    login, arguments, good = BODIES[name]
    path = operation.url(**{key: getattr(desk, value)["id"] if key == "id" else value for key, value in arguments.items()})
    client, before = desk.service.as_(login), written(desk.service)

    def send(wrong):
        answer = client.request(operation.method, path, {**good, **wrong})
        contract.check_answer(operation, answer)
        return answer

    for value in VALUES:
        members = [member for member in spoiled(operation.body_schema(), value) if member != "fields" or not isinstance(value, dict)]
        refuse_each(send, members, value)
        if name == "move_ticket":
            refuse_each(lambda wrong: send({"fields": wrong}), spoiled(contract.schema("Fields"), value), value)
    assert written(desk.service) == before


@pytest.mark.parametrize("name", BODIES)
def test_odd_but_well_formed_values_break_nothing(desk, name):
    """Whatever the document allows is taken or refused, but nothing fails."""
    operation = contract.operations[name]
    login, arguments, good = BODIES[name]
    made = desk.tickets.at({"draft": "draft", "working": "in_maintenance", "evaluating": "to_evaluate"}[arguments.get("id", "draft")])
    path = operation.url(**{key: made["id"] if key == "id" else value for key, value in arguments.items()})
    client = desk.service.as_(login)
    for member, schema in members_of(operation).items():
        for value in (value for value in [*VALUES, "9999-12-31", "0001-01-01", 1.0, "nobody"] if not contract.faults(value, schema)):
            contract.check_answer(operation, client.request(operation.method, path, {**good, member: value}))


MALFORMED = {
    "nothing": b"", "blank": b"  \n", "cut off": b'{"title": "x"', "two values": b"{} {}", "no object": b"[]", "a string": b'"x"',
    "null": b"null", "single quotes": b"{'title': 1}", "trailing comma": b'{"title": "x",}', "comment": b'{/* */"title": "x"}',
    "bare word": b'{"title": yes}', "NaN": b'{"priority": NaN}', "hexadecimal": b'{"priority": 0x1}', "plus": b'{"priority": +1}',
    "leading zero": b'{"priority": 01}', "huge exponent": b'{"priority": 1e99999}', "bare NUL": b'{"title": "a\x00b"}',
    "escaped NUL": b'{"title": "a\\u0000b"}', "lone surrogate": b'{"title": "\\ud800"}', "control character": b'{"title": "a\nb"}',
    "invalid UTF-8": b'{"title": "\xff\xfe"}', "overlong UTF-8": b'{"title": "\xc0\xaf"}', "surrogate in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"), "byte order mark": b'\xef\xbb\xbf{"title": "x"}',
    "a key twice": b'{"title": "a", "title": "b"}', "a key twice below": b'{"action": "x", "fields": {"reason": "a", "reason": "b"}}',
    "deep nesting": b'{"title":' + b"[" * 100000 + b"]" * 100000 + b"}", "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "XML": b"<title>x</title>",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_body(desk, what):
    before = written(desk.service)
    for name in ("file_ticket", "edit_ticket", "move_ticket", "add_person"):
        operation = contract.operations[name]
        login = BODIES[name][0]
        answer = desk.service.as_(login).request(operation.method, operation.url(id=desk.draft["id"]), MALFORMED[what])
        contract.check_answer(operation, answer)
        refusal = answer.expect(400)
        assert refusal["errors"] and refusal["errors"][0]["message"]
    assert written(desk.service) == before


def test_huge_number_names_its_field(desk):
    body = b'{"fields": {"priority": ' + b"9" * 400 + b'}, "action": "evaluate"}'
    answer = desk.service.as_("li").request("POST", f"/v1/tickets/{desk.evaluating['id']}/transitions", body)
    assert answer.status in (400, 422)
    assert answer.json["errors"][0]["field"] in ("", "priority")


@pytest.mark.parametrize("size", [(1 << 20) + 1, 10 << 20])
def test_body_beyond_the_limit(desk, size):
    before = written(desk.service)
    body = json.dumps({**desk.tickets.request(), "description": "x" * size}).encode()
    answer = desk.service.as_("zhang").request("POST", "/v1/tickets", body)
    contract.check_answer(contract.operations["file_ticket"], answer)
    assert answer.expect(413)["type"] == "urn:weihu:problem:too_large"
    assert written(desk.service) == before


def test_body_within_the_limit_is_judged_by_its_fields(desk):
    answer = desk.service.as_("zhang").post("/v1/tickets", {**desk.tickets.request(), "description": "字" * 20001})
    assert [error["field"] for error in answer.expect(422)["errors"]] == ["description"]
    desk.service.as_("zhang").post("/v1/tickets", {**desk.tickets.request(), "description": "字" * 20000}).expect(201)


@pytest.mark.parametrize("name", [name for name in BODIES])
def test_unknown_member_is_named(desk, name):
    operation = contract.operations[name]
    login, arguments, good = BODIES[name]
    path = operation.url(**{key: getattr(desk, value)["id"] if key == "id" else value for key, value in arguments.items()})
    answer = desk.service.as_(login).request(operation.method, path, {**good, "colour\n": "red", "": 1})
    fields = [error["field"] for error in answer.expect(422)["errors"]]
    assert {"colour\n", ""} <= set(fields)


def test_every_wrong_member_is_named_at_once(desk):
    body = {"title": 1, "since": "yesterday", "claimed_kind": "odd", "colour": "red", "program": []}
    refusal = desk.service.as_("zhang").post("/v1/tickets", body).expect(422)
    assert sorted(error["field"] for error in refusal["errors"]) == sorted(body)


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "text/json", "application/xml", "application/jsonp", "application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=x", "application/merge-patch+json"])
def test_wrong_media_type(desk, media_type):
    answer = desk.service.as_("zhang").request("POST", "/v1/tickets", b'{"title": "x"}', {"Content-Type": media_type})
    contract.check_answer(contract.operations["file_ticket"], answer)
    answer.expect(415)


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"])
def test_right_media_type(desk, media_type):
    desk.service.as_("zhang").request("POST", "/v1/tickets", b'{"title": "x", "draft": true}', {"Content-Type": media_type}).expect(201)


METHODS = ["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"]


@pytest.mark.parametrize("path", contract.document["paths"])
def test_method_that_is_not_there(desk, path):
    rows = contract.document["paths"][path]
    there = {method for method in METHODS if method.lower() in rows}
    for method in set(METHODS) - there:
        url = path.replace("{id}", "1").replace("{login}", "li").replace("{code}", "pay")
        answer = desk.service.as_("root").request(method, url, b"{}" if method != "GET" else None)
        contract.check_response(contract.document["components"]["responses"]["MethodNotAllowed"], answer)
        answer.expect(405)
        assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == there


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "0x1", "1e3", "999999999", "9223372036854775807", "9223372036854775808",
                                    "9" * 400, "no.such", "%00", "%ff", "%27", "%2e%2e", "1%20", "+1", "01x", "..%2f..%2fetc%2fpasswd",
                                    quote(INJECTION, safe=""), "维护"])
@pytest.mark.parametrize("path", ["/v1/tickets/%s", "/v1/tickets/%s/comments", "/v1/people/%s", "/v1/programs/%s/readings",
                                  "/v1/people/li/tokens/%s"])
def test_absurd_name_in_the_path(desk, path, number):
    method = "DELETE" if "tokens" in path else "GET"
    answer = desk.service.as_("root").request(method, path % quote(number, safe="%+"))
    assert answer.status in (400, 404), answer
    assert answer.json["type"] in ("urn:weihu:problem:not_found", "urn:weihu:problem:malformed")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/ticket", "/v1/tickets/", "/v1/tickets/1/", "/V1/tickets",
                                  "/v1/tickets/1/nothing", "/v2/tickets", "/v1/../healthz", "/%76%31/nothing"])
def test_path_that_is_not_there(desk, path):
    assert desk.service.as_("li").get(path).expect(404)["type"] == "urn:weihu:problem:not_found"


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 201, "a\tb"])
def test_key_that_is_none(desk, key):
    answer = desk.service.as_("zhang").request("POST", "/v1/tickets", {"title": "x", "draft": True}, {"Idempotency-Key": key.encode()})
    assert [error["field"] for error in answer.expect(400)["errors"]] == ["Idempotency-Key"]


@pytest.mark.parametrize("match", ["1", '"one"', "W/\"1\"", '""', '"0"', '"-1"', '"99999999999999999999"', '"1", "2"', "'1'"])
@pytest.mark.parametrize("path", ["/v1/tickets/%(draft)s", "/v1/people/hu", "/v1/programs/sms"])
def test_if_match_that_cannot_be_read(desk, path, match):
    client = desk.service.as_("zhang" if "tickets" in path else "root")
    body = {"title": "x"} if "tickets" in path else {"name": "x"}
    answer = client.request("PATCH", path % {"draft": desk.draft["id"]}, body, {"If-Match": match})
    assert [error["field"] for error in answer.expect(400)["errors"]] == ["If-Match"]


@pytest.mark.parametrize("query", ["dry_run=1", "dry_run=yes", "dry_run=", "dry_run=TRUE", "dryrun=true", "dry_run=true&dry_run=false"])
def test_dry_run_that_is_none_changes_nothing(desk, query):
    before = written(desk.service)
    body = {"action": "suspend", "fields": {"suspend_code": "other", "wake_at": "2027-01-01"}}
    answer = desk.service.as_("li").post(f"/v1/tickets/{desk.evaluating['id']}/transitions?{query}", body)
    assert answer.expect(400)["errors"][0]["field"] in ("dry_run", "dryrun")
    assert written(desk.service) == before


@pytest.mark.parametrize(("path", "field"), [("/v1/workflow?lang=fr", "lang"), ("/v1/workflow?format=pdf", "format"), ("/v1/me?x=1", "x"),
                                             ("/healthz?verbose=1", "verbose"), ("/v1/people?active=perhaps", "active"),
                                             ("/v1/audit?from=yesterday", "from"), ("/v1/tickets/1?expand=all", "expand")])
def test_parameter_that_is_not_there_or_wrong(desk, path, field):
    assert [error["field"] for error in desk.service.as_("root").get(path).expect(400)["errors"]] == [field]


# SQL and other tongues: stored and returned as they are.


@pytest.mark.parametrize("text", [INJECTION, "Robert'); DELETE FROM weihu.event;--", "\\x00 \\u0041 {}", "100% _under_ \\%", "a\tb", "𝒳 🔧 ❤️ ｆｕｌｌ",
                                  "اللغة العربية", "e\u0301 vs é", "$$; select 1; $$", "{\"a\": [1]}", "null", "${7*7} {{7*7}}"])
def test_text_comes_back_verbatim(desk, text):
    service = desk.service
    texts = [key for key in REQUESTS["corrective"] if key != "since"] + ["description", "specification", "plan_item", "finding"]
    body = {**desk.tickets.request(), **{key: text for key in texts}, "title": text.replace("\t", " ")}
    ticket = service.as_("zhang").post("/v1/tickets", body).expect(201)
    read = desk.tickets.read(ticket)
    assert {key: read[key] for key in [*texts, "title"]} == {key: body[key] for key in [*texts, "title"]}
    comment = desk.tickets.add(ticket, "zhang", "comments", {"text": text})
    assert service.as_("zhang").get(f"/v1/tickets/{ticket['id']}/comments").expect(200)["items"] == [comment]
    assert comment["text"] == text
    moved = service.as_("zhao").post(f"/v1/tickets/{ticket['id']}/transitions",
                                     {"action": "return", "fields": {"missing": text}, "comment": text}).expect(200)
    assert moved["missing"] == text
    event = service.as_("zhao").get(f"/v1/tickets/{ticket['id']}/audit").expect(200)["items"][-1]
    assert event["changes"]["missing"]["new"] == text and event["added"]["comment"]["text"] == text


def test_text_of_the_register_comes_back_verbatim(desk):
    root = desk.service.as_("root")
    person = root.post("/v1/people", {"login": "bobby", "name": INJECTION, "email": INJECTION, "vendor": INJECTION}).expect(201)
    assert person == root.get("/v1/people/bobby").expect(200)
    assert {person["name"], person["email"], person["vendor"]} == {INJECTION}
    program = root.post("/v1/programs", {"code": "tables", "name": INJECTION, "language": INJECTION, "vendor": INJECTION,
                                         "not_applicable": INJECTION, "sysadmin": "li"}).expect(201)
    assert {program[key] for key in ("name", "language", "vendor", "not_applicable")} == {INJECTION}
    found = root.get("/v1/programs?vendor=" + quote(INJECTION)).expect(200)["items"]
    assert [row["code"] for row in found] == ["tables"]


FILTERED = [operation for operation in contract.operations.values() if any(row["in"] == "query" for row in operation.parameters)]


@pytest.mark.parametrize("operation", FILTERED, ids=lambda operation: operation.name)
def test_sql_in_every_parameter_is_harmless(desk, operation):
    before = written(desk.service)
    path = operation.url(id=desk.working["id"], login="li", code="pay", what="tickets", measure="turnaround", table="ticket")
    body = {"action": "suspend"} if operation.takes_body else None
    for parameter in (row["name"] for row in operation.parameters if row["in"] == "query"):
        for text in (INJECTION, "'", "1; select pg_sleep(9)", "a,b,'", "%", "\\", "字" * 500):
            answer = desk.service.as_("root").request(operation.method, f"{path}?{parameter}={quote(text, safe='')}", body)
            contract.check_answer(operation, answer)
            assert answer.status in (200, 400, 403), answer
    assert written(desk.service) == before


@pytest.mark.parametrize("token", ["", "wh_", "wh_x", "Basic x", "' or 1=1", "x" * 10000, "wh_" + "A" * 43])
def test_token_that_is_none(desk, token):
    answer = desk.service.client.request("GET", "/v1/me", None, {"Authorization": f"Bearer {token}"})
    contract.check_answer(contract.operations["get_me"], answer)
    answer.expect(401)


@pytest.mark.parametrize("header", ["%s", "Basic %s", "bearer", "Bearer", "Token %s", "Bearer %s x", "Bearer  %s"])
def test_authorization_of_another_kind(desk, header):
    value = header.replace("%s", desk.service.tokens["li"])
    desk.service.client.request("GET", "/v1/me", None, {"Authorization": value}).expect(401)


def test_client_that_leaves_early_takes_nothing_along(desk):
    """Half a request, a reset, and the next one is served."""
    for part in (b"GET /v1/me HT", b"POST /v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", b"\x16\x03\x01\x02\x00"):
        with socket.create_connection(("127.0.0.1", desk.service.port), timeout=5) as peer:
            peer.sendall(part)
    desk.service.as_("li").get("/v1/me").expect(200)
