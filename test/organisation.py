# SPDX-License-Identifier: Apache-2.0
"""An organisation to test with, made through the API, and tickets taken to any state by those whose turn it is."""

PEOPLE = {
    "zhang": ["requester"],
    "qian": ["requester"],
    "zhao": ["lead"],
    "zhou": ["authority"],
    "li": ["sysadmin", "technician"],
    "wang": ["sysadmin"],
    "chen": ["technician"],
    "hu": ["technician"],
    "sun": ["reviewer"],
    "wu": ["auditor"],
}
NAMES = {"zhang": "张伟", "qian": "钱芳", "zhao": "赵敏", "zhou": "周强", "li": "李娜", "wang": "王磊", "chen": "陈静", "hu": "胡军",
         "sun": "孙丽", "wu": "吴刚"}
ADMIN = "root"
EVERYBODY = [*PEOPLE, ADMIN]

PROGRAMS = [
    {"code": "pay", "name": "工资核算", "language": "C", "source": "all", "critical": True, "source_statements": 120000,
     "machine_instructions": 900000, "installed_on": "2024-03-01", "sysadmin": "li", "deputy": "wang"},
    {"code": "ledger", "name": "General ledger", "language": "COBOL", "source": "part", "sysadmin": "li"},
    {"code": "sms", "name": "短信网关", "language": "Java", "vendor": "Acme Telecom", "source": "none",
     "not_applicable": "the vendor gives no source", "sysadmin": "wang", "deputy": "li"},
]

STEPS = ["problem_analysis", "design_change", "design_check", "code_change", "unit_test", "integration_test"]

REQUESTS = {
    "corrective": {"circumstances": "At the end of the month", "inputs": "The payroll of branch 7",
                   "observed": "ERR-42, then nothing", "since": "2026-11-02T08:00:00Z"},
    "adaptive": {"specification": "Works with the new tax tables"},
    "perfective": {"specification": "Shows the year's total"},
    "preventive": {"plan_item": "Yearly check of the archive job"},
}

CHANGE_REPORT = {"effort_people": 2, "effort_minutes": 240, "nature": "A fix of the rounding", "priority": 2,
                 "impact": "Branches 1 to 9", "backout_plan": "Put the earlier build back", "window": "Saturday night"}

# The normal line: who does what to leave each state, and with which fields.
LINE = {
    "draft": ("zhang", "submit", {}),
    "submitted": ("zhao", "forward", {"sysadmin": "li", "duplicate_check": "unique"}),
    "to_evaluate": ("li", "evaluate", CHANGE_REPORT),
    "to_authorise": ("zhou", "authorise", {"decision": "Yes"}),
    "queued": ("zhao", "schedule", {"planned_start": "2026-12-05T20:00:00Z", "planned_end": "2026-12-05T23:00:00Z",
                                    "planned_minutes": 240, "clash_note": "They touch different modules"}),
    "scheduled": ("li", "assign", {"technician": "chen"}),
    "assigned": ("chen", "start", {}),
    "in_maintenance": ("chen", "deliver", {"documents": "The manual, chapter 3"}),
    "to_accept": ("zhang", "accept", {"acceptance": "The totals are right"}),
    "to_review": ("sun", "close", {"review_answers": "All as it should be", "benefit": "+1200 CNY a month",
                                   "documents_state": "complete"}),
}

# Beside the line: from where, who, what.
BESIDE = {
    "returned": ("submitted", "zhao", "return", {"missing": "Which branch?"}),
    "rejected": ("submitted", "zhao", "reject", {"reason": "It works as it was ordered"}),
    "cancelled": ("submitted", "zhang", "cancel", {"reason": "No longer needed"}),
    "suspended": ("to_evaluate", "zhao", "suspend", {"suspend_code": "waits_on_vendor", "wake_at": "2027-01-11T00:00:00Z"}),
}

URGENT = {"severity": "severe", "critical_program": True, "technician": "chen", "reason": "Nobody is paid"}

STATES = [*LINE, "closed", *BESIDE]


def furnish(service):
    """Makes the organisation on a running service whose administrator exists."""
    root = service.as_(ADMIN)
    for login, roles in PEOPLE.items():
        root.post("/v1/people", {"login": login, "name": NAMES[login], "roles": roles}).expect(201)
        service.tokens[login] = root.post(f"/v1/people/{login}/tokens", {"name": "tests"}).expect(201)["token"]
    for program in PROGRAMS:
        root.post("/v1/programs", program).expect(201)
    reading = {"read_at": "2026-11-01T00:00:00Z", "runs": 52000, "failures": 13}
    service.as_("li").post("/v1/programs/pay/readings", reading).expect(201)


class Tickets:
    """Tickets of a furnished service."""

    def __init__(self, service):
        self.service = service

    def request(self, kind="corrective", **fields):
        """The body of a filing."""
        return {"title": "Payroll stops 工资核算中断", "description": "The run of branch 7 stops 第七分行的批处理停了", "program": "pay",
                "claimed_kind": kind, **REQUESTS[kind], **fields}

    def file(self, kind="corrective", by="zhang", **fields):
        return self.service.as_(by).post("/v1/tickets", self.request(kind, **fields)).expect(201)

    def read(self, ticket, by="zhao"):
        return self.service.as_(by).get(f"/v1/tickets/{number(ticket)}").expect(200)

    def attempt(self, ticket, by, action, fields=None, **more):
        """A move's answer, whatever it is."""
        return self.service.as_(by).post(f"/v1/tickets/{number(ticket)}/transitions", {"action": action, "fields": fields or {}}, **more)

    def do(self, ticket, by, action, **fields):
        """The ticket after a move, as those see it who run the maintenance."""
        moved = self.attempt(ticket, by, action, fields).expect(200)
        return self.read(ticket) if PEOPLE.get(by) == ["requester"] else moved

    def add(self, ticket, by, things, body):
        """A comment, step, change, work entry or link: `things` is the end of its path."""
        return self.service.as_(by).post(f"/v1/tickets/{number(ticket)}/{things}", body).expect(201)

    def attach(self, ticket, by, name, content, internal=False):
        path = f"/v1/tickets/{number(ticket)}/attachments?name={name}&internal={str(internal).lower()}"
        return self.service.as_(by).request("POST", path, content, {"Content-Type": "text/plain"}).expect(201)

    def step(self, ticket, by, step, result="passed", **more):
        return self.add(ticket, by, "steps", {"step": step, "result": result, "minutes": 10, **more})

    def work(self, ticket, steps=STEPS):
        """All that a delivery wants: the steps, a change, and work. The design is checked by another person."""
        for step in steps:
            self.step(ticket, "li" if step == "design_check" else "chen", step)
        self.add(ticket, "chen", "changes", {"change_level": "module", "change_id": "pay/round", "language": "C",
                                             "statements_added": 12, "statements_deleted": 5,
                                             "by_person": [{"login": "chen", "minutes": 60}, {"login": "hu", "minutes": 30}]})
        self.add(ticket, "chen", "work", {"minutes": 90})

    def step_on(self, ticket):
        """One state further along the normal line."""
        by, action, fields = LINE[ticket["state"]]
        if action == "evaluate" and ticket["claimed_kind"] == "corrective":
            fields = {**fields, "severity": "moderate"}
        if action == "deliver":
            self.work(ticket)
        return self.do(ticket, by if by != "zhang" else ticket["requester"], action, **fields)

    def at(self, state, kind="corrective", ticket=None, **fields):
        """A ticket in this state; a given one goes on from where it stands."""
        if state in BESIDE:
            origin, by, action, more = BESIDE[state]
            return self.do(self.at(origin, kind, ticket, **fields), by, action, **more)
        ticket = ticket or self.file(kind, draft=state == "draft", **fields)
        while ticket["state"] != state:
            ticket = self.step_on(ticket)
        return ticket

    def urgent(self, state="assigned", **fields):
        """A ticket of the urgent line: assigned, in_maintenance, to_accept or to_review, with all controls owed."""
        ticket = self.do(self.at("to_evaluate", **fields), "li", "evaluate_urgent", **URGENT)
        if ticket["state"] != state:
            ticket = self.do(ticket, "chen", "start")
        if ticket["state"] != state:
            self.work(ticket, [step for step in STEPS if step != "design_check"])
            ticket = self.do(ticket, "chen", "deliver")
        if ticket["state"] != state:
            ticket = self.do(ticket, ticket["requester"], "accept", acceptance="Paid again")
        return ticket

    def offers(self, ticket, by):
        """What GET …/transitions says of each action."""
        answer = self.service.as_(by).get(f"/v1/tickets/{number(ticket)}/transitions").expect(200)
        return {row["action"]: row for row in answer["actions"]}


def number(ticket):
    return ticket["id"] if isinstance(ticket, dict) else ticket
