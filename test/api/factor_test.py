# SPDX-License-Identifier: Apache-2.0
"""Second factors: enrolled with a proof, asked for at login, used once, recovered from, reset."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

import totp

PASSWORD = "four words and 一句话"
CHEAP = {"password_kibibytes": 64, "password_passes": 1, "login_tries": 1000, "login_tries_address": 1000}
FACTOR = "/v1/people/{}/second-factor"


def log_in(service, login, password=PASSWORD, code=None):
    return service.client.post("/v1/sessions", {"login": login, "password": password, **({"code": code} if code else {})})


class App:
    """The app of somebody who enrols. A step passes at any time: what it gives is good now and a step later."""

    def __init__(self, service, login):
        self.service, self.login, self.client = service, login, service.as_(login)
        self.begun = self.client.post(FACTOR.format(login), {"current": PASSWORD}).expect(201)
        while True:
            self.step = self.now() - 1
            code = totp.code(self.begun["secret"], self.step)
            answer = self.client.post(FACTOR.format(login) + "/confirmation", {"code": code})
            if answer.status == 201 or self.step == self.now() - 1:
                break
        self.recovery = answer.expect(201)["recovery_codes"]

    def now(self):
        return totp.step_now(self.service.clock_shift)

    def code(self):
        """One that was not used; after two of them the service's clock must go on."""
        self.step = max(self.step + 1, self.now())
        assert self.step <= self.now() + 1
        return totp.code(self.begun["secret"], self.step)


@pytest.fixture
def make(make_service):
    return lambda **settings: make_service(**{**CHEAP, **settings})


@pytest.fixture(scope="module")
def service(make_module_service):
    return make_module_service(**CHEAP)


@pytest.fixture
def who(service, number=itertools.count(1)):
    """The login of somebody new, who has a token and a password."""
    return hire(service, f"new{next(number)}")


def hire(service, login):
    root = service.as_("root")
    root.post("/v1/people", {"login": login, "name": "New", "roles": ["technician"]}).expect(201)
    service.tokens[login] = root.post(f"/v1/people/{login}/tokens", {"name": "t"}).expect(201)["token"]
    root.post(f"/v1/people/{login}/password", {"password": PASSWORD}).expect(204)
    return login


def test_a_login_takes_a_code_once(service, who):
    app = App(service, who)
    assert app.begun["uri"].startswith(f"otpauth://totp/weihu:{who}?secret=" + app.begun["secret"])
    without = log_in(service, who).expect(401)
    assert without["type"] == "urn:weihu:problem:second_factor"
    code = app.code()
    assert log_in(service, who, code=code).status == 201
    again = log_in(service, who, code=code).expect(401)
    assert again["type"] == "urn:weihu:problem:unauthenticated"
    assert log_in(service, who, code=app.code()).status == 201


def test_a_code_helps_nobody_without_the_password(service, who):
    app = App(service, who)
    answers = [log_in(service, who, "wrong", app.code()), log_in(service, who, "wrong"), log_in(service, "nobody", "wrong"),
               log_in(service, "nobody", "wrong", "123456"), log_in(service, who, PASSWORD, "000000"),
               log_in(service, who, PASSWORD, "ABCD-EFGH"), log_in(service, "wang", PASSWORD)]
    bodies = [{key: value for key, value in answer.expect(401).items() if key != "request_id"} for answer in answers]
    assert all(body == bodies[0] for body in bodies)


def test_an_account_without_a_second_factor_takes_no_code(service, who):
    assert log_in(service, who, code="123456").status == 201, "a code that nobody asked for does no harm"


def test_recovery_codes_are_good_once_each(service, who):
    app = App(service, who)
    assert len(set(app.recovery)) == 10
    assert log_in(service, who, code=app.recovery[3].lower().replace("-", " ")).status == 201
    assert log_in(service, who, code=app.recovery[3]).status == 401
    assert app.client.get(FACTOR.format(who)).expect(200)["recovery_codes"] == 9
    event = service.as_("wu").get(f"/v1/audit?actor={who}&action=second_factor&limit=1").expect(200)["items"][0]
    assert event["changes"] == {"recovery_codes": {"old": 10, "new": 9}} and event["object"] == f"person/{who}"


def test_enrolling_takes_the_password_and_then_a_code(service, who):
    mine, path = service.as_(who), FACTOR.format(who)
    assert mine.post(path, {"current": "wrong"}).expect(422)["errors"][0]["field"] == "current"
    assert mine.post(path + "/confirmation", {"code": "123456"}).status == 409
    assert service.as_("chen").post(FACTOR.format("chen"), {"current": ""}).status == 422
    assert service.as_("chen").post(FACTOR.format("chen"), {"current": "none"}).status == 422
    mine.post(path, {"current": PASSWORD}).expect(201)
    assert mine.post(path + "/confirmation", {"code": "000000"}).expect(422)["errors"][0]["field"] == "code"
    assert log_in(service, who).status == 201, "what is not confirmed does not count"
    begun = mine.post(path, {"current": PASSWORD}).expect(201)
    assert mine.get(path).expect(200) == {"login": who, "enrolled": False, "since": None, "recovery_codes": 0}
    mine.post(path + "/confirmation", {"code": totp.code(begun["secret"], totp.step_now())}).expect(201)
    assert mine.post(path, {"current": PASSWORD}).status == 409
    assert mine.get(path).expect(200)["enrolled"] is True


def test_enrolment_and_removal_are_events_and_end_other_sessions(service, who):
    service.tokens["before"] = log_in(service, who).expect(201)["token"]
    app = App(service, who)
    assert service.as_("before").get("/v1/me").status == 401
    service.tokens["with"] = log_in(service, who, code=app.code()).expect(201)["token"]
    assert app.client.post(FACTOR.format(who) + "/removal", {"code": "000000"}).status == 422
    assert service.as_("with").post(FACTOR.format(who) + "/removal", {"code": app.code()}).status == 204
    assert service.as_("with").get("/v1/me").status == 200
    assert log_in(service, who).status == 201
    events = service.as_("wu").get(f"/v1/audit?actor={who}&action=enrol,remove").expect(200)["items"]
    assert [(event["action"], event["object"]) for event in events] == [("remove", f"person/{who}"), ("enrol", f"person/{who}")]
    assert events[1]["changes"]["second_factor"]["old"] is None and events[0]["changes"]["second_factor"]["new"] is None


def test_an_administrator_resets_what_others_have_lost(service, who):
    app = App(service, who)
    service.tokens["with"] = log_in(service, who, code=app.code()).expect(201)["token"]
    assert service.as_("zhao").delete(FACTOR.format(who)).status == 403
    assert app.client.delete(FACTOR.format(who)).status == 403
    assert service.as_("root").delete(FACTOR.format("root")).status == 403
    assert service.as_("root").delete(FACTOR.format(who)).status == 204
    assert service.as_("root").delete(FACTOR.format(who)).status == 404
    assert service.as_("with").get("/v1/me").status == 401
    assert log_in(service, who).status == 201
    assert log_in(service, who, code=app.recovery[0]).status == 201, "nobody asks for it"
    assert service.psql(f"select count(*) from recovery_code where login = '{who}'") == ["0"]


def test_people_enrol_themselves_alone(service, who):
    for login in ("root", "zhao"):
        assert service.as_(login).post(FACTOR.format(who), {"current": PASSWORD}).status == 403
        assert service.as_(login).post(FACTOR.format(who) + "/confirmation", {"code": "123456"}).status == 403
        assert service.as_(login).post(FACTOR.format(who) + "/removal", {"code": "123456"}).status == 403
    assert service.as_("zhao").get(FACTOR.format(who)).status == 403
    assert service.as_("root").get(FACTOR.format("nobody")).status == 404


def test_guessing_codes_is_slowed_like_passwords(make):
    service = make(login_tries=5)
    app, other = App(service, hire(service, "one")), App(service, hire(service, "other"))
    assert [log_in(service, "one", code=f"{n:06}").status for n in range(5)] == [401] * 5
    assert log_in(service, "one", code=app.code()).status == 429
    guesses = [other.client.post(FACTOR.format("other") + "/removal", {"code": f"{n:06}"}).status for n in range(6)]
    assert guesses == [422] * 5 + [429]


def test_who_reads_the_database_learns_no_secret(service, who):
    app = App(service, who)
    log_in(service, who, code=app.recovery[0]).expect(201)
    tables = service.psql("select relname from pg_class where relnamespace = 'weihu'::regnamespace and relkind = 'r'")
    rows = "".join("".join(service.psql(f"select t::text from weihu.{table} t")) for table in tables) + service.log_text()
    secrets = [app.begun["secret"], *app.recovery, *(code.replace("-", "").lower() for code in app.recovery)]
    assert not [secret for secret in secrets if secret in rows]
    assert service.psql(f"select length(secret) from second_factor where login = '{who}'") == ["120"]


def test_the_key_is_the_services_alone_and_outlives_it(make):
    service = make()
    app, key = App(service, hire(service, "one")), service.data / "factor.key"
    assert key.stat().st_mode & 0o777 == 0o600
    service.restart(clock_shift=90)
    assert log_in(service, "one", code=app.code()).status == 201
    service.stop()
    kept = key.read_text()
    key.unlink()
    service.start(clock_shift=180)
    assert log_in(service, "one", code=app.code()).status == 401, "another key opens nothing"
    assert "another key" in service.log_text() and log_in(service, "one", code=app.recovery[0]).status == 201
    service.stop()
    key.write_text(kept)
    key.chmod(0o644)
    with pytest.raises(AssertionError, match="can be read by others"):
        service.start()


def test_a_code_is_used_once_however_many_try_at_the_same_time(service, who):
    app = App(service, who)
    code = app.code()
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: log_in(service, who, code=code).status, range(8)))
    assert statuses == [201] + [401] * 7
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: log_in(service, who, code=app.recovery[0]).status, range(8)))
    assert statuses == [201] + [401] * 7


def test_who_must_have_a_second_factor_can_do_nothing_else_before(make):
    service = make(second_factor_for="technician,admin")
    login = hire(service, "one")
    service.tokens["session"] = log_in(service, login).expect(201)["token"]
    session = service.as_("session")
    refused = session.get("/v1/tickets").expect(403)
    assert refused["detail"] == f"enrol a second factor first: POST {FACTOR.format(login)}"
    assert session.post(f"/v1/people/{login}/tokens", {"name": "around it"}).status == 403
    assert session.get("/v1/me").status == 200 and service.as_(login).get("/v1/tickets").status == 200, "a token has been given"
    service.tokens[login] = service.tokens["session"]
    App(service, login)
    assert session.get("/v1/tickets").status == 200
    service.as_("root").post("/v1/people/zhang/password", {"password": PASSWORD}).expect(204)
    service.tokens["zhang's"] = log_in(service, "zhang").expect(201)["token"]
    assert service.as_("zhang's").get("/v1/tickets").status == 200, "a requester need not"
