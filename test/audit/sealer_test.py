# SPDX-License-Identifier: Apache-2.0
"""The sealer: everything once, in one order, soon, whatever happens to servers, transactions and keys."""

import contextlib
import os
import resource
import stat
import subprocess

import pytest

from audit.log import order, seal, sealed_size
from organisation import Tickets
from service import SqlError
from store.running import kill_all, processes_of, until, weihud


def test_events_are_sealed_within_a_second(sealed):
    seal(sealed)
    for _ in range(5):
        Tickets(sealed).file()
        seal(sealed)
    late = sealed.psql("select count(*) from checkpoint where at - (select max(at) from event) > interval '1 second'")
    assert late == ["0"]


def test_a_killed_service_catches_up_and_seals_each_event_once(sealed):
    before = order(sealed)
    tickets = Tickets(sealed)
    for _ in range(3):
        for _ in range(20):
            tickets.file()
        sealed.kill()
        sealed.start()
    seal(sealed)
    assert order(sealed)[: len(before)] == before
    assert sorted(order(sealed)) == sorted(sealed.psql("select seq from event"))


KILLS = int(os.environ.get("ROUNDS", "4"))
FILED = ("select count(*) from ticket_file((select jsonb_agg(jsonb_build_object('at', now(), 'actor', 'zhang', 'action', 'submit', "
         "'workflow', 1, 'to', 'submitted', 'patch', '{\"requester\": \"zhang\", \"title\": \"Many\"}'::jsonb)) from generate_series(1, 3000)))")


def leaf_count(service):
    return int(service.psql("select count(*) from leaf")[0])


def test_killed_in_the_middle_of_its_batches_it_seals_each_event_once(make_sealed):
    """Service and database die at once, so that whatever was not on the disk is lost; what was signed never is."""
    service = make_sealed()
    known = order(service)
    for _ in range(KILLS):
        for _ in range(2):
            service.psql(FILED)
        before = leaf_count(service)
        until(lambda: leaf_count(service) > before, "a batch")
        kill_all([service.process.pid, *processes_of(service.data)])
        service.process.wait()
        now = order(service.start())
        assert now[: len(known)] == known and len(set(now)) == len(now)
        known = now
    seal(service)
    assert order(service)[: len(known)] == known and sorted(order(service)) == sorted(service.psql("select seq from event"))
    assert "were signed" not in service.log_text() and "not sealed" not in service.log_text()


def test_an_event_that_commits_late_is_sealed_late_and_holds_up_nobody(sealed):
    """A transaction that took its number early and commits late, while another never does."""
    insert = ("insert into event (at, actor, action, object_kind, object_id, result) "
              "values (now(), 'late', 'note', 'thing', '{}', 'done')")
    seal(sealed)
    sealed.psql(f"begin; {insert.format('gone')}; rollback")
    late = subprocess.Popen(["psql", "-XAtq", "host=/proc/self/cwd/socket dbname=weihu user=weihu_owner"], cwd=sealed.data,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    late.stdin.write(f"set search_path = weihu; begin; {insert.format('late')} returning seq;\n")
    late.stdin.flush()
    seq = late.stdout.readline().strip()
    Tickets(sealed).file()
    seal(sealed)
    assert seq not in order(sealed)
    late.communicate("commit;\n", timeout=30)
    seal(sealed)
    assert order(sealed)[-1] == seq
    assert sealed.psql(f"select leaf_position({seq}) = size - 1, leaf_position(high), leaf_position(high + 1) is null from log_end()") == [
        f"t|{len(order(sealed)) - 2}|t"]


def test_nobody_but_the_sealer_appends_and_only_at_the_end(sealed):
    append = "select log_append(%s, '{}', '{}', '{}', '', '', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', true)"
    for role in ("weihu_service", "weihu_reader"):
        try:
            sealed.psql(append % sealed_size(sealed), role)
            raise AssertionError(f"{role} appended")
        except Exception as error:
            assert "permission denied" in str(error), error
    for size in (0, sealed_size(sealed) - 1, sealed_size(sealed) + 1):
        try:
            sealed.psql(append % size, "weihu_sealer")
            raise AssertionError(f"appended at {size}")
        except Exception as error:
            assert "the log has" in str(error), error


SHEAF = ("select log_append({size}, '{{{seqs}}}', '{{{objects}}}', '{{{ends}}}', 'xx', '{hashes}', '{{{chained}}}', '{{}}', '{{}}', '{{}}', '{{}}', "
         "'{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', true)")


@pytest.mark.parametrize("change, said", [
    ({"seqs": "{sealed}"}, "sealed already"),
    ({"seqs": "999999999"}, "are no events"),
    ({"ends": "3"}, "is no sheaf"),
    ({"hashes": "short"}, "is no sheaf"),
    ({"objects": "log/a,log/b"}, "is no sheaf"),
    ({"chained": "true,false"}, "is no sheaf"),
])
def test_what_is_no_sheaf_of_new_events_is_refused(sealed, change, said):
    held = {"size": sealed_size(sealed), "seqs": "999999999", "objects": "log/a", "ends": "2", "hashes": "h" * 32, "chained": "true", **change}
    held["seqs"] = held["seqs"].format(sealed=order(sealed)[-1])
    with pytest.raises(SqlError, match=said):
        sealed.psql(SHEAF.format(**held), "weihu_sealer")


def test_the_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path):
    file = tmp_path / "log.key"
    made = weihud("key", "create", file, "--name", "example.org/weihu")
    assert made.returncode == 0 and made.stdout.startswith("example.org/weihu+")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    assert weihud("key", "create", file, "--name", "example.org/weihu").returncode == 1 and file.read_text() == before
    assert "PRIVATE" not in made.stdout + made.stderr
    file.chmod(0o644)
    assert "can be read by others" in weihud("key", "show", file).stderr


def signatures(service):
    (note,) = service.psql("select count(*) from (select regexp_split_to_table(note, '\n') as line from checkpoint "
                           "where day = (select max(day) from checkpoint)) l where line like '— %'")
    return int(note)


def test_a_key_is_rotated_with_an_overlap(sealed, auditor, tmp_path):
    key = sealed.data / "log.key"
    old, both, new = tmp_path / "old", tmp_path / "both", tmp_path / "new"
    old.write_text(weihud("key", "show", key).stdout)
    assert auditor.pin(sealed, tmp_path / "pin").code == 0
    both.write_text(weihud("key", "rotate", key).stdout)
    new.write_text(both.read_text().splitlines()[1] + "\n")
    until(lambda: len(sealed.psql("select verifier from log_key")) == 2, "the new key's first signature")
    seal(sealed)
    for keys in (old, new, both):
        assert auditor.export(sealed, tmp_path / f"overlap-{keys.name}").code == 0
        assert auditor.found(tmp_path / f"overlap-{keys.name}", "--key", keys) == set()
    assert weihud("key", "retire", key).returncode == 0
    until(lambda: signatures(sealed) == 1, "a signature with the new key alone")
    Tickets(sealed).file()
    seal(sealed)
    assert auditor.export(sealed, tmp_path / "after").code == 0
    assert auditor.found(tmp_path / "after", "--key", old) == {"signature"}
    assert auditor.found(tmp_path / "after", "--key", both, "--against", tmp_path / "pin") == set()
    (told,) = [row for row in auditor.run("audit", "list", "--action", "key", "--limit", 1, "--columns", "object", "--no-header",
                                          service=sealed).rows]
    assert told[0].startswith("log/")


# When there is no room.


def listen(service):
    """Starts it anew with a log in a pipe, where there is always room."""
    service.stop()
    service.log = service.folder / "pipe"
    os.mkfifo(service.log)
    pipe, heard = os.open(service.log, os.O_RDONLY | os.O_NONBLOCK), bytearray()

    def log_text():
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(pipe, 65536):
                heard.extend(piece)
        return heard.decode()

    service.log_text = log_text
    service.start()
    until(lambda: "sealing the audit log" in log_text(), "the sealer")


@contextlib.contextmanager
def no_room_for_files(service):
    """For files of the service itself: its database is another process."""
    allowed = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (64, allowed[1]))
    try:
        yield "log.key.checkpoint: cannot be written: File too large"
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, allowed)


@contextlib.contextmanager
def no_room_for_leaves(service):
    """As PostgreSQL says it."""
    said = "could not extend file: No space left on device"
    service.psql("create function full_disk() returns trigger language plpgsql as "
                 f"$$ begin raise exception using errcode = 'disk_full', message = '{said}'; end $$; "
                 "create trigger full_disk before insert on sheaf execute function full_disk()")
    try:
        yield said
    finally:
        service.psql("drop function full_disk cascade")


@pytest.mark.parametrize("no_room", [no_room_for_files, no_room_for_leaves])
def test_without_room_nothing_is_signed_and_nobody_waits(sealed, auditor, tmp_path, no_room):
    listen(sealed)
    seal(sealed)
    assert auditor.pin(sealed, tmp_path / "pin").code == 0
    kept, tickets = sealed.data / "log.key.checkpoint", Tickets(sealed)
    for _ in range(2):  # what is wrong again is said again
        before, size, known, complaints = kept.read_text(), sealed_size(sealed), order(sealed), sealed.log_text().count("not sealed")
        with no_room(sealed) as said:
            tickets.file()
            until(lambda: sealed.log_text().count("not sealed") > complaints, "the complaint")
            assert said in sealed.log_text()
            tickets.file()
            assert (kept.read_text(), sealed_size(sealed)) == (before, size)
        seal(sealed)
        assert sealed_size(sealed) > size and order(sealed)[: len(known)] == known
        assert sealed.log_text().count("not sealed") == complaints + 1
    assert sorted(order(sealed)) == sorted(sealed.psql("select seq from event"))
    assert auditor.export(sealed, tmp_path / "after").code == 0
    assert auditor.found(tmp_path / "after", "--key", tmp_path / "after" / "key", "--against", tmp_path / "pin") == set()
