# SPDX-License-Identifier: Apache-2.0
"""Sessions of browsers: what the cookie bears, and that no other site's page changes anything with it."""

from http.cookies import SimpleCookie

import pytest

PASSWORD = "four words and 一句话"
CHEAP = {"password_kibibytes": 64, "password_passes": 1, "login_tries": 1000, "login_tries_address": 1000}
PATH = "/v1/people/li/tokens"


@pytest.fixture(scope="module")
def service(make_module_service):
    service = make_module_service(**CHEAP)
    service.as_("root").post("/v1/people/li/password", {"password": PASSWORD}).expect(204)
    return service


class Browser:
    """Keeps its cookie, and what it needs to change anything."""

    def __init__(self, service, headers=None):
        self.service, self.headers = service, headers or {}
        body = {"login": "li", "password": PASSWORD, "cookie": True}
        self.answer = service.client.post("/v1/sessions", body, headers=self.headers)
        self.told = self.answer.expect(201)
        (self.cookie,) = SimpleCookie(self.answer.headers["Set-Cookie"]).values()
        self.headers["Cookie"] = f"{self.cookie.key}={self.cookie.value}"

    def ask(self, method, path, body=None, **headers):
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.service.client.request(method, path, body, given)


@pytest.fixture
def browser(service):
    return Browser(service)


def test_a_browser_gets_a_cookie_that_no_script_reads(browser):
    assert set(browser.told) == {"id", "login", "csrf", "expires_at"}
    assert browser.cookie.key == "weihu" and browser.cookie.value.startswith("wh_")
    assert browser.answer.headers["Set-Cookie"].split("; ")[1:] == ["Path=/", "Max-Age=43200", "HttpOnly", "Secure", "SameSite=Strict"]
    me = browser.ask("GET", "/v1/me").expect(200)
    assert me["login"] == "li" and me["csrf"] == browser.told["csrf"]


def test_behind_tls_the_cookie_is_this_hosts_alone(make_service):
    service = make_service(proxies="127.0.0.1", **CHEAP)
    service.as_("root").post("/v1/people/li/password", {"password": PASSWORD}).expect(204)
    browser = Browser(service, {"X-Forwarded-Proto": "https"})
    assert browser.cookie.key == "__Host-weihu" and "Domain" not in browser.answer.headers["Set-Cookie"]
    assert browser.ask("GET", "/v1/me").status == 200
    assert browser.ask("GET", "/v1/me", Cookie=f"weihu={browser.cookie.value}").status == 401, "another site's name could have set it"


def test_nobody_is_believed_about_tls_unless_listed(service):
    assert Browser(service, {"X-Forwarded-Proto": "https"}).cookie.key == "weihu"


def test_changes_take_the_proof(browser):
    assert browser.ask("POST", PATH, {"name": "t"}).status == 403
    assert browser.ask("POST", PATH, {"name": "t"}, X_CSRF_Token="0" * 64).status == 403
    assert browser.ask("POST", PATH, {"name": "t"}, X_CSRF_Token=browser.told["csrf"][:-1]).status == 403
    assert browser.ask("POST", PATH, {"name": "t"}, X_CSRF_Token="").status == 403
    assert browser.ask("POST", PATH, {"name": "t"}, X_CSRF_Token=browser.told["csrf"]).status == 201
    assert browser.ask("DELETE", "/v1/sessions/current").status == 403
    assert browser.ask("PATCH", "/v1/people/li", {"email": None}).status == 403


def test_the_proof_is_of_this_session_alone(service, browser):
    other = Browser(service)
    assert other.told["csrf"] != browser.told["csrf"]
    assert browser.ask("POST", PATH, {"name": "t"}, X_CSRF_Token=other.told["csrf"]).status == 403


@pytest.mark.parametrize("headers, status", [
    ({"Sec-Fetch-Site": "same-origin"}, 201),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "none"}, 403),
    ({"Origin": "http://127.0.0.1:{port}"}, 201),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "http://127.0.0.1:{port}.evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://weihu.example.org"}, 201), # the proxy asks under another name
])
def test_changes_come_from_a_page_of_ours(service, browser, headers, status):
    headers = {name: value.format(port=service.port) for name, value in headers.items()}
    proof = {"X-CSRF-Token": browser.told["csrf"]}
    assert browser.ask("POST", PATH, {"name": "t"}, **headers, **proof).status == status
    body = {"login": "li", "password": PASSWORD, "cookie": True}
    assert service.client.post("/v1/sessions", body, headers=headers).status == status, "and so do logins"
    assert browser.ask("GET", "/v1/me", **headers).status == 200


def test_a_forged_change_is_a_denial_in_the_record(service, browser):
    browser.ask("POST", PATH, {"name": "t"}, Sec_Fetch_Site="cross-site").expect(403)
    event = service.as_("wu").get("/v1/audit?actor=li&result=refused&limit=1").expect(200)["items"][0]
    assert event["action"] == "add_token" and "another site" in event["reason"]["detail"]


def test_logging_out_takes_the_cookie_back(browser):
    answer = browser.ask("DELETE", "/v1/sessions/current", X_CSRF_Token=browser.told["csrf"])
    assert answer.status == 204 and answer.headers["Set-Cookie"].startswith("weihu=; Path=/; Max-Age=0; ")
    assert browser.ask("GET", "/v1/me").status == 401


def test_a_cookie_holds_sessions_alone_and_one_of_them(service, browser):
    assert browser.ask("GET", "/v1/me", Cookie=f"weihu={service.tokens['li']}").status == 401
    assert browser.ask("GET", "/v1/me", Cookie=browser.headers["Cookie"] + "; weihu=wh_other").status == 401
    assert browser.ask("GET", "/v1/me", Cookie="a=b; " + browser.headers["Cookie"] + "; weihu2=c").status == 200
    for cookie in ("weihu=", "weihu", "=", ";;;", "weihu=" + "x" * 4000):
        assert browser.ask("GET", "/v1/me", Cookie=cookie).status == 401


def test_a_token_in_its_header_needs_no_proof(service, browser):
    answer = browser.ask("POST", PATH, {"name": "t"}, Authorization=f"Bearer {service.tokens['li']}", Sec_Fetch_Site="cross-site")
    assert answer.status == 201
