# SPDX-License-Identifier: Apache-2.0
"""Reports on the command line: tables with bars for people, rows for programs."""

import csv
import io
import socket
import threading

import openpyxl
import pytest

from cli.service_test import person  # noqa: F401 (a fixture)

PERIOD = ["--from", "2020-01-01", "--to", "2090-01-01"]


@pytest.fixture(name="weihu")
def fixture_weihu(person, tickets):  # noqa: F811
    tickets.at("closed", "adaptive")
    tickets.at("closed", "perfective", program="sms")
    return person("wu")


def test_all_of_a_month_with_bars(weihu):
    page = weihu.tty("report", "all", *PERIOD, env={"WEIHU_LANG": "zh_CN"}, columns=140, rows=200).out
    for words in ("各类维护所占百分比", "  适应性维护", "█", "小时", "截至"):
        assert words in page
    assert "未定义" in weihu.tty("report", "all", "--month", "2020-01", env={"WEIHU_LANG": "zh_CN"}, columns=140, rows=200).out


def test_rows_for_programs_carry_what_a_figure_is_made_of(weihu):
    got = weihu("report", "turnaround", "--by", "program,kind", *PERIOD, "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(got.out)))
    assert got.code == 0, got.err
    assert [row["level"] for row in rows] == ["total"] + ["group"] * (len(rows) - 1)
    assert sum(int(row["n"]) for row in rows[1:]) == int(rows[0]["n"]) >= 2
    assert {("sms", "perfective"), ("pay", "adaptive")} <= {(row["program"], row["kind"]) for row in rows}
    assert all(row["from"] == "2020-01-01" and row["as_of"] for row in rows)


def test_one_moment_for_all_measures(weihu):
    rows = weihu("report", "all", *PERIOD, "-o", "json").json
    assert len({row["as_of"] for row in rows}) == 1
    assert len({row["measure"] for row in rows}) > 25
    again = weihu("report", "all", *PERIOD, "--as-of", rows[0]["as_of"], "-o", "json").json
    assert again == rows


def test_what_is_divided_by_nothing_is_empty_and_said_to_be_undefined(weihu):
    row = weihu("report", "turnaround", "--month", "2001-02", "-o", "json").json[0]
    assert (row["value"], row["defined"], row["n"], row["from"], row["to"]) == (None, False, 0, "2001-02-01", "2001-03-01")


def test_the_tickets_behind_a_figure(weihu):
    total = weihu("report", "turnaround", *PERIOD, "--kind", "adaptive", "-o", "json").json[0]
    behind = weihu("report", "turnaround", *PERIOD, "--kind", "adaptive", "--detail", "-o", "json").json
    assert len(behind) == total["n"] and {fact["kind"] for fact in behind} == {"adaptive"}


def test_filters_that_a_measure_does_not_know_leave_it_out_and_say_so(weihu):
    got = weihu("report", "all", *PERIOD, "--person", "chen", "-o", "table")
    assert got.code == 0 and "Failures per run" not in got.out and "are left out" in got.err


@pytest.mark.parametrize("words,code", [
    (["turnaround", "--month", "2026-13"], 2), (["turnaround", "--from", "2026-01-01"], 2),
    (["turnaround", "--month", "2026-01", "--from", "2026-01-01", "--to", "2026-02-01"], 2),
    (["nonsense"], 5), (["turnaround", "--by", "colour"], 7)])
def test_questions_that_are_none(weihu, words, code):
    assert weihu("report", *words).code == code


def test_exports_go_into_pipes_and_files(weihu, tmp_path):
    rows = list(csv.DictReader(io.StringIO(weihu("export", "tickets", "--kind", "adaptive").out)))
    assert rows and {row["kind"] or row["claimed_kind"] for row in rows} == {"adaptive"}
    file = tmp_path / "events.csv"
    assert weihu("export", "events", "--bom", "--lang", "zh", "--into", file).code == 0
    assert file.read_bytes().startswith("\ufeff序号,时间,".encode())
    last = weihu("export", "events", "--format", "jsonl", "--cursor", 3).out.splitlines()[0]
    assert last.startswith('{"seq":4,')
    assert weihu("export", "events", "--cursor", 3).out.startswith("4,")


def test_what_a_file_is_called_says_what_it_holds(weihu, tmp_path):
    for noun in (["export", "events"], ["audit", "export"]):
        file = tmp_path / "events.xlsx"
        assert weihu(*noun, "--lang", "en", "--into", file).code == 0
        assert openpyxl.load_workbook(file).active["A1"].value == "Number"
    lines = tmp_path / "events.jsonl"
    assert weihu("audit", "export", "--into", lines).code == 0 and lines.read_text().startswith('{"seq":1,')


def test_measures_of_a_month_and_of_days(weihu):
    month = list(csv.DictReader(io.StringIO(weihu("export", "measures", "--month", "2026-11", "--by", "program").out)))
    assert {(row["from"], row["to"]) for row in month} == {("2026-11-01", "2026-12-01")} and len({row["program"] for row in month}) > 1
    days = list(csv.DictReader(io.StringIO(weihu("export", "measures", "--from", "2026-11-03", "--to", "2026-11-05").out)))
    assert {(row["from"], row["to"]) for row in days} == {("2026-11-03", "2026-11-05")}
    assert weihu("export", "tickets", "--month", "1999-01").out.count("\n") == 1


def test_exports_that_cannot_be(weihu, tmp_path):
    assert weihu("export", "secrets").code == 5
    assert weihu("export", "tickets", "--format", "pdf").code == 7
    assert weihu("export", "tickets", "--into", tmp_path / "no" / "file").code == 1
    refused = weihu.tty("export", "tickets")
    assert refused.code == 2 and "--into" in refused.out + refused.err


@pytest.mark.parametrize("form,advice", [("csv", "--cursor"), ("xlsx", "ask again")])
def test_an_export_that_is_cut_off_says_so(person, form, advice):  # noqa: F811
    """What came is kept, and the exit code tells that it is not all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            wire, _ = listener.accept()
            wire.recv(65536)
            wire.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/csv\r\n\r\n6\r\nid\r\n1\n\r\n")
            wire.close()

        thread = threading.Thread(target=answer)
        thread.start()
        got = person("wu", WEIHU_SERVER="http://127.0.0.1:%d" % listener.getsockname()[1])("export", "events", "--format", form)
        thread.join()
    assert got.code == 8 and advice in got.err and got.out.startswith("id")
