# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of one's own, beside the service: made by initdb, with the roles that an operator makes."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from service import SqlError
from store.running import PROGRAMS, end_database, kill_all, processes_of, until

SECONDS = 30  # for anything that it does

# As an operator sets it up: an owner who migrates, and a login for the service.
ROLES = ["create role weihu_owner login", "create role weihu_service nologin", "create role weihu_reader nologin",
         "create role weihu_sealer nologin", "create role weihu_app login in role weihu_service, weihu_sealer"]


class Outside:
    """A server on a socket in `folder`; as root it runs as user postgres."""

    def __init__(self, folder=None, settings=()):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="weihu-pg-"))
        self.data = self.folder / "pg"
        self.settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off", *settings]
        self.user = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.process = None
        try:
            self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8",
                      "--wal-segsize=1")
            self.start()
        except BaseException:
            self.remove()
            raise

    def _run(self, program, *arguments):
        subprocess.run([PROGRAMS / program, *arguments], cwd=self.folder, capture_output=True, timeout=SECONDS, check=True,
                       **self.user)

    def start(self):
        options = [word for setting in self.settings for word in ("-c", setting)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PROGRAMS / "postgres", "-D", self.data, *options], cwd=self.folder, stderr=log,
                                            **self.user)
        until(self._answers, "the outside PostgreSQL")
        return self

    def _answers(self):
        try:
            return self.psql("select 1", "postgres", "postgres") == ["1"]
        except SqlError:
            return False

    def dsn(self, role, database="weihu"):
        return f"host={self.folder} dbname={database} user={role}"

    def make_database(self, template="template1"):
        """A fresh database called weihu; roles are made once."""
        for role in ROLES if self.psql("select to_regrole('weihu_owner') is null", "postgres", "postgres") == ["t"] else []:
            self.psql(role, "postgres", "postgres")
        self.psql("drop database if exists weihu with (force)", "postgres", "postgres")
        self.psql(f"create database weihu owner weihu_owner template {template}", "postgres", "postgres")
        return self

    def psql(self, sql, role="weihu_owner", database="weihu"):
        done = subprocess.run(["psql", "-XAtqc", sql, self.dsn(role, database)], capture_output=True, text=True, timeout=SECONDS,
                              env={**os.environ, "PGOPTIONS": "-c search_path=weihu,public"}, check=False)
        if done.returncode != 0:
            raise SqlError(done.stderr)
        return done.stdout.splitlines()

    def signal(self, number):
        """To the postmaster and all of its processes."""
        kill_all(processes_of(self.folder), number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait(SECONDS)

    def remove(self):
        self.signal(signal.SIGCONT)
        end_database(self.folder)
        if self.process is not None:
            self.process.wait(SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)  # a mount point stays
