# SPDX-License-Identifier: Apache-2.0
"""What is no rate: search, exports, memory, many connections, starts, whole commands, and instructions for a request."""

import json
import os
import resource
import socket
import statistics
import subprocess
import time
from pathlib import Path

import count
import fill
from pace import FORWARD, REQUEST, wrk
from service import Service
from store.running import ENVIRONMENT, ROOT, until
from table import ROUNDS, SECONDS, row, told

ROWS = int(os.environ.get("ROWS", 100000))
KEPT = Path(__file__).with_name("instructions.json")
DRIFT = 1.1  # instructions for a request may grow by so much before somebody has to say so

SEEN = "ticket_seen(t.requester, t.sysadmin, t.technician, b.fields, 'wu', false)"
PAGE = ("select t.*, b.fields ->> 'title' as title from ticket t join ticket_body b on b.ticket = t.id where {} and not exists (select "
        "from unnest(array['{}']) w where position(w in lower(concat_ws(' ', b.fields ->> 'title', b.fields ->> 'description'))) = 0) "
        "and " + SEEN + " order by t.id desc limit 51")


def explained(service, statement, settings=""):
    """Milliseconds in the database: for the plan, which is made each time, and for what it says; on a connection that has asked before."""
    with service.session("postgres") as session:
        out, errors = session.communicate(f"set search_path = weihu; set jit = off; {settings}\n{statement};\n\\echo told\n"
                                          f"explain (analyze, timing off, format json) {statement};\n")
    if session.returncode != 0:
        raise SystemExit(errors)
    told, = json.loads(out.rpartition("told\n")[2])
    return told["Planning Time"] + told["Execution Time"]


def search(service):
    words = {"frequent, 磁盘": ("磁盘", 20), "frequent, 支付网关": ("支付网关", 20), "rare, 量子纠缠": (fill.RARE, 1)}
    for name, (word, reach) in words.items():
        query = " & ".join(fill.terms(word).split()[:-1]).replace("'", "''")
        ours = [explained(service, PAGE.format(f"search_finds(b.search, '{query}'::tsquery)", word)) for _ in range(ROUNDS)]
        scan = [explained(service, PAGE.format("true", word), "set enable_indexscan = off; set enable_bitmapscan = off;") for _ in range(ROUNDS)]
        row(f"search, newest 50 of a {name}, ms in the database", told(ours, 2)[1], f"sequential scan: {told(scan, 1)[1]}",
            statistics.median(ours) / statistics.median(scan), f"≤ {reach} ms")
    index, text = service.psql("select pg_relation_size('ticket_search'), sum(octet_length(fields ->> 'title') + "
                               "octet_length(fields ->> 'description')) from ticket_body")[0].split("|")
    row("search index, MB", f"{int(index) / 1e6:.1f}", f"the text: {int(text) / 1e6:.1f}", int(index) / int(text), "≤ 1")


def memory_of(service, what="VmRSS"):
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


def curl(service, path, *options):
    began = time.monotonic()
    subprocess.run(["curl", "-sfS", "-o", "/dev/null", "-H", f"Authorization: Bearer {service.tokens['wu']}", *options,
                    service.address + path], check=True, timeout=3600)
    return time.monotonic() - began


def export(service):
    events = int(service.psql("select count(*) from event")[0])
    copy = "\\copy (select * from weihu.event order by seq) to /dev/null csv\n"
    times, copies, most = {"csv": [], "jsonl": []}, [], 0
    for _ in range(ROUNDS):
        for form, values in times.items():
            Path(f"/proc/{service.process.pid}/clear_refs").write_text("5", encoding="ascii")
            values.append(curl(service, f"/v1/exports/events?format={form}"))
            most = max(most, memory_of(service, "VmHWM"))
        began = time.monotonic()
        with service.session("postgres") as session:
            session.communicate(copy)
        copies.append(time.monotonic() - began)
    for form, values in times.items():
        row(f"export of {events:,} events, {form}, s", told(values, 2)[1], f"\\copy: {told(copies, 2)[1]}",
            statistics.median(values) / statistics.median(copies), "≤ 1.2")
    row("export, peak resident memory, MB", f"{most:.1f}", reach="≤ 24")
    Path(f"/proc/{service.process.pid}/clear_refs").write_text("5", encoding="ascii")
    try:
        subprocess.run(["curl", "-s", "-o", "/dev/null", "--limit-rate", "1M", "--max-time", str(2 * SECONDS), "-H",
                        f"Authorization: Bearer {service.tokens['wu']}", service.address + "/v1/exports/events?format=jsonl"],
                       check=False, timeout=60 + 2 * SECONDS)
    finally:
        row("export to a slow reader, peak resident memory, MB", f"{memory_of(service, 'VmHWM'):.1f}", reach="≤ 24")


def opened(service, number):
    """So many kept connections, each of which has been answered once."""
    asked = f"GET /healthz HTTP/1.1\r\nHost: {service.address[7:]}\r\n\r\n".encode()
    sockets = []
    for _ in range(number):
        sockets.append(socket.create_connection(("127.0.0.1", service.port)))
        sockets[-1].sendall(asked)
        if not sockets[-1].recv(4096).startswith(b"HTTP/1.1 200"):
            raise SystemExit("a connection was refused")
    return sockets


def memory(service):
    held = opened(service, 1000)
    row("resident memory with 1,000 open connections, MB", f"{memory_of(service):.1f}", reach="≤ 40")
    for one in held:
        one.close()


def connections(service):
    asked = ("GET", "/v1/tickets/1", "", "wu", False)
    few, many = [], []
    for _ in range(ROUNDS):
        few.append(wrk(service, asked, 64).p99)
        held = opened(service, 9900)
        many.append(wrk(service, asked, 100).p99)
        for one in held:
            one.close()
        until(lambda: len(os.listdir(f"/proc/{service.process.pid}/fd")) < 1000, "the farewells")
    row("10,000 open connections, 100 of them busy, p99 in ms", told(many, 1)[1], f"64 connections: {told(few, 1)[1]}",
        statistics.median(many) / statistics.median(few), "≤ 2")


def starts(service, folder):
    again = []
    for _ in range(ROUNDS):
        service.stop()
        began = time.monotonic()
        service.launch()
        until(lambda: service.as_("wu").get("/v1/tickets/1").status == 200, "an answer")
        again.append(time.monotonic() - began)
    row("start on an existing cluster to its first answer, s", told(again, 2)[1], reach="≤ 0.5")
    first = []
    for number in range(ROUNDS):
        fresh = Service(folder / f"fresh{number}", {"log_level": "warn"})
        fresh.folder.mkdir()
        try:
            began = time.monotonic()
            fresh.launch()
            until(lambda: fresh.client.get("/readyz").status == 200, "an answer")
            first.append(time.monotonic() - began)
        finally:
            fresh.remove()
    row("first start, with initdb, to its first answer, s", told(first, 2)[1], reach="≤ 3")


def whole(words, environment):
    began = time.monotonic()
    subprocess.run(words, check=True, capture_output=True, timeout=60, env=environment)
    return (time.monotonic() - began) * 1000


def commands(service, folder):
    weihu = ROOT / os.environ.get("WEIHU_BUILD", "build") / "weihu"
    environment = {**ENVIRONMENT, "HOME": str(folder), "WEIHU_SERVER": service.address, "WEIHU_TOKEN": service.tokens["wu"],
                   "WEIHU_LOCALE_DIR": os.environ.get("WEIHU_LOCALE_DIR", "")}
    for name, words, path in (("list", ["ticket", "list", "--limit", "50"], "/v1/tickets?limit=50"), ("show", ["ticket", "show", "1"], "/v1/tickets/1")):
        ours, theirs = [], []
        for _ in range(5 * ROUNDS):
            ours.append(whole([weihu, *words], environment))
            theirs.append(whole(["curl", "-sf", "-H", f"Authorization: Bearer {service.tokens['wu']}", service.address + path], environment))
        row(f"weihu ticket {name}, whole process, ms", told(ours, 1)[1], f"curl: {told(theirs, 1)[1]}",
            statistics.median(ours) / statistics.median(theirs), "≤ 1.5")


def instructions(service, folder):
    """A regression check: more than KEPT by DRIFT fails. KEEP=1 writes what was counted."""
    service.stop()
    count.put_under(service, folder)
    service.settings["password_kibibytes"] = 8  # the hashers hold still while requests are counted
    service.start()
    zhang, zhao, filed = service.as_("zhang"), service.as_("zhao"), []
    asks = {
        "file": lambda n: filed.append(zhang.post("/v1/tickets", REQUEST, key=f"count-{n}").expect(201)["id"]),
        "move": lambda n: zhao.post(f"/v1/tickets/{filed[n]}/transitions", {"action": "forward", "fields": FORWARD}, key=f"to-{n}").expect(200),
        "read": lambda n: zhang.get(f"/v1/tickets/{filed[n]}").expect(200),
        "list": lambda n: zhang.get("/v1/tickets").expect(200),
    }
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    counted = {name: round(count.instructions(service, folder, ask, name)) for name, ask in asks.items()}
    for name, number in counted.items():
        row(f"instructions for a {name}", f"{number:,}", f"kept: {kept[name]:,}", number / kept[name], f"≤ {DRIFT}")
    service.stop()
    service.under = []
    service.start()
    if os.environ.get("KEEP"):
        KEPT.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")
    elif any(counted[name] > DRIFT * kept[name] for name in counted):
        raise SystemExit("requests take more instructions than they did")


FIGURES = {
    "search": lambda service, folder: search(service),
    "export": lambda service, folder: export(service),
    "memory": lambda service, folder: memory(service),
    "connections": lambda service, folder: connections(service),
    "start": starts,
    "commands": commands,
    "instructions": instructions,
}


def run(service, folder, names):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    service.settings.update({"connections_most": 20000, "connections_address": 20000})
    service.restart()
    if set(names) - {"memory", "start", "instructions"}:
        fill.prepare(service)
        fill.fill(service, ROWS)
    else:
        service.as_("zhang").post("/v1/tickets", REQUEST).expect(201)
    row(f"database of {service.psql('select count(*) from ticket')[0]} tickets", fill.size(service))
    for name in names:
        FIGURES[name](service, folder)
