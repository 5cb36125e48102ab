# SPDX-License-Identifier: Apache-2.0
"""What the service's own role must not be able to do, tried in psql under that role."""

import json

import pytest

from schema.deeds import SERVICE, TABLES, call, deed, events, fingerprints, permitted, quoted, refused, view
from store.running import until

ATTEMPTS = [
    "insert into {} default values",
    "update {} set {} = default",
    "delete from {}",
    "truncate {} cascade",
    "select * from {} for update",
    "begin; lock table {} in exclusive mode; rollback",
    "alter table {} disable trigger all",
    "drop table {} cascade",
]

STATEMENTS = [
    "select workflow_register('mine', 'mine', '[]', now())",
    "select register_note('{}', 'person', 'li', 99, '{}')",
    "select may_be_designated('li')",
    "select review_note('{}', 1, 99, '{}', '{}', 1)",
    "select review_hold(1, now())",
    "create table weihu.mine (n int)",
    "create table public.mine (n int)",
    "create schema mine",
    "create function weihu.mine() returns int language sql return 1",
    "create or replace function weihu.changes_between(old jsonb, new jsonb, patch jsonb) returns jsonb language sql return '{}'",
    "create view weihu.mine as select 1",
    "create trigger mine before insert on weihu.event for each row execute function suppress_redundant_updates_trigger()",
    "create rule mine as on insert to weihu.event do instead nothing",
    "alter function weihu.ticket_change(jsonb) security invoker",
    "alter sequence weihu.ticket_id_seq restart",
    "select nextval('weihu.ticket_id_seq')",
    "select setval('weihu.event_seq_seq', 1)",
    "drop function weihu.ticket_change(jsonb)",
    "drop schema weihu cascade",
    "drop extension btree_gist",
    "create extension dblink",
    "set role weihu_owner",
    "set session authorization weihu_owner",
    "set session_replication_role = replica",
    "alter role weihu_service superuser",
    "create role mine",
    "copy weihu.event to '/tmp/mine'",
    "copy (select 1) to program 'true'",
    "insert into public.migration values (99, 'mine', '', now())",
    "delete from public.migration",
]


def test_every_table_is_tried(service):
    assert service.psql("select relname from pg_class where relnamespace = 'weihu'::regnamespace and relkind in ('r', 'p') "
                        "and not relispartition order by 1") == TABLES


def test_no_table_is_written_but_by_the_functions(service):
    columns = dict(row.split("|") for row in service.psql(
        "select relname, attname from pg_class c join pg_attribute on attrelid = c.oid and attnum = 1 "
        "where relnamespace = 'weihu'::regnamespace and relkind in ('r', 'p')"))
    assert permitted(service, [attempt.format(f"weihu.{table}", columns[table]) for table in TABLES for attempt in ATTEMPTS]) == []


def test_nothing_is_made_or_changed_around_the_functions(service):
    assert permitted(service, STATEMENTS) == []


def test_a_reader_reads_no_token_and_runs_no_writing_function(service):
    calls = [f"select * from {function}('[]')" for function in writing_functions(service)]
    assert permitted(service, ["select count(*) from ticket_view", "select * from token", *calls], "weihu_reader") == [
        "select count(*) from ticket_view"]


# The workflow.

def tried(service, function, legal, common):
    """The outcomes of one deed for each action and state, in sets of one, but for the (action, state) in `legal`."""
    actions = service.psql("select distinct action from workflow_edge") + ["edit", "teleport", ""]
    states = service.psql("select distinct to_state from workflow_edge") + ["nowhere", ""]
    assert legal and set(legal) < {f"{action}/{state}" for action in actions for state in states}
    pairs = f"unnest({quoted(array(actions))}::text[]) a, unnest({quoted(array(states))}::text[]) s"
    one = (f"jsonb_build_array({quoted(common)}::jsonb || "
           "jsonb_build_object('action', a, 'to', s, 'key', 'tried ' || a || s, 'hash', '00'))")
    return service.psql(f"select f.outcome, count(*) > 300 from {pairs}, lateral {function}({one}) f "
                        f"where a || '/' || s <> all ({quoted(array(legal))}) group by 1", SERVICE)


def array(texts):
    return "{" + ",".join(json.dumps(text) for text in texts) + "}"


@pytest.mark.parametrize("state", ["draft", "submitted", "to_authorise", "in_maintenance", "suspended", "closed"])
def test_no_ticket_moves_but_along_an_edge(service, tickets, state):
    ticket = tickets.at(state)
    legal = service.psql("select action || '/' || to_state from workflow_edge "
                         f"where workflow = {ticket['workflow']} and from_state = '{state}'")
    before = fingerprints(service)
    for version in (None, ticket["version"]):
        move = deed(id=ticket["id"], version=version, patch={"reason": "because"}, thing="comment", add={"text": "I was here"})
        assert tried(service, "ticket_change", legal, move) == ["no_edge|t"]
    assert fingerprints(service) == before


def test_no_ticket_is_born_but_along_an_edge(service, tickets):
    workflow = tickets.file()["workflow"]
    legal = service.psql(f"select action || '/' || to_state from workflow_edge where workflow = {workflow} and from_state is null")
    assert "submit/closed" not in legal
    before = fingerprints(service)
    for number in (workflow, 999, None):
        filing = deed(workflow=number, patch={"title": "Born closed", "requester": "zhang"})
        assert tried(service, "ticket_file", legal, filing) == ["no_edge|t"]
    assert call(service, "ticket_file", deed(workflow=workflow, action="submit", patch={"title": "Nowhere"})) == ["no_edge"]
    assert fingerprints(service) == before


# What a patch does not decide.

SMUGGLED = {"id": 999999, "version": 77, "state": "closed", "workflow": 77, "created_at": "1999-01-01T00:00:00Z",
            "updated_at": "1999-01-01T00:00:00Z"}


def test_a_patch_smuggles_nothing_in(service, tickets):
    ticket = tickets.at("to_evaluate")
    before = view(service, ticket)
    assert call(service, "ticket_change", deed(id=ticket["id"], version=ticket["version"],
                                               patch={**SMUGGLED, "requester": "qian", "nature": "honest"})) == ["done"]
    now = view(service, ticket)
    assert now["version"] == before["version"] + 1 and now["body"] == {**before["body"], "nature": "honest"}
    changed = {key for key in now if now[key] != before[key]}
    assert changed <= {"version", "body", "updated_at"}, changed
    assert events(service, ticket)[-1]["changes"] == {"nature": {"old": None, "new": "honest"}}


def test_a_filing_smuggles_nothing_in(service, tickets):
    workflow = tickets.file()["workflow"]
    filed = json.loads(service.psql("select to_jsonb(f.ticket) from ticket_file(" + quoted([deed(
        workflow=workflow, action="submit", to="submitted", terms="",
        patch={**SMUGGLED, "title": "Innocent", "requester": "zhang", "program": "pay"})]) + ") f", SERVICE)[0])
    assert filed["body"] == {"title": "Innocent"}
    assert (filed["version"], filed["state"], filed["workflow"]) == (1, "submitted", workflow)
    assert filed["id"] != 999999 and filed["created_at"].startswith("2026-11-23T08:00:00.000001")


@pytest.mark.parametrize("more, outcome", [({"version": 1}, "stale"), ({"version": 99}, "stale"), ({"id": 88888888}, "missing")])
def test_a_deed_that_comes_too_late_or_for_nothing_changes_nothing(service, tickets, more, outcome):
    ticket = tickets.at("to_evaluate")
    before = fingerprints(service)
    late = deed(**{"id": ticket["id"], "action": "evaluate", "to": "to_authorise", "patch": {"nature": "late"}, "key": "late",
                   "hash": "00", **more})
    assert call(service, "ticket_change", late) == [outcome]
    assert fingerprints(service) == before


def test_a_deed_that_comes_late_does_not_turn_the_time_back(service, tickets):
    ticket = tickets.at("to_evaluate")
    before = view(service, ticket)
    late = deed(id=ticket["id"], patch={"nature": "early"})
    assert call(service, "ticket_change", {**late, "at": "2020-01-01T00:00:00Z"}) == ["done"]
    now = view(service, ticket)
    assert (now["created_at"], now["updated_at"]) == (before["created_at"], before["updated_at"])
    assert service.psql(f"select t = a from ticket_view t, ticket_at(t.id, null) a where t.id = {ticket['id']}") == ["t"]


def test_one_ticket_twice_in_a_set_is_refused_whole(service, tickets):
    one, other = tickets.file(), tickets.file()
    before = fingerprints(service)
    deeds = [{**deed(id=ticket["id"], thing="comment", add={"text": "twice"}), "at": f"2026-11-23T08:00:0{second}Z"}
             for second, ticket in enumerate((other, one, one))]
    assert "stands in one set twice" in refused(service, f"select * from ticket_change({quoted(deeds)})")
    assert fingerprints(service) == before


# A change and its event.

def writing_functions(service):
    return service.psql("select proname from pg_proc where pronamespace = 'weihu'::regnamespace and provolatile = 'v' "
                        f"and has_function_privilege('{SERVICE}', oid, 'execute') order by proname")


def deeds_of_reviews(service, tickets):
    """The same of reviews: one is open, and whatever was closed is in its sample."""
    closed = tickets.at("closed")
    until(lambda: service.psql("select (select max(size) from checkpoint) >= (select count(*) from event)") == ["t"], "the sealer")
    opening = {"at": "2126-01-01T00:00:00Z", "actor": "sun", "title": "Told", "from": "2020-01-01", "to": "2090-01-01", "zone": "UTC", "share": 100, "seed": "00"}
    assert call(service, "review_open", deed(**opening), deed(**{**opening, "to": "2020-01-02"})) == ["done", "done"]
    full, empty = map(int, service.psql("select id from review order by id desc limit 2")[::-1])
    judging = {"actor": "sun", "id": full, "ticket": closed["id"]}
    decision = {"head": "effort", "text": "Told", "owner": "li", "due": "2027-01-31"}
    return {
        "review_open": [deed(**opening)] * 2,
        "review_judge": [deed(**judging, verdict="pass"), deed(**judging, verdict="correct", note="Item 9")],
        "review_decide": [deed(id=full, **decision), deed(id=empty, **decision)],
        "review_conclude": [deed(id=empty, conclusion="Told")],
    }


def deeds_of_every_function(ticket, twin, workflow):
    """{function: its deeds}; each changes something."""
    edit = {"id": ticket["id"]}
    person = {"login": "deeds", "version": "last"}
    program = {"code": "deeds", "version": "last"}
    row = {"title": "Told", "requester": "zhang"}
    return {
        "person_save": [deed(login="deeds", patch={"name": "Deeds", "roles": ["sysadmin"]}), deed(**person, patch={"email": "a@b"})],
        "rehearse": [deed(rehearses="person_save", login="rehearsed", patch={"name": "R", "roles": []})] * 2,
        "program_save": [deed(code="deeds", patch={"name": "Deeds"}, sysadmin="li", deputy="wang", day="2026-11-01"),
                         deed(**program, patch={"critical": True})],
        "designation_add": [deed(code="deeds", login="deeds", capacity=capacity, since="2026-12-01", until=until)
                            for capacity, until in (("sysadmin", None), ("deputy", "2027-01-01"))],
        "part_save": [deed(code="deeds", part="document", patch={"name": name, "state": "none"}) for name in ("Manual", "Plan")],
        "reading_add": [deed(code="deeds", read_at=at, runs=1, failures=0) for at in ("2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z")],
        "token_add": [deed(login="deeds", name=name, hash_of_token=name * 64) for name in ("a", "b")],
        "password_set": [deed(login="deeds", password_hash="$argon2id$1"), deed(login="deeds", password_hash="$argon2id$2")],
        "login_try": [deed(login="deeds", source=address, account_tries=5, address_tries=5, wait_most=9)
                      for address in ("192.0.2.1", "2001:db8::1")],
        "session_add": [deed(login="deeds", source="192.0.2.1", hash_of_token=name * 64, expires_at="2027-01-01") for name in ("c", "d")],
        "reading_note": [deed(id="1", version=1, workflow=1, state="closed")] * 2,
        "token_used": [{**deed(id=number), "at": "2126-01-01T00:00:00Z"} for number in (1, 2)],
        "event_months_make": [deed()],
        "answers_forget": [deed(before="2020-01-01T00:00:00Z")],
        "session_end": None,  # these need the ids
        "token_revoke": None,
        "factor_begin": [deed(login="deeds", secret="sealed"), deed(login="li", secret="sealed")],
        "factor_confirm": [deed(login="deeds", secret="sealed", step=1, hashes=["01", "02"])],
        "factor_use": [deed(login="deeds", hash=code) for code in ("01", "02")],
        "factor_end": [deed(login="deeds")],
        "loan_add": [[deed(login="root", lent=role, reason="told", until="2126-01-01")] for role in ("lead", "reviewer")],
        "loan_end": None,
        "ticket_file": [deed(workflow=workflow, action="submit", to="submitted", patch=row, terms="'told'"),
                        deed(workflow=workflow, action="file", to="draft", patch=row, terms="")],
        "ticket_change": [[deed(**edit, patch={"nature": "told"})],
                          [deed(**edit, action="return", to="returned", patch={"missing": "all"}), deed(id=twin["id"])],
                          [deed(**edit, thing="comment", add={"text": "told"}),
                           deed(id=twin["id"], thing="work", add={"person": "li", "minutes": 5, "worked_on": "2026-11-23"})],
                          [deed(**edit, thing="link", add={"kind": "caused_by", "other": twin["id"]}),
                           deed(id=twin["id"], thing="step", add={"step": "problem_analysis", "result": "passed"})],
                          [deed(**edit, thing="change", add={"change_level": "module", "change_id": "x", "program": "pay", "people": 1,
                                                             "person_minutes": 1, "changed_on": "2026-11-23", "engineer": "li"})]],
        "refusal_note": [deed(object_kind="ticket", object_id="1", version=1, reason={"problem": "state"})] * 2,
    }


# Counters, what counts nothing yet, housekeeping, and dry runs: no part of the record.
UNTOLD = ("login_try", "token_used", "factor_begin", "event_months_make", "answers_forget", "rehearse")
UNCHANGING = ("refusal_note", "reading_note", "event_months_make", "answers_forget", "rehearse")


def test_each_change_leaves_its_event_whichever_function_makes_it(service, tickets):
    ticket, twin = tickets.at("to_evaluate"), tickets.at("to_evaluate")
    deeds = {**deeds_of_every_function(ticket, twin, ticket["workflow"]), **deeds_of_reviews(service, tickets)}
    assert sorted(deeds) == writing_functions(service)
    before = fingerprints(service)
    for function, sets in deeds.items():
        if sets is None:
            kind = function.partition("_")[0]
            login = "root" if kind == "loan" else "deeds"
            open_ones = service.psql("select id from role_loan where ended_at is null and login = 'root'" if kind == "loan" else
                                     f"select id from token where login = 'deeds' and kind = '{kind}' and revoked_at is null")
            sets = [deed(login=login, id=int(number)) for number in open_ones]
        for one in sets if isinstance(sets[0], list) else [sets]:
            assert call(service, function, *one) == ["done"] * len(one)
            now = fingerprints(service)
            changed = {table for table in now if now[table] != before[table]}
            assert function in UNCHANGING or len(changed - {"event"}) > 0, function
            assert function != "rehearse" or changed == set()
            told = 0 if function in UNTOLD else len(one)
            assert now["event"][0] == before["event"][0] + told, function
            before = now


def test_objects_of_the_callers_own_deceive_no_function(service, tickets):
    ticket = tickets.at("to_evaluate")
    counted = len(events(service, ticket))
    trick = "; ".join([
        "create temp table workflow_edge as select 1 as workflow, 'close' as action, 'to_evaluate' as from_state, 'closed' as to_state",
        "create temp table event (like weihu.event including defaults)",
        "create temp table ticket_body as select * from weihu.ticket_body",
        "create function pg_temp.changes_between(a jsonb, b jsonb, c jsonb) returns jsonb language sql return '{}'::jsonb",
        "create function pg_temp.jsonb_strip_nulls(a jsonb) returns jsonb language sql return '{\"a\": 1}'::jsonb",
        "set search_path = pg_temp, weihu, pg_catalog",
        f"select outcome from weihu.ticket_change({quoted([deed(id=ticket['id'], action='close', to='closed')])})",
        f"select outcome from weihu.ticket_change({quoted([deed(id=ticket['id'], patch={'nature': 'plain'})])})",
        "select count(*) from pg_temp.event",
    ])
    assert service.psql(trick, SERVICE) == ["no_edge", "done", "0"]
    assert view(service, ticket)["state"] == "to_evaluate"
    assert len(events(service, ticket)) == counted + 1
    assert events(service, ticket)[-1]["changes"] == {"nature": {"old": None, "new": "plain"}}


def test_a_refusal_of_any_length_is_noted(service):
    name = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))
    assert call(service, "refusal_note", deed(object_kind="path", object_id=name, reason={})) == ["done"]
    assert service.psql(f"select count(*) from event where object_id = '{name[:256]}'") == ["1"]
