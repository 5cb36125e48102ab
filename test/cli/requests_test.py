# SPDX-License-Identifier: Apache-2.0
"""What goes over the wire: keys, retries, versions, tokens; and what each status leaves as exit code."""

import os
import stat

import pytest
from cli.fake import TOKEN, page, problem, ticket


@pytest.mark.parametrize("status,name,code", [
    (400, "malformed", 7), (401, "unauthenticated", 3), (403, "forbidden", 4), (404, "not_found", 5), (409, "state", 6),
    (412, "version", 6), (422, "fields", 7), (500, "internal", 1), (413, "too_large", 1)])
def test_exit_codes(server, weihu, status, name, code):
    server.on("GET", "/v1/tickets/42", (status, problem(name, status, "because of the moon")))
    got = weihu("ticket", "show", "42", "-o", "json")
    assert got.code == code and got.out == ""
    assert "ticket/42" in got.err
    assert ("weihu login" if status == 401 else "because of the moon") in got.err


def test_nobody_there(weihu, nobody):
    got = weihu("whoami", env={"WEIHU_SERVER": nobody})
    assert got.code == 8 and "no answer from " + nobody in got.err and "weihu login --server" in got.err


def test_a_post_is_sent_again_with_the_same_key(server, weihu):
    server.on("POST", "/v1/tickets/42/comments", "drop",
              (503, problem("unavailable", 503, "full"), {"Retry-After": "0"}), (201, {"id": 5, "ticket": 42}))
    got = weihu("ticket", "comment", "42", "-m", "hello", "-o", "name")
    assert got.code == 0 and got.out == "comment/5\n"
    keys = [r.headers["Idempotency-Key"] for r in server.requests]
    assert len(keys) == 3 and len(set(keys)) == 1 and len(keys[0]) >= 32
    assert {r.body for r in server.requests} == {'{"text":"hello"}'}


def test_every_post_has_a_key_of_its_own(server, weihu):
    server.on("POST", "/v1/tickets/42/comments", (201, {"id": 5}))
    server.on("POST", "/v1/tickets/43/comments", (201, {"id": 6}))
    weihu("ticket", "comment", "42", "43", "-m", "hello")
    assert len({r.headers["Idempotency-Key"] for r in server.requests}) == 2


def test_retries_end(server, weihu):
    server.on("POST", "/v1/programs/PAY/readings", (503, problem("unavailable", 503, "full"), {"Retry-After": "0"}))
    got = weihu("program", "reading", "PAY", "--runs", "1", "--failures", "0")
    assert got.code == 8 and "full" in got.err and 2 <= len(server.requests) <= 10


def test_a_long_retry_after_is_not_waited_for(server, weihu):
    server.on("GET", "/v1/me", (503, problem("unavailable", 503, "back tomorrow"), {"Retry-After": "86400"}))
    assert weihu("whoami").code == 8 and len(server.requests) == 1


def test_a_patch_is_not_sent_twice(server, weihu):
    server.on("PATCH", "/v1/programs/PAY", "drop")
    assert weihu("program", "edit", "PAY", "--name", "x").code == 8
    assert len(server.requests) == 1


def test_versions_are_asked_for(server, weihu):
    server.on("PATCH", "/v1/programs/PAY", {"code": "PAY", "version": 8})
    weihu("program", "edit", "PAY", "--if-version", "7", "--name", "Payroll", "--no-critical", "--vendor", "")
    request = server.requests[0]
    assert request.headers["If-Match"] == '"7"' and request.headers["Content-Type"] == "application/merge-patch+json"
    assert request.json == {"name": "Payroll", "critical": False, "vendor": None}


def test_the_token_goes_into_its_header_and_nowhere_else(server, weihu):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": ["lead"]})
    got = weihu("whoami", "-v")
    assert server.requests[0].headers["Authorization"] == "Bearer " + TOKEN
    assert "GET " + server.url + "/v1/me" in got.err and "200" in got.err and "req-1" in got.err
    assert TOKEN not in got.err + got.out


def test_no_argument_takes_a_token(weihu):
    for arguments in (("login", "--token", TOKEN), ("whoami", "--token=" + TOKEN)):
        got = weihu(*arguments)
        assert got.code == 2
    assert "--token " not in weihu("help", "login").out


def test_a_token_file_that_others_can_read_is_refused(server, weihu, tmp_path):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": []})
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    env = {"WEIHU_TOKEN": None, "WEIHU_TOKEN_FILE": str(file)}
    file.chmod(0o644)
    got = weihu("whoami", env=env)
    assert got.code == 3 and "chmod 600" in got.err and not server.requests
    file.chmod(0o600)
    assert weihu("whoami", env=env).code == 0
    assert server.requests[0].headers["Authorization"] == "Bearer " + TOKEN


def test_flags_before_environment_before_profile(server, weihu, tmp_path):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": []})
    folder = tmp_path / ".config" / "weihu"
    folder.mkdir(parents=True)
    profiles = folder / "profiles.yaml"
    profiles.write_text("default: a\nprofiles:\n  a:\n    server: %s\n    token: from-profile\n  b:\n    server: %s\n"
                        "    token: from-b\n" % (server.url, server.url))
    profiles.chmod(0o600)
    none = {"WEIHU_SERVER": None, "WEIHU_TOKEN": None}
    flag = tmp_path / "flag"
    flag.write_text("from-flag")
    flag.chmod(0o600)
    for arguments, env, token in (((), none, "from-profile"), (("--profile", "b"), none, "from-b"),
                                  ((), {**none, "WEIHU_PROFILE": "b"}, "from-b"),
                                  ((), {**none, "WEIHU_TOKEN": "from-env"}, "from-env"),
                                  (("--token-file", str(flag)), {**none, "WEIHU_TOKEN": "from-env"}, "from-flag")):
        assert weihu("whoami", *arguments, env=env).code == 0
        assert server.requests[-1].headers["Authorization"] == "Bearer " + token
    got = weihu("whoami", "--profile", "c", env=none)
    assert got.code == 3 and "weihu login --profile c" in got.err


def test_a_kept_token_is_not_sent_to_another_server(server, weihu, tmp_path, nobody):
    folder = tmp_path / ".config" / "weihu"
    folder.mkdir(parents=True)
    (folder / "profiles.yaml").write_text("default: a\nprofiles: {a: {server: '%s', token: kept}}\n" % nobody)
    (folder / "profiles.yaml").chmod(0o600)
    weihu("whoami", env={"WEIHU_TOKEN": None})
    assert server.requests and server.requests[0].headers["Authorization"] is None


def test_a_profile_that_others_can_read_is_refused(server, weihu, tmp_path):
    folder = tmp_path / ".config" / "weihu"
    folder.mkdir(parents=True)
    (folder / "profiles.yaml").write_text("profiles: {}\n")
    (folder / "profiles.yaml").chmod(0o640)
    assert weihu("whoami").code == 3 and not server.requests


def test_login_keeps_what_works_and_logout_forgets_it(server, weihu, tmp_path):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": ["lead"]})
    none = {"WEIHU_TOKEN": None}
    assert weihu("login", stdin=TOKEN + "\n", env=none).code == 0
    file = tmp_path / ".config" / "weihu" / "profiles.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and TOKEN in file.read_text()
    bare = {"WEIHU_TOKEN": None, "WEIHU_SERVER": None}
    assert weihu("whoami", "--columns", "login", env=bare).lines == ["login", "li"]
    assert weihu("logout", env=bare).code == 0
    assert TOKEN not in file.read_text()
    assert os.listdir(file.parent) == ["profiles.yaml"]


def test_login_with_a_bad_token_keeps_nothing(server, weihu, tmp_path):
    server.on("GET", "/v1/me", (401, problem("unauthenticated", 401, "unknown token")))
    assert weihu("login", stdin=TOKEN, env={"WEIHU_TOKEN": None}).code == 3
    assert not (tmp_path / ".config").exists()


def test_login_does_not_show_what_is_typed(server, weihu):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": ["lead"]})
    got = weihu.tty("login", typed=[("(not shown):", TOKEN)], env={"WEIHU_TOKEN": None})
    assert got.code == 0 and "Logged in to" in got.out and "maintenance lead" in got.out and TOKEN not in got.out


def test_a_redirect_is_not_followed_with_the_token(server, weihu, nobody):
    server.on("GET", "/v1/me", (302, {}, {"Location": nobody + "/"}))
    assert weihu("whoami").code == 1 and len(server.requests) == 1


def test_a_new_token_alone_is_on_standard_output(server, weihu):
    server.on("POST", "/v1/people/li/tokens", (201, {"id": 3, "name": "ci", "login": "li", "token": "wh_new"}))
    got = weihu("person", "token", "li", "--name", "ci")
    assert got.out == "wh_new\n" and "shown this once" in got.err
    assert weihu("person", "token", "li", "--name", "ci", "-o", "json").json["id"] == 3


def test_tokens_are_revoked_one_by_one(server, weihu):
    server.on("DELETE", "/v1/people/li/tokens/3", (204, None))
    got = weihu("person", "revoke", "li", "3", "4", "-o", "name")
    assert got.out == "token/3\n" and got.code == 5 and "token/4" in got.err


def test_arguments_are_escaped_in_paths(server, weihu):
    weihu("program", "show", "../people?x#y/ü")
    assert server.requests[0].target == "/v1/programs/..%2Fpeople%3Fx%23y%2F%C3%BC"


def test_any_request(server, weihu, tmp_path, nobody):
    server.on("GET", "/v1/tickets", page([ticket(1), ticket(2)]))
    server.on("POST", "/v1/things", (201, {"ok": True}))
    assert weihu("api", "/v1/tickets?open=true", "-o", "csv", "--columns", "id,state").lines == \
        ["id,state", "1,to_evaluate", "2,to_evaluate"]
    (tmp_path / "body.json").write_text('{"a": 1}')
    assert weihu("api", "POST", "/v1/things", "-d", "@body.json").json == {"ok": True}
    assert server.requests[-1].json == {"a": 1} and server.requests[-1].headers["Idempotency-Key"]
    assert weihu("api", "/v1/things", "-d", "-", stdin='{"b": 2}').code == 0 and server.requests[-1].json == {"b": 2}
    assert weihu("api", "GET", "/v1/none").code == 5
    assert weihu("api", "GET", nobody + "/").code == 2


def test_an_address_without_scheme_is_asked_in_clear_on_this_machine_alone(server, weihu, nobody):
    server.on("GET", "/v1/me", {"login": "li", "name": "Li", "roles": []})
    bare = server.url.removeprefix("http://")
    assert weihu("whoami", "--server", bare + "/").code == 0 and server.requests[0].target == "/v1/me"
    elsewhere = nobody.replace("http://127.0.0.1", "0.0.0.0")
    got = weihu("whoami", "--server", elsewhere)
    assert got.code == 8 and "https://" + elsewhere in got.err and len(server.requests) == 1
