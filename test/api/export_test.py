# SPDX-License-Identifier: Apache-2.0
"""Exports read back by an independent reader: nothing lost, nothing changed, nothing that a spreadsheet would run."""

import csv
import io
import json
import os
import socket
import threading
from pathlib import Path

import pytest

from organisation import number

EVENTS = 30000
# kB; sanitizers keep what was freed for a while.
# kB in all, whatever the number of events; sanitizers take more.
MEMORY_MOST = 64 * 1024 if os.environ.get("WEIHU_BUILD", "build") == "build" else 512 * 1024


def read_csv(answer):
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"), newline="")))


def read_lines(answer):
    return [json.loads(line) for line in answer.body.decode("utf-8").splitlines()]


def export(client, what, by="wu", **words):
    return client.as_(by).get(f"/v1/exports/{what}?" + "&".join(f"{name}={value}" for name, value in words.items()))


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
    assert export(client, "events", kind="adaptive").status == 400
    assert export(client, "secrets").status == 404
    assert export(client, "tickets", by="zhang").status == 403
    assert client.as_("wu").request("HEAD", "/v1/exports/tickets").status == 200


# A great many events, on a service of their own.

@pytest.fixture(name="crowded", scope="module")
def fixture_crowded(furnished, tmp_path_factory):
    service = furnished.copy(tmp_path_factory.mktemp("crowded"))
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
