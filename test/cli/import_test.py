# SPDX-License-Identifier: Apache-2.0
"""weihu import with a running service: every row's fate, by row and field; a second run does no harm."""

import json
import types

import pytest

from cli.fake import ROOT, Weihu
from schema.deeds import fingerprints


@pytest.fixture
def root(service, tmp_path):
    weihu = Weihu(tmp_path, types.SimpleNamespace(url=service.address))
    weihu.env["WEIHU_TOKEN"] = service.tokens["root"]
    return weihu


@pytest.fixture
def lead(service, tmp_path):
    weihu = Weihu(tmp_path, types.SimpleNamespace(url=service.address))
    weihu.env["WEIHU_TOKEN"] = service.tokens["zhao"]
    return weihu


def fates(done):
    """(row, fate, field) of each."""
    return [(int(row[0]), row[2], row[3]) for row in done.rows[1:]]


def changed(before, after):
    return {table for table in before if before[table] != after[table]}


def file_of(tmp_path, content):
    path = tmp_path / "records"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_people_are_added_once(root, service, tmp_path):
    path = file_of(tmp_path, "\ufefflogin,name,roles,email\r\nimp1,\"陈, 静\",technician;sysadmin,a@example.org\r\nimp2,Bo,,\r\n")
    assert fates(root("import", "people", path, "--dry-run")) == [(2, "would_be_added", ""), (3, "would_be_added", "")]
    service.as_("root").get("/v1/people/imp1").expect(404)
    done = root("import", "people", path)
    assert (done.code, fates(done)) == (0, [(2, "added", ""), (3, "added", "")])
    made = service.as_("root").get("/v1/people/imp1").expect(200)
    assert (made["name"], made["roles"], made["email"]) == ("陈, 静", ["technician", "sysadmin"], "a@example.org")
    for more in ([], ["--dry-run"]):
        assert {fate for _, fate, _ in fates(root("import", "people", path, *more))} == {"there_already"}


def test_programs_and_readings(root, lead, service, tmp_path):
    path = file_of(tmp_path, "code,name,language,sysadmin,critical,installed_on\nimpa,One,C,li,yes,2024-01-31\nimpb,Two,C,nobody,no,\n")
    done = root("import", "programs", path)
    assert (done.code, fates(done)) == (7, [(2, "added", ""), (3, "refused", "sysadmin")])
    assert service.as_("root").get("/v1/programs/impa").expect(200)["critical"] is True
    path = file_of(tmp_path, "program,read_at,runs,failures\nimpa,2026-11-01,10,0\nimpa,2026-11-02,20,1\nimpa,2026-11-02,20,1\n"
                             "nowhere,2026-11-01,1,0\nimpa,2026-11-03,many,1\n")
    expected = [(2, "added", ""), (3, "added", ""), (4, "refused", "program"), (5, "refused", ""), (6, "refused", "runs")]
    assert fates(lead("import", "readings", path)) == expected
    again = [(row, "there_already" if fate == "added" else fate, field) for row, fate, field in expected]
    assert fates(lead("import", "readings", path)) == again
    readings = service.as_("zhao").get("/v1/programs/impa/readings").expect(200)["items"]
    assert [reading["runs"] for reading in readings] == [20, 10]


ROWS = {
    "people": "login,name,roles,active\ndry1,Bo,technician,yes\nli,Li again,sysadmin,yes\ndry2,Bo,emperor,yes\ndry3,,technician,yes\n"
              "dry1,Bo twice,technician,yes\ndry4,Bo,technician,perhaps\nkept,Kept,technician,yes\n",
    "programs": "code,name,language,sysadmin,deputy,installed_on\ndryp,One,C,li,wang,2026-01-31\npay,Again,C,li,,\ndryq,No,C,nobody,,\n"
                "dryr,No,C,chen,,\ndrys,No,C,li,nobody,\ndryt,No,C,li,,2026-02-30\ndryu,No,C,,,\nkept,Kept,C,li,,\n",
    "readings": "program,read_at,runs,failures\npay,2027-01-01,1,0\npay,2026-10-30,52000,11\nnowhere,2026-11-01,1,0\npay,2026-11-32,1,0\n"
                "pay,2026-11-05,-1,0\npay,2027-01-01,2,0\nledger,2026-11-09,7,1\n",
    "tickets": "id,requester,closed,title,description,program,claimed_kind,specification,duplicate_of\nd1,zhang,yes,Old,Old,pay,adaptive,,\n"
               "d2,nobody,yes,Old,Old,pay,adaptive,,\nd3,zhang,no,New,New,nowhere,perfective,More,\nd4,zhang,no,New,New,pay,perfective,More,\n"
               "d5,zhang,no,New,New,pay,perfective,,\nd6,zhang,yes,,Old,pay,adaptive,,\nd7,zhang,yes,Old,Old,pay,adaptive,,99999999\n"
               "kept,zhang,yes,Kept,Kept,pay,adaptive,,\n"}


@pytest.mark.parametrize("kind", ROWS)
def test_a_dry_run_tells_every_rows_fate_and_writes_nothing(root, lead, service, tmp_path, kind):
    weihu = lead if kind == "readings" else root
    rows = ROWS[kind].splitlines(True)
    assert fates(weihu("import", kind, file_of(tmp_path, rows[0] + rows[-1]))) == [(2, "added", "")]
    path = file_of(tmp_path, "".join(rows))
    before = fingerprints(service)
    dry = fates(weihu("import", kind, path, "--dry-run"))
    assert changed(before, fingerprints(service)) <= {"token"}  # which was used
    done = fates(weihu("import", kind, path))
    assert done == [(row, "added" if fate == "would_be_added" else fate, field) for row, fate, field in dry]
    assert {fate for _, fate, _ in done} == {"added", "refused", "there_already"}
    assert [row for row, fate, _ in done if fate == "added"] == [row for row, fate, _ in dry if fate == "would_be_added"] != []
    again = fates(weihu("import", kind, path, "--dry-run"))
    assert again == fates(weihu("import", kind, path)) == [(row, "there_already" if fate == "added" else fate, field) for row, fate, field in done]


ISSUES = {"issues": [
    {"id": 7, "subject": "网关超时", "description": "每天早上", "project": {"name": "Payment"}, "tracker": {"name": "Bug"},
     "status": {"name": "Closed"}, "author": {"name": "Old Li"}, "created_on": "2024-05-01T08:00:00Z", "closed_on": "2024-05-02T08:00:00Z",
     "journals": [{"created_on": "2024-05-01T09:00:00Z", "user": {"name": "Old Li"}, "notes": "Found it"},
                  {"created_on": "2024-05-02T08:00:00Z", "user": {"name": "Bo"}, "notes": "Done"}]},
    {"id": 8, "subject": "Wish", "description": "", "project": {"name": "Payment"}, "tracker": {"name": "Feature"},
     "status": {"name": "New"}, "author": {"name": "Old Li"}, "created_on": "2024-06-01T08:00:00Z"},
    {"id": 9, "subject": "Elsewhere", "project": {"name": "Unheard of"}, "tracker": {"name": "Bug"}, "status": {"name": "New"},
     "author": {"name": "Old Li"}, "created_on": "2024-06-01T08:00:00Z"},
    {"id": 8, "subject": "Again", "project": {"name": "Payment"}, "tracker": {"name": "Bug"}, "status": {"name": "New"}}]}


@pytest.fixture
def mapping(tmp_path):
    """The example for Redmine, with a requester of this organisation."""
    text = (ROOT / "config/import/redmine.yaml").read_text(encoding="utf-8")
    text = text.replace("else: he}", "else: zhang}").replace("Feature: perfective", "Feature: perfective, Task: preventive")
    path = tmp_path / "redmine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def by_origin(service, origin):
    return [json.loads(row) for row in service.psql(
        f"select to_jsonb(t) from ticket_view t where body ->> 'imported_from' = '{origin}'")]


def test_redmine_issues_become_tickets_that_say_so(root, service, tmp_path, mapping):
    path = file_of(tmp_path, json.dumps(ISSUES))
    command = ("import", "tickets", path, "--map", mapping)
    dry = root(*command, "--dry-run")
    assert dry.code == 7
    assert [row for row in fates(dry) if row[1] != "refused"] == [(1, "would_be_added", ""), (2, "would_be_added", "")]
    assert by_origin(service, "redmine/7") == []
    done = fates(root(*command))
    assert [row for row in done if row[1] != "refused"] == [(1, "added", ""), (2, "added", "")]
    assert {row[0]: row[2] for row in done if row[1] == "refused"} == {3: "program", 4: "row"}
    closed, = by_origin(service, "redmine/7")
    assert (closed["state"], closed["requester"], closed["body"]["imported_author"]) == ("imported", "zhang", "Old Li")
    assert closed["body"]["imported_history"].splitlines() == ["2024-05-01T09:00:00Z | Old Li | Found it", "2024-05-02T08:00:00Z | Bo | Done"]
    assert not {"closed_at", "submitted_at", "reviewed_by"} & set(closed["body"])
    event, = service.as_("zhao").get(f"/v1/tickets/{closed['id']}/audit").expect(200)["items"]
    assert (event["action"], event["actor"], event["role"], event["to_state"]) == ("import_closed", "root", "admin", "imported")
    assert event["changes"]["imported_from"]["new"] == "redmine/7"
    opened, = by_origin(service, "redmine/8")
    assert (opened["state"], opened["claimed_kind"]) == ("submitted", "perfective")
    again = fates(root(*command))
    assert [row for row in again if row[1] != "refused"] == [(1, "there_already", ""), (2, "there_already", "")]
    assert len(by_origin(service, "redmine/7")) == len(by_origin(service, "redmine/8")) == 1


def test_an_open_import_goes_the_whole_way(root, service, tickets, tmp_path):
    path = file_of(tmp_path, "id,requester,title,description,program,claimed_kind,specification\nw1,zhang,Wish,More,pay,perfective,More\n")
    assert fates(root("import", "tickets", path)) == [(2, "added", "")]
    ticket, = by_origin(service, "csv/w1")
    assert tickets.at("closed", ticket=tickets.read(ticket["id"]))["state"] == "closed"


def test_an_imported_ticket_never_counts_as_having_passed_the_process(root, service, tmp_path):
    def closed():
        return service.as_("zhao").get("/v1/reports/turnaround?from=2024-01-01&to=2027-01-01").expect(200)["total"]["n"]

    before = closed()
    path = file_of(tmp_path, "id,requester,closed,title,description,program,claimed_kind,imported_closed_at\n"
                             "c1,zhang,yes,Old,Old,pay,adaptive,2024-05-02T08:00:00Z\n")
    assert fates(root("import", "tickets", path)) == [(2, "added", "")]
    assert closed() == before
    ticket, = by_origin(service, "csv/c1")
    for login, action in (("zhao", "forward"), ("sun", "close"), ("zhang", "reopen")):
        service.as_(login).post(f"/v1/tickets/{ticket['id']}/transitions", {"action": action, "fields": {}}).expect(409)


@pytest.mark.parametrize(("row", "field"), [
    (b"b1,nobody,yes,t,d,pay,adaptive\n", "requester"), (b"b2,zhang,yes,t,d,nowhere,adaptive\n", "program"),
    (b"b3,zhang,yes,t,d,pay,huge\n", "claimed_kind"), (b",zhang,yes,t,d,pay,adaptive\n", "id"),
    (b"b5,zhang,yes,\xc1\xd6\xb4\xf3,d,pay,adaptive\n", "title"), (b"b6,zhang,yes,t\n", "description"),
    (b"b7,zhang,yes,t,d,pay,adaptive,more\n", ""), (b"b8,zhang,yes,,d,pay,adaptive\n", "title"),
    (b"b9,zhang,yes,t\x07,d,pay,adaptive\n", "title")])
def test_a_bad_row_is_told_by_its_field(root, tmp_path, row, field):
    good = b"good" + field.encode() + b",zhang,yes,t,d,pay,adaptive\n"
    path = file_of(tmp_path, b"id,requester,closed,title,description,program,claimed_kind\n" + row + good)
    done = root("import", "tickets", path, "--dry-run")
    assert done.code == 7
    assert fates(done)[0] == (2, "refused", field) and fates(done)[-1] == (3, "would_be_added", "")


def test_gbk_is_read_when_it_is_named(root, service, tmp_path):
    text = "id,requester,closed,title,description,program,claimed_kind\ng1,zhang,yes,工资核算,已处理,pay,adaptive\n"
    path = file_of(tmp_path, text.encode("gbk"))
    done = root("import", "tickets", path)
    assert done.code == 7 and "GBK" in done.out
    assert fates(root("import", "tickets", path, "--encoding", "GBK")) == [(2, "added", "")]
    assert by_origin(service, "csv/g1")[0]["body"]["title"] == "工资核算"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe\x00", b"id,title\n\"open,1\n", b"{\"issues\": 3}", b"{\"issues\": [",
                                     b"id\n", b"\xc1\xd6,a\n1,2\n"])
def test_garbage_is_told_as_such(root, tmp_path, content):
    done = root("import", "tickets", file_of(tmp_path, content))
    assert done.code == 2 and done.out == "" and done.err.startswith("weihu: ")


def test_only_an_administrator_imports(lead, tmp_path):
    path = file_of(tmp_path, "id,requester,closed,title,description,program,claimed_kind\nx1,zhang,yes,t,d,pay,adaptive\n")
    done = lead("import", "tickets", path)
    assert done.code == 4 and "import.write" in done.err


def test_rt_tickets_by_the_example(root, service, tmp_path):
    mapping = tmp_path / "rt.yaml"
    mapping.write_text((ROOT / "config/import/rt.yaml").read_text(encoding="utf-8").replace("else: he}", "else: zhang}"), encoding="utf-8")
    record = {"id": "41", "Subject": "Printer", "Status": "resolved", "Queue": {"Name": "payment"}, "Creator": {"id": "jo"},
              "Created": "2023-01-01T00:00:00Z", "Resolved": "2023-01-02T00:00:00Z"}
    done = root("import", "tickets", file_of(tmp_path, json.dumps({"items": [record]})), "--map", mapping)
    assert fates(done) == [(1, "added", "")]
    assert by_origin(service, "rt/41")[0]["body"]["imported_closed_at"].startswith("2023-01-02T00:00:00")
