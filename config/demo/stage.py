# SPDX-License-Identifier: Apache-2.0
"""The stage for the day: a service of its own, people with their tokens, and commands shown with their answers."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / os.environ.get("WEIHU_BUILD", "build")
PATIENCE = 60  # seconds that a start may take on a busy machine
PORTS = (8420, 0)  # the usual one, else any that is free

# Exit codes of weihu that the day reckons with.
OK, NOT_LOGGED_IN, NOT_FOUND = 0, 3, 5


class Mishap(Exception):
    """What ends the day, in words for people."""


def environment(**more):
    """The caller's environment, but for what would lead to another service, another database or a proxy."""
    ours = ("WEIHU_CONFIG_DIR", "WEIHU_SCHEMA_DIR", "WEIHU_DOCS_DIR", "WEIHU_LOCALE_DIR", "WEIHU_LANG", "WEIHU_PG_BIN")
    foreign = re.compile(r"WEIHU_|PG[A-Z]|(?i:http|https|all)_proxy$")
    return {key: value for key, value in os.environ.items() if key in ours or not foreign.match(key)} | more


def write_secret(path, text):
    """The file is whole or not there, and its owner's alone."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(text)
    draft.rename(path)


class Service:
    """weihud on a data folder, for as long as the day lasts."""

    def __init__(self, data, port=None):
        self.data, self.demo = data, data / "demo"
        self.ports = (port,) if port else PORTS
        self.log = self.demo / "weihud.log"
        self.process = self.url = None

    def token(self, login):
        return self.demo / f"{login}.token"

    def spell(self, login, command):
        """The command as one would type it in a shell anywhere."""
        words = [f"WEIHU_SERVER={self.url}", f"WEIHU_TOKEN_FILE={shlex.quote(str(self.token(login)))}",
                 shlex.quote(str(BUILD / "weihu")), command.removeprefix("weihu ")]
        return " ".join(words)

    def __enter__(self):
        self.demo.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        write_secret(self.demo / "address", self.url + "\n")
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def wait(self):
        """Until it ends, which it should not."""
        self.process.wait()
        raise Mishap(f"the service has ended; see {self.log}")

    def _start(self):
        if not self.token("root").exists():
            self._create_root()
        self._run()
        if weihu(self, "root", ["whoami"], show=False).code == NOT_LOGGED_IN:  # the data is new, the token is not
            self.stop()
            self._create_root()
            self._run()

    def _weihud(self, *words):
        # Whatever ends the day ends the service.
        return ["setpriv", "--pdeathsig", "TERM", BUILD / "weihud", *words, "--set", f"data={self.data}"]

    def _create_root(self):
        command = self._weihud("admin", "create", "root", "--name", "平台管理员", "--token-file", self.token("root"))
        done = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            raise Mishap(complaint(done.stderr))

    def _run(self):
        for port in self.ports:
            said = self._run_at(port)
            if self.url:
                return
            if not re.search(r"^listen: ", said, re.M):
                break
        raise Mishap(said)

    def _run_at(self, port):
        """The service's complaint, if it does not get as far as its address."""
        self.url = None
        with open(self.log, "ab") as log:
            begin = log.tell()
            # A session of its own: Ctrl-C reaches the day alone, which stops the service in its turn.
            self.process = subprocess.Popen(self._weihud("run", "--set", f"listen=127.0.0.1:{port}"), env=environment(),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            said = self.log.read_bytes()[begin:]
            listening = re.search(rb"listening on (http://[^\"\s]+)", said)
            if listening:
                self.url = listening[1].decode()
                return None
            if ended:
                return complaint(said)
            time.sleep(0.01)
        return f"the service was not ready after {PATIENCE} seconds; see {self.log}"


def complaint(said):
    """What weihud said for people, without the lines of its log."""
    lines = said.decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("time=")) or "\n".join(lines[-5:])


class Answer:
    def __init__(self, code, text):
        self.code, self.text = code, text


def weihu(service, login, words, show=True):
    """One command as a person gives it at a terminal."""
    width = shutil.get_terminal_size((120, 24)).columns
    env = environment(WEIHU_SERVER=service.url, WEIHU_TOKEN_FILE=str(service.token(login)), WEIHU_PAGER="cat",
                      XDG_CONFIG_HOME=str(service.demo / "none"), COLUMNS=str(width))
    if not sys.stdout.isatty():
        env["NO_COLOR"] = "1"
    screen, terminal = os.openpty()
    try:
        process = subprocess.Popen([BUILD / "weihu", *words], env=env, stdin=subprocess.DEVNULL, stdout=terminal,
                                   stderr=terminal)
    finally:
        os.close(terminal)
    with open(screen, "rb", buffering=0) as lines:
        text = read_screen(lines)
        code = process.wait()
        text += read_screen(lines)  # Linux can tell of the end before it hands out the last lines
    text = text.decode(errors="replace").replace("\r\n", "\n")
    if show:
        print(text, end="", flush=True)
    return Answer(code, text)


def read_screen(lines):
    """What there is until the other end is closed."""
    text = b""
    try:
        while part := lines.read(65536):
            text += part
    except OSError:
        pass
    return text


class Stage:
    """Where the day is played: commands are shown with their answers, and one that is not as expected ends it."""

    # Whose command it is, its words, and the exit code where it is not 0.
    COMMAND = re.compile(r"(\w+)\$ weihu (.*?)(?: +# (?:refused|not possible|incomplete|not found): (\d+))?", re.S)

    def __init__(self, service):
        self.service = service

    def title(self, text):
        print(f"\n{'═' * 100}\n{text}\n{'═' * 100}", flush=True)

    def tell(self, text):
        print(f"\n# {text}", flush=True)

    def run(self, script):
        """Commands line by line, "li$ weihu …"; one that is to be refused ends in its exit code: "# refused: 4"."""
        answer = None
        for line in re.split(r"(?<!\\)\n", script):
            if line.strip():
                answer = self._command(re.sub(r"\s*\\\n\s*", r" \\\n    ", line.strip()))
        return answer.text

    def _command(self, line):
        login, words, expected = self.COMMAND.fullmatch(line).groups()
        print(f"\n{line}", flush=True)
        answer = weihu(self.service, login, shlex.split(words.replace("\\\n", "")))
        if answer.code != int(expected or OK):
            raise Mishap(f"exit code {answer.code} instead of {expected or OK} from:\n{line}")
        return answer

    def file(self, login, flags):
        """Files a request and returns its number."""
        return re.search(r"(?:ticket/|#)(\d+)", self.run(f"{login}$ weihu ticket file {flags}"))[1]


# The organisation.

def rows(name):
    with open(HERE / name, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def flags_of(row, *without):
    return [word for key, value in row.items() if value and key not in without for word in flag(key, value)]


def flag(key, value):
    name = "--" + {"roles": "role"}.get(key, key).replace("_", "-")
    return [name] if value == "yes" else [name, value.replace(" ", ",") if key == "roles" else value]


def is_there(service, noun, name):
    code = weihu(service, "root", [noun, "show", name], show=False).code
    if code not in (OK, NOT_FOUND):
        raise Mishap(f"weihu {noun} show {name} ended with exit code {code}")
    return code == OK


def join(words):
    """Like shlex.join, but Chinese needs no quotes."""
    return " ".join(word if re.fullmatch(r"[\w@%+=:,./-]+", word) else shlex.quote(word) for word in words)


def load_people(stage):
    service = stage.service
    for person in rows("people.csv"):
        login = person["login"]
        if not is_there(service, "person", login):
            stage.run("root$ weihu " + join(["person", "add", login, *flags_of(person, "login")]))
        give_token(service, login)


def give_token(service, login):
    """A token that still works is kept."""
    file = service.token(login)
    if file.exists():
        file.chmod(0o600)
        if weihu(service, login, ["whoami"], show=False).code == OK:
            return
    answer = weihu(service, "root", ["person", "token", login, "--name", "demo"], show=False)
    token = re.search(r"^wh_\S+", answer.text, re.M)
    if answer.code != OK or not token:
        raise Mishap(f"no token for {login}:\n{answer.text}")
    write_secret(file, token[0] + "\n")


def load_programs(stage):
    for program in rows("programs.csv"):
        code = program["code"]
        if is_there(stage.service, "program", code):
            continue
        stage.run("root$ weihu " + join(["program", "add", code, *flags_of(program, "code", "runs", "failures")]))
        stage.run(f"{program['sysadmin']}$ weihu program reading {code} --at yesterday --runs {program['runs']} "
                  f"--failures {program['failures']}")
