# SPDX-License-Identifier: Apache-2.0
"""Tickets that name their readers, accounts of vendors, and effort: who does not see them meets nothing of them anywhere."""

import json

import pytest

from organisation import CHANGE_REPORT, EVERYBODY, number
from store.running import until

SECRET = "Hole in the vault 金库漏洞"
READERS = ["zhao", "zhou"]


@pytest.fixture(scope="module")
def secret(tickets):
    """Filed by zhang for zhao and zhou, and handed to li."""
    return tickets.do(tickets.file(title=SECRET, readers=READERS), "zhao", "forward", sysadmin="li", duplicate_check="unique")


@pytest.fixture(scope="module")
def vendor(service):
    root = service.as_("root")
    root.post("/v1/people", {"login": "acme", "name": "Acme", "roles": ["technician", "requester", "auditor"], "vendor": "Acme"}).expect(201)
    service.tokens["acme"] = root.post("/v1/people/acme/tokens", {"name": "t"}).expect(201)["token"]
    return service.as_("acme")


PATHS = ["", "/transitions", "/routing", "/comments", "/attachments", "/steps", "/links", "/audit", "/work", "/changes"]
MAY = ["zhang", "zhao", "zhou", "li"]
MAY_NOT = [login for login in EVERYBODY if login not in MAY]


@pytest.mark.parametrize("login", MAY)
def test_readers_and_those_with_a_part_in_it_see_it(service, secret, login):
    for path in PATHS[:8]:
        assert service.as_(login).get(f"/v1/tickets/{secret['id']}{path}").status == 200, path
    found = service.as_(login).get("/v1/tickets?q=vault&limit=500").expect(200)["items"]
    assert secret["id"] in [item["id"] for item in found]


def without_id(answer):
    return {key: value for key, value in answer.json.items() if key != "request_id"}


@pytest.mark.parametrize("login", MAY_NOT)
def test_for_others_there_is_no_such_ticket(service, secret, login):
    client = service.as_(login)
    nothing = 99999999
    for path in PATHS:
        hidden, absent = (client.get(f"/v1/tickets/{one}{path}") for one in (secret["id"], nothing))
        assert hidden.status == absent.status in (403, 404) and without_id(hidden) == without_id(absent), path
        assert hidden.status == 404 or path in ("/work", "/changes"), path
    move = {"action": "evaluate", "fields": {**CHANGE_REPORT, "severity": "minor"}}
    for path, body in (("/transitions", move), ("/comments", {"text": "x"}), ("/links", {"kind": "caused_by", "other": 1}),
                       ("/work", {"minutes": 5})):
        hidden, absent = (client.post(f"/v1/tickets/{one}{path}", body) for one in (secret["id"], nothing))
        assert hidden.status == absent.status in (403, 404) and without_id(hidden) == without_id(absent), path
    hidden, absent = (client.patch(f"/v1/tickets/{one}", {"priority": 1}) for one in (secret["id"], nothing))
    assert hidden.status == absent.status and without_id(hidden) == without_id(absent)


@pytest.mark.parametrize("login", MAY_NOT)
def test_no_list_of_others_has_it(service, secret, login):
    for query in ("", "q=vault", "q=%E9%87%91%E5%BA%93", "requester=zhang", "sysadmin=li", "state=to_evaluate", "sort=priority", "open=true"):
        for item in service.as_(login).pages(f"/v1/tickets?{query}", limit=500):
            assert item["id"] != secret["id"] and SECRET not in item["title"], query


@pytest.mark.parametrize("login", ["wu", "root"])
def test_the_audit_record_of_others_does_not_tell_of_it(service, secret, login):
    events = service.as_(login).pages(f"/v1/audit?object=ticket/{secret['id']}") + service.as_(login).pages("/v1/audit", limit=500)
    assert events and f"ticket/{secret['id']}" not in [event["object"] for event in events] and SECRET not in str(events)


def exported(service, login, what):
    return [json.loads(line) for line in service.as_(login).get(f"/v1/exports/{what}?format=jsonl").text.splitlines()]


@pytest.mark.parametrize("login,sees", [("zhao", True), ("wu", False)])
def test_no_export_of_others_tells_of_it(service, tickets, login, sees):
    ticket, plain = tickets.at("closed", title=SECRET, readers=[*READERS, "sun"])["id"], number(tickets.file())
    tickets.add(plain, "zhao", "links", {"kind": "caused_by", "other": ticket})
    for what, column in (("tickets", "id"), ("changes", "ticket"), ("work", "ticket")):
        assert (ticket in [row[column] for row in exported(service, login, what)]) == sees, what
    events = exported(service, login, "events")
    assert (f"ticket/{ticket}" in [row["object"] for row in events]) == sees
    assert [row["added"] is not None for row in events if row["object"] == f"ticket/{plain}"] == [False, sees]


def test_what_opens_the_sealed_log_stays_closed_for_others(service, secret):
    sealed = f"select 1 from leaf where object = 'ticket/{secret['id']}' having count(*) >= {secret['version']}"
    until(lambda: service.psql(sealed), "the seal")
    leaves = {int(position) for position in service.psql(f"select position from leaf where object = 'ticket/{secret['id']}'")}
    opened = {login: {item["leaf"] for item in service.as_(login).pages("/v1/audit/openings", limit=500) if item["leaf"] <= max(leaves)}
              for login in ("zhao", "wu", "root")}  # more is sealed while they are asked
    assert leaves <= opened["zhao"] and not leaves & opened["wu"] and not leaves & opened["root"]
    assert opened["wu"] == opened["root"] and len(opened["wu"]) > 20


def test_it_cannot_be_linked_or_named_by_others(service, tickets, secret):
    open_one = tickets.file()
    for body in ({"kind": "caused_by", "other": secret["id"]}, {"kind": "caused_by", "other": 99999999}):
        answer = service.as_("sun").post(f"/v1/tickets/{open_one['id']}/links", body)
        assert answer.expect(422)["errors"] == [{"field": "other", "code": "unknown", "message": f"there is no ticket {body['other']}"}]
    other = tickets.file()
    root = service.as_("root")
    root.post("/v1/people", {"login": "zzlead", "name": "Lead", "roles": ["lead"]}).expect(201)
    service.tokens["zzlead"] = root.post("/v1/people/zzlead/tokens", {"name": "t"}).expect(201)["token"]
    for one in (secret["id"], 99999999):
        answer = tickets.attempt(other, "zzlead", "forward", {"sysadmin": "li", "duplicate_check": "duplicate", "duplicate_of": one})
        assert answer.expect(422)["errors"][0]["message"] == f"there is no ticket {one}"


def test_a_link_to_it_is_seen_by_its_readers_alone(service, tickets, secret):
    open_one = number(tickets.file())
    tickets.add(open_one, "zhao", "links", {"kind": "caused_by", "other": secret["id"]})
    assert service.as_("zhou").get(f"/v1/tickets/{open_one}/links").expect(200)["items"][0]["other"] == secret["id"]
    assert service.as_("chen").get(f"/v1/tickets/{open_one}/links").expect(200)["items"] == []
    added = [event["added"] for event in service.as_("wu").get(f"/v1/tickets/{open_one}/audit").expect(200)["items"]]
    assert added == [None, None]


def test_reading_it_is_told_in_the_record(service, tickets):
    ticket = number(tickets.file(title=SECRET, readers=["zhao"]))

    def seen():
        events = service.as_("zhao").get(f"/v1/audit?object=ticket/{ticket}&result=seen&sort=seq").expect(200)["items"]
        return [(event["actor"], event["action"], event["from_state"]) for event in events]

    service.as_("zhao").get(f"/v1/tickets/{ticket}").expect(200)
    service.as_("zhang").get(f"/v1/tickets/{ticket}/comments").expect(200)
    service.as_("chen").get(f"/v1/tickets/{ticket}").expect(404)
    assert seen() == [("zhao", "read", "submitted"), ("zhang", "read", "submitted")]
    before = tickets.read(ticket)
    told = service.psql(f"select to_jsonb(a) = to_jsonb(v) from ticket_at({ticket}, null) a, ticket_view v where v.id = {ticket}")
    assert told == ["t"] and before["version"] == 1, "the record still rebuilds it"
    open_one = number(tickets.file())
    tickets.read(open_one)
    assert service.as_("wu").get(f"/v1/audit?object=ticket/{open_one}&result=seen").expect(200)["items"] == []


def test_readers_come_and_go(service, tickets):
    ticket = tickets.file(readers=["zhao"])
    path = f"/v1/tickets/{ticket['id']}"
    assert service.as_("sun").get(path).status == 404
    service.as_("zhang").patch(path, {"readers": ["zhao", "sun"]}).expect(200)
    assert service.as_("sun").get(path).status == 200
    assert service.as_("sun").patch(path, {"readers": []}).status == 403, "a reader reads"
    assert service.as_("zhang").patch(path, {"readers": ["nobody"]}).expect(422)["errors"][0]["field"] == "readers"
    service.as_("zhao").patch(path, {"readers": None}).expect(200)
    assert service.as_("chen").get(path).status == 200
    service.as_("zhao").patch(path, {"readers": ["zhao"]}).expect(200)
    assert service.as_("chen").get(path).status == 404
    service.as_("zhao").patch(path, {"readers": []}).expect(200)
    assert service.as_("chen").get(path).status == 200


def test_figures_leave_it_out(service, tickets):
    def submitted():
        lines = service.client.get("/metrics").text.splitlines()
        return [line.rsplit(" ", 1)[1] for line in lines if line.startswith('weihu_tickets{state="submitted"}')]

    before = submitted()
    tickets.file(title=SECRET, readers=["zhao"])
    assert submitted() == before
    tickets.file()
    until(lambda: submitted() != before, "another count")


# Vendors.

def test_a_vendor_sees_what_was_handed_over_and_nothing_else(service, tickets, vendor):
    ticket = tickets.at("scheduled", "adaptive")
    path = f"/v1/tickets/{ticket['id']}"
    assert vendor.get(path).status == 404 and vendor.get("/v1/tickets").expect(200)["items"] == []
    tickets.do(ticket, "li", "assign", technician="acme")
    assert vendor.get(path).status == 200
    assert [item["id"] for item in vendor.pages("/v1/tickets")] == [ticket["id"]]
    tickets.do(ticket, "acme", "start")
    tickets.step(ticket, "acme", "problem_analysis")
    own = vendor.post("/v1/tickets", tickets.request(title="From outside")).expect(201)
    assert [item["id"] for item in vendor.pages("/v1/tickets?sort=id")] == [ticket["id"], own["id"]]
    for closed in ("/v1/people", "/v1/people/li", "/v1/programs", "/v1/programs/pay", "/v1/audit", "/v1/programs/pay/readings"):
        assert vendor.get(closed).status == 403, closed
    for opened in ("/v1/me", "/v1/workflow", "/v1/people/acme/tokens"):
        assert vendor.get(opened).status == 200, opened
    tickets.do(ticket, "li", "reassign", technician="chen", handover="They are on holiday")
    assert vendor.get(path).status == 404


# Effort.

def test_a_requester_does_not_see_effort(service, tickets):
    ticket = number(tickets.at("to_accept"))
    path = f"/v1/tickets/{ticket}"
    inside, outside = service.as_("chen").get(path).expect(200), service.as_("zhang").get(path).expect(200)
    effort = {"effort_people", "effort_minutes", "planned_minutes"}
    assert effort <= set(inside) and set(inside) - set(outside) == effort
    for more in ("work", "changes"):
        assert service.as_("chen").get(f"{path}/{more}").status == 200 and service.as_("zhang").get(f"{path}/{more}").status == 403
    assert {step["minutes"] for step in service.as_("zhang").get(f"{path}/steps").expect(200)["items"]} == {None}
    assert {step["minutes"] for step in service.as_("chen").get(f"{path}/steps").expect(200)["items"]} == {10}
    told = str(service.as_("zhang").get(f"{path}/audit?limit=500").expect(200))
    assert "minutes" not in told and "effort_people" not in told
    assert "minutes" in str(service.as_("wu").get(f"{path}/audit?limit=500").expect(200))
    accepted = tickets.attempt(ticket, "zhang", "accept", {"acceptance": "Good"}).expect(200)
    assert not effort & set(accepted)
