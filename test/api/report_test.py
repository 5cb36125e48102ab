# SPDX-License-Identifier: Apache-2.0
"""Measures: a worked example, a slow reference over random histories, and figures as of a moment that never change."""

import json
import os
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from api import history, measures
from api.history import History, written
from organisation import Tickets
from store.running import ENVIRONMENT, weihud

ROUNDS = int(os.environ.get("ROUNDS", "60"))


def ask(client, measure, since="2026-01-01", until="2026-12-01", **more):
    words = "&".join(f"{name}={str(value).replace('+', '%2B')}" for name, value in {"from": since, "to": until, **more}.items())
    return client.as_("wu").get(f"/v1/reports/{measure}?{words}")


def quoted(value):
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def record(service, events):
    """Puts events of our own in the place of those that are there. Only the tables' owner could, and not by accident."""
    columns = ["at", "actor", "role", "action", "object_kind", "object_id", "object_version", "from_state", "to_state", "changes",
               "added", "result"]
    rows = [{**event, "at": written(event["at"]), "changes": json.dumps(event["changes"]),
             "added": event["added"] and json.dumps(event["added"])} for event in events]
    values = ",".join("(" + ",".join(quoted(row[column]) for column in columns) + ")" for row in rows)
    insert = f"insert into event ({','.join(columns)}) select r.* from json_populate_recordset(null::event, '[]') r where false;"
    if rows:
        typed = ["v1::timestamptz", *[f"v{n}" for n in range(2, 7)], "v7::int", "v8", "v9", "v10::jsonb", "v11::jsonb", "v12"]
        names = ",".join(f"v{n}" for n in range(1, 13))
        insert = f"insert into event ({','.join(columns)}) select {','.join(typed)} from (values {values}) v ({names});"
    service.psql("begin; alter table event disable trigger user; delete from event where object_kind in ('ticket', 'program'); "
                 f"{insert if rows else ''} alter table event enable trigger user; commit")


@pytest.fixture(name="recorder", scope="module")
def fixture_recorder(furnished, tmp_path_factory):
    service = furnished.copy(tmp_path_factory.mktemp("recorder"))
    try:
        yield service.start()
    finally:
        service.remove()


# The worked example. All of October 2026; days begin in Shanghai, eight hours before UTC.

def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


class Story(History):
    """Two programs. PAY has three tickets: A corrective, closed after 48 h; B corrective, closed after 24 h; C perfective, open.
    LEDGER was never touched. PAY's counters: 100 runs and 2 failures, 300 and 7, then replaced: 50 and 1, 250 and 2."""

    def __init__(self):
        self.events = []
        self.note("program", "pay", 1, at("2026-09-01T00:00"), {"language": "C", "vendor": "Acme"})
        self.note("program", "ledger", 1, at("2026-09-01T00:00"), {"language": "COBOL"})
        for version, (when, runs, failures) in enumerate([("2026-10-02", 100, 2), ("2026-10-10", 300, 7), ("2026-10-12", 50, 1),
                                                          ("2026-10-20", 250, 2)], 2):
            self.note("program", "pay", version, at(when), {"reading": {"read_at": when + "T00:00:00Z", "runs": runs,
                                                                       "failures": failures}})
        self.life(1, "corrective", "2026-10-05T01:00", "2026-10-07T01:00", 90, (12, 6), "chen")
        self.life(2, "corrective", "2026-10-12T01:00", "2026-10-13T01:00", 30, (None, 6), "hu")
        self.events[-3]["changes"]["severity"] = {"old": None, "new": "severe"}
        self.life(3, "perfective", "2026-10-20T01:00", None, 60, (2, 0), "chen")

    def life(self, number, kind, submitted, closed, minutes, statements, who):
        times = {"at": at(submitted)}
        self.note("ticket", number, 1, at(submitted), {"claimed_kind": kind, "program": "pay", "technician": who,
                                                       "submitted_at": submitted + ":00Z"}, to_state="submitted", role="requester")
        change = {"program": "pay", "language": "C", "statements_added": statements[0], "statements_deleted": statements[1],
                  "people": 1, "person_minutes": minutes, "changed_on": submitted[:10], "engineer": who}
        times = at(submitted) + timedelta(hours=6)
        self.note("ticket", number, 2, times, {}, from_state="submitted", to_state="in_maintenance", role="lead")
        self.note("ticket", number, 3, times, {}, from_state="in_maintenance", to_state="in_maintenance", added={"change": change})
        if closed:
            self.note("ticket", number, 4, at(closed), {"closed_at": closed + ":00Z"}, from_state="in_maintenance",
                      to_state="closed", role="reviewer")


WORKED = [
    # measure, by, group, numerator, denominator, n, left out, value
    ("failures_per_run", "", None, 6, 400, 2, 2, Decimal("0.015")),         # 5 in 200 and 1 in 200; first reading, replacement
    ("person_hours", "kind", {"kind": "corrective"}, 2, None, 2, 0, 2),       # 90 + 30 minutes
    ("person_hours", "kind", {"kind": "perfective"}, 1, None, 1, 0, 1),
    ("changes_per_program", "", None, 3, 2, 3, 0, Decimal("1.5")),            # the unchanged one counts, too
    ("changes_per_language", "", None, 3, 2, 3, 0, Decimal("1.5")),           # C and COBOL
    ("changes_per_kind", "", None, 3, 4, 3, 0, Decimal("0.75")),
    ("changes", "program,language,kind", {"program": "pay", "language": "C", "kind": "corrective"}, 2, None, 2, 0, 2),
    ("hours_per_statement", "", None, Decimal("2.5"), 20, 2, 1, Decimal("0.125")),  # (90 + 60 minutes) / (18 + 2)
    ("hours_per_change", "language", {"language": "C"}, 3, 3, 3, 0, 1),
    ("turnaround", "", None, 72, 2, 2, 0, 36),
    ("turnaround_worked", "", None, 8, 2, 2, 0, 4),                          # A fell into the holidays, B took one working day
    ("share_of_kinds", "kind", {"kind": "corrective"}, 2, 3, 2, 0, 67),
    ("share_of_kinds", "kind", {"kind": "perfective"}, 1, 3, 1, 0, 33),
    ("acknowledge", "", None, 18, 3, 3, 0, 6),
    ("backlog_age", "age", {"age": "08-30"}, Decimal("11.625"), 1, 1, 0, Decimal("11.625")),  # 20 October 09:00 to 1 November
    ("availability", "program", {"program": "pay"}, 720, 744, 2, 0, Decimal("96.7742")),  # B was severe, and stood for a day
    ("availability", "program", {"program": "ledger"}, 744, 744, 1, 0, 100),
    ("plan_kept", "", None, 0, 0, 0, 0, None),                                # nothing was planned: not defined, and not 0
]


@pytest.fixture(name="october", scope="module")
def fixture_october(recorder):
    record(recorder, Story().events)
    return recorder.client


@pytest.mark.parametrize("measure,by,group,numerator,denominator,n,left_out,value", WORKED)
def test_worked_example(october, recorder, measure, by, group, numerator, denominator, n, left_out, value):
    record(recorder, Story().events)
    answer = json.loads(ask(october, measure, "2026-10-01", "2026-11-01", by=by).body, parse_float=Decimal)
    told = answer["total"] if group is None else next(item for item in answer["items"] if item["group"] == group)
    assert (told["numerator"], told["denominator"], told["n"], told["left_out"], told["value"], told["defined"]) == (
        numerator, denominator, n, left_out, value, value is not None)


def test_medians_stand_beside_means(recorder):
    record(recorder, Story().events)
    total = ask(recorder.client, "turnaround", "2026-10-01", "2026-11-01").expect(200)["total"]
    assert (total["median"], total["p90"], total["most"]) == (36, 45.6, 48)


def test_figures_open_to_their_tickets(recorder):
    record(recorder, Story().events)
    first = ask(recorder.client, "turnaround", "2026-10-01", "2026-11-01", detail="true", limit=1).expect(200)
    second = ask(recorder.client, "turnaround", "2026-10-01", "2026-11-01", detail="true", limit=1, cursor=first["next"]).expect(200)
    assert [(item["ticket"], item["numerator"]) for item in first["items"] + second["items"]] == [(1, 48), (2, 24)]
    assert second["next"] is None and second["as_of"] == first["as_of"]
    only = ask(recorder.client, "turnaround", "2026-10-01", "2026-11-01", person="hu").expect(200)["total"]
    assert (only["n"], only["value"]) == (1, 24)


# Random histories against the reference.

def fraction(value):
    return None if value is None else Fraction(value)


def same(told, due, spread):
    close = Fraction(1, 10000) if spread else 0
    return told == due if told is None or due is None else abs(Fraction(told) - Fraction(due)) <= close


def differences(answer, total, figures, by):
    groups = {tuple(item["group"].get(dimension) for dimension in by): item for item in answer["items"]}
    if set(groups) != set(figures):
        return f"groups {set(groups)} and not {set(figures)}"
    for name, told, due in [("total", answer["total"], total), *[(group, groups[group], figures[group]) for group in figures]]:
        for member, value in due.items():
            if not same(told[member], value, member in ("median", "p90", "most")):
                return f"{name}: {member} is {told[member]} and not {value if value is None else float(value)}"
    return None


def compare(client, events, catalogue, dice):
    for row in catalogue:
        as_of = history.BEGIN + timedelta(days=dice.randint(0, 300)) if dice.random() < 0.5 else history.BEGIN + timedelta(days=320)
        since = (history.BEGIN + timedelta(days=dice.randint(0, 120))).date()
        until = since + timedelta(days=dice.choice([1, 31, 200]))
        by = [dimension for dimension in measures.DIMENSIONS if dimension in row["by"] and dice.random() < 0.3]
        if row["measure"] == "share_of_kinds" and "kind" not in by:
            by = [dimension for dimension in measures.DIMENSIONS if dimension in [*by, "kind"]]
        answer = json.loads(ask(client, row["measure"], since, until, as_of=written(as_of), by=",".join(by)).body, parse_float=Decimal)
        due = measures.report(events, row["measure"], str(since), str(until), as_of, by)
        wrong = differences(answer, *due, by)
        if wrong:
            return f"{row['measure']} from {since} to {until} as of {as_of} by {by}: {wrong}"
    return None


def test_every_measure_agrees_with_the_reference(recorder):
    catalogue = recorder.client.as_("wu").get("/v1/reports").expect(200)["items"]
    assert {row["measure"] for row in catalogue} == set(measures.FACTS)
    for seed in range(ROUNDS):
        events = History(seed).events
        record(recorder, events)
        wrong = compare(recorder.client, events, catalogue, random.Random(seed))
        assert wrong is None, f"seed {seed}: {wrong}"


def test_every_figure_opens_to_the_facts_that_it_is_made_of(recorder):
    """Counted one by one they make the total, and each is of a ticket wherever tickets are what is counted."""
    record(recorder, History(7).events)
    period = "from=2026-01-01&to=2026-12-01"
    seen = 0
    for row in recorder.client.as_("wu").get("/v1/reports").expect(200)["items"]:
        total = recorder.client.as_("wu").get(f"/v1/reports/{row['measure']}?{period}").expect(200)["total"]
        facts = recorder.client.as_("wu").pages(f"/v1/reports/{row['measure']}?{period}&detail=true", limit=500)
        counted = [fact["numerator"] for fact in facts if fact["numerator"] is not None]
        assert (len(counted), sum(fact["left_out"] is not None for fact in facts)) == (total["n"], total["left_out"]), row["measure"]
        assert abs(sum(counted) - total["numerator"]) < 0.0001 * (len(counted) + 1), row["measure"]
        seen += sum(fact["ticket"] is not None for fact in facts)
        unnamed = {"failures_per_run", "time_between_failures", "availability"}  # readings and programs are no tickets
        assert row["measure"] in unnamed or all(fact["ticket"] is not None for fact in facts), row["measure"]
    assert seen > 50


def test_what_was_imported_counts_from_its_import_if_it_was_open_and_nowhere_if_it_was_closed(own_service):
    tickets, root = Tickets(own_service), own_service.as_("root")
    tickets.at("closed")
    request = {"title": "Old", "description": "Old", "program": "pay", "claimed_kind": "corrective", "circumstances": "a", "inputs": "b",
               "observed": "c", "since": "2024-01-01", "imported_created_at": "2024-01-01", "imported_closed_at": "2024-02-01"}
    rows = {"gone": {"closed": True, "fields": {**request, "kind": "corrective", "severity": "severe", "technician": "chen"}},
            "open": {"closed": False, "fields": request}}
    gone, opened = (root.post("/v1/imports", {"source": "csv", "row": row, "requester": "zhang", **body}).expect(201)["id"]
                    for row, body in rows.items())
    own_service.as_("zhao").post(f"/v1/tickets/{opened}/transitions", {"action": "reject", "fields": {"reason": "Old"}}).expect(200)
    counts = {}
    for row in own_service.client.as_("wu").get("/v1/reports").expect(200)["items"]:
        facts = own_service.client.as_("wu").pages(f"/v1/reports/{row['measure']}?from=2024-01-01&to=2099-01-01&detail=true", 500)
        assert gone not in [fact["ticket"] for fact in facts], row["measure"]
        counts[row["measure"]] = [fact for fact in facts if fact["ticket"] == opened]
    assert {measure for measure in counts if counts[measure]} == {"submitted", "share_of_kinds", "acknowledge", "resolve"}
    assert counts["resolve"][0]["numerator"] < 1  # hour: it was filed here when it was imported, and not in 2024


def test_shipped_calendar_is_what_was_announced():
    calendar = yaml.safe_load(Path(ENVIRONMENT["WEIHU_CONFIG_DIR"], "calendar-cn.yaml").read_text(encoding="utf-8"))
    off = {str(row["from"] + timedelta(n)) for row in calendar["holidays"] for n in range((row["until"] - row["from"]).days + 1)}
    assert off == measures.OFF and [str(day) for day in calendar["workdays"]] == measures.MADE_UP
    days = [calendar["from"] + timedelta(n) for n in range(730)]
    assert days[-1] == calendar["until"] and sum(measures.is_worked(day) for day in days) == 248 + 248


# As of a moment.

def body_of(client, measure, as_of):
    return ask(client, measure, as_of=as_of, until="2099-01-01").body.replace(b'"settled":true', b"").replace(b'"settled":false', b"")


def test_the_world_changes_and_the_figures_do_not(own_service):
    tickets, client = Tickets(own_service), own_service.client
    first, second = tickets.at("closed"), tickets.at("in_maintenance", "adaptive")
    rows = client.as_("wu").get("/v1/reports").expect(200)["items"]
    as_of = ask(client, "closed").expect(200)["as_of"]
    before = {row["measure"]: body_of(client, row["measure"], as_of) for row in rows}
    now = {row["measure"]: ask(client, row["measure"], until="2099-01-01").expect(200)["total"] for row in rows}

    tickets.do(first, "zhao", "reopen", reason="Again", same_cause=True)
    tickets.at("closed", ticket=second)
    own_service.as_("zhang").patch(f"/v1/tickets/{second['id']}", {"rating": 2}).expect(200)
    own_service.as_("root").patch("/v1/programs/pay", {"language": "Rust", "vendor": "Acme"}).expect(200)
    own_service.as_("li").post("/v1/programs/pay/readings", {"read_at": "2026-11-20T00:00:00Z", "runs": 60000, "failures": 15}).expect(201)
    own_service.restart(clock_shift=3600)

    assert {row["measure"]: body_of(client, row["measure"], as_of) for row in rows} == before
    later = {row["measure"]: ask(client, row["measure"], until="2099-01-01").expect(200)["total"] for row in rows}
    changed = [measure for measure in now if later[measure] != now[measure]]
    assert {"failures_per_run", "rating", "changes"} <= set(changed)
    assert ask(client, "closed", as_of=as_of).expect(200)["settled"] is True


@pytest.mark.parametrize("given,field", [
    ({"since": "2026-13-01"}, "from"), ({"until": "soon"}, "to"), ({"as_of": "2099-01-01"}, "as_of"), ({"as_of": "x"}, "as_of"),
    ({"by": "colour"}, "by"), ({"by": "age"}, "by"), ({"age": "00-07"}, "age"), ({"limit": "0"}, "limit"), ({"detail": "maybe"}, "detail"),
    ({"detail": "true", "cursor": "x"}, "cursor"), ({"colour": "red"}, "colour")])
def test_questions_that_cannot_be_answered(client, given, field):
    answer = ask(client, "turnaround", **given).expect(400)
    assert [error["field"] for error in answer["errors"]] == [field]


def test_who_may_and_what_there_is(client):
    ask(client, "colour").expect(404)
    client.as_("zhang").get("/v1/reports/turnaround?from=2026-10-01&to=2026-11-01").expect(403)
    assert client.get("/v1/reports").status == 401
    assert ask(client, "share_of_kinds", by="program").expect(400)["errors"][0]["field"] == "by"
    assert all(row["zh"] and row["en"] and row["formula"] for row in client.as_("wu").get("/v1/reports").expect(200)["items"])


@pytest.mark.parametrize("name", ["by", "program", "language", "vendor", "kind", "person", "month", "cursor", "as_of"])
def test_sql_in_a_question_is_harmless(client, name):
    for text in ("'", "'); drop table weihu.event; --", "kind,(select 1)", "%24", "a,b,'", "%5C"):
        answer = ask(client, "turnaround", **{name: text.replace(" ", "%20").replace(";", "%3B")})
        assert answer.status in (200, 400), answer


# Calendars beyond the shipped ones.

def calendar_file(folder, *events):
    file = folder / "more.ics"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for day, summary in events:
        lines += ["BEGIN:VEVENT", f"UID:{day}", "DTSTAMP:20261101T000000Z", f"DTSTART;VALUE=DATE:{day}", f"SUMMARY:{summary}", "END:VEVENT"]
    file.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8")
    return file


def test_working_time_goes_on_where_an_icalendar_file_does(make_service, tmp_path):
    service = make_service(holidays=calendar_file(tmp_path, ("20270206", "春节"), ("20271009", "补班")))
    service.stop()
    service.start(clock_shift=45 * 86400)  # in 2027, of which the shipped calendar knows nothing
    Tickets(service).at("closed", "adaptive")
    figure = ask(service.client, "turnaround_worked", "2027-01-01", "2027-12-01").expect(200)["total"]
    assert (figure["n"], figure["left_out"]) == (1, 0)


def test_the_check_refuses_a_calendar_that_is_none(tmp_path):
    bad = calendar_file(tmp_path)
    told = weihud("check", "--set", f"holidays={bad}", "--set", f"data={tmp_path}/data")
    assert told.returncode != 0 and str(bad) in told.stderr and "there is no day in it" in told.stderr
