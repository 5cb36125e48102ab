# SPDX-License-Identifier: Apache-2.0
"""Who gets what: every route by every kind of person, on open and confidential tickets in each state, against the real service.

The verdicts stand in matrix.txt. WEIHU_UPDATE=1 writes it anew; read the difference before you keep it. A route without calls here,
or without rows there, fails.
"""

import os
from pathlib import Path

import pytest

from organisation import CHANGE_REPORT, LINE, Tickets
from store.running import weihud

TABLE = Path(__file__).with_name("matrix.txt")

# Columns: who calls, and who that is to the tickets. All of them but li's are people of one role.
PEOPLE = {
    "nobody": (None, "without a token"),
    "idle": ("idle", "an account without a role"),
    "asks": ("zhang", "a requester, of these tickets"),
    "asker": ("qian", "another requester"),
    "lead": ("zhao", "a lead"),
    "admin'd": ("li", "the system administrator to whom they were forwarded"),
    "sysadm": ("xu", "another system administrator"),
    "works": ("chen", "the technician to whom they were assigned"),
    "tech": ("hu", "another technician"),
    "author": ("zhou", "an authority"),
    "review": ("sun", "a reviewer"),
    "audit": ("wu", "an auditor"),
    "admin": ("root", "an administrator"),
    "vendor": ("acme", "a vendor's technician to whom nothing was handed"),
}
STATES = ["draft", "submitted", "to_evaluate", "to_authorise", "in_maintenance", "to_accept", "to_review", "closed"]
READERS = ["zhao", "zhou", "sun"]
CALLS = {
    "get_health": ("GET", "/healthz"),
    "get_ready": ("GET", "/readyz"),
    "get_metrics": ("GET", "/metrics"),
    "get_openapi": ("GET", "/openapi.yaml"),
    "log_in": ("POST", "/v1/sessions", {"login": "stranger", "password": "unknown"}),
    "log_out": ("DELETE", "/v1/sessions/current"),
    "get_me": ("GET", "/v1/me"),
    "get_workflow": ("GET", "/v1/workflow"),
    "list_fields": ("GET", "/v1/fields"),
    "list_people": ("GET", "/v1/people"),
    "add_person": ("POST", "/v1/people", {"login": "{new}", "name": "New"}),
    "list_programs": ("GET", "/v1/programs"),
    "add_program": ("POST", "/v1/programs", {"code": "{new}", "name": "New", "sysadmin": "li"}),
    "get_program": ("GET", "/v1/programs/sms"),
    "edit_program": ("PATCH", "/v1/programs/sms", {"language": "Go"}),
    "list_designations": ("GET", "/v1/programs/sms/designations"),
    "add_designation": ("POST", "/v1/programs/sms/designations", {"login": "li", "capacity": "deputy", "since": "2030-01-01"}),
    "list_readings": ("GET", "/v1/programs/sms/readings"),
    "add_reading": ("POST", "/v1/programs/sms/readings", {"read_at": "2026-11-02T00:00:00Z", "runs": 1, "failures": 0}),
    "import_ticket": ("POST", "/v1/imports", {"source": "csv", "row": "{new}", "requester": "zhang", "closed": True, "fields": {
        "title": "t", "description": "d", "program": "pay", "claimed_kind": "adaptive"}}),
    "list_documents": ("GET", "/v1/programs/sms/documents"),
    "save_document": ("POST", "/v1/programs/sms/documents", {"name": "Manual", "state": "complete"}),
    "list_assets": ("GET", "/v1/programs/sms/assets"),
    "save_asset": ("POST", "/v1/programs/sms/assets", {"name": "db", "sort": "database", "release": "15.8"}),
    "list_program_events": ("GET", "/v1/programs/sms/history"),
    "list_tickets": ("GET", "/v1/tickets"),
    "file_ticket": ("POST", "/v1/tickets", {"title": "New", "draft": True}),
    "list_events": ("GET", "/v1/audit"),
    "get_checkpoint": ("GET", "/v1/audit/checkpoint"),
    "get_log_keys": ("GET", "/v1/audit/keys"),
    "get_tile": ("GET", "/v1/audit/tile/0/000.p/1"),
    "get_proof": ("GET", "/v1/audit/proof?leaf=0&size=1"),
    "list_openings": ("GET", "/v1/audit/openings?from=0&to=1"),
    "list_anchors": ("GET", "/v1/audit/anchors"),
    "list_rows": ("GET", "/v1/audit/rows/program"),
    "get_export": ("GET", "/v1/exports/work?format=csv"),
    "report_waivers": ("GET", "/v1/reports/waivers"),
    "report_loans": ("GET", "/v1/reports/loans"),
    "list_reviews": ("GET", "/v1/reviews"),
    "open_review": ("POST", "/v1/reviews", {"title": "New", "from": "2026-11-01", "to": "2027-02-01"}),
    "get_review": ("GET", "/v1/reviews/1"),
    "list_review_records": ("GET", "/v1/reviews/1/records"),
    "judge_record": ("POST", "/v1/reviews/99999999/verdicts", {"ticket": 99999999, "verdict": "pass"}),
    "list_decisions": ("GET", "/v1/reviews/1/decisions"),
    "add_decision": ("POST", "/v1/reviews/99999999/decisions", {"head": "effort", "text": "x", "owner": "li", "due": "2027-01-31"}),
    "conclude_review": ("POST", "/v1/reviews/99999999/conclusion", {"conclusion": "x"}),
    "get_review_report": ("GET", "/v1/reviews/1/report"),
    "list_reports": ("GET", "/v1/reports"),
    "get_report": ("GET", "/v1/reports/turnaround?from=2026-11-01&to=2027-02-01"),
}
ON_PEOPLE = { # on oneself, and on another
    "get_person": ("GET", "/v1/people/{login}"),
    "edit_person": ("PATCH", "/v1/people/{login}", {"email": "a@example.org"}),
    "list_tokens": ("GET", "/v1/people/{login}/tokens"),
    "add_token": ("POST", "/v1/people/{login}/tokens", {"name": "t"}),
    "revoke_token": ("DELETE", "/v1/people/{login}/tokens/99999999"),
    "list_loans": ("GET", "/v1/people/{login}/loans"),
    "lend_role": ("POST", "/v1/people/{login}/loans", {"role": "reviewer", "reason": "r", "minutes": 1}),
    "take_back_role": ("DELETE", "/v1/people/{login}/loans/99999999"),
    "get_second_factor": ("GET", "/v1/people/{login}/second-factor"),
    "begin_second_factor": ("POST", "/v1/people/{login}/second-factor", {"current": "a guess"}),
    "reset_second_factor": ("DELETE", "/v1/people/{login}/second-factor"),
    "confirm_second_factor": ("POST", "/v1/people/{login}/second-factor/confirmation", {"code": "123456"}),
    "remove_second_factor": ("POST", "/v1/people/{login}/second-factor/removal", {"code": "123456"}),
    "set_password": ("POST", "/v1/people/{login}/password", {"password": "long enough for anybody"}),
}
ON_TICKETS = {
    "get_ticket": ("GET", "/v1/tickets/{id}"),
    "edit_ticket": ("PATCH", "/v1/tickets/{id}", {"priority": 3}),
    "list_transitions": ("GET", "/v1/tickets/{id}/transitions"),
    "move_ticket": ("POST", "/v1/tickets/{id}/transitions", "{next}"),
    "get_routing": ("GET", "/v1/tickets/{id}/routing"),
    "list_comments": ("GET", "/v1/tickets/{id}/comments"),
    "add_comment": ("POST", "/v1/tickets/{id}/comments", {"text": "Hello"}),
    "list_attachments": ("GET", "/v1/tickets/{id}/attachments"),
    "add_attachment": ("POST", "/v1/tickets/{id}/attachments?name=a", {"any": "bytes"}),
    "get_attachment": ("GET", "/v1/tickets/{id}/attachments/{attachment}"),
    "list_steps": ("GET", "/v1/tickets/{id}/steps"),
    "add_step": ("POST", "/v1/tickets/{id}/steps", {"step": "problem_analysis", "result": "passed"}),
    "list_changes": ("GET", "/v1/tickets/{id}/changes"),
    "add_change": ("POST", "/v1/tickets/{id}/changes", {"change_level": "module", "change_id": "x", "people": 1, "person_minutes": 1,
                                                        "not_applicable": "none", "engineer": "chen"}),
    "list_work": ("GET", "/v1/tickets/{id}/work"),
    "add_work": ("POST", "/v1/tickets/{id}/work", {"minutes": 5}),
    "list_links": ("GET", "/v1/tickets/{id}/links"),
    "add_link": ("POST", "/v1/tickets/{id}/links", {"kind": "caused_by", "other": "{other}"}),
    "list_ticket_events": ("GET", "/v1/tickets/{id}/audit"),
}


class Stage:
    """The people, and a ticket for each state that nobody has touched."""

    def __init__(self, service):
        self.service, self.tickets, self.made, self.count = service, Tickets(service), {}, 0
        self.attached = {}
        for login, roles, vendor in (("idle", [], None), ("xu", ["sysadmin"], None), ("acme", ["technician"], "Acme")):
            root = service.as_("root")
            root.post("/v1/people", {"login": login, "name": login, "roles": roles, "vendor": vendor}).expect(201)
            service.tokens[login] = root.post(f"/v1/people/{login}/tokens", {"name": "t"}).expect(201)["token"]
        self.other = self.tickets.file()["id"]
        review = {"title": "Records", "from": "2026-11-01", "to": "2026-12-01"}
        assert service.as_("sun").post("/v1/reviews", review).expect(201)["id"] == 1

    def ticket(self, state, confidential):
        if (state, confidential) not in self.made:
            readers = {"readers": READERS} if confidential else {}
            self.made[state, confidential] = self.tickets.at(state, **readers)
        return self.made[state, confidential]

    def status(self, login, method, path, body=None, state=None, confidential=False, person=None):
        self.count += 1
        ticket = self.ticket(state, confidential) if state else {"id": 0}
        path = path.replace("{id}", str(ticket["id"])).replace("{login}", person or "")
        if "{attachment}" in path:
            path = path.replace("{attachment}", str(self.attachment(ticket["id"])))
        if body == "{next}":
            action, fields = self.next(ticket) if state != "closed" else ("reopen", {"reason": "again", "same_cause": True})
            body = {"action": action, "fields": fields}
        values = {"{new}": f"new{self.count}", "{other}": self.other}
        body = body and {key: values.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
        status = self.service.as_(login).request(method, path, body).status
        if state and method != "GET" and status < 300:
            del self.made[state, confidential]  # the next one shall find it as this one did
        return status

    def attachment(self, ticket):
        if ticket not in self.attached:
            path = f"/v1/tickets/{ticket}/attachments?name=a"
            self.attached[ticket] = self.service.as_("zhang").request("POST", path, b"a").expect(201)["id"]
        return self.attached[ticket]

    def next(self, ticket):
        """The action of the normal line, whole."""
        _, action, fields = LINE[ticket["state"]]
        return action, {**fields, "severity": "moderate"} if fields == CHANGE_REPORT else fields


@pytest.fixture(scope="module")
def stage(furnished, tmp_path_factory):
    cheap = {"password_kibibytes": 64, "password_passes": 1, "login_tries": 1000, "login_tries_address": 1000}
    service = furnished.copy(tmp_path_factory.mktemp("matrix"), cheap)
    try:
        yield Stage(service.start())
    finally:
        service.remove()


def line(label, statuses):
    return f"    {label:<42}" + "".join(f"{status:>8}" for status in statuses)


def rows_of_plain(stage, call):
    return [line("", [stage.status(login, *call) for login, _ in PEOPLE.values()])]


def rows_of_people(stage, call):
    own = [stage.status(login, *call, person=login or "hu") for login, _ in PEOPLE.values()]
    return [line("oneself", own), line("another", [stage.status(login, *call, person="hu" if login != "hu" else "chen")
                                                   for login, _ in PEOPLE.values()])]


def rows_of_tickets(stage, call):
    rows = []
    for confidential in (False, True):
        for state in STATES:
            statuses = [stage.status(login, *call, state=state, confidential=confidential) for login, _ in PEOPLE.values()]
            rows.append((("confidential" if confidential else "open"), state, statuses))
    return folded(rows)


def folded(rows):
    """States with the same verdicts, one after the other, share a line."""
    lines, begun = [], None
    for (kind, state, statuses), after in zip(rows, [*rows[1:], (None, None, None)]):
        begun = begun or state
        if (after[0], after[2]) != (kind, statuses):
            span = "always" if (begun, state) == (STATES[0], STATES[-1]) else begun if begun == state else f"{begun} … {state}"
            lines.append(line(f"{kind}, {span}", statuses))
            begun = None
    return lines


def section(stage, name):
    for calls, rows in ((CALLS, rows_of_plain), (ON_PEOPLE, rows_of_people), (ON_TICKETS, rows_of_tickets)):
        if name in calls:
            return [name, *rows(stage, calls[name])]
    raise AssertionError(f"route {name} has no calls in the matrix")


HEAD = """# Who gets what: the status that each route answers, by who asks. WEIHU_UPDATE=1 with test/api/matrix_test.py writes it anew.
#
# 2xx done · 401 who are you? · 403 not with that role, or not by this person · 404 there is no such thing (for you)
# 409 not as things stand · 422 permitted, but the values are not enough
#
{people}
#
# Of a confidential ticket the readers are a lead, an authority and a reviewer. Draft … closed: draft, submitted, to_evaluate,
# to_authorise, in_maintenance, to_accept, to_review, closed. A span means every state of it.
"""


def printed(sections):
    people = "\n".join(f"#   {name:<8} {what}" for name, (_, what) in PEOPLE.items())
    columns = line("", PEOPLE)
    return HEAD.format(people=people) + "\n" + columns + "\n\n" + "\n\n".join("\n".join(rows) for rows in sections) + "\n"


def routes():
    return [text.split()[2] for text in weihud("routes").stdout.splitlines()]


def test_every_route_has_its_calls():
    known = [*CALLS, *ON_PEOPLE, *ON_TICKETS]
    assert sorted(known) == sorted(routes())


def kept_sections():
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    return {rows.split("\n")[0]: rows.rstrip("\n").split("\n") for rows in text.split("\n\n")[2:]}


def test_every_route_has_its_rows_and_the_verdicts_are_those(stage):
    now = [section(stage, name) for name in routes()]
    if os.environ.get("WEIHU_UPDATE"):
        TABLE.write_text(printed(now), encoding="utf-8")
    kept = kept_sections()
    for rows in now:
        assert kept.get(rows[0]) == rows, f"{rows[0]}: the verdicts have changed; is that meant?"
    assert TABLE.read_text(encoding="utf-8") == printed(now)


def test_nobody_without_a_token_gets_anything_but_what_is_open():
    opened = {text.split()[2] for text in weihud("routes").stdout.splitlines() if text.split()[3] == "-"}
    for name, rows in kept_sections().items():
        verdicts = {row[46:].split()[0] for row in rows[1:]}
        assert name in opened or verdicts == {"401"}, name
