# SPDX-License-Identifier: Apache-2.0
"""Mixed work, as a team does it all day: 60 % reads, 25 % lists and searches, 10 % moves, 5 % filings."""

import json
import random
import socket
import threading
import time
from collections import Counter

from pace import FORWARD, REQUEST

LISTS = ["", "?state=submitted", "?requester=zhang", "?sort=-updated", "?q=%E7%A3%81%E7%9B%98", "?q=%E6%94%AF%E4%BB%98%E7%BD%91%E5%85%B3",
         "?open=true&sort=priority"]


class Wire:
    """One kept connection. An HTTP client of Python's own takes a core at a thousand requests a second, which the service would lack."""

    def __init__(self, service):
        self.tokens, self.connection = service.tokens, socket.create_connection(("127.0.0.1", service.port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, login, method, path, status, body=None, key=""):
        """The answer's document as bytes; it must have that status."""
        sent = json.dumps(body).encode() if body else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.tokens[login]}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\nIdempotency-Key: {key}\r\n"
        self.connection.sendall(head.encode() + b"\r\n" + sent)
        answer = self.connection.recv(1 << 16)
        while b"\r\n\r\n" not in answer:
            answer += self.more()
        head, _, document = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"\r\ncontent-length:")[2].split(None, 1)[0])
        while len(document) < length:
            document += self.more()
        if int(head.split(None, 2)[1]) != status:
            raise SystemExit(f"{login}: {method} {path}: {answer.decode()}")
        return document

    def more(self):
        part = self.connection.recv(1 << 16)
        if not part:
            raise SystemExit("the service hung up")
        return part


class Work:
    """One client: what it does is drawn, of the first `rows` tickets what it reads; what it was promised is kept."""

    def __init__(self, service, name, rows):
        self.name, self.rows, self.draw, self.wire = name, rows, random.Random(name), Wire(service)
        self.filed, self.moved, self.done = [], 0, Counter()

    def once(self):
        kind = self.draw.choices(["read", "list", "move", "file"], [60, 25, 10, 5])[0]
        if kind == "move" and self.moved == len(self.filed):
            kind = "file"
        getattr(self, kind)()
        self.done[kind] += 1

    def read(self):
        self.wire.ask("wu", "GET", f"/v1/tickets/{self.draw.randint(1, self.rows)}", 200)

    def list(self):
        self.wire.ask("wu", "GET", "/v1/tickets" + self.draw.choice(LISTS), 200)

    def file(self):
        key = f"{self.name}-{len(self.filed)}"
        self.filed.append(json.loads(self.wire.ask("zhang", "POST", "/v1/tickets", 201, {**REQUEST, "title": key}, key))["id"])

    def move(self):
        number = self.filed[self.moved]
        self.wire.ask("zhao", "POST", f"/v1/tickets/{number}/transitions", 200, {"action": "forward", "fields": FORWARD},
                      f"{self.name}-to-{number}")
        self.moved += 1


def work_for(workers, seconds, rate=None):
    """Requests done; `rate` a second by all of them, or as fast as they can."""
    end, errors = time.monotonic() + seconds, []

    def labour(worker):
        due, pause = time.monotonic(), len(workers) / rate if rate else 0
        try:
            while time.monotonic() < end:
                worker.once()
                due += pause
                time.sleep(max(0, due - time.monotonic()))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=labour, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
