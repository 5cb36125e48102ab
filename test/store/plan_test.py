# SPDX-License-Identifier: Apache-2.0
"""How PostgreSQL carries out every statement of the service when the tables are large: nothing reads a table that grows from end
to end. The tables are small here, but the planner is told that each has a million rows; auto_explain tells the plans. What is
empty, as the months to come are, costs nothing and is left out. And what is written all day long does so even if the planner
believes that they are small: a plan is kept while they grow."""

import json
import re

import pytest

from crowd import ask_at_once
from organisation import Tickets
from store.running import until

# What grows with the work; so do the months of table event.
GROWING = {"ticket", "ticket_body", "comment", "attachment", "attachment_content", "technical_step", "program_change", "work_entry", "ticket_link", "kept_answer", "token",
           "reading", "login_attempt", "chain", "latecomer", "node", "sheaf", "sheaf_opening"}

# What has to read everything, and who asks for it: how their texts begin or what is in them.
WHOLE = ["select state, sum(n)::bigint from",        # the figures of /metrics
         "lag(t.seq, 1, "]                           # the sealer, once when it starts: what is not settled yet

PLANNED = 8  # PostgreSQL looks at five plans for known values before it keeps one for all

LISTS = ["", "sort=id", "sort=-updated", "sort=updated", "sort=priority", "sort=due", "state=submitted", "state=draft,submitted",
         "program=pay", "requester=zhang", "sysadmin=li", "technician=chen", "mine=true", "created_from=2026-11-01", "updated_from=2026-11-20",
         "due_to=2027-01-01", "overdue=true", "open=true", "open=false", "priority=1", "severity=severe", "kind=adaptive",
         "q=%E7%A3%81%E7%9B%98", "q=rounding&state=submitted"]
EVENTS = ["", "sort=seq", "actor=zhang", "action=submit", "result=refused", "object=ticket/1", "from=2026-11-01&to=2026-12-01"]
PARTS = ["comments", "attachments", "steps", "changes", "work", "links", "audit", "transitions", "routing"]


def ask(client, path):
    """The first page, and the second if there is one."""
    first = client.get(path).expect(200)
    if isinstance(first, dict) and first.get("next"):
        client.get(f"{path}{'&' if '?' in path else '?'}cursor={first['next']}").expect(200)


def tour(service, name):
    """Everything that is asked for in a day's work, and every list in every way."""
    tickets = Tickets(service)
    service.client.post("/v1/sessions", {"login": "zhang", "password": "none"}).expect(401)
    closed = tickets.at("closed")["id"]
    tickets.at("returned")
    for _ in range(2):
        service.as_("zhang").post("/v1/tickets", {"title": "A draft", "draft": True}, key=f"{name}-draft").expect(201)
    wu, zhang = service.as_("wu"), service.as_("zhang")
    zhang.post(f"/v1/tickets/{closed}/links", {"kind": "follow_up_of", "other": tickets.file()["id"]}, key=name).expect(201)
    zhang.post(f"/v1/tickets/{closed}/links", {"kind": "follow_up_of", "other": 1}, key=name).expect(422)
    zhang.post(f"/v1/tickets/{closed}/comments", {"text": "Thank you"}, key=f"{name}-thanks").expect(201)
    file = tickets.attach(closed, "zhang", "a.txt", b"a")["id"]
    zhang.get(f"/v1/tickets/{closed}/attachments/{file}").expect(200)
    wu.post("/v1/tickets", {"title": "Not mine to file"}, key=f"{name} refused".replace(" ", "-")).expect(403)
    for query in LISTS:
        for client in (wu, zhang):
            ask(client, f"/v1/tickets?limit=1&{query}")
    for query in EVENTS:
        ask(wu, f"/v1/audit?limit=1&{query}")
    for part in PARTS:
        ask(wu, f"/v1/tickets/{closed}/{part}")
    for what in ("tickets", "events", "work", "changes"):
        assert wu.get(f"/v1/exports/{what}?format=csv").status == 200
    for _ in range(PLANNED):
        wu.get("/v1/tickets?limit=1&cursor=-id~3~3").expect(200)
        assert {status for status, _ in ask_at_once(service, [("wu", f"/v1/tickets/{closed}")] * 16)} == {200}
    for path in ("/v1/people/zhang/tokens", "/v1/programs/pay/readings", "/v1/audit/openings?from=0&to=5"):
        ask(service.as_("root") if "people" in path else wu, path)


def plans(text):
    """Each plan that auto_explain told: the statement and its tree."""
    for found in re.finditer(r"plan:\n((?:\t.*\n)+)", text):
        told = json.loads(found[1])
        yield told["Query Text"], told["Plan"]


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def plans_with(furnished, folder, rows):
    """Of a day's work, when the planner is told that each table that grows has so many rows."""
    service = furnished.copy(folder)
    try:
        with open(service.data / "pg" / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write("autovacuum = off\n")
        service.start()
        for role in ("weihu_service", "weihu_sealer"):
            for setting in ("session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0",
                            "auto_explain.log_nested_statements = on", "auto_explain.log_format = json"):
                service.psql(f"alter role {role} set {setting}", role="postgres")
        tour(service, "first")
        service.psql("insert into node values (60, 0, ''); insert into latecomer values (-1, -1)")
        grown = ",".join(f"'{name}'" for name in sorted(GROWING))
        service.psql(f"update pg_class set reltuples = {rows}, relpages = 1 where relnamespace = 'weihu'::regnamespace "
                     f"and relkind = 'r' and (relname in ({grown}) or relispartition)", role="postgres")
        service.stop()
        (service.data / "pg.log").unlink()
        service.start()
        tour(service, "second")
        until(lambda: service.psql("select (select count(*) from leaf) = (select count(*) from event)") == ["t"], "the sealer")
        empty = set(service.psql("select relname from pg_class where relnamespace = 'weihu'::regnamespace and relkind = 'r' "
                                 "and pg_relation_size(oid) = 0"))
        assert not GROWING & empty
        assert service.stop() == 0
        return [(text, [node for node in nodes(plan) if node.get("Relation Name") not in empty])
                for text, plan in plans((service.data / "pg.log").read_text(encoding="utf-8"))]
    finally:
        service.remove()


@pytest.fixture(scope="module")
def told(furnished, tmp_path_factory):
    return plans_with(furnished, tmp_path_factory.mktemp("large"), 1000000)


@pytest.fixture(scope="module")
def told_small(furnished, tmp_path_factory):
    return plans_with(furnished, tmp_path_factory.mktemp("small"), 1000)


def grows(table):
    return table in GROWING or table.startswith("event_")


def is_whole(text):
    return any(part in text for part in WHOLE)


def test_no_table_that_grows_is_read_whole(told):
    read = {(node["Relation Name"], text) for text, plan in told for node in plan
            if node["Node Type"] == "Seq Scan" and grows(node["Relation Name"]) and not is_whole(text)}
    assert not read, "\n".join(f"{table}: {text[:300]}" for table, text in sorted(read))


def test_what_is_written_all_day_looks_things_up(told_small):
    """Filing, changing and reading tickets, sealing what was done. The tickets themselves are joined as the planner thinks best: of these few it
    thinks too well."""
    hot = [(text, plan) for text, plan in told_small if "kept_answer k" in text or "insert into sheaf" in text or "jsonb_array_elements($1::jsonb)" in text
           or any(node.get("Index Name") == "chain_of_object" for node in plan)]
    assert len({text for text, _ in hot}) > 4 and any("jsonb_array_elements($1::jsonb)" in text for text, _ in hot)
    read = {(node["Node Type"], node["Relation Name"], text) for text, plan in hot for node in plan
            if re.match("(Seq|Index|Bitmap Heap).* Scan", node["Node Type"]) and grows(node["Relation Name"])
            and node["Relation Name"] != "ticket" and not {"Index Cond", "Recheck Cond"} & set(node)}
    assert not read, "\n".join(f"{how} of {table}: {text[:100]}" for how, table, text in sorted(read))


def test_no_list_is_sorted_whole(told):
    """A page without a filter is read in its order from an index, however deep it is."""
    sorted_whole = {text for text, plan in told for node in plan
                    if node["Node Type"] in ("Sort", "Incremental Sort") and " limit " in text and " and (" not in text.partition(" where ")[2]}
    assert not {text for text in sorted_whole if "from ticket t" in text}, sorted_whole


def test_a_list_of_one_value_comes_in_its_order(told):
    """Of a state, a program or an actor as the first page of all: an index has it. Few as they are told to be, they need not be sorted."""
    lists = {text: [node["Node Type"] for node in plan] for text, plan in told
             if re.search(r"and \((t\.(state|program|requester|sysadmin|technician)|e\.actor) = \$\d+\) order by (t.id|e.seq)", text)}
    assert len({re.search(r"(\w\.\w+) = \$\d+\) order by", text)[1] for text in lists}) == 6, list(lists)
    assert not {text for text, kinds in lists.items() if {"Sort", "Incremental Sort"} & set(kinds)}, lists


def test_a_page_is_begun_at_its_cursor(told):
    """In both tables that it is joined from: nothing is skipped row by row."""
    begun = [(text, node) for text, plan in told for node in plan if re.search(r"from ticket t .*(id|ticket\)?) [<>] \(+select \$", text)
             and node["Node Type"].startswith("Index") and node.get("Relation Name", "").startswith("ticket")]
    assert begun and all("Index Cond" in node for _, node in begun), [text for text, node in begun if "Index Cond" not in node]


def test_pages_keep_one_plan(told):
    """It knows neither who asks nor where the page begins."""
    last = [plan for text, plan in told if re.search(r"from ticket t .*< \(select", text)][-1]
    assert "'wu'" not in json.dumps(last)


def test_the_plans_of_every_hot_statement_were_told(told):
    texts = "\n".join(text for text, _ in told)
    for part in ("from token t join person", "from jsonb_array_elements($1::jsonb)", "from ticket_file(", "from ticket_change(", "from ticket_view t where", "from ticket_at(",
                 "from log_pending(", "insert into event", "from refusal_note(", "from register_epoch e left join"):
        assert part in texts, part
