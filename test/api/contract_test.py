# SPDX-License-Identifier: Apache-2.0
"""The API and its description: every operation is exercised with every answer that the description gives for it."""

from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

import totp
from api.contract import Contract
from organisation import CHANGE_REPORT, STATES, Tickets
from store.running import until, weihud

contract = Contract()
operations = contract.operations

# Answers that no request alone can bring about; the tests of faults take the database away.
OUT_OF_REACH = {503, 507}

PASSWORD = "长江 runs to the sea"


@pytest.fixture(scope="module")
def stage(service):
    """What the calls below act on."""
    tickets = Tickets(service)
    root = service.as_("root")
    root.post("/v1/people", {"login": "idle", "name": "Has no role"}).expect(201)
    root.post("/v1/people", {"login": "root2", "name": "Second", "roles": ["admin"]}).expect(201)
    for login in ("qian", "zhou", "wang", "chen", "hu"):
        root.post(f"/v1/people/{login}/password", {"password": PASSWORD}).expect(204)
    service.tokens["idle"] = root.post("/v1/people/idle/tokens", {"name": "t"}).expect(201)["token"]
    closed = tickets.at("closed")["id"]
    until(lambda: service.psql("select (select max(size) from checkpoint) >= (select count(*) from event)") == ["t"], "the sealer")
    decided = service.as_("sun").post("/v1/reviews", REVIEW).expect(201)["id"]
    service.as_("zhao").post(f"/v1/reviews/{decided}/decisions", DECISION).expect(201)
    return SimpleNamespace(service=service, tickets=tickets, filed=tickets.file()["id"], closed=closed, decided=decided,
                           working=tickets.at("in_maintenance")["id"], evaluating=tickets.at("to_evaluate")["id"],
                           reviewing=tickets.at("to_review")["id"])


class Call:
    def __init__(self, by=None, body=None, query="", headers=None, **arguments):
        self.by, self.body, self.query, self.headers, self.arguments = by, body, query, headers or {}, arguments

    def but(self, **changes):
        return Call(**{**{"by": self.by, "body": self.body, "query": self.query, "headers": self.headers, **self.arguments}, **changes})

    def make(self, service, operation):
        path = operation.url(**self.arguments) + (f"?{self.query}" if self.query else "")
        return service.as_(self.by).request(operation.method, path, self.body, self.headers)


STEP = {"step": "problem_analysis", "result": "passed", "minutes": 20, "evidence": "记录 12"}
CHANGE = {"change_level": "module", "change_id": "pay/round", "people": 2, "person_minutes": 90, "statements_added": 3,
          "statements_deleted": 0, "by_person": [{"login": "chen", "minutes": 60}, {"login": "hu", "minutes": 30}]}
CORRECTIVE = {"title": "停机 halt", "description": "第七分行", "program": "pay", "claimed_kind": "corrective", "circumstances": "a",
              "inputs": "b", "observed": "c", "since": "2026-11-01T08:00:00+08:00"}

# One call of each operation that is carried out.
GOOD = {
    "get_health": lambda s: Call(),
    "get_ready": lambda s: Call(),
    "get_metrics": lambda s: Call(),
    "get_openapi": lambda s: Call(),
    "log_in": lambda s: Call(None, {"login": "qian", "password": PASSWORD}),
    "log_out": lambda s: Call(session_of(s, "qian")),
    "get_me": lambda s: Call("li"),
    "get_workflow": lambda s: Call("wu"),
    "list_fields": lambda s: Call("wu"),
    "list_people": lambda s: Call("wu", query="role=lead,sysadmin&active=true&limit=1"),
    "add_person": lambda s: Call("root", {"login": "zheng", "name": "郑", "email": "z@example.org", "roles": ["technician"],
                                          "vendor": "Acme", "active": True}, headers={"Idempotency-Key": "zheng"}),
    "get_person": lambda s: Call("wu", login="li"),
    "edit_person": lambda s: Call("root", {"email": None, "name": "胡 军"}, login="hu", headers={"If-Match": "*"}),
    "list_tokens": lambda s: Call("root", login="li"),
    "add_token": lambda s: Call("root", {"name": "mail gate", "scopes": ["read", "audit"], "expires_at": "2099-01-01T00:00:00+08:00"},
                                login="hu"),
    "set_password": lambda s: Call("root", {"password": PASSWORD}, login="hu"),
    "get_second_factor": lambda s: Call("root", login="li"),
    "begin_second_factor": lambda s: Call("zhou", {"current": PASSWORD}, login="zhou"),
    "confirm_second_factor": lambda s: Call("wang", {"code": code_of(s, "wang")}, login="wang"),
    "remove_second_factor": lambda s: Call("chen", {"code": recovery_code_of(s, "chen")}, login="chen"),
    "reset_second_factor": lambda s: Call("root", login=enrolled(s, "hu")),
    "list_loans": lambda s: Call("wu", login="root2", query="limit=1&sort=-id"),
    "lend_role": lambda s: Call("root", {"role": "reviewer", "reason": "人手不足", "minutes": 5}, login="root2",
                                headers={"Idempotency-Key": "lend"}),
    "take_back_role": lambda s: Call("root", login="root2", id=loan_of(s, "root2")),
    "revoke_token": lambda s: Call("root", login="hu", id=token_of(s, "hu")),
    "list_programs": lambda s: Call("wu", query="critical=true&language=C,Java&q=%E5%B7%A5%E8%B5%84"),
    "add_program": lambda s: Call("root", {"code": "mail", "name": "邮件", "source": "none", "critical": False, "sysadmin": "li",
                                           "deputy": None, "not_applicable": "No source", "installed_on": None}),
    "get_program": lambda s: Call("wu", code="pay"),
    "edit_program": lambda s: Call("root", {"language": "COBOL 85", "source_statements": 70000}, code="ledger"),
    "list_designations": lambda s: Call("wu", code="pay"),
    "add_designation": lambda s: Call("zhao", {"login": "wang", "capacity": "deputy", "since": "2027-01-01", "until": "2027-02-01"},
                                      code="ledger"),
    "list_readings": lambda s: Call("wu", code="pay", query="limit=1"),
    "import_ticket": lambda s: Call("root", {"source": "redmine", "row": s.service.psql("select count(*) from ticket")[0], "requester": "zhang",
                                             "closed": True, "fields": {"title": "t", "description": "d", "program": "pay", "claimed_kind": "adaptive",
                                                                        "imported_author": "Jing He", "imported_created_at": "2024-05-02T08:00:00Z"}}),
    "add_reading": lambda s: Call("zhao", {"read_at": "2026-11-20", "runs": 53000, "failures": 13}, code="pay"),
    "list_documents": lambda s: Call("wu", code="pay", query="retired=false"),
    "save_document": lambda s: Call("li", {"name": "Manual", "state": "outdated", "place": "shelf 3"}, code="pay"),
    "list_assets": lambda s: Call("wu", code="pay"),
    "save_asset": lambda s: Call("li", {"name": "db-1", "sort": "database", "release": "15.8"}, code="pay"),
    "list_program_events": lambda s: Call("zhang", code="pay", query="limit=3&result=done"),
    "list_tickets": lambda s: Call("wu", query="state=draft,submitted&open=true&limit=1&sort=-updated"),
    "file_ticket": lambda s: Call("qian", CORRECTIVE, headers={"Idempotency-Key": "file"}),
    "get_ticket": lambda s: Call("wu", id=s.working),
    "edit_ticket": lambda s: Call("zhao", {"priority": 1, "due_at": "2026-12-24T12:00:00Z"}, id=s.filed),
    "list_transitions": lambda s: Call("wu", id=s.reviewing),
    "move_ticket": lambda s: Call("li", {"action": "evaluate", "fields": {**CHANGE_REPORT, "severity": "minor"}, "comment": "好"},
                                  id=s.evaluating, headers={"Idempotency-Key": "move"}),
    "get_routing": lambda s: Call("wu", id=s.filed),
    "list_comments": lambda s: Call("wu", id=s.filed),
    "add_comment": lambda s: Call("zhao", {"text": "请补充\nplease", "internal": True}, id=s.filed),
    "list_attachments": lambda s: Call("wu", id=s.filed, query="limit=1"),
    "add_attachment": lambda s: Call("zhao", b"\x00\xff", id=s.filed, query="name=%E9%94%99.bin&internal=true",
                                     headers={"Content-Type": "application/x-core", "Idempotency-Key": "attach"}),
    "get_attachment": lambda s: Call("wu", id=s.filed, attachment=attachment_of(s)),
    "list_steps": lambda s: Call("wu", id=s.reviewing, query="limit=2"),
    "add_step": lambda s: Call("chen", STEP, id=s.working),
    "list_changes": lambda s: Call("wu", id=s.reviewing),
    "add_change": lambda s: Call("chen", CHANGE, id=s.working),
    "list_work": lambda s: Call("wu", id=s.reviewing),
    "add_work": lambda s: Call("li", {"minutes": 15, "person": "hu", "worked_on": "2026-11-22", "note": None}, id=s.working),
    "list_links": lambda s: Call("wu", id=s.filed),
    "add_link": lambda s: Call("zhang", {"kind": "follow_up_of", "other": s.reviewing}, id=s.tickets.file()["id"]),
    "list_ticket_events": lambda s: Call("zhang", id=s.reviewing, query="limit=3&result=done"),
    "get_checkpoint": lambda s: Call("wu"),
    "get_log_keys": lambda s: Call("wu"),
    "get_tile": lambda s: Call("wu", tile="entries/000.p/2"),
    "get_proof": lambda s: Call("wu", query="leaf=1&size=3"),
    "list_openings": lambda s: Call("wu", query="from=0&to=20&limit=2"),
    "list_anchors": lambda s: Call("wu"),
    "list_rows": lambda s: Call("root", table="ticket"),
    "list_events": lambda s: Call("wu", query=f"object=ticket/{s.reviewing}&sort=seq&limit=500"),
    "get_export": lambda s: Call("wu", what="work", query="format=csv&bom=true&lang=zh&from=2026-01-01"),
    "list_reviews": lambda s: Call("wu", query="state=open&limit=1"),
    "open_review": lambda s: Call("sun", {**REVIEW, "share": 20}, headers={"Idempotency-Key": "review"}),
    "get_review": lambda s: Call("wu", id=review_of(s)),
    "list_review_records": lambda s: Call("wu", id=review_of(s), query="sampled=true&verdict=pass,none"),
    "judge_record": lambda s: Call("sun", {"ticket": s.closed, "verdict": "correct", "note": "Item 9"}, id=review_of(s)),
    "list_decisions": lambda s: Call("wu", id=s.decided),
    "add_decision": lambda s: Call("zhao", {**DECISION, "ticket": s.filed}, id=review_of(s)),
    "conclude_review": lambda s: Call("sun", {"conclusion": "In order"}, id=review_of(s, {"from": "2020-01-01", "to": "2020-02-01"})),
    "get_review_report": lambda s: Call("wu", id=s.decided, query="format=html&lang=zh"),
    "list_reports": lambda s: Call("wu"),
    "report_waivers": lambda s: Call("wu", query="actor=li&from=2026-11-01&sort=seq"),
    "report_loans": lambda s: Call("wu", query="login=root2&role=lead&from=2026-11-01&limit=1"),
    "get_report": lambda s: Call("wu", measure="turnaround", query="from=2026-11-01&to=2027-02-01&by=program,kind&kind=corrective"),
}

REVIEW = {"title": "Records 记录", "from": "2020-01-01", "to": "2090-01-01"}
DECISION = {"head": "effort", "text": "Estimate in halves", "owner": "li", "due": "2027-01-31"}


def review_of(stage, period=None):
    """The number of an open review in which every record is to be judged."""
    return stage.service.as_("sun").post("/v1/reviews", {**REVIEW, "share": 100, **(period or {})}).expect(201)["id"]


def concluded(stage):
    review = review_of(stage, {"from": "2020-01-01", "to": "2020-02-01"})
    stage.service.as_("sun").post(f"/v1/reviews/{review}/conclusion", {"conclusion": "Nothing"}).expect(200)
    return review


# Refused because of how things stand.
CONFLICT = {
    "import_ticket": lambda s: imported_before(s),
    "log_out": lambda s: Call("li"),
    "begin_second_factor": lambda s: Call("chen", {"current": PASSWORD}, login=enrolled(s, "chen")),
    "confirm_second_factor": lambda s: Call("chen", {"code": "123456"}, login=enrolled(s, "chen")),
    "remove_second_factor": lambda s: Call("qian", {"code": "123456"}, login="qian"),
    "lend_role": lambda s: Call("root", {"role": "lead", "reason": "x", "minutes": 5}, login="li"),
    "add_person": lambda s: Call("root", {"login": "li", "name": "Another"}),
    "add_token": lambda s: told_to_another(s),
    "edit_person": lambda s: Call("root", {"active": False}, login="li"),
    "add_program": lambda s: Call("root", {"code": "pay", "name": "Another", "sysadmin": "li"}),
    "add_designation": lambda s: Call("root", {"login": "wang", "capacity": "sysadmin", "since": "2020-01-01"}, code="sms"),
    "file_ticket": lambda s: Call("qian", {"title": "x", "draft": True, "priority": 1}),
    "edit_ticket": lambda s: Call("zhang", {"title": "Too late"}, id=s.filed),
    "move_ticket": lambda s: Call("zhao", {"action": "schedule"}, id=s.filed),
    "add_step": lambda s: Call("li", STEP, id=s.filed),
    "add_change": lambda s: Call("chen", CHANGE, id=s.reviewing),
    "add_work": lambda s: Call("li", {"minutes": 1}, id=s.filed),
    "add_link": lambda s: duplicate_link(s),
    "judge_record": lambda s: Call("sun", {"ticket": s.closed, "verdict": "pass"}, id=concluded(s)),
    "add_decision": lambda s: Call("zhao", DECISION, id=concluded(s)),
    "conclude_review": lambda s: Call("sun", {"conclusion": "Again"}, id=concluded(s)),
}


# Refusals that are earned in a way of their own.
OWN_WAY = {
    ("add_attachment", 413): lambda s: GOOD["add_attachment"](s).but(body=bytes((8 << 20) + 1)),
    ("add_attachment", 422): lambda s: another_file(s),
    **{(name, 200): lambda s, name=name: GOOD[name](s).but(query="dry_run=true", headers={})
       for name in ("add_person", "add_program", "add_reading", "import_ticket")},
    ("log_in", 401): lambda s: Call(None, {"login": "qian", "password": "guessed wrong"}),
    ("log_in", 403): lambda s: Call(None, {"login": "qian", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}),
    ("begin_second_factor", 429): lambda s: Call("wu", {"current": "guessed"}, login=weary(s, "wu")),
    ("confirm_second_factor", 429): lambda s: Call("wu", {"code": "123456"}, login=weary(s, "wu")),
    ("remove_second_factor", 429): lambda s: Call("wu", {"code": "123456"}, login=weary(s, "wu")),
    ("log_in", 429): lambda s: Call(None, {"login": weary(s), "password": "guessed once more"}),
    ("set_password", 429): lambda s: Call("wu", {"password": PASSWORD, "current": "guessed"}, login=weary(s, "wu")),
}


def attachment_of(stage):
    return stage.service.as_("zhao").request("POST", f"/v1/tickets/{stage.filed}/attachments?name=a", b"a",
                                            {"Content-Type": "application/octet-stream"}).expect(201)["id"]


def another_file(stage):
    """The key of a file with the bytes of another."""
    call = GOOD["add_attachment"](stage)
    call.make(stage.service, operations["add_attachment"])
    return call.but(body=b"other")


def session_of(stage, login):
    stage.service.tokens["session"] = stage.service.client.post("/v1/sessions", {"login": login, "password": PASSWORD}).expect(201)["token"]
    return "session"


def weary(stage, login="somebody"):
    """A login with which one has to wait."""
    while stage.service.client.post("/v1/sessions", {"login": login, "password": "wrong"}).status != 429:
        pass
    return login


def code_of(stage, login):
    """A code that confirms what has just been begun."""
    client = stage.service.as_(login)
    begun = client.post(f"/v1/people/{login}/second-factor", {"current": PASSWORD})
    return totp.code(begun.expect(201)["secret"], totp.step_now()) if begun.status == 201 else "123456"


RECOVERY = {}


def enrolled(stage, login):
    if not stage.service.as_(login).get(f"/v1/people/{login}/second-factor").expect(200)["enrolled"]:
        answer = stage.service.as_(login).post(f"/v1/people/{login}/second-factor/confirmation", {"code": code_of(stage, login)})
        RECOVERY[login] = answer.expect(201)["recovery_codes"]
    return login


def recovery_code_of(stage, login):
    return RECOVERY[enrolled(stage, login)].pop()


def loan_of(stage, login):
    """What is on loan, or is now."""
    root, path = stage.service.as_("root"), f"/v1/people/{login}/loans"
    held = [row["id"] for row in root.get(path).expect(200)["items"] if row["role"] == "authority" and row["ended_at"] is None]
    return held[0] if held else root.post(path, {"role": "authority", "reason": "x", "minutes": 60}).expect(201)["id"]


def token_of(stage, login):
    return stage.service.as_("root").post(f"/v1/people/{login}/tokens", {"name": "to be revoked"}).expect(201)["id"]


def told_to_another(stage):
    """A retry that bears another token than the one that the first try bore."""
    body, headers = {"name": "once more"}, {"Idempotency-Key": "once-more"}
    client = stage.service.as_("wu")
    client.request("POST", "/v1/people/wu/tokens", body, headers).expect(201)
    other = client.post("/v1/people/wu/tokens", {"name": "another"}).expect(201)["token"]
    return Call("wu", body, headers={**headers, "Authorization": f"Bearer {other}"}, login="wu")


def imported_before(stage):
    body = {"source": "redmine", "row": "twice", "requester": "zhang", "closed": True,
            "fields": {"title": "t", "description": "d", "program": "pay", "claimed_kind": "adaptive"}}
    stage.service.as_("root").post("/v1/imports", body).expect(201)
    return Call("root", body)


def duplicate_link(stage):
    body = {"kind": "caused_by", "other": stage.reviewing}
    stage.service.as_("zhao").request("POST", f"/v1/tickets/{stage.filed}/links", body)
    return Call("zhao", body, id=stage.filed)


def malformed(stage, operation, good):
    return good.but(body=b'{"title": ') if operation.takes_body else good.but(query="nonsense=1")


def absent(stage, operation, good):
    return good.but(**{name: 99999999 if name == "id" else "nobody" for name in good.arguments}, headers={})


# How to earn each refusal, given a call that would be carried out.
BAD = {
    400: malformed,
    401: lambda stage, operation, good: good.but(by=None),
    403: lambda stage, operation, good: good.but(by="idle"),
    404: absent,
    409: lambda stage, operation, good: CONFLICT[operation.name](stage),
    412: lambda stage, operation, good: good.but(headers={"If-Match": '"99999"'}),
    413: lambda stage, operation, good: good.but(body=b" " * (2 << 20)),
    415: lambda stage, operation, good: good.but(headers={"Content-Type": "text/plain"}),
    422: lambda stage, operation, good: good.but(body={"nonsense": 1}, headers={}),
}

ANSWERS = [(name, status) for name, operation in operations.items() for status in operation.statuses if status not in OUT_OF_REACH]


@pytest.mark.parametrize(("name", "status"), ANSWERS)
def test_every_documented_answer(stage, name, status):
    operation = operations[name]
    good = GOOD[name](stage)
    for _ in range(10):
        if status == operation.success:
            call = good
        else:
            call = OWN_WAY[name, status](stage) if (name, status) in OWN_WAY else BAD[status](stage, operation, good)
        answer = call.make(stage.service, operation)
        if status != 429 or answer.status == 429: # else the wait had ended before the call came
            break
    assert answer.status == status, answer
    contract.check_answer(operation, answer)
    if call is good and operation.takes_body:
        contract.check(good.body, operation.body_schema(), f"the body for {name}")


def test_document_has_every_route_and_no_other():
    routes = {tuple(line.split()[:3]) for line in weihud("routes").stdout.splitlines()}
    assert len(routes) > 30
    assert {(operation.method, operation.path, name) for name, operation in operations.items()} == routes


def test_open_operations_are_those_without_security():
    opened = {line.split()[2] for line in weihud("routes").stdout.splitlines() if line.split()[3] == "-"}
    assert {name for name, operation in operations.items() if operation.row.get("security") == []} == opened


def test_path_parameters_are_described():
    for operation in operations.values():
        described = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
        assert operation.url(**{name: f"<{name}>" for name in described}).count("{") == 0, operation.path


def test_schemas_are_schemas():
    for schema in contract.document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_answers_name_all_their_members():
    """Without additionalProperties: false a new member would go unnoticed."""
    open_ones = [name for name, schema in contract.document["components"]["schemas"].items()
                 if schema.get("type") == "object" and name not in ("TicketFixed", "TicketBody")
                 and "additionalProperties" not in schema and "unevaluatedProperties" not in schema]
    assert open_ones == []


def test_references_lead_somewhere():
    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                contract.follow(node)
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(contract.document["paths"])
    walk(contract.document["components"])


def test_examples_are_right():
    for operation in operations.values():
        bodies = [operation.row["requestBody"]] if operation.takes_body else []
        for part in bodies + [operation.response(status) for status in operation.statuses]:
            for content in part.get("content", {}).values():
                for name, example in content.get("examples", {}).items():
                    contract.check(contract.follow(example)["value"], content["schema"], f"example {name} of {operation.name}")


def test_fields_of_a_ticket_are_those_of_the_table(service):
    table = {row["field"]: row for row in service.as_("li").get("/v1/fields").expect(200)["items"]}
    fixed, body, given = (contract.schema(name)["properties"] for name in ("TicketFixed", "TicketBody", "Fields"))
    own = {"id", "version", "state", "workflow", "created_at", "updated_at"}
    assert set(fixed) - own | set(body) == set(table)
    assert set(given) == {name for name, row in table.items() if not row["stamped"]}
    for name, row in table.items():
        for schema in (part[name] for part in (fixed, body, given) if name in part):
            check_limits(row, schema)


def check_limits(row, schema):
    """The document's limits of a field are the table's: values at both ends pass, values beyond do not."""
    name = row["field"]
    if row["type"] == "whole":
        right, wrong = [row["least"], row["most"]], [row["least"] - 1, row["most"] + 1]
    elif row["type"] == "text":
        right, wrong = ["字" * row["least"], "字" * row["most"]], ["", "字" * (row["most"] + 1)]
    elif row["type"] == "choice":
        right, wrong = row["choices"], ["other than these"]
    else:
        right, wrong = [], [3.5, {"a": 1}]
    for value in right:
        contract.check(value, schema, f"{name} {value!r:.40}")
    for value in wrong:
        assert contract.faults(value, schema), f"the document lets {name} be {value!r:.40}"


def test_every_state_of_a_ticket_fits_the_document(tickets):
    for state in STATES:
        contract.check(tickets.at(state), contract.schema("Ticket"), state)
    contract.check(tickets.urgent("to_review"), contract.schema("Ticket"), "the urgent line")


def test_method_that_is_not_there(service):
    answer = service.client.request("PUT", "/v1/tickets")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    contract.check_response(contract.document["components"]["responses"]["MethodNotAllowed"], answer)


def test_document_is_served_as_it_is(service):
    from api.contract import DOCUMENT

    assert service.client.get("/openapi.yaml").body == DOCUMENT.read_bytes()


def test_head_answers_as_get_without_the_body(service):
    client = service.as_("li")
    got, head = client.get("/v1/me"), client.request("HEAD", "/v1/me")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", got.headers["Content-Length"])


@pytest.mark.parametrize("text", ["table", "markdown", "mermaid", "dot"])
def test_printed_workflow(service, text):
    answer = service.as_("li").get(f"/v1/workflow?format={text}&lang=zh")
    contract.check_answer(operations["get_workflow"], answer)
    assert "已提交" in answer.text or text == "table"
