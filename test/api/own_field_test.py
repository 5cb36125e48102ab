# SPDX-License-Identifier: Apache-2.0
"""Fields of the team's own: declared, demanded, checked, filtered, told and exported like those of the house."""

import csv
import io
import json
import os
import subprocess

import pytest

from audit.log import Auditor, leaves, seal
from audit.tamper_test import tamper
from organisation import CHANGE_REPORT, Tickets
from schema.rebuild_test import compare_every_ticket
from store.running import WEIHUD

FIELDS = """
fields:
  x_impact: {type: choice, zh: 客户影响, en: Customer impact, choices: [none, some, all], given: [submit, evaluate],
    required: [evaluate], kinds: [corrective], edit: [sysadmin]}
  x_calls: {type: whole, zh: 来电数, en: Calls, most: 1000, given: [submit], edit: [requester, sysadmin]}
  x_told: {type: people, zh: 已通知, en: Told, given: [submit, evaluate]}
  x_note: {type: text, zh: 备注, en: Note, most: 200, given: [submit]}
"""


@pytest.fixture(scope="module")
def declared(make_module_service, tmp_path_factory):
    path = tmp_path_factory.mktemp("fields") / "fields.yaml"
    path.write_text(FIELDS, encoding="utf-8")
    return make_module_service(fields=str(path))


@pytest.fixture(scope="module")
def own(declared):
    return Tickets(declared)


def test_a_value_travels_everywhere(declared, own):
    ticket = own.file(x_calls=12, x_told=["chen", "hu"], x_note="=1+1, \"甲\"")
    number = ticket["id"]
    assert (ticket["x_calls"], ticket["x_told"]) == (12, ["chen", "hu"])
    assert own.read(number)["x_note"] == "=1+1, \"甲\""
    lead = declared.as_("zhao")
    for query in ("x_calls=12", "x_calls=7,12", "x_told=hu", "x_note=%3D1%2B1%2C%20%22%E7%94%B2%22"):
        assert [item["id"] for item in lead.get(f"/v1/tickets?{query}").expect(200)["items"]] == [number], query
    assert lead.get("/v1/tickets?x_calls=13").expect(200)["items"] == []
    lead.get("/v1/tickets?x_colour=red").expect(400)
    rows = list(csv.DictReader(io.StringIO(lead.get("/v1/exports/tickets?format=csv").text)))
    row = next(row for row in rows if row["id"] == str(number))
    assert (row["x_calls"], row["x_note"]) == ("12", "'=1+1, \"甲\"")
    headings = lead.get("/v1/exports/tickets?format=csv&lang=zh").text.splitlines()[0]
    assert headings.endswith("客户影响,来电数,已通知,备注")
    lines = [json.loads(line) for line in lead.get("/v1/exports/tickets?format=jsonl").text.splitlines()]
    assert next(line for line in lines if line["id"] == number)["x_calls"] == 12
    listed = next(item for item in lead.get("/v1/tickets").expect(200)["items"] if item["id"] == number)
    assert (listed["x_calls"], listed["x_told"], listed["x_impact"]) == (12, ["chen", "hu"], None)
    event = lead.get(f"/v1/tickets/{number}/audit").expect(200)["items"][0]
    assert event["changes"]["x_calls"] == {"old": None, "new": 12}


@pytest.mark.parametrize(("field", "value"), [("x_calls", 1001), ("x_calls", "many"), ("x_told", ["nobody"]), ("x_note", "n" * 201),
                                              ("x_note", "two\nlines"), ("x_colour", "red"), ("x_impact", "huge")])
def test_a_wrong_value_is_named(own, field, value):
    refusal = own.service.as_("zhang").post("/v1/tickets", own.request(**{field: value})).expect(422)
    assert [error["field"] for error in refusal["errors"]] == [field]


def test_it_is_demanded_where_it_is_declared(own):
    ticket = own.at("to_evaluate")
    fields = {**CHANGE_REPORT, "severity": "moderate"}
    refusal = own.attempt(ticket, "li", "evaluate", fields).expect(422)
    assert [(row["guard"], row["field"]) for row in refusal["unmet"]] == [("field_missing", "x_impact")]
    assert "x_impact" in own.offers(ticket, "li")["evaluate"]["requires"]
    assert own.do(ticket, "li", "evaluate", **fields, x_impact="all")["x_impact"] == "all"
    adaptive = own.at("to_evaluate", "adaptive")
    assert own.do(adaptive, "li", "evaluate", **CHANGE_REPORT)["state"] == "to_authorise"


def test_it_is_edited_by_those_declared(own):
    ticket = own.file(x_calls=3)
    path = f"/v1/tickets/{ticket['id']}"
    assert own.service.as_("li").patch(path, {"x_calls": 4}).expect(200)["x_calls"] == 4
    own.service.as_("zhao").patch(path, {"x_calls": 5}).expect(403)
    assert own.service.as_("li").patch(path, {"x_calls": None}).expect(200).get("x_calls") is None


def test_it_is_told_what_there_is(declared):
    rows = {row["field"]: row for row in declared.as_("zhang").get("/v1/fields").expect(200)["items"] if row["own"]}
    assert list(rows) == ["x_impact", "x_calls", "x_told", "x_note"]
    assert (rows["x_impact"]["label"], rows["x_impact"]["label_zh"], rows["x_impact"]["choices"]) == (
        "Customer impact", "客户影响", ["none", "some", "all"])


def test_events_alone_rebuild_it(declared, own):
    ticket = own.file(x_calls=1, x_told=["chen"])
    own.service.as_("li").patch(f"/v1/tickets/{ticket['id']}", {"x_calls": 2}).expect(200)
    assert compare_every_ticket(declared) > 1


def test_the_log_holds_it_and_an_auditor_verifies_it_offline(declared, own, tmp_path):
    ticket = own.file(x_calls=41, x_told=["hu"], x_note="A note")
    own.service.as_("li").patch(f"/v1/tickets/{ticket['id']}", {"x_calls": 43}).expect(200)
    seal(declared)
    auditor = Auditor(tmp_path)
    assert auditor.export(declared, tmp_path / "bundle").code == 0
    told = [leaf["changes"] for leaf in leaves(tmp_path / "bundle") if leaf["object"] == f"ticket/{ticket['id']}"]
    assert [changes["x_calls"] for changes in told] == [{"old": None, "new": 41}, {"old": 41, "new": 43}]
    assert told[0]["x_told"]["new"] == ["hu"]
    assert auditor.report(tmp_path / "bundle")["verified"]
    assert '""x_calls"":{""new"":43,""old"":41}' in (tmp_path / "bundle" / "audit.csv").read_text(encoding="utf-8")
    assert auditor.live(declared) == set()
    for calls, faults in ((7, {("changed", f"ticket/{ticket['id']}")}), (43, set())):
        tamper(declared, f"update ticket_body set fields = fields || '{{\"x_calls\": {calls}}}' where ticket = {ticket['id']}")
        assert auditor.live(declared) == faults


def test_a_field_taken_out_stays_readable(furnished, make_service, tmp_path):
    path = tmp_path / "fields.yaml"
    path.write_text(FIELDS, encoding="utf-8")
    service = make_service(fields=str(path))
    tickets = Tickets(service)
    ticket = tickets.file(x_calls=12, x_note="Kept")
    service.stop()
    path.write_text("fields: {x_calls: {type: text, zh: 来电, en: Calls, given: [submit]}}", encoding="utf-8")
    service.start()
    read = tickets.read(ticket)
    assert (read["x_calls"], read["x_note"]) == (12, "Kept")  # one is declared otherwise, one no longer
    assert tickets.do(ticket, "zhao", "forward", sysadmin="li", duplicate_check="unique")["x_note"] == "Kept"
    assert tickets.read(ticket)["x_calls"] == 12
    service.as_("zhang").post("/v1/tickets", tickets.request(x_note="New")).expect(422)
    service.as_("zhao").get("/v1/exports/tickets?format=csv").expect(200)


@pytest.mark.parametrize(("text", "complaint"), [
    ("fields:\n  x_a: {type: txt, zh: 甲, en: A, given: [submit]}", ":2: unknown type 'txt', did you mean 'text'?"),
    ("fields:\n  x_a: {type: text, zh: 甲, en: A, given: [sbmit]}", ":2: x_a: there is no action 'sbmit', did you mean 'submit'?")])
def test_check_names_file_line_and_reason(tmp_path, text, complaint):
    path = tmp_path / "fields.yaml"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([WEIHUD, "check", "--set", f"fields={path}", "--set", f"data={tmp_path}"], capture_output=True, text=True,
                          env=os.environ, timeout=30, check=False)
    assert done.returncode == 1
    assert f"{path}{complaint}" in done.stderr
