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


FIELDS = ["fields: {}",
          "fields:\n  x_a: {type: text, zh: 甲, en: A, given: [submit]}",
          "fields:\n  x_b: {type: whole, zh: 乙, en: B, given: [submit]}\n  x_a: {type: text, zh: 甲甲, en: AA, given: [submit], required: [submit]}",
          "fields:\n  x_b: {type: nothing, zh: 乙, en: B, given: [submit]}"]


def declared(service):
    return {row["field"]: (row["type"], row["label_zh"]) for row in service.as_("zhang").get("/v1/fields").expect(200)["items"] if row["own"]}


def test_fields_of_the_teams_own_are_reloaded(make_service, tmp_path):
    path = tmp_path / "fields.yaml"
    path.write_text(FIELDS[0], encoding="utf-8")
    service = make_service(fields=str(path))
    zhang, tickets = service.as_("zhang"), Tickets(service)

    def declare(text, says="rules reloaded"):
        path.write_text(text, encoding="utf-8")
        reload(service, says)

    zhang.post("/v1/tickets", tickets.request(x_a="no")).expect(422)
    declare(FIELDS[1])
    until(lambda: declared(service) == {"x_a": ("text", "甲")}, "the first field")
    first = zhang.post("/v1/tickets", tickets.request(x_a="yes")).expect(201)["id"]
    declare(FIELDS[2])
    until(lambda: declared(service) == {"x_b": ("whole", "乙"), "x_a": ("text", "甲甲")}, "the second field")
    assert [error["field"] for error in zhang.post("/v1/tickets", tickets.request(x_b=1)).expect(422)["unmet"]] == ["x_a"]
    second = zhang.post("/v1/tickets", tickets.request(x_a="too", x_b=7)).expect(201)["id"]
    declare(FIELDS[3], "rules not reloaded")
    lead = service.as_("zhao")
    assert [item["id"] for item in lead.get("/v1/tickets?x_b=7").expect(200)["items"]] == [second]
    assert [(item["id"], item["x_a"], item["x_b"]) for item in lead.get("/v1/tickets?sort=id").expect(200)["items"]] == [
        (first, "yes", None), (second, "too", 7)]
    assert lead.get("/v1/exports/tickets?format=csv&lang=zh").text.splitlines()[0].endswith(",乙,甲甲")
    declare(FIELDS[0])
    until(lambda: declared(service) == {}, "no field")
    assert lead.get(f"/v1/tickets/{first}").expect(200)["x_a"] == "yes"


def test_rules_are_reloaded_under_load(make_service, permissions, tmp_path):
    fields = tmp_path / "fields.yaml"
    fields.write_text(FIELDS[0], encoding="utf-8")
    service = make_service(permissions=permissions, fields=str(fields))
    rules = open(permissions, encoding="utf-8").read()
    with Load(service, Tickets(service)) as load:
        for turn in range(6 * ROUNDS):
            load.wait_for(10)
            with open(permissions, "w", encoding="utf-8") as file:
                file.write("permissions: {ticket.file: [nobody]}\n" if turn % 3 == 1 else rules)
            fields.write_text(FIELDS[turn % 2], encoding="utf-8")
            reload(service, "rules not reloaded" if turn % 3 == 1 else "rules reloaded")
        load.wait_for(10)
    assert set(load.statuses()) == {200, 201}
    check_record(service, load)
    with open(permissions, "w", encoding="utf-8") as file:
        file.write(rules.replace("ticket.file:    [requester, ", "ticket.file:    ["))
    reload(service, "rules reloaded")
    zhang = service.as_("zhang")
    until(lambda: zhang.post("/v1/tickets", Tickets(service).request()).status == 403, "the new rules")
