# SPDX-License-Identifier: Apache-2.0
"""HTTP byte by byte against the running service: what is malformed gets a clear 4xx or 5xx and the end of the connection."""

import json
import random
import socket

import pytest

HOST = b"Host: weihu.test\r\n"
PATIENCE = 10  # seconds for an answer


class Wire:
    """One connection, spoken to in bytes."""

    def __init__(self, service):
        self.socket = socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)
        return self

    def hear(self, bodiless=False):
        """(status, headers, body) of the next answer; None at the end of the connection."""
        line = self.file.readline()
        if not line:
            return None
        status = int(line.split()[1])
        headers = {}
        while (line := self.file.readline().rstrip(b"\r\n")):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = b"" if bodiless else self.file.read(int(headers.get("content-length", 0)))
        return status, headers, body

    def ended(self):
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True


@pytest.fixture
def wire(service):
    with Wire(service) as wire:
        yield wire


def get(path, *headers):
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


def post(length, *headers):
    return b"POST /v1/sessions HTTP/1.1\r\n" + HOST + b"Content-Length: " + length + b"\r\n\r\n"


CHUNKED = b"POST /v1/sessions HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"

REFUSED = [
    (b"GET /healthz\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    (b"GET /healthz HTTP/1.1\n" + HOST + b"\n", 400),
    (b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    (b"BREW /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    (get("/维".encode()), 400),
    (get(b"/healthz", b"A : b"), 400),
    (get(b"/healthz", b"A: b\x00c"), 400),
    (get(b"/healthz", b" folded: x"), 400),
    (get(b"/" + b"a" * 9000), 414),
    (get(b"/healthz", b"A: " + b"a" * 70000), 431),
    (post(b"1, 1"), 400),
    (post(b"+1"), 400),
    (post(b"1\r\nContent-Length: 1"), 400),
    (post(b"1\r\nTransfer-Encoding: chunked"), 400),
    (post(b"999999999999999"), 413),
    (CHUNKED.replace(b"chunked", b"gzip, chunked"), 501),
    (CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", 400),
    (CHUNKED + b"ffffffffff\r\n", 413),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
]


@pytest.mark.parametrize("data, status", REFUSED)
def test_malformed_requests_get_a_problem_and_the_end(wire, data, status):
    got, headers, body = wire.say(data).hear()
    assert got == status
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    problem = json.loads(body)
    name = "too_large" if status == 413 else "malformed"
    assert problem["status"] == status and problem["type"] == f"urn:weihu:problem:{name}"
    assert problem["title"] and problem["detail"]
    assert wire.ended()


def test_a_connection_is_kept(wire):
    for _ in range(3):
        assert wire.say(get(b"/healthz")).hear()[0] == 200


def test_pipelined_requests_are_answered_in_order(wire):
    wire.say(get(b"/healthz") + get(b"/nowhere") + get(b"/v1/me") + get(b"/healthz", b"Connection: close"))
    assert [wire.hear()[0] for _ in range(4)] == [200, 404, 401, 200]
    assert wire.ended()


def test_a_refusal_waits_for_the_answers_before_it(wire):
    wire.say(get(b"/v1/me") + b"NONSENSE\r\n\r\n" + get(b"/healthz"))
    assert [wire.hear()[0] for _ in range(2)] == [401, 400]
    assert wire.ended()


def test_head_is_get_without_a_body(wire):
    status, headers, _ = wire.say(b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n").hear(bodiless=True)
    again, same, body = wire.say(get(b"/healthz")).hear()
    assert status == again == 200
    assert headers["content-length"] == same["content-length"] == str(len(body))


def test_old_clients_are_served(wire):
    assert wire.say(b"GET /healthz HTTP/1.0\r\n\r\n").hear()[0] == 200
    assert wire.ended()


def test_a_method_that_is_not_offered_says_what_is(wire):
    for method in b"OPTIONS", b"TRACE", b"PUT":
        status, headers, _ = wire.say(method + b" /healthz HTTP/1.1\r\n" + HOST + b"\r\n").hear()
        assert status == 405 and "GET" in headers["allow"]


def filing(service, framing):
    """The head of a POST that files a ticket."""
    token = service.tokens["li"].encode()
    return (b"POST /v1/tickets HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
            b"Authorization: Bearer " + token + b"\r\n" + framing + b"\r\n\r\n")


def test_a_body_may_come_in_chunks(wire, service):
    wire.say(filing(service, b"Transfer-Encoding: chunked"))
    wire.say(b'8;a=b\r\n{"wrong"\r\n').say(b"3\r\n:[1\r\n2\r\n]}\r\n0\r\nX-Sum: 1\r\n\r\n")
    status, _, body = wire.hear()
    assert status == 422 and "wrong" in [fault["field"] for fault in json.loads(body)["errors"]]


def test_a_client_that_asks_is_told_to_send(wire, service):
    assert wire.say(filing(service, b"Expect: 100-continue\r\nContent-Length: 2")).hear()[0] == 100
    assert wire.say(b"{").say(b"}").hear()[0] in (201, 422)
    assert wire.say(filing(service, b"Expect: 100-continue\r\nContent-Length: 999999999")).hear()[0] == 413


def test_a_refused_upload_hears_why_while_it_sends(wire):
    wire.say(post(b"8000000"))
    try:
        for _ in range(80):
            wire.say(bytes(100000))
    except (BrokenPipeError, ConnectionResetError):
        pass  # the answer came before the end of it
    assert wire.hear()[0] == 413


def test_a_request_must_arrive_in_time(make_service):
    service = make_service(request_seconds=1)
    with Wire(service) as slow, Wire(service) as silent:
        assert slow.say(b"GET /healthz HTTP/1.1\r\n").hear()[0] == 408
        assert slow.ended() and silent.ended()
    with Wire(service) as wire:
        assert wire.say(get(b"/healthz")).hear()[0] == 200


def test_clients_that_leave_early_harm_nobody(service, tickets):
    token = service.tokens["li"]
    for _ in range(100):
        with Wire(service) as wire:
            wire.say(get(b"/v1/tickets?limit=500", b"Authorization: Bearer " + token.encode()))
    assert service.client.get("/readyz").status == 200


def test_too_many_connections_wait_their_turn(make_service):
    service = make_service(connections_most=2)
    wires = [Wire(service) for _ in range(12)]
    for wire in wires:
        wire.say(get(b"/healthz", b"Connection: close"))
    for wire in wires:
        with wire:
            assert wire.hear()[0] == 200


def mutations(seed):
    """Good requests with something wrong somewhere, the same ones each time."""
    dice = random.Random(seed)
    seeds = [get(b"/v1/tickets/1?a=b", b"Accept: */*"), post(b"2") + b"{}", CHUNKED + b"2\r\n{}\r\n0\r\n\r\n"]
    spice = [b"\r", b"\n", b"\0", b" ", b"\t", b":", b",", b";", b"%", b"\xff", b"\r\n", b"\r\n\r\n", b"HTTP/1.1", b"0", b"-1"]
    for _ in range(400):
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(data) + 1)
            data[at : at + dice.choice((0, 0, 1, 3))] = dice.choice(spice)
        yield bytes(data)


def test_noise_never_breaks_it(service):
    for data in mutations(20260101):
        with Wire(service) as wire:
            wire.say(data)
            wire.socket.shutdown(socket.SHUT_WR)
            while (answer := wire.hear()) is not None:
                status, headers, _ = answer
                assert status < 500 or status in (501, 505), data
                assert headers.get("content-type") != "text/html", data
    assert service.client.get("/readyz").status == 200
