# SPDX-License-Identifier: Apache-2.0
"""weihud as a child process, for tests of what lies under it."""

import os
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEIHUD = ROOT / os.environ.get("WEIHU_BUILD", "build") / "weihud"
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("WEIHU_", "PG"))},
    "WEIHU_CONFIG_DIR": str(ROOT / "config"),
    "WEIHU_SCHEMA_DIR": str(ROOT / "schema"),
    "WEIHU_DOCS_DIR": str(ROOT / "docs"),
}
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"))  # what stands in the PATH is a script that looks for them
PATIENCE = 60  # seconds for anything that should take one


def until(question, what):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


def weihud(*arguments, env=None):
    """Runs it to its end."""
    return subprocess.run([WEIHUD, *map(str, arguments)], env={**ENVIRONMENT, **(env or {})},
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


class Service:
    """weihud run on a data folder; the block's end stops it."""

    def __init__(self, data, log, umask=0o022, env=None):
        self.data, self.log = Path(data), Path(log)
        with open(log, "w") as out:
            self.process = subprocess.Popen([WEIHUD, "run", "--set", f"data={data}", "--set", "listen=127.0.0.1:0"],
                                            env={**ENVIRONMENT, **(env or {})}, stderr=out, umask=umask)

    def __enter__(self):
        until(lambda: "listening on " in self.said() or self.process.poll() is not None, "the service")
        if self.process.poll() is not None:
            raise AssertionError(self.said())
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def said(self):
        return self.log.read_text()

    def stop(self):
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def postmaster(self):
        return int((self.data / "pg" / "postmaster.pid").read_text().split("\n")[0])

    def ask(self, sql, role="weihu_owner"):
        """One statement through psql."""
        return subprocess.run(["psql", "-XAtqc", sql, f"host='{self.data}/socket' dbname=weihu user={role}"],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)


def processes_of(data):
    """PostgreSQL's processes that work on the folder's data."""
    return [int(pid.name) for pid in Path("/proc").glob("[0-9]*") if works_in(pid, Path(data) / "pg")]


def works_in(pid, folder):
    try:
        return os.path.samefile(pid / "cwd", folder)
    except OSError:
        return False


def kill_all(pids, number=signal.SIGKILL):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # it followed its postmaster


def end_database(data):
    """Ends PostgreSQL on the folder's data at once, its shared memory too, of which a machine has only so many pieces.

    Those of a killed one stay until somebody starts on its data again: here one process that reads no command.
    """
    kill_all(processes_of(data), signal.SIGQUIT)
    until(lambda: processes_of(data) == [], "the end of PostgreSQL")
    folder = Path(data) / "pg"
    if (folder / "postmaster.pid").exists():
        owner = folder.stat()
        account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        subprocess.run([PROGRAMS / "postgres", "--single", "-D", folder, "template1"], cwd=folder, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=PATIENCE, check=False, **account)
