# SPDX-License-Identifier: Apache-2.0
"""A retry does no harm: the same key with the same request gets the same answer, and nothing is done twice."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from organisation import CHANGE_REPORT, STEPS, Tickets
from store.running import until

THREADS = 8
numbers = itertools.count(1)


def fresh_key():
    return f"key-{next(numbers)}"


def told(answer):
    """What must be the same again."""
    return answer.status, answer.body, answer.headers.get("ETag"), answer.headers.get("Location"), answer.headers["Content-Type"]


def replayed(answer):
    return answer.headers.get("Idempotency-Replayed") == "true"


def filing(tickets):
    return "zhang", "/v1/tickets", tickets.request()


def move(tickets):
    ticket = tickets.at("to_evaluate")
    body = {"action": "evaluate", "fields": {**CHANGE_REPORT, "severity": "minor"}, "comment": "好"}
    return "li", f"/v1/tickets/{ticket['id']}/transitions", body


def thing(path, by, state, body):
    return lambda tickets: (by, f"/v1/tickets/{tickets.at(state)['id']}/{path}", body)


# Every POST that keeps its answer: who, where, what.
POSTS = {
    "file": filing,
    "move": move,
    "comment": thing("comments", "zhang", "submitted", {"text": "好"}),
    "attachment": thing("attachments?name=a", "zhang", "submitted", {"any": "bytes"}),
    "step": thing("steps", "chen", "in_maintenance", {"step": STEPS[0], "result": "passed"}),
    "change": thing("changes", "chen", "in_maintenance", {"change_level": "a", "change_id": "b", "people": 1, "person_minutes": 1,
                                                          "not_applicable": "No source"}),
    "work": thing("work", "chen", "in_maintenance", {"minutes": 5}),
    "link": lambda tickets: ("zhang", f"/v1/tickets/{tickets.file()['id']}/links", {"kind": "caused_by", "other": tickets.file()["id"]}),
    "person": lambda tickets: ("root", "/v1/people", {"login": f"p{next(numbers)}", "name": "x"}),
    "program": lambda tickets: ("root", "/v1/programs", {"code": f"p{next(numbers)}", "name": "x", "sysadmin": "li"}),
    "designation": lambda tickets: ("root", "/v1/programs/ledger/designations",
                                    {"login": "wang", "capacity": "deputy", "since": str(date(2126, 1, 1) + timedelta(next(numbers)))}),
    "token": lambda tickets: ("li", "/v1/people/li/tokens", {"name": f"t{next(numbers)}", "scopes": ["read"]}),
    "reading": lambda tickets: ("li", "/v1/programs/ledger/readings", {"read_at": "2026-11-01", "runs": 10, "failures": 1}),
}


def events(service):
    return int(service.psql("select count(*) from event where result = 'done'")[0])


@pytest.mark.parametrize("what", POSTS)
def test_retry_gets_the_same_answer(service, tickets, what):
    by, path, body = POSTS[what](tickets)
    client, key = service.as_(by), fresh_key()
    before = events(service)
    first, second = client.post(path, body, key), client.post(path, body, key)
    assert first.status in (200, 201), first
    assert told(second) == told(first)
    assert (replayed(first), replayed(second)) == (False, True)
    assert events(service) == before + 1


@pytest.mark.parametrize("what", POSTS)
def test_twins_at_the_same_time_are_one(service, tickets, what):
    by, path, body = POSTS[what](tickets)
    client, key = service.as_(by), fresh_key()
    before = events(service)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: client.post(path, body, key), range(THREADS)))
    assert {told(answer) for answer in answers} == {told(answers[0])}, answers
    assert answers[0].status in (200, 201)
    assert sum(not replayed(answer) for answer in answers) <= 1
    assert events(service) == before + 1


@pytest.mark.parametrize("what", POSTS)
def test_key_with_another_request(service, tickets, what):
    by, path, body = POSTS[what](tickets)
    client, key = service.as_(by), fresh_key()
    client.post(path, body, key)
    before = events(service)
    refusal = client.request("POST", path, {**body, "more": 1}, {"Idempotency-Key": key}).expect(422)
    assert refusal["type"] == "urn:weihu:problem:key_reused"
    assert events(service) == before


def test_key_belongs_to_a_path(client, tickets):
    key = fresh_key()
    for ticket, status in ((tickets.file(), 201), (tickets.file(), 422)):
        client.as_("zhang").post(f"/v1/tickets/{ticket['id']}/comments", {"text": "x"}, key).expect(status)


def test_key_belongs_to_a_person(client, tickets):
    key, made = fresh_key(), set()
    for by in ("zhang", "qian"):
        made.add(client.as_(by).post("/v1/tickets", tickets.request(), key).expect(201)["id"])
    assert len(made) == 2


def test_other_keys_are_other_requests(client, tickets):
    assert len({client.as_("zhang").post("/v1/tickets", tickets.request(), fresh_key()).expect(201)["id"] for _ in range(3)}) == 3


def test_retry_tells_the_ticket_as_it_was_then(client, tickets):
    key, body = fresh_key(), tickets.request()
    first = client.as_("zhang").post("/v1/tickets", body, key)
    tickets.at("to_authorise", ticket=first.json)
    assert told(client.as_("zhang").post("/v1/tickets", body, key)) == told(first)


def test_retry_tells_a_person_as_they_were_then(client):
    key, login = fresh_key(), f"p{next(numbers)}"
    body = {"login": login, "name": "then", "roles": ["auditor", "lead"], "email": "then@example.org"}
    first = client.as_("root").post("/v1/people", body, key)
    client.as_("root").patch(f"/v1/people/{login}", {"name": "now", "email": None, "active": False}).expect(200)
    assert told(client.as_("root").post("/v1/people", body, key)) == told(first)


def test_retry_tells_a_program_as_it_was_then(client):
    key, code = fresh_key(), f"p{next(numbers)}"
    body = {"code": code, "name": "then", "sysadmin": "li", "deputy": "wang", "source_statements": 7}
    first = client.as_("root").post("/v1/programs", body, key)
    client.as_("root").patch(f"/v1/programs/{code}", {"name": "now", "critical": True}).expect(200)
    client.as_("root").post(f"/v1/programs/{code}/designations", {"login": "wang", "capacity": "sysadmin"}).expect(201)
    client.as_("li").post(f"/v1/programs/{code}/readings", {"read_at": "2026-11-01", "runs": 10, "failures": 1})
    assert told(client.as_("root").post("/v1/programs", body, key)) == told(first)


def test_retry_tells_a_designation_that_is_gone(client):
    key, code = fresh_key(), f"p{next(numbers)}"
    client.as_("root").post("/v1/programs", {"code": code, "name": "x", "sysadmin": "li"}).expect(201)
    path, body = f"/v1/programs/{code}/designations", {"login": "wang", "capacity": "sysadmin", "since": "2126-01-01"}
    first = client.as_("root").post(path, body, key)
    client.as_("root").post(path, {**body, "login": "li"}).expect(201)
    assert told(client.as_("root").post(path, body, key)) == told(first)


def test_a_token_is_told_again_to_the_same_token_alone(client, service):
    key, body = fresh_key(), {"name": "again"}
    made = client.as_("li").post("/v1/people/li/tokens", body, key).expect(201)["token"]
    other = client.as_("li").post("/v1/people/li/tokens", {"name": "other"}).expect(201)["token"]
    headers = {"Idempotency-Key": key, "Authorization": f"Bearer {other}"}
    refusal = client.as_("li").request("POST", "/v1/people/li/tokens", body, headers).expect(409)
    assert "another token" in refusal["detail"]
    assert client.as_("li").request("GET", "/v1/me", None, {"Authorization": f"Bearer {made}"}).expect(200)["login"] == "li"


def test_retry_of_a_move_after_others(client, tickets):
    ticket, key = tickets.at("submitted"), fresh_key()
    path, body = f"/v1/tickets/{ticket['id']}/transitions", {"action": "forward", "fields": {"sysadmin": "li", "duplicate_check": "unique"}}
    first = client.as_("zhao").post(path, body, key)
    tickets.at("queued", ticket=first.expect(200))
    assert told(client.as_("zhao").post(path, body, key)) == told(first)


def test_refusal_is_not_kept(client, tickets):
    """What was refused then may be right now."""
    ticket, key = tickets.at("submitted"), fresh_key()
    path, body = f"/v1/tickets/{ticket['id']}/transitions", {"action": "evaluate", "fields": {**CHANGE_REPORT, "severity": "minor"}}
    client.as_("li").post(path, body, key).expect(409)
    tickets.step_on(ticket)
    client.as_("li").post(path, body, key).expect(200)


def test_dry_run_keeps_nothing(client, tickets):
    ticket, key = tickets.at("submitted"), fresh_key()
    path, body = f"/v1/tickets/{ticket['id']}/transitions", {"action": "reject", "fields": {"reason": "x"}}
    client.as_("zhao").post(path + "?dry_run=true", body, key).expect(200)
    assert client.as_("zhao").post(path, body, key).expect(200)["state"] == "rejected"


def test_longest_key(client, tickets):
    key = "k" * 200
    first = client.as_("qian").post("/v1/tickets", tickets.request(), key)
    assert told(client.as_("qian").post("/v1/tickets", tickets.request(), key)) == told(first)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_key_survives(own_service, end):
    tickets = Tickets(own_service)
    before = {what: POSTS[what](tickets) for what in POSTS}
    answers = {what: own_service.as_(by).post(path, body, what) for what, (by, path, body) in before.items()}
    getattr(own_service, end)()
    own_service.start()
    for what, (by, path, body) in before.items():
        again = own_service.as_(by).post(path, body, what)
        assert told(again) == told(answers[what]), what
        assert replayed(again)


HOUR = 3600


def test_an_answer_is_kept_for_its_time_and_then_forgotten(make_service):
    service = make_service(retry_hours=2)
    service.psql("insert into kept_answer select 'zhang', 'many-' || n, '\\x00', 'ticket', '1', 1, now() - interval '30 minutes' "
                 "from generate_series(1, 2500) n")
    ask = "/v1/tickets", Tickets(service).request()
    first = service.as_("zhang").post(*ask, key="again")
    service.restart(clock_shift=HOUR)
    again = service.as_("zhang").post(*ask, key="again")
    assert told(again) == told(first) and replayed(again)
    count = "select count(*) from kept_answer where key like 'many-%'"
    assert service.psql(count) == ["2500"]
    service.restart(clock_shift=2 * HOUR - 15 * 60)
    until(lambda: service.psql(count) == ["0"], "the old ones to be forgotten, set by set")
    again = service.as_("zhang").post(*ask, key="again")
    assert told(again) == told(first) and replayed(again)
    service.restart(clock_shift=2 * HOUR + 15 * 60)
    until(lambda: service.psql("select count(*) from kept_answer where key = 'again'") == ["0"], "the rest")
    anew = service.as_("zhang").post(*ask, key="again")
    assert anew.expect(201)["id"] != first.json["id"] and not replayed(anew)
