# SPDX-License-Identifier: Apache-2.0
"""Filing, reading, editing, listing and searching tickets."""

import threading
from urllib.parse import quote

import pytest

from organisation import REQUESTS, Tickets

FAR = "2031-05-05T10:00:00Z"


@pytest.fixture(scope="module")
def desk(make_module_service):
    """A service with tickets that nobody else files."""
    return make_module_service()


@pytest.fixture(scope="module")
def some(desk):
    """Some tickets that differ in what a list can filter by, by name."""
    tickets = Tickets(desk)
    made = {
        "plain": tickets.file(),
        "ledger": tickets.file("adaptive", by="qian", program="ledger", title="New tax tables 新税率表"),
        "sms": tickets.at("to_evaluate", "perfective", program="sms", title="磁盘空间不足, the disk is full"),
        "urgent": tickets.urgent("assigned"),
        "closed": tickets.at("closed", "preventive"),
        "draft": desk.as_("zhang").post("/v1/tickets", {"title": "Just an idea", "draft": True}).expect(201),
    }
    desk.as_("zhao").patch(f"/v1/tickets/{made['plain']['id']}", {"priority": 1, "due_at": "2026-01-01T00:00:00Z"}).expect(200)
    desk.as_("zhao").patch(f"/v1/tickets/{made['ledger']['id']}", {"priority": 5, "due_at": FAR}).expect(200)
    return {name: tickets.read(ticket) for name, ticket in made.items()}


def names(some, page):
    known = {ticket["id"]: name for name, ticket in some.items()}
    return [known[item["id"]] for item in page["items"]]


# Filing.


@pytest.mark.parametrize("kind", REQUESTS)
def test_filed_request_is_submitted_and_readable(client, tickets, kind):
    body = tickets.request(kind)
    answer = client.as_("zhang").post("/v1/tickets", body)
    ticket = answer.expect(201)
    assert answer.headers["Location"] == f"/v1/tickets/{ticket['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (ticket["state"], ticket["requester"], ticket["version"], ticket["kind"]) == ("submitted", "zhang", 1, None)
    sent_back = {**body, **({"since": "2026-11-02T08:00:00.000000Z"} if "since" in body else {})}
    assert {key: ticket[key] for key in body} == sent_back
    assert client.as_("wu").get(answer.headers["Location"]).expect(200) == ticket
    assert ticket["submitted_at"] == ticket["created_at"] == ticket["updated_at"]


@pytest.mark.parametrize(("kind", "lacking"), [("corrective", "circumstances"), ("corrective", "inputs"), ("corrective", "observed"),
                                               ("corrective", "since"), ("adaptive", "specification"), ("perfective", "specification"),
                                               ("preventive", "plan_item")])
def test_request_that_lacks_what_its_kind_wants(client, tickets, kind, lacking):
    body = tickets.request(kind)
    del body[lacking]
    refusal = client.as_("zhang").post("/v1/tickets", body).expect(422)
    assert [(row["guard"], row["field"]) for row in refusal["unmet"]] == [("field_missing", lacking)]


def test_preventive_request_may_name_a_finding_instead(client, tickets):
    body = tickets.request("preventive", finding="The inspection of May")
    del body["plan_item"]
    assert client.as_("zhang").post("/v1/tickets", body).expect(201)["finding"] == "The inspection of May"


def test_draft_wants_a_title_only(client):
    draft = client.as_("qian").post("/v1/tickets", {"title": "Idea", "draft": True}).expect(201)
    assert (draft["state"], draft["program"], draft["claimed_kind"]) == ("draft", None, None)
    assert "submitted_at" not in draft
    refusal = client.as_("qian").post("/v1/tickets", {"draft": True}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["title"]


@pytest.mark.parametrize("login", ["wu", "root"])
def test_auditor_and_admin_file_nothing(client, tickets, login):
    assert client.as_(login).post("/v1/tickets", tickets.request()).expect(403)["type"] == "urn:weihu:problem:forbidden"


@pytest.mark.parametrize("stamped", ["requester", "submitted_at", "evaluator", "urgent", "owed"])
def test_nobody_sends_what_the_workflow_stamps(client, tickets, stamped):
    refusal = client.as_("zhang").post("/v1/tickets", tickets.request(**{stamped: "qian"})).expect(422)
    assert [(error["field"], error["code"]) for error in refusal["errors"]] == [(stamped, "stamped")]


# Editing.


def test_merge_patch_of_a_draft(client, tickets):
    draft = tickets.at("draft")
    answer = client.as_("zhang").request("PATCH", f"/v1/tickets/{draft['id']}", {"title": "新标题", "inputs": None},
                                         {"Content-Type": "application/merge-patch+json"})
    edited = answer.expect(200)
    assert answer.headers["ETag"] == '"2"'
    expected = {key: value for key, value in {**draft, "title": "新标题", "version": 2}.items() if key != "inputs"}
    assert {**edited, "updated_at": None} == {**expected, "updated_at": None}
    assert tickets.read(draft) == edited


# Who may edit what, and when: state, person, field, value, and what comes of it.
EDITS = [
    ("draft", "zhang", "title", "Better", 200),
    ("draft", "qian", "title", "Not mine", 403),
    ("draft", "zhao", "title", "Not mine", 403),
    ("draft", "zhang", "priority", 1, 409),
    ("returned", "zhang", "description", "More of it", 200),
    ("submitted", "zhang", "title", "Too late", 409),
    ("submitted", "zhao", "priority", 3, 200),
    ("submitted", "zhang", "priority", 1, 403),
    ("submitted", "zhao", "priority", None, 422),
    ("submitted", "zhao", "sysadmin", "li", 422),
    ("to_evaluate", "li", "impact", "All branches", 200),
    ("to_evaluate", "wang", "impact", "The deputy may, too", 200),
    ("to_evaluate", "chen", "impact", "Not mine", 403),
    ("to_evaluate", "li", "severity", "severe", 200),
    ("to_evaluate", "li", "documents", "Too early", 409),
    ("to_authorise", "zhao", "due_at", FAR, 200),
    ("to_authorise", "li", "impact", "Too late", 409),
    ("queued", "zhao", "planned_end", FAR, 200),
    ("scheduled", "zhao", "planned_end", "2020-01-01T00:00:00Z", 409),
    ("assigned", "li", "helpers", ["hu"], 200),
    ("assigned", "li", "helpers", ["nobody"], 422),
    ("in_maintenance", "chen", "documents", "The manual", 200),
    ("in_maintenance", "hu", "documents", "Not mine", 403),
    ("in_maintenance", "chen", "title", "Nobody's now", 409),
    ("to_accept", "li", "benefit", "+100 CNY", 200),
    ("to_review", "sun", "afterwards", "One week without a failure", 200),
    ("to_review", "zhang", "rating", 5, 200),
    ("closed", "zhang", "rating", 4, 200),
    ("closed", "qian", "rating", 1, 403),
    ("closed", "sun", "benefit", "Too late", 409),
    ("closed", "zhao", "priority", 1, 409),
    ("cancelled", "zhang", "title", "Too late", 409),
]


@pytest.mark.parametrize(("state", "login", "field", "value", "status"), EDITS)
def test_edit(client, tickets, state, login, field, value, status):
    before = tickets.read(tickets.at(state), login)
    answer = client.as_(login).patch(f"/v1/tickets/{before['id']}", {field: value})
    body = answer.expect(status)
    after = tickets.read(before, login)
    if status == 200:
        assert after == body
        assert after["version"] == before["version"] + 1
        assert after[field] == (value if not str(value).endswith("Z") else value.replace("Z", ".000000Z"))
        assert after["state"] == before["state"]
    else:
        assert after == before
        assert status == 403 or field in [row["field"] for row in body.get("unmet", []) + body.get("errors", [])]


def test_technician_is_no_helper(client, tickets):
    ticket = tickets.at("assigned")
    refusal = client.as_("li").patch(f"/v1/tickets/{ticket['id']}", {"helpers": ["hu", "chen"]}).expect(409)
    assert [row["guard"] for row in refusal["unmet"]] == ["skilled"]


def test_title_stays(client, tickets):
    refusal = client.as_("zhang").patch(f"/v1/tickets/{tickets.at('draft')['id']}", {"title": None}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["title"]


def test_edit_is_all_or_nothing(client, tickets):
    ticket = tickets.at("submitted")
    client.as_("zhao").patch(f"/v1/tickets/{ticket['id']}", {"priority": 1, "title": "x"}).expect(409)
    assert tickets.read(ticket) == ticket


def test_edit_of_nothing_is_refused(client, tickets):
    client.as_("zhang").patch(f"/v1/tickets/{tickets.at('draft')['id']}", {}).expect(422)


def test_edit_stands_in_the_history(client, tickets):
    ticket = tickets.at("submitted")
    client.as_("zhao").patch(f"/v1/tickets/{ticket['id']}", {"priority": 2}).expect(200)
    event = client.as_("zhao").get(f"/v1/tickets/{ticket['id']}/audit").expect(200)["items"][-1]
    assert (event["action"], event["actor"], event["role"], event["version"]) == ("edit", "zhao", "lead", 2)
    assert event["changes"] == {"priority": {"old": None, "new": 2}}


# Lists: each filter, and which of the tickets above it finds.
FILTERS = {
    "": ["draft", "closed", "urgent", "sms", "ledger", "plain"],
    "state=submitted": ["ledger", "plain"],
    "state=to_evaluate,assigned": ["urgent", "sms"],
    "kind=corrective": ["urgent", "plain"],
    "kind=adaptive,preventive": ["closed", "ledger"],
    "program=ledger,sms": ["sms", "ledger"],
    "severity=severe": ["urgent"],
    "priority=1": ["plain"],
    "priority=2,5": ["closed", "ledger"],
    "requester=qian": ["ledger"],
    "sysadmin=li": ["closed", "urgent", "sms"],
    "technician=chen": ["closed", "urgent"],
    "overdue=true": ["plain"],
    "overdue=false": ["draft", "closed", "urgent", "sms", "ledger"],
    "open=true": ["draft", "urgent", "sms", "ledger", "plain"],
    "open=false": ["closed"],
    f"due_from=2031-01-01T00:00:00Z&due_to={FAR}": [],
    "due_from=2031-01-01&due_to=2032-01-01": ["ledger"],
    "state=submitted&requester=zhang&kind=corrective": ["plain"],
    "q=磁盘": ["sms"],
    "q=DISK": ["sms"],
    "q=税率 tables": ["ledger"],
    "q=第七分行": ["closed", "urgent", "sms", "ledger", "plain"],
    "q=七行": [],
    "q=idea": ["draft"],
    "q=nowhere": [],
    "q=disk&state=submitted": [],
}


def query_of(text):
    return "&".join(f"{name}={quote(value)}" for name, _, value in (part.partition("=") for part in text.split("&")))


@pytest.mark.parametrize("query", ["state=nowhere", "state=submitted,nowhere", "kind=urgent", "severity=1", "priority=high",
                                   "due_from=soon", "mine=perhaps", "program="])
def test_filter_that_nothing_can_match(desk, query):
    error, = desk.as_("wu").get(f"/v1/tickets?{query}").expect(400)["errors"]
    assert error["field"] == query.partition("=")[0]


@pytest.mark.parametrize("query", FILTERS)
def test_filter(desk, some, query):
    page = desk.as_("wu").get("/v1/tickets" + ("?" + query_of(query) if query else "")).expect(200)
    assert names(some, page) == FILTERS[query]
    assert page["next"] is None


@pytest.mark.parametrize(("login", "found"), [
    ("zhang", ["draft", "closed", "urgent", "sms", "plain"]), ("qian", ["ledger"]), ("li", ["closed", "urgent", "sms"]),
    ("chen", ["closed", "urgent"]), ("hu", [])])
def test_mine(desk, some, login, found):
    assert names(some, desk.as_(login).get("/v1/tickets?mine=true").expect(200)) == found


@pytest.mark.parametrize("what", ["created", "updated"])
def test_times_filter_from_inclusively_to_exclusively(desk, some, what):
    at = some["sms"][f"{what}_at"]
    client = desk.as_("wu")
    later = names(some, client.get(f"/v1/tickets?{what}_from={at}").expect(200))
    earlier = names(some, client.get(f"/v1/tickets?{what}_to={at}").expect(200))
    assert "sms" in later and "sms" not in earlier
    assert set(later) | set(earlier) == set(some) and not set(later) & set(earlier)


@pytest.mark.parametrize(("sort", "key", "backwards"), [
    ("-id", lambda t: t["id"], True), ("id", lambda t: t["id"], False),
    ("-updated", lambda t: t["updated_at"], True), ("updated", lambda t: t["updated_at"], False),
    ("priority", lambda t: (t["priority"] or 99, t["id"]), False), ("due", lambda t: (t["due_at"] or "9999", t["id"]), False)])
@pytest.mark.parametrize("limit", [1, 4, 500])
def test_sort_and_pages(desk, some, sort, key, backwards, limit):
    listed = desk.as_("wu").pages(f"/v1/tickets?sort={sort}", limit)
    assert [item["id"] for item in listed] == [t["id"] for t in sorted(some.values(), key=key, reverse=backwards)]


def test_items_of_a_list_are_the_tickets(desk, some):
    for item in desk.as_("wu").get("/v1/tickets").expect(200)["items"]:
        ticket = next(t for t in some.values() if t["id"] == item["id"])
        assert item == {key: ticket[key] for key in item}


def test_link_header_leads_to_the_next_page(desk, some):
    client = desk.as_("wu")
    answer = client.get("/v1/tickets?limit=2&q=" + quote("第七分行"))
    found = [item["id"] for item in answer.expect(200)["items"]]
    while "Link" in answer.headers:
        target, relation = answer.headers["Link"].split(">; ")
        assert relation == 'rel="next"'
        answer = client.get(target.removeprefix("<"))
        found += [item["id"] for item in answer.expect(200)["items"]]
    assert found == [some[name]["id"] for name in FILTERS["q=第七分行"]]


@pytest.mark.parametrize("sort", ["-id", "id", "-updated", "priority", "due"])
def test_pages_have_no_gaps_or_doubles_while_others_file(client, tickets, sort):
    """Whatever stood when the first page was read is found once; what comes meanwhile is found once or not at all."""
    before = {tickets.file("adaptive")["id"] for _ in range(12)}
    stop = threading.Event()

    def go_on_filing():
        while not stop.is_set():
            tickets.file("adaptive", by="qian")

    others = threading.Thread(target=go_on_filing)
    others.start()
    try:
        cursor, found = "", []
        for _ in range(400):
            page = client.as_("wu").get(f"/v1/tickets?sort={sort}&kind=adaptive&state=submitted&limit=3{cursor}").expect(200)
            found += [item["id"] for item in page["items"]]
            if page["next"] is None or before <= set(found):
                break
            cursor = f"&cursor={page['next']}"
    finally:
        stop.set()
        others.join()
    assert before <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("query", "field"), [
    ("limit=0", "limit"), ("limit=501", "limit"), ("limit=ten", "limit"), ("limit=1&limit=2", "limit"), ("sort=colour", "sort"),
    ("cursor=nonsense", "cursor"), ("cursor=id~1~1", "cursor"), ("cursor=-id~x~y", "cursor"),
    ("cursor=-id~1~99999999999999999999999", "cursor"), ("colour=red", "colour"), ("priority=high", "priority"),
    ("priority=", "priority"), ("created_from=yesterday", "created_from"), ("due_to=2026-02-30", "due_to"), ("overdue=maybe", "overdue"),
    ("mine=1", "mine"), ("q=", "q"), ("q=%20", "q"), ("state=%ff", "state"), ("state=%00", "state"),
    ("updated_from=0001-01-01T00:00:00%2B01:00", "updated_from")])
def test_bad_query_names_the_parameter(client, query, field):
    refusal = client.as_("wu").get(f"/v1/tickets?{query}").expect(400)
    assert [error["field"] for error in refusal["errors"]] == [field]
