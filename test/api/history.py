# SPDX-License-Identifier: Apache-2.0
"""Random histories of maintenance: events as the record would hold them."""

import random
from datetime import datetime, timedelta, timezone

KINDS = ["corrective", "adaptive", "perfective", "preventive"]
PEOPLE = ["chen", "hu", "li"]
BEGIN = datetime(2026, 1, 5, tzinfo=timezone.utc)
SPAN = timedelta(days=200)


def written(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class History:
    """Events of a few programs and tickets, in the order of time."""

    def __init__(self, seed):
        self.dice, self.events = random.Random(seed), []
        programs = [f"p{n}" for n in range(self.dice.randint(1, 4))]
        for program in programs:
            self.program(program)
        for number in range(1, self.dice.randint(0, 12) + 1):
            self.ticket(number, programs)
        self.events.sort(key=lambda event: event["at"])

    def some(self, chance):
        return self.dice.random() < chance

    def later(self, at, days):
        """A while after; now and then at once."""
        return at if self.some(0.05) else at + timedelta(seconds=self.dice.randrange(int(days * 86400)))

    def note(self, kind, name, version, at, changes, **more):
        event = {"at": at, "actor": "li", "role": None, "action": "some", "object_kind": kind, "object_id": str(name),
                 "object_version": version, "from_state": None, "to_state": None, "added": None, "result": "done",
                 "changes": {field: {"old": None, "new": value} for field, value in changes.items()}, **more}
        self.events.append(event)

    def program(self, code):
        at, version = self.later(BEGIN, 100), 1
        self.note("program", code, version, at, {"name": code, "language": self.dice.choice(["C", "COBOL", None]),
                                                 "vendor": self.dice.choice(["Acme", None])})
        runs = failures = 0
        for _ in range(self.dice.randint(0, 8)):
            at, version = self.later(at, 30) + timedelta(seconds=1), version + 1
            if self.some(0.15):
                self.note("program", code, version, at, {"language": self.dice.choice(["C", "Java"])})
                continue
            if self.some(0.2):
                runs, failures = self.dice.randint(0, 5), 0
            runs, failures = runs + self.dice.randint(0, 50), failures + self.dice.randint(0, 3)
            reading = {"id": version, "read_at": written(at - timedelta(milliseconds=5)), "runs": runs, "failures": failures}
            self.note("program", code, version, at, {"reading": reading})

    def ticket(self, number, programs):
        Life(self, number, programs)


class Life:
    """One ticket's way through the workflow, with turns at random."""

    def __init__(self, history, number, programs):
        self.history, self.dice, self.number, self.programs = history, history.dice, number, programs
        self.version, self.state, self.at = 0, None, history.later(BEGIN, 150)
        kind = self.dice.choice([*KINDS, "corrective", None]) if history.some(0.9) else None
        request = {"title": "T", "claimed_kind": kind, "program": self.dice.choice(programs), "requester": "zhang"}
        if history.some(0.1):
            self.come_from_elsewhere(request)
        else:
            self.be_filed(request)
        while self.state not in ("draft", "rejected", "cancelled", "imported", None) and history.some(0.93):
            self.pass_time(9)
            if not self.turn():
                break

    def be_filed(self, request):
        draft = request["claimed_kind"] is None or self.history.some(0.2)
        self.move("draft" if draft else "submitted", {**request, **({} if draft else self.stamp("submitted_at"))}, role="requester")
        if draft and request["claimed_kind"] and self.history.some(0.8):
            self.pass_time(3)
            self.move("submitted", self.stamp("submitted_at"), role="requester")

    def come_from_elsewhere(self, request):
        about = {**request, "kind": "corrective", "severity": "severe", "technician": "hu", "since": "2025-12-01T00:00:00.000000Z",
                 "imported_from": f"csv/{self.number}", "imported_created_at": "2025-12-01T00:00:00.000000Z",
                 "imported_closed_at": "2026-02-01T00:00:00.000000Z"}
        if self.history.some(0.5):
            self.move("imported", about, role="admin")
        else:
            self.move("submitted", {**request, "imported_from": f"csv/{self.number}", **self.stamp("submitted_at")}, role="admin")

    def stamp(self, *fields):
        return {field: written(self.at) for field in fields}

    def pass_time(self, days):
        self.at = self.history.later(self.at, days)
        if self.history.some(0.05):  # somebody is refused
            self.history.note("ticket", self.number, self.version, self.at, {"closed_at": written(self.at)}, result="refused")

    def move(self, to, changes=None, role="lead", added=None):
        self.version += 1
        self.history.note("ticket", self.number, self.version, self.at, changes or {}, from_state=self.state, to_state=to, role=role,
                          added=added)
        self.state = to

    def turn(self):
        return getattr(self, "from_" + self.state)()

    def from_submitted(self):
        if self.history.some(0.15):
            self.move("returned")
        elif self.history.some(0.15):
            self.move(self.dice.choice(["rejected", "cancelled"]), role=self.dice.choice(["lead", "requester"]))
        else:
            due = {"due_at": written(self.history.later(self.at, 20))} if self.history.some(0.3) else {}
            self.move("to_evaluate", {"sysadmin": "li", **due})
        return True

    def from_returned(self):
        self.move("submitted", role="requester")
        return True

    def from_to_evaluate(self):
        if self.history.some(0.25):
            self.suspend()
        report = {"kind": self.dice.choice([*KINDS, "corrective"]), "effort_minutes": self.dice.choice([None, 60, 90, 480]),
                  "severity": self.dice.choice(["severe", "severe", "minor", None])}
        if self.history.some(0.5):
            report["since"] = written(self.at - timedelta(days=self.dice.randint(0, 20)))
        self.move("queued", report)
        return True

    def suspend(self):
        state, code = self.state, self.dice.choice(["waits_on_requester", "waits_on_vendor"])
        self.move("suspended", {"suspend_code": code})
        if self.history.some(0.85):
            self.pass_time(10)
            self.move(state, {"suspend_code": None})

    def from_suspended(self):
        return False

    def from_queued(self):
        end = self.history.later(self.at, 25)
        self.move("assigned", {"planned_end": written(end), "due_at": written(end), "technician": self.dice.choice(PEOPLE)})
        return True

    def from_assigned(self):
        self.move("in_maintenance", self.stamp("started_at"), role="technician")
        return True

    def from_in_maintenance(self):
        if self.history.some(0.1):
            self.move("cancelled")
            return True
        if self.history.some(0.1):
            self.suspend()
            if self.state == "suspended":
                return True
        for _ in range(self.dice.randint(0, 2)):
            self.move(self.state, added={"change": self.change()})
        for _ in range(self.dice.randint(0, 2)):
            self.move(self.state, added={"work": {"person": self.dice.choice(PEOPLE), "minutes": self.dice.randint(1, 300),
                                                  "worked_on": self.at.date().isoformat()}})
        self.move("to_accept", {**self.stamp("finished_at"), "delivered_by": "chen"}, role="technician")
        return True

    def change(self):
        return {"program": self.dice.choice(self.programs), "language": self.dice.choice(["C", "Go", None]),
                "statements_added": self.dice.choice([0, 3, 12, None]), "statements_deleted": self.dice.choice([0, 5, 40]),
                "person_minutes": self.dice.randint(0, 600), "changed_on": self.at.date().isoformat(),
                "engineer": self.dice.choice(PEOPLE), "people": 1}

    def from_to_accept(self):
        if self.history.some(0.2):
            self.suspend()
        elif self.history.some(0.25):
            self.move("in_maintenance", {"finished_at": None}, role="requester")
        else:
            rated = {"rating": self.dice.randint(1, 5)} if self.history.some(0.5) else {}
            self.move("to_review", {**self.stamp("accepted_at"), **rated}, role="requester")
        return True

    def from_to_review(self):
        if self.history.some(0.15):
            self.move("in_maintenance", {"finished_at": None, "accepted_at": None}, role="reviewer")
        else:
            self.move("closed", self.stamp("closed_at"), role="reviewer")
        return True

    def from_closed(self):
        if self.history.some(0.2):
            self.move("closed", added={"link": {"kind": self.dice.choice(["caused_by", "follow_up_of"]),
                                                "other": self.dice.randint(1, 12)}})
        if self.history.some(0.6):
            return False
        self.pass_time(40)
        gone = ["effort_minutes", "due_at", "planned_end", "finished_at", "rating", "accepted_at", "closed_at"]
        self.move("to_evaluate", {**self.stamp("reopened_at"), **dict.fromkeys(gone)})
        return True
