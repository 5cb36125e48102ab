# SPDX-License-Identifier: Apache-2.0
"""Permissions by relation: what is one's own, what one is designated for, what one's team works on; and of fields."""

import json
from pathlib import Path

import pytest

from organisation import CHANGE_REPORT, Tickets
from store.running import ENVIRONMENT, weihud

SHIPPED = Path(ENVIRONMENT["WEIHU_CONFIG_DIR"], "permissions.yaml")
READING = {"read_at": "2026-11-02T00:00:00Z", "runs": 1, "failures": 0}
COST = 90817263  # digits that stand in no time and no id by chance
EVERYBODY = "[requester, lead, sysadmin, technician, authority, reviewer, auditor, admin]"
NARROW = "[requester/own, lead, sysadmin/designated, technician/team, authority, reviewer, auditor, admin]"


def changed(tmp_path, *changes):
    """A file of permissions that differs from ours in these lines."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = tmp_path / "permissions.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def narrow(make_module_service, tmp_path_factory):
    """Where requesters see their own, sysadmins what they are designated for, technicians what they work on."""
    file = changed(tmp_path_factory.mktemp("narrow"), (f"ticket.list:    {EVERYBODY}", f"ticket.list:    {NARROW}"),
                   (f"ticket.read:    {EVERYBODY}", f"ticket.read:    {NARROW}"))
    service = make_module_service(permissions=file)
    service.as_("root").post("/v1/people", {"login": "xu", "name": "Xu", "roles": ["sysadmin"]}).expect(201)
    service.tokens["xu"] = service.as_("root").post("/v1/people/xu/tokens", {"name": "t"}).expect(201)["token"]
    return service


def test_readings_are_recorded_by_those_designated_for_the_program(service):
    assert service.as_("li").post("/v1/programs/pay/readings", READING).status == 201
    assert service.as_("wang").post("/v1/programs/pay/readings", READING).status == 201, "the deputy"
    refused = service.as_("wang").post("/v1/programs/ledger/readings", READING).expect(403)
    assert refused["detail"] == "reading.write needs one of the roles lead, sysadmin/designated"
    assert service.as_("wang").post("/v1/programs/nowhere/readings", READING).status == 403, "nobody is told what is not there"
    assert service.as_("zhao").post("/v1/programs/ledger/readings", READING).status == 201
    assert service.as_("chen").post("/v1/programs/pay/readings", READING).status == 403


def seen(service, login):
    listed = {ticket["id"] for ticket in service.as_(login).get("/v1/tickets?limit=500").expect(200)["items"]}
    asked = {number for number in range(1, 30) if service.as_(login).get(f"/v1/tickets/{number}").status == 200}
    assert listed == asked, "a list shows what can be read, and nothing else"
    return listed


def test_people_see_what_they_stand_in_a_relation_to(narrow):
    tickets = Tickets(narrow)
    own, other, working = tickets.file(by="zhang"), tickets.file(by="qian"), tickets.at("in_maintenance")
    elsewhere = tickets.file(by="qian", program="ledger")
    everything = {own["id"], other["id"], working["id"], elsewhere["id"]}
    assert seen(narrow, "zhao") == seen(narrow, "wu") == everything
    assert seen(narrow, "zhang") == {own["id"], working["id"]}
    assert seen(narrow, "qian") == {other["id"], elsewhere["id"]}
    assert seen(narrow, "li") == everything
    assert seen(narrow, "wang") == everything - {elsewhere["id"]}
    assert seen(narrow, "chen") == {working["id"]} and seen(narrow, "hu") == seen(narrow, "xu") == set()
    assert narrow.as_("qian").get(f"/v1/tickets/{own['id']}/comments").status == 403
    assert narrow.as_("qian").get("/v1/tickets/99999").status == 403, "the same for what is not there"
    assert narrow.as_("qian").get("/v1/tickets?limit=1").expect(200)["next"] is not None


def test_what_is_open_to_a_vendor_stays_what_is_handed_over(narrow):
    root = narrow.as_("root")
    root.post("/v1/people", {"login": "acme", "name": "Acme", "roles": ["technician"], "vendor": "Acme"}).expect(201)
    narrow.tokens["acme"] = root.post("/v1/people/acme/tokens", {"name": "t"}).expect(201)["token"]
    assert seen(narrow, "acme") == set()


@pytest.mark.parametrize("old, new, words", [
    ("ticket.file:    [requester,", "ticket.file:    [requester/own,", "ticket.file is about nothing that anybody can be 'own' to"),
    ("person.write:   [admin]", "person.write:   [admin, lead/designated]", "'designated'"),
    ("ticket.comment_internal: [lead,", "ticket.comment_internal: [requester/own, lead,", "'own'"),
    ("token.write:    [admin, self]", "token.write:    [admin, slef]", "unknown role 'slef'"),
    ("token.write:    [admin, self]", "token.write:    [admin/slef]", "did you mean 'self'"),
])
def test_a_relation_to_nothing_is_refused_before_it_is_used(tmp_path, old, new, words):
    done = weihud("check", "--set", f"permissions={changed(tmp_path, (old, new))}")
    assert done.returncode != 0 and words in done.stderr, done.stderr


# Fields.

OWN_FIELD = "fields: {x_cost: {type: whole, zh: 费用, en: Cost, given: [submit, evaluate], edit: [sysadmin]}}"
HIDDEN = {"x_cost", "backout_plan"}


@pytest.fixture(scope="module")
def discreet(make_module_service, tmp_path_factory):
    """Where the back-out plan and a field of the team's own are for some, and effort is for everybody."""
    folder = tmp_path_factory.mktemp("discreet")
    (folder / "fields.yaml").write_text(OWN_FIELD, encoding="utf-8")
    file = changed(folder, ("  ticket.step:  ", "  ticket.read_cost: [lead, sysadmin]\n  ticket.step:  "),
                   ("  effort_people:   ticket.read_internal\n", "  x_cost: ticket.read_cost\n  backout_plan: ticket.read_cost\n"),
                   ("  effort_minutes:  ticket.read_internal\n", ""), ("  planned_minutes: ticket.read_internal\n", ""))
    return make_module_service(permissions=file, fields=folder / "fields.yaml")


@pytest.fixture(scope="module")
def costly(discreet):
    tickets = Tickets(discreet)
    return tickets.do(tickets.at("to_evaluate", "adaptive"), "li", "evaluate", **CHANGE_REPORT, x_cost=COST)["id"]


def tells(answer, word):
    return str(word) in str(answer)


def keys(value):
    """Of a document, at any depth."""
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(below)
    yield from value if isinstance(value, dict) else ()


def exported(client, what):
    return [json.loads(line) for line in client.get(f"/v1/exports/{what}?format=jsonl").text.splitlines()]


def test_a_field_is_seen_with_its_permission(discreet, costly):
    for login in ("zhao", "li"):
        client = discreet.as_(login)
        assert HIDDEN < set(client.get(f"/v1/tickets/{costly}").expect(200))
        assert [item["x_cost"] for item in client.get(f"/v1/tickets?x_cost={COST}").expect(200)["items"]] == [COST]
    lead = discreet.as_("zhao")
    changes = {key for event in lead.get(f"/v1/tickets/{costly}/audit").expect(200)["items"] for key in event["changes"]}
    assert HIDDEN < changes
    assert [row["x_cost"] for row in exported(lead, "tickets") if row["id"] == costly] == [COST]
    assert tells(exported(lead, "events"), COST)


@pytest.mark.parametrize("login", ["zhang", "chen", "wu", "root"])
def test_whoever_lacks_it_meets_nothing_of_the_field(discreet, costly, login):
    client = discreet.as_(login)
    told = client.get(f"/v1/tickets/{costly}").expect(200)
    assert not HIDDEN & set(told) and "effort_minutes" in told
    for path in ("/v1/tickets?limit=500", f"/v1/tickets/{costly}/audit?limit=500"):
        answer = client.get(path).expect(200)
        assert not [word for word in (COST, *HIDDEN) if tells(answer, word)], path
    refusal = client.get(f"/v1/tickets?x_cost={COST}").expect(400)
    assert [(error["field"], error["code"]) for error in refusal["errors"]] == [("x_cost", "hidden")]


@pytest.mark.parametrize("login", ["wu", "root"])
def test_exports_leave_it_out_as_well(discreet, costly, login):
    client = discreet.as_(login)
    assert [row["x_cost"] for row in exported(client, "tickets") if row["id"] == costly] == [None]
    assert not tells(exported(client, "events"), COST) and not tells(exported(client, "events"), "backout_plan")
    for what in ("events", "tickets"):
        assert not tells(client.get(f"/v1/exports/{what}?format=csv").text, COST), what


def test_a_change_is_answered_without_it(discreet, costly):
    answer = discreet.as_("zhou").post(f"/v1/tickets/{costly}/transitions", {"action": "authorise", "fields": {"decision": "Yes"}}, key="once")
    again = discreet.as_("zhou").post(f"/v1/tickets/{costly}/transitions", {"action": "authorise", "fields": {"decision": "Yes"}}, key="once")
    assert answer.expect(200) == again.expect(200) and not HIDDEN & set(answer.json)


def test_effort_stays_out_of_an_admins_exports(service, tickets):
    ticket = tickets.at("to_accept")["id"]
    rows = {login: next(row for row in exported(service.as_(login), "tickets") if row["id"] == ticket) for login in ("wu", "root")}
    effort = ("effort_minutes", "cumulative_people", "cumulative_person_minutes")
    assert all(rows["wu"][column] for column in effort) and not any(rows["root"][column] for column in effort)
    assert {row["minutes"] for row in exported(service.as_("root"), "work")} == {None}
    told = {login: {key for row in exported(service.as_(login), "events") for key in keys(row)} for login in ("wu", "root")}
    assert told["wu"] - told["root"] >= {"minutes", "effort_minutes"} and not {key for key in told["root"] if "minutes" in key}


@pytest.mark.parametrize("line, words", [
    ("  effort_peple: ticket.read_internal", "unknown field 'effort_peple', did you mean 'effort_people'?"),
    ("  x_cost: ticket.read_internal", "unknown field 'x_cost'"),
    ("  backout_plan: ticket.read_intern", "unknown permission 'ticket.read_intern', did you mean 'ticket.read_internal'?"),
    ("  backout_plan: reading.write", "backout_plan cannot be seen with reading.write, which is not held by roles alone"),
    ("  severity: ticket.read_internal", "severity stands in every list of tickets and cannot be hidden"),
    ("  backout_plan: [lead]", "backout_plan must be a text, not a list"),
])
def test_a_field_that_cannot_be_hidden_so_is_refused_by_its_line(tmp_path, line, words):
    file = changed(tmp_path, ("  planned_minutes: ticket.read_internal", line))
    number = file.read_text(encoding="utf-8").splitlines().index(line) + 1
    done = weihud("check", "--set", f"permissions={file}")
    assert done.returncode != 0 and f"{file}:{number}" in done.stderr and words in done.stderr, done.stderr


def test_permissions_that_say_nothing_of_fields_are_refused(tmp_path):
    file = tmp_path / "permissions.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").partition("\nfields:")[0], encoding="utf-8")
    done = weihud("check", "--set", f"permissions={file}")
    assert done.returncode != 0 and "fields must be given" in done.stderr, done.stderr
