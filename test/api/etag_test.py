# SPDX-License-Identifier: Apache-2.0
"""Versions: nobody overwrites what they have not seen."""

from concurrent.futures import ThreadPoolExecutor

import pytest


def etag(version):
    return f'"{version}"'


@pytest.mark.parametrize("path", ["/v1/people/hu", "/v1/programs/ledger", "/v1/tickets/%d"])
def test_etag_is_the_version(client, tickets, path):
    path = path.replace("%d", str(tickets.file()["id"]))
    answer = client.as_("wu").get(path)
    assert answer.headers["ETag"] == etag(answer.expect(200)["version"])


@pytest.mark.parametrize(("path", "field"), [("/v1/people/hu", "email"), ("/v1/programs/ledger", "vendor")])
def test_register_is_changed_on_the_version_seen(client, path, field):
    root = client.as_("root")
    version = root.get(path).expect(200)["version"]
    changed = root.patch(path, {field: "first"}, version)
    assert changed.expect(200)["version"] == version + 1
    assert changed.headers["ETag"] == etag(version + 1)
    refusal = root.patch(path, {field: "second"}, version).expect(412)
    assert refusal["type"] == "urn:weihu:problem:version"
    assert root.get(path).expect(200)[field] == "first"
    root.patch(path, {field: "third"}).expect(200)
    root.patch(path, {field: None}, headers={"If-Match": "*"}).expect(200)
    assert root.get(path).expect(200)[field] is None


@pytest.mark.parametrize("path", ["/v1/people/hu", "/v1/programs/ledger"])
def test_a_patch_that_changes_nothing_makes_no_version(client, service, path):
    root = client.as_("root")
    was = root.get(path).expect(200)
    before = service.psql("select count(*) from event where result = 'done'")
    for patch in ({}, {"name": was["name"]}):
        assert root.patch(path, patch).expect(200) == was
    assert service.psql("select count(*) from event where result = 'done'") == before


def test_ticket_is_changed_on_the_version_seen(client, tickets):
    ticket = tickets.file()
    path, zhao = f"/v1/tickets/{ticket['id']}", client.as_("zhao")
    assert zhao.patch(path, {"priority": 1}, 1).expect(200)["version"] == 2
    refusal = zhao.patch(path, {"priority": 2}, 1).expect(412)
    assert "version 2" in refusal["detail"]
    zhao.post(path + "/transitions", {"action": "reject", "fields": {"reason": "x"}}, headers={"If-Match": etag(1)}).expect(412)
    assert (tickets.read(ticket)["priority"], tickets.read(ticket)["state"]) == (1, "submitted")
    moved = zhao.post(path + "/transitions", {"action": "reject", "fields": {"reason": "x"}}, headers={"If-Match": etag(2)})
    assert (moved.expect(200)["state"], moved.headers["ETag"]) == ("rejected", etag(3))


@pytest.mark.parametrize(("things", "by", "body"), [
    ("comments", "zhang", {"text": "x"}), ("steps", "chen", {"step": "problem_analysis", "result": "passed"}), ("work", "chen", {"minutes": 1}),
    ("changes", "chen", {"change_level": "a", "change_id": "b", "people": 1, "person_minutes": 1, "not_applicable": "x"}),
    ("links", "zhang", {"kind": "child_of", "other": 1})])
def test_what_is_added_minds_if_match(client, tickets, things, by, body):
    ticket = tickets.at("in_maintenance")
    if things == "links":
        body = {**body, "other": tickets.file()["id"]}
    path = f"/v1/tickets/{ticket['id']}/{things}"
    client.as_(by).post(path, body, headers={"If-Match": etag(ticket["version"] - 1)}).expect(412)
    assert client.as_("wu").get(path).expect(200)["items"] == []
    client.as_(by).post(path, body, headers={"If-Match": etag(ticket["version"])}).expect(201)


def test_of_many_who_saw_the_same_version_one_is_first(client, tickets):
    ticket = tickets.file()
    path = f"/v1/tickets/{ticket['id']}"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.as_("zhao").patch(path, {"priority": n % 5 + 1}, 1), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7
    winner, = (answer.json for answer in answers if answer.status == 200)
    assert tickets.read(ticket) == winner
    assert winner["version"] == 2


def test_of_many_moves_without_a_version_one_is_carried_out(client, tickets):
    ticket = tickets.file()
    path = f"/v1/tickets/{ticket['id']}/transitions"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.as_("zhao").post(path, {"action": "reject", "fields": {"reason": str(n)}}), range(8)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses[0] == 200 and set(statuses[1:]) <= {409, 412}
    winner, = (answer.json for answer in answers if answer.status == 200)
    assert tickets.read(ticket) == winner


def test_comments_of_many_all_come_in(client, tickets):
    """Who only says something minds no version."""
    ticket = tickets.file()
    path = f"/v1/tickets/{ticket['id']}/comments"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.as_("zhang").post(path, {"text": str(n)}), range(24)))
    assert [answer.status for answer in answers] == [201] * 24
    assert sorted(int(item["text"]) for item in client.as_("wu").pages(path, 7)) == list(range(24))
    assert tickets.read(ticket)["version"] == 25


def test_filing_minds_no_if_match(client, tickets):
    client.as_("root").post("/v1/people", {"login": "matched", "name": "x"}, headers={"If-Match": '"1"'}).expect(201)
    client.as_("root").post("/v1/people", {"login": "matched", "name": "y"}, headers={"If-Match": '"1"'}).expect(409)
    assert client.as_("root").get("/v1/people/matched").expect(200)["name"] == "x"
