# SPDX-License-Identifier: Apache-2.0
"""A ticket is what its events say: after a day of work each one is rebuilt from them alone and compared with the tables."""

import json
import os
import random
from collections import Counter
from datetime import datetime

from organisation import PEOPLE, REQUESTS, STEPS

ROUNDS = int(os.environ.get("ROUNDS", "1"))
COLUMNS = ["kind", "claimed_kind", "program", "severity", "priority", "requester", "sysadmin", "technician", "planned_start",
           "planned_end", "due_at"]
TIMES = ["planned_start", "planned_end", "due_at", "created_at", "updated_at", "started_at", "finished_at"]
BRAKES = ["reject", "cancel", "suspend", "return", "object", "reassign", "consent", "reclassify"]  # done less often
THINGS = {"comment": "comment", "step": "technical_step", "change": "program_change", "work": "work_entry", "link": "ticket_link",
          "attachment": "attachment"}
AS_TOLD = {"change": "change_told"}  # without what its event need not tell


def rows(service, sql):
    return [json.loads(row) for row in service.psql("set timezone = 'UTC'; " + sql)]


def grouped(items, key):
    groups = {}
    for item in items:
        groups.setdefault(item[key], []).append(item)
    return groups


def in_utc(ticket):
    """With its times as moments: they are written in more than one way."""
    return {key: datetime.fromisoformat(value) if key in TIMES and value else value for key, value in ticket.items()}


class Rebuilt:
    """A ticket that hears one event after the other."""

    def __init__(self, number):
        self.number, self.version, self.state, self.fields, self.things = int(number), 0, None, {}, Counter()
        self.created_at = self.updated_at = None

    def hear(self, event):
        assert event["object_version"] == self.version + 1
        assert event["from_state"] == self.state
        self.version, self.state, self.workflow = event["object_version"], event["to_state"], event["workflow"]
        self.created_at = self.created_at or event["at"]
        self.updated_at = max(self.updated_at or event["at"], event["at"], key=datetime.fromisoformat)
        for field, values in event["changes"].items():
            assert self.fields.get(field) == values["old"], f"{field} in version {self.version}"
            self.fields[field] = values["new"]
            if values["new"] is None:
                del self.fields[field]
        for thing, row in (event["added"] or {}).items():
            self.things[thing, json.dumps(in_utc(row), sort_keys=True, default=str)] += 1

    def told(self):
        columns = {column: self.fields.get(column) for column in COLUMNS}
        body = {field: value for field, value in self.fields.items() if field not in COLUMNS}
        return in_utc({"id": self.number, "version": self.version, "state": self.state, "workflow": self.workflow, **columns,
                       "created_at": self.created_at, "updated_at": self.updated_at, "body": body})


def compare_every_ticket(service):
    """Of all that the service has; how many events were heard."""
    events = grouped(rows(service, "select to_jsonb(e) from event e where object_kind = 'ticket' and result = 'done' "
                                   "order by object_version"), "object_id")
    tickets = {str(ticket["id"]): in_utc(ticket) for ticket in rows(service, "select to_jsonb(t) from ticket_view t")}
    by_sql = {(ticket["id"], ticket["version"]): in_utc(ticket) for ticket in rows(
        service, "select to_jsonb(a) from event e, ticket_at(e.object_id::bigint, e.object_version) a "
                 "where e.object_kind = 'ticket' and e.result = 'done'")}
    things = Counter()
    assert events.keys() == tickets.keys()
    for number, told in events.items():
        ticket = Rebuilt(number)
        for event in told:
            ticket.hear(event)
            assert ticket.told() == by_sql[ticket.number, ticket.version]
        assert ticket.told() == tickets[number]
        things += ticket.things
    for thing, table in THINGS.items():
        there = Counter(json.dumps(in_utc(row), sort_keys=True, default=str) for row in rows(service, f"select {AS_TOLD.get(thing, 'to_jsonb')}(t) from {table} t"))
        assert there == Counter({row: count for (kind, row), count in things.items() if kind == thing}), table
    return sum(map(len, events.values()))


class Day:
    """People who do whatever they may, to whichever ticket."""

    def __init__(self, service, tickets, seed):
        self.service, self.tickets, self.random = service, tickets, random.Random(seed)
        self.fields = {row["field"]: row for row in service.as_("zhao").get("/v1/fields").expect(200)["items"]}
        self.open, self.statuses, self.actions = [], Counter(), Counter()

    def work(self, turns):
        for _ in range(turns):
            if len(self.open) < 4 or self.random.random() < 0.08:
                kind = self.random.choice(list(REQUESTS))
                draft = self.random.random() < 0.3
                self.open.append(self.tickets.file(kind, by=self.random.choice(["zhang", "qian"]), draft=draft)["id"])
            doing = self.random.choices([self.move, self.comment, self.step, self.change, self.work_on, self.link, self.edit,
                                         self.attach], [50, 6, 40, 8, 8, 4, 10, 3])[0]
            answer = doing(self.random.choice(self.open), self.random.choice(list(PEOPLE)))
            if answer is not None:
                self.statuses[answer.status] += 1

    def value(self, field):
        row = self.fields[field]
        if row["type"] == "choice":
            return self.random.choice(row["choices"])
        if field in ("planned_start", "planned_end"):
            return f"2027-0{1 if field == 'planned_start' else 2}-{self.random.randint(10, 28)}T08:00:00Z"
        people = {"technician": ["chen", "hu"], "sysadmin": ["li", "wang"], "helpers": ["chen", "hu"]}
        if row["type"] in ("person", "people"):
            return self.random.choice(people.get(field, list(PEOPLE))) if row["type"] == "person" else self.random.sample(
                people.get(field, list(PEOPLE)), 1)
        simple = {"text": f"{field} 说明 {self.random.randint(1, 999)} \"'\\", "whole": self.random.randint(1, 5),
                  "truth": self.random.random() < 0.5, "time": "2026-12-24T10:00:00Z", "date": "2026-12-24", "program": "pay",
                  "ticket": self.random.choice(self.open)}
        return simple[row["type"]]

    def move(self, ticket, _):
        people = self.random.sample(list(PEOPLE), len(PEOPLE))
        offers = ((who, row) for who in people for row in self.tickets.offers(ticket, who).values() if row["allowed"])
        who, row = next(((who, row) for who, row in offers if row["action"] not in BRAKES or self.random.random() < 0.05), (None, None))
        if row is None:
            return None
        given = row["requires"] + [field for field in row["accepts"] if field != "readers" and self.random.random() < 0.3]
        fields = {field: self.value(field) for field in given}
        if fields.get("duplicate_check") == "duplicate":
            fields["duplicate_of"] = self.value("duplicate_of")
        answer = self.tickets.attempt(ticket, who, row["action"], fields,
                                      key=str(self.random.random()) if self.random.random() < 0.3 else None)
        self.actions[row["action"]] += answer.status == 200
        return answer

    def add(self, ticket, who, things, **body):
        return self.service.as_(who).post(f"/v1/tickets/{ticket}/{things}", body)

    def comment(self, ticket, who):
        return self.add(ticket, who, "comments", text="看过了 seen", internal=self.random.random() < 0.2)

    def attach(self, ticket, who):
        return self.service.as_(who).request("POST", f"/v1/tickets/{ticket}/attachments?name=a%20b&internal=false", b"\x00 seen")

    def step(self, ticket, _):
        by, step = self.random.choice(["chen", "hu", "li"]), self.random.choice(STEPS)
        if self.random.random() < 0.9:
            step = self.service.as_(by).get(f"/v1/tickets/{ticket}/steps").expect(200)["next_step"] or step
        result = self.random.choices(["passed", "failed"], [9, 1])[0]
        return self.add(ticket, by, "steps", step=step, result=result, minutes=5, reason="It had to be",
                        started_at="2026-11-23T08:00:00Z", finished_at="2026-11-23T09:00:00.5Z")

    def change(self, ticket, _):
        people = {"by_person": [{"login": who, "minutes": self.random.randint(1, 99)} for who in self.random.sample(["chen", "hu", "li"], 2)]}
        if self.random.random() < 0.5:
            people = {"people": 1, "person_minutes": self.random.randint(0, 99)}
        return self.add(ticket, self.random.choice(["chen", "hu", "li"]), "changes", change_level="module", change_id="a/b",
                        statements_added=3, statements_deleted=1, **people)

    def work_on(self, ticket, _):
        return self.add(ticket, self.random.choice(["chen", "hu", "li"]), "work", minutes=self.random.randint(1, 99))

    def link(self, ticket, who):
        other = self.random.choice([other for other in self.open if other != ticket])
        return self.add(ticket, who, "links", kind=self.random.choice(["caused_by", "child_of", "follow_up_of"]), other=other)

    def edit(self, ticket, who):
        fields = {field: self.random.choice([None, self.value(field), self.value(field)])
                  for field in self.random.sample(["title", "description", "priority", "due_at", "nature", "impact", "window",
                                                   "effort_minutes", "helpers", "documents", "benefit", "specification"], 2)}
        return self.service.as_(who).patch(f"/v1/tickets/{ticket}", fields)


def test_events_alone_rebuild_every_ticket(service, tickets):
    for kind in REQUESTS:
        ticket = tickets.at("closed", kind)
        tickets.do(ticket, ticket["requester"], "reopen", reason="It stops again", same_cause=True)
    tickets.do(tickets.at("to_accept"), "zhang", "refuse", failures="The sums are wrong")
    tickets.urgent("to_review")
    for state in ("returned", "rejected", "cancelled", "suspended"):
        tickets.at(state)
    days = [Day(service, tickets, seed) for seed in range(ROUNDS)]
    for day in days:
        day.work(600)
    statuses, actions = sum((day.statuses for day in days), Counter()), sum((day.actions for day in days), Counter())
    assert statuses[200] + statuses[201] > 100 * ROUNDS and max(statuses) < 500, statuses
    assert sum(count > 0 for count in actions.values()) > 12, actions
    assert compare_every_ticket(service) > 300
