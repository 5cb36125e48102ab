# SPDX-License-Identifier: Apache-2.0
"""A service on a PostgreSQL that is not its own, as an operator sets it up."""

import signal

import pytest

from organisation import ADMIN, Tickets, furnish
from outside import Outside
from service import Service
from store.running import weihud


class Guest(Service):
    """weihud on the database of an Outside."""

    def __init__(self, folder, outside, settings=None):
        dsn = {"dsn": outside.dsn("weihu_app"), "owner_dsn": outside.dsn("weihu_owner")}
        super().__init__(folder, {**dsn, **(settings or {})})
        self.outside = outside
        self.data.mkdir(parents=True)

    def run(self, *words):
        """A command of weihud's with these settings."""
        return weihud(*words, *[word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")])

    def set_up(self):
        migrated = self.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        file = self.folder / "admin-token"
        made = self.run("admin", "create", ADMIN, "--name", ADMIN, "--token-file", file)
        assert made.returncode == 0, made.stderr
        self.tokens[ADMIN] = file.read_text().strip()
        furnish(self.start())
        return self

    def psql(self, sql, role="weihu_owner"):
        return self.outside.psql(sql, role)


@pytest.fixture(scope="module")
def server():
    server = Outside()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def furnished_tokens(server, tmp_path_factory):
    """Of the organisation in database `furnished`."""
    guest = Guest(tmp_path_factory.mktemp("guest"), server.make_database()).set_up()
    guest.stop()
    server.psql("create database furnished template weihu", "postgres", "postgres")
    return guest.tokens


@pytest.fixture
def outside(server):
    """With an empty database."""
    return server.make_database()


@pytest.fixture
def make_guest(server, furnished_tokens, tmp_path):
    """Makes guests that are stopped; those of one test share one furnished database."""
    made = []

    def make(**settings):
        if not made:
            server.make_database("furnished")
        guest = Guest(tmp_path / f"guest{len(made)}", server, settings)
        guest.tokens = dict(furnished_tokens)
        made.append(guest)
        return guest

    yield make
    server.signal(signal.SIGCONT)  # whatever the test has done
    for guest in made:
        guest.remove()


@pytest.fixture
def guest(make_guest):
    return make_guest().start()


@pytest.fixture
def guest_tickets(guest):
    return Tickets(guest)
