# SPDX-License-Identifier: Apache-2.0
"""Exports read back by independent readers: nothing lost, nothing changed, nothing that a spreadsheet would run."""

import csv
import io
import json
import os
import resource
import signal
import socket
import threading
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from organisation import number

EVENTS = 30000
# kB; sanitizers keep what was freed for a while.
# kB in all, whatever the number of events; sanitizers take more.
MEMORY_MOST = 64 * 1024 if os.environ.get("WEIHU_BUILD", "build") == "build" else 512 * 1024


def read_csv(answer):
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"), newline="")))


def read_lines(answer):
    return [json.loads(line) for line in answer.body.decode("utf-8").splitlines()]


def read_sheet(answer, **how):
    """The rows of a workbook's one sheet, by heading."""
    book = openpyxl.load_workbook(io.BytesIO(answer.body), **how)
    assert len(book.sheetnames) == 1
    head, *rows = book.active.iter_rows(values_only=True)
    return book.active, [dict(zip(head, row)) for row in rows]


def export(client, what, who="wu", **words):
    return client.as_(who).get(f"/v1/exports/{what}?" + "&".join(f"{name}={value}" for name, value in words.items()))


def ok(answer):
    assert answer.status == 200, answer
    return answer


def test_tickets_come_back_as_they_are(client, tickets):
    nasty = 'He said "no", then;\r\nleft\t离开 🙂'
    made = tickets.at("closed", description=nasty)
    row = next(row for row in read_csv(ok(export(client, "tickets"))) if row["id"] == str(made["id"]))
    line = next(line for line in read_lines(ok(export(client, "tickets", format="jsonl"))) if line["id"] == made["id"])
    assert row["description"] == line["description"] == nasty
    assert row["closed_at"] == line["closed_at"] == made["closed_at"]
    assert (row["kind"], row["state"], row["cumulative_person_minutes"], row["cumulative_people"]) == ("corrective", "closed", "90", "1")
    assert line["cumulative_person_minutes"] == 90 and line["rating"] is None and row["rating"] == ""


@pytest.mark.parametrize("title", ["=1+1", "+A1", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_formulas_are_neutralised(client, tickets, title):
    made = tickets.file(title=title)
    row = next(row for row in read_csv(ok(export(client, "tickets"))) if row["id"] == str(made["id"]))
    assert row["title"] == "'" + title
    line = next(line for line in read_lines(ok(export(client, "tickets", format="jsonl"))) if line["id"] == made["id"])
    assert line["title"] == title


def test_every_export_has_the_same_columns_in_both_formats(client, tickets):
    tickets.at("closed")
    for what in ("tickets", "changes", "work", "events"):
        rows, lines = read_csv(ok(export(client, what))), read_lines(ok(export(client, what, format="jsonl")))
        assert rows and list(rows[0]) == list(lines[0])
        if what != "events":  # reading is no event, but other tests may write
            assert len(rows) == len(lines)


def test_headings_and_byte_order_mark(client, tickets):
    tickets.file()
    body = ok(export(client, "tickets", bom="true", lang="zh")).body
    assert body.startswith(b"\xef\xbb\xbf" + "维护要求标识,状态,".encode())
    assert ok(export(client, "tickets", lang="en")).body.startswith(b"Request,State,")
    assert export(client, "tickets").headers["Content-Disposition"] == 'attachment; filename="tickets.csv"'


def test_filters(client, tickets):
    adaptive = tickets.file("adaptive", program="ledger", by="qian")
    ids = {row["id"] for row in read_csv(ok(export(client, "tickets", kind="adaptive", program="ledger", person="qian")))}
    assert str(adaptive["id"]) in ids
    assert ids <= {row["id"] for row in read_csv(ok(export(client, "tickets"))) if row["program"] == "ledger"}
    assert read_csv(ok(export(client, "tickets", to="2001-01-01"))) == []


def test_the_record_is_complete_and_in_order(client, tickets):
    ticket = tickets.at("closed", "adaptive")
    events = read_lines(ok(export(client, "events", format="jsonl")))
    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
    told = client.as_("wu").get(f"/v1/tickets/{number(ticket)}/audit?limit=500").expect(200)["items"]
    assert [event for event in events if event["object"] == f"ticket/{number(ticket)}"] == [
        {name: event[name] for name in events[0]} for event in told]


@pytest.mark.parametrize("words,field", [({"format": "pdf"}, "format"), ({"bom": "x"}, "bom"), ({"lang": "fr"}, "lang"),
                                         ({"cursor": "x"}, "cursor"), ({"from": "soon"}, "from"), ({"colour": "red"}, "colour")])
def test_what_cannot_be_exported(client, words, field):
    assert [error["field"] for error in export(client, "tickets", **words).expect(400)["errors"]] == [field]


def test_who_may(client):
    assert export(client, "events", by="program").status == 400
    assert export(client, "events", as_of="2026-01-01").status == 400
    assert export(client, "secrets").status == 404
    assert export(client, "tickets", who="zhang").status == 403
    assert client.as_("wu").request("HEAD", "/v1/exports/tickets").status == 200


def test_events_of_a_program_and_of_a_kind(client, tickets):
    adaptive, other = tickets.file("adaptive", program="ledger", by="qian"), tickets.file("corrective", program="pay")
    client.as_("zhao").post("/v1/tickets/none/comments", {"text": "x"}).expect(404)  # a refusal about no ticket
    by_program = {event["object"] for event in read_lines(ok(export(client, "events", format="jsonl", program="ledger")))}
    assert {f"ticket/{number(adaptive)}", "program/ledger"} <= by_program and f"ticket/{number(other)}" not in by_program
    by_kind = {event["object"] for event in read_lines(ok(export(client, "events", format="jsonl", kind="adaptive")))}
    assert f"ticket/{number(adaptive)}" in by_kind and f"ticket/{number(other)}" not in by_kind


# Workbooks.

def test_a_workbook_has_real_types_and_a_frozen_heading(client, tickets):
    nasty = '  "quoted", then;\r\nleft\t离开 🙂 '
    made = tickets.at("closed", title="_x0041_ & <b>维护</b> 🙂", description=nasty)
    sheet, rows = read_sheet(ok(export(client, "tickets", format="xlsx")))
    row = next(row for row in rows if row["id"] == made["id"])
    assert unescape(row["title"]) == made["title"] and unescape(row["description"]) == made["description"]
    assert (row["cumulative_person_minutes"], row["cumulative_people"], row["rating"]) == (90, 1, None)
    closed = datetime.fromisoformat(made["closed_at"].replace("Z", ""))
    assert abs(row["closed_at (UTC)"] - closed).total_seconds() < 0.001
    assert (sheet.freeze_panes, sheet.title) == ("A2", "tickets")
    assert all(cell.font.bold for cell in sheet[1])
    work = read_sheet(ok(export(client, "work", format="xlsx")))[1][-1]
    assert isinstance(work["minutes"], int) and isinstance(work["worked_on"], datetime)


def test_a_workbook_says_the_same_as_the_lines(client, tickets):
    tickets.at("closed", "adaptive")
    for what in ("tickets", "changes", "work"):
        lines = read_lines(ok(export(client, what, format="jsonl")))
        rows = read_sheet(ok(export(client, what, format="xlsx")))[1]
        assert [name.replace(" (UTC)", "") for name in rows[0]] == list(lines[0])
        assert [list(row.values())[0] for row in rows] == [list(line.values())[0] for line in lines]


def test_workbooks_have_headings_for_people(client, tickets):
    tickets.file()
    assert list(read_sheet(ok(export(client, "tickets", format="xlsx", lang="zh")))[1][0])[:3] == ["维护要求标识", "状态", "维护类型"]
    answer = ok(export(client, "tickets", format="xlsx", lang="en"))
    assert "Submitted (UTC)" in read_sheet(answer)[1][0]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tickets.xlsx"'


@pytest.mark.parametrize("title", ["=1+1", "+A1", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")', "0123", "1E5", "2026-11-01"])
def test_a_workbooks_text_stays_text(client, tickets, title):
    made = tickets.file(title=title)
    sheet, rows = read_sheet(ok(export(client, "tickets", format="xlsx")))
    place = next(n for n, row in enumerate(rows, 2) if row["id"] == made["id"])
    cell = sheet.cell(place, list(rows[0]).index("title") + 1)
    assert (cell.value, cell.data_type) == (title, "s")


def test_an_empty_workbook_still_has_its_heading(client):
    sheet, rows = read_sheet(ok(export(client, "changes", format="xlsx", to="2001-01-01")))
    assert rows == [] and sheet["A1"].value == "id"


# Measures.

PERIOD = {"from": "2020-01-01", "to": "2090-01-01"}


def test_measures_are_those_of_the_reports(client, tickets):
    tickets.at("closed", "perfective")
    rows = read_lines(ok(export(client, "measures", format="jsonl", **PERIOD)))
    as_of = rows[0]["as_of"]
    assert {row["as_of"] for row in rows} == {as_of}
    catalogue = client.as_("wu").get("/v1/reports").expect(200)["items"]
    assert list(dict.fromkeys(row["measure"] for row in rows)) == [row["measure"] for row in catalogue]
    for name in ("turnaround", "share_of_kinds", "changes"):
        told = client.as_("wu").get(f"/v1/reports/{name}?from=2020-01-01&to=2090-01-01&as_of={as_of}").expect(200)
        figures = [told["total"], *told["items"]]
        ours = [row for row in rows if row["measure"] == name]
        assert [row["level"] for row in ours] == ["total"] + ["group"] * len(told["items"])
        key = json.dumps
        for part in ("numerator", "denominator", "n", "left_out", "value", "defined", "median", "p90", "most"):
            assert sorted(key(row[part]) for row in ours) == sorted(key(figure[part]) for figure in figures)
        assert all(row["kind"] == figure["group"]["kind"] for row, figure in zip(ours[1:], told["items"]) if name == "share_of_kinds")


def test_measures_by_program_go_on_behind_a_measure(client, tickets):
    tickets.at("closed", "perfective")
    rows = read_csv(ok(export(client, "measures", by="program", kind="perfective", as_of="2026-11-20", **PERIOD)))
    assert len({row["measure"] for row in rows}) > 15 and all(row["kind"] == "" or row["measure"] == "share_of_kinds" for row in rows)
    seen = rows[4]["number"]
    rest = ok(export(client, "measures", by="program", kind="perfective", as_of="2026-11-20", cursor=seen, **PERIOD)).body.decode()
    assert list(csv.reader(io.StringIO(rest))) == [list(row.values()) for row in rows if int(row["number"]) > int(seen)]
    _, cells = read_sheet(ok(export(client, "measures", format="xlsx", lang="zh", **PERIOD)))
    assert cells[0]["指标名称"] == "每次程序运行平均失效次数" and isinstance(cells[0]["分子"], (int, float))


@pytest.mark.parametrize("words,field", [({"to": "2026-01-01"}, "from"), ({**PERIOD, "by": "colour"}, "by"), ({**PERIOD, "from": "soon"}, "from"),
                                         ({**PERIOD, "as_of": "2999-01-01T00:00:00Z"}, "as_of")])
def test_measures_that_cannot_be_exported(client, words, field):
    assert [error["field"] for error in export(client, "measures", **words).expect(400)["errors"]] == [field]


# A great many events, on a service of their own.

@pytest.fixture(name="crowded", scope="module")
def fixture_crowded(furnished, tmp_path_factory):
    service = furnished.copy(tmp_path_factory.mktemp("crowded"), {"sealing": "off"})  # it takes memory of its own
    try:
        service.start()
        service.psql("begin; alter table event disable trigger user; insert into event (at, actor, action, object_kind, object_id, "
                     "changes, result) select now(), 'li', 'note', 'test', n::text, jsonb_build_object('text', "
                     f"jsonb_build_object('new', repeat('维护', 100))), 'refused' from generate_series(1, {EVENTS}) n; "
                     "alter table event enable trigger user; commit")
        yield service
    finally:
        service.remove()


def resident(process):
    return int(next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])


def ask_raw(service, path):
    wire = socket.create_connection(("127.0.0.1", service.port), timeout=60)
    wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.tokens['wu']}\r\n\r\n".encode())
    return wire


def test_many_events_pass_through_little_memory_at_a_slow_readers_pace(crowded):
    wire = ask_raw(crowded, "/v1/exports/events?format=jsonl")
    most, size, seen = 0, 0, b""
    while not seen.endswith(b"\r\n0\r\n\r\n"):
        piece = wire.recv(65536)
        assert piece, "cut off"
        size, seen = size + len(piece), (seen + piece)[-16:]
        most = max(most, resident(crowded.process))
    wire.close()
    assert size > EVENTS * 700
    assert most < MEMORY_MOST, f"{most} kB"


def test_a_reader_that_does_not_read_holds_nobody_up(crowded):
    wire = ask_raw(crowded, "/v1/exports/events?format=jsonl")
    wire.recv(1)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(crowded.as_("wu").get("/v1/me").status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    # No transaction stays open meanwhile: sealing and vacuum go on.
    assert crowded.psql("select count(*) from pg_stat_activity where usename <> current_user and state = 'idle in transaction'") == ["0"]
    wire.close()


def test_what_was_cut_off_goes_on(crowded):
    wire = ask_raw(crowded, "/v1/exports/events?format=jsonl")
    seen = b""
    while seen.count(b"\n{") < 1500:
        seen += wire.recv(65536)
    wire.close()
    first = [json.loads(line)["seq"] for line in seen.replace(b"\r\n", b"\n").split(b"\n")[:-1] if line.startswith(b'{"seq"') and line.endswith(b"}")]
    rest = [line["seq"] for line in read_lines(ok(export(crowded.client, "events", format="jsonl", cursor=first[-1])))]
    everything = [line["seq"] for line in read_lines(ok(export(crowded.client, "events", format="jsonl")))]
    assert rest == [seq for seq in everything if seq > first[-1]] and len(everything) > EVENTS
    assert crowded.as_("wu").get("/v1/me").status == 200


def test_connections_lost_between_pages_harm_nothing(crowded):
    wire = ask_raw(crowded, "/v1/exports/events?format=jsonl")
    seen = wire.recv(65536)
    crowded.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user and backend_type = 'client backend'")
    while not seen.endswith(b"\r\n0\r\n\r\n"):
        piece = wire.recv(65536)
        if not piece:  # a page was being asked for: cut off, and the client can tell
            return
        seen += piece
    wire.close()
    assert seen.count(b'{"seq":') > EVENTS


def unfinished(service):
    return [path for path in service.data.iterdir() if path.name.startswith("tmp") or path.suffix == ".xlsx"]


def test_a_workbook_of_many_events_takes_little_memory_and_leaves_nothing_behind(crowded):
    wire = ask_raw(crowded, "/v1/exports/events?format=xlsx")
    most, body = 0, bytearray()
    wire.settimeout(1)
    while not body.endswith(b"\r\n0\r\n\r\n"):
        try:
            piece = wire.recv(65536)
            assert piece, "cut off"
            body += piece
        except TimeoutError:  # it is being made
            pass
        most = max(most, resident(crowded.process))
    wire.close()
    assert most < MEMORY_MOST, f"{most} kB"
    answer = ok(export(crowded.client, "events", format="xlsx", cursor=EVENTS - 10))
    assert len(list(openpyxl.load_workbook(io.BytesIO(answer.body), read_only=True).active.iter_rows())) > 10
    assert unfinished(crowded) == []


def test_a_full_disk_is_told_and_nothing_half_done_is_sent(crowded):
    allowed = resource.prlimit(crowded.process.pid, resource.RLIMIT_FSIZE)
    try:
        for most in (100000, 6000000):  # in the midst of the rows; while they are put together
            resource.prlimit(crowded.process.pid, resource.RLIMIT_FSIZE, (most, allowed[1]))
            problem = export(crowded.client, "events", format="xlsx").expect(507)
            assert problem["type"] == "urn:weihu:problem:no_room" and "cannot be written" in problem["detail"]
    finally:
        resource.prlimit(crowded.process.pid, resource.RLIMIT_FSIZE, allowed)
    ok(export(crowded.client, "events", format="xlsx", cursor=EVENTS))


def test_a_kill_leaves_no_unfinished_workbook(make_service):
    service = make_service()
    wire = ask_raw(service, "/v1/exports/events?format=xlsx")
    assert wire.recv(1) and unfinished(service) == []  # made, and nowhere to be seen
    service.process.send_signal(signal.SIGKILL)
    service.process.wait()
    wire.close()
    assert unfinished(service) == []
