# SPDX-License-Identifier: Apache-2.0
"""Searching among tickets of which many hold the same words: what is frequent is met on the way down from the newest, what is rare is
looked up, and both find the same."""

from urllib.parse import quote

import pytest

from organisation import Tickets
from schema.deeds import deed, quoted

MANY = 70  # more than a page
FREQUENT, OTHER = "支付网关", "磁盘阵列"


@pytest.fixture(scope="module")
def full(make_module_service):
    """A service whose database has counted its words, and the tickets by what they are about, newest first."""
    service = make_module_service()
    tickets = Tickets(service)
    made = {FREQUENT: [], OTHER: []}
    for number in range(MANY):
        for thing, ids in made.items():
            ids.insert(0, tickets.file(title=f"{thing} {number}", description="-")["id"])
    made["量子"] = [tickets.file(title="量子", description="-")["id"]]
    service.psql("analyze ticket_body")
    service.made = made
    return service


def is_looked_up(service, query):
    """Whether PostgreSQL plans with the index of terms, when it may choose."""
    plan = service.psql(f"set enable_seqscan = off; explain select from ticket_body where search_finds(search, $${query}$$)", "weihu_service")
    return any("ticket_search" in line for line in plan)


@pytest.mark.parametrize("words", [FREQUENT, OTHER, "量子", "支付", "网关 支付"])
def test_pages_hold_all_that_have_the_words(full, words):
    found = [item["id"] for item in full.as_("wu").pages("/v1/tickets?q=" + quote(words), 20)]
    assert found == full.made.get(words, full.made[FREQUENT])


@pytest.mark.parametrize("query, looked_up", [
    ("'支付' & '付网' & '网关'", False),
    ("'磁盘'", False),
    ("'量子'", True),
    ("'支付' & '量子'", True),
    ("'支付' & '磁盘'", True),     # both frequent, never together
    ("'nowhere':*", True),
])
def test_only_what_is_rare_is_looked_up(full, query, looked_up):
    assert is_looked_up(full, query) is looked_up


def file_in_bulk(service, number, title, terms):
    filing = deed(actor="zhang", role="requester", action="submit", workflow=1, to="submitted", terms=terms,
                  patch={"title": title, "description": "-", "program": "pay", "claimed_kind": "corrective", "requester": "zhang"})
    service.psql(f"select count(*) from ticket_file((select jsonb_agg({quoted(filing)}::jsonb) from generate_series(1, {number})))")


def test_what_only_old_tickets_hold_is_looked_up(make_service):
    """The planner takes them for as frequent among the newest, and would look through all of these for a page."""
    service = make_service(sealing="off")
    file_in_bulk(service, 600, OTHER, "'磁盘' '盘阵' '阵列'")
    file_in_bulk(service, 6000, FREQUENT, "'支付' '付网' '网关'")
    service.psql("vacuum analyze", role="postgres")
    explain = "explain (buffers) select ticket from ticket_body where search_finds(search, $$'磁盘'$$) order by ticket desc limit 51"
    plan = service.psql(f"{explain}; {explain}", "weihu_service")  # the first one reads the catalogue, too
    assert any("ticket_search" in line for line in plan), plan
    assert int(plan[-1].rpartition("hit=")[2]) < 70, "it is known from few of the newest"
    page = service.as_("wu").get("/v1/tickets?q=" + quote("磁盘")).expect(200)
    assert [item["id"] for item in page["items"]] == list(range(600, 550, -1))


def test_frequent_words_that_never_meet_find_nothing(full):
    assert full.as_("wu").get("/v1/tickets?q=" + quote(f"{FREQUENT} {OTHER}")).expect(200)["items"] == []
