# SPDX-License-Identifier: Apache-2.0
"""Clients that file and move tickets until they are told to stop, and remember what they were promised."""

import http.client
import threading
import time
import uuid
from collections import Counter
from itertools import count

from store.running import until

MOVE = ("forward", {"sysadmin": "li", "duplicate_check": "unique"})
SLEEP_AFTER_REFUSAL = 0.1  # Retry-After is longer than a test has time


class Attempt:
    """One POST with its key, and what came of it: an Answer, or None if the connection broke before a byte of an answer."""

    def __init__(self, by, path, body, key):
        self.by, self.path, self.body, self.key = by, path, body, key
        self.answer, self.seconds = None, 0

    def make(self, service):
        began = time.monotonic()
        try:
            self.answer = service.as_(self.by).post(self.path, self.body, key=self.key)
        except http.client.IncompleteRead:
            raise  # half an answer is no refusal
        except (http.client.HTTPException, ConnectionError):
            self.answer = None
        self.seconds = time.monotonic() - began
        return self.answer

    @property
    def done(self):
        return self.answer is not None and self.answer.status in (200, 201)


class Load:
    """with Load(service, tickets): … ; afterwards .attempts holds all of them."""

    def __init__(self, service, tickets, clients=8):
        self.service, self.tickets, self.name = service, tickets, uuid.uuid4().hex
        self.ending, self.attempts, self.errors = threading.Event(), [], []
        self.threads = [threading.Thread(target=self._run, args=(n,)) for n in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client still waits for its answer"
        if self.errors:
            raise self.errors[0]

    def _run(self, n):
        try:
            for turn in count():
                if self.ending.is_set():
                    return
                self._one_ticket(f"{self.name}-{n}-{turn}")
        except BaseException as error:
            self.errors.append(error)

    def _try(self, *words):
        attempt = Attempt(*words)
        self.attempts.append(attempt)
        if attempt.make(self.service) is None or attempt.answer.status == 503:
            self.ending.wait(SLEEP_AFTER_REFUSAL)
        else:
            assert attempt.done, attempt.answer
        return attempt

    def _one_ticket(self, name):
        filed = self._try("zhang", "/v1/tickets", self.tickets.request(title=name), f"file:{name}")
        if filed.done:
            action, fields = MOVE
            self._try("zhao", f"/v1/tickets/{filed.answer.json['id']}/transitions", {"action": action, "fields": fields},
                      f"move:{name}")

    def wait_for(self, successes):
        """Until so many more were done."""
        wanted = self.done() + successes
        end = time.monotonic() + 60
        while self.done() < wanted:
            assert time.monotonic() < end and not self.errors, (self.statuses(), self.errors)
            time.sleep(0.005)

    def done(self):
        return sum(attempt.done for attempt in list(self.attempts))

    def statuses(self):
        return Counter(attempt.answer.status if attempt.answer else None for attempt in self.attempts)


def wait_until_served(service):
    """Until every worker has its database: each new connection reaches any of them."""
    def serves():
        service.client.close()
        return service.client.get("/readyz").status == 200
    until(lambda: all(serves() for _ in range(12)), "the database")


def check_record(service, load):
    """What was acknowledged is there, once; what was not is there whole or not at all; every retry gets the first answer."""
    for attempt in load.attempts:
        first = attempt.answer
        again = service.as_(attempt.by).post(attempt.path, attempt.body, key=attempt.key)
        assert again.status in (200, 201), again
        if attempt.done:
            assert again.json == first.json and again.headers["Idempotency-Replayed"] == "true", (first, again)
    keys = [attempt.key for attempt in load.attempts]
    assert len(set(keys)) == len(keys)
    made = service.psql("select object_kind || ' ' || object_id || ' ' || object_version from kept_answer "
                        f"where key like '%:{load.name}-%'")
    assert len(made) == len(set(made)) == len(keys)
    titles = service.psql(f"select fields ->> 'title' from ticket_body where fields ->> 'title' like '{load.name}-%'")
    assert sorted(titles) == sorted(key.removeprefix("file:") for key in keys if key.startswith("file:"))
    check_whole(service)


def check_whole(service):
    """No ticket is half done: each has its body, and its events tell what it is."""
    assert service.psql("select count(*) from ticket t left join ticket_body b on b.ticket = t.id where b.ticket is null") == ["0"]
    assert service.psql("select count(*) from ticket_view t where to_jsonb(t) is distinct from "
                        "(select to_jsonb(a) from ticket_at(t.id, null) a)") == ["0"]
    assert service.psql("select count(*) from (select object_id, max(object_version) most, count(*) n from event "
                        "where object_kind = 'ticket' and result = 'done' group by 1) e where most <> n") == ["0"]
