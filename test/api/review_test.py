# SPDX-License-Identifier: Apache-2.0
"""Record reviews: what is frozen, what is drawn and how anybody can draw it again, who judges, and what stays for ever."""

import base64
import hashlib
import html.parser
import json
import threading

import pytest

from audit.log import Auditor
from organisation import CHANGE_REPORT, Tickets, number
from store.running import until

PERIOD = {"from": "2020-01-01", "to": "2090-01-01"}
STAFFING = {"head": "staffing", "text": "A second technician for payroll", "owner": "zhao", "due": "2027-01-31"}


def open_review(service, who="sun", **more):
    return service.as_(who).post("/v1/reviews", {"title": "November 十一月", **PERIOD, **more}).expect(201)


def records(service, review, who="wu", words=""):
    return service.as_(who).pages(f"/v1/reviews/{review['id']}/records{words}")


def judge(service, review, ticket, verdict="pass", who="sun", **more):
    return service.as_(who).post(f"/v1/reviews/{review['id']}/verdicts", {"ticket": number(ticket), "verdict": verdict, **more})


def decide(service, review, who="zhao", **more):
    return service.as_(who).post(f"/v1/reviews/{review['id']}/decisions", {**STAFFING, **more})


def conclude(service, review, who="sun"):
    return service.as_(who).post(f"/v1/reviews/{review['id']}/conclusion", {"conclusion": "In order"})


def judge_all(service, review):
    for record in records(service, review, words="?sampled=true"):
        judge(service, review, record["ticket"]).expect(201)


def report(service, review, who="wu", **words):
    return service.as_(who).get(f"/v1/reviews/{review['id']}/report?" + "&".join(f"{k}={v}" for k, v in words.items()))


def rank(review, record):
    lines = ["weihu record review", review["seed"], review["log_root"] or "-", str(record["ticket"]), str(record["ticket_version"])]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


@pytest.fixture(name="house", scope="module")
def fixture_house(make_module_service):
    """A service of its own: twelve records are closed, two of them emergencies."""
    service = make_module_service()
    tickets = Tickets(service)
    for _ in range(3):
        tickets.at("closed")
        tickets.at("closed", "adaptive", by="qian")
    for _ in range(4):
        tickets.at("closed", "perfective")
    service.urgent = {close_urgent(tickets)["id"] for _ in range(2)}
    sealed(service)
    return service


def close_urgent(tickets):
    ticket = tickets.urgent("to_review")
    tickets.service.as_("li").patch(f"/v1/tickets/{ticket['id']}", CHANGE_REPORT).expect(200)
    tickets.do(ticket, "zhou", "authorise", decision="It had to be")
    tickets.service.as_("chen").patch(f"/v1/tickets/{ticket['id']}", {"documents": "None: no document tells of it"}).expect(200)
    tickets.step(ticket, "li", "design_check")
    return tickets.do(ticket, "sun", "close", review_answers="Good", benefit="Paid on time", documents_state="complete",
                      afterwards="Two hours, 9 branches")


def sealed(service):
    """Every event is in the log, and signed."""
    until(lambda: service.psql("select (select max(size) from checkpoint) = (select count(*) from event)") == ["t"], "the sealer")


# The freeze and the draw.

def test_all_closed_records_are_frozen_and_the_draw_can_be_done_again(house):
    review = open_review(house, share=30)
    frozen = records(house, review)
    closed = house.as_("wu").pages("/v1/tickets?state=closed")
    assert {(record["ticket"], record["ticket_version"]) for record in frozen} == {(ticket["id"], ticket["version"]) for ticket in closed}
    urgent = {record["ticket"] for record in frozen if record["emergency"]}
    assert urgent == house.urgent
    assert all(record["rank"] == rank(review, record) for record in frozen)
    others = sorted((record for record in frozen if not record["emergency"]), key=lambda record: record["rank"])
    assert {record["ticket"] for record in frozen if record["sampled"]} == urgent | {record["ticket"] for record in others[:3]}
    assert (review["records"], review["emergencies"], review["sampled"], review["judged"]) == (12, 2, 5, 0)


def test_at_least_a_tenth_is_drawn(house):
    review = open_review(house)
    assert (review["share"], review["sampled"]) == (10, 3)
    assert house.as_("sun").post("/v1/reviews", {"title": "x", **PERIOD, "share": 9}).status == 422


def test_two_reviews_draw_apart(house):
    assert len({open_review(house, title=f"draw {n}")["seed"] for n in range(3)}) == 3


def test_it_is_frozen_at_a_checkpoint_of_the_log(house):
    review = open_review(house)
    origin, size, root = house.psql("select note from checkpoint order by day desc limit 1")[:3]
    assert origin and (str(review["log_size"]), review["log_root"]) == (size, root) and len(base64.b64decode(root)) == 32


def test_what_is_closed_or_changed_later_does_not_count(house):
    review = open_review(house, share=100)
    before = records(house, review)
    tickets = Tickets(house)
    late, frozen = tickets.at("closed", "preventive"), before[0]["ticket"]
    tickets.do(frozen, "zhao", "reopen", reason="Again", same_cause=True)
    sealed(house)
    after = records(house, review)
    assert [{**record, "current_version": 0} for record in after] == [{**record, "current_version": 0} for record in before]
    assert number(late) not in {record["ticket"] for record in after}
    fresh = {record["ticket"] for record in records(house, open_review(house))}
    assert number(late) in fresh and frozen not in fresh


def test_only_what_was_closed_in_the_period_counts(house):
    assert open_review(house, **{"to": "2020-02-01"})["records"] == 0
    with_days = {"from": "2026-11-02", "to": "2026-11-02"}
    assert house.as_("sun").post("/v1/reviews", {"title": "x", **with_days}).status == 422


def test_without_a_log_the_moment_alone_freezes(make_service):
    service = make_service(sealing="off")
    service.psql("truncate checkpoint")
    Tickets(service).at("closed")
    review = open_review(service)
    assert (review["log_size"], review["log_root"], review["records"]) == (None, None, 1)
    assert [record["rank"] for record in records(service, review)] == [rank(review, record) for record in records(service, review)]


# Judging.

def test_a_verdict_for_each_record_of_the_sample(house):
    review = open_review(house)
    first, second = [record["ticket"] for record in records(house, review, words="?sampled=true")][:2]
    judge(house, review, first).expect(201)
    assert judge(house, review, second, "correct").expect(422)["errors"][0]["field"] == "note"
    told = judge(house, review, second, "correct", note="Item 9 is wrong").expect(201)
    assert (told["ticket"], told["verdict"], told["reviewer"]) == (second, "correct", "sun")
    assert (read(house, review)["judged"], read(house, review)["to_correct"]) == (2, 1)
    judge(house, review, second, "pass").expect(201)  # corrected
    assert [record["verdict"] for record in records(house, review, words="?verdict=pass,correct")] == ["pass", "pass"]
    assert {record["ticket"] for record in records(house, review, words="?verdict=none&sampled=true")}.isdisjoint({first, second})


def read(service, review):
    return service.as_("wu").get(f"/v1/reviews/{review['id']}").expect(200)


def test_only_records_of_the_sample_are_judged(house):
    review = open_review(house)
    outside = next(record["ticket"] for record in records(house, review, words="?sampled=false"))
    assert judge(house, review, outside).expect(422)["errors"][0]["field"] == "ticket"
    assert judge(house, review, 99999999).status == 422
    assert judge(house, {"id": 99999999}, outside).status == 404


@pytest.mark.parametrize("who", ["li", "chen"])  # evaluated, and did the work
def test_whoever_did_the_work_does_not_judge_its_record(make_service, who):
    service = make_service()
    ticket = Tickets(service).at("closed")
    roles = {"li": ["sysadmin", "reviewer"], "chen": ["reviewer"]}
    service.as_("root").patch(f"/v1/people/{who}", {"roles": roles[who]}).expect(200)
    sealed(service)
    review = open_review(service, share=100)
    refusal = judge(service, review, ticket, who=who).expect(403)
    assert [row["guard"] for row in refusal["unmet"]] == ["separation"]
    assert "sun" in refusal["unmet"][0]["who"][0]["people"] and who not in refusal["unmet"][0]["who"][0]["people"]
    judge(service, review, ticket).expect(201)


@pytest.mark.parametrize("who,may", [("zhang", ""), ("chen", ""), ("li", "read"), ("wu", "read"), ("root", "read"),
                                     ("zhao", "read open decide"), ("sun", "read open decide judge conclude")])
def test_who_may_what(house, who, may):
    review = open_review(house)
    sampled = records(house, review, words="?sampled=true")[0]["ticket"]
    client = house.as_(who)
    answers = {"read": client.get(f"/v1/reviews/{review['id']}").status, "open": client.post("/v1/reviews", {"title": "x", **PERIOD}).status,
               "decide": decide(house, review, who).status, "judge": judge(house, review, sampled, who=who).status,
               "conclude": conclude(house, review, who).status}
    assert {what for what, status in answers.items() if status != 403} == set(may.split())


def test_confidential_records_are_for_their_readers(own_service):
    tickets = Tickets(own_service)
    ticket = tickets.at("closed", readers=["sun", "zhao", "zhou"])
    sealed(own_service)
    review = open_review(own_service, share=100)
    assert number(ticket) in {record["ticket"] for record in records(own_service, review, "sun")}
    assert number(ticket) not in {record["ticket"] for record in records(own_service, review, "wu")}
    judge(own_service, review, ticket, "correct", note="Name the cause").expect(201)
    assert "Name the cause" not in own_service.as_("wu").get(f"/v1/audit?object=review/{review['id']}").text
    assert "Name the cause" in own_service.as_("sun").get(f"/v1/reviews/{review['id']}/records").text
    told = report(own_service, review, "wu").text
    assert "Name the cause" not in told and "1 confidential records are not shown here" in told


# Decisions, and the end.

def test_a_decision_may_name_a_preventive_ticket(house):
    review = open_review(house)
    filed = Tickets(house).file("preventive", by="zhao", plan_item=f"Review {review['id']}")
    decision = decide(house, review, ticket=filed["id"]).expect(201)
    assert (decision["head"], decision["owner"], decision["due"], decision["ticket"]) == ("staffing", "zhao", "2027-01-31", filed["id"])
    assert house.as_("wu").pages(f"/v1/reviews/{review['id']}/decisions") == [decision]


@pytest.mark.parametrize("words,field", [({"head": "weather"}, "head"), ({"owner": "nobody"}, "owner"), ({"due": "soon"}, "due"),
                                         ({"ticket": 99999999}, "ticket"), ({"text": None}, "text")])
def test_decisions_that_are_none(house, words, field):
    assert [error["field"] for error in decide(house, open_review(house), **words).expect(422)["errors"]] == [field]


def test_a_concluded_review_stays_as_it_is(house):
    review = open_review(house)
    assert "no verdict yet" in conclude(house, review).expect(409)["detail"]
    judge_all(house, review)
    decide(house, review).expect(201)
    done = conclude(house, review).expect(200)
    assert (done["state"], done["conclusion"], done["concluded_by"]) == ("concluded", "In order", "sun")
    before = [read(house, review), records(house, review), report(house, review).body]
    sampled = records(house, review, words="?sampled=true")[0]["ticket"]
    for answer in (judge(house, review, sampled, "correct", note="x"), decide(house, review), conclude(house, review)):
        assert "stays as it is" in answer.expect(409)["detail"]
    assert [read(house, review), records(house, review), report(house, review).body] == before
    assert {row["id"] for row in house.as_("wu").pages("/v1/reviews?state=concluded")} >= {review["id"]}
    assert review["id"] not in {row["id"] for row in house.as_("wu").pages("/v1/reviews?state=open")}


def test_nobody_concludes_while_another_still_judges(house):
    """Verdicts and conclusions at once: what is concluded has all its verdicts, and none came later."""
    review = open_review(house)
    tickets = [record["ticket"] for record in records(house, review, words="?sampled=true")]
    answers = []
    threads = [threading.Thread(target=lambda t=ticket: answers.append(judge(house, review, t).status)) for ticket in tickets]
    threads += [threading.Thread(target=lambda: answers.append(conclude(house, review).status)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(201) == len(tickets) and answers.count(200) <= 1
    until(lambda: conclude(house, review).status in (200, 409), "the conclusion")
    assert read(house, review)["judged"] == len(tickets)


def test_a_retry_is_told_what_the_first_try_was(house):
    body = {"title": "Twice", **PERIOD}
    first = house.as_("sun").post("/v1/reviews", body, key="review-twice").expect(201)
    ticket = records(house, first, words="?sampled=true")[0]["ticket"]
    path, verdict = f"/v1/reviews/{first['id']}/verdicts", {"ticket": ticket, "verdict": "pass"}
    told = house.as_("sun").post(path, verdict, key="verdict-twice").expect(201)
    judge(house, first, ticket, "correct", note="On second thoughts").expect(201)
    assert house.as_("sun").post(path, verdict, key="verdict-twice").expect(201) == told
    assert house.as_("sun").post("/v1/reviews", body, key="review-twice").expect(201) == first


# The record.

def test_the_record_alone_tells_the_review(house):
    review = open_review(house, share=30)
    tickets = [record["ticket"] for record in records(house, review, words="?sampled=true")]
    judge(house, review, tickets[0], "correct", note="Item 9").expect(201)
    for ticket in tickets:
        judge(house, review, ticket).expect(201)
    decision = decide(house, review).expect(201)
    conclude(house, review).expect(200)
    told = records(house, review, "sun")
    events = house.as_("root").pages(f"/v1/audit?object=review/{review['id']}&sort=seq")
    assert [event["action"] for event in events] == ["open"] + ["judge"] * (len(tickets) + 1) + ["decide", "conclude"]
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    rebuilt = {key: change["new"] for event in events for key, change in event["changes"].items()}
    assert {key: rebuilt[key] for key in rebuilt} == {key: read(house, review)[key] for key in rebuilt}
    verdicts = {event["added"]["verdict"]["ticket"]: event["added"]["verdict"] for event in events if event["action"] == "judge"}
    drawn = {row[0]: row for row in events[0]["added"]["records"]}
    assert {record["ticket"]: [record[key] for key in ("ticket", "ticket_version", "emergency", "sampled")] for record in told} == drawn
    for record in told:
        verdict = verdicts.get(record["ticket"], {})
        assert [record[key] for key in ("verdict", "note", "reviewer", "judged_version", "judged_at")] == \
            [verdict.get(key) for key in ("verdict", "note", "reviewer", "judged_version", "judged_at")]
    assert [event["added"]["decision"] for event in events if event["action"] == "decide"] == [decision]


def test_an_auditor_draws_again_from_the_log_alone(house, tmp_path):
    """No server: the leaves below the review's checkpoint tell who was closed, and the review's own leaf how it was drawn."""
    review = open_review(house, share=30)
    sealed(house)
    auditor = Auditor(tmp_path)
    assert auditor.export(house, tmp_path / "bundle").code == 0 and auditor.report(tmp_path / "bundle")["verified"]
    state = {}
    for leaf in leaves(tmp_path / "bundle")[:review["log_size"]]:
        if leaf["object"].startswith("ticket/") and leaf["result"] == "done":
            ticket = state.setdefault(int(leaf["object"][7:]), {"emergency": False, "closed": None})
            ticket["version"] = leaf["object_version"]
            ticket["emergency"] |= leaf["changes"].get("urgent", {}).get("new") is True
            ticket["closed"] = leaf["changes"].get("closed_at", {"new": ticket["closed"]})["new"]
    closed = {number: ticket for number, ticket in state.items() if ticket["closed"]}
    ranks = sorted((rank(review, {"ticket": n, "ticket_version": t["version"]}), n) for n, t in closed.items() if not t["emergency"])
    drawn = {n for n, t in closed.items() if t["emergency"]} | {n for _, n in ranks[:-(-len(ranks) * 30 // 100)]}
    assert drawn == {record["ticket"] for record in records(house, review, words="?sampled=true")}
    assert set(closed) == {record["ticket"] for record in records(house, review)}


def leaves(bundle):
    """The entry bundles, each entry behind its length in two bytes."""
    found = []
    for tile in sorted((bundle / "tile/entries").rglob("*")):
        data = tile.read_bytes() if tile.is_file() else b""
        while data:
            length = int.from_bytes(data[:2], "big")
            found.append(json.loads(data[2:2 + length]))
            data = data[2 + length:]
    return found


# The report.

class Page(html.parser.HTMLParser):
    """The rows of the tables, and the tags."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self.cell = [], set(), None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        if self.cell:
            self.rows[-1][-1] += data


@pytest.fixture(name="concluded", scope="module")
def fixture_concluded(house):
    review = open_review(house, title="<b>Q4</b> | *all*", share=30)
    judge_all(house, review)
    nasty = records(house, review, words="?sampled=true")[0]["ticket"]
    judge(house, review, nasty, "correct", note="a | b <script>\n- c").expect(201)
    decide(house, review, text="- Train | two").expect(201)
    return conclude(house, review).expect(200)


def test_the_report_tells_all_of_it_in_html(house, concluded):
    answer = report(house, concluded, format="html", lang="zh")
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    page = Page(answer.text)
    assert "script" not in page.tags and "b" not in page.tags and '<html lang="zh-CN">' in answer.text
    facts = {row[0]: row[1] for row in page.rows if len(row) == 2}
    assert (facts["抽样种子"], facts["样本"], facts["审计日志检查点：根"]) == (concluded["seed"], str(concluded["sampled"]), concluded["log_root"])
    sampled = [row for row in page.rows if len(row) == 10][1:]
    assert {int(row[0]) for row in sampled} == {record["ticket"] for record in records(house, concluded, words="?sampled=true")}
    assert any(row[6:8] == ["需更正", "a | b <script>\n- c"] for row in sampled)
    assert [row[0] for row in page.rows if len(row) == 5][1:] == ["开发技术", "语言选择", "工作量拟定", "人力资源分配"]
    annex = [row for row in page.rows if len(row) == 4][1:]
    assert [(int(row[0]), int(row[1])) for row in annex] == [(r["ticket"], r["ticket_version"]) for r in records(house, concluded)]


def test_the_report_tells_it_in_markdown(house, concluded):
    answer = report(house, concluded, format="md", lang="en")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    text = answer.text
    assert text.startswith("# Record review: \\<b\\>Q4\\</b\\> \\| \\*all\\*\n")
    assert "| Allocation of people | \\- Train \\| two | zhao | 2027-01-31 |  |" in text
    assert "a \\| b \\<script\\><br>\\- c" in text
    assert f"| Seed of the draw | {concluded['seed']} |" in text and "In order" in text


@pytest.mark.parametrize("words,field", [({"format": "pdf"}, "format"), ({"lang": "fr"}, "lang")])
def test_reports_that_are_none(house, concluded, words, field):
    assert [error["field"] for error in report(house, concluded, **words).expect(400)["errors"]] == [field]
    assert report(house, {"id": "x"}).status == 404
