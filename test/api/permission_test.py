# SPDX-License-Identifier: Apache-2.0
"""Permissions by relation: what is one's own, what one is designated for, what one's team works on."""

from pathlib import Path

import pytest

from organisation import Tickets
from store.running import ENVIRONMENT, weihud

SHIPPED = Path(ENVIRONMENT["WEIHU_CONFIG_DIR"], "permissions.yaml")
READING = {"read_at": "2026-11-02T00:00:00Z", "runs": 1, "failures": 0}
EVERYBODY = "[requester, lead, sysadmin, technician, authority, reviewer, auditor, admin]"
NARROW = "[requester/own, lead, sysadmin/designated, technician/team, authority, reviewer, auditor, admin]"


def changed(tmp_path, *changes):
    """A file of permissions that differs from ours in these lines."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = tmp_path / "permissions.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def narrow(make_module_service, tmp_path_factory):
    """Where requesters see their own, sysadmins what they are designated for, technicians what they work on."""
    file = changed(tmp_path_factory.mktemp("narrow"), (f"ticket.list:    {EVERYBODY}", f"ticket.list:    {NARROW}"),
                   (f"ticket.read:    {EVERYBODY}", f"ticket.read:    {NARROW}"))
    service = make_module_service(permissions=file)
    service.as_("root").post("/v1/people", {"login": "xu", "name": "Xu", "roles": ["sysadmin"]}).expect(201)
    service.tokens["xu"] = service.as_("root").post("/v1/people/xu/tokens", {"name": "t"}).expect(201)["token"]
    return service


def test_readings_are_recorded_by_those_designated_for_the_program(service):
    assert service.as_("li").post("/v1/programs/pay/readings", READING).status == 201
    assert service.as_("wang").post("/v1/programs/pay/readings", READING).status == 201, "the deputy"
    refused = service.as_("wang").post("/v1/programs/ledger/readings", READING).expect(403)
    assert refused["detail"] == "reading.write needs one of the roles lead, sysadmin/designated"
    assert service.as_("wang").post("/v1/programs/nowhere/readings", READING).status == 403, "nobody is told what is not there"
    assert service.as_("zhao").post("/v1/programs/ledger/readings", READING).status == 201
    assert service.as_("chen").post("/v1/programs/pay/readings", READING).status == 403


def seen(service, login):
    listed = {ticket["id"] for ticket in service.as_(login).get("/v1/tickets?limit=500").expect(200)["items"]}
    asked = {number for number in range(1, 30) if service.as_(login).get(f"/v1/tickets/{number}").status == 200}
    assert listed == asked, "a list shows what can be read, and nothing else"
    return listed


def test_people_see_what_they_stand_in_a_relation_to(narrow):
    tickets = Tickets(narrow)
    own, other, working = tickets.file(by="zhang"), tickets.file(by="qian"), tickets.at("in_maintenance")
    elsewhere = tickets.file(by="qian", program="ledger")
    everything = {own["id"], other["id"], working["id"], elsewhere["id"]}
    assert seen(narrow, "zhao") == seen(narrow, "wu") == everything
    assert seen(narrow, "zhang") == {own["id"], working["id"]}
    assert seen(narrow, "qian") == {other["id"], elsewhere["id"]}
    assert seen(narrow, "li") == everything
    assert seen(narrow, "wang") == everything - {elsewhere["id"]}
    assert seen(narrow, "chen") == {working["id"]} and seen(narrow, "hu") == seen(narrow, "xu") == set()
    assert narrow.as_("qian").get(f"/v1/tickets/{own['id']}/comments").status == 403
    assert narrow.as_("qian").get("/v1/tickets/99999").status == 403, "the same for what is not there"
    assert narrow.as_("qian").get("/v1/tickets?limit=1").expect(200)["next"] is not None


def test_what_is_open_to_a_vendor_stays_what_is_handed_over(narrow):
    root = narrow.as_("root")
    root.post("/v1/people", {"login": "acme", "name": "Acme", "roles": ["technician"], "vendor": "Acme"}).expect(201)
    narrow.tokens["acme"] = root.post("/v1/people/acme/tokens", {"name": "t"}).expect(201)["token"]
    assert seen(narrow, "acme") == set()


@pytest.mark.parametrize("old, new, words", [
    ("ticket.file:    [requester,", "ticket.file:    [requester/own,", "ticket.file is about nothing that anybody can be 'own' to"),
    ("person.write:   [admin]", "person.write:   [admin, lead/designated]", "'designated'"),
    ("ticket.read_internal: [lead,", "ticket.read_internal: [requester/own, lead,", "'own'"),
    ("token.write:    [admin, self]", "token.write:    [admin, slef]", "unknown role 'slef'"),
    ("token.write:    [admin, self]", "token.write:    [admin/slef]", "did you mean 'self'"),
])
def test_a_relation_to_nothing_is_refused_before_it_is_used(tmp_path, old, new, words):
    done = weihud("check", "--set", f"permissions={changed(tmp_path, (old, new))}")
    assert done.returncode != 0 and words in done.stderr, done.stderr
