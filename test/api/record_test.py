# SPDX-License-Identifier: Apache-2.0
"""The audit record and the register as readers find them: events, comments, links, people, programs."""

import json
from urllib.parse import quote

import pytest

from organisation import PEOPLE, PROGRAMS, STATES, Tickets


@pytest.fixture(scope="module")
def desk(make_module_service):
    return make_module_service()


@pytest.fixture(scope="module")
def working(desk):
    return Tickets(desk).at("in_maintenance")


@pytest.fixture(scope="module")
def closed(desk):
    return Tickets(desk).at("closed")


def fields_of(events):
    """A ticket's fields as its events alone tell them."""
    fields = {}
    for event in events:
        for name, change in event["changes"].items():
            assert fields.get(name) == change["old"], f"{name} was not {change['old']!r} before event {event['seq']}"
            fields[name] = change["new"]
    return {name: value for name, value in fields.items() if value is not None}


@pytest.mark.parametrize("state", STATES)
def test_events_alone_rebuild_the_ticket(client, tickets, state):
    ticket = tickets.at(state)
    events = client.as_("wu").pages(f"/v1/tickets/{ticket['id']}/audit", 7)
    told = fields_of(events)
    own = {"id", "version", "state", "workflow", "created_at", "updated_at"}
    assert told == {name: value for name, value in ticket.items() if name not in own and value is not None}
    assert (events[-1]["to_state"], events[-1]["version"], events[-1]["at"]) == (ticket["state"], ticket["version"], ticket["updated_at"])
    assert [event["from_state"] for event in events] == [None, *(event["to_state"] for event in events[:-1])]


def test_history_of_the_normal_line_names_who_did_it_in_which_part(desk, closed):
    events = desk.as_("wu").pages(f"/v1/tickets/{closed['id']}/audit")
    assert [(e["action"], e["actor"], e["role"]) for e in events if e["action"] not in ("step", "change", "work")] == [
        ("submit", "zhang", "requester"), ("forward", "zhao", "lead"), ("evaluate", "li", "sysadmin"), ("authorise", "zhou", "authority"),
        ("schedule", "zhao", "lead"), ("assign", "li", "sysadmin"), ("start", "chen", "technician"), ("deliver", "chen", "technician"),
        ("accept", "zhang", "acceptor"), ("close", "sun", "reviewer")]
    assert {event["source"] for event in events} == {"127.0.0.1"}
    assert all(event["object"] == f"ticket/{closed['id']}" and event["result"] == "done" for event in events)
    added = [next(iter(event["added"])) for event in events if event["added"]]
    assert added == ["step"] * 6 + ["change", "work"]


def test_request_id_leads_from_the_answer_to_the_event_and_the_log(client, tickets, service):
    answer = client.as_("zhang").post("/v1/tickets", tickets.request())
    event, = client.as_("zhang").get(f"/v1/tickets/{answer.json['id']}/audit").expect(200)["items"]
    assert event["request_id"] == answer.headers["X-Request-Id"]
    assert event["request_id"] in service.log_text()


def test_record_can_be_filtered(desk, closed):
    wu = desk.as_("wu")
    everything = wu.pages("/v1/audit", 500)
    assert [event["seq"] for event in everything] == sorted((event["seq"] for event in everything), reverse=True)
    tests = {
        f"object=ticket/{closed['id']}": lambda e: e["object"] == f"ticket/{closed['id']}",
        "object=person/li": lambda e: e["object"] == "person/li",
        "actor=li,chen": lambda e: e["actor"] in ("li", "chen"),
        "action=forward": lambda e: e["action"] == "forward",
        "action=add,submit&actor=root": lambda e: e["action"] == "add" and e["actor"] == "root",
        "result=refused": lambda e: e["result"] == "refused",
        f"from={closed['created_at']}": lambda e: e["at"] >= closed["created_at"],
        f"to={closed['created_at']}": lambda e: e["at"] < closed["created_at"],
        "object=nothing": lambda e: False,
    }
    for query, holds in tests.items():
        assert wu.pages(f"/v1/audit?{query}", 500) == [event for event in everything if holds(event)], query
    assert wu.pages("/v1/audit?sort=seq", 3) == everything[::-1]


def test_refusals_are_recorded_with_their_reason(desk):
    desk.as_("zhang").post("/v1/people", {"login": "x", "name": "x"}).expect(403)
    desk.as_("zhang").post("/v1/tickets", {"colour": "red"}).expect(422)
    fields, forbidden = desk.as_("wu").get("/v1/audit?result=refused&actor=zhang&limit=2").expect(200)["items"]
    assert (forbidden["action"], forbidden["object"], forbidden["reason"]["problem"]) == ("add_person", "path/v1/people", "forbidden")
    assert fields["reason"] == {"problem": "fields", "fields": ["colour"]}


@pytest.mark.parametrize("login", ["zhang", "li", "chen", "sun", "zhou"])
def test_whole_record_is_not_for_everybody(desk, login):
    desk.as_(login).get("/v1/audit").expect(403)


def test_internal_comments_are_kept_from_requesters(client, tickets):
    ticket = tickets.file()
    tickets.add(ticket, "zhang", "comments", {"text": "公开"})
    tickets.add(ticket, "li", "comments", {"text": "内部", "internal": True})
    path = f"/v1/tickets/{ticket['id']}"
    for login, texts in (("zhang", ["公开"]), ("qian", ["公开"]), ("chen", ["公开", "内部"]), ("zhao", ["公开", "内部"])):
        assert [item["text"] for item in client.as_(login).get(path + "/comments").expect(200)["items"]] == texts
        assert ("内部" in client.as_(login).get(path + "/audit").text) == ("内部" in texts)
    client.as_("zhang").post(path + "/comments", {"text": "x", "internal": True}).expect(403)


def test_link_is_seen_from_both_ends_and_made_once(client, tickets):
    one, other = tickets.file(), tickets.file()
    link = tickets.add(one, "zhang", "links", {"kind": "caused_by", "other": other["id"]})
    for ticket in (one, other):
        assert client.as_("wu").get(f"/v1/tickets/{ticket['id']}/links").expect(200)["items"] == [link]
    path = f"/v1/tickets/{one['id']}/links"
    assert client.as_("zhang").post(path, {"kind": "caused_by", "other": other["id"]}).expect(409)["type"] == "urn:weihu:problem:exists"
    for wrong in (one["id"], 99999999):
        refusal = client.as_("zhang").post(path, {"kind": "child_of", "other": wrong}).expect(422)
        assert [error["field"] for error in refusal["errors"]] == ["other"]


def test_work_and_changes_name_people_and_programs_that_are_there(client, tickets):
    ticket = tickets.at("in_maintenance")
    path, chen = f"/v1/tickets/{ticket['id']}", client.as_("chen")
    change = {"change_level": "a", "change_id": "b", "people": 1, "person_minutes": 1, "not_applicable": "x"}
    for things, body, field in (("work", {"minutes": 1, "person": "nobody"}, "person"), ("changes", {**change, "engineer": "nobody"}, "engineer"),
                                ("changes", {**change, "program": "nothing"}, "program")):
        assert [error["field"] for error in chen.post(f"{path}/{things}", body).expect(422)["errors"]] == [field]
    refusal = chen.post(f"{path}/changes", {**change, "not_applicable": None}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["statements_added", "statements_deleted"]
    made = chen.post(f"{path}/changes", {**change, "program": "ledger", "engineer": "hu"}).expect(201)
    assert (made["program"], made["engineer"], made["author"]) == ("ledger", "hu", "chen")
    assert chen.post(f"{path}/changes", change).expect(201)["program"] == "pay"
    entry = client.as_("li").post(f"{path}/work", {"minutes": 30, "person": "chen"}).expect(201)
    assert (entry["person"], entry["author"]) == ("chen", "li")


CHANGE = {"change_level": "module", "change_id": "pay/round", "statements_added": 3, "statements_deleted": 0}


def shares(**minutes):
    return [{"login": login, "minutes": many} for login, many in minutes.items()]


def test_a_change_names_its_people_with_their_minutes(client, tickets):
    ticket = tickets.at("in_maintenance")
    path, chen = f"/v1/tickets/{ticket['id']}", client.as_("chen")
    made = chen.post(f"{path}/changes", {**CHANGE, "by_person": shares(chen=60, hu=45)}).expect(201)
    assert (made["people"], made["person_minutes"], made["by_person"]) == (2, 105, shares(chen=60, hu=45))
    alone = chen.post(f"{path}/changes", {**CHANGE, "people": 3, "person_minutes": 10, "by_person": None}).expect(201)
    assert (alone["people"], alone["person_minutes"], alone["by_person"]) == (3, 10, None)
    both = chen.post(f"{path}/changes", {**CHANGE, "people": 1, "person_minutes": 5, "by_person": shares(li=5)}).expect(201)
    assert chen.get(f"{path}/changes").expect(200)["items"] == [made, alone, both]
    told = [event["added"]["change"] for event in chen.pages(f"{path}/audit", 50) if event["added"]]
    assert [change.get("by_person") for change in told] == [shares(chen=60, hu=45), None, shares(li=5)]
    tickets.add(ticket, "chen", "work", {"minutes": 20})
    rows = client.as_("wu").get("/v1/exports/tickets?format=jsonl").text.splitlines()
    row = next(row for row in map(json.loads, rows) if row["id"] == ticket["id"])
    assert (row["cumulative_people"], row["cumulative_person_minutes"]) == (1, 20)  # the time of changes is a part of the work
    exported = [json.loads(row) for row in client.as_("wu").get("/v1/exports/changes?format=jsonl").text.splitlines()]
    assert [row["by_person"] for row in exported if row["ticket"] == ticket["id"]] == [shares(chen=60, hu=45), None, shares(li=5)]


@pytest.mark.parametrize(("people", "field"), [
    ({"by_person": shares(nobody=5)}, "by_person"), ({"by_person": shares(chen=0)}, "by_person"),
    ({"by_person": shares(chen=1000001)}, "by_person"), ({"by_person": shares(chen=5) + shares(chen=6)}, "by_person"),
    ({"by_person": []}, "by_person"), ({"by_person": [{"login": "chen"}]}, "by_person"), ({"by_person": "chen"}, "by_person"),
    ({"by_person": [{"login": "chen", "minutes": 5, "note": "x"}]}, "by_person"), ({"by_person": [{"login": "chen", "minutes": "5"}]}, "by_person"),
    ({"by_person": shares(chen=5), "people": 2}, "by_person"), ({"by_person": shares(chen=5), "person_minutes": 6}, "by_person"),
    ({"people": 1}, "person_minutes"), ({"person_minutes": 1}, "people")])
def test_people_that_do_not_fit_are_refused(desk, working, people, field):
    refusal = desk.as_("chen").post(f"/v1/tickets/{working['id']}/changes", {**CHANGE, **people}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == [field]


def test_a_person_is_named_once(desk, working):
    refusal = desk.as_("chen").post(f"/v1/tickets/{working['id']}/changes", {**CHANGE, "by_person": shares(chen=5) + shares(chen=6)}).expect(422)
    assert [error["message"] for error in refusal["errors"]] == ["must not name 'chen' twice"]


@pytest.mark.parametrize(("counts", "lacking"), [
    ({"not_applicable": "No source"}, []), ({"not_applicable": "9: lost; 10：没有"}, []), ({"not_applicable": "9-10: no source"}, []),
    ({"not_applicable": "9: lost"}, ["statements_deleted"]), ({"not_applicable": "10: lost"}, ["statements_added"]),
    ({"not_applicable": "10: lost", "statements_added": 7}, []), ({"statements_added": 7}, ["statements_deleted"]),
    ({"not_applicable": "18: lost"}, ["statements_added", "statements_deleted"]), ({}, ["statements_added", "statements_deleted"])])
def test_a_count_that_is_lacking_has_its_reason(desk, working, counts, lacking):
    change = {"change_level": "module", "change_id": "pay/round", "people": 1, "person_minutes": 1, **counts}
    answer = desk.as_("chen").post(f"/v1/tickets/{working['id']}/changes", change).expect(422 if lacking else 201)
    assert [error["field"] for error in answer.get("errors", [])] == lacking


@pytest.mark.parametrize(("query", "holds"), [
    ("", lambda login, roles: True), ("role=technician", lambda login, roles: "technician" in roles),
    ("role=lead,reviewer", lambda login, roles: {"lead", "reviewer"} & set(roles)), ("active=true", lambda login, roles: True),
    ("active=false", lambda login, roles: False), ("role=emperor", lambda login, roles: False)])
def test_people_by_role(desk, query, holds):
    listed = desk.as_("zhang").pages(f"/v1/people?{query}", 3)
    everybody = {**PEOPLE, "root": ["admin"]}
    assert [row["login"] for row in listed] == sorted(login for login, roles in everybody.items() if holds(login, roles))
    for row in listed:
        assert sorted(row["roles"]) == sorted(everybody[row["login"]])
        assert desk.as_("zhang").get(f"/v1/people/{row['login']}").expect(200) == row


@pytest.mark.parametrize(("query", "codes"), [
    ("", ["ledger", "pay", "sms"]), ("critical=true", ["pay"]), ("critical=false", ["ledger", "sms"]), ("language=C,COBOL", ["ledger", "pay"]),
    ("vendor=" + quote("Acme Telecom"), ["sms"]), ("q=" + quote("短信"), ["sms"]), ("q=LEDGER", ["ledger"]), ("q=nothing", [])])
def test_programs_by_what_is_registered(desk, query, codes):
    listed = desk.as_("zhang").pages(f"/v1/programs?{query}", 2)
    assert [row["code"] for row in listed] == codes
    sent = {row["code"]: row for row in PROGRAMS}
    for row in listed:
        assert {key: row[key] for key in sent[row["code"]]} == sent[row["code"]]
        assert desk.as_("zhang").get(f"/v1/programs/{row['code']}").expect(200) == row


def test_latest_reading_counts_by_its_time(own_service):
    li = own_service.as_("li")
    for at, runs in (("2026-11-10T00:00:00Z", 60000), ("2026-11-20T00:00:00+08:00", 70000), ("2026-11-05T00:00:00Z", 55000)):
        li.post("/v1/programs/pay/readings", {"read_at": at, "runs": runs, "failures": 13}).expect(201)
    assert li.get("/v1/programs/pay").expect(200)["runs_since_install"] == 70000
    readings = li.pages("/v1/programs/pay/readings", 2)
    assert [row["runs"] for row in readings] == [55000, 70000, 60000, 52000]
    assert readings[1]["read_at"] == "2026-11-19T16:00:00.000000Z"
    own_service.as_("chen").post("/v1/programs/pay/readings", {"read_at": "2026-11-21", "runs": 1, "failures": 1}).expect(403)
