# SPDX-License-Identifier: Apache-2.0
"""Help, mistakes at the keyboard, languages, completion."""

import os
import re
import subprocess

import pytest
from cli.fake import BINARY, ROOT, page, ticket


@pytest.mark.parametrize("arguments,words", [
    (["tiket", "list"], 'did you mean "ticket"?'),
    (["ticket", "lst"], 'did you mean "ticket list"?'),
    (["ticket", "evalute", "42"], 'did you mean "ticket evaluate"?'),
    (["ticket", "list", "--stat", "x"], "did you mean --state?"),
    (["ticket", "list", "-o", "jsn"], "did you mean json?"),
    (["ticket", "list", "--limit", "0"], "--limit wants a number"),
    (["ticket", "show"], "something is missing"),
    (["ticket", "show", "fortytwo"], "is no ticket number"),
    (["program", "show", "A", "B"], "one too many"),
    (["ticket", "list", "--state"], "--state needs a value"),
    (["ticket", "accept", "42", "-F", "nonsense"], "wants KEY=VALUE"),
    (["ticket", "accept", "42", "-F", "a=1", "-F", "a=2"], "given twice"),
])
def test_mistakes_are_named(server, weihu, arguments, words):
    got = weihu(*arguments)
    assert got.code == 2 and words in got.err and "weihu help" in got.err and got.out == ""
    assert not server.requests


def commands():
    table = "".join(file.read_text() for file in sorted(ROOT.glob("client/cli/commands*.c")))
    return re.findall(r'\.noun = "(\w+)"(?:,\s+\.verb = "(\w+)")?', table)


@pytest.mark.parametrize("noun,verb", [c for c in commands() if not c[0].startswith("__")])
def test_every_command_has_help_with_examples(weihu, noun, verb):
    got = weihu("help", *filter(None, (noun, verb)))
    assert got.code == 0 and "Examples\n  " in got.out and "Usage\n  weihu " + noun in got.out
    asked = weihu(*filter(None, (noun, verb)), "--help")
    assert asked.out == got.out or noun == "help"


def test_help_begins_with_examples(weihu):
    for arguments in ((), ("help",), ("--help",)):
        out = weihu(*arguments).out
        assert out.index("Examples") < out.index("Commands") and "weihu ticket list --mine --open" in out
    assert "evaluate" in weihu("help", "ticket").out and weihu("ticket").out == weihu("help", "ticket").out
    assert weihu("help", "ticket", "evaluate").code == 0
    assert weihu("help", "ticket", "nonsense").code == 2
    assert weihu("version").out.startswith("weihu ") and weihu("--version").out == weihu("version").out


def test_flags_stand_anywhere(server, weihu):
    server.on("GET", "/v1/tickets/42", ticket(42))
    for arguments in (("-o", "name", "ticket", "show", "42"), ("ticket", "-oname", "show", "42"),
                      ("t", "view", "42", "--output=name"), ("ticket", "show", "-o", "name", "--", "42")):
        assert weihu(*arguments).out == "ticket/42\n", arguments


@pytest.mark.parametrize("env", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"},
                                 {"WEIHU_LANG": "zh_CN", "LC_ALL": "C"}, {"WEIHU_LANG": "zh", "LC_ALL": "C"}, {"LC_MESSAGES": "zh_CN.UTF-8"}])
def test_chinese_is_spoken_without_an_installed_locale(weihu, env):
    assert "示例" in weihu("help", env=env).out
    assert "您是指" in weihu("tiket", env=env).err


@pytest.mark.parametrize("env", [{"LANG": "C"}, {"LANG": "POSIX"}, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, {"LANG": None},
                                 {"LANG": "tlh_QO.UTF-8"}, {"WEIHU_LANG": "en", "LANG": "zh_CN.UTF-8"}])
def test_english_otherwise(weihu, env):
    assert "Examples" in weihu("help", env=env).out


def test_identifiers_do_not_change_with_the_language(server, weihu):
    server.on("GET", "/v1/tickets", page([ticket(42)]))
    for form in ("tsv", "csv", "json", "yaml", "name"):
        assert weihu("ticket", "list", "-o", form, env={"LANG": "zh_CN.UTF-8"}).out == weihu("ticket", "list", "-o", form).out


def test_the_chinese_catalogue_is_complete(tmp_path):
    sources = [str(p) for folder in ("client/cli", "server/domain", "server/base") for p in (ROOT / folder).glob("*.c")]
    template = tmp_path / "weihu.pot"
    subprocess.run(["xgettext", "--from-code=UTF-8", "-k_", "-kN_", "-o", template, *sources], check=True, cwd=ROOT)
    done = subprocess.run(["msgcmp", ROOT / "client/po/zh_CN.po", template], stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    subprocess.run(["msgfmt", "-c", "-o", tmp_path / "zh.mo", ROOT / "client/po/zh_CN.po"], check=True,
                   stderr=subprocess.DEVNULL)


def complete(weihu, *words):
    return [line.split("\t") for line in weihu("__complete", "--", *words).lines]


def test_completion_of_words(server, weihu):
    assert ["ticket", "Maintenance requests: file, follow, move"] in complete(weihu, "")
    verbs = [row[0] for row in complete(weihu, "ticket", "")]
    assert "list" in verbs and "evaluate" in verbs
    assert complete(weihu, "ticket", "list", "--sta") == [["--state", "In these states"]]
    assert ["draft", "Draft"] in complete(weihu, "ticket", "list", "--state", "")
    assert complete(weihu, "ticket", "list", "--state=dr") == [["--state=draft", "Draft"]]
    assert ["draft,queued", "Queued"] in complete(weihu, "ticket", "list", "-s", "draft,q")
    assert complete(weihu, "ticket", "list", "-o", "js") == [["json", "Everything, indented"],
                                                             ["jsonl", "Everything, one object a line"]]
    assert complete(weihu, "ticket", "list", "--columns", "id,ti") == [["id,title", "Title"]]
    assert complete(weihu, "ticket", "file", "--from", "") == [[":files"]]
    assert not server.requests


def test_completion_of_what_the_server_knows(server, weihu):
    server.on("GET", "/v1/tickets", page([ticket(42, title="工资\t导出"), ticket(7, title="Other")]))
    server.on("GET", "/v1/people", page([{"login": "li", "name": "Li Ming"}]))
    server.on("GET", "/v1/tickets/42/transitions", {"actions": [
        {"action": "suspend", "allowed": True, "requires": ["suspend_code"], "accepts": ["wake_at"], "unmet": []},
        {"action": "close", "allowed": False, "unmet": [{"guard": "party"}]}]})
    assert complete(weihu, "ticket", "show", "") == [["42", "工资 导出"], ["7", "Other"]]
    assert complete(weihu, "ticket", "accept", "4") == [["42", "工资 导出"]]
    assert [row[0] for row in complete(weihu, "ticket", "do", "42", "")] == ["suspend"]
    assert [row[0] for row in complete(weihu, "ticket", "why", "42", "")] == ["suspend", "close"]
    assert [row[0] for row in complete(weihu, "ticket", "suspend", "42", "-F", "")] == ["suspend_code=", "wake_at="]
    assert [row[0] for row in complete(weihu, "ticket", "suspend", "42", "-F", "suspend_code=waits_on_v")] == \
        ["suspend_code=waits_on_vendor"]
    assert complete(weihu, "ticket", "list", "--requester", "") == [["li", "Li Ming"]]


def test_completion_without_a_server_is_silent(weihu, nobody):
    got = weihu("__complete", "--", "ticket", "show", "", env={"WEIHU_SERVER": nobody})
    assert got.code == 0 and got.out == "" and got.err == ""


@pytest.mark.parametrize("shell,drive", [
    ("bash", 'eval "$(weihu completion bash)"; COMP_WORDS=(weihu ticket list --state dr); COMP_CWORD=4; _weihu 2>/dev/null; '
             'echo "${COMPREPLY[@]}"'),
    ("zsh", 'compdef() { :; }; _describe() { eval "print -l \\$$3"; }; eval "$(weihu completion zsh)"; '
            'words=(weihu ticket list --state dr); CURRENT=5; _weihu'),
    ("fish", 'weihu completion fish | source; complete -C "weihu ticket list --state dr"'),
])
def test_the_scripts_work_in_their_shells(weihu, shell, drive):
    env = weihu.environment({"PATH": "%s:%s" % (BINARY.parent, os.environ["PATH"])})
    done = subprocess.run([shell, "-c", drive], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    assert "draft" in done.stdout, done.stderr


@pytest.mark.parametrize("noun", ["ticket", "program", "person"])
def test_the_manual_tells_every_verb_and_flag(noun, weihu):
    page_of = (ROOT / "docs/man" / ("weihu-%s.1.scd" % noun)).read_text() + (ROOT / "docs/man/weihu.1.scd").read_text()
    for verb in [verb for name, verb in commands() if name == noun]:
        assert "*%s*" % verb in page_of, verb
        for flag in re.findall(r"--[a-z-]+", weihu("help", noun, verb).out.partition("Flags\n")[2]):
            assert "*%s*" % flag in page_of or "*--no-%s*" % flag[2:] in page_of, (verb, flag)
