# SPDX-License-Identifier: Apache-2.0
"""Each leaf names the one before it of its object, wherever the sealer has to look for it: in the same batch, in the chain or, for the
first leaf of a ticket, by the ticket's number in a sheaf."""

import contextlib

import pytest

from audit.log import in_chain, seal, unlinked
from organisation import Tickets
from schema.deeds import SERVICE, deed, quoted
from service import SqlError


@contextlib.contextmanager
def together(service):
    """All of it waits until the end, and is sealed in one batch."""
    service.settings["sealing"] = "off"
    service.restart()
    yield lambda: None
    service.settings["sealing"] = "on"
    service.restart()
    seal(service)


@contextlib.contextmanager
def apart(service):
    yield lambda: seal(service)
    seal(service)


@contextlib.contextmanager
def restarted(service):
    def turn():
        seal(service)
        service.restart()

    yield turn
    seal(service)


def verified(service, auditor, tmp_path):
    assert auditor.export(service, tmp_path / "export").code == 0
    return auditor.found(tmp_path / "export", "--key", tmp_path / "export" / "key") == set() and auditor.live(service) == set()


def cancel(service, *tickets):
    for ticket in tickets:
        Tickets(service).do(ticket, "zhang", "cancel", reason="No longer needed")


def filing(service):
    """A transaction that files a ticket and stays open, and that ticket."""
    tickets, session = Tickets(service), service.session(SERVICE)
    filed = deed(actor="zhang", role="requester", workflow=tickets.file()["workflow"], action="submit", to="submitted", terms="",
                 patch={**tickets.request(), "requester": "zhang"})
    session.stdin.write(f"begin; select (f.ticket).id from ticket_file({quoted([filed])}) f;\n")
    session.stdin.flush()
    return session, {"id": int(session.stdout.readline())}


@pytest.mark.parametrize("how", [together, restarted])
def test_the_first_leaf_of_a_ticket_is_found_by_its_number(sealed, auditor, tmp_path, how):
    tickets, filed = Tickets(sealed), []
    with how(sealed) as turn:
        for _ in range(3):
            filed.append(tickets.file())
            turn()
        cancel(sealed, *filed)
    assert [in_chain(sealed, ticket) for ticket in filed] == [1, 1, 1], "each second leaf alone"
    assert unlinked(sealed) == [] and verified(sealed, auditor, tmp_path)


def test_a_ticket_whose_filing_commits_late_goes_into_the_chain(sealed, auditor, tmp_path):
    session, late = filing(sealed)
    soon = Tickets(sealed).file()
    seal(sealed)
    assert soon["id"] > late["id"]
    session.communicate("commit;\n", timeout=30)
    seal(sealed)
    assert (in_chain(sealed, soon), in_chain(sealed, late)) == (0, 1)
    cancel(sealed, late, soon)
    seal(sealed)
    assert unlinked(sealed) == [] and verified(sealed, auditor, tmp_path)


@pytest.mark.parametrize("how", [together, apart])
def test_what_was_told_of_a_ticket_before_there_was_one_stands_before_its_filing(sealed, auditor, tmp_path, how):
    """Somebody was refused what he wanted of a ticket that was not there yet."""
    tickets = Tickets(sealed)
    coming = {"id": tickets.file()["id"] + 1}
    with how(sealed) as turn:
        assert tickets.attempt(coming, "zhao", "forward").status == 404
        turn()
        assert tickets.file()["id"] == coming["id"]
        turn()
        cancel(sealed, coming)
    assert in_chain(sealed, coming) == 3
    assert unlinked(sealed) == [] and verified(sealed, auditor, tmp_path)


def test_a_first_leaf_of_a_ticket_that_is_not_above_all_before_is_refused(sealed):
    Tickets(sealed).file()
    seal(sealed)
    (filed,) = sealed.psql("select filed from log_end()")
    for numbers in (filed, f"{int(filed) + 1},{filed}"):
        with pytest.raises(SqlError, match="not the first of their numbers"):
            sealed.psql("begin; insert into event (at, actor, action, object_kind, object_id, result) values (now(), 'x', 'x', 'x', 'x', 'done'); "
                        "select log_append(size, array[(select max(seq) from event)], '{x/x}', '{2}', 'xx', repeat('h', 32)::bytea, "
                        f"'{{false}}', '{{{numbers}}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', true) from log_end()",
                        "postgres")
