# SPDX-License-Identifier: Apache-2.0
"""Logging in by a directory (a real slapd): whose password it is, what groups give, and what happens while it is away."""

import statistics
import time

import pytest

import totp
from directory import BASE, Directory
from store.running import weihud

PASSWORD = "the directory knows 这个"
LOCAL = "kept in this house 1"
CHEAP = {"password_kibibytes": 64, "password_passes": 1, "login_tries": 1000, "login_tries_address": 100000}
PEOPLE = {"li": ("李娜", PASSWORD), "hu": ("Hu Jun", PASSWORD), "fresh": ("Fresh Face", PASSWORD), "two*words": ("Odd", PASSWORD),
          "shared": ("One", PASSWORD), "zhao": ("Zhao", "another than here"), "sun": ("Sun", PASSWORD)}
GROUPS = {"sysops": ["li"], "leads (east)": ["li", "fresh"], "reviewers": ["hu"], "guests": ["li", "hu", "fresh"]}
ROLES = "sysops=sysadmin,leads (east)=lead,reviewers=reviewer"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    directory = Directory(tmp_path_factory.mktemp("directory"), PEOPLE, GROUPS)
    yield directory
    directory.remove()


@pytest.fixture(scope="module")
def service(directory, make_module_service):
    service = make_module_service(**CHEAP, **directory.settings())
    service.as_("root").post("/v1/people/zhao/password", {"password": LOCAL}).expect(204)
    return service


def log_in(service, login, password=PASSWORD, **more):
    return service.client.post("/v1/sessions", {"login": login, "password": password, **more})


def roles(service, login):
    return service.as_("root").get(f"/v1/people/{login}").expect(200)["roles"]


def bodies(*answers):
    return [{key: value for key, value in answer.expect(401).items() if key != "request_id"} for answer in answers]


def test_who_has_no_password_here_has_that_of_the_directory(service):
    assert log_in(service, "li").expect(201)["login"] == "li"
    assert log_in(service, "li", "wrong").status == 401
    assert log_in(service, "zhao", LOCAL).status == 201, "who has one here has this one"
    assert log_in(service, "zhao", "another than here").status == 401, "and no other"


def test_who_is_unknown_here_is_not_let_in(service):
    assert log_in(service, "fresh").status == 401
    assert service.as_("root").get("/v1/people/fresh").status == 404


def test_whoever_is_not_let_in_hears_the_same(service):
    service.as_("root").patch("/v1/people/sun", {"active": False}).expect(200)
    told = bodies(log_in(service, "li", "wrong"), log_in(service, "nobody"), log_in(service, "zhao", "wrong"), log_in(service, "fresh"),
                  log_in(service, "sun"), log_in(service, "chen"))
    assert all(body == told[0] for body in told)


def test_who_is_known_where_takes_alike(directory, make_service):
    service = make_service(**{**CHEAP, "password_kibibytes": 16384}, **directory.settings())
    service.as_("root").post("/v1/people/zhao/password", {"password": LOCAL}).expect(204)

    def seconds(login):
        start = time.perf_counter()
        log_in(service, login, "wrong").expect(401)
        return time.perf_counter() - start

    logins = ("li", "zhao", "nobody")
    [seconds(login) for login in logins]
    times = zip(*([seconds(login) for login in logins] for _ in range(15)))
    medians = [statistics.median(taken) for taken in times]
    assert max(medians) / min(medians) < 1.6, medians


@pytest.mark.parametrize("login", ["*", "l*", "li)(uid=*", "*)(|(uid=*", "li\\2a", "two*words", "li,ou=people", "LI", "l\u0069\u0301", "li "])
def test_no_login_is_read_as_a_filter(service, login):
    assert log_in(service, login).status == 401


@pytest.mark.parametrize("password", ["", None, " ", "\u0000"])
def test_an_empty_password_lets_nobody_in(service, password):
    assert log_in(service, "li", password).status in (400, 401, 422)


def test_a_directory_that_lets_anybody_bind_with_nothing_is_not_believed(directory, make_service):
    """An unauthenticated bind succeeds in many directories: nothing that is nearly empty gets that far."""
    service = make_service(**CHEAP, **directory.settings())
    assert log_in(service, "li", "").status == 422 and log_in(service, "nobody", PASSWORD).status == 401


def test_groups_give_roles_and_take_them(directory, make_service):
    service = make_service(**CHEAP, **directory.settings(ldap_roles=ROLES))
    assert roles(service, "hu") == ["technician"]
    log_in(service, "hu").expect(201)
    assert roles(service, "hu") == ["technician", "reviewer"], "roles that no group governs stay"
    service.as_("root").patch("/v1/people/hu", {"roles": ["lead", "technician"]}).expect(200)
    session = log_in(service, "hu").expect(201)
    assert roles(service, "hu") == ["technician", "reviewer"]
    service.tokens["hu's"] = session["token"]
    assert service.as_("hu's").get("/v1/me").expect(200)["roles"] == ["technician", "reviewer"]
    events = service.as_("wu").get("/v1/audit?object=person/hu&actor=weihud&limit=1").expect(200)["items"]
    assert events[0]["changes"]["roles"] == {"old": ["lead", "technician"], "new": ["technician", "reviewer"]}
    version = service.as_("root").get("/v1/people/hu").expect(200)["version"]
    log_in(service, "hu").expect(201)
    assert service.as_("root").get("/v1/people/hu").expect(200)["version"] == version, "nothing is written where nothing changes"


def test_whom_the_directory_knows_is_added_where_settings_say_so(directory, make_service):
    service = make_service(**CHEAP, **directory.settings(ldap_roles=ROLES, ldap_create="on"))
    assert log_in(service, "fresh", "wrong").status == 401 and service.as_("root").get("/v1/people/fresh").status == 404
    assert log_in(service, "fresh").status == 201
    person = service.as_("root").get("/v1/people/fresh").expect(200)
    assert (person["name"], person["email"], person["roles"]) == ("Fresh Face", "fresh@example.org", ["lead"])
    service.as_("root").patch("/v1/people/fresh", {"active": False}).expect(200)
    assert log_in(service, "fresh").status == 401, "what was closed stays closed"
    assert service.as_("root").get("/v1/people/fresh").expect(200)["active"] is False


def test_a_second_factor_stands_behind_the_directory_too(directory, make_service):
    service = make_service(**CHEAP, **directory.settings())
    li, path = service.as_("li"), "/v1/people/li/second-factor"
    assert li.post(path, {"current": "wrong"}).status == 422
    secret = li.post(path, {"current": PASSWORD}).expect(201)["secret"]
    step = totp.step_now()
    li.post(path + "/confirmation", {"code": totp.code(secret, step)}).expect(201)
    assert log_in(service, "li").expect(401)["type"] == "urn:weihu:problem:second_factor"
    assert log_in(service, "li", code=totp.code(secret, step + 1)).status == 201


def test_ones_password_in_the_directory_is_not_changed_here(service):
    assert service.as_("li").post("/v1/people/li/password", {"password": LOCAL}).status == 409
    assert service.as_("zhao").post("/v1/people/zhao/password", {"password": LOCAL, "current": LOCAL}).status == 204


def test_closing_an_account_ends_what_the_directory_opened(directory, make_service):
    service = make_service(**CHEAP, **directory.settings())
    service.tokens["open"] = log_in(service, "hu").expect(201)["token"]
    service.as_("root").patch("/v1/people/hu", {"active": False}).expect(200)
    assert service.as_("open").get("/v1/me").status == 401 and log_in(service, "hu").status == 401


def test_while_it_is_away_those_who_need_it_are_told_so(directory, make_service):
    service = make_service(**CHEAP, **directory.settings(ldap_seconds=2))
    service.as_("root").post("/v1/people/zhao/password", {"password": LOCAL}).expect(204)
    directory.stop()
    try:
        assert [log_in(service, login).status for login in ("li", "nobody", "zhao")] == [503] * 3
        assert log_in(service, "zhao", LOCAL).status == 201, "who has a password here gets in"
        assert service.as_("li").get("/v1/me").status == 200
    finally:
        directory.start()
    assert log_in(service, "li").status == 201
    assert "the directory is away" in service.log_text() and PASSWORD not in service.log_text()


def test_by_start_tls(directory, make_service):
    settings = directory.settings(ldap_url=f"ldap://127.0.0.1:{directory.port}", ldap_start_tls="on")
    service = make_service(**CHEAP, **settings)
    assert log_in(service, "li").status == 201 and log_in(service, "li", "wrong").status == 401


@pytest.mark.parametrize("change", [{"ldap_ca": ""}, {"ldap_url": "ldap://127.0.0.1:{port}", "ldap_start_tls": "on", "ldap_ca": ""}])
def test_a_directory_that_cannot_be_trusted_is_not_asked(directory, make_service, change):
    change = {key: value.format(port=directory.port) for key, value in change.items()}
    service = make_service(**CHEAP, **directory.settings(**change))
    assert log_in(service, "li").status == 503


def test_what_is_said_of_it_is_checked(directory):
    def told(**changes):
        settings = directory.settings(**changes)
        done = weihud("check", *(word for key, value in settings.items() for word in ("--set", f"{key}={value}")))
        return done.stderr if done.returncode else "sound"

    assert told() == "sound"
    assert "could be overheard" in told(ldap_url="ldap://directory.example.org")
    assert told(ldap_url="ldap://directory.example.org", ldap_start_tls="on") == "sound"
    assert "could be overheard" in told(ldap_url="http://directory.example.org")
    assert "ldap_people" in told(ldap_people="")
    for wrong in ("uid=%s", "(uid=li)", "(|(uid=%s)(mail=%s))", "(uid=%d)"):
        assert "ldap_filter" in told(ldap_filter=wrong)
    assert "ldap_roles" in told(ldap_roles="sysops=king") and "ldap_roles" in told(ldap_roles="sysops")
    open_file = directory.folder / "open-password"
    open_file.write_text("known to all\n", encoding="utf-8")
    open_file.chmod(0o644)
    assert "can be read by others" in told(ldap_bind_password=open_file)
    assert f"ou=people,{BASE}" == directory.settings()["ldap_people"]
