# SPDX-License-Identifier: Apache-2.0
"""What a worker knows of the register from before: it saves questions, and it is never what anybody is let in, refused or
designated by once the register has turned."""

import re
import threading

import pytest

from crowd import ask_at_once
from organisation import REQUESTS
from service import Client

FILING = {"title": "Totals are wrong", "description": "Since Monday", "program": "pay", "claimed_kind": "corrective", **REQUESTS["corrective"]}
MOVE = {"action": "forward", "fields": {"sysadmin": "li", "duplicate_check": "unique"}}
ROUNDS = 12  # enough connections to meet every worker


@pytest.fixture(scope="module")
def service(make_module_service):
    return make_module_service()


def everywhere(service, login, ask):
    """What `ask` gets from every worker: each time by a connection of its own, that is asked twice."""
    answers = []
    for _ in range(ROUNDS):
        client = Client(service, service.tokens[login], login)
        answers += [ask(client), ask(client)]
        client.close()
    return answers


ASKS = {
    "read": lambda client: client.get("/v1/tickets/1").status,
    "list": lambda client: client.get("/v1/tickets").status,
    "empty list": lambda client: client.get("/v1/tickets?q=zzzz").status,
    "missing": lambda client: client.get("/v1/tickets/999999").status,
    "file": lambda client: client.post("/v1/tickets", FILING).status,
    "wrong file": lambda client: client.post("/v1/tickets", {**FILING, "title": 7}).status,
    "move": lambda client: client.post("/v1/tickets/1/transitions", {"action": "close"}).status,
    "edit": lambda client: client.patch("/v1/tickets/1", {"observed": "Nothing"}).status,
    "malformed": lambda client: client.get("/v1/tickets?nonsense=1").status,
    "own routing": lambda client: client.get("/v1/tickets/1/routing").status,
}


@pytest.fixture
def fresh(service):
    """A login whose token every worker knows, with a ticket to ask for."""
    service.tokens["fresh"] = service.as_("root").post("/v1/people/zhang/tokens", {"name": "fresh"}).expect(201)["token"]
    service.as_("zhang").post("/v1/tickets", FILING).expect(201)
    assert set(everywhere(service, "fresh", ASKS["read"])) == {200}
    return "fresh"


def revoke(service, login="zhang", name="fresh"):
    tokens = service.as_("root").pages(f"/v1/people/{login}/tokens")
    number = [token["id"] for token in tokens if token["name"] == name and token["revoked_at"] is None][-1]
    assert service.as_("root").delete(f"/v1/people/{login}/tokens/{number}").status == 204


@pytest.mark.parametrize("name", ASKS)
def test_a_revoked_token_is_refused_at_once_by_every_worker(service, fresh, name):
    everywhere(service, fresh, ASKS[name])
    before = service.psql("select count(*) from event where actor = 'zhang'")
    revoke(service)
    assert set(everywhere(service, fresh, ASKS[name])) == {401}
    assert service.psql("select count(*) from event where actor = 'zhang'") == before


@pytest.mark.parametrize("how", ["update weihu.token set revoked_at = now() where name = 'fresh'",
                                 "update weihu.token set expires_at = now() where name = 'fresh'",
                                 "update weihu.token set hash = sha256(hash) where name = 'fresh'",
                                 "delete from weihu.token where name = 'fresh'"])
def test_nobody_goes_around_the_epoch_not_even_the_owner(service, fresh, how):
    service.psql(how)
    assert set(everywhere(service, fresh, ASKS["read"])) == {401}


def test_a_closed_account_is_out_at_once(service, fresh):
    root = service.as_("root")
    root.patch("/v1/people/zhang", {"active": False}).expect(200)
    try:
        assert set(everywhere(service, fresh, ASKS["list"])) == {401}
    finally:
        root.patch("/v1/people/zhang", {"active": True}).expect(200)
        service.tokens["zhang"] = root.post("/v1/people/zhang/tokens", {"name": "again"}).expect(201)["token"]


def test_a_role_that_was_taken_is_gone_at_once(service, fresh):
    root = service.as_("root")
    root.patch("/v1/people/zhang", {"roles": ["auditor"]}).expect(200)
    try:
        assert set(everywhere(service, fresh, ASKS["file"])) == {403}
        assert set(everywhere(service, fresh, ASKS["read"])) == {200}
    finally:
        root.patch("/v1/people/zhang", {"roles": ["requester"]}).expect(200)
    assert set(everywhere(service, fresh, ASKS["file"])) == {201}


def test_whom_a_vendor_sends_sees_less_at_once(service, fresh):
    root = service.as_("root")
    theirs = service.as_("qian").post("/v1/tickets", FILING).expect(201)["id"]
    read = lambda client: client.get(f"/v1/tickets/{theirs}").status  # noqa: E731
    assert set(everywhere(service, fresh, read)) == {200}
    root.patch("/v1/people/zhang", {"vendor": "Acme Telecom"}).expect(200)
    try:
        assert set(everywhere(service, fresh, read)) == {404}
    finally:
        root.patch("/v1/people/zhang", {"vendor": None}).expect(200)


def test_a_person_who_is_known_may_be_gone(service, fresh):
    """References that were there are not asked for again, until the register turns."""
    number = service.as_(fresh).post("/v1/tickets", FILING).expect(201)["id"]
    move = {**MOVE, "fields": {**MOVE["fields"], "sysadmin": "hu"}}
    try_move = lambda client: client.post(f"/v1/tickets/{number}/transitions?dry_run=true", move).status  # noqa: E731
    root = service.as_("root")
    for roles, status in ((["sysadmin", "technician"], 200), (["technician"], 422)) * 2:
        root.patch("/v1/people/hu", {"roles": roles}).expect(200)
        assert set(everywhere(service, "zhao", try_move)) == {status}


def test_one_server_revokes_what_another_knows(service, fresh):
    """The epoch is the database's: that a worker was not there when it turned makes no difference."""
    service.psql("update weihu.register_epoch set epoch = epoch + 1")
    assert set(everywhere(service, fresh, ASKS["read"])) == {200}
    service.psql("begin; update weihu.token set revoked_at = now() where name = 'fresh'; commit")
    assert set(everywhere(service, fresh, ASKS["file"])) == {401}


def test_revoking_while_many_are_at_work(service, fresh):
    """From the moment in which the revocation is answered nobody gets in, whatever was under way."""
    over, late = threading.Event(), []

    def work():
        client = Client(service, service.tokens[fresh], fresh)
        while True:
            was_over = over.is_set()
            status = ASKS["read"](client)
            if was_over:
                late.append(status)
                return
            assert status in (200, 401)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    revoke(service)
    over.set()
    for thread in threads:
        thread.join()
    assert late == [401] * 8


# What a request asks the database when the worker knows the register.
COSTS = [
    (["ticket_read"], lambda zhang, zhao, number: zhang.get(f"/v1/tickets/{number}").expect(200)),
    (["text"], lambda zhang, zhao, number: zhang.get("/v1/tickets").expect(200)),
    (["ticket_file"], lambda zhang, zhao, number: zhang.post("/v1/tickets", FILING, key=f"cost-{number}").expect(201)),
    (["ticket_find", "ticket_change"],
     lambda zhang, zhao, number: zhao.post(f"/v1/tickets/{number}/transitions", MOVE, key=f"move-{number}").expect(200)),
]


@pytest.fixture
def told_of(make_service):
    """A service, and a function that tells which statements were carried out since it was last called."""
    service = make_service(sealing="off")
    service.psql("alter role weihu_service set log_min_duration_statement = 0", role="postgres")
    service.restart()
    read = 0

    def told():
        nonlocal read
        log, since = (service.data / "pg.log").read_bytes(), read
        read = len(log)
        return re.findall(r" execute ([a-z_]+?)(?:_[0-9]+)?: ", log[since:].decode())
    return service, told


def test_reads_and_filings_take_one_statement_and_moves_two(told_of):
    service, told = told_of
    zhang, zhao = service.as_("zhang"), service.as_("zhao")
    numbers = [zhang.post("/v1/tickets", FILING).expect(201)["id"] for _ in range(8)]
    for number in numbers[:7]:  # every connection has prepared what it needs
        for _, ask in COSTS:
            ask(zhang, zhao, number)
    told()
    for _, ask in COSTS:
        ask(zhang, zhao, numbers[7])
    service.stop()
    assert told() == [name for names, _ in COSTS for name in names]


def test_reads_that_come_together_ride_together_and_each_hears_its_own(told_of):
    service, told = told_of
    zhang = service.as_("zhang")
    numbers = [zhang.post("/v1/tickets", FILING).expect(201)["id"] for _ in range(8)]
    secret = zhang.post("/v1/tickets", {**FILING, "readers": ["zhang", "zhao"]}).expect(201)["id"]
    asks = [(login, number) for number in [*numbers, secret, 999999] for login in ("zhang", "sun", "zhao")]
    hidden = [("sun", secret), *((login, 999999) for login in ("zhang", "sun", "zhao"))]
    for login in ("zhang", "sun", "zhao"):
        everywhere(service, login, ASKS["read"])
    told()
    answers = ask_at_once(service, [(login, f"/v1/tickets/{number}") for login, number in asks])
    assert [status for status, _ in answers] == [404 if ask in hidden else 200 for ask in asks]
    assert [document["id"] for status, document in answers if status == 200] == [number for ask in asks if ask not in hidden
                                                                                 for number in ask[1:]]
    service.stop()
    statements = told()
    assert "tickets_read" in statements
    assert len([name for name in statements if name in ("ticket_read", "tickets_read")]) < len(asks) / 2
