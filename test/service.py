# SPDX-License-Identifier: Apache-2.0
"""weihud as its users meet it: a service on a data folder, and clients that talk HTTP with it."""

import http.client
import json
import os
import select
import shutil
import signal
import ssl
import subprocess
import threading
from pathlib import Path

from store.running import ENVIRONMENT, PROGRAMS, WEIHUD, end_database, until, weihud

ANSWER_SECONDS = 5
UNBRAKED = {"address_rate": 0, "person_rate": 0, "connections_address": 1000}  # all clients of the tests come from one address
LIFE_SECONDS = 30  # for a start or a stop
CONNECTIONS = 2 * (1 + 2 + 1)  # with the database: workers by writers, readers and the one for slow questions


class Answer:
    """What came back."""

    def __init__(self, status, headers, body, request=""):
        self.status, self.headers, self.body, self.request = status, headers, body, request

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    def expect(self, status):
        """The JSON of an answer that has this status; anything else fails the test and shows what came."""
        assert self.status == status, f"{self.request} gave {self.status}, not {status}: {self.body.decode(errors='replace')}"
        return self.json if self.body and "json" in self.headers.get("Content-Type", "") else None

    def __repr__(self):
        return f"<{self.request}: {self.status} {self.body[:2000]!r}>"


class Client:
    """Talks with a service over one kept connection for each thread; as_(login) talks as that person."""

    def __init__(self, service, token=None, login=None):
        self.service, self.token, self.login = service, token, login
        self.kept = threading.local()

    def as_(self, login):
        return self.service.as_(login)

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def post(self, path, body, key=None, headers=None):
        return self.request("POST", path, body, {**({"Idempotency-Key": key} if key is not None else {}), **(headers or {})})

    def patch(self, path, body, version=None, headers=None):
        match = {"If-Match": f'"{version}"'} if version is not None else {}
        return self.request("PATCH", path, body, {**match, **(headers or {})})

    def delete(self, path, headers=None):
        return self.request("DELETE", path, headers=headers)

    def request(self, method, path, body=None, headers=None):
        """A body that is no bytes is sent as JSON; a header that is None is not sent."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value is not None}
        connection = self._connection()
        try:
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read(), f"{self.login or 'nobody'}: {method} {path}")
        except BaseException:
            self.close()
            raise
        if got.will_close:
            self.close()
        return answer

    def pages(self, path, limit=None):
        """Every item of a list, page by page."""
        items, cursor = [], None
        while True:
            more = [f"limit={limit}"] * (limit is not None) + [f"cursor={cursor}"] * (cursor is not None)
            page = self.get("&".join([path + ("" if "?" in path else "?")] + more)).expect(200)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def close(self):
        connection = getattr(self.kept, "connection", None)
        if connection is not None:
            connection.close()
        self.kept.connection = None

    def _connection(self):
        connection, port = getattr(self.kept, "connection", None), self.service.port
        if connection is not None and (connection.port != port or self._was_closed(connection)):
            self.close()
            connection = None
        if connection is None:
            connection = self.kept.connection = self.service.connection()
        return connection

    @staticmethod
    def _was_closed(connection):
        return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


class SqlError(Exception):
    pass


class Service:
    """weihud on a data folder: data/ and log in `folder`. Stopped until start() is called."""

    def __init__(self, folder, settings=None):
        self.folder = Path(folder)
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.settings = {"data": self.data, "listen": "127.0.0.1:0", "refusals_most": 100000, **UNBRAKED, **(settings or {})}
        self.process, self.port, self.clock_shift = None, None, 0
        self.under = []  # words before the program's name: valgrind and the like
        self.tokens, self.clients = {}, {}
        self.client = Client(self)

    def as_(self, login):
        """The client of a person whose token is known."""
        if login is None:
            return self.client
        client = self.clients.get(login)
        if client is None or client.token != self.tokens[login]:
            client = self.clients[login] = Client(self, self.tokens[login], login)
        return client

    def create_admin(self, login):
        """By the command line, while the service is stopped."""
        file = self.folder / "admin-token"
        done = weihud("admin", "create", login, "--name", login, "--token-file", file, "--set", f"data={self.data}")
        assert done.returncode == 0, done.stderr
        self.tokens[login] = file.read_text().strip()

    @property
    def trusted(self):
        """The certificate that it shows signs itself, or it speaks in clear."""
        return ssl.create_default_context(cafile=self.settings["tls_certificate"]) if "tls_certificate" in self.settings else None

    def connection(self):
        if self.trusted:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS, context=self.trusted)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)

    @property
    def address(self):
        return f"{'https' if self.trusted else 'http'}://127.0.0.1:{self.port}"

    def start(self, clock_shift=None, env=None):
        """Returns when it is ready to work."""
        self.launch(clock_shift, env)
        until(self._is_ready, "the database")
        return self

    def launch(self, clock_shift=None, env=None):
        """Returns when it listens."""
        self.clock_shift = self.clock_shift if clock_shift is None else clock_shift
        (self.data / "address").unlink(missing_ok=True)
        given = [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([*self.under, WEIHUD, "run", *given], stderr=log,
                                            env={**ENVIRONMENT, "WEIHU_CLOCK_SHIFT": str(self.clock_shift), **(env or {})})
        until(lambda: (self.data / "address").exists() or self.process.poll() is not None, "the address")
        assert self.process.poll() is None, self.log_text()
        self.port = int((self.data / "address").read_text(encoding="utf-8").rpartition(":")[2])

    def _is_ready(self):
        """Whether every worker has its connections: a new connection of ours reaches any of them."""
        self.client.close()
        figures = dict(line.rsplit(" ", 1) for line in self.client.get("/metrics").text.splitlines() if line[0] != "#")
        ready, there = (figures[f'weihu_database_connections{{state="{state}"}}'] for state in ("ready", "open"))
        return ready == there == str(CONNECTIONS)

    def stop(self):
        """As an operator stops it; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIFE_SECONDS)

    def kill(self):
        """As a crash stops it; its database follows by itself."""
        self.process.kill()
        self.process.wait(LIFE_SECONDS)

    def restart(self, clock_shift=None):
        self.stop()
        return self.start(clock_shift)

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def copy(self, folder, settings=None):
        """Another service, on a copy of the data of this one, which must be stopped."""
        twin = Service(folder, settings)
        twin.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", self.data, twin.data], check=True, timeout=LIFE_SECONDS)
        twin.tokens = dict(self.tokens)
        return twin

    def remove(self):
        """Without the farewells of a stop."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        end_database(self.data)
        shutil.rmtree(self.data, ignore_errors=True)

    def psql(self, sql, role="weihu_owner"):
        """The rows of one statement as lines of text, columns apart by |."""
        with self.session(role) as session:
            out, errors = session.communicate(sql + ";\n", timeout=LIFE_SECONDS)
        if session.returncode != 0:
            raise SqlError(errors)
        return out.splitlines()

    def session(self, role="weihu_owner"):
        """psql in a pipe, for transactions that stay open. The socket's path may be too long to be named."""
        return subprocess.Popen([PROGRAMS / "psql", "-XAtqv", "ON_ERROR_STOP=1", f"host=/proc/self/cwd/socket dbname=weihu user={role}"],
                                cwd=self.data, env={**os.environ, "PGOPTIONS": "-c search_path=weihu"}, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
