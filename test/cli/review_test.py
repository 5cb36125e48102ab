# SPDX-License-Identifier: Apache-2.0
"""Record reviews on the command line, from the freeze to the report."""

import json

import pytest

from cli.service_test import person  # noqa: F401 (a fixture)
from store.running import until


@pytest.fixture(name="review")
def fixture_review(person, tickets, service):  # noqa: F811
    """The name of an open one, review/N."""
    tickets.at("closed", "adaptive")
    until(lambda: service.psql("select (select max(size) from checkpoint) >= (select count(*) from event)") == ["t"], "the sealer")
    opened = person("sun")("review", "open", "Everything", "--from", "2020-01-01", "--to", "2090-01-01", "-o", "json")
    assert opened.code == 0, opened.err
    return opened.json["id"]


def test_from_the_freeze_to_the_report(person, review, tmp_path):  # noqa: F811
    sun, zhao, wu = person("sun"), person("zhao"), person("wu")
    sampled = [row["ticket"] for row in sun("review", "records", review, "--sampled", "-o", "json").json]
    assert sampled and sun("review", "conclude", review, "--text", "Too early").code == 6
    assert sun("review", "verdict", review, sampled[0], "correct").code == 7
    assert sun("review", "verdict", review, sampled[0], "correct", "--note", "Item 9").code == 0
    for ticket in sampled[1:]:
        assert sun("review", "verdict", review, ticket, "pass").code == 0
    decided = zhao("review", "decide", review, "--head", "technology", "--text", "Drill the restore", "--owner", "li", "--due", "+30d",
                   "--preventive", "Restore drill", "--program", "pay", "-o", "json")
    assert decided.code == 0, decided.err
    filed = wu("ticket", "show", decided.json["ticket"], "-o", "json").json
    assert (filed["claimed_kind"], filed["title"], str(review) in filed["plan_item"]) == ("preventive", "Restore drill", True)
    done = sun("review", "conclude", review, "--text", "In order")
    assert done.code == 0, done.err
    assert sun("review", "verdict", review, sampled[0], "pass").code == 6
    page = tmp_path / "review.html"
    assert wu("review", "report", review, "--lang", "zh", "--into", page).code == 0
    assert page.read_text().startswith("<!DOCTYPE html>") and "记录复审报告：Everything" in page.read_text()
    assert wu("review", "report", review, env={"WEIHU_LANG": "en"}).out.startswith("# Record review: Everything")
    assert [row["id"] for row in wu("review", "list", "--state", "concluded", "-o", "json").json].count(review) == 1
    shown = wu.tty("review", "show", review, env={"WEIHU_LANG": "zh_CN"}, columns=120, rows=100).out
    assert "已结束" in shown and "In order" in shown


def test_who_may_not(person, review):  # noqa: F811
    assert person("zhang")("review", "list").code == 4
    assert person("wu")("review", "open", "Mine").code == 4
    assert person("wu")("review", "show", 99999999).code == 5
    assert person("zhao")("review", "decide", review, "--head", "effort", "--text", "x", "--owner", "li", "--due", "today",
                          "--preventive", "No program").code == 2
    assert json.loads(person("wu")("review", "decisions", review, "-o", "json").out) == []
