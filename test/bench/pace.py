# SPDX-License-Identifier: Apache-2.0
"""Requests a second against pgbench with the very statements that the service runs, on the same database, in turn."""

import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import NamedTuple

from table import ROUNDS, SECONDS, row, told

LOAD = Path(__file__).with_name("load.lua")
TICKETS = int(os.environ.get("TICKETS", 400000))  # filed beforehand, for moves: each is moved once
DEEP = min(100000, TICKETS // 2)  # rows above the deep page
CLIENTS = [int(number) for number in os.environ.get("CLIENTS", "1,8,16,32,64").split(",")]

REQUEST = {"title": "支付网关超时 @", "description": "用户付款失败，页面一直等待", "program": "pay", "claimed_kind": "corrective",
           "circumstances": "早高峰", "inputs": "任意一笔订单", "observed": "超时", "since": "2026-11-02T08:00:00Z"}
FORWARD = {"sysadmin": "li", "duplicate_check": "unique"}
DEED = {"at": "2026-11-23T08:00:00Z", "actor": "zhang", "role": "requester", "source": "127.0.0.1", "request": "0" * 32,
        "hash": "00" * 32}

FILING = json.dumps([{**DEED, "action": "submit", "workflow": 1, "to": "submitted", "key": "pg-@",
                      "terms": "'支付' '付网' '网关' '关超' '超时' '时' '用户' '户付' '付款' '款失' '失败' '败' '页面' '面一' '一直' '直等' '等待' '待'",
                      "patch": {**REQUEST, "requester": "zhang", "submitted_at": "2026-11-23T08:00:00Z"}}], ensure_ascii=False)
MOVING = json.dumps([{**DEED, "actor": "zhao", "role": "lead", "action": "forward", "to": "to_evaluate", "id": "@", "version": 1,
                      "key": "pg-move-@", "patch": FORWARD}]).replace('"@"', "@")
HEATING = json.dumps([{**DEED, "action": "comment", "id": 1, "thing": "comment", "add": {"text": "hot"}, "key": "pg-hot-@"}])


def sql(text):
    return "'" + text.replace("'", "''") + "'"


NEXT = "nextval('public.bench')::text"
LIST = ("select t.id::text, t.id::text, t.*, b.fields ->> 'title' as title from ticket t join ticket_body b on b.ticket = t.id "
        "where true {}order by t.id desc limit 51;")


def posting(function, deed, columns):
    return f"select {columns}, (f.ticket).* from {function}(replace({sql(deed)}, '@', {NEXT})::jsonb) f;"


# name: how we are asked (method, path, body, who, keyed), what pgbench runs, and what to reach: of its best, at 64 clients, at one.
FIGURES = {
    "file": (("POST", "/v1/tickets", json.dumps(REQUEST, ensure_ascii=False), "zhang", True),
             posting("ticket_file", FILING, "f.n, f.outcome"), (1.7, 2.2, 0.8)),
    "move": (("POST", "/v1/tickets/@/transitions", json.dumps({"action": "forward", "fields": FORWARD}), "zhao", True),
             posting("ticket_change", MOVING, "f.n, f.outcome, f.thing_id"), (2.0, None, 0.8)),
    "hot": (("POST", "/v1/tickets/1/comments", json.dumps({"text": "hot"}), "zhang", True),
            posting("ticket_change", HEATING, "f.n, f.outcome, f.thing_id"), (None, 0.9, None)),
    "read": (("GET", "/v1/tickets/@", "", "zhang", False),
             f"\\set id random(1, {TICKETS})\nselect (select epoch from register_epoch), coalesce(body -> 'readers', '[]') <> '[]', t.* "
             "from ticket_view t where id = :id and ticket_seen(t.requester, t.sysadmin, t.technician, t.body, 'zhang', false);",
             (0.8, 1.0, 0.8)),
    "list": (("GET", "/v1/tickets", "", "zhang", False), LIST.format(""), (None, 1.0, None)),
    "deep": (("GET", f"/v1/tickets?cursor=-id~{TICKETS - DEEP}~{TICKETS - DEEP}", "", "zhang", False),
             LIST.format(f"and t.id < {TICKETS - DEEP} and b.ticket < {TICKETS - DEEP} "), (None, 1.0, None)),
}


def pgbench():
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]


class Burst(NamedTuple):
    requests: int
    seconds: float
    p50: float  # milliseconds
    p99: float

    @property
    def rate(self):
        return self.requests / self.seconds


def wrk(service, asked, connections, first=1, step=1, drawn=None):
    """SECONDS of one request, over and over; its number counts up from `first`, or is drawn from 1 to `drawn`."""
    method, path, body, login, keyed = asked
    environment = {**os.environ, "BENCH_METHOD": method, "BENCH_PATH": path, "BENCH_BODY": body, "BENCH_TOKEN": service.tokens[login],
                   "BENCH_FIRST": str(first), "BENCH_STEP": str(step), "BENCH_KEYED": str(int(keyed)),
                   **({"BENCH_DRAWN": str(drawn)} if drawn else {})}
    threads = min(2, connections)
    done = subprocess.run(["wrk", f"-t{threads}", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "20s", "-s", str(LOAD), service.address],
                          env=environment, capture_output=True, text=True, timeout=60 + SECONDS, check=True)
    requests, microseconds, p50, p99, failed = map(int, done.stdout.rpartition("BENCH ")[2].split())
    if failed:
        raise SystemExit(f"{method} {path}: {failed} of {requests} failed")
    return Burst(requests, microseconds / 1e6, p50 / 1000, p99 / 1000)


class Pace:
    def __init__(self, service, folder):
        self.service, self.folder, self.number = service, folder, 1

    def ours(self, asked, connections):
        posts = asked[0] == "POST"
        burst = wrk(self.service, asked, connections, self.number if posts else 1, min(2, connections))
        self.number += 2 * burst.requests if posts else 0  # one thread may be ahead of the other
        return burst

    def reference(self, statement, clients):
        """Transactions a second of pgbench with prepared statements; of a sample of them the 99th percentile, in milliseconds."""
        for log in self.folder.glob("latency.*"):
            log.unlink()
        script = self.folder / "reference.sql"
        script.write_text(statement + "\n", encoding="utf-8")
        self.service.psql(f"select setval('public.bench', {self.number})")
        done = subprocess.run([pgbench(), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(SECONDS),
                               "-l", f"--log-prefix={self.folder}/latency", "--sampling-rate=0.1", "-f", str(script), "host=/proc/self/cwd/socket dbname=weihu user=weihu_service"],
                              cwd=self.service.data, env={**os.environ, "PGOPTIONS": "-c search_path=weihu"}, capture_output=True,
                              text=True, timeout=60 + SECONDS, check=True)
        self.number = 1 + int(self.service.psql("select last_value from public.bench")[0])
        logs = [log.read_text(encoding="ascii") for log in self.folder.glob("latency.*")]
        taken = sorted(int(line.split()[2]) for log in logs for line in log.splitlines())
        return float(done.stdout.rpartition("tps = ")[2].split()[0]), taken[len(taken) * 99 // 100] / 1000


def compare(pace, name):
    asked, statement, (of_best, at_most, at_one) = FIGURES[name]
    pace.number = 1
    ours, reference = {1: [], 64: []}, {clients: [] for clients in CLIENTS}
    slow = {"ours": [], "reference": []}  # of 64
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            rate, p99 = pace.reference(statement, clients)
            reference[clients].append(rate)
            slow["reference"] += [p99] * (clients == 64)
            if clients in ours:
                burst = pace.ours(asked, clients)
                ours[clients].append(burst.rate)
                slow["ours"] += [burst.p99] * (clients == 64)
    best = max(statistics.median(values) for values in reference.values())
    for clients, reach in ((1, at_one), (64, at_most)):
        if clients not in CLIENTS:
            continue
        rate, text = told(ours[clients])
        same, same_text = told(reference[clients])
        row(f"{name}, {clients} at a time, a second", text, f"pgbench, as many: {same_text}", rate / same, f"≥ {reach}" if reach else "")
    if 64 in CLIENTS:
        row(f"{name}, 64 at a time, a second", told(ours[64])[1], f"pgbench at its best: {best:,.0f}", rate / best,
            f"≥ {of_best}" if of_best else "")
        (p99, text), (same, same_text) = told(slow["ours"], 1), told(slow["reference"], 1)
        row(f"{name}, 64 at a time, p99 in ms", text, f"pgbench, as many: {same_text}", p99 / same, "≤ 1" if of_best else "")
    if name == "hot":
        lost = pace.service.psql("select t.version - 1 - (select count(*) from comment c where c.ticket = t.id) from ticket t where id = 1")[0]
        row("hot: changes that were lost", lost, reach="0")


def fill(service):
    """TICKETS tickets, by the same function in large sets."""
    one = json.loads(FILING)[0]
    del one["key"]
    deeds = f"(select jsonb_agg({sql(json.dumps(one, ensure_ascii=False))}::jsonb) from generate_series(1, 1000))"
    service.psql("create sequence public.bench; grant usage on sequence public.bench to weihu_service")
    for _ in range(TICKETS // 1000):
        service.psql(f"select count(*) from ticket_file({deeds})")
    service.psql("vacuum analyze")


def allow_clients(service):
    """The private database takes few connections, since the service needs few; pgbench wants one for each client."""
    service.stop()
    with open(service.data / "pg" / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write("max_connections = 100\n")
    service.start()


def run(service, folder, names):
    allow_clients(service)
    fill(service)
    pace = Pace(service, folder)
    for name in names:
        compare(pace, name)
