# SPDX-License-Identifier: Apache-2.0
"""Logging in and out: sessions, passwords, tokens with scope and end, and the brake on guessing."""

import statistics
import threading
import time

import pytest

from store.running import until

PASSWORD = "four words and 一句话"


def log_in(service, login="li", password=PASSWORD):
    return service.client.post("/v1/sessions", {"login": login, "password": password})


def session(service, login="li", password=PASSWORD):
    """The client of a session that has just been opened."""
    service.tokens["session"] = log_in(service, login, password).expect(201)["token"]
    return service.as_("session")


def token(service, **body):
    """The client of a new token of li's."""
    service.tokens["token"] = service.as_("root").post("/v1/people/li/tokens", {"name": "t", **body}).expect(201)["token"]
    return service.as_("token")


CHEAP = {"password_kibibytes": 64, "password_passes": 1}


def furnish(service):
    service.as_("root").post("/v1/people/li/password", {"password": PASSWORD}).expect(204)
    return service


@pytest.fixture
def make(make_service):
    """A service where li has a password; hashing is made cheap unless a test wants it dear."""
    return lambda **settings: furnish(make_service(**{**CHEAP, **settings}))


@pytest.fixture
def own(make):
    return make()


@pytest.fixture(scope="module")
def service(furnished, tmp_path_factory):
    """The one that the tests share where one does not disturb the other."""
    service = furnished.copy(tmp_path_factory.mktemp("sessions"), {**CHEAP, "login_tries": 100, "login_tries_address": 1000})
    try:
        yield furnish(service.start())
    finally:
        service.remove()


def test_a_session_opens_and_ends(service):
    li = session(service)
    assert li.get("/v1/me").expect(200)["login"] == "li"
    assert li.delete("/v1/sessions/current").status == 204
    assert li.get("/v1/me").status == 401
    events = service.as_("wu").get("/v1/audit?actor=li&action=login,logout&limit=2").expect(200)["items"]
    assert [event["action"] for event in events] == ["logout", "login"]
    assert events[0]["object"] == events[1]["object"] and events[0]["object"].startswith("session/")


def test_a_token_is_not_logged_out(service):
    assert service.as_("li").delete("/v1/sessions/current").status == 409
    assert service.as_("li").get("/v1/me").status == 200


def test_whoever_is_not_let_in_hears_the_same(service):
    service.as_("root").patch("/v1/people/qian", {"active": False}).expect(200)
    answers = [log_in(service, *who) for who in (("li", "wrong"), ("nobody", "wrong"), ("chen", "wrong"), ("qian", PASSWORD),
                                                 ("Li or so", PASSWORD))]
    bodies = [{key: value for key, value in answer.expect(401).items() if key != "request_id"} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert all(answer.headers["WWW-Authenticate"] for answer in answers)


def test_what_was_typed_for_a_login_is_recorded_only_if_it_can_be_one(service):
    log_in(service, "zhang", "x")
    log_in(service, "Secret password!", "x")
    events = service.as_("wu").get("/v1/audit?action=log_in&result=refused&limit=2").expect(200)["items"]
    assert [(event["actor"], event["object"]) for event in events] == [("-", "person/-"), ("-", "person/zhang")]
    assert "Secret password" not in str(service.psql("select * from event"))


def test_no_password_is_kept_or_logged(service):
    log_in(service, "li", "tell-tale guess")
    session(service)
    rows = "".join(service.psql("select * from password") + service.psql("select * from event") + service.psql("select * from kept_answer"))
    for secret in (PASSWORD, "tell-tale guess"):
        assert secret not in rows and secret not in service.log_text()
    assert "$argon2id$v=19$m=64,t=1,p=1$" in rows


def test_unknown_and_known_logins_take_alike(make):
    service = make(password_kibibytes=16384, login_tries=1000, login_tries_address=100000)

    def seconds(login):
        start = time.perf_counter()
        log_in(service, login, "wrong").expect(401)
        return time.perf_counter() - start

    seconds("li"), seconds("nobody")
    known, unknown = zip(*((seconds("li"), seconds("nobody")) for _ in range(15)))
    assert 0.7 < statistics.median(known) / statistics.median(unknown) < 1.4


def test_hashing_holds_nobody_up(make):
    service = make(workers=2, password_kibibytes=131072, password_passes=4)
    done = threading.Event()

    def work():
        for _ in range(4):
            log_in(service, "li").expect(201)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    slowest = 0
    while not done.is_set():
        start = time.perf_counter()
        service.as_("chen").get("/v1/me").expect(200)
        slowest = max(slowest, time.perf_counter() - start)
    thread.join()
    start = time.perf_counter()
    log_in(service, "li").expect(201)
    assert slowest < (time.perf_counter() - start) / 2


def test_a_stop_answers_those_whose_password_is_being_checked(make):
    service = make(password_kibibytes=65536, password_passes=8, stop_seconds=0)
    answers = []

    def work():
        try:
            answers.append(log_in(service).status)
        except OSError:
            answers.append(0)  # it was too late

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: service.psql("select 1 from login_attempt where subject = 'account/li'"), "an attempt")
    assert service.stop() == 0
    for thread in threads:
        thread.join()
    assert len(answers) == 3 and set(answers) <= {0, 201, 429, 503}  # 429: the address tries too often


def test_a_hash_made_at_another_cost_is_made_anew(make):
    service = make()
    service.stop()
    service.settings["password_passes"] = 2
    service.start()
    assert "t=1" in service.psql("select hash from password")[0]
    session(service)
    assert "t=2" in service.psql("select hash from password")[0]
    session(service)


# Passwords.

def test_ones_own_password_takes_the_current_one(own):
    service = own
    li, other = session(service), None
    service.tokens["other"] = log_in(service).expect(201)["token"]
    other = service.as_("other")
    for body in ({"password": "another good one"}, {"password": "another good one", "current": "wrong"}):
        answer = li.post("/v1/people/li/password", body)
        assert answer.expect(422)["errors"][0]["field"] == "current"
    assert li.post("/v1/people/li/password", {"password": "another good one", "current": PASSWORD}).status == 204
    assert li.get("/v1/me").status == 200 and other.get("/v1/me").status == 401
    assert log_in(service).status == 401 and log_in(service, "li", "another good one").status == 201
    assert service.as_("li").get("/v1/me").status == 200


def test_guessing_the_current_password_is_slowed_too(own):
    service = own
    guesses = [service.as_("li").post("/v1/people/li/password", {"password": "another good one", "current": "x"}).status for _ in range(6)]
    assert guesses == [422] * 5 + [429]


def test_the_first_password_is_set_by_oneself_or_an_administrator(service):
    assert service.as_("chen").post("/v1/people/chen/password", {"password": PASSWORD}).status == 204
    assert service.as_("chen").post("/v1/people/zhang/password", {"password": PASSWORD}).status == 403
    assert service.as_("root").post("/v1/people/zhang/password", {"password": PASSWORD}).status == 204
    session(service, "chen"), session(service, "zhang")
    assert service.as_("root").post("/v1/people/nobody/password", {"password": PASSWORD}).status == 404


@pytest.mark.parametrize("password", ["short", "x" * 257, "I am li, honestly", None, 7, ""])
def test_poor_passwords_are_refused(service, password):
    answer = service.as_("root").post("/v1/people/li/password", {"password": password})
    assert answer.expect(422)["errors"][0]["field"] == "password"
    session(service)


def test_passwords_that_too_many_know_are_refused(make_service, tmp_path):
    file = tmp_path / "refused"
    file.write_text("correct horse battery staple\nWeihu and the house\n", encoding="utf-8")
    service = furnish(make_service(**CHEAP, password_refused=file))
    for password in ("correct horse battery staple", "Correct Horse battery staple", "weihu and the house"):
        answer = service.as_("root").post("/v1/people/li/password", {"password": password})
        assert answer.expect(422)["errors"][0]["code"] == "common"
    service.as_("root").post("/v1/people/li/password", {"password": "correct horse battery staples"}).expect(204)


# Guessing.

def test_guessing_at_an_account_is_slowed_and_forgiven(make):
    service = make(login_wait_most=2)
    assert [log_in(service, "li", "x").status for _ in range(5)] == [401] * 5
    answer = log_in(service)
    assert answer.status == 429 and 1 <= int(answer.headers["Retry-After"]) <= 2
    assert log_in(service, "chen", "x").status == 401, "another account is not slowed"
    service.restart(clock_shift=3)
    assert log_in(service).status == 201, "the right password opens after the wait"
    assert [log_in(service, "li", "x").status for _ in range(5)] == [401] * 5


def test_waits_grow_to_a_limit_and_no_further(make):
    service = make(login_tries=1, login_wait_most=8)
    waits = []
    for round in range(6):
        assert log_in(service, "nobody", "x").status == 401
        waits.append(int(log_in(service, "nobody", "x").headers["Retry-After"]))
        service.restart(clock_shift=service.clock_shift + waits[-1] + 1)
    assert waits == [1, 2, 4, 8, 8, 8]


def test_guessing_from_an_address_is_slowed(make):
    service = make(login_tries_address=4)
    assert [log_in(service, f"guess{n}", "x").status for n in range(5)] == [401] * 4 + [429]
    assert log_in(service).status == 429


def test_logging_in_well_does_not_use_up_the_address(make):
    service = make(login_tries_address=3)
    assert [log_in(service).status for _ in range(8)] == [201] * 8


def test_many_guesses_at_once_gain_nothing(make):
    service = make(login_tries=3, login_wait_most=3600)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(log_in(service, "li", "x").status)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(401) == 3 and answers.count(429) == 13


def test_guesses_are_counted_for_all_servers(make):
    service = make()
    for _ in range(5):
        log_in(service, "li", "x").expect(401)
    service.restart(clock_shift=-60) # however long it takes, that is before the wait has ended
    assert log_in(service).status == 429


# What ends, and what it is good for.

def test_a_session_ends_by_its_age_and_by_idleness(make):
    service = make(session_hours=2, session_idle_minutes=30)
    li = session(service)
    service.restart(clock_shift=29 * 60)
    assert li.get("/v1/me").status == 200, "used in time"
    service.restart(clock_shift=58 * 60)
    assert li.get("/v1/me").status == 200, "its use was noted"
    service.restart(clock_shift=89 * 60)
    assert li.get("/v1/me").status == 401
    service.restart(clock_shift=0)
    li = session(service)
    service.restart(clock_shift=121 * 60)
    assert li.get("/v1/me").status == 401


def test_a_token_ends_when_it_says(own):
    service = own
    answer = service.as_("root").post("/v1/people/li/tokens", {"name": "t", "expires_at": "2020-01-01T00:00:00Z"})
    assert answer.expect(422)["errors"][0]["field"] == "expires_at"
    soon = token(service, expires_at="2099-01-01T00:00:00+08:00")
    assert soon.get("/v1/me").status == 200
    assert service.as_("li").get("/v1/people/li/tokens").expect(200)["items"][-1]["expires_at"] == "2098-12-31T16:00:00.000000Z"
    service.restart(clock_shift=80 * 366 * 86400)
    assert soon.get("/v1/me").status == 401


def test_the_last_use_is_told_to_the_minute(own):
    service = own
    client = token(service)

    def used():
        return service.as_("root").get("/v1/people/li/tokens").expect(200)["items"][-1]["last_used_at"]

    assert used() is None
    client.get("/v1/me").expect(200)
    first = until_told(used)
    client.get("/v1/me").expect(200)
    assert used() == first
    service.restart(clock_shift=61)
    client.get("/v1/me").expect(200)
    assert until_told(lambda: used() != first)


def until_told(question):
    return until(question, "the time of use")


@pytest.mark.parametrize("scopes, open_paths, closed", [
    (["read"], ["/v1/tickets"], ["/v1/audit", "/v1/people/zhao/tokens"]),
    (["audit"], ["/v1/me"], ["/v1/tickets"]),
    (["read", "audit"], ["/v1/tickets", "/v1/audit"], []),
])
def test_a_token_is_good_for_its_scopes_alone(service, scopes, open_paths, closed):
    body = {"name": "narrow", "scopes": scopes}
    service.tokens["narrow"] = service.as_("zhao").post("/v1/people/zhao/tokens", body).expect(201)["token"]
    narrow = service.as_("narrow")
    assert [narrow.get(path).status for path in open_paths] == [200] * len(open_paths)
    assert [narrow.get(path).status for path in closed] == [403] * len(closed)
    assert narrow.post("/v1/tickets", {"title": "x"}).status == 403
    assert narrow.patch("/v1/people/zhao", {"name": "x"}).status == 403


def test_a_token_passes_on_no_more_than_it_has(service):
    service.tokens["weak"] = service.as_("root").post("/v1/people/root/tokens", {"name": "w", "scopes": ["admin"]}).expect(201)["token"]
    weak = service.as_("weak")
    assert weak.post("/v1/people/li/tokens", {"name": "t", "scopes": ["admin", "write"]}).expect(422)["errors"][0]["field"] == "scopes"
    assert weak.post("/v1/people/li/tokens", {"name": "t"}).expect(201)["scopes"] == ["admin"]
    for scopes in ([], ["everything"]):
        assert weak.post("/v1/people/li/tokens", {"name": "t", "scopes": scopes}).status == 422


def test_people_manage_their_own_tokens_and_no_others(service):
    chen = service.as_("chen")
    made = chen.post("/v1/people/chen/tokens", {"name": "laptop"}).expect(201)
    assert made["id"] in [item["id"] for item in chen.get("/v1/people/chen/tokens").expect(200)["items"]]
    assert chen.delete(f"/v1/people/chen/tokens/{made['id']}").status == 204
    service.tokens["gone"] = made["token"]
    assert service.as_("gone").get("/v1/me").status == 401
    assert chen.get("/v1/people/li/tokens").status == 403
    assert chen.post("/v1/people/li/tokens", {"name": "t"}).status == 403
    number = service.as_("root").get("/v1/people/li/tokens").expect(200)["items"][0]["id"]
    assert chen.delete(f"/v1/people/li/tokens/{number}").status == 403
    assert chen.delete(f"/v1/people/chen/tokens/{number}").status == 404


def test_closing_an_account_ends_everything_of_it_for_good(own):
    service = own
    root = service.as_("root")
    root.post("/v1/people/chen/password", {"password": PASSWORD}).expect(204)
    mine = [service.as_("chen"), session(service, "chen")]
    root.patch("/v1/people/chen", {"active": False}).expect(200)
    assert [client.get("/v1/me").status for client in mine] == [401, 401]
    assert log_in(service, "chen").status == 401
    root.patch("/v1/people/chen", {"active": True}).expect(200)
    assert [client.get("/v1/me").status for client in mine] == [401, 401]
    session(service, "chen")
