# SPDX-License-Identifier: Apache-2.0
"""Who asks too often is told when to come back, and harms nobody else."""

import subprocess

import pytest

import certificates
from api.wire_test import HOST, Wire, get
from store.running import until


def statuses(client, count, path="/v1/me", **headers):
    return [client.get(path, headers).status for _ in range(count)]


def test_a_person_has_a_pace(make_service):
    service = make_service(person_rate=1, person_burst=5)
    li = service.as_("li")
    given = [li.get("/v1/me") for _ in range(30)]
    refused = [answer for answer in given if answer.status == 429]
    assert [answer.status for answer in given[:5]] == [200] * 5 and len(refused) >= 15
    problem = refused[0].json
    assert problem["type"] == "urn:weihu:problem:too_many" and "one person" in problem["detail"]
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 2
    assert problem["request_id"] == refused[0].headers["X-Request-Id"]
    assert service.as_("zhao").get("/v1/me").status == 200, "nobody else has to wait"
    assert statuses(service.client, 40, "/healthz") == [200] * 40, "who is nobody has no pace of a person"
    until(lambda: li.get("/v1/me").status == 200, "the next token")
    assert service.psql("select count(*) from event where actor = 'li' and result = 'refused'") == ["0"]


def test_an_address_has_a_pace_behind_a_proxy_too(make_service):
    service = make_service(address_rate=1, address_burst=5, proxies="127.0.0.1")

    def asked(address):
        return statuses(service.client, 20, "/healthz", **{"X-Forwarded-For": address})

    for address in "203.0.113.7", "2001:db8:0:1::1":
        given = asked(address)
        assert given[:5] == [200] * 5 and given.count(429) >= 10, given
    assert asked("203.0.113.8")[0] == 200
    assert asked("2001:db8:0:1::2")[0] == 429, "a network of IPv6 counts as one"
    assert asked("2001:db8:0:2::1")[0] == 200
    assert statuses(service.as_("li"), 1, **{"X-Forwarded-For": "203.0.113.7"}) == [429], "whoever it says it is"


def test_an_address_has_its_share_of_connections(make_service):
    service = make_service(connections_address=3, workers=1)
    wires = [Wire(service) for _ in range(3)]
    for wire in wires:
        wire.say(b"GET /healthz HTTP/1.1\r\n")  # and no more for now
    with Wire(service) as fourth:
        assert fourth.say(get(b"/healthz")).hear()[0] == 200
        assert wires[0].ended(), "the oldest had to go"
        assert [wire.say(HOST + b"\r\n").hear()[0] for wire in wires[1:]] == [200, 200]


@pytest.fixture(scope="module")
def strained(make_module_service, tmp_path_factory):
    """Services in clear and by TLS with little patience, and a share of connections for one address."""
    certificate, key = certificates.make(tmp_path_factory.mktemp("tls"))
    little = {"request_seconds": 5, "connections_address": 50}
    return [make_module_service(**little), make_module_service(**little, tls_certificate=certificate, tls_key=key)]


@pytest.mark.parametrize("attack", (("-H",), ("-B",), ("-X", "-w", "1", "-y", "2", "-n", "1", "-z", "5", "-k", "3")), ids=("headers", "body", "read"))
def test_slow_clients_are_dropped_and_others_served(strained, attack, tmp_path):
    for service in strained:
        path = "/openapi.yaml" if attack[0] == "-X" else "/v1/sessions"
        slow = subprocess.Popen(["slowhttptest", *attack, "-u", service.address + path, "-c", "300", "-r", "150", "-i", "1", "-l", "8", "-p", "5",
                                 "-o", tmp_path / "report", "-g"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        served = 0
        while slow.poll() is None:
            service.client.close()
            assert service.client.get("/healthz").status == 200
            served += 1
        assert served > 10
        report = (tmp_path / "report.csv").read_text()
        assert report
