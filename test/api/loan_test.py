# SPDX-License-Identifier: Apache-2.0
"""Roles on loan: for a while, with a reason, told everywhere; and where separation of duties was waived."""

from pathlib import Path

import pytest

from organisation import Tickets
from store.running import ENVIRONMENT

LOANS = "/v1/people/{}/loans"
LOAN = {"role": "lead", "reason": "Both leads are ill", "minutes": 60}


def hire(service, login="root2"):
    """A second administrator."""
    root = service.as_("root")
    root.post("/v1/people", {"login": login, "name": "Second", "roles": ["admin"]}).expect(201)
    service.tokens[login] = root.post(f"/v1/people/{login}/tokens", {"name": "t"}).expect(201)["token"]
    return service


@pytest.fixture(scope="module")
def service(make_module_service):
    return hire(make_module_service())


@pytest.fixture
def borrowed(service):
    """A loan to root2 that has just begun, and is taken back in the end."""
    loan = service.as_("root").post(LOANS.format("root2"), LOAN).expect(201)
    yield loan
    service.as_("root").delete(LOANS.format("root2") + f"/{loan['id']}")


def moved(service, login):
    """The status of what only a lead may do."""
    ticket = Tickets(service).file()
    fields = {"sysadmin": "li", "duplicate_check": "unique"}
    return Tickets(service).attempt(ticket, login, "forward", fields).status, ticket


def test_a_role_on_loan_is_held_and_told_everywhere(service, borrowed):
    assert (borrowed["login"], borrowed["role"], borrowed["lender"]) == ("root2", "lead", "root")
    borrower = service.as_("root2")
    me = borrower.get("/v1/me").expect(200)
    assert me["roles"] == ["lead", "admin"]
    assert me["loans"] == [{"id": borrowed["id"], "role": "lead", "reason": LOAN["reason"], "until": borrowed["until"]}]
    assert service.as_("root").get("/v1/me").expect(200)["loans"] == []
    status, ticket = moved(service, "root2")
    assert status == 200
    borrower.get("/v1/exports/tickets?format=xlsx")
    borrower.post(f"/v1/tickets/{ticket['id']}/steps", {"step": "unit_test", "result": "passed"}).expect(403)
    events = service.as_("wu").get("/v1/audit?actor=root2&on_loan=true").expect(200)["items"]
    assert {(event["action"], event["result"], event["role"], event["on_loan"]) for event in events} >= {
        ("forward", "done", "lead", "lead"), ("add_step", "refused", None, "lead")}
    assert service.as_("wu").get("/v1/audit?actor=root&on_loan=true").expect(200)["items"] == []
    told = service.as_("wu").get("/v1/reports/loans?login=root2&limit=1").expect(200)["items"][0]
    assert told["id"] == borrowed["id"] and told["reason"] == LOAN["reason"] and told["events"] == len(events)
    assert f"/v1/tickets/{ticket['id']}/transitions 200" in service.log_text()
    assert any("on loan: lead" in line for line in service.log_text().splitlines() if "person=root2" in line)


def test_the_sealed_log_tells_it_too(service, borrowed):
    _, ticket = moved(service, "root2")
    document = service.psql(f"select event_document(e) ->> 'on_loan' from event e where object_id = '{ticket['id']}' and action = 'forward'")
    assert document == ["lead"]
    assert service.psql("select count(*) from event e where actor = 'root' and event_document(e) ? 'on_loan'") == ["0"]


def test_a_loan_is_an_event(service, borrowed):
    service.as_("root").delete(LOANS.format("root2") + f"/{borrowed['id']}").expect(204)
    events = service.as_("wu").get("/v1/audit?object=person/root2&action=lend,take_back&limit=2").expect(200)["items"]
    assert [event["action"] for event in events] == ["take_back", "lend"]
    assert events[1]["changes"]["loan"]["new"] == {"id": borrowed["id"], "role": "lead", "until": borrowed["until"], "reason": LOAN["reason"]}
    assert moved(service, "root2")[0] == 403
    assert service.as_("root").delete(LOANS.format("root2") + f"/{borrowed['id']}").status == 404


def test_a_loan_ends_by_itself(make_service):
    service = hire(make_service())
    service.as_("root").post(LOANS.format("root2"), LOAN).expect(201)
    service.restart(clock_shift=59 * 60)
    assert moved(service, "root2")[0] == 200
    service.restart(clock_shift=61 * 60)
    assert moved(service, "root2")[0] == 403
    assert service.as_("root2").get("/v1/me").expect(200)["loans"] == []


def test_a_loan_ends_with_what_it_stands_on(make_service):
    service = hire(make_service())
    root, borrower = service.as_("root"), service.as_("root2")
    for change, back in (({"active": False}, {"active": True}), ({"roles": []}, {"roles": ["admin"]})):
        root.post(LOANS.format("root2"), LOAN).expect(201)
        root.patch("/v1/people/root2", change).expect(200)
        root.patch("/v1/people/root2", back).expect(200)
        service.tokens["root2"] = root.post("/v1/people/root2/tokens", {"name": "t"}).expect(201)["token"]
        assert moved(service, "root2")[0] == 403


def test_who_lends_what_to_whom_is_limited(service):
    root = service.as_("root")
    assert root.post(LOANS.format("root"), LOAN).status == 403, "not to oneself, unless settings say so"
    assert service.as_("zhao").post(LOANS.format("root2"), LOAN).status == 403
    assert root.post(LOANS.format("chen"), LOAN).status == 409, "chen is no administrator"
    assert root.post(LOANS.format("nobody"), LOAN).status == 404
    for field, value in (("role", "admin"), ("role", "king"), ("minutes", 241), ("minutes", 0), ("reason", ""), ("reason", None)):
        assert root.post(LOANS.format("root2"), {**LOAN, field: value}).expect(422)["errors"][0]["field"] == field


def test_a_role_is_lent_once(service, borrowed):
    assert service.as_("root").post(LOANS.format("root2"), LOAN).status == 409
    answers = [service.as_("root").post(LOANS.format("root2"), {**LOAN, "role": "reviewer"}, key="again") for _ in range(2)]
    assert answers[0].expect(201) == answers[1].expect(201)
    assert service.as_("root2").get("/v1/me").expect(200)["roles"] == ["lead", "reviewer", "admin"]
    listed = service.as_("root2").get(LOANS.format("root2")).expect(200)["items"]
    assert [row["role"] for row in listed[:2]] == ["reviewer", "lead"]
    assert service.as_("root2").delete(LOANS.format("root2") + f"/{listed[0]['id']}").status == 204, "one gives back one's own"


def test_settings_may_trust_administrators_with_themselves(make_service):
    service = make_service(loan_self="on")
    loan = service.as_("root").post(LOANS.format("root"), LOAN).expect(201)
    assert loan["lender"] == loan["login"] == "root" and moved(service, "root")[0] == 200


def test_each_use_of_a_waiver_is_a_line(make_service, tmp_path):
    text = Path(ENVIRONMENT["WEIHU_CONFIG_DIR"], "workflow.yaml").read_text(encoding="utf-8")
    rules = tmp_path / "workflow.yaml"
    rules.write_text(text.replace("waive: []", "waive: [evaluator]"), encoding="utf-8")
    assert rules.read_text(encoding="utf-8") != text
    service = make_service(workflow=rules)
    tickets = Tickets(service)
    service.as_("root").patch("/v1/people/li", {"roles": ["sysadmin", "technician", "authority"]}).expect(200)
    ticket = tickets.at("to_authorise")
    tickets.do(ticket, "li", "authorise", decision="Yes")
    hidden = tickets.at("to_authorise", readers=["zhao", "zhou"])
    tickets.do(hidden, "li", "authorise", decision="Yes")
    lines = service.as_("wu").get("/v1/reports/waivers").expect(200)["items"]
    assert [(line["object"], line["actor"], line["waived"]) for line in lines] == [(f"ticket/{ticket['id']}", "li", ["evaluator"])]
    assert len(service.as_("zhao").get("/v1/reports/waivers?actor=li").expect(200)["items"]) == 2, "who sees the other one sees its line"
    assert service.as_("zhao").get("/v1/reports/waivers?from=2099-01-01").expect(200)["items"] == []
    assert service.as_("zhang").get("/v1/reports/waivers").status == 403
