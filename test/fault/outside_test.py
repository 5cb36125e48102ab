# SPDX-License-Identifier: Apache-2.0
"""On a PostgreSQL that others run: set up as the README says, stopped, broken, full, or misbehaving at the commit."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from crowd import ask_at_once, together
from fault.conftest import Guest
from fault.load import Load, check_record, check_whole, wait_until_served
from organisation import Tickets
from outside import Outside
from store.running import until

ROUNDS = int(os.environ.get("ROUNDS", "1"))


def test_migrate_check_and_work(guest, guest_tickets):
    assert guest.run("check").returncode == 0
    assert guest_tickets.at("closed")["state"] == "closed"
    assert guest.restart().as_("zhang").get("/v1/tickets").expect(200)["items"]


def test_a_database_that_was_not_migrated_is_refused(outside, tmp_path):
    guest = Guest(tmp_path / "guest", outside)
    for command in ("check", "run"):
        refused = guest.run(command)
        assert refused.returncode == 1 and "0001_migration" in refused.stderr, refused.stderr


# What `weihud check` says of each wrong right: what gives it, what takes it back, what is told.
WRONGS = [
    ("grant update on weihu.event to weihu_app", "revoke update on weihu.event from weihu_app", "needs not UPDATE on event"),
    ("grant insert (actor) on weihu.event to weihu_service", "revoke insert (actor) on weihu.event from weihu_service",
     "needs not INSERT on event"),
    ("grant delete on weihu.ticket to public", "revoke delete on weihu.ticket from public", "needs not DELETE on ticket"),
    ("grant trigger on weihu.ticket to weihu_app", "revoke trigger on weihu.ticket from weihu_app", "needs not TRIGGER on ticket"),
    ("grant delete on migration to weihu_app", "revoke delete on migration from weihu_app", "needs not DELETE on migration"),
    ("grant weihu_owner to weihu_app", "revoke weihu_owner from weihu_app", "needs not to be a member of weihu_owner"),
    ("alter role weihu_app superuser", "alter role weihu_app nosuperuser", "needs not to be a superuser"),
    ("alter role weihu_app createrole", "alter role weihu_app nocreaterole", "needs not to be allowed to create roles"),
    ("grant create on schema weihu to weihu_app", "revoke create on schema weihu from weihu_app", "needs not CREATE on schema weihu"),
    ("grant execute on function workflow_register to weihu_app", "revoke execute on function workflow_register from weihu_app",
     "needs not EXECUTE on workflow_register"),
    ("grant execute on function register_note to public", "revoke execute on function register_note from public",
     "needs not EXECUTE on register_note"),
    ("revoke execute on function ticket_change from weihu_service", "grant execute on function ticket_change to weihu_service",
     "lacks EXECUTE on ticket_change"),
    ("revoke select on weihu.token from weihu_service", "grant select on weihu.token to weihu_service", "lacks SELECT on token"),
    ("revoke weihu_service from weihu_app", "grant weihu_service to weihu_app", "lacks SELECT on ticket"),
]


def test_wrong_rights_are_told(make_guest):
    guest = make_guest()
    for give, take, told in WRONGS:
        guest.psql(give, "postgres")
        checked = guest.run("check")
        guest.psql(take, "postgres")
        assert checked.returncode == 1 and told in checked.stderr, (give, checked.stderr)
        assert guest.run("check").returncode == 0, take


def test_an_answer_that_does_not_come_is_given_up(make_guest):
    guest = make_guest(request_seconds=2).start()
    tickets = Tickets(guest)
    ticket = tickets.file()
    guest.outside.signal(signal.SIGSTOP)

    def ask(n):
        began = time.monotonic()
        client = guest.as_("zhang")
        answer = client.post("/v1/tickets", tickets.request(), key=f"stopped-{n}") if n % 2 else client.get(f"/v1/tickets/{ticket['id']}")
        return answer, time.monotonic() - began
    for _ in range(2):  # the second time no connection is left
        for answer, took in together(8, ask):
            assert answer.expect(503)["type"] == "urn:weihu:problem:unavailable" and "Retry-After" in answer.headers
            assert took < 2 + 2
    assert guest.client.get("/healthz").status == 200
    guest.outside.signal(signal.SIGCONT)
    wait_until_served(guest)
    for n in (1, 3, 5, 7):
        guest.as_("zhang").post("/v1/tickets", tickets.request(), key=f"stopped-{n}").expect(201)
    assert len(guest.as_("zhang").pages("/v1/tickets")) == 1 + 4
    check_whole(guest)


def test_what_fails_at_the_commit_was_never_done(guest, guest_tickets):
    guest.psql("create function weihu.fail_late() returns trigger language plpgsql as $$ begin "
               "raise check_violation using message = 'late'; end $$", "postgres")
    guest.psql("create constraint trigger late after insert or update on weihu.ticket deferrable initially deferred "
               "for each row when (new.due_at = '2027-07-07 07:07:07+00' or new.program = 'sms') execute function fail_late()", "postgres")
    ticket = guest_tickets.at("submitted")
    fields = {"sysadmin": "li", "duplicate_check": "unique", "due_at": "2027-07-07T07:07:07Z"}

    def ask(n):
        if n % 4 == 0:
            return guest_tickets.attempt(ticket, "zhao", "forward", fields, key=f"late-move-{n}")
        return guest.as_("zhang").post("/v1/tickets", guest_tickets.request(program="sms" if n % 4 == 1 else "pay"), key=f"late-{n}")
    answers = together(16, ask)
    for n, answer in enumerate(answers):
        answer.expect(201 if n % 4 > 1 else 422)
    assert guest_tickets.read(ticket) == ticket
    assert guest.psql("select count(*) from ticket where program = 'sms'") == ["0"]
    assert guest.psql("select count(*) from kept_answer where key like 'late%'") == ["8"]
    check_whole(guest)
    guest.psql("drop trigger late on weihu.ticket", "postgres")
    for n, answer in enumerate(answers):
        if n % 4 == 1:
            ask(n).expect(201)
    guest_tickets.attempt(ticket, "zhao", "forward", fields, key="late-move-0").expect(200)


def test_terminated_backends_cost_nothing_but_a_retry(guest, guest_tickets):
    with Load(guest, guest_tickets) as load:
        for _ in range(5 * ROUNDS):
            load.wait_for(15)
            guest.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'weihu_app'", "postgres")
    assert set(load.statuses()) <= {200, 201, 503}, load.statuses()
    assert max(attempt.seconds for attempt in load.attempts) < 5
    wait_until_served(guest)
    check_record(guest, load)


def test_a_database_that_was_restarted_is_found_again(guest, guest_tickets):
    with Load(guest, guest_tickets) as load:
        load.wait_for(20)
        guest.outside.kill()
        until(lambda: load.statuses()[503] > 0, "a refusal")
        guest.outside.start()
        load.wait_for(20)
    assert set(load.statuses()) <= {200, 201, 503}, load.statuses()
    check_record(guest, load)


def test_a_lock_that_others_hold_delays_and_then_refuses_its_own_ticket_alone(make_guest):
    guest = make_guest(request_seconds=6).start()
    tickets = Tickets(guest)
    held, free = tickets.file(), [tickets.file() for _ in range(11)]
    holder = subprocess.Popen(["psql", "-XAt", guest.outside.dsn("weihu_owner")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder.stdin.write(f"begin; select from weihu.ticket where id = {held['id']} for update; select 'held';\n")
    holder.stdin.flush()
    until(lambda: holder.stdout.readline().strip() == "held", "the lock")

    def ask(n):
        began = time.monotonic()
        ticket = held if n == 0 else free[n - 1]
        answer = guest.as_("zhang").post(f"/v1/tickets/{ticket['id']}/comments", {"text": f"By {n}"})
        return answer, time.monotonic() - began
    answers = together(12, ask)
    assert answers[0][0].expect(503) and "Retry-After" in answers[0][0].headers
    for answer, took in answers[1:]:
        answer.expect(201)
        assert took < 4
    holder.stdin.close()
    assert holder.wait(30) == 0
    ask(0)[0].expect(201)
    assert guest.psql(f"select count(*) from comment where ticket = {held['id']}") == ["1"]


def test_who_waits_for_a_ride_waits_no_longer_than_for_an_answer(make_guest):
    """A set that met a lock is tried again one by one: there is not time enough for each to meet it, so most hear without."""
    guest = make_guest(request_seconds=2).start()
    ticket = Tickets(guest).file()
    with subprocess.Popen(["psql", "-XAt", guest.outside.dsn("weihu_owner")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        holder.stdin.write("begin; lock table weihu.ticket in access exclusive mode; select 'held';\n")
        holder.stdin.flush()
        until(lambda: holder.stdout.readline().strip() == "held", "the lock")
        answers = ask_at_once(guest, [("zhang", f"/v1/tickets/{ticket['id']}")] * 160)
    assert {(status, document["detail"]) for status, document in answers} == {
        (503, "somebody else holds it; try again"), (503, "the database is away")}
    guest.as_("zhang").get(f"/v1/tickets/{ticket['id']}").expect(200)


def test_a_database_that_only_reads_refuses_changes_until_it_writes(guest, guest_tickets):
    ticket = guest_tickets.file()
    guest.psql("alter role weihu_app in database weihu set default_transaction_read_only = on", "postgres")
    guest.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'weihu_app'", "postgres")
    wait_until_served(guest)
    guest.as_("zhang").post("/v1/tickets", guest_tickets.request()).expect(503)
    until(lambda: guest.as_("zhang").get(f"/v1/tickets/{ticket['id']}").status == 200, "a reading connection")
    guest.psql("alter role weihu_app in database weihu reset default_transaction_read_only", "postgres")
    until(lambda: guest.as_("zhang").post("/v1/tickets", guest_tickets.request(), key="writes").status == 201, "a new connection")


def test_a_schema_that_is_behind_serves_nothing_until_it_is_there(guest, guest_tickets):
    guest.psql("alter function weihu.ticket_file(jsonb) rename to ticket_file_away", "postgres")
    guest.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'weihu_app'", "postgres")
    until(lambda: guest.client.get("/readyz").status == 503, "the loss to be seen")
    guest.as_("zhang").post("/v1/tickets", guest_tickets.request()).expect(503)
    guest.psql("alter function weihu.ticket_file_away(jsonb) rename to ticket_file", "postgres")
    wait_until_served(guest)
    guest.as_("zhang").post("/v1/tickets", guest_tickets.request()).expect(201)


def test_two_services_share_one_database(make_guest):
    one, other = make_guest().start(), make_guest().start()
    services = [(service, Tickets(service)) for service in (one, other)]
    ticket = services[0][1].at("to_evaluate")

    def edit(n):
        service, tickets = services[n % 2]
        answers = []
        for turn in range(15 * ROUNDS):
            if n < 4:
                answers.append(service.as_("zhang").post(f"/v1/tickets/{ticket['id']}/comments", {"text": f"{n}/{turn}"}))
            else:
                version = tickets.read(ticket)["version"]
                answers.append(service.as_("li").patch(f"/v1/tickets/{ticket['id']}", {"nature": f"{n}/{turn}"}, version=version))
        return answers
    answers = [answer for answers in together(8, edit) for answer in answers]
    assert {answer.status for answer in answers} == {200, 201, 412}
    made = [answer for answer in answers if answer.status != 412]
    assert services[1][1].read(ticket)["version"] == ticket["version"] + len(made)
    check_whole(one)
    keyed = together(8, lambda n: services[n % 2][0].as_("zhang").post("/v1/tickets", services[0][1].request(), key="shared"))
    assert {answer.status for answer in keyed} == {201} and len({answer.body for answer in keyed}) == 1


# A full disk. Only who may mount can try it.

def small_disk():
    folder = Path(tempfile.mkdtemp(prefix="weihu-full-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode == 0:
        return folder
    folder.rmdir()
    return None


def unmount(folder):
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def may_mount():
    folder = small_disk()
    if folder is not None:
        unmount(folder)
    return folder is not None


if may_mount():
    def test_a_full_disk_is_told_and_survived(tmp_path):
        disk = small_disk()
        server = None
        try:
            server = Outside(disk)
            guest = Guest(tmp_path / "guest", server.make_database()).set_up()
            tickets = Tickets(guest)
            ticket = tickets.file()
            ballast = disk / "ballast"
            with open(ballast, "wb") as file:
                with pytest.raises(OSError):
                    while file.write(bytes(65536)) and file.flush() is None:
                        pass
            body = tickets.request(description="满" * 19000)
            answers = [guest.as_("zhang").post("/v1/tickets", body, key=f"full-{n}") for n in range(60)]
            refused = [answer for answer in answers if answer.status != 201]
            assert refused and {answer.status for answer in refused} == {503}, refused
            assert guest.client.get("/healthz").status == 200
            ballast.unlink()
            if server.process.poll() is not None:  # PostgreSQL gives up when its log cannot be written; its operator starts it again
                server.start()
            wait_until_served(guest)
            for n, answer in enumerate(answers):
                again = guest.as_("zhang").post("/v1/tickets", body, key=f"full-{n}").expect(201)
                assert answer.status != 201 or again == answer.json
            assert tickets.read(ticket) == ticket
            check_whole(guest)
            guest.remove()
        finally:
            if server is not None:
                server.remove()
            unmount(disk)
