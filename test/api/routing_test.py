# SPDX-License-Identifier: Apache-2.0
"""To whom a request goes: the routing rules, and who is designated on which day."""

import datetime

import pytest

from organisation import Tickets

DAY = 86400


def today(service, days=0):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=service.clock_shift, days=days)).date().isoformat()


def proposal(tickets, ticket):
    return tickets.service.as_("zhao").get(f"/v1/tickets/{ticket['id']}/routing").expect(200)


def designate(service, program, login, capacity, since, until=None):
    body = {"login": login, "capacity": capacity, "since": since, "until": until}
    return service.as_("root").post(f"/v1/programs/{program}/designations", body)


def designated(service, program):
    row = service.as_("root").get(f"/v1/programs/{program}").expect(200)
    return row["sysadmin"], row["deputy"]


# The rules of config/routing.yaml: what a request says, and the reason shown for the proposal.
REASONS = [
    ("pay", {}, "li", "the program's designated system administrator"),
    ("sms", {}, "wang", "the program comes from a vendor"),
    ("pay", {"title": "Possible INTRUSION seen"}, "li", "security or lost data"),
    ("pay", {"description": "昨晚数据丢失"}, "li", "security or lost data"),
    ("sms", {"title": "数据泄露"}, "wang", "security or lost data"),
]


@pytest.mark.parametrize(("program", "fields", "login", "reason"), REASONS)
def test_proposal_and_its_reason(tickets, program, fields, login, reason):
    told = proposal(tickets, tickets.file(program=program, **fields))
    assert told["sysadmin"] == login
    assert reason in told["reason"]


def test_severe_fault_goes_straight_to_the_sysadmin(tickets):
    assert "a severe fault" in proposal(tickets, tickets.urgent())["reason"]


def test_draft_without_a_program_goes_to_the_lead(client, tickets):
    told = proposal(tickets, client.as_("zhang").post("/v1/tickets", {"title": "Idea", "draft": True}).expect(201))
    assert told["sysadmin"] == "zhao"
    assert "there is no designated system administrator, so the maintenance lead" in told["reason"]
    assert "因没有指定的系统管理员，由维护负责人代替" in told["reason_zh"]


def test_lead_may_choose_otherwise(tickets):
    ticket = tickets.do(tickets.file(), "zhao", "forward", sysadmin="wang", duplicate_check="unique")
    assert ticket["sysadmin"] == "wang"


def test_deputy_acts_too(tickets):
    """wang is no sysadmin of the ticket, but deputy for its program."""
    fields = {"sysadmin": "li", "duplicate_check": "unique"}
    ticket = tickets.do(tickets.file(program="pay"), "zhao", "forward", **fields)
    assert tickets.offers(ticket, "wang")["evaluate"]["allowed"]
    other = tickets.do(tickets.file(program="ledger"), "zhao", "forward", **fields)
    assert not tickets.offers(other, "wang")["evaluate"]["allowed"]


def test_nobody_is_designated_before_the_program_began(own_service):
    tickets = Tickets(own_service)
    own_service.restart(clock_shift=-30 * DAY)
    refusal = own_service.as_("zhang").post("/v1/tickets", tickets.request()).expect(409)
    assert [row["guard"] for row in refusal["unmet"]] == ["designated"]
    assert designated(own_service, "pay") == (None, None)


def test_leave_of_the_sysadmin_and_its_end(own_service):
    """For some days wang stands in for li; then li is back by itself."""
    tickets, begin = Tickets(own_service), today(own_service, 10)
    designate(own_service, "ledger", "wang", "sysadmin", begin, today(own_service, 20)).expect(201)
    rows = own_service.as_("wu").get("/v1/programs/ledger/designations").expect(200)["items"]
    assert sorted((row["login"], row["since"], row["until"]) for row in rows) == sorted([
        ("li", today(own_service), begin), ("wang", begin, today(own_service, 20)), ("li", today(own_service, 20), None)])
    ticket = tickets.file(program="ledger")
    for days, login in ((9, "li"), (10, "wang"), (19, "wang"), (20, "li"), (21, "li")):
        own_service.restart(clock_shift=days * DAY)
        assert designated(own_service, "ledger") == (login, None)
        assert proposal(tickets, ticket)["sysadmin"] == login
        assert [row["sysadmin"] for row in own_service.as_("wu").get("/v1/programs?q=ledger").expect(200)["items"]] == [login]


def test_new_sysadmin_ends_the_one_before(own_service):
    begin = today(own_service, 5)
    designate(own_service, "pay", "wang", "sysadmin", begin).expect(201)
    assert designated(own_service, "pay") == ("li", "wang")
    own_service.restart(clock_shift=5 * DAY)
    assert designated(own_service, "pay") == ("wang", "wang")


def test_designation_from_today_replaces_the_one_before(own_service):
    tickets = Tickets(own_service)
    designate(own_service, "pay", "wang", "sysadmin", today(own_service)).expect(201)
    assert designated(own_service, "pay") == ("wang", "wang")
    assert proposal(tickets, tickets.file())["sysadmin"] == "wang"


def test_lead_designates_too(own_service):
    body = {"login": "wang", "capacity": "deputy"}
    made = own_service.as_("zhao").post("/v1/programs/ledger/designations", body).expect(201)
    assert (made["since"], made["until"]) == (today(own_service), None)
    own_service.as_("li").post("/v1/programs/ledger/designations", body).expect(403)


REFUSED = [
    ("pay", "chen", "sysadmin", 0, None, 422, "login"),
    ("pay", "nobody", "sysadmin", 0, None, 422, "login"),
    ("pay", "wang", "sysadmin", 5, 5, 422, "until"),
    ("pay", "wang", "sysadmin", 5, 4, 422, "until"),
    ("pay", "wang", "sysadmin", -5, None, 409, None),
    ("nothing", "wang", "sysadmin", 0, None, 404, None),
]


@pytest.mark.parametrize(("program", "login", "capacity", "since", "until", "status", "field"), REFUSED)
def test_designation_that_cannot_be(service, program, login, capacity, since, until, status, field):
    before = designated(service, "pay")
    answer = designate(service, program, login, capacity, today(service, since), until if until is None else today(service, until))
    refusal = answer.expect(status)
    assert field is None or [error["field"] for error in refusal["errors"]] == [field]
    assert designated(service, "pay") == before


def test_designations_do_not_overlap(own_service):
    designate(own_service, "pay", "wang", "sysadmin", today(own_service, 10), today(own_service, 20)).expect(201)
    designate(own_service, "pay", "wang", "sysadmin", today(own_service, 5)).expect(409)
    designate(own_service, "pay", "wang", "sysadmin", today(own_service, 5), today(own_service, 12)).expect(409)
    designate(own_service, "pay", "wang", "sysadmin", today(own_service, 5), today(own_service, 10)).expect(201)


def test_whoever_is_designated_stays(own_service):
    """The account stays open and a sysadmin's, today and for what is planned; afterwards it may be closed."""
    root = own_service.as_("root")
    for change in ({"active": False}, {"roles": ["technician"]}, {"roles": []}):
        assert "designated" in root.patch("/v1/people/li", change).expect(409)["detail"]
    designate(own_service, "ledger", "wang", "sysadmin", today(own_service, 3)).expect(201)
    for program, capacity in (("pay", "sysadmin"), ("sms", "deputy")):
        designate(own_service, program, "wang", capacity, today(own_service)).expect(201)
    root.patch("/v1/people/li", {"active": False}).expect(409)
    own_service.restart(clock_shift=3 * DAY)
    root.patch("/v1/people/li", {"active": False}).expect(200)
    own_service.as_("li").get("/v1/me").expect(401)


def test_program_wants_a_sysadmin_from_the_start(client):
    root = client.as_("root")
    assert [error["field"] for error in root.post("/v1/programs", {"code": "orphan", "name": "x"}).expect(422)["errors"]] == ["sysadmin"]
    for fields, field in (({"sysadmin": "chen"}, "sysadmin"), ({"sysadmin": "li", "deputy": "zhang"}, "deputy")):
        refusal = root.post("/v1/programs", {"code": "orphan", "name": "x", **fields}).expect(422)
        assert [error["field"] for error in refusal["errors"]] == [field]
    root.get("/v1/programs/orphan").expect(404)
    for field in ("sysadmin", "deputy", "code"):
        refusal = root.patch("/v1/programs/pay", {field: "wang"}).expect(422)
        assert [(error["field"], error["code"]) for error in refusal["errors"]] == [(field, "fixed")]
