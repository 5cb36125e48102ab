# SPDX-License-Identifier: Apache-2.0
"""A scripted server on loopback, and the command line run in a pipe or on a terminal."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import termios
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("WEIHU_BIN_DIR", os.environ.get("WEIHU_BUILD", "build"))
BINARY = BUILD / "weihu"
TOKEN = "wh_c0ffee-Test_token"


class Request:
    def __init__(self, handler, body):
        self.method, self.target = handler.command, handler.path
        self.path, _, self.query = handler.path.partition("?")
        self.headers = handler.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """Answers as scripted and remembers what it was asked."""

    def __init__(self):
        self.answers, self.requests = {}, []
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.httpd.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.httpd.server_address[1]
        self.thread = threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def on(self, method, path, *answers):
        """Each answer is a JSON value (200), a (status, value[, headers]) tuple, a function of the request, or "drop".
        Several come in turn; the last one stays."""
        self.answers[method, path] = list(answers)

    def asked(self, method, path=None):
        return [r for r in self.requests if r.method == method and path in (None, r.path)]

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def _next(self, request):
        for key in ((request.method, request.target), (request.method, request.path)):
            if key in self.answers:
                answers = self.answers[key]
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return answer(request) if callable(answer) else answer
        return 404, problem("not_found", 404, "no such thing")

    def _handler(server):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                request = Request(self, body)
                server.requests.append(request)
                answer = server._next(request)
                if answer == "drop":
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                status, value, headers = (answer + ({},))[:3] if isinstance(answer, tuple) else (200, answer, {})
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                data = text.encode() if status != 204 else b""
                kind = "text/plain" if isinstance(value, str) else "application/json"
                self.send_response(status)
                self.send_header("Content-Type", "application/problem+json" if status >= 400 else kind)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-Request-Id", "req-%d" % len(server.requests))
                for name, content in headers.items():
                    self.send_header(name, content)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

        return Handler


def problem(name, status, detail, **more):
    return {"type": "urn:weihu:problem:" + name, "title": name, "status": status, "detail": detail, **more}


def ticket(number, **fields):
    return {"id": number, "version": 3, "state": "to_evaluate", "workflow": 1, "kind": None,
            "claimed_kind": "corrective", "program": "PAY", "severity": None, "priority": None, "requester": "zhang",
            "sysadmin": "li", "technician": None, "planned_start": None, "planned_end": None, "due_at": None,
            "created_at": "2026-11-23T04:54:41.000123Z", "updated_at": "2026-11-23T05:00:00.000000Z",
            "title": "Payroll export hangs", **fields}


def page(items, following=None):
    return {"items": items, "next": following}


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def rows(self):
        return [line.split("\t") for line in self.lines]


def last_words(terminal):
    """Linux can tell of the end of a terminal before it hands out the last lines."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


class Weihu:
    def __init__(self, home, server):
        self.home, self.server = home, server
        self.env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm",
                    "PAGER": "cat", "WEIHU_SERVER": server.url, "WEIHU_TOKEN": TOKEN, "NO_COLOR": "1",
                    "WEIHU_LOCALE_DIR": os.environ.get("WEIHU_LOCALE_DIR", str(BINARY.parent / "locale"))}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def environment(self, changes):
        env = {**self.env, **(changes or {})}
        return {name: value for name, value in env.items() if value is not None}

    def __call__(self, *args, stdin="", env=None, cwd=None):
        done = subprocess.run([BINARY, *map(str, args)], input=stdin.encode(), env=self.environment(env), cwd=cwd or self.home,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def tty(self, *args, typed=(), env=None, columns=100, rows=40):
        """Runs on a terminal. `typed` holds (what to wait for, what to type) pairs; what to type may be made from all that was shown,
        which out holds in the end."""
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.chdir(self.home)
                os.execve(BINARY, [str(BINARY), *map(str, args)], self.environment(env))
            finally:
                os._exit(127)
        shown, waiting, seen = b"", list(typed), 0
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 1)
            if not ready:
                continue
            try:
                block = os.read(terminal, 65536)
            except OSError:
                break
            if not block:
                break
            shown += block
            while waiting and waiting[0][0].encode() in shown[seen:]:
                seen = len(shown)
                words = waiting.pop(0)[1]
                os.write(terminal, ((words(shown.decode()) if callable(words) else words) + "\n").encode())
        if time.monotonic() >= deadline:
            os.close(terminal)  # which ends whoever waits there
            _, status = os.waitpid(pid, 0)
        else:
            _, status = os.waitpid(pid, 0)
            shown += last_words(terminal)
            os.close(terminal)
        return Result(os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n"), "")
