# SPDX-License-Identifier: Apache-2.0
"""The service itself: health, figures, tokens, signals, and the rules read again."""

import http.client
import os
import re
import shutil
import signal
import threading

import pytest

from api.contract import Contract
from organisation import Tickets
from store.running import ROOT, until

contract = Contract()


def figures(client):
    """Samples of the exposition format, each named as it stands there; every line is checked on the way."""
    samples, types = {}, {}
    for line in client.get("/metrics").text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("counter", "gauge", "histogram") and name not in types
            types[name] = kind
        elif not line.startswith("# HELP "):
            sample = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? (-?[0-9.e+]+)', line)
            assert sample, line
            family = re.sub("_(bucket|sum|count)$", "", sample[1])
            assert sample[1] in types or types.get(family) == "histogram", f"{line} has no type"
            assert sample[1] + (sample[2] or "") not in samples, f"{line} stands there twice"
            samples[sample[1] + (sample[2] or "")] = float(sample[3])
    return samples


def test_health_and_readiness(client):
    for path in ("/healthz", "/readyz"):
        assert client.get(path).expect(200) == {"status": "ok"}


def test_figures_count_requests(own_service):
    client = own_service.as_("li")
    counter = 'weihu_requests_total{route="get_me",status="200"}'
    refused = 'weihu_requests_total{route="get_me",status="401"}'
    before = figures(client)
    for _ in range(7):
        client.get("/v1/me").expect(200)
    for _ in range(3):
        own_service.client.get("/v1/me").expect(401)
    after = figures(client)
    assert after[counter] - before.get(counter, 0) == 7
    assert after[refused] - before.get(refused, 0) == 3
    assert after['weihu_request_seconds_count{route="get_me"}'] - before.get('weihu_request_seconds_count{route="get_me"}', 0) == 10


def test_figures_of_latency_add_up(own_service):
    client = own_service.as_("li")
    client.get("/v1/me").expect(200)
    buckets = [value for name, value in figures(client).items() if name.startswith('weihu_request_seconds_bucket{route="get_me"')]
    assert buckets == sorted(buckets)
    assert buckets[-1] == figures(client)['weihu_request_seconds_count{route="get_me"}'] == 1


def test_figures_count_tickets_by_state(own_service):
    tickets = Tickets(own_service)
    tickets.at("submitted"), tickets.at("submitted"), tickets.at("rejected")

    def counted():
        return {name: value for name, value in figures(own_service.client).items() if name.startswith("weihu_tickets")}
    until(lambda: counted() == {'weihu_tickets{state="submitted"}': 2, 'weihu_tickets{state="rejected"}': 1}, "the counts")


# Who calls.


def test_revoked_token_opens_nothing(client):
    root = client.as_("root")
    given = root.post("/v1/people/hu/tokens", {"name": "short-lived"}).expect(201)
    bearer = {"Authorization": "Bearer " + given["token"]}
    assert client.get("/v1/me", bearer).expect(200)["login"] == "hu"
    assert given["token"] not in root.get("/v1/people/hu/tokens").text
    assert root.delete(f"/v1/people/hu/tokens/{given['id']}").status == 204
    refused = client.get("/v1/me", bearer)
    assert refused.expect(401)["type"] == "urn:weihu:problem:unauthenticated"
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert root.delete(f"/v1/people/hu/tokens/{given['id']}").status == 404
    listed = {token["id"]: token for token in root.get("/v1/people/hu/tokens").expect(200)["items"]}
    assert listed[given["id"]]["revoked_at"] is not None
    client.as_("hu").get("/v1/me").expect(200)


def test_token_of_another_person_is_not_revoked(client):
    root = client.as_("root")
    token = root.post("/v1/people/hu/tokens", {"name": "x"}).expect(201)
    root.delete(f"/v1/people/chen/tokens/{token['id']}").expect(404)
    client.get("/v1/me", {"Authorization": "Bearer " + token["token"]}).expect(200)


def test_secrets_are_kept_as_digests_only(service):
    dump = "\n".join(service.psql("select row_to_json(t)::text from token t")) + "\n".join(service.psql("select row_to_json(e)::text from event e"))
    assert all(token not in dump for token in service.tokens.values())


def test_closed_account_opens_nothing_and_its_tokens_stay_ended(own_service):
    root, qian = own_service.as_("root"), own_service.as_("qian")
    root.patch("/v1/people/qian", {"active": False}).expect(200)
    qian.get("/v1/me").expect(401)
    root.post("/v1/people/qian/tokens", {"name": "x"}).expect(404)
    root.patch("/v1/people/qian", {"active": True}).expect(200)
    qian.get("/v1/me").expect(401)
    own_service.tokens["qian"] = root.post("/v1/people/qian/tokens", {"name": "x"}).expect(201)["token"]
    own_service.as_("qian").get("/v1/me").expect(200)


def test_roles_count_at_once(own_service):
    tickets = Tickets(own_service)
    ticket = tickets.at("submitted")
    tickets.attempt(ticket, "qian", "reject", {"reason": "x"}).expect(403)
    own_service.as_("root").patch("/v1/people/qian", {"roles": ["requester", "lead"]}).expect(200)
    assert own_service.as_("qian").get("/v1/me").expect(200)["roles"] == ["requester", "lead"]
    tickets.do(ticket, "qian", "reject", reason="x")


def test_unknown_role_is_named(client):
    refusal = client.as_("root").post("/v1/people", {"login": "x", "name": "x", "roles": ["lead", "boss"]}).expect(422)
    assert [error["field"] for error in refusal["errors"]] == ["roles"]
    assert "boss" in refusal["errors"][0]["message"]


@pytest.mark.parametrize(("login", "allowed"), [("root", True), ("zhao", False), ("li", False), ("wu", False), ("zhang", False)])
def test_accounts_are_the_admins(client, login, allowed):
    body = {"login": f"new-{login}", "name": "x"}
    assert client.as_(login).post("/v1/people", body).status == (201 if allowed else 403)


# The rules read again.


def permissions(service, tmp_path, change=lambda text: text):
    text = (ROOT / "config" / "permissions.yaml").read_text(encoding="utf-8")
    file = tmp_path / "permissions.yaml"
    file.write_text(change(text), encoding="utf-8")
    if service is not None:
        service.process.send_signal(signal.SIGHUP)
    return file


def test_permissions_are_read_again(make_service, tmp_path):
    service = make_service(permissions=permissions(None, tmp_path))
    zhang, body = service.as_("zhang"), {"title": "x", "draft": True}
    zhang.post("/v1/tickets", body).expect(201)

    permissions(service, tmp_path, lambda text: text.replace("ticket.file:    [requester, ", "ticket.file:    ["))
    until(lambda: all_workers(service, lambda client: client.post("/v1/tickets", body).status == 403), "the new rules")
    assert "ticket.file needs one of the roles" in zhang.post("/v1/tickets", body).expect(403)["detail"]

    for bad in ("permissions: [", "permissions:\n  ticket.file: [emperor]\n", "colour: red\n", ""):
        complaints = service.log_text().count("rules not reloaded")
        permissions(service, tmp_path, lambda text, bad=bad: bad)
        until(lambda seen=complaints: service.log_text().count("rules not reloaded") > seen, "the complaint")
        zhang.post("/v1/tickets", body).expect(403)
        service.as_("qian").get("/v1/tickets").expect(200)

    permissions(service, tmp_path)
    until(lambda: all_workers(service, lambda client: client.post("/v1/tickets", body).status == 201), "the first rules again")


def all_workers(service, question):
    """Whether it is so on each of several connections; each may reach another worker."""
    client = service.as_("zhang")

    def ask():
        client.close()
        return question(client)

    return all(ask() for _ in range(8))


def test_tickets_stay_under_their_workflow(make_service, tmp_path):
    file = tmp_path / "workflow.yaml"
    shutil.copy(ROOT / "config" / "workflow.yaml", file)
    service = make_service(workflow=file)
    tickets = Tickets(service)
    old = tickets.at("submitted")
    version = service.as_("wu").get("/v1/workflow").expect(200)["version"]
    file.write_text(file.read_text(encoding="utf-8").replace("  return:\n    zh: 退回\n    en: Return\n    by: [lead, sysadmin]\n    from: [submitted, to_evaluate]",
                                                            "  return:\n    zh: 退回\n    en: Return\n    by: [lead, sysadmin]\n    from: [to_evaluate]"), encoding="utf-8")
    service.process.send_signal(signal.SIGHUP)
    until(lambda: all_workers(service, lambda client: client.get("/v1/workflow").expect(200)["version"] == version + 1), "the new workflow")
    new = tickets.file()
    assert (tickets.read(old)["workflow"], new["workflow"]) == (version, version + 1)
    tickets.attempt(new, "zhao", "return", {"missing": "x"}).expect(409)
    assert tickets.do(old, "zhao", "return", missing="x")["state"] == "returned"
    service.restart()
    assert tickets.do(old, "zhang", "resubmit")["workflow"] == version
    assert tickets.step_on(new)["workflow"] == version + 1


# Its end, and its database's.


def test_what_is_in_flight_is_finished(own_service):
    """A move waits for a lock, the service is told to stop, the lock goes: the move is carried out and answered."""
    tickets = Tickets(own_service)
    ticket = tickets.at("submitted")
    answers = []
    with own_service.session() as other:
        print(f"begin; select id from ticket where id = {ticket['id']} for update;", file=other.stdin, flush=True)
        assert other.stdout.readline().strip() == str(ticket["id"])
        mover = threading.Thread(target=lambda: answers.append(tickets.attempt(ticket, "zhao", "reject", {"reason": "x"})))
        mover.start()
        until(lambda: own_service.psql("select 1 from pg_stat_activity where wait_event_type = 'Lock'", "postgres"), "the move to wait")
        own_service.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in own_service.log_text(), "the service to stop")
        assert own_service.process.poll() is None
        print("commit;", file=other.stdin, flush=True)
        other.stdin.close()
        mover.join()
    assert answers[0].expect(200)["state"] == "rejected"
    assert own_service.process.wait(20) == 0
    own_service.start()
    assert tickets.read(ticket) == answers[0].json


def test_acknowledged_means_kept(own_service):
    """Under load, whatever was answered before a crash is there after it, and nothing else but what may have been under way."""
    tickets, stop, filed = Tickets(own_service), threading.Event(), []

    def file(by):
        while not stop.is_set():
            try:
                filed.append(tickets.file(by=by)["id"])
            except (OSError, http.client.HTTPException, AssertionError):
                return

    filers = [threading.Thread(target=file, args=(by,)) for by in ("zhang", "qian", "li", "zhao")]
    for filer in filers:
        filer.start()
    until(lambda: len(filed) > 40, "some tickets")
    own_service.kill()
    stop.set()
    for filer in filers:
        filer.join()
    own_service.start()
    kept = {item["id"] for item in own_service.as_("wu").pages("/v1/tickets", 500)}
    assert set(filed) <= kept
    assert len(kept - set(filed)) <= len(filers)


def test_database_that_dies_is_waited_for(own_service):
    """Meanwhile the process is well, not ready, and says when to come again; then all goes on."""
    zhang = own_service.as_("zhang")
    os.kill(int((own_service.data / "pg" / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
    seen = set()

    def is_back():
        own_service.client.get("/healthz").expect(200)
        ready, listed = own_service.client.get("/readyz"), zhang.get("/v1/tickets")
        contract.check_answer(contract.operations["get_ready"], ready)
        contract.check_answer(contract.operations["list_tickets"], listed)
        for answer in (ready, listed):
            assert answer.status in (200, 503), answer
            assert answer.status != 503 or answer.headers["Retry-After"]
            seen.add(answer.status)
        return (ready.status, listed.status) == (200, 200) and 503 in seen

    until(is_back, "the database")
    until(own_service._is_ready, "every worker")
    zhang.post("/v1/tickets", {"title": "x", "draft": True}).expect(201)


def test_second_service_on_the_same_data_is_refused(own_service):
    from store.running import weihud

    done = weihud("run", "--set", f"data={own_service.data}", "--set", "listen=127.0.0.1:0")
    assert done.returncode == 1
    assert str(own_service.data) in done.stderr
    own_service.as_("li").get("/v1/me").expect(200)
