# SPDX-License-Identifier: Apache-2.0
"""Many clients at once: one wins each version, nothing is lost or done twice, and nobody pays for a neighbour's mistake."""

import os
import time
from collections import Counter
from itertools import chain

import pytest

from crowd import ask_at_once, together
from fault.load import check_whole

ROUNDS = int(os.environ.get("ROUNDS", "1"))


def versions(service, ticket):
    """Of what was done to it, in the order of the record."""
    return [int(row) for row in service.psql(
        f"select object_version from event where object_kind = 'ticket' and object_id = '{ticket['id']}' and result = 'done' order by seq")]


def sets_of(service, where):
    """How many statements wrote how many events."""
    return tuple(map(int, service.psql(f"select count(distinct xid), count(*) from event where {where}")[0].split("|")))


# One ticket.

def race(tickets, ticket, turns, do):
    """Eight clients, each in `turns` turns: reads it, and tries do(n, turn, ticket). What each saw, and its answer."""
    def client(n):
        return [(seen, do(n, turn, seen)) for turn in range(turns) for seen in [tickets.read(ticket)]]
    return list(chain(*together(8, client)))


def check_winners(service, tickets, ticket, tries, refusals):
    """Each version that was made is one answer's, on top of what that one had seen, and the others were told so."""
    assert {answer.status for _, answer in tries} <= {200, *refusals}, Counter(answer.status for _, answer in tries)
    won = {answer.json["version"]: answer.json for _, answer in tries if answer.status == 200}
    assert len(won) == sum(answer.status == 200 for _, answer in tries) > 0
    assert versions(service, ticket) == list(range(1, tickets.read(ticket)["version"] + 1))
    return won


@pytest.mark.parametrize("match", [True, False])
def test_eight_edits_at_once_lose_nothing(service, tickets, match):
    ticket = tickets.file()
    last = ticket["version"]

    def edit(n, turn, seen):
        return service.as_("zhao").patch(f"/v1/tickets/{ticket['id']}", {"due_at": f"2027-01-{n + 1:02d}T{turn % 24:02d}:00:00.000000Z"},
                                         version=seen["version"] if match else None)
    tries = race(tickets, ticket, 10 * ROUNDS, edit)
    won = check_winners(service, tickets, ticket, tries, {412})
    assert sorted(won) == list(range(last + 1, last + 1 + len(won)))
    if match:
        assert all(answer.json["version"] == seen["version"] + 1 for seen, answer in tries if answer.status == 200)
    told = {event["version"]: event["changes"] for event in service.as_("zhao").pages(f"/v1/tickets/{ticket['id']}/audit")
            if event["result"] == "done"}
    for version, made in won.items():
        if "due_at" in told[version]:
            assert told[version]["due_at"]["new"] == made["due_at"]
    refused = service.psql(f"select count(*) from event where object_id = '{ticket['id']}' and action like 'edit%' and result = 'refused'")
    assert int(refused[0]) == len(tries) - len(won)


def test_of_eight_moves_at_once_one_is_made(service, tickets):
    for _ in range(5 * ROUNDS):
        ticket = tickets.at("submitted")
        moves = [("forward", {"sysadmin": "li", "duplicate_check": "unique"}), ("return", {"missing": "All"}),
                 ("reject", {"reason": "No"}), ("cancel", {"reason": "No"})]

        def move(n):
            action, fields = moves[n % len(moves)]
            return tickets.attempt(ticket, "zhao", action, fields, headers={"If-Match": '"1"'} if n % 2 else None)
        answers = together(8, move)
        made = [answer.json for answer in answers if answer.status == 200]
        assert {answer.status for answer in answers} <= {200, 409, 412}, answers
        # A cancelled or returned ticket may still be moved by those who read it after that.
        assert versions(service, ticket) == list(range(1, len(made) + 2))
        assert tickets.read(ticket)["state"] == max(made, key=lambda one: one["version"])["state"]


def test_edits_moves_and_comments_mixed_leave_no_gap(service, tickets):
    ticket = tickets.at("to_evaluate")

    def do(n, turn, seen):
        if n < 3:
            return service.as_("zhang").post(f"/v1/tickets/{ticket['id']}/comments", {"text": f"{n}/{turn}"})
        if n < 6:
            return service.as_("li").patch(f"/v1/tickets/{ticket['id']}", {"nature": f"{n}/{turn}"}, version=seen["version"])
        suspend = {"suspend_code": "other", "wake_at": "2027-01-01T00:00:00Z"}
        action, fields = ("resume", {}) if seen["state"] == "suspended" else ("suspend", suspend)
        return tickets.attempt(ticket, "zhao", action, fields)
    tries = race(tickets, ticket, 10 * ROUNDS, do)
    said = sum(answer.status == 201 for _, answer in tries)
    assert said == 30 * ROUNDS
    won = check_winners(service, tickets, ticket, tries, {201, 409, 412})
    assert len(versions(service, ticket)) == ticket["version"] + len(won) + said
    texts = {comment["text"] for comment in service.as_("zhao").pages(f"/v1/tickets/{ticket['id']}/comments")}
    assert texts == {f"{n}/{turn}" for n in range(3) for turn in range(10 * ROUNDS)}
    check_whole(service)


def test_tickets_that_link_each_other_do_not_block_each_other(service, tickets):
    pairs = [(tickets.file()["id"], tickets.file()["id"]) for _ in range(4)]

    def link(n):
        one, other = pairs[n // 2] if n % 2 else reversed(pairs[n // 2])
        return [service.as_("zhao").post(f"/v1/tickets/{one}/links", {"kind": kind, "other": other})
                for kind in ("caused_by", "follow_up_of", "child_of", "duplicate_of")]
    answers = list(chain(*together(8, link)))
    assert {answer.status for answer in answers} == {201}, answers
    assert "deadlock" not in service.log_text()


# One key.

@pytest.mark.parametrize("turn", range(3 * ROUNDS))
def test_one_key_from_eight_threads_files_one_ticket(service, tickets, turn):
    body, key = tickets.request(title=f"Once {turn}"), f"one-ticket-{turn}"
    answers = together(8, lambda n: service.as_("zhang").post("/v1/tickets", body, key=key))
    assert {answer.status for answer in answers} == {201}, answers
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert service.psql(f"select count(*) from ticket_body where fields ->> 'title' = 'Once {turn}'") == ["1"]


@pytest.mark.parametrize("turn", range(3 * ROUNDS))
def test_one_key_from_eight_threads_moves_once(service, tickets, turn):
    ticket = tickets.at("submitted")
    answers = together(8, lambda n: tickets.attempt(ticket, "zhao", "forward", {"sysadmin": "li", "duplicate_check": "unique"},
                                                    key=f"one-move-{turn}"))
    assert {answer.status for answer in answers} == {200}, answers
    assert len({answer.body for answer in answers}) == 1
    assert versions(service, ticket) == [1, 2]


def test_one_key_from_eight_threads_says_it_once(service, tickets):
    ticket = tickets.file()
    answers = together(8, lambda n: service.as_("zhang").post(f"/v1/tickets/{ticket['id']}/comments", {"text": "Once"}, key="one-comment"))
    assert {answer.status for answer in answers} == {201} and len({answer.body for answer in answers}) == 1
    assert versions(service, ticket) == [1, 2]


# Many tickets.

def test_64_clients_file_at_once(service, tickets):
    bodies = [tickets.request(title=f"Client {n}") for n in range(64)]
    answers = list(chain(*together(64, lambda n: [service.as_("zhang").post("/v1/tickets", bodies[n]) for _ in range(3)])))
    assert {answer.status for answer in answers} == {201}
    ids = {answer.json["id"] for answer in answers}
    assert len(ids) == len(answers)
    for answer in answers[:5]:
        assert tickets.read(answer.json) == answer.json
    numbers = ",".join(map(str, ids))
    assert service.psql(f"select count(*) from ticket_view where id in ({numbers})") == [str(len(ids))]
    wrote, written = sets_of(service, f"object_kind = 'ticket' and object_id = any (string_to_array('{numbers}', ','))")
    assert written == len(ids) and wrote < written, "requests that wait together share a statement"


POISON = [
    ("links", {"kind": "caused_by", "other": 99999999}, "other"),
    ("changes", {"change_level": "module", "change_id": "x", "program": "nowhere", "people": 1, "person_minutes": 1, "statements_added": 0,
                 "statements_deleted": 0}, "program"),
    ("changes", {"change_level": "module", "change_id": "x", "engineer": "nobody", "people": 1, "person_minutes": 1, "statements_added": 0,
                 "statements_deleted": 0}, "engineer"),
    ("work", {"minutes": 5, "person": "nobody"}, "person"),
]


@pytest.fixture(scope="module")
def crowd(tickets):
    return [tickets.file()["id"] for _ in range(24)], [tickets.at("in_maintenance")["id"] for _ in range(4)]


@pytest.mark.parametrize("things, body, field", POISON)
def test_a_poisoned_request_harms_no_neighbour(service, crowd, things, body, field):
    neighbours, poisoned = crowd
    text = f"Unharmed by {things} of {field}"

    def ask(n):
        began = time.monotonic()
        answer = service.as_("chen").post(f"/v1/tickets/{poisoned[n // 7]}/{things}", body) if n % 7 == 0 else \
            service.as_("zhang").post(f"/v1/tickets/{neighbours[n - n // 7 - 1]}/comments", {"text": text})
        return answer, time.monotonic() - began
    answers = together(28, ask)
    assert max(took for _, took in answers) < 2
    for n, (answer, _) in enumerate(answers):
        if n % 7 == 0:
            assert [error["field"] for error in answer.expect(422)["errors"]] == [field]
        else:
            answer.expect(201)
    assert service.psql(f"select count(distinct ticket), count(*) from comment where text = '{text}'") == ["24|24"]
    ids = ",".join(map(str, neighbours + poisoned))
    assert service.psql("select count(*) from ticket t where version <> (select count(*) from event where object_kind = 'ticket' "
                        f"and object_id = t.id::text and result = 'done') and id in ({ids})") == ["0"]


def test_a_read_that_fails_harms_no_neighbour(service, crowd):
    """Reads that come together share a transaction; whoever stands behind one that the database refuses is asked for again."""
    neighbours, poisoned = crowd
    for number in poisoned:
        service.as_("chen").post(f"/v1/tickets/{number}/work", {"minutes": 5}).expect(201)
    ids = neighbours[:2] + poisoned[:2] + neighbours[2:12] + poisoned[2:] + neighbours[12:]
    change = "update ticket_body set fields = fields {} where ticket = any ('{{" + ",".join(map(str, poisoned)) + "}}')"
    service.psql(change.format("|| '{\"reopened_at\": \"never\"}'"), role="postgres")
    try:
        for _ in range(5):
            answers = ask_at_once(service, [("zhang", f"/v1/tickets/{number}/transitions") for number in ids])
            assert [status for status, _ in answers] == [400 if number in poisoned else 200 for number in ids]
    finally:
        service.psql(change.format("- 'reopened_at'"), role="postgres")


# The register.

def test_no_program_is_left_to_somebody_who_has_just_gone(service):
    """Whoever is designated keeps the account and the role, whichever of the two was asked for first."""
    root = service.as_("root")
    for turn in range(6 * ROUNDS):
        login, code = f"going{turn}", f"orphan{turn}"
        root.post("/v1/people", {"login": login, "name": "Going", "roles": ["sysadmin"]}).expect(201)

        def ask(n):
            if n % 2:
                return root.patch(f"/v1/people/{login}", {"active": False} if n % 4 == 1 else {"roles": ["requester"]})
            return root.post("/v1/programs", {"code": f"{code}-{n}", "name": "Orphan?", "sysadmin": login})
        answers = together(8, ask)
        assert {answer.status for answer in answers[::2]} <= {201, 422} and {answer.status for answer in answers[1::2]} <= {200, 409}
    orphans = service.psql("select d.program, p.login from designation d join person p using (login) "
                           "where d.until is null and not (p.active and 'sysadmin' = any (p.roles))")
    assert orphans == []


def test_one_name_is_taken_once(service):
    root = service.as_("root")
    for turn in range(3 * ROUNDS):
        people = together(8, lambda n: root.post("/v1/people", {"login": f"twin{turn}", "name": f"Twin {n}"}))
        programs = together(8, lambda n: root.post("/v1/programs", {"code": f"twin{turn}", "name": f"Twin {n}", "sysadmin": "li"}))
        for answers in (people, programs):
            assert sorted(answer.status for answer in answers) == [201] + [409] * 7
    assert service.psql("select object_id from event where object_id like 'twin%' and result = 'done' group by object_kind, object_id "
                        "having count(*) > 1") == []
