# SPDX-License-Identifier: Apache-2.0
"""Whoever owns machine and database tampers; an auditor with an older checkpoint and the key sees it, and what it was."""

import json
import re
import shutil
import subprocess

import pytest

from audit.log import entries_file, read_bundle, rewrite, seal, sealed_size, write_bundle
from organisation import Tickets
from store.running import until, weihud

SUPERUSER = "postgres"


@pytest.fixture
def pinned(sealed, auditor, tmp_path):
    """The service, with a checkpoint and the key that an auditor took away before it is tampered with."""
    assert auditor.pin(sealed, tmp_path / "pin").code == 0
    sealed.pin, sealed.key = tmp_path / "pin", tmp_path / "key"
    sealed.key.write_text(sealed.as_("wu").get("/v1/audit/keys").text)
    return sealed


def tamper(service, sql):
    service.psql(f"set session_replication_role = replica; {sql}", SUPERUSER)


def leaf_of(service, condition):
    """The position of the last such leaf."""
    return int(service.psql(f"select max(position) from leaf where {condition}")[0])


def examine(auditor, service, folder, verifier):
    """The codes that our verification of a fresh export names, and whether the independent one accepts it."""
    done = auditor.export(service, folder)
    if not (folder / "audit.csv").exists():
        return {done.err}, None
    found = auditor.found(folder, "--key", service.key, "--against", service.pin)
    return found, verifier(folder, service.pin).returncode == 0


def last_complaint(service):
    return until(lambda: re.findall(r'msg="the audit log is not sealed: (.*)"', service.log_text()), "the sealer's complaint")[-1]


def test_untouched_logs_are_accepted(pinned, auditor, verifier, tmp_path):
    assert examine(auditor, pinned, tmp_path / "after", verifier) == (set(), True)


# In the log itself.


def test_a_changed_value(pinned, auditor, verifier, tmp_path):
    place = leaf_of(pinned, "object = 'program/sms'")
    rewrite(pinned, f"update apart set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Java', 'Rust'), 'UTF8') where position = {place}")
    assert auditor.export(pinned, tmp_path / "after").code == 1
    faults = auditor.report(tmp_path / "after", "--key", pinned.key)["faults"]
    assert {"code": "tile", "place": f"leaf {place}"}.items() <= faults[0].items()
    assert {fault["code"] for fault in faults} == {"tile", "root"}
    assert verifier(tmp_path / "after").returncode == 1


def test_a_deleted_leaf(pinned, auditor, verifier, tmp_path):
    rewrite(pinned, "delete from apart where position = 40")
    (said,), accepted = examine(auditor, pinned, tmp_path / "after", verifier)
    assert "leaves are missing" in said and accepted is None


def test_a_deleted_tail(pinned, auditor, tmp_path):
    size = sealed_size(pinned)
    rewrite(pinned, f"delete from apart where position >= {size - 5}; delete from event where seq > (select max(seq) from apart)")
    assert "leaves are missing" in auditor.export(pinned, tmp_path / "after").err
    pinned.restart()
    assert f"the database holds {size - 5} leaves, but {size} were signed" in last_complaint(pinned)
    assert "old backup" in last_complaint(pinned)


def test_leaves_in_another_order(pinned, auditor, verifier, tmp_path):
    rewrite(pinned, "update apart l set bytes = o.bytes, hash = o.hash, object = o.object from apart o "
                    "where (l.position, o.position) in ((30, 31), (31, 30))")
    found, accepted = examine(auditor, pinned, tmp_path / "after", verifier)
    assert {"root", "fork"} <= found and not accepted


def test_an_inserted_leaf(pinned, auditor, verifier, tmp_path):
    rewrite(pinned, "update openings_apart set position = position + 1 where position >= 50; "
                    "update apart set position = position + 1 where position >= 50; "
                    "insert into apart select 50, 99999, object, bytes, hash from apart where position = 49")
    found, accepted = examine(auditor, pinned, tmp_path / "after", verifier)
    assert {"root", "fork", "chain"} <= found and not accepted


REWRITE = ("update apart set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Java', 'Rust'), 'UTF8') where position = {0}; "
           "update apart set hash = sha256('\\x00'::bytea || bytes) where position = {0}")


def test_a_value_changed_and_hashed_again(pinned, auditor, verifier, tmp_path):
    rewrite(pinned, REWRITE.format(leaf_of(pinned, "object = 'program/sms'")))
    found, accepted = examine(auditor, pinned, tmp_path / "after", verifier)
    assert found == {"root", "fork"} and not accepted
    pinned.restart()
    assert "are not those that were signed" in last_complaint(pinned)


def test_a_log_rewritten_and_signed_with_the_true_key(pinned, auditor, verifier, tmp_path):
    """The key's holder forgets what was signed and lets the product itself sign the forgery: only the pin knows better."""
    rewrite(pinned, REWRITE.format(leaf_of(pinned, "object = 'program/sms'")))
    pinned.stop()
    (pinned.data / "log.key.checkpoint").unlink()
    pinned.start()
    until((pinned.data / "log.key.checkpoint").exists, "the forged checkpoint")
    seal(pinned)
    assert auditor.export(pinned, tmp_path / "after").code == 0
    assert auditor.found(tmp_path / "after", "--key", pinned.key) == set()
    assert auditor.found(tmp_path / "after", "--key", pinned.key, "--against", pinned.pin) == {"fork"}
    assert verifier(tmp_path / "after").returncode == 0
    assert verifier(tmp_path / "after", pinned.pin).returncode == 1
    repinned = auditor.pin(pinned, pinned.pin)
    assert repinned.code == 1 and "does not continue" in repinned.err


def copy(folder, place):
    """With its owners, who are others when the tests run as root."""
    subprocess.run(["cp", "-a", folder, place], check=True)


def test_an_old_backup_restored(make_sealed, auditor, verifier, tmp_path):
    service = make_sealed()
    service.stop()
    subject = service.data / "pg"
    copy(subject, tmp_path / "backup")
    Tickets(service.start()).file()
    seal(service)
    assert auditor.pin(service, tmp_path / "pin").code == 0
    service.pin, service.key = tmp_path / "pin", tmp_path / "key"
    service.key.write_text(service.as_("wu").get("/v1/audit/keys").text)
    service.stop()
    shutil.rmtree(subject)
    copy(tmp_path / "backup", subject)
    service.start()
    assert "it was restored from an old backup" in last_complaint(service) and "weihud key create" in last_complaint(service)
    found, accepted = examine(auditor, service, tmp_path / "after", verifier)
    assert found == {"shorter"} and not accepted


def test_a_swapped_key(pinned, auditor, tmp_path):
    pinned.stop()
    (pinned.data / "log.key").unlink()
    (pinned.data / "log.key.checkpoint").unlink()
    pinned.start()
    assert "the key that signed this log is missing" in last_complaint(pinned)
    pinned.stop()
    name = pinned.pin.read_text().splitlines()[0]
    assert weihud("key", "create", pinned.data / "log.key", "--name", name).returncode == 0
    Tickets(pinned.start()).file()
    seal(pinned)
    assert auditor.export(pinned, tmp_path / "after").code == 0
    assert auditor.found(tmp_path / "after", "--key", pinned.key) == {"signature"}


def test_a_forged_event_in_the_right_place(pinned, auditor, tmp_path):
    """Inserted by SQL it is sealed like any other, but the workflow knows no such move."""
    tamper(pinned, "insert into event (at, actor, action, object_kind, object_id, object_version, workflow, from_state, to_state, result) "
                   "select now(), 'zhao', 'cancel', 'ticket', '1', object_version + 1, workflow, 'closed', 'cancelled', 'done' "
                   "from event where object_kind = 'ticket' and object_id = '1' order by seq desc limit 1")
    seal(pinned)
    auditor.export(pinned, tmp_path / "after")
    (fault,) = auditor.report(tmp_path / "after")["faults"]
    assert fault["code"] == "edge" and "ticket/1" in fault["place"] and "no cancel from closed to cancelled" in fault["message"]
    assert ("changed", "ticket/1") in auditor.live(pinned)


def test_a_change_whose_people_do_not_add_up(pinned, auditor, tmp_path):
    """The database refuses such a row; an event that tells one was forged."""
    tamper(pinned, "insert into event (at, actor, action, object_kind, object_id, object_version, workflow, from_state, to_state, added, result) "
                   "select now(), 'chen', 'change', 'ticket', '1', object_version + 1, workflow, to_state, to_state, "
                   """'{"change": {"people": 1, "person_minutes": 60, "by_person": [{"login": "chen", "minutes": 90}]}}', 'done' """
                   "from event where object_kind = 'ticket' and object_id = '1' order by seq desc limit 1")
    seal(pinned)
    auditor.export(pinned, tmp_path / "after")
    (fault,) = auditor.report(tmp_path / "after")["faults"]
    assert fault["code"] == "value" and "60 minutes" in fault["message"] and "1 with 90" in fault["message"]


# In the tables: the log is whole, and says what is wrong with them.

ROWS = {
    "event": ("update event set actor = 'sun' where seq = 60", ("changed", "event/60")),
    "deleted event": ("delete from event where seq = 60", ("deleted", "event/60")),
    "inserted event": ("insert into event (seq, at, actor, action, object_kind, object_id, result) overriding system value "
                       "values (-1, '2026-01-01', 'zhao', 'forward', 'ticket', '1', 'done')", ("inserted", "event/-1")),
    "state": ("update ticket set state = 'closed' where id = 3", ("changed", "ticket/3")),
    "column": ("update ticket set priority = 5 where id = 1", ("changed", "ticket/1")),
    "body": ("update ticket_body set fields = fields || '{\"benefit\": \"9\"}' where ticket = 1", ("changed", "ticket/1")),
    "emptied": ("update ticket_body set fields = fields - 'description' where ticket = 2", ("changed", "ticket/2")),
    "comment": ("update comment set text = 'No news' where id = 1", ("changed", "comment/1")),
    "step": ("delete from technical_step where id = 2", ("deleted", "step/2")),
    "change": ("update program_change set statements_added = 9000 where id = 1", ("changed", "change/1")),
    "work": ("insert into work_entry (ticket, person, minutes, worked_on, author, created_at) "
             "values (1, 'chen', 600, '2026-11-01', 'chen', now())", None),
    "person": ("update person set roles = roles || '{auditor}' where login = 'zhang'", ("changed", "person/zhang")),
    "token": ("update token set login = 'qian' where id = 2", ("changed", "token/2")),
    "inserted token": ("insert into token (id, login, name, hash, created_at) overriding system value "
                       "values (900, 'root', 'spare', '\\x00', now())", ("inserted", "token/900")),
    "deleted token": ("delete from token where id = 3", ("deleted", "token/3")),
    "password": ("update password set set_at = now() where login = 'li'", ("changed", "password/li")),
    "designation": ("update designation set login = 'hu' where program = 'ledger' and login = 'li'", None),
    "deleted designation": ("delete from designation where program = 'pay' and capacity = 'deputy'", ("deleted", "designation/pay/deputy/")),
    "reading": ("update reading set failures = 0 where id = 2", ("changed", "reading/2")),
    "deleted reading": ("delete from reading where id = 1", ("deleted", "reading/1")),
    "workflow": ("update workflow set source = source || ' ' where version = 1", ("changed", "workflow/1")),
    "workflow's edge": ("insert into workflow_edge values (1, 'close', 'submitted', 'closed')", ("changed", "workflow/1")),
    "program": ("update program set critical = false where code = 'pay'", ("changed", "program/pay")),
}


NAMED = {
    "work": lambda service: ("inserted", "work/" + str(int(service.psql("select max(id) from work_entry")[0]) + 1)),
    "designation": lambda service: ("changed", "designation/ledger/sysadmin/" + service.psql(
        "select min(since) from designation where program = 'ledger'")[0]),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_differs_from_the_log_is_named(sealed, auditor, row):
    sql, fault = ROWS[row]
    fault = fault or NAMED[row](sealed)
    tamper(sealed, f"set search_path = weihu; {sql}")
    assert fault in auditor.live(sealed)


def test_a_file_that_differs_from_the_log_is_named(sealed, auditor):
    tamper(sealed, "set search_path = weihu; update attachment set name = 'harmless.log' where id = 1; "
                   "alter table attachment_content drop constraint attachment_content_sha256_check; "
                   "update attachment_content set content = set_byte(content, 0, 57) where attachment = 2; "
                   "delete from attachment_content where attachment = 3; delete from attachment where id = 4; "
                   "insert into attachment (id, ticket, author, name, media_type, size, sha256, created_at) overriding system value "
                   "values (900, 1, 'zhao', 'a', 'a/b', 0, '', now())")
    assert auditor.live(sealed) == {("changed", "attachment/1"), ("changed", "attachment/2"), ("changed", "attachment/3"),
                                    ("deleted", "attachment/4"), ("inserted", "attachment/900")}


def test_a_file_that_was_replaced_with_all_that_names_it_is_named(sealed, auditor):
    tamper(sealed, "set search_path = weihu; "
                   "update attachment_content set content = 'forged', sha256 = encode(sha256('forged'), 'hex') where attachment = 1; "
                   "update attachment set size = 6, sha256 = encode(sha256('forged'), 'hex') where id = 1")
    assert auditor.live(sealed) == {("changed", "attachment/1")}


def test_files_are_compared_in_pages_that_end(sealed, auditor):
    tamper(sealed, "set search_path = weihu; update attachment set size = 64 << 20")
    assert auditor.live(sealed) == {("changed", f"attachment/{number}") for number in range(1, 5)}


# One at a time they would take long: none of these hides another.
REGISTER = [
    ("update second_factor set confirmed_at = now() where login = 'li'", ("changed", "factor/li")),
    ("insert into second_factor (login, secret, begun_at, confirmed_at) values ('hu', 'x', now(), now())", ("inserted", "factor/hu")),
    ("update role_loan set until = until + interval '1 day' where id = 1", ("changed", "loan/1")),
    ("delete from role_loan where id = 2", ("deleted", "loan/2")),
    ("update program_part set state = 'none' where id = 1", ("changed", "document/1")),
    ("delete from program_part where id = 2", ("deleted", "document/2")),
    ("insert into program_part (program, part, name, author, created_at, updated_at) values ('pay', 'asset', 'x', 'li', now(), now())",
     ("inserted", "asset/4")),
    ("update review set conclusion = 'Out of order' where id = 1", ("changed", "review/1")),
    ("update review set seed = repeat('0', 32) where id = 2", ("changed", "review/2")),
    ("update review_record set verdict = 'pass', note = null where review = 1 and ticket = 1", ("changed", "record/1/1")),
    ("update review_record set judged_at = now() where review = 1 and ticket = 2", ("changed", "record/1/2")),
    ("update review_record set rank = '0' where review = 2 and ticket = 1", ("changed", "record/2/1")),
    ("delete from review_record where review = 2 and ticket = 2", ("deleted", "record/2/2")),
    ("update review_decision set owner = 'sun' where id = 1", ("changed", "decision/1")),
]
LATER = [
    ("insert into recovery_code values ('li', '\\x00')", ("changed", "factor/li")),
    ("update role_loan set ended_at = now() where id = 1", ("changed", "loan/1")),
    ("update program_part set author = 'zhao' where id = 1", ("changed", "document/1")),
    ("delete from review_decision where id = 1", ("deleted", "decision/1")),
    ("update review_record set sampled = false where review = 2 and ticket = 2", ("changed", "record/2/2")),
    ("update review_record set ticket = 3 where review = 2 and ticket = 1", ("inserted", "record/2/3")),
    ("update review set concluded_by = 'hu', concluded_at = now() where id = 2", ("changed", "review/2")),
]


@pytest.mark.parametrize("deeds", [REGISTER, LATER], ids=["first", "second"])
def test_each_row_of_the_register_that_differs_is_named(sealed, auditor, deeds):
    tamper(sealed, "set search_path = weihu; " + "; ".join(sql for sql, _ in deeds))
    assert {fault for _, fault in deeds} == auditor.live(sealed) - {("deleted", "record/2/1")}


def test_loans_and_factors_that_ended_by_the_rules_are_in_order(sealed, auditor):
    root = sealed.as_("root")
    root.patch("/v1/people/lu", {"roles": ["lead"]}).expect(200)
    root.delete("/v1/people/li/second-factor").expect(204)
    seal(sealed)
    assert auditor.live(sealed) == set()


# In the files that an auditor was given.


def change_entry(folder):
    entries = read_bundle(entries_file(folder))
    write_bundle(entries_file(folder), [*entries[:9], entries[9].replace(b'"done"', b'"gone"'), *entries[10:]])


def drop_entry(folder):
    entries = read_bundle(entries_file(folder))
    write_bundle(entries_file(folder), entries[:9] + entries[10:])


def swap_entries(folder):
    entries = read_bundle(entries_file(folder))
    write_bundle(entries_file(folder), [*entries[:9], entries[10], entries[9], *entries[11:]])


def change_tile(folder):
    (tile,) = (folder / "tile" / "0" / "000.p").iterdir()
    tile.write_bytes(b"\0" + tile.read_bytes()[1:])


def change_size(folder):
    note = (folder / "checkpoint").read_text()
    lines = note.split("\n")
    (folder / "checkpoint").write_text(note.replace(f"\n{lines[1]}\n", f"\n{int(lines[1]) - 1}\n", 1))


FILES = {change_entry: "tile", drop_entry: "bundle", swap_entries: "tile", change_tile: "tile", change_size: "signature"}


@pytest.mark.parametrize("spoil", FILES, ids=lambda spoil: spoil.__name__)
def test_spoilt_files_are_refused_by_both_verifiers(bundle, auditor, verifier, spoil):
    assert verifier(bundle).returncode == 0
    spoil(bundle)
    assert FILES[spoil] in auditor.found(bundle)
    assert verifier(bundle).returncode == 1


def test_a_false_opening_and_a_false_csv_are_named(bundle, auditor):
    for name, old, new in (("openings.jsonl", "李娜", "王磊"), ("audit.csv", "pay/round", "pay/square")):
        file = bundle / name
        file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))
    assert auditor.found(bundle) >= {"opening", "csv"}


def change_proof(told):
    told["leaves"][0]["entry"] = told["leaves"][0]["entry"].replace("zhang", "zhong")


def drop_first_leaf(told):
    del told["leaves"][0]


def drop_last_leaf(told):
    del told["leaves"][-1]


def claim_another_ticket(told):
    told["object"] = "ticket/2"


@pytest.mark.parametrize("spoil", [change_proof, drop_first_leaf, drop_last_leaf, claim_another_ticket], ids=lambda spoil: spoil.__name__)
def test_both_verifiers_prove_single_tickets_and_refuse_spoilt_proofs(bundle, auditor, verifier, spoil):
    said = verifier(bundle).stdout
    assert re.search(r"proved \d\d leaves of ticket-1.json", said) and "ticket-2.json" in said and "verified" in said
    assert auditor.report(bundle)["proofs"] == 2
    file = bundle / "proofs" / "ticket-1.json"
    told = json.loads(file.read_text())
    spoil(told)
    file.write_text(json.dumps(told, ensure_ascii=False))
    (fault,) = auditor.report(bundle)["faults"]
    assert fault["code"] == "proof" and fault["place"] == "proofs/ticket-1.json"
    assert verifier(bundle).returncode == 1
