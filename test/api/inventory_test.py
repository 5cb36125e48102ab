# SPDX-License-Identifier: Apache-2.0
"""What stands around a program: documents with their state, assets with their versions, series of its counters, its history."""

import pytest


@pytest.fixture
def program(service):
    """The code of a program of its own."""
    code = f"inv{service.psql('select count(*) from program')[0]}"
    service.as_("root").post("/v1/programs", {"code": code, "name": "Inventory", "sysadmin": "li"}).expect(201)
    return f"/v1/programs/{code}"


def names(service, path):
    return [(item["name"], item["state"] or item["release"]) for item in service.as_("wu").get(path).expect(200)["items"]]


def test_a_document_is_noted_anew_by_its_name(service, program):
    li = service.as_("li")
    first = li.post(f"{program}/documents", {"name": "运维手册", "state": "complete", "place": "shelf 3"}).expect(201)
    assert (first["state"], first["place"], first["retired"], first["author"]) == ("complete", "shelf 3", False, "li")
    li.post(f"{program}/documents", {"name": "Plan", "state": "none"}).expect(201)
    again = service.as_("chen").post(f"{program}/documents", {"name": "运维手册", "state": "outdated"}).expect(201)
    assert (again["id"], again["state"], again["place"], again["author"]) == (first["id"], "outdated", None, "chen")
    assert names(service, f"{program}/documents") == [("运维手册", "outdated"), ("Plan", "none")]
    assert names(service, f"{program}/assets") == []


def test_an_asset_has_a_version_and_leaves(service, program):
    li = service.as_("li")
    for release in ("15.8", "16.1"):
        li.post(f"{program}/assets", {"name": "db-1", "sort": "database", "release": release}).expect(201)
    assert names(service, f"{program}/assets") == [("db-1", "16.1")]
    li.post(f"{program}/assets", {"name": "db-1", "sort": "database", "release": "16.1", "retired": True}).expect(201)
    assert names(service, f"{program}/assets?retired=false") == []
    assert names(service, f"{program}/assets?retired=true") == [("db-1", "16.1")]


def test_a_retry_is_told_what_the_first_try_was_told(service, program):
    li, body = service.as_("li"), {"name": "Manual", "state": "complete"}
    first = li.post(f"{program}/documents", body, key="once").expect(201)
    li.post(f"{program}/documents", {"name": "Manual", "state": "outdated"}).expect(201)
    assert li.post(f"{program}/documents", body, key="once").expect(201) == first
    assert names(service, f"{program}/documents") == [("Manual", "outdated")]


@pytest.mark.parametrize(("things", "body", "field"), [
    ("documents", {"state": "none"}, "name"), ("documents", {"name": "Manual"}, "state"),
    ("documents", {"name": "Manual", "state": "lost"}, "state"), ("documents", {"name": "Manual", "state": "none", "release": "1"}, "release"),
    ("assets", {"name": "db"}, "sort"), ("assets", {"name": "db", "sort": "x", "state": "none"}, "state")])
def test_bad_values_are_named(service, program, things, body, field):
    refusal = service.as_("li").post(f"{program}/{things}", body).expect(422)
    assert [error["field"] for error in refusal["errors"]] == [field]


def test_of_a_program_that_is_not_there(service):
    service.as_("li").post("/v1/programs/nowhere/documents", {"name": "Manual", "state": "none"}).expect(404)
    service.as_("li").get("/v1/programs/nowhere/history").expect(404)


def test_a_falling_counter_begins_a_new_series(service, program):
    for day, runs, failures in ((1, 100, 2), (2, 200, 3), (3, 10, 3), (4, 20, 3), (5, 30, 0)):
        service.as_("li").post(f"{program}/readings", {"read_at": f"2026-11-0{day}", "runs": runs, "failures": failures}).expect(201)
    readings = service.as_("wu").get(f"{program}/readings").expect(200)["items"]
    assert [reading["series"] for reading in reversed(readings)] == [1, 1, 2, 2, 3]


def test_the_history_tells_how_everything_stood(service, program):
    li = service.as_("li")
    service.as_("root").patch(program, {"language": "C", "critical": True}).expect(200)
    for state in ("complete", "outdated"):
        li.post(f"{program}/documents", {"name": "Manual", "state": state}).expect(201)
    li.post(f"{program}/readings", {"read_at": "2026-11-01", "runs": 1, "failures": 0}).expect(201)
    history = service.as_("zhang").get(f"{program}/history").expect(200)["items"]
    assert [event["action"] for event in history] == ["add", "edit", "document", "document", "reading"]
    assert history[1]["changes"]["language"] == {"old": None, "new": "C"}
    assert [(event["changes"]["document"]["old"] or {}).get("state") for event in history[2:4]] == [None, "complete"]
    assert [event["version"] for event in history] == [1, 2, 3, 4, 5]
