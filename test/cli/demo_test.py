# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a day in the foreground that is killed, then `make demo ONCE=1` on the data it left."""

import json
import os
import re
import subprocess
import types
from pathlib import Path

import pytest

from store.running import kill_all

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds for a day that takes five
KINDS = {"corrective", "adaptive", "perfective", "preventive"}
INVITATION = "commands to try"
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key not in ("ONCE", "PORT", "VAR")},
    "WEIHU_LANG": "en", "COLUMNS": "200", "WEIHU_CONFIG_DIR": str(ROOT / "config"),
    "WEIHU_SCHEMA_DIR": str(ROOT / "schema"), "WEIHU_DOCS_DIR": str(ROOT / "docs"),
}


def run(*words, **options):
    return subprocess.run(words, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False, **options)


def processes_of(folder):
    """Whoever works in the folder, or was told of it."""
    return [int(process.name) for process in Path("/proc").glob("[0-9]*")
            if int(process.name) != os.getpid() and concerns(process, str(folder))]


def concerns(process, folder):
    try:
        return (folder in (process / "cmdline").read_text(errors="replace")
                or os.readlink(process / "cwd").startswith(folder))
    except OSError:
        return False  # it has just ended


def read_tokens(folder):
    return {file.stem: file.read_text() for file in (folder / "demo").glob("*.token")}


def open_day(folder):
    """The day without ONCE=1, read as far as its invitation."""
    day = subprocess.Popen([ROOT / "config/demo/day", folder], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, umask=0o777)
    said = ""
    while INVITATION not in said or said.count("WEIHU_TOKEN_FILE=") < 3:
        line = day.stdout.readline()
        assert line, said[-2000:]
        said += line
    return day, said


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "var of 融贷"


@pytest.fixture(scope="module")
def first(folder):
    """What there is while the service of the first day stays up; then everything is killed."""
    process, said = open_day(folder)
    day = types.SimpleNamespace(said=said)
    try:
        day.address = (folder / "demo/address").read_text().strip()
        day.modes = {file.name: file.stat().st_mode & 0o777 for file in (folder / "demo").glob("*.token")}
        day.tokens = read_tokens(folder)
        day.tried = [run("sh", "-c", command, cwd="/") for command in re.findall(r"^  (WEIHU_SERVER=.*)$", said, re.M)]
        listing = re.sub(r" ticket .*", " ticket list -o json", re.search(r"^  (WEIHU_SERVER=.*)$", said, re.M)[1])
        day.tickets = json.loads(run("sh", "-c", listing, cwd="/").stdout)
        day.rival = run(ROOT / "config/demo/day", "--once", folder)
    finally:
        kill_all({process.pid, *processes_of(folder)})
        process.communicate()
    return day


@pytest.fixture(scope="module")
def second(first, folder):
    done = run("make", "-s", "demo", "ONCE=1", f"VAR={folder}", cwd=ROOT)
    return types.SimpleNamespace(code=done.returncode, said=done.stdout, tokens=read_tokens(folder),
                                 left=processes_of(folder))


def test_a_day_has_tickets_of_all_kinds(first):
    assert len(first.tickets) >= 12
    assert {ticket["kind"] or ticket["claimed_kind"] for ticket in first.tickets} == KINDS
    states = {ticket["state"] for ticket in first.tickets}
    assert {"closed", "rejected", "cancelled", "queued", "in_maintenance"} <= states


def test_everybody_has_a_token_of_their_own(first):
    people = set(re.findall(r"^(\w+)\$ weihu", first.said, re.M))
    assert people <= first.tokens.keys() and len(people) >= 10
    assert set(first.modes.values()) == {0o600}
    assert len(set(first.tokens.values())) == len(first.tokens)


def test_the_address_and_the_commands_to_try(first):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", first.address)
    assert [(done.returncode, bool(done.stdout)) for done in first.tried] == [(0, True)] * 3


def test_a_folder_in_use_is_refused(first):
    assert first.rival.returncode == 1
    assert "is in use by another service" in first.rival.stdout


def test_owed_controls_block_closing_until_they_are_done(first):
    tries = re.findall(r"^qian\$ weihu ticket close 1 .*\n((?:.+\n)+)", first.said, re.M)
    owed = next(answer for answer in tries if "still owed" in answer)
    for control in ("change_report", "authorisation", "documents", "design_check"):
        assert control in owed
    assert "Closed" in tries[-1]


def test_refusals_are_shown(first):
    refused = re.findall(r"^\w+\$ weihu .*# ([\w ]+): (\d+)$", first.said, re.M)
    assert len(refused) >= 12
    assert set(refused) == {("refused", "4"), ("not found", "5"), ("not possible", "6"), ("incomplete", "7")}


def test_the_next_day_goes_on_and_ends(first, second):
    assert second.code == 0, second.said[-2000:]
    assert second.left == []
    assert second.tokens == first.tokens
    assert "weihu person add" not in second.said and "weihu program add" not in second.said
    numbers = {int(number) for number in re.findall(r"^#(\d+) ", second.said, re.M)}
    last = max(ticket["id"] for ticket in first.tickets)
    assert len([number for number in numbers if number > last]) == len(first.tickets)
