# SPDX-License-Identifier: Apache-2.0
"""Tickets: filing, moving, refusals told so that one knows what to do."""

import json

import pytest
from cli.fake import page, problem, ticket

UNMET = [{"guard": "steps_done", "field": None, "message": "the technical steps are not all done: unit_test is next",
          "who": [{"party": "technician", "people": ["wang", "li"]}]},
         {"guard": "field_missing", "field": "documents", "message": "documents is missing",
          "who": [{"party": "technician", "people": ["wang"]}]}]
ACTIONS = {"ticket": 42, "version": 3, "state": "in_maintenance", "actions": [
    {"action": "deliver", "to": "to_accept", "allowed": False, "requires": ["documents"], "accepts": ["benefit"],
     "unmet": UNMET},
    {"action": "suspend", "to": "suspended", "allowed": False, "requires": ["suspend_code"], "accepts": ["wake_at"],
     "unmet": [{"guard": "field_missing", "field": "suspend_code", "message": "suspend_code is missing", "who": []}]}]}


@pytest.fixture
def editor(tmp_path):
    """An editor that appends what it is told to the section of a field."""
    def make(fields, after=""):
        script = tmp_path / "editor.py"
        script.write_text("import sys\npath = sys.argv[-1]\ntext = open(path).read()\nopen(%r, 'w').write(text)\n"
                          "for key, value in %r.items():\n"
                          "    text = text.replace('[%%s]\\n' %% key, '[%%s]\\n%%s\\n' %% (key, value))\n"
                          "open(path, 'w').write(text)\n%s\n" % (str(tmp_path / "template"), fields, after))
        return "/usr/bin/python3 %s" % script
    return make


def test_filing_from_flags(server, weihu, tmp_path):
    server.on("POST", "/v1/tickets", (201, ticket(42, state="submitted")))
    (tmp_path / "story.txt").write_text("Line one\nLine two\n")
    got = weihu("ticket", "file", "-t", "Hangs", "-k", "corrective", "-p", "PAY", "-F", "description=@story.txt",
                "-F", "observed=-", "-F", "inputs=@@home", "--since", "2026-11-20T08:00", "--draft", "-o", "name",
                stdin="a spinner\n")
    assert got.code == 0 and got.out == "ticket/42\n" and got.err == ""
    assert server.requests[0].json == {
        "title": "Hangs", "claimed_kind": "corrective", "program": "PAY", "draft": True, "since": "2026-11-20T08:00:00.000000Z",
        "description": "Line one\nLine two", "observed": "a spinner", "inputs": "@home"}


def test_a_write_in_a_pipe_is_a_row(server, weihu):
    server.on("POST", "/v1/tickets", (201, ticket(42)))
    got = weihu("ticket", "file", "--title", "Hangs", "--columns", "id,state")
    assert got.out == "id\tstate\n42\tto_evaluate\n"


def test_filing_in_the_editor(server, weihu, editor, tmp_path):
    server.on("POST", "/v1/tickets", (201, ticket(42)))
    command = editor({"title": "Hangs", "description": "# a heading stays\n\n[not a field]\nlast line"})
    got = weihu("ticket", "file", "--editor", "--kind", "adaptive", "-o", "name", env={"EDITOR": command})
    assert got.out == "ticket/42\n"
    assert server.requests[0].json == {"claimed_kind": "adaptive", "title": "Hangs",
                                       "description": "# a heading stays\n\n[not a field]\nlast line"}
    template = (tmp_path / "template").read_text()
    assert "[title]" in template and "[specification]" in template and "corrective, adaptive" in template
    assert "[submitted_at]" not in template and "[requester]" not in template
    assert not list((tmp_path / ".local/state/weihu/drafts").iterdir()), "a draft that is filed is gone"


def test_a_refused_draft_is_kept_and_can_be_sent_again(server, weihu, editor, tmp_path):
    server.on("POST", "/v1/tickets", (422, problem("fields", 422, "wrong", errors=[
        {"field": "program", "code": "unknown", "message": "no such program"}])))
    got = weihu("ticket", "file", "-e", env={"EDITOR": editor({"title": "Hangs", "description": "Long story"})})
    assert got.code == 7 and "no such program" in got.err
    draft, = (tmp_path / ".local/state/weihu/drafts").iterdir()
    assert "weihu ticket file --from %s" % draft in got.err and "Long story" in draft.read_text()
    assert draft.stat().st_mode & 0o777 == 0o600
    server.on("POST", "/v1/tickets", (201, ticket(42)))
    assert weihu("ticket", "file", "--from", draft, "-F", "program=PAY", "-o", "name").out == "ticket/42\n"
    assert server.requests[-1].json["description"] == "Long story" and server.requests[-1].json["program"] == "PAY"


def test_a_draft_is_kept_when_the_server_is_gone(weihu, editor, tmp_path, nobody):
    got = weihu("ticket", "file", "-e", env={"EDITOR": editor({"title": "Hangs"}), "WEIHU_SERVER": nobody})
    assert got.code == 8 and "your text is kept in" in got.err
    assert len(list((tmp_path / ".local/state/weihu/drafts").iterdir())) == 1


def test_an_editor_left_without_a_word_files_nothing(server, weihu, editor, tmp_path):
    got = weihu("ticket", "file", "-e", env={"EDITOR": editor({})})
    assert got.code == 1 and not server.requests and "nothing is filed" in got.err
    assert not list((tmp_path / ".local/state/weihu/drafts").iterdir())


def test_questions_on_a_terminal(server, weihu):
    server.on("GET", "/v1/workflow", {"actions": [{"action": "submit", "paths": [{"requires": {
        "perfective": ["title", "program", "claimed_kind", "description", "specification"]}}]}]})
    server.on("POST", "/v1/tickets", (201, ticket(42, state="submitted")))
    got = weihu.tty("ticket", "file", "--program", "PAY", typed=[
        ("Title", "Export"), ("Claimed kind", "perfective"), ("Description", "As CSV"), ("Specification", "A button")])
    assert got.code == 0 and "#42 Payroll export hangs: Submitted" in got.out
    assert server.asked("POST")[0].json == {"program": "PAY", "title": "Export", "claimed_kind": "perfective",
                                            "description": "As CSV", "specification": "A button"}


def test_nothing_is_asked_in_a_pipe_nor_with_no_input(server, weihu):
    server.on("POST", "/v1/tickets", (422, problem("fields", 422, "some fields are missing")))
    assert weihu("ticket", "file", "--title", "Hangs").code == 7
    assert weihu.tty("ticket", "file", "--title", "Hangs", "--no-input").code == 7


def test_editing(server, weihu, editor, tmp_path):
    server.on("GET", "/v1/tickets/42", ticket(42, description="Old"))
    server.on("PATCH", "/v1/tickets/42", ticket(42, version=4))
    assert weihu("ticket", "edit", "42", "-F", "observed=", "--title", "New", "--if-version", 3, "-o", "name").code == 0
    assert server.asked("PATCH")[0].json == {"title": "New", "observed": None}
    command = editor({"inputs": "typed"})
    assert weihu("ticket", "edit", "42", "-o", "name", env={"EDITOR": command}).out == "ticket/42\n"
    assert server.asked("PATCH")[1].json == {"inputs": "typed"} and server.asked("PATCH")[1].headers["If-Match"] == '"3"'
    assert "Old" in (tmp_path / "template").read_text()


def test_an_action_is_a_verb(server, weihu):
    server.on("POST", "/v1/tickets/42/transitions", ticket(42, state="to_authorise"))
    got = weihu("ticket", "evaluate", "42", "--field", "effort_minutes=4h", "-F", "effort_people=2", "-F", "impact=all of it",
                "-F", "helpers=li,wang", "-F", "critical_program=yes", "-m", "done", "--if-version", "3", "--columns", "state")
    assert got.out == "state\nto_authorise\n"
    request = server.requests[0]
    assert request.headers["If-Match"] == '"3"' and request.json == {
        "action": "evaluate", "comment": "done", "fields": {"effort_minutes": 240, "effort_people": 2, "impact": "all of it",
                                                            "helpers": ["li", "wang"], "critical_program": True}}


@pytest.mark.parametrize("arguments", [("do", "accept", "42", "43"), ("accept", "#42", "ticket/43")])
def test_several_tickets_at_once(server, weihu, arguments):
    server.on("POST", "/v1/tickets/42/transitions", (403, problem("forbidden", 403, "refused", unmet=[
        {"guard": "separation", "field": None, "message": "the technician must not accept", "who": []}])))
    server.on("POST", "/v1/tickets/43/transitions", ticket(43, state="to_review"))
    got = weihu("ticket", *arguments, "-o", "name")
    assert got.out == "ticket/43\n" and got.code == 4 and "ticket/42" in got.err


def test_an_action_of_the_teams_own_workflow(server, weihu):
    server.on("GET", "/v1/workflow", {"actions": [{"action": "bless"}]})
    server.on("POST", "/v1/tickets/42/transitions", ticket(42))
    assert weihu("ticket", "bless", "42").code == 0
    got = weihu("ticket", "blses", "42")
    assert got.code == 2 and 'did you mean "bless"?' in got.err and len(server.asked("POST")) == 1


def test_a_refusal_tells_what_who_and_how(server, weihu):
    server.on("POST", "/v1/tickets/42/transitions", (409, problem("state", 409, "deliver is refused", unmet=UNMET,
                                                                  allowed_actions=["suspend", "reassign"])))
    got = weihu("ticket", "deliver", "42")
    assert got.code == 6 and got.out == ""
    for words in ("ticket/42", "unit_test is next", "who can: the technician: wang, li", "weihu ticket step 42 STEP passed",
                  "Documents (documents) must be filled", "weihu ticket deliver 42 -F documents=…",
                  "from here one can: suspend, reassign"):
        assert words in got.err
    chinese = weihu("ticket", "deliver", "42", env={"LANG": "zh_CN.UTF-8"}).err
    for words in ("技术步骤尚未全部完成", "技术人员", "文档 (documents) 必须填写", "可试"):
        assert words in chinese


def test_unknown_fields_are_guessed(server, weihu):
    server.on("POST", "/v1/tickets", (422, problem("fields", 422, "wrong", errors=[
        {"field": "observd", "code": "unknown", "message": "there is no such field"},
        {"field": "claimed_kind", "code": "choice", "message": "is none of its choices"}])))
    got = weihu("ticket", "file", "-F", "observd=x", "--kind", "nice")
    assert got.code == 7 and "did you mean observed?" in got.err and "corrective, adaptive, perfective, preventive" in got.err


def test_missing_fields_of_an_action_are_asked_for(server, weihu):
    server.on("GET", "/v1/tickets/42/transitions", ACTIONS)
    server.on("POST", "/v1/tickets/42/transitions", ticket(42, state="suspended"))
    got = weihu.tty("ticket", "suspend", "42", typed=[("Suspended for", "waits_on_parts")])
    assert got.code == 0 and "#42 Payroll export hangs: Suspended" in got.out and "you can now: suspend" in got.out
    assert server.asked("POST")[0].json["fields"] == {"suspend_code": "waits_on_parts"}


@pytest.mark.parametrize("unmet,code", [([], 0), (UNMET, 6), (UNMET[1:], 7), ([{"guard": "party"}], 4)])
def test_a_dry_run_leaves_as_the_move_would(server, weihu, unmet, code):
    server.on("POST", "/v1/tickets/42/transitions", {"action": "deliver", "to": "to_accept", "allowed": not unmet, "unmet": unmet})
    got = weihu("ticket", "deliver", "42", "--dry-run", "-o", "json")
    assert got.code == code and got.json["allowed"] == (not unmet)
    assert server.requests[0].query == "dry_run=true"


def test_why(server, weihu):
    server.on("GET", "/v1/tickets/42/transitions", ACTIONS)
    got = weihu.tty("ticket", "why", "42")
    for words in ("#42: In maintenance", "✗ deliver → To accept", "who can: the technician: wang, li", "✓ suspend → Suspended",
                  "to give: Suspended for (suspend_code)"):
        assert words in got.out
    assert weihu("ticket", "why", "42", "--columns", "action,allowed").rows[1:] == [["deliver", "false"], ["suspend", "false"]]
    assert weihu("ticket", "why", "42", "deliver", "-o", "json").json["unmet"] == UNMET
    assert 'did you mean "deliver"' in weihu("ticket", "why", "42", "delvier").err
    assert weihu("ticket", "why", "42", "accept").code == 6


OWN = {"items": [{"field": "x_calls", "type": "whole", "label": "Calls", "label_zh": "来电数", "own": True, "stamped": False},
                 {"field": "x_told", "type": "people", "label": "Told", "label_zh": "已通知", "own": True, "stamped": False}]}


def test_fields_of_the_teams_own_are_sent_by_their_type(server, weihu):
    server.on("GET", "/v1/fields", OWN)
    server.on("PATCH", "/v1/tickets/42", ticket(42, x_calls=12))
    weihu("ticket", "edit", "42", "-F", "x_calls=12", "-F", "x_told=li,wang")
    assert server.requests[-1].json == {"x_calls": 12, "x_told": ["li", "wang"]}
    server.on("GET", "/v1/tickets", page([ticket(42)]))
    weihu("ticket", "list", "-F", "x_calls=12", "-F", "x_note=a b", "--open")
    assert server.requests[-1].query.startswith("x_calls=12&x_note=a%20b&open=true")


def test_fields_of_the_teams_own_are_shown_by_their_label(server, weihu):
    server.on("GET", "/v1/fields", OWN)
    server.on("GET", "/v1/tickets/42", ticket(42, x_calls=12, x_told=["li", "wang"], x_gone="of old"))
    out = weihu.tty("ticket", "show", "42").out
    server.on("GET", "/v1/tickets", page([ticket(42, x_calls=12, x_told=["li", "wang"]), ticket(43, x_calls=None)]))
    columns = ("ticket", "list", "--columns", "id,x_calls,x_told")
    assert weihu(*columns).rows == [["id", "x_calls", "x_told"], ["42", "12", "li,wang"], ["43", "", ""]]
    assert weihu.tty(*columns, env={"WEIHU_LANG": "zh_CN"}).lines[0].split() == ["编号", "来电数", "已通知"]
    assert weihu("ticket", "list", "--columns", "id,x_colour").code == 2
    for words in ("The team's own fields", "  Calls ", " 12\n", "  Told ", " li, wang\n", "Fields no longer declared", "x_gone", "of old"):
        assert words in out
    assert "来电数" in weihu.tty("ticket", "show", "42", env={"WEIHU_LANG": "zh_CN"}).out


CLOSE = {"ticket": 42, "version": 9, "state": "to_review", "actions": [
    {"action": "close", "to": "closed", "allowed": False, "requires": ["benefit"], "accepts": [], "unmet": [
        {"guard": "record_complete", "field": "record_gaps", "message": "m", "item": 2,
         "who": [{"party": "admin", "people": ["root"]}, {"party": "reviewer", "people": ["sun"]}]},
        {"guard": "owed_done", "field": None, "message": "a control is still owed: design_check",
         "who": [{"party": "technician", "people": ["wang"]}]},
        {"guard": "field_missing", "field": "benefit", "message": "m", "item": 18,
         "who": [{"party": "reviewer", "people": ["sun"]}]}]}]}


def test_why_close_lists_items_by_number_and_name(server, weihu):
    server.on("GET", "/v1/tickets/42/transitions", CLOSE)
    out = weihu.tty("ticket", "why", "42", "close").out
    for words in ("✗ item 2, Source statements (source_statements): not on record", "who can: an administrator: root; a reviewer: sun",
                  "✗ item 18, Benefit (benefit) must be filled", "who can: a reviewer: sun"):
        assert words in out
    out = weihu.tty("ticket", "why", "42", "close", env={"WEIHU_LANG": "zh_CN"}).out
    for words in ("✗ 第 2 项 源语句数 (source_statements): 没有记录", "可由：平台管理员: root; 复审人: sun",
                  "✗ 紧急通道推迟的控制尚未补办 (复查)", "✗ 第 18 项 效益 (benefit) 必须填写"):
        assert words in out


def test_the_page_of_a_ticket(server, weihu):
    whole = ticket(42, state="in_maintenance", kind="corrective", severity="severe", technician="wang", effort_minutes=90,
                   description="First line\nSecond line", owed=["documents"])
    server.on("GET", "/v1/tickets/42", whole)
    server.on("GET", "/v1/tickets/42/transitions", ACTIONS)
    server.on("GET", "/v1/tickets/42/steps", {"items": [{"n": 1}], "next": None, "next_step": "design_change",
                                              "progress": {"problem_analysis": True, "design_change": False}})
    server.on("GET", "/v1/tickets/42/comments", page(
        [{"id": n, "author": "li", "text": "word %d" % n, "internal": n == 5, "created_at": "2026-11-23T04:54:41Z"}
         for n in range(1, 6)]))
    out = weihu.tty("ticket", "show", "42").out
    for words in ("#42 Payroll export hangs", "In maintenance · Corrective · Severe · PAY · zhang → wang", "Second line", "1h30m",
                  "✓ problem analysis", "▸ design change", "word 5", "(internal)", "the last 3 of 5", "✓ suspend", "1 more"):
        assert words in out
    assert "word 2" not in out
    assert weihu("ticket", "show", "42", "-o", "json").json == whole
    assert weihu("ticket", "show", "42", "--columns", "id,effort_minutes").lines == ["id\teffort_minutes", "42\t90"]
    chinese = weihu.tty("ticket", "show", "42", env={"WEIHU_LANG": "zh_CN"}).out
    assert "维护中 · 改正性维护 · 严重" in chinese and "技术人员" in chinese and "问题分析" in chinese


def test_what_came_is_held_against_its_digest(server, weihu, tmp_path):
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello", as sha256sum says
    for tag, name, code in ((digest, "a.txt", 0), (digest, "..%2Fa.txt", 2), (digest, ".bashrc", 2), (digest[::-1], "b.txt", 1)):
        server.on("GET", "/v1/tickets/42/attachments/7", (200, "hello", {"ETag": f'"{tag}"',
                                                                         "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}))
        assert weihu("ticket", "fetch", "42", "7", cwd=tmp_path).code == code, name
    assert (tmp_path / "a.txt").read_text() == "hello" and not (tmp_path / "b.txt").exists() and not (tmp_path.parent / "a.txt").exists()
    assert weihu("ticket", "fetch", "42", "7", "--into", "-").out == ""


def test_records(server, weihu):
    server.on("POST", "/v1/tickets/42/steps", (201, {"id": 9}))
    server.on("POST", "/v1/tickets/42/changes", (201, {"id": 8}))
    server.on("POST", "/v1/tickets/42/work", (201, {"id": 7}))
    server.on("GET", "/v1/tickets/42/work", page([{"id": 7, "minutes": 90}]))
    server.on("POST", "/v1/tickets/42/links", (201, {"id": 6}))
    server.on("GET", "/v1/tickets/42/steps", {"items": [{"n": 1, "step": "unit_test"}], "next": None, "next_step": "integration_test"})
    assert weihu("ticket", "step", "42", "unit_test", "passed", "--minutes", "1h30m", "-o", "name").out == "step/9\n"
    assert server.requests[-1].json == {"step": "unit_test", "result": "passed", "minutes": 90}
    weihu("ticket", "change", "42", "--id", "3f9", "--level", "module", "--added", "12", "--minutes", "2h", "--on", "2026-11-20")
    assert server.requests[-1].json == {"change_id": "3f9", "change_level": "module", "statements_added": 12,
                                        "person_minutes": 120, "changed_on": "2026-11-20"}
    weihu("ticket", "change", "42", "--id", "3f9", "--level", "module", "--by-person", "chen=1h30m,hu=45", "--by-person", "li=soon,wu")
    assert server.requests[-1].json["by_person"] == [{"login": "chen", "minutes": 90}, {"login": "hu", "minutes": 45},
                                                     {"login": "li", "minutes": "soon"}, {"login": "wu", "minutes": None}]
    server.on("GET", "/v1/tickets/42/changes", page([{"id": 8, "by_person": [{"login": "chen", "minutes": 90}, {"login": "hu", "minutes": 45}]},
                                                     {"id": 9, "by_person": None}]))
    assert weihu.tty("ticket", "changes", "42", "--columns", "id,by_person").lines[1:3] == [" 8  chen 1h30m, hu 45m", " 9  "]
    assert weihu("ticket", "work", "42", "--minutes", "90", "-m", "looked", "-o", "name").out == "work/7\n"
    assert server.requests[-1].json == {"minutes": 90, "note": "looked"}
    assert weihu("ticket", "work", "42", "--columns", "id,minutes").lines == ["id\tminutes", "7\t90"]
    weihu("ticket", "link", "42", "duplicate_of", "#12")
    assert server.requests[-1].json == {"kind": "duplicate_of", "other": 12}
    assert len(weihu("ticket", "steps", "42").lines) == 2
    assert "weihu ticket step 42 integration_test passed" in weihu.tty("ticket", "steps", "42").out


def test_a_person_and_a_program_are_made(server, weihu):
    server.on("POST", "/v1/people", (201, {"login": "li"}))
    server.on("POST", "/v1/programs", (201, {"code": "PAY"}))
    server.on("POST", "/v1/programs/PAY/designations", (201, {"id": 2}))
    weihu("person", "add", "li", "--name", "Li Ming", "--role", "lead,sysadmin", "--role", "reviewer")
    assert server.requests[-1].json == {"login": "li", "name": "Li Ming", "roles": ["lead", "sysadmin", "reviewer"]}
    assert weihu("program", "add", "PAY", "--name", "Payroll", "--critical", "--sysadmin", "li", "-o", "name").out == \
        "program/PAY\n"
    assert server.requests[-1].json == {"code": "PAY", "name": "Payroll", "critical": True, "sysadmin": "li"}
    weihu("program", "designate", "PAY", "wang", "--as", "deputy", "--from", "2026-12-01")
    assert server.requests[-1].json == {"login": "wang", "capacity": "deputy", "since": "2026-12-01"}


def test_the_workflow(server, weihu):
    server.on("GET", "/v1/workflow", lambda r: "A --> B\n" if "format" in r.query else {"name": "default", "actions": [
        {"action": "submit", "by": ["requester"], "paths": [{"from": ["draft"], "to": "submitted"}]}]})
    assert weihu("workflow", "show", "--mermaid").out == "A --> B\n"
    assert server.requests[-1].query == "format=mermaid&lang=en"
    weihu("workflow", "show", "--dot", env={"LANG": "zh_CN.UTF-8"})
    assert server.requests[-1].query == "format=dot&lang=zh"
    assert weihu("workflow", "show", "--columns", "action,from,to,by").rows[1] == ["submit", "draft", "submitted", "requester"]
    assert weihu("workflow", "show", "-o", "json").json["name"] == "default"
    assert json.loads(weihu("workflow", "show", "-o", "jsonl").out)["name"] == "default"
