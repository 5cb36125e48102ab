# SPDX-License-Identifier: Apache-2.0
"""SIGHUP in the middle of work: no request notices, and bad rules change nothing."""

import os
import shutil
import signal

import pytest

from fault.load import Load, check_record
from organisation import Tickets
from store.running import ENVIRONMENT, until

ROUNDS = int(os.environ.get("ROUNDS", "1"))


@pytest.fixture
def permissions(tmp_path):
    """A file of rules that may be changed."""
    return shutil.copy(f"{ENVIRONMENT['WEIHU_CONFIG_DIR']}/permissions.yaml", tmp_path)


def reload(service, says):
    before = service.log_text().count(says)
    service.process.send_signal(signal.SIGHUP)
    until(lambda: service.log_text().count(says) > before, says)


def test_rules_are_reloaded_under_load(make_service, permissions):
    service = make_service(permissions=permissions)
    rules = open(permissions, encoding="utf-8").read()
    with Load(service, Tickets(service)) as load:
        for turn in range(6 * ROUNDS):
            load.wait_for(10)
            with open(permissions, "w", encoding="utf-8") as file:
                file.write("permissions: {ticket.file: [nobody]}\n" if turn % 3 == 1 else rules)
            reload(service, "rules not reloaded" if turn % 3 == 1 else "rules reloaded")
        load.wait_for(10)
    assert set(load.statuses()) == {200, 201}
    check_record(service, load)
    with open(permissions, "w", encoding="utf-8") as file:
        file.write(rules.replace("ticket.file:    [requester, ", "ticket.file:    ["))
    reload(service, "rules reloaded")
    zhang = service.as_("zhang")
    until(lambda: zhang.post("/v1/tickets", Tickets(service).request()).status == 403, "the new rules")
