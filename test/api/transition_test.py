# SPDX-License-Identifier: Apache-2.0
"""Tickets on their way: the normal line, the urgent one, and everything beside them, each by those whose turn it is."""

import pytest

from organisation import CHANGE_REPORT, EVERYBODY, LINE, REQUESTS, STATES, STEPS, URGENT, Tickets

DAY = 86400


def unmet(answer):
    return [row["guard"] for row in answer["unmet"]]


def fields_unmet(answer):
    return {row["field"] for row in answer["unmet"] if row["guard"] == "field_missing"}


def events(tickets, ticket):
    return tickets.service.as_("zhao").pages(f"/v1/tickets/{ticket['id']}/audit", 500)


def done(tickets, ticket):
    return [event["action"] for event in events(tickets, ticket) if event["result"] == "done"]


# The lines.


@pytest.mark.parametrize("kind", REQUESTS)
def test_normal_line(tickets, kind):
    ticket, way = tickets.at("draft", kind), []
    while ticket["state"] != "closed":
        way.append(ticket["state"])
        before, ticket = ticket, tickets.step_on(ticket)
        assert ticket["version"] > before["version"]
        assert tickets.read(ticket) == ticket
    assert way == list(LINE)
    assert ticket["kind"] == kind
    assert (ticket["evaluator"], ticket["authorised_by"], ticket["delivered_by"], ticket["accepted_by"], ticket["reviewed_by"]) == (
        "li", "zhou", "chen", "zhang", "sun")
    times = [ticket[f"{what}_at"] for what in ("submitted", "evaluated", "authorised", "started", "finished", "accepted", "closed")]
    assert times == sorted(times)
    assert [action for action in done(tickets, ticket) if action not in ("step", "change", "work")] == [
        "file", "submit", "forward", "evaluate", "authorise", "schedule", "assign", "start", "deliver", "accept", "close"]


def test_every_event_of_a_ticket_has_the_next_version(tickets):
    ticket = tickets.at("closed")
    assert [event["version"] for event in events(tickets, ticket)] == list(range(1, ticket["version"] + 1))


def test_urgent_line_owes_its_controls_until_closing(tickets):
    ticket = tickets.urgent("to_review")
    assert (ticket["urgent"], ticket["kind"]) == (True, "corrective")
    assert ticket["owed"] == ["change_report", "authorisation", "documents", "design_check"]
    close = {"review_answers": "Good", "benefit": "Paid on time", "documents_state": "complete", "afterwards": "Two hours, 9 branches"}

    def owed():
        refusal = tickets.attempt(ticket, "sun", "close", close).expect(409)
        assert set(unmet(refusal)) == {"owed_done"}
        return [row["message"].rpartition(": ")[2] for row in refusal["unmet"]]

    assert owed() == ["change_report", "authorisation", "documents", "design_check"]
    tickets.service.as_("li").patch(f"/v1/tickets/{ticket['id']}", CHANGE_REPORT).expect(200)
    assert owed() == ["authorisation", "documents", "design_check"]
    assert tickets.do(ticket, "zhou", "authorise", decision="It had to be")["state"] == "to_review"
    assert owed() == ["documents", "design_check"]
    tickets.service.as_("chen").patch(f"/v1/tickets/{ticket['id']}", {"documents": "None: no document tells of it"}).expect(200)
    assert owed() == ["design_check"]
    tickets.step(ticket, "li", "design_check")
    lacking = {key: value for key, value in close.items() if key != "afterwards"}
    refusal = tickets.attempt(ticket, "sun", "close", lacking).expect(422)
    assert [(row["guard"], row["field"]) for row in refusal["unmet"]] == [("field_missing", "afterwards")]
    closed = tickets.do(ticket, "sun", "close", **close)
    assert closed["state"] == "closed"


@pytest.mark.parametrize(("fields", "guard", "status"), [
    ({**URGENT, "severity": "moderate"}, "severe", 409), ({**URGENT, "kind": "perfective"}, "corrective", 409),
    ({**URGENT, "helpers": ["chen"]}, "skilled", 409), ({**URGENT, "critical_program": None}, "field_missing", 422),
    ({**URGENT, "reason": None}, "field_missing", 422)])
def test_urgent_line_is_for_severe_faults(tickets, fields, guard, status):
    assert unmet(tickets.attempt(tickets.at("to_evaluate"), "li", "evaluate_urgent", fields).expect(status)) == [guard]


def test_tests_are_never_skipped(tickets):
    ticket = tickets.at("in_maintenance")
    tickets.step(ticket, "chen", "problem_analysis")
    refusal = tickets.service.as_("li").post(f"/v1/tickets/{ticket['id']}/steps",
                                             {"step": "unit_test", "result": "not_applicable", "reason": "No time"}).expect(409)
    assert unmet(refusal) == ["test_not_skippable"]


def test_steps_come_in_their_order_and_a_failure_goes_back(tickets):
    ticket = tickets.at("in_maintenance")
    client, path = tickets.service.as_("chen"), f"/v1/tickets/{ticket['id']}/steps"
    assert unmet(client.post(path, {"step": "code_change", "result": "passed"}).expect(409)) == ["out_of_order"]
    tickets.step(ticket, "chen", "problem_analysis")
    tickets.step(ticket, "chen", "design_change")
    assert unmet(client.post(path, {"step": "design_check", "result": "passed"}).expect(409)) == ["same_person"]
    tickets.step(ticket, "li", "design_check")
    tickets.step(ticket, "chen", "code_change")
    tickets.step(ticket, "chen", "unit_test", "failed", reason="Two cases differ")
    assert client.get(path).expect(200)["next_step"] == "code_change"
    assert unmet(client.post(path, {"step": "unit_test", "result": "passed"}).expect(409)) == ["out_of_order"]
    for step in STEPS[3:]:
        tickets.step(ticket, "chen", step)
    assert client.get(path).expect(200)["next_step"] is None


def test_failed_or_skipped_step_says_why(tickets):
    ticket = tickets.at("in_maintenance")
    for result in ("failed", "not_applicable"):
        refusal = tickets.service.as_("li").post(f"/v1/tickets/{ticket['id']}/steps", {"step": "problem_analysis", "result": result})
        assert [error["field"] for error in refusal.expect(422)["errors"]] == ["reason"]


def test_technician_skips_no_step(tickets):
    ticket = tickets.at("in_maintenance")
    body = {"step": "problem_analysis", "result": "not_applicable", "reason": "Known"}
    tickets.service.as_("chen").post(f"/v1/tickets/{ticket['id']}/steps", body).expect(403)
    tickets.add(ticket, "li", "steps", body)


def test_step_that_ends_before_it_began(tickets):
    ticket = tickets.at("in_maintenance")
    body = {"step": "problem_analysis", "result": "passed", "started_at": "2026-11-23T10:00:00Z", "finished_at": "2026-11-23T09:00:00Z"}
    refusal = tickets.service.as_("chen").post(f"/v1/tickets/{ticket['id']}/steps", body).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["finished_at"]


def test_delivery_says_all_that_it_lacks(tickets):
    refusal = tickets.attempt(tickets.at("in_maintenance"), "chen", "deliver").expect(409)
    assert set(unmet(refusal)) == {"steps_done", "change_recorded", "work_recorded", "documents_settled"}
    assert "deliver" not in refusal["allowed_actions"]


def test_closing_wants_the_record_or_its_gaps_explained(tickets):
    root, li = tickets.service.as_("root"), tickets.service.as_("li")
    root.post("/v1/programs", {"code": "scan", "name": "Scanner", "language": "Ada", "sysadmin": "li"}).expect(201)
    ticket = tickets.at("to_review", program="scan")
    close = {"review_answers": "Good", "benefit": "None", "documents_state": "outdated"}

    def lacking(**more):
        refusal = tickets.attempt(ticket, "sun", "close", {**close, **more}).expect(409)
        assert set(unmet(refusal)) == {"record_complete"}
        return [row["item"] for row in refusal["unmet"]]

    assert lacking() == [2, 3, 5, 6, 7]
    assert lacking(record_gaps="Nobody counted its statements") == [2, 3, 5, 6, 7]
    assert lacking(record_gaps="2, 3: nobody counted; 5: before our time") == [6, 7]
    li.post("/v1/programs/scan/readings", {"read_at": "2026-11-20T00:00:00Z", "runs": 10, "failures": 0}).expect(201)
    root.patch("/v1/programs/scan", {"source_statements": 70000}).expect(200)
    assert lacking() == [3, 5]
    assert tickets.do(ticket, "sun", "close", **close, record_gaps="3：无法统计；5：早于建档")["state"] == "closed"


def test_why_close_names_each_item_with_those_who_supply_it(tickets):
    bare = {"code": "bare", "name": "Of an unknown language", "not_applicable": "lost", "sysadmin": "wang", "deputy": "li"}
    tickets.service.as_("root").post("/v1/programs", bare).expect(201)
    ticket = tickets.at("to_review", program="bare")
    rows = tickets.offers(ticket, "chen")["close"]["unmet"]
    who = {row.get("item") or row["field"]: {one["party"]: one["people"] for one in row["who"]} for row in rows}
    assert "root" in who[4].pop("admin")  # other tests may have made further ones
    assert who[4] == {"sysadmin": ["li", "wang"], "reviewer": ["sun"]}
    assert who[18] == {"sysadmin": ["li", "wang"], "reviewer": ["sun"]}
    assert who["review_answers"] == {"reviewer": ["sun"]}
    assert who["documents_state"]["technician"] == ["chen"]


def test_a_delivery_without_a_change_says_why(tickets):
    ticket = tickets.at("in_maintenance")
    for step in STEPS:
        tickets.step(ticket, "li" if step == "design_check" else "chen", step)
    tickets.add(ticket, "chen", "work", {"minutes": 30})
    documents = {"documents": "None", "documents_state": "complete"}
    assert unmet(tickets.attempt(ticket, "chen", "deliver", documents).expect(409)) == ["change_recorded"]
    ticket = tickets.do(ticket, "chen", "deliver", **documents, record_gaps="8-13: the vendor's parameter was set, no program changed")
    assert tickets.at("closed", ticket=ticket)["state"] == "closed"


# Beside the lines.


def test_return_and_resubmit(tickets):
    ticket = tickets.at("returned")
    assert ticket["missing"] == "Which branch?"
    tickets.attempt(ticket, "qian", "resubmit").expect(403)
    again = tickets.do(ticket, "zhang", "resubmit", circumstances="Branch 7, at the month's end")
    assert (again["state"], again["circumstances"]) == ("submitted", "Branch 7, at the month's end")


def test_resubmit_checks_again_what_submit_wants(tickets):
    ticket = tickets.at("returned")
    tickets.service.as_("zhang").patch(f"/v1/tickets/{ticket['id']}", {"inputs": None}).expect(200)
    assert fields_unmet(tickets.attempt(ticket, "zhang", "resubmit").expect(422)) == {"inputs"}


@pytest.mark.parametrize("state", ["submitted", "to_evaluate", "to_authorise"])
def test_reject_and_one_appeal(tickets, state):
    ticket = tickets.do(tickets.at(state), "zhao", "reject", reason="As ordered")
    again = tickets.do(ticket, "zhang", "appeal", reason="It is not")
    assert (again["state"], again["appealed"]) == ("submitted", True)
    tickets.do(ticket, "zhao", "reject", reason="It is")
    assert unmet(tickets.attempt(ticket, "zhang", "appeal", {"reason": "Still not"}).expect(409)) == ["appeal_unused"]


@pytest.mark.parametrize("state", ["to_evaluate", "to_authorise", "queued", "scheduled", "assigned", "in_maintenance", "to_accept"])
def test_resume_returns_to_the_exact_state(tickets, state):
    ticket = tickets.at(state)
    suspended = tickets.do(ticket, "zhao", "suspend", suspend_code="waits_on_vendor", wake_at="2027-01-01T00:00:00Z", reason="Parts")
    assert (suspended["state"], suspended["resumes_to"]) == ("suspended", state)
    refusal = tickets.attempt(ticket, "zhao", "suspend", {"suspend_code": "other", "wake_at": "2027-01-01"}).expect(409)
    assert unmet(refusal) == ["state"]
    assert state in refusal["unmet"][0]["from"] and "suspended" not in refusal["unmet"][0]["from"]
    resumed = tickets.do(ticket, "li", "resume")
    assert resumed["state"] == state
    assert not {"resumes_to", "suspend_code", "wake_at", "suspended_at"} & set(resumed)
    same = {"version", "updated_at", "reason"}
    assert {k: v for k, v in resumed.items() if k not in same} == {k: v for k, v in ticket.items() if k not in same}


def test_object_sends_back_to_evaluation(tickets):
    ticket = tickets.do(tickets.at("to_authorise"), "zhou", "object", objections="Too dear")
    assert (ticket["state"], ticket["objections"]) == ("to_evaluate", "Too dear")
    assert tickets.step_on(ticket)["state"] == "to_authorise"


def test_refused_work_is_coded_and_tested_again(tickets):
    ticket = tickets.do(tickets.at("to_accept"), "zhang", "refuse", failures="The total is 1 cent off")
    assert ticket["state"] == "in_maintenance" and "finished_at" not in ticket
    for step in ("code_change", "unit_test", "integration_test"):
        assert unmet(tickets.attempt(ticket, "chen", "deliver").expect(409)) == ["steps_done"]
        tickets.step(ticket, "chen", step)
    assert tickets.do(ticket, "chen", "deliver")["state"] == "to_accept"


def test_work_sent_back_by_the_review_is_delivered_again(tickets):
    ticket = tickets.do(tickets.at("to_review"), "sun", "send_back", defects="No word of the drill")
    assert ticket["state"] == "in_maintenance"
    assert not {"finished_at", "accepted_by", "accepted_at"} & set(ticket)
    assert tickets.do(ticket, "chen", "deliver")["state"] == "to_accept"


def test_reassign_hands_over(tickets):
    ticket = tickets.at("in_maintenance")
    assert fields_unmet(tickets.attempt(ticket, "li", "reassign").expect(422)) == {"technician", "handover"}
    handed = tickets.do(ticket, "li", "reassign", technician="hu", handover="The analysis is done")
    assert (handed["state"], handed["technician"]) == ("assigned", "hu")
    tickets.attempt(ticket, "chen", "start").expect(403)
    assert tickets.do(ticket, "hu", "start")["started_at"] == ticket["started_at"]


@pytest.mark.parametrize("state", ["draft", "submitted", "to_evaluate", "to_authorise", "queued", "scheduled", "assigned"])
def test_requester_cancels_before_work_begins(tickets, state):
    assert tickets.do(tickets.at(state), "zhang", "cancel", reason="Solved itself")["state"] == "cancelled"


@pytest.mark.parametrize("state", ["in_maintenance", "suspended"])
def test_later_the_lead_cancels_with_proof(tickets, state):
    ticket = tickets.at(state)
    tickets.attempt(ticket, "zhang", "cancel", {"reason": "x", "backout_proof": "y"}).expect(403)
    assert fields_unmet(tickets.attempt(ticket, "zhao", "cancel", {"reason": "x"}).expect(422)) == {"backout_proof"}
    assert tickets.do(ticket, "zhao", "cancel", reason="x", backout_proof="The old build runs: 4711")["state"] == "cancelled"


def test_reclassify_wants_consent(tickets):
    ticket = tickets.at("queued")
    fields = {"kind": "perfective", "reason": "It never could"}
    assert unmet(tickets.attempt(ticket, "li", "reclassify", fields).expect(409)) == ["consented", "field_missing"]
    tickets.do(ticket, "zhang", "consent", consented_kind="perfective")
    assert fields_unmet(tickets.attempt(ticket, "li", "reclassify", fields).expect(422)) == {"specification"}
    back = tickets.at("to_evaluate", specification="The year's total")
    tickets.do(back, "zhang", "consent", consented_kind="perfective")
    moved = tickets.do(back, "li", "reclassify", **fields)
    assert (moved["kind"], moved["claimed_kind"], moved["state"]) == ("perfective", "corrective", "to_evaluate")
    assert "consented_kind" not in moved
    assert unmet(tickets.attempt(back, "li", "reclassify", {"kind": "adaptive", "reason": "x"}).expect(409)) == ["consented"]


def test_requester_reopens_within_the_days_and_a_lead_later(own_service):
    tickets = Tickets(own_service)
    early, late = tickets.at("closed"), tickets.at("closed")
    fields = {"reason": "It is back", "same_cause": True}
    own_service.restart(clock_shift=29 * DAY)
    tickets.attempt(early, "qian", "reopen", fields).expect(403)
    reopened = tickets.do(early, "zhang", "reopen", **fields)
    assert reopened["state"] == "to_evaluate"
    assert not {"evaluator", "decision", "documents", "review_answers", "closed_at"} & set(reopened)
    own_service.restart(clock_shift=31 * DAY)
    assert unmet(tickets.attempt(late, "zhang", "reopen", fields).expect(409)) == ["reopen_window"]
    assert tickets.do(late, "zhao", "reopen", **fields)["state"] == "to_evaluate"


def test_reopened_ticket_starts_its_round_anew(tickets):
    ticket = tickets.do(tickets.at("closed"), "zhang", "reopen", reason="Again", same_cause=False)
    for by, action, fields in (LINE["to_evaluate"], LINE["to_authorise"], LINE["queued"], LINE["scheduled"], LINE["assigned"]):
        more = {"severity": "minor"} if action == "evaluate" else {}
        ticket = tickets.do(ticket, by, action, **fields, **more)
    assert "steps_done" in unmet(tickets.attempt(ticket, "chen", "deliver").expect(409))
    tickets.work(ticket)
    assert tickets.do(ticket, "chen", "deliver", documents="Again")["state"] == "to_accept"


# Separation of duties.


def test_evaluator_does_not_authorise(own_service):
    tickets = Tickets(own_service)
    own_service.as_("root").patch("/v1/people/li", {"roles": ["sysadmin", "technician", "authority"]}).expect(200)
    refusal = tickets.attempt(tickets.at("to_authorise"), "li", "authorise", {"decision": "Mine"}).expect(403)
    assert unmet(refusal) == ["separation"]
    assert refusal["unmet"][0]["who"] == [{"party": "authority", "people": ["zhou"]}]


def test_technician_does_not_accept_and_does_not_review(own_service):
    tickets = Tickets(own_service)
    own_service.as_("root").patch("/v1/people/chen", {"roles": ["technician", "lead", "reviewer"]}).expect(200)
    ticket = tickets.at("to_accept")
    assert unmet(tickets.attempt(ticket, "chen", "accept", {"acceptance": "Fine"}).expect(403)) == ["separation"]
    ticket = tickets.do(ticket, "zhang", "accept", acceptance="Fine")
    assert "separation" in unmet(tickets.attempt(ticket, "chen", "close", LINE["to_review"][2]).expect(403))


# Moves in general.


def test_comment_comes_with_a_move(tickets):
    ticket = tickets.at("submitted")
    answer = tickets.service.as_("zhao").post(f"/v1/tickets/{ticket['id']}/transitions", {
        "action": "return", "fields": {"missing": "Which?"}, "comment": "请补充"}).expect(200)
    comments = tickets.service.as_("zhang").get(f"/v1/tickets/{ticket['id']}/comments").expect(200)["items"]
    assert [(comment["author"], comment["text"]) for comment in comments] == [("zhao", "请补充")]
    last = events(tickets, answer)[-1]
    assert (last["action"], last["from_state"], last["to_state"]) == ("return", "submitted", "returned")
    assert last["added"]["comment"]["text"] == "请补充"


def test_field_that_an_action_does_not_take(tickets):
    refusal = tickets.attempt(tickets.at("submitted"), "zhao", "reject", {"reason": "x", "priority": 1, "impact": "y"}).expect(422)
    assert [(row["guard"], row["field"]) for row in refusal["unmet"]] == [("field_unexpected", "priority"), ("field_unexpected", "impact")]


def test_person_that_a_move_names_must_be_fit(tickets):
    ticket = tickets.at("scheduled")
    for technician in ("zhang", "nobody", "root"):
        refusal = tickets.attempt(ticket, "li", "assign", {"technician": technician}).expect(422)
        assert [error["field"] for error in refusal["errors"]] == ["technician"]
    refusal = tickets.attempt(tickets.at("submitted"), "zhao", "forward", {"sysadmin": "chen", "duplicate_check": "unique"}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["sysadmin"]


def test_duplicate_names_its_original(tickets):
    fields = {"sysadmin": "li", "duplicate_check": "duplicate"}
    ticket = tickets.at("submitted")
    refusal = tickets.attempt(ticket, "zhao", "forward", fields).expect(422)
    assert [(row["guard"], row["field"]) for row in refusal["unmet"]] == [("field_missing", "duplicate_of")]
    assert tickets.do(ticket, "zhao", "forward", **fields, duplicate_of=tickets.file()["id"])["state"] == "to_evaluate"


def test_duplicate_must_be_there(tickets):
    fields = {"sysadmin": "li", "duplicate_check": "duplicate", "duplicate_of": 88888888}
    refusal = tickets.attempt(tickets.at("submitted"), "zhao", "forward", fields).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["duplicate_of"]


@pytest.mark.parametrize(("sent", "near"), [("forwrad", "forward"), ("evalute", "evaluate"), ("xyzzy", None)])
def test_unknown_action_is_named_with_a_near_one(tickets, sent, near):
    error, = tickets.attempt(tickets.at("submitted"), "zhao", sent).expect(422)["errors"]
    assert error["field"] == "action" and sent in error["message"]
    assert near is None or f"did you mean {near}?" in error["message"]


def test_clash_wants_a_note(tickets):
    plan = {"planned_start": "2027-03-01T20:00:00Z", "planned_end": "2027-03-01T22:00:00Z", "planned_minutes": 60}
    first, second = tickets.at("queued", program="sms"), tickets.at("queued", program="sms")
    tickets.do(first, "zhao", "schedule", **plan)
    assert unmet(tickets.attempt(second, "zhao", "schedule", plan).expect(409)) == ["no_clash"]
    later = {**plan, "planned_start": "2027-03-01T22:00:00Z", "planned_end": "2027-03-01T23:00:00Z"}
    assert tickets.do(second, "zhao", "schedule", **later)["due_at"] == "2027-03-01T23:00:00.000000Z"


def test_plan_ends_after_it_starts(tickets):
    plan = {"planned_start": "2027-04-01T20:00:00Z", "planned_end": "2027-04-01T20:00:00Z", "planned_minutes": 60}
    assert unmet(tickets.attempt(tickets.at("queued"), "zhao", "schedule", plan).expect(409)) == ["plan_in_order"]


def test_refused_move_stands_in_the_history(tickets):
    ticket = tickets.at("submitted")
    tickets.attempt(ticket, "qian", "cancel", {"reason": "x"}).expect(403)
    refused = events(tickets, ticket)[-1]
    assert (refused["result"], refused["actor"], refused["action"], refused["version"]) == ("refused", "qian", "cancel", 1)
    assert refused["reason"]["problem"] == "forbidden"
    assert [row["guard"] for row in refused["reason"]["unmet"]] == ["party"]
    assert tickets.read(ticket) == ticket


# What GET says against what POST does, for every person in every state.

SITUATIONS = [*STATES, "urgent"]
MOVERS = [login for login in EVERYBODY if login not in ("wu", "root")]  # the auditor and the admin move nothing


def situation(tickets, name):
    return tickets.urgent("to_review") if name == "urgent" else tickets.at(name)


def sensible(tickets, ticket, row):
    """Values for the fields that an action requires."""
    values = {**REQUESTS["corrective"], **URGENT, **CHANGE_REPORT, **LINE["queued"][2], "severity": "severe", "kind": "corrective",
              "sysadmin": "li", "duplicate_check": "unique", "missing": "m", "decision": "d", "objections": "o", "handover": "h",
              "acceptance": "a", "failures": "f", "defects": "d", "review_answers": "r", "benefit": "b", "documents_state": "complete",
              "afterwards": "a", "same_cause": True,
              "suspend_code": "other", "wake_at": "2027-01-01T00:00:00Z", "backout_proof": "p", "consented_severity": "severe",
              "title": ticket["title"], "description": "d", "program": "pay", "claimed_kind": "corrective",
              "imported_from": "elsewhere/1"}
    return {field: values[field] for field in row["requires"]}


@pytest.mark.parametrize("name", SITUATIONS)
def test_dry_run_writes_nothing_and_agrees(tickets, name):
    ticket = situation(tickets, name)
    before = tickets.service.psql("select count(*), max(seq) from event")
    for login in MOVERS:
        client = tickets.service.as_(login)
        for action, row in tickets.offers(ticket, login).items():
            verdict = client.post(f"/v1/tickets/{ticket['id']}/transitions?dry_run=true", {"action": action}).expect(200)
            assert (verdict["action"], verdict["to"], verdict["unmet"]) == (action, row["to"], row["unmet"])
            assert verdict["allowed"] == (not verdict["unmet"])
            assert row["allowed"] == all(one["guard"] == "field_missing" for one in row["unmet"])
    assert tickets.service.psql("select count(*), max(seq) from event") == before
    assert tickets.read(ticket) == ticket


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_offered_is_then_done(tickets, name):
    """Each offered action is carried out on a ticket of its own, with sensible values for what it requires."""
    ticket, offered = situation(tickets, name), set()
    for login in MOVERS:
        for action, row in tickets.offers(ticket, login).items():
            if not row["allowed"] or action in offered:
                continue
            offered.add(action)
            own = situation(tickets, name)
            fields = sensible(tickets, own, row)
            if action == "schedule":
                fields["clash_note"] = "Others are planned for then"
            if action == "consent":
                fields = {"consented_severity": "minor"}
            if action == "reclassify":
                fields = {"reason": "x", "severity": own["severity"] or "minor"}
                if own["severity"] is None:
                    tickets.do(own, "zhang", "consent", consented_severity="minor")
            moved = tickets.do(own, login, action, **fields)
            assert row["to"] == moved["state"]
    if name != "cancelled":
        assert offered


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_not_offered_is_refused(tickets, name):
    """With every field that it could want, an action that is not offered is refused for the reasons that were told."""
    ticket = situation(tickets, name)
    for login in MOVERS:
        for action, row in tickets.offers(ticket, login).items():
            if row["allowed"]:
                continue
            answer = tickets.attempt(ticket, login, action, sensible(tickets, ticket, row))
            assert answer.status in (403, 409), answer
            told = {one["guard"] for one in row["unmet"] if one["guard"] != "field_missing" and one["field"] not in row["requires"]}
            assert told <= set(unmet(answer.json)), (row, answer)
    assert tickets.read(ticket) == ticket


@pytest.mark.parametrize("login", ["wu", "root"])
def test_auditor_and_admin_move_nothing(tickets, login):
    ticket = tickets.at("submitted")
    refusal = tickets.attempt(ticket, login, "forward", {"sysadmin": "li", "duplicate_check": "unique"}).expect(403)
    assert "ticket.move" in refusal["detail"]
    assert not any(row["allowed"] for row in tickets.offers(ticket, login).values())


@pytest.mark.parametrize("state", STATES)
def test_refusal_tells_what_is_allowed_instead(tickets, state):
    """A 409 lists exactly what is offered."""
    ticket = tickets.at(state)
    offered = tickets.offers(ticket, "zhao")
    action = next(name for name, row in offered.items() if [one["guard"] for one in row["unmet"]] == ["state"])
    refusal = tickets.attempt(ticket, "zhao", action).expect(409)
    assert sorted(refusal["allowed_actions"]) == sorted(name for name, row in offered.items() if row["allowed"])
