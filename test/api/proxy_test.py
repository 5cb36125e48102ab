# SPDX-License-Identifier: Apache-2.0
"""Who is believed to have asked, and where the service listens in clear."""

from store.running import weihud


def source(service, **headers):
    """The address under which the record has a request."""
    service.as_("chen").get("/v1/audit", {name.replace("_", "-"): value for name, value in headers.items()}).expect(403)
    return service.as_("wu").get("/v1/audit?actor=chen&limit=1").expect(200)["items"][0]["source"]


def test_nobody_is_believed_unless_listed(service):
    assert source(service, X_Forwarded_For="203.0.113.7") == "127.0.0.1"


def test_listed_proxies_are_believed_one_after_the_other(make_service):
    service = make_service(proxies="127.0.0.1,10.0.0.2")
    assert source(service) == "127.0.0.1"
    assert source(service, X_Forwarded_For="203.0.113.7") == "203.0.113.7"
    assert source(service, X_Forwarded_For="2001:db8::7") == "2001:db8::7"
    assert source(service, X_Forwarded_For="198.51.100.1, 203.0.113.7") == "203.0.113.7", "what a client says of others counts nothing"
    assert source(service, X_Forwarded_For="198.51.100.1, 203.0.113.7 , 10.0.0.2") == "203.0.113.7"
    for nonsense in ("unknown", "203.0.113.7:80", "", "203.0.113.7, _hidden"):
        assert source(service, X_Forwarded_For=nonsense) == "127.0.0.1"


def test_guesses_count_for_the_client_behind_the_proxy(make_service):
    service = make_service(proxies="127.0.0.1", login_tries_address=2, password_kibibytes=64, password_passes=1)

    def guess(number, address):
        return service.client.post("/v1/sessions", {"login": f"guess{number}", "password": "x"}, headers={"X-Forwarded-For": address}).status

    assert [guess(number, "203.0.113.7") for number in range(3)] == [401, 401, 429]
    assert guess(3, "203.0.113.8") == 401
    assert [guess(number, f"2001:db8::{number}") for number in range(4, 7)] == [401, 401, 429], "a network of IPv6 counts as one"


def test_clear_text_stays_on_this_machine(tmp_path):
    for listen in ("0.0.0.0:0", "[::]:0", "192.0.2.1:8420"):
        done = weihud("check", "--set", f"listen={listen}", "--set", f"data={tmp_path}")
        assert done.returncode == 1 and "could be overheard" in done.stderr, listen
        done = weihud("check", "--set", f"listen={listen}", "--set", f"data={tmp_path}", "--set", "proxies=192.0.2.9")
        assert done.returncode == 0, done.stderr
    assert weihud("check", "--set", "proxies=front.example.org").returncode == 1


def test_every_answer_bears_the_security_headers(service):
    for path in ("/healthz", "/nowhere", "/v1/me", "/openapi.yaml"):
        headers = service.client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'") and headers["Referrer-Policy"] == "no-referrer"
        assert "Server" not in headers


def test_no_core_is_written_nor_handed_to_a_program(service):
    limits = [line.split() for line in open(f"/proc/{service.process.pid}/limits", encoding="ascii")]
    assert [line[4:6] for line in limits if line[:3] == ["Max", "core", "file"]] == [["1", "1"]]
