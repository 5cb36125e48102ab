# SPDX-License-Identifier: Apache-2.0
"""The measures once more, slow and obvious: from a list of events, one after the other. Nothing is shared with the service."""

from collections import defaultdict
from datetime import datetime, time, timedelta, timezone
from fractions import Fraction

ZONE = timezone(timedelta(hours=8))
KINDS = ["adaptive", "corrective", "perfective", "preventive"]
CLOSED = {"closed", "rejected", "cancelled"}
DIMENSIONS = ["program", "language", "vendor", "kind", "person", "month", "age"]


def moment(text):
    return text and datetime.fromisoformat(text.replace("Z", "+00:00"))


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def seconds(span):
    return Fraction(span // timedelta(microseconds=1), 1_000_000)


class Program:
    def __init__(self, registered_at):
        self.registered_at, self.fields, self.readings = registered_at, {}, []

    def take(self, event):
        for field, change in event["changes"].items():
            if field == "reading":
                self.readings.append({**change["new"], "read_at": moment(change["new"]["read_at"])})
            else:
                self.fields[field] = change["new"]


class Ticket:
    def __init__(self):
        self.fields, self.state, self.ended_at, self.acknowledged_at = {}, None, None, None
        self.deliveries, self.first_closing, self.reopened_at, self.failed_before = [], None, None, False
        self.waits, self.changes, self.work = [], [], []

    def take(self, event):
        at, new = event["at"], {field: change["new"] for field, change in event["changes"].items()}
        moved = event["from_state"] is not None and event["from_state"] != event["to_state"]
        if moved and event["role"] != "requester" and self.acknowledged_at is None:
            self.acknowledged_at = at
        if event["to_state"] in CLOSED and event["to_state"] != event["from_state"]:
            self.ended_at = at
        if event["to_state"] is not None:
            self.state = event["to_state"]
        if "finished_at" in new:
            if new["finished_at"] is not None:
                self.deliveries.append({"at": at, "again": False})
            elif self.deliveries and "reopened_at" not in new:
                self.deliveries[-1]["again"] = True
                if self.first_closing is None:
                    self.failed_before = True
        if "closed_at" in new:
            if new["closed_at"] is not None and self.first_closing is None:
                self.first_closing = at
            elif self.first_closing is not None and self.reopened_at is None:
                self.reopened_at = at
        if "suspend_code" in new:
            if self.waits and self.waits[-1][1] is None:
                self.waits[-1][1] = at
            if new["suspend_code"] == "waits_on_requester":
                self.waits.append([at, None])
        self.fields.update(new)
        for thing, kept in (("change", self.changes), ("work", self.work)):
            if thing in (event["added"] or {}):
                kept.append(event["added"][thing])

    def time(self, field):
        return moment(self.fields.get(field))

    @property
    def kind(self):
        return self.fields.get("kind") or self.fields.get("claimed_kind")

    def end(self):
        return self.ended_at if self.state in CLOSED else None

    def waited(self, as_of):
        ends = [moment for moment in [self.time("finished_at"), as_of] if moment]
        return sum((max(min([until, *ends] if until else ends) - since, timedelta()) for since, until in self.waits), timedelta())


class World:
    """What the events up to a moment tell."""

    def __init__(self, events, as_of):
        self.as_of, self.programs, self.tickets, self.blamed = as_of, {}, defaultdict(Ticket), set()
        for event in events:
            if event["result"] != "done" or event["at"] > as_of:
                continue
            if event["object_kind"] == "program":
                self.programs.setdefault(event["object_id"], Program(event["at"])).take(event)
            elif event["object_kind"] == "ticket":
                self.tickets[int(event["object_id"])].take(event)
                link = (event["added"] or {}).get("link")
                if link and link["kind"] == "caused_by":
                    self.blamed.add(link["other"])

    def of_program(self, code):
        fields = self.programs[code].fields if code in self.programs else {}
        return {"program": code, "language": fields.get("language"), "vendor": fields.get("vendor")}

    def of_ticket(self, number):
        ticket = self.tickets[number]
        return {"ticket": number, **self.of_program(ticket.fields.get("program")), "kind": ticket.kind,
                "person": ticket.fields.get("technician")}

    def of_change(self, number, change):
        about = self.of_program(change["program"])
        return {**about, "ticket": number, "language": change.get("language") or about["language"],
                "kind": self.tickets[number].kind, "person": change["engineer"]}

    def changes(self):
        return [(self.of_change(number, change), day(change["changed_on"]), change)
                for number, ticket in self.tickets.items() for change in ticket.changes]

    def readings(self):
        for code, program in self.programs.items():
            before = None
            for reading in sorted(program.readings, key=lambda reading: reading["read_at"]):
                why = ("first" if before is None else
                       "restarted" if reading["runs"] < before["runs"] or reading["failures"] < before["failures"] else None)
                yield self.of_program(code), reading, before, why
                before = reading


def fact(about, at, numerator, denominator=1, why=None):
    return {"about": about, "at": at, "numerator": numerator, "denominator": denominator, "why": why}


def closed_tickets(world):
    return [(number, ticket) for number, ticket in world.tickets.items() if ticket.time("closed_at")]


def lasts(world, begin, end, only=None):
    for number, ticket in world.tickets.items():
        first, last = begin(ticket), end(ticket)
        if last and only in (None, ticket.kind):
            yield fact(world.of_ticket(number), last, seconds(last - first) / 3600 if first else None,
                       why=None if first else "no_beginning")


def stamp(field):
    return lambda ticket: ticket.time(field)


def failures_per_run(world, since, until):
    for about, now, before, why in world.readings():
        delta = (now["failures"] - before["failures"], now["runs"] - before["runs"]) if not why else (None, None)
        yield fact(about, now["read_at"], *delta, why)


def time_between_failures(world, since, until):
    for about, now, before, why in world.readings():
        delta = (seconds(now["read_at"] - before["read_at"]) / 3600, now["failures"] - before["failures"]) if not why else (None, None)
        yield fact(about, now["read_at"], *delta, why)


def availability(world, since, until):
    end = min(until, world.as_of)
    for code, program in world.programs.items():
        first = max(program.registered_at, since)
        if first >= end:
            continue
        whole, covered = seconds(end - first) / 3600, first
        yield fact(world.of_program(code), since, whole, whole)
        for begun, number, ended in sorted(outages(world, code, end)):
            if min(ended, end) > max(begun, covered):
                down = seconds(min(ended, end) - max(begun, covered)) / 3600
                yield fact({**world.of_program(code), "ticket": number}, since, -down, None)
                covered = min(ended, end)


def outages(world, code, end):
    for number, ticket in world.tickets.items():
        severe = ticket.kind == "corrective" and ticket.fields.get("severity") == "severe" and ticket.time("submitted_at")
        if severe and ticket.fields.get("program") == code:
            yield ticket.time("since") or ticket.time("submitted_at"), number, ticket.time("accepted_at") or ticket.end() or end


def person_hours(world, since, until):
    return [fact(about, at, Fraction(change["person_minutes"], 60)) for about, at, change in world.changes()]


def changes(world, since, until):
    return [fact(about, at, 1) for about, at, change in world.changes()]


def registered(world, until):
    return [code for code, program in world.programs.items() if program.registered_at < until]


def changes_per_program(world, since, until):
    yield from [fact(about, at, 1, None) for about, at, change in world.changes()]
    yield from [fact(world.of_program(code), since, None) for code in registered(world, until)]


def changes_per_language(world, since, until):
    made = [(about, at) for about, at, change in world.changes()]
    yield from [fact(about, at, 1, None, None if about["language"] else "no_language") for about, at in made]
    languages = {world.of_program(code)["language"] for code in registered(world, until)}
    languages |= {about["language"] for about, at in made if since <= at < until}
    yield from [fact({"language": language}, since, None) for language in languages - {None}]


def changes_per_kind(world, since, until):
    yield from [fact(about, at, 1, None, None if about["kind"] else "no_kind") for about, at, change in world.changes()]
    yield from [fact({"kind": kind}, since, None) for kind in KINDS]


def hours_per_statement(world, since, until):
    for about, at, change in world.changes():
        counts = change.get("statements_added"), change.get("statements_deleted")
        if None in counts:
            yield fact(about, at, None, None, "not_counted")
        else:
            yield fact(about, at, Fraction(change["person_minutes"], 60), sum(counts))


def share_of_kinds(world, since, until):
    for number, ticket in world.tickets.items():
        if ticket.time("submitted_at"):
            yield fact(world.of_ticket(number), ticket.time("submitted_at"), 1, why=None if ticket.kind else "no_kind")


def submitted(world, since, until):
    return [fact(world.of_ticket(number), ticket.time("submitted_at"), 1)
            for number, ticket in world.tickets.items() if ticket.time("submitted_at")]


def closed(world, since, until):
    return [fact(world.of_ticket(number), ticket.time("closed_at"), 1) for number, ticket in closed_tickets(world)]


def work_hours(world, since, until):
    for number, ticket in world.tickets.items():
        for entry in ticket.work:
            about = {**world.of_ticket(number), "person": entry["person"]}
            yield fact(about, day(entry["worked_on"]), Fraction(entry["minutes"], 60))


def of_closings(good):
    def facts(world, since, until):
        for number, ticket in world.tickets.items():
            at, again = ticket.first_closing, ticket.reopened_at
            if at:
                limit = at + timedelta(days=30)
                why = "too_early" if again is None and limit > world.as_of else None
                yield fact(world.of_ticket(number), at, int(good(ticket, again is not None and again <= limit)), why=why)
    return facts


def rework(world, since, until):
    return [fact(world.of_ticket(number), delivery["at"], int(delivery["again"]))
            for number, ticket in world.tickets.items() for delivery in ticket.deliveries]


def change_failures(world, since, until):
    return [fact(world.of_ticket(number), ticket.time("closed_at"), int(number in world.blamed))
            for number, ticket in closed_tickets(world) if ticket.changes]


def backlog_age(world, since, until):
    world = World(world.events, min(until, world.as_of))
    for number, ticket in world.tickets.items():
        at = ticket.time("submitted_at")
        if at and at < world.as_of and ticket.end() is None:
            days = seconds(world.as_of - at) / 86400
            age = "00-07" if days <= 7 else "08-30" if days <= 30 else "31-90" if days <= 90 else "91-"
            yield fact({**world.of_ticket(number), "age": age}, since, days)


def on_time(world, since, until):
    for number, ticket in world.tickets.items():
        if not ticket.time("due_at") or (ticket.end() and not ticket.time("closed_at")):
            continue
        due, done = ticket.time("due_at") + ticket.waited(world.as_of), ticket.time("finished_at")
        if done or due <= world.as_of:
            yield fact(world.of_ticket(number), due, int(done is not None and done <= due))


def estimate(world, since, until):
    for number, ticket in closed_tickets(world):
        guess, spent = ticket.fields.get("effort_minutes"), sum(entry["minutes"] for entry in ticket.work)
        why = "no_estimate" if guess is None else "no_work" if not ticket.work else None
        yield fact(world.of_ticket(number), ticket.time("closed_at"), guess, spent, why)


def plan_kept(world, since, until):
    for number, ticket in world.tickets.items():
        planned, done = ticket.time("planned_end"), ticket.time("finished_at")
        if ticket.kind == "preventive" and planned and (done or planned <= world.as_of):
            yield fact(world.of_ticket(number), planned, int(done is not None and done <= planned))


def rating(world, since, until):
    for number, ticket in closed_tickets(world):
        score = ticket.fields.get("rating")
        yield fact(world.of_ticket(number), ticket.time("closed_at"), score, why=None if score is not None else "not_rated")


def rating_response(world, since, until):
    return [fact(world.of_ticket(number), ticket.time("closed_at"), int(ticket.fields.get("rating") is not None))
            for number, ticket in closed_tickets(world)]


def duration(begin, end, only=None):
    return lambda world, since, until: lasts(world, begin, end, only)


# A calendar, day by day: the days that the configuration names, each written out.

HOURS = [(time(9), time(12)), (time(13), time(18))]
HOLIDAYS = """2025-01-01..01 2025-01-28..31 2025-02-01..04 2025-04-04..06 2025-05-01..05 2025-05-31..31 2025-06-01..02 2025-10-01..08
2026-01-01..03 2026-02-15..23 2026-04-04..06 2026-05-01..05 2026-06-19..21 2026-09-25..27 2026-10-01..07"""
MADE_UP = """2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20
2026-10-10""".split()


def days_off():
    for span in HOLIDAYS.split():
        first, last = span.split("..")
        for number in range(int(first[-2:]), int(last) + 1):
            yield f"{first[:-2]}{number:02}"


OFF = set(days_off())


def is_worked(date):
    return str(date) in MADE_UP or (date.weekday() < 5 and str(date) not in OFF)


def worked(since, until):
    """Working hours between two moments."""
    spent, date = timedelta(), since.astimezone(ZONE).date()
    while date <= until.astimezone(ZONE).date():
        for opens, closes in HOURS if is_worked(date) else []:
            span = min(until, datetime.combine(date, closes, ZONE)) - max(since, datetime.combine(date, opens, ZONE))
            spent += max(span, timedelta())
        date += timedelta(days=1)
    return seconds(spent) / 3600


def turnaround_worked(world, since, until):
    for number, ticket in closed_tickets(world):
        first, last = ticket.time("submitted_at"), ticket.time("closed_at")
        yield fact(world.of_ticket(number), last, worked(first, last))


FACTS = {
    "failures_per_run": failures_per_run, "person_hours": person_hours, "changes_per_program": changes_per_program,
    "changes_per_language": changes_per_language, "changes_per_kind": changes_per_kind, "changes": changes,
    "hours_per_statement": hours_per_statement, "hours_per_change": person_hours, "share_of_kinds": share_of_kinds,
    "turnaround": duration(stamp("submitted_at"), stamp("closed_at")), "turnaround_worked": turnaround_worked,
    "acknowledge": duration(stamp("submitted_at"), lambda ticket: ticket.acknowledged_at),
    "start": duration(stamp("submitted_at"), stamp("started_at")),
    "repair": duration(stamp("started_at"), stamp("finished_at"), "corrective"),
    "restore": duration(stamp("submitted_at"), stamp("accepted_at"), "corrective"),
    "resolve": duration(stamp("submitted_at"), lambda ticket: ticket.time("submitted_at") and ticket.end()),
    "submitted": submitted, "closed": closed, "work_hours": work_hours, "time_between_failures": time_between_failures,
    "availability": availability,
    "first_time_fix": of_closings(lambda ticket, again: not again and not ticket.failed_before),
    "reopened": of_closings(lambda ticket, again: again), "rework": rework, "change_failures": change_failures,
    "backlog_age": backlog_age, "on_time": on_time, "estimate": estimate, "plan_kept": plan_kept, "rating": rating,
    "rating_response": rating_response,
}
SUMS = {"person_hours", "changes", "submitted", "closed", "work_hours"}
PERCENT = {"availability", "first_time_fix", "reopened", "rework", "change_failures", "on_time", "plan_kept", "rating_response"}
SPREAD = {"hours_per_statement", "hours_per_change", "turnaround", "turnaround_worked", "acknowledge", "start", "repair", "restore", "resolve",
          "backlog_age", "estimate", "rating"}


def rounded(number):
    """Half away from zero, as commerce does."""
    return None if number is None else Fraction(int(abs(number) * 10000 + Fraction(1, 2)), 10000) * (1 if number >= 0 else -1)


def quantile(values, part):
    values = sorted(values)
    if not values:
        return None
    place = (len(values) - 1) * part
    low = values[int(place)]
    return low + (values[min(int(place) + 1, len(values) - 1)] - low) * (place - int(place))


def figure(measure, facts):
    counted = [one for one in facts if one["why"] is None]
    numerator = sum((one["numerator"] for one in counted if one["numerator"] is not None), Fraction(0))
    denominator = sum((one["denominator"] for one in counted if one["denominator"] is not None), Fraction(0))
    singles = [Fraction(one["numerator"]) / one["denominator"] for one in counted if one["numerator"] is not None and one["denominator"]]
    spread = measure in SPREAD
    quotient = numerator / denominator if denominator else None
    value = numerator if measure in SUMS else quotient and quotient * 100 if measure in PERCENT else quotient
    return {"numerator": rounded(numerator), "denominator": None if measure in SUMS else rounded(denominator),
            "n": sum(one["numerator"] is not None for one in counted), "left_out": sum(one["why"] is not None for one in facts),
            "value": rounded(value), "defined": value is not None,
            "median": rounded(quantile(singles, Fraction(1, 2))) if spread else None,
            "p90": rounded(quantile(singles, Fraction(9, 10))) if spread else None,
            "most": rounded(max(singles, default=None)) if spread else None}


def share_out(counts):
    """Whole percents that add up to 100: one by one to whoever is furthest below its due."""
    whole = sum(counts.values())
    if whole == 0:
        return {name: None for name in counts}
    shares = {name: 100 * count // whole for name, count in counts.items()}
    order = sorted(counts, key=lambda name: (shares[name] - Fraction(100 * counts[name], whole), name is None, name or ""))
    for name in order[:100 - sum(shares.values())]:
        shares[name] += 1
    return shares


def key_of(about, by):
    return tuple(about.get(dimension) for dimension in by)


def report(events, measure, since, until, as_of, by):
    """(total, {group: figure}); a group is a tuple of the values of `by`."""
    world = World(events, as_of)
    world.events = events
    since, until = day(since), day(until)
    facts = [one for one in FACTS[measure](world, since, until) if since <= one["at"] < until]
    for one in facts:
        one["about"] = {**one["about"], "month": one["at"].astimezone(ZONE).strftime("%Y-%m")}
    groups = defaultdict(list)
    for one in facts:
        groups[key_of(one["about"], by)].append(one)
    figures = {group: figure(measure, members) for group, members in groups.items()} if by else {}
    total = figure(measure, facts)
    if measure == "share_of_kinds":
        share_figures(total, figures, by)
    return total, figures


def share_figures(total, figures, by):
    total.update(denominator=total["n"], value=100 if total["n"] else None, defined=total["n"] > 0)
    place = by.index("kind")
    within = defaultdict(dict)
    for group, figure_ in figures.items():
        within[group[:place] + group[place + 1:]][group[place]] = figure_
    for members in within.values():
        shares = share_out({kind: figure_["n"] for kind, figure_ in members.items()})
        for kind, figure_ in members.items():
            figure_.update(denominator=sum(one["n"] for one in members.values()), value=shares[kind], defined=shares[kind] is not None)
