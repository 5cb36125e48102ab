# SPDX-License-Identifier: Apache-2.0
"""The command line with a running service: a ticket's whole life, and refusals as people meet them."""

import re
import types

import pytest

import totp
from cli.fake import Weihu
from organisation import CHANGE_REPORT, LINE, REQUESTS, STEPS, number


@pytest.fixture
def person(service, tmp_path):
    """person("li")("ticket", "list"): the program as that person uses it."""

    def make(login, **env):
        weihu = Weihu(tmp_path, types.SimpleNamespace(url=service.address))
        weihu.env.update({"WEIHU_TOKEN": service.tokens[login], **env})
        return weihu

    return make


def pairs(fields):
    return [word for key, value in fields.items() for word in ("-F", f"{key}={value}")]


def test_a_tickets_whole_life(person):
    flags = [word for key, value in REQUESTS["corrective"].items() for word in (f"--{key}", value)]
    filed = person("zhang")("ticket", "file", "-t", "Payroll stops", "-k", "corrective", "-p", "pay", "-d", "工资核算中断", *flags,
                            "-o", "name")
    assert filed.code == 0, filed.err
    name = filed.out.strip()
    state = "submitted"
    while state != "closed":
        login, action, fields = LINE[state]
        if action == "evaluate":
            fields = {**CHANGE_REPORT, "severity": "moderate"}
        if action == "deliver":
            for step in STEPS:
                who = person("li" if step == "design_check" else "chen")
                assert who("ticket", "step", name, step, "passed", "--minutes", "10m").code == 0
            chen = person("chen")
            changed = chen("ticket", "change", name, "--id", "pay/round", "--level", "module", "--language", "C", "--people", 1,
                           "--added", 12, "--deleted", 5, "--minutes", "1h30m")
            worked = chen("ticket", "work", name, "--minutes", "90", "-m", "Found and mended")
            assert (changed.code, worked.code) == (0, 0), changed.err + worked.err
        moved = person(login)("ticket", action, name, *pairs(fields), "--columns", "state", "--no-header")
        assert moved.code == 0, moved.err
        state = moved.out.strip()
    history = person("wu")("ticket", "history", name, "--columns", "actor,to_state", "--no-header")
    assert [row[1] for row in history.rows if row[1]][-1] == "closed" and history.rows[0][0] == "zhang"
    page = person("zhang", WEIHU_LANG="zh_CN").tty("ticket", "show", name, columns=140, rows=200)
    for words in ("Payroll stops", "已关闭 · 改正性维护 · 一般", "工资核算中断", "✓ 集成测试"):
        assert words in page.out
    assert person("chen")("ticket", "work", name, "--columns", "minutes,note").rows[1] == ["90", "Found and mended"]


def test_why_not_and_who_can(person, tickets):
    ticket = f"ticket/{number(tickets.at('in_maintenance'))}"
    refused = person("chen")("ticket", "deliver", ticket, "-F", "documents=none needed")
    assert refused.code == 6
    for words in ("problem_analysis is next", "no change is recorded", "no work is recorded", "the technician: chen",
                  "weihu ticket work"):
        assert words in refused.err
    dry = person("chen")("ticket", "deliver", ticket, "--dry-run", "-o", "json")
    assert dry.code == 6 and dry.json["allowed"] is False
    assert person("qian")("ticket", "deliver", ticket).code == 4
    why = person("zhang").tty("ticket", "why", ticket)
    assert why.code == 0 and "✗ deliver" in why.out and "who can:" in why.out
    stale = person("zhao")("ticket", "reassign", ticket, "-F", "technician=hu", "-F", "handover=ill", "--if-version", 1)
    assert stale.code == 6 and "weihu ticket show" in stale.err


def test_what_is_missing_is_asked_for(person, tickets):
    ticket = tickets.at("submitted")
    got = person("zhao").tty("ticket", "return", ticket["id"], typed=[("Missing", "Which branch?")])
    assert got.code == 0 and "Returned" in got.out
    assert tickets.read(ticket)["missing"] == "Which branch?"


def test_filing_asks_for_what_the_kind_wants(person):
    got = person("zhang").tty("ticket", "file", typed=[
        ("Title", "A sum is wrong"), ("Claimed kind", "perfective"), ("Program", "pay"), ("Description", "The total of the year"),
        ("Specification", "Show it")])
    assert got.code == 0 and ": Submitted" in got.out


def test_lists_and_their_filters(person, tickets):
    filed = [tickets.file(title=f"Needle {n}") for n in range(3)]
    found = person("zhao")("ticket", "list", "-q", "Needle", "--state", "submitted", "--sort", "id", "-o", "name")
    assert found.lines[-3:] == [f"ticket/{ticket['id']}" for ticket in filed]
    none = person("zhao")("ticket", "list", "-q", "no such words anywhere", "-o", "json")
    assert none.json == []


def test_every_list_of_the_service_can_be_read(person, tickets):
    ticket = tickets.at("to_accept")["id"]
    root = person("root")
    for arguments in (["comments", ticket], ["history", ticket], ["steps", ticket], ["changes", ticket], ["work", ticket],
                      ["links", ticket], ["attachments", ticket], ["route", ticket], ["why", ticket], ["show", ticket]):
        for form in ("table", "wide", "json", "jsonl", "yaml", "csv", "tsv", "name"):
            got = person("zhao")("ticket", *arguments, "-o", form)
            assert got.code == 0, (arguments, form, got.err)
    for arguments in (["person", "list"], ["person", "show", "li"], ["person", "tokens", "li"], ["program", "list"],
                      ["program", "show", "pay"], ["program", "designations", "pay"], ["program", "readings", "pay"],
                      ["audit", "list"], ["workflow", "show"], ["workflow", "fields"], ["whoami"]):
        for form in ("table", "json", "csv", "name"):
            who = person("wu") if arguments[0] == "audit" else root
            got = who(*arguments, "-o", form)
            assert got.code == 0 and got.out, (arguments, form, got.err)


def test_files_go_there_and_back(person, tickets, tmp_path):
    ticket, log, shot = number(tickets.file()), tmp_path / "boot 启动.log", tmp_path / "shot.png"
    log.write_bytes(b"one\r\n\0two\xff")
    shot.write_bytes(b"")
    zhang = person("zhang")
    added = zhang("ticket", "attach", ticket, log, shot, "-o", "json")
    assert added.code == 0, added.err
    assert [(one["name"], one["media_type"], one["size"]) for one in added.json] == [(log.name, "text/plain", 10), ("shot.png", "image/png", 0)]
    first, second = (one["id"] for one in added.json)
    assert zhang("ticket", "attachments", ticket, "--columns", "id,name,size", "--no-header").rows == [
        [str(first), log.name, "10"], [str(second), "shot.png", "0"]]
    page = zhang.tty("ticket", "show", ticket, columns=140, rows=200).out
    assert log.name in page and f"weihu ticket fetch {ticket} NUMBER" in page
    there = tmp_path / "there"
    assert zhang("ticket", "fetch", ticket, first, "--into", there).code == 0
    assert there.read_bytes() == log.read_bytes()
    again = zhang("ticket", "fetch", ticket, second, "--into", there)
    assert again.code == 1 and "--force" in again.err and there.read_bytes() == log.read_bytes()
    assert zhang("ticket", "fetch", ticket, second, "--into", there, "--force").code == 0 and there.read_bytes() == b""
    assert zhang("ticket", "fetch", ticket, second, "--into", "-").out == ""
    folder = tmp_path / "empty"
    folder.mkdir()
    own = zhang("ticket", "fetch", ticket, first, cwd=folder)
    assert own.code == 0 and [(file.name, file.read_bytes()) for file in folder.iterdir()] == [(log.name, log.read_bytes())], own.err


def test_files_that_are_not_taken(person, tickets, tmp_path):
    ticket, large, plain = number(tickets.file()), tmp_path / "large", tmp_path / ".profile"
    large.write_bytes(bytes((8 << 20) + 1))
    plain.write_text("x")
    zhang = person("zhang")
    refusal = zhang("ticket", "attach", ticket, large).err
    assert "too large" in refusal and f": {large.name}: " in refusal
    assert "cannot read" in zhang("ticket", "attach", ticket, tmp_path / "nothing").err
    assert "--name" in zhang("ticket", "attach", ticket, "-").err and "--name" in zhang("ticket", "attach", ticket, plain, large, "--name", "x").err
    assert zhang("ticket", "attach", ticket, plain, "--internal").code == 4
    assert zhang("ticket", "attachments", ticket, "-o", "json").json == []
    hidden = person("zhao")("ticket", "attach", ticket, plain, "--internal", "-o", "json").json
    assert hidden["internal"] and zhang("ticket", "fetch", ticket, hidden["id"]).code == 5
    folder = tmp_path / "home"
    folder.mkdir()
    assert "--into" in person("zhao")("ticket", "fetch", ticket, hidden["id"], cwd=folder).err and list(folder.iterdir()) == []


def test_register(person):
    root = person("root")
    made = root("program", "add", "cli-made", "--name", "Made here", "--language", "C", "--source", "all", "--sysadmin", "li",
                "--installed-on", "2026-01-31", "-o", "name")
    assert made.out == "program/cli-made\n", made.err
    shown = root("program", "show", "cli-made", "-o", "json").json
    assert shown["sysadmin"] == "li" and shown["installed_on"] == "2026-01-31"
    edited = root("program", "edit", "cli-made", "--critical", "--if-version", shown["version"], "--columns", "critical,version")
    assert edited.rows[1] == ["true", str(shown["version"] + 1)]
    assert root("program", "edit", "cli-made", "--name", "late", "--if-version", shown["version"]).code == 6
    assert root("program", "add", "cli-made", "--name", "x", "--source", "all", "--sysadmin", "li").code == 6
    twice = root("person", "add", "cli-person", "--name", "New", "--role", "requester", "-o", "name")
    assert twice.out == "person/cli-person\n", twice.err
    token = root("person", "token", "cli-person", "--name", "test").out.strip()
    assert person("li", WEIHU_TOKEN=token)("whoami", "-o", "name").out == "person/cli-person\n"
    identifier = root("person", "tokens", "cli-person", "--columns", "id", "--no-header").out.strip()
    assert root("person", "revoke", "cli-person", identifier).code == 0
    assert person("li", WEIHU_TOKEN=token)("whoami").code == 3


def test_refusals_and_reasons_in_chinese(person, tickets):
    ticket = f"ticket/{number(tickets.at('in_maintenance'))}"
    chen, wu = person("chen", WEIHU_LANG="zh"), person("wu", WEIHU_LANG="zh")
    early = chen("ticket", "step", ticket, "unit_test", "passed")
    assert early.code == 6 and "须先完成前面的技术步骤" in early.err
    skipped = person("li", WEIHU_LANG="zh")("ticket", "step", ticket, "unit_test", "not_applicable", "--reason", "x")
    assert skipped.code == 6 and "测试不得跳过" in skipped.err
    for step in ("problem_analysis", "design_change"):
        assert chen("ticket", "step", ticket, step, "passed").code == 0
    own = chen("ticket", "step", ticket, "design_check", "passed")
    assert own.code == 6 and "设计复查须由设计人以外的人进行" in own.err
    assert "可进行的状态：排队" in chen("ticket", "schedule", ticket).err
    assert "程序指定的系统管理员" in wu.tty("ticket", "route", ticket).out
    assert "记录步骤" in wu.tty("ticket", "history", ticket, columns=160).out


def test_the_workflow_as_text(person):
    assert "stateDiagram" in person("li")("workflow", "show", "--mermaid").out
    assert "digraph" in person("li")("workflow", "show", "--dot").out
    assert "提交" in person("li", WEIHU_LANG="zh").tty("workflow", "show").out


PASSWORD = "kept in nobody's shell history"


@pytest.fixture(scope="module")
def with_password(service):
    service.as_("root").delete("/v1/people/hu/second-factor")  # should some other test have left one
    service.as_("root").post("/v1/people/hu/password", {"password": PASSWORD}).expect(204)
    return service


def test_logging_in_with_a_password_and_out_again(with_password, person, tmp_path):
    hu = person("hu", WEIHU_TOKEN=None)
    got = hu.tty("login", "hu", "--server", with_password.address, typed=[("Password of hu", PASSWORD)])
    assert got.code == 0 and "Logged in to" in got.out and PASSWORD not in got.out
    assert hu("whoami", "-o", "name").out == "person/hu\n"
    profiles = tmp_path / ".config" / "weihu" / "profiles.yaml"
    assert profiles.stat().st_mode & 0o777 == 0o600 and "wh_" in profiles.read_text() and PASSWORD not in profiles.read_text()
    kept = profiles.read_text().partition("token: ")[2].split()[0].strip("\"'")
    assert "Logged out" in hu.tty("logout").out
    with_password.tokens["kept"] = kept
    assert with_password.as_("kept").get("/v1/me").status == 401
    assert hu("whoami").code == 3


def test_a_password_comes_from_a_pipe_or_a_file_that_others_cannot_read(with_password, person, tmp_path):
    hu = person("hu", WEIHU_TOKEN=None)
    assert hu("login", "hu", stdin=PASSWORD + "\n").code == 0
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o644)
    assert "chmod 600" in hu("login", "hu", "--password-file", file).err
    file.chmod(0o600)
    assert hu("login", "hu", "--password-file", file).code == 0
    assert hu("login", "--password", PASSWORD).code == 2


def test_a_wrong_password_keeps_nothing(with_password, person, tmp_path):
    hu = person("hu", WEIHU_TOKEN=None)
    got = hu("login", "hu", stdin="wrong\n")
    assert got.code == 3 and "the login, the password or the code is wrong" in got.err
    assert not (tmp_path / ".config").exists()


def test_passwords_are_set_on_a_terminal(service, person):
    first, second = "first of them all 1", "second of them all 2"
    sun = person("sun")
    new, again, current = "New password", "Once more", "Current password"
    got = sun.tty("person", "password", "sun", typed=[(current, ""), (new, first), (again, second)])
    assert got.code == 1 and "two different" in got.out
    assert sun.tty("person", "password", "sun", typed=[(current, ""), (new, first), (again, first)]).code == 0
    wrong = sun.tty("person", "password", "sun", typed=[(current, "guessed"), (new, second), (again, second)])
    assert wrong.code == 7 and "not the current password" in wrong.out
    assert sun.tty("person", "password", "sun", typed=[(current, first), (new, second), (again, second)]).code == 0
    assert person("root").tty("person", "password", "sun", typed=[(new, first), (again, first)]).code == 0
    assert person("sun")("login", "sun", stdin=first).code == 0


def test_tokens_get_a_scope_and_an_end(person):
    made = person("sun")("person", "token", "sun", "--name", "ci", "--scope", "read", "--scope", "audit", "--expires", "2099-01-01T00:00:00Z",
                         "-o", "json")
    assert made.json["scopes"] == ["read", "audit"] and made.json["expires_at"] == "2099-01-01T00:00:00.000000Z"
    listed = person("sun")("person", "tokens", "sun", "--columns", "name,scopes,expires_at")
    assert listed.rows[-1] == ["ci", "read,audit", "2099-01-01T00:00:00.000000Z"]


def code_shown(text):
    """What the app of somebody shows who has let it read the secret on the terminal."""
    secret = re.search(r"[?]secret=([A-Z2-7]{32})&", text).group(1)
    code_shown.secret, code_shown.step = secret, totp.step_now()
    return totp.code(secret, code_shown.step)


def test_a_second_factor_is_enrolled_used_and_removed(with_password, person, tmp_path):
    hu = person("hu")
    assert hu("person", "enrol", "hu").code == 2, "not without a terminal"
    got = hu.tty("person", "enrol", "hu", typed=[("Current password", PASSWORD), ("The code that it shows", code_shown)])
    codes = re.findall(r"^[A-Z2-7-]{29}$", got.out, re.M)
    assert got.code == 0 and len(codes) == 10 and PASSWORD not in got.out, got.out
    assert hu("person", "factor", "hu", "--columns", "enrolled,recovery_codes").rows[1] == ["true", "10"]
    fresh = person("hu", WEIHU_TOKEN=None)
    step = [("Password of hu", PASSWORD), ("Code of the app", totp.code(code_shown.secret, code_shown.step + 1))]
    got = fresh.tty("login", "hu", "--server", with_password.address, typed=step)
    assert got.code == 0 and "Logged in to" in got.out
    got = fresh.tty("login", "hu", "--server", with_password.address, typed=step)
    assert got.code == 3 and "the password or the code is wrong" in got.out
    (tmp_path / "code").write_text(codes[0] + "\n")
    (tmp_path / "code").chmod(0o600)
    assert fresh("login", "hu", "--code-file", tmp_path / "code", stdin=PASSWORD + "\n").code == 0
    assert person("root")("person", "factor", "hu", "--columns", "recovery_codes").rows[1] == ["9"]
    assert hu("person", "unenrol", "hu", stdin=codes[1] + "\n").code == 0
    assert fresh("login", "hu", stdin=PASSWORD + "\n").code == 0
    hu.tty("person", "enrol", "hu", typed=[("Current password", PASSWORD), ("The code that it shows", code_shown)])
    assert person("root")("person", "unenrol", "hu").code == 0
    assert person("root")("person", "unenrol", "hu").code == 5


def test_a_role_is_lent_told_and_taken_back(service, person):
    root = person("root")
    assert root("person", "add", "cli-admin", "--name", "Second", "--role", "admin").code == 0
    token = root("person", "token", "cli-admin", "--name", "test").out.strip()
    lent = root("person", "lend", "cli-admin", "lead", "--minutes", "1h", "--reason", "Both leads are ill", "-o", "name")
    assert lent.out.startswith("loan/"), lent.err
    borrower = person("li", WEIHU_TOKEN=token)
    assert re.search(r"Maintenance lead until 20\d\d-", borrower.tty("whoami").out, re.I)
    number = lent.out.strip().partition("/")[2]
    wu = person("wu")
    assert wu("audit", "loans", "--person", "cli-admin", "--columns", "role,reason").rows[1] == ["lead", "Both leads are ill"]
    assert root("person", "reclaim", "cli-admin", number, "-o", "name").out == f"loan/{number}\n"
    assert root("person", "loans", "cli-admin", "--columns", "id,lender").rows[1] == [number, "root"]
    assert wu("audit", "list", "--on-loan", "--actor", "cli-admin", "-o", "json").json == []
    assert wu("audit", "waivers", "-o", "json").code == 0
