# SPDX-License-Identifier: Apache-2.0
"""What was written into a confidential ticket is in the log for its readers alone; for all others the log still proves what it can."""

import pytest

from audit.log import leaves, seal
from organisation import Tickets, number

SECRET, REASON, NEWS = "金库漏洞 vault", "Because of the vault", "The vault is mended 金库已修"
WORDS = ("金库", "vault", "Vault")


@pytest.fixture
def secret(sealed):
    """A ticket for zhao and zhou with something of every kind in it, and an open one linked to it."""
    tickets = Tickets(sealed)
    ticket = tickets.do(tickets.file(title=SECRET, readers=["zhao", "zhou"]), "zhao", "forward", sysadmin="li", duplicate_check="unique")
    tickets.add(ticket, "zhao", "comments", {"text": NEWS})
    tickets.add(ticket, "zhao", "comments", {"text": NEWS, "internal": True})
    tickets.attach(ticket, "zhao", "vault.txt", NEWS.encode())
    tickets.attempt(ticket, "zhang", "evaluate", {"reason": REASON})
    tickets.do(ticket, "zhao", "suspend", suspend_code="waits_on_vendor", wake_at="2027-01-11T00:00:00Z")
    sealed.as_("zhou").get(f"/v1/tickets/{ticket['id']}").expect(200)
    sealed.open_one = number(tickets.file())
    tickets.add(sealed.open_one, "zhao", "links", {"kind": "caused_by", "other": ticket["id"]})
    seal(sealed)
    return ticket["id"]


def texts(folder):
    return {file: file.read_bytes().decode(errors="replace") for file in folder.rglob("*") if file.is_file()}


def test_no_file_of_the_log_tells_it_to_others(sealed, secret, auditor, verifier, tmp_path):
    for by in ("wu", "root"):
        folder = tmp_path / by
        done = auditor.run("audit", "export", "--bundle", folder, "--ticket", secret, service=sealed, by=by)
        assert done.code == 0, done.err
        for file, text in texts(folder).items():
            assert not any(word in text for word in WORDS), file
        report = auditor.report(folder)
        assert report["verified"] and report["hidden_tickets"] == 1 and report["closed"] > 5
        assert "1 tickets that you may not read" in auditor.verify(folder).out
        assert verifier(folder).returncode == 0
    of_it = [leaf for leaf in leaves(tmp_path / "wu") if leaf["object"] == f"ticket/{secret}"]
    assert [leaf["action"] for leaf in of_it] == ["submit", "forward", "comment", "comment", "attach", "evaluate", "suspend", "read"]
    for leaf in of_it:
        told = {key: leaf[key] for key in ("changes", "added", "reason", "waived", "source") if leaf[key] is not None}
        assert all(set(value) == {"commitment"} for value in told.values()), leaf
    assert not any("link" in (leaf["added"] or {}) and leaf["added"]["link"]["other"] == secret for leaf in leaves(tmp_path / "wu"))


def test_its_readers_verify_all_of_it(sealed, secret, auditor, tmp_path):
    sealed.as_("root").patch("/v1/people/zhou", {"roles": ["authority", "auditor"]}).expect(200)
    seal(sealed)
    done = auditor.run("audit", "export", "--bundle", tmp_path / "zhou", "--ticket", secret, service=sealed, by="zhou")
    assert done.code == 0, done.err
    report = auditor.report(tmp_path / "zhou")
    assert report["verified"] and report["hidden_tickets"] == 0 and report["closed"] == 0
    csv = (tmp_path / "zhou" / "audit.csv").read_text(encoding="utf-8")
    assert SECRET in csv and NEWS in csv


def test_no_answer_tells_it_to_others(sealed, secret):
    for login in ("wu", "root"):
        client = sealed.as_(login)
        for path in ("/v1/audit/openings?limit=500", "/v1/exports/events?format=jsonl", "/v1/exports/tickets", "/v1/audit?limit=500",
                     f"/v1/tickets/{sealed.open_one}/audit"):
            answer = client.get(path)
            if answer.status == 200:
                assert not any(word in answer.text for word in WORDS), path
                assert f'"other": {secret}' not in answer.text and f'""other"": {secret}' not in answer.text, path
    for table in ("event", "ticket", "comment", "attachment", "step", "change", "work", "link"):
        rows = sealed.as_("root").get(f"/v1/audit/rows/{table}").text
        assert not any(word in rows for word in WORDS), table


TAMPERED = {
    "title": ("update ticket_body set fields = fields || '{\"title\": \"x\"}' where ticket = {0}", "ticket/{0}"),
    "state": ("update ticket set state = 'closed' where id = {0}", "ticket/{0}"),
    "comment": ("update comment set text = 'x' where ticket = {0} and internal", "comment/{1}"),
    "deleted comment": ("delete from comment where ticket = {0} and internal", "ticket/{0}"),
    "attachment": ("update attachment set media_type = 'a/b' where ticket = {0}", "attachment/{3}"),
    "event": ("update event set changes = '{{}}' where seq = {2}", "event/{2}"),
}


def test_an_administrator_who_is_no_reader_compares_it_without_seeing_it(sealed, secret, auditor):
    assert auditor.live(sealed) == set()
    said = auditor.verify(None, "--live", service=sealed, by="root").out
    assert "of tickets that you do not see" in said and not any(word in said for word in WORDS)


@pytest.mark.parametrize("row", TAMPERED)
def test_what_differs_is_named_and_not_told(sealed, secret, auditor, row):
    sql, place = TAMPERED[row]
    comment = sealed.psql(f"select id from comment where ticket = {secret} and internal")[0]
    file = sealed.psql(f"select id from attachment where ticket = {secret}")[0]
    event = sealed.psql(f"select min(seq) from event where object_id = '{secret}' and object_kind = 'ticket'")[0]
    sql = sql.replace("{0}", str(secret)).replace("{2}", event).replace("'{{}}'", "'{}'")
    sealed.psql(f"set session_replication_role = replica; {sql}", "postgres")
    place = place.format(secret, comment, event, file)
    assert ("changed", place) in auditor.live(sealed)
    said = auditor.verify(None, "--live", service=sealed, by="root").out
    assert place in said and not any(word in said for word in WORDS)


def test_a_verdict_on_it_is_compared_without_being_told(sealed, auditor):
    def tamper(sql):
        sealed.psql(f"set session_replication_role = replica; {sql}", "postgres")

    tamper("update weihu.ticket_body set fields = fields || '{\"readers\": [\"zhao\"]}' where ticket = 1")
    assert auditor.live(sealed) == {("changed", "ticket/1")}
    assert "The plan is missing" not in sealed.as_("root").get("/v1/audit/rows/record").text
    tamper("update weihu.review_record set note = 'The text is missing' where review = 1 and ticket = 1")
    assert auditor.live(sealed) == {("changed", "ticket/1"), ("changed", "record/1/1")}


def test_what_was_sealed_in_the_open_stays_so_and_what_follows_does_not(sealed, auditor, tmp_path):
    """The documentation says so: a ticket must name its readers when it is filed."""
    tickets = Tickets(sealed)
    ticket = number(tickets.file(title="Open once", draft=True))
    seal(sealed)
    sealed.as_("zhang").patch(f"/v1/tickets/{ticket}", {"readers": ["zhao"]}).expect(200)
    sealed.as_("zhang").patch(f"/v1/tickets/{ticket}", {"title": SECRET}).expect(200)
    seal(sealed)
    assert auditor.export(sealed, tmp_path / "closed").code == 0
    entries = "".join(texts(tmp_path / "closed" / "tile").values())
    assert "Open once" in entries and SECRET not in entries
    sealed.as_("zhao").patch(f"/v1/tickets/{ticket}", {"readers": []}).expect(200)
    sealed.as_("zhang").patch(f"/v1/tickets/{ticket}", {"title": "Open again"}).expect(200)
    seal(sealed)
    assert auditor.export(sealed, tmp_path / "open").code == 0
    assert SECRET in (tmp_path / "open" / "audit.csv").read_text(encoding="utf-8")
    for folder in (tmp_path / "closed", tmp_path / "open"):
        assert auditor.found(folder) == set()
        for lacking in ("openings.jsonl", "audit.csv"):
            (folder / lacking).unlink()
        assert auditor.found(folder) == set(), "what nobody opens is no contradiction"
